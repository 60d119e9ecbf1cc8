"""Workers: when they look, what they take, what they learn from it."""

import math

import mesa

from experiments.mesa_market.client import normal
from experiments.mesa_market.platform import Account
from sim.columns import LAPSED, LOOKING, SECONDS_PER_DAY, UNREGISTERED


class Worker(mesa.Agent):
    """A person with accounts, a reservation wage and expectations."""

    def __init__(self, model, person, row):
        super().__init__(model)
        for name in ("reservation_wage", "speed", "accuracy", "sitting", "attention", "urgency"):
            setattr(self, name, float(row[name]))
        self.day_budget, self.profile = int(row["day_budget"]), int(row["profile"])
        self.first_platform, self.signed_up = int(person["first_platform"]), int(person["signed_up"])
        self.needy_until = int(row["needy_until"])
        self.registers_at, self.next_look = 0, 0  # seconds; the latter is what the calendar keeps
        self.state, self.accounts, self.looking_rate = UNREGISTERED, {}, 0.0
        self.seen_today, self.used, self.sat_down, self.ends = False, 0, 0, 0
        self.account, self.tried, self.opened, self.earned = None, set(), 0, 0
        self.looks = self.sessions = self.paid_seconds = self.unpaid_seconds = 0
        self.tasks_done = self.tasks_refused = self.pay = 0

    # --- registering -----------------------------------------------------------------------------------------
    def sign_up(self):
        """Register: an account on the first platform, at times on others too, and high hopes."""
        model = self.model
        self.join(model.platforms[self.first_platform])
        for _ in model.platforms[1:]:
            if model.uniform() >= model.further:
                break
            platform = self.another_platform(self.signed_up)
            if platform is not None:
                self.join(platform)
        self.state = LOOKING
        self.looking_rate = self.rate(self.signed_up)

    def join(self, platform):
        """Open an account, with a hope drawn from what the platform advertises."""
        rules, uniform = self.model.rules, self.model.uniform
        hope = rules.prior_return * platform.wage * math.exp(rules.prior_log_sd * normal(uniform(), uniform()))
        self.accounts[platform] = Account(self, platform)
        self.expect(self.accounts[platform], hope)

    def expect(self, account, expected_return):
        """Expect so many euro per hour of an account; its pull is what that means in the choice of a list."""
        noise = self.model.rules.choice_noise
        account.expected_return = expected_return
        account.pull = expected_return ** (1.0 / noise) if noise > 0.0 else expected_return

    def another_platform(self, day):
        """A platform that is open for sign-up and still without an account, drawn by its share; None if none."""
        others = [p for p in self.model.platforms if p.opened <= day and p not in self.accounts]
        target = self.model.uniform() * sum(p.weight for p in others)
        for platform in others:
            target -= platform.weight
            if target <= 0.0:
                return platform
        return others[-1] if others else None

    # --- when to look ----------------------------------------------------------------------------------------
    def rate(self, day):
        """Looks per operational day."""
        rules = self.model.rules
        best = max(account.expected_return for account in self.accounts.values())
        wage = self.reservation_wage * (rules.need_factor if day < self.needy_until else 1.0)
        rate = rules.looking_rate * self.attention * (best / wage) ** rules.looking_elasticity
        return min(rate, rules.looking_rate_max)

    def event_rate(self):
        """Events per operational day; once seen today, those are looks as long as his time lasts."""
        rules = self.model.rules
        if self.seen_today:
            return self.looking_rate if self.state == LOOKING and self.used < self.day_budget else 0.0
        need = rules.need_rate * self.urgency
        if self.state == LOOKING:
            return self.looking_rate + rules.drift_rate + need
        return rules.notification_rate + need

    def plan(self, second):
        """Put the next event after `second` into the calendar."""
        self.next_look = self.model.next_event(self.profile, second, self.event_rate())
        self.model.calendar[self.next_look // SECONDS_PER_DAY].append(self)

    def wake(self):
        """The event in the calendar is due today: register, look, or have the next event planned."""
        if self.state == UNREGISTERED:
            self.sign_up()
        elif not self.wakes():
            self.plan(self.next_look)
            return
        self.model.enter(self, self.next_look)

    def ask(self, start, hour):
        """Scan: do I look in the hour that starts now? Memory is exponential, so asking anew each hour is exact.

        Parameters
        ----------
        start : int
            Second at which the hour begins.
        hour : list of float
            Operational days in this hour, by profile.
        """
        if self.state == UNREGISTERED:
            if start <= self.registers_at < start + 3600:
                self.sign_up()
                self.model.enter(self, self.registers_at)
            return
        rate = self.event_rate()
        if self.ends or not rate:
            return
        share, uniform = hour[self.profile], self.model.uniform
        passed = -math.log(uniform()) / rate
        while passed < share:
            if self.seen_today or self.wakes():
                self.model.enter(self, start + int(3600 * passed / share))
                return
            passed -= math.log(uniform()) / self.event_rate()

    def wakes(self):
        """Does an event make him look? Lapsing, sudden needs and notifications are dealt with here."""
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

    def lapse(self):
        """Stop looking of one's own accord."""
        self.state = LAPSED
        self.model.today["lapsed"] += 1

    def regain(self):
        """Look again with some of the first hope."""
        rules = self.model.rules
        for account in self.accounts.values():
            floor = rules.hope * rules.prior_return * account.platform.wage
            self.expect(account, max(account.expected_return, floor))
        self.looking_rate = self.rate(self.model.day)
        self.state = LOOKING

    # --- a sitting -------------------------------------------------------------------------------------------
    def act(self, now):
        """What he does at this moment: sit down, open a list, take tasks, turn elsewhere, or leave."""
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
        self.leave(ready)
        if empty:
            self.look_elsewhere(ready)

    def sit_down(self, now):
        """Begin a sitting of exponential length."""
        length = max(60, int(-self.sitting * math.log(self.model.uniform())))
        self.ends = now + min(length, max(60, self.day_budget - self.used))
        self.sat_down, self.account, self.tried = now, None, set()
        if not self.seen_today:
            self.seen_today = True
            self.model.seen.append(self)

    def choose(self):
        """The account to open next: highest expected return, with some noise, among those not opened yet."""
        uniform = self.model.uniform
        best, highest = None, -1.0
        several = len(self.accounts) > 1 and self.model.rules.choice_noise > 0.0
        for account in self.accounts.values():
            if not account.banned and account not in self.tried:
                value = account.pull
                if several:
                    value /= -math.log(uniform())
                if value > highest:
                    best, highest = account, value
        return best

    def open_list(self, now):
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

    def find(self, ready, limit):
        """Of the first entries he may see, the best paid to his taste above his wage; None if there is none."""
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

    def work(self, batch, ready, limit):
        """Take tasks and do them; returns the second at which he is back at the list."""
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

    def charge(self, seconds):
        """Book time as unpaid; settlement moves what gets paid to the other side."""
        self.unpaid_seconds += seconds
        self.model.today["unpaid_seconds"] += seconds

    def close_list(self, now):
        """Turn away from a list and remember its return. True if it was empty."""
        account = self.account
        account.day_return += self.earned * 3600.0 / (1e6 * max(1, now - self.opened))
        account.day_looks += 1
        self.account = None
        if self.earned:
            self.sessions += 1
            return False
        self.model.today["empty_looks"] += 1
        return True

    def leave(self, now):
        """End the sitting; the next look may still be today."""
        self.used += now - self.sat_down
        self.ends = 0
        rate = self.event_rate()
        if rate:
            following = self.model.event_before(self.model.horizon, self.profile, now, rate)
            if following is not None:
                self.model.enter(self, following)

    def look_elsewhere(self, now):
        """Who found nothing may join a further platform, at a cost in time."""
        model, rules = self.model, self.model.rules
        if model.uniform() < rules.joining_rate and now + rules.joining_seconds <= model.midnight:
            platform = self.another_platform(model.day)
            if platform is not None:
                self.join(platform)
                self.charge(rules.joining_seconds)

    # --- the end of the day ----------------------------------------------------------------------------------
    def learn(self):
        """Update expected returns from the day's looks, then the rate of looking."""
        rules = self.model.rules
        for account in self.accounts.values():
            if account.day_looks:
                mean = account.day_return / account.day_looks
                if account.day_done:
                    mean *= 1.0 - account.day_refused / account.day_done
                keep = (1.0 - rules.learning_rate) ** account.day_looks
                self.expect(account, mean + (account.expected_return - mean) * keep)
                account.day_return, account.day_looks, account.day_done, account.day_refused = 0.0, 0, 0, 0
        self.seen_today, self.used = False, 0
        self.looking_rate = self.rate(self.model.day)
        if self.looking_rate < rules.lapse_rate:
            self.lapse()
