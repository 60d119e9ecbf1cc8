"""Rows of a market in a given order, and what can be asked of all of them at once."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.agents.view.columns import Column

if TYPE_CHECKING:
    from sim.agents.view.agentset import Handles


class Rows:
    """Numbers of agents of one model; attributes that stand in columns are read as arrays.

    Attributes
    ----------
    model : MicroworkMarket or None
        None for an empty set made from nothing.
    numbers : int array
        Those of the register, in order: `unique_id` of each.
    """

    @property
    def numbers(self) -> np.ndarray:
        """Numbers (`unique_id`) in order, int array."""
        return self._numbers

    def column(self, name: str) -> np.ndarray:
        """An attribute of all of them as an array, in their order.

        Raises
        ------
        AttributeError
            If it is not one that stands in a column of all these agents.
        """
        values = self._column(name)
        if values is None:
            raise AttributeError(f"{name!r} is not a column of these agents; .get({name!r}) asks them one by one")
        return values

    def _column(self, name):
        """The attribute's array, None if it does not stand in one column."""
        if not isinstance(name, str) or self.model is None:
            return None
        if name == "unique_id":
            return self.numbers.astype(np.int64)
        kind, first = self.model.register.kind(self.numbers)
        if kind is None:
            return None
        rows = self.numbers - first
        if name == "row":
            return rows.astype(np.int64)
        attribute = getattr(kind, name, None)
        return attribute.many(self.model, rows) if isinstance(attribute, Column) else None

    def get(self, attr_names: str | Iterable[str], handle_missing: str = "error", default_value: Any = None) -> list:
        """Values of one attribute (a list) or of several (a list of lists), as Mesa's.

        Raises
        ------
        AttributeError
            If an agent lacks the attribute and `handle_missing` is "error".
        ValueError
            If `handle_missing` is neither "error" nor "default".
        """
        if handle_missing not in ("error", "default"):
            raise ValueError(f"handle_missing is {handle_missing!r}; it can be 'error' or 'default'")
        if not isinstance(attr_names, str):
            columns = [self.get(name, handle_missing, default_value) for name in attr_names]
            return [list(values) for values in zip(*columns, strict=True)] if columns else [[] for _ in self.numbers]
        values = self._column(attr_names)
        if values is not None:
            return values.tolist()
        if handle_missing == "default":
            return [getattr(agent, attr_names, default_value) for agent in self.to_list()]
        return [getattr(agent, attr_names) for agent in self.to_list()]

    def agg(self, attribute: str, func: Callable | Iterable[Callable]) -> Any:
        """`func` (or each of several) of the list of all values, as Mesa's; `.column` gives the array."""
        values = self.get(attribute)
        return func(values) if callable(func) else [each(values) for each in func]

    def where(self, mask: np.ndarray) -> "Handles":
        """Those for whom a boolean array, in their order, is true.

        Raises
        ------
        ValueError
            If it is not boolean or not of their number.
        """
        return self._taken(self._mask(mask))

    def _mask(self, mask):
        mask = np.asarray(mask, None if np.size(mask) else bool)
        if mask.dtype != bool or mask.shape != (len(self),):
            raise ValueError(f"a boolean array of shape ({len(self)},) is needed, not {mask.dtype} of {mask.shape}")
        return mask
