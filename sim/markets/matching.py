"""The matching kernel: one day in the order of its seconds.

At each second batches appear first, then those act whose next moment it is (ties by lot). A worker at the list
of a platform searches it, takes as many tasks as they can do before they look again, works, and comes back to the
list, until time or tasks run out; then they may open the list of another platform. Competition is decided
by who looks while the tasks are there, and by nothing else.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.agents.looking import next_event
from sim.kernel.arrays import (
    ACCOUNTS,
    CLAIMS_LEFT,
    GRANTS,
    MONTH_ROWS,
    ROSTER,
    SEEN,
    Firms,
    Ledger,
    Market,
    OrderBook,
    People,
    Schedule,
)
from sim.kernel.compiler import inlined, inner, kernel
from sim.kernel.records import LOOKING, NOBODY
from sim.kernel.streams import LOOK, LOOK_LENGTH, LOOK_NEXT, PICK, PICK_ON, draw
from sim.kernel.units import DAY, HOUR, MICRO
from sim.markets.agenda import CROWD, enter, foresee, gather, mark, next_busy, over
from sim.markets.book import enlist
from sim.markets.joining import look_elsewhere
from sim.markets.searching import charge, choose, close_list, open_list, work
from sim.markets.settlement import pay_search
from sim.markets.structures import offer, recruit

if TYPE_CHECKING:
    from sim.scenario.rules import Rules


@kernel
def match(rules: "Rules", day: int, market: Market, second: int, month_start: int, crowd: np.ndarray) -> int:
    """Run the day from `second` on.

    Writes: crowd, people, firms, book, schedule, ledger.

    Parameters
    ----------
    second
        Second of the day to begin with: 0, or where the last call ran short of room.
    month_start
        First day of the calendar month, for monthly visitors.
    crowd : int32 array, shape (CROWD,)
        Scratch.

    Returns
    -------
    int
        86400 when the day is over; else the second before which some array must grow.
    """
    key, people, firms, book, schedule, ledger, _ = market
    if second == 0:
        for hour in range(24):
            mark(schedule, HOUR * hour)
    second = next_busy(schedule, second)
    while second < DAY:
        if not roomy(people, firms, book, ledger):
            return second
        foresee(people, book, schedule, ledger, second)
        if second % HOUR == 0:
            count_open(rules.start_second, day, firms, book, ledger, second)
        slot = schedule.posts[second]
        while slot != NOBODY:
            following = book.batches[slot].older
            enlist(book, slot)
            slot = following
        schedule.posts[second] = NOBODY
        over(schedule, second)
        for j in range(gather(day, key, people, schedule, second, crowd)):
            act(rules, day, market, crowd[j], day * DAY + second, month_start)
        second = next_busy(schedule, min(second + 1, DAY - 1))
    return second


@inner
def roomy(people: People, firms: Firms, book: OrderBook, ledger: Ledger) -> bool:
    """Is there room for whatever one second can bring?"""
    return (
        ledger.counts[GRANTS] + CROWD < ledger.grants.size
        and book.counts[CLAIMS_LEFT] > CROWD
        and ledger.counts[MONTH_ROWS] + CROWD < ledger.months.size
        and people.counts[ACCOUNTS] + CROWD < people.accounts.size
        and firms.counts[ROSTER] + CROWD < firms.roster.size
    )


@inner
def count_open(start_second: int, day: int, firms: Firms, book: OrderBook, ledger: Ledger, second: int) -> None:
    """On the hour: how many tasks are open on each platform.

    Writes: ledger.hours."""
    hour = (day + start_second // DAY) % 7 * 24 + second // HOUR
    for p in range(firms.platforms.size):
        ledger.hours[p, hour].open_tasks += book.open_tasks[p]


@inner
def act(rules: "Rules", day: int, market: Market, i: int, now: int, month_start: int) -> None:
    """What worker `i` does at this moment: sit down, open a list, take tasks, turn elsewhere, or leave.

    Writes: people, firms, book, schedule, ledger."""
    key, people, firms, book, schedule, ledger, _ = market
    worker = people.workers[i]
    if worker.ends == 0:
        sit_down(key, people, ledger, i, now)
    midnight = (day + 1) * DAY
    limit = min(worker.ends, midnight)
    unpaid = rules.pick_seconds
    if worker.account == NOBODY:
        worker.account = choose(rules.choice_noise, key, people, i, now)
        if worker.account == NOBODY:
            leave(rules.start_second, day, key, people, schedule, ledger, i, now)
            return
        unpaid = open_list(rules, day, key, people, firms, ledger, i, now, month_start, midnight)
    slot = offer(rules, day, key, people, firms, book, i, now + unpaid, limit)
    if slot != NOBODY:
        take_work(rules, day, market, i, slot, now, now + unpaid, limit)
    else:
        find_nothing(rules, day, market, i, now, unpaid, limit)


@inlined
def take_work(rules: "Rules", day: int, market: Market, i: int, slot: int, now: int, ready: int, limit: int) -> None:
    """Take tasks of a batch and do them; then back to the list, if there is time.

    Writes: people, firms, book, schedule, ledger."""
    key, people, firms, book, schedule, ledger, _ = market
    worker = people.workers[i]
    a = worker.account
    ready = work(rules, people, firms, book, ledger, i, slot, ready, limit)
    charge(people, ledger, i, people.accounts[a].platform, ready - now)
    if rules.search_pay > 0.0:
        seconds = ready - now - ledger.grants[ledger.counts[GRANTS] - 1].seconds
        worker.earned += pay_search(day, people, firms, schedule, ledger, a, seconds, rules.search_pay)
    if ready < limit:
        enter(people, schedule, i, ready)
    else:
        close_list(people, ledger, i, ready)
        leave(rules.start_second, day, key, people, schedule, ledger, i, ready)


@inlined
def find_nothing(rules: "Rules", day: int, market: Market, i: int, now: int, unpaid: int, limit: int) -> None:
    """Nothing on the list, so far or any more: be recruited, try another list, join another platform, or leave.

    Writes: people, firms, schedule, ledger."""
    key, people, firms, _, schedule, ledger, _ = market
    worker, midnight = people.workers[i], (day + 1) * DAY
    a, account = worker.account, people.accounts[worker.account]
    unpaid += recruit(day, key, people, firms, ledger, a, now + unpaid, midnight)
    unpaid = min(unpaid, midnight - now)
    charge(people, ledger, i, account.platform, unpaid)
    if rules.empty_pay > 0.0 and worker.earned == 0 and unpaid > 0:
        pay = pay_search(day, people, firms, schedule, ledger, a, unpaid, rules.empty_pay)
        account.day_return += pay * HOUR / MICRO / unpaid
    empty = close_list(people, ledger, i, now + unpaid)
    keen = draw(key, PICK, now, i, PICK_ON) < rules.persistence
    if keen and now + unpaid < limit:
        enter(people, schedule, i, now + unpaid)
        return
    if empty:
        unpaid += look_elsewhere(rules, day, key, people, firms, ledger, i, now + unpaid, midnight)
    leave(rules.start_second, day, key, people, schedule, ledger, i, now + unpaid)


@inner
def sit_down(key: np.ndarray, people: People, ledger: Ledger, i: int, now: int) -> None:
    """Begin a sitting: its length is exponential about the worker's own mean.

    Writes: people.workers, ledger.counts, ledger.months, ledger.seen."""
    worker = people.workers[i]
    u = draw(key, LOOK, now, i, LOOK_LENGTH)
    length = max(60, int(-worker.sitting * np.log(u)))
    worker.ends = now + min(length, max(60, worker.day_budget - worker.used))
    worker.sat_down, worker.account, worker.tried = now, NOBODY, 0
    if worker.meant_until > now:  # what was left of the last sitting goes on in this one
        ledger.months[worker.month_row].unmet_seconds -= worker.meant_until - now
        worker.meant_until = now
    if not worker.today:
        worker.today = 1
        ledger.seen[ledger.counts[SEEN]] = i
        ledger.counts[SEEN] += 1


@inner
def leave(
    start_second: int, day: int, key: np.ndarray, people: People, schedule: Schedule, ledger: Ledger, i: int, now: int
) -> None:
    """End the sitting; if the next look is still today, put it on the agenda.

    Writes: people.workers, schedule.agenda, schedule.busy, ledger.months."""
    worker = people.workers[i]
    worker.used += now - worker.sat_down
    if worker.tried:
        worker.meant_until = max(now, min(worker.ends, (day + 1) * DAY))
        ledger.months[worker.month_row].unmet_seconds += worker.meant_until - now
    worker.ends = 0
    if worker.state != LOOKING or worker.used >= worker.day_budget:
        return
    u = draw(key, LOOK, now, i, LOOK_NEXT)
    following = next_event(start_second, schedule.available, worker.profile, now, worker.looking_rate, u)
    if following < (day + 1) * DAY:
        enter(people, schedule, i, following)
