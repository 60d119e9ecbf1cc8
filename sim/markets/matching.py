"""The matching kernel: one day in the order of its seconds.

At each second batches appear first, then those act whose next moment it is (ties by lot). A worker at the list
of a platform searches it, takes as many tasks as they can do before they look again, works, and comes back to the
list, until time or tasks run out; then they may open the list of another platform, and who has found nothing more
may stay and watch. Competition is decided by who is there and who is quick, and by nothing else.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.agents.looking import availability, next_before
from sim.kernel.arrays import (
    ACCOUNTS,
    CLAIMS_LEFT,
    GRANTS,
    MONTH_ROWS,
    ROSTER,
    SEEN,
    STRETCH,
    Chance,
    Firms,
    Ledger,
    Market,
    OrderBook,
    People,
    Schedule,
)
from sim.kernel.compiler import inlined, inner, kernel
from sim.kernel.records import AT_LIST, CHOOSING, DAILY, GOING, LOOKING, NOBODY, WATCHING
from sim.kernel.streams import LOOK, LOOK_LIST, draw4, uniform
from sim.kernel.units import DAY, HOUR
from sim.markets.agenda import (
    CROWD,
    WORD,
    enter,
    foresee_second_account,
    forget,
    gather,
    mark,
    next_busy,
    over,
    turn_to,
)
from sim.markets.book import enlist
from sim.markets.crowd import catch_up_all, opens_to_crowd
from sim.markets.joining import look_elsewhere
from sim.markets.searching import another_list, charge, choose, close_list, note_wait, open_list, work
from sim.markets.settlement import pay_search
from sim.markets.structures import offer, recruit
from sim.markets.watching import begin_watching, call, give_up_places, noticed, staying, stop_watching

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
    second, left = next_busy(schedule, second), 0
    while second < DAY:
        if left <= CROWD:
            left = room(people, firms, book, ledger)
            if left <= CROWD:
                return second
        if second // WORD != schedule.counts[STRETCH]:
            turn_to(people, book, schedule, ledger, second // WORD)
        foresee_second_account(people, schedule, second)
        if second % HOUR == 0:
            catch_up_all(rules, market, day * DAY + second)
            count_open(rules.start_second, day, firms, book, ledger, second)
        slot = schedule.posts[second]
        while slot != NOBODY:
            following = book.batches[slot].older
            enlist(book, slot)
            opens_to_crowd(rules, market, slot)
            call(rules, day, market, slot, day * DAY + second)
            slot = following
        schedule.posts[second] = NOBODY
        slot = schedule.calls[second]
        while slot != NOBODY:
            following = book.batches[slot].next_call
            call(rules, day, market, slot, day * DAY + second)
            slot = following
        schedule.calls[second] = NOBODY
        over(schedule, second)
        there = gather(day, key, people, schedule, second, crowd)
        left -= there
        for j in range(there):
            act(rules, day, market, crowd[j], day * DAY + second, month_start)
            forget(schedule, crowd[j])
        second = next_busy(schedule, min(second + 1, DAY - 1))
    schedule.counts[STRETCH] = NOBODY
    go_home(rules, day, market)
    catch_up_all(rules, market, (day + 1) * DAY - 1)
    return second


@inner
def room(people: People, firms: Firms, book: OrderBook, ledger: Ledger) -> int:
    """How many acts there is room for, whatever they bring; none takes more than one row of any array."""
    rows = min(ledger.grants.size - ledger.counts[GRANTS], ledger.months.size - ledger.counts[MONTH_ROWS])
    rows = min(rows, people.accounts.size - people.counts[ACCOUNTS], firms.roster.size - firms.counts[ROSTER])
    rows = min(rows, book.counts[CLAIMS_LEFT])
    for p in range(book.watching.size):
        rows = min(rows, book.watchers[p].size - book.watching[p])
    return rows


@inner
def count_open(start_second: int, day: int, firms: Firms, book: OrderBook, ledger: Ledger, second: int) -> None:
    """On the hour: how many tasks are open on each platform.

    Writes: ledger.hours."""
    hour = (day + start_second // DAY) % 7 * 24 + second // HOUR
    for p in range(firms.platforms.size):
        ledger.hours[p, hour].open_tasks += book.open_tasks[p]


@inner
def act(rules: "Rules", day: int, market: Market, e: int, now: int, month_start: int) -> None:
    """What the worker of event `e` does at its moment: sit down, open a list, take tasks, watch, or leave.

    Writes: people, firms, book, schedule, ledger."""
    key, people, firms, book, schedule, ledger, _ = market
    i = schedule.events[e].worker
    worker = people.workers[i]
    chance = asked(key, schedule, e, now, worker.ends == 0 or worker.attending <= AT_LIST)
    if worker.ends == 0:
        sit_down(rules.start_second, people, schedule, ledger, i, now, chance)
    midnight = (day + 1) * DAY
    limit = min(worker.ends, midnight)
    if worker.attending == WATCHING:
        if now < limit:
            slot = noticed(rules, day, market, i, now)
            if slot != NOBODY:
                watched(rules, day, market, i, now)
                go(rules.pick_seconds, key, people, schedule, ledger, i, book.batches[slot].platform, now)
        else:
            watched(rules, day, market, i, now)
            leave(rules.start_second, day, key, people, book, schedule, ledger, i, now, chance)
        return
    unpaid = rules.pick_seconds
    if worker.attending == CHOOSING:
        a = choose(rules.choice_noise, key, people, i, now)
        if a == NOBODY:
            rest(rules, day, market, i, now, limit, chance)
            return
        worker.account = a
        unpaid = open_list(rules, day, key, people, firms, ledger, i, now, month_start, midnight)
    elif worker.attending == GOING:
        unpaid = 0
    slot = offer(rules, day, market, i, now, now + unpaid, limit, chance)
    if slot != NOBODY:
        take_work(rules, day, market, i, slot, now, now + unpaid, limit, chance)
    elif worker.attending == GOING:
        miss(rules, day, market, i, now, limit, chance)
    else:
        find_nothing(rules, day, market, i, now, unpaid, limit, chance)


@inlined
def asked(key: np.ndarray, schedule: Schedule, e: int, now: int, reads: bool) -> Chance:
    """What chance says of the moment of event `e`: what it said when that was entered; of who reads a list, more."""
    event, order, stay, elsewhere = schedule.events[e], 0.0, 0.0, 0.0
    if reads:
        order, stay, elsewhere, _ = draw4(key, LOOK, now, event.worker, LOOK_LIST)
    return Chance(uniform(event.length), uniform(event.keen), uniform(event.again), order, stay, elsewhere)


@inlined
def take_work(
    rules: "Rules", day: int, market: Market, i: int, slot: int, now: int, ready: int, limit: int, chance: Chance
) -> None:
    """Take tasks of a batch and do them; then back to the list, if there is time.

    Writes: people, firms, book, schedule, ledger."""
    key, people, firms, book, schedule, ledger, _ = market
    worker = people.workers[i]
    a = worker.account
    chose = rules.pick_seconds if worker.attending == GOING else 0  # before they came
    worker.attending = AT_LIST
    ready = work(rules, day, key, people, firms, book, ledger, i, slot, ready, limit)
    charge(people, ledger, a, ready - now)
    grant = ledger.grants[ledger.counts[GRANTS] - 1]
    note_wait(people, ledger, i, grant, ready)
    if rules.search_pay > 0.0:
        seconds = chose + grant.second - now
        pay_search(day, people, firms, schedule, ledger, a, seconds, rules.search_pay, False)
    if ready < min(worker.ends, (day + 1) * DAY):
        enter(key, people, schedule, i, ready)
    else:
        close_list(people, ledger, i, ready)
        leave(rules.start_second, day, key, people, book, schedule, ledger, i, ready, chance)


@inlined
def find_nothing(
    rules: "Rules",
    day: int,
    market: Market,
    i: int,
    now: int,
    unpaid: int,
    limit: int,
    chance: Chance,
) -> None:
    """Nothing on the list, so far or any more: be recruited, try another list, join another platform, or rest.

    Writes: people, firms, book, schedule, ledger."""
    key, people, firms, _, schedule, ledger, _ = market
    worker, midnight, a = people.workers[i], (day + 1) * DAY, people.workers[i].account
    unpaid += recruit(day, key, people, firms, ledger, a, now + unpaid, midnight)
    unpaid = min(unpaid, midnight - now)
    charge(people, ledger, a, unpaid)
    if rules.empty_pay > 0.0 and not worker.found and unpaid > 0:
        pay_search(day, people, firms, schedule, ledger, a, unpaid, rules.empty_pay, False)
    close_list(people, ledger, i, now)
    keen = worker.opened != NOBODY and chance.keen < rules.persistence and now + unpaid < limit
    if keen and another_list(people, worker):
        worker.attending = CHOOSING
        enter(key, people, schedule, i, now + unpaid)
        return
    if not keen and not worker.found:
        unpaid += look_elsewhere(rules, day, key, people, firms, ledger, i, now + unpaid, midnight, chance)
    rest(rules, day, market, i, now + unpaid, limit, chance)


@inner
def watched(rules: "Rules", day: int, market: Market, i: int, now: int) -> None:
    """Stop watching; where platforms must pay for it, they do.

    Writes: people, firms, book, schedule, ledger."""
    _, people, firms, book, schedule, ledger, _ = market
    seconds = stop_watching(people, book, ledger, i, now)
    if rules.watch_pay > 0.0 and seconds > 0:
        a = people.workers[i].account
        pay_search(day, people, firms, schedule, ledger, a, seconds, rules.watch_pay, True)


@inner
def go(
    pick_seconds: int,
    key: np.ndarray,
    people: People,
    schedule: Schedule,
    ledger: Ledger,
    i: int,
    p: int,
    now: int,
) -> None:
    """Turn to a batch that was noticed on platform `p`; to see what it is takes a moment of unpaid time.

    Writes: people.accounts, people.workers, schedule.agenda, schedule.busy, schedule.counts, schedule.events,
    ledger.months, ledger.today."""
    worker = people.workers[i]
    a = worker.first_account
    while people.accounts[a].platform != p:
        a = people.accounts[a].next
    worker.account, worker.attending, worker.opened, worker.found = a, GOING, NOBODY, 0
    ledger.today[p, DAILY.reactions] += 1
    ledger.months[worker.month_row].reactions += 1
    charge(people, ledger, a, pick_seconds)
    enter(key, people, schedule, i, now + pick_seconds)


@inlined
def miss(rules: "Rules", day: int, market: Market, i: int, now: int, limit: int, chance: Chance) -> None:
    """Nothing is left of the batch that was noticed: a moment of unpaid time, and back to watching.

    Writes: people, firms, book, schedule, ledger."""
    worker = market.people.workers[i]
    account = market.people.accounts[worker.account]
    market.ledger.today[account.platform, DAILY.too_late] += 1
    market.ledger.months[worker.month_row].too_late += 1
    account.searched = now
    rest(rules, day, market, i, now, limit, chance)


@inner
def rest(rules: "Rules", day: int, market: Market, i: int, now: int, limit: int, chance: Chance) -> None:
    """No list has anything more: stay and watch them, as some do in this sitting, or leave.

    Writes: people, firms, book, schedule, ledger."""
    key, people, firms, book, schedule, ledger, _ = market
    worker = people.workers[i]
    stays = worker.tried != 0 and now < limit
    if stays and people.accounts[worker.account].place == NOBODY:  # else they have stayed before
        stays = chance.stay < staying(rules, day, people, firms, i, now)
    if stays and begin_watching(rules, day, market, i, now):
        return
    leave(rules.start_second, day, key, people, book, schedule, ledger, i, now, chance)


@inner
def go_home(rules: "Rules", day: int, market: Market) -> None:
    """At midnight, who still watches stops.

    Writes: people, firms, book, schedule, ledger."""
    key, people, _, book, schedule, ledger, _ = market
    midnight, never = (day + 1) * DAY, Chance(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)  # of what comes then tomorrow tells
    for p in range(book.watching.size):
        while book.watching[p] > 0:
            i = book.watchers[p, book.watching[p] - 1].worker
            watched(rules, day, market, i, midnight)
            leave(rules.start_second, day, key, people, book, schedule, ledger, i, midnight, never)


@inner
def sit_down(
    start_second: int, people: People, schedule: Schedule, ledger: Ledger, i: int, now: int, chance: Chance
) -> None:
    """Begin a sitting: its length is exponential about the worker's own mean, which is shorter at hours of little time.

    Writes: people.workers, ledger.counts, ledger.seen."""
    worker = people.workers[i]
    free = min(1.0, availability(start_second, schedule.available, worker.profile, now))
    length = max(60, int(-worker.sitting * free * np.log(chance.length)))
    worker.ends = now + min(length, max(60, worker.day_budget - worker.used))
    worker.sat_down, worker.waits_since, worker.attending, worker.tried = now, now, CHOOSING, 0
    if not worker.today:
        worker.today = 1
        ledger.seen[ledger.counts[SEEN]] = i
        ledger.counts[SEEN] += 1


@inner
def leave(
    start_second: int,
    day: int,
    key: np.ndarray,
    people: People,
    book: OrderBook,
    schedule: Schedule,
    ledger: Ledger,
    i: int,
    now: int,
    chance: Chance,
) -> None:
    """End the sitting; if the next look is still today, put it on the agenda.

    Writes: people.accounts, people.workers, book.watchers, book.watching, schedule.agenda, schedule.busy,
    schedule.counts, schedule.events, ledger.months, ledger.today."""
    worker = people.workers[i]
    give_up_places(people, book, i)
    present = now - worker.sat_down
    worker.used += present
    if worker.tried:
        today, row = ledger.today[people.accounts[worker.account].platform], ledger.months[worker.month_row]
        today[DAILY.visits] += 1
        today[DAILY.present_seconds] += present
        row.visits += 1
        row.present_seconds += present
    worker.ends = 0
    if worker.state != LOOKING or worker.used >= worker.day_budget:
        return
    midnight = (day + 1) * DAY
    following = next_before(
        start_second, schedule.available, worker.profile, now, worker.looking_rate, chance.again, midnight
    )
    if following < midnight:
        enter(key, people, schedule, i, following)
