"""Figures of many runs of one scenario: the readings, what chance moves, and every published number beside its runs."""

import textwrap
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.instruments.across_seeds import FEW, interval
from sim.instruments.surveys.composition import PREFIX
from sim.report.figures import style
from sim.report.figures.draw import NARROW, draw_each
from sim.report.figures.instruments import draw_readings
from sim.report.figures.style import Drawn
from sim.report.figures.sweep import TIERS, plots_of, published_of
from sim.report.figures.sweep_finding import rounded
from sim.report.language.sample import of_country
from sim.report.language.words import Words
from sim.scenario.scenario import Scenario

OUTCOMES = ("earned_mean_euro", "earned_median_euro", "hourly_median_euro", "hours_week_mean", "unpaid_share",
            "empty_share", "fill_median_seconds", "full_time_equivalents", "gini_earners")  # fmt: skip
_COUNTED = (
    "persons",
    "accounts",
    "visitors",
    "ratio",
    "platforms",
    "full-time jobs",
)  # units that the name of the row says
_LONG = 46  # characters of a row's name
_TELEPHONE = 3.9  # inches
_REACH = 20.0  # times the published value, and its inverse: where the axis ends


def draw_ensemble(
    runs: pd.DataFrame, by_seed: pd.DataFrame, tiers: pd.DataFrame, targets: pd.DataFrame, values: pd.DataFrame,
    scenario: Scenario, folder: Path,
) -> list[dict]:  # fmt: skip
    """Draw the figures of an ensemble into ``figures/`` of a folder.

    Parameters
    ----------
    runs
        One row a run: seed and the numbers of its summary.
    by_seed, tiers
        From `sim.instruments.across_seeds.tier_frame` and `tiers_over_seeds`.
    targets
        From `sim.instruments.across_seeds.targets_over_seeds`.
    values
        What each run reads of every target: a row a run, a column an id, nan where it has none.
    """
    words = Words.of(scenario)
    known = tiers if len(runs) >= FEW else tiers.assign(low=np.nan, high=np.nan)
    each = runs.assign(status="finished", **dict.fromkeys(TIERS, np.nan))
    outcomes = plots_of(each, [], words, published_of(targets), OUTCOMES)
    plots = {"readings": partial(draw_readings, known, targets, words, by_seed)}
    plots |= {f"readings{NARROW}": partial(draw_readings, known, targets, words, by_seed, _TELEPHONE)}
    plots |= {name: plot for name, plot in outcomes.items() if name == "outcomes"}
    plots |= {"published": partial(draw_published, targets, values, words)}
    return draw_each(plots, folder / "figures", of_country(scenario, words))


def shown_targets(targets: pd.DataFrame) -> pd.DataFrame:
    """The targets of which there is a published number and a reading; who the respondents are is left out."""
    middle = np.sqrt(targets["low"].fillna(targets["high"]) * targets["high"].fillna(targets["low"]))
    own = targets["value"].fillna(middle)  # of an interval its middle, or its one end
    there = (
        targets["comparable"].astype(bool)
        & (own > 0)
        & (targets["unit"] != "sign")
        & ~targets["id"].str.startswith(PREFIX)
    )
    return targets.assign(own=own)[there & np.isfinite(targets["simulated"].astype(float))]


def draw_published(targets: pd.DataFrame, values: pd.DataFrame, words: Words) -> Drawn | None:
    """Each published number's band, and what the runs read, relative to it; None where no run reads any."""
    table = shown_targets(targets)
    if not len(table):
        return None
    judged = table["inside"].dropna().astype(bool)
    title = words("ensemble.published", count=int(judged.sum()), all=len(judged), runs=len(values))
    figure, axis = style.sheet(title, 1.6 + 0.21 * len(table), ncols=1)
    axis.axvline(1.0, color=style.INK, lw=0.9, ls=style.DASHED, zorder=1)
    shown = []
    for place, row in enumerate(_records(table)):
        shown.append(_row(axis, place, row, values[row["id"]].to_numpy(float)))
        axis.text(1.01, place, _told(row, words), transform=axis.get_yaxis_transform(), va="center", fontsize=7)
    style.logarithmic(axis, words)
    axis.set_xlim(min(0.5, *(low for low, _ in shown)) / 1.1, max(2.0, *(high for _, high in shown)) * 1.1)
    head = words("ensemble.published_head")
    axis.text(1.01, -1.0, head, transform=axis.get_yaxis_transform(), va="center", fontsize=7, color=style.GREY)
    names = [words.named("target", name) for name in table["quantity"]]
    style.rows(axis, [style.shortened(name, _LONG) for name in names], 1.4, 0.8)
    axis.tick_params(axis="y", labelsize=7, length=0)
    many = len(values) >= FEW
    below = words("ensemble.published_axis" if many else "ensemble.published_few_axis")
    figure.supxlabel("\n".join(textwrap.wrap(below, 110)), fontsize=8)
    style.tidy(axis, "x")
    every = "; ".join(f"{words.named('target', row['quantity'])} {_told(row, words)}" for row in _records(table))
    return figure, title, words("ensemble.published_alt", rows=every)


def _records(table: pd.DataFrame) -> Sequence[dict[str, Any]]:
    return table.to_dict("records")


def _row(axis, place, row, values):
    """The band, the runs, their mean with its interval; gives back the ends of what is drawn."""
    own, known = row["own"], values[np.isfinite(values)]
    ends = [end / own if end == end and end > 0 else edge
            for end, edge in zip((row["low"], row["high"]), (1 / _REACH, _REACH), strict=True)]  # fmt: skip
    if row["low"] == row["low"] or row["high"] == row["high"]:
        axis.plot(ends, [place] * 2, color=style.PALE, lw=6, solid_capstyle="butt", zorder=0)
    share = str(row["unit"]).startswith("share")
    span = np.array([known.mean(), *interval(known, "share" if share else "positive")]) / own
    middle, low, high = np.clip(span, 1 / _REACH, _REACH)
    dots = np.clip(known / own, 1 / _REACH, _REACH)
    colour = style.COLOURS[1 if row["inside"] is False or row["inside"] == 0 else 0]
    axis.plot(dots, [place + 0.22] * len(dots), "o", color=colour, ms=2.2, alpha=0.45, mew=0)
    if np.isfinite(low):
        axis.plot([low, high], [place] * 2, color=colour, lw=1.8, solid_capstyle="butt")
    axis.plot(middle, place, "o", color=colour, ms=4.5, mec="white", mew=0.5)
    return min(middle, *dots), max(middle, *dots)


def _told(row, words):
    """The mean over runs and what was published, in the unit of the row."""
    share = str(row["unit"]).startswith("share")
    say = words.percent if share else words.short
    ends = [say(row[end]) for end in ("low", "high") if row[end] == row[end]]
    published = say(row["value"]) if row["value"] == row["value"] else " \N{EN DASH} ".join(ends)
    simulated = say(row["simulated"] if share else rounded(row["simulated"], row["uncertainty"]))
    unit = "" if share or row["unit"] in _COUNTED else f" {words.named('unit', row['unit'])}"
    return words("ensemble.published_row", simulated=simulated, published=published) + unit
