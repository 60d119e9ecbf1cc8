"""Intervals of the tier table: of readings, by the sampling of their instrument; of truths, by size and seed."""

from typing import Any

import numpy as np
import pandas as pd

from sim.instruments.estimators import Z
from sim.instruments.fieldwork import Fieldwork
from sim.results.whole.precision import interval, usual


def with_intervals(fieldwork: Fieldwork) -> pd.DataFrame:
    """The tier table with low and high, the ends of 95 % intervals of readings, unless they bring their own; and
    truth_low and truth_high, what a run of this size and seed tells of the country, where it is known of this market.

    Petersen's is that of its estimator, carried over like the count itself; others' on the log scale, for no count is
    below nothing. A reading without sampling has none (nan).
    """
    table, world = fieldwork.tiers, fieldwork.scenario
    if not {"low", "high"} <= {*table.columns}:
        low, high = zip(*[_interval(row, fieldwork) for row in table.itertuples()], strict=True)
        table = table.assign(low=low, high=high)
    if not usual(world):
        return table
    names = [f"truth.{tier.replace(' ', '_')}" for tier in table["tier"]]
    known = [interval(name, value, world) for name, value in zip(names, table["truth"], strict=True)]
    return table.assign(truth_low=[low for low, _ in known], truth_high=[high for _, high in known])


def _interval(row: Any, fieldwork: Fieldwork) -> tuple[float, float]:
    if not np.isfinite(row.reading) or not row.reading_se > 0:
        return np.nan, np.nan
    if row.tier == "very active" and fieldwork.waves is not None:
        count = fieldwork.waves.count
        low, high = np.array([count.low, count.high]) * row.reading / count.n_hat
    else:
        low, high = row.reading * np.exp(np.array([-Z, Z]) * row.reading_se / row.reading)
    return float(low), float(high)
