r"""From runs at many points to a posterior without a likelihood: rejection, then regression adjustment.

Of all runs the nearest to the data are kept, weighed by an Epanechnikov kernel, and moved to where they would lie
had they met the data exactly (Beaumont, Zhang, Balding 2002; with a variance that depends on the readings and a
curved mean, Blum and Francois 2010):

.. math:: y_i^* = m(s_{obs}) + \frac{\sigma(s_{obs})}{\sigma(s_i)} (y_i - m(s_i)), \qquad y = logit(u)

where u is the parameter's share of its prior's mass, so that no draw leaves its prior; m is quadratic and log
sigma linear in the readings, both by ridge regression whose strength generalised cross-validation chooses (Golub,
Heath, Wahba 1979). Nearness is measured where it counts, in what the readings say of the parameters (Fearnhead and
Prangle 2012).
"""

import numpy as np
from scipy.special import expit, logit

from experiments.calibrate.inference.posterior import Posterior

_RIDGES = 10.0 ** np.arange(-3, 5)
_LEAST = 20  # runs
_FREE = 0.5  # share of the runs that a regression leaves as degrees of freedom
_PER = 3  # runs for each coefficient that a regression may have
_MOST = 2.0  # log points that the regression on the variance may stretch or shrink a residual


def posterior(
    points: np.ndarray,
    readings: np.ndarray,
    observed: np.ndarray,
    weights: np.ndarray | None = None,
    keep: float = 0.25,
    adjusted: bool = True,
) -> Posterior:
    """The posterior of the parameters.

    Parameters
    ----------
    points : float array, shape (n, d)
        Shares of prior mass, in (0, 1).
    readings : float array, shape (n, m)
        With the data's error in them; a run with a nan has not produced what was published and is rejected.
    observed : float array, shape (m,)
    weights : float array, shape (n,), optional
        Prior over the density the points were drawn with.
    keep
        Share of the runs that is kept; but four for each coefficient of the curved regression, where there are so many.
    adjusted
        Otherwise rejection only.

    Raises
    ------
    ValueError
        If fewer than 20 runs can be used.
    """
    usable = np.isfinite(readings).all(axis=1)
    usable &= True if weights is None else np.asarray(weights) > 0
    rows = np.flatnonzero(usable)
    if len(rows) < _LEAST:
        raise ValueError(f"{len(rows)} runs have all readings; at least {_LEAST} are needed")
    y, weight = logit(points[rows]), np.ones(len(rows)) if weights is None else np.asarray(weights, float)[rows]
    z, target = _standard(readings[rows], observed)
    near = _distance(y, z, target, weight)
    count = min(len(rows), max(_LEAST, round(keep * len(rows)), 4 * _curved(z).shape[1]))
    kept = np.argsort(near, kind="stable")[:count]
    kernel = 1.0 - (near[kept] / (near[kept].max() * (1.0 + 1e-9) or 1.0)) ** 2
    weight = weight[kept] * kernel
    weight /= weight.sum()
    low, high = np.quantile(z[kept], [0.01, 0.99], axis=0)
    reached = np.clip(target, low, high)  # beyond the runs a regression would only make up what it says
    moved = _moved(y[kept], z[kept], reached, weight) if adjusted else y[kept]
    return Posterior(np.clip(expit(moved), 1e-9, 1 - 1e-9), weight)


def _standard(readings, observed):
    """Readings and data around the readings' median, in robust standard deviations."""
    middle = np.median(readings, axis=0)
    low, high = np.quantile(readings, [0.16, 0.84], axis=0)
    scale = np.maximum((high - low) / 2.0, 1e-9)
    return np.clip((readings - middle) / scale, -6, 6), np.clip((observed - middle) / scale, -6, 6)


def _distance(y, z, target, weight):
    """Of each run from the data, in what the readings say of the parameters and, a little, in the readings."""
    plain = ((z - target) ** 2).sum(axis=1) / z.shape[1]
    shape = _shape(z)
    if shape is None:
        return np.sqrt(plain)
    expected = ridge(shape(z), y, weight)
    error = np.sqrt(np.average((y - expected(shape(z))) ** 2, axis=0, weights=weight))
    apart = (expected(shape(z)) - expected(shape(target[None]))) / error
    return np.sqrt((apart**2).sum(axis=1) + 0.1 * plain)


def _moved(y, z, target, weight):
    """The parameters where they would lie had the readings met the target."""
    shape = _shape(z)
    if shape is None:
        return y
    mean = ridge(shape(z), y, weight)
    residual = (y - mean(shape(z))) / np.sqrt(1.0 - mean.leverage)
    spread = ridge(z, np.log(residual**2 + 1e-6), weight)
    stretch = np.clip((spread(target[None]) - spread(z)) / 2.0, -_MOST, _MOST)
    return mean(shape(target[None])) + np.exp(stretch) * residual


def _shape(z):
    """What a regression on so many runs can bear: curves, straight lines, or (None) nothing."""
    n, m = z.shape
    if n >= _PER * _curved(z).shape[1]:
        return _curved
    return (lambda readings: readings) if n >= _PER * m else None


def _curved(z):
    """Readings, their squares and products; without the products where there are many readings."""
    m = z.shape[1]
    pairs = np.triu_indices(m) if m <= 15 else (np.arange(m),) * 2
    return np.hstack([z, z[:, pairs[0]] * z[:, pairs[1]]])


class ridge:
    """A weighted ridge regression of each column of y on x, its strength by generalised cross-validation.

    Of x, shape (n, p), y, shape (n, q), and weights, shape (n,). Called with features, shape (k, p), it gives fitted
    values, shape (k, q).

    Attributes
    ----------
    leverage : float array, shape (n, q)
        How far each fitted value follows its own observation: residuals are too small by the root of 1 less it.
    """

    def __init__(self, x: np.ndarray, y: np.ndarray, weight: np.ndarray) -> None:
        root = np.sqrt(weight / weight.mean())[:, None]
        self.middle, self.level = (np.average(z, axis=0, weights=root[:, 0] ** 2) for z in (x, y))
        self.scale = np.sqrt(np.average((x - self.middle) ** 2, axis=0, weights=root[:, 0] ** 2)) + 1e-12
        scaled, right = root * (x - self.middle) / self.scale, root * (y - self.level)
        size, v = np.linalg.eigh(scaled.T @ scaled)  # of the Gram matrix: features are fewer than runs
        size = np.sqrt(np.maximum(size, 1e-9 * size[-1] + 1e-300))
        u = scaled @ v / size
        found = u.T @ right
        shrink = size**2 / (size**2 + _RIDGES[:, None])  # (ridges, p)
        missed = (right**2).sum(axis=0) - (found**2).sum(axis=0)
        missed = missed + np.einsum("rk,kq->rq", (1.0 - shrink) ** 2, found**2)
        freedom = 1.0 - (shrink.sum(axis=1) + 1.0) / len(x)
        free = freedom >= min(_FREE, freedom.max())  # near none left, cross-validation takes copying for knowledge
        best = shrink[free][np.argmin(missed[free] / freedom[free, None] ** 2, axis=0)].T  # (p, q)
        self.slope = v @ (best * found / size[:, None])
        self.leverage = np.clip(u**2 @ best + root**2 / len(x), 0.0, 0.9)

    def __call__(self, x: np.ndarray) -> np.ndarray:
        return self.level + (x - self.middle) / self.scale @ self.slope
