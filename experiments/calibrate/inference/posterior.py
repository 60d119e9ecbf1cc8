"""Draws of a posterior, and what is asked of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments.calibrate.inference.chance import PICK, uniforms


@dataclass(frozen=True)
class Posterior:
    """Draws with weights."""

    points: np.ndarray  # (k, d) shares of prior mass
    weights: np.ndarray  # (k,) they add up to 1
    worth: float | None = None  # independent draws that they are worth, if the weights do not tell

    @property
    def effective(self) -> float:
        """Effective number of draws (Kish 1965, or from the autocorrelation of a chain)."""
        return float(1.0 / (self.weights**2).sum()) if self.worth is None else self.worth

    @property
    def mean(self) -> np.ndarray:
        """Mean, shape (d,)."""
        return self.weights @ self.points

    @property
    def variance(self) -> np.ndarray:
        """Variance of each parameter, shape (d,)."""
        return self.weights @ (self.points - self.mean) ** 2

    @property
    def sd(self) -> np.ndarray:
        """Standard deviation of each parameter, shape (d,)."""
        return np.sqrt(self.variance)

    @property
    def covariance(self) -> np.ndarray:
        """Covariance of the parameters, shape (d, d)."""
        away = self.points - self.mean
        return (self.weights[:, None] * away).T @ away

    def draws(self, count: int, seed: int = 0) -> np.ndarray:
        """Points of equal weight, shape (count, d), by systematic resampling."""
        steps = (np.arange(count) + uniforms(seed, PICK, 1, 1)[0, 0]) / count
        return self.points[np.searchsorted(np.cumsum(self.weights)[:-1], steps)]

    def quantiles(self, levels: Sequence[float]) -> np.ndarray:
        """Quantiles of each parameter, shape (levels, d)."""
        order = np.argsort(self.points, axis=0)
        mass = np.cumsum(self.weights[order], axis=0) - 0.5 * self.weights[order]
        values = np.take_along_axis(self.points, order, axis=0)
        return np.array([np.interp(levels, *column) for column in zip(mass.T, values.T, strict=True)]).T

    def rank(self, truth: np.ndarray) -> np.ndarray:
        """Share of the mass below a point, shape (d,)."""
        return (self.weights[:, None] * (self.points < truth)).sum(axis=0)
