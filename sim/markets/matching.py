"""The matching kernel: one day in the order of its seconds.

At each second batches appear first, then those act whose next moment it is (ties by lot). A worker at the list
of a platform searches it, takes as many tasks as he can do before he looks again, works, and comes back to the
list, until his time or the tasks run out; then he may open the list of another platform. Competition is decided
by who looks while the tasks are there, and by nothing else.
"""

import numpy as np

from sim.agents.looking import next_event, pull
from sim.columns import (
    BANNED,
    CONTRACTED,
    D_EMPTY,
    D_LOOKS,
    D_SESSIONS,
    D_SIGNED_UP,
    D_UNPAID,
    D_VISITORS,
    LOOKING,
    NOBODY,
    REGISTERED,
    SECONDS_PER_DAY,
)
from sim.compiled import kernel
from sim.markets.book import enlist, new_month_row, note_part, part_in, take
from sim.markets.contracting import climb
from sim.rules import ACCOUNTS, GRANTS, MONTH_ROWS, PARTS_LEFT, ROLL, SEEN
from sim.streams import LEARN, LOOK, PICK, TIE, draw, draw4, gauss

DEEP = 1
CROWD = 4096  # most workers that act in one second


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
    while second < SECONDS_PER_DAY:
        crowd[CROWD - 1] = glance(market, second)
        if second % 3600 == 0:
            strike(rules, day, market, second)
        slot = market.posts[second]
        while slot != NOBODY:
            following = market.book[slot].older
            enlist(market, slot)
            slot = following
        market.posts[second] = NOBODY
        if market.agenda[second] != NOBODY:
            if not roomy(market):
                return second
            n = gather(day, market, second, crowd)
            for j in range(n):
                act(rules, day, market, crowd[j], day * SECONDS_PER_DAY + second, month_start)
        second += 1
    return second


@kernel
def glance(market, second):
    """Read the records needed some seconds later, so that they are near when their moment comes.

    Decides nothing: the sum of what it reads goes to scratch, only so that the reading is not left out. Most
    time of a look is waiting for memory, and these reads wait side by side with the work of this second.
    """
    seen = 0
    if second + 12 < SECONDS_PER_DAY:
        i = market.agenda[second + 12]
        if i != NOBODY:
            seen += market.workers[i].link + market.workers[i].ends
        i = market.agenda[second + 6]
        if i != NOBODY:
            worker = market.workers[i]
            if worker.month_row != NOBODY:
                seen += market.months[worker.month_row].looks
            account = market.accounts[worker.first_account]
            seen += account.done + account.next
            if worker.first_part != NOBODY:
                seen += market.parts[worker.first_part].slot
    return seen


@kernel
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


@kernel
def strike(rules, day, market, second):
    """On the hour: how many tasks are open on each platform."""
    hour = (day + rules.start_second // SECONDS_PER_DAY) % 7 * 24 + second // 3600
    for p in range(market.platforms.size):
        market.hours[p, hour, 2] += market.open_tasks[p]


@kernel
def gather(day, market, second, crowd):
    """Workers whose moment this second is, in an order drawn by lot and by nothing else."""
    n = 0
    i = market.agenda[second]
    while i != NOBODY:
        crowd[n] = i
        n += 1
        i = market.workers[i].link
    market.agenda[second] = NOBODY
    moment = day * SECONDS_PER_DAY + second
    for j in range(1, n):
        i = crowd[j]
        lot = draw(market.key, TIE, moment, i, 0)
        h = j - 1
        while h >= 0 and draw(market.key, TIE, moment, crowd[h], 0) > lot:
            crowd[h + 1] = crowd[h]
            h -= 1
        crowd[h + 1] = i
    return n


@kernel
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
    found = find_project(market, i, ready, limit) if deep else find(rules, day, market, i, ready, limit)
    if found != NOBODY:
        ready = work(rules, market, i, found, ready, limit, deep)
        charge(day, market, i, p, ready - now)
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
    empty = close_list(rules, day, market, i, now + unpaid)
    keen = draw(market.key, PICK, now, i, 1) < rules.persistence
    if keen and now + unpaid < limit:
        enter(market, i, now + unpaid)
    else:
        leave(rules, day, market, i, now + unpaid)
        if empty:
            look_elsewhere(rules, day, market, i, now + unpaid, midnight)


@kernel
def enter(market, i, moment):
    """Worker `i` acts again at `moment`, still today."""
    second = moment % SECONDS_PER_DAY
    worker = market.workers[i]
    worker.link = market.agenda[second]
    market.agenda[second] = i


@kernel
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


@kernel
def first_look_today(day, market, i):
    """Note that worker `i` was seen: once a day, for the weeks mask, the funnel and the month's table."""
    worker = market.workers[i]
    if worker.last_seen >= 0:
        market.seen_on[worker.last_seen] -= 1
        passed = day // 7 - worker.last_seen // 7
        worker.weeks = worker.weeks << passed if passed < 32 else 0
    market.seen_on[day] += 1
    worker.last_seen = day
    worker.weeks |= 1
    if worker.month_row == NOBODY:
        new_month_row(market, i)
    market.months[worker.month_row].days_active += 1


@kernel
def choose(rules, market, i, now):
    """The account to open next among those not opened yet: highest expected return, up to a Gumbel error.

    Highest ``log R + s G``, with G a Gumbel error and s the noise, is highest ``R ** (1 / s) / E`` with E
    exponential; the power is kept on the account as its pull.
    """
    worker = market.workers[i]
    best, highest = NOBODY, -1.0
    a = worker.first_account
    several = market.accounts[a].next != NOBODY
    while a != NOBODY:
        account = market.accounts[a]
        bit = np.uint32(1) << np.uint32(account.platform)
        if account.state != BANNED and not worker.tried & bit:
            value = account.pull
            if several and rules.choice_noise > 0.0:
                value /= -np.log(draw(market.key, PICK, now, i, 2 + account.platform))
            if value > highest:
                best, highest = a, value
        a = account.next
    return best


@kernel
def open_list(rules, day, market, i, now, month_start, midnight):
    """Open a platform's list: one look. Returns the unpaid seconds it takes, with any qualification test."""
    worker = market.workers[i]
    account = market.accounts[worker.account]
    p = account.platform
    if worker.last_seen != day:
        first_look_today(day, market, i)
    today = market.today[p]
    today[D_LOOKS] += 1
    if account.last_seen < month_start:
        today[D_VISITORS] += 1
    account.last_seen = day
    row = market.months[worker.month_row]
    bit = np.uint32(1) << np.uint32(p)
    row.looks += 1
    row.platforms |= bit
    worker.tried |= bit
    worker.opened, worker.earned = now, 0
    market.hours[p, hour_of_week(rules, now), 0] += 1
    return rules.search_seconds + sit_test(rules, market, i, now, midnight)


@kernel
def sit_test(rules, market, i, now, midnight):
    """A test for the next qualification level awaits who has done ten times the tasks of the last, and well."""
    worker = market.workers[i]
    account = market.accounts[worker.account]
    approved = account.done - account.refused
    level = account.qualification
    if market.platforms[account.platform].structure == DEEP or level >= 3 or approved < 10 ** (level + 1):
        return 0
    if account.refused * 10 > account.done or now + rules.search_seconds + rules.test_seconds > midnight:
        return 0
    if draw(market.key, PICK, now, i, 0) < worker.accuracy**2:
        account.qualification += 1
    return rules.test_seconds


@kernel
def hour_of_week(rules, now):
    """Hour since Monday 00:00."""
    return (now + rules.start_second) // 3600 % 168


@kernel
def find(rules, day, market, i, ready, limit):
    """Search an open list: of the first entries he may see, the best paid to his taste above his wage.

    The list is read newest first or largest first; batches that ask for a higher level are not shown.
    """
    worker = market.workers[i]
    account = market.accounts[worker.account]
    p = account.platform
    newest = draw(market.key, LOOK, ready, i, 1) < rules.newest_first
    size_class = 31
    slot = market.newest[p] if newest else NOBODY
    if not newest:
        slot, size_class = next_class(market, p, size_class)
    wage = worker.reservation_wage * (rules.need_factor if day < worker.needy_until else 1.0)
    shown, walked, best, highest = 0, 0, NOBODY, -np.inf
    while slot != NOBODY and shown < rules.page and walked < 4 * rules.page:
        batch = market.book[slot]
        walked += 1
        if batch.requires <= account.qualification:
            shown += 1
            if batch.hourly >= wage and ready + duration(worker, batch) <= limit and may_take(market, i, slot):
                u, v, _, _ = draw4(market.key, PICK, batch.k, i, 64 + batch.client)
                value = np.log(batch.hourly) + rules.taste_log_sd * gauss(u, v)
                if value > highest:
                    best, highest = slot, value
        if newest:
            slot = batch.older
        else:
            slot = batch.class_older
            if slot == NOBODY:
                slot, size_class = next_class(market, p, size_class)
    return best


@kernel
def next_class(market, p, size_class):
    """Newest batch of the next smaller size class that has any."""
    while size_class > 0:
        size_class -= 1
        if market.largest[p, size_class] != NOBODY:
            return market.largest[p, size_class], size_class
    return NOBODY, 0


@kernel
def duration(worker, batch):
    """Seconds this worker needs for one task of the batch."""
    return max(1, int(batch.true_seconds / worker.speed + 0.5))


@kernel
def may_take(market, i, slot):
    """Is there an item of the batch the worker has not done yet?"""
    if market.workers[i].first_part == NOBODY:
        return True
    part = part_in(market, i, slot)
    return part == NOBODY or market.parts[part].units < market.book[slot].items


@kernel
def find_project(market, i, ready, limit):
    """The oldest open batch of the project the worker is under contract for, if his allotment has room."""
    worker = market.workers[i]
    account = market.accounts[worker.account]
    if account.state != CONTRACTED:
        return NOBODY
    slot = market.clients[account.project].first_slot
    if slot == NOBODY:
        return NOBODY
    seconds = duration(worker, market.book[slot])
    return slot if seconds <= account.allotted and ready + seconds <= limit else NOBODY


@kernel
def work(rules, market, i, slot, ready, limit, deep):
    """Take tasks and do them: as many as are left, as he may, as he holds at a time, as time allows.

    Returns
    -------
    int
        Second at which he is back at the list.
    """
    worker = market.workers[i]
    account = market.accounts[worker.account]
    batch = market.book[slot]
    seconds = duration(worker, batch)
    part = part_in(market, i, slot)
    done = market.parts[part].units if part != NOBODY else 0
    reading = rules.instructions_seconds if part == NOBODY else 0
    if ready + reading + seconds > limit:
        reading = limit - ready - seconds
    ready += reading
    tasks = min(batch.left, batch.items - done, max(1, rules.hold_seconds // seconds), (limit - ready) // seconds)
    if deep:
        tasks = min(tasks, account.allotted // seconds)
        account.allotted -= tasks * seconds
    note_part(market, i, slot, part, tasks)
    if batch.first_filled == NOBODY:
        batch.first_filled = ready
    batch.last_filled = max(batch.last_filled, ready + tasks * seconds)
    if worker.earned == 0:
        market.hours[account.platform, hour_of_week(rules, worker.opened), 1] += 1
    worker.earned += tasks * batch.piece_rate
    grant = market.grants[market.counts[GRANTS]]
    market.counts[GRANTS] += 1
    grant.account, grant.slot, grant.tasks = worker.account, slot, tasks
    grant.seconds, grant.second = tasks * seconds, ready
    take(market, slot, tasks)
    return ready + tasks * seconds


@kernel
def charge(day, market, i, p, seconds):
    """Book time at the platform as unpaid; settlement moves what gets paid to the other side."""
    market.today[p, D_UNPAID] += seconds
    market.months[market.workers[i].month_row].unpaid_seconds += seconds


@kernel
def close_list(rules, day, market, i, now):
    """Turn away from a list: it was empty or a session, and its return is remembered. True if it was empty."""
    worker = market.workers[i]
    account = market.accounts[worker.account]
    today = market.today[account.platform]
    hourly = worker.earned * 3600.0 / (1e6 * max(1, now - worker.opened))
    account.day_return += hourly
    account.day_looks += 1
    empty = worker.earned == 0
    if empty:
        today[D_EMPTY] += 1
    else:
        today[D_SESSIONS] += 1
        market.months[worker.month_row].sessions += 1
    worker.account = NOBODY
    return empty


@kernel
def leave(rules, day, market, i, now):
    """End the sitting; if the next look is still today, put it on the agenda."""
    worker = market.workers[i]
    worker.used += now - worker.sat_down
    worker.ends = 0
    if worker.state != LOOKING or worker.used >= worker.day_budget:
        return
    u = draw(market.key, LOOK, now, i, 2)
    following = next_event(rules, market.available, worker.profile, now, worker.looking_rate, u)
    if following < (day + 1) * SECONDS_PER_DAY:
        enter(market, i, following)


@kernel
def look_elsewhere(rules, day, market, i, now, midnight):
    """Who found nothing may join a further platform: it takes unpaid time, and nothing earned elsewhere counts."""
    u, v, w, x = draw4(market.key, LEARN, now, i, 2)
    if u < rules.joining_rate and now + rules.joining_seconds <= midnight:
        p = another_platform(day, market, market.workers[i].platforms, v)
        if p != NOBODY:
            join(rules, day, market, i, p, w, x)
            charge(day, market, i, p, rules.joining_seconds)


@kernel
def another_platform(day, market, mask, u):
    """A platform that is open for sign-up and not in `mask`, drawn by its share of registrations."""
    total = 0.0
    for p in range(market.platforms.size):
        if market.platforms[p].opened <= day and not mask & (np.uint32(1) << np.uint32(p)):
            total += market.platforms[p].weight
    if total == 0.0:
        return NOBODY
    target, last = u * total, NOBODY
    for p in range(market.platforms.size):
        if market.platforms[p].opened <= day and not mask & (np.uint32(1) << np.uint32(p)):
            target -= market.platforms[p].weight
            last = p
            if target <= 0.0:
                break
    return last


@kernel
def join(rules, day, market, i, p, u, v):
    """Open an account: no qualification, no rating, and a hope drawn from what the platform advertises."""
    worker = market.workers[i]
    a = market.counts[ACCOUNTS]
    market.counts[ACCOUNTS] += 1
    account = market.accounts[a]
    account.worker, account.platform, account.state = i, p, REGISTERED
    account.signed_up, account.last_seen = day, -(2**30)
    account.expected_return = rules.prior_return * market.platforms[p].wage * np.exp(rules.prior_log_sd * gauss(u, v))
    account.pull = pull(rules, account.expected_return)
    account.project, account.due_link, account.due = NOBODY, NOBODY, NOBODY
    account.next = worker.first_account
    worker.first_account = a
    worker.platforms |= np.uint32(1) << np.uint32(p)
    if 0 <= day < market.calendar.size:
        market.today[p, D_SIGNED_UP] += 1
