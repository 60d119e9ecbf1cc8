"""Rules of one's own as plain Python: told numbers of one worker or client, and what they give is what is done."""

from types import SimpleNamespace

import numpy as np
import pytest
from world import market, rules

from sim.agents.looking import accepted_wage, best_return, looking_rate, looks
from sim.kernel.native import compiled
from sim.kernel.ones_own import TOLD, Words
from sim.markets.batches import offered, usual_rate
from sim.markets.watching import staying
from sim.scenario.own.asked import ASKED

DAY = 5


def words(role, function, *numbers):
    """A rule that is told the numbers of those names, and has no parameters but `numbers`."""
    order, arguments = list(ASKED[role].told), function.__code__.co_varnames
    places = [TOLD + order.index(name) for name in arguments if name in order]
    places += [TOLD + len(order) + k for k in range(len(numbers))]
    return Words(compiled(function, places, [float] * len(places), ()), ASKED[role].most, len(order), numbers)


@pytest.mark.parametrize("seed", range(8))
def test_looks_are_what_a_rule_makes_of_what_it_is_told(seed):
    made = market(np.random.default_rng(seed))
    rule = words(
        "looking", lambda usual, expected, accepted, needy, extra: usual + expected + accepted + needy + extra, 7
    )
    usual, own = rules(), rules(own_looking=rule.place)
    for i, worker in enumerate(made.people.workers):
        best = best_return(made.people.accounts, worker)
        plain = looking_rate(usual, worker, best, DAY)
        asked = plain + best + accepted_wage(usual, worker, DAY) + (DAY < worker["needy_until"]) + 7.0
        assert looks(usual, made.people, made.ledger, i, DAY) == plain
        assert looks(own, made.people, made.ledger, i, DAY) == pytest.approx(asked)
        assert rule.failed is None


@pytest.mark.parametrize("given", [float("nan"), -0.1, 1.1, float("inf")])
def test_what_cannot_be_is_noted_once_and_the_usual_holds(given):
    made = market(np.random.default_rng(1))
    made.people.workers["account"] = 0
    rule, calls = words("watching", lambda usual: calls.append(usual) or given), []
    own = rules(own_watching=rule.place)
    for now in (DAY, DAY + 1):
        assert staying(own, DAY, made.people, made.firms, 0, now) == own.staying
    day, noted, told = rule.failed
    assert (day, told[0], len(calls)) == (DAY, own.staying, 1) and (noted == given or noted != noted)


def test_a_rate_is_asked_of_the_client_that_posts():
    made = market(np.random.default_rng(2))
    client, platform = made.firms.clients[0], made.firms.platforms[0]
    rule = words("piece_rate", lambda usual, first, seconds, tasks, level, lateness: (
        usual + 10 * first + seconds / 1e3 + tasks / 1e2 + level + lateness))  # fmt: skip
    own = rules(own_piece_rate=rule.place)
    for late, told in ((0.0, 1.0), (3.0, 3.0)):
        client["lateness"] = late
        asked = offered(own, DAY, platform, client, 90, 12, 3)
        assert asked == pytest.approx(usual_rate(client) + 10 * client["wage"] + 0.09 + 0.12 + 3 + told)
    assert offered(SimpleNamespace(own_piece_rate=0), DAY, platform, client, 90, 12, 3) == usual_rate(client)
