"""What stays of batches that are closed and of months that are over."""

import numpy as np

from sim.kernel.compiler import bring, bring_both, kernel
from sim.kernel.records import NOBODY

AHEAD = 8  # records between one that is read and one that is asked for


@kernel
def archive(batches: np.ndarray, slots: np.ndarray, first: int, rows: np.ndarray) -> None:
    """Write what stays of the batches in these slots of the book, each into the row of its number.

    Writes: rows.

    Parameters
    ----------
    batches : BATCH array
    slots : int32 array
    first
        Number of the batch whose row is the first.
    rows : CLOSED_BATCH array
    """
    for n in range(slots.size):
        if n + AHEAD < slots.size:
            bring_both(batches, slots[n + AHEAD])
        batch = batches[slots[n]]
        row = rows[batch.id - first]
        row.id, row.client, row.platform, row.kind = batch.id, batch.client, batch.platform, batch.kind
        row.announced_seconds, row.true_seconds = batch.announced_seconds, batch.true_seconds
        row.piece_rate, row.size, row.items, row.left = batch.piece_rate, batch.size, batch.items, batch.left
        row.posted, row.first_filled, row.last_filled = batch.posted, batch.first_filled, batch.last_filled
        row.done, row.withdrawn, row.refused = batch.done, batch.withdrawn, batch.refused


@kernel
def end_month(months: np.ndarray, workers: np.ndarray, lifetime: np.ndarray) -> None:
    """Add a month that is over to what its workers have had so far, and begin the next without them.

    Writes: lifetime, workers.

    Parameters
    ----------
    months : MONTHLY array
    workers : WORKER array
    lifetime : LIFETIME array, shape of workers
    """
    for n in range(months.size):
        if n + AHEAD < months.size:
            bring(workers, months[n + AHEAD].worker)
            bring_both(lifetime, months[n + AHEAD].worker)
        row = months[n]
        total = lifetime[row.worker]
        total.looks += row.looks
        total.sessions += row.sessions
        total.paid_seconds += row.paid_seconds
        total.unpaid_seconds += row.unpaid_seconds
        total.travel_seconds += row.travel_seconds
        total.watching_seconds += row.watching_seconds
        total.present_seconds += row.present_seconds
        total.visits += row.visits
        total.reactions += row.reactions
        total.too_late += row.too_late
        total.tasks_done += row.tasks_done
        total.tasks_refused += row.tasks_refused
        total.shop_visits += row.shop_visits
        total.shop_seconds += row.shop_seconds
        total.shop_micro_euro += row.shop_micro_euro
        total.earned_micro_euro += row.earned_micro_euro
        total.cashed_out_micro_euro += row.cashed_out_micro_euro
        workers[row.worker].month_row = NOBODY


@kernel
def longest_day(months: np.ndarray) -> float:
    """Most seconds, paid, unpaid and watching, of any row of a MONTHLY array per day on which they looked."""
    longest = 0.0
    for n in range(months.size):
        row = months[n]
        seconds = row.paid_seconds + row.unpaid_seconds + row.watching_seconds
        longest = max(longest, seconds / max(row.days_active, 1))
    return longest
