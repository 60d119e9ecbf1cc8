"""Tables from outside, read cell by cell; every problem is told with its row and column, all at once.

A row is counted as in a spreadsheet: the header is row 1.
"""

import csv
import re
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

import pandas as pd


class TableError(ValueError):
    """All problems of one table, each with its row and column, in `problems`; `str` lists them."""

    def __init__(self, source: str | Path, problems: list[str]) -> None:
        self.source, self.problems = source, sorted(problems, key=_row_of)
        count = f"{len(self.problems)} problem" + ("s" if len(self.problems) > 1 else "")
        super().__init__("\n  ".join([f"{source}: {count}", *self.problems]))


def _row_of(problem):
    number = re.match(r"row (\d+)", problem)
    return int(number[1]) if number else 0


def read_table(path: str | Path, error: type = TableError) -> tuple[pd.DataFrame, list[str]]:
    """A CSV file as text, each cell as it stands; separated by comma, semicolon or tab.

    Parameters
    ----------
    path
    error
        `TableError` or a kind of it, raised for a file that is missing, unreadable or empty, or whose columns
        are not told apart by name.

    Returns
    -------
    table
        Of text; the index holds each row's number in the file; rows without any text are left out.
    problems
        Problems of rows with too few or too many cells; these rows are left out too.
    """
    rows = _rows(path, error)
    header, rows = rows[0][1], rows[1:]
    problems = [
        f"row {number}: {len(cells)} cells where the header has {len(header)}; "
        "a text that holds the separator needs quotes"
        for number, cells in rows
        if len(cells) != len(header)
    ]
    double = [f"row 1: column {name!r} appears twice" for name in sorted({n for n in header if header.count(n) > 1})]
    if double:
        raise error(path, double + problems)
    rows = [(number, cells) for number, cells in rows if len(cells) == len(header)]
    table = pd.DataFrame([cells for _, cells in rows], [number for number, _ in rows], header, dtype=str)
    return table, problems


def _rows(path, error):
    """Number and cells of each row that holds any text."""
    try:
        with open(path, encoding="utf-8-sig", newline="") as file:
            first = file.readline()
            file.seek(0)
            reader = csv.reader(file, delimiter=max(",;\t", key=first.count))
            rows, number = [], 1
            for cells in reader:  # a quoted cell may span lines, so a row's number is that of its first line
                rows.append((number, [cell.strip() for cell in cells]))
                number = reader.line_num + 1
    except OSError as problem:
        raise error(path, [f"cannot be read: {problem.strerror or problem}"]) from None
    except (UnicodeDecodeError, csv.Error) as problem:
        raise error(path, [f"is not a CSV file in UTF-8: {problem}"]) from None
    rows = [(number, cells) for number, cells in rows if any(cells)]
    if len(rows) < 2:
        raise error(path, ["is empty: a header and at least one row are needed"])
    return rows


def nearest(word: str, words: Iterable[str]) -> str:
    """A hint at the one of the words that was probably meant, or nothing."""
    match = get_close_matches(word.strip().lower(), words, 1)
    return f" (nearest: {match[0]!r})" if match else ""
