"""How much is asked for when: the intensity of demand, day by day, and what batches are like.

Growth sets the level, weekday the rhythm; season and regime only move demand within a year. Each year of the run
is scaled back to what growth and weekday alone would ask for, so that regimes differ by volatility alone.
"""

import datetime
from typing import Any

import numpy as np

from sim.kernel.categories import KINDS
from sim.kernel.records import KIND
from sim.kernel.units import COMMON_YEAR
from sim.population.draws import regime
from sim.scenario.scenario import Scenario


def intensity(scenario: Scenario, key: np.ndarray, days: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cumulated intensity of demand and the name of each day's regime.

    Returns
    -------
    cumulated : float64 array, shape (days + 1,)
        Mean slope one a day over the run.
    multiplier : float64 array, shape (days,)
        What season and regime make of the day, mean one over a year.
    label : array of str, shape (days,)
        "steady", "quiet", "surge" or "collapsed".
    """
    demand = scenario.demand
    dates = [scenario.start + datetime.timedelta(days=d) for d in range(days)]
    weekday = np.array([d.weekday() for d in dates])
    base = np.where(weekday >= 5, demand.weekend_share, 1.0) * (1.0 + demand.growth_per_year) ** (
        np.arange(days) / COMMON_YEAR
    )
    base /= base.mean() or 1.0  # of weekend days alone, on which nobody posts
    multiplier, label = np.ones(days), np.full(days, "steady", "<U9")
    if demand.name in ("seasonal", "volatile"):
        multiplier *= _season(demand, dates)
    if demand.name == "volatile":
        surging = np.zeros(days, np.bool_)
        regime(key, demand.quiet_days, demand.surge_days, days, surging)
        multiplier *= np.where(surging, demand.surge_factor, 1.0)
        label = np.where(surging, "surge", "quiet")
    if demand.name == "collapse":
        after = np.array([d >= demand.collapse_on for d in dates])
        label[after] = "collapsed"
        multiplier = _offset_collapse(after, base, demand.collapse_depth)
    for block in _years(days):
        multiplier[block] *= base[block].sum() / ((base[block] * multiplier[block]).sum() or 1.0)  # all have left
    asked = multiplier.copy()
    if demand.name == "collapse":  # the contracts that end take their volume with them; no second time here
        multiplier[after] /= max(1.0 - demand.collapse_depth, 1e-9)
    return np.concatenate([[0.0], np.cumsum(base * multiplier)]), asked, label


def _season(demand, dates):
    """Dips in August and from 20 December to 3 January."""
    august = np.array([d.month == 8 for d in dates])
    christmas = np.array([(d.month == 12 and d.day >= 20) or (d.month == 1 and d.day <= 3) for d in dates])
    return np.where(august, 1.0 - demand.august_dip, 1.0) * np.where(christmas, 1.0 - demand.christmas_dip, 1.0)


def _offset_collapse(after, base, depth):
    """Level after the collapse relative to before; scaled to a mean of one by the caller."""
    return np.where(after, 1.0 - depth, 1.0)


def _years(days):
    """Years of the run; a last stretch of less than half a year belongs to the year before."""
    starts = list(range(0, days, COMMON_YEAR))
    if len(starts) > 1 and days - starts[-1] < COMMON_YEAR // 2:
        starts.pop()
    return [slice(a, b) for a, b in zip(starts, [*starts[1:], days], strict=True)]


def kinds(demand: Any) -> np.ndarray:
    """What batches of each kind of task are like; KIND array, shape (KINDS,)."""
    rows = np.zeros(len(KINDS), KIND)
    rows["exponent"] = demand.batch_size_exponent
    for row, name in zip(rows, KINDS, strict=True):
        kind = demand.kinds.get(name)
        if kind is None:
            row["seconds"] = row["redundancy"] = row["largest"] = 1.0
            continue
        row["seconds"] = kind.seconds * np.exp(0.5 * kind.seconds_log_sd**2)
        row["seconds_log_sd"], row["redundancy"], row["largest"] = kind.seconds_log_sd, kind.redundancy, kind.largest
        row["share"], row["wage_factor"] = kind.share, kind.wage_factor
    return rows


def mean_sizes(kinds: np.ndarray) -> np.ndarray:
    """Mean batch size of each kind (whole tasks, Pareto tail from one task, cut at the largest); shape (KINDS,)."""
    return np.array([_mean_size(row["exponent"], row["largest"]) for row in kinds])


def _mean_size(exponent, largest):
    if largest == 1:
        return 1.0
    at_least = (np.arange(1, largest + 1) ** -exponent - largest**-exponent) / (1.0 - largest**-exponent)
    return float(at_least.sum())
