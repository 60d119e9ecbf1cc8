"""What policies keep from one day to the next: all of it, so that a checkpoint holds it."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

AGAIN = 7  # days after which those who take part look again how many do


@dataclass(slots=True)
class Call:
    """A call to boycott: whom it has reached and how many have gone on."""

    since: int  # day
    until: int  # day
    against: int  # row of a client; NOBODY: all work
    counts: np.ndarray = field(default_factory=lambda: np.zeros(3, np.int64))  # of `sim.policies.kernels.call_up`
    who: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int32))  # rows of the workers who joined
    barred: int = 0  # accounts banned
    out: list[int] = field(default_factory=list)  # who takes part at its beginning, after one week, after two, ...

    @property
    def fell_apart(self) -> int:
        """Weeks after which fewer than half of those who joined took part; 0 if they never were so few."""
        return next((week for week, out in enumerate(self.out) if 2 * out < self.out[0]), 0)

    def numbers(self) -> dict[str, int]:
        """How it went, by name: who could hear of it, heard, joined, was still out after so many weeks, was banned."""
        named = dict(zip(("meet", "heard", "joined"), self.counts.tolist(), strict=True))
        weeks = {f"out_{week}": self.out[week] if week < len(self.out) else np.nan for week in (1, 2, 4)}
        named |= weeks | {"banned": self.barred, "fell_apart": self.fell_apart, "weeks": len(self.out) - 1}
        return {f"boycott.{name}": number for name, number in named.items()}


@dataclass(slots=True)
class PolicyState:
    """One value per platform of what policies must remember; arrays of shape (P,)."""

    charges: np.ndarray  # what clients pay on top of pay where no policy has changed it, millionths
    paid: np.ndarray  # pay of the day before, micro-euro
    commission: np.ndarray  # before the first day of `paid_search`, millionths
    search_paid: np.ndarray  # paid for search up to the day before, micro-euro
    search_cost: np.ndarray  # what search and work have lately cost, micro-euro a day
    work_cost: np.ndarray
    most_accounts: np.ndarray  # accounts let in at which `sign_up_cap` closes the door
    admitted: np.ndarray  # share let in below that number
    own: dict[str, dict[str, Any]]  # of each policy of one's own: the attributes that it has given itself
    call: Call | None = None  # of `boycott`

    @classmethod
    def of(cls, platforms: np.ndarray, own: dict[str, dict[str, Any]] | None = None) -> "PolicyState":
        """Before the first day of a market with these PLATFORM records."""
        none = np.zeros(len(platforms))
        return cls(
            charges=platforms["commission"] + platforms["margin"],
            paid=none.astype(np.int64),
            commission=platforms["commission"].copy(),
            search_paid=platforms["search_paid"].copy(),
            search_cost=none.copy(),
            work_cost=none.copy(),
            most_accounts=none + np.inf,
            admitted=platforms["admitted"].copy(),
            own={} if own is None else own,
        )
