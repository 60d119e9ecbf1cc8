"""Bars of a distribution on a log axis, and on which side of a mark its name has room."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from sim.report.figures import style
from sim.report.language.words import Words

_PER_DECADE = ((600, 6), (150, 4), (0, 3))  # bars of a histogram, of so many people or more
FEWEST = 3  # people simulated on whom a bar may rest


def histogram(
    axis: Axes, values: np.ndarray, words: Words, weight: float = 1.0, parts: Sequence[tuple[np.ndarray, str]] = ()
) -> None:
    """Bars of equal width on a log axis, of people of the country; none that rests on fewer than `FEWEST` simulated.

    Parameters
    ----------
    axis
    values
        One a person simulated, all above zero.
    words
    weight
        People of the country for whom one simulated person stands.
    parts
        Which of them (bool array) make a part, and its name: stacked, the first below; by default all are one.
    """
    each = next(bars for least, bars in _PER_DECADE if len(values) >= least)
    low, high = np.floor(each * np.log10(values.min())), np.floor(each * np.log10(values.max())) + 1
    edges = 10 ** (np.arange(low, high + 1) / each)
    held = np.clip(values, edges[0] * 1.000001, edges[-1] * 0.999999)
    whole, _ = np.histogram(held, edges)
    below, top = np.zeros(len(whole)), whole * (whole >= FEWEST) * weight
    for n, (which, name) in enumerate(parts or [(np.ones(len(values), bool), "")]):
        part = np.histogram(held[which], edges)[0] * (whole >= FEWEST) * weight
        colour = style.COLOURS[n]
        axis.stairs(below + part, edges, baseline=below, fill=True, color=colour, alpha=0.55, label=name or None)
        below = below + part
    axis.stairs(top, edges, color=style.COLOURS[0], lw=0.9)
    style.logarithmic(axis, words)
    style.counts(axis, words)
    shown = np.flatnonzero(top)
    if len(shown):
        axis.set_xlim(edges[shown[0]] / 1.1, edges[shown[-1] + 1] * 1.1)
    axis.set_ylim(0, 1.18 * max(top.max(), 1))
    style.tidy(axis)


def side(axis: Axes, value: float, middle: float = 0.5) -> str:
    """Which side of its name a mark stands on: the right from that share of the axis' width on."""
    low, high = np.log10(axis.get_xlim())
    return "right" if np.log10(max(value, 1e-9)) > low + middle * (high - low) else "left"
