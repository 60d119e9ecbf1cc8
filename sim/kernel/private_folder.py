"""Folders that nobody but us can change, for what would let others in: compiled kernels, keys."""

import contextlib
import itertools
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path


def private(base: Path, *names: str) -> Path:
    """The folder ``microwork/NAME/...`` below another, ours alone; made if it is not there.

    Raises
    ------
    OSError
        If it cannot be made, or others could change it; `strerror` says why.
    """
    home = base.resolve() / "microwork"
    for missing in reversed([each for each in (home, *home.parents) if not each.exists()]):
        missing.mkdir(0o700, exist_ok=True)
    for folder in itertools.accumulate([home, *names], lambda inside, name: inside / name):
        if folder != home and os.path.lexists(folder) and (not ours(folder) or _open(folder, 0o022)):
            remove(folder)  # what it stands in is ours alone, so we may
        folder.mkdir(0o700, exist_ok=True)
        if not ours(folder):
            raise PermissionError(0, f"{folder} is not a folder of one's own")
        if _open(folder, 0o077):
            folder.chmod(0o700)
        if _open(folder, 0o077):
            raise PermissionError(0, f"{folder} cannot be closed to others")
        if folder == home:
            _guard(folder)
    return folder


def me() -> int | None:
    """The user's number; None on a system that keeps users apart by other means."""
    return os.geteuid() if hasattr(os, "geteuid") else None


def ours(path: Path, kind: Callable[[int], bool] = stat.S_ISDIR) -> bool:
    """Whether a folder or file is there, no link, and ours."""
    try:
        found = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return kind(found.st_mode) and me() in (None, found.st_uid)


def _open(folder, rights):
    return me() is not None and bool(folder.lstat().st_mode & rights)


def _guard(folder):
    """Refuse a folder in whose place somebody else could put another."""
    for above in folder.parents if me() is not None else ():
        found = above.stat()
        if found.st_uid not in (0, me()):
            raise PermissionError(0, f"{above} belongs to somebody else")
        if found.st_mode & 0o022 and not found.st_mode & stat.S_ISVTX:
            raise PermissionError(0, f"others can write into {above}")
        if found.st_uid == me() and not found.st_mode & 0o011:
            return  # nobody else comes as far as here


def remove(path: Path) -> None:
    """Take away whatever stands there, if one may."""
    with contextlib.suppress(OSError):
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
