"""Priors: what is thought of a free parameter before any data, a distribution over its values and one line why.

A prior stands in the declaration of the field it belongs to. All of them are used through the unit interval:
`at` turns a share of the prior's mass into a value, `share` the other way round, so that whoever explores
parameters draws uniform numbers and need not know which distribution is whose.

Imports nothing that takes time: ``--help`` is answered from here.
"""

import math
from typing import NamedTuple


class Uniform(NamedTuple):
    """Any value between two ends alike."""

    low: float
    high: float
    reason: str

    def at(self, share: float) -> float:
        """The value below which this share of the mass lies."""
        return self.low + share * (self.high - self.low)

    def share(self, value: float) -> float:
        """The share of the mass below this value, 0 to 1."""
        return _within((value - self.low) / (self.high - self.low))

    def __str__(self) -> str:
        return f"uniform from {self.low:g} to {self.high:g}"


class LogUniform(NamedTuple):
    """Any factor between two ends alike: no order of magnitude is more likely than another."""

    low: float
    high: float
    reason: str

    def at(self, share: float) -> float:
        """The value below which this share of the mass lies."""
        return self.low * (self.high / self.low) ** share

    def share(self, value: float) -> float:
        """The share of the mass below this value, 0 to 1."""
        return _within(math.log(value / self.low) / math.log(self.high / self.low)) if value > 0 else 0.0

    def __str__(self) -> str:
        return f"log-uniform from {self.low:g} to {self.high:g}"


def _within(share: float) -> float:
    return min(max(share, 0.0), 1.0)
