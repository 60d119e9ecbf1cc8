"""Entry: whether somebody to whom the thought comes signs up, and who told them.

Candidates are more than will ever register: of each platform, at moments that are even over the time since the start
(or since it opened), each with a threshold that is even between 0 and `most`. A candidate whose moment it is signs up
if the threshold lies below the strength of entry there and then, and else never: the thinning of a Poisson process, so
that registrations come at the usual rate times

    strength = reach (advertised + (1 - local) talk(France) + local talk(department)),
    advertised = advertising (wage / wage at the start) ^ response busy / busy_share,
    talk(d) = talk (1 + effect of a bonus) (heard in d / usual) ^ elasticity.

`busy` is the share of the time spent on the platform that is paid: platforms advertise when work waits and close the
door when people idle; an announcement of more pay finds more takers. `heard` is what is earned there a month per adult
of the surroundings, over the platform's share of accounts; both are slow means, by the same memory. So entry rises with
pay, and ends where nobody has anything to tell. `local` is below 1 because people know others elsewhere, too; and in a
small market a department has one or two who earn, where as many as in all of France would have forty.

A candidate with a low threshold is told first: below what talk in the department gives, by whoever was last seen
earning there in the same department. Where the platform pays for that, it does when the newcomer has done a first task,
out of its commission (`sim.markets.settlement.pay_referral`). For many the moment is one of sudden need, and a spell of
need begins with it.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.kernel.arrays import Firms, Ledger, People
from sim.kernel.compiler import inner, kernel
from sim.kernel.records import DAILY, NEVER
from sim.kernel.streams import SIGN_UP, SIGN_UP_SUDDEN, draw4

if TYPE_CHECKING:
    from sim.scenario.rules import Rules

PAID, THERE = range(2)  # rows of `Ledger.times`


@inner
def talk(rules: "Rules", firms: Firms, ledger: Ledger, d: int, p: int) -> float:
    """How much platform `p` is talked about in department `d` (the last row: France); 1 is usual, times its weight."""
    platform = firms.platforms[p]
    usual = rules.usual_heard * ledger.adults[d] * platform.weight
    weight = rules.talk * (1.0 + rules.referral_effect * (platform.referral_bonus > 0))
    return weight * (ledger.heard[d, p] / usual) ** rules.talk_elasticity


@inner
def signs_up(rules: "Rules", day: int, people: People, firms: Firms, ledger: Ledger, i: int) -> bool:
    """Does candidate `i`, whose moment it is, sign up? If not now, then never.

    Writes: people.persons, people.workers, ledger.today."""
    person = people.persons[i]
    p = person.first_platform
    reach = firms.platforms[p].reach
    busy = ledger.times[PAID, p] / max(ledger.times[THERE, p], 1e-9)
    near = reach * rules.talk_local * talk(rules, firms, ledger, person.department, p)
    far = reach * (1.0 - rules.talk_local) * talk(rules, firms, ledger, ledger.adults.size - 1, p)
    better = (firms.platforms[p].wage / firms.platforms[p].first_wage) ** rules.pay_response
    strength = near + far + reach * rules.advertising * better * busy / rules.busy_share
    today = ledger.today[p]
    today[DAILY.considered] += 1
    today[DAILY.considered_at_most] += strength > rules.entry_most
    if person.threshold >= strength:
        people.workers[i].next_look = NEVER
        return False
    person.signed_up = day
    if person.threshold < near:
        person.referred_by = ledger.teller[person.department, p]
    return True


@inner
def in_sudden_need(rules: "Rules", day: int, key: np.ndarray, worker: np.record, i: int) -> None:
    """For a share of newcomers a spell of need begins with the moment at which they sign up.

    Writes: worker."""
    u, v, _, _ = draw4(key, SIGN_UP, 0, i, SIGN_UP_SUDDEN)
    if u < rules.entry_need:
        worker.needy_until = day + int(np.ceil(-rules.need_days * np.log(v)))


@inner
def tell(memory: float, people: People, ledger: Ledger, account: np.record, pay: int) -> None:
    """What a piece of work has brought is heard of in the department and in France.

    Writes: ledger.heard, ledger.teller."""
    d, p = people.persons[account.worker].department, account.platform
    added = memory / (1.0 - memory) * pay
    ledger.heard[d, p] += added
    ledger.heard[ledger.adults.size - 1, p] += added
    if pay > 0:
        ledger.teller[d, p] = account.worker


@kernel
def fade(memory: float, day: int, firms: Firms, ledger: Ledger) -> None:
    """A day passes over what is heard, and over how busy people were: ``mean <- (1 - memory) mean + memory today``.

    A platform that has not opened yet will begin with the usual entry.

    Writes: ledger.heard, ledger.times."""
    for p in range(firms.platforms.size):
        if firms.platforms[p].opened > day:
            continue
        for d in range(ledger.adults.size):
            ledger.heard[d, p] *= 1.0 - memory
        today = ledger.today[p]
        paid = float(today[DAILY.paid_seconds])
        there = paid + today[DAILY.unpaid_seconds] + today[DAILY.watching_seconds]
        ledger.times[PAID, p] += memory * (paid - ledger.times[PAID, p])
        ledger.times[THERE, p] += memory * (there - ledger.times[THERE, p])
