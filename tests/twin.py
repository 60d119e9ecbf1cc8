"""Slow twins: the rules of the market in plain Python, written from the equations, to hold the kernels against.

A twin works on a copy of the columns, so that both can be compared field by field, but everything the kernels do
with linked lists it does with lists, dictionaries, a queue of events and generators. Chance comes from the same
coordinates (`sim.kernel.streams` is checked by its own known answers); numbers are Python's, rounded to a column's type
only where a column keeps them.
"""

import math
from bisect import bisect_right
from collections import defaultdict

import numpy as np
from scipy import stats

from sim.agents.looking import BEFORE, FILLED, PLACES
from sim.kernel import arrays as r
from sim.kernel import records as c
from sim.kernel import streams
from sim.kernel.categories import KINDS
from sim.kernel.streams import draw, draw4
from sim.simulation.columns import by_name, replaced

DAY, WEEK = 86_400, 604_800
D = c.DAILY._asdict()
# Columns that the kernels and the twins need not have alike: where things stand in chains, and a sitting that is over.
LINKS = {"event", "next", "first_account", "first_claim", "newer", "older", "class_newer", "class_older", "size_class"}
LINKS |= {"due_link", "first_slot", "last_slot", "called_until", "next_call", "place", "next_abroad"}
LINKS |= {"pull"}  # follows from expected_return; checked by itself
SCRATCH = {"ends", "sat_down", "account", "tried", "opened", "found", "attending", "called", "watching_since"}
SCRATCH |= {"waits_since"}  # of a sitting that is over


class Row:
    """One record of a column: reads Python numbers, writes them back in the column's own type."""

    def __init__(self, array, n):
        object.__setattr__(self, "_record", array[n])

    def __getattr__(self, name):
        return self._record[name].item()

    def __setattr__(self, name, value):
        self._record[name] = value


class Rows:
    """The records of one column."""

    def __init__(self, array):
        self._rows = [Row(array, n) for n in range(len(array))]

    def __getitem__(self, n):
        return self._rows[n]


def planned(schedule):
    """Who has an event on each day of the calendar that has any, last filed first."""
    days = {}
    for day in np.flatnonzero(schedule.calendar != c.NOBODY).tolist():
        block, days[day] = schedule.calendar[day], []
        while block != c.NOBODY:
            *places, filled, before = schedule.blocks[block].tolist()
            days[day] += places[:filled][::-1]
            block = before
    return days


def plan(schedule, day, people):
    """The calendar has nothing but these people, on one day."""
    blocks = np.array_split(people, -(-len(people) // PLACES))
    schedule.blocks[:, FILLED], schedule.blocks[:, BEFORE] = 0, np.arange(1, len(schedule.blocks) + 1)
    for n, them in enumerate(blocks):
        schedule.blocks[n, : len(them)] = them
        schedule.blocks[n, [FILLED, BEFORE]] = len(them), n - 1 if n else c.NOBODY
    schedule.calendar[:], schedule.counts[r.FREE_BLOCK] = c.NOBODY, len(blocks)
    schedule.calendar[day] = len(blocks) - 1


def copied(market):
    """A market of its own with the same columns."""
    return replaced(market, {name: array.copy() for name, array in by_name(market).items()})


# --- what the kernels keep in linked lists ---------------------------------------------------------------------
def followed(first, link):
    """Row numbers along a chain, first one first."""
    found = []
    while first != c.NOBODY:
        found.append(int(first))
        first = link[first]
    return found


def standing(market):
    """Who acts in which second, before the day begins."""
    found, events = defaultdict(list), market.schedule.events
    for head in market.schedule.agenda.tolist():
        for e in followed(head, events["next"]):
            found[int(events["second"][e])].append(int(events["worker"][e]))
    return {second: sorted(there) for second, there in found.items()}


def listed(market, p):
    """Slots on the list of platform `p`: newest first, and by size class (largest first)."""
    heads = market.book.largest[p][::-1]
    by_class = [slot for head in heads for slot in followed(head, market.book.batches["class_older"])]
    return followed(market.book.newest[p], market.book.batches["older"]), by_class


def claims(market):
    """Tasks taken of each batch still open, by worker and batch number."""
    found = {}
    for i in np.flatnonzero(market.people.workers["first_claim"] != c.NOBODY):
        for row in followed(market.people.workers["first_claim"][i], market.book.claims["next"]):
            claim = market.book.claims[row]
            batch = market.book.batches[claim["slot"]]
            if batch["id"] == claim["batch"] and batch["left"] > 0:
                found[int(i), int(claim["batch"])] = int(claim["units"])
    return found


def size_class(left):
    """Floor of the binary logarithm."""
    return math.floor(math.log2(left))


class OpenList:
    """The list of one platform: batches in order of posting, and by size class."""

    def __init__(self, book, newest):
        self._book = book
        self.slots = newest[::-1]

    def show(self, slot):
        self.slots.append(slot)

    def taken(self, slot):
        """Some tasks of a batch are gone: it may be off the list."""
        if self._book[slot].left == 0:
            self.slots.remove(slot)

    def newest_first(self):
        return self.slots[::-1]

    def largest_first(self):
        book = self._book
        return sorted(self.slots, key=lambda slot: (-size_class(book[slot].left), -book[slot].posted, book[slot].id))


# --- operational time ------------------------------------------------------------------------------------------
def operational(row, second):
    """Operational days from a Monday 00:00 to `second`, given one profile's cumulated week."""
    week, rest = divmod(second, WEEK)
    hour, within = divmod(rest, 3600)
    return 7.0 * week + row[hour] + (row[hour + 1] - row[hour]) * within / 3600.0


def clock(row, when):
    """The second at which operational time reaches `when`."""
    week = int(when / 7.0)
    rest = when - 7.0 * week
    hour = min(max(bisect_right(row, rest) - 1, 0), 167)
    return week * WEEK + hour * 3600 + int((rest - row[hour]) / (row[hour + 1] - row[hour]) * 3600.0)


def next_event(rules, row, second, rate, u):
    """First event of a Poisson process in operational time, seconds since the start; later than `second`."""
    wait = -math.log(u) / rate if rate > 0.0 else math.inf
    if wait > 20_000.0:
        return c.NEVER
    reached = clock(row, operational(row, second + rules.start_second) + wait) - rules.start_second
    return max(second + 1, reached)


def normal(u, v):
    return math.sqrt(-2.0 * math.log(u)) * math.cos(2.0 * math.pi * v)


# --- accounts and mornings -------------------------------------------------------------------------------------
def owned(market):
    """Rows of the accounts of each worker, the last one opened first."""
    own = defaultdict(list)
    for a in reversed(range(market.people.counts[r.ACCOUNTS])):
        own[int(market.people.accounts["worker"][a])].append(a)
    return own


def another(market, day, own, u):
    """A platform open for sign-up on which there is no account yet, by its share of registrations; None without."""
    there, rows = {int(market.people.accounts["platform"][a]) for a in own}, market.firms.platforms
    others = [p for p in range(len(rows)) if p not in there and rows["opened"][p] <= day]
    if not others:
        return None
    weights = np.cumsum(rows["weight"][others].astype(float))
    return others[min(int(np.searchsorted(weights, u * weights[-1])), len(others) - 1)]


def join(rules, market, day, i, p, own, u, v):
    """A new account, with a hope drawn from what the platform advertises; `own` grows by its row."""
    a = int(market.people.counts[r.ACCOUNTS])
    market.people.counts[r.ACCOUNTS] += 1
    account = Row(market.people.accounts, a)
    account.worker, account.platform, account.state, account.signed_up = i, p, c.REGISTERED, day
    if draw(market.key, streams.SIGN_UP, 1, i, 400 + p) >= market.firms.platforms["admitted"][p]:
        account.state = c.TURNED_AWAY
    account.last_seen, account.project, account.due, account.avoids = -(2**30), c.NOBODY, c.NOBODY, c.NOBODY
    if day < 0:
        first_steps(rules, market, account, None, None)
    hope = rules.prior_return * float(market.firms.platforms["wage"][p])
    account.expected_return = hope * math.exp(rules.prior_log_sd * normal(u, v))
    market.people.workers["platforms"][i] |= np.uint32(1 << p)
    own.insert(0, a)
    market.ledger.today[p, D["signed_up"]] += 1


def first_steps(rules, market, account, now, midnight):
    """Seconds spent on the first steps of an account; `now` is None for who took them before the first day.

    No task is offered, and nobody recruited, before ``account.step`` is 3; who drops the account never comes again.
    """
    listed, spent = bool(market.firms.platforms["listed"][account.platform]), 0
    seconds = [rules.profile_seconds, rules.payment_seconds, rules.first_test_seconds]
    names = ["profiles", "payments_set", "started"]
    while account.step < 3 and account.state < c.BANNED:
        step = account.step
        if now is not None and now + spent + seconds[step] > midnight:
            break
        spent += seconds[step]
        if draw(market.key, streams.SIGN_UP, 0, account.worker, 500 + 3 * account.platform + step) >= rules.step_chance:
            account.state = c.DROPPED
            break
        account.step = step + 1 if listed or step == 0 else 3  # a contractor asks for no first test
        if now is not None:
            for name in names[step : account.step]:
                market.ledger.today[account.platform, D[name]] += 1
    return spent


def worth(rules, worker, account, platform, day):
    """A euro credited, in euros in hand: for whom, after how many days."""
    days = max(1, math.floor(platform.cash_out_delay * 7 / 5))
    if platform.cash_out_threshold:
        since = max(0, day - account.first_credit) if account.credited else 0
        pace = (account.credited + platform.cash_out_threshold * 7 / 30) / (since + 7)
        days += platform.cash_out_threshold / 2 / pace
    return (1.0 - platform.vouchers * rules.voucher_loss * worker.need) * math.exp(-rules.impatience * days)


def shut_out(accounts):
    """Has he no account left, all being banned or dropped?"""
    return all(account.state in (c.BANNED, c.DROPPED) for account in accounts)


def best_of(accounts):
    """Highest expected return of the accounts that are not closed."""
    return max((account.expected_return for account in accounts if account.state < c.BANNED), default=0.0)


def rate_of(rules, worker, best, day):
    """Looks per operational day."""
    wage = worker.reservation_wage * (rules.need_factor if day < worker.needy_until else 1.0)
    rate = rules.looking_rate * (best / wage) ** rules.looking_elasticity
    return worker.attention * min(rate, rules.looking_rate_max)


def comes(rules, day, market, i):
    """Does a candidate sign up now, or never? ``threshold < reach (ads busy / usual + talk of near and far)``."""
    person, ledger = Row(market.people.persons, i), market.ledger
    p, d = person.first_platform, person.department
    platform, worker = Row(market.firms.platforms, p), Row(market.people.workers, i)

    def talked_of(row):
        heard = ledger.heard[row, p] / ledger.adults[row] / platform.weight / rules.usual_heard
        return rules.talk * heard**rules.talk_elasticity * (1 + rules.referral_effect if platform.referral_bonus else 1)

    paid, there = ledger.times[:, p].tolist()
    told = [rules.talk_local * talked_of(d), (1 - rules.talk_local) * talked_of(-1)]
    advertised = rules.advertising * (paid / there / rules.busy_share if there else paid * 1e9 / rules.busy_share)
    advertised *= (platform.wage / platform.first_wage) ** rules.pay_response
    strength = platform.reach * (sum(told) + advertised)
    ledger.today[p, D["considered"]] += 1
    ledger.today[p, D["considered_at_most"]] += strength > rules.entry_most
    if person.threshold >= strength:
        return False
    person.signed_up = day
    if person.threshold < platform.reach * told[0]:
        person.referred_by = int(ledger.teller[d, p])
    sudden, long, _, _ = draw4(market.key, streams.SIGN_UP, 0, i, 103)
    if sudden < rules.entry_need:
        worker.needy_until = day + math.ceil(-rules.need_days * math.log(long))
    return True


def wake(rules, day, market, further):
    """The day's events: sign-ups, looks, drifting away, needs and messages; who acts at which second of the day."""
    own, agenda = owned(market), defaultdict(list)
    table = [row.tolist() for row in market.schedule.available]
    waiting = planned(market.schedule).get(day, [])
    while waiting:
        i = waiting.pop(0)
        worker, moment = Row(market.people.workers, i), int(market.people.workers["next_look"][i])
        accounts = [Row(market.people.accounts, a) for a in own[i]]
        if worker.state == c.UNREGISTERED:
            if rules.entry and not comes(rules, day, market, i):
                worker.next_look = c.NEVER
                continue
            market.people.counts[r.PERSONS] += 1
            u, v, _, _ = draw4(market.key, streams.SIGN_UP, 0, i, 1)
            join(rules, market, day, i, int(market.people.persons["first_platform"][i]), own[i], u, v)
            for k in range(len(market.firms.platforms) - 1):
                t, u, v, w = draw4(market.key, streams.SIGN_UP, 0, i, 2 + k)
                if t >= further:
                    break
                p = another(market, day, own[i], w)
                if p is not None:
                    join(rules, market, day, i, p, own[i], u, v)
            awake = "new"
        else:
            awake = _event(rules, market, worker, accounts, i)
        if awake == "need":
            _, v, _, _ = draw4(market.key, streams.RETURN, moment, i, 0)
            worker.needy_until = day + math.ceil(-rules.need_days * math.log(v))
        if awake in ("need", "message"):
            market.ledger.today[accounts[0].platform, D["returned"]] += worker.state == c.LAPSED
            for account in accounts:
                wage = float(market.firms.platforms["wage"][account.platform])
                account.expected_return = max(account.expected_return, rules.hope * rules.prior_return * wage)
        if awake in ("new", "need", "message"):
            best = best_of([Row(market.people.accounts, a) for a in own[i]])
            worker.looking_rate, worker.state = rate_of(rules, worker, best, day), c.LOOKING
        if awake:
            agenda[moment % DAY].append(i)
            continue
        rate = rules.need_rate * worker.urgency + rules.notification_rate
        u = draw(market.key, streams.LEARN, moment, i, 1)
        worker.next_look = next_event(rules, table[worker.profile], moment, rate, u)
        if shut_out(accounts):
            worker.next_look = c.NEVER
        if worker.next_look < (day + 1) * DAY:
            waiting.insert(0, i)
    return {second: sorted(there) for second, there in agenda.items()}


def _event(rules, market, worker, accounts, i):
    """Which of the competing events it is, in proportion to their rates; None if it does not make him look."""
    u = draw(market.key, streams.RETURN, worker.next_look, i, 0)
    need = rules.need_rate * worker.urgency
    if worker.state == c.LOOKING:
        x = u * (worker.looking_rate + rules.drift_rate + need)
        if x < worker.looking_rate:
            return "look"
        if x >= worker.looking_rate + rules.drift_rate:
            return "need"
        worker.state = c.LAPSED
        market.ledger.today[accounts[0].platform, D["lapsed"]] += 1
        return None
    x = u * (need + rules.notification_rate)
    if x >= rules.notification_rate:
        return "need"
    heeded = x < rules.notification_rate * market.firms.notice[accounts[0].platform]
    return "message" if heeded else None


# --- after the day ---------------------------------------------------------------------------------------------
def refusals(tasks, chance, u):
    """The binomial quantile at `u`."""
    return int(stats.binom.ppf(u, tasks, chance))


def credit(account, pay, day):
    account.first_credit = account.first_credit if account.credited or not pay else day
    account.credited += pay
    account.balance += pay


def ask(account, platform, day):
    """A balance that has reached the threshold is asked for, if nothing else is on its way."""
    if account.on_its_way == 0 and account.balance >= max(1, platform.cash_out_threshold):
        account.on_its_way, account.balance = account.balance, 0
        account.due = day + max(1, math.floor(platform.cash_out_delay * 7 / 5))


def settle(rules, day, market, grants):
    """Review, pay, commission, margin, balance and bans of the day's `grants`: (account, slot, tasks, ...)."""
    workers, accounts, book = Rows(market.people.workers), Rows(market.people.accounts), Rows(market.book.batches)
    clients, platforms, months = Rows(market.firms.clients), Rows(market.firms.platforms), Rows(market.ledger.months)
    for a, slot, tasks, seconds, second in grants:
        account, batch = accounts[a], book[slot]
        worker, p, platform = workers[account.worker], account.platform, platforms[account.platform]
        u = draw(market.key, streams.REVIEW, second, account.worker, 0)
        chance = (1.0 - worker.accuracy) * batch.strictness * (1.0 - rules.reversed)
        refused = tasks * (u < chance) if batch.together else refusals(tasks, chance, u)
        approved = tasks - refused
        paid, pay = seconds * approved // tasks, approved * batch.piece_rate
        if clients[batch.client].by_hour:
            pay = paid * batch.piece_rate // batch.true_seconds
            clients[batch.client].paid_by_hour += pay
        commission, margin = pay * platform.commission // 10**6, pay * platform.margin // 10**6
        spent = pay + commission + margin
        names = ("tasks_done", "tasks_refused", "paid_seconds", "pay_micro_euro", "commission_micro_euro")
        names += ("margin_micro_euro", "spent_micro_euro", "unpaid_seconds")
        for name, amount in zip(names, (tasks, refused, paid, pay, commission, margin, spent, -paid), strict=True):
            market.ledger.today[p, D[name]] += amount
        month = months[worker.month_row]
        month.tasks_done += tasks
        month.tasks_refused += refused
        month.paid_seconds += paid
        month.unpaid_seconds -= paid
        month.earned_micro_euro += pay
        if KINDS[batch.kind] == "shop_visit":
            market.ledger.today[p, D["shop_visits"]] += tasks
            month.shop_visits += tasks
            month.shop_seconds += seconds
            month.shop_micro_euro += pay
        account.done += tasks
        account.refused += refused
        account.day_earned += pay
        market.ledger.today[p, D["first_tasks"]] += account.done == tasks
        credit(account, pay, day)
        if rules.entry:
            person = Row(market.people.persons, account.worker)
            for row in (person.department, -1):
                market.ledger.heard[row, p] += rules.memory * pay / (1.0 - rules.memory)
            if pay > 0:
                market.ledger.teller[person.department, p] = account.worker
        batch.refused += refused
        clients[batch.client].spent += spent
        clients[batch.client].reviewed += tasks
        clients[batch.client].refused += refused
        if refused and clients[batch.client].known_from:
            account.avoids = batch.client
        elif refused:
            account.expected_return *= 1.0 - rules.distrust
        worker.last_worked = day
        ask(account, platform, day)
        if account.done == tasks and platform.referral_bonus:
            refer(market, account, day)
        usual = account.state not in (c.BANNED, c.CONTRACTED) and refused > 0
        if usual and account.refused >= platform.ban_after and account.refused > platform.ban_share * account.done:
            account.state = c.BANNED
            market.ledger.today[p, D["banned"]] += 1
        if refused > 0 and rules.learned > 0.0:
            worker.accuracy = 1.0 - (1.0 - worker.accuracy) * (1.0 - rules.learned)
    market.ledger.today[:, D["tasks_open"]] = market.book.open_tasks


def refer(market, newcomer, day):
    """Who told of a platform is paid there, out of its commission, if their own account is not closed."""
    person, p = Row(market.people.persons, newcomer.worker), newcomer.platform
    if person.referred_by == c.NOBODY or person.first_platform != p:
        return
    theirs = [Row(market.people.accounts, a) for a in owned(market)[person.referred_by]]
    theirs = [account for account in theirs if account.platform == p and account.state < c.BANNED]
    for account in theirs:
        platform = Row(market.firms.platforms, p)
        bonus = platform.referral_bonus
        Row(market.ledger.months, market.people.workers["month_row"][account.worker]).earned_micro_euro += bonus
        market.ledger.today[p, D["pay_micro_euro"]] += bonus
        market.ledger.today[p, D["commission_micro_euro"]] -= bonus
        platform.referral_paid += bonus
        credit(account, bonus, day)
        ask(account, platform, day)


def adapt(rules, market, closed):
    """Where no contract sets it, a rate goes part of the way to what times to fill, idle time and usual pay ask for."""
    for p, platform in enumerate(Row(market.firms.platforms, n) for n in range(len(market.firms.platforms))):
        today = market.ledger.today[p]
        there = today[D["paid_seconds"]] + today[D["unpaid_seconds"]] + today[D["watching_seconds"]]
        if there > 0:
            platform.busy += rules.rate_speed * (today[D["paid_seconds"]] / there - platform.busy)
    for slot in closed:
        batch = Row(market.book.batches, slot)
        client = Row(market.firms.clients, batch.client)
        platform = Row(market.firms.platforms, batch.platform)
        if batch.withdrawn or platform.contracts:
            continue
        deadline = rules.deadline_share * client.patience * DAY
        client.lateness = lateness = max(batch.last_filled - batch.posted, 1) / deadline
        late = math.log(lateness)
        weight = 1.0 if client.french else platform.france
        wanted = rules.rate_response * sorted([-6.0, late, 6.0])[1] + rules.rate_following * platform.usual
        busier = math.log(max(platform.busy, 1e-9) / rules.busy_share)
        wanted += weight * rules.rate_tightness * sorted([-2.0, busier, 2.0])[1]
        client.raised += rules.rate_speed * (wanted - client.raised)
        platform.usual += rules.usual_weight * (client.raised - platform.usual)


def learn(rules, day, market):
    """``R <- mean + (R - mean) (1 - alpha) ** looks`` for each account used; then rate, lapsing, next event."""
    workers, rows, platforms = Rows(market.people.workers), owned(market), Rows(market.firms.platforms)
    for i in market.ledger.seen[: market.ledger.counts[r.SEEN]].tolist():
        worker, own = workers[i], [Row(market.people.accounts, a) for a in rows[i]]
        for account in own:
            if account.day_active + account.day_watched > 0:
                spent = max(account.day_active + rules.watching_weight * account.day_watched, 1.0)
                mean = account.day_earned * 3600.0 / (1e6 * spent)
                mean *= worth(rules, worker, account, platforms[account.platform], day)
                kept = (1.0 - rules.learning_rate) ** max(1, account.day_looks)
                account.expected_return = mean + (account.expected_return - mean) * kept
            account.day_looks = account.day_active = account.day_watched = account.day_earned = 0
        worker.looking_rate = rate_of(rules, worker, best_of(own), day)
        rate = rules.need_rate * worker.urgency
        if worker.looking_rate < rules.lapse_rate:
            worker.state = c.LAPSED
            market.ledger.today[own[0].platform, D["lapsed"]] += 1
            rate += rules.notification_rate
        else:
            rate += worker.looking_rate + rules.drift_rate
        u = draw(market.key, streams.LEARN, day, i, 0)
        row = market.schedule.available[worker.profile].tolist()
        worker.today, worker.used = 0, 0
        worker.next_look = next_event(rules, row, (day + 1) * DAY - 1, rate, u)
        if shut_out(own):
            worker.next_look = c.NEVER


def allot(backlog, merit, cap):
    """Seconds for each worker of one project: shares by merit, and what the cap leaves over shared once more.

    Parameters
    ----------
    backlog : float
        Seconds of work waiting.
    merit : list of float
    cap : int
        Seconds a worker may have in a week.
    """
    given = [0] * len(merit)
    for _ in range(2):
        left, hungry = max(0.0, backlog - sum(given)), [n for n in range(len(merit)) if given[n] < cap]
        whole = 0.0  # not sum(), which from Python 3.12 on compensates for rounding
        for n in hungry:
            whole += merit[n]
        for n in hungry:
            given[n] += min(math.ceil(left * merit[n] / whole), cap - given[n])
    return given
