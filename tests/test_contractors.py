"""Deep labour: standing positions of clients, pay by the hour or the piece, names that are told or not."""

import numpy as np
import pytest

from sim.kernel import records as c
from sim.kernel.arrays import ROSTER, Firms, Ledger, People
from sim.kernel.compiler import kernel
from sim.kernel.streams import make_key
from sim.markets import contracting
from sim.population.contractors import positions
from sim.population.draws import ClientDistribution
from sim.scenario.scenario import Scenario

KEY, DAYS = make_key(3), 40_000
CHAIN = Scenario.load(platform="deep").platform.members["deep"].chain
EVEN = dict.fromkeys(ClientDistribution._fields, 0.0) | {"burst": 1.0, "announced_share": 0.8, "sudden_ends": 0.3 / 365}


def clients(**changed):
    """Everybody who ever holds a position of one contractor, over a century."""
    kinds = np.zeros(1, c.KIND)
    kinds["share"] = kinds["hourly"] = 1.0
    return positions(KEY, 2, 0.0, DAYS, ClientDistribution(**EVEN), kinds, CHAIN.model_copy(update=changed))


def test_positions_keep_their_share_while_they_are_held():
    rows = clients()
    held = np.minimum(rows["last_day"], DAYS - 1) - rows["first_day"] + 1.0
    done = np.array([(rows["volume"] * held)[rows["share"] == np.float32(s)].sum() for s in CHAIN.client_shares])
    life = 1.0 / (1.0 / (CHAIN.client_years * 365) + EVEN["sudden_ends"])  # the shorter of two exponential lives
    there = life / (life + 7.0 * CHAIN.gap_weeks)
    np.testing.assert_allclose(done / DAYS / there, CHAIN.client_shares, rtol=0.05)  # gaps of some 66 successors
    assert len(np.unique(rows["who"])) == len(rows)


def test_a_position_does_not_feel_the_others():
    alone = clients(client_shares=(0.5, 0.0, 0.0, 0.0, 0.5))
    both = clients()
    np.testing.assert_array_equal(
        alone[alone["who"] < both["who"][both["share"] < 0.4].min()], both[both["share"] == 0.5]
    )


def test_large_clients_are_named_and_small_ones_are_not_where_it_is_said_so():
    rows = clients(known_large=1.0, known_small=0.0)
    large = rows["share"] > 0.25
    assert set(rows["known_from"][large]) == {1, 2, 3} and not rows["known_from"][~large].any()
    assert (clients(hourly_share=1.0)["announced_share"] == 1.0).all() and not clients(hourly_share=0.0)[
        "by_hour"
    ].any()


def world(known_from, references=0, trust=1.0, quit_chance=0.0):
    """Two hundred people, each with an account, and one client of their contractor."""
    people = 200
    workers, accounts = np.zeros(people, c.WORKER), np.zeros(people, c.ACCOUNT)
    workers["references"], workers["accuracy"] = references, 0.9
    accounts["worker"], accounts["project"], accounts["step"] = np.arange(people), c.NOBODY, c.STARTED
    platforms, firms_clients = np.zeros(1, c.PLATFORM), np.zeros(1, c.CLIENT)
    platforms["contracts"], platforms["exam_every"], platforms["renewal"] = True, 7, 10_000
    platforms["trust_unknown"], platforms["quit_unnamed"] = trust, quit_chance
    firms_clients["known_from"], firms_clients["last_day"], firms_clients["who"] = known_from, 100, 7
    counts, roster = np.zeros(1, np.int64), np.zeros(people, np.int32)
    firms = Firms(platforms, firms_clients, np.full(1, people), np.zeros(1), roster, np.zeros(1, np.int32), counts)
    small = [np.zeros(1, np.int64)] * (len(Ledger._fields) - 1)
    ledger = Ledger(np.zeros((1, len(c.DAILY)), np.int64), *small)
    return People(np.zeros(people, c.PERSON), workers, accounts, counts), firms, ledger


@kernel
def climb_all(people, firms, ledger):
    for a in range(people.accounts.size):
        contracting.climb(0, KEY, people, firms, ledger, a, 0, 1000)


@kernel
def quit_all(people, firms, given_up):
    for a in range(given_up.size):
        given_up[a] = contracting.quits(7, KEY, people, firms, a)


def applied(**given):
    people, firms, ledger = world(**given)
    climb_all(people, firms, ledger)
    return people.accounts["state"], firms.counts[ROSTER]


def test_a_reference_stands_for_the_exam():
    states, _ = applied(known_from=1)
    assert (states == c.APPLIED).all()
    states, roster = applied(known_from=1, references=1)
    assert (states == c.QUALIFIED).all() and roster == len(states)


def test_who_is_not_told_for_whom_may_not_apply():
    """Of 200 a binomial share; standard error 0.032."""
    states, _ = applied(known_from=2, trust=0.7)
    assert abs((states == c.APPLIED).mean() - 0.7) < 4 * 0.033
    assert (applied(known_from=2, trust=1.0)[0] == c.APPLIED).all()


@pytest.mark.parametrize("known_from", [0, 1, 3])
def test_only_work_for_a_client_known_by_name_leaves_a_reference(known_from):
    people, firms, ledger = world(known_from)
    people.accounts["state"], people.accounts["project"] = c.CONTRACTED, 0
    firms.roster[:], firms.counts[ROSTER] = np.arange(len(people.accounts)), len(people.accounts)
    contracting.contracts_end(101, people, firms, ledger)
    assert (people.workers["references"] == (known_from > 0)).all() and firms.counts[ROSTER] == 0


@pytest.mark.parametrize(("known_from", "chance", "left"), [(0, 0.3, 0.7), (0, 0.0, 1.0), (3, 0.3, 1.0)])
def test_work_for_a_client_never_named_is_given_up(known_from, chance, left):
    people, firms, _ = world(known_from, quit_chance=chance)
    people.accounts["project"] = 0
    given_up = np.zeros(len(people.accounts), np.bool_)
    quit_all(people, firms, given_up)
    assert abs(1.0 - given_up.mean() - left) < 4 * 0.033
