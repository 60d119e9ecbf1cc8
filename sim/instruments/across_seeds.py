"""Instruments over many seeds: what is kept of each run, and what the runs say together.

One run tells a reading and its sampling error; only many tell how far chance moves reading and truth.
"""

import dataclasses

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from sim.instruments.capture import by_activity
from sim.instruments.fieldwork import Fieldwork
from sim.instruments.gap import counts
from sim.instruments.readings import readings
from sim.instruments.targets import NotComparable, compare

# Other instruments on the same market: they are read off the same run, since nothing in the market can notice.
SETTINGS = {"divisor": {"divisor": 1.27}, "duplicates": {"duplicate_share": 0.1}, "devices": {"devices": 1.3}}
LOW, HIGH = 0.05, 0.95  # quantiles over seeds
CONFIDENCE = 0.95  # of the interval of a mean


def outline(results):
    """What an ensemble keeps of a run.

    Returns
    -------
    dict
        `digest`, `summary` (name to number), `tiers` (rows of the tier table), `targets` ([value, standard error]
        or the reason why there is none, by id).
    """
    return {"digest": results.digest(), "summary": results.summary} | read(Fieldwork(results))


def read(fieldwork: Fieldwork) -> dict:
    """Tier table and targets of a run: `tiers` and `targets`, as `outline` keeps them."""
    found = readings(fieldwork)
    return {
        "tiers": fieldwork.tiers.to_dict("records"),
        "targets": {name: one.reason if isinstance(one, NotComparable) else [*map(float, one)]
                    for name, one in found.items()},
    }  # fmt: skip


def measure(results):
    """What an experiment keeps of a run.

    Returns
    -------
    dict
        Plain numbers, words, lists and dictionaries, nan for what is not known: `tiers` (rows of the tier table),
        `settings` (the same for each of `SETTINGS`), `parts` (of the gap), `truth` (table of levels), `targets`
        ([value, standard error] or the reason why there is none, by id), `capture` (captures by activity, or
        None).
    """
    fieldwork = Fieldwork(results)
    activity, others = by_activity(fieldwork), {name: _set(results, changes) for name, changes in SETTINGS.items()}
    return read(fieldwork) | {
        "settings": {name: Fieldwork(other).tiers.to_dict("records") for name, other in others.items()},
        "parts": counts(fieldwork),
        "truth": fieldwork.truth.to_dict("index"),
        "capture": None if activity is None else activity.to_dict("list"),
    }


def _set(results, changes):
    """The same run seen by an instrument with other settings."""
    survey = results.scenario.survey.model_copy(update=changes)
    return dataclasses.replace(results, scenario=results.scenario.model_copy(update={"survey": survey}))


def tier_frame(kept):
    """Every tier of every run.

    Parameters
    ----------
    kept : sequence of (str, int, dict)
        Variant, seed and what `measure` or `outline` kept.

    Returns
    -------
    DataFrame
        variant, seed and the columns of the tier table; settings of instruments are variants too.
    """
    rows = []
    for variant, seed, one in kept:
        rows += [{"variant": variant, "seed": seed} | row for row in one["tiers"]]
        if variant == "base":
            settings = one.get("settings", {})
            rows += [{"variant": name, "seed": seed} | row for name, table in settings.items() for row in table]
    frame = pd.DataFrame(rows)
    numbers = ["reading", "reading_se", "survey_estimate", "ratio", "truth"]
    frame[numbers] = frame[numbers].astype(float)
    return frame


def tiers_over_seeds(frame):
    """The tier table over seeds.

    Parameters
    ----------
    frame : DataFrame
        From `tier_frame`, one variant.

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
        known = group[group["comparable"].astype(bool)]
        spread, true = known["reading"], group["truth"]
        row = {"tier": tier, "instrument": group["instrument"].iloc[0], "reading": spread.mean()}
        row |= {"reading_se": spread.std(), "survey_estimate": group["survey_estimate"].iloc[0]}
        row |= {"ratio": row["reading"] / row["survey_estimate"], "truth": true.mean(), "comparable": len(known) > 0}
        row |= {"reason": (known if len(known) else group)["reason"].iloc[0], "sampling_se": known["reading_se"].mean()}
        row |= {"low": spread.quantile(LOW), "high": spread.quantile(HIGH), "truth_sd": true.std()}
        row |= {"truth_low": true.quantile(LOW), "truth_high": true.quantile(HIGH)}
        row |= {"below": (spread < row["survey_estimate"]).mean() if len(known) else np.nan, "seeds": len(known)}
        for name, values in (("reading", spread), ("truth", true)):
            row[f"{name}_mean_low"], row[f"{name}_mean_high"] = interval(values)
        rows.append(row)
    return pd.DataFrame(rows)


def numbers_over_seeds(table):
    """Each column of a table of runs in one row.

    Parameters
    ----------
    table : DataFrame of numbers
        One row a run.

    Returns
    -------
    DataFrame
        name, runs (in which the number is known), mean, sd, mean_low, mean_high (95 % interval of the mean).
    """
    rows = []
    for name, values in table.items():
        values = values.astype(float).dropna()
        low, high = interval(values)
        row = {"name": name, "runs": len(values), "mean": values.mean(), "sd": values.std()}
        rows.append(row | {"mean_low": low, "mean_high": high})
    return pd.DataFrame(rows)


def interval(values):
    """Student's 95 % interval of the mean of a Series, which may have gaps; nan, nan of fewer than two values."""
    values = values.dropna()
    if len(values) < 2:
        return np.nan, np.nan
    half = stdtrit(len(values) - 1, (1.0 + CONFIDENCE) / 2.0) * values.std() / np.sqrt(len(values))
    return values.mean() - half, values.mean() + half


def targets_over_seeds(targets, kept):
    """Every target beside the mean reading over seeds, its uncertainty being the standard deviation over seeds.

    Parameters
    ----------
    targets : DataFrame
        From `sim.instruments.targets.load_targets`.
    kept : list of dict
        What `measure` kept of the base runs.
    """
    found = {}
    for name in kept[0]["targets"]:
        told = [one["targets"][name] for one in kept]
        values = np.array([value[0] for value in told if not isinstance(value, str)], float)
        values = values[np.isfinite(values)]
        reasons = [value for value in told if isinstance(value, str)] or ["the reading is not a number"]
        sd = values.std(ddof=1) if len(values) > 1 else np.nan
        found[name] = (values.mean(), sd) if len(values) else NotComparable(reasons[0])
    return compare(targets, found)


def responses(frame, base):
    """How readings and truths move when the market or an instrument changes, seed by seed.

    Parameters
    ----------
    frame : DataFrame
        From `tier_frame`.
    base : dict of str to str
        The variant each variant is compared with; both are compared over the seeds in which both have a reading.

    Returns
    -------
    DataFrame
        variant, against, tier, seeds, reading, truth (means), base_reading, base_truth, and the ratios of means
        reading_ratio, truth_ratio with their standard errors reading_ratio_se and truth_ratio_se.
    """
    wide = frame.pivot(index="seed", columns=["variant", "tier"], values=["reading", "truth"])
    rows = []
    for variant, against in base.items():
        for tier in frame["tier"].unique():
            row = {"variant": variant, "against": against, "tier": tier}
            for name in ("reading", "truth"):
                pairs = wide[[(name, variant, tier), (name, against, tier)]].to_numpy(float)
                pairs = pairs[np.isfinite(pairs).all(axis=1)]
                ratio, error = ratio_of_means(*pairs.T)
                row |= {name: _mean(pairs[:, 0]), f"base_{name}": _mean(pairs[:, 1])}
                row |= {f"{name}_ratio": ratio, f"{name}_ratio_se": error}
                row.setdefault("seeds", len(pairs))  # those with a reading; the truth is always known
            rows.append(row)
    order = "variant against tier seeds reading base_reading reading_ratio reading_ratio_se truth base_truth"
    return pd.DataFrame(rows)[[*order.split(), "truth_ratio", "truth_ratio_se"]]


def ratio_of_means(above, below):
    """Mean over mean of paired values, and its standard error from leaving one pair out at a time."""
    n, total, base = len(above), above.sum(), below.sum()
    if not n or not base:
        return np.nan, np.nan
    if n < 2:
        return total / base, np.nan
    with np.errstate(divide="ignore", invalid="ignore"):
        without = (total - above) / (base - below)
    if not np.isfinite(without).all():  # one seed has it all
        return total / base, np.nan
    return total / base, float(np.sqrt((n - 1) / n * ((without - without.mean()) ** 2).sum()))


def captures_together(kept):
    """Captures by activity of all runs; None if no run has any."""
    tables = [pd.DataFrame(one["capture"]) for one in kept if one["capture"] is not None]
    if not tables:
        return None
    whole = tables[0].copy()
    counts = ["people", "caught", "again"]
    whole[counts] = sum(table[counts] for table in tables)
    return whole


def _mean(values):
    return values.mean() if len(values) else np.nan
