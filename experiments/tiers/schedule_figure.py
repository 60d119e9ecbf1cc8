"""Reading and truth of the very active, survey by survey."""

import textwrap

import numpy as np
import pandas as pd

from experiments.tiers.figures import each_seed, with_intervals
from experiments.tiers.schedules import TIER, counted, spread
from sim.instruments.across_seeds import FEW, beyond_chance
from sim.report.figures import style
from sim.report.figures.style import Drawn
from sim.report.figures.sweep_finding import rounded
from sim.report.language.words import Words


def schedule_finding(table: pd.DataFrame, words: Words) -> str:
    """How far the reading of the very active moves with the survey, and the truth, in a sentence."""
    every = spread(table)
    if every is None:
        return words("schedules.none")
    judged = with_intervals(table[table["tier"] == TIER])
    if not np.isfinite(judged["reading_p"]).any():
        return words("schedules.few", number=words.number(every["count"]), few=FEW)
    sure = judged.loc[beyond_chance(judged["reading_p"]), "variant"]
    found = spread(table[(table["tier"] != TIER) | table["variant"].isin(sure)])
    if found is None:
        return words("schedules.still", number=words.number(every["count"]))
    error = (judged["reading_ratio_se"] * judged["base_reading"]).mean()
    named = {end: words(f"variant.{found[f'{end}_variant']}") for end in ("low", "high")}
    return words(
        "schedules.title",
        number=words.number(every["count"]),
        low=words.number(rounded(found["low"], error)),
        high=words.number(rounded(found["high"], error)),
        low_survey=named["low"],
        high_survey=named["high"],
        truth=words.percent(every["truth"]),
    )


def draw_schedules(
    table: pd.DataFrame, by_seed: pd.DataFrame, published: tuple[float, float, float], words: Words
) -> Drawn:
    """A row for each survey, the lowest reading on top: reading with the 95 % interval of its change, and truth.

    Parameters
    ----------
    table
        From `experiments.tiers.schedules.schedule_table`.
    by_seed
        From `sim.instruments.across_seeds.tier_frame`: of few seeds, each stands as a dot.
    published
        The survey's own estimate, and the ends of its band.
    """
    title, (own, base) = schedule_finding(table, words), counted(table)
    if not len(own):
        return style.blank(title, words)
    truth = own["base_truth"].mean()
    figure, axis = style.sheet(title, 1.7 + 0.27 * len(own), ncols=1)
    place, own = np.arange(len(own)), with_intervals(own)
    axis.hlines(place - 0.12, own["reading_low"] * base, own["reading_high"] * base, color=style.COLOURS[1], lw=1.3)
    axis.plot(own["reading"], place - 0.12, "o", color=style.COLOURS[1], ms=5, label=words("moves.reading"))
    mine = by_seed[by_seed["tier"] == TIER]
    for at, row in zip(place, own.itertuples(), strict=True):
        if row.seeds < FEW:
            each = base * each_seed(mine, row.variant, row.against, "reading")
            axis.plot(each, [at - 0.12] * len(each), "o", color=style.COLOURS[1], ms=2.5, alpha=0.5, mew=0)
    axis.plot(own["truth"], place + 0.12, "s", color=style.COLOURS[2], ms=5, label=words("moves.truth"))
    axis.axvline(base, color=style.COLOURS[1], lw=1.0, ls=style.DASHED, label=words("schedules.base_reading"))
    axis.axvline(truth, color=style.COLOURS[2], lw=1.0, ls=style.DASHES[3], label=words("schedules.base_truth"))
    axis.axvline(published[0], color=style.INK, lw=1.0, label=words("schedules.published"))
    if np.isfinite(published[1:]).all():
        axis.axvspan(*published[1:], color=style.PALE, alpha=0.6, lw=0, zorder=0)
    style.rows(axis, [words(f"variant.{name}") for name in own["variant"]])
    style.logarithmic(axis, words)
    figure.supxlabel("\n".join(textwrap.wrap(words("schedules.axis"), 105)), fontsize=8)
    axis.legend(loc="lower left", bbox_to_anchor=(-0.25, 1.02), ncols=3, borderaxespad=0.2, handletextpad=0.4)
    axis.tick_params(axis="y", length=0)
    style.tidy(axis, "x")
    told = [_told(row, words) for row in own.itertuples()]
    return figure, title, words("schedules.alt", steps="; ".join(told))


def _told(row, words):
    numbers = {name: words.number(getattr(row, name)) for name in ("reading", "truth")}
    return words("schedules.step", survey=words(f"variant.{row.variant}"), **numbers)
