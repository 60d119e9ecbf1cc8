"""When enough seeds have been run: ``until=earned_mean_euro:0.5``, or ``5%`` of the mean.

Runs are made seed by seed until the 95 % interval of a mean is narrow enough. Who looks after every seed and stops at
the first narrow interval stops where seeds are alike by chance: intervals then cover 92 % instead of 95 (by trial).
Chow and Robbins (1965) therefore add 1/n to the variance; here what is added has the variance's unit. With d the half
width asked for, s^2 the variance over the first n seeds and t Student's quantile, runs end at the first n with

    t_{n-1}^2 (s_n^2 + 4 d^2 / n) <= n d^2

which is never before the sixth seed, takes some two seeds more, and covers 93 % or more whatever the variance: a test
tries it. The rule sees the seeds in their order and none after a gap, so that it does not matter how many cores there
are and which run ends first.
"""

import math
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np
from scipy.special import stdtrit

from sim.runs.replicate import Replicate, RunsFailed
from sim.scenario.problems import BadScenario, Problem, nearest, question

LEAST = 6  # seeds: with fewer the rule cannot be met
_ADDED, _LEVEL = 4.0, 0.975
Arriving = Iterator[tuple[Replicate, dict[str, Any]]]
Ends = list[tuple[float, float]]  # of each mean asked for: its value in a seed, and what a percentage is of


@dataclass(frozen=True)
class Until:
    """What is asked: a quantity, and how wide half of the interval of its mean may be, in its unit or of the mean."""

    quantity: str
    width: float
    relative: bool

    @classmethod
    def read(cls, text: str) -> "Until":
        """From ``NAME:0.5`` or ``NAME:5%``; raises BadScenario."""
        quantity, _, width = text.rpartition(":")
        relative, number = width.endswith("%"), width.removesuffix("%")
        try:
            half = float(number) / (100.0 if relative else 1.0)
        except ValueError:
            half = math.nan
        if not quantity or not 0.0 < half < math.inf:
            wrong = "must be a quantity and a half width above 0, as in earned_mean_euro:0.5 or earned_mean_euro:5%"
            raise BadScenario([Problem("until", text, wrong)])
        return cls(quantity, half, relative)

    def limit(self, mean: float) -> float:
        """The half width asked for, in the quantity's unit."""
        return self.width * abs(mean) if self.relative else self.width

    def __str__(self) -> str:
        return f"{100 * self.width:g}%" if self.relative else f"{self.width:g}"


def problems(text: str | None, names: Collection[str], seeds: int, key: str = "seeds") -> list[Problem]:
    """What is wrong with an ``until=`` that may ask for `names`, among at most `seeds` seeds; `key` sets how many."""
    if text is None:
        return []
    try:
        asked = Until.read(text)
    except BadScenario as bad:
        return bad.problems
    found = []
    if asked.quantity not in names:
        found.append(Problem("until", text, _unknown(asked.quantity, names)))
    if seeds < LEAST:
        least = f"with until, {key} is the most runs to be made and must be {LEAST} or more"
        found.append(Problem(key, seeds, least))
    return found


def _unknown(quantity, names):
    """What is said of a name that is none: the nearest of those that are."""
    twins = [name for name in (f"summary.{quantity}", f"target.{quantity}") if name in names]
    if twins:
        return f"is both a number of the summary and a target; say {' or '.join(twins)}"
    near = get_close_matches(quantity, names, 8, cutoff=0.0)
    return (
        f"there is no such quantity{question(nearest(quantity, names))}; of {len(names)} the nearest: {', '.join(near)}"
    )


def half_width(values: np.ndarray) -> float:
    """Half of Student's 95 % interval of the mean of numbers, nan left out; inf of fewer than two."""
    known = values[np.isfinite(values)]
    n = len(known)
    return float(stdtrit(n - 1, _LEVEL) * known.std(ddof=1) / math.sqrt(n)) if n > 1 else math.inf


def narrow(values: np.ndarray, limit: float) -> bool:
    """Whether the rule of this module lets runs end, given a number of each seed so far and the half width asked."""
    known = values[np.isfinite(values)]
    n = len(known)
    if n < 2:
        return False
    return bool(stdtrit(n - 1, _LEVEL) ** 2 * (known.var(ddof=1) + _ADDED * limit**2 / n) <= n * limit**2)


class Watch:
    """Looks at what was measured of each seed, in order, and ends the runs when that is enough.

    Parameters
    ----------
    until
        What is asked; None: all runs are to be made, and nothing is looked at.
    asked
        The runs, those of a seed one after the other.
    numbers
        What was measured of a seed, by variant, to the numbers asked for: each is to be narrow.
    """

    def __init__(
        self, until: Until | None, asked: Sequence[Replicate], numbers: Callable[[Mapping[str, dict]], Ends]
    ) -> None:
        self.until, self.asked, self.numbers = until, asked, numbers
        self.seen: list[Ends] = []
        self.enough = False
        self._here: dict[str, dict[str, Any]] = {}

    def taken(self, runs: Generator) -> Arriving:
        """What arrives, as it comes if nothing is asked; else in the order of the seeds and until it is enough.

        Raises
        ------
        RunsFailed
            At the end; what came after a run that failed has been handed over by then.
        """
        if self.until is None:
            yield from runs
            return
        came, due = {}, 0
        try:
            with closing(runs):
                for one, measured in runs:
                    came[one.variant, one.seed] = one, measured
                    while not self.enough and due < len(self.asked) and (key := _key(self.asked[due])) in came:
                        due += 1
                        self._look(key, came[key][1], due)
                        yield came.pop(key)
                    if self.enough:
                        return
        except RunsFailed:
            yield from (came[key] for key in map(_key, self.asked) if key in came)
            raise

    def _look(self, key, measured, due):
        self._here[key[0]] = measured
        if due == len(self.asked) or self.asked[due].seed != key[1]:  # the last of its seed
            self.seen.append(self.numbers(self._here))
            self._here = {}
            self.enough = all(narrow(value, self.until.limit(mean)) for value, mean in self._series())

    def _series(self):
        """Of each number asked for its value in each seed, and the mean that a percentage is of."""
        table = np.array(self.seen, float)
        for pairs in table.transpose(1, 0, 2):
            of = pairs[np.isfinite(pairs).all(axis=1), 1]
            yield pairs[:, 0], float(of.mean()) if len(of) else math.nan

    def verdict(self) -> dict[str, Any] | None:
        """What was asked and what was reached, for provenance and screen; None if nothing was asked.

        The widest of the numbers asked for, in terms of its limit: `quantity`, `asked`, `limit`, `half_width` (nan
        where not known), `seeds` (looked at), `most`, `reached`.
        """
        if self.until is None:
            return None
        most = len({one.seed for one in self.asked})
        told = {"quantity": self.until.quantity, "asked": str(self.until), "limit": math.nan, "half_width": math.nan}
        if self.seen:
            ends = [(half_width(values), self.until.limit(mean)) for values, mean in self._series()]
            told["half_width"], told["limit"] = max(ends, key=lambda end: end[0] / end[1] if end[1] else math.inf)
        return told | {"seeds": len(self.seen), "most": most, "reached": self.enough}


def _key(one: Replicate) -> tuple[str, int]:
    return one.variant, one.seed


def told(verdict: dict[str, Any] | None) -> list[str]:
    """A verdict of `Watch` as lines of the screen; none if nothing was asked."""
    if verdict is None:
        return []
    half, limit, seeds, most = (verdict[name] for name in ("half_width", "limit", "seeds", "most"))
    share = verdict["asked"].endswith("%")
    asked = f"{verdict['quantity']}: asked for +-{limit:.3g}" + (f" ({verdict['asked']})" if share else "")
    if verdict["reached"]:
        return [f"{asked}; reached +-{half:.3g} after {seeds} of at most {most} seeds."]
    if seeds < most:
        return [f"{asked}; NOT REACHED: a run failed after {seeds} seeds without a gap (+-{half:.3g})."]
    more = f"; some {math.ceil(seeds * (half / limit) ** 2)} would do" if 0.0 < limit < half < math.inf else ""
    return [f"{asked}; NOT REACHED: +-{half:.3g} after all {most} seeds{more}."]
