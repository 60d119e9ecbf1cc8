"""The runs of a sweep as tables: one row a run, one row a run and target, in an order that does not depend on launches.

Everything is read from the files of the runs, those of earlier launches too. So the tables are the same bytes however
often the sweep was stopped, taken up again or made larger.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from sim.instruments.surveys.ones_own_tables import of_run
from sim.instruments.targets import compare, recalled
from sim.results.folder import REPLICATES
from sim.runs.replicate import Replicate
from sim.runs.store import code, measure_name, read
from sim.runs.sweep_plan import LUCK, key_of
from sim.scenario import composition
from sim.scenario.problems import BadScenario, at

FINISHED, FAILED = "finished", "failed"


def rows_of(
    folder: Path,
    measure: Callable,
    failures: Sequence[tuple[Replicate, str]] = (),
    folders: Sequence[Path] = (composition.CONF,),
) -> list[dict[str, Any]]:
    """The runs of a sweep, as their files and the failures of this launch tell.

    Parameters
    ----------
    folder
        The sweep's.
    measure
        Runs that something else measured, or that other code made, are left out.
    failures
        Runs of this launch that ended in an error.
    folders
        Where options are looked up.

    Returns
    -------
    list of dict
        typed (value by key), words, scenario (digest), seed, status, and of finished runs what was measured;
        in the order of their values, then their seeds.
    """
    rows = {}
    for path in sorted((Path(folder) / REPLICATES).glob("*.json")):
        one = read(path)
        if one and one.get("code") == code() and one.get("measure") == measure_name(measure) and "words" in one:
            own = one.get("own", {})
            one["words"] = [word for word in one["words"] if not _only_shows(word, own)]
            about = {"words": one["words"], "scenario": one["scenario"], "seed": one["seed"], "status": FINISHED}
            rows[one["scenario"], one["seed"]] = about | one["measured"] | {"tiers": tiers_of(one["measured"])}
    for run, _ in failures:
        about = {"words": list(run.words), "scenario": run.digest, "seed": run.seed, "status": FAILED}
        rows.setdefault((run.digest, run.seed), about | {"digest": None, "summary": {}, "targets": {}, "tiers": {}})
    for row in rows.values():
        row["typed"] = dict(map(composition.assignment, row["words"]))
    keys = sorted({key for row in rows.values() for key in row["typed"]})
    for row in rows.values():
        row["typed"] = {key: _value(row["typed"], key, folders) for key in keys}
    return sorted(rows.values(), key=lambda row: [*map(_rank, row["typed"].values()), row["seed"], row["scenario"]])


def _only_shows(word, instruments):
    """Whether a word asks for instruments or figures of one's own alone, or sets them: as they move no run, they are
    no parameter of a sweep."""
    key, value = composition.assignment(word)
    if key == "own":
        asked = {*(value if isinstance(value, list) else [value])}
        return asked <= {one["rule"] for one in instruments.values()}
    return key.startswith("own.") and key.split(".")[1] in instruments


def tiers_of(measured: dict[str, Any]) -> dict[str, float]:
    """What the instruments read and what is true, by tier."""
    tiers = {row["tier"].replace(" ", "_"): row for row in measured["tiers"]}
    return {f"{what}.{tier}": row[what] for what in ("reading", "truth") for tier, row in tiers.items()}


def _value(typed, key, folders):
    """What a run has at a key, typed or not."""
    if key in typed:
        return plain(typed[key])
    try:
        usual = composition.usual(typed.get(composition.LAW), folders)
        if key in usual:
            return usual[key]
        return plain(at(composition.compose({g: typed.get(g, usual[g]) for g in usual}, folders), key.split(".")))
    except (FileNotFoundError, BadScenario):  # an option of somebody's own that is not here
        return None


def plain(value: Any) -> bool | int | float | str | None:
    """A value as it may stand in a table: a number, a word, or None."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return json.dumps(value, default=str) if isinstance(value, list | tuple | dict) else str(value)


def _rank(value):
    """What a value is sorted by: numbers before words, none of them by how they were typed."""
    number = isinstance(value, int | float)
    return (value is None, not number, value if number else 0.0, "" if number else str(value))


def varied(rows: list[dict[str, Any]]) -> list[str]:
    """Keys that have several values, seeds apart: the parameters of a sweep."""
    keys = [key for key in (rows[0]["typed"] if rows else ()) if key not in (*LUCK, "seeds")]
    keys = [key for key in keys if not key.startswith(("report.", "cluster")) and key != "survey.targets"]
    return [key for key in keys if len({_rank(row["typed"][key]) for row in rows}) > 1]


def runs_table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """One row a run, from `rows_of`.

    Returns
    -------
    DataFrame
        Every varied parameter under its key; scenario (digest), seed, replicate (if varied), status, digest; every
        number of the summary, nan where a run has none of that name; and reading.<tier>, truth.<tier>.
    """
    columns = {key: column([row["typed"][key] for row in rows]) for key in varied(rows)}
    columns["scenario"] = [row["scenario"][:16] for row in rows]
    columns["seed"] = np.array([row["seed"] for row in rows], np.uint64)
    if len({_rank(row["typed"].get("replicate")) for row in rows}) > 1:
        columns["replicate"] = [row["typed"]["replicate"] for row in rows]
    columns |= {about: [row[about] for row in rows] for about in ("status", "digest")}
    numbers = [row["summary"] | row["tiers"] | of_run(row) for row in rows]
    for name in dict.fromkeys(name for one in numbers for name in one):
        columns[name] = np.array([one.get(name, np.nan) for one in numbers], float)
    return pd.DataFrame(columns)


def column(values: list[Any]) -> ArrayLike:
    """A column of a list of plain values: numbers as numbers, anything else as words."""
    kinds = {type(value) for value in values}
    if kinds == {int}:
        return pd.array(values, "int64")
    if kinds <= {int, float, type(None)}:
        return np.array([np.nan if value is None else value for value in values], float)
    return pd.array([None if value is None else _word(value) for value in values], "string")


def _word(value):
    return str(value).lower() if isinstance(value, bool) else str(value)


def targets_table(rows: list[dict[str, Any]], targets: pd.DataFrame) -> pd.DataFrame:
    """One row a finished run and target: the varied parameters, seed, and the columns of
    `sim.instruments.targets.compare`.
    """
    keys, tables = varied(rows), []  # at least one run is there
    for row in rows:
        if row["status"] == FINISHED:
            tables.append(compare(targets, {name: recalled(one) for name, one in row["targets"].items()}))
    table = pd.concat(tables, ignore_index=True)
    well = [row for row in rows if row["status"] == FINISHED for _ in range(len(targets))]
    for place, key in enumerate(keys):
        table.insert(place, key, column([row["typed"][key] for row in well]))
    table.insert(len(keys), "seed", np.array([row["seed"] for row in well], np.uint64))
    return table


def words_in_common(rows: list[dict[str, Any]]) -> list[str]:
    """The words that all runs share, luck and whatever is varied left out; sorted, without a plus."""
    away = {*varied(rows), *LUCK, "seeds"}
    words = {word.lstrip("+") for row in rows for word in row["words"]}
    return sorted(word for word in words if key_of(word) not in away)
