"""Chance with coordinates: every draw is a pure function of where and when it is made.

A draw is addressed by ``(seed, replicate, stream, period, who, k)`` and computed by the counter-based
generator Philox 4x32-10 (Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3").
Nothing is stored between draws, so the order of calls, the number of threads and what is recorded cannot
move a result, and two scenarios share their luck wherever they ask the same question.

Counter words: ``who``, ``k``, ``period``, ``stream | replicate << 8``; key words: the two halves of the seed.
"""

import numpy as np
from numba import uint32, uint64

from sim.kernel.compiler import inlined, kernel

# One number per question that is ever put to chance. Never renumber: a number is part of every result.
PERSON = 1  # who someone is: drawn once, period 0
SIGN_UP = 2  # first and further platforms at sign-up
LOOK = 3  # a sitting at the list: time until the next, length, order of the list
PICK = 4  # taste for the tasks seen
TIE = 5  # who is first within the same second
REVIEW = 6  # how many tasks of a piece of work are refused
LEARN = 7  # joining, lapsing, qualification tests
RETURN = 8  # sudden need and notifications
CLIENT = 9  # who a client is
BATCH = 10  # what a client posts, and when
REGIME = 11  # quiet and surge
CONTRACT = 12  # exams and ends of contract
INSTRUMENT = 13  # noise of the survey instruments; the market never asks it
QUESTION = 14  # recall error in the questionnaire
EXPERIMENT = 15  # designs of experiments
POLICY = 16  # whom a policy picks out

_M0, _M1 = np.uint32(0xD2511F53), np.uint32(0xCD9E8D57)
_W0, _W1 = np.uint32(0x9E3779B9), np.uint32(0xBB67AE85)
_TO_UNIT = 2.0**-32
_HALF_STEP = 2.0**-33


@inlined
def _mulhilo(a, b):
    product = uint64(a) * uint64(b)
    return uint32(product >> uint64(32)), uint32(product)


@kernel
def philox(c0, c1, c2, c3, k0, k1):
    """Philox 4x32-10: four 32-bit words from a counter of four words and a key of two.

    Parameters
    ----------
    c0, c1, c2, c3, k0, k1 : uint32

    Returns
    -------
    tuple of four uint32
    """
    c0, c1, c2, c3 = uint32(c0), uint32(c1), uint32(c2), uint32(c3)
    k0, k1 = uint32(k0), uint32(k1)
    for _ in range(10):
        hi0, lo0 = _mulhilo(_M0, c0)
        hi1, lo1 = _mulhilo(_M1, c2)
        c0, c1, c2, c3 = uint32(hi1 ^ c1 ^ k0), lo1, uint32(hi0 ^ c3 ^ k1), lo0
        k0, k1 = uint32(k0 + _W0), uint32(k1 + _W1)
    return c0, c1, c2, c3


@kernel
def draw4(key, stream, period, who, k):
    """Four independent uniforms on the open interval (0, 1).

    Parameters
    ----------
    key : uint32 array, shape (3,)
        From `make_key`: the seed's two halves and the replicate.
    stream, period, who, k : int
        The coordinates: which question, when, whose, and which of several.

    Returns
    -------
    tuple of four float
    """
    a, b, c, d = philox(who, k, period, uint32(stream) | (uint32(key[2]) << uint32(8)), key[0], key[1])
    return (
        a * _TO_UNIT + _HALF_STEP,
        b * _TO_UNIT + _HALF_STEP,
        c * _TO_UNIT + _HALF_STEP,
        d * _TO_UNIT + _HALF_STEP,
    )


@kernel
def draw(key, stream, period, who, k):
    """One uniform on (0, 1); the first of `draw4` at the same coordinates."""
    a, _, _, _ = philox(who, k, period, uint32(stream) | (uint32(key[2]) << uint32(8)), key[0], key[1])
    return a * _TO_UNIT + _HALF_STEP


@kernel
def gauss(u, v):
    """One standard normal from two uniforms (Box and Muller 1958)."""
    return np.sqrt(-2.0 * np.log(u)) * np.cos(2.0 * np.pi * v)


def make_key(seed, replicate=0):
    """The generator's key: seeds are keys, never sums.

    Parameters
    ----------
    seed : int
        0 to 2**64 - 1.
    replicate : int
        0 to 2**24 - 1.

    Returns
    -------
    uint32 array, shape (3,)

    Raises
    ------
    ValueError
        If either is out of range.
    """
    if not 0 <= seed < 2**64 or not 0 <= replicate < 2**24:
        raise ValueError(f"seed {seed} or replicate {replicate} out of range: 0..2^64-1 and 0..2^24-1")
    return np.array([seed & 0xFFFFFFFF, seed >> 32, replicate], np.uint32)
