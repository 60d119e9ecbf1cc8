"""Progress of many runs: how many are there, and how long the rest will take."""

import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.results.command.progress import Doing, show, spell
from sim.runs.cores import duration

if TYPE_CHECKING:
    from sim.runs.replicate import Replicate

__all__ = ["Progress"]


class Progress(Doing):
    """What is said while runs are made (`said`); beside that, a line at every tenth."""

    def __init__(self, asked: Sequence["Replicate"], missing: Sequence["Replicate"]) -> None:
        super().__init__("runs", len(asked), "runs")
        self.skipped, self.running, self.failed, self.shown = len(asked) - len(missing), 0, 0, 0
        self.work, self.made = sum(map(_work, missing)), 0.0
        self.starting, self.ahead = True, _reckoned(missing[0]) * self.work if missing else 0.0
        if self.skipped:
            print(f"{self.skipped} of {self.total} runs are there already", file=sys.stderr, flush=True)

    def start(self) -> None:
        """Time counts from now on: what comes before the first run is not a run's."""
        self.began, self.starting = time.monotonic(), False

    def add(self, one: "Replicate", well: bool) -> None:
        """Count one run, which may have failed."""
        self.done, self.made = self.done + well, self.made + _work(one)

    def show(self, running: int, failed: int) -> None:
        """Say it, if it is time to."""
        self.running, self.failed, over = running, failed, self.done + failed
        if sys.stderr.isatty() or over - self.shown >= max(1, self.total // 10) or (not running and over > self.shown):
            self.shown = over
            show(self.line(), self.share)

    @property
    def share(self) -> float | None:
        """How much of the work is done."""
        return self.made / self.work if self.work else None

    def line(self) -> str:
        """How many are done, running, failed, there before, and how long the rest will take."""
        passed = time.monotonic() - self.began
        if self.starting and not self.made:
            return f"{self.total} runs: starting; kernels are compiled the first time, {spell(passed)} so far"
        ahead = self.ahead / max(self.running, 1) - passed  # while none is done, and it is not longer than that
        left = passed * (self.work - self.made) / self.made if self.made else ahead
        left = f"{spell(left)} left" if left > 0.0 or self.made else "time left unknown"
        counts = f"{self.done} of {self.total} runs done, {self.running} running, {self.failed} failed"
        return f"{counts}, {self.skipped} skipped, {spell(passed)} passed, {left}"


def _reckoned(one: "Replicate") -> float:
    """Seconds for each person of a run, and what its start costs."""
    return duration(one.scenario) / _work(one)


def _work(one: "Replicate") -> int:
    """What a run costs, in proportion: people and a start."""
    return one.scenario.population.simulated + 5_000
