"""Platforms and what is listed on them."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import mesa

from sim.kernel.records import BANNED, LONG_AGO, NO_STEP, REGISTERED, STARTED
from sim.kernel.units import DAY, HOUR, MICRO

if TYPE_CHECKING:
    import numpy as np

    from experiments.bench.mesa_market.market import MesaMarket


@dataclass(slots=True, eq=False)
class Batch:
    """Identical tasks posted by one client; the columns of `sim.kernel.records.BATCH` that the market needs."""

    client: object
    kind: int
    said: int  # bits
    profile: int  # whom it asks for
    requires: int
    announced: int  # seconds
    piece_rate: int  # micro-euro
    hourly: float  # euro per announced hour
    true_seconds: int
    size: int
    items: int  # most tasks one worker may do
    posted: int  # second
    expires: int  # day
    left: int = 0
    done: int = 0
    refused: int = 0
    withdrawn: int = 0
    last_filled: int = -1
    size_class: int = -1
    place: int = 0  # among all that were ever listed there
    taken: dict = field(default_factory=dict)  # worker: tasks
    liked: dict = field(default_factory=dict)  # worker: taste for it, a standard normal
    delays: dict = field(default_factory=dict)  # worker: until they notice it, in their own mean delays
    near: dict = field(default_factory=dict)  # worker: uniform number of the way to the nearest shop
    next_abroad: float = math.inf  # second at which the crowd elsewhere takes its next piece
    pace: float = 0.0  # pieces that go elsewhere in a second of a mean hour


@dataclass(slots=True, eq=False)
class Account:
    """A worker's account on a platform; the columns of `sim.kernel.records.ACCOUNT` that a two-sided platform needs."""

    worker: object
    platform: object
    expected_return: float = 0.0  # euro per hour of paid and unpaid time
    pull: float = 0.0  # weight in the choice of the list to open
    day_looks: int = 0
    day_active: int = 0  # seconds, paid and unpaid
    day_watched: int = 0  # seconds
    day_earned: int = 0  # micro-euro
    searched: int = LONG_AGO  # second up to which its list is known to them
    done: int = 0
    refused: int = 0
    qualification: int = 0
    avoids: object = None  # client known by name that refused their work last
    balance: int = 0  # micro-euro
    on_its_way: int = 0  # micro-euro
    credited: int = 0  # micro-euro, all time
    first_credit: int = 0  # day
    step: int = NO_STEP  # of those between sign-up and the first task
    state: int = REGISTERED  # banned, turned away and dropped are closed

    @property
    def closed(self) -> bool:
        """Is there nothing to be had there any more?"""
        return self.state >= BANNED

    @property
    def open_for_work(self) -> bool:
        """May its owner take tasks?"""
        return self.step == STARTED and self.state < BANNED


class Platform(mesa.Agent):
    """A two-sided platform: two ordered views of its open batches, review, commission, bans and cash-out.

    Attributes
    ----------
    newest : dict
        Open batches in order of posting.
    sizes : list of dict
        The same by size class (powers of two of the tasks left).
    watchers : dict
        Those who watch the list, with the account they do it on.
    """

    def __init__(self, model: "MesaMarket", number: int, row: "np.void") -> None:
        super().__init__(model)
        self.number = number
        for name in ("opened", "ban_after", "cash_out_threshold", "commission", "least_task", "vouchers"):
            setattr(self, name, int(row[name]))
        for name in ("wage", "weight", "notification", "ban_share", "admitted", "crowd", "france", "busy"):
            setattr(self, name, float(row[name]))
        self.delay = max(1, int(row["cash_out_delay"]) * 7 // 5)  # calendar days
        self.newest, self.sizes, self.watchers = {}, [{} for _ in range(32)], {}
        self.listed = 0
        self.open_tasks, self.posted_per_day, self.notice, self.usual = 0, 0.0, 0.0, 0.0
        self.there = self.paid = 0  # seconds of today: all of those there, and what was paid

    def enlist(self, batch: Batch) -> None:
        """Show a batch: newest on the list and of its size class; who watches will notice."""
        self.newest[batch] = None
        self.listed += 1
        batch.place = self.listed
        batch.size_class = batch.left.bit_length() - 1
        self.sizes[batch.size_class][batch] = None
        self.open_tasks += batch.left
        if self.crowd and not batch.client.french:
            batch.pace = self.crowd * self.model.willing(self, batch) / self.model.rules.reaction_seconds
            batch.next_abroad = self.next_piece(batch, batch.posted + self.model.rules.pick_seconds)
        for worker, account in self.watchers.items():
            worker.hear_of(batch, account)

    def delist(self, batch: Batch) -> None:
        """Nothing is left of a batch."""
        del self.newest[batch], self.sizes[batch.size_class][batch]

    def take(self, batch: Batch, tasks: int) -> None:
        """Hand out tasks of an open batch."""
        batch.done += tasks
        self.remove(batch, tasks)

    def remove(self, batch: Batch, tasks: int) -> None:
        """Tasks of an open batch are no longer to be had."""
        batch.left -= tasks
        self.open_tasks -= tasks
        size_class = batch.left.bit_length() - 1
        if batch.left == 0:
            self.delist(batch)
            self.model.filled.append(batch)
        elif size_class != batch.size_class:
            del self.sizes[batch.size_class][batch]
            batch.size_class = size_class
            self.sizes[size_class][batch] = None

    def withdraw(self, batch: Batch) -> None:
        """The client takes back what is left."""
        batch.withdrawn = batch.left
        self.open_tasks -= batch.left
        self.delist(batch)
        batch.left = 0

    def newest_first(self) -> Iterator:
        """Open batches, the newest first; those that go meanwhile are left out."""
        return (batch for batch in list(reversed(self.newest)) if self.is_open(batch))

    def largest_first(self) -> Iterator:
        """Open batches by size class, within a class the newest first; those that go or shrink are met further down."""
        for n in range(len(self.sizes) - 1, -1, -1):
            for batch in sorted(self.sizes[n], key=lambda batch: batch.place, reverse=True):
                if self.is_open(batch) and batch.size_class == n:
                    yield batch

    # --- the crowd elsewhere ---------------------------------------------------------------------------------
    def is_open(self, batch: Batch) -> bool:
        """Is anything left of a batch now, after what the crowd has taken?"""
        if batch.next_abroad <= self.model.now:
            self.catch_up(batch, self.model.now)
        return batch.left > 0

    def next_piece(self, batch: Batch, since: float) -> float:
        """Moment after `since` at which the crowd takes its next piece of a batch; infinity if never."""
        left = -math.log(self.model.uniform())
        while since < batch.expires * DAY:
            hour = int(since) // HOUR
            speed, end = batch.pace * self.model.abroad[hour % 24], float(hour + 1) * HOUR
            if left < speed * (end - since):
                return since + left / speed
            left -= speed * (end - since)
            since = end
        return math.inf

    def catch_up(self, batch: Batch, now: int) -> None:
        """Deduct what the crowd elsewhere has taken of an open batch up to `now`."""
        tasks, piece = 0, min(batch.items, max(1, self.model.rules.hold_seconds // batch.true_seconds))
        while batch.next_abroad <= now and tasks < batch.left:
            took = min(piece, batch.left - tasks)
            tasks += took
            batch.last_filled = max(batch.last_filled, int(batch.next_abroad) + took * batch.true_seconds)
            batch.next_abroad = self.next_piece(batch, batch.next_abroad)
        if tasks:
            spent = tasks * (batch.piece_rate + batch.piece_rate * self.commission // MICRO)
            batch.client.spent += spent
            self.model.today["tasks_done_abroad"] += tasks
            self.model.today["spent_abroad"] += spent
            self.remove(batch, tasks)

    def catch_up_all(self, now: int) -> None:
        """Deduct what the crowd has taken of all open batches."""
        for batch in list(self.newest):
            if batch.next_abroad <= now:
                self.catch_up(batch, now)

    def judge(self, account: Account) -> None:
        """Ban an account with many refusals."""
        if account.refused >= self.ban_after and account.refused > self.ban_share * account.done:
            self.model.today["banned"] += account.state != BANNED
            account.state = BANNED

    def credit(self, account: Account, pay: int) -> None:
        """Add pay (micro-euro) to the balance; ask for it once the threshold is reached and nothing is on its way."""
        if pay and not account.credited:
            account.first_credit = self.model.day
        account.credited += pay
        account.balance += pay
        if not account.on_its_way and 0 < account.balance >= self.cash_out_threshold:
            account.on_its_way, account.balance = account.balance, 0
            self.model.payments[self.model.day + self.delay].append(account)
