"""What rules of one's own are told, and asked: how often to look, whether to stay and watch, what a task is to pay.

Each is told numbers of one worker or one client, in the order of `sim.scenario.own.asked`, which says what they are.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.kernel.arrays import Firms, Ledger, People
from sim.kernel.compiler import inner
from sim.kernel.ones_own import decided
from sim.kernel.records import NOBODY
from sim.kernel.units import DAY, EURO_PER_MICRO, HOURS_PER_SECOND, MINUTE

if TYPE_CHECKING:
    from sim.scenario.rules import Rules


@inner
def own_looks(
    rules: "Rules", day: int, people: People, ledger: Ledger, i: int, usual: float, expected: float, accepted: float
) -> float:
    """Looks per operational day of worker `i`, by a looking rule of one's own."""
    worker, person = people.workers[i], people.persons[i]
    earned = ledger.months[worker.month_row].earned_micro_euro * EURO_PER_MICRO if worker.month_row != NOBODY else 0.0
    registered = max(day - person.signed_up, 0)
    told = (
        usual,
        expected,
        accepted,
        worker.reservation_wage,
        worker.attention,
        worker.need,
        day < worker.needy_until,
        person.outside,
        person.free,
        person.income,
        person.age,
        worker.used * HOURS_PER_SECOND,
        earned,
        day - worker.last_worked if worker.last_worked != NOBODY else registered,
        registered,
    )
    return decided(rules.own_looking, day, usual, told)


@inner
def own_staying(
    rules: "Rules", day: int, people: People, firms: Firms, i: int, now: int, expected: float, accepted: float
) -> float:
    """Chance that worker `i`, who found nothing at `now`, stays and watches, by a watching rule of one's own."""
    worker, person = people.workers[i], people.persons[i]
    told = (
        rules.staying,
        expected,
        accepted,
        worker.reservation_wage,
        worker.attention,
        worker.need,
        day < worker.needy_until,
        person.outside,
        worker.found > 0,
        (now - worker.sat_down) / MINUTE,
        (worker.ends - now) / MINUTE,
        (now + rules.start_second) % DAY * HOURS_PER_SECOND,
        opened(people, worker),
        firms.platforms[people.accounts[worker.account].platform].busy,
    )
    return decided(rules.own_watching, day, rules.staying, told)


@inner
def opened(people: People, worker: np.record) -> int:
    """How many lists they have opened in this sitting."""
    lists, a = 0, worker.first_account
    while a != NOBODY:
        if worker.tried & (np.uint32(1) << np.uint32(people.accounts[a].platform)):
            lists += 1
        a = people.accounts[a].next
    return lists


@inner
def own_rate(
    rules: "Rules",
    day: int,
    platform: np.record,
    client: np.record,
    usual: float,
    announced: int,
    size: int,
    level: int,
) -> float:
    """Euro an announced hour that a client offers for a batch, by a piece-rate rule of one's own."""
    told = (
        usual,
        client.wage,
        platform.wage,
        np.exp(platform.usual),
        announced,
        size,
        level,
        client.lateness if client.lateness > 0.0 else 1.0,
        platform.busy / rules.busy_share,
        client.patience,
        client.strictness,
        client.french,
    )
    return decided(rules.own_piece_rate, day, usual, told)
