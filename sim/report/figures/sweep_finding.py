"""What a sweep found, in words: which outcome moves most with what was varied, beyond what chance does."""

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from sim.instruments.across_seeds import FEW, Ratio, beyond_chance, interval, ratio, scale_of
from sim.report.figures.style import short
from sim.report.language.words import Words

SHARES = ("empty_share", "unpaid_share")
_DIGITS = 3  # that are written where no error says how many
_TIMES = 3.0  # a ratio above which, or below whose inverse, it is told as a factor


def means_of(runs: pd.DataFrame, by: list[str], outcome: str) -> pd.DataFrame:
    """Mean, ends of its 95 % interval, standard error and runs of an outcome; several columns go with their values."""
    rows = []
    for value, group in runs.groupby(by, sort=False):
        known = group[outcome].dropna().astype(float)
        low, high = interval(known, scale_of(outcome))
        error = known.std() / np.sqrt(len(known)) if len(known) > 1 else 0.0
        at = tuple(zip(by, value, strict=True)) if len(by) > 1 else value[0]
        rows.append((at, known.mean(), low, high, error, len(known)))
    return pd.DataFrame(rows, columns=["value", "mean", "low", "high", "error", "runs"])


def finding(
    runs: pd.DataFrame, by: list[str], outcomes: Sequence[str], parameter: str, words: Words, title: str = "title"
) -> str:
    """The outcome that moves most between two values of what was varied, of all pairs and outcomes that chance alone
    does not make (`sim.instruments.across_seeds.beyond_chance`); of a single combination, what chance moves most.

    Parameters
    ----------
    runs
        Runs that share a value of `seed` and of all that was varied besides share their luck.
    by
        Columns whose combinations are compared.
    title
        Under which key the sentence stands.
    """
    means = {outcome: means_of(runs, by, outcome) for outcome in outcomes}
    cases = [group for _, group in runs.groupby(by, sort=False)]
    if len(cases) < 2:
        text = _by_chance(means, words)
    elif fewest(runs, by) < FEW:
        text = words("sweep.few_title", parameter=parameter, few=FEW)
    else:
        found = _furthest(cases, means)
        text = _still(means, words) if found is None else _told(found, parameter, words, title)
    return text[0].upper() + text[1:]


def fewest(runs: pd.DataFrame, by: list[str]) -> int:
    """The least number of seeds of any combination; a seed that was run under several other settings counts once."""
    return int(runs.groupby(by)["seed"].nunique().min()) if len(runs) else 0


def _still(means, words):
    """That nothing differs, of these outcomes."""
    first, *others = (named(outcome, words) for outcome in means)
    return words("sweep.still_title", first=first, count=len(others))


def _by_chance(means, words):
    """What chance moves most: the outcome with the largest standard deviation over its mean."""
    best = None
    for outcome, table in means.items():
        row = table.iloc[0] if len(table) else None
        if row is not None and row["runs"] > 1 and row["mean"]:
            spread = row["error"] * np.sqrt(row["runs"])
            if best is None or spread / abs(row["mean"]) > best[0]:
                best = (spread / abs(row["mean"]), outcome, row["mean"], spread)
    if best is None:
        return _still(means, words)
    _, outcome, mean, spread = best
    values = {"mean": written(outcome, mean, words, spread), "sd": written(outcome, spread, words)}
    return words("sweep.chance_title", outcome=named(outcome, words), **values)


def _furthest(cases, means):
    """Outcome, rows of the two means, and their ratio, of what is furthest beyond chance; None if nothing is."""
    tables, paired = _aligned(cases, [*means])
    made: list[tuple[str, pd.Series, pd.Series, Ratio]] = []
    for outcome, table in means.items():
        rows, values = [row for _, row in table.iterrows()], [one[outcome].to_numpy(float) for one in tables]
        for pair in itertools.combinations(range(len(cases)), 2):
            low, high = sorted(pair, key=lambda place: _order(rows[place]))
            made.append((outcome, rows[low], rows[high], ratio(values[high], values[low], paired)))
    sure = beyond_chance([moved.p for *_, moved in made])
    found = [each for each, holds in zip(made, sure, strict=True) if holds]
    return max(found, key=lambda each: np.abs(np.log([each[3].low, each[3].high])).min(), default=None)


def _order(row):
    """Numbers that were varied are told in their order, words in that of the means."""
    return row["value"] if isinstance(row["value"], int | float | np.number) else row["mean"]


def _aligned(cases, outcomes):
    """The numbers of each combination, and whether their rows are of the same luck, one by one."""
    luck = [name for name in ("_luck", "seed") if name in cases[0]]
    tables = [case.set_index(luck)[outcomes].sort_index() for case in cases]
    first = tables[0].index
    return tables, first.is_unique and all(table.index.equals(first) for table in tables)


def _told(found, parameter, words, title):
    outcome, low, high, moved = found
    values = {"parameter": parameter, "outcome": named(outcome, words), **changes(moved, words)}
    values |= {end: written(outcome, row["mean"], words, row["error"]) for end, row in (("low", low), ("high", high))}
    values |= {"at_low": value_in_words(low["value"], words), "at_high": value_in_words(high["value"], words)}
    return words(f"sweep.{title}", **values)


def changes(moved: Ratio, words: Words) -> dict[str, str]:
    """A ratio and its ends, `change`, `least` and `most`: in percent, or as factors where one of them is large."""
    numbers = {"change": moved.ratio, "least": moved.low, "most": moved.high}
    large = max(numbers.values()) > _TIMES or min(numbers.values()) < 1.0 / _TIMES
    times = "\N{MULTIPLICATION SIGN}\N{NARROW NO-BREAK SPACE}"
    return {name: times + words.figures(x, 2) if large else words.change(x) for name, x in numbers.items()}


def rows_text(by_outcome: dict[str, pd.DataFrame], words: Words) -> str:
    """The least and the largest mean of every outcome, or the first and last in the order of numbers, joined."""
    told = []
    for outcome, means in by_outcome.items():
        ordered = means.dropna(subset="mean")
        if len(ordered):
            if len(ordered) == 1:
                told.append(f"{named(outcome, words)} {written(outcome, float(ordered['mean'].iloc[0]), words)}")
                continue
            ordered = ordered.iloc[np.argsort([_order(row) for _, row in ordered.iterrows()], kind="stable")]
            ends = {"low": ordered.iloc[0], "high": ordered.iloc[-1]}
            values = {end: written(outcome, row["mean"], words, row["error"]) for end, row in ends.items()}
            values |= {f"at_{end}": value_in_words(row["value"], words) for end, row in ends.items()}
            told.append(words("sweep.row", outcome=named(outcome, words), **values))
    return "; ".join(told)


def named(outcome: str, words: Words) -> str:
    """An outcome's name inside a sentence."""
    name = words(f"sweep.outcome.{outcome}")
    return name if name.startswith(("Gini", "Indice")) else name[0].lower() + name[1:]


def called(key: str, words: Words) -> str:
    """What the reader's language calls a field; else the last part of its key."""
    return words.named("field", short(key))


def value_in_words(value: Any, words: Words) -> str:
    """What was varied as it stands in a sentence: a number, a word, or several with their names."""
    if isinstance(value, tuple):
        return ", ".join(f"{called(key, words)}={value_in_words(part, words)}" for key, part in value)
    return words.short(float(value)) if isinstance(value, int | float | np.number) else value or words("sweep.all")


def written(outcome: str, value: float, words: Words, error: float = 0.0) -> str:
    """A number in its unit, with the digits that its error allows."""
    if outcome in SHARES:
        return words.percent(value)
    if outcome.endswith("_euro"):
        return words.euro(value)
    if outcome.endswith("_seconds"):
        return words.duration(value)
    value = rounded(value, error)
    return words.short(value, _DIGITS)


def rounded(value: float, error: float = 0.0) -> float:
    """A number to the place of the first digit of its error, or to three digits without one."""
    if not np.isfinite(value) or not value:
        return value
    place = np.floor(np.log10(error)) if np.isfinite(error) and error > 0.0 else np.floor(np.log10(abs(value))) - 2.0
    step = 10.0 ** min(place, np.floor(np.log10(abs(value))))
    return float(np.round(value / step) * step)


def luck_of(runs: pd.DataFrame, others: Iterable[str]) -> pd.Series:
    """What runs have in common besides the seed, in a word: the values of all else that was varied."""
    words = [runs[key].astype("string").fillna("null") for key in others]
    return pd.Series("", runs.index).str.cat(words, sep="|") if words else pd.Series("", runs.index)
