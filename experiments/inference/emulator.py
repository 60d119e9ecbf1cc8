"""A fast stand-in for the market: outcomes as quadratic functions of the parameters, fitted to the runs of a design."""

import numpy as np

from experiments.inference.adjust import ridge


class Emulator:
    """Outcomes at any point, from runs at some.

    Parameters
    ----------
    features : float array, shape (n, p)
        From `features`.
    outcomes : float array, shape (n, q)
        No nan.
    weights : float array, shape (n,), optional
        How often each run counts.

    Attributes
    ----------
    explained : float array, shape (q,)
        Share of the variance between runs that it predicts when the run itself is left out; the rest is luck, and
        what a quadratic function misses.
    """

    def __init__(self, features, outcomes, weights=None):
        weights = np.ones(len(features)) if weights is None else weights
        fitted = ridge(features, outcomes, weights)
        left_out = (outcomes - fitted(features)) / (1.0 - fitted.leverage)
        variance = np.average((outcomes - fitted.level) ** 2, axis=0, weights=weights)
        self.explained = 1.0 - np.average(left_out**2, axis=0, weights=weights) / np.maximum(variance, 1e-300)
        self._fitted = fitted

    def __call__(self, features):
        """Outcomes, shape (k, q)."""
        return self._fitted(features)


def features(points):
    """What an emulator is linear in, shape (n, p): coordinates about the middle, squares, products and cubes."""
    x = 2.0 * points - 1.0
    pairs = np.triu_indices(x.shape[1])
    return np.hstack([x, x[:, pairs[0]] * x[:, pairs[1]], x**3])
