"""Watching: who found nothing stays, with all their lists open, and goes to what appears."""

import math
from typing import TYPE_CHECKING

from experiments.bench.mesa_market.looking import Looking
from experiments.bench.mesa_market.platform import Account, Batch
from sim.kernel.categories import LOCALISED
from sim.kernel.records import AT_LIST, CHOOSING, GOING, NEVER, WATCHING
from sim.kernel.units import DAY, HOUR, INHABITANTS, MICRO

if TYPE_CHECKING:
    import numpy as np

    from experiments.bench.mesa_market.market import MesaMarket


class Watching(Looking):
    """A person whose sittings are spent at lists: they come, may stay and watch, and leave."""

    def __init__(self, model: "MesaMarket", person: "np.void", row: "np.void") -> None:
        super().__init__(model, person, row)
        self.attending, self.account, self.stays = CHOOSING, None, False
        self.sat_down, self.tried, self.opened, self.found = 0, set(), None, False
        self.watched, self.watching_since, self.called = [], 0, None
        self.unpaid_seconds = self.watching_seconds = self.present_seconds = 0

    def sit_down(self, now: int) -> None:
        """Begin a sitting of exponential length, shorter at hours of little time."""
        model = self.model
        free = min(1.0, model.week.availability(self.profile, now))
        length = max(60, int(-self.sitting * free * math.log(model.uniform())))
        self.ends = now + min(length, max(60, self.day_budget - self.used))
        self.sat_down, self.attending, self.tried = now, CHOOSING, set()
        self.stays = model.uniform() < model.rules.staying
        if not self.seen_today:
            self.seen_today = True
            model.seen.append(self)

    def charge(self, account: Account, seconds: int) -> None:
        """Count active time as unpaid; settlement moves what gets paid to the other side."""
        account.day_active += seconds
        account.platform.there += seconds
        self.unpaid_seconds += seconds
        self.model.today["unpaid_seconds"] += seconds

    def rest(self, now: int, limit: int) -> None:
        """No list has anything more: stay and watch them, as some do in this sitting, or leave."""
        if self.tried and self.stays and now < limit:
            self.watched = [account for account in self.accounts.values() if account.open_for_work]
            if self.watched:
                self.begin_watching(now)
                return
        self.leave(now)

    def begin_watching(self, now: int) -> None:
        """Stand among those who watch; what they have not seen in this sitting they may yet notice."""
        self.attending, self.watching_since = WATCHING, now
        for account in self.watched:
            account.searched = max(account.searched, self.sat_down)
            account.platform.watchers[self] = account
        self.wait(*self.earliest())

    def earliest(self) -> tuple[int, Batch | None]:
        """When they notice the first of the open batches, NEVER if none, and which it is."""
        soonest, first = NEVER, None
        for account in self.watched:
            for batch in account.platform.newest_first():
                if batch.posted <= account.searched:
                    break
                moment = self.notices(batch, account)
                if moment < soonest:
                    soonest, first = moment, batch
        return soonest, first

    def wait(self, moment: int, batch: Batch | None) -> None:
        """Do nothing until a batch is noticed or the sitting ends."""
        self.called = batch
        if batch is not None:
            self.model.enter(self, moment)
        elif self.ends < self.model.midnight:
            self.model.enter(self, self.ends)
        else:
            self.moment = NEVER

    def hear_of(self, batch: Batch, account: Account) -> None:
        """A batch has appeared on a list that they watch: it may be the next that they notice."""
        moment = self.notices(batch, account)
        if moment < self.moment:
            self.wait(moment, batch)

    def notices(self, batch: Batch, account: Account) -> int:
        """When they notice a batch that they may and would take, after a delay of their own; NEVER if not in time."""
        model, rules = self.model, self.model.rules
        if batch.requires > account.qualification or not self.wants(batch, account) or not self.shown(batch):
            return NEVER
        hourly, latest = self.terms(batch, min(self.ends, model.midnight))
        if hourly < self.least_wage(model.day):
            return NEVER
        if self not in batch.delays:
            batch.delays[self] = -math.log(model.uniform())
        rate = self.attention * (1.0 + account.platform.notification) / rules.reaction_seconds
        delay = batch.delays[self] / (rate * rules.forum_speed if batch.said & self.reads else rate)
        if delay >= DAY:
            return NEVER
        moment = max(batch.posted + int(delay), self.watching_since) + 1
        return moment if moment + rules.pick_seconds <= latest else NEVER

    def duration(self, batch: Batch) -> int:
        """Seconds they need for one task of a batch."""
        return max(1, int(batch.true_seconds / self.speed + 0.5))

    # --- whom a batch is for, and where it is ----------------------------------------------------------------
    def wants(self, batch: Batch, account: Account) -> bool:
        """Would they work for its client, after all that is said?"""
        return not batch.said & self.objections(self.model.day) and batch.client is not account.avoids

    def shown(self, batch: Batch) -> bool:
        """Does a batch ask for people like them, and is a shop within reach?"""
        sex, band = batch.profile % 3, batch.profile // 3
        if (sex and sex - 1 != self.sex) or (band and band - 1 != self.age_band):
            return False
        return not self.outside(batch) or self.way(batch) < NEVER

    def outside(self, batch: Batch) -> bool:
        """Is it done in a shop?"""
        return self.model.rules.travels and batch.kind == LOCALISED

    def way(self, batch: Batch) -> int:
        """Unpaid seconds there and back to the nearest shop of a batch; NEVER beyond reach, or without a smartphone."""
        rules = self.model.rules
        if not self.smartphone or not batch.left:
            return NEVER
        if self not in batch.near:
            batch.near[self] = -math.log(self.model.uniform())
        km = math.sqrt(batch.near[self] / (math.pi * batch.left * self.around / INHABITANTS))
        if km > rules.reach_km:
            return NEVER
        kmh = (rules.town_kmh, rules.suburb_kmh, rules.country_kmh)[min(self.density, 2)]
        return int(2.0 * km * (1.0 - rules.errand_share) / kmh * HOUR + 0.5)

    def terms(self, batch: Batch, limit: int) -> tuple[float, int]:
        """Pay of an announced hour of a batch, the way included, and the latest second at which to begin."""
        if not self.outside(batch):
            return batch.hourly, limit - self.duration(batch)
        away = self.way(batch)
        hourly = batch.piece_rate * HOUR / (MICRO * (batch.announced + away))
        return hourly, min(limit, self.home_by() - self.duration(batch) - away)

    def home_by(self) -> int:
        """Second by which they must have done: the day's budget of time, or midnight."""
        return min(self.model.midnight, self.sat_down + self.day_budget - self.used)

    # --- what they do while they watch -----------------------------------------------------------------------
    def look_up(self, now: int) -> None:
        """The moment for which they waited: go to the batch if it is still there, watch on, or leave."""
        if now >= min(self.ends, self.model.midnight):
            self.stop_watching(now)
            self.leave(now)
            return
        moment, batch = now, self.called
        if not batch.client.platform.is_open(batch):
            moment, batch = self.earliest()
        if batch is None or moment > now:
            self.wait(moment, batch)
            return
        self.stop_watching(now)
        self.go(batch, now)

    def stop_watching(self, now: int) -> None:
        """Turn from watching; the time is booked on the account whose list was open last."""
        for account in self.watched:
            del account.platform.watchers[self]
        self.attending, seconds = AT_LIST, now - self.watching_since
        self.account.day_watched += seconds
        self.account.platform.there += seconds
        self.watching_seconds += seconds
        self.model.today["watching_seconds"] += seconds

    def go(self, batch: Batch, now: int) -> None:
        """Turn to a batch that was noticed; to see what it is takes a moment of unpaid time."""
        pick = self.model.rules.pick_seconds
        self.account, self.attending, self.opened, self.found = self.accounts[batch.client.platform], GOING, None, False
        self.model.today["reactions"] += 1
        self.charge(self.account, pick)
        self.model.enter(self, now + pick)

    def go_home(self, midnight: int) -> None:
        """At midnight, who still watches stops."""
        if self.ends and self.attending == WATCHING:
            self.stop_watching(midnight)
            self.leave(midnight)

    def leave(self, now: int) -> None:
        """End the sitting; the next look may still be today."""
        present = now - self.sat_down
        self.used += present
        if self.tried:
            self.present_seconds += present
            self.model.today["visits"] += 1
            self.model.today["present_seconds"] += present
        self.ends, self.left = 0, now
        rate = self.event_rate()
        if rate:
            following = self.model.week.event_before(self.model.horizon, self.profile, now, rate)
            if following is not None:
                self.model.enter(self, following)
