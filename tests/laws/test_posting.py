"""How clients move their rates: by hand, from the equation in the docstring of `adapt`."""

import math

import numpy as np
import pytest
import world
from world import rules

from sim.kernel import records as c
from sim.kernel.units import DAY
from sim.markets import posting

RULES = rules(
    deadline_share=0.5, rate_response=0.1, rate_speed=0.2, rate_following=0.5, usual_weight=0.25,
    rate_tightness=0.3, busy_share=0.25,
)  # fmt: skip


def moved(done=8, size=8, took=DAY, patience=2.0, raised=0.0, usual=0.0, busy=0.25, deep=False, french=1):
    """What a client has added to its rate, and what is usual there, after one batch; not all done: withdrawn."""
    made = world.market(np.random.default_rng(1))
    slot = world.batch(made, np.random.default_rng(2), 1, None)
    batch = made.book.batches[slot]
    client, platform = made.firms.clients[batch["client"]], made.firms.platforms[batch["platform"]]
    platform["contracts"], platform["usual"], platform["busy"] = deep, usual, busy
    client["raised"], client["patience"], client["french"] = raised, patience, french
    platform["france"] = 0.3
    batch["size"], batch["withdrawn"], batch["posted"] = size, size - done, 3 * DAY
    posting.adapt(RULES, made.firms, made.book, slot, 3 * DAY + took)
    return float(client["raised"]), float(platform["usual"])


@pytest.mark.parametrize(
    "given, late",
    [
        ({}, 0.0),  # a day is half of two: in time
        ({"took": 2 * DAY}, math.log(2.0)),
        ({"took": DAY // 4}, math.log(0.25)),
        ({"done": 2, "took": 2 * DAY}, math.log(8.0)),  # withdrawn with a quarter done: four times as long
        ({"done": 0, "took": 2 * DAY}, math.log(16.0)),  # with none done, as if one had been
        ({"took": 0, "patience": 30.0}, -6.0),  # at once; no more than six log points
        ({"done": 0, "size": 10**6, "took": 9 * DAY}, 6.0),
    ],
)
def test_a_rate_goes_a_part_of_the_way_to_what_the_time_to_fill_calls_for(given, late):
    raised, usual = moved(**given)
    assert raised == pytest.approx(0.2 * 0.1 * late, rel=1e-6) and usual == pytest.approx(0.25 * raised, rel=1e-6)


def test_a_rate_reverts_towards_what_is_usual():
    """In time, with half of what is usual followed: 0.4 goes a fifth of the way to 0.5 x 0.2."""
    assert moved(raised=0.4, usual=0.2) == pytest.approx((0.34, 0.2 + 0.25 * 0.14), rel=1e-6)


@pytest.mark.parametrize(
    "busy, busier", [(0.5, math.log(2.0)), (0.125, -math.log(2.0)), (0.0, -2.0), (1.0, math.log(4.0))]
)
def test_pay_rises_where_people_are_busy_and_falls_where_they_wait(busy, busier):
    assert moved(busy=busy)[0] == pytest.approx(0.2 * 0.3 * busier, rel=1e-6)
    elsewhere = moved(busy=busy, french=0)[0]  # where nine in ten are elsewhere, how busy people are here counts less
    assert elsewhere == pytest.approx(0.3 * 0.2 * 0.3 * busier, rel=1e-6)


def test_how_busy_people_are_is_a_slow_mean_over_days():
    """A fifth of the way each day to the share of their time that was paid; a day without anybody teaches nothing."""
    made = world.market(np.random.default_rng(1))
    made.firms.platforms["busy"], made.ledger.today[:] = 0.5, 0
    for name, seconds in (("paid_seconds", 100), ("unpaid_seconds", 300), ("watching_seconds", 600)):
        made.ledger.today[1, getattr(c.DAILY, name)] = seconds
    posting.adapt_all(RULES, made.firms, made.book, made.ledger)
    assert made.firms.platforms["busy"].tolist() == pytest.approx([0.5, 0.42, 0.5])


def test_contracts_set_the_rates_of_deep_labour():
    assert moved(took=9 * DAY, raised=0.4, usual=0.2, deep=True) == pytest.approx((0.4, 0.2))


def test_no_rate_moves_further_than_is_reckoned_with():
    """Batches that nobody ever takes: a client comes near what is reckoned with, and not beyond."""
    made = world.market(np.random.default_rng(1))
    slot = world.batch(made, np.random.default_rng(2), 1, None)
    batch = made.book.batches[slot]
    client = made.firms.clients[batch["client"]]
    batch["size"], batch["withdrawn"], client["patience"], client["french"] = 10**6, 10**6, 1.0, 1
    made.firms.platforms["contracts"], made.firms.platforms["busy"] = False, 1e9
    for _ in range(2_000):
        posting.adapt(RULES, made.firms, made.book, slot, 9 * DAY)
    most = (c.FURTHEST * RULES.rate_response + c.BUSIEST * RULES.rate_tightness) / (1.0 - RULES.rate_following)
    assert 0.99 * most < client["raised"] < most * (1.0 + 1e-6)
