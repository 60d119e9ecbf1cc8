"""What is kept of each day to draw one worker's week and one batch's life: read off the columns, never written to them.

The market keeps no diary of who does what at which second. It has the day's pieces of work with their moments, the
seconds of each account by kind, and what is left of each batch: these are noted when the day's last second is over.
"""

from collections import deque
from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

import numpy as np

from sim.kernel.arrays import ACCOUNTS, GRANTS, SEEN, Market
from sim.kernel.records import BATCH, NOBODY
from sim.kernel.units import DAY
from sim.scenario.scenario import Scenario
from sim.simulation.recorder import Recorder

SEVEN, KEPT = 7, 28  # days kept: of workers, of batches
PIECE = np.dtype([(name, "i4") for name in ("worker", "batch", "second", "seconds", "tasks")] + [("platform", "u1")])
SPENT = np.dtype([(name, "i8") for name in ("worker", "active", "paid", "watching", "sittings", "sat_down")])
_OF_BATCH = "id platform kind piece_rate announced_seconds size left done withdrawn posted last_filled".split()
OPEN = np.dtype([(name, BATCH[name]) for name in _OF_BATCH])


class Day(NamedTuple):
    """One day: its pieces of work, the time of each who looked, and the batches that were open in it."""

    day: int
    pieces: np.ndarray  # PIECE; seconds count from the start of the run
    spent: np.ndarray  # SPENT, by worker; seconds of the day
    batches: np.ndarray  # OPEN, as the day left them


class People(NamedTuple):
    """How many people did something that day, at the scale of the run."""

    looking: int
    watching: int
    working: int


class Tracing(Recorder):
    """The record of a market that also keeps the last days' traces."""

    def __init__(self, scenario: Scenario, days: int, market: Market) -> None:
        super().__init__(scenario, days, market)
        self.past: deque[Day] = deque(maxlen=KEPT)
        self.people = np.zeros((days, len(People._fields)), np.int64)
        self._visits = np.zeros(len(market.people.workers), np.int32)

    def capture(self, day: int, market: Market) -> None:
        """Note the day's traces, before its pay is settled."""
        super().capture(day, market)
        if (self.start + timedelta(days=day)).day == 1:
            self._visits[:] = 0  # the market counts them anew each month
        opened = market.people.accounts[: market.people.counts[ACCOUNTS]]
        grants = market.ledger.grants[: market.ledger.counts[GRANTS]]
        pieces = _pieces(grants, opened, market.book.batches)
        spent = self._spent(opened, pieces, market)
        slots = market.book.batches[market.book.batches["id"] != NOBODY]
        batches = np.zeros(len(slots), OPEN)
        for name in OPEN.names:
            batches[name] = slots[name]
        if len(self.past) >= SEVEN:  # of days longer ago only the batches are asked for
            old = self.past[-SEVEN]
            self.past[-SEVEN] = old._replace(spent=old.spent[:0])
        self.past.append(Day(day, pieces, spent, batches))
        working = len(np.unique(pieces["worker"]))
        self.people[day] = market.ledger.counts[SEEN], (spent["watching"] > 0).sum(), working

    def _spent(self, opened, pieces, market):
        """Seconds of each who did anything, by kind, and where the only sitting of the day began."""
        busy = opened[opened["day_active"] + opened["day_watched"] > 0]
        who, place = np.unique(busy["worker"], return_inverse=True)
        spent = np.zeros(len(who), SPENT)
        spent["worker"] = who
        for name, column in (("active", "day_active"), ("watching", "day_watched")):
            spent[name] = np.bincount(place, busy[column], len(who))
        at = np.searchsorted(who, pieces["worker"])
        spent["paid"] = np.bincount(at, pieces["seconds"], len(who))[: len(who)]
        workers = market.people.workers[who]
        visits = market.ledger.months["visits"][workers["month_row"]]
        before = self._visits[who]
        spent["sittings"] = visits - before
        self._visits[who], spent["sat_down"] = visits, workers["sat_down"] % DAY
        return spent


def _pieces(grants, opened, batches):
    pieces = np.zeros(len(grants), PIECE)
    pieces["worker"], pieces["platform"] = (opened[name][grants["account"]] for name in ("worker", "platform"))
    pieces["batch"] = batches["id"][grants["slot"]]
    for name in ("second", "seconds", "tasks"):
        pieces[name] = grants[name]
    return pieces


# --- one worker's week ----------------------------------------------------------------------------------------
class Row(NamedTuple):
    """One day of a worker: work as (begin, end) in hours, the only sitting if there was but one, seconds by kind."""

    day: int
    work: list[tuple[float, float]]
    there: tuple[float, float] | None
    paid: int
    unpaid: int
    watching: int
    sittings: int


def week_of(past: Iterable[Day], worker: int) -> list[Row]:
    """The last seven days of a worker, the earliest first."""
    rows = []
    for day in list(past)[-SEVEN:]:
        mine = day.pieces[day.pieces["worker"] == worker]
        begins = mine["second"] - day.day * DAY
        work = [(b / DAY * 24, (b + s) / DAY * 24) for b, s in zip(begins, mine["seconds"], strict=True)]
        spent = day.spent[day.spent["worker"] == worker]
        row = Row(day.day, work, None, 0, 0, 0, 0)
        if len(spent):
            active, paid, watching, sittings, sat_down = (int(spent[name][0]) for name in SPENT.names[1:])
            there = (sat_down / DAY * 24, (sat_down + active + watching) / DAY * 24) if sittings == 1 else None
            row = Row(day.day, work, there, paid, active - paid, watching, sittings)
        rows.append(row)
    return rows


# --- one batch's life -----------------------------------------------------------------------------------------
FATES = ("filled", "lasting", "withdrawn")


class Life(NamedTuple):
    """One batch: what it is, tasks left at each day's end, and when people in France took how many."""

    about: np.void  # OPEN, as it was last seen
    days: list[int]
    left: list[int]
    taken: list[tuple[float, int]]  # (day and its fraction, tasks)
    ended: str  # "filled", "withdrawn" or "" while it is open


def candidates(past: Iterable[Day], fate: str) -> list[int]:
    """Batches with that fate among those seen on the last day, those of which people in France took most often first.

    Parameters
    ----------
    fate
        filled: on that day; withdrawn: on that day, not filled; lasting: open since at least three days.
    """
    days = list(past)
    if not days:
        return []
    last = days[-1]
    b = last.batches
    open_since = last.day - b["posted"] // DAY
    masks = {
        "filled": (b["left"] == 0) & (b["withdrawn"] == 0) & (b["size"] > 1),
        "withdrawn": b["withdrawn"] > 0,
        "lasting": (b["left"] > 0) & (open_since >= 3),
    }
    ids = b["id"][masks[fate]]
    pieces = np.concatenate([day.pieces["batch"] for day in days])
    taken = pieces[np.isin(pieces, ids)]
    order = np.bincount(np.searchsorted(np.sort(ids), taken), minlength=len(ids)) if len(ids) else ids
    return [int(one) for one in np.sort(ids)[np.argsort(-order, kind="stable")]]


def life_of(past: Iterable[Day], batch: int) -> Life | None:
    """What the kept days say of a batch; None if they have not seen it."""
    days, left, taken, about = [], [], [], None
    for day in past:
        row = day.batches[day.batches["id"] == batch]
        if not len(row):
            continue
        about = row[0]
        days.append(day.day)
        left.append(int(about["left"]))
        mine = day.pieces[day.pieces["batch"] == batch]
        taken += [(second / DAY, int(n)) for second, n in zip(mine["second"], mine["tasks"], strict=True)]
    if about is None:
        return None
    ended = "" if about["left"] else "withdrawn" if about["withdrawn"] else "filled"
    return Life(about, days, left, taken, ended)
