"""The figure of the scale experiment: the ratio of a small run to the whole, number by number."""

import textwrap
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.scale.measure import OFF, QUOTED, UNKNOWN, WITHIN
from experiments.scale.page import Scale, finding, verdict_named
from sim.instruments.targets import load_targets
from sim.report.figures import style
from sim.report.figures.draw import draw_each
from sim.report.figures.style import Drawn
from sim.report.language.words import Words

_TICKS = ((0.1, 0.2, 0.5, 1, 2, 5, 10), (0.5, 0.7, 1, 1.4, 2), (0.8, 0.9, 1, 1.1, 1.25))  # wide, less, narrow
_LOOKS = {QUOTED: ("o", 0), OFF: ("s", 1), UNKNOWN: ("D", None)}
_NAME = 40  # characters of a row's name
_EACH = 0.145  # inches of a row
_LINE = 100  # characters below the panels
_REACH = (0.08, 12.0)  # of the axis at most; an interval that leaves it ends there


def draw_scale(found: Scale, folder: Path) -> list[dict]:
    """Draw the figure of each small size into ``figures/`` of a folder."""
    words = Words.of(found.scenario)
    names = {f"scale_{size}": size for size in found.smaller}
    return draw_each(
        {name: lambda size=size: draw_ratios(found, size, words) for name, size in names.items()}, folder / "figures"
    )


def draw_ratios(found: Scale, size: int, words: Words) -> Drawn:
    """Ratios to the whole with 95 % intervals, the smallest on top: numbers of the summary, and readings."""
    title, table = finding(found, size, words), found.main(size)
    table = table[np.isfinite(table["ratio"].astype(float)) & (table["ratio"] > 0)]
    if not len(table):
        return style.blank(title, words)
    read = table["kind"].isin(("reading", "truth"))
    sides = [part.sort_values("ratio", kind="stable") for part in (table[~read], table[read]) if len(part)]
    tall = max(map(len, sides))
    figure, panels = style.sheet(title, 1.9 + _EACH * tall, ncols=len(sides), squeeze=False)
    targets = load_targets(found.scenario.published).set_index("id")["quantity"]
    for axis, part in zip(panels[0], sides, strict=True):
        _panel(axis, part, [named(row, targets, words) for row in part.itertuples()], words)
    heads = (words("scale.summary"), words("scale.readings"))
    for axis, head in zip(panels[0], heads if len(sides) == 2 else [heads[bool(read.all())]], strict=True):
        axis.set_title(head, pad=24)  # the legend of both stands below
    below = words("scale.axis", size=found.size_named(size, words), of=found.size_named(found.whole, words))
    figure.supxlabel("\n".join(textwrap.wrap(below, _LINE)), fontsize=8)
    above = 1.0 + 0.05 / (_EACH * tall)
    legend = panels[0, 0].legend(loc="lower left", bbox_to_anchor=(-0.4, above), ncols=3, fontsize=7, handletextpad=0.2)
    legend.set_in_layout(False)  # wider than its panel
    told = "; ".join(f"{named(row, targets, words)} {words.figures(row.ratio, 3)} ({verdict_named(row, words)})"
                     for row in pd.concat(sides).itertuples())  # fmt: skip
    return figure, title, words("scale.alt", rows=told)


def named(row: Any, targets: pd.Series, words: Words) -> str:
    """A number of the summary, a target (`targets` has what each counts, by id) or a truth, in few words."""
    name = str(row.number)
    if row.kind == "truth":
        return words(f"sweep.outcome.{name}")
    if name.removeprefix("target.") in targets.index and row.kind == "reading":
        text = words.named("target", targets[name.removeprefix("target.")])
        return style.shortened(text, _NAME)
    try:
        return words(f"number.{name}")
    except KeyError:  # of a policy
        return name.replace("_", " ")


def _panel(axis, part, names, words):
    ends = np.clip(part[["ratio_low", "ratio_high"]].to_numpy(float), *_REACH)
    style.rows(axis, names, 1.0, 1.0)
    axis.tick_params(axis="y", labelsize=6, length=0)
    axis.axvspan(1.0 - WITHIN, 1.0 + WITHIN, color=style.PALE, lw=0)
    axis.axvline(1.0, color=style.INK, lw=0.8, ls=style.DASHED)
    for verdict, (mark, colour) in _LOOKS.items():
        rows = np.flatnonzero((part["verdict"] == verdict).to_numpy())
        shade = style.GREY if colour is None else style.COLOURS[colour]
        middle = np.clip(part["ratio"].to_numpy(float)[rows], *_REACH)
        axis.hlines(rows, *ends[rows].T, color=shade, lw=1.0)
        filled = {"markerfacecolor": "white"} if verdict == UNKNOWN else {}
        key = {QUOTED: "quoted", OFF: "misses", UNKNOWN: "unknown"}[verdict]
        axis.plot(middle, rows, mark, color=shade, ms=3.2, ls="none", label=words(f"scale.{key}"), **filled)
    shown = np.r_[ends.ravel(), np.clip(part["ratio"].to_numpy(float), *_REACH)]
    low, high = np.nanmin(shown), np.nanmax(shown)
    style.factors(axis, words, low / 1.05, high * 1.05, _TICKS[int(high < 4 * low) + int(high < 1.7 * low)])
    axis.set_xlim(min(low, 0.9) / 1.05, max(high, 1.1) * 1.05)
    style.tidy(axis, "x")
