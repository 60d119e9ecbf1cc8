"""How much is asked for when: the intensity of demand, day by day, and what batches are like.

Growth sets the level, weekday the rhythm; season and regime only move demand within a year. Each year of the run
is scaled back to what growth and weekday alone would ask for, so that regimes differ by volatility alone.
"""

import datetime

import numpy as np

from sim.kernel.categories import KINDS, ONCE, USES
from sim.kernel.records import KIND, LARGEST_BATCH
from sim.kernel.units import COMMON_YEAR
from sim.population.draws import NOISE, regime
from sim.scenario.own.regimes import regime_of
from sim.scenario.scenario import Scenario

_NODES, _TERMS = 12, 8  # of the sums over durations and sizes


def intensity(scenario: Scenario, key: np.ndarray, days: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cumulated intensity of demand by use and the name of each day's regime.

    Returns
    -------
    cumulated : float64 array, shape (USES, days + 1)
        Mean slope one a day over the run, so that uses keep their shares of it however they grow.
    multiplier : float64 array, shape (days,)
        What season and regime make of the day, mean one over a year of all uses together.
    label : array of str, shape (days,)
        "steady", "quiet", "surge", "collapsed", or the name of a regime of one's own, which nothing is scaled to.
    """
    demand = scenario.demand
    dates = [scenario.start + datetime.timedelta(days=d) for d in range(days)]
    free = _free(dates, scenario.country.holidays.split())
    if (mine := regime_of(scenario)) is not None:
        return _as_given(demand, dates, free, *mine)
    swing, label = _swing(demand, key, dates)
    after, each = label == "collapsed", []
    for use in USES:
        base = _base(demand, free, getattr(demand.growth_by_use, use))
        asked = _scaled(base, swing)
        # The contracts that end take their volume with them; no second time here.
        posted = np.where(after, asked / max(1.0 - demand.collapse_depth, 1e-9), asked)
        each.append(np.concatenate([[0.0], np.cumsum(base * posted)]))
    return np.array(each), _scaled(_base(demand, free, 0.0), swing), label


def _as_given(demand, dates, free, name, asked):
    """The intensity of a regime of one's own, on top of weekdays and growth."""
    bases = [_base(demand, free, getattr(demand.growth_by_use, use)) for use in USES]
    return (
        np.array([np.concatenate([[0.0], np.cumsum(base * asked)]) for base in bases]),
        asked,
        np.full(len(dates), name),
    )


def _free(dates, holidays):
    """Weekends, and holidays such as "12-25"; bool array, shape (days,)."""
    return np.array([day.weekday() >= 5 or f"{day:%m-%d}" in holidays for day in dates])


def _base(demand, free, further):
    """What weekdays and growth ask for, mean one a day; the growth of a use comes on top of that of all demand."""
    yearly = (1.0 + demand.growth_per_year) * (1.0 + further)
    base = np.where(free, demand.weekend_share, 1.0) * yearly ** (np.arange(len(free)) / COMMON_YEAR)
    return base / (base.mean() or 1.0)  # of weekend days alone, on which nobody posts


def _swing(demand, key, dates):
    """What season and regime make of each day before it is scaled, and the regime's name."""
    days = len(dates)
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
        multiplier = np.where(after, 1.0 - demand.collapse_depth, 1.0)
    return multiplier, label


def _scaled(base, swing):
    """Each year asks for what it would without season and regime."""
    multiplier = swing.copy()
    for block in _years(len(base)):
        multiplier[block] *= base[block].sum() / ((base[block] * multiplier[block]).sum() or 1.0)  # all have left
    return multiplier


def _season(demand, dates):
    """Dips in August and from 20 December to 3 January."""
    august = np.array([d.month == 8 for d in dates])
    christmas = np.array([(d.month == 12 and d.day >= 20) or (d.month == 1 and d.day <= 3) for d in dates])
    return np.where(august, 1.0 - demand.august_dip, 1.0) * np.where(christmas, 1.0 - demand.christmas_dip, 1.0)


def _years(days):
    """Years of the run; a last stretch of less than half a year belongs to the year before."""
    starts = list(range(0, days, COMMON_YEAR))
    if len(starts) > 1 and days - starts[-1] < COMMON_YEAR // 2:
        starts.pop()
    return [slice(a, b) for a, b in zip(starts, [*starts[1:], days], strict=True)]


def kinds(scenario: Scenario) -> np.ndarray:
    """The platforms' bills of fares: what batches of each kind of task are like; KIND array, shape (P, KINDS)."""
    members = scenario.platform.members.values()
    rows = np.zeros((len(members), len(KINDS)), KIND)
    rows["exponent"] = scenario.demand.batch_size_exponent
    rows["hourly"] = rows["seconds"] = rows["redundancy"] = rows["smallest"] = rows["largest"] = 1.0
    for bill, member in zip(rows, members, strict=True):
        for name, fare in member.tasks.items():
            row = bill[KINDS.index(name)]
            row["seconds"] = fare.seconds * np.exp(0.5 * fare.seconds_log_sd**2)
            row["seconds_log_sd"], row["redundancy"], row["hourly"] = fare.seconds_log_sd, fare.redundancy, fare.hourly
            row["redundancy"] = 0 if name in ONCE else fare.redundancy
            row["profiled"] = member.profiled if name in ("testing", "survey") else 0.0
            row["share"], row["smallest"], row["largest"] = fare.share, fare.smallest, fare.largest
            row["french"] = fare.french
    return rows


def mean_tasks(fares: np.ndarray, announced_share: np.ndarray) -> np.ndarray:
    """Mean true seconds of a client's tasks.

    Parameters
    ----------
    fares : KIND array, shape (n,)
        That of each client.
    announced_share : float array, shape (n,)
        Announced over true duration.
    """
    return fares["seconds"] * np.exp(0.5 * NOISE**2) / announced_share


def mean_batches(clients: np.ndarray, fares: np.ndarray) -> np.ndarray:
    """Mean true seconds of a client's batches: ``E[max(size, least order) x seconds]``.

    Sizes have a Pareto tail from the client's smallest to its largest; what a least order comes to in tasks depends on
    how long these are, over which is summed at the nodes of Gauss and Hermite.

    Parameters
    ----------
    clients : CLIENT array, shape (n,)
    fares : KIND array, shape (n,)
        That of each client.
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    spread, announced = fares["seconds_log_sd"], np.zeros(len(clients))
    for node, weight in zip(nodes, weights / weights.sum(), strict=True):
        seconds = np.maximum(fares["seconds"] * np.exp(spread * node - 0.5 * spread**2), 1.0)
        least = np.minimum(np.ceil(clients["least_work"] / seconds), LARGEST_BATCH)
        announced += weight * seconds * mean_size(fares["exponent"], clients["smallest"], clients["largest"], least)
    return announced / fares["seconds"] * mean_tasks(fares, clients["announced_share"].astype(np.float64))


def mean_size(exponent: np.ndarray, smallest: np.ndarray, largest: np.ndarray, least: np.ndarray) -> np.ndarray:
    """Mean of whole tasks with a Pareto tail between two sizes, of which none is let stand below `least`.

    ``E[max(S, m)] = m + sum over s > m of P(S >= s)``, in which P(S >= s) falls like ``s ^ -exponent``.
    """
    low, high = np.asarray(smallest, np.float64), np.asarray(largest, np.float64)
    least = np.maximum(low, least)
    above = _powers(exponent, least, high) - np.maximum(high - least, 0.0) * high**-exponent
    return least + above / np.where(high > low, low**-exponent - high**-exponent, 1.0)


def _powers(exponent, first, last):
    """Sum of ``s ^ -exponent`` for ``first < s <= last``: some terms, then Euler and Maclaurin's formula."""
    total = np.zeros(np.broadcast(exponent, first, last).shape)
    for k in range(1, _TERMS + 1):
        total += np.where(first + k <= last, (first + k) ** -exponent, 0.0)
    first, last = first + _TERMS, np.maximum(last, first + _TERMS)
    grown, rest = np.log(last / first), 1.0 - exponent
    near = np.abs(rest) < 1e-9
    area = np.where(near, grown, np.expm1(rest * grown) / np.where(near, 1.0, rest)) * first**rest
    ends = (last**-exponent - first**-exponent) / 2.0
    return total + area + ends - exponent * (last ** (-exponent - 1.0) - first ** (-exponent - 1.0)) / 12.0
