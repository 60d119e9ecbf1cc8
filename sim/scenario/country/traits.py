"""French adults, aged 18 to 74: the marginal shares and means from which the synthetic population is drawn.

Who of them registers on a platform, `Propensity` says: by how much the odds differ, trait by trait. What the
respondents of the Foule Factory survey were like enters neither; the evidence has it as data.
"""

from sim.kernel.categories import STATUSES
from sim.scenario.parameter import Parameter as P
from sim.scenario.priors import Uniform

Three = tuple[float, float, float]
Four = tuple[float, float, float, float]
Five = tuple[float, float, float, float, float]
Six = tuple[float, float, float, float, float, float]
Seven = tuple[float, float, float, float, float, float, float]
CENSUS = "INSEE2018census"
JOBS = "INSEE2018employment"
INCOMES = "INSEE2018incomes"
TIMES = "INSEE2010time"
_STATUSES = ", ".join(STATUSES).replace("_", " ")


def share(meaning: str, source: str) -> P:
    """The parameter of a share of people."""
    return P(meaning, "share", 0, 1, source)


def hours(meaning: str, source: str, low: float = 0, high: int = 168) -> P:
    """The parameter of a weekly time."""
    return P(meaning, "hour/week", low, high, source)


def log_points(meaning: str, prior: Uniform) -> P:
    """The free parameter of a difference in the odds of registering."""
    return P(meaning, "log point", -5, 5, prior=prior)


def logit(meaning: str) -> P:
    """The parameter of an assumed effect on the logit scale."""
    return P(meaning, "logit", -5, 5)


class Traits:
    """Marginal shares and means of adults."""

    women_share: float = share("women among adults", CENSUS)
    age_bands: Six = share("aged 18-24, 25-34, 35-44, 45-54, 55-64, 65-74", CENSUS)

    employed_women: float = share("women who have a job beside platform work", JOBS)
    employed_men: float = share("men who have a job beside platform work", JOBS)
    part_time_women: float = share("part-timers among women who have a job", JOBS)
    part_time_men: float = share("part-timers among men who have a job", JOBS)
    open_ended: float = share("people with an open-ended contract or in public service", JOBS)
    open_ended_full_time: float = share("full-timers among those with an open-ended contract", JOBS)
    students: float = share("students without a job", JOBS)
    retired: float = share("retired people", f"{JOBS}, reckoned by age")
    unemployed: float = share("people looking for a job; who is left without one is at home", JOBS)
    without_job_25_54: float = share("people without a job among those aged 25-54", JOBS)
    without_job_55_64: float = share("people without a job among those aged 55-64", JOBS)

    above_bac_plus_2_25_34: float = share("degree above bac + 2 among those aged 25-34", JOBS)
    above_bac_plus_2_25_64: float = share("degree above bac + 2 among those aged 25-64", "DiPLab2019")
    education_below: Three = share("of those without such a degree: below bac, bac, bac + 2", JOBS)

    households_women: Four = share(
        "women living alone, as a lone mother, in a couple, in a couple with children", f"{CENSUS}, reckoned by age"
    )
    households_men: Four = share(
        "men living alone, as a lone father, in a couple, in a couple with children", f"{CENSUS}, reckoned by age"
    )
    with_parents: float = share("people who live with their parents", CENSUS)
    children_women: float = share("women who have children, at home or not", "INSEE2011families, reckoned by age")
    children_men: float = share("men who have children, at home or not", "INSEE2011families, reckoned by age")

    income_below_1500: float = share(
        "adults whose household has less than 1500 euro a month", f"{INCOMES}, reckoned by household"
    )
    income_1500_3000: float = share(
        "adults whose household has 1500 to 3000 euro a month", f"{INCOMES}, reckoned by household"
    )
    poor_line: float = P("half the median income per consumption unit", "euro/month", 300, 1400, "INSEE2016")
    poor_share: float = share("people below that line", "DiPLab2019")
    low_line: float = P("income per consumption unit that the poorest 30 % do not reach", "euro/month", 500, 3000)
    low_share: float = share("people among the poorest 30 % of France: 30 %", "INSEE2016")
    consumption_units: Six = P(
        "mean size of the household: alone, lone parent, couple, couple with children, parents', other", "unit", 1, 5
    )

    domestic_women_without_job: float = hours(
        "mean domestic work of women without a job", f"{TIMES}, split by job assumed"
    )
    domestic_women_with_job: float = hours("mean domestic work of women with a job", f"{TIMES}, split by job assumed")
    domestic_men_without_job: float = hours("mean domestic work of men without a job", f"{TIMES}, split by job assumed")
    domestic_men_with_job: float = hours("mean domestic work of men with a job", f"{TIMES}, split by job assumed")
    domestic_shape: float = P("Weibull shape of domestic work between alike people; 2: sd is half the mean", "", 1, 10)

    waking_hours: float = hours("hours awake", "assumed", 80, 140)
    paid_hours: Seven = hours(f"job and way there, job search or studies: {_STATUSES}", "assumed")
    care_women: float = hours("care that children at home ask of a woman beyond domestic work", "assumed")
    care_men: float = hours("care that children at home ask of a man beyond domestic work", "assumed")
    personal_hours: float = hours("meals, errands, company and leisure that most people keep", "assumed")
    free_floor: float = hours("least time anyone can find", "assumed", 0.1, 20)
    free_log_sd: float = P("spread of free time between alike people", "log point", 0, 2)

    need_mean: float = P(
        "mean need: the share of people who could not meet a sudden expense", "", 0.01, 0.99, "EUSILC2018"
    )
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


class Propensity:
    """By how much the odds that an adult registers differ, at the same moment and in the same surroundings.

    All zero: the registered are adults like all others. What those were like who answered the survey is data for them.
    """

    age: float = log_points(
        "per decade of age, from 40 on and back", Uniform(-0.8, 0.0, "workers of platforms are younger (COLLEEM2018)")
    )
    age_bend: float = log_points(
        "per square of decades from 40", Uniform(-0.4, 0.1, "few of them are very young or old (COLLEEM2018)")
    )
    education: float = log_points(
        "per level, from the bac on and back", Uniform(0.0, 1.0, "they have more of it (COLLEEM2018)")
    )
    women: float = log_points("of women", Uniform(-0.5, 0.5, "as many as men, give or take"))
    mothers: float = log_points(
        "of women with children at home", Uniform(-0.7, 0.7, "either way; rather more often (COLLEEM2018)")
    )
    fathers: float = log_points(
        "of men with children at home", Uniform(-1.5, 0.7, "either way, rather less than mothers")
    )
    alone: float = log_points("who live alone", Uniform(-0.7, 1.5, "either way; nobody at home keeps them from it"))
    job: float = log_points("with a job", Uniform(-0.5, 1.0, "mostly beside another job (COLLEEM2018, DiPLab2019)"))
    retired: float = log_points("retired, beside their age", Uniform(-2.0, 1.0, "a pension spares most of them"))
    need: float = log_points(
        "from no need of money to full need", Uniform(0.0, 4.0, "need is the first motive (DiPLab2019, ILO2018)")
    )
    outside: float = log_points("from no outside options to good ones", Uniform(-1.5, 0.5, "rather those without"))
    free_time: float = log_points(
        "per log point of free hours", Uniform(-1.5, 1.5, "those who have it, or those who are busy")
    )
