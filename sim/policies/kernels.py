"""What a policy does to everybody on its first day, or as it goes on."""

from typing import NamedTuple

import numpy as np

from sim.kernel.arrays import ACCOUNTS, Firms, Ledger, People, Schedule
from sim.kernel.compiler import inner, kernel
from sim.kernel.records import (
    BANNED,
    BOYCOTTED,
    CONTRACTED,
    DAILY,
    NOBODY,
    ON_THE_LIST,
    REGISTERED,
    TURNED_AWAY,
)
from sim.kernel.streams import POLICY, POLICY_BARRED, POLICY_CALLED, draw, draw4
from sim.kernel.units import RECENT
from sim.markets.searching import take_along
from sim.markets.settlement import credit

EVERYBODY, READERS, TOLD = range(3)  # who hears of a call
MEET, HEARD, JOINED = range(3)  # counts of a call: those among whom one hears of it, who hears of it, who joins


class Terms(NamedTuple):
    """A call to boycott: whom it reaches, and what it asks."""

    share: float  # of those who hear of it, who join
    heard_by: int  # EVERYBODY, READERS or TOLD
    told: float  # of the active, told by somebody they know
    client: int  # NOBODY: no work at all
    reservoir: bool  # whether those who are not active may still come
    until: int  # day
    first: int  # day until which who joins stays away before they look how many do


@inner
def lot(key: np.ndarray, since: int, i: int) -> tuple[float, float, float]:
    """Of a call on day `since`: whether worker `i` joins, is told, and how many they want to see; three uniforms."""
    u, v, w, _ = draw4(key, POLICY, since, i, POLICY_CALLED)
    return u, v, w


@inner
def active(worker: np.record, day: int) -> bool:
    """Seen in the last thirty days?"""
    return worker.last_seen != NOBODY and worker.last_seen >= day - RECENT


@kernel
def call_up(day: int, key: np.ndarray, people: People, firms: Firms, terms: Terms, counts: np.ndarray) -> None:
    """Of the active who hear of a call, a share joins; without a reservoir, who is not active stays away too.

    A call against a client concerns who has an account where its name stands beside its tasks.

    Writes: counts, people.workers.

    Parameters
    ----------
    counts : int64 array, shape (3,)
        MEET, HEARD, JOINED.
    """
    for i in range(people.workers.size):
        worker = people.workers[i]
        if not active(worker, day):
            if not terms.reservoir:
                worker.away_until = terms.until
            continue
        u, v, _ = lot(key, day, i)
        if terms.heard_by == READERS and worker.reads == 0 or not concerned(firms, worker, terms.client):
            continue
        counts[MEET] += 1
        if terms.heard_by == TOLD and v >= terms.told:
            continue
        counts[HEARD] += 1
        if u < terms.share:
            counts[JOINED] += 1
            worker.refuses |= BOYCOTTED
            if terms.client == NOBODY:
                worker.away_until = terms.first


@inner
def concerned(firms: Firms, worker: np.record, c: int) -> bool:
    """Could the worker know a task of client `c` by its name; of all work, anybody."""
    if c == NOBODY:
        return True
    client = firms.clients[c]
    return client.known_from == ON_THE_LIST and worker.platforms & (np.uint32(1) << np.uint32(client.platform)) != 0


@kernel
def bar(day: int, key: np.ndarray, people: People, firms: Firms, ledger: Ledger, share: float) -> int:
    """Platforms ban a share of those who joined a call in their own forum; the number of accounts.

    Writes: people.accounts, ledger.today."""
    barred = 0
    for a in range(people.counts[ACCOUNTS]):
        account = people.accounts[a]
        p = account.platform
        if not firms.platforms[p].own_forum or account.state >= BANNED or account.state == CONTRACTED:
            continue
        joined = people.workers[account.worker].refuses & BOYCOTTED != 0
        if joined and draw(key, POLICY, day, account.worker, POLICY_BARRED + p) < share:
            account.state = BANNED
            ledger.today[p, DAILY.barred] += 1
            barred += 1
    return barred


@kernel
def look_around(day: int, since: int, key: np.ndarray, people: People, seen: float, needed: float, until: int) -> int:
    """Who takes part in a call of day `since` and sees fewer do so than they want to see goes back to work.

    Writes: people.workers.

    Parameters
    ----------
    seen
        Share of those among whom one hears of it who take part.
    needed
        Share that the most hesitant wants to see.
    until
        Day on which they look again; NOBODY of a call that keeps nobody away from other work.

    Returns
    -------
    int
        How many go on.
    """
    left = 0
    for i in range(people.workers.size):
        worker = people.workers[i]
        if worker.refuses & BOYCOTTED == 0:
            continue
        if lot(key, since, i)[2] * needed > seen:
            worker.refuses ^= BOYCOTTED
            if until != NOBODY:
                worker.away_until = day
        else:
            worker.away_until = max(worker.away_until, until)
            left += 1
    return left


@kernel
def disband(people: People) -> None:
    """A call is over.

    Writes: people.workers."""
    for i in range(people.workers.size):
        people.workers[i].refuses &= 0xFF ^ BOYCOTTED


@kernel
def call_out(day: int, key: np.ndarray, people: People, share: float, until: int, reservoir: bool) -> None:
    """A share of the active stay away until a day; without a reservoir, so does everybody who is not active.

    Writes: people.workers."""
    for i in range(people.workers.size):
        worker = people.workers[i]
        if active(worker, day):
            if lot(key, day, i)[0] < share:
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
