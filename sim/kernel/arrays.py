"""What the kernels are given: the day's rules as numbers, the market's state as arrays.

`Rules` is the scenario's behaviour in the kernels' units (seconds, days, log points); `Market` bundles every
array a day may touch. Both are named tuples, which the compiler reads as plain arguments.
"""

from typing import NamedTuple

import numpy as np

# Places in `Market.counts`.
(ACCOUNTS, FREE_SLOT, FREE_PART, PARTS_LEFT, GRANTS, SEEN, CLOSED, BATCHES, MONTH_ROWS, ROLL, SLOTS_LEFT) = range(11)
COUNTS = 11


class Rules(NamedTuple):
    """Behaviour in kernel units; the fields are those of ``behaviour`` in the scenario."""

    start_second: int  # seconds from Monday 00:00 to the first day
    looking_rate: float
    looking_elasticity: float
    looking_rate_max: float
    lapse_rate: float
    learning_rate: float
    prior_return: float
    prior_log_sd: float
    search_seconds: int
    pick_seconds: int
    instructions_seconds: int
    page: int
    newest_first: float
    taste_log_sd: float
    hold_seconds: int
    persistence: float
    choice_noise: float
    drift_rate: float  # per day
    need_rate: float  # per day, at need 0.5
    need_days: float
    need_factor: float
    hope: float
    notification_rate: float  # per day, at full strength
    joining_rate: float
    joining_seconds: int
    test_seconds: int
    rate_step: float
    rate_bound: float
    fast_share: float
    burst: float  # how far one client's gaps between posts are stretched and squeezed, 1 is not at all
    # What policies change; as they stand here nothing is changed.
    demand_elasticity: float = 1.0  # of the work clients ask for to what it costs them
    least_own: float = 0.0  # micro-euro per second of his own below which a worker is turned away from a task
    search_pay: float = 0.0  # micro-euro per second of search that led to work
    empty_pay: float = 0.0  # micro-euro per second of search that led to none
    lost_levels: int = 99  # levels lost on the way to another platform; more than there are: none is taken along
    reversed: float = 0.0  # share of refusals taken back
    learned: float = 0.0  # share of his errors that a worker unlearns per explained refusal


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
