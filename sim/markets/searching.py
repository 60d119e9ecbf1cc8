"""At the list: which platform's to open, what is on it, what to take, and what it has cost.

Everything here concerns one worker at one moment; `sim.markets.matching` says whose moment it is.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.agents.looking import accepted_wage, objections
from sim.kernel.arrays import GRANTS, Chance, Firms, Ledger, Market, OrderBook, People
from sim.kernel.categories import LOCALISED
from sim.kernel.compiler import inlined, inner
from sim.kernel.records import BANNED, CONTRACTED, DAILY, NOBODY, WAITS
from sim.kernel.streams import PICK, PICK_PLATFORM, PICK_TASTE, PICK_TEST, draw, draw4, gauss
from sim.kernel.units import HOUR, HOURS_PER_WEEK, MINUTE
from sim.markets.book import claim_on, new_month_row, note_claim, take
from sim.markets.crowd import catch_up
from sim.markets.first_steps import take_first_steps
from sim.markets.visiting import home_by, shown, terms, visit, way

if TYPE_CHECKING:
    from sim.scenario.rules import Rules


@inner
def choose(choice_noise: float, key: np.ndarray, people: People, i: int, now: int) -> int:
    """The account to open next among those not opened yet: highest expected return, up to a Gumbel error.

    Highest ``log R / s + G``, with G a Gumbel error and s the noise: the logit choice. The first term is kept on
    the account as its pull. Errors are drawn where there is a choice.
    """
    worker = people.workers[i]
    best, highest = NOBODY, -np.inf
    a = worker.first_account
    while a != NOBODY:
        account = people.accounts[a]
        bit = np.uint32(1) << np.uint32(account.platform)
        if account.state < BANNED and not worker.tried & bit:
            if best == NOBODY:
                best = a
            else:
                if highest == -np.inf:
                    highest = attraction(choice_noise, key, people, best, now)
                value = attraction(choice_noise, key, people, a, now)
                if value > highest:
                    best, highest = a, value
        a = account.next
    return best


@inner
def attraction(choice_noise: float, key: np.ndarray, people: People, a: int, now: int) -> float:
    """Pull of an account at this moment: what is expected of it, and an error."""
    account = people.accounts[a]
    if choice_noise <= 0.0:
        return account.pull
    return account.pull - np.log(-np.log(draw(key, PICK, now, account.worker, PICK_PLATFORM + account.platform)))


@inner
def another_list(people: People, worker: np.record) -> bool:
    """Has the worker an account whose list they have not opened in this sitting?"""
    a = worker.first_account
    while a != NOBODY:
        account = people.accounts[a]
        if account.state < BANNED and not worker.tried & (np.uint32(1) << np.uint32(account.platform)):
            return True
        a = account.next
    return False


@inner
def open_list(
    rules: "Rules",
    day: int,
    key: np.ndarray,
    people: People,
    firms: Firms,
    ledger: Ledger,
    i: int,
    now: int,
    month_start: int,
    midnight: int,
) -> int:
    """Open a platform's list: one look. Returns the unpaid seconds it takes, with any test and any first steps.

    Writes: people.accounts, people.workers, ledger."""
    worker = people.workers[i]
    account = people.accounts[worker.account]
    p = account.platform
    if worker.last_seen != day:
        first_look_today(day, people, ledger, i)
    today = ledger.today[p]
    today[DAILY.looks] += 1
    if account.last_seen < month_start:
        today[DAILY.visitors] += 1
    account.last_seen = day
    row = ledger.months[worker.month_row]
    bit = np.uint32(1) << np.uint32(p)
    row.looks += 1
    row.platforms |= bit
    worker.tried |= bit
    worker.opened, worker.found = now, 0
    account.day_looks += 1
    ledger.hours[p, hour_of_week(rules.start_second, now)].looks += 1
    steps = take_first_steps(rules, key, people, firms, ledger, worker.account, now, midnight)
    return steps + rules.search_seconds + sit_test(rules, key, people, firms, i, now + steps, midnight)


@inner
def first_look_today(day: int, people: People, ledger: Ledger, i: int) -> None:
    """Note that worker `i` was seen: once a day, for the mask of days, the funnel and the month's table.

    Writes: people.workers, ledger.counts, ledger.months, ledger.seen_on."""
    worker = people.workers[i]
    if worker.last_seen >= 0:
        ledger.seen_on[worker.last_seen] -= 1
        passed = day - worker.last_seen
        worker.days_seen = worker.days_seen << passed if passed < 32 else 0
    ledger.seen_on[day] += 1
    worker.last_seen = day
    worker.days_seen |= 1
    if worker.month_row == NOBODY:
        new_month_row(people, ledger, i)
    ledger.months[worker.month_row].days_active += 1


@inner
def sit_test(rules: "Rules", key: np.ndarray, people: People, firms: Firms, i: int, now: int, midnight: int) -> int:
    """A test for the next qualification level awaits who has done ten times the tasks of the last, and well.

    Writes: people.accounts."""
    worker = people.workers[i]
    account = people.accounts[worker.account]
    approved = account.done - account.refused
    level = account.qualification
    if not firms.platforms[account.platform].listed or level >= 3 or approved < 10 ** (level + 1):
        return 0
    if account.refused * 10 > account.done or now + rules.search_seconds + rules.test_seconds > midnight:
        return 0
    if draw(key, PICK, now, i, PICK_TEST) < worker.accuracy**2:
        account.qualification += 1
        take_along(people, firms, i, rules.lost_levels)
    return rules.test_seconds


@inner
def take_along(people: People, firms: Firms, i: int, lost: int) -> None:
    """Levels on every biface platform are at most `lost` below the worker's highest.

    Writes: people.accounts."""
    best, a = 0, people.workers[i].first_account
    while a != NOBODY:
        best = max(best, int(people.accounts[a].qualification))
        a = people.accounts[a].next
    a = people.workers[i].first_account
    while a != NOBODY and best > lost:
        account = people.accounts[a]
        if firms.platforms[account.platform].listed:
            account.qualification = max(int(account.qualification), best - lost)
        a = account.next


@inlined
def find(rules: "Rules", day: int, market: Market, i: int, now: int, ready: int, limit: int, chance: Chance) -> int:
    """Search an open list: of the first entries they may see, the best paid to their taste above their wage.

    The list is read newest first or largest first, as chance says, and newest first by who comes because
    something has appeared; batches that ask for a higher level or for other people, are out of reach or were taken
    elsewhere meanwhile, are not shown, and those of which something is said that keeps the worker off, or whose client
    has refused their work before, are passed over.

    Writes: people, firms, book, ledger."""
    key, people, _, book, _, _, _ = market
    worker = people.workers[i]
    account = people.accounts[worker.account]
    p = account.platform
    if book.newest[p] == NOBODY:
        return NOBODY
    newest = worker.opened == NOBODY or chance.order < rules.newest_first
    size_class = 31
    slot = book.newest[p] if newest else NOBODY
    if not newest:
        slot, size_class = next_class(book, p, size_class)
    wage, refuses = accepted_wage(rules, worker, day), objections(worker, day)
    seen, walked, best, first, highest = 0, 0, NOBODY, 0.0, -np.inf
    while slot != NOBODY and seen < rules.page and walked < 4 * rules.page:
        batch = book.batches[slot]
        following = batch.older if newest else batch.class_older
        if batch.next_abroad <= now:
            catch_up(rules, market, slot, now)
        there = batch.left > 0 and (newest or batch.size_class == size_class)  # else gone, or met further down
        walked += there
        if there and batch.requires <= account.qualification and shown(rules, key, people, i, batch):
            seen += 1
            seconds = duration(worker, batch)
            hourly, latest = terms(rules, day, key, people, i, batch, limit, seconds)
            enough = hourly >= wage and batch.piece_rate >= rules.least_own * seconds
            wanted = batch.said & refuses == 0 and batch.client != account.avoids
            if enough and wanted and ready <= latest and may_take(people, book, i, slot):
                pull = batch.pull if hourly == batch.hourly else np.log(hourly)
                if best == NOBODY:
                    best, first = slot, pull
                else:
                    if highest == -np.inf:  # taste is asked for where there is a choice
                        highest = liking(rules, key, i, book.batches[best], first)
                    value = liking(rules, key, i, batch, pull)
                    if value > highest:
                        best, highest = slot, value
        slot = following
        if slot == NOBODY and not newest:
            slot, size_class = next_class(book, p, size_class)
    return best


@inner
def liking(rules: "Rules", key: np.ndarray, i: int, batch: np.record, pull: float) -> float:
    """What a batch is worth to worker `i`: the log of its pay, and their taste for it."""
    u, v, _, _ = draw4(key, PICK, batch.k, i, PICK_TASTE + batch.who)
    return pull + rules.taste_log_sd * gauss(u, v)


@inner
def next_class(book: OrderBook, p: int, size_class: int) -> tuple[int, int]:
    """Newest batch of the next smaller size class that has any."""
    while size_class > 0:
        size_class -= 1
        if book.largest[p, size_class] != NOBODY:
            return book.largest[p, size_class], size_class
    return NOBODY, 0


@inner
def duration(worker: np.record, batch: np.record) -> int:
    """Seconds this worker needs for one task of the batch."""
    return max(1, int(batch.true_seconds / worker.speed + 0.5))


@inner
def may_take(people: People, book: OrderBook, i: int, slot: int) -> bool:
    """Is there an item of the batch the worker has not done yet? A wave of the questionnaire is answered once.

    Writes: people.workers, book.claims, book.counts."""
    wave = book.batches[slot].wave
    if wave > 0 and people.persons[i].answered == wave:
        return False
    if people.workers[i].first_claim == NOBODY:
        return True
    claim = claim_on(people, book, i, slot)
    return claim == NOBODY or book.claims[claim].units < book.batches[slot].items


@inner
def find_project(
    least_own: float, people: People, firms: Firms, book: OrderBook, i: int, ready: int, limit: int
) -> int:
    """The oldest open batch of the project the worker is under contract for, if the allotment has room."""
    worker = people.workers[i]
    account = people.accounts[worker.account]
    if account.state != CONTRACTED:
        return NOBODY
    slot = firms.clients[account.project].first_slot
    if slot == NOBODY:
        return NOBODY
    seconds = duration(worker, book.batches[slot])
    if book.batches[slot].piece_rate < least_own * seconds:
        return NOBODY
    return slot if seconds <= account.allotted and ready + seconds <= limit else NOBODY


@inlined
def work(
    rules: "Rules",
    day: int,
    key: np.ndarray,
    people: People,
    firms: Firms,
    book: OrderBook,
    ledger: Ledger,
    i: int,
    slot: int,
    ready: int,
    limit: int,
) -> int:
    """Take tasks and do them: as many as are left, as one may, as one holds at a time, as time allows.

    A visit to a shop is reserved and made at once; the way there and back is no part of its seconds.

    Writes: people.accounts, people.persons, people.workers, firms.clients, book, ledger.

    Returns
    -------
    int
        Second at which they are back at the list.
    """
    worker = people.workers[i]
    account = people.accounts[worker.account]
    batch = book.batches[slot]
    seconds, away = duration(worker, batch), 0
    outside = rules.travels and batch.kind == LOCALISED
    if outside:
        away = way(rules, key, people, i, batch)
        limit = home_by(day, worker) - away
    claim = claim_on(people, book, i, slot)
    done = book.claims[claim].units if claim != NOBODY else 0
    reading = rules.instructions_seconds if claim == NOBODY else 0
    if ready + reading + seconds > limit:
        reading = limit - ready - seconds
    ready += reading
    tasks = min(batch.left, batch.items - done, max(1, rules.hold_seconds // seconds), (limit - ready) // seconds)
    if account.state == CONTRACTED and batch.wave == 0:
        tasks = min(tasks, account.allotted // seconds)
        account.allotted -= tasks * seconds
    note_claim(people, book, i, slot, claim, tasks)
    if batch.wave > 0:
        people.persons[i].answered = batch.wave
    if batch.first_filled == NOBODY:
        batch.first_filled = ready
    back = ready + tasks * seconds + away
    batch.last_filled = max(batch.last_filled, back)
    if not worker.found and worker.opened != NOBODY:
        ledger.hours[account.platform, hour_of_week(rules.start_second, worker.opened)].successes += 1
    worker.found = 1
    grant = ledger.grants[ledger.counts[GRANTS]]
    ledger.counts[GRANTS] += 1
    grant.account, grant.slot, grant.tasks = worker.account, slot, tasks
    grant.seconds, grant.second = tasks * seconds, ready
    take(firms, book, slot, tasks)
    if outside:
        visit(day, people, ledger, worker.account, seconds, away, back)
    return back


@inner
def note_wait(people: People, ledger: Ledger, i: int, grant: np.record, back: int) -> None:
    """Count a piece of work, from which they are `back`, under the time its worker had been there without any.

    Writes: people.workers, ledger.waits."""
    worker = people.workers[i]
    p = people.accounts[grant.account].platform
    ledger.waits[p, wait_step(grant.second - worker.waits_since)] += grant.seconds
    worker.waits_since = back


@inner
def wait_step(seconds: int) -> int:
    """Step of a wait: 0 under a minute, 1 up to three minutes, 2 up to seven, and so on."""
    step, minutes = 0, seconds // MINUTE + 1
    while minutes > 1 and step < WAITS - 1:
        minutes >>= 1
        step += 1
    return step


@inner
def charge(people: People, ledger: Ledger, a: int, seconds: int) -> None:
    """Count active time on account `a` as unpaid; settlement moves what gets paid to the other side.

    Writes: people.accounts, ledger.months, ledger.today."""
    account = people.accounts[a]
    account.day_active += seconds
    ledger.today[account.platform, DAILY.unpaid_seconds] += seconds
    ledger.months[people.workers[account.worker].month_row].unpaid_seconds += seconds


@inner
def close_list(people: People, ledger: Ledger, i: int, now: int) -> None:
    """Turn away from a list that was read at `now`; a look at it was empty or a session.

    Writes: people.accounts, ledger.months, ledger.today."""
    worker = people.workers[i]
    account = people.accounts[worker.account]
    account.searched = now
    if worker.opened == NOBODY:
        return
    today = ledger.today[account.platform]
    if worker.found:
        today[DAILY.sessions] += 1
        ledger.months[worker.month_row].sessions += 1
    else:
        today[DAILY.empty_looks] += 1


@inner
def hour_of_week(start_second: int, now: int) -> int:
    """Hour since Monday 00:00."""
    return (now + start_second) // HOUR % HOURS_PER_WEEK
