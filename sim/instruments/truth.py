"""The truth: how many people the simulated population really holds, for the question each instrument asks.

Only a simulation can print this. Counts are of people simulated (or of their accounts where it says so) at the
end of the run; who shows them multiplies by `population.weight`.
"""

import numpy as np
import pandas as pd

from sim.kernel.units import RECENT
from sim.results.results import Results

NEVER_SEEN = -1  # the day on which who has not looked since the beginning was last seen
LEVELS = ("registered", "ever worked", "ever paid", "active in the month", "active in the week", "very active")


def truth(results: Results, platform: str | None = None) -> pd.DataFrame:
    """People by how active they really are.

    Parameters
    ----------
    results
    platform
        Only those with an account there, and their activity there; by default all platforms. Being very active
        is a matter of all platforms: who looked anywhere in each of the last four weeks, and here in the last 30
        days.

    Returns
    -------
    DataFrame
        Rows: `LEVELS`. Columns: people (at least so active: "ever paid" is within "ever worked" and each level of
        activity within the one before, but who was seen in the month need not have worked), disjoint (people
        at this level and at none of the following; adds up to the registered), accounts (as people, one by one).
    """
    last = int(results.daily["day"].max())
    accounts = results.accounts
    if platform is not None:
        accounts = accounts[accounts["platform"] == platform]
    workers = results.workers.set_index("worker")
    rows = workers.index if platform is None else workers.index[workers.index.isin(accounts["worker"])]
    constant = workers["engagement"] == "very_active"
    by_account = _levels(accounts, constant.reindex(accounts["worker"]).to_numpy(bool), last)
    theirs = accounts.groupby("worker")
    sums = theirs[["tasks_done", "tasks_refused"]].sum()
    sums["last_seen"] = theirs["last_seen"].max()
    nested = _levels(sums.reindex(rows, fill_value=0), constant.reindex(rows).to_numpy(bool), last)
    highest = np.max([np.where(level, n, 0) for n, level in enumerate(nested)], axis=0, initial=0)
    disjoint = np.bincount(highest.astype(int), minlength=len(LEVELS)) if len(rows) else np.zeros(len(LEVELS), int)
    columns = {"people": _sizes(nested), "disjoint": disjoint, "accounts": _sizes(by_account)}
    return pd.DataFrame(columns, index=list(LEVELS))


def _levels(table, weekly, last):
    """One mask per level, of people or of accounts."""
    seen = table["last_seen"].to_numpy()
    done, refused = table["tasks_done"].to_numpy(), table["tasks_refused"].to_numpy()
    month, week = (seen > max(last - days, NEVER_SEEN) for days in (RECENT, 7))
    return [np.ones(len(table), bool), done > 0, done > refused, month, week, weekly & month]


def _sizes(masks):
    return [int(mask.sum()) for mask in masks]
