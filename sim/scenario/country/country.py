"""What is published of a country: how many people register, and what a run is held against."""

from sim.scenario.parameter import CHOICE
from sim.scenario.parameter import Parameter as P

LAW = "the country's law, by the day in its file"


class Country:
    """Group country: the country that the market is of; its option chooses those of other groups too."""

    name: str = P("name of this choice")
    label: str = P("name as printed")
    registered: int = P("people registered in the published country; what is declared at full scale is of so many",
                        "person", 1, 20_000_000, "published: its file says where")  # fmt: skip
    survey: str = P("platform of the published questionnaire; without it readings are counterfactual",
                    source="published: its file says where")  # fmt: skip
    targets: str = P("table of what is published, a file or the name of a shipped one", "path", source=CHOICE)
    bundle: str | None = P("folder that it is read from; null: shipped", "path", source=CHOICE)
    minimum_wage: float = P("legal minimum wage, gross", "euro/hour", 0, 200, LAW)
    net_minimum: float = P("net minimum wage of a full-time job", "euro/month", 1, 20_000, LAW)
