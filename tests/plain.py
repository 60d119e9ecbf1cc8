"""Kernels as plain Python, for mutation tests and coverage: nothing is compiled, and a debugger can walk in.

Stands in for `sim.kernel.compiler` when imported before everything else (``PLAIN_KERNELS=1``). The laws are the same,
the last bits of a number may not be; a day of a thousand people takes seconds.
"""

import collections
import ctypes
import inspect
import sys
import types

import numpy as np


class Row(np.void):
    """A row as kernels see it: its fields by name, as Python's numbers, cut to the column's width when written."""

    def __getattribute__(self, name):
        return _cell(self, name).item() if name in FIELDS else _attribute(self, name)

    def __setattr__(self, name, value):
        if name in WHOLE and isinstance(value, int) and not 0 <= value < 128:
            value = np.int64(value).astype(self.dtype[name])
        self[name] = value


_cell, _attribute = np.void.__getitem__, np.void.__getattribute__
FIELDS, WHOLE = set(), set()  # names of all fields, and of those that hold whole numbers


def unchanged(function):
    return function


def joined(arrays, *args, **kwargs):
    """Joined columns remain rows of the same kind."""
    whole = concatenate(arrays, *args, **kwargs)
    first = getattr(arrays[0], "dtype", None)
    return whole.view(first) if first is not None and first.type is Row else whole


concatenate, np.concatenate = np.concatenate, joined


compiler = types.ModuleType("sim.kernel.compiler", "Compiles nothing.")
compiler.kernel = compiler.inner = compiler.inlined = unchanged
compiler.bring = compiler.bring_both = lambda array, row: None
compiler.trailing_zeros = lambda word: (int(word) & -int(word)).bit_length() - 1
compiler.ready = lambda warm_up: False
compiler.digest = lambda: "plain"
compiler._SETTINGS = {}
sys.modules["sim.kernel.compiler"] = compiler

native = types.ModuleType("sim.kernel.native", "Rules of one's own as plain Python: a number stands for a function.")
native.CannotCompileError, native.Native, OWN = ValueError, collections.namedtuple("Native", "code kept"), []


def of_one_s_own(function, places, kinds, files):
    of = inspect.signature(function).parameters
    OWN.append(lambda words: function(**{n: kind(words[k]) for n, k, kind in zip(of, places, kinds, strict=True)}))
    return native.Native(len(OWN), function)


def called_at(place, first, told):
    words = native.words_at(place)
    words[first : first + len(told)] = [float(one) for one in told]
    try:
        return float(OWN[ctypes.c_int64.from_address(place).value - 1](words))
    except Exception:
        return float("nan")


native.compiled, native.called_at = of_one_s_own, called_at
native.words_at = lambda place: (ctypes.c_double * 64).from_address(place)
sys.modules["sim.kernel.native"] = native

import sim.kernel as package  # noqa: E402  (the stand-in comes first)
from sim.kernel import records, streams  # noqa: E402

package.compiler, package.native = compiler, native
for name, value in list(vars(records).items()):
    if isinstance(value, np.dtype) and value.names:
        FIELDS.update(value.names)
        WHOLE.update(field for field in value.names if value[field].kind in "iu")
        setattr(records, name, np.dtype((Row, value)))
WORD = 2**32 - 1


def philox(c0, c1, c2, c3, k0, k1):
    """The generator in Python's integers; numba's words are twenty times slower outside compiled code."""
    c0, c1, c2, c3, k0, k1 = (int(word) & WORD for word in (c0, c1, c2, c3, k0, k1))
    for _ in range(10):
        first, second = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = second >> 32 ^ c1 ^ k0, second & WORD, first >> 32 ^ c3 ^ k1, first & WORD
        k0, k1 = k0 + 0x9E3779B9 & WORD, k1 + 0xBB67AE85 & WORD
    return c0, c1, c2, c3


streams.philox, streams.uint32 = philox, int
