"""What is kept of one run: a small file that appears complete, known by what the run is.

Made where the run is made, or where the runs of a cluster come together; taken up again only if the same scenario,
the same code and the same measure made it.
"""

import errno
import gc
import json
import time
from pathlib import Path

from sim.results.folder import MARK, atomic_folder
from sim.results.provenance import code, code_of

_FULL = (errno.ENOSPC, errno.EDQUOT)


def make(one, measure, born):
    """Run one market and measure it; where it has a place, leave its folder there.

    Parameters
    ----------
    one : sim.runs.replicate.Replicate
    measure : callable
    born : str
        `code` of who asks.

    Returns
    -------
    dict
        What its file holds.

    Raises
    ------
    RuntimeError
        If the code here is not that of who asks: on another machine.
    """
    if code() != born:
        raise RuntimeError("the worker has other code than who asked; install the same there")
    began = time.perf_counter()

    def measured_and_left(record, *more):
        measured = measure(record, *more)
        if one.place is not None:
            from sim.runs.run_folder import leave

            with atomic_folder(Path(one.place)) as unfinished:
                leave(record, unfinished, list(one.words), _since(began))
        return measured

    measured = one.made(measured_and_left)
    gc.collect()  # a market is a circle of few and large objects: Python would wait for many
    about = {"variant": one.variant, "words": list(one.words), "seed": one.seed, "scenario": one.digest, "code": born}
    return about | {"measure": name(measure), "seconds": _since(began), "measured": measured}


def _since(began):
    return round(time.perf_counter() - began, 2)


def name(measure):
    """What a measure is called in a file; one that is an experiment's own, with the digest of its code."""
    called, own = f"{measure.__module__}.{measure.__qualname__}", code_of(measure.__module__)
    return f"{called}:{own}" if own else called


def kept(one, folder, measure):
    """What an earlier launch measured, or None if there is nothing, or only what cannot be read or is something else.

    Something else: a file made by other code, by another measure, of another scenario, or without the run's own
    folder where there should be one.
    """
    content = read(one.path(folder))
    if content is None or content.get("measure") != name(measure) or content.get("scenario") != one.digest:
        return None
    if content.get("code") != code() or (one.place is not None and not (Path(one.place) / MARK).exists()):
        return None
    return content.get("measured")


def read(path):
    """The dictionary in a file, or None if there is none or it is broken."""
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def full(problem):
    """Whether an exception says that the disk is full."""
    return isinstance(problem, OSError) and problem.errno in _FULL
