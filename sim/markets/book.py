"""The open book: which batches are on which list, in the two orders in which workers read them.

A listed batch stands in a doubly linked list by recency and in one by size class (powers of two of the tasks
left), so that posting, taking and closing cost the same however long the lists are. Deep-labour batches are on
no list: they are chained under their project, oldest first.
"""

from sim.kernel.arrays import CLOSED, FREE_PART, FREE_SLOT, MONTH_ROWS, PARTS_LEFT, SLOTS_LEFT
from sim.kernel.compiler import inner, kernel
from sim.kernel.records import NOBODY


@inner
def size_class(left):
    """Floor of the binary logarithm of the tasks left."""
    c = 0
    while left > 1:
        left >>= 1
        c += 1
    return c


@inner
def enlist(market, slot):
    """Show a batch: newest of its platform's list and of its size class."""
    batch = market.book[slot]
    p = batch.platform
    batch.newer = NOBODY
    batch.older = market.newest[p]
    if batch.older != NOBODY:
        market.book[batch.older].newer = slot
    market.newest[p] = slot
    enter_class(market, slot)
    market.open_tasks[p] += batch.left


@inner
def enter_class(market, slot):
    """Put a batch at the head of the size class of what is left."""
    batch = market.book[slot]
    p, c = batch.platform, size_class(batch.left)
    batch.size_class = c
    batch.class_newer = NOBODY
    batch.class_older = market.largest[p, c]
    if batch.class_older != NOBODY:
        market.book[batch.class_older].class_newer = slot
    market.largest[p, c] = slot


@inner
def leave_class(market, slot):
    """Take a batch out of its size class."""
    batch = market.book[slot]
    if batch.class_newer != NOBODY:
        market.book[batch.class_newer].class_older = batch.class_older
    else:
        market.largest[batch.platform, batch.size_class] = batch.class_older
    if batch.class_older != NOBODY:
        market.book[batch.class_older].class_newer = batch.class_newer


@inner
def delist(market, slot):
    """Take a listed batch off both lists."""
    batch = market.book[slot]
    leave_class(market, slot)
    if batch.newer != NOBODY:
        market.book[batch.newer].older = batch.older
    else:
        market.newest[batch.platform] = batch.older
    if batch.older != NOBODY:
        market.book[batch.older].newer = batch.newer
    batch.size_class = -1


@inner
def chain(market, slot):
    """Append a batch to its project's chain (deep labour)."""
    batch = market.book[slot]
    client = market.clients[batch.client]
    batch.older = client.last_slot
    batch.newer = NOBODY
    if client.last_slot != NOBODY:
        market.book[client.last_slot].newer = slot
    else:
        client.first_slot = slot
    client.last_slot = slot
    market.open_tasks[batch.platform] += batch.left


@inner
def unchain(market, slot):
    """Take a batch out of its project's chain."""
    batch = market.book[slot]
    client = market.clients[batch.client]
    if batch.newer != NOBODY:
        market.book[batch.newer].older = batch.older
    else:
        client.last_slot = batch.older
    if batch.older != NOBODY:
        market.book[batch.older].newer = batch.newer
    else:
        client.first_slot = batch.newer


@inner
def close(market, slot):
    """A batch has nothing left to take: off the lists, and noted for the archive at the end of the day."""
    batch = market.book[slot]
    if batch.size_class >= 0:
        delist(market, slot)
    else:
        unchain(market, slot)
    market.closed[market.counts[CLOSED]] = slot
    market.counts[CLOSED] += 1


@inner
def take(market, slot, tasks):
    """Take tasks from an open batch; close it when none is left."""
    batch = market.book[slot]
    batch.left -= tasks
    batch.done += tasks
    market.open_tasks[batch.platform] -= tasks
    if batch.left == 0:
        close(market, slot)
    elif batch.size_class >= 0 and size_class(batch.left) != batch.size_class:
        leave_class(market, slot)
        enter_class(market, slot)


@inner
def new_slot(market):
    """A free slot of the book. The free ones are chained by `older`."""
    slot = market.counts[FREE_SLOT]
    market.counts[FREE_SLOT] = market.book[slot].older
    market.counts[SLOTS_LEFT] -= 1
    return slot


@kernel
def free_closed(market):
    """Give back the slots of the batches closed today, once they are archived."""
    for n in range(market.counts[CLOSED]):
        slot = market.closed[n]
        market.book[slot].id = NOBODY
        market.book[slot].older = market.counts[FREE_SLOT]
        market.counts[FREE_SLOT] = slot
        market.counts[SLOTS_LEFT] += 1
    market.counts[CLOSED] = 0


@inner
def part_in(market, i, slot):
    """Row of the part worker `i` already has in the batch, NOBODY if none; parts in closed batches are freed."""
    worker = market.workers[i]
    previous = NOBODY
    part = worker.first_part
    found = NOBODY
    while part != NOBODY:
        row = market.parts[part]
        following = row.next
        if market.book[row.slot].id != row.batch or market.book[row.slot].left == 0:
            if previous == NOBODY:
                worker.first_part = following
            else:
                market.parts[previous].next = following
            row.next = market.counts[FREE_PART]
            market.counts[FREE_PART] = part
            market.counts[PARTS_LEFT] += 1
        else:
            if row.slot == slot:
                found = part
            previous = part
        part = following
    return found


@inner
def note_part(market, i, slot, part, tasks):
    """Remember that worker `i` has taken `tasks` more of a batch; `part` as found by `part_in`."""
    if part == NOBODY:
        part = market.counts[FREE_PART]
        row = market.parts[part]
        market.counts[FREE_PART] = row.next
        market.counts[PARTS_LEFT] -= 1
        row.batch = market.book[slot].id
        row.slot = slot
        row.units = 0
        row.next = market.workers[i].first_part
        market.workers[i].first_part = part
    market.parts[part].units += tasks


@inner
def new_month_row(market, i):
    """A row in the month's table for worker `i`, all zero."""
    worker = market.workers[i]
    worker.month_row = market.counts[MONTH_ROWS]
    market.counts[MONTH_ROWS] += 1
    row = market.months[worker.month_row]
    row.worker, row.looks, row.days_active, row.sessions, row.platforms = i, 0, 0, 0, 0
    row.paid_seconds, row.unpaid_seconds, row.unmet_seconds = 0, 0, 0
    row.tasks_done, row.tasks_refused = 0, 0
    row.earned_micro_euro, row.cashed_out_micro_euro = 0, 0
