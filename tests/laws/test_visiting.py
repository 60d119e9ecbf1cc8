"""Out of the house: distances against the closed form, the way in pay and time, and whom a test asks for, by hand."""

import math

import numpy as np
import pytest
import test_watching
from test_searching import found, one, worked
from world import rules

from sim.kernel import records as c
from sim.kernel.arrays import GRANTS
from sim.kernel.categories import KINDS, LOCALISED
from sim.kernel.streams import make_key
from sim.kernel.units import DAY
from sim.markets import batches, settlement, visiting
from sim.population.demand import kinds
from sim.population.places import census
from sim.scenario.scenario import Scenario

D = c.DAILY
MANY = 4_000


def shop(around=1e9, density=0, smartphone=1, **own):
    """One worker before a list with one batch of shops; so many shops that the nearest is next door, if not told."""
    made, slot = one(**{"kind": LOCALISED, "announced_seconds": 60, "items": 1, "day_budget": DAY} | own)
    person = made.people.persons[0]
    person["around"], person["density"], person["smartphone"] = around, density, smartphone
    return made, slot


def away(made, slot, **own):
    return visiting.way(rules(**own), made.key, made.people, 0, made.book.batches[slot])


@pytest.mark.parametrize("around, left", [(3000.0, 500), (400.0, 2000), (45.0, 100)])
def test_the_nearest_shop_is_as_far_as_in_a_plane_of_people(around, left):
    """``P(D > d) = exp(-pi rho d^2)``; the largest gap of 4 000 draws stays below 1.63 / sqrt(n) in 99 of 100 seeds."""
    made, slot = shop(around, left=left)
    batch, rho, km = made.book.batches[slot], left * around / census()[:, 0].sum(), []
    for k in range(MANY):
        batch["k"] = k
        seconds = away(made, slot, reach_km=1e4, errand_share=0.0, town_kmh=1.0)  # half an hour there is half a km
        km.append(seconds / 3600.0 / 2.0)
    share = np.arange(1, MANY + 1) / MANY
    assert abs(1.0 - np.exp(-math.pi * rho * np.sort(km) ** 2) - share).max() < 1.63 / math.sqrt(MANY)
    near = sum(one < 10.0 for one in km) / MANY
    batch["k"] = 0
    reached = [away(made, slot) < c.NEVER for batch["k"] in range(MANY)]
    assert np.mean(reached) == pytest.approx(near, abs=1e-9)


def test_the_way_is_made_at_the_speed_of_the_place_but_for_what_is_on_an_errand():
    took = {}
    for density, name in enumerate(("town_kmh", "suburb_kmh", "country_kmh")):
        made, slot = shop(3e5, density)
        took[name] = away(made, slot, errand_share=0.0, **{name: 60.0}, reach_km=1e4)
        assert away(made, slot, errand_share=0.5, **{name: 30.0}, reach_km=1e4) == pytest.approx(took[name], abs=1)
        assert away(made, slot, errand_share=1.0, reach_km=1e4) == 0
    assert len(set(took.values())) == 1 and took["town_kmh"] > 60


def test_without_a_smartphone_or_a_shop_in_reach_there_is_nothing_to_do():
    for own in (dict(smartphone=0), dict(around=1e-3)):
        made, slot = shop(**own)
        assert away(made, slot) == c.NEVER and found(made) == c.NOBODY
        assert found(made, travels=False) == slot
    made, slot = shop()
    assert found(made) == slot


def test_the_way_has_to_be_paid_for():
    made, slot = shop(3e5, hourly=3.0, piece_rate=50_000, announced_seconds=60)
    way = away(made, slot, reach_km=1e4)
    paid = 0.05 * 3600 / (60 + way)
    for wage, taken in ((0.999 * paid, slot), (1.001 * paid, c.NOBODY)):
        made.people.workers["reservation_wage"][0] = wage
        assert found(made, reach_km=1e4, limit=DAY) == taken
    assert found(made, reach_km=1e4, travels=False) == slot


def test_a_visit_outlasts_the_sitting_and_not_the_day():
    made, slot = shop(3e5, ends=100, sat_down=0, used=0, reservation_wage=0.0)
    way = away(made, slot, reach_km=1e4)
    assert way > 60
    for budget, taken in ((40 + 60 + way, slot), (40 + 59 + way, c.NOBODY)):
        made.people.workers["day_budget"][0] = budget
        assert found(made, ready=40, limit=100, day=0, reach_km=1e4) == taken
    assert found(made, ready=101, limit=100, day=0, reach_km=1e4) == c.NOBODY
    made.people.workers["day_budget"][0] = 2 * DAY
    assert found(made, ready=DAY - 59 - way, limit=DAY, day=0, reach_km=1e4) == c.NOBODY
    back, grant = worked(made, slot, ready=40, limit=100, reach_km=1e4)
    assert (int(grant["tasks"]), int(grant["seconds"]), int(grant["second"])) == (1, 60, 40 + 30)
    worker, row = made.people.workers[0], made.ledger.months[made.people.workers["month_row"][0]]
    assert back == 70 + 60 + way and worker["ends"] == 100 + 60 + way
    assert made.ledger.today[0, D.travel_seconds] == row["travel_seconds"] == way
    settlement.settle(rules(), 0, made)
    assert made.ledger.today[0, D.shop_visits] == row["shop_visits"] == 1
    assert row["shop_seconds"] == 60 and row["shop_micro_euro"] == row["earned_micro_euro"]


def test_days_with_visits_are_among_those_that_have_a_twin():
    """The days that test_watching holds against the twin have journeys, also beyond the end of a sitting."""
    visits = travelled = 0
    for seed in range(100):
        rules, made = test_watching.day_of_watching(np.random.default_rng(seed), batches=12)
        before = made.ledger.today.copy()
        test_watching.passed(rules, made)
        grants = made.ledger.grants[: made.ledger.counts[GRANTS]]
        visits += rules.travels * (made.book.batches["kind"][grants["slot"]] == LOCALISED).sum()
        travelled += (made.ledger.today - before)[:, D.travel_seconds].sum()
    assert visits > 10 and travelled > 1000


def test_a_profile_is_a_sex_and_an_age():
    person = np.zeros(1, c.PERSON)[0]
    fitting = {profile: [] for profile in range(15)}
    for person["sex"], person["age"] in ((sex, age) for sex in range(2) for age in (18, 24, 25, 39, 40, 59, 60, 74)):
        for profile, people in fitting.items():
            if visiting.asked_for(person, profile):
                people.append((int(person["sex"]), int(person["age"])))
    assert len(fitting[0]) == 16 and fitting[1] == [(0, age) for age in (18, 24, 25, 39, 40, 59, 60, 74)]
    assert fitting[3 + 2] == [(1, 18), (1, 24)] and fitting[4 * 3] == [(0, 60), (0, 74), (1, 60), (1, 74)]
    made, slot = one(profile=3 + 2)
    made.people.persons["age"][0] = 20
    for made.people.persons["sex"][0], taken in ((0, c.NOBODY), (1, slot)):
        assert found(made) == taken


def test_a_share_of_batches_asks_for_a_profile_each_as_often():
    batch, key, asked = np.zeros(1, c.BATCH)[0], make_key(3), np.zeros(15, int)
    for batch["k"] in range(MANY):
        asked[batches.profile(key, batch, 0.6)] += 1
        assert batches.profile(key, batch, 0.0) == 0
    assert abs(asked[0] / MANY - 0.4) < 4.0 * math.sqrt(0.24 / MANY) and not asked[1:3].any()
    assert abs(asked[3:] / MANY - 0.05).max() < 4.0 * math.sqrt(0.05 / MANY)


def test_tests_surveys_and_visits_take_everybody_once():
    """Redundancy 0 is one task for each, whatever a policy makes of the size of a batch; only tests and surveys ask."""
    scenario = Scenario.load(platform="ecosystem")
    bills = kinds(scenario)
    for name, once, asks in (("testing", True, True), ("survey", True, True), ("shop_visit", True, False),
                             ("annotation", False, False), ("promotion", False, False)):  # fmt: skip
        rows = bills[:, KINDS.index(name)]
        rows = rows[rows["share"] > 0]
        assert len(rows) and (rows["redundancy"] == 0).all() == once and (rows["profiled"] > 0).any() == asks
    members = list(scenario.platform.members)
    tests = bills[members.index("ferpection"), KINDS.index("testing")]
    assert tests["share"] > 0.5 and tests["profiled"] > 0
