"""Kernels against their slow twins: the same market, the same day, every number equal."""

import numpy as np
import pytest
import twin
import twin_day
from opened import Opened
from scipy import stats

from sim import MicroworkMarket
from sim import columns as c
from sim import rules as r
from sim.agents import looking
from sim.markets import book, contracting, settlement
from sim.streams import EXPERIMENT, draw, make_key

book, contracting, looking, settlement = map(Opened, (book, contracting, looking, settlement))

# Everything happens often: people with several accounts, many looks, tests, refusals, bans, applications.
LIVELY = {
    "seed": 11,
    "end": "2014-10-31",
    "population": {"people": 1500, "joined_at_sign_up": 1.0},
    "demand": {"hours_per_day": 6000.0, "strictness_mean": 0.7, "client_size_log_sd": 1.4},
    "behaviour": {
        "looking_rate": 2.0,
        "learning_rate": 0.4,  # who finds work is soon there often enough to be banned
        "accuracy_mean": 0.9,
        "accuracy_sd": 0.1,
        "joining_rate": 0.3,
        "reservation_wage": 1.0,
        "page": 3,  # so that lists are longer than what is read of them
    },
}
FURTHER = 0.5  # chance of one more account at sign-up, from a mean of one more
DAYS = (0, 5, 34, 62)  # the first; a Sunday; a Monday, when work is allotted; the first of a month
LINKS = {"link", "next", "first_account", "first_part", "newer", "older", "class_newer", "class_older", "size_class"}
LINKS |= {"due_link", "first_slot", "last_slot"}
LINKS |= {"pull"}  # follows from expected_return; checked by itself
SCRATCH = {"ends", "sat_down", "account", "tried", "opened", "earned"}  # of a sitting that is over


def without(dtype, *names):
    return [name for name in dtype.names if name not in LINKS.union(*names)]


def equal(kernel, slow, names):
    for name in names:
        np.testing.assert_array_equal(kernel[name], slow[name], err_msg=name)


def pieces(market):
    grants = market.grants[: market.counts[r.GRANTS]]
    ids = market.book["id"][grants["slot"]]
    columns = (grants["account"], ids, grants["tasks"], grants["seconds"], grants["second"])
    return list(zip(*(column.tolist() for column in columns), strict=True))


def chained(heads, link):
    """Members of each chain, without their order."""
    return {n: sorted(twin.followed(heads[n], link)) for n in np.flatnonzero(heads != c.NOBODY)}


def before_and_after(state, name, kept):
    """Have the state keep copies of its columns before and after one of its verbs."""
    verb = getattr(state, name)

    def kept_verb(*arguments):
        before = twin.copied(state.market)
        verb(*arguments)
        kept[name] = before, twin.copied(state.market), arguments

    setattr(state, name, kept_verb)


@pytest.fixture(scope="module")
def days():
    """The columns before and after matching, settling and learning on some days of one market."""
    market, found = MicroworkMarket(**LIVELY), {}
    while market.day <= max(DAYS):
        kept = found[market.day] = {}
        if market.day in DAYS:
            for name in ("wake", "match", "settle", "learn"):
                before_and_after(market.state, name, kept)
        market.step()
        for name in kept:
            delattr(market.state, name)
    return market.state.rules, {day: found[day] for day in DAYS}


@pytest.fixture(scope="module")
def matched(days):
    rules, found = days
    slow = {}
    for day, kept in found.items():
        before, _, (_, month_start) = kept["match"]
        slow[day] = twin_day.Day(rules, twin.copied(before), day, month_start).run()
    return slow


@pytest.mark.parametrize("day", DAYS)
def test_waking_of_a_day(days, day):
    rules, found = days
    before, kernel, _ = found[day]["wake"]
    slow = twin.copied(before)
    agenda = twin.wake(rules, day, slow, FURTHER)
    assert chained(kernel.agenda, kernel.workers["link"]) == agenda
    np.testing.assert_array_equal(kernel.today, slow.today)
    filled = kernel.counts[r.ACCOUNTS]
    assert filled == slow.counts[r.ACCOUNTS]
    equal(kernel.accounts[:filled], slow.accounts[:filled], without(c.ACCOUNT))
    equal(kernel.workers, slow.workers, without(c.WORKER))


@pytest.mark.parametrize("day", DAYS)
def test_matching_of_a_day(days, matched, day):
    kernel, slow = days[1][day]["match"][1], matched[day]
    assert pieces(kernel) == slow.grants
    np.testing.assert_array_equal(kernel.today, slow.market.today)
    np.testing.assert_array_equal(kernel.hours, slow.market.hours)
    np.testing.assert_array_equal(kernel.open_tasks, slow.market.open_tasks)
    np.testing.assert_array_equal(kernel.openings, slow.market.openings)
    for count, name in ((r.ACCOUNTS, "accounts"), (r.MONTH_ROWS, "months"), (r.SEEN, "seen"), (r.ROLL, "roll")):
        filled = kernel.counts[count]
        assert filled == slow.market.counts[count]
        ours, theirs = getattr(kernel, name)[:filled], getattr(slow.market, name)[:filled]
        if name in ("seen", "roll"):
            np.testing.assert_array_equal(ours, theirs)
        else:
            equal(ours, theirs, without(ours.dtype))
    equal(kernel.workers, slow.market.workers, without(c.WORKER, SCRATCH))
    equal(kernel.book, slow.market.book, without(c.BATCH))
    assert not kernel.workers["ends"].any()


@pytest.mark.parametrize("day", DAYS)
def test_lists_after_a_day(days, matched, day):
    kernel, slow = days[1][day]["match"][1], matched[day]
    for p, shown in enumerate(slow.lists):
        assert twin.listed(kernel, p) == (shown.newest_first(), shown.largest_first())
    held = {key: units for key, units in twin.parts(kernel).items()}
    open_batches = set(kernel.book["id"][kernel.book["left"] > 0].tolist())
    assert held == {key: units for key, units in slow.parts.items() if key[1] in open_batches}


def test_those_days_had_everything(days, matched):
    """The comparison above says little about what did not happen."""
    rules, found = days
    last = [kept["learn"][1].today.sum(axis=0) for kept in found.values()]
    for name in (
        "empty_looks",
        "sessions",
        "tasks_refused",
        "lapsed",
        "returned",
        "applied",
        "signed_up",
    ):
        assert sum(int(today[twin.D[name]]) for today in last) > 0, name
    after = found[DAYS[-1]]["match"][1]
    accounts = after.accounts[: after.counts[r.ACCOUNTS]]
    markets = [kept["match"][1] for kept in found.values()]
    states = {state for one in markets for state in one.accounts["state"][: one.counts[r.ACCOUNTS]].tolist()}
    assert {c.BANNED, c.APPLIED, c.CONTRACTED} <= states
    assert accounts["qualification"].max() >= 1 and accounts["on_its_way"].max() > 0
    structures = [
        market.platforms["structure"][market.accounts["platform"][[g[0] for g in slow.grants]]]
        for slow in matched.values()
        if (market := slow.market)
    ]
    assert {0, 1} <= set(np.concatenate(structures).tolist())
    assert sum(slow.joined for slow in matched.values()) > 0
    assert sum(slow.same_second for slow in matched.values()) > 0
    batches = [[batch for _, batch, *_ in slow.grants] for slow in matched.values()]
    assert any(len(set(ids)) < len(ids) for ids in batches)


@pytest.mark.parametrize("day", DAYS)
def test_settling_of_a_day(days, day):
    rules, found = days
    before, kernel, _ = found[day]["settle"]
    slow = twin.copied(before)
    grants = before.grants[: before.counts[r.GRANTS]]
    twin.settle(
        rules, day, slow, [tuple(map(int, g)) for g in grants[["account", "slot", "tasks", "seconds", "second"]]]
    )
    twin.adapt(rules, slow, before.closed[: before.counts[r.CLOSED]])
    np.testing.assert_array_equal(kernel.today, slow.today)
    for name in ("workers", "accounts", "clients", "book", "months"):
        equal(getattr(kernel, name), getattr(slow, name), without(getattr(kernel, name).dtype))
    paid = chained(kernel.payments, kernel.accounts["due_link"])
    due = {}
    for a in np.flatnonzero(kernel.accounts["on_its_way"] > 0).tolist():
        due.setdefault(int(kernel.accounts["due"][a]), []).append(a)
    assert paid == {on: rows for on, rows in due.items() if on < len(kernel.payments)}
    worked = kernel.workers["last_worked"]
    np.testing.assert_array_equal(kernel.worked_on, np.bincount(worked[worked >= 0], minlength=len(kernel.worked_on)))
    seen = kernel.workers["last_seen"]
    np.testing.assert_array_equal(kernel.seen_on, np.bincount(seen[seen >= 0], minlength=len(kernel.seen_on)))


@pytest.mark.parametrize("day", DAYS)
def test_learning_of_a_day(days, day):
    rules, found = days
    before, kernel, _ = found[day]["learn"]
    slow = twin.copied(before)
    twin.learn(rules, day, slow)
    np.testing.assert_array_equal(kernel.today, slow.today)
    equal(kernel.accounts, slow.accounts, without(c.ACCOUNT))
    equal(kernel.workers, slow.workers, without(c.WORKER, SCRATCH))
    hope = kernel.accounts["expected_return"].astype(float)
    opened = slice(kernel.counts[r.ACCOUNTS])
    pull = np.log(np.maximum(hope[opened], 1e-9)) / rules.choice_noise
    np.testing.assert_allclose(kernel.accounts["pull"][opened], pull, rtol=1e-5, atol=1e-5)
    planned = chained(kernel.calendar, kernel.workers["link"])
    seen = before.seen[: before.counts[r.SEEN]]
    for i in seen.tolist():
        on = int(kernel.workers["next_look"][i]) // c.SECONDS_PER_DAY
        assert on >= len(kernel.calendar) or i in planned[on]


# --- laws ------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def small():
    """A market to take apart; each test leaves it as it found it."""
    clients = {"platform.members.deep.clients": 10_000.0}
    return MicroworkMarket(seed=3, platform="deep", end="2014-08-31", population={"people": 300}, **clients)


def test_refusals_are_binomial_quantiles():
    key = make_key(5)
    for n in range(400):
        tasks = 1 + int(80 * draw(key, EXPERIMENT, 0, n, 0))
        chance, u = draw(key, EXPERIMENT, 0, n, 1) ** 3, draw(key, EXPERIMENT, 0, n, 2)
        assert settlement.refusals(tasks, chance, u) == stats.binom.ppf(u, tasks, chance), (tasks, chance, u)
    assert settlement.refusals(10, 0.0, 0.999) == 0
    assert settlement.refusals(10, 0.5, 1.0 - 2.0**-33) == stats.binom.ppf(1.0 - 2.0**-33, 10, 0.5)


def test_operational_time_is_its_twin(small):
    table, key = small.columns.available, make_key(6)
    rows = [row.tolist() for row in table]
    for n in range(500):
        profile = n % len(table)
        second = int(draw(key, EXPERIMENT, 1, n, 0) * 2e8) - 3 * c.SECONDS_PER_DAY
        u, rate = draw(key, EXPERIMENT, 1, n, 1), 10.0 ** (4.0 * draw(key, EXPERIMENT, 1, n, 2) - 3.0)
        when = looking.operational(table, profile, second)
        assert when == twin.operational(rows[profile], second)
        weeks, rest = divmod(second, twin.WEEK)
        assert when == pytest.approx(7.0 * weeks + np.interp(rest / 3600.0, range(169), rows[profile]), abs=1e-9)
        assert looking.clock(table, profile, abs(when)) == twin.clock(rows[profile], abs(when))
        following = looking.next_event(small.state.rules, table, profile, max(second, -1), rate, u)
        assert following == twin.next_event(small.state.rules, rows[profile], max(second, -1), rate, u)
        assert following > second
    assert looking.next_event(small.state.rules, table, 0, 0, 0.0, 0.5) == c.NEVER
    assert looking.next_event(small.state.rules, table, 0, 0, 1e-12, 0.5) == c.NEVER


def test_waiting_times_are_exponential_in_operational_time(small):
    """Kolmogorov-Smirnov over 4000 waits; rejects a sound law once in 10 000 seeds."""
    table, key, waits = small.columns.available, make_key(7), []
    for n in range(4000):
        second = int(draw(key, EXPERIMENT, 2, n, 0) * 30 * c.SECONDS_PER_DAY)
        event = looking.next_event(small.state.rules, table, 3, second, 0.7, draw(key, EXPERIMENT, 2, n, 1))
        begin, end = (looking.operational(table, 3, t + small.state.rules.start_second) for t in (second, event))
        waits.append(end - begin)
    assert stats.kstest(waits, stats.expon(scale=1.0 / 0.7).cdf).pvalue > 1e-4


# --- the book --------------------------------------------------------------------------------------------------
def empty_book(market):
    """The market's columns with an empty book and no parts."""
    market = twin.copied(market)
    for name in ("book", "parts"):
        getattr(market, name)[:] = 0
    market.book["id"], market.book["older"][:-1] = c.NOBODY, np.arange(1, len(market.book))
    market.parts["next"][:-1] = np.arange(1, len(market.parts))
    market.book["older"][-1] = market.parts["next"][-1] = c.NOBODY
    market.workers["first_part"] = c.NOBODY
    market.newest[:], market.largest[:], market.open_tasks[:] = c.NOBODY, c.NOBODY, 0
    market.counts[[r.FREE_SLOT, r.FREE_PART, r.CLOSED, r.BATCHES]] = 0
    market.counts[[r.SLOTS_LEFT, r.PARTS_LEFT]] = len(market.book), len(market.parts)
    return market


def appear(market, left):
    slot = int(book.new_slot(market))
    batch = market.book[slot]
    batch["id"], batch["left"], batch["size"], batch["items"] = market.counts[r.BATCHES], left, left, left
    batch["platform"] = batch["client"] = batch["done"] = 0
    market.counts[r.BATCHES] += 1
    book.enlist(market, slot)
    return slot


def test_size_classes():
    lefts = [1, 2, 3, 4, 7, 8, 1023, 1024, 2**31 - 1]
    assert [book.size_class(left) for left in lefts] == [twin.size_class(left) for left in lefts]


def test_lists_against_plain_lists(small):
    """Three thousand batches posted, taken from, withdrawn and forgotten in any order."""
    market, key = empty_book(small.columns), make_key(8)
    shown = twin.OpenList(twin.Rows(market.book), [], [])
    for n in range(3000):
        what, which, much = (draw(key, EXPERIMENT, 3, n, k) for k in range(3))
        if what < 0.5 or not shown.slots:
            shown.show(appear(market, int(2.0 ** (12.0 * much))))
        else:
            slot = shown.slots[int(which * len(shown.slots))]
            left = int(market.book["left"][slot])
            if what < 0.9:
                book.take(market, slot, 1 + int(much**2 * left) if left > 1 else 1)
            else:
                market.open_tasks[0] -= left
                market.book["left"][slot] = 0
                book.close(market, slot)
            shown.taken(slot)
        if n % 50 == 0:
            book.free_closed(market)
        assert market.open_tasks[0] == sum(market.book["left"][slot] for slot in shown.slots)
        if n % 10 == 0:
            assert twin.listed(market, 0) == (shown.newest_first(), shown.largest_first())
    assert market.counts[r.SLOTS_LEFT] + len(shown.slots) + market.counts[r.CLOSED] == len(market.book)


def test_parts_against_a_dictionary(small):
    """Who has taken how much of which open batch, while slots are used again and again."""
    market, key, taken, where = empty_book(small.columns), make_key(9), {}, {}
    for n in range(4000):
        what, who, which, much = (draw(key, EXPERIMENT, 4, n, k) for k in range(4))
        i = int(who * 20)
        if what < 0.1 or not where:
            slot = appear(market, 1 + int(60 * much))
            where[int(market.book["id"][slot])] = slot
            continue
        batch = sorted(where)[int(which * len(where))]
        slot, left = where[batch], int(market.book["left"][where[batch]])
        part = book.part_in(market, i, slot)
        assert (int(market.parts["units"][part]) if part != c.NOBODY else None) == taken.get((i, batch))
        tasks = 1 + int(much * min(left, 10) * 0.999)
        book.note_part(market, i, slot, part, tasks)
        taken[i, batch] = taken.get((i, batch), 0) + tasks
        book.take(market, slot, tasks)
        if tasks == left:
            del where[batch]
        if n % 30 == 0:
            book.free_closed(market)
        if n % 10 == 0:
            assert twin.parts(market) == {key: units for key, units in taken.items() if key[1] in where}
    rows = sum(len(twin.followed(first, market.parts["next"])) for first in market.workers["first_part"])
    assert market.counts[r.PARTS_LEFT] + rows == len(market.parts)


# --- deep labour -----------------------------------------------------------------------------------------------
def with_contracts(market, backlog, roll, key):
    """Two projects with some seconds of work each; `roll` people, in turn under contract for the one and the other."""
    market = empty_book(market)
    clients = market.clients
    clients["first_slot"] = clients["last_slot"] = c.NOBODY
    clients["contracted"] = 0
    for project, seconds in enumerate(backlog):
        slot = int(book.new_slot(market))
        batch = market.book[slot]
        batch["id"], batch["client"], batch["platform"], batch["size_class"] = project, project, 0, -1
        batch["left"], batch["true_seconds"] = seconds // 7, 7
        book.chain(market, slot)
    market.accounts["state"] = c.REGISTERED
    for a in range(roll):
        account = market.accounts[a]
        account["worker"], account["platform"] = a, 0
        account["state"], account["project"] = c.CONTRACTED, a % len(backlog)
        account["assiduity"] = draw(key, EXPERIMENT, 5, a, 0)
        clients["contracted"][a % len(backlog)] += 1
        market.roll[a] = a
    market.counts[r.ROLL] = roll
    return market


@pytest.mark.parametrize("hours", [(0, 3), (20, 200), (400, 5000)])
def test_allotment_is_water_filling_in_two_rounds(small, hours):
    people, key = 41, make_key(10)
    backlog = [h * 3600 for h in hours]
    market = with_contracts(small.columns, backlog, people, key)
    contracting.allot(market, np.zeros((len(market.clients), 3)))
    cap = int(market.platforms["weekly_cap"][0])
    given = market.accounts["allotted"][:people]
    np.testing.assert_array_equal(given, market.accounts["week_allotted"][:people])
    assert (given <= cap).all()
    for project, seconds in enumerate(backlog):
        rows = range(project, people, len(backlog))
        waiting = seconds // 7 * 7
        merit = [
            max(float(market.accounts["assiduity"][a]), 0.05)
            * float(market.workers["speed"][a])
            * float(market.workers["accuracy"][a])
            for a in rows
        ]
        assert given[rows].tolist() == twin.allot(float(waiting), merit, cap)
        assert given[rows].sum() < waiting + 2 * len(rows)  # rounded up, twice
        assert given[rows].sum() >= waiting or (given[rows] == cap).any()
