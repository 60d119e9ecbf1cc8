"""Does the inference find parameters that are known? Each run in turn plays the data, the others explain it.

If the posterior is right, the share of its mass below the true value is uniform over many such data sets (Cook,
Gelman, Rubin 2006; Talts and others 2018). Taken near the data that matter, for coverage far from them says
little (Prangle and others 2014). It costs no run: one design serves all, and those that play are left out of it.
"""

import numpy as np

from experiments.calibrate.inference.regression_adjustment import posterior

LEVELS = (0.5, 0.9)  # of the central intervals whose coverage is reported


def nearest(readings: np.ndarray, observed: np.ndarray, count: int) -> np.ndarray:
    """The runs most like the data, at most so many."""
    usable = np.flatnonzero(np.isfinite(readings).all(axis=1))
    scale = np.maximum(readings[usable].std(axis=0), 1e-9)
    apart = (((readings[usable] - observed) / scale) ** 2).sum(axis=1)
    return usable[np.argsort(apart, kind="stable")[:count]]


def recover(
    points: np.ndarray,
    readings: np.ndarray,
    truths: np.ndarray,
    played: np.ndarray,
    keep: float = 0.25,
    adjusted: bool = True,
) -> tuple[np.ndarray, np.ndarray]:
    """Posterior mass below parameters that are known, and posterior means, when each of some runs plays the data.

    Both of shape (r, d), as the true parameters are; the runs that play read `played`, shape (r, m), and are not among
    the others (as for `experiments.calibrate.inference.regression_adjustment.posterior`).
    """
    posteriors = [posterior(points, readings, data, None, keep, adjusted) for data in played]
    ranks = [one.rank(truth) for one, truth in zip(posteriors, truths, strict=True)]
    return np.array(ranks), np.array([one.mean for one in posteriors])


def coverage(ranks: np.ndarray, levels: tuple[float, float] = LEVELS) -> np.ndarray:
    """Share of the data sets whose truth lies in the central interval of each level, shape (levels, d)."""
    return np.array([(np.abs(ranks - 0.5) <= level / 2.0).mean(axis=0) for level in levels])
