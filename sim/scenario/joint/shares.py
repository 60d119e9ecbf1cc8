"""The joint distribution of the traits: conditional tables that meet every marginal of `sim.scenario.country.traits`.

What is known are marginals (women by household, people without a job by age, ...). How traits go together is
assumed (`sim.scenario.seed_tables`), and `sim.scenario.joint.raking` finds the distribution nearest to that which has
all the marginals. Marginals that nobody can have together are told at the door, with what each could be instead.
"""

import math
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from sim.kernel.categories import HOUSEHOLDS, STATUSES
from sim.scenario import composition, seed_tables
from sim.scenario.country.traits import Traits
from sim.scenario.joint.raking import Contradiction, each_cell, ends, rake, rest
from sim.scenario.parameter import fields_of
from sim.scenario.problems import BadScenario, Problem, shown

_BANDS = np.searchsorted((25, 35, 45, 55, 65), seed_tables.AGES[:-1], side="right")  # the published band of each age
_FULL_TIME, _PART_TIME = STATUSES.index("full_time"), STATUSES.index("part_time")
_UNEMPLOYED, _STUDENT, _RETIRED = (STATUSES.index(word) for word in ("unemployed", "student", "retired"))
HAS_JOB = np.array([word in ("full_time", "part_time", "fixed_term_or_self_employed") for word in STATUSES])
_WITH_PARENTS = HOUSEHOLDS.index("with_parents")
_LOWEST, _HIGHEST, _STEPS = 200.0, 20_000.0, 32  # household income, euro per month
_SHARES = [name for name, (kind, parameter) in fields_of(Traits).items() if kind is float and parameter.high == 1]
_STEP = 2.0**-10  # in a share; marginals are linear in each by itself


class JointShares(NamedTuple):
    """Probabilities that add up to one. Sizes: 2 sexes, a ages, 7 statuses, 6 households, 4 educations, b bins."""

    people: np.ndarray  # (2, a, 7, 6), by sex, age, status and household
    education: np.ndarray  # (a, 7, 4), by age, status and education
    income: np.ndarray  # (7, 6, 4, b), by status, household, education and bin of income
    log_edges: np.ndarray  # (b + 1,): log of household income, euro per month
    children: np.ndarray  # (2, a, 6, 2), by sex, age, household and having children


def _sexes(traits):
    """Men, women; in the order of `sim.kernel.categories.SEXES`."""
    return np.array([1.0 - traits.women_share, traits.women_share])


def _job_margins(traits):
    """What is known of age and jobs, as marginals over (sex, age, status, household)."""
    sex, age, status, _ = np.ogrid[:2, : len(_BANDS), : len(STATUSES), :1]
    employed = np.array([traits.employed_men, traits.employed_women])
    part_time = employed * [traits.part_time_men, traits.part_time_women]
    by_sex = _sexes(traits) * [part_time, employed - part_time, 1.0 - employed]
    job = np.where(status == _PART_TIME, 0, np.where(HAS_JOB[status], 1, 2))

    counted = np.full(len(STATUSES), 4)
    counted[[_FULL_TIME, _STUDENT, _RETIRED, _UNEMPLOYED]] = range(4)
    full_time = traits.open_ended * traits.open_ended_full_time

    middle, late = sum(traits.age_bands[1:4]), traits.age_bands[4]
    without = [middle * traits.without_job_25_54, late * traits.without_job_55_64]
    group = np.array([4, 0, 0, 0, 2, 4])[_BANDS[age]] + HAS_JOB[status]
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
    return seed_table, {
        **_job_margins(traits),
        "household by sex": (5 * sex + np.minimum(household, 4), homes),
        "with parents": (parents, [1.0 - traits.with_parents, traits.with_parents]),
    }


def _children(traits, homes):
    """Joint distribution of `homes` (sex, age, household) and having children, shape (2, a, 6, 2)."""
    seed_table = homes[..., None] * np.stack([1.0 - seed_tables.CHILDREN, seed_tables.CHILDREN], axis=-1)
    have = _sexes(traits) * [traits.children_men, traits.children_women]
    group = 2 * np.arange(2)[:, None, None, None] + np.arange(2)
    by_sex = np.stack([_sexes(traits) - have, have], axis=1).ravel()
    return seed_table, {"children by sex": (group, by_sex), "household": each_cell(homes)}


def _education(traits, activity):
    """Joint distribution of `activity` (age, status) and education, shape (a, 7, 4)."""
    seed_table = activity[..., None] * seed_tables.EDUCATION_BY_AGE[:, None, :] * seed_tables.EDUCATION_BY_STATUS
    band, level = _BANDS[:, None, None], np.arange(4)
    all_ages, under_35 = sum(traits.age_bands[1:5]), traits.age_bands[1]
    above = traits.above_bac_plus_2_25_64
    levels = all_ages * np.array([*((1.0 - above) * np.array(traits.education_below)), above])
    graduates = under_35 * traits.above_bac_plus_2_25_34
    return seed_table, {
        "education": (np.where((band >= 1) & (band <= 4), level, 4), rest(*levels)),
        "degree under 35": (np.where(band == 1, (level == 3).astype(int), 2), rest(under_35 - graduates, graduates)),
        "age and status": each_cell(activity),
    }


def _edges(traits):
    """Logs of the edges of the bins of household income.

    They contain every income at which a share is known, directly or per unit of some household, so that the shares
    are met exactly.
    """
    units = np.array(traits.consumption_units)
    thresholds = np.concatenate([[1500.0, 3000.0], traits.poor_line * units, traits.low_line * units])
    return np.log(np.unique(np.concatenate([np.geomspace(_LOWEST, _HIGHEST, _STEPS + 1), thresholds])))


def _income(traits, groups):
    """Joint distribution of `groups` (status, household, education) and the bin of household income.

    The seed table is lognormal in income per consumption unit.
    """
    edges, units = _edges(traits), np.array(traits.consumption_units)
    middle = 0.5 * (edges[:-1] + edges[1:])
    per_unit = middle - np.log(units)[:, None]
    centre = seed_tables.INCOME_BY_STATUS[:, None] * seed_tables.OWN_STATUS_COUNTS + seed_tables.INCOME_BY_HOUSEHOLD
    centre = math.log(traits.low_line) + centre[..., None] + seed_tables.INCOME_BY_EDUCATION
    distance = (per_unit[None, :, None, :] - centre[..., None]) / seed_tables.INCOME_LOG_SD
    seed_table = groups[..., None] * np.exp(-0.5 * distance**2) * np.diff(edges)
    bands = np.searchsorted(np.log([1500.0, 3000.0]), middle)
    poverty = np.searchsorted(np.log([traits.poor_line, traits.low_line]), per_unit)[:, None, :]
    return seed_table, {
        "income": (bands, rest(traits.income_below_1500, traits.income_1500_3000)),
        "poverty": (poverty, rest(traits.poor_share, traits.low_share - traits.poor_share)),
        "status, household and education": each_cell(groups),
    }


@lru_cache(maxsize=8)
def joint_shares(traits: Any) -> JointShares:
    """The joint distribution of a scenario's `Traits`.

    Raises
    ------
    BadScenario
        If their shares contradict one another.
    """
    people = _raked(_people, traits)
    activity = people.sum(axis=(0, 3))
    education = _raked(_education, traits, activity)
    shares = np.divide(education, activity[..., None], out=np.zeros_like(education), where=activity[..., None] > 0.0)
    income = _raked(_income, traits, np.einsum("gash,ase->she", people, shares))
    return JointShares(people, education, income, _edges(traits), _raked(_children, traits, people.sum(axis=2)))


def _raked(table, traits, *given):
    try:
        return rake(*table(traits, *given))
    except Contradiction as contradiction:
        raise BadScenario(_contradictions(table, traits, given, contradiction.missed)) from None


def _contradictions(table, traits, given, missed):
    """A problem for each trait that is not as usual: what it contradicts, and what it could be beside the others."""
    usual = composition.option("population", composition.chosen()["population"])["traits"]
    other = [name for name, value in traits.model_dump(mode="json").items() if value != usual[name]]
    could = {name: _could_be(name, table, traits, given) for name in _SHARES}
    told = [name for name in other if could.get(name)] or other or [name for name in _SHARES if could[name]]
    for name in told:
        rival = [one for one in other if one != name] or [one for one in _SHARES if could[one] and one != name]
        beside = ", ".join(f"population.traits.{one} = {shown(getattr(traits, one))}" for one in rival)
        wrong = f"no population has it beside {beside or f'what is known of {missed}'}"
        if could.get(name):
            wrong += "; from {:g} to {:g} it would do".format(*could[name])
        yield Problem(f"population.traits.{name}", getattr(traits, name), wrong)


def _could_be(name, table, traits, given):
    """Least and largest of one share, all others being as they are, in whole hundredths; None if it moves nothing."""
    at = [table(traits.model_copy(update={name: share}), *given) for share in (0.0, _STEP)]
    (seed_table, marginals), (_, moved) = at
    slopes = {key: (np.asarray(moved[key][1]) - shares) / _STEP for key, (_, shares) in marginals.items()}
    if not any(slope.any() for slope in slopes.values()):
        return None
    if (found := ends(seed_table, marginals, slopes)) is None:
        return None
    edge = 0.004  # where raking takes for ever; nobody and everybody are none
    low = 0.0 if found[0] < 1e-7 else math.ceil(100.0 * (found[0] + edge)) / 100.0
    high = 1.0 if found[1] > 1.0 - 1e-7 else math.floor(100.0 * (found[1] - edge)) / 100.0
    return (low, high) if low <= high else None
