"""The scarcity experiment: which markets it runs, what it keeps of one, and what it says over seeds."""

import sys

import numpy as np
import pandas as pd
import pytest
from anew import assert_made_anew

from experiments import cli, report
from experiments.scarcity import __main__ as scarcity
from experiments.scarcity.measure import measure
from experiments.scarcity.paired import ALONE, BASE, PEOPLE, elasticities, elasticity, moves
from experiments.scarcity.study import AS_IT_IS, by_seed, plan
from sim.results.tables import results
from sim.scenario.scenario import Scenario
from sim.simulation.day import DayByDay

TINY = (
    "population=small",
    "population.sample=0.003382",
    "start=2018-04-01",
    "end=2018-06-30",
    "survey.quota=12000",
)
TINY += ("survey.waves=[2018-05-14,2018-06-18]", "policy.start=2018-05-01", "demand.hours_per_day=2200")


def planned(*words, **settings):
    return plan(Scenario.compose(words), {"seeds": 2, "paired": True, "alone": 3} | settings)


@pytest.fixture(scope="module")
def run():
    return results(DayByDay(Scenario.compose(TINY)).run())


@pytest.fixture(scope="module")
def kept(run):
    return measure(run)


def test_the_markets_beside_each_other():
    asked = planned("population=small")
    worlds = {one.variant: one.scenario for one in asked if one.seed == 1}
    assert {one.variant for one in asked if one.seed == 2} == set(worlds)
    base, people = worlds[BASE], worlds[PEOPLE]
    assert (base.end - base.start).days == 729 and base.start < base.policy.start < base.end
    assert people.population.simulated == 2 * base.population.simulated  # before the same clients, who ask for the same
    for key, one in base.platform.members.items():
        clients = [world.platform.members[key].clients * world.population.simulated for world in (base, people)]
        assert clients[0] == clients[1], one
    assert people.demand.hours_per_day * 2 == base.demand.hours_per_day
    assert [worlds[f"{ALONE}{rank}"].policy.raise_alone.rank for rank in (1, 2, 3)] == [1, 2, 3]
    assert not any(one.cash_out_threshold for one in worlds["cash_out_threshold"].platform.members.values())
    assert {one.variant for one in planned(paired=False)} == {AS_IT_IS, "posted at 10", "posted at 20"}
    deep = {one.variant for one in planned("platform=deep")}  # which has no lists, and whom one may ask by message
    assert not [name for name in deep if name.startswith(ALONE)] and "posted at 10" in deep


def test_what_is_kept_of_a_run(run, kept):
    numbers, daily, batches = kept["numbers"], run.daily, run.batches
    here = daily[daily["platform"] == "clickworker"]
    assert numbers["hourly.clickworker"] == pytest.approx(
        here["pay_micro_euro"].sum() / 1e6 / (here["paid_seconds"].sum() / 3600)
    )
    mine = batches[batches["platform"] == "clickworker"]
    assert numbers["price.clickworker"] == pytest.approx(mine["piece_rate_micro_euro"].median() / 1e6)
    last = daily[(daily["platform"] == "clickworker") & (daily["date"] >= "2018-06-01")]
    assert numbers["open.clickworker"] * 900 / 266_126 == pytest.approx(last["tasks_open"].mean())
    month = run.months[run.months["month"] == "2018-06"]
    assert numbers["earners"] == round((month["earned_micro_euro"] > 0).sum() * 266_126 / 900)
    by_worker = run.accounts.groupby("worker")["earned_micro_euro"].sum()
    assert by_worker.sum() == run.workers["earned_micro_euro"].sum() > 0  # what deep labour's share rests on
    assert 0.0 <= numbers["empty_visits"] <= 1.0 and numbers["deep_month"] > 0.0
    assert numbers["filled.cheapest.0.1.clickworker"] <= numbers["filled.cheapest.0.9.clickworker"]


def test_the_largest_clients_are_those_that_raise(run, kept):
    day = 30  # of the policy
    clients = run.clients[(run.clients["first_day"] <= day) & (run.clients["last_day"] >= day)]
    listed = [key for key, one in run.scenario.platform.members.items() if one.listed]
    largest = clients[clients["platform"].isin(listed)].nlargest(2, "volume")["client"]
    for rank, client in enumerate(largest, 1):
        mine = run.batches[run.batches["client"] == client]
        there = (mine["posted"] >= day * 86_400) & (mine["done"] > 0)
        assert kept["clients"][str(rank)]["k"] == np.flatnonzero(there).tolist()


def test_the_elasticity_is_that_of_the_pairs():
    before = {"k": [3, 4, 5], "log_speed": [0.0, 1.0, 2.0], "log_rate": [0.0, 0.0, 0.0]}
    gain = 0.2 * np.log(1.1)
    after = {"k": [3, 5, 6], "log_speed": [gain, 2.0 + gain, 9.0], "log_rate": [np.log(1.1)] * 3}
    measured = {(BASE, seed): {"clients": {"1": before, "2": before}} for seed in (1, 2)}
    measured |= {(f"{ALONE}1", seed): {"clients": {"1": after}} for seed in (1, 2)}
    table = elasticities(measured, 0.1)
    assert table["batches"].tolist() == [2, 2] and table["elasticity"].tolist() == pytest.approx([0.2, 0.2])
    assert elasticity(table, 0.1) == pytest.approx((0.2, 0.0), abs=1e-9)
    assert table["rate"].sum() / table["batches"].sum() == pytest.approx(np.log(1.1))


def test_ratios_are_of_the_same_seeds(run, kept):
    doubled = {"numbers": {name: 2.0 * value for name, value in kept["numbers"].items()}, "clients": {}}
    table = moves({(BASE, 1): kept, (PEOPLE, 1): doubled, ("vouchers", 1): doubled}, run.scenario)
    assert set(table["variant"]) == {PEOPLE, "vouchers"}
    assert table.loc[table["variant"] == PEOPLE, "ratio"].item() == pytest.approx(2.0)


def test_times_over_seeds_are_medians():
    seeds = [{"filled.a": value, "b": value} for value in (1.0, 2.0, np.inf)]
    table = by_seed({(AS_IT_IS, seed): {"numbers": one} for seed, one in enumerate(seeds, 1)}).set_index("number")
    assert table.loc["filled.a", "mean"] == 2.0 and table.loc["b", "mean"] == np.inf


@pytest.mark.slow  # ten runs, in processes of their own
def test_the_command_leaves_tables_and_says_them(monkeypatch, elsewhere, capsys):
    words = [*TINY, "seeds=1", "alone=1", "workers=1", "hydra.run.dir=there"]
    monkeypatch.setattr(sys, "argv", ["scarcity", *words])
    assert cli.main("scarcity", scarcity._MANUAL, scarcity.Settings, scarcity.experiment) == 0
    printed = capsys.readouterr().out
    assert max(map(len, printed.splitlines())) <= 80 and printed.isascii()
    for title in ("A PAID HOUR", "HOW FAST BATCHES", "WHO WATCHES", "WHO EARNS", "posted at 20:00", "SAME LUCK"):
        assert title in printed
    assert {"scarcity.csv", "moves.csv", "elasticities.csv"} <= {path.name for path in (elsewhere / "there").iterdir()}
    assert len(pd.read_csv("there/moves.csv")) == 11
    assert_made_anew(report.main, elsewhere / "there", (".csv",))
