"""The truth: how many people the simulated population really holds, for the question each instrument asks.

Only a simulation can print this. Counts are of people (or accounts where it says so) at the end of the run.
"""

import numpy as np
import pandas as pd

from sim.summary import FULL_TIME_WEEK

LEVELS = ("registered", "ever worked", "ever paid", "active in the month", "active in the week", "very active")


def truth(results, platform=None):
    """People by how active they really are.

    Parameters
    ----------
    results : Results
    platform : str, optional
        Only those with an account there, and their activity there; by default all platforms.

    Returns
    -------
    DataFrame
        Rows: `LEVELS`. Columns: people (at least so active: nested where each level contains the next), disjoint
        (people at this level and not at the next).
    """
    last = int(results.daily["day"].max())
    workers = results.workers.set_index("worker")
    accounts = results.accounts
    if platform is not None:
        accounts = accounts[accounts["platform"] == platform]
        workers = workers.loc[accounts["worker"]]
    seen = accounts.groupby("worker")["last_seen"].max().reindex(workers.index).to_numpy()
    approved = (accounts["tasks_done"] - accounts["tasks_refused"]).groupby(accounts["worker"]).sum()
    worked = accounts.groupby("worker")["tasks_done"].sum().reindex(workers.index).to_numpy() > 0
    paid = approved.reindex(workers.index).to_numpy() > 0
    weekly = (workers["engagement"] == "very_active").to_numpy()
    nested = [
        np.ones(len(workers), bool),
        worked,
        paid,
        seen > last - 30,
        seen > last - 7,
        weekly & (seen > last - 30),
    ]
    people = [int(level.sum()) for level in nested]
    highest = np.max([np.where(level, n, 0) for n, level in enumerate(nested)], axis=0)
    disjoint = np.bincount(highest.astype(int), minlength=len(LEVELS)) if len(workers) else np.zeros(len(LEVELS), int)
    return pd.DataFrame({"people": people, "disjoint": disjoint}, index=list(LEVELS))


def accounts_seen(results, days=30):
    """Accounts opened at least once in the last `days`, by platform."""
    last = int(results.daily["day"].max())
    seen = results.accounts[results.accounts["last_seen"] > last - days]
    return seen["platform"].value_counts().reindex(list(results.scenario.platform.members), fill_value=0)


def full_time_equivalents(results):
    """Jobs of 35 hours a week that all work of the last year, paid and unpaid, amounts to."""
    daily = results.daily
    year = daily[daily["day"] > daily["day"].max() - 364]
    seconds = (year["paid_seconds"] + year["unpaid_seconds"]).sum()
    return seconds / 3600.0 / max(year["day"].nunique() / 7.0, 1e-9) / FULL_TIME_WEEK
