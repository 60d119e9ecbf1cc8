"""Free parameters drawn from a table: each seed and replicate takes a row of it.

A table is a CSV whose header holds full keys of fields and whose rows are equally likely draws from a posterior, as
``python -m experiments.calibrate`` writes it. One best point would hide that very different parameters fit about
as well; with a row per replicate the results of many runs carry that doubt.
"""

import csv
from collections.abc import Collection
from functools import cache
from pathlib import Path

from sim.scenario import composition
from sim.scenario.composition import Tree
from sim.scenario.problems import BadScenario, Problem, at

TABLE, ROW = "behaviour.posterior", "behaviour.row"
_PERIOD = 2**31 + 1  # the draw's coordinate in the stream of experiments: a period that no experiment numbers


def laid(tree: Tree, typed: Collection[str] = ()) -> Tree:
    """The tree of a scenario with its free parameters at the row that its seed and replicate take.

    Without a table it is returned as it is. If its row is known already, values that are not that row's have been
    changed since and stay, as do those of the full keys in `typed`, which somebody asked for.

    Raises
    ------
    BadScenario
        If there is no such table, or it holds what is no field of the scenario.
    """
    name, before = at(tree, TABLE.split(".")), at(tree, ROW.split("."))
    seed, replicate = tree.get("seed"), tree.get("replicate")
    if not isinstance(name, str) or not _counts(seed, 2**64) or not _counts(replicate, 2**24):
        return tree
    if ROW in typed:
        raise BadScenario([Problem(ROW, before, "is drawn by seed and replicate, not typed")])
    columns, rows = table(name)
    row = drawn(seed, replicate, len(rows))
    if before == row:
        return tree
    strange = [key for key in columns if at(tree, key.split(".")) is None]
    if strange:
        raise BadScenario([Problem(TABLE, name, f"column {key!r} is no field; calibrate anew") for key in strange])
    former = rows[before] if _counts(before, len(rows)) else None
    for place, key in enumerate(columns):
        path = key.split(".")
        if key not in typed and (former is None or at(tree, path) == former[place]):
            tree = composition.placed(tree, path, rows[row][place])
    return composition.placed(tree, ROW.split("."), row)


def drawn(seed: int, replicate: int, rows: int) -> int:
    """The row, of so many, that a seed and replicate take."""
    from sim.kernel.streams import EXPERIMENT, EXPERIMENT_COLUMN, draw, make_key

    return int(draw(make_key(seed, replicate), EXPERIMENT, _PERIOD, 0, EXPERIMENT_COLUMN) * rows)


def table(name: str) -> tuple[list[str], list[list[float]]]:
    """Columns (full keys) and rows of a table: of a file, or of the name of one beside the options of ``behaviour``.

    Raises
    ------
    BadScenario
        If it cannot be read as a table of numbers.
    """
    path = next((p for p in (Path(name), composition.CONF / "behaviour" / name) if p.is_file()), None)
    if path is None:
        raise BadScenario([Problem(TABLE, name, "there is no such table")])
    return _read(path, path.stat().st_mtime_ns)


@cache
def _read(path, _when):
    try:
        with open(path, encoding="utf-8", newline="") as file:
            columns, *rows = [line for line in csv.reader(file) if line]
        rows = [[float(cell) for cell in row] for row in rows]
    except (OSError, ValueError) as problem:
        raise BadScenario([Problem(TABLE, str(path), f"is no table of numbers: {problem}")]) from None
    if not rows or any(len(row) != len(columns) for row in rows):
        raise BadScenario([Problem(TABLE, str(path), "needs a header and rows of as many numbers")])
    return columns, rows


def _counts(number, end):
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number < end
