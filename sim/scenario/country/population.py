"""Who registers in a country, and what makes them."""

from sim.kernel.units import MEAN_MONTH, MICRO
from sim.scenario.conversion import SAME, Rule
from sim.scenario.country.traits import Propensity, Traits
from sim.scenario.parameter import CHOICE
from sim.scenario.parameter import Parameter as P

ENTRY = "assumed: so that registrations come out as published (LeLudec2019)"


class Entry:
    """What makes people sign up while the run goes on."""

    responds: bool = P("sign-up answers to talk and advertising; else its dates follow sign_up_growth",
                       rule=Rule(name="entry"))  # fmt: skip
    most: float = P("strongest entry that there are candidates for, over the usual", "ratio", 1, 20,
                    rule=Rule(name="entry_most"))  # fmt: skip
    need_share: float = P("newcomers whom a sudden need brings", "share", 0, 1, "assumed; the usual door (DiPLab2019)",
                          rule=Rule(name="entry_need"))  # fmt: skip
    advertising: float = P("entry by advertising where people are as busy as usual", "ratio", 0, 20, ENTRY, rule=SAME)
    pay_response: float = P("elasticity of answers to advertising to the pay that is advertised", "", 0, 5,
                            "Marinescu2020: 0.8 % more applicants per percent", rule=SAME)  # fmt: skip
    talk: float = P("entry by word of mouth where the usual is heard", "ratio", 0, 20, ENTRY, rule=SAME)
    alone: float = P("entry where there is one platform only, over what its reach makes it", "ratio", 0, 20, ENTRY)
    elasticity: float = P("of word of mouth to what is heard", "", 0, 5, rule=Rule(name="talk_elasticity"))
    local: float = P("share of talk that is about one's own department, not the country's", "share", 0, 1,
                     rule=Rule(name="talk_local"))  # fmt: skip
    usual: float = P("earned on platforms per adult where the usual is heard", "euro/month", 1e-6, 10, ENTRY,
                     rule=Rule("micro-euro/day", lambda euro, _: euro * MICRO / MEAN_MONTH, "usual_heard"))  # fmt: skip
    adults: int = P("adults aged 18 to 74 in the country", "person", 1, 10**9, "INSEE2018census")
    memory_days: float = P("half-life of what is heard, and of how busy people are known to be", "day", 0.1, 10_000,
                           rule=Rule("1/day", lambda days, _: 1.0 - 0.5 ** (1.0 / days), "memory"))  # fmt: skip
    referral_effect: float = P("by how much more a platform is talked about that pays for it", "share", 0, 10,
                               rule=SAME)  # fmt: skip


class Population:
    """Group population: who registers."""

    name: str = P("name of this choice")
    people: int = P("people of the country expected to register by the end; demand goes with them", "person",
                    1, 20_000_000, "LeLudec2019")  # fmt: skip
    sample: float = P("people simulated for each of the country; 0.05: one in twenty", "ratio", 1e-7, 20, CHOICE)
    absent: int = P("further accounts that nobody in the country ever opens", "account", 0, 100_000_000)
    joined_at_sign_up: float = P("further accounts opened with the first, mean", "account", 0, 10)
    entry: Entry = P("what makes people sign up during the run")
    traits: Traits = P("traits of French adults")
    propensity: Propensity = P("by how much their odds to register differ")
