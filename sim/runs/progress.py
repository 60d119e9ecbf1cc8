"""Progress of many runs: one living line."""

import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.runs.replicate import Replicate


class Progress:
    """How many runs are there and how long the rest will take: a line on a terminal, else one at every tenth."""

    def __init__(self, asked: Sequence["Replicate"], missing: Sequence["Replicate"]) -> None:
        self.total, self.skipped, self.done = len(asked), len(asked) - len(missing), 0
        self.work = sum(map(_work, missing))
        self.made, self.began, self.shown = 0.0, time.monotonic(), 0
        self.terminal = sys.stderr.isatty()
        if self.skipped:
            print(f"{self.skipped} of {self.total} runs are there already", file=sys.stderr, flush=True)

    def start(self) -> None:
        """Time counts from now on: what comes before the first run is not a run's."""
        self.began = time.monotonic()

    def add(self, one: "Replicate", well: bool) -> None:
        """Count one run, which may have failed."""
        self.done, self.made = self.done + well, self.made + _work(one)

    def show(self, running: int, failed: int) -> None:
        """Print the line, if it is time to."""
        line, over = self._line(running, failed), self.done + failed
        if self.terminal:
            print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)
        elif over - self.shown >= max(1, self.total // 10) or (not running and over > self.shown):
            self.shown = over
            print(line, file=sys.stderr, flush=True)

    def _line(self, running: int, failed: int) -> str:
        passed = time.monotonic() - self.began
        left = f"{_time(passed * (self.work - self.made) / self.made)} left" if self.made else "time left unknown yet"
        counts = f"{self.done} of {self.total} runs done, {running} running, {failed} failed, {self.skipped} skipped"
        return f"{counts}, {_time(passed)} passed, {left}"

    def end(self) -> None:
        """Leave the line."""
        if self.terminal:
            print(file=sys.stderr)


def _work(one: "Replicate") -> int:
    """What a run costs, in proportion: people and a start."""
    return one.scenario.population.people + 5_000


def _time(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 99 else f"{seconds / 60:.0f} min"
