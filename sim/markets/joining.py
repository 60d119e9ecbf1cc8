"""Further platforms: who found nothing may sign up elsewhere, and starts there from nothing."""

from typing import TYPE_CHECKING

import numpy as np

from sim.agents.looking import pull
from sim.kernel.arrays import ACCOUNTS, Chance, Firms, Ledger, People
from sim.kernel.compiler import inner
from sim.kernel.records import DAILY, NOBODY, REGISTERED, TURNED_AWAY
from sim.kernel.streams import LEARN, LEARN_JOINING, SIGN_UP, SIGN_UP_ADMISSION, draw, draw4, gauss
from sim.markets.first_steps import have_taken_first_steps
from sim.markets.searching import charge, take_along

if TYPE_CHECKING:
    from sim.scenario.rules import Rules


@inner
def look_elsewhere(
    rules: "Rules",
    day: int,
    key: np.ndarray,
    people: People,
    firms: Firms,
    ledger: Ledger,
    i: int,
    now: int,
    midnight: int,
    chance: Chance,
) -> int:
    """Who found nothing may join a further platform: it takes unpaid time, and nothing earned elsewhere counts.

    Writes: people.accounts, people.counts, people.workers, ledger.months, ledger.today.

    Returns
    -------
    int
        Seconds it took.
    """
    if chance.elsewhere < rules.joining_rate and now + rules.joining_seconds <= midnight:
        u, v, w, _ = draw4(key, LEARN, now, i, LEARN_JOINING)
        p = another_platform(day, firms, people.workers[i].platforms, u)
        if p != NOBODY:
            join(rules, day, key, people, firms, ledger, i, p, v, w)
            charge(people, ledger, people.workers[i].first_account, rules.joining_seconds)
            return rules.joining_seconds
    return 0


@inner
def another_platform(day: int, firms: Firms, mask: int, u: float) -> int:
    """A platform that is open for sign-up and not in `mask`, drawn by its share of registrations."""
    total = 0.0
    for p in range(firms.platforms.size):
        if firms.platforms[p].opened <= day and not mask & (np.uint32(1) << np.uint32(p)):
            total += firms.platforms[p].weight
    if total == 0.0:
        return NOBODY
    target, last = u * total, NOBODY
    for p in range(firms.platforms.size):
        if firms.platforms[p].opened <= day and not mask & (np.uint32(1) << np.uint32(p)):
            target -= firms.platforms[p].weight
            last = p
            if target <= 0.0:
                break
    return last


@inner
def join(
    rules: "Rules",
    day: int,
    key: np.ndarray,
    people: People,
    firms: Firms,
    ledger: Ledger,
    i: int,
    p: int,
    u: float,
    v: float,
) -> None:
    """Open an account: no qualification, no rating, and a hope drawn from what the platform advertises.

    Writes: people.accounts, people.counts, people.workers, ledger.today."""
    worker = people.workers[i]
    a = people.counts[ACCOUNTS]
    people.counts[ACCOUNTS] += 1
    account = people.accounts[a]
    account.worker, account.platform, account.state = i, p, REGISTERED
    if draw(key, SIGN_UP, 1, i, SIGN_UP_ADMISSION + p) >= firms.platforms[p].admitted:
        account.state = TURNED_AWAY  # registered, and counted as such, but never let in
    account.signed_up, account.last_seen = day, -(2**30)
    account.expected_return = rules.prior_return * firms.platforms[p].wage * np.exp(rules.prior_log_sd * gauss(u, v))
    account.pull = pull(rules.choice_noise, account.expected_return)
    account.project, account.due_link, account.due, account.avoids = NOBODY, NOBODY, NOBODY, NOBODY
    account.next = worker.first_account
    worker.first_account = a
    worker.platforms |= np.uint32(1) << np.uint32(p)
    take_along(people, firms, i, rules.lost_levels)
    if day >= 0:
        ledger.today[p, DAILY.signed_up] += 1
    else:
        have_taken_first_steps(rules.step_chance, key, firms, account)
