"""Does the inference find parameters that are known? Each run in turn plays the data, the others explain it.

If the posterior is right, the share of its mass below the true value is uniform over many such data sets (Cook,
Gelman, Rubin 2006; Talts and others 2018). They are runs of the first round, whose points are spread as the prior is;
taken near the data that matter, for coverage far from them says little (Prangle and others 2014). It costs no run: one
design serves all, and the emulator that judges them has not seen them.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.stats import kstest

from experiments.calibrate.inference.chain import NotConverged, sample
from experiments.calibrate.inference.chance import ERROR, normals, uniforms
from experiments.calibrate.inference.design import MOST_ROUNDS
from experiments.calibrate.inference.emulators import linear
from experiments.calibrate.inference.likelihood import Likelihood, likelihood_of
from experiments.calibrate.inference.table import of_turns, points_of, readings_of
from sim.results.command.progress import doing, quiet

LEVELS = (0.5, 0.9)  # of the central intervals whose coverage is reported
_STEPS, _KEPT, _DOUBLED = 200, 1000, 3  # of the walkers that judge each


@dataclass(frozen=True)
class Recovery:
    """Of the runs that played the data, r of them; empty if none did."""

    truths: np.ndarray  # (r, d)
    ranks: np.ndarray  # (r, d) posterior mass below the truth
    means: np.ndarray  # (r, d)
    unclear: int = 0  # data sets whose walkers did not agree, which are left out

    def coverage(self, levels: tuple[float, ...] = LEVELS) -> np.ndarray:
        """Share of the data sets whose truth lies in the central interval of each level, shape (levels, d)."""
        return np.array([(np.abs(self.ranks - 0.5) <= level / 2.0).mean(axis=0) for level in levels])

    def evenness(self) -> np.ndarray:
        """Probability of ranks at least as uneven as these if the posterior is right (Kolmogorov), shape (d,)."""
        return np.array([kstest(column, "uniform").pvalue for column in self.ranks.T])

    def explained(self) -> np.ndarray:
        """Share of the truths' variance that posterior means explain, shape (d,): 1, all; 0 or less, nothing."""
        return 1.0 - ((self.truths - self.means) ** 2).mean(axis=0) / np.maximum(self.truths.var(axis=0), 1e-12)


def nothing(d: int) -> Recovery:
    """No data set."""
    return Recovery(*np.empty((3, 0, d)))


def nearest(readings: np.ndarray, observed: np.ndarray, count: int) -> np.ndarray:
    """The runs most like the data, at most so many, among readings of shape (n, m) those that are not nan."""
    usable = np.flatnonzero(np.isfinite(readings).any(axis=1))
    scale = np.maximum(np.nanstd(readings[usable], axis=0), 1e-9)
    apart = np.nanmean(((readings[usable] - observed) / scale) ** 2, axis=1)
    return usable[np.argsort(apart, kind="stable")[:count]]


def recover(table: pd.DataFrame, likelihood: Likelihood, count: int, seed: int) -> Recovery:
    """Let so many of the runs play the data of a likelihood that was made from a table of runs.

    What a run reads is corrected for scale, and scatters as a published number would: by the luck of a small run, and
    by what the error of the data, the luck of a full run and a missed row leave beside it. Where small runs scatter
    more than all these, the likelihood is widened by as much. Intervals, which nobody reads, do not count.
    """
    data, first = likelihood.data.only(~likelihood.data.interval), of_turns(table, 0)
    if not count or not len(first):
        return nothing(likelihood.d)
    chosen = np.isin(likelihood.data.ids, data.ids)
    expected = likelihood.emulators(points_of(first))[:, chosen]
    played, luck = as_published(linear(readings_of(first, data), expected, data.form), likelihood, chosen, seed)
    tested = nearest(played, data.observed, count)
    everything = of_turns(table, *range(MOST_ROUNDS))["number"].to_numpy()
    unseen = np.flatnonzero(np.isin(everything, first["number"].to_numpy()[tested]))
    judge = likelihood_of(table, data, likelihood.missed, likelihood.missed_by, unseen)
    judge = replace(judge, luck=luck, d=likelihood.d)
    truths, found = points_of(first)[tested], []
    with doing("recovering known parameters", len(tested), "data sets") as recovering, quiet():
        for recovering.done, row in enumerate(played[tested]):
            try:
                found.append(sample(judge, np.isfinite(row), seed + len(found), _STEPS, row, _KEPT, _DOUBLED, 1))
            except NotConverged:
                found.append(None)
    clear = np.array([one is not None for one in found])
    if not clear.any():
        return replace(nothing(likelihood.d), unclear=len(found))
    ranks = [one.rank(truth) for one, truth in zip(found, truths, strict=True) if one is not None]
    means = [one.mean for one in found if one is not None]
    return Recovery(truths[clear], np.array(ranks), np.array(means), int((~clear).sum()))


def as_published(readings: np.ndarray, likelihood: Likelihood, chosen: np.ndarray, seed: int) -> tuple:
    """Small readings, shape (n, m), as the published ones would scatter; and the luck that they then have, shape (m,).

    Of the rows of the likelihood those that are chosen, bool (m,).
    """
    scale, missed = likelihood.scale, likelihood.emulators.missed
    small = (scale.slope * np.where(np.isfinite(scale.small), scale.small, missed))[chosen]
    error, own = likelihood.data.error[chosen], np.hypot(likelihood.data.error, likelihood.luck)[chosen]
    wide = uniforms(seed, ERROR + 1, *readings.shape) < likelihood.missed
    whole = np.maximum(own, small)
    width = np.where(wide, likelihood.missed_by, 1.0) * whole
    added = np.sqrt(np.maximum(width**2 - small**2, 0.0)) * normals(seed, ERROR, *readings.shape)
    corrected = scale.shift[chosen] + scale.slope[chosen] * readings
    return corrected + added, np.sqrt(np.maximum(whole**2 - error**2, 0.0))
