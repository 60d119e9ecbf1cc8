"""What the kernels are given of a scenario field, in their own units: whole seconds, rates a day, micro-euro.

Imports nothing that takes time: fields are declared with it.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from sim.kernel.units import HOUR, MICRO, MINUTE


def a_second(wage: float) -> float:
    """Micro-euro per second from euro per hour."""
    return wage * MICRO / HOUR


CONVERSIONS: dict[tuple[str, str], Callable[[float], float]] = {  # from the field's unit to the kernels'
    ("second", "second"): round,
    ("minute", "second"): lambda minutes: round(MINUTE * minutes),
    ("day", "1/day"): lambda days: 1.0 / days,
    ("euro/hour", "micro-euro/second"): a_second,
}
SUFFIXES = {"second": "_seconds", "1/day": "_rate"}  # a unit at the end of a field's name is that of the kernels there
SPANS = ("_seconds", "_minutes", "_every_days", "_half_life_days")


class Rule(NamedTuple):
    """A field as one of the kernels' `Rules`."""

    unit: str = ""  # unit in the kernels; that of the field if not given, and then the value is taken as it stands
    # ``of(value, group)`` gives the kernels' value where a change of unit does not; `group` holds the fields beside.
    of: Callable[[Any, Any], float] | None = None
    name: str = ""  # name in the kernels; that of the field, but for a unit at its end, if not given
    without: float | None = None  # of a policy's field: what is in force until the policy is, and changes nothing

    def named(self, field: str) -> str:
        """Name in the kernels of what is called `field` in the scenario."""
        span = next((end for end in SPANS if field.endswith(end)), "") if self.unit in SUFFIXES else ""
        return self.name or field.removesuffix(span) + (SUFFIXES[self.unit] if span else "")

    def value(self, value: Any, group: Any, unit: str) -> float:
        """What the kernels are given of a `value` in the field's `unit`, beside the other fields of its `group`."""
        if self.of:
            return self.of(value, group)
        return CONVERSIONS[unit, self.unit](value) if self.unit else value


SAME = Rule()
SECONDS = Rule("second")
LEAST_SECOND = Rule("second", lambda seconds, _: max(1, round(seconds)))
RATE = Rule("1/day")
DECAY = Rule("1/day", lambda half_life, _: math.log(2.0) / half_life)
