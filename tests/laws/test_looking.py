"""Looking: waking and learning of tiny markets against their slow twins, and the laws of time one by one."""

import math

import numpy as np
import pytest
import twin
import world

from sim.agents import looking
from sim.kernel import arrays as r
from sim.kernel import records as c
from sim.kernel.units import DAY, HOUR, WEEK
from sim.markets import waking
from sim.population.schedules import availability_table
from sim.simulation import columns as empty

TABLE = availability_table()
EVEN = np.linspace(0.0, 7.0, 169)[None]  # somebody as available at night as by day
LINKS = {"event", "next", "first_account", "due_link"}


def columns(array):
    return [name for name in array.dtype.names if name not in LINKS]


def same(ours, theirs):
    for name in columns(ours):
        np.testing.assert_array_equal(ours[name], theirs[name], err_msg=name)


def chained(heads, link):
    return {n: sorted(twin.followed(heads[n], link)) for n in np.flatnonzero(heads != c.NOBODY).tolist()}


@pytest.mark.parametrize("part", range(6))
def test_learning_is_its_twin(part):
    for seed in range(25 * part, 25 * part + 25):
        rng = np.random.default_rng(seed)
        kernel, rules, day = world.market(rng), world.rules(lapse_rate=rng.choice([0.05, 1.0, 3.0])), 6
        accounts = kernel.people.accounts[: kernel.people.counts[r.ACCOUNTS]]
        for name, some in (("day_looks", [0, 1, 2]), ("day_active", [0, 0, 1, 300]), ("day_watched", [0, 5, 4000])):
            accounts[name] = rng.choice(some, len(accounts))
        accounts["day_looks"][accounts["day_active"] == 0] = 0
        accounts["day_earned"] = (accounts["day_active"] > 0) * rng.choice([0, 40_000, 900_000], len(accounts))
        kernel.people.workers["state"] = c.LOOKING  # whoever was seen looks
        kernel.people.workers["today"], kernel.people.workers["used"] = 1, 77
        seen = [i for i in rng.permutation(world.WORKERS) if kernel.people.workers["first_account"][i] != c.NOBODY]
        kernel.ledger.seen[: len(seen)] = seen
        kernel.ledger.counts[r.SEEN] = len(seen)
        slow = twin.copied(kernel)
        looking.learn(rules, day, kernel.key, kernel.people, kernel.firms, kernel.schedule, kernel.ledger)
        twin.learn(rules, day, slow)
        np.testing.assert_array_equal(kernel.ledger.today, slow.ledger.today)
        same(kernel.people.workers, slow.people.workers)
        for name in columns(accounts):
            if name != "pull":
                np.testing.assert_array_equal(kernel.people.accounts[name], slow.people.accounts[name], err_msg=name)
        learnt = [a for a in range(len(accounts)) if slow.people.accounts["pull"][a] != accounts["pull"][a]]
        hope = accounts["expected_return"][learnt].astype(float)
        np.testing.assert_allclose(
            accounts["pull"][learnt], np.log(np.maximum(hope, 1e-9)) / rules.choice_noise, rtol=1e-5
        )
        planned = {}
        for i in seen:
            planned.setdefault(int(kernel.people.workers["next_look"][i]) // DAY, []).append(int(i))
        expected = {on: sorted(them) for on, them in planned.items() if on < len(kernel.schedule.calendar)}
        assert {on: sorted(them) for on, them in twin.planned(kernel.schedule).items()} == expected
        assert kernel.ledger.counts[r.SEEN] == 0


@pytest.mark.parametrize("part", range(6))
def test_waking_is_its_twin(part):
    for seed in range(25 * part, 25 * part + 25):
        rng = np.random.default_rng(seed)
        kernel, day, further = world.market(rng), 6, 0.5
        rules = world.rules(
            need_rate=rng.choice([0.0, 0.1, 5.0]),
            notification_rate=rng.choice([0.0, 2.0]),
            drift_rate=rng.choice([0.0, 3.0]),
        )
        workers = kernel.people.workers
        workers["away_until"] = 0
        for i in range(world.WORKERS):
            if workers["first_account"][i] == c.NOBODY:
                workers["state"][i], workers["platforms"][i] = c.UNREGISTERED, 0
            workers["next_look"][i] = day * DAY + rng.integers(0, DAY)
            looking.enter(kernel.people, kernel.schedule, i)
        slow = twin.copied(kernel)
        assert waking.wake(rules, day, kernel, further)
        agenda = twin.wake(rules, day, slow, further)
        assert twin.standing(kernel) == agenda
        np.testing.assert_array_equal(kernel.ledger.today, slow.ledger.today)
        same(kernel.people.workers, slow.people.workers)
        same(kernel.people.persons, slow.people.persons)
        assert kernel.people.counts[r.PERSONS] == slow.people.counts[r.PERSONS]
        filled = kernel.people.counts[r.ACCOUNTS]
        assert filled == slow.people.counts[r.ACCOUNTS]
        for name in columns(kernel.people.accounts):
            if name != "pull":
                theirs = slow.people.accounts[name][:filled]
                np.testing.assert_array_equal(kernel.people.accounts[name][:filled], theirs, err_msg=name)
        regained = [a for a in range(filled) if kernel.people.accounts["pull"][a] != slow.people.accounts["pull"][a]]
        hope = kernel.people.accounts["expected_return"][regained].astype(float)
        ours = kernel.people.accounts["pull"][regained]
        np.testing.assert_allclose(ours, np.log(np.maximum(hope, 1e-9)) / rules.choice_noise, rtol=1e-5)


def test_operational_time_and_the_clock_are_their_twins():
    for profile in range(len(TABLE)):
        row = TABLE[profile].tolist()
        for second in (0, 1, HOUR - 1, HOUR, 3 * DAY + 12_345, WEEK - 1, WEEK, 3 * WEEK + 5 * HOUR):
            when = looking.operational(TABLE, profile, second)
            assert when == twin.operational(row, second)
            assert looking.clock(TABLE, profile, when) == twin.clock(row, when)
            assert abs(looking.clock(TABLE, profile, when) - second) <= 1
    for when in (0.0, 1.0 / 24, 6.99, 7.0, 7.0 + 167 / 24, 20.5):
        assert looking.clock(EVEN, 0, when) == pytest.approx(when * DAY, abs=1)


def test_an_event_is_later_than_now_and_within_what_can_be_written():
    assert looking.next_event(0, EVEN, 0, 1000, 1e9, 0.5) == 1001
    assert looking.next_event(0, EVEN, 0, 1000, 1.0, math.exp(-2.0)) == pytest.approx(1000 + 2 * DAY, abs=1)
    assert looking.next_event(3 * DAY, TABLE, 0, 1000, 1.0, math.exp(-2.0)) == twin.next_event(
        world.rules(start_second=3 * DAY), TABLE[0].tolist(), 1000, 1.0, math.exp(-2.0)
    )
    for rate in (0.0, -1.0):
        assert looking.next_event(0, EVEN, 0, 1000, rate, 0.5) == c.NEVER
    for days, ever in ((19_999.5, True), (20_000.0, True), (20_000.5, False)):
        assert (looking.next_event(0, EVEN, 0, 1000, 1.0 / days, math.exp(-1.0)) < c.NEVER) == ever
    last = looking.next_event(0, EVEN, 0, c.NEVER - 10, 1.0, 0.5)
    assert c.NEVER - 10 < last <= c.NEVER


def worker(**own):
    """A worker with two accounts, of which the better paid is closed."""
    workers, accounts = np.zeros(1, c.WORKER), np.zeros(2, c.ACCOUNT)
    row = workers[0]
    row["reservation_wage"], row["attention"], row["needy_until"] = 2.0, 3.0, 5
    row["first_account"], accounts["next"] = 0, [1, c.NOBODY]
    accounts["expected_return"], accounts["state"] = [9.0, 4.0], [c.BANNED, c.REGISTERED]
    for name, value in own.items():
        row[name] = value
    return row, accounts


def test_looks_grow_with_return_over_wage_up_to_the_most():
    rules = world.rules(looking_rate=0.5, looking_elasticity=2.0, looking_rate_max=3.0, need_factor=0.5)
    row, _ = worker()
    assert looking.looking_rate(rules, row, 2.0, 5) == pytest.approx(3.0 * 0.5)
    assert looking.looking_rate(rules, row, 4.0, 5) == pytest.approx(3.0 * 2.0)
    assert looking.looking_rate(rules, row, 2.0, 4) == pytest.approx(3.0 * 2.0)  # in need until the fifth day
    assert looking.looking_rate(rules, row, 40.0, 5) == pytest.approx(3.0 * 3.0)


def test_the_best_return_is_that_of_an_account_that_is_not_closed():
    row, accounts = worker()
    assert looking.best_return(accounts, row) == 4.0
    accounts["state"] = c.TURNED_AWAY
    assert looking.best_return(accounts, row) == 0.0
    accounts["state"] = c.CONTRACTED
    assert looking.best_return(accounts, row) == 9.0


def test_an_account_draws_by_the_logarithm_of_its_return():
    assert looking.pull(0.5, 3.0) == pytest.approx(math.log(3.0) / 0.5)
    assert looking.pull(0.0, 3.0) == pytest.approx(math.log(3.0) / 1e-3)
    assert looking.pull(1.0, 0.0) == pytest.approx(math.log(1e-9))


def test_an_event_beyond_the_run_is_filed_nowhere():
    made = world.market(np.random.default_rng(0))
    for day, filed in ((world.DAYS, True), (world.DAYS + 1, False)):
        made.people.workers["next_look"][0] = day * DAY + 5
        looking.enter(made.people, made.schedule, 0)
        assert any(twin.planned(made.schedule).values()) == filed
        made.schedule.calendar[:] = c.NOBODY


def test_the_calendar_gives_back_whom_it_was_given_last_and_all_its_blocks():
    rng, days, people = np.random.default_rng(1), 3, 100
    schedule, filed = empty._empty_schedule(days, people), [[] for _ in range(days)]
    for _ in range(40):  # times: everybody is filed somewhere, and some days are read to their end
        free = sorted(set(range(people)) - set(sum(filed, [])))
        for i in rng.permutation(free).tolist():
            filed[day := int(rng.integers(days))].append(i)
            looking.file_under(schedule, i, day)
        assert twin.planned(schedule) == {day: them[::-1] for day, them in enumerate(filed) if them}
        day, some = int(rng.integers(days)), int(rng.integers(people))
        ahead = [looking.in_turn(schedule, day, steps) for steps in range(looking.PLACES + 1)]
        assert ahead == (filed[day][::-1] + [c.NOBODY] * people)[: looking.PLACES + 1]
        while filed[day] and some:
            assert looking.next_of(schedule, day) == filed[day].pop()
            some -= 1
    for day in range(days):
        while filed[day]:
            assert looking.next_of(schedule, day) == filed[day].pop()
    spare, block = [], schedule.counts[r.FREE_BLOCK]
    while block < len(schedule.blocks):
        spare.append(int(block))
        block = schedule.blocks[block, looking.BEFORE]
    assert sorted(spare) == list(range(len(schedule.blocks)))


def test_a_need_lasts_at_least_the_day_on_which_it_comes():
    """The draw that ends it soonest, and one that ends it after its mean."""
    made, rules = world.market(np.random.default_rng(3)), world.rules(need_rate=1e9, need_days=20.0)
    i = int(np.flatnonzero(made.people.workers["first_account"] != c.NOBODY)[0])
    made.people.workers["urgency"][i] = 1.0
    assert looking.wakes(rules, 6, made.key, made.people, made.firms, made.ledger, i)
    v = looking.draw4(made.key, looking.RETURN, made.people.workers["next_look"][i], i, 0)[1]
    assert made.people.workers["needy_until"][i] == 6 + math.ceil(-20.0 * math.log(v)) > 6


def test_a_message_is_heeded_with_the_strength_of_the_day():
    """Planned at full strength, and passed over where the draw is that strength itself."""
    made, rules = world.market(np.random.default_rng(3)), world.rules(need_rate=0.0, notification_rate=0.25)
    workers = made.people.workers
    i = int(np.flatnonzero(workers["first_account"] != c.NOBODY)[0])
    u = looking.draw4(made.key, looking.RETURN, workers["next_look"][i], i, 0)[0]
    for strength, heeded in ((u, False), (np.nextafter(u, 1.0), True), (1.0, True), (0.0, False)):
        workers["state"][i], made.firms.notice[:] = c.LAPSED, strength
        assert looking.wakes(rules, 6, made.key, made.people, made.firms, made.ledger, i) == heeded
        assert workers["state"][i] == (c.LOOKING if heeded else c.LAPSED)
