"""Draws of those who believe some rows: weighed from draws that are there, or made anew where that does not work.

There are always draws of the priors, of the posterior of all rows, and of one that takes them to be more uncertain
than they are: it reaches further, so that its draws can stand for believers of all rows but some. Whatever had to be
drawn is kept, and may be weighed again for what is asked next.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from loky import get_reusable_executor

from experiments.calibrate.inference.runs import TooFewRuns
from experiments.consistency.importance import USABLE, effective, smoothed
from experiments.consistency.judge import Judge, Prediction, predict, widened
from sim.results.command.progress import doing, quiet

FEWEST = 200.0  # effective draws that a belief is told from
_WIDER = 2.0**0.5  # times as uncertain as they are: twice the variance
_NEAREST = 4  # sets of draws that are tried, those of the most similar beliefs first


@dataclass(frozen=True)
class Draws:
    """What believers of some rows, bool (m,), take to be expected; all other arrays of shape (k, m), or (k,)."""

    believed: np.ndarray
    expected: np.ndarray
    drawn_with: np.ndarray  # log-likelihood that they were drawn with, (k,)
    terms: np.ndarray  # of the likelihood of believers there
    sharp: np.ndarray  # and of what is judged
    below: np.ndarray  # from `Judge.below`


@dataclass(frozen=True)
class Weighed:
    """Draws with weights, shape (k,), that add up to one; the shape k of their tail; whether they were made anew."""

    of: Draws
    weights: np.ndarray
    k: float
    anew: bool = False

    @property
    def usable(self) -> bool:
        """Whether they can be trusted."""
        return self.k <= USABLE and effective(self.weights) >= FEWEST

    def prediction(self, judge: Judge) -> Prediction:
        """What their believers expect of every row; with no p where the weights cannot be trusted."""
        found = predict(judge, self.of.expected, self.weights, self.of.below)
        return found if self.usable else replace(found, p=np.full(len(found.p), np.nan))


class Beliefs:
    """What believers of any rows hold: from draws of the priors, shape (n, m), and what was drawn since."""

    def __init__(self, judge: Judge, prior: np.ndarray, workers: int | None = 1) -> None:
        self.judge, self.workers = judge, workers
        self.prior = self._draws(np.zeros(len(judge.rows), bool), prior)
        self.known = [self.prior]
        self._draw([judge.counted] * 2, (1.0, _WIDER))
        if len(self.known) < 3:
            raise TooFewRuns("walkers do not agree on the posterior of all rows: more runs of the design are needed")

    def prepare(self, wanted: Iterable[np.ndarray]) -> None:
        """Draw what is needed for beliefs, each bool (m,), that no weights will do for; so many at a time."""
        wanted = [*wanted]
        with doing("weighing draws that are there", len(wanted), "beliefs") as weighing:
            missing = []
            for weighing.done, believed in enumerate(wanted):
                missing += [believed] if self.weighed(believed) is None else []
        self._draw([*{believed.tobytes(): believed for believed in missing}.values()])

    def weighed(self, believed: np.ndarray) -> Weighed | None:
        """Draws given the rows believed, bool (m,), from what is there; None if no weights can be used."""
        return next((found for found in self._tried(believed) if found.usable), None)

    def given(self, believed: np.ndarray) -> Weighed:
        """Draws given the rows believed, bool (m,): made anew where no weights can be used, or if that fails the best
        weights there are, which tell by their k that they are none.
        """
        self.prepare([believed])
        return self.weighed(believed) or min(self._tried(believed), key=lambda found: found.k)

    def _tried(self, believed):
        apart = [int((one.believed ^ believed).sum()) for one in self.known]
        for place in np.argsort(apart, kind="stable")[:_NEAREST]:
            draws = self.known[place]
            change = draws.terms @ believed - draws.drawn_with
            if np.ptp(change) < 1e-9:  # they are these believers' own
                yield Weighed(draws, np.full(len(change), 1.0 / len(change)), -np.inf, place > 2)
            else:
                yield Weighed(draws, *smoothed(change))

    def _draw(self, wanted, times=None):
        times = times or [1.0] * len(wanted)
        asked = [(believed, self.judge.seed + len(self.known) + n, wide)
                 for n, (believed, wide) in enumerate(zip(wanted, times, strict=True))]  # fmt: skip
        if len(asked) > 1 and self.workers != 1:
            drawn = get_reusable_executor(self.workers).map(self.judge.sample, *zip(*asked, strict=True))
        else:
            drawn = (self.judge.sample(*one) for one in asked)
        with doing("drawing what believers of some rows hold", len(asked), "sets") as drawing, quiet():
            for (believed, _, wide), expected in zip(asked, drawn, strict=True):
                if len(expected):
                    self.known.append(self._draws(believed, expected, wide))
                drawing.done += 1

    def _draws(self, believed, expected, times=1.0):
        judge = self.judge
        terms, sharp = (likelihood.terms(expected) for likelihood in (judge.robust, judge.sharp))
        with_these = terms if times == 1.0 else widened(judge.robust, times).terms(expected)
        return Draws(believed, expected, with_these @ believed, terms, sharp, judge.below(expected))
