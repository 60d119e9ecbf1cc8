"""Named tuples reach kernels as they are at the call, however often and in whatever turn."""

import subprocess
import sys
import weakref
from typing import NamedTuple

import numpy as np

from sim.kernel.compiler import inner, kernel
from sim.kernel.handover import forget


class Inside(NamedTuple):
    table: np.ndarray
    rate: float


class Whole(NamedTuple):
    column: np.ndarray
    inside: Inside


@inner
def below(inside: Inside) -> float:
    return inside.table[1, 0] * inside.rate


@kernel
def reading(whole: Whole, other: Inside) -> float:
    """Writes: whole.column."""
    whole.column[0] += 1
    return whole.column[0] + below(whole.inside) + other.rate


def whole(first, kind=np.int32, rate=0.5):
    return Whole(np.array([first, 0], kind), Inside(np.full((2, 3), 10.0), rate))


def test_each_tuple_is_read_where_its_own_arrays_are():
    one, two, short = whole(1), whole(100), whole(7, np.int16)
    for again in range(2):
        assert reading(one, one.inside) == 2 + again + 5.0 + 0.5
        assert reading(two, one.inside) == 101 + again + 5.0 + 0.5
        assert reading(short, short.inside._replace(rate=again)) == 8 + again + 5.0 + again
        other = one._replace(column=np.zeros(2, np.int32), inside=one.inside._replace(rate=0.25))
        assert reading(other, two.inside) == 1 + 2.5 + 0.5
    assert one.column[0] == 3


def test_who_does_not_have_somebodys_tuples_runs_all_the_same():
    """The index of what was put down names their module, which is no part of another command."""
    given = whole(1)
    assert reading(given, given.inside) == 2 + 5.0 + 0.5
    market = "MicroworkMarket(end='2014-07-02', population={'people': 300}).run()"
    ran = subprocess.run([sys.executable, "-c", f"from sim import MicroworkMarket; {market}"], capture_output=True)
    assert ran.returncode == 0, ran.stderr


def test_arrays_go_when_the_run_that_had_them_is_over():
    given = whole(1)
    reading(given, given.inside)
    column = weakref.ref(given.column)
    del given
    forget()
    assert column() is None
