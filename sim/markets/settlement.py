"""Review, pay, commission, balances, bans and cash-out: the day's pieces of work turned into money.

All money is integer micro-euro. For each piece of work: pay = approved tasks x piece rate; the client spends
pay + margins + commission; the pay stands on the account until it reaches the platform's threshold and is then
on its way for so many working days.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.agents.worth import calendar_days
from sim.kernel.arrays import GRANTS, MONTH_ROWS, Firms, Ledger, Market, OrderBook, People, Schedule
from sim.kernel.categories import LOCALISED
from sim.kernel.compiler import bring, bring_both, inner, kernel
from sim.kernel.records import BANNED, CONTRACTED, DAILY, NOBODY
from sim.kernel.streams import REVIEW, REVIEW_REFUSALS, draw
from sim.markets.book import new_month_row, share_of
from sim.markets.entry import tell

if TYPE_CHECKING:
    from sim.scenario.rules import Rules

AHEAD = 4  # pieces of work between one whose records are asked for and the next


@inner
def refusals(tasks: int, chance: float, u: float) -> int:
    """How many of `tasks` are refused: the binomial distribution read off one uniform number (inversion).

    Terms are kept as logarithms: the chance that none of thousands is refused is too small for a number.
    """
    if chance >= 1.0:
        return tasks
    log_term = tasks * np.log1p(-chance)
    total, refused = np.exp(log_term), 0
    while u > total and refused < tasks:
        log_term += np.log(chance / (1.0 - chance) * (tasks - refused) / (refused + 1))
        refused += 1
        total += np.exp(log_term)
    return refused


@kernel
def settle(rules: "Rules", day: int, market: Market) -> None:
    """Settle every piece of work of the day, in the order in which it was taken.

    Writes: people, firms, book, schedule, ledger."""
    key, people, firms, book, schedule, ledger, _ = market
    for n in range(ledger.counts[GRANTS]):
        foresee(people, firms, book, ledger, n)
        grant = ledger.grants[n]
        account = people.accounts[grant.account]
        batch = book.batches[grant.slot]
        worker = people.workers[account.worker]
        chance = (1.0 - worker.accuracy) * batch.strictness * (1.0 - rules.reversed)
        u = draw(key, REVIEW, grant.second, account.worker, REVIEW_REFUSALS)
        refused = refusals(grant.tasks, chance, u) if not batch.together else grant.tasks if u < chance else 0
        paid_seconds = grant.seconds * (grant.tasks - refused) // grant.tasks
        pay = (grant.tasks - refused) * batch.piece_rate
        client = firms.clients[batch.client]
        if client.by_hour == 1:  # what a second of work pays at speed 1, for the seconds that it took
            pay = paid_seconds * batch.piece_rate // batch.true_seconds
            client.paid_by_hour += pay
        record_work(ledger, account, worker, grant, paid_seconds, refused, pay)
        if batch.kind == LOCALISED:
            record_visits(ledger, account, worker, grant, pay)
        if rules.entry:
            tell(rules.memory, people, ledger, account, pay)
        batch.refused += refused
        client.reviewed += grant.tasks
        client.refused += refused
        record_money(firms, ledger, account, batch, pay)
        credit(day, people, firms, schedule, grant.account, pay)
        if firms.platforms[account.platform].referral_bonus > 0 and account.done == grant.tasks:
            bonus = pay_referral(day, people, firms, schedule, ledger, account)
            ledger.today[account.platform, DAILY.pay_micro_euro] += bonus
            ledger.today[account.platform, DAILY.commission_micro_euro] -= bonus
        note_worked(day, ledger, worker)
        if refused > 0:
            judge(people, firms, ledger, grant.account)
            mistrust(rules.distrust, account, batch.client, client.known_from)
            worker.accuracy = 1.0 - (1.0 - worker.accuracy) * (1.0 - rules.learned)
    ledger.counts[GRANTS] = 0
    for p in range(firms.platforms.size):
        ledger.today[p, DAILY.tasks_open] = book.open_tasks[p]


@inner
def foresee(people: People, firms: Firms, book: OrderBook, ledger: Ledger, n: int) -> None:
    """Ask for the records of the pieces of work that are settled soon after the one at `n`.

    Decides nothing; `sim.markets.agenda.foresee` says why it is done."""
    last = ledger.counts[GRANTS] - 1
    if n + 3 * AHEAD <= last:
        bring_both(people.accounts, ledger.grants[n + 3 * AHEAD].account)
        bring_both(book.batches, ledger.grants[n + 3 * AHEAD].slot)
    if n + 2 * AHEAD <= last:
        bring_both(people.workers, people.accounts[ledger.grants[n + 2 * AHEAD].account].worker)
    if n + AHEAD <= last:
        owner = people.accounts[ledger.grants[n + AHEAD].account].worker
        bring_both(ledger.months, people.workers[owner].month_row)
        bring(people.persons, owner)
        bring_both(firms.clients, book.batches[ledger.grants[n + AHEAD].slot].client)


@inner
def record_work(
    ledger: Ledger, account: np.record, worker: np.record, grant: np.record, paid_seconds: int, refused: int, pay: int
) -> None:
    """Tasks, time and pay in the day's and the month's counters and in the account.

    Writes: account, ledger.months, ledger.today."""
    today = ledger.today[account.platform]
    today[DAILY.tasks_done] += grant.tasks
    today[DAILY.first_tasks] += account.done == 0
    today[DAILY.tasks_refused] += refused
    today[DAILY.paid_seconds] += paid_seconds
    today[DAILY.unpaid_seconds] -= paid_seconds
    row = ledger.months[worker.month_row]
    row.tasks_done += grant.tasks
    row.tasks_refused += refused
    row.paid_seconds += paid_seconds
    row.unpaid_seconds -= paid_seconds
    row.earned_micro_euro += pay
    account.done += grant.tasks
    account.refused += refused
    account.day_earned += pay


@inner
def record_visits(ledger: Ledger, account: np.record, worker: np.record, grant: np.record, pay: int) -> None:
    """Which of the work was done in shops.

    Writes: ledger.months, ledger.today."""
    row = ledger.months[worker.month_row]
    ledger.today[account.platform, DAILY.shop_visits] += grant.tasks
    row.shop_visits += grant.tasks
    row.shop_seconds += grant.seconds
    row.shop_micro_euro += pay


@inner
def record_money(firms: Firms, ledger: Ledger, account: np.record, batch: np.record, pay: int) -> None:
    """Who pays what: the client the worker's pay, the margins of the chain and the platform's commission.

    Writes: firms.clients, ledger.today."""
    platform = firms.platforms[account.platform]
    commission, margin = share_of(pay, platform.commission), share_of(pay, platform.margin)
    firms.clients[batch.client].spent += pay + commission + margin
    today = ledger.today[account.platform]
    today[DAILY.pay_micro_euro] += pay
    today[DAILY.commission_micro_euro] += commission
    today[DAILY.margin_micro_euro] += margin
    today[DAILY.spent_micro_euro] += pay + commission + margin


@inner
def pay_search(
    day: int,
    people: People,
    firms: Firms,
    schedule: Schedule,
    ledger: Ledger,
    a: int,
    seconds: int,
    per_second: float,
    watched: bool,
) -> int:
    """Pay seconds of search, or of watching, which the platform advances out of its commission.

    Writes: people.accounts, firms.platforms, schedule.payments, ledger.months, ledger.today.

    Returns
    -------
    int
        Micro-euro.
    """
    account = people.accounts[a]
    pay = int(seconds * per_second)
    firms.platforms[account.platform].search_paid += pay
    today = ledger.today[account.platform]
    row = ledger.months[people.workers[account.worker].month_row]
    if watched:
        today[DAILY.watching_seconds] -= seconds
        row.watching_seconds -= seconds
    else:
        today[DAILY.unpaid_seconds] -= seconds
        row.unpaid_seconds -= seconds
    today[DAILY.paid_seconds] += seconds
    today[DAILY.pay_micro_euro] += pay
    today[DAILY.commission_micro_euro] -= pay
    row.paid_seconds += seconds
    row.earned_micro_euro += pay
    account.day_earned += pay
    credit(day, people, firms, schedule, a, pay)
    return pay


@inner
def pay_referral(day: int, people: People, firms: Firms, schedule: Schedule, ledger: Ledger, account: np.record) -> int:
    """Pay whoever told of the platform the owner of `account`, who has done a first task there.

    Nobody is paid whose own account is closed by now.

    Writes: people.accounts, people.workers, firms.platforms, schedule.payments, ledger.counts, ledger.months.

    Returns
    -------
    int
        Micro-euro paid.
    """
    person, platform = people.persons[account.worker], firms.platforms[account.platform]
    if person.referred_by == NOBODY or person.first_platform != account.platform:
        return 0
    a = people.workers[person.referred_by].first_account
    while a != NOBODY and people.accounts[a].platform != account.platform:
        a = people.accounts[a].next
    if a == NOBODY or people.accounts[a].state >= BANNED:
        return 0
    if people.workers[person.referred_by].month_row == NOBODY:
        if ledger.counts[MONTH_ROWS] == ledger.months.size:
            return 0  # `State.settle` makes room for thousands; more do not begin in a day
        new_month_row(people, ledger, person.referred_by)
    bonus = platform.referral_bonus
    ledger.months[people.workers[person.referred_by].month_row].earned_micro_euro += bonus
    platform.referral_paid += bonus
    credit(day, people, firms, schedule, a, bonus)
    return bonus


@inner
def note_worked(day: int, ledger: Ledger, worker: np.record) -> None:
    """Keep the count of who last worked when.

    Writes: worker, ledger.worked_on."""
    if worker.last_worked != day:
        if worker.last_worked >= 0:
            ledger.worked_on[worker.last_worked] -= 1
        ledger.worked_on[day] += 1
        worker.last_worked = day


@inner
def judge(people: People, firms: Firms, ledger: Ledger, a: int) -> None:
    """A biface platform bans an account with many refusals; nobody explains.

    Writes: people.accounts, ledger.today."""
    account = people.accounts[a]
    platform = firms.platforms[account.platform]
    if account.state == BANNED or account.state == CONTRACTED or account.refused < platform.ban_after:
        return
    if account.refused > platform.ban_share * account.done:
        account.state = BANNED
        ledger.today[account.platform, DAILY.banned] += 1


@inner
def mistrust(distrust: float, account: np.record, c: int, known_from: int) -> None:
    """Refused by a client known by name, one avoids it; by nobody knows whom, one expects less of the platform.

    Writes: account."""
    if known_from > 0:
        account.avoids = c
    else:
        account.expected_return *= 1.0 - distrust


@inner
def credit(day: int, people: People, firms: Firms, schedule: Schedule, a: int, pay: int) -> None:
    """Add pay to the balance; ask for it once it reaches the threshold and nothing else is on its way.

    Writes: people.accounts, schedule.payments."""
    account = people.accounts[a]
    if account.credited == 0 and pay > 0:
        account.first_credit = day
    account.credited += pay
    account.balance += pay
    threshold = firms.platforms[account.platform].cash_out_threshold
    if account.on_its_way == 0 and account.balance > 0 and account.balance >= threshold:
        account.on_its_way, account.balance = account.balance, 0
        account.due = day + calendar_days(firms.platforms[account.platform].cash_out_delay)
        if account.due < schedule.payments.size:
            account.due_link = schedule.payments[account.due]
            schedule.payments[account.due] = a


@kernel
def pay_out(day: int, people: People, firms: Firms, schedule: Schedule, ledger: Ledger) -> bool:
    """Payments due today arrive; what has gathered meanwhile may be asked for at once.

    Writes: people.accounts, people.workers, schedule.payments, ledger.counts, ledger.months, ledger.today.

    Returns
    -------
    bool
        False if the month's table must grow before the rest can be paid.
    """
    while schedule.payments[day] != NOBODY:
        if ledger.counts[MONTH_ROWS] == ledger.months.size:
            return False
        a = schedule.payments[day]
        account = people.accounts[a]
        schedule.payments[day] = account.due_link
        if account.due_link != NOBODY:
            bring_both(people.accounts, account.due_link)
        ledger.today[account.platform, DAILY.cashed_out_micro_euro] += account.on_its_way
        worker = people.workers[account.worker]
        if worker.month_row == NOBODY:
            new_month_row(people, ledger, account.worker)
        ledger.months[worker.month_row].cashed_out_micro_euro += account.on_its_way
        account.on_its_way = 0
        credit(day, people, firms, schedule, a, 0)
    return True
