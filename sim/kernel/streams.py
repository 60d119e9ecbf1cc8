"""Chance with coordinates: every draw is a pure function of where and when it is made.

A draw is addressed by ``(seed, replicate, stream, period, who, k)`` and computed by the counter-based
generator Philox 4x32-10 (Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3").
Nothing is stored between draws, so the order of calls, the number of threads and what is recorded cannot
move a result, and two scenarios share their luck wherever they ask the same question.

Counter words: ``who``, ``k``, ``period``, ``stream | replicate << 8``; key words: the two halves of the seed.
"""

import numpy as np
from numba import uint32, uint64

from sim.kernel.compiler import inlined, inner, kernel

# Streams, one number per kind of question; under each, the coordinates `k` of its questions. No two questions of a
# stream share a coordinate in a period. Never renumber: a number is part of every result.

PERSON = 1  # who someone is
PERSON_ORIGIN, PERSON_HOME, PERSON_TIME, PERSON_NEED, PERSON_PLACE = range(5)  # period 0: the person
PERSON_WAGE, PERSON_SKILL = range(2)  # period 1: the worker
PERSON_VIEWS = 20  # period 1: whether they read forums, whether they have principles

SIGN_UP = 2  # first and further platforms at sign-up
SIGN_UP_DATE = 0  # on the first platform
SIGN_UP_HOPE = 1  # expected return on the first platform
SIGN_UP_FURTHER = 2  # + how many were opened already: whether one more, where, with what hope
SIGN_UP_SECOND = 100  # of the day
SIGN_UP_STILL = 101  # of those who signed up before the start: whether still looking, and the first event
SIGN_UP_CANDIDATE = 102  # when the thought comes, how strong entry must be, on which platform those beyond the usual
SIGN_UP_SUDDEN = 103  # whether a sudden need brings them, and how long it lasts
SIGN_UP_SHIFT = 200  # asked of nobody: where the even spread over platforms begins
SIGN_UP_ADMISSION = 400  # period 1; + platform: whether let in
SIGN_UP_STEP = 500  # + 3 x platform + step: whether that first step is completed or the account given up

LOOK = 3  # a sitting at the list; the period is a moment at which somebody acts in it
LOOK_ACT = 0  # who is first within a second; how long a sitting lasts that begins; whether another list is opened after
# one that had nothing; when the next sitting begins
LOOK_LIST = 1  # newest or largest first; whether who found nothing stays and watches, or joins another platform

PICK = 4  # what a worker takes, and where
PICK_TEST = 0  # whether a qualification test is passed
PICK_PLATFORM = 2  # + platform: noise in the choice of the list to open
PICK_TASTE = 64  # + client, the period being the batch's number: taste for it

REVIEW = 6  # how many tasks of a piece of work are refused
REVIEW_REFUSALS = 0

LEARN = 7  # joining, and when the next event is
LEARN_NEXT = 0  # next event after a day with looks
LEARN_UNMOVED = 1  # next event after one that led to no look
LEARN_JOINING = 2  # which further platform is joined, with what hope
LEARN_AWAY = 3  # next event after having been called away

RETURN = 8  # what an event is: a look, a sudden need, a notification, drifting away
RETURN_EVENT = 0

CLIENT = 9  # who a client is
CLIENT_LIFE = 0  # first and last day, kind of task
CLIENT_SIZE = 1  # work asked for, wage
CLIENT_MANNER = 2  # announced share, strictness
CLIENT_PACE = 3  # patience, first post
CLIENT_JUDGE = 4  # whether a worker's answers are judged together
CLIENT_NAME = 5  # of a list: whether its name stands there, whether it asks for what some refuse on principle
CLIENT_FRENCH = 6  # whether French or people in France are asked for
CLIENT_COLLAPSE = 9  # whether gone on the day of the collapse

BATCH = 10  # what a client posts, and when
BATCH_SIZE = 0  # tasks, their duration, level asked for
BATCH_NOISE = 1  # announced duration, gap to the next post
BATCH_ROUNDING = 2  # of tasks still asked for where they cost more
BATCH_PROFILE = 8  # whether a test or a survey asks for people of one kind, and of which

REGIME = 11  # quiet and surge
REGIME_SPELL = 0  # + number of the spell, quiet ones even: its length

CONTRACT = 12  # deep labour
CONTRACT_EXAM = 0  # + platform: whether passed
CONTRACT_TERMS = 32  # asked of a client, by its own number: pay by the hour, at which layer it is named
CONTRACT_APPLY = 64  # + platform, the period being the client's number: whether an advertisement without it is answered
CONTRACT_SIGN = 96  # + platform: whether an agreement with somebody unnamed is signed
CONTRACT_QUIT = 128  # + platform: whether work for somebody unnamed is given up

INSTRUMENT = 13  # noise of the survey instruments; the market never asks it
INSTRUMENT_PANEL = 0

QUESTION = 14  # the questionnaire
QUESTION_USABLE, QUESTION_RECALL = range(2)  # whether complete; error of memory

EXPERIMENT = 15  # designs of experiments, which keep apart by their periods
EXPERIMENT_COLUMN = 0  # + column of a table of numbers
EXPERIMENT_NUMBERING = 1 << 20  # an endless sequence, a block a period

POLICY = 16  # whom a policy picks out
POLICY_CALLED = 0
POLICY_BARRED = 1  # + platform: whether banned for a call in its forum
POLICY_ESCAPE = 64  # asked of a client, by its own number: whether work that becomes dearer goes elsewhere

WATCH = 17  # when somebody who watches notices a batch; the period is its number among its client's
WATCH_NOTICE = 0  # + client: how soon

PLACE = 24  # where people are, and what is near; the period is a batch's number among its client's
PLACE_DISTANCE = 0  # + client: to the nearest shop of the batch
CROWD = 18  # what the crowd elsewhere takes; who is the client, the period the number of four pieces
CROWD_PIECES = 0  # + the batch's number among its client's: when each of them goes

OWN = 25  # rules of one's own; the period is the day
OWN_RULE = 0  # + 256 x a number that its name makes + which of its draws

SPANS = {  # how many coordinates a question takes that adds something to its first; all others take one
    "SIGN_UP_FURTHER": 31,
    "SIGN_UP_ADMISSION": 32,
    "SIGN_UP_STEP": 96,
    "PICK_PLATFORM": 32,
    "PICK_TASTE": 2**31,
    "POLICY_BARRED": 32,
    "WATCH_NOTICE": 2**31,
    "PLACE_DISTANCE": 2**31,
    "CROWD_PIECES": 2**31,
    "REGIME_SPELL": 2**31,
    "CONTRACT_EXAM": 32,
    "CONTRACT_APPLY": 32,
    "CONTRACT_SIGN": 32,
    "CONTRACT_QUIT": 32,
    "EXPERIMENT_COLUMN": 1 << 20,
    "OWN_RULE": 1 << 30,
}

_M0, _M1 = np.uint32(0xD2511F53), np.uint32(0xCD9E8D57)
_W0, _W1 = np.uint32(0x9E3779B9), np.uint32(0xBB67AE85)
_TO_UNIT = 2.0**-32
_HALF_STEP = 2.0**-33


@inlined
def _mulhilo(a, b):
    product = uint64(a) * uint64(b)
    return uint32(product >> uint64(32)), uint32(product)


@kernel
def philox(c0: int, c1: int, c2: int, c3: int, k0: int, k1: int) -> tuple:
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


@inner
def words(key: np.ndarray, stream: int, period: int, who: int, k: int) -> tuple:
    """Four independent words of 32 bits, from which `uniform` makes the uniforms of `draw4` when they are asked for."""
    return philox(who, k, period, uint32(stream) | (uint32(key[2]) << uint32(8)), key[0], key[1])


@inner
def uniform(word: int) -> float:
    """The uniform on (0, 1) that a word of 32 bits stands for."""
    return word * _TO_UNIT + _HALF_STEP


@kernel
def draw4(key: np.ndarray, stream: int, period: int, who: int, k: int) -> tuple:
    """Four independent uniforms on the open interval (0, 1).

    Parameters
    ----------
    key : uint32 array, shape (3,)
        From `make_key`: the seed's two halves and the replicate.
    stream, period, who, k
        The coordinates: which question, when, whose, and which of several.
    """
    a, b, c, d = philox(who, k, period, uint32(stream) | (uint32(key[2]) << uint32(8)), key[0], key[1])
    return (
        a * _TO_UNIT + _HALF_STEP,
        b * _TO_UNIT + _HALF_STEP,
        c * _TO_UNIT + _HALF_STEP,
        d * _TO_UNIT + _HALF_STEP,
    )


@kernel
def draw(key: np.ndarray, stream: int, period: int, who: int, k: int) -> float:
    """One uniform on (0, 1); the first of `draw4` at the same coordinates."""
    a, _, _, _ = philox(who, k, period, uint32(stream) | (uint32(key[2]) << uint32(8)), key[0], key[1])
    return a * _TO_UNIT + _HALF_STEP


@kernel
def uniforms(key: np.ndarray, stream: int, period: int, who: np.ndarray, k: int, found: np.ndarray) -> None:
    """The first uniform of each of several: `who` an int64 array, `found` a float64 array, both of shape (n,).

    Writes: found."""
    for i in range(who.size):
        found[i] = draw(key, stream, period, who[i], k)


@kernel
def gauss(u: float, v: float) -> float:
    """One standard normal from two uniforms (Box and Muller 1958)."""
    return np.sqrt(-2.0 * np.log(u)) * np.cos(2.0 * np.pi * v)


def make_key(seed: int, replicate: int = 0) -> np.ndarray:
    """The generator's key: seeds are keys, never sums.

    Parameters
    ----------
    seed
        0 to 2**64 - 1.
    replicate
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
