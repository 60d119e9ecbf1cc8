"""How near what a look touches is: the lines of memory of one day, as `memory_floor` has noted them, in three caches.

The caches are those of a usual server core: sets of lines of 64 bytes of which the one not used for longest makes
room. Nothing is asked for ahead here, and what a program has of its own (code, stack, arrays
under 32 KiB) takes no room. So it says what a look would wait for, at the most, if nothing were done about it.
"""

import time
from dataclasses import dataclass

import numpy as np

from experiments.bench.memory_floor import Needs
from sim.kernel.compiler import kernel

CACHES = {"L1": (64, 8), "L2": (1_024, 16), "L3": (32_768, 16)}  # sets, lines in each: 32 KiB, 1 MiB, 32 MiB
NEXT = {"L1": 1 << 18, "L2": 1 << 23, "L3": 1 << 28}  # bytes of an array that lies in what comes after each
EMPTY = -1


@dataclass(frozen=True)
class Nearness:
    """Lines touched by one look, and those of them that no cache up to each level had."""

    lines: float
    missed: dict[str, float]  # by cache
    arrays: dict[str, dict[str, float]]  # the same by array


@kernel
def replay(lines: np.ndarray, caches: tuple, missed: np.ndarray) -> None:
    """Send lines through caches, and count those that are not found.

    Writes: caches, missed.

    Parameters
    ----------
    lines : int64 array, shape (n, 2)
        Number of the array and of the line of memory.
    caches : tuple of int64 arrays, shape (sets, ways)
        The lines in each set, the last used first.
    missed : int64 array, shape (arrays, caches)
    """
    for n in range(lines.shape[0]):
        which, line = lines[n, 0], lines[n, 1]
        for level in range(len(caches)):
            held = caches[level][line % caches[level].shape[0]]
            way = 0
            while way < held.size - 1 and held[way] != line:
                way += 1
            found = held[way] == line
            while way > 0:
                held[way] = held[way - 1]
                way -= 1
            held[0] = line
            if found:
                break
            missed[which, level] += 1


def near(needs: Needs) -> tuple[Nearness, Nearness]:
    """A day's lines through the caches, per look: on a day that finds them empty, and when the same day comes again.

    The truth is between: who looks today is another than who looked yesterday, the list is the same.
    """
    caches = tuple(np.full(shape, EMPTY, np.int64) for shape in CACHES.values())
    return _through(needs, caches), _through(needs, caches)


def _through(needs, caches):
    missed = np.zeros((len(needs.arrays), len(CACHES)), np.int64)
    replay(needs.lines, caches, missed)
    each = missed / needs.looks
    by_array = {
        name: dict(zip(CACHES, row.tolist(), strict=True)) for name, row in zip(needs.arrays, each, strict=True)
    }
    return Nearness(len(needs.lines) / needs.looks, dict(zip(CACHES, each.sum(axis=0).tolist(), strict=True)), by_array)


@kernel
def chase(rows: np.ndarray, steps: int) -> int:
    """Read random lines, each of which is known only when the one before is there; returns the last row.

    `rows` : int64 array of zeros, shape (rows, 8), rows a power of two."""
    row, mask = 0, rows.shape[0] - 1
    for n in range(steps):
        mixed = np.uint64(n) * np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(32))) * np.uint64(0xBF58476D1CE4E5B9)
        row = (np.int64(mixed >> np.uint64(33)) + rows[row, 0]) & mask
    return row


def waits(steps: int = 300_000) -> dict[str, float]:
    """Seconds that one line takes which the cache before has not, by that cache, on this machine."""
    found = {}
    for name, size in NEXT.items():
        rows = np.zeros((size // 64, 8), np.int64)
        rows[:] = 0  # without it, there would be no memory yet
        chase(rows, steps)
        begun = time.thread_time()
        chase(rows, steps)
        found[name] = (time.thread_time() - begun) / steps
    return found
