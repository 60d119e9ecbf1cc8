"""The day's agenda: in which second who acts and what is posted, and which second comes next.

Most seconds of a day are empty, so a bit for each says whether anything happens in it: finding the next busy
second costs a few instructions, and an hour in which nobody is there costs nothing. Who acts stands on the list of a
stretch of 64 seconds, and is given to the second only when its stretch begins: so all lists together stay near, and
who acts in the next stretches is known, so that what they need can be asked for ahead.
"""

import numpy as np

from sim.kernel.arrays import EVENTS, FREE_EVENT, STRETCH, Ledger, OrderBook, People, Schedule
from sim.kernel.compiler import bring, bring_both, inner, trailing_zeros
from sim.kernel.records import NOBODY
from sim.kernel.streams import LOOK, LOOK_ACT, words
from sim.kernel.units import DAY, HOUR

CROWD = 4096  # more workers than act in one second
WORD = 64  # seconds of a stretch, one bit each
STRETCHES = DAY // WORD


@inner
def mark(schedule: Schedule, second: int) -> None:
    """Something happens in this second of the day.

    Writes: schedule.busy."""
    schedule.busy[second // WORD] |= np.uint64(1) << np.uint64(second % WORD)


@inner
def next_busy(schedule: Schedule, second: int) -> int:
    """The first second from `second` on in which something happens; 86400 if nothing does any more."""
    if second >= DAY:
        return DAY
    word = second // WORD
    bits = schedule.busy[word] >> np.uint64(second % WORD) << np.uint64(second % WORD)
    while bits == 0:
        word += 1
        if word == schedule.busy.size:
            return DAY
        bits = schedule.busy[word]
    return WORD * word + trailing_zeros(bits)


@inner
def over(schedule: Schedule, second: int) -> None:
    """All that was to happen in this second has happened.

    Writes: schedule.busy."""
    schedule.busy[second // WORD] &= ~(np.uint64(1) << np.uint64(second % WORD))


@inner
def place(schedule: Schedule, second: int) -> int:
    """Where on the agenda the list for this second of the day begins: its stretch's, or its own in the present one."""
    stretch = second // WORD
    return STRETCHES + second % WORD if stretch == schedule.counts[STRETCH] else stretch


@inner
def enter(key: np.ndarray, people: People, schedule: Schedule, i: int, moment: int) -> None:
    """Worker `i` acts at `moment`, which is still today; chance is asked now, so that nobody waits for it then.

    Writes: people.workers, schedule.agenda, schedule.busy, schedule.counts, schedule.events."""
    second = moment % DAY
    e = schedule.counts[FREE_EVENT]
    if e != NOBODY:
        schedule.counts[FREE_EVENT] = schedule.events[e].next
    else:
        e = schedule.counts[EVENTS]
        schedule.counts[EVENTS] += 1
    event = schedule.events[e]
    event.worker, event.second = i, second
    event.lot, event.length, event.keen, event.again = words(key, LOOK, moment, i, LOOK_ACT)
    people.workers[i].event = e
    link(schedule, e, place(schedule, second))
    mark(schedule, second)


@inner
def link(schedule: Schedule, e: int, at: int) -> None:
    """Put the event `e` first on a list of the agenda.

    Writes: schedule.agenda, schedule.events."""
    schedule.events[e].next = schedule.agenda[at]
    schedule.agenda[at] = e


@inner
def strike(people: People, schedule: Schedule, i: int) -> None:
    """Worker `i` does not act at the moment under which they stand, if they stand under any.

    Writes: people.workers, schedule.agenda, schedule.counts, schedule.events."""
    e = people.workers[i].event
    if e == NOBODY:
        return
    at = place(schedule, schedule.events[e].second)
    previous, other = NOBODY, schedule.agenda[at]
    while other != e:
        previous, other = other, schedule.events[other].next
    if previous == NOBODY:
        schedule.agenda[at] = schedule.events[e].next
    else:
        schedule.events[previous].next = schedule.events[e].next
    people.workers[i].event = NOBODY
    forget(schedule, e)


@inner
def forget(schedule: Schedule, e: int) -> None:
    """An event that is on no list any more gives back its row. The free ones are chained by `next`.

    Writes: schedule.counts, schedule.events."""
    schedule.events[e].next = schedule.counts[FREE_EVENT]
    schedule.counts[FREE_EVENT] = e


@inner
def acts_at(people: People, schedule: Schedule, i: int) -> int:
    """Second of the day under which worker `i` stands; a day's seconds if under none."""
    e = people.workers[i].event
    return schedule.events[e].second if e != NOBODY else DAY


@inner
def appear(book: OrderBook, schedule: Schedule, slot: int, second: int) -> None:
    """The batch in `slot` is posted in this second of the day.

    Writes: book.batches, schedule.busy, schedule.posts."""
    book.batches[slot].older = schedule.posts[second]
    schedule.posts[second] = slot
    mark(schedule, second)


@inner
def turn_to(people: People, book: OrderBook, schedule: Schedule, ledger: Ledger, stretch: int) -> None:
    """A stretch begins: who stands on its list is given to their seconds; memory is asked for those of the next one.

    Most time of a look would be waiting for memory; this waiting goes on while others act. It decides nothing.

    Writes: schedule.agenda, schedule.counts, schedule.events."""
    schedule.counts[STRETCH] = stretch
    e = schedule.agenda[stretch]
    schedule.agenda[stretch] = NOBODY
    while e != NOBODY:
        event = schedule.events[e]
        following = event.next
        foresee(people, book, ledger, event.worker)
        link(schedule, e, place(schedule, event.second))
        e = following
    soon = next_busy(schedule, WORD * (stretch + 1)) // WORD
    if soon < STRETCHES:
        foresee_workers(people, schedule, schedule.agenda[soon])


@inner
def foresee_workers(people: People, schedule: Schedule, e: int) -> None:
    """Ask for the records of all workers on a list, without waiting for them."""
    while e != NOBODY:
        bring_both(people.workers, schedule.events[e].worker)
        e = schedule.events[e].next


@inner
def foresee(people: People, book: OrderBook, ledger: Ledger, i: int) -> None:
    """Ask for what hangs on a worker's record, once that is there: account, row of the month, claim."""
    worker = people.workers[i]
    bring(people.accounts, worker.first_account)
    if worker.month_row != NOBODY:
        bring(ledger.months, worker.month_row)
    if worker.first_claim != NOBODY:
        bring(book.claims, worker.first_claim)


@inner
def foresee_second_account(people: People, schedule: Schedule, second: int) -> None:
    """Ask for the second account of who acts in the next busy second of the stretch, once the first is there."""
    soon = next_busy(schedule, second + 1)
    if soon // WORD != schedule.counts[STRETCH]:
        return
    e = schedule.agenda[place(schedule, soon)]
    if e != NOBODY:
        account = people.accounts[people.workers[schedule.events[e].worker].first_account].next
        if account != NOBODY:
            bring(people.accounts, account)


@inner
def gather(day: int, key: np.ndarray, people: People, schedule: Schedule, second: int, crowd: np.ndarray) -> int:
    """Events whose moment this second is, in an order drawn by lot and by nothing else; how many they are.

    Writes: crowd, people.workers, schedule.agenda, schedule.busy, schedule.counts, schedule.events."""
    n, at = 0, place(schedule, second)
    e = schedule.agenda[at]
    schedule.agenda[at] = NOBODY
    while e != NOBODY:
        event = schedule.events[e]
        i, following = event.worker, event.next
        people.workers[i].event = NOBODY
        if n < CROWD - 1:
            h = n
            while h > 0 and schedule.events[crowd[h - 1]].lot > event.lot:
                crowd[h] = crowd[h - 1]
                h -= 1
            crowd[h] = e
            n += 1
        else:  # more than a crowd: the others are a second late, or one crowd more of the day's last
            forget(schedule, e)
            enter(key, people, schedule, i, day * DAY + min(second + 1, DAY - 1))
        e = following
    return n


@inner
def second_of_day(week: np.ndarray, weekday: int, share: float) -> int:
    """Second of the day at which `share` of what a weekday has of availability or posting has passed.

    Parameters
    ----------
    week : float64 array, shape (169,)
        Cumulated over the hours of a week.
    """
    base = week[24 * weekday]
    target = base + share * (week[24 * weekday + 24] - base)
    hour = 0
    while hour < 23 and week[24 * weekday + hour + 1] <= target:
        hour += 1
    low, high = week[24 * weekday + hour], week[24 * weekday + hour + 1]
    return min(DAY - 1, hour * HOUR + int(HOUR * (target - low) / (high - low)))
