"""What is kept of a market: filled in as the days pass, read by instruments and reports, written at the end.

Recording reads the columns and never writes them, so it cannot move a result.
"""

import datetime
from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

import numpy as np

from sim.kernel.arrays import BATCHES, CLOSED, GRANTS, MONTH_ROWS, PERSONS, Market
from sim.kernel.memory import copied
from sim.kernel.records import CLOSED_BATCH, DAILY, MONTHLY, NOBODY
from sim.kernel.units import RECENT
from sim.markets.archive import archive, end_month, longest_day
from sim.scenario.scenario import Scenario

LIFETIME = np.dtype(
    [
        (name, MONTHLY[name])
        for name in (
            "looks",
            "sessions",
            "paid_seconds",
            "unpaid_seconds",
            "travel_seconds",
            "watching_seconds",
            "present_seconds",
            "visits",
            "reactions",
            "too_late",
            "tasks_done",
            "tasks_refused",
            "shop_visits",
            "shop_seconds",
            "shop_micro_euro",
            "earned_micro_euro",
            "cashed_out_micro_euro",
        )
    ]
)
THREE_KINDS = ("paid_seconds", "unpaid_seconds", "watching_seconds")  # of time, of which presence is made
CAPTURE = np.dtype(
    [
        ("wave", "i1"),
        ("worker", "i4"),
        ("second", "i4"),  # at which the questionnaire was taken
        ("weekly", "?"),  # looked at least once a week, as one would count it: on four of the last 28 days
        ("platforms", "u4"),  # accounts
        ("refused", "?"),  # has ever had work refused
        ("looks", "i4"),  # this and the following: in the last month that was over
        ("sessions", "i4"),
        ("paid_seconds", "i4"),
        ("unpaid_seconds", "i4"),
        ("watching_seconds", "i4"),
        ("earned_micro_euro", "i8"),
    ]
)
FOUR_WEEKS = np.uint32(2**28 - 1)
TOGETHER = 65_536  # batches that are handed on at a time


class Finished(Protocol):
    """Takes what will not change any more while a run goes on to its end."""

    def batches(self, rows: np.ndarray) -> None:
        """The next batches in order of posting; CLOSED_BATCH array."""

    def month(self, label: str, table: np.ndarray) -> None:
        """A month that is over, one of the last ones of the run that are asked for; MONTHLY array."""


OF_SCENARIO = frozenset({"start", "end", "keep", "finished", "_absent"})  # what a record is not asked to keep


class Recorder:
    """The record of one market while it runs.

    Parameters
    ----------
    scenario
    days
        Of the whole run.
    market
    finished
    kept
        What a record of the same market kept, from which this one goes on.

    Attributes
    ----------
    daily : int64 array, shape (days, P, DAILY)
    funnel : int64 array, shape (days, 4)
        Registered; seen in the last 30 and 7 days; worked in the last 30 days.
    months : list of (label, MONTHLY array)
        The last months asked for, unless they are handed on.
    last_month : MONTHLY array or None
        The last month that is over.
    lifetime : LIFETIME array, shape (N,)
    finished : Finished or None
        Who is handed what is finished, so that it need not be kept; only a run that goes on to its end can do so.
    archive : CLOSED_BATCH array
        Every batch by its number from `first` on, with room for more; what is still open is written by `batches`.
    first : int
        Number of the first batch that is not handed on.
    approved : float array, shape (P,)
        Tasks approved times piece rate, micro-euro, of the batches handed on.
    captures : list of CAPTURE arrays
        Who took the questionnaire, day by day.
    longest_day : float
        Most seconds of anybody's month per day on which they looked; of all months that are over.
    """

    def __init__(
        self,
        scenario: Scenario,
        days: int,
        market: Market,
        finished: Finished | None = None,
        kept: Mapping[str, Any] | None = None,
    ) -> None:
        self.start, self.end = scenario.start, scenario.end
        self.keep, self._absent = scenario.record.months, scenario.population.absent_simulated
        self.finished = finished
        if kept is not None:
            vars(self).update(kept, **{name: _of_days(kept[name], days) for name in ("daily", "funnel")})
            return
        self.daily = np.zeros((days, len(market.firms.platforms), len(DAILY)), np.int64)
        self.funnel = np.zeros((days, 4), np.int64)
        self.months, self.last_month = [], None
        self.lifetime = np.zeros(len(market.people.workers), LIFETIME)
        self.archive, self.captures = np.zeros(0, CLOSED_BATCH), []
        self.first, self.approved = 0, np.zeros(len(market.firms.platforms))
        self._month_closed, self.longest_day = True, 0.0

    def kept(self) -> dict[str, Any]:
        """All that the scenario alone does not make, by name; of the archive all that is posted."""
        return {name: vars(self)[name] for name in sorted(vars(self).keys() - OF_SCENARIO)}

    def capture(self, day: int, market: Market) -> None:
        """Who took the questionnaire today, and what they could truthfully say of themselves."""
        asking = len(market.firms.clients) - 1
        researcher = market.firms.clients[asking]
        if not (researcher["k"] and researcher["first_day"] <= day <= researcher["last_day"]):
            return
        batches = market.book.batches
        if not ((batches["client"] == asking) & (batches["id"] != NOBODY)).any():
            return
        grants = market.ledger.grants[: market.ledger.counts[GRANTS]]
        grants = grants[batches["client"][grants["slot"]] == asking]
        if not len(grants):
            return
        rows = market.people.accounts["worker"][grants["account"]]
        workers, table = market.people.workers[rows], market.ledger.months[market.people.workers["month_row"][rows]]
        caught = np.zeros(len(rows), CAPTURE)
        caught["wave"], caught["worker"] = batches["wave"][grants["slot"]] - 1, rows
        caught["second"], caught["platforms"] = grants["second"], workers["platforms"]
        caught["weekly"] = np.bitwise_count(_days(workers, day) & FOUR_WEEKS) >= 4
        caught["refused"] = self.lifetime["tasks_refused"][rows] + table["tasks_refused"] > 0
        before = self.last_month if self.last_month is not None else np.zeros(0, MONTHLY)
        who = before["worker"].copy()
        at = np.flatnonzero(np.isin(who, rows))  # few of many
        at = at[np.argsort(who[at])]
        place = np.searchsorted(who[at], rows)
        found = np.append(before[at], np.zeros(1, MONTHLY))[place]
        for name in ("looks", "sessions", "paid_seconds", "unpaid_seconds", "watching_seconds", "earned_micro_euro"):
            caught[name] = np.where((place < len(at)) & (found["worker"] == rows), found[name], 0)
        self.captures.append(caught)

    def close_day(self, day: int, market: Market) -> None:
        """Keep the day's counters, the funnel and the batches closed today; on its last day, the month."""
        self.daily[day] = market.ledger.today
        self._month_closed = False
        self.funnel[day] = (
            self._absent + market.people.counts[PERSONS],
            market.ledger.seen_on[max(0, day - RECENT + 1) : day + 1].sum(),
            market.ledger.seen_on[max(0, day - 7 + 1) : day + 1].sum(),
            market.ledger.worked_on[max(0, day - RECENT + 1) : day + 1].sum(),
        )
        self._file(market, market.book.closed[: market.book.counts[CLOSED]])
        date = self.start + datetime.timedelta(days=day)
        if self.finished:
            self._hand_on(market, date == self.end)
        if (date + datetime.timedelta(days=1)).month != date.month or date == self.end:
            self._close_month(date, market)

    def _close_month(self, date, market):
        table = copied(market.ledger.months[: market.ledger.counts[MONTH_ROWS]])
        end_month(table, market.people.workers, self.lifetime)
        market.ledger.counts[MONTH_ROWS] = 0
        self.last_month, self._month_closed = table, True
        self.longest_day = max(self.longest_day, longest_day(table))
        if not self.keep:
            return
        if self.finished is None:
            self.months = [*self.months, (f"{date:%Y-%m}", table)][-self.keep :]
        elif 12 * (self.end.year - date.year) + self.end.month - date.month < self.keep:
            self.finished.month(f"{date:%Y-%m}", table)

    def whole(self) -> bool:
        """Is the month's table empty, so that `lifetime` holds all there is?"""
        return self._month_closed

    def batches(self, market: Market) -> np.ndarray:
        """Every batch posted so far that is not handed on, closed or open, in order of posting; CLOSED_BATCH array.

        No copy, for there are millions: true until the next day.
        """
        self._file(market, np.flatnonzero(market.book.batches["id"] != NOBODY).astype(np.int32))
        return self.archive[: market.book.counts[BATCHES] - self.first]

    def _file(self, market, slots):
        """Write the batches of these slots of the book where their numbers say."""
        posted = market.book.counts[BATCHES] - self.first
        if posted > len(self.archive):  # untouched room takes no memory
            larger = np.zeros(max(posted, 2 * len(self.archive)), CLOSED_BATCH)
            larger.view(np.uint8)[: self.archive.nbytes] = self.archive.view(np.uint8)
            self.archive = larger
        archive(market.book.batches, slots, self.first, self.archive)

    def _hand_on(self, market, last):
        """Hand on the batches before the first that is open, once they are many; on the last day all."""
        posted, ids = market.book.counts[BATCHES], market.book.batches["id"]
        if posted - self.first < TOGETHER and not last:
            return
        until = posted if last else ids.min(where=ids != NOBODY, initial=posted)
        if last:
            self.batches(market)
        elif until - self.first < TOGETHER:
            return
        rows = self.archive[: until - self.first]
        self.approved += approved(rows, market)
        self.finished.batches(rows)
        rest = copied(self.archive[until - self.first : posted - self.first])
        self.archive[: len(rest)], self.first = rest, int(until)


def approved(batches: np.ndarray, market: Market) -> np.ndarray:
    """Micro-euro of the approved tasks of CLOSED_BATCH rows that are paid by the piece; float array, shape (P,)."""
    micro_euro = (batches["done"] - batches["refused"]) * batches["piece_rate"].astype(float)
    micro_euro[market.firms.clients["by_hour"][batches["client"]] == 1] = 0.0
    return np.bincount(batches["platform"], micro_euro, len(market.firms.platforms))


def _of_days(rows, days):
    """Rows by day of a run of other length, in which the same days have passed."""
    if len(rows) == days:
        return rows
    of_days = np.zeros((days, *rows.shape[1:]), rows.dtype)
    of_days[: len(rows)] = rows[:days]
    return of_days


def every_week(workers: np.ndarray, day: int) -> np.ndarray:
    """Who looked in each of the last four stretches of seven days up to `day`; bool array like `workers`."""
    days = _days(workers, day)
    return np.all([days >> (7 * week) & 0b1111111 for week in range(4)], axis=0)


def _days(workers, day):
    """Mask of the days on which each worker looked, bit 0 being `day`; uint32 array like `workers`."""
    passed = np.clip(day - workers["last_seen"], 0, 31).astype(np.uint32)
    return np.where(workers["last_seen"] >= 0, workers["days_seen"] << passed, np.uint32(0))


def engagement(workers: np.ndarray, day: int) -> np.ndarray:
    """Index into `sim.kernel.categories.ENGAGEMENTS` of each worker as of `day`; uint8 array like `workers`."""
    recently = (workers["last_seen"] >= 0) & (workers["last_seen"] > day - RECENT)
    return recently.astype(np.uint8) + (recently & every_week(workers, day))


def month_start(date: date, start: date) -> int:
    """Day number of the first day of `date`'s month."""
    return (date.replace(day=1) - start).days
