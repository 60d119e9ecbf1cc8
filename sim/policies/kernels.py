"""What a policy does to everybody on its first day."""

import numpy as np

from sim.kernel.arrays import ACCOUNTS, Firms, People, Schedule
from sim.kernel.compiler import kernel
from sim.kernel.records import NOBODY, REGISTERED, TURNED_AWAY
from sim.kernel.streams import POLICY, POLICY_CALLED, draw
from sim.kernel.units import RECENT
from sim.markets.searching import take_along
from sim.markets.settlement import credit


@kernel
def call_out(day: int, key: np.ndarray, people: People, share: float, until: int, reservoir: bool) -> None:
    """A share of the active stay away until a day; without a reservoir, so does everybody who is not active.

    Writes: people.workers."""
    for i in range(people.workers.size):
        worker = people.workers[i]
        if worker.last_seen != NOBODY and worker.last_seen >= day - RECENT:
            if draw(key, POLICY, day, i, POLICY_CALLED) < share:
                worker.away_until = until
        elif not reservoir:
            worker.away_until = until


@kernel
def release(day: int, people: People, firms: Firms, schedule: Schedule) -> None:
    """Whatever stands on accounts is asked for, as far as the threshold allows.

    Writes: people.accounts, schedule.payments."""
    for a in range(people.counts[ACCOUNTS]):
        credit(day, people, firms, schedule, a, 0)


@kernel
def recognise(people: People, firms: Firms, lost: int) -> None:
    """Levels reached anywhere count everywhere.

    Writes: people.accounts."""
    for i in range(people.workers.size):
        take_along(people, firms, i, lost)


@kernel
def readmit(people: People) -> None:
    """Accounts turned away at sign-up are let in.

    Writes: people.accounts."""
    for a in range(people.counts[ACCOUNTS]):
        if people.accounts[a].state == TURNED_AWAY:
            people.accounts[a].state = REGISTERED


@kernel
def let_in(people: People, accounts: np.ndarray) -> None:
    """Accounts that were let in by platform; `accounts`, int64 array (P,), is written.

    Writes: accounts."""
    accounts[:] = 0
    for a in range(people.counts[ACCOUNTS]):
        if people.accounts[a].state != TURNED_AWAY:
            accounts[np.int64(people.accounts[a].platform)] += 1
