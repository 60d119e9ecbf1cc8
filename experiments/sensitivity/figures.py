"""The figures of a sensitivity analysis: which free parameter moves which outcome, and which mechanism holds it up."""

import numpy as np

from sim.report.figures import style
from sim.report.figures.draw import draw_each
from sim.report.language.words import Words

_DUMMY = "nothing"
_BARS = 6  # parameters shown for each outcome
_COLUMNS = 2
_PANELS = 3  # panels side by side
_MARKS = {"destroys": ("D", style.COLOURS[1]), "bends": ("o", style.COLOURS[0])}
_TICKS = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100)


def draw_sensitivity(tables, language, folder):
    """Draw the figures into a folder.

    Parameters
    ----------
    tables : dict of str to DataFrame
        Any of `sobol` (outcome, parameter, total, total_low, total_high; the parameter "nothing" does nothing) and
        `mechanisms` (as from `experiments.sensitivity.mechanisms.compared`).
    language : str
    folder : path

    Returns
    -------
    list of dict
        As from `sim.report.figures.draw.draw_each`.
    """
    words, plots = Words(language), {}
    if len(tables.get("sobol", ())):
        plots["sensitivity"] = lambda: draw_shares(tables["sobol"], words)
    if len(tables.get("mechanisms", ())):
        plots["mechanisms"] = lambda: draw_mechanisms(tables["mechanisms"], words)
    return draw_each(plots, folder)


def draw_shares(table, words):
    """Total shares of variance by outcome, the largest first, above what a parameter that does nothing reaches."""
    outcomes = list(table["outcome"].unique())
    moving = table[table["parameter"] != _DUMMY].sort_values("total", ascending=False)
    title = _title(moving, table, words)
    rows = -(-len(outcomes) // _COLUMNS)
    figure, panels = style.sheet(title, 0.9 + 1.7 * rows, nrows=rows, ncols=_COLUMNS, sharex=True, squeeze=False)
    for axis in panels.flat[len(outcomes) :]:
        axis.set_visible(False)
    for outcome, axis in zip(outcomes, panels.flat, strict=False):
        part = moving[moving["outcome"] == outcome].head(_BARS)
        idle = table[(table["outcome"] == outcome) & (table["parameter"] == _DUMMY)]["total_high"].max()
        places = np.arange(len(part))
        axis.barh(places, part["total"], color=style.COLOURS[0], alpha=0.6, height=0.7)
        axis.hlines(places, part["total_low"], part["total_high"], color=style.INK, lw=1.0)
        axis.axvline(idle, color=style.GREY, lw=1.0, ls=style.DASHES[1])
        axis.set_yticks(places, [_short(key) for key in part["parameter"]])
        axis.invert_yaxis()
        axis.set_title(words(f"mechanisms.{outcome}"), fontsize=8)
        style.percents(axis, words, "x")
        style.tidy(axis, "x")
    for axis in panels.flat[: len(outcomes)][-_COLUMNS:]:  # the lowest of each column
        axis.tick_params(labelbottom=True)
    figure.supxlabel(words("sensitivity.axis"), fontsize=8)
    first = moving.drop_duplicates("outcome")
    told = "; ".join(f"{words(f'mechanisms.{x.outcome}')}: {_short(x.parameter)} {words.percent(x.total)}"
                     for x in first.itertuples())  # fmt: skip
    return figure, title, words("sensitivity.alt", rows=told)


def _title(moving, table, words):
    """What moves a tier most, as read or in truth."""
    idle = table[table["parameter"] == _DUMMY].set_index("outcome")["total_high"]
    above = moving[moving["total_low"] > moving["outcome"].map(idle)]
    people = above[above["outcome"].str.startswith(("truth_", "reading_"))]
    row = next((people if len(people) else above).itertuples(), None)
    if row is None:
        return words("sensitivity.none")
    outcome, share = words(f"mechanisms.{row.outcome}"), words.percent(row.total)
    return words("sensitivity.title", first=_short(row.parameter), outcome=outcome, share=share)


def _short(key):
    return key.rpartition(".")[2].replace("_", " ")


def draw_mechanisms(table, words):
    """One panel an outcome, one point a mechanism switched off: by what factor the outcome moves, on the same luck."""
    outcomes, mechanisms = list(table["outcome"].unique()), list(table["mechanism"].unique())
    title = _mechanism_title(table, words)
    rows = -(-len(outcomes) // _PANELS)
    figure, panels = style.sheet(title, 0.9 + 1.75 * rows, nrows=rows, ncols=_PANELS, sharey=True, squeeze=False)
    for axis in panels.flat[len(outcomes) :]:
        axis.set_visible(False)
    for outcome, axis in zip(outcomes, panels.flat, strict=False):
        part = table[table["outcome"] == outcome].set_index("mechanism").reindex(mechanisms)
        ends = part[["low", "high", "factor"]].to_numpy(float)
        reach = min(max(2.2, np.nanmax(np.abs(np.log(np.where(ends > 0, ends, np.nan))), initial=0.0)), 5.0)
        for place, row in enumerate(part.itertuples()):
            marker, colour = _MARKS.get(row.verdict, ("|", style.GREY))
            axis.hlines(place, max(row.low, 1e-9), max(row.high, 1e-9), color=colour, lw=1.3)
            axis.plot(np.clip(row.factor, np.exp(-reach), np.exp(reach)), place, marker, color=colour, ms=4.5)
        axis.axvspan(0.5, 2.0, color=style.PALE, alpha=0.5, lw=0)
        axis.axvline(1.0, color=style.INK, lw=0.8)
        axis.set(xscale="log", xlim=(np.exp(-1.1 * reach), np.exp(1.1 * reach)))
        ticks = [tick for tick in _TICKS if abs(np.log(tick)) <= reach]
        axis.set_xticks(ticks, [words.short(tick) for tick in ticks])
        axis.minorticks_off()
        axis.set_yticks(range(len(mechanisms)), [words(f"mechanisms.{name}") for name in mechanisms])
        axis.set_ylim(len(mechanisms) - 0.5, -0.5)
        axis.tick_params(labelsize=7)
        axis.set_title(words(f"mechanisms.{outcome}"), fontsize=7.5)
        style.tidy(axis, None)
    figure.supxlabel(words("mechanisms.axis"), fontsize=8)
    told = table[table["verdict"] == "destroys"]
    said = "; ".join(f"{words(f'mechanisms.{row.mechanism}')}, {words(f'mechanisms.{row.outcome}')} x {row.factor:.2g}"
                     for row in told.itertuples())  # fmt: skip
    return figure, title, words("mechanisms.alt", destroyed=said or words("posterior.none"))


def _mechanism_title(table, words):
    """What moves the share of the registered who do not look most."""
    away = table[(table["outcome"] == "occasional_share") & table["verdict"].isin(["destroys", "bends"])]
    if not len(away):
        return words("mechanisms.nothing")
    row = away.iloc[int(np.argmax(np.abs(away["without"] - away["with_it"])))]
    name = words(f"mechanisms.{row['mechanism']}")
    return words("mechanisms.title", name=name, was=words.percent(row["with_it"]), now=words.percent(row["without"]))
