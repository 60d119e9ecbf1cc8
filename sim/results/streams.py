"""Batches and months of a run, written into its folder as they are finished: a longer run needs no more memory."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from sim.kernel.categories import KINDS
from sim.kernel.records import CLOSED_BATCH, MONTHLY
from sim.results.stored import Stored, Stream
from sim.scenario.scenario import Scenario

_RENAMED = {"piece_rate": "piece_rate_micro_euro", "left": "open"}  # columns of the table of batches
# Columns of the table of months, in an order that does not follow how they lie in memory.
_MONTHS = ("worker", "looks", "days_active", "sessions", "paid_seconds", "unpaid_seconds", "travel_seconds",
           "watching_seconds", "present_seconds", "visits", "reactions", "too_late", "tasks_done", "tasks_refused",
           "shop_visits", "shop_seconds", "platforms", "earned_micro_euro", "shop_micro_euro",
           "cashed_out_micro_euro")  # fmt: skip


class Streams:
    """Takes what is finished while a run goes on, as `sim.simulation.recorder.Finished`.

    Parameters
    ----------
    scenario
        Of the run, which has to go on to its end.
    folder
        There, and not yet under its own name.
    """

    def __init__(self, scenario: Scenario, folder: Path) -> None:
        names = [*scenario.platform.members]
        labels = pd.period_range(scenario.start, scenario.end, freq="M").strftime("%Y-%m")
        self._labels = [*labels[-scenario.record.months :]] if scenario.record.months else []
        self._batches = Stream(folder / "batches.parquet", lambda rows: batches_frame(rows, names))
        self._months = Stream(folder / "months.parquet", lambda month: months_frame([month], self._labels))

    def batches(self, rows: np.ndarray) -> None:
        """The next batches in order of posting; CLOSED_BATCH array."""
        self._batches.add(rows)

    def month(self, label: str, table: np.ndarray) -> None:
        """A month that is over, one of the last ones of the run that are asked for; MONTHLY array."""
        self._months.add((label, table))

    def pause(self) -> dict[str, list[Path]]:
        """Whole files that hold all that was handed over so far, by table; the run goes on beside them."""
        return {"batches": self._batches.pause(), "months": self._months.pause()}

    def go_on(self, batches: Sequence[Path], months: Sequence[tuple[str, np.ndarray]]) -> None:
        """Begin after what was handed over in the part of a run that is over: files of batches, and months."""
        self._batches.adopt(batches)
        for label, table in months:
            if label in self._labels:
                self.month(label, table)

    def ended(self) -> dict[str, Stored | pd.DataFrame]:
        """Both tables by name, the run having come to its end."""
        months = self._months.ended() if self._labels else months_frame([], [])
        return {"batches": self._batches.ended(), "months": months}


def batches_frame(rows: np.ndarray, names: list[str]) -> pd.DataFrame:
    """CLOSED_BATCH rows as they stand in the table of batches.

    Parameters
    ----------
    names
        Keys of the platforms.
    """
    frame = {_RENAMED.get(name, name): rows[name].copy() for name in CLOSED_BATCH.names}
    frame["done_elsewhere"] = rows["size"] - rows["done"] - rows["withdrawn"] - rows["left"]
    frame["platform"], frame["kind"] = category(rows["platform"], names), category(rows["kind"], KINDS)
    return pd.DataFrame(frame, copy=False)  # of millions: not to be stacked by type


def months_frame(months: list[tuple[str, np.ndarray]], labels: list[str]) -> pd.DataFrame:
    """Months (label, MONTHLY array) as they stand in their table: the rows of those who were active, by worker.

    Parameters
    ----------
    labels
        Of all months of the table, in their order.
    """
    if not labels:
        return pd.DataFrame(columns=["worker", "month", "looks", "earned_micro_euro"])
    kept = []  # table and the rows of those who were active in it
    for _, table in months:
        active = np.flatnonzero(
            (table["looks"] > 0) | (table["cashed_out_micro_euro"] > 0) | (table["earned_micro_euro"] > 0)
        )
        kept.append((table, active[np.argsort(table["worker"][active], kind="stable")]))
    whole = {name: np.concatenate([table[name][rows] for table, rows in kept]) for name in _MONTHS}
    codes = np.repeat([labels.index(label) for label, _ in months], [len(rows) for _, rows in kept])
    month = pd.Categorical.from_codes(codes, categories=labels, ordered=True)
    return pd.DataFrame({"worker": whole.pop("worker"), "month": month} | whole)


def rows_of_batches(frame: pd.DataFrame) -> np.ndarray:
    """CLOSED_BATCH rows of what `batches_frame` made of them."""
    rows = np.zeros(len(frame), CLOSED_BATCH)
    for name in CLOSED_BATCH.names:
        column = frame[_RENAMED.get(name, name)]
        rows[name] = column.cat.codes if isinstance(column.dtype, pd.CategoricalDtype) else column
    return rows


def rows_of_months(frame: pd.DataFrame) -> list[tuple[str, np.ndarray]]:
    """The months (label, MONTHLY array) of what `months_frame` made of them, without who was not active."""
    months = []
    for label, part in frame.groupby("month", observed=True, sort=True):
        table = np.zeros(len(part), MONTHLY)
        for name in _MONTHS:
            table[name] = part[name]
        months.append((str(label), table))
    return months


def category(codes: np.ndarray, words: list[str] | tuple[str, ...]) -> pd.Categorical:
    """Numbers as the words that they stand for."""
    return pd.Categorical.from_codes(codes, categories=list(words))
