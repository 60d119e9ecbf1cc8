"""Instruments over many seeds: what is kept of each run, and what the runs say together.

One run tells a reading and its sampling error; only many tell how far chance moves reading and truth.

A mean over runs has its interval on the scale on which a number lives. With m the mean of n runs, s its standard error
and t Student's quantile at n - 1 degrees of freedom:

    a positive quantity   m x exp(-+ t s / m)
    a share               1 / (1 + exp(-(logit(m) -+ t s / (m (1 - m)))))
    a difference          m -+ t s

so that nobody reads of fewer than no persons or of a Gini above one. Fewer than `FEW` runs have no interval: who draws
shows each. Of many comparisons those are told that hold by Benjamini and Hochberg (1995).
"""

from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import expit, logit, stdtr, stdtrit  # scipy.stats would take a second to import

from sim.instruments.fieldwork import Fieldwork
from sim.instruments.readings import readings
from sim.instruments.targets import NO_INSTRUMENT, NotComparable, beside_published, compare, judgeable, kept
from sim.results.results import Results

LOW, HIGH = 0.05, 0.95  # quantiles over seeds
FEW = 5  # runs from which on an interval is told, and an effect claimed
LEVEL = 0.05
Scale = Literal["positive", "share", "difference"]
_SHARES = ("gini_", "top1_")


def outline(results: Results) -> dict[str, Any]:
    """What an ensemble keeps of a run.

    Returns
    -------
    dict
        `digest`, `summary` (name to number), `tiers` (rows of the tier table), `targets` (by id, as `targets.kept`
        keeps them: [value, standard error], where it is not to be judged with the reason, or the reason why there is
        none), `own` (rows of `surveys.ones_own.Read`).
    """
    return {"digest": results.digest(), "summary": results.summary} | read(Fieldwork(results))


def read(fieldwork: Fieldwork) -> dict[str, Any]:
    """Tier table, targets and readings of one's own: `tiers`, `targets` and `own`, as `outline` keeps them."""
    kept_of = {"targets": {name: kept(one) for name, one in readings(fieldwork).items()}}
    return {"tiers": fieldwork.tiers.to_dict("records"), "own": [one._asdict() for one in fieldwork.own]} | kept_of


def tier_frame(
    measured: Iterable[tuple[str, int, dict[str, Any]]], targets: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Every tier of every run: variant, seed and the columns of the tier table.

    Parameters
    ----------
    measured
        Variant, seed and what `outline` keeps; other settings of the instruments are variants too.
    targets
        What they are held against now; by default that of the runs.
    """
    rows = []
    for variant, seed, one in measured:
        tables = {variant: one["tiers"]} | (one.get("settings", {}) if variant == "base" else {})
        rows += [{"variant": name, "seed": seed} | row for name, table in tables.items() for row in table]
    frame = pd.DataFrame(rows) if targets is None else beside_published(pd.DataFrame(rows), targets)
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
        reading_mean_high, truth_mean_low, truth_mean_high (95 % intervals of the means; nan of few runs).
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
            row[f"{name}_mean_low"], row[f"{name}_mean_high"] = interval(values, "positive")
        rows.append(row)
    return pd.DataFrame(rows)


def _reason(rows):
    """Why no run of a tier has a reading, or none that can be judged; empty if one has."""
    return "" if rows["comparable"].any() else rows["reason"].iloc[0]


def numbers_over_seeds(table: pd.DataFrame) -> pd.DataFrame:
    """Each column of a table with one row a run, in one row: name, runs (in which the number is known), mean, sd,
    mean_low, mean_high (95 % interval of the mean, `sim.instruments.across_seeds`; nan of few runs).
    """
    rows = []
    for name, values in table.items():
        values = values.astype(float).dropna()
        low, high = interval(values, scale_of(str(name)))
        row = {"name": name, "runs": len(values), "mean": values.mean(), "sd": values.std()}
        rows.append(row | {"mean_low": low, "mean_high": high})
    return pd.DataFrame(rows)


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
    for name in dict.fromkeys(name for one in measured for name in one["targets"]):
        each = [one["targets"].get(name, NO_INSTRUMENT) for one in measured]
        values = np.array([value[0] for value in each if not isinstance(value, str)], float)
        values = values[np.isfinite(values)]
        reasons = [value if isinstance(value, str) else value[2] for value in each if not judgeable(value)]
        found = (values.mean(), values.std(ddof=1) if len(values) > 1 else np.nan) if len(values) else (np.nan, np.nan)
        silent = not len(values) or not any(map(judgeable, each))
        over_seeds[name] = NotComparable((reasons or ["the reading is not a number"])[0], *found) if silent else found
    return compare(targets, over_seeds)


class Ratio(NamedTuple):
    """One mean over another, the ends of its 95 % interval, and how probable so much is by chance."""

    ratio: float
    low: float
    high: float
    p: float


def scale_of(name: str) -> Scale:
    """The scale of a number of a run's summary, by its name."""
    last = name.rpartition(".")[2]
    return "share" if last.endswith("_share") or last.startswith(_SHARES) else "positive"


def student(freedom: float, level: float = LEVEL) -> float:
    """What a standard error is multiplied by to give half of Student's interval, 95 % unless told."""
    return float(stdtrit(freedom, 1.0 - level / 2.0))


def interval(values: ArrayLike, scale: Scale = "difference") -> tuple[float, float]:
    """The 95 % interval of the mean of runs, some of which may not know the number (nan).

    Parameters
    ----------
    values : array, shape (runs,)
    scale
        Numbers that do not lie on it, negative ones say, are taken as differences; nan, nan of fewer than `FEW` runs.
    """
    known = _known(values)
    if len(known) < FEW:
        return np.nan, np.nan
    mean, half = known.mean(), student(len(known) - 1) * known.std(ddof=1) / np.sqrt(len(known))
    if not half or (known < 0.0).any() or scale == "difference":
        return float(mean - half), float(mean + half)
    ends = np.array([-half, half])
    with np.errstate(over="ignore"):
        share = scale == "share" and mean < 1.0 and known.max() <= 1.0
        low, high = expit(logit(mean) + ends / (mean * (1.0 - mean))) if share else mean * np.exp(ends / mean)
    return float(low), float(high)


def ratio(above: ArrayLike, below: ArrayLike, paired: bool) -> Ratio:
    """The mean of some runs over that of others; `paired` if they share their luck, run by run.

    The standard error of its logarithm is that of ``x / mean(x) - y / mean(y)`` over pairs, or of independent means,
    whose freedom is Welch's. Only the ratio is known of fewer than `FEW` of either, or where a mean is not positive.
    """
    one, other = (np.asarray(values, float) for values in (above, below))
    if paired:
        both = np.isfinite(one) & np.isfinite(other)
        one, other = one[both], other[both]
    one, other = _known(one), _known(other)
    means = [values.mean() if len(values) else np.nan for values in (one, other)]
    found = means[0] / means[1] if means[1] else np.nan
    if min(len(one), len(other)) < FEW or not min(means) > 0.0:
        return Ratio(float(found), np.nan, np.nan, np.nan)
    if paired:
        parts = np.array([(one / means[0] - other / means[1]).var(ddof=1) / len(one)])
        freedom = float(len(one) - 1)
    else:
        parts = np.array([x.var(ddof=1) / len(x) / x.mean() ** 2 for x in (one, other)])
        each = parts**2 / [len(one) - 1, len(other) - 1]
        freedom = float(parts.sum() ** 2 / each.sum()) if each.any() else 1.0
    half = student(freedom) * np.sqrt(parts.sum())
    low, high = found * np.exp(-half), found * np.exp(half)
    return Ratio(float(found), float(low), float(high), float(p_value(np.log(found), half, freedom)))


def p_value(effect: ArrayLike, half: ArrayLike, freedom: ArrayLike) -> np.ndarray:
    """How probable an effect so far from nothing is by chance, given half of its 95 % interval; nan where unknown."""
    effect, half, freedom = (np.asarray(one, float) for one in (effect, half, freedom))
    with np.errstate(divide="ignore", invalid="ignore"):
        away = np.abs(effect) / half * stdtrit(freedom, 1.0 - LEVEL / 2.0)
    away = np.where((half == 0.0) & (effect == 0.0), 0.0, away)  # the same to the last bit
    return 2.0 * stdtr(freedom, -away)


def p_of_ratios(ratios: ArrayLike, low: ArrayLike, high: ArrayLike, runs: ArrayLike) -> np.ndarray:
    """The same of ratios with intervals on the scale of logarithms; nan of fewer than `FEW` runs."""
    runs = np.asarray(runs, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        effect, ends = np.log(np.asarray(ratios, float)), np.log(np.asarray([low, high], float))
        p = p_value(effect, (ends[1] - ends[0]) / 2.0, np.maximum(runs - 1.0, 1.0))
    return np.where(runs < FEW, np.nan, p)


def beyond_chance(p: ArrayLike, level: float = LEVEL) -> np.ndarray:
    """Of all comparisons made, of any shape, which hold: the step-up of Benjamini and Hochberg.

    The k smallest of m values hold, with the largest k of which the k-th is at most ``k / m level``; what is not known
    (nan) was not compared. So of all that is told a share of `level` is false on average.
    """
    values = np.asarray(p, float)
    known = np.flatnonzero(np.isfinite(values))
    order = known[np.argsort(values.flat[known], kind="stable")]
    under = values.flat[order] <= level * np.arange(1, len(order) + 1) / max(len(order), 1)
    found = np.zeros(values.shape, bool)
    found.flat[order[: int(np.flatnonzero(under).max(initial=-1)) + 1]] = True
    return found


def _known(values):
    values = np.asarray(values, float)
    return values[np.isfinite(values)]
