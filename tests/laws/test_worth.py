"""What a euro credited is worth: within bounds, in the right direction, and felt in how often people look."""

from types import SimpleNamespace

import numpy as np
import pytest
import twin
import world

from sim.agents import looking
from sim.agents.worth import worth
from sim.kernel import arrays as r
from sim.kernel import records as c

EURO = 10**6


def case(rng):
    """Rules, need, account and platform of any size."""
    rules = SimpleNamespace(voucher_loss=rng.random(), impatience=rng.choice([0.0, 0.003, 0.3]))
    account = SimpleNamespace(credited=int(rng.choice([0, 1, EURO, 10**9])), first_credit=int(rng.integers(0, 700)))
    threshold = int(rng.choice([0, 1, 28 * EURO, 10**9]))
    platform = SimpleNamespace(vouchers=int(rng.integers(2)), cash_out_threshold=threshold, cash_out_delay=10)
    return rules, rng.random(), account, platform, int(rng.integers(700, 800))


def test_a_euro_is_worth_something_between_nothing_and_a_euro_and_its_twin():
    for seed in range(400):
        rules, need, account, platform, day = case(np.random.default_rng(seed))
        found = worth(rules, need, account, platform, day)
        assert 0.0 <= found <= 1.0
        assert found == pytest.approx(twin.worth(rules, SimpleNamespace(need=need), account, platform, day), rel=1e-12)


@pytest.mark.parametrize(
    "whose,name,more,sign",
    [("rules", "voucher_loss", 0.2, -1), ("rules", "impatience", 0.01, -1), ("platform", "vouchers", 1, -1),
     ("platform", "cash_out_threshold", 5 * EURO, -1), ("platform", "cash_out_delay", 5, -1),
     ("account", "credited", EURO, 1)],
)  # fmt: skip
def test_worth_moves_one_way(whose, name, more, sign):
    moved = 0
    for seed in range(200):
        rules, need, account, platform, day = case(np.random.default_rng(seed))
        if name == "vouchers" and platform.vouchers or name == "credited" and not account.credited:
            continue  # before the first pay there is no pace
        before = worth(rules, need, account, platform, day)
        thing = {"rules": rules, "account": account, "platform": platform}[whose]
        setattr(
            thing,
            name,
            min(getattr(thing, name) + more, 1.0) if name == "voucher_loss" else getattr(thing, name) + more,
        )
        change = (worth(rules, need, account, platform, day) - before) * sign
        assert change >= -1e-15
        moved += change > 0
    assert moved > 20


OFF = {"vouchers": 0, "cash_out_threshold": 0, "cash_out_delay": 0}


@pytest.mark.parametrize("off", [*OFF, "impatience", "voucher_loss"])
def test_without_it_people_look_more_often(off):
    """Five people paid ten cents an hour ago, at the same hours, by vouchers, under a threshold and late."""
    rates = []
    for switched in (False, True):
        made, rules = world.market(np.random.default_rng(5)), world.rules(looking_rate_max=1e9, lapse_rate=0.0)
        people, n = made.people, made.people.counts[r.ACCOUNTS]
        people.accounts["state"][:n], people.accounts["credited"][:n] = c.REGISTERED, EURO
        people.accounts["day_active"][:n], people.accounts["day_earned"][:n] = 3600, 10**5
        people.workers["need"], platforms = 0.8, made.firms.platforms
        platforms["vouchers"], platforms["cash_out_threshold"], platforms["cash_out_delay"] = 1, 10 * EURO, 10
        if switched and off in OFF:
            platforms[off] = OFF[off]
        elif switched:
            setattr(rules, off, 0.0)
        seen = np.flatnonzero(people.workers["first_account"] != c.NOBODY)
        made.ledger.seen[: len(seen)], made.ledger.counts[r.SEEN] = seen, len(seen)
        looking.learn(rules, 6, made.key, people, made.firms, made.schedule, made.ledger)
        rates.append(people.workers["looking_rate"][seen])
    assert len(rates[0]) > 2 and (rates[1] > rates[0]).all()
