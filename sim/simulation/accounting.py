"""Accounting: identities that hold exactly, in integers, on every day of every run."""

import numpy as np

from sim.kernel.arrays import ACCOUNTS
from sim.kernel.records import DAILY, NOBODY
from sim.kernel.units import DAY
from sim.simulation.day import DayByDay


class Unbalanced(AssertionError):
    """An identity does not hold; the message names it and both sides."""


def check(model: "DayByDay") -> None:
    """Check every identity as of the last completed day.

    Money in micro-euro: clients' spending = pay + commission + margins; pay = balances + on its way + cashed out.
    Tasks, on each platform: posted = done + open + withdrawn, and refused tasks are among the done.
    Time: no sitting was longer than its day, and the month's table adds up to the daily counters.

    Raises
    ------
    Unbalanced
        Naming the first identity that does not hold.
    """
    market, recorder = model.columns, model.recorder
    sums = dict(zip(DAILY._fields, recorder.daily[: model.day].sum(axis=0).T, strict=True))
    accounts = market.people.accounts[: market.people.counts[ACCOUNTS]]
    batches = market.book.batches[market.book.batches["id"] != NOBODY]
    waiting = np.bincount(batches["platform"], batches["left"], len(market.firms.platforms)).astype(np.int64)
    held = accounts["balance"] + accounts["on_its_way"]
    spent = sums["pay_micro_euro"] + sums["commission_micro_euro"] + sums["margin_micro_euro"]
    looks = sums["empty_looks"] + sums["sessions"]
    done = np.bincount(accounts["platform"], accounts["done"], len(market.firms.platforms)).astype(np.int64)
    _equal("spending = pay + commission + margins", sums["spent_micro_euro"], spent)
    _equal("clients' accounts = spending", market.firms.clients["spent"].sum(), spent.sum())
    _equal("pay = held + cashed out", sums["pay_micro_euro"].sum(), held.sum() + sums["cashed_out_micro_euro"].sum())
    _equal(
        "posted = done + open + withdrawn", sums["tasks_posted"], sums["tasks_done"] + waiting + sums["tasks_withdrawn"]
    )
    _equal("open tasks = tasks left in the book", market.book.open_tasks, waiting)
    _equal("looks = empty looks + sessions", sums["looks"], looks)
    _equal("tasks done = tasks on accounts", sums["tasks_done"], done)
    _equal("nobody has negative time", (sums["unpaid_seconds"] < 0).sum(), 0)
    _equal("nobody sits longer than a day", (market.people.workers["used"] > DAY).sum(), 0)
    if recorder.whole():
        for name in ("looks", "paid_seconds", "unpaid_seconds"):
            theirs = recorder.lifetime[name].sum(dtype=np.int64)
            _equal(f"workers' {name} = platforms'", theirs, sums[name].sum())


def _equal(identity, left, right):
    if not np.array_equal(left, right):
        raise Unbalanced(f"{identity}: {left} is not {right}")
