"""What a validation keeps of a run, and what many runs say of patterns and portraits.

Rows of numbers are judged by `sim.instruments.targets.compare`; this is for what was told in words. No calibration may
import it.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.validate.patterns import patterns
from experiments.validate.portraits import IN_SHOPS, PORTRAITS, portraits
from sim.instruments.across_seeds import HIGH, LOW, interval, read
from sim.instruments.fieldwork import Fieldwork
from sim.instruments.targets import TableError, read_table
from sim.results.results import Results

SAID = Path(__file__).with_name("patterns.csv")
COLUMNS = ("id", "pattern", "measure", "unit", "low", "high", "said", "source", "otherwise")
RARE = 1e-3  # of those who look: fewer are called rare
VERDICTS = ("contradicts", "agrees", "no words", "unknown", "absent", "rare", "present")  # the worst of each kind first
SUMMARY = ("earned_mean_euro", "gini_earners", "unpaid_share", "fill_median_seconds", "empty_share", "hourly_euro",
           "registered", "seen_month", "very_active")  # fmt: skip


def measure(results: Results) -> dict[str, Any]:
    """What a validation keeps of a run, in plain numbers, words, lists and dictionaries.

    Returns
    -------
    dict
        `tiers`, `targets` (as `sim.instruments.across_seeds.outline`), `summary` (names of `SUMMARY`), `patterns`,
        `portraits`.
    """
    summary = {name: float(results.summary[name]) for name in SUMMARY}
    measured = read(Fieldwork(results)) | {"summary": summary}
    return measured | {"patterns": patterns(results), "portraits": portraits(results)}


def said(path: Path = SAID) -> pd.DataFrame:
    """What the evidence says of each pattern: a DataFrame with columns `COLUMNS`, low and high nan where open."""
    table, problems = read_table(Path(path))
    problems += [f"row 1: column {name!r} is missing" for name in COLUMNS if name not in table]
    if problems:
        raise TableError(path, problems)
    for name in ("low", "high"):
        table[name] = pd.to_numeric(table[name].where(table[name] != ""), errors="raise")
    return table[list(COLUMNS)].reset_index(drop=True)


def judged_patterns(measured: list[dict[str, Any]]) -> pd.DataFrame:
    """Each pattern over the runs, those that contradict the words of the evidence first; from `measure`.

    Returns
    -------
    DataFrame
        Columns of `COLUMNS` (low, high: the words read as a range, by us), value (mean over runs), sd, mean_low,
        mean_high (95 % interval of the mean), predicted_low, predicted_high (5 and 95 % of runs), runs (in which it
        is known), verdict ("contradicts", "agrees", "no words", "unknown").
    """
    table, rows = said(), []
    for name in table["id"]:
        values = pd.Series([run["patterns"]["numbers"].get(name, np.nan) for run in measured], dtype=float)
        values = values[np.isfinite(values)]
        low, high = interval(values, "positive")
        row = {"value": values.mean(), "sd": values.std(), "mean_low": low, "mean_high": high, "runs": len(values)}
        rows.append(row | {"predicted_low": values.quantile(LOW), "predicted_high": values.quantile(HIGH)})
    table = pd.concat([table, pd.DataFrame(rows)], axis=1)
    silent = table["low"].isna() & table["high"].isna()
    within = table["value"].ge(table["low"].fillna(-np.inf)) & table["value"].le(table["high"].fillna(np.inf))
    chosen = [table["runs"] == 0, silent, within]
    table["verdict"] = np.select(chosen, ["unknown", "no words", "agrees"], "contradicts")
    return table.sort_values("verdict", key=_worst_first, kind="stable", ignore_index=True)


def _worst_first(verdicts: pd.Series) -> pd.Series:
    return verdicts.map({name: place for place, name in enumerate(VERDICTS)})


def judged_portraits(measured: list[dict[str, Any]]) -> pd.DataFrame:
    """Each portrait over the runs, those that nobody resembles first; from `measure`.

    Returns
    -------
    DataFrame
        portrait, said, verdict ("absent", "rare", "present"), people (who fit, mean over runs, at full scale),
        people_low, people_high (5 and 95 % of runs), share (of those who look), runs_with (share of the runs with any),
        runs, away (how far the nearest are, in factors of 1.5; 0: they fit), binding (the number that fewest reach),
        reach (share of those with the same traits who reach it), nearest (words), missing, otherwise.
    """
    rows = []
    for one in PORTRAITS + IN_SHOPS:
        if one.name not in measured[0]["portraits"]:
            continue
        table = pd.DataFrame([run["portraits"][one.name] for run in measured])
        people, active = table["people"].astype(float), table["active"].astype(float).sum()
        share = people.sum() / active if active else np.nan
        verdict = "absent" if not people.any() else "rare" if share < RARE else "present"
        binding = table.loc[table["binding"] != "", "binding"].mode()
        near = pd.DataFrame(table["nearest"].tolist()).mean()
        row = {"portrait": one.name, "said": one.said, "verdict": verdict, "people": people.mean()}
        row |= {"people_low": people.quantile(LOW), "people_high": people.quantile(HIGH), "share": share}
        row |= {"runs_with": (table["found"] > 0).mean(), "runs": len(table), "away": table["away"].mean()}
        row |= {"binding": binding.iloc[0] if len(binding) else "", "reach": table["reach"].mean()}
        ranges = [f"{name} {near[name]:.3g} [{low:.3g} to {high:.3g}]" for name, (low, high) in one.numbers.items()]
        rows.append(row | {"nearest": "; ".join(ranges), "missing": one.missing, "otherwise": one.otherwise})
    table = pd.DataFrame(rows).sort_values("away", ascending=False, kind="stable")
    return table.sort_values("verdict", key=_worst_first, kind="stable", ignore_index=True)


def curves(measured: list[dict[str, Any]]) -> dict[str, np.ndarray]:
    """Each curve and table of the patterns, shape (3, ...): mean, 5 and 95 % over the runs in which it is known."""
    bands = {}
    for name in measured[0]["patterns"]:
        if name not in ("numbers", "platforms"):
            values = np.array([run["patterns"][name] for run in measured], float)
            flat = pd.DataFrame(np.where(np.isfinite(values), values, np.nan).reshape(len(values), -1))
            bands[name] = np.reshape([flat.mean(), flat.quantile(LOW), flat.quantile(HIGH)], (3, *values.shape[1:]))
    return bands
