"""All runs of a design together with the data: the posterior, whether it can be trusted, what it leaves open."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.calibrate.inference.chance import ERROR, normals
from experiments.calibrate.inference.data import Data
from experiments.calibrate.inference.design import Box, parameters, values
from experiments.calibrate.inference.emulated_sample import Pool, pool
from experiments.calibrate.inference.recovery import coverage, nearest, recover
from experiments.calibrate.inference.regression_adjustment import Posterior, posterior
from experiments.calibrate.inference.scale_correction import Scale

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
_JUDGED = 4000  # points of the pool that each run which plays the data is judged by
IDENTIFIED = 0.3  # contraction below which the data say hardly more of a parameter than the prior did


@dataclass(frozen=True)
class Fit:
    """The result of a calibration."""

    data: Data
    scale: Scale
    points: np.ndarray  # (n, d) of all runs, as the small market read
    readings: np.ndarray  # (n, m)
    pool: Pool | None  # the points the posterior was taken from; None if from the runs themselves
    posterior: Posterior
    tested: np.ndarray  # int (r,) runs that played the data; empty if there was no recovery
    ranks: np.ndarray  # (r, d)
    means: np.ndarray  # (r, d)
    chosen: np.ndarray | None = None  # (d,) where the large market is expected nearest to the data, if that is known

    @property
    def contraction(self) -> np.ndarray:
        """One minus posterior over prior variance of each parameter, shape (d,): 0, nothing learned; 1, all."""
        return 1.0 - self.posterior.variance * 12.0  # a uniform share has variance 1/12

    @property
    def best(self) -> np.ndarray:
        """The draw expected nearest to the data, if that is known, else nearest to the others' mean (Mahalanobis)."""
        if self.chosen is not None:
            return self.chosen
        away = self.posterior.points - self.posterior.mean
        spread = self.posterior.covariance + 1e-6 * np.eye(away.shape[1])
        return self.posterior.points[np.argmin(np.einsum("ij,ij->i", away @ np.linalg.inv(spread), away))]


def with_error(readings: np.ndarray, data: Data, scale: Scale, seed: int, numbers: Iterable[int]) -> np.ndarray:
    """Small readings, shape (n, m), as the published ones would scatter: corrected for scale, with the error left.

    The runs of these numbers have errors of their own.
    """
    errors = normals(seed, ERROR, numbers, len(data.ids))
    return scale.corrected(readings) + scale.error_left(data.error) * errors


def fit(
    points: np.ndarray,
    readings: np.ndarray,
    data: Data,
    scale: Scale,
    box: Box,
    seed: int,
    numbers: Sequence[int],
    keep: float = 0.05,
    recovery: int = 0,
) -> Fit:
    """The posterior from all runs of a design, of which these are the numbers; the box is that of the last round.

    Parameters
    ----------
    points, readings : float array, shape (n, d), (n, m)
        Shares of prior mass; of the small market, on the scale of the data.
    keep
        Share of the pool kept.
    recovery
        Runs that play the data; the emulator that judges them has not seen them.
    """
    emulated = pool(box, points, readings, data.observed, scale.small, seed)
    draws = posterior(emulated.points, emulated.scattered(data, scale, seed), data.observed, keep=keep)
    played = with_error(readings, data, scale, seed, numbers)
    tested = nearest(np.where(box.holds(points)[:, None], played, np.nan), data.observed, recovery)
    ranks, means = np.empty((2, 0, points.shape[1]))
    if len(tested):
        unseen = readings.copy()
        unseen[tested] = np.nan
        judge = pool(box, points, unseen, data.observed, scale.small, seed, _JUDGED)
        expected = judge.scattered(data, scale, seed, scale.slope * scale.small)
        ranks, means = recover(judge.points, expected, points[tested], played[tested], keep)
    return Fit(data, scale, points, readings, emulated, draws, tested, ranks, means)


def parameter_table(fitted: Fit) -> pd.DataFrame:
    """One row a parameter: what the posterior says, and whether the data identify it.

    Returns
    -------
    DataFrame
        key, prior, low, median, high (5, 50, 95 %), best, contraction, recovered (share of the true values'
        variance over the data sets of the recovery that posterior means explain), cover_50, cover_90, identified.
    """
    ends = fitted.posterior.quantiles(LEVELS)
    table = pd.DataFrame({"key": list(parameters()), "prior": [str(prior) for prior in parameters().values()]})
    for name, row in zip(("low", "median", "high", "best"), (ends[0], ends[2], ends[4], fitted.best), strict=True):
        table[name] = list(values(row).values())
    table["contraction"] = fitted.contraction
    tested = len(fitted.tested) > 2
    truth = fitted.points[fitted.tested]
    table["recovered"] = [_explained(a, b) if tested else np.nan for a, b in zip(truth.T, fitted.means.T, strict=True)]
    cover = coverage(fitted.ranks) if tested else np.full((2, len(table)), np.nan)
    table["cover_50"], table["cover_90"] = cover
    table["identified"] = table["contraction"] >= IDENTIFIED
    return table


def _explained(truth, mean):
    """1 if the means are the truth, 0 or less if they say nothing (a correlation would be -1 for leaving one out)."""
    return 1.0 - float(((truth - mean) ** 2).mean() / max(truth.var(), 1e-12))


def correlated(fitted: Fit, least: float = 0.3) -> pd.DataFrame:
    """Pairs of parameters whose posterior draws are correlated: one, other, correlation, the strongest first."""
    spread = fitted.posterior.covariance
    correlation = spread / np.sqrt(np.outer(np.diag(spread), np.diag(spread)) + 1e-300)
    keys = [*parameters()]
    pairs = [(keys[i], keys[j], correlation[i, j]) for i in range(len(spread)) for j in range(i)]
    table = pd.DataFrame(pairs, columns=["one", "other", "correlation"]).query(f"abs(correlation) >= {least}")
    return table.sort_values("correlation", key=lambda column: -column.abs(), kind="stable", ignore_index=True)


def predicted(data: Data, scale: Scale, readings: np.ndarray) -> pd.DataFrame:
    """What markets drawn from the posterior read, corrected for scale, shape (k, m), beside the published numbers.

    Returns
    -------
    DataFrame
        id, quantity, unit, published, low, high (published, less and more 1.645 errors), predicted_low,
        predicted, predicted_high (5, 50, 95 %), runs (that have a reading), inside, shift,
        slope, shift_error, small_sd, large_sd, error (on the scale of the data).
    """
    many = data.back(readings)
    table = pd.DataFrame({"id": data.ids, "quantity": data.quantity, "unit": data.unit, "published": data.published})
    table["low"], table["high"] = (data.back(data.observed + sign * 1.645 * data.error) for sign in (-1, 1))
    known = np.isfinite(many)
    for name, level in (("predicted_low", 0.05), ("predicted", 0.5), ("predicted_high", 0.95)):
        table[name] = [np.quantile(x[k], level) if k.any() else np.nan for x, k in zip(many.T, known.T, strict=True)]
    table["runs"] = known.sum(axis=0)
    table["inside"] = table["predicted"].between(table["low"], table["high"])
    return table.assign(shift=scale.shift, slope=scale.slope, shift_error=scale.shift_error, small_sd=scale.small,
                        large_sd=scale.large, error=data.error)  # fmt: skip
