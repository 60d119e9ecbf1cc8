"""How every figure looks, and how it is written to disk.

Made for a journal page and a phone: one width, few sizes of type, seaborn's colour-blind palette with a line
style of its own for each line (so that a grey print can be read), titles that state the finding. An SVG is
the same bytes for the same data, and its text can be searched and read aloud.

Seaborn's style and colours are written out: importing it takes longer than drawing; a test holds them to seaborn's.
"""

import textwrap
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Literal

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import QuadMesh
from matplotlib.colorbar import Colorbar
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator

from sim.kernel.units import HOUR
from sim.report.figures.embed import HEADLINE
from sim.report.figures.formats import DPI, POINTS, Canvas, Sheet
from sim.report.language.words import Words
from sim.scenario.scenario import Scenario

_DURATIONS = (1, 10, 60, 600, *(hours * HOUR for hours in (1, 6, 24, 7 * 24, 30 * 24)))  # named on axes
WIDTH = 7.5  # inches
INK, GREY, PALE = "#222222", "#5a5a5a", "#dedede"
# Seaborn's "colorblind"; neighbours in this order differ in lightness too.
COLOURS = ["#0173b2", "#d55e00", "#029e73", "#cc78bc", "#de8f05", "#949494", "#ca9161", "#56b4e9"]
DASHES = ["-", (0, (5, 1.5)), (0, (6, 1.5, 1, 1.5)), (0, (1.2, 1.2)), (0, (9, 2)), (0, (3, 1, 1, 1, 1, 1))]
DASHED = (0, (4, 2))
MAP = "cividis"
OVER = {"boxstyle": "square,pad=0.15", "fc": "white", "ec": "none", "alpha": 0.85}  # behind names on lines
Drawn = tuple[Figure, str, str]  # the figure, its title, its alternative text
_LINE = 80  # characters of a title's line
_SMALLER = 104  # and of a line under it
_NOTE = "note"  # the id of these lines
_SAMPLE: ContextVar[str] = ContextVar("sample", default="")
_TICKS: dict[Any, Any] = {  # seaborn's style "ticks"
    "figure.facecolor": "white",
    "axes.facecolor": "white",
    "axes.axisbelow": True,
    "axes.grid": False,
    **{f"axes.spines.{side}": True for side in ("left", "bottom", "right", "top")},
    "grid.linestyle": "-",
    "lines.solid_capstyle": "round",
    "patch.edgecolor": "w",
    "patch.force_edgecolor": True,
    **{"xtick.direction": "out", "xtick.bottom": True, "xtick.top": False},
    **{"ytick.direction": "out", "ytick.left": True, "ytick.right": False},
}
_PAPER: dict[Any, Any] = {  # and its context "paper", eight tenths of a notebook's sizes
    "legend.title_fontsize": 0.8 * 12,
    "axes.linewidth": 0.8 * 1.25,
    "grid.linewidth": 0.8,
    "lines.markersize": 0.8 * 6,
    **{f"{side}tick.major.{of}": 0.8 * size for side in "xy" for of, size in (("width", 1.25), ("size", 6))},
    **{f"{side}tick.minor.{of}": 0.8 * size for side in "xy" for of, size in (("width", 1), ("size", 4))},
}
_SETTINGS: dict[Any, Any] = {
    **_TICKS,
    **_PAPER,
    "figure.dpi": POINTS,
    "svg.fonttype": "none",
    "svg.hashsalt": "microwork",
    "text.parse_math": False,  # a dollar sign in somebody's label is one
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Arial", "Helvetica", "sans-serif"],
    "font.size": 9,
    "axes.labelsize": 9,
    "axes.titlesize": 9,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.titlepad": 6,
    "axes.titley": 1.0,  # given, it is not searched for at each drawing
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "grid.color": "#ececec",
    "lines.linewidth": 1.6,
    "patch.linewidth": 0.5,
}


@contextmanager
def paper(sample: str = "") -> Iterator[None]:
    """The settings under which figures are made, and what each says of the sample; they end with the block."""
    token = _SAMPLE.set(sample)
    try:
        with matplotlib.rc_context(_SETTINGS):
            yield
    finally:
        _SAMPLE.reset(token)


def sheet(title: str, height: float, note: str = "", width: float = WIDTH, **grid: Any) -> tuple[Figure, Any]:
    """An empty figure with its title, what is said under it, and its axes.

    Parameters
    ----------
    title
        The finding, one sentence.
    height
        Inches, title included; what is said under it is added.
    note
        What a reader must know to read the figure, as what in it was assumed; stands under the title with the sample.
    width
        Inches.
    **grid
        Passed to `Figure.subplots`; without any, the figure has no axes yet.
    """
    layout = ConstrainedLayoutEngine(w_pad=0.06, h_pad=0.06, wspace=0.04, hspace=0.06)
    figure = Sheet(figsize=(width, height), layout=layout)
    head(figure, title, note)
    return figure, figure.subplots(**grid) if grid else None


def head(figure: Figure, title: str, note: str = "") -> None:
    """Put a title on a figure, with what is said under it, for which it grows; from now on both formats are drawn."""
    width, height = figure.get_size_inches()
    lines = textwrap.wrap(title, int(_LINE * width / WIDTH), break_long_words=False)
    under = "\N{NO-BREAK SPACE}\N{MIDDLE DOT} ".join(filter(None, (_SAMPLE.get(), note)))
    under = under[:1].upper() + under[1:]
    notes = textwrap.wrap(under, int(_SMALLER * width / WIDTH), break_long_words=False)
    figure.set_size_inches(width, height + 0.17 * len(notes))
    Canvas(figure, DPI)
    look: dict[str, Any] = {"fontsize": 10.5, "fontweight": "bold", "linespacing": 1.25}
    look |= {"x": 0.09 / width, "ha": "left", "gid": HEADLINE, "parse_math": False}
    figure.suptitle("\n".join([*lines, *[""] * len(notes)]), **look)
    small: dict[str, Any] = {"fontsize": 8.5, "color": GREY, "linespacing": 1.35, "va": "bottom", "gid": _NOTE}
    if notes:
        figure.text(0.09 / width, 0, "\n".join(notes), **small).set_in_layout(False)


def panels(
    title: str, count: int, columns: int, each: float, head: float = 0.9, **shared: Any
) -> tuple[Figure, list[Axes]]:
    """So many small panels, `each` inches high below `head` inches, row by row; places left over stay empty."""
    rows = -(-count // columns)
    figure, axes = sheet(title, head + each * rows, nrows=rows, ncols=columns, squeeze=False, **shared)
    for axis in axes.flat[count:]:
        axis.set_visible(False)
    return figure, [*axes.flat[:count]]


def blank(title: str, words: Words, height: float = 3) -> Drawn:
    """A figure of which there is nothing to show but its title."""
    figure, axis = sheet(title, height, ncols=1)
    nothing(axis, words("nothing"))
    return figure, title, title


def save(figure: Figure, path: Path, title: str) -> float:
    """Write `path`.png and `path`.svg, each complete; the layout is computed once for both.

    Returns
    -------
    float
        Height of the title, share of the figure's: a page that prints the title itself cuts it off.
    """
    below = _laid_out(figure)
    canvas: Any = figure.canvas  # the one for both formats
    canvas.save(path, title)
    return round(1 - below / figure.bbox.height, 4)


def shown(figure: Figure) -> Figure:
    """The figure, laid out and on a canvas as matplotlib's users expect: savefig writes it, a notebook shows it."""
    _laid_out(figure)
    figure.set_dpi(DPI)
    FigureCanvasAgg(figure)
    figure.draw_without_rendering()  # ticks are made here, under the settings of all else
    return figure


def _laid_out(figure: Figure) -> float:
    """Lay a figure out, once; how high its panels, and what is said above them, may reach."""
    figure.get_layout_engine().execute(figure)
    figure.set_layout_engine(None)  # else it would be laid out again
    (headline,) = (text for text in figure.texts if text.get_gid() == HEADLINE)
    below = headline.get_window_extent().y0
    for note in (text for text in figure.texts if text.get_gid() == _NOTE):
        note.set_y(below / figure.bbox.height)
        below = note.get_window_extent().y1
    return below


def tidy(axis: Axes, grid: Literal["both", "x", "y"] | None = "y") -> None:
    """No box around the panel, a faint grid behind it."""
    axis.spines[["top", "right"]].set_visible(False)
    axis.set_axisbelow(True)
    if grid:
        axis.grid(axis=grid)


def rows(axis: Axes, names: Sequence[str], above: float = 0.5, below: float = 0.5) -> None:
    """Names of rows down the vertical axis, the first on top, with so much of a row above and below."""
    axis.set_yticks(range(len(names)), names)
    axis.set_ylim(len(names) - 1 + below, -above)


def shortened(name: str, most: int) -> str:
    """A name of at most so many characters: whole words, and three dots for those left out."""
    return textwrap.shorten(name, most, placeholder="\N{HORIZONTAL ELLIPSIS}")


def band(axis: Axes, x: Any, middle: Any, low: Any, high: Any, colour: str, alpha: float = 0.2, **line: Any) -> None:
    """A line in its band."""
    axis.fill_between(x, low, high, color=colour, alpha=alpha, lw=0)
    axis.plot(x, middle, color=colour, **line)


def heat(axis: Axes, values: np.ndarray, **limits: Any) -> QuadMesh:
    """Values as colours from nothing on, the first row on top; `limits` and whatever else differs."""
    # not seaborn's heatmap: it draws the whole figure to measure its labels, half a second each time
    # edges in the colour of the cell: viewers of SVG leave pale seams between cells otherwise
    look: dict[str, Any] = {"cmap": MAP, "vmin": 0, "edgecolors": "face", "linewidth": 0.4}
    mesh = axis.pcolormesh(values, **look | limits)
    axis.invert_yaxis()
    axis.spines[:].set_visible(False)
    return mesh


def week(axis: Axes, values: np.ndarray, words: Words, size: float, **ruler: Any) -> Colorbar:
    """A week as colours, a row a day and a column an hour, with its ruler in type of `size` points."""
    mesh = heat(axis, values)
    axis.set_yticks(np.arange(7) + 0.5, words.weekdays, rotation=0)
    axis.tick_params(axis="y", length=0)
    scale = axis.figure.colorbar(mesh, ax=axis, **ruler)
    scale.outline.set_visible(False)
    scale.ax.tick_params(labelsize=size)
    return scale


def short(key: str) -> str:
    """The last part of a full key, in words."""
    return key.rpartition(".")[2].replace("_", " ")


def _side(axis, which):
    return axis.yaxis if which == "y" else axis.xaxis


def counts(axis: Axes, words: Words, which: str = "y") -> None:
    """Numbers of the reader's language on an axis, with the decimals that they have."""
    _side(axis, which).set_major_formatter(lambda value, _: words.short(value))


def percents(axis: Axes, words: Words, which: str = "y") -> None:
    """Shares written as percent on an axis."""
    side = _side(axis, which)
    side.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    side.set_major_formatter(lambda value, _: words.percent(value, plain=True).replace("-", "\N{MINUS SIGN}"))


def percents_of_log(axis: Axes, words: Words) -> None:
    """The same on a log axis: 0.1%, 1%, 10%."""
    axis.yaxis.set_major_formatter(lambda value, _: words.percent(value))


def scaled(axis: Axes, words: Words, unit: str, highest: float) -> None:
    """Counts on the vertical axis in ones, thousands or millions; the axis says which (`unit` names the thing)."""
    size, name = next(s for s in ((1e6, "_million"), (1e3, "_thousand"), (1, "")) if highest >= 5 * s[0] or s[0] == 1)
    axis.yaxis.set_major_formatter(lambda value, _: words.number(value / size, int(value % size > 0)))
    axis.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axis.set_ylabel(words(unit + name))


class _Decades(LogLocator):
    """Decades; where fewer than two are shown, twos and fives between them."""

    def tick_values(self, vmin: float, vmax: float) -> Sequence[float]:
        self.set_params(subs=(1.0,) if vmin <= 0 or vmax > 100.0 * vmin else (1.0, 2.0, 5.0))
        return super().tick_values(vmin, vmax)


def logarithmic(axis: Axes, words: Words, which: str = "x") -> None:
    """A log axis that names its decades in full numbers (0.01, 1, 1 000), not in powers."""
    (axis.set_xscale if which == "x" else axis.set_yscale)("log")
    side = _side(axis, which)
    side.set_major_locator(_Decades(10, numticks=12))
    side.set_minor_locator(NullLocator())
    side.set_major_formatter(lambda value, _: words.number(value, max(0, -int(np.floor(np.log10(value) + 1e-9)))))


def factors(axis: Axes, words: Words, low: float, high: float, offered: Sequence[float]) -> None:
    """A log axis of factors that names those offered that lie within its ends."""
    axis.set_xscale("log")
    named = [factor for factor in offered if low <= factor <= high]
    axis.set_xticks(named, [words.short(factor) for factor in named])
    axis.minorticks_off()


def durations(axis: Axes, words: Words, shortest: float, longest: float, ticks: Sequence[float] = _DURATIONS) -> None:
    """A log axis of seconds whose ticks are the times people speak of."""
    axis.set_xscale("log")
    ticks = [tick for tick in ticks if shortest <= tick <= longest * 1.01]
    axis.set_xticks(ticks, [words.duration(tick) for tick in ticks])
    axis.xaxis.set_minor_locator(NullLocator())
    axis.set_xlim(shortest, longest)


def calendar(axis: Axes, dates: pd.Series) -> None:
    """A time axis: years when there are several, months otherwise, days in a short run."""
    first, last = dates.min(), dates.max()
    days = (last - first).days
    if days > 730:
        ticks, form = pd.date_range(first, last, freq="YS"), "%Y"
    elif days > 62:
        ticks, form = pd.date_range(first, last, freq=f"{int(np.ceil(days / 122))}MS"), "%Y-%m"
    else:
        ticks, form = pd.date_range(first, last, periods=min(days, 3) + 1).normalize(), "%d/%m"
    axis.set_xticks(ticks, ticks.strftime(form))  # fixed: a locator of dates looks for them anew at each drawing
    axis.set_xlim(first, last if days else first + pd.Timedelta(days=1))


def label_ends(axis: Axes, ends: Sequence[tuple[float, str]], gap: float = 0.062) -> None:
    """Name lines at their right end, moved apart where they would touch.

    Parameters
    ----------
    axis
        With its scale and limits set.
    ends
        Last value of each line and what it is.
    gap
        Least distance of two labels, share of the axis' height.
    """
    to_axis = axis.transData + axis.transAxes.inverted()
    x = axis.get_xlim()[1]
    heights = [float(np.clip(to_axis.transform((x, value))[1], 0, 1)) for value, _ in ends]
    order = np.argsort(heights)
    placed = np.array(heights)[order]
    for i in range(1, len(placed)):
        placed[i] = max(placed[i], placed[i - 1] + gap)
    placed -= max(0.0, placed[-1] - 1.0)
    for i in range(len(placed) - 2, -1, -1):
        placed[i] = min(placed[i], placed[i + 1] - gap)
    for height, which in zip(placed, order, strict=True):
        axis.annotate(
            ends[which][1],
            (1.0, heights[which]),
            (1.03, height),
            xycoords="axes fraction",
            textcoords="axes fraction",
            va="center",
            fontsize=8,
            arrowprops={"arrowstyle": "-", "lw": 0.6, "color": GREY, "shrinkA": 0, "shrinkB": 0},
        )


def mark(axis: Axes, value: float, text: str, side: str = "left", height: float = 0.97) -> None:
    """A vertical line with its name beside it."""
    axis.axvline(value, color=INK, lw=1.1, ls=DASHED)
    axis.annotate(
        text,
        (value, height),
        (4 if side == "left" else -4, 0),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        ha=side,
        va="top",
        fontsize=8,
        bbox=OVER,
    )


def policies(axis: Axes, scenario: Scenario, words: Words) -> None:
    """On a time axis, a line at the day on which policies come into force, if any do within it."""
    if scenario.decided and scenario.policy.start > scenario.start:
        day: Any = np.datetime64(scenario.policy.start)
        axis.axvline(day, color=COLOURS[1], lw=1.3, ls=DASHED, label=words("policy.from"))


def nothing(axis: Axes, text: str) -> None:
    """A panel without data says so."""
    axis.set(xticks=[], yticks=[])
    axis.spines[:].set_visible(False)
    axis.text(0.5, 0.5, text, ha="center", va="center", color=GREY, transform=axis.transAxes)
