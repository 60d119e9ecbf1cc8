"""Watching: who found nothing stays, with the lists of all their platforms open, and goes to what appears.

Each watcher notices a batch at a moment of their own: an exponential delay after it was posted, at a rate that follows
attention and, where the platform notifies, is higher. The delay is a pure function of the batch and the watcher, so
one more watcher moves nobody else's. What has gone by then is never seen; who goes to a batch and finds nothing left
has lost a moment of unpaid time. A batch calls its watchers in waves, the earliest first: once it has gone, nobody
else need be asked.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.agents.looking import accepted_wage, best_return, objections
from sim.agents.ones_own import own_staying
from sim.kernel.arrays import Firms, Ledger, Market, OrderBook, People, Schedule
from sim.kernel.compiler import inner
from sim.kernel.records import AT_LIST, BANNED, DAILY, NEVER, NOBODY, STARTED, WATCHING
from sim.kernel.streams import WATCH, WATCH_NOTICE, draw
from sim.kernel.units import DAY
from sim.markets.agenda import acts_at, enter, mark, strike
from sim.markets.crowd import catch_up, gone_by
from sim.markets.searching import duration
from sim.markets.visiting import shown, terms

if TYPE_CHECKING:
    from sim.scenario.rules import Rules

WAVE = 16  # watchers called at once


@inner
def staying(rules: "Rules", day: int, people: People, firms: Firms, i: int, now: int) -> float:
    """Chance that worker `i`, who found nothing, stays and watches: the same for all, or by a rule of one's own."""
    if rules.own_watching == 0:
        return rules.staying
    worker = people.workers[i]
    best = best_return(people.accounts, worker)
    return own_staying(rules, day, people, firms, i, now, best, accepted_wage(rules, worker, day))


@inner
def begin_watching(rules: "Rules", day: int, market: Market, i: int, now: int) -> bool:
    """Watch the lists of all platforms with an open account until the sitting ends; False if there is none.

    Writes: people, firms, book, schedule, ledger."""
    key, people, firms, book, schedule, _, _ = market
    worker = people.workers[i]
    watched = False
    a = worker.first_account
    while a != NOBODY:
        account = people.accounts[a]
        if watchable(firms, account):
            account.searched = max(account.searched, worker.sat_down)
            worker.watching_since = now
            watch(rules, day, people, firms, book, a)
            watched = True
        a = account.next
    if watched:
        worker.attending = WATCHING
        slot, moment = earliest(rules, day, market, i, NOBODY)  # they begin only then; what will be gone is found gone
        wait(day, key, people, schedule, i, slot, moment)
    return watched


@inner
def watch(rules: "Rules", day: int, people: People, firms: Firms, book: OrderBook, a: int) -> None:
    """Stand among those who watch the list of account `a`.

    Writes: people.accounts, book.watchers, book.watching."""
    account = people.accounts[a]
    p, worker = account.platform, people.workers[account.worker]
    if account.place == NOBODY:
        account.place = book.watching[p]
        book.watching[p] += 1
    watcher = book.watchers[p, account.place]
    watcher.worker, watcher.account, watcher.searched = account.worker, a, account.searched
    watcher.since = worker.watching_since
    watcher.until = min(worker.ends, (day + 1) * DAY)
    watcher.rate = worker.attention * (1.0 + firms.platforms[p].notification) / rules.reaction_seconds
    watcher.wage, watcher.speed = accepted_wage(rules, worker, day), worker.speed
    watcher.level, watcher.avoids = account.qualification, account.avoids
    watcher.reads, watcher.refuses = worker.reads, objections(worker, day)


@inner
def wait(day: int, key: np.ndarray, people: People, schedule: Schedule, i: int, slot: int, moment: int) -> None:
    """Stand on the agenda for the moment at which the batch in `slot` is noticed; without any, for the sitting's end.

    Writes: people.workers, schedule.agenda, schedule.busy, schedule.counts, schedule.events."""
    worker = people.workers[i]
    worker.called = slot
    if slot != NOBODY:
        enter(key, people, schedule, i, moment)
    elif worker.ends < (day + 1) * DAY:
        enter(key, people, schedule, i, worker.ends)


@inner
def earliest(rules: "Rules", day: int, market: Market, i: int, now: int) -> tuple[int, int]:
    """Slot of the open batch that watcher `i` will notice first, NOBODY if none, and the second at which they do.

    Writes: firms, book, ledger."""
    key, people, firms, book, _, _, _ = market
    first, soonest = NOBODY, NEVER
    a = people.workers[i].first_account
    while a != NOBODY:
        account = people.accounts[a]
        if watchable(firms, account):
            watcher = book.watchers[account.platform, account.place]
            slot = book.newest[account.platform]
            while slot != NOBODY and book.batches[slot].posted > watcher.searched:
                batch = book.batches[slot]
                older = batch.older
                if batch.next_abroad <= now:
                    catch_up(rules, market, slot, now)
                moment = NEVER
                if batch.left > 0:
                    moment = notices(rules, day, key, people, watcher, batch, soonest + 1.0)
                if sooner(book, slot, moment, first, soonest):
                    first, soonest = slot, moment
                slot = older
        a = account.next
    return first, soonest


@inner
def sooner(book: OrderBook, slot: int, moment: int, other: int, its: int) -> bool:
    """Is the batch in `slot` noticed before the `other` one, by its number where both are at once?"""
    if moment != its or other == NOBODY:
        return moment < its
    return book.batches[slot].id < book.batches[other].id


@inner
def notices(
    rules: "Rules", day: int, key: np.ndarray, people: People, watcher: np.record, batch: np.record, before: float
) -> int:
    """Second at which a watcher notices a batch that they may and would take; NEVER if not, or not in time.

    NEVER too where it would be `before` or later and that is told without a logarithm: ``-log(u) >= 1 - u``.

    ``posted + 1 - log(u) / rate``, whole seconds; what would have been noticed while they worked, once they watch. Who
    reads of it in a forum notices so many times as soon.
    """
    if batch.requires > watcher.level or batch.hourly < watcher.wage:
        return NEVER
    if batch.said & watcher.refuses != 0 or batch.client == watcher.avoids:
        return NEVER
    seconds = duration(watcher, batch)
    if batch.piece_rate < rules.least_own * seconds or not shown(rules, key, people, watcher.worker, batch):
        return NEVER
    hourly, latest = terms(rules, day, key, people, watcher.worker, batch, watcher.until, seconds)
    if hourly < watcher.wage:
        return NEVER
    rate = watcher.rate * rules.forum_speed if batch.said & watcher.reads != 0 else watcher.rate
    u = draw(key, WATCH, batch.k, watcher.worker, WATCH_NOTICE + batch.who)
    if 1.0 - u > rate * (before - batch.posted):
        return NEVER
    delay = -np.log(u) / rate
    if not delay < DAY:
        return NEVER
    moment = max(batch.posted + int(delay), watcher.since) + 1
    return moment if moment + rules.pick_seconds <= latest else NEVER


@inner
def call(rules: "Rules", day: int, market: Market, slot: int, now: int) -> None:
    """A batch that is open calls the next wave of those who watch its list, each for the moment they notice it.

    Writes: people, firms, book, schedule, ledger."""
    key, people, _, book, schedule, _, _ = market
    batch = book.batches[slot]
    p = batch.platform
    if batch.next_abroad <= now:
        catch_up(rules, market, slot, now)
    if batch.left == 0 or book.watching[p] == 0:
        return
    before = float(NEVER)  # they must notice it before that
    if batch.next_abroad < np.inf:
        before = min(before, gone_by(rules, market, batch))
    book.wave[:] = NEVER
    last, noticing = NEVER, 0
    for n in range(book.watching[p]):
        watcher = book.watchers[p, n]
        if watcher.searched < batch.posted:
            moment = notices(rules, day, key, people, watcher, batch, before)
            if batch.called_until < moment < before:
                watcher.notices = moment
                book.noticing[noticing] = n
                noticing += 1
                place_in_wave(book.wave, moment)
                last = book.wave[WAVE - 1]
                before = min(before, last + 1.0)
    for n in book.noticing[:noticing]:
        watcher = book.watchers[p, n]
        if watcher.notices <= last:
            summon(key, people, book, schedule, watcher.worker, slot, watcher.notices)
    batch.called_until = last
    if last < NEVER and last + 1 < (day + 1) * DAY:
        second = (last + 1) % DAY
        batch.next_call = schedule.calls[second]
        schedule.calls[second] = slot
        mark(schedule, second)


@inner
def place_in_wave(wave: np.ndarray, moment: int) -> None:
    """Keep the earliest moments, in order.

    Writes: wave."""
    n = WAVE - 1
    if moment >= wave[n]:
        return
    while n > 0 and wave[n - 1] > moment:
        wave[n] = wave[n - 1]
        n -= 1
    wave[n] = moment


@inner
def summon(
    key: np.ndarray, people: People, book: OrderBook, schedule: Schedule, i: int, slot: int, moment: int
) -> None:
    """Watcher `i` will notice the batch at that moment, unless they notice another before.

    Writes: people.workers, schedule.agenda, schedule.busy, schedule.counts, schedule.events."""
    worker = people.workers[i]
    if sooner(book, slot, moment % DAY, worker.called, acts_at(people, schedule, i)):
        strike(people, schedule, i)
        worker.called = slot
        enter(key, people, schedule, i, moment)


@inner
def noticed(rules: "Rules", day: int, market: Market, i: int, now: int) -> int:
    """Slot of the batch that watcher `i` notices now; NOBODY if it has gone, and they watch on.

    Writes: people, firms, book, schedule, ledger."""
    key, people, _, book, schedule, _, _ = market
    slot = people.workers[i].called
    if book.batches[slot].next_abroad <= now:
        catch_up(rules, market, slot, now)
    if book.batches[slot].left > 0:
        return slot
    slot, moment = earliest(rules, day, market, i, now)
    if slot != NOBODY and moment <= now:
        return slot
    wait(day, key, people, schedule, i, slot, moment)
    return NOBODY


@inner
def watchable(firms: Firms, account: np.record) -> bool:
    """Has the account a list that its owner can take tasks from?"""
    return firms.platforms[account.platform].listed and account.step == STARTED and account.state < BANNED


@inner
def stop_watching(people: People, book: OrderBook, ledger: Ledger, i: int, now: int) -> int:
    """Turn from watching; the time is booked on the account whose list was open last. Returns its seconds.

    They keep their places on the lists, for most will watch again soon.

    Writes: people.accounts, people.workers, book.watchers, ledger.months, ledger.today."""
    worker = people.workers[i]
    a = worker.first_account
    while a != NOBODY:
        account = people.accounts[a]
        if account.place != NOBODY:
            book.watchers[account.platform, account.place].searched = NEVER
        a = account.next
    worker.attending = AT_LIST
    seconds = now - worker.watching_since
    account = people.accounts[worker.account]
    account.day_watched += seconds
    ledger.today[account.platform, DAILY.watching_seconds] += seconds
    ledger.months[worker.month_row].watching_seconds += seconds
    return seconds


@inner
def give_up_places(people: People, book: OrderBook, i: int) -> None:
    """Worker `i` leaves those who watch the lists; the last of them takes the place.

    Writes: people.accounts, book.watchers, book.watching."""
    a = people.workers[i].first_account
    while a != NOBODY:
        account = people.accounts[a]
        p, place = account.platform, account.place
        if place != NOBODY:
            account.place = NOBODY
            book.watching[p] -= 1
            last = book.watching[p]
            if place < last:
                book.watchers[p, place] = book.watchers[p, last]
                people.accounts[book.watchers[p, place].account].place = place
        a = account.next
