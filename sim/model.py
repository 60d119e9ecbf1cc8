"""The market as a Mesa model: one step is one day of the French micro-work market."""

import datetime

import mesa
import numpy as np

from sim import compiled
from sim.agents.handles import AgentsOfColumns, forget
from sim.columns import D_POSTED
from sim.record import Recorder, engagement, month_start
from sim.scenario import Scenario
from sim.state import State


class MicroworkMarket(AgentsOfColumns, mesa.Model):
    """Workers, clients and platforms of a scenario, day by day.

    Parameters
    ----------
    scenario : Scenario, optional
        Everything the run depends on; alternatively
    **choices
        what `Scenario.load` takes: ``platform="deep"``, ``population="small"``, ``seed=7``,
        ``behaviour={"looking_rate": 1.0}``.

    Attributes
    ----------
    day : int
        Days completed.
    days : int
        Days of the whole run.
    columns : sim.rules.Market
        Every array of the market.
    recorder : sim.record.Recorder
        What is kept of the days so far.

    Raises
    ------
    pydantic.ValidationError
        If a choice is not allowed.
    """

    def __init__(self, scenario=None, **choices):
        rng = choices.pop("rng", None)
        if scenario is None:
            if choices.get("seed", None) is None:
                choices["seed"] = int(rng) if isinstance(rng, (int, np.integer)) else 1
            scenario = Scenario.load(**{key: value for key, value in choices.items() if value is not None})
        compiled.ready(every_kernel_once)
        super().__init__(rng=scenario.seed)
        self.scenario = scenario
        self.state = State(scenario)
        self.recorder = Recorder(scenario, self.state.days, self.state.market)
        self.platform_keys = list(scenario.platform.members)
        self.day, self.days = 0, self.state.days

    @property
    def columns(self):
        """The market's arrays as they are now."""
        return self.state.market

    @property
    def lifetime(self):
        """Totals of each row up to the last month's end; LIFETIME array, shape (N,)."""
        return self.recorder.lifetime

    @property
    def last_month(self):
        """Table of the last month that is over; MONTH array, or None."""
        return self.recorder.last_month

    @property
    def date(self):
        """The day that comes next."""
        return self.scenario.start + datetime.timedelta(days=self.day)

    def step(self):
        """One day."""
        if self.day == self.days:
            self.running = False
            return
        state, day = self.state, self.day
        state.pay_out(day)  # what was asked for some days ago arrives
        state.post(day)  # clients withdraw what is late and post what is new
        state.ask(day)  # researchers post their questionnaire
        state.allot(day)  # deep labour: contracts end, are signed, work is allotted
        state.notify()  # platforms call people back
        state.wake(day)  # people sign up, come back, plan to look
        state.match(day, month_start(self.date, self.scenario.start))  # second by second: search, choice, work
        self.recorder.capture(day, state.market)
        state.settle(day)  # review, pay, commission, balances, bans
        state.learn(day)  # expected returns, lapsing, the next look
        self.recorder.close_day(day, state.market)
        state.clear(state.market.today[:, D_POSTED])
        self.day += 1
        self.running = self.day < self.days

    def run(self):
        """All days that are left; returns the model."""
        while self.running:
            self.step()
        return self

    def engagement(self):
        """Engagement of every row as of the last completed day.

        Very active: looked in each of the last four stretches of seven days; regular: looked in the last 30 days;
        occasional: registered, neither of these.

        Returns
        -------
        uint8 array, shape (N,)
            Index into `sim.columns.ENGAGEMENTS`.
        """
        return engagement(self.columns.workers, max(self.day - 1, 0))


def every_kernel_once():
    """Two months of a market of few people: whoever runs it has all kernels compiled."""
    dates = {"start": "2018-05-25", "end": "2018-07-05", "survey": {"waves": ["2018-06-04", "2018-06-18"]}}
    choices = [{}, {"demand": "collapse", "demand.collapse_on": "2018-06-10"}]
    for choice in choices:
        forget(MicroworkMarket(population={"people": 300}, **dates, **choice).run())
