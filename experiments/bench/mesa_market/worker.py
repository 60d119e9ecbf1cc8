"""What a worker does on looking: a sitting, the lists opened, the tasks taken."""

import math
from typing import TYPE_CHECKING

from experiments.bench.mesa_market.client import normal
from experiments.bench.mesa_market.looking import Looking
from experiments.bench.mesa_market.platform import Account, Batch
from sim.kernel.units import HOUR, MICRO

if TYPE_CHECKING:
    import numpy as np

    from experiments.bench.mesa_market.market import MesaMarket


class Worker(Looking):
    """A worker at the lists of their platforms."""

    def __init__(self, model: "MesaMarket", person: "np.void", row: "np.void") -> None:
        super().__init__(model, person, row)
        self.sat_down, self.account, self.tried, self.opened, self.earned = 0, None, set(), 0, 0
        self.looks = self.sessions = self.paid_seconds = self.unpaid_seconds = 0
        self.tasks_done = self.tasks_refused = self.pay = 0

    def act(self, now: int) -> None:
        """What a worker does at this moment: sit down, open a list, take tasks, turn elsewhere, or leave."""
        model = self.model
        if not self.ends:
            self.sit_down(now)
        limit = min(self.ends, model.midnight)
        unpaid = model.rules.pick_seconds
        if self.account is None:
            self.account = self.choose()
            if self.account is None:
                self.leave(now)
                return
            unpaid = self.open_list(now)
        batch = self.find(now + unpaid, limit)
        if batch is not None:
            ready = self.work(batch, now + unpaid, limit)
            self.charge(ready - now)
            if ready < limit:
                model.enter(self, ready)
            else:
                self.close_list(ready)
                self.leave(ready)
            return
        ready = now + min(unpaid, model.midnight - now)
        self.charge(ready - now)
        empty = self.close_list(ready)
        if model.uniform() < model.rules.persistence and ready < limit:
            model.enter(self, ready)
            return
        if empty:
            ready += self.look_elsewhere(ready)
        self.leave(ready)

    def sit_down(self, now: int) -> None:
        """Begin a sitting of exponential length."""
        length = max(60, int(-self.sitting * math.log(self.model.uniform())))
        self.ends = now + min(length, max(60, self.day_budget - self.used))
        self.sat_down, self.account, self.tried = now, None, set()
        if not self.seen_today:
            self.seen_today = True
            self.model.seen.append(self)

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
        """Open a platform's list: one look. Returns the unpaid seconds it takes, with any qualification test."""
        model, rules, account = self.model, self.model.rules, self.account
        model.today["looks"] += 1
        self.looks += 1
        self.tried.add(account)
        self.opened, self.earned = now, 0
        level = account.qualification
        if level >= 3 or account.done - account.refused < 10 ** (level + 1):
            return rules.search_seconds
        late = now + rules.search_seconds + rules.test_seconds > model.midnight
        if late or account.refused * 10 > account.done:
            return rules.search_seconds
        if model.uniform() < self.accuracy**2:
            account.qualification += 1
        return rules.search_seconds + rules.test_seconds

    def find(self, ready: int, limit: int) -> Batch | None:
        """Of the first entries on view, the best paid to taste above the reservation wage; None if there is none."""
        model, rules, account = self.model, self.model.rules, self.account
        uniform, speed, level = model.uniform, self.speed, account.qualification
        platform, page = account.platform, rules.page
        listed = reversed(platform.newest) if uniform() < rules.newest_first else platform.largest_first()
        wage = self.reservation_wage * (rules.need_factor if model.day < self.needy_until else 1.0)
        time, shown, walked, best, highest = limit - ready, 0, 0, None, -math.inf
        for batch in listed:
            walked += 1
            if batch.requires <= level:
                shown += 1
                if batch.hourly >= wage and max(1, int(batch.true_seconds / speed + 0.5)) <= time:
                    if batch.taken.get(self, 0) < batch.items:
                        value = math.log(batch.hourly) + rules.taste_log_sd * normal(uniform(), uniform())
                        if value > highest:
                            best, highest = batch, value
            if shown == page or walked == 4 * page:
                break
        return best

    def work(self, batch: Batch, ready: int, limit: int) -> int:
        """Take tasks and do them; returns the second at which the list is open again."""
        rules, account = self.model.rules, self.account
        seconds = max(1, int(batch.true_seconds / self.speed + 0.5))
        done = batch.taken.get(self, 0)
        reading = 0 if done else rules.instructions_seconds
        ready += min(reading, limit - ready - seconds)
        tasks = min(batch.left, batch.items - done, max(1, rules.hold_seconds // seconds), (limit - ready) // seconds)
        batch.taken[self] = done + tasks
        batch.last_filled = max(batch.last_filled, ready + tasks * seconds)
        self.earned += tasks * batch.piece_rate
        self.model.works.append((account, batch, tasks, tasks * seconds))
        account.platform.take(batch, tasks)
        return ready + tasks * seconds

    def charge(self, seconds: int) -> None:
        """Count time as unpaid; settlement moves what gets paid to the other side."""
        self.unpaid_seconds += seconds
        self.model.today["unpaid_seconds"] += seconds

    def close_list(self, now: int) -> bool:
        """Turn away from a list and remember its return. True if it was empty."""
        account = self.account
        account.day_return += self.earned * HOUR / (MICRO * max(1, now - self.opened))
        account.day_looks += 1
        self.account = None
        if self.earned:
            self.sessions += 1
            return False
        self.model.today["empty_looks"] += 1
        return True

    def leave(self, now: int) -> None:
        """End the sitting; the next look may still be today."""
        self.used += now - self.sat_down
        self.ends = 0
        rate = self.event_rate()
        if rate:
            following = self.model.week.event_before(self.model.horizon, self.profile, now, rate)
            if following is not None:
                self.model.enter(self, following)

    def look_elsewhere(self, now: int) -> int:
        """Who found nothing may join a further platform; returns the seconds that this takes."""
        model, rules = self.model, self.model.rules
        if model.uniform() < rules.joining_rate and now + rules.joining_seconds <= model.midnight:
            platform = self.another_platform(model.day)
            if platform is not None:
                self.join(platform)
                self.charge(rules.joining_seconds)
                return rules.joining_seconds
        return 0
