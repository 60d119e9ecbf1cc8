"""What a sweep found, in words: which outcome moves most with what was varied, and from where to where."""

import numpy as np
import pandas as pd

from sim.instruments.across_seeds import interval
from sim.report.figures.style import short
from sim.report.language.words import Words

SHARES = ("empty_share",)
_CLEAR = 2.0  # standard errors between two means, from which they are said to differ


def means_of(runs: pd.DataFrame, by: list[str], outcome: str) -> pd.DataFrame:
    """Mean, ends of its 95 % interval, standard error and runs of an outcome; several columns go with their values."""
    rows = []
    for value, group in runs.groupby(by, sort=False):
        known = group[outcome].dropna().astype(float)
        low, high = interval(known)
        error = known.std() / np.sqrt(len(known)) if len(known) > 1 else 0.0
        at = tuple(zip(by, value, strict=True)) if len(by) > 1 else value[0]
        rows.append((at, known.mean(), low, high, error, len(known)))
    return pd.DataFrame(rows, columns=["value", "mean", "low", "high", "error", "runs"])


def finding(by_outcome: dict, parameter: str, words: Words, title: str = "title") -> str:
    """What moves most, in standard errors between the two means furthest apart; with one run each, in shares."""
    best = None
    for outcome, means in by_outcome.items():
        alone, means = len(means) == 1, means.dropna(subset="mean")
        if alone and len(means) and means["runs"].iloc[0] > 1:
            row = means.iloc[0]
            spread = row["error"] * np.sqrt(row["runs"])
            distance = spread / abs(row["mean"]) if row["mean"] else 0.0
            if best is None or distance > best[0]:
                values = {"mean": written(outcome, row["mean"], words), "sd": written(outcome, spread, words)}
                best = (distance, "chance_title", {"outcome": _named(outcome, words)} | values)
        elif len(means) > 1:
            low, high = means.loc[means["mean"].idxmin()], means.loc[means["mean"].idxmax()]
            error = np.hypot(low["error"], high["error"])
            away = (high["mean"] - low["mean"]) / (error or abs(high["mean"]) or 1.0)
            if (away > _CLEAR or not error) and away > 0 and (best is None or away > best[0]):
                best = (away, title, _ends(outcome, means, words) | {"parameter": parameter})
    text = words("sweep.still_title") if best is None else words(f"sweep.{best[1]}", **best[2])
    return text[0].upper() + text[1:]


def _ends(outcome, means, words):
    """The first and the last mean of an outcome in the order of numbers; the least and the largest of words."""
    ordered = means.sort_values("mean")
    if len(means) and isinstance(means["value"].iloc[0], int | float | np.number):
        ordered = means.sort_values("value")
        if ordered["mean"].iloc[0] == ordered["mean"].iloc[-1]:
            ordered = means.sort_values("mean")
    low, high = ordered.iloc[0], ordered.iloc[-1]
    values = {"low": written(outcome, low["mean"], words), "high": written(outcome, high["mean"], words)}
    values |= {"at_low": _written(low["value"], words), "at_high": _written(high["value"], words)}
    return {"outcome": _named(outcome, words)} | values


def rows_text(by_outcome: dict, words: Words) -> str:
    """The ends of every outcome, joined."""
    known = [(outcome, means.dropna(subset="mean")) for outcome, means in by_outcome.items()]
    return "; ".join(words("sweep.row", **_ends(outcome, means, words)) for outcome, means in known if len(means))


def _named(outcome, words):
    """An outcome's name inside a sentence."""
    name = words(f"sweep.outcome.{outcome}")
    return name if name.startswith("Gini") else name[0].lower() + name[1:]


def _written(value, words):
    if isinstance(value, tuple):
        return ", ".join(f"{short(key)}={_written(part, words)}" for key, part in value)
    return words.short(value) if isinstance(value, int | float | np.number) else value or words("sweep.all")


def written(outcome: str, value: float, words: Words) -> str:
    if outcome in SHARES:
        return words.percent(value)
    return words.euro(value) if outcome.endswith("_euro") else words.figures(value, 2 if abs(value) < 1 else 3)
