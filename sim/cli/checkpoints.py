"""A run that leaves checkpoints: of the mornings asked for, and every so many days of itself, to survive a kill."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from sim.cli.branching import Branching, place
from sim.results.checkpoint.folder import Checkpoint, read, remove, write
from sim.results.checkpoint.resume import market_of
from sim.results.folder import BadFolder, near
from sim.results.manifest import sweep
from sim.results.streams import Streams
from sim.scenario.scenario import Scenario
from sim.simulation.day import DayByDay

UNFINISHED = "_unfinished"  # after the name of a run's folder: where it keeps what it would go on from


class Going:
    """The checkpoints of one run.

    Parameters
    ----------
    scenario
    folder
        That of the run.
    words
        That make it.
    asked
    anew
        What an earlier run left is not taken up.
    """

    def __init__(self, scenario: Scenario, folder: Path, words: list[str], asked: Branching, anew: bool) -> None:
        self.scenario, self.folder, self.words, self.asked, self.anew = scenario, folder, words, asked, anew
        self._home = folder.with_name(folder.name + UNFINISHED)
        self._begun = scenario.start

    def missing(self) -> list[date]:
        """The mornings asked for of which there is no checkpoint yet."""
        if self.anew:
            return [*self.asked.dates]
        return [day for day in self.asked.dates if self._usable(place(self.folder, day), silent=True) is None]

    def market(self, finished: Streams | None) -> DayByDay:
        """The market on the morning from which it is to go on: the newest of its own, or that asked for."""
        from_there = self.asked.start_from
        newest = (
            next(filter(None, map(self._usable, _own(self._home))), None)
            if self.asked.every and not self.anew
            else None
        )
        checkpoint = newest or (read(from_there) if from_there else None)
        if checkpoint is None:
            return DayByDay(self.scenario, finished)
        there = near(checkpoint.folder.absolute())
        which = f"which a run that was stopped has left in {there}" if newest else f"the checkpoint in {there}"
        told = f"Going on from the morning of {checkpoint.date}, {which}."
        print(told, file=sys.stderr, flush=True)
        self._begun = checkpoint.date
        return market_of(checkpoint, self.scenario, finished)

    def morning(self, market: DayByDay) -> None:
        """Write what is to be written before the day that comes."""
        if market.date in self.asked.dates and market.date in self.missing():
            there = place(self.folder, market.date)
            size = write(market, there, self.words, self.anew)
            told = f"Checkpoint of the morning of {market.date}: {near(there)} ({size / 1e6:.1f} MB)"
            print(told, file=sys.stderr, flush=True)
        if self.asked.every and market.day % self.asked.every == 0 and market.date > self._begun:
            before = _own(self._home)
            write(market, self._home / market.date.isoformat(), self.words, True)
            self._begun = market.date
            _remove(self._home, before)

    @contextmanager
    def told(self) -> Iterator[None]:
        """Who stops the run in this block is told from where the same command goes on."""
        try:
            yield
        except KeyboardInterrupt:
            if not (own := _own(self._home)):
                raise
            told = f"Stopped; the same command goes on from the morning of {own[0].name}."
            raise KeyboardInterrupt(told) from None

    def _usable(self, folder: Path, silent: bool = False) -> Checkpoint | None:
        """The checkpoint in a folder if this run can go on from it; else says why not."""
        try:
            checkpoint = read(folder)
            if checkpoint.scenario.digest() == self.scenario.digest():
                return checkpoint
            wrong = "is of another scenario"
        except BadFolder as bad:
            wrong = "; ".join(bad.problems)
        if not silent:
            print(f"{near(folder)} is not taken up: {wrong}", file=sys.stderr, flush=True)
        return None


def forget(folder: Path) -> None:
    """The run of a folder is over: what it kept of itself goes, what was asked for stays."""
    home = folder.with_name(folder.name + UNFINISHED)
    _remove(home, _own(home))


def _own(home):
    """The checkpoints that a run keeps of itself, the newest first."""
    return sorted((path for path in home.glob("[!.]*") if path.is_dir()), reverse=True)


def _remove(home, folders):
    for folder in folders:
        remove(folder)
    if home.is_dir():
        sweep(home)
        if not any(home.iterdir()):
            home.rmdir()
