"""The scale experiment told: what was found, and a page like a run's."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.scale.measure import OFF, QUOTED, UNKNOWN
from sim.kernel.categories import STRUCTURES
from sim.report.language.words import Words
from sim.report.page.cells import Cell, Row, Table
from sim.report.page.page import publish
from sim.scenario.scenario import Scenario

_PARTS = ("month.", "platform.", "structure.", "use.", *(f"{name}." for name in STRUCTURES))
_KEYS = {QUOTED: "quoted", OFF: "off", UNKNOWN: "unknown"}


@dataclass
class Scale:
    """What the experiment found."""

    table: pd.DataFrame  # from `experiments.scale.measure.over_sizes`
    seeds: dict[int, int]  # runs by size
    scenario: Scenario
    provenance: dict[str, Any]

    @property
    def whole(self) -> int:
        """People of the largest size."""
        return max(self.seeds)

    @property
    def smaller(self) -> list[int]:
        """The other sizes, the smallest first."""
        return sorted(self.seeds)[:-1]

    def main(self, size: int) -> pd.DataFrame:
        """The numbers of the whole market and the readings at a small size, beside the mean of the whole, `of_whole`.

        Months, platforms and uses are in the table only.
        """
        table = self.table[~self.table["number"].str.startswith(_PARTS)]
        whole = table[table["people"] == self.whole].set_index("number")["mean"]
        mine = table[table["people"] == size]
        return mine.assign(of_whole=mine["number"].map(whole)).reset_index(drop=True)

    def size_named(self, size: int, words: Words) -> str:
        """A size in words: "1 in 20 of France", "all of France"."""
        part = self.scenario.population.people / size
        if abs(part - 1.0) < 0.01:
            return words("scale.france")
        return words("scale.part", whole=words.short(part, 2), people=words.number(size))

    def counts(self, size: int) -> dict[str, int]:
        """How many of `main` may be quoted, are off, are not known; and `all`."""
        verdicts = self.main(size)["verdict"]
        return {key: int((verdicts == name).sum()) for name, key in _KEYS.items()} | {"all": len(verdicts)}


def verdict_named(row: Any, words: Words) -> str:
    """A verdict in words; of a number that is off, by how much."""
    if row.verdict == OFF:
        return words("scale.off", change=words.change(row.ratio))
    return words(f"scale.{_KEYS[row.verdict]}")


def finding(found: Scale, size: int, words: Words) -> str:
    """What a small size is good for, in a sentence."""
    numbers = {name: words.number(count) for name, count in found.counts(size).items()}
    whole = found.size_named(found.whole, words)
    return words("scale.finding", size=found.size_named(size, words), of=whole, **numbers)


def worst(found: Scale, size: int) -> pd.DataFrame:
    """The numbers of `Scale.main` that are off, the furthest first."""
    off = found.main(size)
    off = off[off["verdict"] == OFF]
    return off.loc[np.log(off["ratio"]).abs().sort_values(ascending=False, kind="stable").index]


def write_scale(found: Scale, folder: Path) -> Path:
    """Write the experiment's `report.html`."""
    words = Words.of(found.scenario)
    seeds = words.listed(
        words("scale.seeds", count=count, size=found.size_named(size, words))
        for size, count in sorted(found.seeds.items())
    )
    told = [f"{finding(found, size, words)}." for size in found.smaller]
    story = [" ".join([words("scale.story", seeds=seeds), *told]), words("scale.luck"), words("scale.entry")]
    return publish(
        folder,
        found.scenario,
        words,
        title=words("scale.title"),
        command=found.provenance["command"],
        birth=found.provenance,
        sections={"run": story},
        tables=[scale_table(found, words)],
    )


def scale_table(found: Scale, words: Words) -> Table:
    """Every number of the whole market and every reading: the whole, and of each small size ratio and verdict."""
    by_size = {size: found.main(size).set_index("number") for size in found.smaller}
    rows = []
    for name, first in by_size[found.smaller[0]].iterrows():
        cells = [Cell(words.short(first["of_whole"], 3))]
        for size in found.smaller:
            row = by_size[size].loc[name]
            ends = " \N{EN DASH} ".join(words.figures(row[f"ratio_{end}"], 3) for end in ("low", "high"))
            known = np.isfinite(row["ratio"])
            cells += [Cell(words.figures(row["ratio"], 3) if known else "", ends if known else "")]
            cells += [Cell(verdict_named(row, words), kind="judged")]
        soft = "; ".join(filter(None, (words(f"scale.kind.{first['kind'].replace(' ', '_')}"), _unit(first, words))))
        rows.append(Row(str(name), cells, soft, {QUOTED: "inside", OFF: "outside"}.get(first["verdict"], "open")))
    heads = [words("scale.number"), found.size_named(found.whole, words)]
    for size in found.smaller:
        heads += [words("scale.ratio", size=found.size_named(size, words)), words("scale.verdict")]
    return Table("scale", words("scale.about"), words("scale.caption"), heads, rows)


def _unit(row, words):
    return words.named("unit", row["unit"]) if row["unit"] else ""
