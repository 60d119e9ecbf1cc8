"""The data collector that a market has by itself: what Mesa's users and its batch_run ask for, at no cost per step.

The market's own record knows every day, and columns know every agent as of now; so nothing is collected while days
pass. What the instruments read is read when it is asked for, of the present day.
"""

import copy
from collections.abc import Callable, Iterable
from functools import partial
from operator import attrgetter
from typing import Any

import mesa
import numpy as np
import pandas as pd

from sim.agents.client import Client
from sim.agents.platform import BifacePlatform, DeepLabourPlatform
from sim.agents.worker import Worker
from sim.kernel.records import DAILY
from sim.kernel.units import MICRO, RECENT

FUNNEL = ("registered", "seen_month", "seen_week", "worked_month")  # persons, in the order of the record's columns
COUNTED = {  # in the last 30 days: counter of the record, and units of it in one
    "looks_month": ("looks", 1),
    "tasks_posted_month": ("tasks_posted", 1),
    "tasks_done_month": ("tasks_done", 1),
    "pay_month_euro": ("pay_micro_euro", MICRO),
    "spent_month_euro": ("spent_micro_euro", MICRO),
}
READ = {f"{what}.{tier}": (tier.replace("_", " "), what)
        for what in ("reading", "truth") for tier in ("very_active", "regular", "occasional")}  # fmt: skip
_OF_PLATFORMS = ("key", "accounts", "clients", "open_tasks", "watchers")
OF_AGENTS: dict[type, tuple[str, ...]] = {
    Worker: ("engagement", "signed_up", "visits", "looks", "tasks_done", "earned", "hours_paid", "hours_unpaid"),
    Client: ("platform", "active", "spent"),
    BifacePlatform: _OF_PLATFORMS,
    DeepLabourPlatform: _OF_PLATFORMS,
}
NOW = "time" if hasattr(mesa.Model, "time") else "steps"  # by which Mesa keeps what it collects


class Collector(mesa.DataCollector):
    """Numbers of every step, the readings of the last, and each agent's as of now.

    Parameters
    ----------
    model
        A market that can be asked for its `tiers()`.

    Attributes
    ----------
    model_vars : dict of list
        date; registered, seen_month, seen_week, worked_month (persons), looks_month, tasks_posted_month,
        tasks_done_month, pay_month_euro, spent_month_euro (of the last 30 days) of each day; reading.TIER and
        truth.TIER (persons), nan of days on which nobody asked, by `collect` or as the last. All are of the whole
        country. The same as a frame: `get_model_vars_dataframe()`.
    """

    def __init__(self, model: Any) -> None:
        self._model, self._read, self._known = model, {}, (None, {})
        super().__init__({name: partial(self._last, name) for name in self._of_days()})
        for kind, names in OF_AGENTS.items():  # not by name, of which Mesa makes what cannot be pickled
            self.agenttype_reporters[kind] = {name: attrgetter(name) for name in names}

    # Mesa's own begins with empty ones, which stay what they are
    @property
    def model_vars(self) -> dict[str, list]:
        """Each number by name, a list with one value a step."""
        return self._of_days()

    @model_vars.setter
    def model_vars(self, _: object) -> None:
        pass

    @property
    def _collection_steps(self) -> list[float]:
        return [float(step) for step in range(1, self._model.steps + 1)]

    @_collection_steps.setter
    def _collection_steps(self, _: object) -> None:
        pass

    def collect(self, model: Any) -> None:
        """Keep what the instruments read as of now, and what each agent is; both take their time."""
        self._readings()
        self._agenttype_records[getattr(model, NOW)] = {kind: self._record_agenttype(model, kind) for kind in OF_AGENTS}

    def get_agenttype_vars_dataframe(self, agent_type: type) -> pd.DataFrame:
        """What each agent of a type was when it was collected, and is now; index Step and AgentID.

        Types: Worker, Client, BifacePlatform, DeepLabourPlatform, of `sim.agents`.
        """
        now, records = copy.copy(self), self._agenttype_records
        if agent_type in OF_AGENTS and getattr(self._model, NOW) not in records:
            today = {getattr(self._model, NOW): {agent_type: self._record_agenttype(self._model, agent_type)}}
            now._agenttype_records = records | today
        return mesa.DataCollector.get_agenttype_vars_dataframe(now, agent_type)

    def _new_model_reporter(self, name: str, reporter: Callable) -> None:
        self.model_reporters[name] = reporter

    def _record_agenttype(self, model: Any, agent_type: type) -> Iterable[tuple]:
        agents, names = model.agents_by_type.get(agent_type, ()), ["unique_id", *OF_AGENTS[agent_type]]
        return [(getattr(model, NOW), *values) for values in agents.get(names)] if len(agents) else []

    def _last(self, name):
        return self._of_days()[name][-1]

    def _of_days(self):
        """One value a step of each number; made once a day."""
        model = self._model
        if self._known[0] != model.steps:
            days = np.clip(np.arange(model.steps) + max(0, model.day - model.steps), 0, max(0, model.day - 1))
            weight, recorder = model.scenario.population.weight, model.recorder
            found = {"date": [*(np.datetime64(model.scenario.start) + days).astype("datetime64[s]").tolist()]}
            found |= {name: (recorder.funnel[days, n] * weight).tolist() for n, name in enumerate(FUNNEL)}
            for name, (counter, unit) in COUNTED.items():
                so_far = np.append(0, recorder.daily[:, :, getattr(DAILY, counter)].sum(axis=1).cumsum())
                recent = so_far[days + 1] - so_far[np.maximum(days + 1 - RECENT, 0)]
                found[name] = (recent * weight / unit).tolist()
            self._readings()
            read = [self._read.get(day, {}) for day in days.tolist()]
            found |= {name: [one.get(name, np.nan) for one in read] for name in READ}
            self._known = model.steps, found
        return self._known[1]

    def _readings(self):
        """Have what the instruments read as of the last completed day, if one is."""
        last = self._model.day - 1
        if last >= 0 and last not in self._read:
            tiers = self._model.tiers().set_index("tier")
            self._read[last] = {name: float(tiers.at[place]) for name, place in READ.items()}
