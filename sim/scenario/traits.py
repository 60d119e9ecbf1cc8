"""Who registers: the marginal shares and means from which the synthetic population is drawn.

The figures marked DiPLab2019 describe the *respondents* of the Foule Factory survey, that is the most active
users of one platform. For lack of anything better they stand here for everyone registered anywhere in France.
"""

from sim.kernel.categories import STATUSES
from sim.scenario.parameter import Parameter as P

Three = tuple[float, float, float]
Four = tuple[float, float, float, float]
Five = tuple[float, float, float, float, float]
Six = tuple[float, float, float, float, float, float]
Seven = tuple[float, float, float, float, float, float, float]
SURVEY = "DiPLab2019"
_STATUSES = ", ".join(STATUSES).replace("_", " ")


def share(meaning: str, source: str = SURVEY) -> P:
    """The parameter of a share of people."""
    return P(meaning, "share", 0, 1, source)


def hours(meaning: str, source: str = SURVEY, low: float = 0, high: int = 168) -> P:
    """The parameter of a weekly time."""
    return P(meaning, "hour/week", low, high, source)


def logit(meaning: str) -> P:
    """The parameter of an assumed effect on the logit scale."""
    return P(meaning, "logit", -5, 5)


class Traits:
    """Marginal shares and means of the registered."""

    women_share: float = share("women among the registered")
    age_bands: Six = share("aged 18-24, 25-34, 35-44, 45-54, 55-64, 65-74", f"{SURVEY}; all but 25-44 assumed")

    employed_women: float = share("women who have another job")
    employed_men: float = share("men who have another job")
    part_time_women: float = share("part-timers among women who have another job")
    part_time_men: float = share("part-timers among men who have another job")
    open_ended: float = share("people with an open-ended contract")
    open_ended_full_time: float = share("full-timers among those with an open-ended contract")
    students: float = share("students without another job")
    retired: float = share("retired people")
    unemployed: float = share("people looking for a job; who is left without one is at home", "assumed")
    without_job_25_54: float = share("people without another job among those aged 25-54")
    without_job_55_64: float = share("people without another job among those aged 55-64")

    above_bac_plus_2_25_34: float = share("degree above bac + 2 among those aged 25-34")
    above_bac_plus_2_25_64: float = share("degree above bac + 2 among those aged 25-64")
    education_below: Three = share("of those without such a degree: below bac, bac, bac + 2", "assumed")

    households_women: Four = share("women living alone, as a lone mother, in a couple, in a couple with children")
    households_men: Four = share("men living alone, as a lone father, in a couple, in a couple with children")
    with_parents: float = share("people who live with their parents")
    children_women: float = share("women who have children")
    children_men: float = share("men who have children")

    income_below_1500: float = share("households with less than 1500 euro a month")
    income_1500_3000: float = share("households with 1500 to 3000 euro a month")
    poor_line: float = P("half the median income per consumption unit", "euro/month", 300, 1400, "INSEE2016")
    poor_share: float = share("people below that line")
    low_line: float = P("income per consumption unit that the poorest 30 % do not reach", "euro/month", 500, 3000)
    low_share: float = share("people among the poorest 30 % of France")
    consumption_units: Six = P(
        "mean size of the household: alone, lone parent, couple, couple with children, parents', other", "unit", 1, 5
    )

    domestic_women_without_job: float = hours("mean domestic work of women without another job")
    domestic_women_with_job: float = hours("mean domestic work of women with another job")
    domestic_men_without_job: float = hours("mean domestic work of men without another job")
    domestic_men_with_job: float = hours("mean domestic work of men with another job")
    domestic_shape: float = P("Weibull shape of domestic work between alike people; 2: sd is half the mean", "", 1, 10)

    waking_hours: float = hours("hours awake", "assumed", 80, 140)
    paid_hours: Seven = hours(f"job and way there, job search or studies: {_STATUSES}", "assumed")
    care_women: float = hours("care that children at home ask of a woman beyond domestic work", "assumed")
    care_men: float = hours("care that children at home ask of a man beyond domestic work", "assumed")
    personal_hours: float = hours("meals, errands, company and leisure that most people keep", "assumed")
    free_floor: float = hours("least time anyone can find", "assumed", 0.1, 20)
    free_log_sd: float = P("spread of free time between alike people", "log point", 0, 2)

    need_mean: float = P("mean need: the share whose first motive is need of money", "", 0.01, 0.99, SURVEY)
    need_slope: float = P("rise of need as income per consumption unit falls", "logit per log point", 0, 10)
    need_lone_parent: float = logit("additional need of lone parents")
    need_sd: float = P("spread of need between alike people", "logit", 0, 5)
    outside_status: Seven = logit(f"outside options: {_STATUSES}")
    outside_education: Four = logit("what education adds to them: below bac, bac, bac + 2, above")
    outside_sd: float = P("spread of outside options between alike people", "logit", 0, 5)

    smartphone: Five = share(
        "people who have a smartphone, aged 18-24, 25-39, 40-59, 60-69, 70 and over",
        "Barometre du numerique 2018; 25-69 from memory",
    )
