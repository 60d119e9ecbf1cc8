"""Capture histories from elsewhere: who was caught in which wave, checked and counted.

``python -m sim.instruments.histories FILE`` prints what every estimator makes of a file in any of the forms of
`sim.instruments.capture_files`. Persons never caught add nothing that an estimator may use and are left out.
"""

import argparse
import sys
import textwrap
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import chisquare

from sim.instruments.capture_files import FORMS, HistoriesError, read_captures
from sim.instruments.estimators import Estimate, chao_lower_bound, chapman, darroch, lincoln_petersen
from sim.instruments.heterogeneity import FAMILIES, heterogeneous
from sim.results.command.ending import BAD_CONFIGURATION, exit_code, leave

PAIRED = 6  # waves up to which every pair is shown; of more, each wave and the next
UNEQUAL = "the waves differ in size, and this takes them to be of equal effort"


@dataclass(frozen=True, eq=False)
class CaptureHistories:
    """How many persons were caught in which waves, or only how often.

    Attributes
    ----------
    caught : uint8 array, shape (histories, waves), or None
        1 where persons of the history were caught; no history is all 0. None if only frequencies are known.
    counts : int64 array, shape (histories,), or (waves,) of frequencies
        Persons.
    left_out
        Persons listed but never caught.
    remarks
        What a reader must know of how they were read.
    """

    caught: np.ndarray | None
    counts: np.ndarray
    left_out: int
    remarks: tuple[str, ...] = ()

    @property
    def waves(self) -> int:
        """Number of waves."""
        return len(self.counts) if self.caught is None else self.caught.shape[1]

    def frequencies(self) -> np.ndarray:
        """Persons caught exactly once, twice, ..., in all waves: int array, shape (waves,)."""
        if self.caught is None:
            return self.counts
        times = self.caught.sum(axis=1)
        return np.array([self.counts[times == k].sum() for k in range(1, self.waves + 1)])

    def pair(self, first: int, second: int) -> tuple[int, int, int]:
        """Persons caught in one wave, in the other and in both (n1, n2, m); waves are numbered from 1."""
        one, other = self.caught[:, first - 1], self.caught[:, second - 1]
        n1, n2, m = (int(self.counts[mask == 1].sum()) for mask in (one, other, one & other))
        return n1, n2, m

    def sizes(self) -> np.ndarray | None:
        """Persons caught in each wave, int array, shape (waves,); None if only frequencies are known."""
        return None if self.caught is None else self.counts @ self.caught

    def alone(self) -> np.ndarray | None:
        """Persons caught in each wave and in no other, int array, shape (waves,); None of frequencies alone."""
        if self.caught is None:
            return None
        once = self.caught.sum(axis=1) == 1
        return self.counts[once] @ self.caught[once]


def from_table(table: str | Path | pd.DataFrame) -> CaptureHistories:
    """Capture histories from a file or a DataFrame in any of the forms of `sim.instruments.capture_files`.

    Raises
    ------
    HistoriesError
        With every problem, by row (of the file, the header being row 1; of a DataFrame, its index) and column.
    """
    histories, counts, remarks = read_captures(table)
    source = "table" if isinstance(table, pd.DataFrame) else table
    if histories is None:
        if not counts.any():
            raise HistoriesError(source, ["nobody was caught in any wave"])
        return CaptureHistories(None, counts, 0, tuple(remarks))
    caught, which = np.unique(histories, axis=0, return_inverse=True)
    totals = np.zeros(len(caught), np.int64)
    np.add.at(totals, which, counts)
    seen = caught.any(axis=1) & (totals > 0)
    if not seen.any():
        raise HistoriesError(source, ["nobody was caught in any wave"])
    return CaptureHistories(caught[seen], totals[seen], int(totals[~seen].sum()), tuple(remarks))


def summarise(histories: CaptureHistories) -> pd.DataFrame:
    """What every estimator makes of the histories.

    Returns
    -------
    DataFrame
        Columns method, waves ("1-2": a pair, "all"), n_hat, standard_error, low, high (persons), identified,
        note. The estimators of two waves for every pair (of more than six waves, each and the next); of all waves
        Chao's bound and M_t, which allow for waves of unequal effort, and M_0 and those of people who differ, which
        do not: where the waves' sizes speak against it, the data do not identify these, and the note says so.
    """
    rows: list[tuple[str, Estimate]] = []
    for first, second in _pairs(histories):
        counts = histories.pair(first, second)
        rows += [(f"{first}-{second}", estimator(*counts)) for estimator in (lincoln_petersen, chapman)]
    frequencies, sizes = histories.frequencies(), histories.sizes()
    rows += [("all", chao_lower_bound(frequencies, histories.alone()))]
    if sizes is not None:
        rows += [("all", darroch(sizes, int(frequencies.sum())))]
    rows += [("all", heterogeneous(frequencies, family)) for family in FAMILIES]
    table = pd.DataFrame([asdict(estimate) | {"waves": waves} for waves, estimate in rows])
    if sizes is not None and chisquare(sizes).pvalue < 0.01:
        equal = table["method"].str.startswith(("M_0", "M_h"))
        bound = table["method"].eq("Chao lower bound")
        table.loc[equal & table["n_hat"].isna(), "low"] = table.loc[bound, "low"].item()
        table.loc[equal, "identified"] = False
        table.loc[equal, "note"] = (table.loc[equal, "note"] + "; " + UNEQUAL).str.removeprefix("; ")
    return table[["method", "waves", "n_hat", "standard_error", "low", "high", "identified", "note"]]


def _pairs(histories):
    waves = range(1, histories.waves + 1)
    if histories.caught is None:
        return []
    return list(combinations(waves, 2)) if histories.waves <= PAIRED else list(zip(waves, waves[1:], strict=False))


def main(arguments: list[str] | None = None) -> int:
    """Print the estimators' table for a file; exit code 2 with all problems if it cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m sim.instruments.histories", description=__doc__.split("\n")[0])
    parser.add_argument("file", type=Path, help=f"CSV, or .inp of program MARK; {FORMS}")
    try:
        histories = from_table(parser.parse_args(arguments).file)
    except HistoriesError as problem:
        print(problem, file=sys.stderr)
        return BAD_CONFIGURATION
    return exit_code(lambda: _shown(histories), "Stopped.")


def _shown(histories):
    table = summarise(histories)
    once = ", ".join(f"{count} caught {k}x" for k, count in enumerate(histories.frequencies(), 1))
    persons = histories.frequencies().sum()
    print(f"{persons} persons in {histories.waves} waves: {once}. Never caught: {histories.left_out}")
    print("".join(f"{remark}\n" for remark in histories.remarks))
    remarks = list(dict.fromkeys(note for note in table["note"] if note))
    table["note"] = [f"[{remarks.index(note) + 1}]" if note else "" for note in table["note"]]
    print(table.to_string(index=False, float_format="{:.0f}".format))
    for number, remark in enumerate(remarks, 1):
        print(textwrap.fill(f"[{number}] {remark}", 110, subsequent_indent="    "))
    return True


if __name__ == "__main__":
    leave(main)
