"""Capture histories from elsewhere: who was caught in which wave, read, checked and counted.

``python -m sim.instruments.histories file.csv`` prints what every estimator makes of a file. Three forms are read:

    wide    wave1, wave2, ...   0 or 1, one row a person (a column `person` may name him)
    long    person, wave        one row a capture; waves are numbered from 1
    counts  history, count      how many persons have the history, such as 101 for the first and third of three waves

Persons never caught add nothing that an estimator may use and are left out.
"""

import argparse
import re
import sys
import textwrap
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import chisquare

from sim.instruments.estimators import chao_lower_bound, chapman, lincoln_petersen
from sim.instruments.heterogeneity import heterogeneous
from sim.instruments.targets import TableError, nearest, read_table

WAVE = re.compile(r"wave[ _]?(\d{1,4})", re.IGNORECASE)
NEARLY = re.compile(r"w(a|av|aves?)?[ _.-]*\d+", re.IGNORECASE)
CAUGHT = {"0": 0, "1": 1, "0.0": 0, "1.0": 1, "False": 0, "True": 1}
FORMS = "expected columns wave1, wave2, ... (0 or 1), or person and wave, or history and count"
UNEQUAL = "the waves differ in size, and this takes them to be of equal effort"


class HistoriesError(TableError):
    """A table of capture histories that cannot be used."""


@dataclass(frozen=True, eq=False)
class CaptureHistories:
    """How many persons were caught in which waves.

    Attributes
    ----------
    caught : uint8 array, shape (histories, waves)
        1 where persons of the history were caught; no history is all 0.
    counts : int64 array, shape (histories,)
        Persons.
    left_out : int
        Persons listed but never caught.
    """

    caught: np.ndarray
    counts: np.ndarray
    left_out: int

    @property
    def waves(self):
        """Number of waves."""
        return self.caught.shape[1]

    def frequencies(self):
        """Persons caught exactly once, twice, ..., in all waves: int array, shape (waves,)."""
        times = self.caught.sum(axis=1)
        return np.array([self.counts[times == k].sum() for k in range(1, self.waves + 1)])

    def pair(self, first, second):
        """Persons caught in one wave, in the other and in both (n1, n2, m); waves are numbered from 1."""
        one, other = self.caught[:, first - 1], self.caught[:, second - 1]
        return tuple(int(self.counts[mask == 1].sum()) for mask in (one, other, one & other))


def from_table(table):
    """Capture histories from a CSV file or a DataFrame in any of the three forms.

    Parameters
    ----------
    table : str, Path or DataFrame

    Returns
    -------
    CaptureHistories

    Raises
    ------
    HistoriesError
        With every problem, by row (of the file, the header being row 1; of a DataFrame, its index) and column.
    """
    if isinstance(table, pd.DataFrame):
        source, problems = "table", []
        cells = table.map(lambda cell: "" if pd.isna(cell) else str(cell).strip())
        cells.columns = [str(name).strip() for name in cells.columns]
    else:
        source = table
        cells, problems = read_table(table, HistoriesError)
    if not len(cells) or not cells.columns.is_unique:
        raise HistoriesError(source, problems or ["each column must be named once, and at least one row is needed"])
    histories, counts = _read(cells, problems)
    if problems:
        raise HistoriesError(source, problems)
    caught, which = np.unique(histories, axis=0, return_inverse=True)
    totals = np.zeros(len(caught), np.int64)
    np.add.at(totals, which, counts)
    seen = caught.any(axis=1) & (totals > 0)
    if not seen.any():
        raise HistoriesError(source, ["nobody was caught in any wave"])
    return CaptureHistories(caught[seen], totals[seen], int(totals[~seen].sum()))


def _read(cells, problems):
    """Histories (one column a wave) and the persons with each; problems are added to the list."""
    names = [name for name in cells.columns if WAVE.fullmatch(name)]
    if names:
        return _wide(cells, names, problems)
    if {"person", "wave"} <= set(cells.columns):
        return _long(cells, problems)
    if {"history", "count"} <= set(cells.columns):
        return _counts(cells, problems)
    known = ("person", "wave", "history", "count")
    found = ", ".join(f"{name!r}{'' if name in known else nearest(name, known)}" for name in cells.columns)
    problems.append(f"row 1: {FORMS}; found {found}")
    return None, None


def _wide(cells, names, problems):
    names = sorted(names, key=lambda name: int(WAVE.fullmatch(name)[1]))
    if [int(WAVE.fullmatch(name)[1]) for name in names] != [*range(1, max(len(names), 2) + 1)]:
        problems.append(f"row 1: waves are numbered from 1 to 2 or more without a gap; found {', '.join(names)}")
    odd = [name for name in cells.columns if name not in names and NEARLY.fullmatch(name)]
    problems += [f"row 1: column {name!r} looks like a wave; these are named wave1, wave2, ..." for name in odd]
    if "person" in cells:
        _double(cells["person"], problems)
    for name in names:
        wrong = cells.loc[~cells[name].isin(list(CAUGHT)), name]
        problems += [f"row {row}, column {name!r}: {_said(x)}; 0 or 1 expected" for row, x in wrong.items()]
    histories = np.column_stack([cells[name].map(CAUGHT).fillna(0).to_numpy(np.uint8) for name in names])
    return histories, np.ones(len(cells), np.int64)


def _long(cells, problems):
    captures, first, last = {}, {}, 2
    for row, person, wave in zip(cells.index, cells["person"], cells["wave"], strict=True):
        number = _whole(wave)
        if not person:
            problems.append(f"row {row}, column 'person': is empty")
        if not number:
            problems.append(f"row {row}, column 'wave': {_said(wave)}; a whole number from 1 expected")
        elif (person, number) in first:
            before = first[person, number]
            problems.append(f"row {row}, column 'wave': {person!r} is already in wave {number} on row {before}")
        else:
            first[person, number], last = row, max(last, number)
            captures.setdefault(person, []).append(number)
    found = {number for _, number in first}
    if not problems and len(found) < last:
        missing = [str(k) for k in range(1, min(last, 1000) + 1) if k not in found]
        problems.append(f"column 'wave': waves run to {last} but nobody was caught in {', '.join(missing[:5])}")
    if problems:
        return None, None
    histories = np.zeros((len(captures), last), np.uint8)
    for history, numbers in zip(histories, captures.values(), strict=True):
        history[np.array(numbers) - 1] = 1
    return histories, np.ones(len(histories), np.int64)


def _counts(cells, problems):
    _double(cells["history"], problems)
    width = max(int(cells["history"].str.len().max()), 2)
    histories, counts = [], []
    for row, history, count in zip(cells.index, cells["history"], cells["count"], strict=True):
        if not history or set(history) - {"0", "1"}:
            problems.append(f"row {row}, column 'history': {_said(history)}; 0 and 1, one a wave, expected")
        elif len(history) < width:
            hint = "were zeros in front lost?" if history[0] == "1" else "all must be of one length"
            problems.append(f"row {row}, column 'history': {history!r} is short of {width} waves; {hint}")
        if (number := _whole(count)) is None:
            problems.append(f"row {row}, column 'count': {_said(count)}; a whole number, 0 or more, expected")
        histories.append(list(history))
        counts.append(number)
    return (None, None) if problems else (np.array(histories).astype(np.uint8), np.array(counts, np.int64))


def _double(column, problems):
    first = {}
    for row, name in column.items():
        if name in first and name:
            problems.append(f"row {row}, column {column.name!r}: {name!r} is already on row {first[name]}")
        first.setdefault(name, row)


def _said(cell):
    return repr(cell) if cell else "is empty"


def _whole(cell):
    """The whole number, 0 or more, that the text stands for, or None."""
    return int(cell.split(".")[0]) if re.fullmatch(r"\d{1,9}(\.0*)?", cell) else None


def summarise(histories):
    """What every estimator makes of the histories.

    Parameters
    ----------
    histories : CaptureHistories

    Returns
    -------
    DataFrame
        Columns method, waves ("1-2": a pair, "all"), n_hat, standard_error, low, high (persons), identified,
        note. The estimators of two waves for each wave and the next, then those of all waves' frequencies; these
        take waves to be of equal effort, and the note says where the waves' sizes speak against it.
    """
    rows = []
    for wave in range(1, histories.waves):
        counts = histories.pair(wave, wave + 1)
        rows += [(f"{wave}-{wave + 1}", estimator(*counts)) for estimator in (lincoln_petersen, chapman)]
    frequencies = histories.frequencies()
    families = ("alike", "beta", "logit_normal", "two_classes")
    rows += [("all", chao_lower_bound(frequencies))]
    rows += [("all", heterogeneous(frequencies, family)) for family in families]
    table = pd.DataFrame([asdict(estimate) | {"waves": waves} for waves, estimate in rows])
    if chisquare(histories.counts @ histories.caught).pvalue < 0.01:
        whole = table["waves"] == "all"
        table.loc[whole, "note"] = (table.loc[whole, "note"] + "; " + UNEQUAL).str.removeprefix("; ")
    return table[["method", "waves", "n_hat", "standard_error", "low", "high", "identified", "note"]]


def main(arguments=None):
    """Print the estimators' table for a file; exit code 2 with all problems if it cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m sim.instruments.histories", description=__doc__.split("\n")[0])
    parser.add_argument("file", type=Path, help=f"CSV; {FORMS}")
    try:
        histories = from_table(parser.parse_args(arguments).file)
    except HistoriesError as problem:
        print(problem, file=sys.stderr)
        return 2
    table = summarise(histories)
    once = ", ".join(f"{count} caught {k}x" for k, count in enumerate(histories.frequencies(), 1))
    print(f"{histories.counts.sum()} persons in {histories.waves} waves: {once}. Never caught: {histories.left_out}\n")
    remarks = list(dict.fromkeys(note for note in table["note"] if note))
    table["note"] = [f"[{remarks.index(note) + 1}]" if note else "" for note in table["note"]]
    print(table.to_string(index=False, float_format="{:.0f}".format))
    for number, remark in enumerate(remarks, 1):
        print(textwrap.fill(f"[{number}] {remark}", 110, subsequent_indent="    "))
    return 0


if __name__ == "__main__":
    sys.exit(main())
