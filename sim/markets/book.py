"""The open book: which batches are on which list, in the two orders in which workers read them.

A listed batch stands in a doubly linked list by recency and in one by size class (powers of two of the tasks
left), so that posting, taking and closing cost the same however long the lists are. Deep-labour batches are on
no list: they are chained under their project, oldest first.
"""

import numpy as np

from sim.kernel.arrays import (
    CLAIMS_LEFT,
    CLOSED,
    FREE_CLAIM,
    FREE_SLOT,
    MONTH_ROWS,
    SLOTS_LEFT,
    Firms,
    Ledger,
    OrderBook,
    People,
)
from sim.kernel.compiler import bring_both, inner, kernel
from sim.kernel.records import NOBODY
from sim.kernel.units import MICRO

AHEAD = 8  # batches between one that is read and one that is asked for


@inner
def size_class(left: int) -> int:
    """Floor of the binary logarithm of the tasks left."""
    c = 0
    while left > 1:
        left >>= 1
        c += 1
    return c


@inner
def enlist(book: OrderBook, slot: int) -> None:
    """Show a batch: newest of its platform's list and of its size class.

    Writes: book.batches, book.largest, book.newest, book.open_tasks."""
    batch = book.batches[slot]
    p = batch.platform
    batch.newer = NOBODY
    batch.older = book.newest[p]
    if batch.older != NOBODY:
        book.batches[batch.older].newer = slot
    book.newest[p] = slot
    enter_class(book, slot)
    book.open_tasks[p] += batch.left


@inner
def enter_class(book: OrderBook, slot: int) -> None:
    """Put a batch in its place in the size class of what is left, newest first, whenever it comes there.

    Writes: book.batches, book.largest."""
    batch = book.batches[slot]
    p, c = batch.platform, size_class(batch.left)
    batch.size_class = c
    newer, older = NOBODY, book.largest[p, c]
    while older != NOBODY and newer_than(book.batches[older], batch):
        newer, older = older, book.batches[older].class_older
    batch.class_newer, batch.class_older = newer, older
    if older != NOBODY:
        book.batches[older].class_newer = slot
    if newer != NOBODY:
        book.batches[newer].class_older = slot
    else:
        book.largest[p, c] = slot


@inner
def newer_than(batch: np.record, other: np.record) -> bool:
    """Did a batch come on the list after another? Of the same second, that of the lower number did."""
    return batch.posted > other.posted or batch.posted == other.posted and batch.id < other.id


@inner
def leave_class(book: OrderBook, slot: int) -> None:
    """Take a batch out of its size class.

    Writes: book.batches, book.largest."""
    batch = book.batches[slot]
    if batch.class_newer != NOBODY:
        book.batches[batch.class_newer].class_older = batch.class_older
    else:
        book.largest[batch.platform, batch.size_class] = batch.class_older
    if batch.class_older != NOBODY:
        book.batches[batch.class_older].class_newer = batch.class_newer


@inner
def delist(book: OrderBook, slot: int) -> None:
    """Take a listed batch off both lists.

    Writes: book.batches, book.largest, book.newest."""
    batch = book.batches[slot]
    leave_class(book, slot)
    if batch.newer != NOBODY:
        book.batches[batch.newer].older = batch.older
    else:
        book.newest[batch.platform] = batch.older
    if batch.older != NOBODY:
        book.batches[batch.older].newer = batch.newer
    batch.size_class = -1


@inner
def chain(firms: Firms, book: OrderBook, slot: int) -> None:
    """Append a batch to its project's chain (deep labour).

    Writes: firms.clients, book.batches, book.open_tasks."""
    batch = book.batches[slot]
    client = firms.clients[batch.client]
    batch.older = client.last_slot
    batch.newer = NOBODY
    if client.last_slot != NOBODY:
        book.batches[client.last_slot].newer = slot
    else:
        client.first_slot = slot
    client.last_slot = slot
    book.open_tasks[batch.platform] += batch.left


@inner
def unchain(firms: Firms, book: OrderBook, slot: int) -> None:
    """Take a batch out of its project's chain.

    Writes: firms.clients, book.batches."""
    batch = book.batches[slot]
    client = firms.clients[batch.client]
    if batch.newer != NOBODY:
        book.batches[batch.newer].older = batch.older
    else:
        client.last_slot = batch.older
    if batch.older != NOBODY:
        book.batches[batch.older].newer = batch.newer
    else:
        client.first_slot = batch.newer


@inner
def close(firms: Firms, book: OrderBook, slot: int) -> None:
    """A batch has nothing left to take: off the lists, and noted for the archive at the end of the day.

    Writes: firms.clients, book."""
    batch = book.batches[slot]
    if batch.size_class >= 0:
        delist(book, slot)
    else:
        unchain(firms, book, slot)
    book.closed[book.counts[CLOSED]] = slot
    book.counts[CLOSED] += 1


@inner
def take(firms: Firms, book: OrderBook, slot: int, tasks: int) -> None:
    """Take tasks from an open batch, in France.

    Writes: firms.clients, book."""
    book.batches[slot].done += tasks
    remove(firms, book, slot, tasks)


@inner
def remove(firms: Firms, book: OrderBook, slot: int, tasks: int) -> None:
    """Tasks of an open batch are no longer to be had; close it when none is left.

    Writes: firms.clients, book."""
    batch = book.batches[slot]
    batch.left -= tasks
    book.open_tasks[batch.platform] -= tasks
    if batch.left == 0:
        close(firms, book, slot)
    elif batch.size_class >= 0 and size_class(batch.left) != batch.size_class:
        leave_class(book, slot)
        enter_class(book, slot)


@inner
def new_slot(book: OrderBook) -> int:
    """A free slot of the book. The free ones are chained by `older`.

    Writes: book.counts."""
    slot = book.counts[FREE_SLOT]
    book.counts[FREE_SLOT] = book.batches[slot].older
    book.counts[SLOTS_LEFT] -= 1
    return slot


@inner
def in_order(book: OrderBook) -> None:
    """Batches closed today in the order in which they were done with, whenever that was found out.

    Most stand within a few places of where they belong, so each is moved up to there.

    Writes: book.closed."""
    for n in range(book.counts[CLOSED]):
        if n + AHEAD < book.counts[CLOSED]:
            bring_both(book.batches, book.closed[n + AHEAD])
        slot, place = book.closed[n], n
        while place > 0 and done_before(book.batches[slot], book.batches[book.closed[place - 1]]):
            book.closed[place] = book.closed[place - 1]
            place -= 1
        book.closed[place] = slot


@inner
def done_before(batch: np.record, other: np.record) -> bool:
    """Was a batch done with before another? Of the same second, that of the lower number was."""
    return batch.last_filled < other.last_filled or batch.last_filled == other.last_filled and batch.id < other.id


@kernel
def free_closed(book: OrderBook) -> None:
    """Give back the slots of the batches closed today, once they are archived.

    Writes: book.batches, book.counts."""
    for n in range(book.counts[CLOSED]):
        slot = book.closed[n]
        book.batches[slot].id = NOBODY
        book.batches[slot].older = book.counts[FREE_SLOT]
        book.counts[FREE_SLOT] = slot
        book.counts[SLOTS_LEFT] += 1
    book.counts[CLOSED] = 0


@inner
def claim_on(people: People, book: OrderBook, i: int, slot: int) -> int:
    """Row of the claim that worker `i` has on the batch, NOBODY if none; claims on closed batches are freed.

    Writes: people.workers, book.claims, book.counts."""
    worker = people.workers[i]
    previous = NOBODY
    claim = worker.first_claim
    found = NOBODY
    while claim != NOBODY:
        row = book.claims[claim]
        following = row.next
        if book.batches[row.slot].id != row.batch or book.batches[row.slot].left == 0:
            if previous == NOBODY:
                worker.first_claim = following
            else:
                book.claims[previous].next = following
            row.next = book.counts[FREE_CLAIM]
            book.counts[FREE_CLAIM] = claim
            book.counts[CLAIMS_LEFT] += 1
        else:
            if row.slot == slot:
                found = claim
            previous = claim
        claim = following
    return found


@inner
def note_claim(people: People, book: OrderBook, i: int, slot: int, claim: int, tasks: int) -> None:
    """Remember that worker `i` has taken `tasks` more of a batch; `claim` as found by `claim_on`.

    Writes: people.workers, book.claims, book.counts."""
    if claim == NOBODY:
        claim = book.counts[FREE_CLAIM]
        row = book.claims[claim]
        book.counts[FREE_CLAIM] = row.next
        book.counts[CLAIMS_LEFT] -= 1
        row.batch = book.batches[slot].id
        row.slot = slot
        row.units = 0
        row.next = people.workers[i].first_claim
        people.workers[i].first_claim = claim
    book.claims[claim].units += tasks


@inner
def share_of(pay: int, millionths: int) -> int:
    """Floor of so many millionths of `pay`; in two parts, for the product of both may not fit a whole number."""
    return pay // MICRO * millionths + pay % MICRO * millionths // MICRO


@inner
def new_month_row(people: People, ledger: Ledger, i: int) -> None:
    """A row in the month's table for worker `i`, all zero.

    Writes: people.workers, ledger.counts, ledger.months."""
    worker = people.workers[i]
    worker.month_row = ledger.counts[MONTH_ROWS]
    ledger.counts[MONTH_ROWS] += 1
    row = ledger.months[worker.month_row]
    row.worker, row.looks, row.days_active, row.sessions, row.platforms = i, 0, 0, 0, 0
    row.paid_seconds, row.unpaid_seconds, row.watching_seconds, row.present_seconds = 0, 0, 0, 0
    row.visits, row.reactions, row.too_late = 0, 0, 0
    row.tasks_done, row.tasks_refused, row.travel_seconds = 0, 0, 0
    row.shop_visits, row.shop_seconds, row.shop_micro_euro = 0, 0, 0
    row.earned_micro_euro, row.cashed_out_micro_euro = 0, 0
