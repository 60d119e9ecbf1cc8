"""Instruments over many seeds: what is kept of each run, and what the runs say together.

One run tells a reading and its sampling error; only many tell how far chance moves reading and truth.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from sim.instruments.fieldwork import Fieldwork
from sim.instruments.readings import readings
from sim.instruments.targets import NotComparable, compare, judgeable, kept
from sim.results.results import Results

LOW, HIGH = 0.05, 0.95  # quantiles over seeds
_CONFIDENCE = 0.95  # of the interval of a mean


def outline(results: Results) -> dict[str, Any]:
    """What an ensemble keeps of a run.

    Returns
    -------
    dict
        `digest`, `summary` (name to number), `tiers` (rows of the tier table), `targets` (by id, as
        `sim.instruments.targets.kept` keeps them: [value, standard error], where it is not to be judged with the
        reason, or the reason why there is none).
    """
    return {"digest": results.digest(), "summary": results.summary} | read(Fieldwork(results))


def read(fieldwork: Fieldwork) -> dict[str, Any]:
    """Tier table and targets of a run: `tiers` and `targets`, as `outline` keeps them."""
    targets = {name: kept(one) for name, one in readings(fieldwork).items()}
    return {"tiers": fieldwork.tiers.to_dict("records"), "targets": targets}


def tier_frame(measured: Iterable[tuple[str, int, dict[str, Any]]]) -> pd.DataFrame:
    """Every tier of every run: variant, seed and the columns of the tier table.

    Parameters
    ----------
    measured
        Variant, seed and what `outline` keeps; other settings of the instruments are variants too.
    """
    rows = []
    for variant, seed, one in measured:
        tables = {variant: one["tiers"]} | (one.get("settings", {}) if variant == "base" else {})
        rows += [{"variant": name, "seed": seed} | row for name, table in tables.items() for row in table]
    frame = pd.DataFrame(rows)
    numbers = ["reading", "reading_se", "survey_estimate", "ratio", "truth"]
    frame[numbers] = frame[numbers].astype(float)
    return frame


def tiers_over_seeds(frame: pd.DataFrame) -> pd.DataFrame:
    """The tier table over seeds, from one variant of `tier_frame`.

    Returns
    -------
    DataFrame
        One row a tier: the columns of a single run's table, `reading` and `truth` being means over seeds and
        `reading_se` the reading's standard deviation over seeds; sampling_se (mean standard error that one run
        states), low, high (5 and 95 % of the readings), truth_sd, truth_low, truth_high, below (share of seeds
        that read less than the published value), seeds (that have a reading); reading_mean_low,
        reading_mean_high, truth_mean_low, truth_mean_high (95 % intervals of the means).
    """
    rows = []
    for tier, group in frame.groupby("tier", sort=False):
        known = group[group["reading"].notna()]
        spread, true = known["reading"], group["truth"]
        row = {"tier": tier, "instrument": group["instrument"].iloc[0], "reading": spread.mean()}
        row |= {"reading_se": spread.std(), "survey_estimate": group["survey_estimate"].iloc[0]}
        row |= {"ratio": row["reading"] / row["survey_estimate"], "truth": true.mean()}
        row |= {"comparable": bool(known["comparable"].any())}
        row |= {"reason": _reason(known if len(known) else group), "sampling_se": known["reading_se"].mean()}
        row |= {"low": spread.quantile(LOW), "high": spread.quantile(HIGH), "truth_sd": true.std()}
        row |= {"truth_low": true.quantile(LOW), "truth_high": true.quantile(HIGH)}
        row |= {"below": (spread < row["survey_estimate"]).mean() if len(known) else np.nan, "seeds": len(known)}
        for name, values in (("reading", spread), ("truth", true)):
            row[f"{name}_mean_low"], row[f"{name}_mean_high"] = interval(values)
        rows.append(row)
    return pd.DataFrame(rows)


def _reason(rows):
    """Why no run of a tier has a reading, or none that can be judged; empty if one has."""
    return "" if rows["comparable"].any() else rows["reason"].iloc[0]


def numbers_over_seeds(table: pd.DataFrame) -> pd.DataFrame:
    """Each column of a table with one row a run, in one row: name, runs (in which the number is known), mean, sd,
    mean_low, mean_high (95 % interval of the mean).
    """
    rows = []
    for name, values in table.items():
        values = values.astype(float).dropna()
        low, high = interval(values)
        row = {"name": name, "runs": len(values), "mean": values.mean(), "sd": values.std()}
        rows.append(row | {"mean_low": low, "mean_high": high})
    return pd.DataFrame(rows)


def interval(values: pd.Series) -> tuple[float, float]:
    """Student's 95 % interval of the mean of numbers, some of which may be missing; nan, nan of fewer than two."""
    values = values.dropna()
    if len(values) < 2:
        return np.nan, np.nan
    half = student(len(values) - 1) * values.sem()
    return values.mean() - half, values.mean() + half


def student(freedom: int) -> float:
    """What a standard error is multiplied by to give half of Student's 95 % interval."""
    return float(stdtrit(freedom, (1.0 + _CONFIDENCE) / 2.0))  # scipy.stats would take a second to import


def targets_over_seeds(targets: pd.DataFrame, measured: list[dict[str, Any]]) -> pd.DataFrame:
    """Every target beside the mean reading over seeds, its uncertainty being the standard deviation over seeds.

    Parameters
    ----------
    targets
        From `sim.instruments.targets.load_targets`.
    measured
        What `outline` keeps of runs of one scenario.
    """
    over_seeds = {}
    for name in measured[0]["targets"]:
        each = [one["targets"][name] for one in measured]
        values = np.array([value[0] for value in each if not isinstance(value, str)], float)
        values = values[np.isfinite(values)]
        reasons = [value if isinstance(value, str) else value[2] for value in each if not judgeable(value)]
        found = (values.mean(), values.std(ddof=1) if len(values) > 1 else np.nan) if len(values) else (np.nan, np.nan)
        silent = not len(values) or not any(map(judgeable, each))
        over_seeds[name] = NotComparable((reasons or ["the reading is not a number"])[0], *found) if silent else found
    return compare(targets, over_seeds)
