"""First steps: as many start as shall, in as many days as it takes, and who drops the account never comes again."""

import numpy as np
import pytest
import twin
import world

from sim.agents import looking
from sim.kernel import arrays as r
from sim.kernel import records as c
from sim.kernel.units import DAY
from sim.markets.first_steps import have_taken_first_steps, take_first_steps
from sim.simulation.columns import by_name

D = c.DAILY


def taken(rules, made, a, now, midnight):
    return take_first_steps(rules, made.key, made.people, made.firms, made.ledger, a, now, midnight)


def test_first_steps_are_their_twin():
    spent = set()
    for seed in range(200):
        rng = np.random.default_rng(seed)
        made, rules = world.market(rng), world.rules(step_chance=rng.choice([0.3, 0.8, 1.0]))
        made.people.accounts["step"][: made.people.counts[r.ACCOUNTS]] = rng.integers(0, 4)
        slow, now = twin.copied(made), int(rng.integers(DAY - 2000, DAY))
        for a in range(made.people.counts[r.ACCOUNTS]):
            seconds = taken(rules, made, a, now, DAY)
            assert seconds == twin.first_steps(rules, slow, twin.Row(slow.people.accounts, a), now, DAY)
            assert now + seconds <= DAY
            spent.add(seconds)
        ours, theirs = by_name(made), by_name(slow)
        assert not [name for name in ours if ours[name].tolist() != theirs[name].tolist()], seed
    assert {0, 600, 900, 1400} <= spent


@pytest.mark.parametrize("platform,steps", [(0, 3), (2, 2)])
def test_as_many_start_as_shall(platform, steps):
    """On a list after three steps; a contractor asks for no first test. Within four standard errors of the share."""
    made, account, n = world.market(np.random.default_rng(1)), np.zeros(1, c.ACCOUNT)[0], 4000
    started = 0
    for i in range(n):
        account["worker"], account["platform"], account["state"], account["step"] = i, platform, c.REGISTERED, 0
        have_taken_first_steps(0.7, made.key, made.firms, account)
        assert (account["step"] == c.STARTED) != (account["state"] == c.DROPPED)
        started += account["step"] == c.STARTED
    share = 0.7**steps
    assert abs(started / n - share) < 4 * np.sqrt(share * (1 - share) / n)


def test_steps_wait_for_another_day_and_are_counted_once():
    made, rules = world.market(np.random.default_rng(2)), world.rules(step_chance=1.0)
    account, made.ledger.today[:] = made.people.accounts[0], 0
    account["platform"], account["state"], account["step"] = 0, c.REGISTERED, c.NO_STEP
    assert taken(rules, made, 0, DAY - 599, DAY) == 0 and account["step"] == c.NO_STEP
    assert taken(rules, made, 0, DAY - 899, DAY) == 600 and account["step"] == c.PROFILE
    assert taken(rules, made, 0, DAY, 2 * DAY) == 800 and account["step"] == c.STARTED
    assert taken(rules, made, 0, DAY, 2 * DAY) == 0
    assert made.ledger.today[0, [D.profiles, D.payments_set, D.started]].tolist() == [1, 1, 1]


def test_who_has_no_account_left_is_never_there():
    """Banned or dropped everywhere, nothing is planned; turned away somewhere, a policy may yet let them in."""
    for states, comes in (([c.BANNED, c.DROPPED], False), ([c.DROPPED, c.TURNED_AWAY], True), ([c.REGISTERED], True)):
        made = world.market(np.random.default_rng(3))
        made.people.counts[r.ACCOUNTS], made.people.workers["first_account"] = 0, c.NOBODY
        for p, state in enumerate(states):
            made.people.accounts["state"][world.account(made, np.random.default_rng(p), 0, p)] = state
        made.people.workers["looking_rate"] = 1.0
        looking.plan(world.rules(), made.people, made.schedule, 0, DAY, 0.5)
        assert (made.people.workers["next_look"][0] < c.NEVER) == comes
