"""The table of a calibration's runs: one row a run, from which everything else follows.

Columns: number (the replicate of its world, which tells the turn it is of), people (in the run; missing: as few as
the rounds have), a column for each parameter by full key, reading.<id> for every reading (nan where there is none)
and outcome.<name>.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.calibrate.inference.data import Data
from experiments.calibrate.inference.design import luck, parameters, turn_of, values

READING = "reading."
OUTCOME = "outcome."


def rows(where: np.ndarray, measured: Sequence[dict | None], turn: int, people: int, worlds: int | None = None) -> list:
    """Of the runs of a turn at points, shape (k, d), that were made; those of number n have luck n % `worlds`."""
    found = []
    for number, (point, one) in enumerate(zip(where, measured, strict=True)):
        if one is not None:
            readings = {READING + k: v[0] if isinstance(v, list) else np.nan for k, v in one["readings"].items()}
            outcomes = {OUTCOME + name: value for name, value in one["outcomes"].items()}
            born = {"number": luck(number % (worlds or len(where)), turn), "people": people}
            found.append(born | values(point) | readings | outcomes)
    return found


def read(design: pd.DataFrame | str | Path) -> pd.DataFrame:
    """A table of runs, or the one in a file; with the column `people`, nan where nobody knows."""
    table = design if isinstance(design, pd.DataFrame) else pd.read_parquet(design)
    return table if "people" in table else table.assign(people=np.nan)


def points_of(table: pd.DataFrame) -> np.ndarray:
    """Shares of prior mass, shape (n, d)."""
    shares = [[prior.share(x) for x in table[key]] for key, prior in parameters().items()]
    return np.array(shares, float).reshape(len(shares), -1).T


def readings_of(table: pd.DataFrame, data: Data) -> np.ndarray:
    """Readings on the scale of the data, shape (n, m); nan where there is none."""
    return data.scaled(table.reindex(columns=[READING + name for name in data.ids]).to_numpy(float))


def of_turns(table: pd.DataFrame, *turns: int) -> pd.DataFrame:
    """The rows of some turns, in the order of their numbers."""
    chosen = table[np.isin(turn_of(table["number"].to_numpy()), turns)]
    return chosen.sort_values("number", kind="stable", ignore_index=True)
