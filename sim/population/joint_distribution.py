"""The joint distribution of the synthetic population: conditional tables that meet every marginal of the traits.

What is known are marginals (women by household, people without a job by age, ...). How traits go together is
assumed (`sim.population.seed_tables`), and `sim.population.raking` finds the distribution nearest to that which has
all the marginals. The traits are those of survey respondents, the most active on one platform, used for lack of better
as those of all registered.
"""

import math

import numpy as np

from sim.kernel.categories import HOUSEHOLDS, SEXES, STATUSES
from sim.population import seed_tables
from sim.population.persons import LONE_PARENT, JointDistribution
from sim.population.raking import cumulative, each_cell, rake, rest
from sim.population.schedules import profile_table
from sim.scenario.traits import Traits

_BANDS = np.searchsorted((25, 35, 45, 55, 65), seed_tables.AGES[:-1], side="right")  # the published band of each age
_FULL_TIME, _PART_TIME = STATUSES.index("full_time"), STATUSES.index("part_time")
_UNEMPLOYED, _STUDENT, _RETIRED = (STATUSES.index(word) for word in ("unemployed", "student", "retired"))
_HAS_JOB = np.array([word in ("full_time", "part_time", "fixed_term_or_self_employed") for word in STATUSES])
_WITH_PARENTS = HOUSEHOLDS.index("with_parents")
_CHILDREN_ELSEWHERE = [HOUSEHOLDS.index("alone"), HOUSEHOLDS.index("couple")]
_VISITS = 0.3  # care for children who live elsewhere, over that for children at home
_LOWEST, _HIGHEST, _STEPS = 200.0, 20_000.0, 32  # household income, euro per month


def _sexes(traits):
    """Men, women; in the order of `sim.kernel.categories.SEXES`."""
    return np.array([1.0 - traits.women_share, traits.women_share])


def _job_margins(traits):
    """What is known of age and jobs, as marginals over (sex, age, status, household)."""
    sex, age, status, _ = np.ogrid[:2, : len(_BANDS), : len(STATUSES), :1]
    employed = np.array([traits.employed_men, traits.employed_women])
    part_time = employed * [traits.part_time_men, traits.part_time_women]
    by_sex = _sexes(traits) * [part_time, employed - part_time, 1.0 - employed]
    job = np.where(status == _PART_TIME, 0, np.where(_HAS_JOB[status], 1, 2))

    counted = np.full(len(STATUSES), 4)
    counted[[_FULL_TIME, _STUDENT, _RETIRED, _UNEMPLOYED]] = range(4)
    full_time = traits.open_ended * traits.open_ended_full_time

    middle, late = sum(traits.age_bands[1:4]), traits.age_bands[4]
    without = [middle * traits.without_job_25_54, late * traits.without_job_55_64]
    group = np.array([4, 0, 0, 0, 2, 4])[_BANDS[age]] + _HAS_JOB[status]
    return {
        "age": (_BANDS[age], traits.age_bands),
        "job by sex": (2 * job + sex, by_sex.ravel()),
        "status": (counted[status], rest(full_time, traits.students, traits.retired, traits.unemployed)),
        "job by age": (np.minimum(group, 4), rest(without[0], middle - without[0], without[1], late - without[1])),
    }


def _people(traits):
    """Joint distribution of sex, age, status and household, shape (2, a, 7, 6)."""
    seed_table = np.einsum(
        "a,as,gs,ah,sh->gash",
        np.diff(seed_tables.AGES),
        seed_tables.STATUS_BY_AGE,
        seed_tables.STATUS_BY_SEX,
        seed_tables.HOUSEHOLD_BY_AGE,
        seed_tables.HOUSEHOLD_BY_STATUS,
    )
    sex, household = np.arange(2)[:, None, None, None], np.arange(len(HOUSEHOLDS))
    known = [rest(*traits.households_men), rest(*traits.households_women)]
    homes = (_sexes(traits)[:, None] * known).ravel()
    parents = (household == _WITH_PARENTS).astype(int)
    return rake(
        seed_table,
        {
            **_job_margins(traits),
            "household by sex": (5 * sex + np.minimum(household, 4), homes),
            "with parents": (parents, [1.0 - traits.with_parents, traits.with_parents]),
        },
    )


def _children(traits, homes):
    """Joint distribution of `homes` (sex, age, household) and having children, shape (2, a, 6, 2)."""
    seed_table = homes[..., None] * np.stack([1.0 - seed_tables.CHILDREN, seed_tables.CHILDREN], axis=-1)
    have = _sexes(traits) * [traits.children_men, traits.children_women]
    group = 2 * np.arange(2)[:, None, None, None] + np.arange(2)
    by_sex = np.stack([_sexes(traits) - have, have], axis=1).ravel()
    return rake(seed_table, {"children by sex": (group, by_sex), "household": each_cell(homes)})


def _education(traits, activity):
    """Joint distribution of `activity` (age, status) and education, shape (a, 7, 4)."""
    seed_table = activity[..., None] * seed_tables.EDUCATION_BY_AGE[:, None, :] * seed_tables.EDUCATION_BY_STATUS
    band, level = _BANDS[:, None, None], np.arange(4)
    all_ages, under_35 = sum(traits.age_bands[1:5]), traits.age_bands[1]
    above = traits.above_bac_plus_2_25_64
    levels = all_ages * np.array([*((1.0 - above) * np.array(traits.education_below)), above])
    graduates = under_35 * traits.above_bac_plus_2_25_34
    return rake(
        seed_table,
        {
            "education": (np.where((band >= 1) & (band <= 4), level, 4), rest(*levels)),
            "degree under 35": (
                np.where(band == 1, (level == 3).astype(int), 2),
                rest(under_35 - graduates, graduates),
            ),
            "age and status": each_cell(activity),
        },
    )


def _income(traits, groups):
    """Joint distribution of `groups` (status, household, education) and the bin of household income; log edges.

    The seed table is lognormal in income per consumption unit. The edges contain every income at which a share is
    known, directly or per unit of some household, so that the shares are met exactly.
    """
    units = np.array(traits.consumption_units)
    thresholds = np.concatenate([[1500.0, 3000.0], traits.poor_line * units, traits.low_line * units])
    edges = np.log(np.unique(np.concatenate([np.geomspace(_LOWEST, _HIGHEST, _STEPS + 1), thresholds])))
    middle = 0.5 * (edges[:-1] + edges[1:])
    per_unit = middle - np.log(units)[:, None]
    centre = seed_tables.INCOME_BY_STATUS[:, None] * seed_tables.OWN_STATUS_COUNTS + seed_tables.INCOME_BY_HOUSEHOLD
    centre = math.log(traits.low_line) + centre[..., None] + seed_tables.INCOME_BY_EDUCATION
    distance = (per_unit[None, :, None, :] - centre[..., None]) / seed_tables.INCOME_LOG_SD
    seed_table = groups[..., None] * np.exp(-0.5 * distance**2) * np.diff(edges)
    bands = np.searchsorted(np.log([1500.0, 3000.0]), middle)
    poverty = np.searchsorted(np.log([traits.poor_line, traits.low_line]), per_unit)[:, None, :]
    income = rake(
        seed_table,
        {
            "income": (bands, rest(traits.income_below_1500, traits.income_1500_3000)),
            "poverty": (poverty, rest(traits.poor_share, traits.low_share - traits.poor_share)),
            "status, household and education": each_cell(groups),
        },
    )
    return income, edges


def _domestic(traits, activity):
    """Weibull scale of domestic work, shape (2, 7, 6), from the distribution of (sex, status, household)."""
    means = [
        [traits.domestic_men_without_job, traits.domestic_men_with_job],
        [traits.domestic_women_without_job, traits.domestic_women_with_job],
    ]
    hours = np.zeros(activity.shape)
    for sex in range(len(SEXES)):
        for job in range(2):
            group = sex, _HAS_JOB == job
            relative = np.average(seed_tables.DOMESTIC_BY_HOUSEHOLD, weights=activity[group].sum(axis=0))
            hours[group] = means[sex][job] * seed_tables.DOMESTIC_BY_HOUSEHOLD / relative
    return hours / math.gamma(1.0 + 1.0 / traits.domestic_shape)


def _need_level(traits, homes, log_edges):
    """Level at which need has its mean, by bisection; `homes` is the distribution of (household, bin of income)."""
    logit = -traits.need_slope * (0.5 * (log_edges[:-1] + log_edges[1:]) - np.log(traits.consumption_units)[:, None])
    logit[LONE_PARENT] += traits.need_lone_parent
    noise, weight = np.polynomial.hermite_e.hermegauss(31)
    spread = logit[..., None] + traits.need_sd * noise
    low, high = -200.0, 200.0
    while high - low > 1e-9:
        level = 0.5 * (low + high)
        mean = np.einsum("hb,hbn,n", homes, 0.5 + 0.5 * np.tanh(0.5 * (level + spread)), weight) / weight.sum()
        low, high = (level, high) if mean < traits.need_mean else (low, level)
    return level


def _care(traits):
    """Hours of care per week by sex, household and children, shape (2, 6, 2)."""
    care = np.zeros((len(SEXES), len(HOUSEHOLDS), 2))
    care[:, :, 1] = np.array([traits.care_men, traits.care_women])[:, None]
    care[:, _CHILDREN_ELSEWHERE, 1] *= _VISITS
    return care


def joint_distribution(traits: Traits) -> JointDistribution:
    """The tables from which people are drawn.

    Parameters
    ----------
    traits
        Marginal shares and means.

    Raises
    ------
    ValueError
        If the marginals contradict each other.
    """
    people = _people(traits)
    activity = people.sum(axis=(0, 3))
    education = _education(traits, activity)
    shares = np.divide(education, activity[..., None], out=np.zeros_like(education), where=activity[..., None] > 0.0)
    income, log_edges = _income(traits, np.einsum("gash,ase->she", people, shares))
    homes = people.sum(axis=2)
    children = _children(traits, homes)
    return JointDistribution(
        sex=cumulative(people.sum(axis=(1, 2, 3))),
        age=cumulative(people.sum(axis=(2, 3))),
        years=seed_tables.AGES.astype(np.int64),
        status=cumulative(people.sum(axis=3)),
        household=cumulative(people),
        children=np.divide(children[..., 1], homes, out=np.zeros_like(homes), where=homes > 0.0),
        education=cumulative(education),
        income=cumulative(np.concatenate([np.zeros((*income.shape[:-1], 1)), income], axis=-1)),
        log_edges=log_edges,
        profile=profile_table(),
        log_units=np.log(traits.consumption_units),
        domestic=_domestic(traits, people.sum(axis=1)),
        domestic_power=1.0 / traits.domestic_shape,
        awake=traits.waking_hours - np.array(traits.paid_hours),
        care=_care(traits),
        personal=traits.personal_hours,
        free_floor=traits.free_floor,
        free_log_sd=traits.free_log_sd,
        need_level=_need_level(traits, income.sum(axis=(0, 2)), log_edges),
        need_slope=traits.need_slope,
        need_lone_parent=traits.need_lone_parent,
        need_sd=traits.need_sd,
        outside=np.add.outer(np.array(traits.outside_status), np.array(traits.outside_education)),
        outside_sd=traits.outside_sd,
    )
