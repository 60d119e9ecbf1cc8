"""Chance of an inference: numbers by seed, question, row and column, from the stream of experiments."""

from collections.abc import Iterable

import numpy as np
from scipy.special import ndtri

from sim.kernel.streams import EXPERIMENT, EXPERIMENT_COLUMN, draw, make_key

# Which number of which question: never renumber, they are part of every result.
SHIFT, ERROR, PICK, TOY, BOOTSTRAP, POOL, STAND_IN, PLAYED, BEGIN, WALK = (2**31 + 16 * n for n in range(1, 11))


def uniforms(seed: int, question: int, rows: int | Iterable[int], columns: int) -> np.ndarray:
    """Uniform numbers on (0, 1), shape (rows, columns), of so many rows or of rows of these numbers.

    A row is the same whatever others are asked for.
    """
    key, rows = make_key(seed), range(rows) if isinstance(rows, int) else rows
    drawn = [[draw(key, EXPERIMENT, question, row, EXPERIMENT_COLUMN + n) for n in range(columns)] for row in rows]
    return np.array(drawn, float).reshape(-1, columns)


def normals(seed: int, question: int, rows: int | Iterable[int], columns: int) -> np.ndarray:
    """Standard normal numbers, shape (rows, columns); rows as for `uniforms`."""
    return ndtri(uniforms(seed, question, rows, columns))
