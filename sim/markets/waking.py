"""Morning: who has an event today, and who signs up.

The calendar holds one event for each worker. Most days it names a few thousand people out of hundreds of
thousands; the others cost nothing.
"""

from sim.agents.looking import best_return, looking_rate, plan, wakes
from sim.kernel.compiler import inner, kernel
from sim.kernel.records import (
    D_RETURNED,
    LAPSED,
    LOOKING,
    NOBODY,
    SECONDS_PER_DAY,
    UNREGISTERED,
)
from sim.kernel.streams import LEARN, SIGN_UP, draw, draw4
from sim.markets.agenda import enter
from sim.markets.joining import another_platform, join


@kernel
def wake(rules, day, market, further):
    """Put everyone who looks today on the agenda; deal with today's other events.

    Parameters
    ----------
    further : float
        Chance to open one more account at registration, after each one opened.
    """
    while market.calendar[day] != NOBODY:
        i = market.calendar[day]
        worker = market.workers[i]
        market.calendar[day] = worker.link
        if day < worker.away_until:
            stay_away(rules, market, i)
            continue
        if worker.state == UNREGISTERED:
            sign_up(rules, day, market, i, further)
        else:
            lapsed = worker.state == LAPSED
            if not wakes(rules, day, market, i):
                plan(rules, market, i, worker.next_look, draw(market.key, LEARN, worker.next_look, i, 1))
                continue
            if lapsed:
                market.today[market.accounts[worker.first_account].platform, D_RETURNED] += 1
        enter(market, i, worker.next_look)


@inner
def stay_away(rules, market, i):
    """Put off whatever worker `i` would do now until the day on which he may look again."""
    worker = market.workers[i]
    moment, first = worker.next_look, worker.away_until * SECONDS_PER_DAY
    if worker.state != UNREGISTERED:
        plan(rules, market, i, first - 1, draw(market.key, LEARN, moment, i, 3))
        return
    worker.next_look = first + moment % SECONDS_PER_DAY
    if worker.away_until < market.calendar.size:
        worker.link = market.calendar[worker.away_until]
        market.calendar[worker.away_until] = i


@inner
def sign_up(rules, day, market, i, further):
    """Register: an account on the first platform, at times on others too, and high hopes."""
    worker = market.workers[i]
    u, v, _, _ = draw4(market.key, SIGN_UP, 0, i, 1)
    join(rules, day, market, i, market.persons[i].first_platform, u, v)
    for k in range(market.platforms.size - 1):
        t, u, v, w = draw4(market.key, SIGN_UP, 0, i, 2 + k)
        if t >= further:
            break
        p = another_platform(day, market, worker.platforms, w)
        if p != NOBODY:
            join(rules, day, market, i, p, u, v)
    worker.state = LOOKING
    worker.looking_rate = looking_rate(rules, worker, best_return(market.accounts, worker), day)


@kernel
def begin(rules, market, further, half_life):
    """Before the first day: early registrations are made and everyone's first event is planned.

    Of those who signed up before the start, the share ``0.5 ** (age / half-life)`` still looks, with the hopes of
    a newcomer; the four years before the survey let that assumption fade.
    """
    for i in range(market.workers.size):
        worker = market.workers[i]
        day = market.persons[i].signed_up
        if day >= 0:
            u = draw(market.key, SIGN_UP, 0, i, 100)
            second = day * SECONDS_PER_DAY
            worker.next_look = min(clock_of_day(rules, market, worker.profile, day, u), second + SECONDS_PER_DAY - 1)
            if day < market.calendar.size:
                worker.link = market.calendar[day]
                market.calendar[day] = i
            continue
        sign_up(rules, day, market, i, further)
        u, v, _, _ = draw4(market.key, SIGN_UP, 0, i, 101)
        if u > 0.5 ** (-day / half_life):
            worker.state = LAPSED
        plan(rules, market, i, -1, v)


@inner
def clock_of_day(rules, market, profile, day, u):
    """Second at which the share `u` of the day's availability has passed."""
    weekday = (day + rules.start_second // SECONDS_PER_DAY) % 7
    row = market.available[profile]
    base = row[24 * weekday]
    target = base + u * (row[24 * weekday + 24] - base)
    hour = 0
    while hour < 23 and row[24 * weekday + hour + 1] <= target:
        hour += 1
    low, high = row[24 * weekday + hour], row[24 * weekday + hour + 1]
    return day * SECONDS_PER_DAY + hour * 3600 + int(3600.0 * (target - low) / (high - low))
