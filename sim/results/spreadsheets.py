"""Tables that people open in a spreadsheet, which takes a text such as ``=1+1`` for a formula and runs it.

Such a text stands there behind an apostrophe, one more than it has itself; read back, it is what it was.
"""

import csv
import re
from pathlib import Path
from typing import Any

import pandas as pd

# What begins a formula; in East Asian versions the wide signs do too.
_FORMULA = re.compile(r"'*(\s*[=+\-@＝＋－＠]|[\t\r\n])")


def write_csv(table: pd.DataFrame, path: Path, **how: Any) -> None:
    """Write a CSV file that no spreadsheet runs; `how` as for `DataFrame.to_csv`."""
    texts = {name: column.astype(object).map(_kept) for name, column in table.items() if column.dtype.kind in "OU"}
    if any("\r" in str(cell) for column in texts.values() for cell in column):
        how |= {"quoting": csv.QUOTE_NONNUMERIC}  # else it would end the row
    table.assign(**texts).rename(columns=_kept).to_csv(path, index=False, **how)


def read_back(path: Path, **how: Any) -> pd.DataFrame:
    """A CSV file of ours with the texts as they were; `how` as for `pandas.read_csv`."""
    table = pd.read_csv(path, **how)
    texts = {name: column.map(_taken) for name, column in table.items() if column.dtype.kind in "OU"}
    return table.assign(**texts).rename(columns=_taken)


def _kept(cell):
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) and not _is_number(cell) else cell


def _taken(cell):
    return cell[1:] if isinstance(cell, str) and cell.startswith("'") and _FORMULA.match(cell) else cell


def _is_number(text):
    return re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?|-inf", text) is not None
