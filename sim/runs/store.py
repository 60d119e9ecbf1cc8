"""The store of runs: one small file each, which appears complete and is known by what the run is.

Made where the run is made, or where the runs of a cluster come together; taken up again only if the same scenario,
the same code and the same measure made it.
"""

import errno
import gc
import hashlib
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.kernel.memory import give_back
from sim.results.folder import BadFolder, atomic_folder, landed
from sim.results.manifest import changed, read_json
from sim.results.provenance import code, code_of, read_provenance
from sim.scenario.own.marks import SHOWN
from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    from sim.runs.replicate import Replicate

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


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
            from sim.runs.run_folder import fill, show  # figures, which a measurement does without

            place = Path(one.place)
            with atomic_folder(place, one.digest) as unfinished:
                shown = fill(results, unfinished, list(one.words), _since(began))
            show(shown, landed(place, one.digest))
        return measured

    measured = one.run(measure_and_write)
    gc.collect()  # a market is a circle of few and large objects: Python would wait for many
    give_back()
    about = {"variant": one.variant, "words": list(one.words), "seed": one.seed, "scenario": one.digest}
    about |= {"code": code_there, "measure": measure_name(measure), "seconds": _since(began)}
    shown = shown_by(one.scenario)
    return about | ({"own": shown} if shown else {}) | {"measured": measured}


def shown_by(scenario: Scenario) -> dict[str, Any]:
    """The instruments and figures of one's own that are shown a run: they move none, so that its digest is silent on
    them; by name, with source and parameters."""
    return {name: scenario.own[name].model_dump(mode="json") for name in scenario.ones_own(*SHOWN)}


def read_anew(one: "Replicate") -> None:
    """Read off the finished run in a place, without running it again, what its scenario asks for."""
    from sim.runs.run_folder import renew

    renew(one.scenario, Path(one.place))


def _since(began: float) -> float:
    return round(time.perf_counter() - began, 2)


def measure_name(measure: Callable) -> str:
    """What a measure is called in a file; one that is an experiment's own, with the digest of its code."""
    name, own = f"{measure.__module__}.{measure.__qualname__}", code_of(measure.__module__)
    return f"{name}:{own}" if own else name


def load(one: "Replicate", folder: Path, measure: Callable) -> dict[str, Any] | None:
    """What an earlier launch measured, or None if there is nothing, or only what cannot be read or is something else.

    Something else: a file made by other code, by another measure, of another scenario, without what an instrument of
    one's own that is asked for reads, or without the run's own folder where there should be one.
    """
    content = read(one.path(folder))
    if content is None or content.get("measure") != measure_name(measure) or content.get("scenario") != one.digest:
        return None
    there, asked = content.get("own", {}), shown_by(one.scenario)
    if any(there.get(name) != own for name, own in asked.items() if own["role"] == "instrument"):
        return None
    if content.get("code") != code() or (one.place is not None and not whole(Path(one.place), one.digest)):
        return None
    return content.get("measured")


def whole(place: Path, scenario: str) -> bool:
    """Whether the folder of a run holds all that the run wrote."""
    try:
        return read_provenance(place)["scenario"] == scenario and not changed(place)
    except BadFolder:
        return False


def sealed(content: dict[str, Any]) -> dict[str, Any]:
    """What is to stand in the file of a run, with the SHA-256 of all else in it."""
    return content | {"sha256": _seal(content)}


def _seal(content):
    return hashlib.sha256(json.dumps(content, default=float).encode()).hexdigest()


def read(path: Path) -> dict[str, Any] | None:
    """What stands in the file of a run; None if there is none, if it is broken, or not as it was written."""
    try:
        content = read_json(Path(path))
        return content if content.pop("sha256") == _seal(content) else None
    except (OSError, ValueError, AttributeError, LookupError, TypeError):
        return None


def damaged(path: Path) -> bool:
    """Whether something else stands where the file of a run should."""
    return os.path.lexists(path) and read(path) is None


def disk_full(problem: BaseException) -> bool:
    """Whether an exception says that the disk is full, or that a file may not become larger."""
    return isinstance(problem, OSError) and problem.errno in _FULL
