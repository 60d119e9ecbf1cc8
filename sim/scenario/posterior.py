"""Free parameters drawn from a table: each seed and replicate takes a row of it.

A table is a CSV whose header holds full keys of fields and whose rows are equally likely draws from a posterior, as
``python -m experiments.calibrate`` writes it. One best point would hide that very different parameters fit about
as well; with a row per replicate the results of many runs carry that doubt.
"""

import copy
import csv
from functools import cache
from pathlib import Path

from sim.scenario import composition
from sim.scenario.problems import BadScenario, Problem, at

TABLE, ROW = "behaviour.posterior", "behaviour.row"
_PERIOD = 2**31 + 1  # the draw's coordinate in the stream of experiments: a period that no experiment numbers


def laid(tree, typed=()):
    """The tree of a scenario with its free parameters at the row that its seed and replicate take.

    Parameters
    ----------
    tree : dict
        Of a scenario, complete or not. Without a table it is returned as it is. If its row is known already,
        values that are not that row's have been changed since and stay.
    typed : collection of str
        Full keys of values that somebody asked for: they stay.

    Returns
    -------
    dict

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
    former = rows[before] if _counts(before, len(rows)) else None
    tree, problems = copy.deepcopy(tree), []
    for place, key in enumerate(columns):
        *above, last = key.split(".")
        node = at(tree, above)
        if not isinstance(node, dict) or last not in node:
            problems.append(Problem(TABLE, name, f"column {key!r} is no field; calibrate anew"))
        elif key not in typed and (former is None or node[last] == former[place]):
            node[last] = rows[row][place]
    if problems:
        raise BadScenario(problems)
    tree["behaviour"]["row"] = row
    return tree


def drawn(seed, replicate, rows):
    """The row, of so many, that a seed and replicate take."""
    from sim.kernel.streams import EXPERIMENT, EXPERIMENT_COLUMN, draw, make_key

    return int(draw(make_key(seed, replicate), EXPERIMENT, _PERIOD, 0, EXPERIMENT_COLUMN) * rows)


def table(name):
    """Columns (full keys) and rows (lists of float) of a table.

    Parameters
    ----------
    name : str
        A file, or the name of one beside the options of ``behaviour``.

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
