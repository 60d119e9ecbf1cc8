"""Who stays, who moves, who comes back: what the same people do from month to month.

Only a platform could see this, and none has published it; `experiments/validate/patterns.csv` holds what is said in
words.
"""

import numpy as np
import pandas as pd

from sim.kernel.units import RECENT, ROUNDED_MONTH
from sim.results.results import Results

SURVIVAL_MONTHS = (1, 2, 3, 4, 6, 9, 12, 18, 24)
LEVELS = ("away", "now and then", "often")  # months without a look, with one to three days of looking, with more
OFTEN = 4  # days with a look in a month: about once a week
BEFORE, AFTER = 14, 28  # days around the first day of a surge


def survival(results: Results) -> list[float]:
    """Share of those who signed up during the run and looked again after so many months.

    "Again" is at any later time: who pauses and returns has not left. Whoever signed up too late to be watched for
    that long and a month more is left out; of those who never look, there are many.

    Returns
    -------
    list of float
        One for each of `SURVIVAL_MONTHS`; nan where nobody was watched that long.
    """
    last = int(results.daily["day"].max())
    workers = results.workers
    signed, seen = workers["signed_up"].to_numpy(int), workers["last_seen"].to_numpy(int)
    shares = []
    for months in SURVIVAL_MONTHS:
        days = round(months * ROUNDED_MONTH)
        cohort = (signed >= 0) & (signed + days + RECENT <= last)
        shares.append(float((seen[cohort] >= signed[cohort] + days).mean()) if cohort.any() else np.nan)
    return shares


def present(results: Results, months: int = 10) -> list[float]:
    """Share of those who signed up in a month recorded who look in the month so many after it, 0 to `months`.

    Stricter than `survival`: who pauses is away. Months of sign-up are taken together, whole months only.
    """
    labels, start = whole_months(results), pd.Timestamp(results.scenario.start)
    worker, signed = results.workers["worker"].to_numpy(int), results.workers["signed_up"].to_numpy(int)
    seen, whole = np.zeros((2, months + 1))
    table = results.months[results.months["looks"] > 0]
    looked = np.zeros((len(labels), worker.max(initial=-1) + 1), np.bool_)
    for n, label in enumerate(labels):
        looked[n, table.loc[table["month"] == label, "worker"].to_numpy()] = True
    for n, label in enumerate(labels):
        first = pd.Timestamp(f"{label}-01")
        since, until = ((day - start).days for day in (first, first + pd.offsets.MonthBegin(1)))
        cohort = worker[(signed >= since) & (signed < until)]
        for later in range(min(months, len(labels) - 1 - n) + 1):
            seen[later] += looked[n + later, cohort].sum()
            whole[later] += len(cohort)
    return np.where(whole > 0, seen / np.maximum(whole, 1), np.nan).tolist()


def movement(results: Results) -> list[list[float]]:
    """Chances of being at each of `LEVELS` in a month, given the level in the month before.

    Over all pairs of whole months recorded; of people registered before the first of the two.

    Returns
    -------
    list of list of float, 3 x 3
        Row: level before; column: level after; nan without two months.
    """
    months, workers = results.months, results.workers
    labels = whole_months(results)
    counts = np.zeros((3, 3))
    if len(labels) >= 2:
        signed = workers["signed_up"].to_numpy(int)
        start = pd.Timestamp(results.scenario.start)
        place = pd.Series(np.arange(len(workers)), index=workers["worker"].to_numpy())
        level = np.zeros((len(labels), len(workers)), np.int8)
        for n, label in enumerate(labels):
            rows = months[(months["month"] == label) & (months["looks"] > 0)]
            level[n, place[rows["worker"]].to_numpy()] = 1 + (rows["days_active"].to_numpy() >= OFTEN)
        for n, label in enumerate(labels[:-1]):
            there = signed < (pd.Timestamp(f"{label}-01") - start).days
            counts += np.bincount(3 * level[n, there] + level[n + 1, there], minlength=9).reshape(3, 3)
    whole = counts.sum(axis=1, keepdims=True)
    return np.where(whole > 0, counts / np.maximum(whole, 1), np.nan).tolist()


def whole_months(results: Results) -> list[str]:
    """Labels of the months recorded from their first to their last day, in order."""
    months, scenario = results.months, results.scenario
    if not len(months):
        return []
    last = int(results.daily["day"].max())
    end = pd.Timestamp(scenario.start) + pd.Timedelta(days=last + 1)
    labels = sorted(map(str, months["month"].unique()))
    firsts = [pd.Timestamp(f"{label}-01") for label in labels]
    whole = [first >= pd.Timestamp(scenario.start) and first + pd.offsets.MonthBegin(1) <= end for first in firsts]
    return [label for label, ok in zip(labels, whole, strict=True) if ok]


def after_surges(results: Results) -> list[float]:
    """How many of those who had stopped come back a day, around the beginnings of market-wide surges.

    Returns
    -------
    list of float
        `BEFORE` + `AFTER` numbers, relative to the mean of the `BEFORE` days before: mean over the surges of the
        second half of the run that lie wholly inside it; nan without any.
    """
    by_day = results.daily.groupby("day", observed=True)
    returned = by_day["returned"].sum().to_numpy(float)
    surging = (by_day["regime"].first().astype(str) == "surge").to_numpy()
    begins = 1 + np.flatnonzero(surging[1:] & ~surging[:-1])
    begins = begins[(begins >= max(BEFORE, len(returned) // 2)) & (begins + AFTER <= len(returned))]
    if not len(begins) or not returned.any():
        return [np.nan] * (BEFORE + AFTER)
    around = np.mean([returned[day - BEFORE : day + AFTER] for day in begins], axis=0)
    usual = around[:BEFORE].mean()
    return (around / usual).tolist() if usual else [np.nan] * (BEFORE + AFTER)
