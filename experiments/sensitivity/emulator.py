"""A fast stand-in for the market: outcomes as quadratic functions of the parameters, fitted to the runs of a design."""

import numpy as np

from experiments.calibrate.inference.regression_adjustment import ridge

_PER = 2  # runs for each coefficient; a ridge holds back what they do not tell


class Emulator:
    """Outcomes at any point, from runs at some: `features`, shape (n, p), and outcomes without nan, shape (n, q).

    How often each run counts is its weight, shape (n,).

    Attributes
    ----------
    explained : float array, shape (q,)
        Share of the variance between runs that it predicts when the run itself is left out; the rest is luck, and
        what a quadratic function misses.
    missed : float array, shape (q,)
        Standard deviation of what it does not predict.
    doubt : float array, shape (q,)
        Standard error of its own predictions, on average over the runs.
    """

    def __init__(self, features: np.ndarray, outcomes: np.ndarray, weights: np.ndarray | None = None) -> None:
        weights = np.ones(len(features)) if weights is None else weights
        fitted = ridge(features, outcomes, weights)
        left_out = (outcomes - fitted(features)) / (1.0 - fitted.leverage)
        variance = np.average((outcomes - fitted.level) ** 2, axis=0, weights=weights)
        missed = np.average(left_out**2, axis=0, weights=weights)
        self.explained = 1.0 - missed / np.maximum(variance, 1e-300)
        self.missed = np.sqrt(missed)
        self.doubt = self.missed * np.sqrt(np.average(fitted.leverage, axis=0, weights=weights))
        self._fitted = fitted

    def __call__(self, features: np.ndarray) -> np.ndarray:
        """Outcomes, shape (k, q)."""
        return self._fitted(features)


def features(points: np.ndarray, runs: int | None = None) -> np.ndarray:
    """What an emulator is linear in, shape (n, p): coordinates about the middle, squares, products and cubes.

    Points, shape (n, d), are shares of a prior's mass or of a box. For too few runs there are no products, or squares.
    """
    x = 2.0 * points - 1.0
    d = x.shape[1]
    pairs = np.triu_indices(d)
    curved = np.hstack([x, x[:, pairs[0]] * x[:, pairs[1]], x**3])
    if runs is None or runs >= _PER * curved.shape[1]:
        return curved
    return np.hstack([x, x**2]) if runs >= 2 * _PER * d else x
