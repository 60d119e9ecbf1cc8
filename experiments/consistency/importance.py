r"""Draws of one posterior weighed to stand for another: Pareto-smoothed importance sampling.

A few draws may carry most of the weight; the largest weights are therefore replaced by the order statistics expected
of a generalised Pareto law fitted to them (Vehtari, Simpson, Gelman, Yao and Gabry 2024), whose shape k says whether
the weights can be used: above 0.7 they cannot. The law is fitted as by Zhang and Stephens (2009).
"""

import numpy as np

USABLE = 0.7  # shape of the tail above which weighted draws are not to be trusted
_FEW = 5  # weights in the tail that a law is fitted to
_PRIOR_SHAPE, _PRIOR_SIZE, _GRID = 0.5, 10, 30  # weakly informative: as much as ten weights; see the sources


def smoothed(log_ratios: np.ndarray) -> tuple[np.ndarray, float]:
    """Weights that add up to one, shape (n,), from log ratios of densities, and the shape k of their tail."""
    x = np.asarray(log_ratios, float) - np.max(log_ratios)
    size = int(np.ceil(min(0.2 * len(x), 3.0 * np.sqrt(len(x)))))
    order = np.argsort(x, kind="stable")
    tail, cutoff = order[-size:], np.exp(x[order[-size - 1]])
    beyond, k = np.exp(x[tail]) - cutoff, np.inf
    if size < _FEW or beyond[-1] - beyond[0] < 1e-12:
        k = -np.inf if size >= _FEW else np.inf  # all weigh alike
    else:
        k, scale = pareto(np.maximum(beyond, 1e-300))
        middle = (np.arange(size) + 0.5) / size
        grown = -np.log1p(-middle) if abs(k) < 1e-9 else np.expm1(-k * np.log1p(-middle)) / k
        x[tail] = np.minimum(np.log(cutoff + scale * grown), 0.0)
    weights = np.exp(x)
    return weights / weights.sum(), float(k)


def pareto(exceedances: np.ndarray) -> tuple[float, float]:
    """Shape and scale of the generalised Pareto law of ordered positive numbers, shape (n,)."""
    x, n = np.asarray(exceedances, float), len(exceedances)
    grid = np.arange(1, _GRID + int(np.sqrt(n)) + 1)
    b = 1.0 / x[-1] + (1.0 - np.sqrt(len(grid) / (grid - 0.5))) / (3.0 * x[int(n / 4 + 0.5) - 1])
    shape = np.log1p(-b[:, None] * x).mean(axis=1)
    profile = n * (np.log(-b / shape) - shape - 1.0)
    weight = 1.0 / np.exp(np.clip(profile - profile[:, None], None, 700.0)).sum(axis=1)
    middle = (weight * b).sum() / weight.sum()
    k = np.log1p(-middle * x).mean()
    return (n * k + _PRIOR_SIZE * _PRIOR_SHAPE) / (n + _PRIOR_SIZE), -k / middle


def effective(weights: np.ndarray) -> float:
    """Effective number of draws (Kish 1965)."""
    return float(weights.sum() ** 2 / (weights**2).sum())


def picked(weights: np.ndarray, uniform: np.ndarray) -> np.ndarray:
    """Places of draws of equal weight by stratified resampling of weights that add up to one, shape (n,).

    As many as there are uniform numbers, shape (k,), on (0, 1). (Even steps would resonate with points of a lattice.)
    """
    steps = (np.arange(len(uniform)) + uniform) / len(uniform)
    return np.minimum(np.searchsorted(np.cumsum(weights), steps), len(weights) - 1)
