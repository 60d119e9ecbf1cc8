"""The day's agenda: in which second who acts and what is posted, and which second comes next.

Most seconds of a day are empty, so a bit for each says whether anything happens in it: finding the next busy
second costs a few instructions, and an hour in which nobody is there costs nothing.
"""

import numpy as np

from sim.kernel.arrays import Ledger, OrderBook, People, Schedule
from sim.kernel.compiler import bring, inner, trailing_zeros
from sim.kernel.records import NOBODY
from sim.kernel.streams import TIE, TIE_LOT, draw
from sim.kernel.units import DAY, HOUR

CROWD = 4096  # more workers than act in one second
WORD = 64  # seconds, one bit each


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
def enter(people: People, schedule: Schedule, i: int, moment: int) -> None:
    """Worker `i` acts at `moment`, which is still today.

    Writes: people.workers, schedule.agenda, schedule.busy."""
    second = moment % DAY
    people.workers[i].moment = second
    people.workers[i].link = schedule.agenda[second]
    schedule.agenda[second] = i
    mark(schedule, second)


@inner
def strike(people: People, schedule: Schedule, i: int) -> None:
    """Worker `i` does not act at the moment under which they stand, if they stand under any.

    Writes: people.workers, schedule.agenda."""
    worker = people.workers[i]
    if worker.moment == DAY:
        return
    previous, other = NOBODY, schedule.agenda[worker.moment]
    while other != i:
        previous, other = other, people.workers[other].link
    if previous == NOBODY:
        schedule.agenda[worker.moment] = worker.link
    else:
        people.workers[previous].link = worker.link
    worker.moment = DAY


@inner
def appear(book: OrderBook, schedule: Schedule, slot: int, second: int) -> None:
    """The batch in `slot` is posted in this second of the day.

    Writes: book.batches, schedule.busy, schedule.posts."""
    book.batches[slot].older = schedule.posts[second]
    schedule.posts[second] = slot
    mark(schedule, second)


@inner
def gather(day: int, key: np.ndarray, people: People, schedule: Schedule, second: int, crowd: np.ndarray) -> int:
    """Workers whose moment this second is, in an order drawn by lot and by nothing else; how many they are.

    Writes: crowd, people.workers, schedule.agenda, schedule.busy."""
    n = 0
    i = schedule.agenda[second]
    while i != NOBODY and n < CROWD - 1:
        crowd[n] = i
        n += 1
        people.workers[i].moment = DAY
        i = people.workers[i].link
    schedule.agenda[second] = NOBODY
    while i != NOBODY:  # more than a crowd: the others are a second late, or one crowd more of the day's last
        following = people.workers[i].link
        enter(people, schedule, i, min(second + 1, DAY - 1))
        i = following
    moment = day * DAY + second
    for j in range(1, n):
        i = crowd[j]
        lot = draw(key, TIE, moment, i, TIE_LOT)
        h = j - 1
        while h >= 0 and draw(key, TIE, moment, crowd[h], TIE_LOT) > lot:
            crowd[h + 1] = crowd[h]
            h -= 1
        crowd[h + 1] = i
    return n


@inner
def foresee(people: People, book: OrderBook, schedule: Schedule, ledger: Ledger, second: int) -> None:
    """Ask for the records that the next two busy seconds need, so that they are near when their moment comes.

    Decides nothing. Most time of a look is waiting for memory; this waiting goes on while others act.
    """
    soon = next_busy(schedule, second + 1)
    if soon == DAY:
        return
    i = schedule.agenda[soon]
    if i != NOBODY:
        worker = people.workers[i]
        bring(people.accounts, worker.first_account)
        if worker.month_row != NOBODY:
            bring(ledger.months, worker.month_row)
        if worker.first_claim != NOBODY:
            bring(book.claims, worker.first_claim)
    later = next_busy(schedule, soon + 1)
    if later < DAY and schedule.agenda[later] != NOBODY:
        bring(people.workers, schedule.agenda[later])


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
