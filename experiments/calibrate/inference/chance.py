"""Chance of an inference: numbers by seed, question, row and column, from the stream of experiments."""

import numpy as np
from scipy.special import ndtri

from sim.kernel.streams import EXPERIMENT, draw, make_key

# Which number of which question: never renumber, they are part of every result.
SHIFT, ERROR, PICK, TOY, BOOTSTRAP, POOL, STAND_IN = (2**31 + 16 * n for n in range(1, 8))


def uniforms(seed, question, rows, columns):
    """Uniform numbers on (0, 1), shape (rows, columns).

    Parameters
    ----------
    seed, question : int
    rows : int or iterable of int
        How many, or their numbers: a row is the same whatever others are asked for.
    columns : int
    """
    key, rows = make_key(seed), range(rows) if isinstance(rows, int) else rows
    drawn = [[draw(key, EXPERIMENT, question, row, column) for column in range(columns)] for row in rows]
    return np.array(drawn, float).reshape(-1, columns)


def normals(seed, question, rows, columns):
    """Standard normal numbers, shape (rows, columns); rows as for `uniforms`."""
    return ndtri(uniforms(seed, question, rows, columns))
