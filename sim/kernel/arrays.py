"""What the kernels are given of the market's state: `Market` bundles every array a day may touch.

It is a named tuple, which the compiler reads as plain arguments, as are the day's `sim.scenario.rules.Rules`.
"""

from typing import NamedTuple

import numpy as np

# Places in `Market.counts`.
(ACCOUNTS, FREE_SLOT, FREE_PART, PARTS_LEFT, GRANTS, SEEN, CLOSED, BATCHES, MONTH_ROWS, ROLL, SLOTS_LEFT) = range(11)
COUNTS = 11


class Market(NamedTuple):
    """Every array a day may touch; shapes in brackets, P platforms, N registered by the end."""

    key: np.ndarray  # uint32 [3]
    persons: np.ndarray  # PERSON [N]
    workers: np.ndarray  # WORKER [N]
    accounts: np.ndarray  # ACCOUNT [capacity]
    platforms: np.ndarray  # PLATFORM [P]
    clients: np.ndarray  # CLIENT [C]
    book: np.ndarray  # BATCH [slots]: the open book; a slot is used again when its batch is archived
    parts: np.ndarray  # PART [capacity]
    grants: np.ndarray  # GRANT [capacity]: today's pieces of work
    months: np.ndarray  # MONTH [capacity]: this month's active workers
    counts: np.ndarray  # int64 [COUNTS]: how far each of the above is filled
    calendar: np.ndarray  # int32 [days + 1]: first worker with an event on that day
    payments: np.ndarray  # int32 [days + 1]: first account paid on that day
    agenda: np.ndarray  # int32 [86400]: first worker with an event in that second of today
    busy: np.ndarray  # uint64 [1350]: bit s % 64 of word s / 64 says whether anything happens in second s of today
    posts: np.ndarray  # int32 [86400]: first batch posted in that second of today
    newest: np.ndarray  # int32 [P]: head of the list by recency
    largest: np.ndarray  # int32 [P, 32]: heads of the lists by size class
    open_tasks: np.ndarray  # int64 [P]
    openings: np.ndarray  # int64 [P]: applications still wanted (deep labour)
    notice: np.ndarray  # float64 [P]: strength of today's notifications, 0 to 1
    seen: np.ndarray  # int32 [N]: workers seen today
    seen_on: np.ndarray  # int64 [days]: workers last seen on that day
    worked_on: np.ndarray  # int64 [days]: workers who last worked on that day
    closed: np.ndarray  # int32 [slots]: slots closed today
    roll: np.ndarray  # int32 [capacity]: deep accounts qualified or under contract
    today: np.ndarray  # int64 [P, DAILY]: counters of the day
    hours: np.ndarray  # int64 [P, 168, 3]: looks, looks that found something, open tasks on the hour
    available: np.ndarray  # float64 [profiles, 169]: cumulated availability over the week
    intensity: np.ndarray  # float64 [days + 1]: cumulated intensity of demand
    posting: np.ndarray  # float64 [169]: cumulated posting over the week
    kinds: np.ndarray  # float64 [KINDS, 5]: mean seconds, log-sd of seconds, redundancy; largest batch, tail exponent
    levels: np.ndarray  # float64 [P, 4]: cumulated shares of batches by qualification asked
