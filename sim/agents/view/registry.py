"""The register of a market: everyone's number, and handles for those who are looked at.

Workers are numbered by their row, as in every table of results; then come platforms, clients, absent accounts and, in
the order in which they are made, agents of a user's own (from 1, as Mesa's, where there are no columns). No number is
given twice. Those who had come by the last completed day are there, in order of arrival; nobody of the columns leaves.
Up to `STORED` people and absent accounts a handle is made once, when first looked at, and stored; in larger markets it
is made anew each time and equals the one before; a tenth of `STORED` may keep attributes of a user's own.
"""

import gc
from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterator
from functools import cached_property
from typing import Any

import mesa
import numpy as np

from sim.agents.client import Client
from sim.agents.platform import BifacePlatform, DeepLabourPlatform
from sim.agents.view.absent import AbsentAccount
from sim.agents.view.agentset import Handles
from sim.agents.view.columns import STAY, Handle, put_number
from sim.agents.view.scenario import shown
from sim.agents.worker import Worker
from sim.kernel.categories import STRUCTURES
from sim.scenario.scenario import Scenario

__all__ = ["AgentsOfColumns", "Handles", "Register", "Registered", "forget"]

STORED = 1_000_000  # at about 104 bytes each
BULK = 10_000  # from so many new handles on, the garbage collector would only get in the way
PLATFORMS = dict(zip(STRUCTURES, (BifacePlatform, DeepLabourPlatform), strict=True))


class Registered(Handles):
    """All agents of one kind, or of all kinds, that are there now: the set grows with the market by itself."""

    def __init__(self, model: "AgentsOfColumns", kind: type | None = None) -> None:
        self.model, self.random, self._kind = model, model.random, kind

    @property
    def numbers(self) -> np.ndarray:
        """Numbers of those there as of the last completed day, int array."""
        return self.model.register.present(self._kind)

    def _in(self):
        return self.model.register.today(("in", self._kind), lambda: dict.fromkeys(self.numbers.tolist()))

    def _replace(self, numbers, members=None):
        raise TypeError(
            "the register of a market is not edited: people do not leave it and are not added by hand; "
            "take a set of your own with .copy(), .select(...), .shuffle() or .sort(...)"
        )

    def __getstate__(self) -> dict:
        return {"model": self.model, "random": self.random, "_kind": self._kind}

    def __setstate__(self, state: dict) -> None:
        self.__dict__.update(state)


class Register:
    """Numbers and handles of one market.

    Attributes
    ----------
    keeps : bool
        Whether a handle, once made, is stored.
    removals : int
        How many agents of a user's own have been removed.
    everyone : Registered
    by_type : dict
        The live set of each kind of agent, by public class.
    """

    def __init__(self, model: "AgentsOfColumns") -> None:
        columns, self.model = model.columns, model
        rows = [columns.people.persons, columns.firms.platforms, columns.firms.clients, model.absent]
        self._people, self._others, self._beyond, end = np.cumsum([*map(len, rows)]).tolist()
        self._last = max(end, 1)  # numbers at which platforms, clients, absent accounts and a user's own agents begin
        self.peopled = end > 0
        self._structures = [PLATFORMS[STRUCTURES[structure]] for structure in columns.firms.platforms["structure"]]
        self._classes = [Worker, *self._structures, Client, AbsentAccount]
        self._begins = [0, *range(self._people, self._others + 1), self._beyond]  # where each of those begins
        arriving = {
            Client: (columns.firms.clients["first_day"], self._others),
            AbsentAccount: (model.absent["signed_up"], self._beyond),
        }
        self._arrivals = {kind: _arrivals(*those) for kind, those in arriving.items() if len(those[0])}
        first = {kind: arriving[kind][1] for kind in self._arrivals} | dict.fromkeys(self._structures, self._people)
        first |= {Worker: 0} if self._people else {}
        self._first = {kind: first[kind] for kind in dict.fromkeys(self._classes) if kind in first}
        self._bound = {kind: _bound(kind, model, first) for kind, first in self._first.items()}
        self.keeps = len(columns.people.persons) + len(model.absent) <= STORED
        self._stored = [None] * self._last if self.keeps else None
        self._day, self._today, self.removals = None, {}, 0
        self._own, self._attributes = model.own_agents, model.own_attributes
        self._numbers = {id(agent): number for number, agent in self._own.items()}
        self.everyone = Registered(model)
        self.by_type = {kind: Registered(model, kind) for kind in self._first}

    def today(self, name: Hashable, compute: Callable) -> Any:
        """What `compute()` gave when first asked for since the last completed day."""
        if self._day != self.model.day:
            self._day, self._today = self.model.day, {}
        if name not in self._today:
            self._today[name] = compute()
        return self._today[name]

    # --- who is there ----------------------------------------------------------------------------------------
    def present(self, kind: type | None = None) -> np.ndarray:
        """Numbers of those there as of the last completed day, in order of arrival; int32 array."""
        return self.today(("present", kind), lambda: self._present(kind))

    def _present(self, kind):
        if kind is None:
            return np.concatenate([*map(self.present, self._first), np.array([*self._own], np.int32)])
        if kind is Worker and self._people:  # who will come is known on their day, and not before
            signed_up = self.model.columns.people.persons["signed_up"]
            rows = np.flatnonzero(signed_up < self.model.day).astype(np.int32)
            return rows[np.argsort(signed_up[rows], kind="stable")]
        if kind in self._arrivals:
            days, numbers = self._arrivals[kind]
            return numbers[: np.searchsorted(days, self.model.day)]
        if kind not in self._first:
            return np.array([number for number, agent in self._own.items() if type(agent) is kind], np.int32)
        rows = [self._people + p for p, structure in enumerate(self._structures) if structure is kind]
        return np.array(rows, np.int32)

    def kind(self, numbers: np.ndarray) -> tuple[type | None, int]:
        """The class whose columns answer for all these numbers, and its first number; (None, 0) without one."""
        if len(numbers):
            low, high = bisect_right(self._begins, numbers.min()) - 1, bisect_right(self._begins, numbers.max()) - 1
            if low == high and self._classes[low] in (Worker, *self._arrivals) and numbers.max() < self._last:
                return self._classes[low], self._begins[low]
        return None, 0

    def are(self, numbers: np.ndarray, kind: type) -> np.ndarray:
        """Which of these numbers are agents of a class; bool array."""
        place = np.searchsorted(self._begins, numbers, side="right") - 1
        answer = np.array([issubclass(self._bound.get(each, each), kind) for each in self._classes])[place]
        for n in np.flatnonzero(numbers >= self._last):
            answer[n] = isinstance(self._own[numbers[n]], kind)
        return answer

    def there(self, numbers: np.ndarray) -> np.ndarray:
        """Which of these numbers are still there: all but a user's own agents that were removed; bool array."""
        answer = numbers < self._last
        for n in np.flatnonzero(~answer):
            answer[n] = numbers[n] in self._own
        return answer

    def those_left(self, agents: list) -> Iterator[mesa.Agent]:
        """These agents one by one, but for those of a user's own that were removed before their turn."""
        if not self._own:
            return iter(agents)
        return (agent for agent in agents if isinstance(agent, Handle) or id(agent) in self._numbers)

    def number(self, agent: object) -> int | None:
        """The number of an agent that is there; None for anything else."""
        if isinstance(agent, Handle):
            return agent.unique_id if agent.model is self.model else None
        return self._numbers.get(id(agent))

    # --- handles ---------------------------------------------------------------------------------------------
    def handle(self, number: int) -> mesa.Agent:
        """The agent of a number."""
        return self.handles(np.array([number]))[0]

    def handles(self, numbers: np.ndarray) -> list:
        """The agents of these numbers, a list."""
        wanted, stored, last = numbers.tolist(), self._stored, self._last
        if stored is None:
            return self._make(wanted)
        missing = [number for number in wanted if number < last and stored[number] is None]
        for number, agent in zip(missing, self._make(missing), strict=True):
            stored[number] = agent
        return [stored[number] if number < last else self._own[number] for number in wanted]

    def _make(self, numbers):
        """New handles; not registered with Mesa, which would cost ten times as much."""
        new, worker, people, attributes = object.__new__, self._bound.get(Worker), self._people, self._attributes
        agents, collecting = [], gc.isenabled() and len(numbers) > BULK
        if collecting:
            gc.disable()
        for number in numbers:
            if number >= self._last:
                agents.append(self._own[number])
                continue
            agent = new(worker if number < people else self._class(number))
            put_number(agent, number)
            if number in attributes:
                agent.__dict__ = attributes[number]
            agents.append(agent)
        if collecting:
            gc.enable()
        return agents

    def _class(self, number):
        return self._bound[self._classes[bisect_right(self._begins, number) - 1]]

    # --- a user's own: attributes and agents -----------------------------------------------------------------
    def room_for(self, handles: int) -> None:
        """Raise TypeError if so many handles are too many to keep attributes of a user's own."""
        if not self.keeps and handles > (most := STORED // 10):
            size = "in a market of this size handles are made when looked at"
            raise TypeError(f"{size}, and no more than {most} keep attributes of your own")

    def keep(self, handle: Handle) -> None:
        """Have the model keep a handle's attributes, for whoever looks at its row; raises TypeError if too many."""
        if not self.joined(handle) and handle.unique_id not in self._attributes:
            self.room_for(len(self._attributes) + 1)
            self._attributes[handle.unique_id] = {}
            self.joined(handle)

    def joined(self, handle: Handle) -> bool:
        """Give a handle the attributes that were set on an equal one; whether it had not had them."""
        kept = self._attributes.get(handle.unique_id)
        if kept is None or vars(handle) is kept:
            return False
        handle.__dict__ = kept
        if type(handle) in self._bound:  # it was read back before its model
            handle.__class__ = self._class(handle.unique_id)
        return True

    def admit(self, agent: mesa.Agent, number: int) -> None:
        """Let in an agent of a user's own class."""
        self._own[number], self._numbers[id(agent)] = agent, number
        self.let_in(type(agent))
        self._changed()

    def let_in(self, kind: type[Any]) -> None:
        """Have a live set of a user's own class."""
        if kind not in self.by_type:
            self.by_type[kind] = Registered(self.model, kind)

    def dismiss(self, agent: mesa.Agent) -> None:
        """Let go of an agent of a user's own class; raises KeyError if it is not there."""
        if (number := self._numbers.pop(id(agent), None)) is None:
            raise KeyError(agent)
        del self._own[number]
        self.removals += 1
        self._changed()

    def free(self) -> int:
        """A number for an agent of a user's own; none is given twice."""
        return max(self._last, getattr(self.model, "agent_id_counter", 0))

    def _changed(self):
        for kind in (None, *self.by_type.keys() - self._first.keys()):
            self._today.pop(("present", kind), None)
            self._today.pop(("in", kind), None)


def _arrivals(days, first):
    """Days of arrival in order, and the numbers that arrive on them."""
    order = np.argsort(days, kind="stable").astype(np.int32)
    return days[order], order + np.int32(first)


def _bound(kind, model, first):
    """`kind` with the model as an attribute of the class."""
    names = {"__slots__": (), "__module__": kind.__module__, "__doc__": kind.__doc__, "public": kind}
    return type(kind)(kind.__name__, (kind,), names | {"model": model, "first": first})


class AgentsOfColumns:
    """What makes a model over columns a Mesa model with agents; stands before `mesa.Model` in the bases.

    The model has ``columns``, ``day``, ``platform_keys``, ``lifetime``, ``last_month`` and ``engagement()``, and
    ``absent``, the accounts that nobody opens.
    """

    @cached_property
    def register(self) -> Register:
        """Numbers and handles of everyone, made when first looked at."""
        return Register(self)

    @cached_property
    def own_agents(self) -> dict[int, mesa.Agent]:
        """Agents of a user's own by number, in the order in which they were registered."""
        return {}

    @cached_property
    def own_attributes(self) -> dict[int, dict[str, Any]]:
        """What a user has set on handles, by number."""
        return {}

    @property
    def agents(self) -> Registered:
        """All agents as of the last completed day: workers, platforms, clients, and a user's own."""
        return self.register.everyone

    @property
    def agents_by_type(self) -> dict:
        """The same by class, a dictionary."""
        for kind in super().agents_by_type:
            self.register.let_in(kind)
        return self.register.by_type

    @property
    def agent_types(self) -> list[type]:
        """Classes of agents, a list."""
        return list(self.agents_by_type)

    @property
    def scenario(self) -> Scenario:
        """What the run depends on; from Mesa 3.5 on it is one of Mesa's scenarios too, which know their model."""
        if not isinstance(self._scenario, Scenario):
            return self._scenario  # Mesa's, of a model without one of ours
        if "_shown" not in vars(self):
            self._shown = shown(self._scenario, self)
        return self._shown

    @scenario.setter
    def scenario(self, scenario: Scenario) -> None:
        if isinstance(vars(self).get("_scenario"), Scenario):
            raise AttributeError("a market keeps the scenario that it was made of; another one is another market's")
        self._scenario = scenario
        if not isinstance(scenario, Scenario):
            scenario.model = self

    def register_agent(self, agent: mesa.Agent) -> None:
        """Let in an agent of a user's own class; Mesa does when one is made.

        Raises
        ------
        TypeError
            If it is one of the market's, another model's or none.
        """
        if isinstance(agent, Handle) or not isinstance(agent, mesa.Agent) or agent.model is not self:
            raise TypeError(f"{agent!r} is not registered by hand: only agents of your own, each in its own model, are")
        if self.register.number(agent) is None:
            hash(agent)  # as every set of agents will
            agent.unique_id = self.agent_id_counter = self.register.free()
            self.register.admit(agent, agent.unique_id)
            super().register_agent(agent)
            self.agent_id_counter = agent.unique_id + 1

    def deregister_agent(self, agent: mesa.Agent) -> None:
        """Let go of an agent of a user's own class; Mesa does when one is removed.

        Raises
        ------
        KeyError
            If it is not there.
        TypeError
            If it is one of the market's.
        """
        if isinstance(agent, Handle):
            raise TypeError(STAY)
        self.register.dismiss(agent)
        super().deregister_agent(agent)

    def remove_all_agents(self) -> None:
        """Let go of all, as Mesa does; where there are people, who do not leave, that is a TypeError."""
        if self.register.peopled:
            raise TypeError(STAY)
        super().remove_all_agents()

    def __getstate__(self) -> dict:
        """Everything but the handles, which are made again when looked at."""
        return {name: value for name, value in vars(self).items() if name not in ("register", "_shown")}


def forget(model: mesa.Model) -> None:
    """Let go of a model in Mesa 3.3, which never does if agents of a user's own were registered with it."""
    getattr(mesa.Agent, "_ids", {}).pop(model, None)
