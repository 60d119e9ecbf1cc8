r"""The best point: the draw at which the market of the whole is expected to come nearest to the data.

One run says what luck it had. What a point is *expected* to read is what the emulator says there, put right by
what it missed at the large runs, those nearby counting most:

.. math:: E[s_{large} | \theta] = b f(\theta) + \frac{\sum_k w_k (s_k - b f(\theta_k))}{\sum_k w_k}, \qquad
    w_k = \frac{1}{h^2 + d^2(\theta, \theta_k)}

with d the distance in standard deviations of the posterior, averaged over parameters. The point chosen is run several
times, which tells what the emulator misses there; then the choice is made anew. In the end it is the best of those run.
"""

import numpy as np

EACH = 4  # runs at the point chosen, each time
_NEAR = 0.1  # h squared: how near a run must be to outweigh the others


def expected(where, found, points, readings):
    """Readings of the large market expected at some points, shape (k, m).

    Parameters
    ----------
    where : float array, shape (k, d)
    found : experiments.inference.fit.Fit
        With a pool.
    points, readings : float array, shape (n, d), (n, m)
        Of all large runs; those outside the pool's box are not used, nor are readings that are nan.
    """
    law = found.posterior
    spread = np.sqrt(law.weights @ (law.points - law.weights @ law.points) ** 2)
    gap = readings - found.scale.slope * found.pool.emulate(points)
    known = np.isfinite(gap) & found.pool.box.holds(points)[:, None]
    apart = (((where[:, None] - points) / spread) ** 2).mean(axis=2)
    weight = 1.0 / (_NEAR + apart)
    total = weight @ known
    shift = np.where(total > 0.0, weight @ np.where(known, gap, 0.0) / np.maximum(total, 1e-300), found.scale.shift)
    return shift + found.scale.slope * found.pool.emulate(where)


def best(found, points, readings, candidates):
    """The candidate, of shape (k, d), expected nearest to the data in published errors, and what it should read.

    Returns
    -------
    point : float array, shape (d,)
    reads : float array, shape (m,)
    """
    inside = candidates[found.pool.box.holds(candidates)]
    candidates = inside if len(inside) else candidates
    reads = expected(candidates, found, points, readings)
    misfit = (((reads - found.data.observed) / found.data.error) ** 2).sum(axis=1)
    nearest = int(np.argmin(misfit))
    return candidates[nearest], reads[nearest]


def polished(found, points, readings, make, turns, seed):
    """The best of as many points as there are turns, each chosen by what is known so far and run `EACH` times.

    Parameters
    ----------
    found, points, readings
        As in `expected`.
    make : callable
        Points, shape (k, d), to readings of large runs, shape (k, m), each with luck of its own.
    turns : int
    seed : int

    Returns
    -------
    point, reads
        As in `best`.
    """
    candidates = found.posterior.draws(len(found.posterior.points), seed)
    tried = np.empty((0, points.shape[1]))
    chosen = best(found, points, readings, candidates)
    for turn in range(turns):
        tried = np.vstack([tried, np.repeat(chosen[0][None], EACH, axis=0)])
        among = candidates if turn < turns - 1 else tried[::EACH]
        chosen = best(found, np.vstack([points, tried]), np.vstack([readings, make(tried)]), among)
    return chosen
