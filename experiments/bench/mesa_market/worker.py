"""What a worker does on looking: a sitting, the lists opened, the tasks taken."""

import math
from typing import TYPE_CHECKING

from experiments.bench.mesa_market.client import normal
from experiments.bench.mesa_market.platform import Account, Batch
from experiments.bench.mesa_market.watching import Watching
from sim.kernel.records import AT_LIST, CHOOSING, GOING, NEVER, STARTED, WATCHING

if TYPE_CHECKING:
    import numpy as np

    from experiments.bench.mesa_market.market import MesaMarket


class Worker(Watching):
    """A worker at the lists of their platforms."""

    def __init__(self, model: "MesaMarket", person: "np.void", row: "np.void") -> None:
        super().__init__(model, person, row)
        self.looks = self.sessions = self.paid_seconds = 0
        self.tasks_done = self.tasks_refused = self.pay = 0

    def act(self, moment: int) -> None:
        """What a worker does at this moment: sit down, open a list, take tasks, turn elsewhere, watch, or leave.

        Nothing if the moment was put off or brought forward meanwhile.
        """
        if moment != self.moment:
            return
        self.moment, model = NEVER, self.model
        if not self.ends:
            self.sit_down(moment)
        limit = min(self.ends, model.midnight)
        if self.attending == WATCHING:
            self.look_up(moment)
            return
        unpaid = 0 if self.attending == GOING else model.rules.pick_seconds
        if self.attending == CHOOSING:
            account = self.choose()
            if account is None:
                self.rest(moment, limit)
                return
            self.account = account
            unpaid = self.open_list(moment)
        batch = self.find(moment + unpaid, limit)
        if batch is not None:
            self.take_work(batch, moment, moment + unpaid, limit)
        elif self.attending == GOING:
            self.miss(moment, limit)
        else:
            self.find_nothing(moment, unpaid, limit)

    def take_work(self, batch: Batch, now: int, ready: int, limit: int) -> None:
        """Take tasks of a batch and do them; then back to the list, if there is time."""
        self.attending = AT_LIST
        ready = self.work(batch, ready, limit)
        self.charge(self.account, ready - now)
        if ready < min(self.ends, self.model.midnight):
            self.model.enter(self, ready)
        else:
            self.close_list(ready)
            self.leave(ready)

    def find_nothing(self, now: int, unpaid: int, limit: int) -> None:
        """Nothing on the list, so far or any more: try another list, join another platform, or rest."""
        model = self.model
        ready = min(now + unpaid, model.midnight)
        self.charge(self.account, ready - now)
        self.close_list(now)
        if self.opened is not None and model.uniform() < model.rules.persistence and ready < limit:
            self.attending = CHOOSING
            model.enter(self, ready)
            return
        if not self.found:
            ready += self.look_elsewhere(ready)
        self.rest(ready, limit)

    def miss(self, now: int, limit: int) -> None:
        """Nothing is left of the batch that was noticed: back to watching."""
        self.model.today["too_late"] += 1
        self.account.searched = now
        self.rest(now, limit)

    def choose(self) -> Account | None:
        """The account to open next: highest expected return, with some noise, among those not opened yet."""
        uniform = self.model.uniform
        best, highest = None, -math.inf
        several = len(self.accounts) > 1 and self.model.rules.choice_noise > 0.0
        for account in self.accounts.values():
            if not account.closed and account not in self.tried:
                value = account.pull
                if several:
                    value -= math.log(-math.log(uniform()))
                if value > highest:
                    best, highest = account, value
        return best

    def open_list(self, now: int) -> int:
        """Open a platform's list: one look. Returns the unpaid seconds it takes, with any first steps and any test."""
        model, account = self.model, self.account
        model.today["looks"] += 1
        self.looks += 1
        account.day_looks += 1
        self.tried.add(account)
        self.attending, self.opened, self.found = AT_LIST, now, False
        before = account.step
        steps = self.take_first_steps(account, model.midnight - now)
        model.today["started"] += before < account.step == STARTED
        return steps + model.rules.search_seconds + self.sit_test(now + steps)

    def sit_test(self, now: int) -> int:
        """A test for the next level awaits who has done ten times the tasks of the last, and well; the seconds."""
        model, rules, account = self.model, self.model.rules, self.account
        level = account.qualification
        if level >= 3 or account.done - account.refused < 10 ** (level + 1) or account.refused * 10 > account.done:
            return 0
        if now + rules.search_seconds + rules.test_seconds > model.midnight:
            return 0
        if model.uniform() < self.accuracy**2:
            account.qualification += 1
        return rules.test_seconds

    def find(self, ready: int, limit: int) -> Batch | None:
        """Of the first entries on view, the best paid to taste above the reservation wage; None if there is none."""
        model, rules, account = self.model, self.model.rules, self.account
        if account.step < STARTED:
            return None
        uniform, level = model.uniform, account.qualification
        platform, page = account.platform, rules.page
        newest = self.opened is None or uniform() < rules.newest_first
        listed = platform.newest_first() if newest else platform.largest_first()
        wage = self.least_wage(model.day)
        shown, walked, best, highest = 0, 0, None, -math.inf
        for batch in listed:
            walked += 1
            if batch.requires <= level and self.shown(batch):
                shown += 1
                hourly, latest = self.terms(batch, limit)
                if hourly >= wage and ready <= latest and self.wants(batch, account):
                    if batch.taken.get(self, 0) < batch.items:
                        value = math.log(hourly) + rules.taste_log_sd * self.taste(batch)
                        if value > highest:
                            best, highest = batch, value
            if shown == page or walked == 4 * page:
                break
        return best

    def taste(self, batch: Batch) -> float:
        """What they feel about a batch, whenever they see it."""
        if self not in batch.liked:
            batch.liked[self] = normal(self.model.uniform(), self.model.uniform())
        return batch.liked[self]

    def work(self, batch: Batch, ready: int, limit: int) -> int:
        """Take tasks and do them; returns the second at which the list is open again."""
        rules, account, seconds, away = self.model.rules, self.account, self.duration(batch), 0
        if self.outside(batch):
            away = self.way(batch)
            limit = self.home_by() - away
        done = batch.taken.get(self, 0)
        reading = 0 if done else rules.instructions_seconds
        ready += min(reading, limit - ready - seconds)
        tasks = min(batch.left, batch.items - done, max(1, rules.hold_seconds // seconds), (limit - ready) // seconds)
        batch.taken[self] = done + tasks
        back = ready + tasks * seconds + away
        batch.last_filled = max(batch.last_filled, back)
        self.found = True
        self.model.works.append((account, batch, tasks, tasks * seconds))
        account.platform.take(batch, tasks)
        if away or self.outside(batch):
            self.ends = max(self.ends, min(self.ends + seconds + away, self.home_by()), back)
            self.model.today["travel_seconds"] += away
        return back

    def close_list(self, now: int) -> None:
        """Turn away from a list; a look at it was empty or a session."""
        self.account.searched = now
        if self.opened is None:
            return
        if self.found:
            self.sessions += 1
        else:
            self.model.today["empty_looks"] += 1

    def look_elsewhere(self, now: int) -> int:
        """Who found nothing may join a further platform; returns the seconds that this takes."""
        model, rules = self.model, self.model.rules
        if model.uniform() < rules.joining_rate and now + rules.joining_seconds <= model.midnight:
            platform = self.another_platform(model.day)
            if platform is not None:
                self.charge(self.join(platform, model.day), rules.joining_seconds)
                return rules.joining_seconds
        return 0
