"""The world experiment on the screen, in plain English text: what was found beside what is known."""

import numpy as np
import pandas as pd

from sim.report.language.sample import titled
from sim.report.language.words import Words
from sim.report.screen.table import printed, rule, table
from sim.scenario.scenario import Scenario

_ABOUT = (
    "Flows are per month of the year from the policy's day on, people of the last month recorded; counts are of "
    "the whole country. Low and high are over seeds. Markets beside the one as it is run on the same luck."
)


def world_text(tables: dict[str, pd.DataFrame], scenario: Scenario) -> str:
    """The experiment's tables, as `experiments.world.findings` makes them."""
    found = tables["findings"]
    blocks: list = []
    seeds = sum(name.startswith("seed ") for name in found)
    for part, rows in found.groupby("part", sort=False):
        lines = [(row.name_, *map(_number, (row.mean_, row.low, row.high)), row.known)
                 for row in rows.rename(columns={"name": "name_", "mean": "mean_"}).itertuples()]  # fmt: skip
        heads = (f"{seeds} seed{'s' * (seeds > 1)}", "mean", "low", "high", "known")
        blocks += [rule(part if blocks else titled(part, scenario, Words("en"))), table(heads, lines, (0, 4)), ""]
    people = tables["composition"]
    blocks += [rule("WHO IS WHO: shares, whole run; low and high of the respondents"), _composition(people), ""]
    moved = tables["mechanisms"]
    if len(moved):
        blocks += [rule("WHAT EACH MECHANISM MOVES, off over as it is, mean over seeds"), _moved(moved), ""]
    return printed(*blocks, _ABOUT)


def _composition(people):
    names = [name for name in people if name != "trait"]
    rows = [(row["trait"], *(f"{row[name]:.2f}" for name in names)) for _, row in people.iterrows()]
    return table(("", *names), rows)


def _moved(moved):
    wide = moved.pivot_table(index="name", columns="off", values="mean", sort=False)
    rows = [(name, *(f"{value:.2f}" if np.isfinite(value) else "" for value in row))
            for name, row in zip(wide.index, wide.to_numpy(), strict=True)]  # fmt: skip
    return table(("", *(_narrow(off) for off in wide.columns)), rows)


def _narrow(name):
    """A name on lines of one or two words."""
    words = name.split()
    return "\n".join(" ".join(words[at : at + 2]) for at in range(0, len(words), 2))


def _number(value):
    """Three figures."""
    if not np.isfinite(value):
        return "-"
    return f"{value:,.0f}".replace(",", " ") if abs(value) >= 100.0 else f"{value:.3g}"
