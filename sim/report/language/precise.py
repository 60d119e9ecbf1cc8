"""Numbers of a run with the interval of what its size and seed tell, and no digit finer than the interval allows."""

import math

from sim.report.language.words import Words
from sim.results.whole.precision import interval, runs_and_sizes, usual
from sim.scenario.scenario import Scenario

_FIGURES = 3  # of a number whose interval is not known


class Precise:
    """Writes the numbers of one run, each under its name in `sim.runs.quantities`.

    Parameters
    ----------
    scenario
        The run's.
    words
        Of the reader's language, whose `form` ("number", "percent", "euro", "duration") a number takes.
    """

    def __init__(self, scenario: Scenario, words: Words) -> None:
        self.scenario, self.words = scenario, words

    def __call__(self, name: str, value: float, form: str = "number", most: int = 0) -> str:
        """The number: "254,000"; with `most` decimals at most, where its form is "number"."""
        return self._written(name, value, self._digits(name, value), form, most)

    def ends(self, name: str, value: float, form: str = "number", most: int = 0) -> str:
        """The ends of its interval: "251,000 to 258,000"; empty where they are not known."""
        low, high = interval(name, value, self.scenario)
        if not math.isfinite(low):
            return ""
        ends = (self._written(name, end, self._digits(name, value), form, most) for end in (low, high))
        return self.words("precise.ends", **dict(zip(("low", "high"), ends, strict=True)))

    def about(self) -> str:
        """What the intervals are, and whether they are those of this very market."""
        runs, sizes = runs_and_sizes()
        told = self.words("precise.about", runs=runs, sizes=sizes)
        return told if usual(self.scenario) else f"{told} {self.words('precise.unusual')}"

    def _digits(self, name, value):
        """Decimals that the interval allows, one figure at least, below zero where tens are noise; None: not known."""
        low, high = interval(name, value, self.scenario)
        half = (high - low) / 2.0
        if not value or not half > 0.0:
            return None
        return max(_first(value), -math.floor(math.log10(half / 2.0)))

    def _written(self, name, value, digits, form, most):
        if form == "number" and name.endswith("_euro"):  # in the country's money
            value, digits = value * self.words.per_euro, digits and digits - round(math.log10(self.words.per_euro))
        if digits is None and form == "number" and value and math.isfinite(value):
            digits = _first(value) + _FIGURES - 1
        if digits is not None:
            value = round(value, digits)
        if form == "number":
            return self.words.number(value, most if digits is None else min(max(digits, 0), most))
        if form == "percent" and digits is not None:
            return self.words.percent(value, digits=max(digits - 2, 0))
        if form == "euro" and digits is not None:
            return self.words.euro(value, 10.0**-digits)
        return getattr(self.words, form)(value)


def _first(value):
    """Decimals that show one figure of a number."""
    return -math.floor(math.log10(abs(value)))
