"""The slow twin of matching: all platforms for one day, as a queue of events."""

import heapq
import math

import numpy as np
from twin import DAY, D, OpenList, Rows, another, claims, followed, join, listed, next_event, normal, owned

from sim.kernel import arrays as r
from sim.kernel import records as c
from sim.kernel import streams
from sim.kernel.streams import draw, draw4


class Day:
    """All platforms for one day, as a queue of events: batches appear, people act, at their second and lot."""

    def __init__(self, rules, market, day, month_start):
        self.rules, self.market, self.day, self.month_start = rules, market, day, month_start
        self.begins, self.midnight = day * DAY, (day + 1) * DAY
        self.workers, self.accounts, self.book = (
            Rows(market.people.workers),
            Rows(market.people.accounts),
            Rows(market.book.batches),
        )
        self.months, self.platforms = Rows(market.ledger.months), Rows(market.firms.platforms)
        self.available = [row.tolist() for row in market.schedule.available]
        self.lists = [OpenList(self.book, *listed(market, p)) for p in range(len(market.firms.platforms))]
        self.claims = claims(market)
        self.own = owned(market)
        self.grants, self.sitting = [], {}
        self.joined = self.same_second = 0

    def run(self):
        """The day; afterwards the copy of the columns and `grants` are what the kernel should leave."""
        queue = self.queue = [(self.begins + 3600 * hour, 0, 0.0, hour) for hour in range(24)]
        book, market = self.market.book.batches, self.market
        fresh = (book["id"] != c.NOBODY) & (book["posted"] >= self.begins) & (book["left"] > 0)
        for slot in np.flatnonzero(fresh & (market.firms.platforms["structure"][book["platform"]] == 0)).tolist():
            queue.append((self.book[slot].posted, 1, -self.book[slot].id, slot))
        for second in np.flatnonzero(market.schedule.agenda != c.NOBODY).tolist():
            for i in followed(market.schedule.agenda[second], market.people.workers["link"]):
                self.later(i, self.begins + second)
        heapq.heapify(queue)
        busy = -1
        while queue:
            now, what, _, who = heapq.heappop(queue)
            if what == 0:
                hour = (now + self.rules.start_second) // 3600 % 168
                self.market.ledger.hours["open_tasks"][:, hour] += self.market.book.open_tasks
            elif what == 1:
                self.lists[self.book[who].platform].show(who)
                self.market.book.open_tasks[self.book[who].platform] += self.book[who].left
            else:
                self.same_second += now == busy
                busy = now
                self.turn(who, now)
        return self

    def later(self, i, moment):
        heapq.heappush(self.queue, (moment, 2, draw(self.market.key, streams.TIE, moment, i, 0), i))

    def turn(self, i, now):
        if i not in self.sitting:
            self.sitting[i] = self.sit(i, now)
        moment = next(self.sitting[i], None)
        if moment is None:
            del self.sitting[i]
        else:
            self.later(i, moment)

    def sit(self, i, now):
        """One sitting: list after list, until time, work or patience runs out. Yields when he acts again."""
        worker, rules, key, began = self.workers[i], self.rules, self.market.key, now
        length = max(60, int(-worker.sitting * math.log(draw(key, streams.LOOK, now, i, 0))))
        limit = min(self.midnight, now + min(length, max(60, worker.day_budget - worker.used)))
        if not worker.today:
            worker.today = 1
            self.market.ledger.seen[self.market.ledger.counts[r.SEEN]] = i
            self.market.ledger.counts[r.SEEN] += 1
        if worker.meant_until > now:
            self.months[worker.month_row].unmet_seconds -= worker.meant_until - now
            worker.meant_until = now
        tried, empty = set(), False
        while (a := self.choose(i, now, tried)) is not None:
            account, opened, earned = self.accounts[a], now, 0
            tried.add(account.platform)
            unpaid = self.open(i, account, now)
            while (slot := self.search(i, account, now + unpaid, limit)) is not None:
                back, pay = self.work(i, a, slot, now + unpaid, limit)
                if not earned:
                    hour = (opened + rules.start_second) // 3600 % 168
                    self.market.ledger.hours["successes"][account.platform, hour] += 1
                earned += pay
                self.spend(i, account, back - now)
                now = back
                if now >= limit:
                    break
                yield now
                unpaid = rules.pick_seconds
            if now < limit:
                if self.platforms[account.platform].structure == 1:
                    unpaid += self.climb(a, now + unpaid)
                unpaid = min(unpaid, self.midnight - now)
                self.spend(i, account, unpaid)
            else:
                unpaid = 0
            empty = self.turn_away(i, account, earned, now + unpaid - opened)
            keen = draw(key, streams.PICK, now, i, 1) < rules.persistence
            now += unpaid
            if not keen or now >= limit:
                break
            empty = False
            yield now
        if empty:
            now += self.look_elsewhere(i, now)
        worker.used += now - began
        if tried:
            worker.meant_until = max(now, limit)
            self.months[worker.month_row].unmet_seconds += worker.meant_until - now
        if worker.state == c.LOOKING and worker.used < worker.day_budget:
            u = draw(key, streams.LOOK, now, i, 2)
            following = next_event(rules, self.available[worker.profile], now, worker.looking_rate, u)
            if following < self.midnight:
                self.later(i, following)

    def choose(self, i, now, tried):
        """Highest expected return times a Frechet error, of the lists not opened in this sitting."""
        noise, own = self.rules.choice_noise, self.own[i]

        def value(a):
            if len(own) == 1 or noise == 0.0:
                return self.accounts[a].expected_return
            u = draw(self.market.key, streams.PICK, now, i, 2 + self.accounts[a].platform)
            return max(self.accounts[a].expected_return, 1e-9) * (-math.log(u)) ** -noise

        free = [a for a in own if self.accounts[a].state < c.BANNED and self.accounts[a].platform not in tried]
        return max(free, key=value, default=None)

    def open(self, i, account, now):
        """A look: who is seen when and where; unpaid seconds of search and of any test."""
        worker, market, p = self.workers[i], self.market, account.platform
        if worker.month_row == c.NOBODY:
            worker.month_row = market.ledger.counts[r.MONTH_ROWS]
            market.ledger.counts[r.MONTH_ROWS] += 1
            market.ledger.months[worker.month_row] = (i, *[0] * 11)
        month = self.months[worker.month_row]
        if worker.last_seen != self.day:
            passed = self.day - worker.last_seen
            worker.days_seen = (worker.days_seen << min(passed, 32)) & 0xFFFFFFFF | 1 if worker.last_seen >= 0 else 1
            worker.last_seen = self.day
            month.days_active += 1
        market.ledger.today[p, D["looks"]] += 1
        market.ledger.today[p, D["visitors"]] += account.last_seen < self.month_start
        market.ledger.hours["looks"][p, (now + self.rules.start_second) // 3600 % 168] += 1
        account.last_seen = self.day
        month.looks += 1
        month.platforms |= 1 << p
        ready = now + self.rules.search_seconds
        awaited = account.qualification < 3 and account.done - account.refused >= 10 ** (account.qualification + 1)
        good = 10 * account.refused <= account.done
        biface = self.platforms[p].structure == 0
        if not (awaited and good and biface and ready + self.rules.test_seconds <= self.midnight):
            return self.rules.search_seconds
        if draw(market.key, streams.PICK, now, i, 0) < worker.accuracy**2:
            account.qualification += 1
        return self.rules.search_seconds + self.rules.test_seconds

    def seconds(self, i, slot):
        return max(1, int(self.book[slot].true_seconds / self.workers[i].speed + 0.5))

    def search(self, i, account, ready, limit):
        """The slot he takes work from, None if there is nothing for him."""
        worker, rules, key = self.workers[i], self.rules, self.market.key
        if self.platforms[account.platform].structure == 1:
            return self.search_project(i, account, ready, limit)
        shown = self.lists[account.platform]
        newest = draw(key, streams.LOOK, ready, i, 1) < rules.newest_first
        entries = shown.newest_first() if newest else shown.largest_first()
        page = [s for s in entries[: 4 * rules.page] if self.book[s].requires <= account.qualification][: rules.page]
        wage = worker.reservation_wage * (rules.need_factor if self.day < worker.needy_until else 1.0)
        fit = [
            slot
            for slot in page
            if self.book[slot].hourly >= wage
            and ready + self.seconds(i, slot) <= limit
            and self.claims.get((i, self.book[slot].id), 0) < self.book[slot].items
        ]

        def liking(slot):
            batch = self.book[slot]
            client = int(self.market.firms.clients["who"][batch.client])
            u, v, _, _ = draw4(key, streams.PICK, batch.k, i, 64 + client)
            return float(np.float32(math.log(batch.hourly))) + rules.taste_log_sd * normal(u, v)

        return max(fit, key=liking, default=None)

    def search_project(self, i, account, ready, limit):
        """Deep labour: the oldest open batch of his project, as far as the week's allotment goes."""
        book = self.market.book.batches
        if account.state != c.CONTRACTED:
            return None
        waiting = np.flatnonzero((book["client"] == account.project) & (book["id"] >= 0) & (book["left"] > 0))
        if not len(waiting):
            return None
        slot = int(waiting[np.argmin(book["id"][waiting])])
        seconds = self.seconds(i, slot)
        return slot if seconds <= account.allotted and ready + seconds <= limit else None

    def work(self, i, a, slot, ready, limit):
        """Take tasks and do them; returns when he is back and the pay he expects."""
        batch, account, seconds = self.book[slot], self.accounts[a], self.seconds(i, slot)
        before = self.claims.get((i, batch.id))
        if before is None:
            ready += min(self.rules.instructions_seconds, limit - ready - seconds)
        bounds = [batch.left, batch.items - (before or 0), max(1, self.rules.hold_seconds // seconds)]
        bounds.append((limit - ready) // seconds)
        if self.platforms[account.platform].structure == 1:
            bounds.append(account.allotted // seconds)
        tasks = min(bounds)
        if self.platforms[account.platform].structure == 1:
            account.allotted -= tasks * seconds
        back = ready + tasks * seconds
        self.claims[i, batch.id] = (before or 0) + tasks
        batch.first_filled = ready if batch.first_filled == c.NOBODY else batch.first_filled
        batch.last_filled = max(batch.last_filled, back)
        batch.left -= tasks
        batch.done += tasks
        self.market.book.open_tasks[account.platform] -= tasks
        if self.platforms[account.platform].structure == 0:
            self.lists[account.platform].taken(slot)
        self.grants.append((a, batch.id, tasks, tasks * seconds, ready))
        return back, tasks * batch.piece_rate

    def climb(self, a, ready):
        """The ladder of deep labour: apply while the contractor looks for people, sit the exam on its date."""
        account, market = self.accounts[a], self.market
        p, platform = account.platform, self.platforms[account.platform]
        if account.state == c.REGISTERED and market.firms.openings[p] > 0:
            if ready + platform.profile_seconds > self.midnight:
                return 0
            market.firms.openings[p] -= 1
            market.ledger.today[p, D["applied"]] += 1
            account.state = c.APPLIED
            account.exam_day = next(d for d in range(self.day + 1, 10**6) if d % platform.exam_every == 0)
            return platform.profile_seconds
        if account.state == c.APPLIED and self.day >= account.exam_day:
            if self.day >= account.exam_day + platform.exam_window:
                account.state = c.REGISTERED
            elif ready + platform.exam_seconds <= self.midnight:
                passes = self.workers[account.worker].accuracy ** platform.exam_difficulty
                passed = draw(market.key, streams.CONTRACT, self.day, account.worker, p) < passes
                account.state = c.QUALIFIED if passed else c.REGISTERED
                if passed:
                    market.firms.roster[market.firms.counts[r.ROSTER]] = a
                    market.firms.counts[r.ROSTER] += 1
                return platform.exam_seconds
        return 0

    def spend(self, i, account, seconds):
        """Time at a platform is unpaid until settlement says otherwise."""
        self.market.ledger.today[account.platform, D["unpaid_seconds"]] += seconds
        self.months[self.workers[i].month_row].unpaid_seconds += seconds

    def turn_away(self, i, account, earned, seconds):
        """The return of this look, euro per hour; was it empty?"""
        account.day_return += earned * 3600.0 / (1e6 * max(1, seconds))
        account.day_looks += 1
        self.market.ledger.today[account.platform, D["sessions" if earned else "empty_looks"]] += 1
        self.months[self.workers[i].month_row].sessions += earned > 0
        return earned == 0

    def look_elsewhere(self, i, now):
        """At times, who found nothing opens an account somewhere else; the seconds that takes."""
        u, v, w, x = draw4(self.market.key, streams.LEARN, now, i, 2)
        if u >= self.rules.joining_rate or now + self.rules.joining_seconds > self.midnight:
            return 0
        p = another(self.market, self.day, self.own[i], v)
        if p is None:
            return 0
        join(self.rules, self.market, self.day, i, p, self.own[i], w, x)
        account = self.accounts[self.own[i][0]]
        self.spend(i, account, self.rules.joining_seconds)
        self.joined += 1
        return self.rules.joining_seconds
