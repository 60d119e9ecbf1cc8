"""Two markets at most, played at a pace: days go by in small portions, between which the page can answer.

A market is made, and its instruments are asked, in a thread beside; days are run by whoever calls `tick`.
"""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from sim.app.market import Played
from sim.scenario.scenario import Scenario

PORTION = 0.025  # seconds of days in a row
BACKLOG = 0.5  # seconds of pace that may be made up for


class Play:
    """The markets of one page.

    Attributes
    ----------
    markets : list of Played
        As they stand; none until the first is made.
    playing : bool
    pace : float
        Days a second; infinity: as many as there is time for.
    anew : int
        How often markets have been replaced: whoever draws them begins again.
    """

    def __init__(self, beside: ThreadPoolExecutor) -> None:
        self.markets: list[Played] = []
        self.playing, self.pace, self.anew = False, 30.0, 0
        self._beside = beside
        self._making: Future | None = None
        self._reading: list[Future] = []
        self._goal, self._due, self._last = 0, 0.0, time.perf_counter()
        self.step_seconds = 0.0  # of the last day of one market, slow mean
        self.problem = ""

    # --- what is asked for ------------------------------------------------------------------------------------
    def ask(self, scenarios: list[Scenario]) -> None:
        """Have these markets instead, at the day that has been reached; one that stays the same is kept."""
        kept = {market.scenario.digest(): market for market in self.markets}
        day = max([self._goal, *(market.day for market in self.markets)])

        def make() -> list[Played]:
            return [kept.get(scenario.digest()) or Played(scenario) for scenario in scenarios]

        if self._making is not None:
            self._making.cancel()
        self._goal, self._making = day, self._beside.submit(make)

    def step(self, days: int = 1) -> None:
        """So many days, and then a pause."""
        self.playing, self._goal = False, min(self.day + days, self.days)

    def go_to(self, day: int) -> None:
        """As fast as it goes to the end of a day."""
        self._goal = max(self._goal, min(day, self.days))

    # --- what goes on -----------------------------------------------------------------------------------------
    @property
    def day(self) -> int:
        """Days that are over in all markets."""
        return min((market.day for market in self.markets), default=0)

    @property
    def days(self) -> int:
        """Days of the run."""
        return min((market.market.days for market in self.markets), default=0)

    @property
    def busy(self) -> bool:
        """Whether markets are made or asked, or catch up."""
        return self._making is not None or bool(self._reading) or self.behind > 0

    @property
    def asking(self) -> bool:
        """Whether the instruments are being asked."""
        return bool(self._reading)

    @property
    def behind(self) -> int:
        """Days to go to where the page has been, or is asked to go."""
        return max(0, self._goal - self.day)

    def tick(self, portion: float = PORTION) -> bool:
        """Go on for a moment; whether something has changed."""
        now = time.perf_counter()
        passed, self._last = now - self._last, now
        if self._making is not None:
            return self._take_over()
        if self._reading:
            if not all(one.done() for one in self._reading):
                return False
            done, self._reading = self._reading, []
            self.problem = "; ".join(str(one.exception()) for one in done if one.exception())
            return True
        if self.behind:
            return self._run(lambda: self.behind > 0, now + portion)
        if not self.playing or not self.markets or self.day >= self.days:
            over = self.playing and 0 < self.days <= self.day
            self.playing, self._due = self.playing and not over, 0.0
            return over
        self._due = min(self._due + passed * self.pace, max(1.0, BACKLOG * self.pace))
        return self._run(lambda: self._due >= 1.0, now + portion)

    def _take_over(self):
        """Markets that have been made replace those there were."""
        if not self._making.done():
            return False
        done, self._making = self._making, None
        if done.cancelled():
            return False
        self.problem = str(done.exception() or "")
        if not self.problem:
            self.markets, self.anew = done.result(), self.anew + 1
            self._goal = min(self._goal, self.days)
        return True

    def _run(self, more: Callable[[], bool], until):
        """Days, of each market in turn, while more are due and there is time; whether there were any."""
        before = self.day
        while more() and time.perf_counter() < until and self.day < self.days:
            for market in [one for one in self.markets if one.day == self.day]:
                began = time.perf_counter()
                market.market.step()
                self.step_seconds += 0.05 * (time.perf_counter() - began - self.step_seconds)
            self._due = max(0.0, self._due - 1.0)
            if asked := [market.reading() for market in self.markets if market.to_be_read()]:
                self._reading = [self._beside.submit(ask) for ask in asked]
                break
        return self.day > before

    def close(self) -> None:
        """Let go of all markets."""
        if self._making is not None:
            self._making.cancel()
        self.markets, self.playing, self._making = [], False, None
