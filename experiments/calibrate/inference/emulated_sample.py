r"""Many stand-in runs for a few real ones: a pool of points whose readings an emulator gives.

One small run says little: its twenty-five answers scatter more than the published five hundred. Its *expectation*
is what a large market would read, and a regression over all runs of the last round knows it far better. So the
posterior is not taken from the runs themselves but from a pool in their box, whose readings are

.. math:: s = a + b\, E[s_{small} | \theta] + \epsilon, \qquad
    \epsilon \sim N(0, \sigma_{published}^2 + \sigma_{emulator}^2 + \sigma_{scale}^2)

(Bayesian history matching and emulated inference: Kennedy and O'Hagan 2001; Vernon, Goldstein, Bower 2010). The
emulator's error is its own uncertainty and what a quadratic function misses beyond the luck of a run; both are
measured, and widen the posterior.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from experiments.calibrate.inference.chance import POOL, normals
from experiments.calibrate.inference.data import Data
from experiments.calibrate.inference.design import Box
from experiments.calibrate.inference.design import points as spread
from experiments.calibrate.inference.emulator import Emulator, features
from experiments.calibrate.inference.scale_correction import Scale

_SIZE = 20_000
_FAR = 2.0  # log points from the published value beyond which a reading is simply far: a curve need not follow it
_TURN = 15  # of the pool's points, whose shift is none of a round's


@dataclass(frozen=True)
class Pool:
    """Points of a box and what runs there are expected to read."""

    points: np.ndarray  # (n, d) shares of prior mass
    expected: np.ndarray  # (n, m) of one small run, on the scale of the data
    doubt: np.ndarray  # (m,) standard deviation of the expectation from the truth
    missed: np.ndarray  # (m,) standard deviation of one run from the expectation
    explained: np.ndarray  # (m,) share of the variance between runs left out that the emulator predicts
    box: Box
    emulate: Callable  # points, shape (k, d), to expectations, shape (k, m)

    def scattered(self, data: Data, scale: Scale, seed: int, luck: np.ndarray | None = None) -> np.ndarray:
        """Readings as the published ones would scatter, shape (n, m).

        `luck`, shape (m,), is the standard deviation of a run that plays the data, where that is more than theirs.
        """
        error = data.error if luck is None else np.fmax(data.error, luck)
        width = np.sqrt(error**2 + (scale.slope * self.doubt) ** 2 + np.nan_to_num(scale.shift_error) ** 2)
        return scale.corrected(self.expected) + width * normals(seed, POOL, len(self.points), len(error))


def pool(
    box: Box,
    points: np.ndarray,
    readings: np.ndarray,
    observed: np.ndarray,
    small: np.ndarray,
    seed: int,
    size: int = _SIZE,
) -> Pool:
    """A pool in the box of the last round from the runs made there.

    Parameters
    ----------
    points, readings : float array, shape (n, d), (n, m)
        Of all runs, shares of prior mass, and on the scale of the data; those outside the box are not used.
    observed : float array, shape (m,)
        Published, on the scale of the data.
    small : float array, shape (m,)
        Standard deviation over luck of one small run; nan: unknown, then all that is missed counts as doubt.
    """
    inside = box.holds(points)
    own = (points[inside] - box.low) / (box.high - box.low)
    near = np.clip(readings[inside], observed - _FAR, observed + _FAR)
    fitted, doubt = [], []
    for column, luck in zip(near.T, small, strict=True):
        known = np.isfinite(column)
        runs = int(known.sum())
        emulator = Emulator(features(own[known], runs), column[known, None])
        unlucky = max(emulator.missed[0] ** 2 - np.nan_to_num(luck) ** 2, 0.0)
        fitted.append((emulator, runs))
        doubt.append(np.sqrt(emulator.doubt[0] ** 2 + unlucky))

    def emulate(where):
        x = (where - box.low) / (box.high - box.low)
        return np.hstack([emulator(features(x, runs)) for emulator, runs in fitted])

    where = spread(box, size, seed, _TURN)
    missed, explained = (np.array([getattr(one, name)[0] for one, _ in fitted]) for name in ("missed", "explained"))
    return Pool(where, emulate(where), np.array(doubt), missed, explained, box, emulate)
