r"""What a reading at a small scale says of the same reading at a large one.

A market of a twentieth is no twentieth of a market: its lists are shorter, chance is larger, and few people are
caught twice. So some points are run at both scales, and the large reading is regressed on the small one,

.. math:: s_{large} = a + b s_{small} .

The small reading is itself uncertain, which would flatten an ordinary regression; each point is therefore run
twice at the small scale, with other luck, and the second run is the instrument for the first (Durbin 1954):
:math:`b = cov(s_{large}, s_2) / cov(s_1, s_2)`, both ways round. Where that is not told apart from 1, or the points
do not spread enough to tell, b is 1 and only the shift a is corrected.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from experiments.seeds import jackknife

_LEAST, _MANY, _SURE = 8, 16, 0.15  # points needed for a shift and for a slope, and a slope's largest standard error


@dataclass(frozen=True)
class Scale:
    """The correction of each reading, arrays of shape (m,), on the scale of the data."""

    shift: np.ndarray
    slope: np.ndarray
    shift_error: np.ndarray  # standard errors, by leaving one point out at a time
    slope_error: np.ndarray
    # Standard deviation over luck of one small run, and of one large run (nan if it drowns in the small one's).
    small: np.ndarray
    large: np.ndarray
    points: int  # run at both scales; 0 if nothing was compared

    def corrected(self, readings: np.ndarray) -> np.ndarray:
        """Small readings, shape (..., m), as the large scale would show them."""
        return self.shift + self.slope * readings

    def error_left(self, error: np.ndarray) -> np.ndarray:
        """The part of the published error, shape (m,), that the scatter of a small run does not stand for."""
        mine = np.nan_to_num(self.slope * self.small)
        return np.sqrt(np.maximum(error**2 - mine**2, 0.0))


def anchored(scale: Scale, expected: Callable, points: np.ndarray, large: np.ndarray) -> Scale:
    """The correction with its shift taken from what an emulator of the small scale expects at the large runs' points.

    All small runs speak in it, and what the emulator misses around the posterior is put right with the scale. Of the
    large runs, at points of shape (k, d), readings that are nan are not used.
    """
    gap = large - scale.slope * expected(points)
    known = np.isfinite(gap).sum(axis=0)
    enough = known >= _LEAST
    gap = np.where(enough, gap, 0.0)
    error = np.nanstd(gap, axis=0, ddof=1) / np.sqrt(np.maximum(known, 1))
    return replace(
        scale,
        shift=np.where(enough, np.nanmean(gap, axis=0), scale.shift),
        shift_error=np.where(enough, error, scale.shift_error),
    )


def missed_around(expected: Callable, points: np.ndarray, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Standard deviation of what an emulator misses beside luck, shape (m,), where points were run twice.

    Around its mean, which `anchored` puts right; nan where fewer than eight points say it.
    """
    gap = (first + second) / 2.0 - expected(points)
    known = np.isfinite(gap).sum(axis=0)
    luck = np.nanvar((first - second)[:, known > 0], axis=0) / 4.0
    found = np.full(gap.shape[1], np.nan)
    found[known > 0] = np.sqrt(np.maximum(np.nanvar(gap[:, known > 0], axis=0) - luck, 0.0))
    return np.where(known >= _LEAST, found, np.nan)


def same(m: int) -> Scale:
    """No correction."""
    nothing, unknown = np.zeros(m), np.full(m, np.nan)
    return Scale(nothing, np.ones(m), unknown, unknown, unknown, unknown, 0)


def compare(first: np.ndarray, second: np.ndarray, large: np.ndarray) -> Scale:
    """The correction from points run twice at the small scale and once at the large one.

    Each of shape (k, m), on the scale of the data; nan where there was no reading.
    """
    fitted = [_one(*columns) for columns in zip(first.T, second.T, large.T, strict=True)]
    shift, slope, shift_error, slope_error, small, large = np.array(fitted).reshape(-1, 6).T
    return Scale(shift, slope, shift_error, slope_error, small, large, len(first))


def _one(first, second, large):
    """Shift, slope, their errors, and the scatter at either scale, of one reading."""
    sound = np.isfinite(first) & np.isfinite(second) & np.isfinite(large)
    x, y, z = first[sound], second[sound], large[sound]
    n = len(x)
    if n < 2:
        return 0.0, 1.0, np.nan, np.nan, np.nan, np.nan
    without = ~np.eye(n, dtype=bool)
    slope = _slope(x, y, z)
    left_out = np.array([_slope(x[keep], y[keep], z[keep]) for keep in without]) if n >= _MANY else np.array([np.nan])
    slope_error = jackknife(left_out)
    if not slope_error < _SURE or abs(slope - 1.0) < 2.0 * slope_error:
        slope = 1.0
    gap = z - slope * (x + y) / 2.0
    small = (x - y).std() / np.sqrt(2.0)
    large_variance = gap.var(ddof=1) - slope**2 * small**2 / 2.0
    large_sd = np.sqrt(large_variance) if large_variance > 0 else np.nan
    return gap.mean(), slope, gap.std(ddof=1) / np.sqrt(n), slope_error, small, large_sd


def _slope(x, y, z):
    shared = np.cov(x, y)[0, 1]
    return (np.cov(z, x)[0, 1] + np.cov(z, y)[0, 1]) / (2.0 * shared) if shared else np.nan
