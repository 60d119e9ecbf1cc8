"""A market that is played: its days, what is kept of them to be drawn, and what the instruments brought back."""

import math
from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pandas as pd

from sim.app.traces import Tracing
from sim.instruments.fieldwork import Fieldwork
from sim.kernel.categories import ENGAGEMENTS
from sim.kernel.records import DAILY
from sim.kernel.units import HOUR, MICRO
from sim.results.tables import results
from sim.scenario.scenario import Scenario
from sim.simulation.day import DayByDay

MEAN = 7  # days over which a line is a trailing mean
COUNTED = ("registered", "looking", "watching", "working", "posted", "taken", "open", "pay")  # of the country, a day
RATES = {"pay_active": ("paid_seconds", "unpaid_seconds"), "pay_present": ("present_seconds",)}  # euro an hour of these
SERIES = (*COUNTED, *RATES)


class Played:
    """One market, played day by day."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.market = DayByDay(scenario)
        self.record = Tracing(scenario, self.market.days, self.market.columns)
        self.market.recorder = self.record
        self.tiers: pd.DataFrame | None = None
        survey = scenario.survey
        last = math.ceil(survey.first_day) + survey.open_days + 1
        over = (max(survey.waves) - scenario.start).days + last
        self.survey_over = min(max(over, 1), self.market.days) if survey.on else self.market.days
        self._read_on = -1

    @property
    def day(self) -> int:
        """Days that are over."""
        return self.market.day

    @property
    def last_date(self) -> date:
        """The last day that is over; before the first, the day before it."""
        return self.scenario.start + timedelta(days=self.day - 1)

    @property
    def read_after(self) -> date:
        """The day after which the instruments are asked."""
        return self.scenario.start + timedelta(days=self.survey_over - 1)

    # --- what is drawn ----------------------------------------------------------------------------------------
    def series(self, name: str, first: int = 0) -> np.ndarray:
        """One line from a day on: trailing means of seven days; counts, tasks and euros are of the whole country.

        Parameters
        ----------
        name
            One of `SERIES`; pay_active and pay_present are euros an hour.
        """
        before = max(0, first - MEAN + 1)
        if name in RATES:
            spent = sum(self._counter(one, before) for one in RATES[name]) / HOUR
            earned = self._counter("pay_micro_euro", before) / MICRO
            with np.errstate(invalid="ignore", divide="ignore"):
                line = _mean(earned) / _mean(spent)
        elif name == "registered":
            line = self.record.funnel[before : self.day, 0] * self.scenario.population.weight
        else:
            line = _mean(self._of_day(name, before) * self.scenario.population.weight)
        return line[first - before :]

    def _of_day(self, name, first):
        people = ("looking", "watching", "working")
        if name in people:
            return self.record.people[first : self.day, people.index(name)].astype(float)
        counters = {"posted": "tasks_posted", "taken": "tasks_done", "open": "tasks_open", "pay": "pay_micro_euro"}
        return self._counter(counters[name], first) / (MICRO if name == "pay" else 1)

    def _counter(self, name, first):
        return self.record.daily[first : self.day, :, getattr(DAILY, name)].sum(axis=1).astype(float)

    def example(self, engagement: str, place: int = 0) -> int | None:
        """A worker of that engagement, of those who spent most time in the last days the one at `place`; or None."""
        found = np.flatnonzero(self.market.engagement() == ENGAGEMENTS.index(engagement))
        found = found[self.market.columns.people.workers["state"][found] > 0]
        spent = np.zeros(len(self.market.columns.people.workers))
        for day in self.record.past:
            spent[day.spent["worker"]] += day.spent["active"] + day.spent["watching"]
        found = found[np.argsort(-spent[found], kind="stable")]
        return int(found[place % len(found)]) if len(found) else None

    # --- what the instruments say ------------------------------------------------------------------------------
    def to_be_read(self) -> bool:
        """Whether the survey is over, or the run, and the instruments have not been asked since."""
        return self.day in (self.survey_over, self.market.days) and self._read_on != self.day

    def reading(self) -> Callable[[], pd.DataFrame]:
        """Ask the instruments, of the days so far; takes a moment."""
        self._read_on = self.day

        def ask() -> pd.DataFrame:
            self.tiers = Fieldwork(results(self.market)).tiers
            return self.tiers

        return ask


def _mean(values):
    """Mean of each value and those before it, seven at most."""
    total = np.concatenate([np.zeros(1), np.cumsum(values)])
    n = np.arange(1, len(values) + 1)
    since = np.maximum(n - MEAN, 0)
    return (total[n] - total[since]) / (n - since)
