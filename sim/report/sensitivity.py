"""The figure of a sensitivity analysis: which free parameter moves which outcome."""

import numpy as np

from sim.report import style
from sim.report.figures import draw_each
from sim.report.words import Words

_DUMMY = "nothing"
_BARS = 6  # parameters shown for each outcome
_COLUMNS = 2


def draw_sensitivity(table, language, folder):
    """Draw the figure into a folder.

    Parameters
    ----------
    table : DataFrame
        outcome, parameter, total, total_low, total_high; the parameter "nothing" does nothing.
    language : str
    folder : path

    Returns
    -------
    list of dict
        As from `sim.report.figures.draw_each`.
    """
    words = Words(language)
    return draw_each({"sensitivity": lambda: draw_shares(table, words)}, folder) if len(table) else []


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
        axis.set_title(_short(outcome), fontsize=8)
        style.percents(axis, words, "x")
        style.tidy(axis, "x")
    figure.supxlabel(words("sensitivity.axis"), fontsize=8)
    first = moving.drop_duplicates("outcome")
    told = "; ".join(f"{_short(x.outcome)}: {_short(x.parameter)} {words.percent(x.total)}" for x in first.itertuples())
    return figure, title, words("sensitivity.alt", rows=told)


def _title(moving, table, words):
    idle = table[table["parameter"] == _DUMMY].set_index("outcome")["total_high"]
    above = moving[moving["total_low"] > moving["outcome"].map(idle)]
    chosen = above[above["outcome"] == "reading_very_active"] if len(above) else above
    row = next((chosen if len(chosen) else above).itertuples(), None)
    if row is None:
        return words("sensitivity.none")
    first, outcome = _short(row.parameter).capitalize(), _short(row.outcome)
    return words("sensitivity.title", first=first, outcome=outcome, share=words.percent(row.total))


def _short(key):
    return key.rpartition(".")[2].replace("_", " ")
