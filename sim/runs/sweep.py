"""Many runs of many scenarios: ``python -m sim.run -m platform=biface,deep 'seed=range(10)'``.

Every run is known by what it is, not by its number in a list. What is there is skipped, what is broken is made again,
and what is new is added; the tables are then made from all files of the folder.
"""

import hashlib
import json
import shlex
import sys
from contextlib import closing
from pathlib import Path

from sim.results.folder import atomic_file, write_json, write_tables
from sim.runs.ensemble import measured, near
from sim.runs.pool import LocalWorkers
from sim.runs.replicate import RunsFailed, run_all
from sim.scenario import composition
from sim.scenario.problems import BadScenario


def run_sweep(plan):
    """Make the runs that are missing, write what all of them say, and print it.

    Parameters
    ----------
    plan : sim.runs.sweep_plan.Plan

    Returns
    -------
    bool
        Whether every run ended well; the others are listed, each with its overrides and the command that repeats it.

    Raises
    ------
    KeyboardInterrupt
        After Ctrl-C, saying what is kept.
    """
    failed, there = RunsFailed([], 0), 0
    try:
        with closing(run_all(plan.asked, measured, plan.folder)) as arriving:
            for _ in arriving:
                there += 1
    except RunsFailed as found:
        failed = found
    except KeyboardInterrupt:
        kept = f"{there} of {len(plan.asked)} runs are kept in {near(plan.folder.absolute())}"
        raise KeyboardInterrupt(f"Stopped; {kept}, and the same command goes on from there.") from None
    if there:
        print(_elsewhere(tell, plan, measured, failed.failures), flush=True)
    if failed.failures:
        print(f"{len(failed.failures)} of {len(plan.asked)} runs failed:", file=sys.stderr)
    for one, wrong in failed.failures:
        print(f"  {one.variant}, seed {one.seed}: {wrong}\n    {again(one, plan)}", file=sys.stderr)
    if failed.given_up:
        print(failed.given_up, file=sys.stderr)
    return not failed.failures and not failed.given_up


def again(one, plan):
    """The command line that makes one run of the sweep by itself."""
    words = [word for word in one.words if not word.lstrip("+").startswith(("cluster", "report.folders="))]
    return f"python -m sim.run {shlex.join([*plan.flags, *words])}"


def _in_common(words, first, folders):
    """The scenario that all runs share, what is varied being at its usual value."""
    from sim.scenario.scenario import Scenario

    try:
        return Scenario.resolve(dict(map(composition.assignment, words)), folders)
    except BadScenario:  # what is shared goes only with some of what is varied
        return first


def _elsewhere(function, *given):
    """What a function returns, called in a process of its own: tables and figures of a thousand runs take memory."""
    worker = LocalWorkers(1, 0.0, 1)
    try:
        return worker.submit(function, *given).result()
    finally:
        worker.shutdown()


def tell(plan, measure, failures):
    """Write tables and figures; returns what the screen shows. The provenance comes last, when all else is there."""
    from sim.instruments.targets import load_targets
    from sim.report.figures.sweep import draw_sweep
    from sim.report.screen.sweep import sweep_text
    from sim.results.provenance import provenance
    from sim.runs import sweep_tables

    first, folder = plan.asked[0].scenario, plan.folder
    folders = [*map(Path, plan.flags[1:2]), composition.CONF]
    rows = sweep_tables.gathered(folder, measure, failures, folders)
    runs, parameters = sweep_tables.runs_table(rows), sweep_tables.varied(rows)
    targets = sweep_tables.targets_table(rows, load_targets(first.survey.targets))
    write_tables(folder, {"runs.parquet": runs, "targets.parquet": targets})
    common = sweep_tables.words_in_common(rows)
    with atomic_file(folder / "scenario.yaml") as path:
        _in_common(common, first, folders).write_file(path)
    if first.report.figures:
        draw_sweep(runs, parameters, first.report.language, folder)
    told = json.dumps([[row["scenario"], row["seed"], row["digest"]] for row in rows])
    born = provenance(first, hashlib.sha256(told.encode()).hexdigest()) | {"command": plan.command}
    born |= {"varied": parameters, "words": common, "runs": len(runs)}
    born |= {"failed": [list(one.words) for one, _ in failures]}
    write_json(folder / "provenance.json", born)
    return f"{sweep_text(runs, parameters)}\nEverything is in {near(folder.absolute())}"
