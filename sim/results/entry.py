"""Entry read from a run's tables: who signs up when, before and after something, and what `reach` would have met."""

from datetime import date
from typing import NamedTuple

import pandas as pd

from sim.results.results import Results


class BeforeAndAfter(NamedTuple):
    """People who signed up for the first time, per month of 30 days."""

    before: float
    after: float


def first_registrations(funnel: pd.DataFrame) -> pd.Series:
    """People who signed up for the first time on each day but the first; int series by date."""
    registered = funnel.set_index("date")["registered"]
    return registered.diff().iloc[1:].astype(int)


def reach_needed(results: Results) -> pd.Series:
    """The `reach` at which each platform's first registrations would be those of its accounts; by platform.

    Of one run, so that luck is in it: to be averaged over seeds, at the scale that counts, and repeated, for what is
    heard and how busy people are answers to how many come.
    """
    members, people = results.scenario.platform.members, results.scenario.population.simulated
    accounts = pd.Series({key: float(member.accounts) for key, member in members.items()})
    platform, stock = results.workers["first_platform"].astype(str), results.workers["signed_up"] < 0
    before, later = (platform[rows].value_counts().reindex(accounts.index, fill_value=0) for rows in (stock, ~stock))
    expected = people * accounts / accounts.sum()
    reach = pd.Series({key: member.reach for key, member in members.items()})
    return reach * (expected - before).clip(lower=0.0) / later.clip(lower=1)


def around(funnel: pd.DataFrame, on: date, days: int = 30, wait: int = 0) -> BeforeAndAfter:
    """First registrations a month before and after a day.

    Parameters
    ----------
    funnel
        A run's table of that name.
    on
        The day: a policy's first, or that of a collapse.
    days
        How long both stretches are, days; cut where the run begins or ends.
    wait
        Days between `on` and the second stretch.

    Raises
    ------
    ValueError
        If the run has no day before, or none after.
    """
    people, day = first_registrations(funnel), pd.Timestamp(on)
    before = people[(people.index < day) & (people.index >= day - pd.Timedelta(days=days))]
    first = day + pd.Timedelta(days=wait)
    after = people[(people.index >= first) & (people.index < first + pd.Timedelta(days=days))]
    if not len(before) or not len(after):
        raise ValueError(f"{on}: the run has no day before or none from {first:%Y-%m-%d} on")
    return BeforeAndAfter(30.0 * float(before.mean()), 30.0 * float(after.mean()))
