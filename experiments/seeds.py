"""Standard errors from leaving one out at a time (the jackknife): of anything, and of a ratio of means over seeds."""

import numpy as np
from numpy.typing import ArrayLike


def jackknife(left_out: ArrayLike) -> float:
    """Standard error of a statistic from its values without each of the observations, shape (n,)."""
    values = np.asarray(left_out)
    n = len(values)
    return float(np.sqrt((n - 1) / n * ((values - values.mean()) ** 2).sum()))


def ratio_of_means(above: np.ndarray, below: np.ndarray) -> tuple[float, float]:
    """Mean over mean of paired values, one a seed, and its standard error; nan where there is none."""
    n, total, base = len(above), above.sum(), below.sum()
    if not n or not base:
        return np.nan, np.nan
    if n < 2:
        return total / base, np.nan
    with np.errstate(divide="ignore", invalid="ignore"):
        without = (total - above) / (base - below)
    return total / base, jackknife(without) if np.isfinite(without).all() else np.nan  # not if one seed has it all
