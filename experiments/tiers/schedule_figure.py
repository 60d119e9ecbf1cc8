"""Reading and truth of the very active, survey by survey."""

import numpy as np
import pandas as pd

from experiments.tiers.schedules import counted, spread
from sim.instruments.estimators import Z
from sim.report.figures import style
from sim.report.figures.style import Drawn
from sim.report.language.words import Words


def schedule_finding(table: pd.DataFrame, words: Words) -> str:
    """How far the reading of the very active moves with the survey, and the truth, in a sentence."""
    found = spread(table)
    if found is None:
        return words("schedules.none")
    named = {end: words(f"variant.{found[f'{end}_variant']}") for end in ("low", "high")}
    return words(
        "schedules.title",
        number=words.number(found["count"]),
        low=words.number(found["low"]),
        high=words.number(found["high"]),
        low_survey=named["low"],
        high_survey=named["high"],
        truth=words.percent(found["truth"]),
    )


def draw_schedules(table: pd.DataFrame, published: float, words: Words) -> Drawn:
    """A row for each survey, the lowest reading on top: reading with the 95 % interval of its change, and truth.

    Parameters
    ----------
    table
        From `experiments.tiers.schedules.schedule_table`.
    published
        The survey's own estimate.
    """
    title, (own, base) = schedule_finding(table, words), counted(table)
    if not len(own):
        return style.blank(title, words)
    truth = own["base_truth"].mean()
    figure, axis = style.sheet(title, 1.7 + 0.27 * len(own), ncols=1)
    place, half = np.arange(len(own)), Z * own["reading_ratio_se"].fillna(0.0) * base
    axis.errorbar(own["reading"], place - 0.12, xerr=half, fmt="o", color=style.COLOURS[1], ms=5, lw=1.3,
                  label=words("moves.reading"))  # fmt: skip
    axis.plot(own["truth"], place + 0.12, "s", color=style.COLOURS[2], ms=5, label=words("moves.truth"))
    axis.axvline(base, color=style.COLOURS[1], lw=1.0, ls=style.DASHED, label=words("schedules.base_reading"))
    axis.axvline(truth, color=style.COLOURS[2], lw=1.0, ls=style.DASHES[3], label=words("schedules.base_truth"))
    axis.axvline(published, color=style.INK, lw=1.0, label=words("schedules.published"))
    style.rows(axis, [words(f"variant.{name}") for name in own["variant"]])
    style.counts(axis, words, "x")
    axis.set_xlim(left=0.0)
    axis.set_xlabel(words("schedules.axis"))
    axis.legend(loc="lower left", bbox_to_anchor=(-0.25, 1.02), ncols=3, borderaxespad=0.2, handletextpad=0.4)
    axis.tick_params(axis="y", length=0)
    style.tidy(axis, "x")
    told = [_told(row, words) for row in own.itertuples()]
    return figure, title, words("schedules.alt", steps="; ".join(told))


def _told(row, words):
    numbers = {name: words.number(getattr(row, name)) for name in ("reading", "truth")}
    return words("schedules.step", survey=words(f"variant.{row.variant}"), **numbers)
