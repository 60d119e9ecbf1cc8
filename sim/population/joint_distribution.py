"""The joint distribution of the synthetic population: conditional tables that meet every marginal of the traits.

`sim.scenario.joint_shares` says how traits go together. They are those of survey respondents, the most active on
one platform, used for lack of better as those of all registered.
"""

import math

import numpy as np

from sim.kernel.categories import HOUSEHOLDS, SEXES
from sim.population.persons import LONE_PARENT, JointDistribution
from sim.population.places import settlement
from sim.population.schedules import profile_table
from sim.scenario import seed_tables
from sim.scenario.joint_shares import HAS_JOB, joint_shares
from sim.scenario.raking import cumulative
from sim.scenario.traits import Traits

_CHILDREN_ELSEWHERE = [HOUSEHOLDS.index("alone"), HOUSEHOLDS.index("couple")]
_SMARTPHONE, _OLDEST = (25, 40, 60, 70), 256  # years at which its share changes; ages that one byte holds
_VISITS = 0.3  # care for children who live elsewhere, over that for children at home


def _domestic(traits, activity):
    """Weibull scale of domestic work, shape (2, 7, 6), from the distribution of (sex, status, household)."""
    means = [
        [traits.domestic_men_without_job, traits.domestic_men_with_job],
        [traits.domestic_women_without_job, traits.domestic_women_with_job],
    ]
    hours = np.zeros(activity.shape)
    for sex in range(len(SEXES)):
        for job in range(2):
            group = sex, HAS_JOB == job
            there = activity[group].sum(axis=0)
            relative = np.average(seed_tables.DOMESTIC_BY_HOUSEHOLD, weights=there if there.any() else None)
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
    BadScenario
        If the marginals contradict each other.
    """
    people, education, income, log_edges, children = joint_shares(traits)
    homes = people.sum(axis=2)
    shares, per_km2 = settlement()
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
        place=cumulative(shares.ravel()),
        per_km2=per_km2.ravel(),
        smartphone=np.array(traits.smartphone)[np.searchsorted(_SMARTPHONE, np.arange(_OLDEST), side="right")],
    )
