"""Many runs of many scenarios: ``python -m sim.run -m platform=biface,deep 'seed=range(10)'``.

Every run is known by what it is, not by its number in a list. What is there is skipped, what is broken is made again,
and what is new is added; the tables are then made from all files of the folder.
"""

import shlex
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from sim.results.command.ending import everything, told
from sim.results.command.progress import doing
from sim.results.folder import near
from sim.results.manifest import claim
from sim.runs.ensemble import measured
from sim.runs.pool import LocalWorkers
from sim.runs.replicate import Replicate, make_all
from sim.runs.sweep_plan import Plan
from sim.runs.taken_up import again, asked, keep


def run_sweep(plan: Plan, overwrite: bool = False) -> bool:
    """Make the runs that are missing, write what all of them say, and print it.

    Returns
    -------
    bool
        Whether every run ended well; the others are listed, each with its overrides and the command that repeats it.

    Raises
    ------
    KeyboardInterrupt
        After Ctrl-C, saying what is kept.
    """
    what = _what(plan) if plan.folder.exists() and not overwrite else ""
    if text := again(plan.folder, what):
        return _print(text, plan)
    claim(plan.folder, "sweep")
    finished: list[Replicate] = []
    failed = make_all(plan.asked, measured, plan.folder, lambda one, _: finished.append(one))
    if finished:
        with doing("making tables and figures"):
            text, lacking = _elsewhere(_written, plan, measured, failed.failures)
            told.extend(lacking)  # that process has said so; here it counts
        if not failed.failures and not failed.given_up and not told:
            keep(plan.folder, _what(plan), text)
        _print(text, plan)
    return failed.complain(
        len(plan.asked), lambda one: f"{one.variant}, seed {one.seed}", lambda one: command_of(one, plan)
    )


def _what(plan):
    """What is asked for, as a digest; "" where each run has a folder of its own, which may have changed."""
    if any(one.place for one in plan.asked):
        return ""
    runs = [[one.digest, *one.words] for one in plan.asked]
    return asked("sweep", [plan.asked[0].scenario], {"runs": runs, "flags": plan.flags})


def _print(text, plan):
    print(f"{text}\n{everything(near(plan.folder.absolute()))}", flush=True)
    return True


def command_of(one: Replicate, plan: Plan) -> str:
    """The command line that makes one run of the sweep by itself."""
    words = [word for word in one.words if not word.lstrip("+").startswith(("cluster", "report.folders="))]
    return f"python -m sim.run {shlex.join([*plan.flags, *words])}"


def _elsewhere(function: Callable[..., Any], *given: Any) -> Any:
    """What a function returns, called in a process of its own: tables and figures of a thousand runs take memory."""
    worker, running = LocalWorkers(1, 0, 1), []
    try:
        running.append(worker.submit(function, *given))
        found = running[0].result()
        running.clear()
        return found
    except (BrokenProcessPool, AttributeError):  # ended at work, or before
        raise MemoryError("the process that makes the tables was ended from outside") from None
    finally:
        worker.shutdown(running)


def _written(plan: Plan, *given: Any) -> tuple[str, list[str]]:
    """What the screen is to show, and what could not be made."""
    from sim.runs.sweep_report import write  # pandas and figures, which only that process needs

    return write(plan, *given), told
