"""The store of runs: one small file each, which appears complete and is known by what the run is.

Made where the run is made, or where the runs of a cluster come together; taken up again only if the same scenario,
the same code and the same measure made it.
"""

import errno
import gc
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.results.folder import MARK, atomic_folder
from sim.results.provenance import code, code_of

if TYPE_CHECKING:
    from sim.runs.replicate import Replicate

_FULL = (errno.ENOSPC, errno.EDQUOT)


def make(one: "Replicate", measure: Callable[..., dict[str, Any]], code_there: str) -> dict[str, Any]:
    """Run one market and measure it; where it has a place, write its folder there.

    Parameters
    ----------
    one
    measure
    code_there
        `code` of the process that asks.

    Returns
    -------
    dict
        What its file holds.

    Raises
    ------
    RuntimeError
        If the code here is not that of who asks: on another machine.
    """
    if code() != code_there:
        raise RuntimeError("the worker has other code than who asked; install the same there")
    began = time.perf_counter()

    def measure_and_write(results, *more):
        measured = measure(results, *more)
        if one.place is not None:
            from sim.runs.run_folder import fill  # figures, which a measurement does without

            with atomic_folder(Path(one.place)) as unfinished:
                fill(results, unfinished, list(one.words), _since(began))
        return measured

    measured = one.run(measure_and_write)
    gc.collect()  # a market is a circle of few and large objects: Python would wait for many
    about = {"variant": one.variant, "words": list(one.words), "seed": one.seed, "scenario": one.digest}
    about |= {"code": code_there, "measure": measure_name(measure), "seconds": _since(began)}
    return about | {"measured": measured}


def _since(began: float) -> float:
    return round(time.perf_counter() - began, 2)


def measure_name(measure: Callable) -> str:
    """What a measure is called in a file; one that is an experiment's own, with the digest of its code."""
    name, own = f"{measure.__module__}.{measure.__qualname__}", code_of(measure.__module__)
    return f"{name}:{own}" if own else name


def load(one: "Replicate", folder: Path, measure: Callable) -> dict[str, Any] | None:
    """What an earlier launch measured, or None if there is nothing, or only what cannot be read or is something else.

    Something else: a file made by other code, by another measure, of another scenario, or without the run's own
    folder where there should be one.
    """
    content = read(one.path(folder))
    if content is None or content.get("measure") != measure_name(measure) or content.get("scenario") != one.digest:
        return None
    if content.get("code") != code() or (one.place is not None and not (Path(one.place) / MARK).exists()):
        return None
    return content.get("measured")


def read(path: Path) -> dict[str, Any] | None:
    """The dictionary in a file, or None if there is none or it is broken."""
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def disk_full(problem: BaseException) -> bool:
    """Whether an exception says that the disk is full."""
    return isinstance(problem, OSError) and problem.errno in _FULL
