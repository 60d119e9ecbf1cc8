"""What policies keep from one day to the next: all of it, so that a checkpoint holds it."""

from dataclasses import dataclass

import numpy as np


@dataclass(slots=True)
class PolicyState:
    """One value per platform of what policies must remember; arrays of shape (P,).

    Attributes
    ----------
    charges
        What clients pay on top of pay where no policy has changed it, millionths.
    paid
        Pay of the day before, micro-euro.
    commission
        Before the first day of `paid_search`, millionths.
    search_paid
        Paid for search up to the day before, micro-euro.
    search_cost, work_cost
        What search and work have lately cost, micro-euro a day.
    most_accounts
        Accounts let in at which `sign_up_cap` closes the door.
    admitted
        Share let in below that number.
    """

    charges: np.ndarray
    paid: np.ndarray
    commission: np.ndarray
    search_paid: np.ndarray
    search_cost: np.ndarray
    work_cost: np.ndarray
    most_accounts: np.ndarray
    admitted: np.ndarray

    @classmethod
    def of(cls, platforms: np.ndarray) -> "PolicyState":
        """Before the first day of a market with these PLATFORM records."""
        none = np.zeros(len(platforms))
        columns = [platforms[name].copy() for name in ("commission", "search_paid")]
        costs, most, admitted = [none.copy(), none.copy()], none + np.inf, platforms["admitted"].copy()
        return cls(
            platforms["commission"] + platforms["margin"], none.astype(np.int64), *columns, *costs, most, admitted
        )
