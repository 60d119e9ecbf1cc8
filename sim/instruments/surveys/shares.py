"""Estimates with their standard errors, as a survey or a log of some people gives them."""

import numpy as np
import pandas as pd

Reading = tuple[float, float]  # value and standard error, nan if the run alone cannot tell


def mean(values: pd.Series | np.ndarray) -> Reading:
    """Mean and its standard error."""
    values = np.asarray(values, float)
    return float(values.mean()), float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else np.nan


def share(flags: pd.Series | np.ndarray) -> Reading:
    """Share of those of whom it is true, and its standard error."""
    found = float(np.asarray(flags).mean())
    return found, float(np.sqrt(found * (1.0 - found) / len(flags)))


def median(values: pd.Series | np.ndarray) -> Reading:
    """Median and its standard error from order statistics: half the width of the ranks n/2 +- sqrt(n)/2."""
    ordered, n = np.sort(np.asarray(values, float)), len(values)
    low, high = int(n / 2 - np.sqrt(n) / 2), int(np.ceil(n / 2 + np.sqrt(n) / 2))
    return float(np.median(ordered)), float((ordered[min(high, n - 1)] - ordered[max(low, 0)]) / 2.0)


def of_sums(part: pd.Series, whole: pd.Series) -> Reading:
    """Ratio of two sums over people, and its standard error (linearised)."""
    one, all_ = np.asarray(part, float), np.asarray(whole, float)
    found = one.sum() / all_.sum()
    off = one - found * all_
    return float(found), float(np.sqrt(len(off)) * off.std() / all_.sum())
