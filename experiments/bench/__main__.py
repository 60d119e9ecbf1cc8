"""What the engine costs, as ratios to yardsticks timed in the same process: ``python -m experiments.bench``.

Machines differ and a shared one differs from hour to hour, so each figure is the median of several ratios, each
of two times taken one right after the other, with their range; absolute values stand beside it for orientation.
In-process times are processor time of the one thread that does the work; times of commands are wall time.
"""

import argparse
import platform
import sys
from dataclasses import asdict
from pathlib import Path

import pandas as pd

from experiments.bench.commands import commands, experiments, replicates, ten_million, whole_run
from experiments.bench.engine import activity, beside_mesa, dormant, long_run, synthesis
from experiments.bench.look import COLUMNS, causes, draw, noted, of_rows
from experiments.bench.measure import FULL, QUICK, Row
from sim.results.command.progress import doing, speaking
from sim.results.folder import write_json, write_tables

QUESTIONS = (
    *(long_run, beside_mesa, dormant, activity, synthesis, causes),
    *(commands, whole_run, replicates, experiments, ten_million),
)


def table(rows: list[Row]) -> str:
    """The rows as text."""
    lines = [("question", "beside", "median", "range", "goal", "in absolute terms")]
    for row in rows:
        spread = f"{row.low:.3g} to {row.high:.3g}"
        lines.append((row.question, row.yardstick, f"{row.median:.3g}", spread, row.goal, row.absolute))
    widths = [max(len(line[n]) for line in lines) for n in range(5)]
    padded = [[*map(str.ljust, line, widths), line[5]] for line in lines]
    return "\n".join(map("  ".join, padded))


def main(words: list[str] | None = None) -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(prog="python -m experiments.bench", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small and rough, within a minute")
    parser.add_argument("--out", type=Path, default=Path("bench.json"), help="where the figures go")
    parser.add_argument("--look", type=Path, help="table (docs/look.csv) to which a look's causes go; with its figure")
    chosen = parser.parse_args(words)
    if chosen.out.exists() and '"machine"' not in chosen.out.read_text(errors="ignore"):
        parser.error(f"--out {chosen.out} is there and holds something else; choose another")
    size, rows = QUICK if chosen.quick else FULL, []
    with speaking():
        for question in QUESTIONS:
            print(question.__doc__.splitlines()[0], file=sys.stderr, flush=True)
            with doing("measuring"):
                rows += question(size)
    about = {"quick": chosen.quick, "python": platform.python_version(), "machine": platform.machine()}
    write_json(chosen.out, about | {"rows": [asdict(row) for row in rows]})
    print(table(rows))
    if chosen.look:
        _picture(chosen.look, of_rows(rows))


def _picture(path, found):
    """Put what was found of a look into a table, and draw it beside."""
    known = pd.read_csv(path) if path.exists() else pd.DataFrame(columns=COLUMNS)
    for name, parts in found.items():
        known = noted(known, name, parts)
    write_tables(path.parent, {path.name: known})
    draw(known, path.with_suffix(".svg"))


if __name__ == "__main__":
    main()
