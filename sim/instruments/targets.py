"""What a run is held against: the published targets, or a user's own in the same columns.

Every problem of a table is reported with its row and column, all at once (`sim.instruments.csv_tables`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from math import inf, isfinite, nan
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.instruments.csv_tables import TableError, nearest, read_table

EVIDENCE = Path(__file__).resolve().parent / "evidence" / "targets.csv"
RIVALS = ("crest",)  # tables shipped beside it, of those who dispute it
SHIPPED = {"france": EVIDENCE}  # known by name: of the countries that are shipped, and of critics
SHIPPED |= {name: EVIDENCE.with_name(f"{name}.csv") for name in ("united_kingdom", *RIVALS)}
TIERS = ("very active", "regular", "occasional")  # in the order of their table
NEEDED = ("id", "quantity", "value", "low", "high", "unit", "population", "instrument", "role", "source", "note")
OPTIONAL = ("decided", "repeats")  # day on which the role was decided; id of the row that says the same
COLUMNS = (*NEEDED[:-2], *OPTIONAL, *NEEDED[-2:])
NUMBERS = ("value", "low", "high")
ROLES = ("input", "calibrate", "validate", "shown")  # shown: stands beside the rest and is not judged
COMPARED = ("id", "quantity", "value", "low", "high", "unit", "role")
NO_INSTRUMENT = "no instrument here reads it"


class TargetsError(TableError):
    """A file of targets that cannot be used."""


@dataclass(frozen=True)
class NotComparable:
    """Stands where a reading would, with the reason why there is none, or why what was read is not to be judged."""

    reason: str
    value: float = nan
    uncertainty: float = nan


def kept(found: "tuple[float, float] | NotComparable") -> str | list:
    """A reading of a run in plain values: [value, standard error], and why it cannot be judged; or only that."""
    if not isinstance(found, NotComparable):
        return [*map(float, found)]
    return found.reason if found.value != found.value else [float(found.value), float(found.uncertainty), found.reason]


def recalled(one: str | list) -> "tuple[float, float] | NotComparable":
    """The reading of which `kept` kept this."""
    if isinstance(one, str):
        return NotComparable(one)
    return tuple(one) if len(one) == 2 else NotComparable(one[2], *one[:2])


def judgeable(one: str | list | None) -> bool:
    """Whether what `kept` kept is a reading that can be held against what was published."""
    return isinstance(one, list) and len(one) == 2


def located(path: str | Path | None = None) -> Path:
    """Where a table of targets stands: a file, or one of `SHIPPED`; by default what is published of France."""
    if path is None:
        return EVIDENCE
    return Path(path) if Path(path).is_file() else SHIPPED.get(str(path), Path(path))


def load_targets(path: str | Path | None = None, role: str | None = None) -> pd.DataFrame:
    """The targets of a file, checked.

    Parameters
    ----------
    path
        A CSV with the columns of `NEEDED`, those of `OPTIONAL` too or not, or one of `SHIPPED`; by default
        what is published of France. `low` and `high` may be empty (no band on that side). So may `value`: then the row
        is an interval, open on a side that is empty (at least one is "1 or more"), or, if its role is `shown`, a
        reading with nothing to compare it with. An id that no instrument reads is allowed; further columns are kept.
    role
        One of `ROLES`: rows of other roles are left out before any of their numbers is read, so that who asks
        for what may be fitted cannot see the rest.

    Returns
    -------
    DataFrame
        One row a target; `value`, `low`, `high` are float (nan where empty), all else str ("" where empty).

    Raises
    ------
    TargetsError
        With every problem: columns missing, ids empty or double, values not numeric, nothing to compare with, low
        above high, roles unknown, days that are none, rows that repeat one that is not there.
    """
    path = located(path)
    table, problems = read_table(path, TargetsError)
    problems += [
        f"row 1: column {name!r} is missing{nearest(name, set(table.columns) - set(COLUMNS))}"
        for name in NEEDED
        if name not in table
    ]
    table = table.assign(**{name: "" for name in OPTIONAL if name not in table})
    problems += _double_ids(table) + _unknown_roles(table) + _wrong_days(table) + _repeated_nowhere(table)
    if role and "role" in table:
        table = table[table["role"] == role]
    problems += _mute(table)
    numbers = {name: _numbers(table[name], problems) for name in NUMBERS if name in table}
    for row, low, high in zip(table.index, numbers.get("low", ()), numbers.get("high", ()), strict=False):
        if low > high:
            problems.append(f"row {row}, column 'low': {low:g} is above high, {high:g}")
    if problems:
        raise TargetsError(path, problems)
    return table.assign(**numbers).reset_index(drop=True)


def _double_ids(table):
    problems, first = [], {}
    for row, name in table.get("id", pd.Series(dtype=str)).items():
        if not name:
            problems.append(f"row {row}, column 'id': is empty")
        elif name in first:
            problems.append(f"row {row}, column 'id': {name!r} is already on row {first[name]}")
        else:
            first[name] = row
    return problems


def _unknown_roles(table):
    return [
        f"row {row}, column 'role': {role!r} is none of {', '.join(ROLES)}{nearest(role, ROLES)}"
        for row, role in table.get("role", pd.Series(dtype=str)).items()
        if role not in ROLES
    ]


def _wrong_days(table):
    """Days are written as 2018-05-31 or left empty."""
    problems = []
    for row, day in table["decided"].items():
        try:
            date.fromisoformat(day or "2018-05-31")
        except ValueError:
            problems.append(f"row {row}, column 'decided': {day!r} is no day (written as 2018-05-31)")
    return problems


def _repeated_nowhere(table):
    known = set(table.get("id", ()))
    return [
        f"row {row}, column 'repeats': there is no row {name!r}{nearest(name, known)}"
        for row, name in table["repeats"].items()
        if name and name not in known
    ]


def _mute(table):
    """Rows that say nothing: without value and band, and not only shown."""
    if not {*NUMBERS} <= set(table.columns):
        return []
    empty = (table[[*NUMBERS]] == "").all(axis=1) & ~table.get("role", pd.Series("", table.index)).eq("shown")
    return [f"row {row}, column 'value': is empty: a number is needed, or a low or high" for row in table.index[empty]]


def _numbers(cells, problems):
    """The column's numbers, nan where empty; problems are added to the list."""
    numbers = []
    for row, cell in cells.items():
        try:
            number = float(cell) if cell else nan
            if cell and not isfinite(number):
                raise ValueError
        except ValueError:
            number = nan
            hint = " (decimals take a point)" if "," in cell else ""
            problems.append(f"row {row}, column {cells.name!r}: {cell!r} is not a finite number{hint}")
        numbers.append(number)
    return numbers


def beside_published(tiers: pd.DataFrame, targets: pd.DataFrame) -> pd.DataFrame:
    """The tiers with what a table of targets has published of each (nan where it has nothing), and the ratio to it.

    Parameters
    ----------
    tiers
        With columns tier and reading.
    targets
        From `load_targets`; the rows tier_very_active, tier_regular and tier_occasional.
    """
    value = targets.set_index("id")["value"]
    published = [value.get(f"tier_{name.replace(' ', '_')}", nan) for name in tiers["tier"]]
    return tiers.assign(survey_estimate=published, ratio=tiers["reading"] / np.array(published, float))


def compare(targets: pd.DataFrame, readings: "dict[str, tuple[float, float] | NotComparable]") -> pd.DataFrame:
    """Each target beside what the simulation reads.

    Parameters
    ----------
    targets
        From `load_targets`.
    readings
        By target id, in the target's unit; the uncertainty is a standard error, nan if unknown. A target
        without a reading is not comparable, nor is one that is read where another thing than the published is found
        (`sim.instruments.surveys.counterfactual`); a reading without a target is left out.

    Returns
    -------
    DataFrame
        Columns id, quantity, value, low, high, unit, role, simulated, uncertainty, inside (missing where there is
        no band or no reading, or the row is only shown), comparable, reason (empty if comparable).
    """
    table = targets[list(COMPARED)].reset_index(drop=True)
    cells = [_reading(readings.get(name, NotComparable(NO_INSTRUMENT))) for name in table["id"]]
    table[["simulated", "uncertainty"]] = np.array([cell[:2] for cell in cells], float).reshape(-1, 2)
    reasons = [cell[2] for cell in cells]
    comparable = np.array([not reason for reason in reasons], bool)
    inside = table["simulated"].ge(table["low"].fillna(-inf)) & table["simulated"].le(table["high"].fillna(inf))
    banded = (table["low"].notna() | table["high"].notna()) & (table["role"] != "shown")
    table["inside"] = inside.astype("boolean").where(banded & comparable)
    return table.assign(comparable=comparable, reason=reasons)


def _reading(reading):
    """Value, uncertainty, and why there is none or it cannot be judged."""
    if isinstance(reading, NotComparable):
        return reading.value, reading.uncertainty, reading.reason
    value, uncertainty = (nan if x is None else float(x) for x in reading)
    return (nan, nan, "the reading is not a number") if value != value else (value, uncertainty, "")


def distance(compared: pd.DataFrame) -> pd.Series:
    """How far outside its band each reading lies, in half-bands: 0 inside, inf off a band without width.

    A band open on one side counts the closed side's distance from the value as its half, or from 0 where there is no
    value; nan where nothing is judged.
    """
    low, high, value, simulated = (compared[name].to_numpy(float) for name in ("low", "high", "value", "simulated"))
    value = np.where(np.isnan(value), 0.0, value)
    half = np.where(np.isnan(low), high - value, np.where(np.isnan(high), value - low, (high - low) / 2))
    outside = np.fmax(np.fmax(low - simulated, simulated - high), 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        distances = np.where(outside == 0, 0.0, outside / np.abs(half))
    return pd.Series(np.where(compared["inside"].isna(), nan, distances), compared.index)


def worst_first(compared: pd.DataFrame) -> pd.DataFrame:
    """The rows of `compare` by distance outside the band, worst first; those that cannot be judged last."""
    judged = distance(compared)
    order = pd.DataFrame({"mute": ~compared["comparable"], "distance": -judged})
    return compared.loc[order.sort_values(["mute", "distance"], kind="stable").index].reset_index(drop=True)


def published(row: Any, form: Callable[[float], str]) -> str:
    """What is published in a row with value, low and high: "21", "0.5 to 3", "1 or more"; "" where there is nothing.

    Parameters
    ----------
    row
        Of a table of targets, as from `DataFrame.itertuples`.
    form
        Writes a number.
    """
    low, high = row.low == row.low, row.high == row.high
    if row.value == row.value:
        return form(row.value)
    if low and high:
        return f"{form(row.low)} to {form(row.high)}"
    return f"{form(row.low)} or more" if low else f"{form(row.high)} or less" if high else ""
