"""What every question of the benchmark is asked with: sizes, pairs of times, and rows of the table."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from experiments.bench.mesa_market import MesaMarket
from sim.simulation.model import MicroworkMarket

TENTH, TWENTIETH = 26_000, 13_306  # people


@dataclass(frozen=True)
class Size:
    """How large and how often to measure."""

    people: int
    start: str
    warm_up: int  # days
    block: int  # days timed at a stretch
    blocks: int
    synthesised: int  # people
    agents: int  # people of the Mesa market
    scanned: int  # days
    repeats: int  # of commands


FULL = Size(266_126, "2014-07-01", 100, 92, 15, 1_000_000, TENTH, 5, 5)
QUICK = Size(TWENTIETH, "2017-07-01", 60, 30, 5, 100_000, 2_600, 2, 2)


@dataclass(frozen=True)
class Row:
    """One line of the table: the median of some ratios, their range, and what they mean in absolute terms."""

    question: str
    yardstick: str
    median: float
    low: float
    high: float
    goal: str
    absolute: str
    ratios: tuple[float, ...]

    @classmethod
    def of(cls, question: str, yardstick: str, ratios: list[float], goal: str = "", absolute: str = "") -> Self:
        """From the ratios themselves."""
        each = tuple(map(float, ratios))
        return cls(question, yardstick, statistics.median(each), min(each), max(each), goal, absolute, each)


def timed(work: Callable, *arguments) -> float:
    """Processor seconds of this thread."""
    begun = time.thread_time()
    work(*arguments)
    return time.thread_time() - begun


def steps(model: MesaMarket | MicroworkMarket, days: int) -> None:
    """So many days; RuntimeError if the run is over before."""
    for _ in range(days):
        if not model.running:
            raise RuntimeError("no day is left to be timed")
        model.step()


def market(size: Size, **choices) -> MicroworkMarket:
    """A market of the last three months, when nearly everybody has registered."""
    given = {"people": size.people} | choices.pop("population", {})
    return MicroworkMarket(seed=1, start="2018-05-01", end="2018-07-31", population=given, **choices)
