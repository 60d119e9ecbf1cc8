"""How far many runs have come: one living line."""

import sys
import time


class Progress:
    """How many runs are there and how long the rest will take: a line on a terminal, else one at every tenth."""

    def __init__(self, asked, missing):
        self.total, self.skipped, self.done = len(asked), len(asked) - len(missing), 0
        self.work = sum(map(_work, missing))
        self.made, self.began, self.told = 0.0, time.monotonic(), 0
        self.terminal = sys.stderr.isatty()
        if self.skipped:
            print(f"{self.skipped} of {self.total} runs are there already", file=sys.stderr, flush=True)

    def start(self):
        """Time counts from now on: what comes before the first run is not a run's."""
        self.began = time.monotonic()

    def add(self, one, well):
        """Count one run, which may have failed."""
        self.done, self.made = self.done + well, self.made + _work(one)

    def show(self, running, failed):
        """Say so, if it is time to."""
        line, over = self._line(running, failed), self.done + failed
        if self.terminal:
            print(f"\r\033[K{line}", end="", file=sys.stderr, flush=True)
        elif over - self.told >= max(1, self.total // 10) or (not running and over > self.told):
            self.told = over
            print(line, file=sys.stderr, flush=True)

    def _line(self, running, failed):
        passed = time.monotonic() - self.began
        left = f"{_spoken(passed * (self.work - self.made) / self.made)} left" if self.made else "time left unknown yet"
        counts = f"{self.done} of {self.total} runs done, {running} running, {failed} failed, {self.skipped} skipped"
        return f"{counts}, {_spoken(passed)} passed, {left}"

    def end(self):
        """Leave the line."""
        if self.terminal:
            print(file=sys.stderr)


def _work(one):
    """What a run costs, in proportion: people and a start."""
    return one.scenario.population.people + 5_000


def _spoken(seconds):
    return f"{seconds:.0f} s" if seconds < 99 else f"{seconds / 60:.0f} min"
