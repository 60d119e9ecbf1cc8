r"""What the judge of the evidence knows: rows, what the market is expected to read at any point, and draws given rows.

A row with a value is a normal reading around what is expected at a point :math:`\theta`; a row that is an interval is
the event that the reading falls within it. How surprising a row is to those who believe other rows B is its predictive
tail probability

.. math::

    p = 2 \min(u, 1 - u), \qquad u = P(y \le y_{published} | B) = E_{\theta | B} \Phi((y_{published} - f(\theta)) / s)

(the probability integral transform; Box 1980, Dawid 1984), with s of data error, luck and emulator together. For an
interval it is the predictive probability of the interval, if the reading is more likely to fall elsewhere.

Believers allow for a model that misses a row now and then, as the calibration does; the row that is judged is not
excused in this way, or nothing could ever be at odds.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from experiments.consistency.importance import picked

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
NAMES = ("predicted_low", "predicted_25", "predicted", "predicted_75", "predicted_high")
STRAINED = 0.01  # probability below which a row strains the others
SURE = 0.05  # probability of a single false verdict that rows cannot go together, among all that are given
VERDICTS = ("together", "strained", "apart")
UNKNOWN = "unknown"
_LEAST = 1e-12  # probabilities are told down to this


@dataclass(frozen=True)
class Judge:
    """Rows of the evidence and the model that reads them; arrays are in the order of the rows."""

    rows: pd.DataFrame  # id, quantity, unit, source, part, role, value, low, high, also; m rows
    # As `experiments.calibrate.inference.likelihood.Likelihood`, but of expected readings, shape (n, m), instead of
    # points: for believers, and for what is judged.
    robust: Any
    sharp: Any
    counted: np.ndarray  # bool (m,) rows that others are predicted from: a critic's own are not
    noise: np.ndarray  # (k, m) published readings around what is expected, where nothing is missed
    uniform: np.ndarray  # (k,) numbers on (0, 1) that draws to go with it are picked by
    # Rows (bool (m,)), a seed, and how many times as uncertain they are taken to be, to draws of what their believers
    # take to be expected, shape (k, m); none where that cannot be told.
    sample: Any
    seed: int

    @property
    def interval(self) -> np.ndarray:
        """Whether each row is an interval, bool, shape (m,)."""
        return np.isnan(self.sharp.data.observed)

    def below(self, expected: np.ndarray) -> np.ndarray:
        """Probability that a reading is at most the published one, or in its interval, where so much is expected,
        shape (n, m).
        """
        chance = self.at_most(self.sharp.data.observed, expected)
        chance[:, self.interval] = np.exp(self.sharp.terms(expected)[:, self.interval])
        return chance

    def at_most(self, values: np.ndarray, expected: np.ndarray) -> np.ndarray:
        """Probability that each reading is at most these values, shape (m,), on the scale of the data."""
        return ndtr((values - expected) / self.sharp.width)

    def places(self, names: Sequence[str]) -> np.ndarray:
        """Whether each row is one of these, bool, shape (m,)."""
        return self.rows["id"].isin(list(names)).to_numpy()


@dataclass(frozen=True)
class Prediction:
    """What those who believe some rows expect of every row; arrays of shape (m,) unless they say otherwise."""

    many: np.ndarray  # (levels, m) quantiles `LEVELS` of published readings, in the unit
    chance: np.ndarray  # probability integral transform, or of an interval its probability
    p: np.ndarray
    z: np.ndarray  # the same in standard deviations; positive: published above what is expected
    low_z: np.ndarray  # the ends of the band on that scale
    high_z: np.ndarray

    def record(self, row: int) -> dict[str, float]:
        """Everything about one row."""
        numbers = {name: getattr(self, name)[row] for name in ("chance", "p", "z", "low_z", "high_z")}
        return dict(zip(NAMES, self.many[:, row], strict=True)) | numbers


def scattered(judge: Judge, expected: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Published readings, shape (k, m) of the noise, as they scatter where so much is expected, shape (n, m), with
    weights, shape (n,), that add up to one.
    """
    return expected[picked(weights, judge.uniform)] + judge.noise


def predict(judge: Judge, expected: np.ndarray, weights: np.ndarray, below: np.ndarray | None = None) -> Prediction:
    """The prediction from what those who believe some rows take to be expected, shape (k, m), with weights, (k,).

    `below` is what `Judge.below` says of it, if that is known.
    """
    many = judge.sharp.data.back(np.quantile(scattered(judge, expected, weights), LEVELS, axis=0))
    chance = weights @ (judge.below(expected) if below is None else below)
    p = surprise(chance, judge.interval)
    low, high = (
        _signed(weights @ judge.at_most(end, expected)) for end in (judge.sharp.data.low, judge.sharp.data.high)
    )
    with np.errstate(invalid="ignore"):
        up = np.where(judge.interval, np.nan_to_num(low, nan=-1.0) > 0, chance > 0.5)
    return Prediction(many, chance, p, np.where(up, 1.0, -1.0) * -ndtri(p / 2.0), low, high)


def widened(likelihood: Any, times: float) -> Any:
    """A likelihood whose rows are so many times as uncertain."""
    return replace(likelihood, luck=np.sqrt(likelihood.luck**2 + (times**2 - 1.0) * likelihood.width**2))


def surprise(chance: np.ndarray, interval: np.ndarray) -> np.ndarray:
    """Tail probability p of rows from what `Judge.below` gives on average, shape (..., m)."""
    chance = np.clip(chance, 0.0, 1.0)
    tails = 2.0 * np.minimum(chance, 1.0 - chance)
    return np.maximum(np.where(interval, np.where(chance < 0.5, chance, 1.0), tails), _LEAST)


def verdict(p: np.ndarray, tests: int) -> np.ndarray:
    """One of `VERDICTS` for each p of so many tests (Bonferroni for the last), or `UNKNOWN`."""
    p = np.asarray(p, float)
    named = np.where(p < SURE / max(tests, 1), VERDICTS[2], np.where(p < STRAINED, VERDICTS[1], VERDICTS[0]))
    return np.where(np.isnan(p), UNKNOWN, named)


def _signed(chance):
    """Normal scores of probabilities, cut where they are told no further."""
    return ndtri(np.clip(chance, _LEAST / 2.0, 1.0 - _LEAST / 2.0))
