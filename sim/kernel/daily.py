"""What is counted of each platform every day."""

from typing import NamedTuple


class Daily(NamedTuple):
    """Places of a day's counters in a platform's row; their order is that of the columns of daily.parquet."""

    looks: int
    empty_looks: int
    sessions: int
    visitors: int  # accounts seen for the first time this month
    paid_seconds: int
    unpaid_seconds: int
    tasks_posted: int
    tasks_done: int
    tasks_open: int
    tasks_withdrawn: int
    tasks_refused: int
    batches_posted: int
    demand_seconds: int  # true seconds of work posted
    pay_micro_euro: int
    commission_micro_euro: int
    margin_micro_euro: int
    cashed_out_micro_euro: int
    spent_micro_euro: int
    signed_up: int
    lapsed: int
    returned: int
    banned: int
    applied: int
    contracts_started: int
    contracts_ended: int
    watching_seconds: int
    present_seconds: int
    visits: int
    reactions: int
    too_late: int
    profiles: int  # first steps completed: the profile, the means of payment, the first test
    payments_set: int
    started: int
    first_tasks: int  # accounts on which a task was done for the first time
    barred: int  # accounts banned because their owners joined a call in the platform's forum
    shop_visits: int  # tasks done in a place
    travel_seconds: int  # unpaid, to such places and back
    considered: int  # candidates whose moment it was
    considered_at_most: int  # of these, those whom a stronger entry than there are candidates for would have met
    tasks_done_abroad: int  # by the crowd elsewhere
    abroad_seconds: int  # true seconds of these
    spent_abroad_micro_euro: int  # pay and commission of these
    escaped_seconds: int  # true seconds of work that a price floor made clients place elsewhere


DAILY = Daily(*range(len(Daily._fields)))
