"""Decisions of a worker about looking: how often, when next, what the day has taught, whether to come back.

A worker's events form one Poisson process in *operational time*, the time that passes as fast as they are
available: looks at rate ``lambda``, drifting away at ``delta``, sudden need at ``nu``. Memory is exponential, so
drawing a new waiting time whenever a rate has changed is exact.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.agents.ones_own import own_looks
from sim.agents.worth import worth
from sim.kernel.arrays import FREE_BLOCK, SEEN, Firms, Ledger, People, Schedule
from sim.kernel.compiler import bring, bring_both, inner, kernel
from sim.kernel.records import BAD_NEWS, BANNED, DAILY, DROPPED, LAPSED, LOOKING, NEVER, NOBODY
from sim.kernel.streams import LEARN, LEARN_NEXT, RETURN, RETURN_EVENT, draw, draw4
from sim.kernel.units import DAY, HOUR, HOURS_PER_WEEK, MICRO, WEEK

if TYPE_CHECKING:
    from sim.scenario.rules import Rules

AHEAD = 4  # records between one that is asked for and the next
# A block of the calendar, a line of memory: workers with an event on one day, how many, and the block filled before.
PLACES = 14
FILLED, BEFORE = PLACES, PLACES + 1


@inner
def operational(available: np.ndarray, profile: int, second: int) -> float:
    """Operational days from the epoch (a Monday, 00:00) to `second`.

    Parameters
    ----------
    available : float64 array, shape (profiles, 169)
        Cumulated availability over the hours of a week; the last column is 7.
    second
        Seconds since the epoch.
    """
    week = second // WEEK
    rest = second - week * WEEK
    hour = rest // HOUR
    low = available[profile, hour]
    return 7.0 * week + low + (available[profile, hour + 1] - low) * (rest - hour * HOUR) / HOUR


@inner
def clock(available: np.ndarray, profile: int, when: float) -> int:
    """Second since the epoch at which operational time reaches `when`; the inverse of `operational`."""
    week = int(when / 7.0)
    rest = when - 7.0 * week
    low, hours = 0, HOURS_PER_WEEK
    while hours > 1:  # halves without a branch, which nobody could foretell
        half = hours // 2
        low = low + half if available[profile, low + half] <= rest else low
        hours -= half
    start = available[profile, low]
    share = (rest - start) / (available[profile, low + 1] - start)
    return week * WEEK + low * HOUR + int(share * HOUR)


@inner
def next_event(start_second: int, available: np.ndarray, profile: int, second: int, rate: float, u: float) -> int:
    """Second since the start of the first event after `second` at `rate` per operational day.

    ``t = A^-1(A(second) - log(u) / rate)``; NEVER beyond the representable future.
    """
    if rate <= 0.0:
        return NEVER
    wait = -np.log(u) / rate
    if wait > 20_000.0:
        return NEVER
    then = clock(available, profile, operational(available, profile, second + start_second) + wait) - start_second
    return min(max(second + 1, then), NEVER)


@inner
def next_before(
    start_second: int, available: np.ndarray, profile: int, second: int, rate: float, u: float, end: int
) -> int:
    """As `next_event` where that comes before `end`; NEVER where it does not, mostly found without a logarithm.

    ``-log(u) >= 1 - u``
    """
    since = operational(available, profile, second + start_second)
    left = operational(available, profile, end + start_second) - since
    if 1.0 - u > rate * left:
        return NEVER
    wait = -np.log(u) / rate
    if wait > left:
        return NEVER
    return max(second + 1, clock(available, profile, since + wait) - start_second)


@inner
def availability(start_second: int, available: np.ndarray, profile: int, second: int) -> float:
    """How available somebody is at `second`, over what they are in the mean of a week."""
    hour = (second + start_second) // HOUR % HOURS_PER_WEEK
    return 24.0 * (available[profile, hour + 1] - available[profile, hour])


@inner
def accepted_wage(rules: "Rules", worker: np.record, day: int) -> float:
    """Least pay per announced hour, euro: the reservation wage, lower in a spell of need."""
    return worker.reservation_wage * (rules.need_factor if day < worker.needy_until else 1.0)


@inner
def objections(worker: np.record, day: int) -> int:
    """Of what is said of batches, what keeps this worker from one; bits. In need, bad news of a client do not."""
    refuses = int(worker.refuses)
    return refuses & (0xFF ^ BAD_NEWS) if day < worker.needy_until else refuses


@inner
def looking_rate(rules: "Rules", worker: np.record, best_return: float, day: int) -> float:
    """Looks per operational day: ``attention * min(rate * (return / reservation wage) ** elasticity, most)``.

    What attention multiplies, it multiplies at the top too: who has two screens open is there more often however
    much looking pays, so the most assiduous differ from one another as everybody else does.
    """
    wage = accepted_wage(rules, worker, day)
    rate = rules.looking_rate * min((best_return / wage) ** rules.looking_elasticity, 1e300)  # no rate is 0 x infinity
    return worker.attention * min(rate, rules.looking_rate_max)


@inner
def looks(rules: "Rules", people: People, ledger: Ledger, i: int, day: int) -> float:
    """Looks per operational day of worker `i` from now on: `looking_rate`, or what a rule of one's own makes of it."""
    worker = people.workers[i]
    best = best_return(people.accounts, worker)
    usual = looking_rate(rules, worker, best, day)
    if rules.own_looking == 0:
        return usual
    return own_looks(rules, day, people, ledger, i, usual, best, accepted_wage(rules, worker, day))


@inner
def best_return(accounts: np.ndarray, worker: np.record) -> float:
    """Highest expected return over the worker's accounts that are not closed, euro per hour."""
    best = 0.0
    a = worker.first_account
    while a != NOBODY:
        if accounts[a].state < BANNED:
            best = max(best, accounts[a].expected_return)
        a = accounts[a].next
    return best


@inner
def pull(choice_noise: float, expected_return: float) -> float:
    """Weight of an account in the choice of the list to open; `sim.markets.searching.choose` says why."""
    return np.log(max(expected_return, 1e-9)) / max(choice_noise, 1e-3)


@inner
def plan(rules: "Rules", people: People, schedule: Schedule, i: int, second: int, u: float) -> None:
    """Put worker `i`'s next event after `second` into the calendar, at the rates of their state.

    Nothing is planned for who has no account left.

    Writes: people.workers, schedule.blocks, schedule.calendar, schedule.counts."""
    decide(rules, people, schedule, i, second, u)
    if people.workers[i].next_look != NEVER:
        enter(people, schedule, i)


@inner
def decide(rules: "Rules", people: People, schedule: Schedule, i: int, second: int, u: float) -> None:
    """When worker `i`'s next event after `second` is, as `plan` has it.

    Writes: people.workers."""
    worker = people.workers[i]
    if shut_out(people.accounts, worker):
        worker.next_look = NEVER
        return
    rate = rules.need_rate * worker.urgency
    if worker.state == LOOKING:
        rate += worker.looking_rate + rules.drift_rate
    else:
        rate += rules.notification_rate
    worker.next_look = next_event(rules.start_second, schedule.available, worker.profile, second, rate, u)


@inner
def shut_out(accounts: np.ndarray, worker: np.record) -> bool:
    """Is each of the worker's accounts banned or dropped? Who is turned away may yet be let in."""
    a = worker.first_account
    while a != NOBODY:
        if accounts[a].state != BANNED and accounts[a].state != DROPPED:
            return False
        a = accounts[a].next
    return True


@inner
def enter(people: People, schedule: Schedule, i: int) -> None:
    """File worker `i` under the day of their next event.

    Writes: schedule.blocks, schedule.calendar, schedule.counts."""
    file_under(schedule, i, people.workers[i].next_look // DAY)


@inner
def file_under(schedule: Schedule, i: int, day: int) -> None:
    """Put worker `i` into the calendar of `day`, unless that is after the last.

    Writes: schedule.blocks, schedule.calendar, schedule.counts."""
    if day >= schedule.calendar.size:
        return
    b, blocks = schedule.calendar[day], schedule.blocks
    if b == NOBODY or blocks[b, FILLED] == PLACES:
        before, b = b, schedule.counts[FREE_BLOCK]
        schedule.counts[FREE_BLOCK] = blocks[b, BEFORE]
        bring(blocks, blocks[b, BEFORE] * (PLACES + 2))
        blocks[b, FILLED], blocks[b, BEFORE] = 0, before
        schedule.calendar[day] = b
    blocks[b, blocks[b, FILLED]] = i
    blocks[b, FILLED] += 1


@inner
def next_of(schedule: Schedule, day: int) -> int:
    """Take whoever was filed last out of the calendar of a day on which somebody is.

    Writes: schedule.blocks, schedule.calendar, schedule.counts."""
    b, blocks = schedule.calendar[day], schedule.blocks
    blocks[b, FILLED] -= 1
    i = blocks[b, blocks[b, FILLED]]
    if blocks[b, FILLED] == 0:
        schedule.calendar[day] = blocks[b, BEFORE]
        blocks[b, BEFORE] = schedule.counts[FREE_BLOCK]
        schedule.counts[FREE_BLOCK] = b
    return i


@inner
def in_turn(schedule: Schedule, day: int, steps: int) -> int:
    """Whose turn is `steps`, no more than a block has places, after the next one's of that day; NOBODY if nobody's."""
    b, blocks = schedule.calendar[day], schedule.blocks
    if b != NOBODY and steps >= blocks[b, FILLED]:
        steps -= blocks[b, FILLED]
        b = blocks[b, BEFORE]
    return NOBODY if b == NOBODY else blocks[b, blocks[b, FILLED] - 1 - steps]


@kernel
def learn(
    rules: "Rules", day: int, key: np.ndarray, people: People, firms: Firms, schedule: Schedule, ledger: Ledger
) -> None:
    """End of the day for everyone seen: update expected returns, then looking, lapsing and the next event.

    What the day has returned (approved pay per hour of paid and unpaid time, to which time spent watching adds by its
    weight, for it is cheap and not free; at what a euro credited there is worth) moves the expectation:
    ``R <- mean + (R - mean) (1 - alpha) ** looks``.

    Writes: people.accounts, people.workers, schedule.blocks, schedule.calendar, schedule.counts, ledger.counts,
    ledger.today."""
    midnight = (day + 1) * DAY
    for n in range(ledger.counts[SEEN]):
        foresee(people, ledger, n)
        i = ledger.seen[n]
        worker = people.workers[i]
        a = worker.first_account
        while a != NOBODY:
            account = people.accounts[a]
            if account.day_active + account.day_watched > 0:
                mean = 0.0
                if account.day_earned > 0:
                    spent = account.day_active + rules.watching_weight * account.day_watched
                    mean = float(account.day_earned) * HOUR / (MICRO * max(spent, 1.0))
                    mean *= worth(rules, worker.need, account, firms.platforms[account.platform], day)
                keep = (1.0 - rules.learning_rate) ** max(account.day_looks, 1)
                account.expected_return = mean + (account.expected_return - mean) * keep
                account.pull = pull(rules.choice_noise, account.expected_return)
                account.day_looks = 0
                account.day_active, account.day_watched, account.day_earned = 0, 0, 0
            a = account.next
        worker.looking_rate = looks(rules, people, ledger, i, day)
        worker.today, worker.used = 0, 0
        if worker.looking_rate < rules.lapse_rate:
            lapse(people, ledger, worker)
        decide(rules, people, schedule, i, midnight - 1, draw(key, LEARN, day, i, LEARN_NEXT))
        foresee_day(people, schedule, i)
        if n >= AHEAD:
            enter(people, schedule, ledger.seen[n - AHEAD])
    for n in range(max(ledger.counts[SEEN] - AHEAD, 0), ledger.counts[SEEN]):
        enter(people, schedule, ledger.seen[n])
    ledger.counts[SEEN] = 0


@inner
def foresee(people: People, ledger: Ledger, n: int) -> None:
    """Ask for the records of those who learn soon after the one at `n`: their own, then their first two accounts.

    Decides nothing; `sim.markets.agenda.foresee` says why it is done."""
    last = ledger.counts[SEEN] - 1
    if n + 3 * AHEAD <= last:
        bring_both(people.workers, ledger.seen[n + 3 * AHEAD])
    if n + 2 * AHEAD <= last:
        bring(people.accounts, people.workers[ledger.seen[n + 2 * AHEAD]].first_account)
    if n + AHEAD <= last:
        second = people.accounts[people.workers[ledger.seen[n + AHEAD]].first_account].next
        if second != NOBODY:
            bring(people.accounts, second)


@inner
def foresee_day(people: People, schedule: Schedule, i: int) -> None:
    """Ask for the block of the calendar in which worker `i` will be filed soon."""
    day = people.workers[i].next_look // DAY
    if day < schedule.calendar.size and schedule.calendar[day] != NOBODY:
        bring(schedule.blocks, schedule.calendar[day] * (PLACES + 2))


@inner
def lapse(people: People, ledger: Ledger, worker: np.record) -> None:
    """Stop looking of one's own accord; only need or a notification brings back.

    Writes: worker, ledger.today."""
    worker.state = LAPSED
    ledger.today[people.accounts[worker.first_account].platform, DAILY.lapsed] += 1


@inner
def wakes(rules: "Rules", day: int, key: np.ndarray, people: People, firms: Firms, ledger: Ledger, i: int) -> bool:
    """Does the event planned for worker `i` make them look? The other kinds of event are dealt with here.

    An event of someone looking is a look, a sudden need (they look, with a lower reservation wage for a while)
    or drifting away; of someone lapsed a sudden need, or a notification heeded when their platform has much on
    offer (thinning: notifications are planned at full strength and pass with today's strength).

    Writes: people.accounts, people.workers, ledger.today."""
    worker = people.workers[i]
    u, v, _, _ = draw4(key, RETURN, worker.next_look, i, RETURN_EVENT)
    need = rules.need_rate * worker.urgency
    if worker.state == LOOKING:
        x = u * (worker.looking_rate + rules.drift_rate + need)
        if x < worker.looking_rate:
            return True
        if x < worker.looking_rate + rules.drift_rate:
            lapse(people, ledger, worker)
            return False
    else:
        x = u * (need + rules.notification_rate)
        if x < rules.notification_rate:
            strength = firms.notice[people.accounts[worker.first_account].platform]
            if x >= rules.notification_rate * strength:
                return False
            regain(rules, day, people, firms, ledger, i)
            return True
    worker.needy_until = day + int(np.ceil(-rules.need_days * np.log(v)))
    regain(rules, day, people, firms, ledger, i)
    return True


@inner
def regain(rules: "Rules", day: int, people: People, firms: Firms, ledger: Ledger, i: int) -> None:
    """Look again with some of the first hope: expected returns are at least that share of the prior.

    Writes: people.accounts, people.workers."""
    worker = people.workers[i]
    a = worker.first_account
    while a != NOBODY:
        account = people.accounts[a]
        floor = rules.hope * rules.prior_return * firms.platforms[account.platform].wage
        account.expected_return = max(account.expected_return, floor)
        account.pull = pull(rules.choice_noise, account.expected_return)
        a = account.next
    worker.looking_rate = looks(rules, people, ledger, i, day)
    worker.state = LOOKING
