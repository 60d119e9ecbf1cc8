"""The verbs of a day against their slow twins: the same market, the same day, every number equal."""

import numpy as np
import pytest
import twin
import twin_day

from sim import MicroworkMarket
from sim.kernel import arrays as r
from sim.kernel import records as c
from sim.kernel import units
from sim.simulation.columns import by_name

# Everything happens often, wherever the defaults stand: many looks, tests, refusals, bans, applications, and many who
# watch what a minute of reading may lose to somebody else.
LIVELY = {
    "seed": 11,
    "end": "2014-10-31",
    "population": {"people": 1500, "joined_at_sign_up": 1.0},
    "demand": {"hours_per_day": 12_000.0, "strictness_mean": 0.7, "client_size_log_sd": 0.7, "announced_share": 0.4},
    "behaviour": {
        "looking_rate": 2.0,
        "learning_rate": 0.2,
        "started_share": 0.6,
        "staying": 0.9,
        "reaction_minutes": 1.0,
        "pick_seconds": 60.0,
        "accuracy_mean": 0.9,
        "accuracy_sd": 0.1,
        "joining_rate": 0.3,
        "reservation_wage": 0.3,
        "attention_log_sd": 0.55,
        "looking_elasticity": 1.55,
        "looking_rate_max": 2.73,
        "prior_return": 0.669,
        "search_seconds": 106.0,
        "sitting_minutes": 300.0,
        "drift_half_life_days": 2000.0,
        "need_every_days": 300.0,
        "page": 3,  # so that lists are longer than what is read of them
    },
}
FILLED = {"people.accounts": r.ACCOUNTS, "firms.roster": r.ROSTER, "ledger.months": r.MONTH_ROWS, "ledger.seen": r.SEEN}
FURTHER = 0.5  # chance of one more account at sign-up, from a mean of one more
DAYS = (0, 5, 34, 62)  # the first; a Sunday; a Monday, when work is allotted; the first of a month


def without(dtype, *names):
    return [name for name in dtype.names if name not in twin.LINKS.union(*names)]


def equal(kernel, slow, names):
    for name in names:
        np.testing.assert_array_equal(kernel[name], slow[name], err_msg=name)


def pieces(market):
    grants = market.ledger.grants[: market.ledger.counts[r.GRANTS]]
    ids = market.book.batches["id"][grants["slot"]]
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
    assert twin.standing(kernel) == agenda
    np.testing.assert_array_equal(kernel.ledger.today, slow.ledger.today)
    filled = kernel.people.counts[r.ACCOUNTS]
    assert filled == slow.people.counts[r.ACCOUNTS]
    equal(kernel.people.accounts[:filled], slow.people.accounts[:filled], without(c.ACCOUNT))
    equal(kernel.people.workers, slow.people.workers, without(c.WORKER))
    equal(kernel.people.persons, slow.people.persons, without(c.PERSON))


@pytest.mark.parametrize("day", DAYS)
def test_matching_of_a_day(days, matched, day):
    kernel, slow = days[1][day]["match"][1], matched[day]
    assert pieces(kernel) == slow.grants
    np.testing.assert_array_equal(kernel.ledger.today, slow.market.ledger.today)
    np.testing.assert_array_equal(kernel.ledger.hours, slow.market.ledger.hours)
    np.testing.assert_array_equal(kernel.ledger.waits, slow.market.ledger.waits)
    np.testing.assert_array_equal(kernel.book.open_tasks, slow.market.book.open_tasks)
    np.testing.assert_array_equal(kernel.firms.openings, slow.market.firms.openings)
    ours_by_name, theirs_by_name = by_name(kernel), by_name(slow.market)
    for name, count in FILLED.items():
        counts = f"{name.split('.')[0]}.counts"
        filled = ours_by_name[counts][count]
        assert filled == theirs_by_name[counts][count]
        ours, theirs = ours_by_name[name][:filled], theirs_by_name[name][:filled]
        if not ours.dtype.names:
            np.testing.assert_array_equal(ours, theirs)
        else:
            equal(ours, theirs, without(ours.dtype))
    equal(kernel.people.workers, slow.market.people.workers, without(c.WORKER, twin.SCRATCH))
    equal(kernel.book.batches, slow.market.book.batches, without(c.BATCH))
    assert not kernel.people.workers["ends"].any()


@pytest.mark.parametrize("day", DAYS)
def test_lists_after_a_day(days, matched, day):
    kernel, slow = days[1][day]["match"][1], matched[day]
    for p, shown in enumerate(slow.lists):
        assert twin.listed(kernel, p) == (shown.newest_first(), shown.largest_first())
    held = {key: units for key, units in twin.claims(kernel).items()}
    open_batches = set(kernel.book.batches["id"][kernel.book.batches["left"] > 0].tolist())
    assert held == {key: units for key, units in slow.claims.items() if key[1] in open_batches}


def test_those_days_had_everything(days, matched):
    """The comparison above says little about what did not happen."""
    rules, found = days
    last = [kept["learn"][1].ledger.today.sum(axis=0) for kept in found.values()]
    least = dict.fromkeys(("empty_looks", "sessions", "tasks_refused", "signed_up", "watching_seconds", "visits"), 50)
    least |= dict.fromkeys(("lapsed", "returned", "applied", "banned"), 1)
    least |= {"reactions": 100, "too_late": 50, "profiles": 20, "payments_set": 20, "started": 20, "first_tasks": 20}
    least |= {"considered": 15}
    for name, number in least.items():
        assert sum(int(today[twin.D[name]]) for today in last) >= number, name
    waits = [
        kept["match"][1].ledger.waits.sum(axis=0) - kept["match"][0].ledger.waits.sum(axis=0) for kept in found.values()
    ]
    assert (sum(waits) > 0).sum() > 6  # from minutes to hours
    after = found[DAYS[-1]]["match"][1]
    accounts = after.people.accounts[: after.people.counts[r.ACCOUNTS]]
    markets = [kept["match"][1] for kept in found.values()]
    states = {
        state for one in markets for state in one.people.accounts["state"][: one.people.counts[r.ACCOUNTS]].tolist()
    }
    assert {c.BANNED, c.APPLIED, c.CONTRACTED, c.DROPPED} <= states
    assert accounts["qualification"].max() >= 1 and accounts["on_its_way"].max() > 0
    structures = [
        market.firms.platforms["structure"][market.people.accounts["platform"][[g[0] for g in slow.grants]]]
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
    grants = before.ledger.grants[: before.ledger.counts[r.GRANTS]]
    twin.settle(
        rules, day, slow, [tuple(map(int, g)) for g in grants[["account", "slot", "tasks", "seconds", "second"]]]
    )
    closed, batches = before.book.closed[: before.book.counts[r.CLOSED]].tolist(), before.book.batches
    twin.adapt(rules, slow, sorted(closed, key=lambda slot: (batches["last_filled"][slot], batches["id"][slot])))
    np.testing.assert_array_equal(kernel.ledger.today, slow.ledger.today)
    for name in (
        "people.workers",
        "people.accounts",
        "firms.clients",
        "firms.platforms",
        "book.batches",
        "ledger.months",
    ):
        ours = by_name(kernel)[name]
        equal(ours, by_name(slow)[name], without(ours.dtype))
    np.testing.assert_allclose(kernel.ledger.heard, slow.ledger.heard * (1.0 - rules.memory), rtol=1e-12)
    np.testing.assert_array_equal(kernel.ledger.teller, slow.ledger.teller)
    paid = chained(kernel.schedule.payments, kernel.people.accounts["due_link"])
    due = {}
    for a in np.flatnonzero(kernel.people.accounts["on_its_way"] > 0).tolist():
        due.setdefault(int(kernel.people.accounts["due"][a]), []).append(a)
    assert paid == {on: rows for on, rows in due.items() if on < len(kernel.schedule.payments)}
    worked = kernel.people.workers["last_worked"]
    np.testing.assert_array_equal(
        kernel.ledger.worked_on, np.bincount(worked[worked >= 0], minlength=len(kernel.ledger.worked_on))
    )
    seen = kernel.people.workers["last_seen"]
    np.testing.assert_array_equal(
        kernel.ledger.seen_on, np.bincount(seen[seen >= 0], minlength=len(kernel.ledger.seen_on))
    )


@pytest.mark.parametrize("day", DAYS)
def test_learning_of_a_day(days, day):
    rules, found = days
    before, kernel, _ = found[day]["learn"]
    slow = twin.copied(before)
    twin.learn(rules, day, slow)
    np.testing.assert_array_equal(kernel.ledger.today, slow.ledger.today)
    equal(kernel.people.accounts, slow.people.accounts, without(c.ACCOUNT))
    equal(kernel.people.workers, slow.people.workers, without(c.WORKER, twin.SCRATCH))
    hope = kernel.people.accounts["expected_return"].astype(float)
    opened = slice(kernel.people.counts[r.ACCOUNTS])
    pull = np.log(np.maximum(hope[opened], 1e-9)) / rules.choice_noise
    np.testing.assert_allclose(kernel.people.accounts["pull"][opened], pull, rtol=1e-5, atol=1e-5)
    planned = twin.planned(kernel.schedule)
    seen = before.ledger.seen[: before.ledger.counts[r.SEEN]]
    for i in seen.tolist():
        on = int(kernel.people.workers["next_look"][i]) // units.DAY
        assert on >= len(kernel.schedule.calendar) or i in planned[on]
