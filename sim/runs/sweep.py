"""Many runs of many scenarios: ``python -m sim.run -m platform=biface,deep 'seed=range(10)'``.

Every run is known by what it is, not by its number in a list. What is there is skipped, what is broken is made again,
and what is new is added; the tables are then made from all files of the folder.
"""

import shlex
import sys
from contextlib import closing

from sim.runs.ensemble import measured, near
from sim.runs.pool import LocalWorkers
from sim.runs.replicate import RunsFailed, run_all


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
        print(_elsewhere(_written, plan, measured, failed.failures), flush=True)
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


def _elsewhere(function, *given):
    """What a function returns, called in a process of its own: tables and figures of a thousand runs take memory."""
    worker = LocalWorkers(1, 0.0, 1)
    try:
        return worker.submit(function, *given).result()
    finally:
        worker.shutdown()


def _written(plan, measure, failures):
    from sim.runs.sweep_report import write  # pandas and figures, which only that process needs

    return write(plan, measure, failures)
