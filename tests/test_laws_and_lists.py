"""Single mechanisms, the lists and claims of the book, and allotments against slow twins, on a market to take apart."""

import numpy as np
import pytest
import twin
from opened import Opened
from scipy import stats

from sim import MicroworkMarket
from sim.agents import looking
from sim.kernel import arrays as r
from sim.kernel import records as c
from sim.kernel import units
from sim.kernel.streams import EXPERIMENT, draw, make_key
from sim.markets import book, contracting, settlement
from sim.simulation.columns import empty_book, replaced

book, contracting, looking, settlement = map(Opened, (book, contracting, looking, settlement))


# --- chance and time ------------------------------------------------------------------------------------------------
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
    table, key = small.columns.schedule.available, make_key(6)
    rows = [row.tolist() for row in table]
    for n in range(500):
        profile = n % len(table)
        second = int(draw(key, EXPERIMENT, 1, n, 0) * 2e8) - 3 * units.DAY
        u, rate = draw(key, EXPERIMENT, 1, n, 1), 10.0 ** (4.0 * draw(key, EXPERIMENT, 1, n, 2) - 3.0)
        when = looking.operational(table, profile, second)
        assert when == twin.operational(rows[profile], second)
        weeks, rest = divmod(second, twin.WEEK)
        assert when == pytest.approx(7.0 * weeks + np.interp(rest / 3600.0, range(169), rows[profile]), abs=1e-9)
        assert looking.clock(table, profile, abs(when)) == twin.clock(rows[profile], abs(when))
        following = looking.next_event(small.state.rules.start_second, table, profile, max(second, -1), rate, u)
        assert following == twin.next_event(small.state.rules, rows[profile], max(second, -1), rate, u)
        assert following > second
    assert looking.next_event(small.state.rules.start_second, table, 0, 0, 0.0, 0.5) == c.NEVER
    assert looking.next_event(small.state.rules.start_second, table, 0, 0, 1e-12, 0.5) == c.NEVER


def test_waiting_times_are_exponential_in_operational_time(small):
    """Kolmogorov-Smirnov over 4000 waits; rejects a sound law once in 10 000 seeds."""
    table, key, waits = small.columns.schedule.available, make_key(7), []
    for n in range(4000):
        second = int(draw(key, EXPERIMENT, 2, n, 0) * 30 * units.DAY)
        event = looking.next_event(
            small.state.rules.start_second, table, 3, second, 0.7, draw(key, EXPERIMENT, 2, n, 1)
        )
        begin, end = (looking.operational(table, 3, t + small.state.rules.start_second) for t in (second, event))
        waits.append(end - begin)
    assert stats.kstest(waits, stats.expon(scale=1.0 / 0.7).cdf).pvalue > 1e-4


# --- the book --------------------------------------------------------------------------------------------------
def without_batches(market):
    """The market's columns with an empty book; nobody has taken part in a batch."""
    market = twin.copied(market)._replace(book=empty_book(len(market.firms.platforms)))
    market.people.workers["first_claim"] = c.NOBODY
    return market


def appear(market, left):
    slot = int(book.new_slot(market.book))
    batch = market.book.batches[slot]
    batch["id"], batch["left"], batch["size"], batch["items"] = market.book.counts[r.BATCHES], left, left, left
    batch["platform"] = batch["client"] = batch["done"] = 0
    market.book.counts[r.BATCHES] += 1
    book.enlist(market.book, slot)
    return slot


def test_size_classes():
    lefts = [1, 2, 3, 4, 7, 8, 1023, 1024, 2**31 - 1]
    assert [book.size_class(left) for left in lefts] == [twin.size_class(left) for left in lefts]


def test_lists_against_plain_lists(small):
    """Three thousand batches posted, taken from, withdrawn and forgotten in any order."""
    market, key = without_batches(small.columns), make_key(8)
    shown = twin.OpenList(twin.Rows(market.book.batches), [])
    for n in range(3000):
        what, which, much = (draw(key, EXPERIMENT, 3, n, k) for k in range(3))
        if what < 0.5 or not shown.slots:
            shown.show(appear(market, int(2.0 ** (12.0 * much))))
        else:
            slot = shown.slots[int(which * len(shown.slots))]
            left = int(market.book.batches["left"][slot])
            if what < 0.9:
                book.take(market.firms, market.book, slot, 1 + int(much**2 * left) if left > 1 else 1)
            else:
                market.book.open_tasks[0] -= left
                market.book.batches["left"][slot] = 0
                book.close(market.firms, market.book, slot)
            shown.taken(slot)
        if n % 50 == 0:
            book.free_closed(market.book)
        assert market.book.open_tasks[0] == sum(market.book.batches["left"][slot] for slot in shown.slots)
        if n % 10 == 0:
            assert twin.listed(market, 0) == (shown.newest_first(), shown.largest_first())
    assert market.book.counts[r.SLOTS_LEFT] + len(shown.slots) + market.book.counts[r.CLOSED] == len(
        market.book.batches
    )


def test_parts_against_a_dictionary(small):
    """Who has taken how much of which open batch, while slots are used again and again."""
    market, key, taken, where = without_batches(small.columns), make_key(9), {}, {}
    for n in range(4000):
        what, who, which, much = (draw(key, EXPERIMENT, 4, n, k) for k in range(4))
        i = int(who * 20)
        if what < 0.1 or not where:
            slot = appear(market, 1 + int(60 * much))
            where[int(market.book.batches["id"][slot])] = slot
            continue
        batch = sorted(where)[int(which * len(where))]
        slot, left = where[batch], int(market.book.batches["left"][where[batch]])
        claim = book.claim_on(market.people, market.book, i, slot)
        assert (int(market.book.claims["units"][claim]) if claim != c.NOBODY else None) == taken.get((i, batch))
        tasks = 1 + int(much * min(left, 10) * 0.999)
        book.note_claim(market.people, market.book, i, slot, claim, tasks)
        taken[i, batch] = taken.get((i, batch), 0) + tasks
        book.take(market.firms, market.book, slot, tasks)
        if tasks == left:
            del where[batch]
        if n % 30 == 0:
            book.free_closed(market.book)
        if n % 10 == 0:
            assert twin.claims(market) == {key: units for key, units in taken.items() if key[1] in where}
    rows = sum(len(twin.followed(first, market.book.claims["next"])) for first in market.people.workers["first_claim"])
    assert market.book.counts[r.CLAIMS_LEFT] + rows == len(market.book.claims)


# --- deep labour -----------------------------------------------------------------------------------------------
def with_contracts(market, backlog, roll, key):
    """Two projects with some seconds of work each; `roll` people, in turn under contract for the one and the other."""
    market = without_batches(market)
    market = replaced(market, {"firms.deep": np.arange(len(backlog), dtype=np.int32)})
    clients = market.firms.clients
    clients["first_slot"] = clients["last_slot"] = c.NOBODY
    clients["contracted"] = 0
    for project, seconds in enumerate(backlog):
        slot = int(book.new_slot(market.book))
        batch = market.book.batches[slot]
        batch["id"], batch["client"], batch["platform"], batch["size_class"] = project, project, 0, -1
        batch["left"], batch["true_seconds"] = seconds // 7, 7
        book.chain(market.firms, market.book, slot)
    market.people.accounts["state"] = c.REGISTERED
    for a in range(roll):
        account = market.people.accounts[a]
        account["worker"], account["platform"] = a, 0
        account["state"], account["project"] = c.CONTRACTED, a % len(backlog)
        account["assiduity"] = draw(key, EXPERIMENT, 5, a, 0)
        clients["contracted"][a % len(backlog)] += 1
        market.firms.roster[a] = a
    market.firms.counts[r.ROSTER] = roll
    return market


@pytest.mark.parametrize("hours", [(0, 3), (20, 200), (400, 5000)])
def test_allotment_is_water_filling_in_two_rounds(small, hours):
    people, key = 41, make_key(10)
    backlog = [h * 3600 for h in hours]
    market = with_contracts(small.columns, backlog, people, key)
    contracting.allot(market.people, market.firms, market.book, np.zeros(len(market.firms.clients), c.ALLOTMENT))
    cap = int(market.firms.platforms["weekly_cap"][0])
    given = market.people.accounts["allotted"][:people]
    np.testing.assert_array_equal(given, market.people.accounts["week_allotted"][:people])
    assert (given <= cap).all()
    for project, seconds in enumerate(backlog):
        rows = range(project, people, len(backlog))
        waiting = seconds // 7 * 7
        merit = [
            max(float(market.people.accounts["assiduity"][a]), 0.05)
            * float(market.people.workers["speed"][a])
            * float(market.people.workers["accuracy"][a])
            for a in rows
        ]
        assert given[rows].tolist() == twin.allot(float(waiting), merit, cap)
        assert given[rows].sum() < waiting + 2 * len(rows)  # rounded up, twice
        assert given[rows].sum() >= waiting or (given[rows] == cap).any()
