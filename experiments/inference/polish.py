r"""The best point: where the market of the whole is expected to come nearest to the data.

The emulator knows the small market. What it misses of the large one is measured around the point that it takes for
the best: a response surface (Box and Wilson 1951), linear, moved to the new best point and measured again. The runs
around a point come in opposite pairs that share their luck with each other and with the pairs of other turns, so that
luck drops out of the slopes (Schruben and Margolin 1978):

.. math:: s_{large}(\theta, w) = b f(\theta) + a_w + c' \theta + \epsilon

with f the emulator, w the luck. The new point is sought inside the posterior's 90 % intervals, and pays for its
distance from the last one, for a surface is known only where it was measured. In the end it is run with every luck,
which tells what it reads.
"""

import numpy as np
from scipy.optimize import minimize

from experiments.inference.adjust import ridge

WORLDS = 10  # lucks; a turn has two runs with each
_NEAR = 0.5  # how much nearer, and how near (squared, in standard deviations), runs are made and count


def polished(found, make, turns, seed):
    """The best point and what it reads.

    Parameters
    ----------
    found : experiments.inference.fit.Fit
        With a pool.
    make : callable
        Points, shape (k, d), to readings of large runs, shape (k, m), the one of number n with luck n % `WORLDS`;
        what was run before is asked for again.
    turns : int
        Times that the surface is measured.
    seed : int

    Returns
    -------
    point : float array, shape (d,)
    reads : float array, shape (m,)
        Mean over lucks; of the emulator if there are no turns.
    """
    law, emulate = found.posterior, found.pool.emulate
    first = misfit(found, found.scale.corrected(emulate(law.points)))
    chosen = within(found, law.points[np.argmin(first)])
    tried = np.empty((0, len(chosen)))
    for turn in range(turns):
        step = _NEAR * (law.draws(WORLDS, seed + turn) - law.weights @ law.points)
        tried = np.vstack([tried, within(found, chosen + step), within(found, chosen - step)])
        chosen = sought(found, surface(found, tried, make(tried), chosen), chosen)
    if not turns:
        return chosen, found.scale.corrected(emulate(chosen[None]))[0]
    tried = np.vstack([tried, np.repeat(chosen[None], WORLDS, axis=0)])
    return chosen, np.nanmean(make(tried)[-WORLDS:], axis=0)


def surface(found, points, readings, centre):
    """What the large market is expected to read, over all lucks: points, shape (k, d), to readings, shape (k, m).

    Parameters
    ----------
    found : experiments.inference.fit.Fit
    points, readings : float array, shape (n, d), (n, m)
        Of the runs with luck n % `WORLDS`; readings that are nan are not used.
    centre : float array, shape (d,)
        Runs count by how near they are to it.
    """
    slope, emulate = found.scale.slope, found.pool.emulate
    gaps = readings - slope * emulate(points)
    weights = 1.0 / (_NEAR + (((points - centre) / spread(found)) ** 2).mean(axis=1))
    worlds, planes = np.arange(len(points)) % WORLDS, []
    for gap in gaps.T:
        known = np.isfinite(gap)
        weight, luck = weights[known], (worlds[known][:, None] == np.unique(worlds[known])).astype(float)
        share = luck * weight[:, None] / (weight @ luck)
        middle, level = share.T @ points[known], share.T @ gap[known]
        plane = ridge(points[known] - luck @ middle, (gap[known] - luck @ level)[:, None], weight)
        planes.append((plane, middle.mean(axis=0), level.mean()))

    def expected(where):
        missed = [level + plane(where - middle)[:, 0] for plane, middle, level in planes]
        return slope * emulate(where) + np.transpose(missed)

    return expected


def sought(found, expected, centre):
    """The point expected nearest to the data that is not far from a centre, shape (d,)."""
    width = spread(found)

    def cost(point):
        return misfit(found, expected(point[None]))[0] + (((point - centre) / width) ** 2).sum()

    return minimize(cost, centre, method="L-BFGS-B", bounds=np.transpose(ends(found))).x


def misfit(found, reads):
    """How far readings, shape (k, m), are from the data: squares of published errors, summed; shape (k,)."""
    return (((reads - found.data.observed) / found.data.error) ** 2).sum(axis=1)


def spread(found):
    """Standard deviations of the posterior, shape (d,)."""
    law = found.posterior
    return np.sqrt(law.weights @ (law.points - law.weights @ law.points) ** 2)


def ends(found):
    """Ends of the posterior's 90 % intervals, inside the box of its runs; two of shape (d,)."""
    low, high = found.posterior.quantiles((0.05, 0.95))
    return np.maximum(low, found.pool.box.low), np.minimum(high, found.pool.box.high)


def within(found, points):
    """Points moved into these intervals."""
    return np.clip(points, *ends(found))
