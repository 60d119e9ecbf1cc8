"""The figures of a sensitivity analysis: which free parameter moves which outcome, and which mechanism holds it up."""

import textwrap
from pathlib import Path

import numpy as np
import pandas as pd

from sim.instruments.across_seeds import FEW, beyond_chance, p_value
from sim.report.figures import style
from sim.report.figures.draw import draw_each
from sim.report.figures.style import Drawn, short
from sim.report.language.sample import of_country
from sim.report.language.words import Words
from sim.scenario.scenario import Scenario

_DUMMY = "nothing"
_BARS = 6  # parameters shown for each outcome
_COLUMNS = 2
_PANELS = 3  # panels side by side
_MARKS = {"destroys": ("D", style.COLOURS[1]), "bends": ("o", style.COLOURS[0])}
_TICKS = ((0.01, 0.1, 1, 10, 100), (0.1, 0.3, 1, 3, 10))  # wide, narrow
_MANY = 1e6  # of freedom: a normal law


def draw_sensitivity(tables: dict[str, pd.DataFrame], scenario: Scenario, folder: Path) -> list[dict]:
    """Draw the figures into a folder; as `sim.report.figures.draw.draw_each`.

    Parameters
    ----------
    tables
        Any of `sobol` (outcome, parameter, total, total_low, total_high; the parameter "nothing" does nothing) and
        `mechanisms` (as from `experiments.sensitivity.mechanisms.compared`).
    """
    words, plots = Words.of(scenario), {}
    if len(tables.get("sobol", ())):
        plots["sensitivity"] = lambda: draw_shares(tables["sobol"], words)
    if len(tables.get("mechanisms", ())):
        plots["mechanisms"] = lambda: draw_mechanisms(tables["mechanisms"], words)
    return draw_each(plots, folder, of_country(scenario, words))


def draw_shares(table: pd.DataFrame, words: Words) -> Drawn:
    """Total shares of variance by outcome, the largest first, above what a parameter that does nothing reaches."""
    outcomes = list(table["outcome"].unique())
    moving = table[table["parameter"] != _DUMMY].sort_values("total", ascending=False)
    title = _title(moving, table, words)
    figure, panels = style.panels(title, len(outcomes), _COLUMNS, 1.7, sharex=True)
    for outcome, axis in zip(outcomes, panels, strict=True):
        most = moving[moving["outcome"] == outcome].head(_BARS)
        idle = table[(table["outcome"] == outcome) & (table["parameter"] == _DUMMY)]["total_high"].max()
        places = np.arange(len(most))
        axis.barh(places, most["total"], color=style.COLOURS[0], alpha=0.6, height=0.7)
        axis.hlines(places, most["total_low"], most["total_high"], color=style.INK, lw=1.0)
        axis.axvline(idle, color=style.GREY, lw=1.0, ls=style.DASHES[1])
        axis.set_yticks(places, [words.named("field", short(key)) for key in most["parameter"]])
        axis.invert_yaxis()
        axis.set_title(words(f"mechanisms.{outcome}"), fontsize=8)
        style.percents(axis, words, "x")
        style.tidy(axis, "x")
    for axis in panels[-_COLUMNS:]:  # the lowest of each column
        axis.tick_params(labelbottom=True)
    figure.supxlabel(words("sensitivity.axis"), fontsize=8)
    first = moving.drop_duplicates("outcome")
    named = [words.named("field", short(name)) for name in first["parameter"]]
    largest = "; ".join(f"{words(f'mechanisms.{x.outcome}')}: {name} {words.percent(x.total)}"
                        for x, name in zip(first.itertuples(), named, strict=True))  # fmt: skip
    return figure, title, words("sensitivity.alt", rows=largest)


def _title(moving, table, words):
    """What moves a tier most, as read or in truth."""
    idle = table[table["parameter"] == _DUMMY].set_index("outcome")["total_high"]
    half = (moving["total_high"] - moving["total_low"]) / 2.0  # of an interval over resampled runs
    p = p_value(moving["total"] - moving["outcome"].map(idle), half, _MANY)
    above = moving[(moving["total"] > moving["outcome"].map(idle)) & beyond_chance(p)]
    people = above[above["outcome"].str.startswith(("truth_", "reading_"))]
    row = next((people if len(people) else above).itertuples(), None)
    if row is None:
        return words("sensitivity.none")
    outcome, share = words(f"mechanisms.{row.outcome}"), words.percent(row.total)
    return words("sensitivity.title", first=words.named("field", short(row.parameter)), outcome=outcome, share=share)


def draw_mechanisms(table: pd.DataFrame, words: Words) -> Drawn:
    """One panel an outcome, one point a mechanism switched off: by what factor the outcome moves, on the same luck."""
    outcomes, mechanisms = list(table["outcome"].unique()), list(table["mechanism"].unique())
    title = _mechanism_title(table, words)
    figure, panels = style.panels(title, len(outcomes), _PANELS, 1.75, sharey=True)
    for outcome, axis in zip(outcomes, panels, strict=True):
        moved = table[table["outcome"] == outcome].set_index("mechanism").reindex(mechanisms)
        each = [name for name in moved if name.startswith("seed ")]
        ends = moved[["low", "high", "factor", *each]].to_numpy(float)
        reach = min(max(2.2, np.nanmax(np.abs(np.log(np.where(ends > 0, ends, np.nan))), initial=0.0)), 5.0)
        for place, row in enumerate(moved.itertuples()):
            marker, colour = _MARKS.get(row.verdict, ("|", style.GREY))
            if np.isfinite(row.low):
                axis.hlines(place, max(row.low, 1e-9), max(row.high, 1e-9), color=colour, lw=1.3)
            else:  # of few seeds, each
                dots = np.clip(moved[each].iloc[place].to_numpy(float), np.exp(-reach), np.exp(reach))
                axis.plot(dots, [place] * len(dots), "o", color=colour, ms=2.5, alpha=0.6, mew=0)
            axis.plot(np.clip(row.factor, np.exp(-reach), np.exp(reach)), place, marker, color=colour, ms=4.5)
        axis.axvspan(0.5, 2.0, color=style.PALE, alpha=0.5, lw=0)
        axis.axvline(1.0, color=style.INK, lw=0.8)
        style.factors(axis, words, np.exp(-reach), np.exp(reach), _TICKS[int(reach < 3.0)])
        axis.set_xlim(np.exp(-1.1 * reach), np.exp(1.1 * reach))
        style.rows(axis, [words(f"mechanisms.{name}") for name in mechanisms])
        axis.tick_params(labelsize=7)
        axis.set_title(words(f"mechanisms.{outcome}"), fontsize=7.5)
        style.tidy(axis, None)
    figure.supxlabel("\n".join(textwrap.wrap(words("mechanisms.axis"), 105)), fontsize=8)
    gone = "; ".join(f"{words(f'mechanisms.{row.mechanism}')}, {words(f'mechanisms.{row.outcome}')} x {row.factor:.2g}"
                     for row in table[table["verdict"] == "destroys"].itertuples())  # fmt: skip
    return figure, title, words("mechanisms.alt", destroyed=gone or words("posterior.none"))


def _mechanism_title(table, words):
    """What moves the share of the registered who do not look most."""
    if (table["verdict"] == "unknown").all():
        return words("mechanisms.few", few=FEW)
    away = table[(table["outcome"] == "occasional_share") & table["verdict"].isin(["destroys", "bends"])]
    if not len(away):
        return words("mechanisms.nothing")
    row = away.iloc[int(np.argmax(np.abs(away["without"] - away["with_it"])))]
    name = words(f"mechanisms.{row['mechanism']}")
    return words("mechanisms.title", name=name, was=words.percent(row["with_it"]), now=words.percent(row["without"]))
