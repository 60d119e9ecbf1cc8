"""What is thought of a free parameter before any data: a law over its values, and one line why.

A prior stands in the declaration of the field it belongs to. All of them are used through the unit interval:
`at` turns a share of the prior's mass into a value, `share` the other way round, so that whoever explores
parameters draws uniform numbers and need not know which law is whose.

Imports nothing that takes time: ``--help`` is answered from here.
"""

import math
from typing import NamedTuple


class Uniform(NamedTuple):
    """Any value between two ends alike."""

    low: float
    high: float
    reason: str

    def at(self, share):
        """The value below which this share of the mass lies."""
        return self.low + share * (self.high - self.low)

    def share(self, value):
        """The share of the mass below this value, 0 to 1."""
        return _within((value - self.low) / (self.high - self.low))

    def __str__(self):
        return f"uniform from {self.low:g} to {self.high:g}"


class LogUniform(NamedTuple):
    """Any factor between two ends alike: no order of magnitude is more likely than another."""

    low: float
    high: float
    reason: str

    def at(self, share):
        """The value below which this share of the mass lies."""
        return self.low * (self.high / self.low) ** share

    def share(self, value):
        """The share of the mass below this value, 0 to 1."""
        return _within(math.log(value / self.low) / math.log(self.high / self.low)) if value > 0 else 0.0

    def __str__(self):
        return f"log-uniform from {self.low:g} to {self.high:g}"


class LogNormal(NamedTuple):
    """Around a median by a factor; cut off beyond `CUT` standard deviations, so that every value is possible."""

    median: float
    log_sd: float
    reason: str

    def at(self, share):
        """The value below which this share of the mass lies."""
        from statistics import NormalDist

        normal = NormalDist()
        tail = normal.cdf(-CUT)
        return self.median * math.exp(self.log_sd * normal.inv_cdf(tail + share * (1.0 - 2.0 * tail)))

    def share(self, value):
        """The share of the mass below this value, 0 to 1."""
        from statistics import NormalDist

        if value <= 0:
            return 0.0
        normal = NormalDist()
        tail = normal.cdf(-CUT)
        return _within((normal.cdf(math.log(value / self.median) / self.log_sd) - tail) / (1.0 - 2.0 * tail))

    @property
    def low(self):
        """The smallest value."""
        return self.median * math.exp(-CUT * self.log_sd)

    @property
    def high(self):
        """The largest value."""
        return self.median * math.exp(CUT * self.log_sd)

    def __str__(self):
        return f"log-normal around {self.median:g}, log-sd {self.log_sd:g}"


CUT = 3.0  # standard deviations on either side that a log-normal prior keeps


def _within(share):
    return min(max(share, 0.0), 1.0)
