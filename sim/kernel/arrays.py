"""What the kernels are given of the market's state: all that a day may touch, in six records of arrays and a key.

A kernel asks for the records that it needs. They are named tuples, which the compiler reads as plain arguments, as
are the day's `sim.scenario.rules.Rules`. Shapes in brackets: P platforms, N people who may register.
"""

from typing import NamedTuple

import numpy as np

# Places in the `counts` of each record: how far its columns are filled, and what of them is free.
PEOPLE_COUNTS = ACCOUNTS, PERSONS = tuple(range(2))
FIRMS_COUNTS = (ROSTER,) = (0,)
BOOK_COUNTS = BATCHES, CLOSED, FREE_SLOT, SLOTS_LEFT, FREE_CLAIM, CLAIMS_LEFT = tuple(range(6))
SCHEDULE_COUNTS = FREE_BLOCK, EVENTS, FREE_EVENT, STRETCH = tuple(range(4))
LEDGER_COUNTS = GRANTS, SEEN, MONTH_ROWS = tuple(range(3))


class People(NamedTuple):
    """The supply side: who is or may be registered, as a person and as a worker, and their accounts."""

    persons: np.ndarray  # PERSON [N]
    workers: np.ndarray  # WORKER [N]
    accounts: np.ndarray  # ACCOUNT [capacity]
    counts: np.ndarray  # int64 [PEOPLE_COUNTS]


class Firms(NamedTuple):
    """The demand side: platforms, their clients, and whom the contractors of deep labour have on their roster."""

    platforms: np.ndarray  # PLATFORM [P]
    clients: np.ndarray  # CLIENT [C]
    openings: np.ndarray  # int64 [P]: applications still wanted (deep labour)
    notice: np.ndarray  # float64 [P]: strength of today's notifications, 0 to 1
    roster: np.ndarray  # int32 [capacity]: deep accounts qualified or under contract
    deep: np.ndarray  # int32: rows of the clients who are projects of deep labour
    counts: np.ndarray  # int64 [FIRMS_COUNTS]


class OrderBook(NamedTuple):
    """The open batches, the lists on which workers find them, and what each worker has taken of them."""

    batches: np.ndarray  # BATCH [slots]; a slot is used again when its batch is archived
    newest: np.ndarray  # int32 [P]: head of the list by recency
    largest: np.ndarray  # int32 [P, 32]: heads of the lists by size class
    watchers: np.ndarray  # WATCHER [P, capacity]: who watches each list
    watching: np.ndarray  # int64 [P]: how many do
    wave: np.ndarray  # int64 [WAVE]: scratch, when the first of them will notice a batch
    noticing: np.ndarray  # int32 [capacity]: scratch, places of those who may be among them
    open_tasks: np.ndarray  # int64 [P]
    closed: np.ndarray  # int32 [slots]: slots closed today
    claims: np.ndarray  # CLAIM [capacity]
    counts: np.ndarray  # int64 [BOOK_COUNTS]


class Schedule(NamedTuple):
    """What happens when: the days ahead, the seconds of today, and the workers' week."""

    calendar: np.ndarray  # int32 [days + 1]: last block of those who have an event on that day
    blocks: np.ndarray  # int32 [blocks, PLACES + 2]: workers with an event on one day, as `sim.agents.looking` has them
    payments: np.ndarray  # int32 [days + 1]: first account paid on that day
    agenda: np.ndarray  # int32 [1350 + 64]: first event of each stretch of today; of each second of the present one
    events: np.ndarray  # EVENT [N + a crowd]
    posts: np.ndarray  # int32 [86400]: first batch posted in that second of today
    calls: np.ndarray  # int32 [86400]: first batch that calls watchers in that second of today
    busy: np.ndarray  # uint64 [1350]: bit s % 64 of word s / 64 says whether anything happens in second s of today
    available: np.ndarray  # float64 [profiles, 169]: cumulated availability over the week
    abroad: np.ndarray  # float64 [24]: how many of the crowd elsewhere are at it in each hour, over their mean
    counts: np.ndarray  # int64 [SCHEDULE_COUNTS]; of a stretch: whose seconds have lists, NOBODY: none


class Ledger(NamedTuple):
    """What is counted: today's pieces of work and totals, this month's workers, who was seen when."""

    today: np.ndarray  # int64 [P, DAILY]: counters of the day
    grants: np.ndarray  # GRANT [capacity]: today's pieces of work
    seen: np.ndarray  # int32 [N]: workers seen today
    months: np.ndarray  # MONTHLY [capacity]: this month's active workers
    seen_on: np.ndarray  # int64 [days]: workers last seen on that day
    worked_on: np.ndarray  # int64 [days]: workers who last worked on that day
    hours: np.ndarray  # HOURLY [P, 168]: summed over the weeks
    heard: np.ndarray  # float64 [DEPARTMENTS + 1, P]: micro-euro earned a day, slow mean; the last row: in France
    teller: np.ndarray  # int32 [DEPARTMENTS, P]: who was last seen earning there
    times: np.ndarray  # float64 [2, P]: seconds a day of paid and of all time there, slow means
    adults: np.ndarray  # float64 [DEPARTMENTS + 1]: at the market's scale; the last: of France
    waits: np.ndarray  # int64 [P, WAITS]: seconds of work taken, by how long its worker had been there without any
    counts: np.ndarray  # int64 [LEDGER_COUNTS]


class Demand(NamedTuple):
    """How much is asked for when, and what batches are like."""

    intensity: np.ndarray  # float64 [USES, days + 1]: cumulated intensity
    posting: np.ndarray  # float64 [169]: cumulated posting over the week
    kinds: np.ndarray  # KIND [P, KINDS]: the platforms' bills of fares
    levels: np.ndarray  # float64 [P, 4]: cumulated shares of batches by qualification asked


class Chance(NamedTuple):
    """What chance says of a moment at which somebody acts: uniforms, each of which decides one thing."""

    length: float  # how long a sitting lasts that begins
    keen: float  # whether another list is opened after one that had nothing
    again: float  # when the next sitting begins
    order: float  # whether a list is read newest or largest first
    stay: float  # whether who found nothing stays and watches
    elsewhere: float  # whether they join another platform


class Market(NamedTuple):
    """All that a day may touch."""

    key: np.ndarray  # uint32 [3]: of the random streams
    people: People
    firms: Firms
    book: OrderBook
    schedule: Schedule
    ledger: Ledger
    demand: Demand
