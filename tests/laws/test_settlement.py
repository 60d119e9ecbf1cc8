"""Settlement against its slow twin, on markets so small that every boundary is met; and by hand what it leaves out."""

import numpy as np
import pytest
import twin
import twin_policies
import world
from scipy import stats

from sim.kernel import arrays as r
from sim.kernel import records as c
from sim.kernel.units import MICRO
from sim.markets import settlement
from sim.simulation.columns import by_name


def chained(heads, link):
    return {n: sorted(twin.followed(heads[n], link)) for n in np.flatnonzero(heads != c.NOBODY)}


def same(kernel, slow):
    """Every column is equal, but for the order of chains."""
    ours, theirs = by_name(kernel), by_name(slow)
    assert chained(kernel.schedule.payments, kernel.people.accounts["due_link"]) == due(slow)
    for name in ours:
        if name in ("schedule.payments", "ledger.worked_on"):
            continue
        if name == "ledger.heard":
            np.testing.assert_allclose(ours[name], theirs[name], rtol=1e-12)
            continue
        for field in ours[name].dtype.names or (None,):
            if field != "due_link":
                columns = (ours[name], theirs[name]) if field is None else (ours[name][field], theirs[name][field])
                assert np.array_equal(*columns), f"{name} {field}"


def due(market):
    """Accounts by the day their money arrives, of those whose money the day's work has sent on its way."""
    accounts = market.people.accounts
    rows = np.flatnonzero((accounts["on_its_way"] > 0) & (accounts["due"] != c.NOBODY)).tolist()
    found = {}
    for a in rows:
        found.setdefault(int(accounts["due"][a]), []).append(a)
    return {day: sorted(rows) for day, rows in found.items() if day < len(market.schedule.payments)}


def worked(rng):
    """A market at the end of a day with some pieces of work, two of them by the same account."""
    made = world.market(rng)
    for n in range(6):
        world.batch(made, rng, n, None)
    for i in range(world.WORKERS):
        if made.people.workers["month_row"][i] == c.NOBODY:
            world.book.new_month_row(made.people, made.ledger, i)
    accounts = made.people.counts[r.ACCOUNTS]
    for n in range(8 if accounts else 0):
        grant = made.ledger.grants[n]
        grant["account"], grant["slot"] = rng.integers(accounts), rng.integers(6)
        grant["tasks"], grant["second"] = rng.integers(1, 6), rng.integers(100)
        grant["seconds"] = grant["tasks"] * rng.integers(1, 10)
        made.ledger.counts[r.GRANTS] += 1
    made.book.open_tasks[:] = rng.integers(0, 9, world.PLATFORMS)
    return made


def grants(market):
    return [tuple(map(int, g)) for g in market.ledger.grants[: market.ledger.counts[r.GRANTS]].tolist()]


@pytest.mark.parametrize("part", range(8))
def test_settling_is_its_twin(part):
    for seed in range(25 * part, 25 * part + 25):
        rng = np.random.default_rng(seed)
        kernel, rules = worked(rng), world.rules(reversed=rng.choice([0.0, 0.5]), learned=rng.choice([0.0, 0.3]))
        slow, day = twin.copied(kernel), int(rng.integers(6, 12))
        began = kernel.people.workers["last_worked"].copy()
        kernel.ledger.worked_on[:] = 5
        settlement.settle(rules, day, kernel)
        twin.settle(rules, day, slow, grants(slow))
        slow.ledger.counts[r.GRANTS] = 0
        same(kernel, slow)
        moved = np.full(world.DAYS, 5)
        for before, after in zip(began, kernel.people.workers["last_worked"], strict=True):
            if before != after:
                moved[after] += 1
                moved[before] -= before >= 0
        np.testing.assert_array_equal(kernel.ledger.worked_on, moved)


def test_refusals_are_binomial_quantiles():
    for chance in (0.001, 0.3, 0.5, 0.97):
        for tasks in (1, 2, 7, 40):
            steps = stats.binom.cdf(np.arange(tasks), tasks, chance)
            for u in [*(steps - 1e-9), *(steps + 1e-9), 0.5]:
                if 0 < u < 1:
                    assert settlement.refusals(tasks, chance, u) == stats.binom.ppf(u, tasks, chance)
    assert settlement.refusals(1, 0.5, 0.5) == 0  # a chance of exactly a half, which the first term reaches
    for chance in (0.1, 0.3, 0.6, 0.9):  # at the last, where rounding leaves the terms short of a whole
        assert all(settlement.refusals(tasks, chance, 1.0) <= tasks for tasks in range(1, 40))
    assert settlement.refusals(5, 0.0, 0.999) == 0 and settlement.refusals(5, -0.1, 0.999) == 0
    assert settlement.refusals(5, 1.0, 0.001) == 5 and settlement.refusals(5, 1.2, 0.001) == 5
    assert settlement.refusals(5, 1e-9, 0.999) == 0 and settlement.refusals(5000, 0.9, 1e-9) == stats.binom.ppf(
        1e-9, 5000, 0.9
    )


@pytest.mark.parametrize("kind", ["unpaid_seconds", "watching_seconds"])
def test_paid_search_and_paid_watching_are_their_twin(kind):
    for seed in range(60):
        rng = np.random.default_rng(seed)
        kernel = worked(rng)
        if not kernel.people.counts[r.ACCOUNTS]:
            continue
        slow, a, seconds, day = twin.copied(kernel), 0, int(rng.integers(1, 99)), int(rng.integers(6, 12))
        columns = kernel.people, kernel.firms, kernel.schedule, kernel.ledger
        watched, per_second = kind == "watching_seconds", rng.choice([0.3, 1.7])
        pay = settlement.pay_search(day, *columns, a, seconds, per_second, watched)
        assert pay == twin_policies.pay_search(day, slow, a, seconds, per_second, kind)
        same(kernel, slow)


@pytest.mark.parametrize("working,calendar", [(0, 1), (1, 1), (2, 2), (3, 4), (5, 7), (6, 8), (10, 14), (20, 28)])
def test_working_days_are_five_in_seven(working, calendar):
    assert settlement.calendar_days(working) == calendar


def test_payments_arrive_and_the_next_is_asked_for():
    """Two accounts are paid today; on one as much again has gathered, which is asked for at once."""
    made = world.market(np.random.default_rng(4))
    people, firms, schedule, ledger = made.people, made.firms, made.schedule, made.ledger
    people.counts[r.ACCOUNTS], ledger.counts[r.MONTH_ROWS] = 2, 0
    people.workers["month_row"] = c.NOBODY
    firms.platforms["cash_out_threshold"], firms.platforms["cash_out_delay"] = 50, 2
    for a, (gathered, worker) in enumerate([(49, 0), (50, 1)]):
        account = people.accounts[a]
        account["worker"], account["platform"], account["balance"] = worker, a, gathered
        account["on_its_way"], account["due"] = 70 + a, 3
        account["due_link"], schedule.payments[3] = schedule.payments[3], a
    ledger.today[:] = 0
    assert settlement.pay_out(3, people, firms, schedule, ledger)
    assert schedule.payments[3] == c.NOBODY and schedule.payments[5] == 1
    assert people.accounts["on_its_way"][:2].tolist() == [0, 50] and people.accounts["balance"][:2].tolist() == [49, 0]
    assert people.accounts["due"][1] == 5
    assert ledger.today[:, c.DAILY.cashed_out_micro_euro].tolist() == [70, 71, 0]
    assert ledger.counts[r.MONTH_ROWS] == 2
    assert ledger.months["cashed_out_micro_euro"][people.workers["month_row"][:2]].tolist() == [70, 71]


def test_payments_wait_for_room_in_the_months_table():
    made = world.market(np.random.default_rng(4))
    account = made.people.accounts[0]
    account["worker"], account["on_its_way"], made.schedule.payments[3] = 0, 70, 0
    made.ledger.counts[r.MONTH_ROWS] = len(made.ledger.months)
    assert not settlement.pay_out(3, made.people, made.firms, made.schedule, made.ledger)
    assert made.schedule.payments[3] == 0 and account["on_its_way"] == 70
    made.ledger.counts[r.MONTH_ROWS] -= 1
    made.people.workers["month_row"][0] = 2
    assert settlement.pay_out(3, made.people, made.firms, made.schedule, made.ledger)
    assert made.ledger.counts[r.MONTH_ROWS] == len(made.ledger.months) - 1  # who has a row needs no other


def test_a_millionth_is_a_millionth():
    """A commission of a quarter and a margin of three tenths of 100, rounded down each for itself."""
    made = world.market(np.random.default_rng(1))
    firms, ledger = made.firms, made.ledger
    ledger.today[:] = 0
    firms.platforms["commission"], firms.platforms["margin"] = MICRO // 4, 3 * MICRO // 10
    account, batch = np.zeros(1, c.ACCOUNT)[0], np.zeros(1, c.BATCH)[0]
    settlement.record_money(firms, ledger, account, batch, 103)
    assert firms.clients["spent"].tolist() == [103 + 25 + 30, 0, 0, 0]
    names = ("pay_micro_euro", "commission_micro_euro", "margin_micro_euro", "spent_micro_euro")
    assert [int(ledger.today[0, getattr(c.DAILY, name)]) for name in names] == [103, 25, 30, 158]
