"""The days before the policies: run once for all variants of a seed, which go on from there on the same bits.

The first of them that comes to the morning on which policies begin leaves the market in the experiment's folder, the
others begin with it. Who finds nothing there that this code can use begins at the beginning: nothing that is found
depends on who came first. When all of a seed have been made its market is removed; a launch that is killed leaves
those that the next one needs.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.results.checkpoint.folder import read, remove, write
from sim.results.checkpoint.resume import market_of
from sim.results.folder import BadFolder
from sim.results.manifest import sweep
from sim.runs.replicate import Replicate
from sim.scenario.scenario import Scenario
from sim.simulation.day import DayByDay

if TYPE_CHECKING:
    from experiments.policy.study import PolicyRun

ROOM = "burn_in"  # folder of an experiment's folder


def burn_in(status_quo: Scenario, folder: Path | None) -> str | None:
    """Where the market of a seed stands as it is when policies begin; None if there is no such place."""
    shared = folder is not None and status_quo.cluster.name == "local"
    return str(folder / ROOM / Replicate("", status_quo).label) if shared else None


def first_morning(scenario: Scenario, place: str | None) -> DayByDay:
    """The market on the morning on which its policies begin.

    Parameters
    ----------
    scenario
    place
        Folder of the market of its seed at that time; None: it begins at the beginning, and leaves nothing.
    """
    since = scenario.policy.start
    if place is not None:
        with suppress(BadFolder):
            checkpoint = read(Path(place))
            if checkpoint.date == since:
                return market_of(checkpoint, scenario)
    market = DayByDay(scenario)
    while market.date < since:
        market.step()
    if place is not None and market.day:
        with suppress(OSError):  # a full disk, which takes nothing but time
            write(market, Path(place), replace=True)
    return market


def tidied(
    arriving: Iterable[tuple[Any, dict[str, Any]]], asked: Sequence["PolicyRun"], folder: Path
) -> Iterator[tuple[Any, dict[str, Any]]]:
    """What arrives, the market of each seed being removed when all its variants are there, and in the end every one."""
    room, left = folder / ROOM, Counter(one.burn_in for one in asked)
    for one, measured in arriving:
        left[one.burn_in] -= 1
        if one.burn_in is not None and not left[one.burn_in]:
            remove(Path(one.burn_in))
        yield one, measured
    for each in room.glob("[!.]*"):
        remove(each)
    if room.is_dir():
        sweep(room)
        with suppress(OSError):  # something of somebody else's
            room.rmdir()
