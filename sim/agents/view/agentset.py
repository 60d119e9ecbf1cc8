"""A Mesa agent set over rows: it holds numbers, makes handles when they are looked at, and reads columns.

The methods are those of Mesa's `AgentSet` (3.3 to 3.5), with the same meaning. Whatever is asked about an attribute
that stands in a column is answered from the array: a nanosecond a value instead of a fifth of a microsecond. An agent
of a user's own that was removed from the model is in no set any more.
"""

import math
import operator
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Self

import mesa
import numpy as np
from mesa.agent import AgentSet

from sim.agents.view.rows import Rows

if TYPE_CHECKING:
    from random import Random

    from sim.simulation.model import MicroworkMarket

try:  # Mesa 3.5 moved it
    from mesa.agentset import GroupBy
except ImportError:
    from mesa.agent import GroupBy


class Handles(Rows, AgentSet):
    """Agents of one market in a given order.

    Parameters
    ----------
    random
        Used by `shuffle` and `shuffle_do` only; the model's own generator for Mesa users unless given. The market
        itself draws nothing from it.
    """

    _numbers: np.ndarray | None
    _members: dict[int, None] | None  # the same; either may be None, and is then made of the other

    def __init__(self, agents: Iterable, random: "Random | None" = None) -> None:
        self.model, self.random = None, random
        self._replace(np.zeros(0, np.int32))._fill(agents)

    @classmethod
    def of(cls, model: "MicroworkMarket | None", numbers: np.ndarray, random: "Random | None" = None) -> "Handles":
        """The agents of `model` with these numbers, int array."""
        chosen = Handles.__new__(Handles)
        chosen.model, chosen.random = model, random if random is not None or model is None else model.random
        return chosen._replace(numbers)

    def _from_iterable(self, agents):
        """What `|`, `&`, `-` and `^` give: never a live set, and of the same model though it be empty."""
        return Handles.of(self.model, np.zeros(0, np.int32), self.random)._fill(agents)

    def _fill(self, agents):
        for agent in agents:
            if self._model_of(agent).register.number(agent) is not None:  # else it was removed
                self.add(agent)
        return self

    @property
    def numbers(self) -> np.ndarray:
        """Numbers of those that are there, in order; int array."""
        if self._numbers is None:
            self._numbers = np.fromiter(self._members, np.int32, len(self._members))
        if self.model is not None and self._as_of != self.model.register.removals:
            self._replace(self._numbers[self.model.register.there(self._numbers)])
        return self._numbers

    def _in(self):
        """The same as the keys of a dictionary."""
        if self._members is None or self._as_of != self.model.register.removals:
            self._members = dict.fromkeys(self.numbers.tolist())
        return self._members

    def _replace(self, numbers: np.ndarray | None, members: dict | None = None) -> Self:
        self._numbers, self._members = numbers, members
        self._as_of = self.model.register.removals if self.model is not None else 0
        return self

    def _taken(self, places, inplace=False):
        numbers = self.numbers[places]
        return self._replace(numbers) if inplace else Handles.of(self.model, numbers, self.random)

    def set(self, attr_name: str, value: Any) -> Self:
        """Set an attribute of one's own on every agent; columns are not set.

        Raises
        ------
        AttributeError
            If the attribute is one of the model's.
        TypeError
            If they are too many for all to keep something.
        """
        if self.model is not None:
            self.model.register.room_for(len(self))
        for agent in self:
            setattr(agent, attr_name, value)
        return self

    # --- choosing and ordering -------------------------------------------------------------------------------
    def select(
        self,
        filter_func: Any = None,
        at_most: float = float("inf"),
        inplace: bool = False,
        agent_type: type | None = None,
    ) -> "Handles":
        """Those that meet a condition, as Mesa's; the condition may also be a boolean array in their order.

        Raises
        ------
        ValueError
            If an array is given that is not boolean or not of their number.
        """
        places = np.arange(len(self))
        if at_most <= 1.0 and isinstance(at_most, float):
            at_most = int(len(places) * at_most)
        if agent_type is not None:
            places = places[self.model.register.are(self.numbers, agent_type)] if len(places) else places
        if filter_func is not None and not callable(filter_func):
            places = places[self._mask(filter_func)[places]]
        elif filter_func is not None:
            places = self._passing(filter_func, places, at_most)
        if at_most != float("inf"):
            places = places[: max(0, math.ceil(at_most))]
        return self._taken(places, inplace)

    def _passing(self, condition, places, at_most):
        agents, passing = self.model.register.handles(self.numbers[places]) if len(places) else [], []
        for place, agent in zip(places, agents, strict=True):
            if len(passing) >= at_most:
                break
            if condition(agent):
                passing.append(place)
        return np.array(passing, np.int64)

    def shuffle(self, inplace: bool = False) -> "Handles":
        """In random order."""
        order = list(range(len(self)))
        if order:
            self.random.shuffle(order)  # Mesa's generator, as Mesa's users expect; no rule of the market asks it
        return self._taken(np.array(order, np.int64), inplace)

    def sort(self, key: str | Callable, ascending: bool = False, inplace: bool = False) -> "Handles":
        """By an attribute or a function of the agent; equals keep their order."""
        values = self._column(key) if isinstance(key, str) else None
        if values is None:
            given = [*map(operator.attrgetter(key) if isinstance(key, str) else key, self.to_list())]
            values = np.empty(len(given), object)
            for n, value in enumerate(given):
                values[n] = value
        if ascending:
            return self._taken(np.argsort(values, kind="stable"), inplace)
        backwards = np.argsort(values[::-1], kind="stable")[::-1]
        return self._taken(len(values) - 1 - backwards, inplace)

    def groupby(self, by: str | Callable, result_type: str = "agentset") -> GroupBy:
        """Mesa's `GroupBy` of an attribute's values or of what a function gives; groups in order of appearance."""
        values = [*map(by, self.to_list())] if callable(by) else self.get(by)
        places = defaultdict(list)
        for place, value in enumerate(values):
            places[value].append(place)
        groups = {value: self._taken(np.array(those, np.int64)) for value, those in places.items()}
        if result_type == "agentset":
            return Groups(groups)
        return GroupBy({value: group.to_list() for value, group in groups.items()})

    # --- doing -----------------------------------------------------------------------------------------------
    def do(self, method: str | Callable, *args, **kwargs) -> Self:
        """Call a method (by name) or a function on each."""
        self.map(method, *args, **kwargs)
        return self

    def shuffle_do(self, method: str | Callable, *args, **kwargs) -> Self:
        """The same in random order."""
        self.shuffle().map(method, *args, **kwargs)
        return self

    def map(self, method: str | Callable, *args, **kwargs) -> list:
        """Results of a method (by name) or a function called on each that is still there in its turn, a list."""
        if isinstance(method, str):
            return [getattr(agent, method)(*args, **kwargs) for agent in self]
        return [method(agent, *args, **kwargs) for agent in self]

    # --- a sequence ------------------------------------------------------------------------------------------
    def to_list(self) -> list[mesa.Agent]:
        """The agents, in order."""
        return self.model.register.handles(self.numbers) if len(self.numbers) else []

    def __len__(self) -> int:
        return len(self.numbers)

    def __iter__(self) -> Iterator[mesa.Agent]:
        if self.model is None:
            return iter(())
        return self.model.register.those_left(self.to_list())

    def __contains__(self, agent: object) -> bool:
        return self.model is not None and self.model.register.number(agent) in self._in()

    def __getitem__(self, item: int | slice) -> Any:
        chosen = self.numbers[item if isinstance(item, slice) else [operator.index(item)]]
        agents = self.model.register.handles(chosen) if len(chosen) else []
        return agents if isinstance(item, slice) else agents[0]

    def copy(self) -> "Handles":
        """The same agents in a set of their own."""
        return Handles.of(self.model, self.numbers.copy(), self.random)

    __copy__ = copy

    # --- a set -----------------------------------------------------------------------------------------------
    def _model_of(self, agent):
        model = getattr(agent, "model", None) if self.model is None else self.model
        if not isinstance(agent, mesa.Agent) or agent.model is not model:
            raise TypeError(f"a set holds agents of one model, which {agent!r} is not")
        return model

    def add(self, agent: mesa.Agent) -> None:
        """Add an agent of the same model.

        Raises
        ------
        TypeError
            If it is of another model or of none, or was removed from it.
        """
        model = self._model_of(agent)
        number = model.register.number(agent)
        if number is None:
            raise TypeError(f"{agent!r} was removed from its model")
        if self.model is None:
            self.model, self.random = model, model.random if self.random is None else self.random
        members = self._in()
        if number not in members:
            self._replace(None, members)
            members[number] = None

    def discard(self, agent: mesa.Agent) -> None:
        """Take an agent out, if it is there."""
        if agent in self:
            members = self._in()
            self._replace(None, members)
            del members[self.model.register.number(agent)]

    def remove(self, agent: mesa.Agent) -> None:
        """Take an agent out.

        Raises
        ------
        KeyError
            If it is not there.
        """
        if agent not in self:
            raise KeyError(agent)
        self.discard(agent)

    def pop(self) -> mesa.Agent:
        """Take out the first and return it.

        Raises
        ------
        KeyError
            If there is none.
        """
        number = None if self.model is None else next(iter(self._in()), None)
        if number is None:
            raise KeyError("the set is empty")
        agent = self.model.register.handle(number)
        self.discard(agent)
        return agent

    def __getstate__(self) -> dict:
        return {"model": self.model, "random": self.random, "_numbers": self.numbers}

    def __setstate__(self, state: dict) -> None:
        self.__dict__.update({"_members": None, "_as_of": 0} | state)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self)} agents>"


class Groups(GroupBy):
    """Mesa's groups, aggregating from the columns."""

    def agg(self, attr_name: str, func: Callable) -> dict:
        """`func` of the attribute's values in each group, a dictionary."""
        return {value: group.agg(attr_name, func) for value, group in self.groups.items()}
