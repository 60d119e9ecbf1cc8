"""Values taken apart into plain ones and arrays, and put together again: no code is in what is written, nor run by it.

A named tuple or dataclass of `KINDS` is taken apart field by field, so that a new column is in it by itself. Whatever
is none of these, nor a number, a word, a list or a dictionary, is refused with the name at which it stands.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from sim.kernel.arrays import Demand, Firms, Ledger, Market, OrderBook, People, Schedule
from sim.kernel.memory import LINE
from sim.policies.state import Call, PolicyState

KINDS = {
    kind.__name__: kind for kind in (Market, People, Firms, OrderBook, Schedule, Ledger, Demand, PolicyState, Call)
}
_PLAIN = (bool, int, float, str, type(None))
_SAME_AS_PLAIN = (np.bool_, np.int64, np.float64, np.str_)
_ARRAY, _TUPLE, _DICTIONARY = "array", "tuple", "dictionary"
_MAY = "numbers, words, booleans, lists, dictionaries by word and arrays of these can"


class NotKept(TypeError):
    """A value that no checkpoint can hold; the message names where it stands."""


def apart(value: Any, name: str, arrays: dict[str, np.ndarray]) -> Any:
    """A value as JSON knows it; its arrays are put into `arrays` by their full names.

    Raises
    ------
    NotKept
        Naming what cannot be written.
    """
    if isinstance(value, _SAME_AS_PLAIN):
        value = value.item()
    if type(value) in _PLAIN:
        return value
    if isinstance(value, np.ndarray) and not value.dtype.hasobject:
        arrays[name] = value
        return {_ARRAY: name}
    if type(value) is list:
        return [apart(each, f"{name}.{place}", arrays) for place, each in enumerate(value)]
    if type(value) is tuple:
        return {_TUPLE: [apart(each, f"{name}.{place}", arrays) for place, each in enumerate(value)]}
    if type(value) is dict and all(type(key) is str for key in value):
        return {_DICTIONARY: {key: apart(each, f"{name}.{key}", arrays) for key, each in value.items()}}
    if KINDS.get(kind := type(value).__name__) is type(value):
        return {kind: {each: apart(getattr(value, each), f"{name}.{each}", arrays) for each in _names(type(value))}}
    raise NotKept(f"{name} is of the kind {kind}, which no checkpoint can hold: {_MAY}")


def together(plain: Any, arrays: Mapping[str, np.ndarray]) -> Any:
    """The value that `apart` took apart.

    Raises
    ------
    ValueError, LookupError, TypeError
        If it is none.
    """
    if isinstance(plain, list):
        return [together(each, arrays) for each in plain]
    if not isinstance(plain, dict):
        return plain
    ((kind, content),) = plain.items()
    if kind == _ARRAY:
        return arrays[content]
    if kind == _TUPLE:
        return tuple(together(each, arrays) for each in content)
    parts = {name: together(each, arrays) for name, each in content.items()}
    return parts if kind == _DICTIONARY else KINDS[kind](**parts)


def room(shape: tuple[int, ...], dtype: np.dtype) -> np.ndarray:
    """An array, not filled, that begins on a boundary of memory as those of a market do (`sim.kernel.memory`)."""
    size = int(np.prod(shape, dtype=np.int64)) * dtype.itemsize
    whole = np.empty(size + LINE, np.uint8)
    first = -whole.ctypes.data % LINE
    return whole[first : first + size].view(dtype).reshape(shape)


def _names(kind):
    return [field.name for field in fields(kind)] if is_dataclass(kind) else kind._fields
