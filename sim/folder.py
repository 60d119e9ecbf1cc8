"""A run's folder: it appears when it is complete, or not at all."""

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

MARK = "provenance.json"  # what only the folder of a run has


@contextmanager
def finished(folder):
    """Fill a folder under another name; give it its own only when the block ends well.

    A finished folder of the same name is replaced at that moment. If the block raises, by Ctrl-C too, nothing
    is left behind.

    Parameters
    ----------
    folder : Path

    Yields
    ------
    Path
        The folder to write into.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()  # Hydra made it for us
    unfinished = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".partial", dir=folder.parent))
    try:
        yield unfinished
        unfinished.chmod(0o777 & ~_umask())
        _put(unfinished, folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _put(unfinished, folder):
    """Move a folder to its place; what stands there goes, once the new one is there."""
    former = unfinished.with_suffix(".former")
    if folder.exists():
        os.replace(folder, former)
    os.replace(unfinished, folder)
    shutil.rmtree(former, ignore_errors=True)


def _umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask


def refusal(folder, several=False):
    """Why no run can be written there, or None.

    Parameters
    ----------
    folder : Path
        The run's folder.
    several : bool
        The folder only holds those of a sweep's runs, so anything else may be in it.
    """
    if folder.exists() and not folder.is_dir():
        return "is a file"
    if folder.is_dir() and not several and any(folder.iterdir()) and not (folder / MARK).exists():
        return "is there and is not the folder of a run; choose another"
    above = folder.absolute() if several else folder.absolute().parent
    while not above.exists():
        above = above.parent
    try:
        os.rmdir(tempfile.mkdtemp(prefix=".microwork-", dir=above))
    except OSError as error:
        return f"cannot be written: {error.strerror.lower()}"
    return None
