"""Entry: candidates, dates by the growth law where it is off, who never comes, what pay brings, and who told whom."""

import hashlib
import math
from datetime import date

import numpy as np
import pytest
from scipy import stats

from sim import MicroworkMarket
from sim.agents import Worker
from sim.kernel import records as c
from sim.kernel.arrays import ACCOUNTS, PERSONS
from sim.kernel.streams import make_key
from sim.kernel.units import DAY
from sim.population import synthesis
from sim.results.entry import around, first_registrations, reach_needed
from sim.results.tables import results
from sim.scenario.scenario import Scenario
from sim.simulation import accounting

OFF = {"entry": {"responds": False}}
YEAR = {"start": "2017-08-01", "end": "2018-07-31", "survey": {"on": False}}


def persons_of(seed, end, **population):
    scenario = Scenario.load(seed=seed, end=end, population=population)
    return synthesis.people(scenario, make_key(seed), (scenario.end - scenario.start).days + 1)[0]


@pytest.mark.parametrize(
    "seed,people,end,digest", [(1, 1500, "2014-08-29", "e401958fb7332a9c"), (7, 4000, "2018-07-31", "71bd94e2ca447643")]
)
def test_switched_off_everybody_comes_on_the_date_of_the_growth_law(seed, people, end, digest):
    """As before there was any entry, to the bit."""
    persons = persons_of(seed, end, people=people, **OFF)
    columns = [np.ascontiguousarray(persons[name]).tobytes() for name in ("first_platform", "signed_up")]
    assert len(persons) == people and hashlib.sha256(b"".join(columns)).hexdigest()[:16] == digest


def test_candidates_are_even_over_time_and_thresholds_and_the_stock_is_as_before():
    people, most, days = 6000, 4.0, 1492
    law = persons_of(7, "2018-07-31", people=people, **OFF)
    both = persons_of(7, "2018-07-31", people=people, entry={"most": most})
    first, later = both[:people], both[people:]
    stock = law["signed_up"] < 0
    assert np.array_equal(first["first_platform"], law["first_platform"])
    assert np.array_equal(first["signed_up"][stock], law["signed_up"][stock]) and (both["signed_up"] < days).all()
    assert len(later) == pytest.approx((most - 1) * (~stock).sum(), rel=0.03)
    usual = first[~stock]
    for moment in (usual["signed_up"], later["signed_up"]):
        assert stats.kstest((moment + 0.5) / days, "uniform").pvalue > 0.001
    for threshold, low, high in ((usual["threshold"], 0, 1), (later["threshold"], 1, most)):
        assert stats.kstest((threshold - low) / (high - low), "uniform").pvalue > 0.001
    spread = [np.bincount(rows["first_platform"], minlength=7) / len(rows) for rows in (usual, later)]
    np.testing.assert_allclose(*spread, atol=4.5 * math.sqrt(0.25 / len(usual)))


@pytest.fixture(scope="module")
def market():
    return MicroworkMarket(seed=3, population={"people": 2500}, **YEAR).run()


def test_who_never_comes_is_nobody(market):
    """No row of a table, no agent, no account, no further event."""
    persons, workers = market.columns.people.persons, market.columns.people.workers
    never = persons["signed_up"] == c.NEVER
    tables = results(market)
    registered = market.columns.people.counts[PERSONS]
    assert 300 < never.sum() < len(persons) and registered == (~never).sum()
    assert len(tables.workers) == len(market.agents_by_type[Worker]) == registered
    assert tables.summary["registered"] == round(registered * market.scenario.population.weight)
    assert tables.funnel["registered"].iloc[-1] == registered
    opened = market.columns.people.accounts["worker"][: market.columns.people.counts[ACCOUNTS]]
    assert not never[opened].any() and (workers["next_look"][never] == c.NEVER).all()
    daily = market.recorder.daily.sum(axis=(0, 1))
    needed = reach_needed(tables)
    first, started = persons["first_platform"], persons["signed_up"] < 0
    came = ((first == 1) & ~never & ~started).sum()
    share = 90_000 / sum(member.accounts for member in market.scenario.platform.members.values())
    factor = (2500 * share - (started & (first == 1)).sum()) / came
    assert needed["clickworker"] == pytest.approx(market.scenario.platform.members["clickworker"].reach * factor)
    after = (persons["signed_up"] >= 0) & ~never
    assert daily[c.DAILY.considered] == never.sum() + after.sum()
    assert (np.diff(persons["signed_up"][market.agents_by_type[Worker].get("row")]) >= 0).all()


def test_a_sudden_need_brings_as_many_as_declared():
    """Of the newcomers of a day, before anybody's need is over."""
    day = {"start": "2018-01-01", "end": "2018-01-03", "survey": {"on": False}}
    long = {"behaviour": {"need_days": 3000.0}}
    market = MicroworkMarket(seed=1, population={"people": 900_000 // 30}, **day, **long).run()
    persons = market.columns.people.persons
    new = (persons["signed_up"] >= 0) & (persons["signed_up"] != c.NEVER)
    share = (market.columns.people.workers["needy_until"][new] > market.day).mean()
    expected = market.scenario.population.entry.need_share
    assert abs(share - expected) < 4.5 * math.sqrt(expected * (1 - expected) / new.sum()) + 0.002


def test_pay_brings_entry_and_a_collapse_ends_it():
    """Four times the pay for the same work; and no work at all."""
    start = {"start": "2017-02-01", "end": "2017-12-31", "survey": {"on": False}}
    on, people = "2017-06-01", {"people": 3000, "entry": {"memory_days": 10.0}}
    raised = {
        "policy": "raise_all",
        "policy.start": on,
        "policy.raise_alone.raised": 3.0,
        "policy.demand_elasticity": 0,
    }
    gone = {"demand": "collapse", "demand.collapse_on": on, "demand.collapse_depth": 1.0}
    usual, better, none = (
        results(MicroworkMarket(seed=2, population=people, **start, **choice).run()) for choice in ({}, raised, gone)
    )
    counts = [first_registrations(run.funnel) for run in (usual, better, none)]
    assert counts[1][on:].sum() > 1.3 * counts[0][on:].sum()
    assert counts[1][:"2017-05-31"].equals(counts[0][:"2017-05-31"])
    late = [around(run.funnel, date(2017, 9, 1), days=120).after for run in (usual, none)]
    assert late[1] < 0.1 * late[0]


def test_who_told_of_a_platform_is_paid_by_it_once():
    bonus = {f"platform.members.{key}.referral_bonus": 3.0 for key in ("foule_factory", "clickworker")}
    market = MicroworkMarket(seed=3, population={"people": 2500, "entry.local": 1.0}, **YEAR, **bonus).run()
    accounting.check(market)
    people, platforms = market.columns.people, market.columns.firms.platforms
    told = np.flatnonzero(people.persons["referred_by"] != c.NOBODY)
    assert (
        people.persons["department"][told] == people.persons["department"][people.persons["referred_by"][told]]
    ).all()
    accounts = people.accounts[: people.counts[ACCOUNTS]]
    started = accounts[
        (accounts["done"] > 0) & (accounts["platform"] == people.persons["first_platform"][accounts["worker"]])
    ]
    due = np.bincount(started["platform"][np.isin(started["worker"], told)], minlength=len(platforms)) * 3_000_000
    paid = platforms["referral_paid"]
    assert paid[:2].sum() > 0 and (paid <= due).all() and not paid[2:].any() and paid.sum() % 3_000_000 == 0
    assert (people.persons["signed_up"][told] < c.NEVER).all() and market.day * DAY > 0
