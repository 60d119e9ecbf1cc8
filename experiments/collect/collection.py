"""Sweeps, ensembles and runs joined into one table, and what differs between them.

A run that several of them hold is taken once. What is the same in one of them and not in another becomes a column.
"""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.collect.finished_runs import FinishedRuns, load
from sim.report.figures.sweep import draw_sweep
from sim.report.screen.sweep import sweep_text
from sim.results.command.ending import everything
from sim.results.command.progress import doing
from sim.results.folder import near, own_name, refusal, write_json, write_tables
from sim.results.manifest import claim
from sim.runs.sweep_tables import column, plain
from sim.scenario import composition
from sim.scenario.problems import BadScenario, Problem
from sim.scenario.scenario import Scenario

_APART = ("seed", "seeds", "replicate")  # luck is no difference
_SHOWN = ("report", "cluster")  # nor what is shown, and where it was made
_LONGEST = 40  # characters of a value on the screen


def differences(joined: list[FinishedRuns]) -> pd.DataFrame:
    """What is not the same in all that are joined.

    Returns
    -------
    DataFrame
        key, then a column for each: a value, or "varied"; `code` and `versions.<library>` among the keys.
    """
    rows = {}
    varied = sorted({key for one in joined for key in one.varied})
    for key in varied:
        rows[key] = ["varied" if key in one.varied else _word(one.value(key)) for one in joined]
    about = [_about(one.provenance) for one in joined]
    trees = [dict(_leaves(one.tree)) for one in joined]
    inside = {key for key in varied if key in composition.chosen()}  # what goes with a choice that is varied
    for flat in (about, trees):
        for key in dict.fromkeys(key for one in flat for key in one):
            values = [_word(one.get(key)) for one in flat]
            if len(set(values)) > 1 and key not in rows and key.partition(".")[0] not in inside:
                rows[key] = values
    table = pd.DataFrame([[key, *values] for key, values in rows.items()], columns=["key", *_names(joined)])
    return _without_what_follows(table)


def _about(provenance):
    versions = {f"versions.{name}": one for name, one in provenance.get("versions", {}).items()}
    return {"code": provenance.get("code"), "commit": provenance.get("commit")} | versions


def _leaves(tree, prefix=""):
    for key, value in tree.items():
        if not prefix and key in (*_APART, *_SHOWN):
            continue
        if isinstance(value, dict):
            yield from _leaves(value, f"{prefix}{key}.")
        elif f"{prefix}{key}" != "survey.targets":
            yield f"{prefix}{key}", plain(value)


def _without_what_follows(table):
    """Without the fields that differ because another option was chosen, where the option's name says so."""
    named = {key.partition(".")[0] for key in table["key"] if key.endswith(".name") and key.count(".") == 1}
    follows = [key.partition(".")[0] in named and not key.endswith(".name") for key in table["key"]]
    return table.drop(index=table.index[np.array(follows, bool)]).reset_index(drop=True)


def _word(value):
    return "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _names(joined):
    """A name for each, told apart where two folders are called alike."""
    names = [one.name for one in joined]
    return [name if names.count(name) == 1 else f"{name} ({number + 1})" for number, name in enumerate(names)]


def join(joined: list[FinishedRuns]) -> tuple[pd.DataFrame, pd.DataFrame, list[str], int]:
    """All runs in one table.

    Returns
    -------
    runs
        Columns of `sim.runs.sweep_tables.runs_table`, with `sweep` (whose run it is) and `code`; what was varied in
        one or differs between them is a column that every run has.
    targets
        The same parameters, seed and the columns of `sim.instruments.targets.compare`.
    parameters
        The columns that hold several values.
    twice
        Runs left out because an earlier one has them too, made by the same code.
    """
    table = differences(joined)
    keys = [key for key in table["key"] if key not in ("code", "commit") and not key.startswith("versions.")]
    made, compared = [], []
    for one, name in zip(joined, _names(joined), strict=True):
        fixed = {key: one.value(key) for key in keys if key not in one.varied}
        code = one.provenance.get("code") or one.provenance.get("commit") or ""
        made.append(_with(one.runs, fixed, sweep=name, code=code))
        if one.targets is not None:
            compared.append(_with(one.targets, fixed, sweep=name))
    runs = pd.concat(made, ignore_index=True)
    known = runs["scenario"] != ""
    double = runs.duplicated(["scenario", "seed", "code"]) & known
    runs = runs[~double]
    runs = runs[["sweep", "code", *keys, *(name for name in runs if name not in ("sweep", "code", *keys))]]
    runs = runs.assign(**{key: column([None if pd.isna(value) else value for value in runs[key]]) for key in keys})
    targets = pd.concat(compared, ignore_index=True).drop_duplicates() if compared else pd.DataFrame()
    for key in keys if compared else ():
        targets[key] = column([None if pd.isna(value) else value for value in targets[key]])
    parameters = [key for key in keys if runs[key].nunique(dropna=False) > 1]
    if runs["code"].nunique() > 1:
        parameters = ["sweep", *parameters]
    return runs.reset_index(drop=True), targets, parameters, int(double.sum())


def _with(table, fixed, **about):
    columns = pd.DataFrame({key: [value] * len(table) for key, value in (about | fixed).items()}, index=table.index)
    return pd.concat([columns, table.drop(columns=[key for key in columns if key in table])], axis=1)


def _sized(joined):
    """A scenario with as many people as the runs of all; None where they differ."""
    sizes = {tuple(one.tree["population"][name] for name in ("people", "sample")) for one in joined}
    return Scenario.load(population=dict(zip(("people", "sample"), *sizes, strict=True))) if len(sizes) == 1 else None


def text(joined: list[FinishedRuns], table: pd.DataFrame, twice: int) -> str:
    """What differs, in words."""
    lines = [f"{name}: {len(one.runs)} runs" for name, one in zip(_names(joined), joined, strict=True)]
    lines += [f"{twice} runs are in several of them and are taken once."] * bool(twice)
    lines += ["", "WHAT DIFFERS" if len(table) else "Nothing differs but the seeds."]
    for key, *values in table.itertuples(index=False):
        if key.startswith("versions."):
            key = f"version of {key.partition('.')[2]}"
        lines.append(f"  {key}: " + " | ".join(value[:_LONGEST] for value in values))
    return "\n".join(lines) + "\n"


def collect(words: list[str] | None = None) -> bool:
    """Join what the words of a command line name, write and show it; True, for all ended well.

    Raises
    ------
    BadScenario
        With every problem, before anything is written.
    """
    parser = argparse.ArgumentParser(prog="python -m experiments.collect", description=__doc__.splitlines()[0])
    parser.add_argument("paths", nargs="+", metavar="PATH", help="folder of a sweep, an ensemble or a run")
    parser.add_argument("--out", type=Path, help="where the files go, by default outputs/collect_<names>")
    parser.add_argument("--overwrite", action="store_true", help="where the folder holds others that were joined")
    chosen, joined, problems = parser.parse_args(words), [], []
    paths = dict.fromkeys(chosen.paths)
    with doing("reading", len(paths), "folders") as reading:
        for reading.done, path in enumerate(paths):
            try:
                joined.append(load(path))
            except BadScenario as bad:
                problems += bad.problems
    folder = chosen.out or Path("outputs") / f"collect_{own_name(one.name for one in joined)}"
    which = hashlib.sha256(json.dumps(sorted(str(one.provenance["digest"]) for one in joined)).encode()).hexdigest()
    wrong = None if problems else refusal(folder, True, "collected", which, chosen.overwrite)
    problems += [Problem("--out", str(folder), wrong.replace("overwrite=true", "--overwrite"))] if wrong else []
    if problems:
        raise BadScenario(problems)
    with doing("joining them"):
        table, (runs, targets, parameters, twice) = differences(joined), join(joined)
    claim(folder, "collected", which)
    write_tables(folder, {"differences.csv": table, "runs.parquet": runs, "targets.parquet": targets})
    digest = hashlib.sha256(json.dumps([str(one) for one in runs["digest"]]).encode()).hexdigest()
    write_json(folder / "collected.json", {"of": [one.provenance for one in joined], "digest": digest})
    draw_sweep(runs.copy(), parameters, "en", folder)  # in one piece, which columns put in one by one are not
    print(
        text(joined, table, twice),
        sweep_text(runs, parameters, _sized(joined)),
        everything(near(folder.absolute())),
        sep="\n",
    )
    return True
