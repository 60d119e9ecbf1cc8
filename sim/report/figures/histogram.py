"""Bars of a distribution on a log axis, and on which side of a mark its name has room."""

import numpy as np
from matplotlib.axes import Axes

from sim.report.figures import style
from sim.report.language.words import Words

_PER_DECADE = 6  # bars of a histogram


def histogram(axis: Axes, values: np.ndarray, words: Words) -> None:
    """Bars of equal width on a log axis: counts per sixth of a decade."""
    low, high = np.floor(_PER_DECADE * np.log10(values.min())), np.floor(_PER_DECADE * np.log10(values.max())) + 1
    edges = 10 ** (np.arange(low, high + 1) / _PER_DECADE)
    number, _ = np.histogram(np.clip(values, edges[0] * 1.000001, edges[-1] * 0.999999), edges)
    axis.stairs(number, edges, fill=True, color=style.COLOURS[0], alpha=0.55)
    axis.stairs(number, edges, color=style.COLOURS[0], lw=0.9)
    style.logarithmic(axis, words)
    style.counts(axis, words)
    axis.set_ylim(0, 1.18 * max(number.max(), 1))
    style.tidy(axis)


def side(axis: Axes, value: float | None = None) -> str:
    """On which side of a mark its name has more room (value None: the right end of the axis is near)."""
    low, high = np.log10(axis.get_xlim())
    return "right" if value is None or np.log10(max(value, 1e-9)) > (low + high) / 2 else "left"
