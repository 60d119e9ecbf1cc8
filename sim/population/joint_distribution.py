"""The joint distribution of the synthetic population: conditional tables that meet every marginal of the traits.

`sim.scenario.joint.shares` says how the traits of adults go together, `sim.population.propensity` who of them
registers.
"""

import math

import numpy as np

from sim.kernel.categories import HOUSEHOLDS, SEXES
from sim.population.persons import LONE_PARENT, JointDistribution
from sim.population.places import settlement
from sim.population.propensity import Means, mean_log_free, mean_logistic, tilted
from sim.population.schedules import profile_table
from sim.scenario import seed_tables
from sim.scenario.country.traits import Propensity, Traits
from sim.scenario.joint.raking import cumulative
from sim.scenario.joint.shares import HAS_JOB, joint_shares

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


def _need(traits, homes, log_edges):
    """Level at which need has its mean, by bisection, and the mean by household and bin of income, shape (6, b);
    `homes` is the distribution of both."""
    logit = -traits.need_slope * (0.5 * (log_edges[:-1] + log_edges[1:]) - np.log(traits.consumption_units)[:, None])
    logit[LONE_PARENT] += traits.need_lone_parent
    low, high = -200.0, 200.0
    while high - low > 1e-9:
        level = 0.5 * (low + high)
        means = mean_logistic(level + logit, traits.need_sd)
        low, high = (level, high) if (homes * means).sum() < traits.need_mean else (low, level)
    return level, means


def _care(traits):
    """Hours of care per week by sex, household and children, shape (2, 6, 2)."""
    care = np.zeros((len(SEXES), len(HOUSEHOLDS), 2))
    care[:, :, 1] = np.array([traits.care_men, traits.care_women])[:, None]
    care[:, _CHILDREN_ELSEWHERE, 1] *= _VISITS
    return care


def _log_free(traits, people, with_children, domestic):
    """Mean log of free hours, shape (2, 7, 6); `with_children` is the share of each (sex, age, household)."""
    there = people.sum(axis=1)
    have = np.einsum("gash,gah->gsh", people, with_children)
    have = np.divide(have, there, out=np.zeros_like(there), where=there > 0.0)
    left = (traits.waking_hours - np.array(traits.paid_hours))[:, None, None] - _care(traits)[:, None]
    return mean_log_free(
        *(left, traits.personal_hours, traits.free_floor, traits.free_log_sd, domestic, 1.0 / traits.domestic_shape),
        share=np.stack([1.0 - have, have], axis=-1),
    )


def joint_distribution(traits: Traits, propensity: Propensity | None = None) -> JointDistribution:
    """The tables from which people are drawn.

    Parameters
    ----------
    traits
        Marginal shares and means of adults.
    propensity
        By how much their odds to register differ; None: people are adults like all others.

    Raises
    ------
    BadScenario
        If the marginals contradict each other.
    """
    people, education, income, log_edges, children = joint_shares(traits)
    homes = people.sum(axis=2)
    shares, per_km2 = settlement()
    with_children = np.divide(children[..., 1], homes, out=np.zeros_like(homes), where=homes > 0.0)
    domestic = _domestic(traits, people.sum(axis=1))
    outside = np.add.outer(np.array(traits.outside_status), np.array(traits.outside_education))
    need_level, need = _need(traits, income.sum(axis=(0, 2)), log_edges)
    if propensity:
        free = _log_free(traits, people, with_children, domestic)
        means = Means(need, mean_logistic(outside, traits.outside_sd), free)
        people, education, income = tilted(people, education, income, propensity, means)
    else:
        education = np.broadcast_to(education[:, :, None], (*people.shape[1:], education.shape[-1]))
    return JointDistribution(
        sex=cumulative(people.sum(axis=(1, 2, 3))),
        age=cumulative(people.sum(axis=(2, 3))),
        years=seed_tables.AGES.astype(np.int64),
        status=cumulative(people.sum(axis=3)),
        household=cumulative(people),
        children=with_children,
        education=cumulative(education),
        income=cumulative(np.concatenate([np.zeros((*income.shape[:-1], 1)), income], axis=-1)),
        log_edges=log_edges,
        profile=profile_table(),
        log_units=np.log(traits.consumption_units),
        domestic=domestic,
        domestic_power=1.0 / traits.domestic_shape,
        awake=traits.waking_hours - np.array(traits.paid_hours),
        care=_care(traits),
        personal=traits.personal_hours,
        free_floor=traits.free_floor,
        free_log_sd=traits.free_log_sd,
        need_level=need_level,
        need_slope=traits.need_slope,
        need_lone_parent=traits.need_lone_parent,
        need_sd=traits.need_sd,
        outside=outside,
        outside_sd=traits.outside_sd,
        place=cumulative(shares.ravel()),
        per_km2=per_km2.ravel(),
        smartphone=np.array(traits.smartphone)[np.searchsorted(_SMARTPHONE, np.arange(_OLDEST), side="right")],
    )
