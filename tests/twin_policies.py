"""Slow twins of what policies change, written from ``docs/policies.md``."""

import math
from collections import Counter

from twin import DAY, D, Row, credit, next_event, owned, shut_out

from sim.kernel import arrays as r
from sim.kernel import records as c
from sim.kernel import streams
from sim.kernel.streams import draw, draw4

LATELY = 30  # days
BIFACE = 0


def accounts_of(market):
    """The accounts that were opened."""
    return [Row(market.people.accounts, a) for a in range(market.people.counts[r.ACCOUNTS])]


def asked(rules, market, client, size, seconds, true):
    """Tasks a client asks for before they are rounded by lot, ``size x scale x (cost / cost before) ^ -elasticity``.

    Returns
    -------
    asked : float
    before : int
        What a task would cost without policies, micro-euro.
    """
    platform, client = Row(market.firms.platforms, client["platform"]), Row([client], 0)
    before = max(1, platform.least_task, math.floor(client.wage * math.exp(client.raised) * seconds / 3600.0 * 1e6))
    floor = math.ceil(platform.least_pay * true)
    cost = max(before, floor) * platform.dearer
    return min(size * client.scale * (cost / before) ** -rules.demand_elasticity, 1e8), before


def take_along(market, own, lost):
    """The highest level reached anywhere, less what is lost on the way, counts on each biface platform."""
    best = max((account.qualification for account in own), default=0)
    for account in own:
        if market.firms.platforms["structure"][account.platform] == BIFACE:
            account.qualification = max(account.qualification, best - lost)


def recognise(market, lost):
    for own in owned(market).values():
        take_along(market, [Row(market.people.accounts, a) for a in own], lost)


def ask_for_balance(day, market, account):
    """A balance that reaches the threshold is on its way, unless an earlier one still is."""
    platform = Row(market.firms.platforms, account.platform)
    if account.on_its_way == 0 and account.balance >= max(1, platform.cash_out_threshold):
        account.on_its_way, account.balance = account.balance, 0
        account.due = day + max(1, math.floor(platform.cash_out_delay * 7 / 5))


def release(day, market):
    for account in accounts_of(market):
        ask_for_balance(day, market, account)


def pay_search(day, market, a, seconds, per_second, kind="unpaid_seconds"):
    """Seconds of another kind become paid ones; the pay is the worker's and lacks in the platform's commission."""
    account, pay = Row(market.people.accounts, a), math.floor(seconds * per_second)
    month = Row(market.ledger.months, market.people.workers["month_row"][account.worker])
    market.firms.platforms["search_paid"][account.platform] += pay
    names = {"paid_seconds": seconds, kind: -seconds, "pay_micro_euro": pay, "commission_micro_euro": -pay}
    for name, amount in names.items():
        market.ledger.today[account.platform, D[name]] += amount
    month.paid_seconds += seconds
    setattr(month, kind, getattr(month, kind) - seconds)
    month.earned_micro_euro += pay
    account.day_earned += pay
    credit(account, pay, day)
    ask_for_balance(day, market, account)
    return pay


def stay_away(rules, market, i):
    """Who has not registered does so at the same time of the day he may; others have their first event from then on."""
    worker = Row(market.people.workers, i)
    if worker.state == c.UNREGISTERED:
        worker.next_look = worker.away_until * DAY + worker.next_look % DAY
        return
    if shut_out([account for account in accounts_of(market) if account.worker == i]):
        worker.next_look = c.NEVER
        return
    rate = rules.need_rate * worker.urgency
    rate += worker.looking_rate + rules.drift_rate if worker.state == c.LOOKING else rules.notification_rate
    u = draw(market.key, streams.LEARN, worker.next_look, i, 3)
    row = market.schedule.available[worker.profile].tolist()
    worker.next_look = next_event(rules, row, worker.away_until * DAY - 1, rate, u)


def call_out(day, market, share, until, reservoir):
    """Of those seen within thirty days a share stays away, by lot; without a reservoir all others do."""
    for i in range(len(market.people.workers)):
        worker = Row(market.people.workers, i)
        active = worker.last_seen != c.NOBODY and day - worker.last_seen <= LATELY
        joins = draw(market.key, streams.POLICY, day, i, 0) < share
        if joins if active else not reservoir:
            worker.away_until = until


def call_up(day, market, own, until, client):
    """Who joins a call, by worker: of the active who hear of it a share; those who could hear of it, who do, who join.

    ``own`` are the fields of the policy; `client` a row or None."""
    meet = heard = 0
    joined = []
    for i in range(len(market.people.workers)):
        worker = Row(market.people.workers, i)
        if worker.last_seen == c.NOBODY or day - worker.last_seen > LATELY:
            worker.away_until = worker.away_until if own.reservoir else until
            continue
        if own.heard_by == "forum" and not worker.reads:
            continue
        if client is not None:
            named = market.firms.clients["known_from"][client] == 1
            if not named or not worker.platforms >> int(market.firms.clients["platform"][client]) & 1:
                continue
        meet += 1
        joins, told, _, _ = draw4(market.key, streams.POLICY, day, i, 0)
        if own.heard_by == "surroundings" and told >= own.told:
            continue
        heard += 1
        if joins < own.share:
            joined.append(i)
            worker.refuses |= c.BOYCOTTED
            if client is None:
                worker.away_until = until if own.needed == 0.0 else min(until, day + 7)
    return [meet, heard, len(joined)], joined


def bar(day, market, share):
    """Accounts banned on platforms with a forum, of those who take part."""
    barred = 0
    for account in accounts_of(market):
        forum = market.firms.platforms["own_forum"][account.platform]
        takes_part = market.people.workers["refuses"][account.worker] & c.BOYCOTTED
        if forum and takes_part and account.state not in (c.BANNED, c.TURNED_AWAY, c.DROPPED, c.CONTRACTED):
            if draw(market.key, streams.POLICY, day, account.worker, 1 + account.platform) < share:
                account.state = c.BANNED
                market.ledger.today[account.platform, D["barred"]] += 1
                barred += 1
    return barred


def look_around(day, since, market, seen, needed, again):
    """Who wants to see more take part than do goes back; how many do not. `again`: the day they look next, or None."""
    left = 0
    for i in range(len(market.people.workers)):
        worker = Row(market.people.workers, i)
        if worker.refuses & c.BOYCOTTED:
            _, _, wants, _ = draw4(market.key, streams.POLICY, since, i, 0)
            stays = wants * needed <= seen
            left += stays
            worker.refuses -= 0 if stays else c.BOYCOTTED
            if again is not None:
                worker.away_until = max(worker.away_until, again) if stays else day
    return left


def readmit(market):
    for account in accounts_of(market):
        account.state = c.REGISTERED if account.state == c.TURNED_AWAY else account.state


def let_in(market):
    """Accounts by platform, without those turned away."""
    counted = Counter(account.platform for account in accounts_of(market) if account.state != c.TURNED_AWAY)
    return [counted[p] for p in range(len(market.firms.platforms))]
