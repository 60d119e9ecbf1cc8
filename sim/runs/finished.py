"""The finished runs of an ensemble, a sweep or an experiment, read back from its folder: all of them, or none."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sim.results.folder import BadFolder
from sim.results.provenance import code, command_of
from sim.runs.replicate import Replicate
from sim.runs.store import load


def stored(
    asked: Sequence[Replicate], measure: Callable, folder: Path, provenance: dict[str, Any]
) -> list[tuple[Replicate, dict[str, Any]]]:
    """What was measured of each run, in the order asked for.

    Raises
    ------
    BadFolder
        If one is missing, or was measured by other code.
    """
    measured = [(one, content) for one in asked if (content := load(one, folder, measure)) is not None]
    require(len(measured), len(asked), folder, provenance)
    return measured


def require(runs: int, asked: int, folder: Path, provenance: dict[str, Any]) -> None:
    """Say how the runs of a folder are made where some are not there; raises BadFolder."""
    if runs < asked:
        missing = f"{asked - runs} of its {asked} runs are not there"
        if provenance["code"] != code():
            commit = provenance["commit"]
            missing += f", or were measured by other code{f' (commit {commit})' if commit else ''}"
        raise BadFolder(folder, [f"{missing}; this makes them: {command_of(provenance)}"])
