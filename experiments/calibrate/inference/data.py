"""What is fitted: the published rows that may be, each on a scale of its own and with its error.

Only rows whose role is ``calibrate`` are ever read; the loader drops all others. Rows that repeat another one in
other words (column `repeats` of the table) are left out, or the same information would count twice.

Positive quantities are compared as logarithms and shares as log-odds, for readings are skewed and what matters is
the factor. A published band is taken as 90 % of a normal distribution on that scale: its middle is the mean, for
some bands end at the value that stands in the source ("up to 400 euros"), and its half-width is 1.645 standard
deviations, the instrument's own sampling error included. (For the capture-recapture count, 0.046 to 0.066 of the
registered, that makes 12 %, of which two waves of some 500 answers explain 9.) A row without a value is an interval:
all within it agrees equally well, so it has no middle and no error, and a missing end is infinite.

Margins of one survey's respondents share these, but their sampling errors are nearly independent, and so taken.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

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
        return self.scaled(np.array(values, float))

    def scaled(self, values: np.ndarray) -> np.ndarray:
        """Readings in the unit, shape (..., m), on the scale of the data."""
        parts = np.moveaxis(np.asarray(values, float), -1, 0)
        each = [to(form, part, own) for form, part, own in zip(self.form, parts, self.magnitude, strict=True)]
        return np.stack(each, -1)

    @property
    def interval(self) -> np.ndarray:
        """Which rows are intervals, shape (m,)."""
        return np.isnan(self.published)

    @property
    def magnitude(self) -> np.ndarray:
        """What a reading's size is held against, in the unit: the published value, or an end of the interval."""
        ends = np.where(np.isnan(self.high), self.back(self.low), self.back(self.high))
        return np.where(self.interval, ends, self.published)

    @property
    def middle(self) -> np.ndarray:
        """What was observed, or the middle of an interval, or its one end, shape (m,)."""
        low, high = (np.where(np.isnan(a), b, a) for a, b in ((self.low, self.high), (self.high, self.low)))
        return np.where(self.interval, (low + high) / 2.0, self.observed)

    def only(self, there: np.ndarray, **more: Any) -> "Data":
        """The rows of these places, int or bool (k,)."""
        places = np.arange(len(self.ids))[there]
        words: dict[str, Any] = {
            n: tuple(getattr(self, n)[j] for j in places) for n in ("ids", "quantity", "unit", "form")
        }
        numbers = {n: getattr(self, n)[places] for n in ("published", "observed", "error", "low", "high")}
        return replace(self, **words, **numbers, **more)

    def readable(self, vectors: np.ndarray, most: float = 0.75) -> "Data":
        """The data without the rows that are missing in more than so many of the runs, shape (n, m)."""
        missing = np.isnan(vectors).mean(axis=0)
        unread = {self.ids[j]: float(missing[j]) for j in np.flatnonzero(missing > most)}
        return self.only(missing <= most, unread=self.unread | unread)

    def back(self, vectors: np.ndarray) -> np.ndarray:
        """Vectors on the scale of the data in the units of the table, shape (..., m)."""
        parts = np.moveaxis(np.asarray(vectors, float), -1, 0)
        return np.stack([back_from(form, part) for form, part in zip(self.form, parts, strict=True)], -1)

    def average(self, vectors: np.ndarray) -> np.ndarray:
        """The mean of several, shape (n, m), taken in the units of the table; on the scale of the data."""
        return self.scaled(pd.DataFrame(self.back(vectors)).mean())


def load(path: str | Path | None = None, roles: tuple[str, ...] = ("calibrate",)) -> Data:
    """The data of a table as for `sim.instruments.targets.load_targets`, by default the published evidence.

    Rows of other roles only where somebody asks for them who fits nothing: what is fitted may not see them.
    """
    table = pd.concat([load_targets(path, role=role) for role in roles], ignore_index=True)
    table = table[(table["unit"] != "sign") & table[["value", "low", "high"]].notna().any(axis=1)]
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


def to(form: str, value: float | np.ndarray, published: float) -> float | np.ndarray:
    """A value on the scale of its form; kept off the ends of the scale."""
    if form == "logit":
        return logit(np.clip(value, _EDGE, 1.0 - _EDGE))
    return np.log(np.maximum(value, _EDGE * published)) if form == "log" else np.asarray(value, float)[()]


def each_to(forms: Iterable, values: Iterable, published: Iterable) -> np.ndarray:
    """Values, shape (m,), each on the scale of its form."""
    return np.array([to(form, x, own) for form, x, own in zip(forms, values, published, strict=True)], float)


def back_from(form: str, value: float | np.ndarray) -> float | np.ndarray:
    """A value from the scale of its form."""
    return expit(value) if form == "logit" else np.exp(value) if form == "log" else value
