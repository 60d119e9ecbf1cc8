"""The matching kernel: one day in the order of its seconds.

At each second batches appear first, then those act whose next moment it is (ties by lot). A worker at the list
of a platform searches it, takes as many tasks as he can do before he looks again, works, and comes back to the
list, until his time or the tasks run out; then he may open the list of another platform. Competition is decided
by who looks while the tasks are there, and by nothing else.
"""

import numpy as np

from sim.agents.looking import next_event
from sim.kernel.arrays import ACCOUNTS, GRANTS, MONTH_ROWS, PARTS_LEFT, ROLL, SEEN
from sim.kernel.compiler import inner, kernel
from sim.kernel.records import LOOKING, NOBODY, SECONDS_PER_DAY
from sim.kernel.streams import LOOK, PICK, draw
from sim.markets.agenda import CROWD, enter, foresee, gather, mark, next_busy, over
from sim.markets.book import enlist
from sim.markets.contracting import climb
from sim.markets.joining import look_elsewhere
from sim.markets.searching import charge, choose, close_list, find, find_project, open_list, work
from sim.markets.settlement import pay_search

DEEP = 1


@kernel
def match(rules, day, market, second, month_start, crowd):
    """Run the day from `second` on.

    Parameters
    ----------
    rules, market : Rules, Market
    day : int
    second : int
        Second of the day to begin with: 0, or where the last call ran short of room.
    month_start : int
        First day of the calendar month, for monthly visitors.
    crowd : int32 array, shape (CROWD,)
        Scratch.

    Returns
    -------
    int
        86400 when the day is over; else the second before which some array must grow.
    """
    if second == 0:
        for hour in range(24):
            mark(market, 3600 * hour)
    second = next_busy(market, second)
    while second < SECONDS_PER_DAY:
        if not roomy(market):
            return second
        foresee(market, second)
        if second % 3600 == 0:
            strike(rules, day, market, second)
        slot = market.posts[second]
        while slot != NOBODY:
            following = market.book[slot].older
            enlist(market, slot)
            slot = following
        market.posts[second] = NOBODY
        for j in range(gather(day, market, second, crowd)):
            act(rules, day, market, crowd[j], day * SECONDS_PER_DAY + second, month_start)
        over(market, second)
        second = next_busy(market, second + 1)
    return second


@inner
def roomy(market):
    """Is there room for whatever one second can bring?"""
    counts = market.counts
    return (
        counts[GRANTS] + CROWD < market.grants.size
        and counts[PARTS_LEFT] > CROWD
        and counts[MONTH_ROWS] + CROWD < market.months.size
        and counts[ACCOUNTS] + CROWD < market.accounts.size
        and counts[ROLL] + CROWD < market.roll.size
    )


@inner
def strike(rules, day, market, second):
    """On the hour: how many tasks are open on each platform."""
    hour = (day + rules.start_second // SECONDS_PER_DAY) % 7 * 24 + second // 3600
    for p in range(market.platforms.size):
        market.hours[p, hour, 2] += market.open_tasks[p]


@inner
def act(rules, day, market, i, now, month_start):
    """What worker `i` does at this moment: sit down, open a list, take tasks, turn elsewhere, or leave."""
    worker = market.workers[i]
    if worker.ends == 0:
        sit_down(day, market, i, now)
    midnight = (day + 1) * SECONDS_PER_DAY
    limit = min(worker.ends, midnight)
    unpaid = rules.pick_seconds
    if worker.account == NOBODY:
        worker.account = choose(rules, market, i, now)
        if worker.account == NOBODY:
            leave(rules, day, market, i, now)
            return
        unpaid = open_list(rules, day, market, i, now, month_start, midnight)
    account = market.accounts[worker.account]
    p = account.platform
    deep = market.platforms[p].structure == DEEP
    ready = now + unpaid
    found = find_project(rules, market, i, ready, limit) if deep else find(rules, day, market, i, ready, limit)
    if found != NOBODY:
        ready = work(rules, market, i, found, ready, limit, deep)
        charge(day, market, i, p, ready - now)
        if rules.search_pay > 0.0:
            seconds = ready - now - market.grants[market.counts[GRANTS] - 1].seconds
            worker.earned += pay_search(day, market, worker.account, seconds, rules.search_pay)
        if ready < limit:
            enter(market, i, ready)
        else:
            close_list(rules, day, market, i, ready)
            leave(rules, day, market, i, ready)
        return
    if deep:
        unpaid += climb(rules, day, market, worker.account, ready, midnight)
    unpaid = min(unpaid, midnight - now)
    charge(day, market, i, p, unpaid)
    if rules.empty_pay > 0.0 and worker.earned == 0 and unpaid > 0:
        account.day_return += pay_search(day, market, worker.account, unpaid, rules.empty_pay) * 3600.0 / 1e6 / unpaid
    empty = close_list(rules, day, market, i, now + unpaid)
    keen = draw(market.key, PICK, now, i, 1) < rules.persistence
    if keen and now + unpaid < limit:
        enter(market, i, now + unpaid)
    else:
        if empty:
            unpaid += look_elsewhere(rules, day, market, i, now + unpaid, midnight)
        leave(rules, day, market, i, now + unpaid)


@inner
def sit_down(day, market, i, now):
    """Begin a sitting: its length is exponential about the worker's own mean."""
    worker = market.workers[i]
    u = draw(market.key, LOOK, now, i, 0)
    length = max(60, int(-worker.sitting * np.log(u)))
    worker.ends = now + min(length, max(60, worker.day_budget - worker.used))
    worker.sat_down, worker.account, worker.tried = now, NOBODY, 0
    if not worker.today:
        worker.today = 1
        market.seen[market.counts[SEEN]] = i
        market.counts[SEEN] += 1


@inner
def leave(rules, day, market, i, now):
    """End the sitting; if the next look is still today, put it on the agenda."""
    worker = market.workers[i]
    worker.used += now - worker.sat_down
    if worker.month_row != NOBODY:
        left = min(worker.ends, (day + 1) * SECONDS_PER_DAY) - now
        market.months[worker.month_row].unmet_seconds += max(0, left)
    worker.ends = 0
    if worker.state != LOOKING or worker.used >= worker.day_budget:
        return
    u = draw(market.key, LOOK, now, i, 2)
    following = next_event(rules, market.available, worker.profile, now, worker.looking_rate, u)
    if following < (day + 1) * SECONDS_PER_DAY:
        enter(market, i, following)
