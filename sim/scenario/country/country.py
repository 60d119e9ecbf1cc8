"""What is published of a country: how many people register, and what a run is held against."""

from sim.scenario.parameter import CHOICE
from sim.scenario.parameter import Parameter as P

LAW = "the country's law, by the day in its file"


class Currency:
    """What amounts are shown in; the model and the columns of tables have euro."""

    code: str = P("three letters of ISO 4217", source=LAW)
    symbol: str = P("as it stands beside an amount", source=LAW)
    per_euro: float = P("of it for one euro", "ratio", 1e-6, 1e6, "published: its file says where")


class Country:
    """Group country: the country that the market is of; its option chooses those of other groups too."""

    name: str = P("name of this choice")
    label: str = P("name as printed after 'in': France, the United Kingdom")
    registered: int = P("people registered in the published country; what is declared at full scale is of so many",
                        "person", 1, 20_000_000, "published: its file says where")  # fmt: skip
    survey: str = P("platform of the published questionnaire; without it readings are counterfactual",
                    source="published: its file says where")  # fmt: skip
    targets: str = P("table of what is published, a file or the name of a shipped one", "path", source=CHOICE)
    bundle: str | None = P("folder that it is read from; null: shipped", "path", source=CHOICE)
    language: str = P("what its clients ask for who ask for a language, two letters", source=CHOICE)
    currency: Currency = P("its money")
    holidays: str = P("days on which clients post as at weekends: 01-01 12-25; none: not used in the fit of France",
                      source="assumed")  # fmt: skip
    minimum_wage: float = P("legal minimum wage, gross", "euro/hour", 0.01, 200, LAW)
    net_minimum: float | None = P("net minimum wage of a full-time job", "euro/month", 1, 20_000, LAW)
