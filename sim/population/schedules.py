"""When people can look and when clients post: operational time over the hours of a week.

A row cumulates availability from Monday 00:00, so that an hour in which one is twice as available passes twice
as fast. A mean day lasts 1.0 and a week 7.0: rates per day keep their meaning, and the next look is found by
inverting one row. No source gives these hours; all of them are assumed, with the report's portraits in mind
(an employee's half hour in the evening, a woman at her screen from early afternoon into the night).
"""

import numpy as np

from sim.kernel.categories import STATUSES

PROFILES = (
    "full_time",
    "part_time",
    "fixed_term",
    "unemployed",
    "at_home",
    "student",
    "retired",
    "at_home_with_children",
)

# For each profile: weekday, weekend day, and the share of a weekday in a weekend day.
# A day is a list of (from hour, to hour, availability); what is not named has the floor.
_FLOOR = 0.04
_DAYS = {
    "full_time": (
        [(6, 8, 0.3), (8, 12, 0.25), (12, 14, 0.7), (14, 18, 0.25), (18, 20, 0.9), (20, 23, 2.4), (23, 24, 0.9)],
        [(8, 10, 0.7), (10, 13, 1.1), (13, 19, 1.0), (19, 21, 0.9), (21, 24, 1.4), (0, 1, 0.5)],
        1.00,
    ),
    "part_time": (
        [(7, 9, 0.4), (9, 12, 0.9), (12, 14, 0.9), (14, 17, 1.2), (17, 20, 0.8), (20, 23, 2.0), (23, 24, 0.8)],
        [(8, 10, 0.7), (10, 13, 1.0), (13, 19, 1.0), (19, 21, 0.8), (21, 24, 1.3), (0, 1, 0.4)],
        1.12,
    ),
    "fixed_term": (
        [(7, 9, 0.4), (9, 12, 0.5), (12, 14, 0.8), (14, 18, 0.5), (18, 20, 0.9), (20, 24, 1.9), (0, 1, 0.7)],
        [(9, 13, 0.9), (13, 19, 1.0), (19, 21, 0.9), (21, 24, 1.4), (0, 1, 0.7)],
        1.05,
    ),
    "unemployed": (
        [(8, 9, 0.6), (9, 12, 1.3), (12, 14, 1.0), (14, 18, 1.5), (18, 20, 1.0), (20, 24, 1.5), (0, 2, 0.8)],
        [(9, 13, 0.9), (13, 19, 1.0), (19, 21, 0.9), (21, 24, 1.4), (0, 2, 0.9)],
        1.20,
    ),
    "at_home": (
        [(8, 9, 0.7), (9, 12, 1.4), (12, 14, 0.9), (14, 18, 1.6), (18, 20, 0.8), (20, 24, 1.4), (0, 2, 0.5)],
        [(9, 13, 0.9), (13, 19, 1.1), (19, 21, 0.7), (21, 24, 1.3), (0, 2, 0.5)],
        1.15,
    ),
    "student": (
        [(8, 12, 0.4), (12, 14, 0.8), (14, 18, 0.6), (18, 20, 0.9), (20, 24, 1.9), (0, 2, 1.6), (2, 3, 0.6)],
        [(10, 13, 0.7), (13, 19, 1.1), (19, 21, 0.8), (21, 24, 1.4), (0, 2, 1.5), (2, 4, 0.7)],
        1.05,
    ),
    "retired": (
        [(7, 9, 1.0), (9, 12, 1.8), (12, 14, 0.8), (14, 18, 1.7), (18, 20, 0.9), (20, 22, 1.0), (22, 23, 0.4)],
        [(7, 9, 0.9), (9, 12, 1.4), (12, 14, 0.6), (14, 18, 1.3), (18, 20, 0.9), (20, 22, 1.0), (22, 23, 0.4)],
        1.15,
    ),
    "at_home_with_children": (  # school hours, then again once the children sleep
        [(9, 11, 2.0), (11, 13, 0.8), (13, 16, 2.2), (16, 20, 0.3), (20, 21, 1.0), (21, 24, 2.0), (0, 1, 0.6)],
        [(9, 12, 0.6), (13, 16, 1.2), (16, 20, 0.5), (20, 21, 0.9), (21, 24, 2.0), (0, 1, 0.7)],
        1.30,
    ),
}
_OFFICE = [(7, 8, 0.3), (8, 9, 1.0), (9, 12, 2.4), (12, 14, 1.4), (14, 18, 2.3), (18, 20, 0.8), (20, 22, 0.3)]


def _day(pieces, volume):
    """Availability in each hour of a day, adding up to `volume`; shape (24,)."""
    hours = np.full(24, _FLOOR)
    for start, end, availability in pieces:
        hours[start:end] = availability
    return hours * (volume / hours.sum())


def _week(weekday, weekend_day, weekday_volume, weekend_volume):
    hours = np.concatenate([_day(weekday, weekday_volume)] * 5 + [_day(weekend_day, weekend_volume)] * 2)
    cumulative = np.concatenate([[0.0], np.cumsum(hours)])
    return 7.0 * (cumulative / cumulative[-1])


def availability_table() -> np.ndarray:
    """Operational time since Monday 00:00 for each profile.

    Returns
    -------
    float64 array, shape (profiles, 169)
        Mean days; strictly increasing from 0.0 to 7.0. Rows in the order of `PROFILES`.
    """
    return np.array([_week(*_DAYS[profile][:2], _DAYS[profile][2], 1.0) for profile in PROFILES])


def profile_table() -> np.ndarray:
    """The profile of each status without and with children.

    Returns
    -------
    uint8 array, shape (statuses, 2)
    """
    table = np.repeat(np.arange(len(STATUSES), dtype=np.uint8)[:, None], 2, axis=1)
    table[STATUSES.index("at_home"), 1] = PROFILES.index("at_home_with_children")
    return table


def posting_table(weekend_share: float) -> np.ndarray:
    """Operational time of clients since Monday 00:00: office hours, little at night.

    Parameters
    ----------
    weekend_share
        Volume posted on a weekend day over that of a weekday, 0 or more.

    Returns
    -------
    float64 array, shape (169,)
        Mean days, from 0.0 to 7.0; strictly increasing unless `weekend_share` is 0.

    Raises
    ------
    ValueError
        If `weekend_share` is negative.
    """
    if weekend_share < 0.0:
        raise ValueError(f"weekend_share {weekend_share}: must be 0 or more")
    return _week(_OFFICE, _OFFICE, 1.0, weekend_share)
