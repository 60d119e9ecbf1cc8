"""How Python hands records over to kernels: put down once, and then as the word where they lie.

Numba takes each array of a named tuple apart at each call, in code of its own in each kernel that Python calls: with
the market's fifty arrays that was half of what is compiled, and of what a run reads from disk. A named tuple is
therefore put down by one kernel for each kind of tuple, as an array of words whose only field is named after the kind:
numba knows such an array at once.
"""

from collections.abc import Callable
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba.core import types
from numba.core.registry import CPUDispatcher
from numba.extending import intrinsic, lower_cast

from sim.kernel.reference import Reference

_MOST = 16  # words that a part takes at most: an array of one dimension seven, two for each further one
_KINDS: dict[str, Reference] = {}  # of what has been put down, by name
_LATEST: dict[type, tuple[tuple, np.ndarray]] = {}  # the last of each kind of tuple, and its words


class Door(CPUDispatcher):
    """A kernel that Python calls with named tuples; `put_down` is the kernel that puts them down."""

    put_down: Callable

    def __call__(self, *given: Any) -> Any:
        """Call the kernel."""
        return super().__call__(*[self._words(one) if isinstance(one, tuple) else one for one in given])

    def _words(self, given):
        kept, words = _LATEST.get(type(given), (None, None))
        if kept is not given:
            kind = Reference(numba.typeof(given))
            _KINDS[kind.name] = kind
            words = np.zeros(_MOST * _parts(given), [(kind.name, np.uint64)])
            assert self.put_down(given, words) <= words.nbytes
            _LATEST[type(given)] = given, words
        return words


def forget() -> None:
    """Let go of the arrays that were handed over last; for when a run is over."""
    _LATEST.clear()


def _parts(given):
    return sum(_parts(part) if isinstance(part, tuple) else 1 for part in given)


def put_down_as(kind: types.Type) -> Reference | None:
    """What an array of words refers to; None if it is no such array."""
    record = kind.dtype if isinstance(kind, types.Array) else None
    return _KINDS.get(next(iter(record.fields))) if isinstance(record, types.Record) else None


@lower_cast(types.Array, Reference)
def _where(context: Any, builder: ir.IRBuilder, fromty: types.Array, toty: Reference, value: Any) -> Any:
    words = context.make_array(fromty)(context, builder, value)
    return builder.bitcast(words.data, context.get_value_type(toty))


@intrinsic
def _store(_: Any, given: Any, words: Any) -> tuple:
    """Lay a named tuple where an array of words is, as kernels that are handed a reference read it."""

    def code(context, builder, signature, arguments):
        kind = context.get_value_type(given)
        view = context.make_array(words)(context, builder, arguments[1])
        builder.store(arguments[0], builder.bitcast(view.data, kind.as_pointer()))
        return ir.Constant(ir.IntType(64), context.get_abi_sizeof(kind))

    return types.int64(given, words), code


def put_down(given: tuple, words: np.ndarray) -> int:
    """Lay a named tuple down in an array of words; the bytes that it takes.

    Writes: words.
    """
    return _store(given, words)
