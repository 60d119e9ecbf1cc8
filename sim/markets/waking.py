"""Morning: who has an event today, and who signs up.

The calendar holds one event for each worker, and one for each who may become one. Most days it names a few thousand
people out of hundreds of thousands; the others cost nothing.
"""

from typing import TYPE_CHECKING

from sim.agents.looking import (
    BEFORE,
    PLACES,
    file_under,
    in_turn,
    looks,
    next_of,
    plan,
    wakes,
)
from sim.kernel.arrays import ACCOUNTS, PERSONS, Firms, Ledger, Market, People, Schedule
from sim.kernel.compiler import bring, bring_both, inner, kernel
from sim.kernel.records import DAILY, LAPSED, LOOKING, NEVER, NOBODY, UNREGISTERED
from sim.kernel.streams import (
    LEARN,
    LEARN_AWAY,
    LEARN_UNMOVED,
    SIGN_UP,
    SIGN_UP_FURTHER,
    SIGN_UP_HOPE,
    SIGN_UP_SECOND,
    SIGN_UP_STILL,
    draw,
    draw4,
)
from sim.kernel.units import DAY
from sim.markets.agenda import enter, second_of_day
from sim.markets.entry import in_sudden_need, signs_up
from sim.markets.joining import another_platform, join

if TYPE_CHECKING:
    import numpy as np

    from sim.scenario.rules import Rules

AHEAD = 6  # turns between one whose records are asked for and the next


@kernel
def wake(rules: "Rules", day: int, market: Market, further: float) -> bool:
    """Put everyone who looks today on the agenda; deal with today's other events.

    Writes: people, schedule, ledger.

    Parameters
    ----------
    further
        Chance to open one more account at registration, after each one opened.

    Returns
    -------
    bool
        False if there must be more room for accounts before the rest can wake.
    """
    key, people, firms, _, schedule, ledger, _ = market
    while schedule.calendar[day] != NOBODY:
        foresee(people, schedule, day)
        if not fits(people, firms):
            return False
        i = next_of(schedule, day)
        worker = people.workers[i]
        if day < worker.away_until:
            stay_away(rules, key, people, schedule, i)
            continue
        if worker.state == UNREGISTERED:
            if rules.entry:
                if not signs_up(rules, day, people, firms, ledger, i):
                    continue
                in_sudden_need(rules, day, key, worker, i)
            sign_up(rules, day, key, people, firms, ledger, i, further)
        else:
            lapsed = worker.state == LAPSED
            if not wakes(rules, day, key, people, firms, ledger, i):
                plan(rules, people, schedule, i, worker.next_look, draw(key, LEARN, worker.next_look, i, LEARN_UNMOVED))
                continue
            if lapsed:
                ledger.today[people.accounts[worker.first_account].platform, DAILY.returned] += 1
        enter(key, people, schedule, i, worker.next_look)
    return True


@inner
def foresee(people: People, schedule: Schedule, day: int) -> None:
    """Ask for the records of those whose turn will come soon, without waiting: their own, then their account.

    Decides nothing: most who wake have done nothing for days, and nothing near holds what is known of them."""
    before = schedule.blocks[schedule.calendar[day], BEFORE]
    if before != NOBODY:
        bring(schedule.blocks, before * (PLACES + 2))
    i = in_turn(schedule, day, 2 * AHEAD)
    if i != NOBODY:
        bring_both(people.workers, i)
    i = in_turn(schedule, day, AHEAD)
    if i != NOBODY and people.workers[i].state == UNREGISTERED:
        bring(people.persons, i)
    elif i != NOBODY and people.workers[i].state == LAPSED:
        bring(people.accounts, people.workers[i].first_account)


@inner
def fits(people: People, firms: Firms) -> bool:
    """Is there room for one more person with an account on every platform?"""
    return people.counts[ACCOUNTS] + firms.platforms.size <= people.accounts.size


@inner
def stay_away(rules: "Rules", key: "np.ndarray", people: People, schedule: Schedule, i: int) -> None:
    """Put off whatever worker `i` would do now until the day on which they may look again.

    Writes: people.workers, schedule.blocks, schedule.calendar, schedule.counts."""
    worker = people.workers[i]
    moment, first = worker.next_look, worker.away_until * DAY
    if worker.state != UNREGISTERED:
        plan(rules, people, schedule, i, first - 1, draw(key, LEARN, moment, i, LEARN_AWAY))
        return
    worker.next_look = first + moment % DAY
    file_under(schedule, i, worker.away_until)


@inner
def sign_up(
    rules: "Rules", day: int, key: "np.ndarray", people: People, firms: Firms, ledger: Ledger, i: int, further: float
) -> None:
    """Register: an account on the first platform, at times on others too, and high hopes.

    Writes: people.accounts, people.counts, people.workers, ledger.today."""
    worker = people.workers[i]
    u, v, _, _ = draw4(key, SIGN_UP, 0, i, SIGN_UP_HOPE)
    join(rules, day, key, people, firms, ledger, i, people.persons[i].first_platform, u, v)
    for k in range(firms.platforms.size - 1):
        t, u, v, w = draw4(key, SIGN_UP, 0, i, SIGN_UP_FURTHER + k)
        if t >= further:
            break
        p = another_platform(day, firms, worker.platforms, w)
        if p != NOBODY:
            join(rules, day, key, people, firms, ledger, i, p, u, v)
    people.counts[PERSONS] += 1
    worker.state = LOOKING
    worker.looking_rate = looks(rules, people, ledger, i, day)


@kernel
def begin(rules: "Rules", market: Market, further: float, half_life: float, first: int) -> int:
    """Before the first day: early registrations are made and everyone's first event is planned.

    Of those who signed up before the start, the share ``0.5 ** (age / half-life)`` still looks, with the hopes of
    a newcomer; the four years before the survey let that assumption fade. Begins with worker `first`; returns the
    worker before whom there must be more room for accounts, or their number.

    Writes: people, schedule, ledger."""
    key, people, firms, _, schedule, ledger, _ = market
    for i in range(first, people.workers.size):
        if not fits(people, firms):
            return i
        worker = people.workers[i]
        day = people.persons[i].signed_up
        if day >= 0:
            u = draw(key, SIGN_UP, 0, i, SIGN_UP_SECOND)
            weekday = (day + rules.start_second // DAY) % 7
            worker.next_look = day * DAY + second_of_day(schedule.available[worker.profile], weekday, u)
            if rules.entry:  # not before their moment will it be known whether they come
                people.persons[i].signed_up = NEVER
            file_under(schedule, i, day)
            continue
        sign_up(rules, day, key, people, firms, ledger, i, further)
        u, v, _, _ = draw4(key, SIGN_UP, 0, i, SIGN_UP_STILL)
        if u > 0.5 ** (-day / half_life):
            worker.state = LAPSED
        plan(rules, people, schedule, i, -1, v)
    return people.workers.size
