"""Strips of marks: how far numbers are from what they are held against, on one scale of ratios for all rows.

Places are percent of a strip's width, so that a page and a sheet of paper draw the same; what they are held against
stands in the middle, a ratio and its inverse at the same distance from it.
"""

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sim.report.language.words import Words

_SPANS = (1.1, 1.25, 1.5, 2.0, 4.0, 8.0, 16.0)  # ratio at the right end
_BETWEEN = {4.0: (2.0,), 8.0: (2.0,), 16.0: (4.0,)}  # ticks between the middle and such an end
_EDGE = 24.0  # a name stands on the far side from the middle, but for marks so near the edge


class Ratio(NamedTuple):
    """A number over what it is held against, the ends of its interval (nan: none; inf: open), its name in a strip."""

    kind: str  # reading, published, or truth: what they are held against, of which there is only the interval
    value: float
    low: float = math.nan
    high: float = math.nan
    name: str = ""


class Mark(NamedTuple):
    """Where a ratio stands in a strip, percent of its width: itself, its interval's begin and width (0: none)."""

    kind: str
    at: float
    low: float
    wide: float
    side: str  # of the mark on which its name stands: left or right
    name: str


class Strips(NamedTuple):
    """The scale that the strips of all rows share: what it shows, and its ticks (place, name), the middle one's too."""

    title: str
    ticks: list[tuple[float, str]]


def span(ratios: Iterable[Ratio]) -> float:
    """The ratio at the right end of the scale: the least that holds all values; intervals may be cut off."""
    far = [abs(math.log(one.value)) for one in ratios if one.value > 0 and math.isfinite(one.value)]
    return next((known for known in _SPANS if math.log(known) >= max(far, default=0.0)), _SPANS[-1])


def scale(title: str, middle: str, end: float, words: Words) -> Strips:
    """Ticks at the ends, between and in the middle, whose name is `middle`."""
    if end < 2.0:
        return Strips(title, [(0.0, words.change(1 / end)), (50.0, middle), (100.0, words.change(end))])
    steps = [*_BETWEEN.get(end, ()), end]
    times = [f"\N{MULTIPLICATION SIGN}\N{NO-BREAK SPACE}{words.short(step, 2)}" for step in steps]
    parts = [f"\N{DIVISION SIGN}\N{NO-BREAK SPACE}{words.short(step, 2)}" for step in reversed(steps)]
    ratios = [*(1.0 / step for step in reversed(steps)), 1.0, *steps]
    names = [*parts, middle, *times]
    return Strips(title, [(_place(ratio, end), name) for ratio, name in zip(ratios, names, strict=True)])


def marks(ratios: Sequence[Ratio], end: float) -> list[Mark]:
    """The marks of one row on the scale that ends at `end`; a ratio that is not known has none."""
    made = []
    for one in ratios:
        if not math.isfinite(one.value) or one.value <= 0:
            continue
        at, low, high = (_place(value, end) for value in (one.value, one.low, one.high))
        wide = round(high - low, 2) if not math.isnan(one.low + one.high) else 0.0
        made.append(Mark(one.kind, at, low, wide, _side(at), one.name))
    return made


def _side(at):
    """The side on which a name has room: away from the middle, or, near the edge, towards it."""
    return "left" if _EDGE < at < 50.0 or at > 100.0 - _EDGE else "right"


def _place(ratio, end):
    """Percent of the width; outside the scale, its end."""
    if math.isnan(ratio):
        return 0.0
    if math.isinf(ratio):
        return 100.0
    log = math.log(max(ratio, 1e-9)) / math.log(end)
    return round(50.0 + 50.0 * min(max(log, -1.0), 1.0), 2)
