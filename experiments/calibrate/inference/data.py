"""What is fitted: the published rows that may be, each on a scale of its own and with its error.

Only rows whose role is ``calibrate`` are ever read; the loader drops all others. Rows that repeat another one in
other words (column `repeats` of the table) are left out, or the same information would count twice.

Positive quantities are compared as logarithms and shares as log-odds, for readings are skewed and what matters is
the factor. A published band is taken as 90 % of a normal distribution on that scale: its middle is the mean, for
some bands end at the value that stands in the source ("up to 400 euros"), and its half-width is 1.645 standard
deviations, the instrument's own sampling error included. (For the capture-recapture count, 0.046 to 0.066 of the
registered, that makes 12 %, of which two waves of some 500 answers explain 9.) A row without a value is an interval:
all within it agrees equally well, so it has no middle and no error.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from sim.instruments.targets import load_targets

BAND = 1.6448536269514722  # half a published band, in standard deviations
_UNKNOWN = 0.2  # standard deviation, log points, of a published number without a band
_EDGE = 1e-3  # shares are kept this far from 0 and 1, other readings above this part of the published value


@dataclass(frozen=True)
class Data:
    """The published numbers that may be fitted."""

    ids: tuple[str, ...]  # shape (m,)
    quantity: tuple[str, ...]
    unit: tuple[str, ...]
    form: tuple[str, ...]  # "log", "logit" or "plain"
    published: np.ndarray  # in the unit; nan of an interval
    # Middle of the band, or the published value if there is none, and its standard deviation, on the scale of the form;
    # nan and 0 of an interval.
    observed: np.ndarray
    error: np.ndarray
    low: np.ndarray  # of the band or interval, on the scale of the form; nan where open
    high: np.ndarray
    repeats: dict[str, str] = field(default_factory=dict)  # rows left out, and the row that says the same
    # Rows left out because a market of this size has no reading of them, and in what share of the runs.
    unread: dict[str, float] = field(default_factory=dict)

    def vector(self, readings: dict) -> np.ndarray:
        """Simulated readings (by id: [value, standard error], or why there is none) on the scale of the data.

        Shape (m,), nan where there is no reading.
        """
        each = [readings.get(name) for name in self.ids]
        values = [float(x[0]) if isinstance(x, (list, tuple)) else np.nan for x in each]
        return each_to(self.form, values, self.magnitude)

    @property
    def interval(self) -> np.ndarray:
        """Which rows are intervals, shape (m,)."""
        return np.isnan(self.published)

    @property
    def magnitude(self) -> np.ndarray:
        """What a reading's size is held against, in the unit: the published value, or an end of the interval."""
        ends = np.where(np.isnan(self.high), self.back(self.low), self.back(self.high))
        return np.where(self.interval, ends, self.published)

    def readable(self, vectors: np.ndarray, most: float = 0.75) -> "Data":
        """The data without the rows that are missing in more than so many of the runs, shape (n, m)."""
        missing = np.isnan(vectors).mean(axis=0)
        there = np.flatnonzero(missing <= most)
        words = (tuple(part[j] for j in there) for part in (self.ids, self.quantity, self.unit, self.form))
        numbers = (part[there] for part in (self.published, self.observed, self.error, self.low, self.high))
        unread = {self.ids[j]: float(missing[j]) for j in np.flatnonzero(missing > most)}
        return Data(*words, *numbers, self.repeats, self.unread | unread)  # type: ignore[arg-type, call-arg]

    def back(self, vectors: np.ndarray) -> np.ndarray:
        """Vectors on the scale of the data in the units of the table, shape (..., m)."""
        parts = np.moveaxis(np.asarray(vectors, float), -1, 0)
        return np.stack([back_from(form, part) for form, part in zip(self.form, parts, strict=True)], -1)

    def average(self, vectors: np.ndarray) -> np.ndarray:
        """The mean of several, shape (n, m), taken in the units of the table; on the scale of the data."""
        return each_to(self.form, pd.DataFrame(self.back(vectors)).mean(), self.magnitude)


def load(path: str | Path | None = None) -> Data:
    """The data of a table as for `sim.instruments.targets.load_targets`, by default the published evidence."""
    table = load_targets(path, role="calibrate")
    table = table[table["unit"] != "sign"]
    repeats = {row.id: row.repeats for row in table.itertuples() if row.repeats in set(table["id"])}
    table = table[~table["id"].isin(repeats)]
    size = table["value"].fillna(table["high"]).fillna(table["low"])
    form = [form_of(value, unit) for value, unit in zip(size, table["unit"], strict=True)]
    low, value, high = (each_to(form, table[name], size) for name in ("low", "value", "high"))
    half = np.where(np.isnan(low) | np.isnan(high), np.fmax(high - value, value - low), (high - low) / 2.0)
    banded = ~(np.isnan(half) | (half <= 0))
    error = np.where(np.isnan(value), 0.0, np.where(banded, half / BAND, _UNKNOWN))
    observed = np.where(banded & ~np.isnan(low + value + high), (low + high) / 2.0, value)
    ids, quantity, unit = (tuple(table[name]) for name in ("id", "quantity", "unit"))
    return Data(ids, quantity, unit, tuple(form), table["value"].to_numpy(float), observed, error, low, high, repeats)


def form_of(value: float, unit: str) -> str:
    """The scale on which a quantity is compared: "log", "logit" or "plain"."""
    if unit == "sign":
        return "plain"
    if "share" in unit and 0.0 < value < 1.0:
        return "logit"
    return "log" if value > 0 else "plain"


def to(form: str, value: float, published: float) -> float:
    """A value on the scale of its form; kept off the ends of the scale."""
    if form == "logit":
        return float(logit(np.clip(value, _EDGE, 1.0 - _EDGE)))
    return float(np.log(np.maximum(value, _EDGE * published))) if form == "log" else float(value)


def each_to(forms: Iterable, values: Iterable, published: Iterable) -> np.ndarray:
    """Values, shape (m,), each on the scale of its form."""
    return np.array([to(form, x, own) for form, x, own in zip(forms, values, published, strict=True)])


def back_from(form: str, value: float | np.ndarray) -> float | np.ndarray:
    """A value from the scale of its form."""
    return expit(value) if form == "logit" else np.exp(value) if form == "log" else value
