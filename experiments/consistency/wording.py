"""How the judge of the evidence writes its numbers: values in their unit, bands, expectations, probabilities."""

import numpy as np
import pandas as pd

from sim.report.language.words import Words

_COUNTED = ("persons", "accounts", "visitors")
_RARE = 0.001  # probabilities below this are only said to be


def value(number: float, unit: str, words: Words) -> str:
    """A number in its unit."""
    if unit in _COUNTED:
        return words.number(number)
    if unit.startswith("share"):
        return words.percent(number)
    return words.euro(number) if unit.startswith("euro") else words.short(number, 3)


def between(low: float, high: float, unit: str, words: Words) -> str:
    """An interval that may be open on a side."""
    ends = {name: value(end, unit, words) for name, end in (("low", low), ("high", high))}
    if np.isnan(high):
        return words("judge.least", **ends)
    return words("judge.most", **ends) if np.isnan(low) else words("judge.between", **ends)


def published(row: pd.Series, words: Words) -> str:
    """What was published: the value, or the interval where there is none."""
    if np.isnan(row["value"]):
        return between(row["low"], row["high"], row["unit"], words)
    return value(row["value"], row["unit"], words)


def expected(row: pd.Series, words: Words) -> str:
    """What was to be expected, 5 to 95 %."""
    return between(row["predicted_low"], row["predicted_high"], row["unit"], words)


def chance(p: float, words: Words) -> str:
    """A probability, and no more of it than is known."""
    if np.isnan(p):
        return words.number(p)
    return f"<\N{NO-BREAK SPACE}{words.short(_RARE)}" if p < _RARE else words.figures(p, 2 if p < 0.995 else 1)


def score(z: float, words: Words) -> str:
    """Standard deviations with their sign."""
    return ("+" if z >= 0.05 else "\N{MINUS SIGN}" if z <= -0.05 else "") + words.number(abs(z), 1)
