"""Who of all adults registers: the joint distribution of their traits, tilted by the propensity to register.

With ``w`` the weight of a cell of traits, the registered are distributed like adults times ``w``, renormalised:

    log w = age decades + age bend decades^2 + education level + women + mothers + fathers + alone + job
            + retired + need E(need) + outside E(outside options) + free time E(log free hours)

Decades are from 40 years of age on and back. So few register that odds and chances are the same. A cell is a sex,
age, status, household, education and bin of income; age, need, outside options and free time enter by their means in
the cell, and vary within it as those of adults do. The tilt is exact: the weight is a product of what depends on sex,
age, status and household, on status and education, and on household and income, so that tables along the chain of
traits hold it and a person takes no more draws than an adult.
"""

from typing import NamedTuple

import numpy as np

from sim.kernel.categories import EMPLOYED, HOUSEHOLDS, SEXES, STATUSES
from sim.scenario import seed_tables
from sim.scenario.country.traits import Propensity

MIDDLE_AGE = 40.0
_AT_HOME = np.isin(HOUSEHOLDS, ("lone_parent", "couple_with_children"))
_ALONE = np.isin(HOUSEHOLDS, "alone")
_LEVELS = np.arange(4) - 1.0  # of education, from the bac on and back
_NOISE, _WEIGHT = np.polynomial.hermite_e.hermegauss(31)
_WEIGHT = _WEIGHT / _WEIGHT.sum()
_QUANTILES = (np.arange(64) + 0.5) / 64


class Tilted(NamedTuple):
    """Distribution of the registered; sizes as in `sim.scenario.joint.shares.JointShares`."""

    people: np.ndarray  # (2, a, 7, 6), by sex, age, status and household
    education: np.ndarray  # (a, 7, 6, 4), by age, status and household: conditional
    income: np.ndarray  # (7, 6, 4, b), by status, household and education: conditional


class Means(NamedTuple):
    """Means in the cells of what is drawn within them."""

    need: np.ndarray  # (6, b), by household and bin of income
    outside: np.ndarray  # (7, 4), by status and education
    log_free: np.ndarray  # (2, 7, 6), by sex, status and household: log of hours per week


def tilted(
    people: np.ndarray, education: np.ndarray, income: np.ndarray, propensity: Propensity, means: Means
) -> Tilted:
    """The distribution of the registered.

    Parameters
    ----------
    people, education, income : float arrays
        Of adults, as in `sim.scenario.joint.shares.JointShares`.
    propensity
        Log points by which the odds differ.
    means
        Of adults.
    """
    years = (seed_tables.AGES[:-1] + seed_tables.AGES[1:] - 1) / 2.0
    decades = (years - MIDDLE_AGE) / 10.0
    of_age = propensity.age * decades + propensity.age_bend * decades**2
    of_sex = propensity.women * np.array([word == "woman" for word in SEXES])
    of_status = propensity.retired * np.array([word == "retired" for word in STATUSES])
    of_status = of_status + propensity.job * np.isin(STATUSES, EMPLOYED)
    of_parents = np.array([propensity.mothers if word == "woman" else propensity.fathers for word in SEXES])
    home = of_sex[:, None, None] + of_status[:, None] + of_parents[:, None, None] * _AT_HOME + propensity.alone * _ALONE
    home = home + propensity.free_time * means.log_free
    pressed = np.exp(propensity.need * means.need)
    choosy = np.exp(propensity.education * _LEVELS + propensity.outside * means.outside)

    income = _conditional(income) * pressed[:, None, :]  # each household's weights by bin of income
    later = income.sum(axis=-1)
    education = (_conditional(education) * choosy)[:, :, None, :] * later
    people = people * education.sum(axis=-1) * np.exp(of_age[:, None, None] + home[:, None])
    return Tilted(people / people.sum(), _conditional(education), _conditional(income))


def mean_logistic(logit: np.ndarray, spread: float) -> np.ndarray:
    """Mean of a logistic-normal of these middles and this spread, both on the logit scale; array like `logit`."""
    return (0.5 + 0.5 * np.tanh(0.5 * (logit[..., None] + spread * _NOISE))) @ _WEIGHT


def mean_log_free(
    left: np.ndarray, personal: float, floor: float, log_sd: float, scale: np.ndarray, power: float, share: np.ndarray
) -> np.ndarray:
    """Mean of the log of free hours, as `sim.population.persons.draw_person` draws them.

    Parameters
    ----------
    left : float array, shape (2, 7, 6, 2)
        Hours that job and care leave, by sex, status, household and having children.
    scale : float array, shape (2, 7, 6)
        Weibull scale of domestic work; `power` is one over its shape.
    share : float array, shape (2, 7, 6, 2)
        Of those without and with children in each cell.

    Returns
    -------
    float array, shape (2, 7, 6)
    """
    domestic = np.minimum(scale[..., None] * (-np.log(_QUANTILES)) ** power, 100.0)[..., None, :]
    left = np.maximum(left[..., None] - domestic, floor)[..., None]
    free = np.minimum(np.maximum(left - personal, floor) * np.exp(log_sd * _NOISE), left)
    return ((np.log(free) @ _WEIGHT).mean(axis=-1) * share).sum(axis=-1)


def _conditional(joint):
    """Shares along the last axis; 0 where there is nobody."""
    total = joint.sum(axis=-1, keepdims=True)
    return np.divide(joint, total, out=np.zeros_like(joint), where=total > 0.0)
