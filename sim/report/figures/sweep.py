"""Figures of a sweep that fit what was varied.

One number: curves with intervals, a line for each combination of words. Two numbers: heat maps. Words: intervals side
by side. More numbers: curves for each, everything else averaged. Nothing but seeds: what chance alone does. Of fewer
than five runs each stands as a dot. Published values and their bands stand in every panel of a tier.
"""

import textwrap
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from sim.instruments.across_seeds import FEW
from sim.report.figures import style
from sim.report.figures.draw import draw_each
from sim.report.figures.style import Drawn
from sim.report.figures.sweep_finding import SHARES, called, fewest, finding, luck_of, means_of, rows_text, written
from sim.report.language.words import Words

OUTCOMES = ("active", "earned_mean_euro", "hourly_median_euro", "hours_week_mean", "empty_share", "gini_earners")
TIERS = tuple(f"{what}.{tier}" for what in ("reading", "truth") for tier in ("very_active", "regular", "occasional"))
_PERSONS = ("active", *TIERS)
_HEAD = 28  # characters over a panel
_LINES = 6  # more are not told apart
_MAPS = 4  # figures of heat maps, one for each combination of words
_ROOM = 22  # letters below a panel
_WIDE = 20  # values further apart than by this factor, or evenly spread by factors, stand on a log scale


Published = dict[str, tuple[float, float, float]]  # value and ends of the band, by tier


def draw_sweep(
    runs: pd.DataFrame,
    parameters: list[str],
    language: str,
    folder: Path,
    published: Published | None = None,
    outcomes: tuple[str, ...] = OUTCOMES,
    sample: str = "",
) -> list[dict]:
    """Draw the figures of a sweep into ``figures/`` of a folder.

    Parameters
    ----------
    runs
        From `sim.runs.sweep_tables.runs_table`; failed runs are left out.
    parameters
        The columns that were varied.
    published
        By tier, as "very_active".
    outcomes
        Columns shown beside those of the tiers.
    sample
        Of whom the numbers are, as `sim.report.language.sample.of_country`.
    """
    return draw_each(plots_of(runs, parameters, Words(language), published, outcomes), folder / "figures", sample)


def published_of(targets: pd.DataFrame) -> Published:
    """What was published of each tier, from a table of targets."""
    rows = targets.set_index("id")[["value", "low", "high"]].astype(float)
    tiers = (tier.partition(".")[2] for tier in TIERS[:3])
    return {tier: tuple(rows.loc[f"tier_{tier}"]) for tier in tiers if f"tier_{tier}" in rows.index}


def plots_of(
    runs: pd.DataFrame,
    parameters: list[str],
    words: Words,
    published: Published | None = None,
    outcomes: tuple[str, ...] = OUTCOMES,
) -> dict[str, Callable[[], Drawn]]:
    """What makes each figure of `draw_sweep`, by name; none of outcomes that are one constant."""
    runs = runs[runs["status"] == "finished"]
    numeric = [key for key in parameters if _number(runs[key])]
    named = [key for key in parameters if key not in numeric]
    runs = runs.assign(_named=_together(runs, named, words))
    shown = Shown(words, published or {})
    plots: dict[str, Callable[[], Drawn]] = {}
    for name, columns in (("outcomes", outcomes), ("tiers", TIERS)):
        if not runs[[*columns]].nunique().gt(1).any() and len(runs) > 1:
            continue
        if len(numeric) == 2:
            cases = list(dict.fromkeys(runs["_named"]))[:_MAPS]
            for number, case in enumerate(cases):
                suffix = "" if len(cases) == 1 else f"_{number + 1}"
                rows = runs[runs["_named"] == case]
                plots[name + suffix] = partial(_maps, rows, numeric, columns, shown, case if named else "")
        elif numeric:
            for key in numeric:
                suffix, title = ("", "title") if len(numeric) == 1 else (f"_{key.rpartition('.')[2]}", "one_title")
                rows = runs.assign(_luck=luck_of(runs, [other for other in parameters if other != key]))
                plots[name + suffix] = partial(_curves, rows, key, columns, shown, title)
        else:
            plots[name] = partial(_intervals, runs, named, columns, shown)
    return plots


class Shown(NamedTuple):
    """How numbers are told: in which language, beside which published ones."""

    words: Words
    published: Published

    def beside(self, outcome: str) -> tuple[float, float, float] | None:
        """The published value of a tier's panel with its band; None of all other panels."""
        return self.published.get(outcome.partition(".")[2]) if outcome in TIERS else None


def combinations(runs: pd.DataFrame, parameters: list[str], words: Words) -> dict[str, pd.DataFrame]:
    """The runs of each combination of what was varied, by its name: "biface, looking elasticity=2"."""
    return dict([*runs.groupby(_together(runs, parameters, words), sort=False)])


def _number(values):
    return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values) and values.notna().all()


def _together(runs, named, words):
    """One word for all that is not a number, "" where there is nothing."""
    shown = [runs[key].astype("string").fillna("null").map(partial(words.named, "option")) for key in named]
    values = shown[0] if len(shown) == 1 else None
    for key, column in zip(named, shown, strict=True) if len(shown) > 1 else ():
        text = column if key in ("platform", "demand", "population", "behaviour") else called(key, words) + "=" + column
        values = text if values is None else values + ", " + text
    return pd.Series("", runs.index) if values is None else values.astype(object)


def _curves(runs, key, outcomes, shown, title) -> Drawn:
    """A curve for each outcome and combination of words against one number."""
    words, means = shown.words, {outcome: means_of(runs, [key], outcome) for outcome in outcomes}
    title = finding(runs, [key], outcomes, called(key, words), words, title)
    cases = list(dict.fromkeys(runs["_named"]))
    lines = cases if len(cases) <= _LINES else None  # too many lines: one for all
    by = [key] if lines is None else [key, "_named"]
    few = runs.groupby(by).size().min() < FEW
    figure, panels = _panels(title, len(outcomes))
    for axis, outcome in zip(panels, outcomes, strict=True):
        if _empty(axis, runs, outcome, words):
            continue
        for number, case in enumerate(lines or [None]):
            rows = runs if case is None else runs[runs["_named"] == case]
            line = means_of(rows, [key], outcome).sort_values("value")
            if few:
                axis.plot(rows[key], rows[outcome], "o", color=style.COLOURS[number], ms=3, alpha=0.45, mew=0)
            style.band(axis, line["value"], line["mean"], line["low"], line["high"], style.COLOURS[number], 0.18,
                       marker="" if few else "o", ms=3, ls=style.DASHES[number], label=case)  # fmt: skip
        _name_values(axis, sorted(runs[key].unique()), words)
        _dress(axis, outcome, shown)
    note = _note(runs, by, "sweep.curves_few_note" if few else "sweep.curves_note", outcomes, shown)
    _below(figure, panels, f"{key}\n{note}", len(lines or ()))
    return figure, title, words("sweep.curves_alt", parameter=key, rows=rows_text(means, words))


def _name_values(axis, values, words):
    """The values that were varied as ticks, those left out whose names would run into the one before."""
    log = _by_factors(values)
    if log:
        style.logarithmic(axis, words)
    places = np.log(values) if log else np.array(values, float)
    names, least = [words.short(value) for value in values], np.ptp(places) / _ROOM
    placed = []
    for i in [len(values) - 1, *range(len(values) - 1)]:  # the last always
        apart = [abs(places[i] - places[j]) >= least * (len(names[i]) + len(names[j]) + 2) / 2 for j in placed]
        if all(apart):
            placed.append(i)
    axis.set_xticks([values[i] for i in sorted(placed)], [names[i] for i in sorted(placed)])


def _maps(runs, keys, outcomes, shown, case) -> Drawn:
    """A heat map for each outcome over two numbers."""
    words, (across, down) = shown.words, sorted(keys, key=lambda key: -runs[key].nunique())
    means = {outcome: means_of(runs, [across, down], outcome) for outcome in outcomes}
    title = finding(runs, [across, down], outcomes, words.listed([called(across, words), called(down, words)]), words)
    title = f"{case[0].upper()}{case[1:]}: {title[0].lower()}{title[1:]}" if case else title
    figure, panels = _panels(title, len(outcomes), 1.1)
    for axis, outcome in zip(panels, outcomes, strict=True):
        if _empty(axis, runs, outcome, words):
            continue
        table = runs.pivot_table(outcome, down, across, "mean", dropna=False).sort_index(ascending=False)
        image = axis.imshow(np.ma.masked_invalid(table.to_numpy(float)), cmap=style.MAP, aspect="auto")
        axis.set_xticks(range(table.shape[1]), [words.short(x) for x in table.columns], fontsize=7)
        axis.set_yticks(range(table.shape[0]), [words.short(x) for x in table.index], fontsize=7)
        axis.tick_params(length=0)
        axis.spines[:].set_visible(False)
        axis.set_title(_head(outcome, shown), fontsize=8)
        _write_cells(axis, table, image, outcome, words)
    figure.supxlabel(f"{across}\n{_note(runs, keys, 'sweep.map_note', outcomes, shown, False)}", fontsize=8)
    figure.supylabel(down, fontsize=8)
    return figure, title, words("sweep.map_alt", first=across, second=down, rows=rows_text(means, words))


def _head(outcome, shown):
    """The name of a panel and, of a tier, what was published."""
    words, beside = shown.words, shown.beside(outcome)
    name = words(f"sweep.outcome.{outcome}")
    return name if beside is None else f"{name}\n{words('sweep.published', value=words.number(beside[0]))}"


def _write_cells(axis, table, image, outcome, words):
    """The number in each cell, where there is room; without room a scale at the side."""
    if table.size > 48 or table.shape[1] > 7:
        axis.figure.colorbar(image, ax=axis, fraction=0.05, pad=0.02).ax.tick_params(labelsize=7)
        return
    for (row, column), value in np.ndenumerate(table.to_numpy(float)):
        if np.isfinite(value):
            dark = image.norm(value) < 0.55
            text, colour = written(outcome, value, words), "white" if dark else style.INK
            axis.text(column, row, text, ha="center", va="center", fontsize=6.5, color=colour)


def _intervals(runs, named, outcomes, shown) -> Drawn:
    """The runs and means with intervals side by side; the second of several parameters by colour."""
    words, first, colours = shown.words, runs["_named"], pd.Series("", runs.index)
    counts = sorted(named, key=lambda key: runs[key].nunique())
    if len(named) > 1 and runs[counts[0]].nunique() <= _LINES:
        colours = _together(runs, counts[:1], words)
        first = _together(runs, [key for key in named if key != counts[0]], words)
    runs = runs.assign(_first=first.where(first != "", words("sweep.all")), _colour=colours)
    means = {outcome: means_of(runs, ["_named"], outcome) for outcome in outcomes}
    parameter = words.listed(called(key, words) for key in named) if named else ""
    title = finding(runs, ["_named"], outcomes, parameter, words)
    names, hues = list(dict.fromkeys(runs["_first"])), list(dict.fromkeys(runs["_colour"]))
    height = min(3.0, 0.4 + 0.13 * len(names) * max(1.0, 0.7 * len(hues)))
    figure, panels = _panels(title, len(outcomes), height, sharey=True)
    for axis, outcome in zip(panels, outcomes, strict=True):
        if _empty(axis, runs, outcome, words):
            continue
        for number, hue in enumerate(hues):
            _one_hue(axis, runs[runs["_colour"] == hue], names, outcome, number, len(hues), hue)
        _dress(axis, outcome, shown, "x")
    style.rows(panels[0], names, 0.6, 0.6)  # of all panels, also of those that are empty
    few = fewest(runs, ["_named"]) < FEW
    note = _note(runs, ["_named"], "sweep.intervals_few_note" if few else "sweep.intervals_note", outcomes, shown)
    _below(figure, panels, note, len(hues))
    return figure, title, words("sweep.intervals_alt", rows=rows_text(means, words))


def _one_hue(axis, runs, names, outcome, number, hues, label):
    colour, shift = style.COLOURS[number], (number - (hues - 1) / 2) * 0.7 / hues
    means = means_of(runs, ["_first"], outcome)
    places = [names.index(value) + shift for value in means["value"]]
    dots = runs["_first"].map(names.index) + shift
    axis.plot(runs[outcome], dots + 0.22 / hues, "o", color=colour, ms=2.5, alpha=0.5, mew=0)
    axis.hlines(places, means["low"], means["high"], color=colour, lw=2.2)
    axis.plot(means["mean"], places, "osD^vP"[number], color=colour, ms=4.5, label=label, mec="white", mew=0.5)


def _panels(title, count, height=1.0, **shared):
    return style.panels(title, count, 3, 1.95 * height, **shared)


def _empty(axis, runs, outcome, words):
    """Whether no run knows an outcome; the panel says so."""
    if runs[outcome].notna().any():
        return False
    style.nothing(axis, words("nothing"))
    axis.tick_params(length=0)
    axis.set_title(words(f"sweep.outcome.{outcome}"), fontsize=8)
    return True


def _dress(axis, outcome, shown, which="y"):
    words = shown.words
    axis.set_title("\n".join(textwrap.wrap(words(f"sweep.outcome.{outcome}"), _HEAD)), fontsize=8)
    if beside := shown.beside(outcome):
        _mark_published(axis, *beside, which)
    if outcome in SHARES:
        style.percents(axis, words, which)
    else:
        side = axis.yaxis if which == "y" else axis.xaxis
        side.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))
        write = words.duration if outcome.endswith("_seconds") else words.short
        side.set_major_formatter(lambda value, _: write(value) if value else words.short(0.0))
    if unit := _unit(outcome):
        (axis.set_ylabel if which == "y" else axis.set_xlabel)(words(unit), fontsize=8)
    style.tidy(axis, which)


def _unit(outcome):
    """The key of what an axis says of its unit; "" where its ticks, or the panel's name, do."""
    return "sweep.persons" if outcome in _PERSONS else "sweep.euro" if outcome.endswith("_euro") else ""


def _mark_published(axis, value, low, high, which):
    """A published value as a dashed line in its band, behind what was simulated."""
    line, span = (axis.axhline, axis.axhspan) if which == "y" else (axis.axvline, axis.axvspan)
    if np.isfinite([low, high]).all():
        span(low, high, color=style.PALE, alpha=0.7, lw=0, zorder=0)
    line(value, color=style.INK, lw=1.0, ls=style.DASHED, zorder=1)


def _note(runs, by, name, outcomes, shown, marked=True):
    """What is shown, with how many runs there are of each combination, in what unit and beside what."""
    words, sizes = shown.words, runs.groupby(by).size()
    numbers = f"{sizes.min()}" if sizes.min() == sizes.max() else f"{sizes.min()}\N{EN DASH}{sizes.max()}"
    said = words("sweep.single_note") if sizes.max() == 1 else words(name, runs=numbers)
    persons = not marked and set(outcomes) <= set(_PERSONS)  # axes say it themselves
    beside = marked and any(shown.beside(outcome) for outcome in outcomes)
    more = [words("sweep.persons")] * persons + [words("sweep.published_note")] * beside
    return "; ".join([said, *more])


def _below(figure, panels, text, lines):
    """What is shown, and below it the names of the lines where there are several."""
    rows = -(-lines // 4) if lines > 1 else 0
    figure.supxlabel(text + "\n" * 2 * rows, fontsize=8)  # the legend stands on the empty lines
    if rows:
        handles = max((axis.get_legend_handles_labels() for axis in panels), key=lambda both: len(both[0]))
        figure.legend(*handles, loc="outside lower center", ncols=min(lines, 4))


def _by_factors(values):
    """Whether values are spread by factors rather than evenly."""
    if len(values) < 3 or min(values) <= 0:
        return False
    steps, factors = np.diff(values), np.diff(np.log(values))
    return max(values) > _WIDE * min(values) or np.ptp(factors) / factors.mean() < np.ptp(steps) / steps.mean()
