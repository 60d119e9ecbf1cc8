"""What the screen showed, kept in its folder: who asks for the same again is shown it at once.

The same: every field and setting, the content of every file that they name, and all code, that of figures and tables
too. It is shown only if nothing has changed in the folder since, or is missing there.
"""

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sim.results.folder import REPLICATES, write_json
from sim.results.manifest import changed, checksum, known, read_json
from sim.runs.store import read
from sim.scenario import composition
from sim.scenario.scenario import Scenario

SCREEN = "screen.json"
_TOLD = "It is there already, made by the same code; overwrite=true makes it anew."
_CODE = {".py", ".po", ".jinja", ".csv", ".yaml"}


def asked(kind: str, scenarios: Iterable[Scenario], more: dict[str, Any], rooms: Iterable[Path] = ()) -> str:
    """What is asked for, as a digest; "" if it cannot be known again.

    Parameters
    ----------
    kind
        As `sim.results.provenance.provenance`.
    scenarios
    more
        Settings, beside the scenarios; how many runs are made at a time is none.
    rooms
        Folders of code beside this package's.
    """
    trees = [one.model_dump(mode="json", exclude={"cluster": True}) for one in scenarios]
    more = {name: value for name, value in more.items() if name != "workers"}
    sha = hashlib.sha256(json.dumps([kind, trees, more], default=str, sort_keys=True).encode())
    for path in sorted({Path(word) for word in _words([trees, more]) if word}):
        if path.is_dir():  # of runs, say, which may become more
            return ""
        sha.update(f"{checksum(path)}".encode())
    home = Path(__file__).resolve().parents[1]
    for room in (home, composition.CONF, *rooms):
        for path in sorted(path for path in room.rglob("*") if path.suffix in _CODE):
            sha.update(f"{path.relative_to(room)}\0".encode() + path.read_bytes())
    return sha.hexdigest()


def _words(tree: Any) -> Iterator[str]:
    """The words of a tree that may name files."""
    if isinstance(tree, dict | list | tuple):
        for part in tree.values() if isinstance(tree, dict) else tree:
            yield from _words(part)
    elif isinstance(tree, str) and "\0" not in tree and _can_be_typed(tree):
        yield tree


def _can_be_typed(word):
    """Whether this system's names of files have such letters; a symbol of money may not be one."""
    try:
        return bool(os.fsencode(word))
    except UnicodeEncodeError:
        return False


def keep(folder: Path, what: str, text: str) -> None:
    """Keep what the screen showed, all that belongs to it being in the folder."""
    if what and (there := known(folder)):
        files = {name: sums for name, sums in there["files"].items() if name != SCREEN}
        write_json(folder / SCREEN, {"of": what, "files": files, "runs": len(_runs(folder)), "text": text})


def again(folder: Path, what: str) -> str | None:
    """What the screen showed, if the same was asked for and all is as it was left; says so."""
    try:
        kept, there = read_json(folder / SCREEN), known(folder)
        same = what and kept["of"] == what and isinstance(kept["text"], str) and there is not None
        if not same or any(there["files"].get(name) != sums for name, sums in kept["files"].items()):
            return None
        runs = _runs(folder)
        if changed(folder) or len(runs) < kept["runs"] or any(read(path) is None for path in runs):
            return None
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return None
    print(_TOLD, file=sys.stderr, flush=True)
    return kept["text"]


def _runs(folder):
    """The files of its runs, which are sealed by themselves."""
    return sorted((folder / REPLICATES).glob("[!.]*.json"))
