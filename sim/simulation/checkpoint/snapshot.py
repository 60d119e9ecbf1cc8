"""A market as it stands on a morning, before anything of the day: what its parts keep, by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from sim.simulation.checkpoint.plain import apart, together

if TYPE_CHECKING:
    from sim.simulation.day import DayByDay


class Part(Protocol):
    """A part of a market that can be written and taken up again."""

    def kept(self) -> dict[str, Any]:
        """All that a scenario alone does not make, by name."""


@dataclass(frozen=True)
class Snapshot:
    """What a market has beside its scenario.

    Attributes
    ----------
    day : int
        Days completed.
    state, recorder : mappings
        What these keep, by name.
    """

    day: int
    state: Mapping[str, Any]
    recorder: Mapping[str, Any]


def taken_apart(market: "DayByDay") -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """What a market keeps, as plain values and as arrays by full name.

    The arrays are the market's own, which its next day writes.

    Raises
    ------
    NotKept
        If a part holds what no checkpoint can.
    """
    arrays: dict[str, np.ndarray] = {}
    parts: dict[str, Part] = {"state": market.state, "recorder": market.recorder}
    plain = {name: {key: apart(each, f"{name}.{key}", arrays) for key, each in part.kept().items()}
             for name, part in parts.items()}  # fmt: skip
    return {"day": market.day} | plain, arrays


def put_together(plain: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> Snapshot:
    """What `taken_apart` took apart.

    Raises
    ------
    ValueError, LookupError, TypeError, AttributeError
        If it is none.
    """
    parts = ({key: together(each, arrays) for key, each in plain[name].items()} for name in ("state", "recorder"))
    return Snapshot(int(plain["day"]), *parts)
