"""The slow twin of matching and watching: all platforms for one day, as a queue of events."""

import heapq
import math

import numpy as np
from scipy import special
from twin import DAY, D, OpenList, Rows, another, claims, first_steps, join, listed, next_event, normal, owned, standing

from sim.kernel import arrays as r
from sim.kernel import records as c
from sim.kernel import streams
from sim.kernel.categories import KINDS
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
        self.persons = Rows(market.people.persons)
        self.months, self.platforms = Rows(market.ledger.months), Rows(market.firms.platforms)
        self.available = [row.tolist() for row in market.schedule.available]
        self.lists = [OpenList(self.book, listed(market, p)[0]) for p in range(len(market.firms.platforms))]
        self.claims = claims(market)
        self.own = owned(market)
        self.grants, self.sitting, self.watchers = [], {}, {}
        self.now, self.next = self.begins, {}  # of each person, the moment at which they act
        self.began, self.ends = {}, {}  # of each person, the sitting
        self.idle = {}  # of each person, since when they have been there without work
        self.joined = self.same_second = self.late = 0

    def run(self):
        """The day; afterwards the copy of the columns and `grants` are what the kernel should leave."""
        queue = self.queue = [(self.begins + 3600 * hour, 0, 0.0, hour) for hour in range(24)]
        book, market = self.market.book.batches, self.market
        fresh = (book["id"] != c.NOBODY) & (book["posted"] >= self.begins) & (book["left"] > 0)
        for slot in np.flatnonzero(fresh & (market.firms.platforms["structure"][book["platform"]] == 0)).tolist():
            queue.append((self.book[slot].posted, 1, -self.book[slot].id, slot))
        for second, there in standing(market).items():
            for i in there:
                self.later(i, self.begins + second)
        heapq.heapify(queue)
        for shown in self.lists:
            for slot in shown.slots:
                self.elsewhere_at(self.book[slot].next_abroad, slot)
        busy = -1
        while queue and queue[0][0] < self.midnight:
            self.now, what, _, who = heapq.heappop(queue)
            if what == -1:
                if self.now <= self.midnight - 1:  # the last second is the next day's to tell
                    self.taken_elsewhere(who, self.now)
            elif what == 0:
                hour = (self.now + self.rules.start_second) // 3600 % 168
                self.market.ledger.hours["open_tasks"][:, hour] += self.market.book.open_tasks
            elif what == 1:
                self.appears(who)
            elif self.next.get(who) == self.now:
                self.same_second += self.now == busy
                busy = self.now
                self.turn(who)
        self.now = self.midnight
        for i in list(self.watchers):
            self.turn(i)
        return self

    def later(self, i, moment):
        self.next[i] = moment
        heapq.heappush(self.queue, (moment, 2, draw(self.market.key, streams.LOOK, moment, i, 0), i))

    def asked(self, i, k):
        """What chance says of what he does at this moment, four uniforms."""
        return draw4(self.market.key, streams.LOOK, self.now, i, k)

    def turn(self, i):
        del self.next[i]
        if i not in self.sitting:
            self.sitting[i] = self.sit(i, self.now)
        moment = next(self.sitting[i], None)
        if moment is None:
            del self.sitting[i]
        else:
            self.later(i, moment)

    def appears(self, slot):
        """A batch comes on its list, and those who watch it will notice, each in their time."""
        self.lists[self.book[slot].platform].show(slot)
        self.market.book.open_tasks[self.book[slot].platform] += self.book[slot].left
        batch = self.book[slot]
        if self.platforms[batch.platform].crowd > 0 and not self.market.firms.clients["french"][batch.client]:
            batch.pace = self.pace(batch)
            self.elsewhere_at(self.next_elsewhere(batch, 0, batch.posted + self.rules.pick_seconds), slot)
        for i in self.watchers:
            if (moment := self.notices(i, slot)) < min(self.next[i], c.NEVER):
                self.later(i, moment)

    def elsewhere_at(self, moment, slot):
        """The crowd elsewhere takes its next piece of a batch then, before anybody in France acts in that second."""
        if moment < math.inf:
            heapq.heappush(self.queue, (moment, -1, slot, slot))

    def pace(self, batch):
        """Pieces that go elsewhere a second: of those there, who would take it and may."""
        rules, platform = self.rules, self.platforms[batch.platform]
        score = (math.log(batch.hourly) - math.log(rules.crowd_wage)) / rules.crowd_wage_log_sd
        qualified = 1 - ([0, *self.market.demand.levels[batch.platform].tolist()][batch.requires])
        return platform.crowd * qualified * float(special.ndtr(score)) / rules.reaction_seconds

    def next_elsewhere(self, batch, n, since):
        """When piece `n` goes: a unit exponential used up at the rate of each hour."""
        left, hours = (
            -math.log(draw4(self.market.key, streams.CROWD, n // 4, batch.who, batch.k)[n % 4]),
            self.market.schedule.abroad,
        )
        for hour in range(since // 3600 if isinstance(since, int) else int(since // 3600), batch.expires * 24):
            speed, begins = batch.pace * hours[hour % 24], max(since, 3600 * hour)
            if left < speed * (3600 * (hour + 1) - begins):
                return begins + left / speed
            left -= speed * (3600 * (hour + 1) - begins)
        return math.inf

    def taken_elsewhere(self, slot, moment):
        """One piece of a batch goes, as many tasks as one takes at a time, and the next is awaited."""
        batch, p = self.book[slot], self.book[slot].platform
        if batch.left == 0:
            return
        piece = min(batch.items, max(1, self.rules.hold_seconds // batch.true_seconds))
        tasks = min(piece, batch.left)
        batch.left -= tasks
        batch.first_filled = int(moment) if batch.first_filled == c.NOBODY else min(batch.first_filled, int(moment))
        batch.last_filled = max(batch.last_filled, int(moment) + tasks * batch.true_seconds)
        self.market.book.open_tasks[p] -= tasks
        self.lists[p].taken(slot)
        commission = int(self.market.firms.platforms["commission"][p])
        spent = tasks * (batch.piece_rate + batch.piece_rate * commission // 10**6)
        for name, amount in (("tasks_done_abroad", tasks), ("abroad_seconds", tasks * batch.true_seconds)):
            self.market.ledger.today[p, D[name]] += amount
        self.market.ledger.today[p, D["spent_abroad_micro_euro"]] += spent
        self.market.firms.clients["spent"][batch.client] += spent
        gone = math.ceil((batch.size - batch.left - batch.done) / piece)
        self.elsewhere_at(self.next_elsewhere(batch, gone, moment), slot)

    def sit(self, i, now):
        """One sitting: list after list, then watching, until time or patience runs out. Yields when he acts again."""
        worker, rules, began = self.workers[i], self.rules, now
        row, hour = self.available[worker.profile], (now + rules.start_second) // 3600 % 168
        free = min(1.0, 24.0 * (row[hour + 1] - row[hour]))
        length = max(60, int(-worker.sitting * free * math.log(self.asked(i, 0)[1])))
        self.began[i], self.ends[i] = now, now + min(length, max(60, worker.day_budget - worker.used))
        if not worker.today:
            worker.today = 1
            self.market.ledger.seen[self.market.ledger.counts[r.SEEN]] = i
            self.market.ledger.counts[r.SEEN] += 1
        self.idle[i] = now
        now, last = yield from self.browse(i, now)
        stays = last is not None and self.asked(i, 1)[1] < rules.staying
        lists = [a for a in self.own[i] if self.accounts[a].state < c.BANNED and self.biface(a) and self.started(a)]
        while stays and lists and now < self.limit(i):
            for a in lists:
                self.accounts[a].searched = max(self.accounts[a].searched, began)
            now, slot = yield from self.watch(i, now, lists, last)
            if slot is None:
                break
            last = next(a for a in lists if self.accounts[a].platform == self.book[slot].platform)
            now = yield from self.go(i, last, now)
        worker.used += now - began
        if last is not None:
            self.book_time(last, "visits", 1)
            self.book_time(last, "present_seconds", now - began)
        if worker.state == c.LOOKING and worker.used < worker.day_budget:
            u = self.asked(i, 0)[3]
            following = next_event(rules, self.available[worker.profile], now, worker.looking_rate, u)
            if following < self.midnight:
                self.later(i, following)

    def limit(self, i):
        """When the sitting ends."""
        return min(self.midnight, self.ends[i])

    def biface(self, a):
        return self.platforms[self.accounts[a].platform].structure == 0

    def started(self, a):
        return self.accounts[a].step == 3

    def browse(self, i, now):
        """Lists opened of one's own accord; the second at which there is no more to do, and the last account."""
        tried, last, found = set(), None, True
        while (a := self.choose(i, now, tried)) is not None:
            account, opened, last = self.accounts[a], now, a
            tried.add(account.platform)
            now, unpaid, found = yield from self.use(i, a, now, self.open(i, account, now), opened)
            account.searched = now
            self.market.ledger.today[account.platform, D["sessions" if found else "empty_looks"]] += 1
            self.months[self.workers[i].month_row].sessions += found
            if now >= self.limit(i):
                return now, last
            if not self.biface(a) and self.started(a):
                unpaid += self.climb(a, now + unpaid)
            unpaid = min(unpaid, self.midnight - now)
            self.spend(a, unpaid)
            keen = self.asked(i, 0)[2] < self.rules.persistence
            now += unpaid
            if not keen or now >= self.limit(i):
                return now + (0 if found else self.look_elsewhere(i, now)), last
            if not self.untried(i, tried):
                return now, last
            yield now
        return now, last

    def use(self, i, a, now, unpaid, opened):
        """Work from one list as long as it has any: the second of the last search, what it takes, was there any?"""
        account, found = self.accounts[a], False
        while self.started(a) and (slot := self.search(i, account, now + unpaid, opened is None)) is not None:
            back = self.work(i, a, slot, now + unpaid)
            if not found and opened is not None:
                hour = (opened + self.rules.start_second) // 3600 % 168
                self.market.ledger.hours["successes"][account.platform, hour] += 1
            found = True
            self.spend(a, back - now)
            now = back
            if now >= self.limit(i):
                return now, 0, found
            yield now
            unpaid = self.rules.pick_seconds
        return now, unpaid, found

    def go(self, i, a, now):
        """To a batch that was noticed: in time, and then as long as there is work, or too late."""
        pick, account = self.rules.pick_seconds, self.accounts[a]
        self.book_time(a, "reactions", 1)
        self.spend(a, pick)
        now += pick
        yield now
        now, unpaid, found = yield from self.use(i, a, now, 0, None)
        account.searched = now
        if now >= self.limit(i):
            return now
        if not found:
            self.late += 1
            self.book_time(a, "too_late", 1)
            return now
        unpaid = min(unpaid, self.midnight - now)
        self.spend(a, unpaid)
        return now + unpaid

    def watch(self, i, since, lists, last):
        """Watch until a batch is noticed, or the sitting ends; when, and the slot of the batch."""
        limit = self.limit(i)
        self.watchers[i] = since, limit, {self.accounts[a].platform: a for a in lists}
        end = limit if limit < self.midnight else c.NEVER
        while True:
            shown = [slot for a in lists for slot in self.lists[self.accounts[a].platform].slots]
            coming = sorted((self.notices(i, slot), self.book[slot].id, slot) for slot in shown)
            slot = next((slot for moment, _, slot in coming if moment <= self.now), None)
            if self.now >= limit or slot is not None and self.now > since:
                break
            yield min(end, coming[0][0]) if coming else end
        del self.watchers[i]
        self.book_time(last, "watching_seconds", self.now - since)
        self.accounts[last].day_watched += self.now - since
        return self.now, None if self.now >= limit else slot

    def notices(self, i, slot):
        """When watcher `i` notices a batch that he would take; NEVER if not in time."""
        (since, limit, lists), batch, worker, rules = self.watchers[i], self.book[slot], self.workers[i], self.rules
        if batch.platform not in lists or batch.posted <= self.accounts[lists[batch.platform]].searched:
            return c.NEVER
        need = rules.need_factor if self.day < worker.needy_until else 1.0
        wage, notification = worker.reservation_wage * need, self.platforms[batch.platform].notification
        if batch.requires > self.accounts[lists[batch.platform]].qualification or not self.visible(i, slot):
            return c.NEVER
        if self.pay(i, slot) < np.float32(wage):
            return c.NEVER
        if self.unwanted(i, lists[batch.platform], slot):
            return c.NEVER
        rate = float(np.float32(worker.attention * (1.0 + notification) / rules.reaction_seconds))
        if batch.said & c.GOOD_NEWS and worker.reads:
            rate *= rules.forum_speed
        client = int(self.market.firms.clients["who"][batch.client])
        delay = -math.log(draw(self.market.key, streams.WATCH, batch.k, i, client)) / rate
        moment = int(max(batch.posted + min(delay, 1e9) // 1, since)) + 1
        return moment if delay < DAY and self.in_time(i, slot, moment + rules.pick_seconds, limit) else c.NEVER

    def unwanted(self, i, a, slot):
        """Is something said of the batch that he minds, bad news only out of need, or has its client refused him?"""
        worker, said = self.workers[i], self.book[slot].said
        minded = [bit for bit in (c.ON_PRINCIPLE, c.BAD_NEWS, c.BOYCOTTED) if worker.refuses & bit]
        if self.day < worker.needy_until:
            minded = [bit for bit in minded if bit != c.BAD_NEWS]
        return any(said & bit for bit in minded) or self.accounts[a].avoids == self.book[slot].client

    def book_time(self, a, name, amount):
        """Something that is counted for the platform and for the worker's month."""
        self.market.ledger.today[self.accounts[a].platform, D[name]] += amount
        month = self.months[self.workers[self.accounts[a].worker].month_row]
        setattr(month, name, getattr(month, name) + amount)

    def choose(self, i, now, tried):
        """Highest expected return times a Frechet error, of the lists not opened in this sitting."""
        noise, own = self.rules.choice_noise, self.own[i]

        def value(a):
            if len(own) == 1 or noise == 0.0:
                return self.accounts[a].expected_return
            u = draw(self.market.key, streams.PICK, now, i, 2 + self.accounts[a].platform)
            return max(self.accounts[a].expected_return, 1e-9) * (-math.log(u)) ** -noise

        return max(self.untried(i, tried), key=value, default=None)

    def untried(self, i, tried):
        """His accounts whose lists he has not opened in this sitting."""
        open_to_him = [a for a in self.own[i] if self.accounts[a].state < c.BANNED]
        return [a for a in open_to_him if self.accounts[a].platform not in tried]

    def open(self, i, account, now):
        """A look: who is seen when and where; unpaid seconds of search and of any test."""
        worker, market, p = self.workers[i], self.market, account.platform
        if worker.month_row == c.NOBODY:
            worker.month_row = market.ledger.counts[r.MONTH_ROWS]
            market.ledger.counts[r.MONTH_ROWS] += 1
            market.ledger.months[worker.month_row] = (i, *[0] * (len(c.MONTHLY) - 1))
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
        account.day_looks += 1
        month.looks += 1
        month.platforms |= 1 << p
        steps = first_steps(self.rules, market, account, now, self.midnight)
        search = steps + self.rules.search_seconds
        awaited = account.qualification < 3 and account.done - account.refused >= 10 ** (account.qualification + 1)
        good = 10 * account.refused <= account.done
        biface = self.platforms[p].structure == 0
        if not (awaited and good and biface and now + search + self.rules.test_seconds <= self.midnight):
            return search
        if draw(market.key, streams.PICK, now, i, 0) < worker.accuracy**2:
            account.qualification += 1
        return search + self.rules.test_seconds

    def seconds(self, i, slot):
        return max(1, int(self.book[slot].true_seconds / self.workers[i].speed + 0.5))

    def search(self, i, account, ready, came):
        """The slot he takes work from, None if there is nothing for him; who `came` to a batch reads newest first."""
        worker, rules, key = self.workers[i], self.rules, self.market.key
        if self.platforms[account.platform].structure == 1:
            return self.search_project(i, account, ready, self.limit(i))
        shown = self.lists[account.platform]
        newest = came or self.asked(i, 1)[0] < rules.newest_first
        entries = shown.newest_first() if newest else shown.largest_first()
        page = [s for s in entries[: 4 * rules.page] if self.book[s].requires <= account.qualification]
        page = [s for s in page if self.visible(i, s)][: rules.page]
        wage = worker.reservation_wage * (rules.need_factor if self.day < worker.needy_until else 1.0)
        fit = [
            slot
            for slot in page
            if self.pay(i, slot) >= wage
            and not self.unwanted(i, next(a for a in self.own[i] if self.accounts[a] is account), slot)
            and self.in_time(i, slot, ready, self.limit(i))
            and self.claims.get((i, self.book[slot].id), 0) < self.book[slot].items
        ]

        def liking(slot):
            batch = self.book[slot]
            client = int(self.market.firms.clients["who"][batch.client])
            u, v, _, _ = draw4(key, streams.PICK, batch.k, i, 64 + client)
            hourly = math.log(self.pay(i, slot))
            return (hourly if self.in_a_place(slot) else float(np.float32(hourly))) + rules.taste_log_sd * normal(u, v)

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

    def work(self, i, a, slot, ready):
        """Take tasks and do them; returns when he is back."""
        batch, account, seconds = self.book[slot], self.accounts[a], self.seconds(i, slot)
        away, limit = 0, self.limit(i)
        if self.in_a_place(slot):
            away = self.away(i, slot)
            limit = self.last_second(i) - away
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
        back = ready + tasks * seconds + away
        self.claims[i, batch.id] = (before or 0) + tasks
        batch.first_filled = ready if batch.first_filled == c.NOBODY else batch.first_filled
        batch.last_filled = max(batch.last_filled, back)
        batch.left -= tasks
        batch.done += tasks
        self.market.book.open_tasks[account.platform] -= tasks
        if self.platforms[account.platform].structure == 0:
            self.lists[account.platform].taken(slot)
        self.grants.append((a, batch.id, tasks, tasks * seconds, ready))
        step = min(math.floor(math.log2((ready - self.idle[i]) // 60 + 1)), c.WAITS - 1)
        self.market.ledger.waits[account.platform, step] += tasks * seconds
        self.idle[i] = back
        if self.in_a_place(slot):
            self.book_time(a, "travel_seconds", away)
            self.ends[i] = max(self.ends[i], min(self.ends[i] + seconds + away, self.last_second(i)), back)
        return back

    def in_a_place(self, slot):
        return self.rules.travels and KINDS[self.book[slot].kind] == "shop_visit"

    def last_second(self, i):
        """When he must be home: midnight, or the end of the time that the day has for micro-work."""
        return min(self.midnight, self.began[i] + self.workers[i].day_budget - self.workers[i].used)

    def away(self, i, slot):
        """Seconds of the way to the nearest shop and back; None without a smartphone or a shop within reach."""
        person, batch, rules = self.persons[i], self.book[slot], self.rules
        shops_per_km2 = batch.left * person.around / 64_472_000
        client = int(self.market.firms.clients["who"][batch.client])
        u = draw(self.market.key, streams.PLACE, batch.k, i, client)
        km = math.sqrt(-math.log(u) / (math.pi * shops_per_km2))
        if not person.smartphone or km > rules.reach_km:
            return None
        kmh = (rules.town_kmh, rules.suburb_kmh, rules.country_kmh)[person.density]
        return int(3600.0 * 2.0 * km * (1.0 - rules.errand_share) / kmh + 0.5)

    def visible(self, i, slot):
        """Is the batch for people like him, with a shop near enough?"""
        person, (band, sex) = self.persons[i], divmod(self.book[slot].profile, 3)
        years = ((0, 255), (0, 24), (25, 39), (40, 59), (60, 255))[band]
        asked = years[0] <= person.age <= years[1] and sex in (0, person.sex + 1)
        return asked and (not self.in_a_place(slot) or self.away(i, slot) is not None)

    def pay(self, i, slot):
        """Euro per hour, announced; of a visit, the way counts."""
        batch = self.book[slot]
        if not self.in_a_place(slot):
            return float(batch.hourly)
        return float(batch.piece_rate) * 3600 / (10**6 * (batch.announced_seconds + self.away(i, slot)))

    def in_time(self, i, slot, ready, limit):
        """Done before the sitting ends; a visit is begun before, and ends with the day's time."""
        if not self.in_a_place(slot):
            return ready + self.seconds(i, slot) <= limit
        return ready <= limit and ready + self.seconds(i, slot) + self.away(i, slot) <= self.last_second(i)

    def climb(self, a, ready):
        """The ladder of deep labour: apply while the contractor looks for people, sit the exam on its date."""
        account, market = self.accounts[a], self.market
        p, platform = account.platform, self.platforms[account.platform]
        if account.state == c.REGISTERED and market.firms.openings[p] > 0:
            told = platform.advertised == c.NOBODY or market.firms.clients[platform.advertised]["known_from"] == 1
            if ready + platform.profile_seconds > self.midnight:
                return 0
            if not told:
                who = int(market.firms.clients[platform.advertised]["who"])
                u = draw(market.key, streams.CONTRACT, who, account.worker, 64 + p)
                if u >= platform.trust_unknown:
                    return 0
            market.firms.openings[p] -= 1
            market.ledger.today[p, D["applied"]] += 1
            if self.workers[account.worker].references:
                self.qualify(a)
                return platform.profile_seconds
            account.state = c.APPLIED
            account.exam_day = next(d for d in range(self.day + 1, 10**6) if d % platform.exam_every == 0)
            return platform.profile_seconds
        if account.state == c.APPLIED and self.day >= account.exam_day:
            if self.day >= account.exam_day + platform.exam_window:
                account.state = c.REGISTERED
            elif ready + platform.exam_seconds <= self.midnight:
                passes = self.workers[account.worker].accuracy ** platform.exam_difficulty
                passed = draw(market.key, streams.CONTRACT, self.day, account.worker, p) < passes
                account.state = c.REGISTERED
                if passed:
                    self.qualify(a)
                return platform.exam_seconds
        return 0

    def qualify(self, a):
        """On the roster, without or after the exam."""
        self.accounts[a].state = c.QUALIFIED
        self.market.firms.roster[self.market.firms.counts[r.ROSTER]] = a
        self.market.firms.counts[r.ROSTER] += 1

    def spend(self, a, seconds):
        """Active time at a platform is unpaid until settlement says otherwise."""
        self.accounts[a].day_active += seconds
        self.book_time(a, "unpaid_seconds", seconds)

    def look_elsewhere(self, i, now):
        """At times, who found nothing opens an account somewhere else; the seconds that takes."""
        v, w, x, _ = draw4(self.market.key, streams.LEARN, now, i, 2)
        if self.asked(i, 1)[2] >= self.rules.joining_rate or now + self.rules.joining_seconds > self.midnight:
            return 0
        p = another(self.market, self.day, self.own[i], v)
        if p is None:
            return 0
        join(self.rules, self.market, self.day, i, p, self.own[i], w, x)
        self.spend(self.own[i][0], self.rules.joining_seconds)
        self.joined += 1
        return self.rules.joining_seconds
