"""A handle: a Mesa agent that is a number; what it knows stands in the model's columns.

A market has hundreds of thousands of people and its kernels work on arrays. An agent object is therefore only a
way to look at one row. It is made without Mesa's registration, which costs two weak references, three dictionary
entries and, in Mesa 3.3, keeps every model alive for ever. The model is an attribute of a subclass made for it, so
that a handle holds one number and nothing else.
"""

from collections.abc import Callable
from typing import Any

import mesa
import numpy as np


class Column:
    """An attribute kept in an array, read for one agent or for many at once.

    Parameters
    ----------
    many
        ``many(model, rows)`` gives an array of the values of an integer array of rows.
    one
        ``one(model, row)`` gives the value of one row as a plain Python object.
    doc
        One sentence with the unit.
    """

    def __init__(self, many: Callable, one: Callable, doc: str) -> None:
        self.many, self.one, self.__doc__ = many, one, doc

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, agent: Any, owner: type | None = None) -> Any:
        if agent is None:
            return self
        return self.one(agent.model, agent.unique_id - agent.first)

    def __set__(self, agent: Any, value: Any) -> None:
        raise AttributeError(f"{self.name!r} stands in the model's columns: it can be read here, not set")


def number(table: Callable, field: str, doc: str, kind: type | None = None, per: int = 1) -> Column:
    """A column of numbers.

    Parameters
    ----------
    table
        Gives the model's structured array.
    kind
        float64 or int64, wide enough to be summed, unless said.
    per
        Units of the array in one unit of the attribute, such as 3600 for hours kept in seconds.
    """

    def many(model, rows):
        values = table(model)[field][rows]
        if per != 1:
            return values / np.float64(per)
        return values.astype(kind or (np.float64 if values.dtype.kind == "f" else np.int64))

    def one(model, row):
        value = table(model)[field].item(row)
        return value / per if per != 1 else kind(value) if kind else value

    return Column(many, one, doc)


def word(table: Callable, field: str, words: tuple[str, ...], doc: str) -> Column:
    """A column of words, kept as their places in `words`."""
    array = np.array(words, object)
    return Column(
        lambda model, rows: array[table(model)[field][rows]],
        lambda model, row: words[table(model)[field].item(row)],
        doc,
    )


def computed(many: Callable, doc: str) -> Column:
    """A column given by a function of many rows only."""
    return Column(many, lambda model, row: many(model, np.array([row])).tolist()[0], doc)


class Kind(type):
    """What classes of handles are: that of one model's handles is, as a key, the same as the public one."""

    public: type

    def __eq__(cls, other: object) -> bool:
        return isinstance(other, Kind) and cls.public is other.public

    def __hash__(cls) -> int:
        return type.__hash__(cls.public)

    def __init__(cls, name: str, bases: tuple, names: dict) -> None:
        super().__init__(name, bases, names)
        if "public" not in names:
            cls.public = cls


class Handle(mesa.Agent, metaclass=Kind):
    """One row of a market seen as a Mesa agent.

    Two handles are equal if they show the same row of the same model. Attributes of one's own may be set on a handle,
    as on any Mesa agent: the model keeps them, so that every handle on the row has them, and copies of the model too.

    Attributes
    ----------
    unique_id : int
        Number within the model; a worker's number is their row, for ever.
    model : MicroworkMarket
    """

    __slots__ = ("unique_id",)
    first = 0  # number of row 0
    pos = None  # Mesa's place in a space: there is none

    def __init__(self, *args, **kwargs) -> None:
        raise TypeError(
            f"a {type(self).__name__} is not made by hand: the scenario says who exists; "
            "look at model.agents, or write another subclass of mesa.Agent"
        )

    @property
    def row(self) -> int:
        """Row in the model's columns."""
        return self.unique_id - self.first

    def remove(self) -> None:
        """Nobody is taken out of a market by hand.

        Raises
        ------
        TypeError
        """
        raise TypeError(STAY)

    def __getattr__(self, name: str) -> Any:
        if name[:2] != "__" and name != "model" and self.model.register.joined(self):
            return getattr(self, name)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __setattr__(self, name: str, value: Any) -> None:
        if name in ("unique_id", "model", "first"):
            raise AttributeError(f"{name!r} says which agent this is: it can be read here, not set")
        if name[:2] != "__" and not hasattr(getattr(type(self), name, None), "__set__"):
            self.model.register.keep(self)
        object.__setattr__(self, name, value)

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return isinstance(other, Handle) and self.unique_id == other.unique_id and self.model is other.model

    def __hash__(self) -> int:
        return self.unique_id

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.row}>"

    def __reduce__(self) -> tuple:
        return _look_up, (type(self).public, self.model, self.unique_id, self.first)


STAY = "people do not leave the register: they stop looking, and may come back; agents of your own leave by .remove()"
put_number = Handle.unique_id.__set__


def _look_up(kind, model, number, first):
    try:
        return model.register.handle(number)
    except AttributeError:  # the model is being read back itself, and this is one of its parts
        handle = object.__new__(kind)
        put_number(handle, number)
        vars(handle).update(model=model, first=first)
        return handle
