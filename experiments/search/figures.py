"""The figure of a search: every candidate, those that no other beats, and what these do on fresh seeds."""

import textwrap
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from experiments.search.answer import PLACEBO, Found, change, field_name, finding, goal_name, unit_name
from experiments.search.asked import Goal, Varied
from experiments.search.effects import FRESH, SEARCH
from sim.report.figures import style
from sim.report.figures.draw import NARROW, draw_each
from sim.report.figures.style import Drawn
from sim.report.language.sample import of_country
from sim.report.language.words import Words

_NARROW = 3.9  # inches: for a telephone
_EACH, _HEAD, _LEGEND = 3.3, 0.7, 0.5  # inches: a panel, the title, the legend
_WIDE_COLUMNS = 2
_LETTERS, _UP = 95, 44  # of a line below the figure, and beside a panel


class _Point(NamedTuple):
    """Where a mark stands, with the ends of its intervals; nan where there is none."""

    x: float
    y: float
    x_ends: tuple[float, float] = (np.nan, np.nan)
    y_ends: tuple[float, float] = (np.nan, np.nan)


def draw_search(found: Found, folder: Path) -> list[dict]:
    """Draw the figure into ``figures/`` of a folder, and once more for a narrow screen."""
    words = Words.of(found.scenario)
    plots = {"pareto": partial(pareto, found, words), f"pareto{NARROW}": partial(pareto, found, words, _NARROW)}
    return draw_each(plots, folder / "figures", of_country(found.scenario, words))


def pareto(found: Found, words: Words, width: float = style.WIDTH) -> Drawn:
    """All candidates by two goals, or of one goal by the fields that vary; the best with their intervals."""
    question, title = found.question, _title(found, words)
    first, *others = question.goals
    pairs = [(first, other) for other in others] or [(one, first) for one in question.varied]
    columns = 1 if width < style.WIDTH else min(_WIDE_COLUMNS, len(pairs))
    rows = -(-len(pairs) // columns)
    legend = _LEGEND * (2 if width < style.WIDTH else 1)
    figure, axes = style.sheet(title, _HEAD + _EACH * rows + legend, width=width, nrows=rows, ncols=columns,
                               squeeze=False)  # fmt: skip
    for place, axis in enumerate(axes.flat):
        if place < len(pairs):
            _panel(axis, *pairs[place], found, words)
            _wrap(axis, int(_LETTERS * width / columns / style.WIDTH))
        else:
            axis.set_visible(False)
    handles = {label: mark for axis in axes.flat for mark, label in zip(*axis.get_legend_handles_labels(), strict=True)}
    columns = 1 if width < style.WIDTH else 2
    figure.legend([*handles.values()], [*handles], loc="outside lower center", ncols=columns, fontsize=7.5)
    return figure, title, words("pareto.alt", finding=finding(found, words), rows=_rows(found, words))


def _title(found, words):
    """How many stand on the front, and that there more of the one is worse of the other; of one goal what is best."""
    front, count = int(found.candidates["front"].sum()), words.number(len(found.candidates))
    if not found.members or len(found.question.goals) == 1:
        return finding(found, words)
    names = words.listed([goal_name(goal.name, words) for goal in found.question.goals])
    return words("pareto.title", front, front=words.number(front), all=count, goals=names)


def _rows(found, words):
    """The best in words, for those who do not see them."""
    rows = [
        found.of(name, found.judged, goal.name) for name in [*found.members, PLACEBO] for goal in found.question.goals
    ]
    named = {PLACEBO: words("pareto.placebo")}
    return "; ".join(f"{named.get(row['candidate'], row['candidate'])}: {goal_name(row['number'], words)} "
                     f"{change(row, words)}" for row in rows)  # fmt: skip


def _panel(axis: Axes, across: Goal | Varied, up: Goal, found: Found, words: Words) -> None:
    """One panel: candidates as dots, the best as marks with intervals, the market as it is where lines cross."""
    table = found.candidates
    kept = table["kept"].to_numpy(bool)
    x, y = _places(across, table), table[up.name].to_numpy(float)
    look: dict[str, Any] = {"ls": "none", "ms": 3.5, "zorder": 2}
    axis.plot(x[kept], y[kept], "o", color=style.GREY, alpha=0.55, mew=0, label=words(_dot(found)), **look)
    if not kept.all():
        axis.plot(x[~kept], y[~kept], "x", color=style.GREY, alpha=0.7, label=words("pareto.not_kept"), **look)
    axis.axhline(0, color=style.INK, lw=0.8, ls=style.DASHED, label=words("pareto.as_it_is"))
    if isinstance(across, Goal):
        axis.axvline(0, color=style.INK, lw=0.8, ls=style.DASHED)
    members = [(name, _point(name, SEARCH, across, up, found)) for name in found.members]
    _marks(axis, [point for _, point in members], style.COLOURS[1], "D", words("pareto.search"), False)
    if found.judged == FRESH:
        fresh = [(name, _point(name, FRESH, across, up, found)) for name in found.members]
        for (_, one), (_, other) in zip(members, fresh, strict=True):
            axis.plot([one.x, other.x], [one.y, other.y], color=style.COLOURS[1], lw=0.7, alpha=0.6, zorder=3)
        _marks(axis, [point for _, point in fresh], style.COLOURS[0], "o", words("pareto.fresh"), True)
        members = fresh
    for place, (name, point) in enumerate(members):
        beside = (5, 4) if place % 2 else (5, -11)  # neighbours on the front lie near each other
        axis.annotate(name, (point.x, point.y), beside, textcoords="offset points", fontsize=7.5, bbox=style.OVER)
    if isinstance(across, Goal):
        _marks(axis, [_point(PLACEBO, found.judged, across, up, found)], style.INK, "s", words("pareto.placebo"), True)
    else:
        row = found.of(PLACEBO, found.judged, up.name)
        axis.axhline(row["difference"], color=style.INK, lw=1.0, ls=style.DASHES[3], label=words("pareto.placebo"))
        axis.axhspan(row["low"], row["high"], color=style.PALE, lw=0, zorder=0)
    _axes(axis, across, up, found, words)


def _dot(found):
    """What the dot of a candidate stands for: where nothing must be kept, for a candidate."""
    return "pareto.kept" if found.question.kept else "pareto.candidate"


def _places(across, table):
    """Where candidates stand across: a goal's difference, a field's value, or the place of what is chosen."""
    if isinstance(across, Varied) and across.choices:
        return np.array([across.choices.index(value) for value in table[across.key]], float)
    return table[across.name if isinstance(across, Goal) else across.key].to_numpy(float)


def _point(name, seeds, across, up, found):
    row = found.of(name, seeds, up.name)
    ends = (row["low"], row["high"])
    if isinstance(across, Goal):
        beside = found.of(name, seeds, across.name)
        return _Point(beside["difference"], row["difference"], (beside["low"], beside["high"]), ends)
    x = float(_places(across, pd.DataFrame([found.tried(name)]))[0])
    return _Point(x, row["difference"], y_ends=ends)


def _marks(axis, points, colour, shape, label, whole):
    """Marks of one kind; `whole` ones are filled and have their intervals."""
    if not points:
        return
    look: dict[str, Any] = {"mfc": colour if whole else "white", "color": colour, "ls": "none", "ms": 5, "zorder": 4}
    axis.plot([one.x for one in points], [one.y for one in points], shape, label=label, **look)
    for one in points if whole else ():
        axis.plot(one.x_ends, [one.y] * 2, color=colour, lw=1.2, zorder=3)
        axis.plot([one.x] * 2, one.y_ends, color=colour, lw=1.2, zorder=3)


def _axes(axis, across, up, found, words):
    """Names with units; of a goal of which less is better that too."""
    axis.set_ylabel(_label(up, words), fontsize=8)
    style.counts(axis, words)
    if isinstance(across, Goal):
        axis.set_xlabel(_label(across, words), fontsize=8)
        style.counts(axis, words, "x")
    elif across.choices:
        axis.set_xticks(range(len(across.choices)), [str(one).lower() for one in across.choices])
        axis.set_xlabel(field_name(across, found, words), fontsize=8)
    else:
        name, of = field_name(across, found, words), words.field("unit", across.unit)
        axis.set_xlabel(_with_unit(name[:1].upper() + name[1:], of, words), fontsize=8)
        style.counts(axis, words, "x")
    axis.locator_params(nbins=5) if not (isinstance(across, Varied) and across.choices) else None
    style.tidy(axis, "both")


def _wrap(axis, letters):
    """Break the names of axes that are longer than these."""
    axis.set_xlabel("\n".join(textwrap.wrap(axis.get_xlabel(), letters)), fontsize=8)
    axis.set_ylabel("\n".join(textwrap.wrap(axis.get_ylabel(), _UP)), fontsize=8)


def _label(goal, words):
    key = "pareto.more" if goal.most else "pareto.less"
    return words(key, name=_with_unit(goal_name(goal.name, words), unit_name(goal.name, words), words))


def _with_unit(name, unit, words):
    return words("pareto.field", name=name, unit=unit) if unit else name
