r"""The best point: where the market of the whole is expected to come nearest to the data.

A run of the whole says where a point is, and one of a part, which costs less, says which way the readings move from
there: a response surface (Box and Wilson 1951), what the emulator expects and a plane for what it misses,

.. math:: s_{part}(\theta, w) = b f(\theta) + a_w + c' \theta + \epsilon

with f the emulator and w the luck. Runs of a part lie around the point in opposite pairs which share their luck with
each other and with other pairs, so that luck drops out of the slopes (Schruben and Margolin 1978). The next point is
sought inside the posterior's 90 % intervals from what the whole read at the last one and the surface from there on. It
pays for its distance from there, for a surface is known only where it was measured, and for that from the posterior's
mean, for parameters that the data do not tell stay as they were believed.
"""

import sys
from collections.abc import Callable

import numpy as np
from scipy.optimize import minimize

from experiments.calibrate.inference.fit import Fit
from experiments.calibrate.inference.predictions import bands
from experiments.calibrate.inference.regression_adjustment import ridge

WORLDS = 10  # lucks: so many runs of the whole at each point
PAIRS = 3  # of runs of a part with each luck, each turn
_FIRM = 2.5  # errors beyond which a miss counts as itself and no longer as its square
_NEAR = 0.5  # how much nearer than draws of the posterior runs are made; and how near (squared) they count half


def polished(fitted: Fit, part: Callable, whole: Callable, turns: int, seed: int) -> tuple:
    """The best point, shape (d,), and what it reads on average over the lucks, shape (m,): nan if nothing could be run.

    Parameters
    ----------
    part, whole
        Points, shape (k, d), to readings of markets of a part or of the whole, shape (k, m), the one of number n with
        luck n % `WORLDS`; what was run before is asked for again.
    turns
        Times that a surface is measured, and a new point sought.
    """

    def read(point):
        return fitted.data.average(whole(np.repeat(point[None], WORLDS, axis=0)))

    posterior, chosen = fitted.posterior, promising(fitted)
    tried, reads = np.empty((0, len(chosen))), read(chosen)
    for turn in range(turns):
        step = _NEAR * (posterior.draws(PAIRS * WORLDS, seed + turn) - posterior.mean)
        tried = np.vstack([tried, within(fitted, chosen + step), within(fitted, chosen - step)])
        around = part(tried)
        if not np.isfinite(around[-2 * len(step) :]).any(axis=0).all():
            break
        point = sought(fitted, surface(fitted, tried, around, chosen), reads, chosen)
        there = read(point)
        if not np.isfinite(there).all():
            break
        chosen, reads = point, there
    else:
        return chosen, reads
    print(f"The best point is that of {turn} of {turns} turns: runs for the next are missing.", file=sys.stderr)
    return chosen, reads


def promising(fitted: Fit) -> np.ndarray:
    """Where to begin: the point that the emulator expects nearest to the data, not far from the posterior's mean."""
    middle, expected = fitted.posterior.mean, fitted.likelihood.expected
    reads = expected(middle[None])[0]
    return sought(fitted, lambda where: expected(where) - reads, reads, middle)


def surface(fitted: Fit, points: np.ndarray, readings: np.ndarray, centre: np.ndarray) -> Callable:
    """How the readings change from a centre on: points, shape (k, d), to differences, shape (k, m).

    Of runs at points, shape (n, d), with luck n % `WORLDS`, their readings, shape (n, m), are used where they are not
    nan; they count by how near they are to the centre, shape (d,).
    """
    slope, emulate = fitted.scale.slope, fitted.likelihood.emulators
    gaps = readings - slope * emulate(points)
    weights = 1.0 / (_NEAR + (((points - centre) / fitted.posterior.sd) ** 2).mean(axis=1))
    worlds, planes = np.arange(len(points)) % WORLDS, []
    for gap in gaps.T:
        known = np.isfinite(gap)
        weight, luck = weights[known], (worlds[known][:, None] == np.unique(worlds[known])).astype(float)
        share = luck * weight[:, None] / (weight @ luck)
        apart, missed = points[known] - luck @ (share.T @ points[known]), gap[known] - luck @ (share.T @ gap[known])
        planes.append(ridge(apart, missed[:, None], weight))

    def level(where):
        return slope * emulate(where) + np.hstack([plane(where - centre) for plane in planes])

    return lambda where: level(where) - level(centre[None])


def sought(fitted: Fit, change: Callable, reads: np.ndarray, centre: np.ndarray) -> np.ndarray:
    """The point expected nearest to the data, not far from a centre, which reads that, nor from what is believed."""

    data, luck = fitted.data, fitted.likelihood.luck
    between, (low, high) = data.interval, bands(data)

    def cost(point):
        there = reads + change(point[None])[0]
        outside = np.maximum(np.maximum(low + luck - there, there - high + luck), 0.0)  # a luck within, to be safe
        miss = np.where(between, outside / luck, (there - data.observed) / np.where(between, 1.0, data.error))
        firm = np.minimum(np.abs(miss), _FIRM)  # a row that cannot be met does not drag the rest (Huber 1964)
        far = [(((point - place) / fitted.posterior.sd) ** 2).sum() for place in (centre, fitted.posterior.mean)]
        return (firm * (2.0 * np.abs(miss) - firm)).sum() + sum(far)

    return minimize(cost, centre, method="L-BFGS-B", bounds=np.transpose(ends(fitted))).x


def ends(fitted: Fit) -> tuple[np.ndarray, np.ndarray]:
    """Ends of the posterior's 90 % intervals; two of shape (d,)."""
    return tuple(fitted.posterior.quantiles((0.05, 0.95)))


def within(fitted: Fit, points: np.ndarray) -> np.ndarray:
    """Points moved into these intervals."""
    return np.clip(points, *ends(fitted))
