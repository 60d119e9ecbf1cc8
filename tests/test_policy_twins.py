"""What policies change against its slow twins: columns filled at random, every number equal."""

import math

import numpy as np
import pytest
import twin
import twin_policies as slowly
from opened import Opened

from sim import MicroworkMarket
from sim.agents import looking
from sim.kernel import arrays as r
from sim.kernel import records as c
from sim.kernel import units
from sim.kernel.streams import BATCH, draw
from sim.markets import batches, searching, settlement, waking
from sim.policies import kernels
from sim.simulation.columns import by_name

batches, looking, searching, settlement, waking = map(Opened, (batches, looking, searching, settlement, waking))

ACCOUNTS, DAY, DAYS = 900, 40, 100
LINKS = {"event", "next", "first_account", "due_link"}
CHAINED = {f"schedule.{name}" for name in ("calendar", "blocks", "counts", "payments")}
CASES = (1, 2)


@pytest.fixture(scope="module")
def small():
    """Two months and a half of three hundred people on biface platforms and deep labour."""
    return MicroworkMarket(seed=3, start="2018-01-01", end="2018-04-10", population={"people": 300})


@pytest.fixture(params=CASES)
def market(small, request):
    """The columns, accounts and their owners filled at random; nothing on the calendars."""
    market, some = twin.copied(small.columns), np.random.default_rng(request.param)
    assert {0, 1} == set(market.firms.platforms["structure"]) and len(market.schedule.calendar) == DAYS + 1
    people, platforms = len(market.people.workers), len(market.firms.platforms)
    market.schedule.calendar[:], market.schedule.payments[:] = c.NOBODY, c.NOBODY
    market.firms.platforms["cash_out_threshold"] = some.choice([0, 1, 4_000_000], platforms)
    market.firms.platforms["cash_out_delay"] = some.integers(0, 40, platforms)
    market.people.counts[r.ACCOUNTS] = ACCOUNTS
    accounts, workers = market.people.accounts[:ACCOUNTS], market.people.workers
    accounts["worker"], accounts["platform"] = some.integers(0, people, ACCOUNTS), some.integers(0, platforms, ACCOUNTS)
    accounts["state"], accounts["qualification"] = some.integers(0, 6, ACCOUNTS), some.integers(0, 4, ACCOUNTS)
    accounts["balance"] = some.choice([0, 1, 3_999_000, 3_999_999, 4_000_000], ACCOUNTS)
    accounts["on_its_way"] = some.choice([0, 0, 5], ACCOUNTS)
    accounts["due"] = c.NOBODY
    workers["first_account"] = c.NOBODY
    for a, i in enumerate(accounts["worker"]):
        accounts["next"][a], workers["first_account"][i] = workers["first_account"][i], a
    workers["month_row"], market.ledger.counts[r.MONTH_ROWS] = some.permutation(people), people
    workers["state"], workers["last_seen"] = some.integers(0, 3, people), some.choice([c.NOBODY, 9, 10, 11, 40], people)
    workers["looking_rate"], workers["urgency"] = some.exponential(0.3, people), some.exponential(1.0, people)
    workers["next_look"] = DAY * units.DAY + some.integers(0, units.DAY, people)
    workers["away_until"] = some.choice([0, DAY, DAY + 1, 60, DAYS, DAYS + 1, 200], people)
    return market


def same(kernel, slow):
    """All columns are equal, but for links, of which the twin has none."""
    others = by_name(slow)
    for name, ours in by_name(kernel).items():
        theirs = others[name]
        for field in [one for one in ours.dtype.names or () if one not in LINKS]:
            np.testing.assert_array_equal(ours[field], theirs[field], err_msg=f"{name}.{field}")
        if not ours.dtype.names and name not in CHAINED:
            np.testing.assert_array_equal(ours, theirs, err_msg=name)


def chains(heads, link):
    """Which rows stand in the chain of which day."""
    return {day: sorted(twin.followed(heads[day], link)) for day in np.flatnonzero(heads != c.NOBODY).tolist()}


def filed(days, rows, heads):
    """The same from the day of each row; days after the last are on no calendar."""
    found = {}
    for row, day in zip(rows, days, strict=True):
        if day < len(heads):
            found.setdefault(int(day), []).append(int(row))
    return {day: sorted(found[day]) for day in sorted(found)}


def paid_on(kernel):
    """The calendar of payments is that of what is newly on its way, each on the day it is due."""
    new = np.flatnonzero(kernel.people.accounts["due"][:ACCOUNTS] != c.NOBODY)
    return chains(kernel.schedule.payments, kernel.people.accounts["due_link"]) == filed(
        kernel.people.accounts["due"][new], new, kernel.schedule.payments
    )


# --- day by day ------------------------------------------------------------------------------------------------
def test_what_clients_still_ask_for(market, small):
    """Rounded by lot; micro-euro are cut off after single precision, so that a price may be one more or less."""
    some, seen = np.random.default_rng(DAY), set()
    for _ in range(500):
        client = market.firms.clients[some.integers(len(market.firms.clients)) :][:1]
        platform = market.firms.platforms[client["platform"][0] :][:1]
        client["raised"], client["k"] = some.normal(0, 0.3), some.integers(99)
        client["scale"] = some.choice([1, 0.5, 2])
        client["wage"] = some.exponential(8.0)
        platform["least_pay"], platform["dearer"] = some.choice([0.0, 9.88e6 / 3600]), some.choice([1.0, 1.2, 0.9])
        rules = small.state.rules._replace(demand_elasticity=float(some.choice([0.0, 0.5, 1.0, 2.0])))
        size, true = int(some.choice([1, 2, 1000, 10**8])), int(some.integers(1, 2000))
        announced = int(true * some.choice([1.0, 0.8, 1.1])) + 1
        _, dearer = batches.price(platform[0], batches.usual_rate(client[0]), announced, true)
        left = batches.still_asked(rules.demand_elasticity, market.key, client[0], size, dearer)
        asked, price = slowly.asked(rules, market, client[0], size, announced, true)
        u = draw(market.key, BATCH, client["k"][0], client["who"][0], 2)
        doubt = (1e-6 + 1 / price) * rules.demand_elasticity + 1e-12
        least, most = (math.floor(min(asked * about, 1e8) + u) for about in (1 - doubt, 1 + doubt))
        assert left == size if asked == size else least <= left <= most, (asked, left)
        seen |= {("fewer", "same", "more")[np.sign(left - size) + 1], "none" if left == 0 else "some"}
        seen.add("most" if asked == 1e8 else "")
    assert {"fewer", "same", "more", "none", "most"} <= seen


@pytest.mark.parametrize("lost", [0, 1, 3, 99])
def test_levels_taken_along(market, lost):
    slow, kernel, own = twin.copied(market), twin.copied(market), twin.owned(market)
    for i in range(0, len(market.people.workers), 2):
        searching.take_along(kernel.people, kernel.firms, i, lost)
        slowly.take_along(slow, [twin.Row(slow.people.accounts, a) for a in own[i]], lost)
    same(kernel, slow)
    assert (kernel.people.accounts["qualification"] > market.people.accounts["qualification"]).any() == (lost < 3)


def test_search_that_is_paid(market):
    slow, some = twin.copied(market), np.random.default_rng(DAY)
    market.schedule.payments[:] = c.NOBODY
    four = market.people, market.firms, market.schedule, market.ledger
    for _ in range(400):
        a, seconds, per_second = int(some.integers(ACCOUNTS)), int(some.integers(0, 900)), some.uniform(0, 3000)
        pay = settlement.pay_search(DAY, *four, a, seconds, per_second, False)
        assert pay == slowly.pay_search(DAY, slow, a, seconds, per_second)
    same(market, slow)
    assert (
        paid_on(market)
        and market.firms.platforms["search_paid"].sum() == market.ledger.today[:, c.DAILY.pay_micro_euro].sum() > 0
    )


def test_staying_away(market, small):
    """Whoever has an event today and is away until a later day is put off; nobody else is."""
    slow, people = twin.copied(market), np.arange(len(market.people.workers))
    twin.plan(market.schedule, DAY, people)
    waking.wake(small.state.rules, DAY, market, 0.0)
    away = np.flatnonzero(slow.people.workers["away_until"] > DAY)
    for i in away.tolist():
        slowly.stay_away(small.state.rules, slow, i)
    for name in ("next_look", "state", "looking_rate", "away_until"):
        np.testing.assert_array_equal(market.people.workers[name][away], slow.people.workers[name][away], err_msg=name)
    assert (market.people.workers["next_look"][away] >= slow.people.workers["away_until"][away] * units.DAY).all()
    put_off = {day: sorted(set(rows) & set(away.tolist())) for day, rows in
               twin.planned(market.schedule).items() if day > DAY}  # fmt: skip
    days = slow.people.workers["next_look"][away] // units.DAY
    assert {day: rows for day, rows in put_off.items() if rows} == filed(days, away, market.schedule.calendar)
    awake = {i for rows in twin.standing(market).values() for i in rows}
    assert awake and not awake & set(away.tolist()) and set(slow.people.workers["state"][away]) == {0, 1, 2}


# --- the first day ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize("reservoir", [True, False])
def test_calling_out(market, reservoir):
    slow = twin.copied(market)
    kernels.call_out(DAY, market.key, market.people, 0.4, 77, reservoir)
    slowly.call_out(DAY, slow, 0.4, 77, reservoir)
    same(market, slow)
    away, active = market.people.workers["away_until"] == 77, market.people.workers["last_seen"] >= DAY - 30
    assert 0.2 < away[active].mean() < 0.6 and set(away[~active].tolist()) == {not reservoir}


def test_balances_released(market):
    slow = twin.copied(market)
    kernels.release(DAY, market.people, market.firms, market.schedule)
    slowly.release(DAY, slow)
    same(market, slow)
    assert paid_on(market) and {0, 1, 3_999_999} <= set(market.people.accounts["balance"].tolist())


def test_levels_recognised(market):
    slow = twin.copied(market)
    kernels.recognise(market.people, market.firms, 1)
    slowly.recognise(slow, 1)
    same(market, slow)


def test_the_door(market):
    """Accounts let in, counted by platform, before and after those turned away are."""
    counted = np.full(len(market.firms.platforms), 99)
    kernels.let_in(market.people, counted)
    assert counted.tolist() == slowly.let_in(market) and counted.sum() < ACCOUNTS
    slow = twin.copied(market)
    kernels.readmit(market.people)
    slowly.readmit(slow)
    same(market, slow)
    kernels.let_in(market.people, counted)
    assert counted.sum() == ACCOUNTS
