"""The register of a market: everyone's number, and handles for those who are looked at.

Workers are numbered by their row, then come platforms, clients, absent accounts and agents of a user's own. Those
who had come by the last completed day are there, in order of arrival; nobody leaves. Up to `STORED` people and absent
accounts a handle is made once, when first looked at, and stored; in larger markets it is made anew each time and equals
the one before.
"""

import gc
from bisect import bisect_right
from collections.abc import Callable, Hashable
from functools import cached_property
from typing import Any

import mesa
import numpy as np

from sim.agents.client import Client
from sim.agents.platform import BifacePlatform, DeepLabourPlatform
from sim.agents.view.absent import AbsentAccount
from sim.agents.view.agentset import Handles
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

    def _replace(self, numbers):
        raise TypeError(
            "the register of a market is not edited: people do not leave it and are not added by hand; "
            "take a set of your own with .copy(), .select(...), .shuffle() or .sort(...)"
        )

    def __getstate__(self) -> dict:
        return {"model": self.model, "random": self.random, "_kind": self._kind}


class Register:
    """Numbers and handles of one market.

    Attributes
    ----------
    keeps : bool
        Whether a handle, once made, is stored.
    everyone : Registered
    by_type : dict
        The live set of each kind of agent, by public class.
    """

    def __init__(self, model: "AgentsOfColumns") -> None:
        columns, self.model = model.columns, model
        self._people, self._others, self._beyond, self._last = np.cumsum(
            [len(columns.people.persons), len(columns.firms.platforms), len(columns.firms.clients), len(model.absent)]
        ).tolist()  # numbers at which platforms, clients, absent accounts and a user's own agents begin
        self._structures = [PLATFORMS[STRUCTURES[structure]] for structure in columns.firms.platforms["structure"]]
        self._classes = [Worker, *self._structures, Client, AbsentAccount]
        self._begins = [0, *range(self._people, self._others + 1), self._beyond]  # where each of those begins
        self._first = {Worker: 0, **dict.fromkeys(self._structures, self._people), Client: self._others}
        self._arrivals = {
            Worker: _arrivals(columns.people.persons["signed_up"], 0),
            Client: _arrivals(columns.firms.clients["first_day"], self._others),
        }
        if len(model.absent):
            self._first[AbsentAccount] = self._beyond
            self._arrivals[AbsentAccount] = _arrivals(model.absent["signed_up"], self._beyond)
        self._bound = {kind: _bound(kind, model, first) for kind, first in self._first.items()}
        self.keeps = len(columns.people.persons) + len(model.absent) <= STORED
        self._stored = [None] * self._last if self.keeps else None
        self._own, self._day, self._today = [], None, {}
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
            own = [self._last + n for n, agent in enumerate(self._own) if agent is not None]
            return np.concatenate([*(self.present(each) for each in self._first), np.array(own, np.int32)])
        if kind in self._arrivals:
            days, numbers = self._arrivals[kind]
            return numbers[: np.searchsorted(days, self.model.day)]
        rows = [self._people + p for p, structure in enumerate(self._structures) if structure is kind]
        return np.array(rows, np.int32)

    def kind(self, numbers: np.ndarray) -> tuple[type | None, int]:
        """The class whose columns answer for all these numbers, and its first number; (None, 0) without one."""
        if len(numbers):
            low, high = bisect_right(self._begins, numbers.min()) - 1, bisect_right(self._begins, numbers.max()) - 1
            if low == high and self._classes[low] in self._arrivals and numbers.max() < self._last:
                return self._classes[low], self._begins[low]
        return None, 0

    def are(self, numbers: np.ndarray, kind: type) -> np.ndarray:
        """Which of these numbers are agents of a class; bool array."""
        place = np.searchsorted(self._begins, numbers, side="right") - 1
        answer = np.array([issubclass(each, kind) for each in self._classes])[place]
        for n in np.flatnonzero(numbers >= self._last):
            answer[n] = isinstance(self._own[numbers[n] - self._last], kind)
        return answer

    # --- handles ---------------------------------------------------------------------------------------------
    def handle(self, number: int) -> mesa.Agent:
        """The agent of a number."""
        return self.handles(np.array([number]))[0]

    def handles(self, numbers: np.ndarray) -> list:
        """The agents of these numbers, a list; agents of a user's own that were removed are left out."""
        wanted, stored = numbers.tolist(), self._stored
        if stored is None:
            agents = self._make(wanted)
        else:
            missing = [number for number in wanted if stored[number] is None]
            for number, agent in zip(missing, self._make(missing), strict=True):
                stored[number] = agent
            agents = [stored[number] for number in wanted]
        return agents if None not in self._own else [agent for agent in agents if agent is not None]

    def _make(self, numbers):
        """New handles; not registered with Mesa, which would cost ten times as much."""
        new, worker, people = object.__new__, self._bound[Worker], self._people
        agents, collecting = [], gc.isenabled() and len(numbers) > BULK
        if collecting:
            gc.disable()
        for number in numbers:
            if number >= self._last:
                agents.append(self._own[number - self._last])
                continue
            agent = new(worker if number < people else self._class(number))
            agent.unique_id = number
            agents.append(agent)
        if collecting:
            gc.enable()
        return agents

    def _class(self, number):
        return self._bound[self._classes[bisect_right(self._begins, number) - 1]]

    # --- agents of a user's own ------------------------------------------------------------------------------
    def admit(self, agent: mesa.Agent) -> None:
        """Number an agent of a user's own class."""
        agent.unique_id = self._last + len(self._own)
        for agents in (self._own, self._stored):
            if agents is not None:
                agents.append(agent)
        self._today.pop(("present", None), None)

    def dismiss(self, agent: mesa.Agent) -> None:
        """Let go of an agent of a user's own class."""
        self._own[agent.unique_id - self._last] = None
        if self.keeps:
            self._stored[agent.unique_id] = None
        self._today.pop(("present", None), None)


def _arrivals(days, first):
    """Days of arrival in order, and the numbers that arrive on them."""
    order = np.argsort(days, kind="stable").astype(np.int32)
    return days[order], order + np.int32(first)


def _bound(kind, model, first):
    """`kind` with the model as an attribute of the class."""
    names = {"__slots__": (), "__module__": kind.__module__, "__doc__": kind.__doc__, "model": model, "first": first}
    return type(kind.__name__, (kind,), names)


class AgentsOfColumns:
    """What makes a model over columns a Mesa model with agents; stands before `mesa.Model` in the bases.

    The model has ``columns``, ``day``, ``platform_keys``, ``lifetime``, ``last_month`` and ``engagement()``, and
    ``absent``, the accounts that nobody opens.
    """

    @cached_property
    def register(self) -> Register:
        """Numbers and handles of everyone, made when first looked at."""
        register = Register(self)
        for agent in super().agents:
            register.admit(agent)
        return register

    @property
    def agents(self) -> Registered:
        """All agents as of the last completed day: workers, platforms, clients, and a user's own."""
        return self.register.everyone

    @property
    def agents_by_type(self) -> dict:
        """The same by class, a dictionary."""
        return {**self.register.by_type, **super().agents_by_type}

    @property
    def agent_types(self) -> list[type]:
        """Classes of agents, a list."""
        return list(self.agents_by_type)

    @property
    def scenario(self) -> Scenario:
        """What the run depends on; Mesa 3.5 would write into it, which a frozen scenario does not allow."""
        return self._scenario

    @scenario.setter
    def scenario(self, scenario: Scenario) -> None:
        self._scenario = scenario

    def register_agent(self, agent: mesa.Agent) -> None:
        """Called by Mesa when an agent of a user's own class is made."""
        register = self.register
        super().register_agent(agent)
        register.admit(agent)

    def deregister_agent(self, agent: mesa.Agent) -> None:
        """Called by Mesa when an agent of a user's own class is removed."""
        super().deregister_agent(agent)
        self.register.dismiss(agent)

    def __getstate__(self) -> dict:
        """Everything but the handles, which are made again when looked at."""
        return {name: value for name, value in vars(self).items() if name != "register"}


def forget(model: mesa.Model) -> None:
    """Let go of a model in Mesa 3.3, which never does if agents of a user's own were registered with it."""
    getattr(mesa.Agent, "_ids", {}).pop(model, None)
