"""A look's time by cause, before and after, beside its floor: ``python -m experiments.bench.look [TABLE [NAME]]``.

Draws the figure of a table (by default ``docs/look.csv``) beside it. With a name, such as ``after``, the default run is
sampled first, and takes the place of what stood in the table under that name.
"""

import subprocess
import sys
from datetime import date
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from experiments.bench.measure import FULL, Row, Size
from experiments.bench.sampling import Causes, sampled
from sim.results.folder import write_tables

TABLE = Path("docs/look.csv")
FLOOR = "floor"  # what stands beside all names
COLUMNS = ["name", "cause", "nanoseconds", "commit", "date"]
COLOURS = ("#b0b0b0", "#0072b2", "#009e73", "#d55e00")  # told apart by whoever sees colours otherwise, and in grey


def causes(size: Size) -> list[Row]:
    """(m) Where a look's time goes: the default run, sampled."""
    if size is not FULL:
        return []
    try:
        found = sampled([])
    except RuntimeError as lacking:
        print(f"Left out: {lacking}", file=sys.stderr)
        return []
    each = found.nanoseconds()
    all_of_it = sum(each.values())
    return [Row.of(f"(m) {name}", "a look", [x / all_of_it], "", f"{x:.0f} ns") for name, x in each.items()]


def noted(table: pd.DataFrame, name: str, parts: dict[str, float]) -> pd.DataFrame:
    """The table with the parts of a look under a name, in the place of those that stood there."""
    words = ["git", "rev-parse", "--short", "HEAD"]
    commit = subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip()
    rows = [(name, cause, round(x, 1), commit, date.today().isoformat()) for cause, x in parts.items()]
    return pd.concat([table[table["name"] != name], pd.DataFrame(rows, columns=COLUMNS)], ignore_index=True)


def of_rows(rows: list[Row]) -> dict[str, dict[str, float]]:
    """What the benchmark's rows say of a look: its parts, and those of its floor."""
    parts = {row.question[4:]: float(row.absolute.split()[0]) for row in rows if row.question.startswith("(m)")}
    floor = {row.yardstick: float(row.absolute.split()[2]) for row in rows if row.question.startswith("(a)")}
    return {"after": parts, FLOOR: floor}


def draw(table: pd.DataFrame, path: Path) -> None:
    """The figure: what each cause takes, and beside it the whole and the floor."""
    parts = table[table["name"] != FLOOR].pivot(index="cause", columns="name", values="nanoseconds").fillna(0.0)
    names = [name for name in dict.fromkeys(table["name"]) if name != FLOOR]
    parts = parts.sort_values(names[0])
    whole = {name: parts[name].sum() for name in names} | dict(
        table[table["name"] == FLOOR].set_index("cause")["nanoseconds"]
    )
    plt.rcParams |= {"svg.fonttype": "none", "svg.hashsalt": "look"}  # letters stay letters, and the same file the same
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 4.6), width_ratios=(3, 2), layout="constrained")
    at, height = np.arange(len(parts)), 0.8 / len(names)
    for n, name in enumerate(names):
        left.barh(at + (n - (len(names) - 1) / 2) * -height, parts[name], height, color=COLOURS[n], label=name)
    left.set_yticks(at, parts.index)
    left.set(xlabel="nanoseconds of a look or reaction", title="by cause")
    left.legend(frameon=False, loc="lower right")
    bars = right.barh([*whole][::-1], [*whole.values()][::-1], color=[*COLOURS[: len(whole)]][::-1])
    right.bar_label(bars, fmt="%.0f", padding=3)
    right.set(xlabel="nanoseconds", title="in all, beside the floor")
    right.margins(x=0.15)
    for axis in (left, right):
        axis.spines[["top", "right"]].set_visible(False)
    figure.suptitle(title(whole, names), x=0.01, ha="left", fontweight="bold")
    figure.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else {})
    plt.close(figure)


def title(whole: dict[str, float], names: list[str]) -> str:
    """What the figure finds."""
    was, now = whole[names[0]], whole[names[-1]]
    change = f"A look takes {now:.0f} ns" + (f", {was:.0f} before" if len(names) > 1 else "")
    floors = [x for name, x in whole.items() if name not in names]
    return change + (f": {now / floors[0]:.1f} times its floor" if floors else "")


def main(words: list[str]) -> None:
    """Measure if a name is given, and draw."""
    path = Path(words[0]) if words else TABLE
    table = pd.read_csv(path) if path.exists() else pd.DataFrame(columns=COLUMNS)
    if words[1:]:
        found: Causes = sampled(words[2:])
        print(found)
        table = noted(table, words[1], found.nanoseconds())
        write_tables(path.parent, {path.name: table})
    draw(table, path.with_suffix(".svg"))


if __name__ == "__main__":
    main(sys.argv[1:])
