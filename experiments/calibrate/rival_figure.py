"""The figure of rival evidence: each free parameter as the published numbers have it, and as a critic's would."""

from pathlib import Path

import numpy as np
import pandas as pd

from sim.report.figures import style
from sim.report.figures.draw import draw_each
from sim.report.figures.style import Drawn, short
from sim.report.language.words import Words
from sim.scenario.fields import Scenario
from sim.scenario.parameter import free

_ENDS = ("low", "", "high")


def draw_rival(table: pd.DataFrame, language: str, folder: Path) -> list[dict]:
    """Draw a table of `experiments.calibrate.rival_targets.compared`; as `sim.report.figures.draw.draw_each`."""
    return draw_each({"rival": lambda: draw_shifts(table, Words(language))}, folder)


def draw_shifts(table: pd.DataFrame, words: Words) -> Drawn:
    """Intervals of both posteriors, parameter by parameter, over the mass of the prior; the furthest apart first."""
    priors = {key: parameter.prior for key, parameter in free(Scenario).items()}
    moved = int(table["moves"].sum())
    title = words("rival.title" if moved else "rival.nothing", count=moved, all=len(table))
    figure, axis = style.sheet(title, 1.3 + 0.3 * len(table), ncols=1)
    for place, row in enumerate(table.to_dict("records")):
        for n, (name, marker) in enumerate((("usual", "o"), ("rival", "D"))):
            ends = [row[f"{name}_{end}" if end else name] for end in _ENDS]
            if not np.isfinite(ends).all():
                continue
            low, middle, high = (priors[row["key"]].share(value) for value in ends)
            colour = (style.GREY, style.COLOURS[1 if row["moves"] else 0])[n]
            axis.hlines(place + 0.3 * n - 0.15, low, high, color=colour, lw=2.2 if n else 1.4)
            axis.plot(middle, place + 0.3 * n - 0.15, marker, color=colour, ms=4.5,
                      label=words(f"rival.{name}") if not place else None)  # fmt: skip
        if np.isfinite(row["shift"]):
            axis.text(1.02, place, words.number(row["shift"], 1), va="center", fontsize=7.5, clip_on=False)
    axis.text(1.02, -1.0, words("rival.shift"), va="center", fontsize=7.5, clip_on=False)
    style.rows(axis, [words.named("field", short(key)) for key in table["key"]], above=0.6)
    axis.set(xlim=(0, 1), xlabel=words("rival.axis"))
    style.percents(axis, words, "x")
    style.tidy(axis, "x")
    axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.08 - 0.4 / len(table)), ncols=2)
    every = "; ".join(f"{row.key} {words.number(row.shift, 1)}" for row in table.itertuples())
    return figure, title, words("rival.alt", rows=every)
