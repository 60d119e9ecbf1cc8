"""What a run is held against: the published targets, or a user's own in the same columns.

Every problem of a table is reported with its row and column, all at once (`sim.instruments.csv_tables`).
"""

from dataclasses import dataclass
from math import inf, isfinite, nan
from pathlib import Path

import numpy as np
import pandas as pd

from sim.instruments.csv_tables import TableError, nearest, read_table

EVIDENCE = Path(__file__).resolve().parent / "evidence" / "targets.csv"
RIVALS = ("crest",)  # tables shipped beside it, known by name
COLUMNS = ("id", "quantity", "value", "low", "high", "unit", "population", "instrument", "role", "source", "note")
NUMBERS = ("value", "low", "high")
ROLES = ("input", "calibrate", "validate")
COMPARED = ("id", "quantity", "value", "low", "high", "unit", "role")
NO_INSTRUMENT = "no instrument here reads it"


class TargetsError(TableError):
    """A file of targets that cannot be used."""


@dataclass(frozen=True)
class NotComparable:
    """Stands where a reading would, with the reason why there is none."""

    reason: str


def located(path: str | Path | None = None) -> Path:
    """Where a table of targets stands: a file, or one of `RIVALS`; by default the published evidence."""
    if path is None:
        return EVIDENCE
    return EVIDENCE.with_name(f"{path}.csv") if str(path) in RIVALS and not Path(path).is_file() else Path(path)


def load_targets(path: str | Path | None = None, role: str | None = None) -> pd.DataFrame:
    """The targets of a file, checked.

    Parameters
    ----------
    path
        A CSV with the columns of `COLUMNS`, or one of `RIVALS`; by default the published evidence. `low` and `high`
        may be empty (no band on that side); an id that no instrument reads is allowed; further columns are kept.
    role
        One of `ROLES`: rows of other roles are left out before any of their numbers is read, so that who asks
        for what may be fitted cannot see the rest.

    Returns
    -------
    DataFrame
        One row a target; `value`, `low`, `high` are float (nan where empty), all else str.

    Raises
    ------
    TargetsError
        With every problem: columns missing, ids empty or double, values not numeric, low above high, roles
        unknown.
    """
    path = located(path)
    table, problems = read_table(path, TargetsError)
    problems += [
        f"row 1: column {name!r} is missing{nearest(name, set(table.columns) - set(COLUMNS))}"
        for name in COLUMNS
        if name not in table
    ]
    problems += _double_ids(table) + _unknown_roles(table)
    if role and "role" in table:
        table = table[table["role"] == role]
    numbers = {name: _numbers(table[name], problems, name == "value") for name in NUMBERS if name in table}
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


def _numbers(cells, problems, needed):
    """The column's numbers, nan where empty; problems are added to the list."""
    numbers = []
    for row, cell in cells.items():
        try:
            number = float(cell) if cell or needed else nan
            if cell and not isfinite(number):
                raise ValueError
        except ValueError:
            number = nan
            hint = " (decimals take a point)" if "," in cell else ""
            said = f"{cell!r} is not a finite number{hint}" if cell else "is empty: a number is needed"
            problems.append(f"row {row}, column {cells.name!r}: {said}")
        numbers.append(number)
    return numbers


def compare(targets: pd.DataFrame, readings: "dict[str, tuple[float, float] | NotComparable]") -> pd.DataFrame:
    """Each target beside what the simulation reads.

    Parameters
    ----------
    targets
        From `load_targets`.
    readings
        By target id, in the target's unit; the uncertainty is a standard error, nan if unknown. A target
        without a reading is not comparable, a reading without a target is left out.

    Returns
    -------
    DataFrame
        Columns id, quantity, value, low, high, unit, role, simulated, uncertainty, inside (missing where there is
        no band or no reading), comparable, reason (empty if comparable).
    """
    table = targets[list(COMPARED)].reset_index(drop=True)
    cells = [_reading(readings.get(name, NotComparable(NO_INSTRUMENT))) for name in table["id"]]
    table[["simulated", "uncertainty"]] = np.array([cell[:2] for cell in cells], float).reshape(-1, 2)
    reasons = [cell[2] for cell in cells]
    comparable = np.array([not reason for reason in reasons], bool)
    inside = table["simulated"].ge(table["low"].fillna(-inf)) & table["simulated"].le(table["high"].fillna(inf))
    banded = table["low"].notna() | table["high"].notna()
    table["inside"] = inside.astype("boolean").where(banded & comparable)
    return table.assign(comparable=comparable, reason=reasons)


def _reading(reading):
    """Value, uncertainty, and why there is none."""
    if isinstance(reading, NotComparable):
        return nan, nan, reading.reason
    value, uncertainty = (nan if x is None else float(x) for x in reading)
    return (nan, nan, "the reading is not a number") if value != value else (value, uncertainty, "")


def distance(compared: pd.DataFrame) -> pd.Series:
    """How far outside its band each reading lies, in half-bands: 0 inside, inf off a band without width.

    A band open on one side counts the closed side's distance from the value as its half; nan where there is no
    band or no reading.
    """
    low, high, value, simulated = (compared[name].to_numpy(float) for name in ("low", "high", "value", "simulated"))
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
