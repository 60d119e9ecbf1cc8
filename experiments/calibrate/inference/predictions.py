"""Single markets of full size against the published numbers: how many rows one of them meets, and where rows fall."""

import numpy as np
import pandas as pd
from scipy.special import ndtr

from experiments.calibrate.inference.data import BAND, Data
from experiments.calibrate.inference.fit import Fit


def bands(data: Data) -> tuple[np.ndarray, np.ndarray]:
    """Ends of the published bands on the scale of the data, shape (m,) each; infinite where open.

    A number published without a band has 1.645 errors on either side.
    """
    without = np.isnan(data.low) & np.isnan(data.high)

    def ends(published: np.ndarray, sign: float) -> np.ndarray:
        known = np.nan_to_num(published, nan=sign * np.inf)
        return np.where(without, data.observed + sign * BAND * data.error, known)

    return ends(data.low, -1.0), ends(data.high, 1.0)


def inside(data: Data, readings: np.ndarray) -> np.ndarray:
    """Whether readings, shape (..., m), lie in the bands; nan where there is none."""
    low, high = bands(data)
    return np.where(np.isnan(readings), np.nan, (readings >= low - 1e-9) & (readings <= high + 1e-9))


def single(data: Data, readings: np.ndarray) -> np.ndarray:
    """Share of single runs, shape (k, m), inside each band, shape (m,); nan where none has a reading."""
    found = inside(data, readings)
    known = np.isfinite(found).sum(axis=0)
    return np.where(known > 0, np.nansum(found, axis=0) / np.maximum(known, 1), np.nan)


def ranks(data: Data, readings: np.ndarray) -> np.ndarray:
    """Share of runs, shape (k, m), each with an error of the data, that read less than was published; shape (m,).

    Even over rows if the published numbers are one more draw of the market; nan for intervals.
    """
    error = np.where(data.interval, np.nan, data.error)
    below = ndtr((data.observed - readings) / error)
    known = np.isfinite(below).sum(axis=0)
    return np.where(known > 0, np.nansum(below, axis=0) / np.maximum(known, 1), np.nan)


def predicted(fitted: Fit, readings: np.ndarray, worlds: np.ndarray | None = None) -> pd.DataFrame:
    """What markets drawn from the posterior read at full scale, shape (k, m), beside the published numbers.

    Parameters
    ----------
    worlds : float array, shape (w, m), optional
        What single worlds at the best point read at full scale.

    Returns
    -------
    DataFrame
        id, quantity, unit, published, low, high (of the band), predicted_low, predicted, predicted_high (5, 50, 95 %),
        runs (that have a reading), inside (the median), single (share of single runs inside), rank (share of runs with
        an error that read less than was published), best (mean over worlds at the best point), best_inside,
        best_single, missed (posterior probability that the model misses the row), shift, slope, shift_error, small_sd,
        luck, emulator, error (on the scale of the data).
    """
    data, many = fitted.data, fitted.data.back(readings)
    table = pd.DataFrame({"id": data.ids, "quantity": data.quantity, "unit": data.unit, "published": data.published})
    for name, end in zip(("low", "high"), bands(data), strict=True):
        table[name] = np.where(np.isfinite(end), data.back(np.where(np.isfinite(end), end, 0.0)), np.nan)
    known = np.isfinite(many)
    for name, level in (("predicted_low", 0.05), ("predicted", 0.5), ("predicted_high", 0.95)):
        table[name] = [np.quantile(x[k], level) if k.any() else np.nan for x, k in zip(many.T, known.T, strict=True)]
    table["runs"] = known.sum(axis=0)
    table["inside"] = inside(data, data.scaled(table["predicted"])) == 1.0
    table["single"], table["rank"] = single(data, readings), ranks(data, readings)
    worlds = np.full((1, len(data.ids)), np.nan) if worlds is None else worlds
    mean = data.average(worlds)
    table["best"], table["best_inside"] = data.back(mean), inside(data, mean) == 1.0
    table["best_single"], scale = single(data, worlds), fitted.scale
    by = fitted.likelihood
    unknown = np.full(len(table), np.nan)
    table["missed"] = unknown if by is None else by.missing(fitted.posterior.draws(1000)).mean(axis=0)
    return table.assign(shift=scale.shift, slope=scale.slope, shift_error=scale.shift_error, small_sd=scale.small,
                        luck=unknown if by is None else by.luck, emulator=unknown if by is None else by.doubt,
                        error=data.error)  # fmt: skip
