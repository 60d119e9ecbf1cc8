"""Accounting: identities that hold exactly, in integers, on every day of every run, and bounds that nothing passes."""

import numpy as np

from sim.kernel.arrays import ACCOUNTS, MONTH_ROWS
from sim.kernel.records import DAILY, NOBODY
from sim.kernel.units import DAY, MICRO
from sim.markets.archive import longest_day
from sim.simulation.day import DayByDay
from sim.simulation.recorder import THREE_KINDS, approved

MOST_MONEY = 2**62  # micro-euro: half of what 64 bits hold


class Unbalanced(AssertionError):
    """An identity does not hold; the message names it and both sides."""


def check(model: "DayByDay") -> None:
    """Check every identity and every bound as of the last completed day.

    Money in micro-euro: clients' spending = pay + commission + margins; pay = balances + on its way + cashed out
    = tasks approved x piece rate + what search and referral were paid, reckoned again where nothing can wrap round.
    Tasks, on each platform: posted = done + done elsewhere + open + withdrawn; refused tasks are among those done here.
    Time: everybody's presence is the sum of its three kinds (paid, unpaid, watching), travel is
    unpaid, no sitting was longer than its
    day, nobody's day had more than 24 hours, and the month's table adds up to the daily counters.
    Nothing that is counted is negative, and what is not counted is finite.

    Raises
    ------
    Unbalanced
        Naming the first identity or bound that does not hold.
    """
    _identities(model)
    _bounds(model)
    _money(model)


def _identities(model):
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
    everywhere = spent.sum() + sums["spent_abroad_micro_euro"].sum()
    _equal("clients' accounts = spending in France and elsewhere", market.firms.clients["spent"].sum(), everywhere)
    _equal("pay = held + cashed out", sums["pay_micro_euro"].sum(), held.sum() + sums["cashed_out_micro_euro"].sum())
    gone = sums["tasks_done"] + sums["tasks_done_abroad"] + sums["tasks_withdrawn"]
    _equal("posted = done + done elsewhere + open + withdrawn", sums["tasks_posted"], gone + waiting)
    _equal("open tasks = tasks left in the book", market.book.open_tasks, waiting)
    _equal("looks = empty looks + sessions", sums["looks"], looks)
    _equal("tasks done = tasks on accounts", sums["tasks_done"], done)
    _equal("nobody has negative time", (sums["unpaid_seconds"] < 0).sum(), 0)
    _equal("nobody sits longer than a day", (market.people.workers["used"] > DAY).sum(), 0)
    if recorder.whole():
        present = sum(recorder.lifetime[name].astype(np.int64) for name in THREE_KINDS)
        _equal("presence = paid + unpaid + watching, for everybody", recorder.lifetime["present_seconds"], present)
        for name in (
            "looks",
            "visits",
            "reactions",
            "too_late",
            "present_seconds",
            "shop_visits",
            "travel_seconds",
            *THREE_KINDS,
        ):
            theirs = recorder.lifetime[name].sum(dtype=np.int64)
            _equal(f"workers' {name} = platforms'", theirs, sums[name].sum())


def _bounds(model):
    """Signs, finite numbers, parts no larger than the whole, and days of 24 hours."""
    market, recorder = model.columns, model.recorder
    daily, lifetime = recorder.daily[: model.day].copy(), recorder.lifetime
    daily[:, :, DAILY.commission_micro_euro] = 0  # of which search may be paid: see `_money`
    accounts = market.people.accounts[: market.people.counts[ACCOUNTS]]
    counted = [(f"daily {name}", daily[:, :, place]) for name, place in zip(DAILY._fields, DAILY, strict=True)]
    counted += [(f"workers' {name}", lifetime[name]) for name in lifetime.dtype.names]
    counted += [(f"accounts' {name}", accounts[name]) for name in ("balance", "on_its_way", "done", "refused")]
    counted += [("clients' spending", market.firms.clients["spent"])]
    for name, values in counted:
        _equal(f"nothing negative in {name}", (values < 0).sum(), 0)
    for whole, part in ((daily[:, :, DAILY.tasks_done], daily[:, :, DAILY.tasks_refused]),
                        (accounts["done"], accounts["refused"])):  # fmt: skip
        _equal("refused tasks are among the done", (part > whole).sum(), 0)
    for whole, part in (("tasks_done", "shop_visits"), ("unpaid_seconds", "travel_seconds")):
        _equal(f"{part} are among {whole}", (lifetime[part] > lifetime[whole]).sum(), 0)
        theirs = daily[:, :, getattr(DAILY, part)] > daily[:, :, getattr(DAILY, whole)]
        _equal(f"platforms' {part} are among {whole}", theirs.sum(), 0)
    clients, workers = market.firms.clients, market.people.workers
    for name, values in (
        ("intensity of demand", market.demand.intensity),
        ("clients' volume", clients["volume"]),
        ("workers' looking rate", workers["looking_rate"]),
        ("accounts' expected return", accounts["expected_return"]),
    ):
        _equal(f"nothing but finite numbers in {name}", np.isfinite(values).sum(), values.size)
    longest = max(recorder.longest_day, longest_day(market.ledger.months[: market.ledger.counts[MONTH_ROWS]]))
    _equal("nobody's day has more than 24 hours", max(longest, DAY), DAY)


def _money(model):
    """Both sides of an identity can wrap round alike; floating point cannot."""
    market, recorder = model.columns, model.recorder
    platforms, clients = market.firms.platforms, market.firms.clients
    by_piece = recorder.approved + approved(recorder.batches(market), market)
    by_hour = np.bincount(clients["platform"], clients["paid_by_hour"], len(platforms))
    pay = by_piece + by_hour + platforms["search_paid"] + platforms["referral_paid"]
    kept = recorder.daily[: model.day].sum(axis=0)
    wrong = abs(pay - kept[:, DAILY.pay_micro_euro]) > 1e-9 * pay
    _equal("pay = tasks approved x piece rate + pay by the hour, for search and for referral", wrong.sum(), 0)
    _equal(
        "platforms pay search and referral out of commission", (kept[:, DAILY.commission_micro_euro] < -pay).sum(), 0
    )
    spent = float(pay @ (MICRO + platforms["commission"] + platforms["margin"])) / MICRO
    _equal("money within 64 bits", max(spent, MOST_MONEY), MOST_MONEY)


def _equal(identity, left, right):
    if not np.array_equal(left, right):
        raise Unbalanced(f"{identity}: {left} is not {right}")
