"""Who someone is: traits drawn as a pure function of the seed and the person's number.

The joint distribution is that of French adults, tilted by their propensity to register. It is a chain: sex, age,
status, household, children, education, income, domestic work, free time; then need and outside options; and, whoever
they are, where they live and, by age, whether they have a smartphone. `sim.population.joint_distribution` makes its
tables.
"""

from typing import NamedTuple

import numpy as np

from sim.kernel.categories import DENSITIES, HOUSEHOLDS
from sim.kernel.compiler import inlined, inner, kernel
from sim.kernel.streams import PERSON, PERSON_HOME, PERSON_NEED, PERSON_ORIGIN, PERSON_PLACE, PERSON_TIME, draw4, gauss

LONE_PARENT = HOUSEHOLDS.index("lone_parent")


class JointDistribution(NamedTuple):
    """The tables of the chain; a cumulative table ends in exactly 1.0 along its last axis.

    Sizes: 2 sexes, a ages, 7 statuses, 6 households, 4 educations, b bins of income.
    """

    sex: np.ndarray  # cumulative (2,)
    age: np.ndarray  # cumulative (2, a), by sex
    years: np.ndarray  # (a + 1,): age i runs from years[i] to years[i + 1], end excluded
    status: np.ndarray  # cumulative (2, a, 7), by sex and age
    household: np.ndarray  # cumulative (2, a, 7, 6), by sex, age and status
    children: np.ndarray  # chance (2, a, 6), by sex, age and household
    education: np.ndarray  # cumulative (a, 7, 6, 4), by age, status and household
    income: np.ndarray  # cumulative (7, 6, 4, b + 1) at the edges, by status, household and education
    log_edges: np.ndarray  # (b + 1,): log of household income, euro per month
    profile: np.ndarray  # (7, 2): row of the availability table by status and children
    log_units: np.ndarray  # (6,): log of the consumption units of a household
    domestic: np.ndarray  # (2, 7, 6): Weibull scale, hours per week, by sex, status and household
    domestic_power: float  # 1 / Weibull shape
    awake: np.ndarray  # (7,): waking hours per week left by job, search or studies
    care: np.ndarray  # (2, 6, 2): hours per week by sex, household and children
    personal: float  # hours per week
    free_floor: float  # hours per week
    free_log_sd: float
    need_level: float  # logit of need at an income of one euro per consumption unit
    need_slope: float  # logit per log point of income
    need_lone_parent: float  # logit
    need_sd: float  # logit
    outside: np.ndarray  # (7, 4): logit by status and education
    outside_sd: float  # logit
    place: np.ndarray  # cumulative (96 x 3,): department and density
    per_km2: np.ndarray  # (96 x 3,): people there
    smartphone: np.ndarray  # chance, by years of age


@inlined
def _pick(cumulative, u):
    """First index whose cumulative probability exceeds u."""
    i = 0
    while cumulative[i] <= u:
        i += 1
    return i


@inlined
def _logistic(x):
    return 1.0 / (1.0 + np.exp(-x))


@inner
def draw_person(key: np.ndarray, who: int, person: np.record, joint: JointDistribution) -> None:
    """Write the traits of person number `who` into the record `person`.

    Household income is log-linear within its bin; domestic work is Weibull around the mean of its group, at
    most 100 hours; free time is what waking hours leave after job, care, domestic work and personal hours,
    spread lognormally but never more than giving up all personal hours would leave; need and outside options
    are logistic-normal. See `draw_persons`.

    Writes: person."""
    u_sex, u_age, u_year, u_status = draw4(key, PERSON, 0, who, PERSON_ORIGIN)
    u_household, u_children, u_education, u_income = draw4(key, PERSON, 0, who, PERSON_HOME)
    u_free, v_free, u_domestic, _ = draw4(key, PERSON, 0, who, PERSON_TIME)
    u_need, v_need, u_outside, v_outside = draw4(key, PERSON, 0, who, PERSON_NEED)

    sex = _pick(joint.sex, u_sex)
    age = _pick(joint.age[sex], u_age)
    years = joint.years[age] + int(u_year * (joint.years[age + 1] - joint.years[age]))
    status = _pick(joint.status[sex, age], u_status)
    household = _pick(joint.household[sex, age, status], u_household)
    children = int(u_children < joint.children[sex, age, household])
    education = _pick(joint.education[age, status, household], u_education)

    at = joint.income[status, household, education]
    edge = _pick(at, u_income)  # at[0] is 0, so edge is 1 or more
    within = (u_income - at[edge - 1]) / (at[edge] - at[edge - 1])
    log_income = joint.log_edges[edge - 1] + within * (joint.log_edges[edge] - joint.log_edges[edge - 1])

    domestic = min(joint.domestic[sex, status, household] * (-np.log(u_domestic)) ** joint.domestic_power, 100.0)
    left = max(joint.awake[status] - joint.care[sex, household, children] - domestic, joint.free_floor)
    spread = np.exp(joint.free_log_sd * gauss(u_free, v_free))
    free = min(max(left - joint.personal, joint.free_floor) * spread, left)

    u_place, u_smartphone, _, _ = draw4(key, PERSON, 0, who, PERSON_PLACE)
    place = _pick(joint.place, u_place)

    need = joint.need_level - joint.need_slope * (log_income - joint.log_units[household])
    if household == LONE_PARENT:
        need += joint.need_lone_parent

    person.department, person.density = place // len(DENSITIES), place % len(DENSITIES)
    person.around = joint.per_km2[place]
    person.answered = 0
    person.smartphone = int(u_smartphone < joint.smartphone[years])
    person.sex = sex
    person.age = years
    person.status = status
    person.household = household
    person.children = children
    person.education = education
    person.profile = joint.profile[status, children]
    person.income = np.exp(log_income)
    person.domestic = domestic
    person.free = free
    person.need = _logistic(need + joint.need_sd * gauss(u_need, v_need))
    person.outside = _logistic(joint.outside[status, education] + joint.outside_sd * gauss(u_outside, v_outside))


@kernel
def draw_persons(key: np.ndarray, first: int, persons: np.ndarray, joint: JointDistribution) -> None:
    """Fill `persons` with the people numbered `first`, `first` + 1, ...

    Person i is the same whatever the number of people and however they are sliced. `first_platform` and
    `signed_up` are left as they are.

    Writes: persons.

    Parameters
    ----------
    key : uint32 array, shape (3,)
        From `sim.kernel.streams.make_key`.
    first
        Number of the first person.
    persons : PERSON record array, shape (n,)
        Written.
    joint
        From `sim.population.joint_distribution.joint_law`.
    """
    for i in range(persons.size):
        draw_person(key, first + i, persons[i], joint)
