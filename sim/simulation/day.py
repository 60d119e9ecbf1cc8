"""The market's days without Mesa: all that a run from the command line needs. One step is one day.

`sim.simulation.model` makes the same days a Mesa model, with workers, clients and platforms as its agents.
"""

import datetime
from datetime import date
from typing import Self

import numpy as np

from sim.agents.worth import worth
from sim.kernel import compiler
from sim.kernel.arrays import Market
from sim.kernel.beside import beside
from sim.kernel.handover import forget
from sim.kernel.records import DAILY
from sim.kernel.streams import uniforms
from sim.scenario.magnitudes import least_bytes
from sim.scenario.scenario import Scenario
from sim.simulation.checkpoint.snapshot import Snapshot
from sim.simulation.recorder import Finished, Recorder, engagement, month_start
from sim.simulation.state import State


class DayByDay:
    """Workers, clients and platforms of a scenario as columns, day by day.

    Parameters
    ----------
    finished
        Who is handed what is finished while the run goes on; without, all is kept to the end.
    snapshot
        What the same market kept on some morning, from which this one goes on (`sim.simulation.checkpoint`).
    **others
        What a class behind this one in the bases takes.

    Attributes
    ----------
    day : int
        Days completed.
    days : int
        Days of the whole run.
    running : bool
        Whether a day is left.
    state : sim.simulation.state.State
    recorder : sim.simulation.recorder.Recorder
        What is kept of the days so far.
    platform_keys : list of str
    """

    def __init__(
        self, scenario: Scenario, finished: Finished | None = None, snapshot: Snapshot | None = None, **others
    ) -> None:
        _make_room(scenario, finished is None)
        compile_all()
        super().__init__(**others)
        self.scenario = scenario
        self.platform_keys = list(scenario.platform.members)
        self._take_up(scenario, snapshot, finished)

    def _take_up(self, scenario, snapshot, finished=None):
        state, recorder, self.day = (snapshot.state, snapshot.recorder, snapshot.day) if snapshot else (None, None, 0)
        self.state = State(scenario, state, self.day)
        self.days = (scenario.end - scenario.start).days + 1
        self.recorder = Recorder(scenario, self.days, self.state.market, finished, recorder)
        self.running = self.day < self.days

    def go_on_from(self, snapshot: Snapshot) -> None:
        """Be the same market on the morning on which it kept this."""
        self._take_up(self.state.scenario, snapshot)

    @property
    def columns(self) -> Market:
        """The market's arrays as they are now; `sim.kernel.arrays.Market`."""
        return self.state.market

    @property
    def absent(self) -> np.ndarray:
        """Accounts that nobody in the country opens; ABSENT array, shape (population.absent_simulated,)."""
        return self.state.absent

    @property
    def lifetime(self) -> np.ndarray:
        """Totals of each row up to the last month's end; LIFETIME array, shape (N,)."""
        return self.recorder.lifetime

    @property
    def last_month(self) -> np.ndarray:
        """Table of the last month that is over; MONTHLY array, or None."""
        return self.recorder.last_month

    @property
    def date(self) -> date:
        """The day that comes next."""
        return self.scenario.start + datetime.timedelta(days=self.day)

    def step(self) -> None:
        """One day."""
        if self.day == self.days:
            self.running = False
            return
        state, day = self.state, self.day
        state.legislate(day)  # policies come into force on their day
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
        state.clear(state.market.ledger.today[:, DAILY.tasks_posted])
        self.day += 1
        if self.day == self.days:
            self.running = False
            forget()  # whoever has the model decides how long its arrays live

    def run(self) -> Self:
        """All days that are left; returns the model."""
        while self.running:
            self.step()
        return self

    def engagement(self) -> np.ndarray:
        """Engagement of every row as of the last completed day.

        Very active: looked in each of the last four stretches of seven days; regular: looked in the last 30 days;
        occasional: registered, neither of these.

        Returns
        -------
        uint8 array, shape (N,)
            Index into `sim.kernel.categories.ENGAGEMENTS`.
        """
        return engagement(self.columns.people.workers, max(self.day - 1, 0))


def _make_room(scenario, kept):
    """Ask for as much memory as the run will take at least, so that what lacks is told now and not after hours."""
    asked = least_bytes(scenario, kept)
    try:
        np.empty(int(asked), np.uint8)
    except MemoryError:
        cure = "fewer people or days, less demand, or larger batches (platform.members.*.tasks.*.smallest)"
        raise MemoryError(f"this run takes {asked / 1e9:.1f} GB or more; cure: {cure}") from None


def compile_all() -> bool:
    """Have every kernel compiled and on disk, by one process while others wait; whether this one has done it."""
    return compiler.ready(every_kernel_once)


def every_kernel_once() -> None:
    """Two months of two markets of few people: whoever runs it has all kernels compiled.

    A second process compiles the largest meanwhile; this one does without the verbs that need them until then.
    """
    dates = {"start": "2018-05-25", "end": "2018-07-05", "survey": {"waves": ["2018-06-04", "2018-06-18"]}}
    several = ["boycott", "no_cash_out_threshold", "portable_qualifications", "open_sign_up", "sign_up_cap", "placebo"]
    policies = {"policy": several, "policy.start": "2018-06-07", "policy.boycott.days": 14}
    choices: tuple = ({}, {"demand": "collapse", "demand.collapse_on": "2018-06-10"} | policies)
    markets = [DayByDay(Scenario.load(seed=1, population={"people": 300}, **dates, **choice)) for choice in choices]
    first = markets[0].state

    def largest() -> None:
        first.match(0, 0)
        first.learn(0)

    with beside(largest):
        for market in markets:
            vars(market.state).update(match=lambda *_: None, learn=lambda *_: None)
            while market.day < market.days - 10:
                market.step()
            del market.state.match, market.state.learn
    for market in markets:
        market.run()
    people, firms = market.columns.people, market.columns.firms
    worth(market.state.rules, 0.0, people.accounts[0], firms.platforms[0], 0)  # as agents ask for it
    uniforms(market.columns.key, 0, 0, np.zeros(1, np.int64), 0, np.zeros(1))  # as policies of one's own do
