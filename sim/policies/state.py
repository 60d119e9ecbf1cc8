"""What policies keep from one day to the next: all of it, so that a checkpoint holds it."""

from dataclasses import dataclass

import numpy as np


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

    @classmethod
    def of(cls, platforms: np.ndarray) -> "PolicyState":
        """Before the first day of a market with these PLATFORM records."""
        none = np.zeros(len(platforms))
        columns = [platforms[name].copy() for name in ("commission", "search_paid")]
        costs, most, admitted = [none.copy(), none.copy()], none + np.inf, platforms["admitted"].copy()
        return cls(
            platforms["commission"] + platforms["margin"], none.astype(np.int64), *columns, *costs, most, admitted
        )
