"""How records lie in memory: in whole lines, so that one is fetched at once; and what becomes of what is free."""

import contextlib
import ctypes

import numpy as np

LINE = 128  # bytes that come from memory together: two cache lines


def filled(fields: list[tuple[str, str]]) -> np.dtype:
    """A record whose fields stand as `align=True` would have them, and which fills whole lines of memory."""
    packed = np.dtype(fields, align=True)
    offsets = [packed.fields[name][1] for name in packed.names]
    size = -(-packed.itemsize // LINE) * LINE
    formats = [packed.fields[name][0] for name in packed.names]
    return np.dtype({"names": packed.names, "formats": formats, "offsets": offsets, "itemsize": size}, align=True)


def records(n: int, dtype: np.dtype) -> np.ndarray:
    """Zeroed records of `dtype`, each of which begins on a boundary of memory where its size allows.

    Returns
    -------
    array, shape (n,)
    """
    room = np.zeros(n * dtype.itemsize + LINE, np.uint8)
    first = -room.ctypes.data % LINE
    return room[first : first + n * dtype.itemsize].view(dtype)


def copied(rows: np.ndarray) -> np.ndarray:
    """A copy of records that lie side by side, byte by byte: numpy would take ten times as long, field by field."""
    return rows.view(np.uint8).copy().view(rows.dtype)


def give_back() -> None:
    """Give the system what memory a run leaves free, where the C library can (glibc): else it would keep most of it.

    Loky ends a process that has grown by 300 MB, and whoever takes its place begins with loading all libraries.
    """
    with contextlib.suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
