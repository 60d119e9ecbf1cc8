"""The folder of a checkpoint: written whole or not at all, and read back only if it is as it was written."""

import datetime
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa

from sim.results.checkpoint.arrays import read_arrays, write_arrays
from sim.results.checkpoint.origin import differs, origin
from sim.results.folder import BadFolder, atomic_folder, write_json
from sim.results.manifest import MANIFEST, PROJECT, changed, checksum, known, read_json
from sim.results.provenance import refused, scenario_of
from sim.results.stored import same_file
from sim.results.streams import Streams
from sim.results.whole.bundle import keep as keep_country
from sim.scenario.own.brought import wrong
from sim.scenario.scenario import Scenario
from sim.simulation.checkpoint.snapshot import Snapshot, put_together, taken_apart
from sim.simulation.day import DayByDay

KIND, FORMAT = "checkpoint", 1  # another when what is in a folder has another form
ABOUT, ARRAYS, SCENARIO = "checkpoint.json", "arrays.arrow", "scenario.yaml"
_BROKEN = (OSError, ValueError, LookupError, TypeError, AttributeError, pa.ArrowException)
_ANOTHER = "checkpoint=DATE writes one"


@dataclass(frozen=True)
class Checkpoint:
    """A market as it stood on a morning, in a folder that is as it was written.

    Attributes
    ----------
    folder : Path
    date : date
        Of that morning.
    scenario : Scenario
        With which it was made.
    words : list of str or None
        Those of the command line that made it; None if it was none.
    handed_on : dict of str to list of Path
        Files of batches and months that had been finished and handed on.
    """

    folder: Path
    date: datetime.date
    scenario: Scenario
    words: list[str] | None
    handed_on: dict[str, list[Path]]
    plain: dict[str, Any]

    @cached_property
    def digest(self) -> str:
        """SHA-256 of its arrays."""
        return known(self.folder)["files"][ARRAYS][0]

    def snapshot(self) -> Snapshot:
        """What the market had, read anew each time; raises BadFolder."""
        try:
            return put_together(self.plain, read_arrays(self.folder / ARRAYS))
        except _BROKEN as problem:
            raise BadFolder(self.folder, [f"{ARRAYS} is broken: {' '.join(str(problem).split())}"]) from None


def write(market: DayByDay, folder: Path, words: list[str] | None = None, replace: bool = False) -> int:
    """Write a market as it stands before its next day; gives back the bytes that the folder takes.

    Parameters
    ----------
    market
        Which goes on as if nothing had been written.
    folder
        That of another checkpoint of the same market is replaced.
    words
        Those of the command line that made the market.
    replace
        That of another market, too.

    Raises
    ------
    NotKept
        If a part of it is of a kind that no checkpoint can hold.
    BadFolder
        If the folder is that of something else.
    """
    scenario, finished = market.state.scenario, market.recorder.finished
    if taken := refused(folder, KIND, scenario, replace):
        raise BadFolder(folder, [taken])
    plain, arrays = taken_apart(market)
    with atomic_folder(folder, scenario.digest(), KIND) as unfinished:
        handed_on: dict[str, list[str]] = {}
        for table, files in (finished.pause() if isinstance(finished, Streams) else {}).items():
            handed_on[table] = [path.name for path in files]
            for path in files:
                same_file(path, unfinished / path.name)
        write_arrays(unfinished / ARRAYS, arrays)
        scenario.write_file(unfinished / SCENARIO)
        keep_country(scenario.country, unfinished)
        about = {"project": PROJECT, "format": FORMAT, "date": market.date.isoformat(), "words": words}
        write_json(unfinished / ABOUT, about | origin() | {"handed_on": handed_on, "market": plain})
        size = sum(path.stat().st_size for path in unfinished.iterdir())
    return size


def read(folder: Path) -> Checkpoint:
    """The checkpoint in a folder; its arrays are not read yet, but are known to be as they were written.

    Raises
    ------
    BadFolder
        If it is none, if a file is missing or changed, or if other code or another version made it.
    """
    about = _about(folder)
    if about.get("format") != FORMAT:
        other = f"was written in format {about.get('format')}, and this version reads format {FORMAT}"
        raise BadFolder(folder, [f"{other}; the command that wrote it writes it anew"])
    if apart := differs(about):
        raise BadFolder(folder, [f"other code made it, so that it would not go on as it would have: {apart}"])
    try:
        handed_on = {table: [folder / name for name in names] for table, names in about["handed_on"].items()}
        date, words, plain = datetime.date.fromisoformat(about["date"]), about["words"], about["market"]
    except _BROKEN:
        raise BadFolder(folder, [f"{ABOUT} is not that of a checkpoint"]) from None
    scenario = scenario_of(folder)
    if problems := [*map(str, wrong(scenario.own))]:  # rules of one's own that are gone, or others by now
        raise BadFolder(folder, problems)
    return Checkpoint(folder, date, scenario, words, handed_on, plain)


def remove(folder: Path) -> None:
    """Remove a checkpoint; whatever in its folder is not as it was written stays."""
    found = known(folder)
    if found is None or found["kind"] != KIND:
        return
    for name, sums in found["files"].items():
        if checksum(folder / name) in sums:
            (folder / name).unlink()
    (folder / MANIFEST).unlink()
    if not any(folder.iterdir()):
        folder.rmdir()


def _about(folder):
    """What the folder says of itself, all its files being as they were written."""
    if not folder.is_dir():
        raise BadFolder(folder, ["is a file" if folder.exists() else "there is no such folder"])
    found = known(folder)
    if found is None:
        raise BadFolder(folder, [f"is no checkpoint: it has no {MANIFEST} of ours; {_ANOTHER}"])
    if found["kind"] != KIND:
        what = f"is the folder of something else: {found['kind']}" if found["kind"] else f"its {MANIFEST} is broken"
        raise BadFolder(folder, [f"{what}; {_ANOTHER}"])
    wanted = [*dict.fromkeys([ABOUT, ARRAYS, SCENARIO, *found["files"]])]
    problems = [f"{name} is missing" for name in wanted if not (folder / name).is_file()]
    problems += [f"{name} is not as it was written" for name in changed(folder) if (folder / name).is_file()]
    if problems or any(name not in found["files"] for name in wanted):
        raise BadFolder(folder, problems or [f"its {MANIFEST} is broken"])
    try:
        about = read_json(folder / ABOUT)
    except (OSError, ValueError) as problem:
        raise BadFolder(folder, [f"{ABOUT} is broken: {problem}"]) from None
    return about if isinstance(about, dict) else {}
