"""When a worker looks: registering, expectations, the rate of looking, lapsing and return."""

import math
from typing import TYPE_CHECKING

import mesa

from experiments.bench.mesa_market.client import normal
from experiments.bench.mesa_market.platform import Account, Platform
from sim.agents.worth import BELIEF_DAYS, THRESHOLD_DAYS
from sim.kernel.records import BAD_NEWS, BANNED, DROPPED, LAPSED, LOOKING, NEVER, STARTED, TURNED_AWAY, UNREGISTERED
from sim.kernel.units import DAY, HOUR, MICRO

if TYPE_CHECKING:
    import numpy as np

    from experiments.bench.mesa_market.market import MesaMarket


class Looking(mesa.Agent):
    """A person with accounts, a reservation wage and expectations, who looks now and then."""

    def __init__(self, model: "MesaMarket", person: "np.void", row: "np.void") -> None:
        super().__init__(model)
        for name in ("reservation_wage", "speed", "accuracy", "sitting", "attention", "urgency", "need"):
            setattr(self, name, float(row[name]))
        self.day_budget, self.profile = int(row["day_budget"]), int(row["profile"])
        self.reads, self.refuses = int(row["reads"]), int(row["refuses"])
        self.sex, self.smartphone = int(person["sex"]), bool(person["smartphone"])
        age = int(person["age"])
        self.age_band = (age >= 25) + (age >= 40) + (age >= 60)
        self.density, self.around = int(person["density"]), float(person["around"])
        self.first_platform, self.signed_up = int(person["first_platform"]), int(person["signed_up"])
        self.needy_until = int(row["needy_until"])
        self.registers_at, self.next_look = 0, 0  # seconds; the latter is what the calendar keeps
        self.state, self.accounts, self.looking_rate = UNREGISTERED, {}, 0.0
        self.seen_today, self.used, self.ends = False, 0, 0
        self.moment, self.left = NEVER, 0  # when they act next; when their last sitting ended

    # --- registering -----------------------------------------------------------------------------------------
    def sign_up(self) -> None:
        """Register: an account on the first platform, at times on others too, and high hopes."""
        model = self.model
        self.join(model.platforms[self.first_platform], self.signed_up)
        for _ in model.platforms[1:]:
            if model.uniform() >= model.further:
                break
            platform = self.another_platform(self.signed_up)
            if platform is not None:
                self.join(platform, self.signed_up)
        self.state = LOOKING
        self.looking_rate = self.rate(self.signed_up)

    def join(self, platform: Platform, day: int) -> Account:
        """Open an account, with a hope drawn from what the platform advertises; before the start, with first steps."""
        rules, uniform = self.model.rules, self.model.uniform
        hope = rules.prior_return * platform.wage * math.exp(rules.prior_log_sd * normal(uniform(), uniform()))
        account = self.accounts[platform] = Account(self, platform)
        if uniform() >= platform.admitted:
            account.state = TURNED_AWAY
        self.expect(account, hope)
        if day < 0:
            self.take_first_steps(account, math.inf)
        return account

    def take_first_steps(self, account: Account, most: float) -> int:
        """Go on with profile, means of payment and first test, or give up the account; the seconds that this takes.

        At most so many seconds: a step that would take longer waits for another day.
        """
        rules, spent = self.model.rules, 0
        steps = rules.profile_seconds, rules.payment_seconds, rules.first_test_seconds
        while account.step < STARTED and not account.closed and spent + steps[account.step] <= most:
            spent += steps[account.step]
            if self.model.uniform() >= rules.step_chance:
                account.state = DROPPED
            else:
                account.step += 1
        return spent

    def expect(self, account: Account, expected_return: float) -> None:
        """Expect so many euro per hour of an account; its pull is what that means in the choice of a list."""
        account.expected_return = expected_return
        account.pull = math.log(max(expected_return, 1e-9)) / max(self.model.rules.choice_noise, 1e-3)

    def another_platform(self, day: int) -> Platform | None:
        """A platform that is open for sign-up and still without an account, drawn by its share; None if none."""
        others = [p for p in self.model.platforms if p.opened <= day and p not in self.accounts]
        target = self.model.uniform() * sum(p.weight for p in others)
        for platform in others:
            target -= platform.weight
            if target <= 0.0:
                return platform
        return others[-1] if others else None

    # --- when to look ----------------------------------------------------------------------------------------
    def least_wage(self, day: int) -> float:
        """Least pay per announced hour, lower in a spell of need."""
        return self.reservation_wage * (self.model.rules.need_factor if day < self.needy_until else 1.0)

    def objections(self, day: int) -> int:
        """Of what is said of batches, what keeps them from one; in need, bad news of a client do not."""
        return self.refuses & ~BAD_NEWS if day < self.needy_until else self.refuses

    def mistrust(self, account: Account, client: object) -> None:
        """Refused by a client known by name, one avoids it; by nobody knows whom, one expects less of the platform."""
        if client.known_from:
            account.avoids = client
        else:
            account.expected_return *= 1.0 - self.model.rules.distrust

    def rate(self, day: int) -> float:
        """Looks per operational day."""
        rules = self.model.rules
        best = max((account.expected_return for account in self.accounts.values() if not account.closed), default=0.0)
        rate = rules.looking_rate * (best / self.least_wage(day)) ** rules.looking_elasticity
        return self.attention * min(rate, rules.looking_rate_max)

    def event_rate(self) -> float:
        """Events per operational day; once seen today, those are looks while the day budget lasts.

        Nothing comes any more to who has no account left that is neither banned nor dropped.
        """
        rules = self.model.rules
        if self.seen_today:
            return self.looking_rate if self.state == LOOKING and self.used < self.day_budget else 0.0
        if all(account.state in (BANNED, DROPPED) for account in self.accounts.values()):
            return 0.0
        need = rules.need_rate * self.urgency
        if self.state == LOOKING:
            return self.looking_rate + rules.drift_rate + need
        return rules.notification_rate + need

    def plan(self, second: int) -> None:
        """Put the next event after `second` into the calendar."""
        rate = self.event_rate()
        if rate:
            self.next_look = self.model.week.next_event(self.profile, second, rate)
            self.model.calendar[self.next_look // DAY].append(self)

    def wake(self) -> None:
        """The event in the calendar is due today: register, look, or have the next event planned."""
        if self.state == UNREGISTERED:
            self.sign_up()
        elif not self.wakes():
            self.plan(self.next_look)
            return
        self.model.enter(self, self.next_look)

    def ask(self, start: int, hour: list[float]) -> None:
        """Scan: do I look in the hour that starts now? Memory is exponential, so asking anew each hour is exact.

        The hour begins at second `start` and has so many operational days, by profile.
        """
        if self.state == UNREGISTERED:
            if start <= self.registers_at < start + HOUR:
                self.sign_up()
                self.model.enter(self, self.registers_at)
            return
        rate = self.event_rate()
        if self.ends or not rate:
            return
        share, uniform = hour[self.profile], self.model.uniform
        passed = share * max(0, self.left - start) / HOUR - math.log(uniform()) / rate
        while passed < share:
            if self.seen_today or self.wakes():
                self.model.enter(self, start + int(HOUR * passed / share))
                return
            passed -= math.log(uniform()) / self.event_rate()

    def wakes(self) -> bool:
        """Does an event make the worker look? Lapsing, sudden needs and notifications are dealt with here."""
        model, rules = self.model, self.model.rules
        need = rules.need_rate * self.urgency
        if self.state == LOOKING:
            x = model.uniform() * (self.looking_rate + rules.drift_rate + need)
            if x < self.looking_rate:
                return True
            if x < self.looking_rate + rules.drift_rate:
                self.lapse()
                return False
        else:
            x = model.uniform() * (need + rules.notification_rate)
            if x < rules.notification_rate:
                if x >= rules.notification_rate * model.platforms[self.first_platform].notice:
                    return False
                self.regain()
                return True
        self.needy_until = model.day + math.ceil(-rules.need_days * math.log(model.uniform()))
        self.regain()
        return True

    def lapse(self) -> None:
        """Stop looking of one's own accord."""
        self.state = LAPSED
        self.model.today["lapsed"] += 1

    def regain(self) -> None:
        """Look again with some of the first hope."""
        rules = self.model.rules
        for account in self.accounts.values():
            floor = rules.hope * rules.prior_return * account.platform.wage
            self.expect(account, max(account.expected_return, floor))
        self.looking_rate = self.rate(self.model.day)
        self.state = LOOKING

    # --- the end of the day ----------------------------------------------------------------------------------
    def learn(self) -> None:
        """Update expected returns from what the day has paid for the time it took, then the rate of looking."""
        rules = self.model.rules
        for account in self.accounts.values():
            if account.day_active + account.day_watched:
                hours = max(account.day_active + rules.watching_weight * account.day_watched, 1.0) / HOUR
                mean = account.day_earned / MICRO / hours * self.worth(account)
                keep = (1.0 - rules.learning_rate) ** max(account.day_looks, 1)
                self.expect(account, mean + (account.expected_return - mean) * keep)
                account.day_looks, account.day_active, account.day_watched, account.day_earned = 0, 0, 0, 0
        self.seen_today, self.used = False, 0
        self.looking_rate = self.rate(self.model.day)
        if self.looking_rate < rules.lapse_rate:
            self.lapse()

    def worth(self, account: Account) -> float:
        """What a euro credited is worth in hand: vouchers, the way to the threshold and the delay lower it."""
        rules, platform = self.model.rules, account.platform
        days, threshold = platform.delay, platform.cash_out_threshold
        if threshold > 0:
            since = self.model.day - account.first_credit if account.credited else 0
            pace = (account.credited + threshold * BELIEF_DAYS / THRESHOLD_DAYS) / (since + BELIEF_DAYS)
            days += threshold / 2.0 / pace
        lost = rules.voucher_loss * self.need if platform.vouchers else 0.0
        return (1.0 - lost) * math.exp(-rules.impatience * days)
