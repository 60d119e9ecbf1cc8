"""Capture data as people publish it: a table of any public form as the histories of those caught, or all that is wrong.

Forms, by their columns, whatever their case and order:

    wide         wave1, wave2, ... (t1, occasion 1, dates)   0 or 1; counts and names may stand beside
    histories    ch, history, ... and freq, count, ...       such as 101: caught in the first and third of three waves
    list         person, id, ... and wave, date, ...         one row a capture
    frequencies  f1, f2, ..., or times and count             how many persons were caught once, twice, ...
    .inp         ``101 25;``                                 the histories of program MARK, a group a column
"""

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from sim.instruments.csv_tables import TableError, nearest, read_table

COUNT = "count counts freq freqs frequency frequencies n nb num number persons people individuals animals cases".split()
COUNT += "total weight size obs observed nombre effectif effectifs".split()
HISTORY = "history histories ch hist capture_history capturehistory capture_histories encounter_history pattern".split()
PERSON = "person persons id ids name individual animal worker respondent tag subject ind personne".split()
WAVE = "wave waves vague occasion occasions date day time capture session sample list period".split()
TIMES = "times captures caught k j times_caught".split()
NUMBERED = re.compile(r"(?:wave|vague|w|t|occasion|occ|capture|cap|c|sample|list|session|day|time|y|x)[ _.-]*(\d{1,4})")
FREQUENCY = re.compile(r"f[ _.-]*(\d{1,3})")
CAUGHT = {"0": 0, "1": 1, "0.0": 0, "1.0": 1, "false": 0, "true": 1}
THOUSANDS = re.compile(
    "\\d{1,3}(?:([,' \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{RIGHT SINGLE QUOTATION MARK}])\\d{3})+"
)
FORMS = "expected waves as columns (wave1, wave2, ...), or history and count, or person and wave, or f1, f2, ..."


class HistoriesError(TableError):
    """A table of capture histories that cannot be used."""


class Captures(NamedTuple):
    """What a table says.

    Parameters
    ----------
    histories : uint8 array, shape (rows, waves), or None
        1 where caught; None where only frequencies are known.
    counts : int64 array, shape (rows,)
        Persons with each history; of frequencies, persons caught once, twice, ....
    remarks
        What a reader must know of how the table was read.
    """

    histories: np.ndarray | None
    counts: np.ndarray
    remarks: list[str]


def read_captures(table: str | Path | pd.DataFrame) -> Captures:
    """Captures from a CSV file, an .inp file of program MARK or a DataFrame, in any of the forms.

    Raises
    ------
    HistoriesError
        With every problem, by row (of the file, the header being row 1; of a DataFrame, its index) and column.
    """
    if isinstance(table, pd.DataFrame):
        source, problems = "table", []
        cells = table.map(lambda cell: "" if pd.isna(cell) else str(cell).strip())
        cells.columns = [_text(name) for name in cells.columns]
    elif str(table).lower().endswith(".inp"):
        source, (cells, problems) = table, _mark(Path(table))
    else:
        source, (cells, problems) = table, read_table(table, HistoriesError)
    if not len(cells) or not cells.columns.str.lower().is_unique:
        raise HistoriesError(source, problems or ["each column must be named once, and at least one row is needed"])
    found = _Table(cells, problems).read()
    if problems:
        raise HistoriesError(source, problems)
    return found


def _text(name):
    return name.strftime("%Y-%m-%d") if isinstance(name, date) else str(name).strip()


def _mark(path):
    """The histories of an .inp file and their counts; of several groups, all together."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as problem:
        raise HistoriesError(path, [f"cannot be read: {getattr(problem, 'strerror', None) or problem}"]) from None
    text = re.sub(r"/\*.*?\*/", lambda comment: "\n" * comment[0].count("\n"), text, flags=re.DOTALL)
    rows, numbers, problems = [], [], []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.replace(";", " ; ").split()
        words = words[: words.index(";")] if ";" in words else words
        if not words:
            continue
        counts = [_whole(word) for word in words[1:]]
        if len(words) < 2 or None in counts:
            problems.append(f"row {number}: {line.strip()!r}; a history and a whole number a group expected, then ;")
        rows.append((words[0], str(sum(filter(None, counts)))))
        numbers.append(number)
    if not rows:
        raise HistoriesError(path, ["is empty: at least one history is needed"])
    return pd.DataFrame(rows, numbers, ["history", "count"], dtype=str), problems


class _Table:
    """The cells of a table, with which column is what; problems are added to the list."""

    def __init__(self, cells, problems) -> None:
        self.cells, self.problems, self.remarks = cells, problems, []
        keys = {name: re.sub(r"[ .-]+", "_", name.lower()) for name in cells.columns}
        self.key = {name: re.sub(r"^(number|num|no|nb|n)_(of_)?(?=[a-z])", "", key) for name, key in keys.items()}

    def read(self) -> Captures | None:
        """The captures, or None with what is wrong among the problems."""
        for read in (self._wide, self._histories, self._frequencies, self._times, self._list):
            found = read()
            if found is not None:
                return Captures(*found, self.remarks)  # type: ignore[call-arg]
        every = {*COUNT, *HISTORY, *PERSON, *WAVE, *TIMES}
        names = ", ".join(f"{name!r}{'' if key in every else nearest(key, every)}" for name, key in self.key.items())
        self.problems.append(f"row 1: {FORMS}; found {names}")
        return None

    def _named(self, words, but=()):
        """The column whose name is one of the words, the first word's first; None without one."""
        names = {key: name for name, key in self.key.items() if name not in but}
        return next((names[word] for word in words if word in names), None)

    def _rest(self, *used):
        """Columns that nobody understood: told if they hold words, refused if they might be counts or waves."""
        for name in self.cells.columns:
            if name in used or not self.cells[name].any():
                continue
            numbers = [cell for cell in self.cells[name] if cell and _whole(cell) is not None]
            if numbers:
                hint = "call it wave1, wave2, ... if it is a wave, count if it holds counts, else take it out"
                self.problems.append(f"row 1: column {name!r} is not understood{self._near(name)}; {hint}")
            else:
                self.remarks.append(f"column {name!r} is not used")

    def _near(self, name):
        return nearest(self.key[name], [*COUNT, *HISTORY, *PERSON, *WAVE, "wave1"])

    def _counts(self, name):
        """The counts in a column, int64; without one, 1 each."""
        if name is None:
            return np.ones(len(self.cells), np.int64)
        values = []
        for row, cell in self.cells[name].items():
            value = _whole(cell)
            if value is None:
                doubt = " (is that a thousand?)" if re.fullmatch(r"\d{1,3}(\.\d{3})+", cell) else ""
                wanted = f"a whole number, 0 or more, expected{doubt}"
                self.problems.append(f"row {row}, column {name!r}: {_said(cell)}; {wanted}")
            values.append(value or 0)
        return np.array(values, np.int64)

    def _double(self, name):
        first = {}
        for row, cell in self.cells[name].items() if name else ():
            if cell in first and cell:
                self.problems.append(f"row {row}, column {name!r}: {cell!r} is already on row {first[cell]}")
            first.setdefault(cell, row)

    # --- the forms ---------------------------------------------------------------------------------------------
    def _wide(self):
        waves = self._numbered() or self._dated()
        if not waves:
            return None
        count = self._named(COUNT, waves)
        person = self._named([word for word in PERSON if word not in COUNT or count is None], [*waves, count])
        if count is None and person is not None and self.key[person] in COUNT:
            count, person = person, None
        self._double(person)
        self._rest(*waves, count, person)
        columns = []
        for name in waves:
            values = self.cells[name].str.lower().map(CAUGHT)
            wrong = self.cells.loc[values.isna(), name]
            self.problems += [f"row {row}, column {name!r}: {_said(x)}; 0 or 1 expected" for row, x in wrong.items()]
            columns.append(values.fillna(0).to_numpy(np.uint8))
        return np.column_stack(columns), self._counts(count)

    def _numbered(self):
        """Columns of numbered waves, in order; a number that is missing is told."""
        found = {}
        for name, key in self.key.items():
            if match := NUMBERED.fullmatch(key):
                found.setdefault(key[: match.start(1)].rstrip("_"), []).append((int(match[1]), name))
        if not found or (len(found) == 1 and "f" in found):
            return []
        waves = sorted(max(found.values(), key=len))
        numbers = [number for number, _ in waves]
        if len(waves) < 2 or numbers != [*range(numbers[0], numbers[0] + len(numbers))]:
            names = ", ".join(name for _, name in waves)
            self.problems.append(f"row 1: waves are numbered without a gap, two or more; found {names}")
        return [name for _, name in waves]

    def _dated(self):
        """Columns named by dates, in the order of time."""
        dates = {name: moment for name in self.cells.columns if (moment := _date(name)) is not None}
        return sorted(dates, key=dates.get) if len(dates) >= 2 else []

    def _histories(self):
        history = self._named(HISTORY)
        if history is None:
            return None
        count = self._named(COUNT, [history])
        person = self._named(PERSON, [history, count])
        if count is not None:
            self._double(history)
        self._rest(history, count, person)
        column = self.cells[history].str.strip("'\"").str.replace(r"[ ,|-]", "", regex=True)
        width = max(int(column.str.len().max()), 2)
        for row, cell in column.items():
            if not cell or set(cell) - {"0", "1"}:
                self.problems.append(f"row {row}, column {history!r}: {_said(cell)}; 0 and 1, one a wave, expected")
            elif len(cell) < width:
                hint = "were zeros in front lost?" if cell[0] == "1" else "all must be of one length"
                self.problems.append(f"row {row}, column {history!r}: {cell!r} is short of {width} waves; {hint}")
        counts = self._counts(count)
        return (None, counts) if self.problems else (np.array([list(cell) for cell in column]).astype(np.uint8), counts)

    def _frequencies(self):
        columns = {int(match[1]): name for name, key in self.key.items() if (match := FREQUENCY.fullmatch(key))}
        if not columns:
            return None
        self._rest(*columns.values())
        return self._by_times(list(columns), [_sum(self._counts(name)) for name in columns.values()])

    def _times(self):
        times, count = self._named(TIMES), self._named(COUNT)
        if times is None or count is None:
            return None
        self._double(times)
        self._rest(times, count)
        return self._by_times([int(number) for number in self._counts(times)], self._counts(count))

    def _by_times(self, times, counts):
        """How many persons were caught once, twice, ...; who was caught in which wave is not known."""
        if not self.problems and (max(times) < 2 or max(times) > 1000):
            self.problems.append("row 1: frequencies of two or more waves are needed: f1, f2, ...")
        totals = np.zeros(max(times, default=0) + 1, np.int64)
        if not self.problems:
            np.add.at(totals, times, counts)
        if totals[0]:
            self.remarks.append(f"{totals[0]} never caught are not used")
        return None, totals[1:]

    def _list(self):
        wave = self._named(WAVE)
        person = self._named([*PERSON, "n"], [wave])
        if wave is None or person is None:
            return None
        self._rest(person, wave)
        numbers, labels = self._waves(wave)
        first, captures = {}, {}
        for row, who, number, cell in zip(self.cells.index, self.cells[person], numbers, self.cells[wave], strict=True):
            if not who:
                self.problems.append(f"row {row}, column {person!r}: is empty")
            elif number is not None and (who, number) in first:
                before = first[who, number]
                self.problems.append(f"row {row}, column {wave!r}: {who!r} is already in wave {cell} on row {before}")
            elif number is not None:
                first[who, number] = row
                captures.setdefault(who, []).append(number)
        if self.problems:
            return None, np.zeros(0, np.int64)
        histories = np.zeros((len(captures), len(labels)), np.uint8)
        for history, caught in zip(histories, captures.values(), strict=True):
            history[caught] = 1
        nobody = [label for label, caught in zip(labels, histories.any(axis=0), strict=True) if not caught]
        if nobody:
            self.remarks.append(f"nobody was caught in wave {', '.join(nobody)}")
        return histories, np.ones(len(histories), np.int64)

    def _waves(self, name):
        """Which wave each row is of, from 0, and what the waves are called: numbers from 1, or dates in their order."""
        cells = self.cells[name]
        numbers = {cell: _whole(cell) for cell in set(cells)}
        if None not in numbers.values() and min(numbers.values()) >= 1900:  # years
            numbers = dict.fromkeys(numbers)
        if all(value is not None and value >= 1 for value in numbers.values()):
            last, there = max(max(numbers.values()), 2), len(set(numbers.values()))
            if last > 2 * there + 1:
                self.problems.append(
                    f"column {name!r}: waves run to {last} but only {there} caught anybody; number them from 1"
                )
                last = 0
            return [numbers[cell] - 1 for cell in cells], [str(k) for k in range(1, last + 1)]
        dates = {cell: _date(cell) for cell in numbers}
        wrong = [(row, cell) for row, cell in cells.items() if dates[cell] is None]
        wanted = "a whole number from 1 or a date such as 2018-06-04 expected"
        self.problems += [f"row {row}, column {name!r}: {_said(cell)}; {wanted}" for row, cell in wrong]
        known = sorted({moment for moment in dates.values() if moment is not None})
        if len(known) < 2 and not wrong:
            self.problems.append(f"column {name!r}: two waves or more are needed")
        self.remarks.append("waves are the dates on which anybody was caught")
        return [known.index(dates[cell]) if dates[cell] else None for cell in cells], [str(x) for x in known]


def _date(cell):
    """The day that a text names, or None; of 4/6/2018, which may be two days, none."""
    text = cell.strip().split("T")[0].split(" ")[0]
    if re.fullmatch(r"(19|20)\d\d", text):
        return date(int(text), 1, 1)
    for pattern, order in ((r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", (0, 1, 2)), (r"(\d{4})(\d\d)(\d\d)", (0, 1, 2))):
        if match := re.fullmatch(pattern, text):
            return _day(*(int(match[1 + place]) for place in order))
    if match := re.fullmatch(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", text):
        first, second, year = map(int, match.groups())
        if first > 12 or first == second:
            return _day(year, second, first)
        if second > 12:
            return _day(year, first, second)
    return None


def _day(year, month, day):
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _said(cell):
    return repr(cell) if cell else "is empty"


def _whole(cell: str) -> int | None:
    """The whole number, 0 or more, that a text stands for, with separators of thousands or without; else None."""
    if match := THOUSANDS.fullmatch(cell):
        cell = cell.replace(match[1], "")
    return int(cell.split(".")[0]) if re.fullmatch(r"\d{1,12}(\.0?)?", cell) else None


def _sum(counts: Sequence[int]) -> int:
    return int(np.sum(counts))
