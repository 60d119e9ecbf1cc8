"""Which files of a folder are ours: only those are replaced, and whatever else stands there is kept.

Every folder that is written has a manifest. It names this project, what the folder is of (its kind, and the digest of
its scenario), and the SHA-256 of each file that was written; what has another sum is somebody's own. Before a file is
replaced the sum of the new one stands there too, so that a process may end at any moment.

What is half written has a hidden name and is locked by who writes it. The lock ends with the process, whatever ends it:
what is hidden, from this machine and not locked was left behind, and the next who writes there sweeps it up.
"""

import hashlib
import json
import os
import platform
import shutil
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader
from pathlib import Path
from typing import Any

from sim.scenario.own.source import KEPT

PROJECT, MANIFEST = "microwork-market", "manifest.json"
MARK = "provenance.json"  # what every folder has in which all is there
REPLICATES = "replicates"  # where an ensemble, a sweep or an experiment has the files of its runs, sealed by themselves
HIDDEN = f".microwork-{hashlib.sha256(platform.node().encode()).hexdigest()[:8]}-"


def opened(path: Path) -> BufferedReader:
    """A file to read from; raises OSError for a folder, a pipe or a device, which might never end."""
    source = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    if not stat.S_ISREG(os.fstat(source).st_mode):
        os.close(source)
        raise OSError("is no file")
    return open(source, "rb")


def content(path: Path) -> bytes:
    """What is in a file; raises OSError as `opened`."""
    with opened(path) as file:
        return file.read()


def read_json(path: Path) -> Any:
    """What a JSON file says; raises OSError, or ValueError with all else that can be wrong."""
    try:
        return json.loads(content(path).decode())
    except RecursionError:
        raise ValueError("is nested too deeply") from None


def checksum(path: Path) -> str | None:
    """SHA-256 of a file; None if it is none, a link, or cannot be read."""
    try:
        if path.is_symlink():
            return None
        with opened(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def known(folder: Path) -> dict[str, Any] | None:
    """The manifest of a folder of ours; kind, scenario and files, "" and none of one whose manifest is broken; else
    None.
    """
    try:
        found = read_json(folder / MANIFEST)
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        found = None
    if not isinstance(found, dict):
        return {"kind": "", "scenario": "", "files": {}} if _says_ours(folder) else None
    return found if _is_manifest(found) else None


def _is_manifest(found):
    if found.get("project") != PROJECT or not isinstance(found.get("files"), dict):
        return False
    inside = all(not Path(name).is_absolute() and ".." not in Path(name).parts for name in found["files"])
    return (
        inside and all(isinstance(sums, list) for sums in found["files"].values()) and {"kind", "scenario"} <= {*found}
    )


def _says_ours(folder):
    """Whether a folder is ours, its manifest being broken."""
    with suppress(OSError, ValueError):
        born = read_json(folder / MARK)
        return isinstance(born, dict) and born.get("project") == PROJECT
    return (folder / REPLICATES).is_dir()


def keep(folder: Path, kind: str, scenario: str, files: dict[str, list[str]]) -> None:
    """Write a folder's manifest."""
    about = {"project": PROJECT, "kind": kind, "scenario": scenario, "files": files}
    with half_written(folder) as unfinished:
        unfinished.write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
        if (folder / MANIFEST).is_dir():
            set_aside(folder / MANIFEST)
        os.replace(unfinished, folder / MANIFEST)


def claim(folder: Path, kind: str, scenario: str = "") -> None:
    """Make a folder ours, if it is not; from now on it is of this kind and scenario. What stands in it is kept."""
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        before = known(folder)
        keep(folder, kind, scenario, before["files"] if before else {})


def release(folder: Path) -> None:
    """Let a folder of ours be of another scenario from now on."""
    if before := known(folder):
        keep(folder, before["kind"], "", before["files"])


def settle(unfinished: Path, path: Path) -> None:
    """Give a file that has been written its own name, in a folder of ours without losing what is not ours."""
    above = path.parents[: 4 if KEPT in path.parent.parts else 2]  # sources of modules in packages stand deeper
    root = next((folder for folder in above if (folder / MANIFEST).exists()), None)
    sealed = path.parent.name == REPLICATES
    if root is None or sealed:
        if sealed and path.is_dir() and not path.is_symlink():
            set_aside(path)
        os.replace(unfinished, path)
        return
    with _alone(root):
        manifest, name = known(root), path.relative_to(root).as_posix()
        if manifest is not None:
            ours, there = manifest["files"].get(name, []), checksum(path)
            if os.path.lexists(path) and there not in ours:
                set_aside(path)
            new = [checksum(unfinished)]
            either = manifest["files"] | {name: sorted({there} & {*ours} | {*new})}
            keep(root, manifest["kind"], manifest["scenario"], either)
        os.replace(unfinished, path)
        if manifest is not None and either[name] != new:
            with suppress(OSError):  # a full disk; the manifest knows what was there before, too
                keep(root, manifest["kind"], manifest["scenario"], either | {name: new})


def discard(folder: Path, name: str) -> None:
    """Remove a file of ours from a folder of ours, if it is as it was written; what is not ours stays."""
    with _alone(folder):
        found = known(folder)
        if found and name in found["files"] and checksum(folder / name) in found["files"][name]:
            (folder / name).unlink()
            others = {other: sums for other, sums in found["files"].items() if other != name}
            keep(folder, found["kind"], found["scenario"], others)


def merge(unfinished: Path, folder: Path) -> None:
    """Move what was written into a folder: what is ours there goes, what is not stays; provenance comes last."""
    new = keep_all(unfinished)
    with _alone(folder):
        before = known(folder)
        old = before["files"] if before else {}
        keep(folder, new["kind"], new["scenario"], old | {n: [*old.get(n, []), *s] for n, s in new["files"].items()})
        for name in sorted(old, key=lambda name: name != MARK):
            if checksum(folder / name) in old[name]:
                (folder / name).unlink()
        for name in sorted(new["files"], key=lambda name: name == MARK):
            if os.path.lexists(folder / name):
                set_aside(folder / name)
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            os.replace(unfinished / name, folder / name)
        with suppress(OSError):  # a full disk; what stands there names a few files more
            keep(folder, new["kind"], new["scenario"], new["files"])


def keep_all(folder: Path) -> dict[str, Any]:
    """Take down every file of a folder that is ours from top to bottom; gives back its manifest."""
    manifest = known(folder)
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != MANIFEST)
    manifest["files"] = {path.relative_to(folder).as_posix(): [checksum(path)] for path in files}
    keep(folder, manifest["kind"], manifest["scenario"], manifest["files"])
    return manifest


def changed(folder: Path, names: list[str] | None = None) -> list[str]:
    """Which of the files that a folder's manifest knows, or of those named, are not as they were written."""
    files = (known(folder) or {"files": {}})["files"]
    return [name for name in files if names is None or name in names if checksum(folder / name) not in files[name]]


def set_aside(path: Path) -> None:
    """Give somebody's own file another name, and say so."""
    number = 1
    while os.path.lexists(kept := path.with_name(f"{path.name}.kept-{number}")):
        number += 1
    os.rename(path, kept)
    print(f"{path.name} in {path.parent.name} is not as it was written; kept as {kept.name}", file=sys.stderr)


@contextmanager
def half_written(folder: Path, directory: bool = False) -> Iterator[Path]:
    """A hidden file or folder in a folder, locked while the block lasts; it is gone after it, unless it was moved."""
    path = folder / f"{HIDDEN}{os.getpid():x}-{time.time_ns():x}.{'partial' if directory else 'part'}"
    path.mkdir() if directory else path.touch(exist_ok=False)
    lock = os.open(path, os.O_RDONLY)
    try:
        _lock(lock)
        yield path
    finally:
        _remove(path)
        os.close(lock)


def sweep(folder: Path, pattern: str = f"{HIDDEN}*.part*") -> None:
    """Remove what processes of this machine that are no more have left half written in a folder."""
    for left in [*folder.glob(pattern)]:
        with suppress(OSError):  # gone, or its process lives
            lock = os.open(left, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
            try:
                new = time.time() - os.fstat(lock).st_mtime < 0.2 and not (left.is_dir() and any(left.iterdir()))
                if not new and _lock(lock):
                    _remove(left)
            finally:
                os.close(lock)


def _remove(path):
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _lock(descriptor):
    """Whether a file or folder could be locked, or None if another process has locked it."""
    try:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return None
    except (ImportError, OSError):  # where nothing can be locked
        return False
    return True


@contextmanager
def _alone(folder):
    """One process at a time writes a folder's manifest; who stopped amid it is not waited for."""
    if folder.name.startswith(HIDDEN):
        yield
        return
    place, patience = os.open(folder, os.O_RDONLY), 200
    try:
        while _lock(place) is None and (patience := patience - 1):
            time.sleep(0.05)
        yield
    finally:
        os.close(place)
