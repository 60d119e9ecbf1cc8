"""Readings of one's own as tables: of one run, and over many."""

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
import pandas as pd

from sim.instruments.across_seeds import interval
from sim.instruments.surveys.ones_own import Read

NAME = "readings.csv"
ABOUT = ("unit", "published", "low", "high", "note")


def readings_table(found: Sequence[Read]) -> pd.DataFrame:
    """One row a reading, with the columns of `Read`, and inside (whether it lies in the band of what was published)."""
    table = pd.DataFrame([*found], columns=[*Read._fields])
    return table.assign(inside=_inside(table, table["value"]))


def readings_over_runs(measured: Sequence[dict[str, Any]], instruments: Collection[str]) -> pd.DataFrame:
    """One row a reading, over runs: name, instrument, runs (in which it is known), value (mean), sd, mean_low,
    mean_high (95 % interval of the mean; nan of few runs), error (mean standard error that one run states), unit,
    published, low, high, truth (mean), note, reason (of the first run without it), inside.

    Parameters
    ----------
    measured
        What `sim.instruments.across_seeds.outline` keeps of runs of one scenario.
    instruments
        Those asked for: runs may have been measured with others too.
    """
    every = [one for run in measured for one in run["own"] if one["instrument"] in instruments]
    every = pd.DataFrame(every, columns=[*Read._fields])
    rows = []
    for name, runs in every.groupby("name", sort=False):
        known, silent = runs[runs["reason"] == ""], runs[runs["reason"] != ""]
        first = (known if len(known) else runs).iloc[0]
        low, high = interval(known["value"])
        row = {"name": name, "instrument": first["instrument"], "runs": len(known), "value": known["value"].mean()}
        row |= {"sd": known["value"].std(), "mean_low": low, "mean_high": high, "error": known["error"].mean()}
        row |= {column: first[column] for column in ABOUT} | {"truth": known["truth"].mean()}
        rows.append(row | {"reason": silent["reason"].iloc[0] if len(silent) else ""})
    names = "name instrument runs value sd mean_low mean_high error unit published low high note truth reason"
    table = pd.DataFrame(rows, columns=names.split())
    return table.assign(inside=_inside(table, table["value"]))


def of_run(measured: dict[str, Any]) -> dict[str, float]:
    """What the instruments of one's own read of one run, by ``own.NAME``, as `outline` keeps them."""
    return {f"own.{one['name']}": one["value"] for one in measured.get("own", ())}


def _inside(table, value):
    low, high = table["low"].astype(float), table["high"].astype(float)
    inside = value.ge(low.fillna(-np.inf)) & value.le(high.fillna(np.inf))
    return inside.astype("boolean").where((low.notna() | high.notna()) & value.notna())
