"""Entry over time, read from a run's tables: who signs up in which month, before and after something has happened."""

from datetime import date
from typing import NamedTuple

import pandas as pd


class BeforeAndAfter(NamedTuple):
    """People who signed up for the first time, per month of 30 days."""

    before: float
    after: float


def first_registrations(funnel: pd.DataFrame) -> pd.Series:
    """People who signed up for the first time on each day but the first; int series by date."""
    registered = funnel.set_index("date")["registered"]
    return registered.diff().iloc[1:].astype(int)


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
