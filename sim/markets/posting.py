"""Clients post, and draw the lesson of what nobody took in time or somebody took at once."""

from typing import TYPE_CHECKING

import numpy as np

from sim.kernel.arrays import CLOSED, Firms, Ledger, Market, OrderBook, Schedule
from sim.kernel.compiler import inner, kernel
from sim.kernel.records import BUSIEST, DAILY, FURTHEST, NOBODY
from sim.kernel.units import DAY
from sim.markets.agenda import appear
from sim.markets.batches import price, usual_rate, write
from sim.markets.book import close, in_order
from sim.markets.structures import post_batches

if TYPE_CHECKING:
    from sim.scenario.rules import Rules


@kernel
def withdraw(rules: "Rules", day: int, firms: Firms, book: OrderBook, ledger: Ledger) -> None:
    """Withdraw what is left of batches whose time is up, whose client broke off, or whose project is over.

    List by list from the newest on: what is usual on one depends on the order, which must not depend on the others.
    What is on no list is chained under its project.

    Writes: firms.clients, firms.platforms, book, ledger.today."""
    for p in range(firms.platforms.size):
        slot = book.newest[p]
        while slot != NOBODY:
            older = book.batches[slot].older
            withdraw_rest(rules, day, firms, book, ledger, slot)
            slot = older
    for c in firms.deep:
        slot = firms.clients[c].first_slot
        while slot != NOBODY:
            newer = book.batches[slot].newer
            withdraw_rest(rules, day, firms, book, ledger, slot)
            slot = newer


@inner
def withdraw_rest(rules: "Rules", day: int, firms: Firms, book: OrderBook, ledger: Ledger, slot: int) -> None:
    """What is left of an open batch is withdrawn if it is over.

    Writes: firms.clients, firms.platforms, book, ledger.today."""
    batch = book.batches[slot]
    client = firms.clients[batch.client]
    gone = client.last_day < day and (client.ended == 1 or firms.platforms[batch.platform].contracts)
    if batch.expires <= day or gone:
        batch.withdrawn = batch.left
        book.open_tasks[batch.platform] -= batch.left
        ledger.today[batch.platform, DAILY.tasks_withdrawn] += batch.left
        adapt(rules, firms, book, slot, day * DAY)
        batch.left = 0
        close(firms, book, slot)


@inner
def adapt(rules: "Rules", firms: Firms, book: OrderBook, slot: int, until: int) -> None:
    """A client moves a little towards the rate that the time to fill calls for, and what is usual there with it.

    ``wanted = response x log(time to fill / deadline) + tightness x log(busy / usually busy) + following x usual``, of
    which a batch moves its client a part of the way (partial adjustment; rates are sticky). The second is a wage curve
    (Blanchflower and Oswald 1994): pay falls with the share of time for which nobody has work. A batch withdrawn at
    `until` would have taken as much longer as tasks were left. Contracts set the rates of deep labour. How busy the
    crowd elsewhere is nobody knows here: where it competes, people in France count by their share of heads.

    Writes: firms.clients, firms.platforms."""
    batch = book.batches[slot]
    client, platform = firms.clients[batch.client], firms.platforms[batch.platform]
    if platform.contracts:
        return
    took = max(until - batch.posted, 1) * batch.size / max(batch.size - batch.withdrawn, 1)
    lateness = took / (rules.deadline_share * client.patience * DAY)
    late = np.log(lateness)
    busier = np.log(max(platform.busy, 1e-9) / rules.busy_share)
    wanted = rules.rate_response * min(max(late, -FURTHEST), FURTHEST) + rules.rate_following * platform.usual
    weight = 1.0 if client.french == 1 else platform.france
    wanted += weight * rules.rate_tightness * min(max(busier, -BUSIEST), BUSIEST)
    client.lateness = lateness
    client.raised += rules.rate_speed * (wanted - client.raised)
    platform.usual += rules.usual_weight * (client.raised - platform.usual)


@kernel
def adapt_all(rules: "Rules", firms: Firms, book: OrderBook, ledger: Ledger) -> None:
    """Platforms know how busy people were today, and clients draw the lesson from what was filled, in that order.

    Writes: firms.clients, firms.platforms, book.closed."""
    in_order(book)
    for p in range(firms.platforms.size):
        platform, today = firms.platforms[p], ledger.today[p]
        there = today[DAILY.paid_seconds] + today[DAILY.unpaid_seconds] + today[DAILY.watching_seconds]
        if there > 0:
            platform.busy += rules.rate_speed * (max(today[DAILY.paid_seconds], 0) / there - platform.busy)
    for n in range(book.counts[CLOSED]):
        slot = book.closed[n]
        if book.batches[slot].withdrawn == 0:
            adapt(rules, firms, book, slot, book.batches[slot].last_filled)


@kernel
def post(rules: "Rules", day: int, market: Market, c: int) -> int:
    """Clients from `c` on post today's batches; returns the client at which the book was full, or their number.

    Writes: firms, book, schedule, ledger."""
    clients = market.firms.clients
    while c < clients.size:
        present = clients[c].first_day <= day <= clients[c].last_day
        if present and clients[c].volume > 0.0 and not post_batches(rules, day, market, c):
            return c
        c += 1
    return c


@kernel
def post_questionnaire(
    firms: Firms,
    book: OrderBook,
    schedule: Schedule,
    ledger: Ledger,
    c: int,
    day: int,
    second: int,
    wave: int,
    last_day: int,
    quota: int,
    seconds: int,
    reward: int,
) -> int:
    """A day of a survey wave: a paid task like any other, once in a wave for each worker, until its quota is reached.

    Writes: firms.clients, book.batches, book.counts, schedule.busy, schedule.posts, ledger.today.

    Parameters
    ----------
    c
        Row of the client that asks.
    second
        Of the day.
    wave
        1 or 2.
    last_day
        On which it is open.
    quota
        Answers paid for.
    seconds
        True time of an answer.
    reward
        Micro-euro for an answer.

    Returns
    -------
    int
        Slot of the batch in the book.
    """
    client = firms.clients[c]
    usual, _ = price(firms.platforms[client.platform], usual_rate(client), seconds, seconds)
    slot = write(firms, book, ledger, c, day, second, quota, seconds, seconds, usual)
    batch = book.batches[slot]
    batch.requires, batch.items, batch.piece_rate = 0, 1, reward
    batch.wave, batch.expires = wave, last_day + 1
    appear(book, schedule, slot, second)
    return slot
