"""What a validation keeps of a run, and what many runs say of patterns and portraits.

Rows of numbers are judged by `sim.instruments.targets.compare`; this is for what was told in words. No calibration may
import it.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from experiments.validate.patterns import patterns
from experiments.validate.portraits import PORTRAITS, portraits
from sim.instruments.across_seeds import interval, read
from sim.instruments.fieldwork import Fieldwork
from sim.instruments.targets import TableError, read_table

SAID = Path(__file__).with_name("patterns.csv")
COLUMNS = ("id", "pattern", "measure", "unit", "low", "high", "said", "source", "otherwise")
RARE = 1e-3  # of those who look: fewer are called rare
SUMMARY = ("earned_mean_euro", "gini_earners", "unpaid_share", "fill_median_seconds", "empty_share", "hourly_euro",
           "registered", "seen_month", "very_active")  # fmt: skip


def measure(results):
    """What a validation keeps of a run.

    Returns
    -------
    dict
        Of plain numbers, words, lists and dictionaries: `tiers`, `targets` (as `sim.instruments.across_seeds.outline`),
        `summary` (names of `SUMMARY`), `patterns`, `portraits`.
    """
    kept = read(Fieldwork(results))
    kept["summary"] = {name: float(results.summary[name]) for name in SUMMARY}
    return kept | {"patterns": patterns(results), "portraits": portraits(results)}


def said(path=SAID):
    """What the evidence says of each pattern: a DataFrame with columns `COLUMNS`, low and high nan where open."""
    table, problems = read_table(Path(path))
    problems += [f"row 1: column {name!r} is missing" for name in COLUMNS if name not in table]
    if problems:
        raise TableError(path, problems)
    for name in ("low", "high"):
        table[name] = pd.to_numeric(table[name].where(table[name] != ""), errors="raise")
    return table[list(COLUMNS)].reset_index(drop=True)


def judged_patterns(kept):
    """Each pattern over the runs, those that contradict the words of the evidence first.

    Parameters
    ----------
    kept : list of dict
        From `measure`.

    Returns
    -------
    DataFrame
        Columns of `COLUMNS` (low, high: the words read as a range, by us), value (mean over runs), sd, mean_low,
        mean_high (95 % interval of the mean), predicted_low, predicted_high (5 and 95 % of runs), runs (in which it
        is known), verdict ("contradicts", "agrees", "no words", "unknown").
    """
    table, rows = said(), []
    for name in table["id"]:
        values = pd.Series([one["patterns"]["numbers"].get(name, np.nan) for one in kept], dtype=float)
        values = values[np.isfinite(values)]
        low, high = interval(values)
        row = {"value": values.mean(), "sd": values.std(), "mean_low": low, "mean_high": high, "runs": len(values)}
        rows.append(row | {"predicted_low": values.quantile(0.05), "predicted_high": values.quantile(0.95)})
    table = pd.concat([table, pd.DataFrame(rows)], axis=1)
    silent = table["low"].isna() & table["high"].isna()
    within = table["value"].ge(table["low"].fillna(-np.inf)) & table["value"].le(table["high"].fillna(np.inf))
    chosen = [table["runs"] == 0, silent, within]
    table["verdict"] = np.select(chosen, ["unknown", "no words", "agrees"], "contradicts")
    order = table["verdict"].map({"contradicts": 0, "agrees": 1, "no words": 2, "unknown": 3})
    return table.iloc[np.argsort(order, kind="stable")].reset_index(drop=True)


def judged_portraits(kept):
    """Each portrait over the runs, those that nobody resembles first.

    Returns
    -------
    DataFrame
        portrait, said, verdict ("absent", "rare", "present"), people (who fit, mean over runs, at full scale),
        people_low, people_high (5 and 95 % of runs), share (of those who look), runs_with (share of the runs with any),
        runs, away (how far the nearest are, in factors of 1.5; 0: they fit), binding (the number that fewest reach),
        reach (share of those with the same traits who reach it), nearest (words), missing, otherwise.
    """
    rows = []
    for one in PORTRAITS:
        found = pd.DataFrame([run["portraits"][one.name] for run in kept])
        people, active = found["people"].astype(float), found["active"].astype(float).sum()
        share = people.sum() / active if active else np.nan
        verdict = "absent" if not people.any() else "rare" if share < RARE else "present"
        binding = found.loc[found["binding"] != "", "binding"].mode()
        near = pd.DataFrame(found["nearest"].tolist()).mean()
        row = {"portrait": one.name, "said": one.said, "verdict": verdict, "people": people.mean()}
        row |= {"people_low": people.quantile(0.05), "people_high": people.quantile(0.95), "share": share}
        row |= {"runs_with": (found["found"] > 0).mean(), "runs": len(found), "away": found["away"].mean()}
        row |= {"binding": binding.iloc[0] if len(binding) else "", "reach": found["reach"].mean()}
        row["nearest"] = "; ".join(
            f"{name} {near[name]:.3g} [{low:.3g} to {high:.3g}]" for name, (low, high) in one.numbers.items()
        )
        rows.append(row | {"missing": one.missing, "otherwise": one.otherwise})
    table = pd.DataFrame(rows)
    order = table["verdict"].map({"absent": 0, "rare": 1, "present": 2})
    table = table.assign(order=order).sort_values(["order", "away"], ascending=[True, False], kind="stable")
    return table.drop(columns="order").reset_index(drop=True)


def curves(kept):
    """Each curve and table of the patterns: mean, 5 and 95 % over the runs.

    Returns
    -------
    dict of str to float array, shape (3, ...)
    """
    names = [name for name in kept[0]["patterns"] if name not in ("numbers", "platforms")]
    found = {}
    for name in names:
        values = np.ma.masked_invalid(np.array([one["patterns"][name] for one in kept], float))
        low, high = (_quantile(values, level) for level in (0.05, 0.95))
        found[name] = np.array([values.mean(axis=0).filled(np.nan), low, high])
    return found


def _quantile(values, level):
    """Quantile over the first axis, leaving gaps out; nan where there is nothing else."""
    known = values.filled(np.nan)
    empty = np.isnan(known).all(axis=0)
    found = np.nanquantile(np.where(empty, 0.0, known), level, axis=0)
    return np.where(empty, np.nan, found)
