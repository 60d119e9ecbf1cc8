"""The world experiment: which markets it runs, what it keeps of one, and how rows are reckoned over seeds."""

import sys

import numpy as np
import pandas as pd
import pytest
from anew import assert_made_anew

from experiments import cli, report
from experiments.world import __main__ as world
from experiments.world import markets as m
from experiments.world.findings import elasticity, findings, gone_elsewhere, in_weeks, mechanisms, over, table
from experiments.world.measure import BEFORE, measure, places
from experiments.world.study import planned
from sim.kernel.categories import USES
from sim.results.tables import results
from sim.scenario.scenario import Scenario
from sim.simulation.day import DayByDay

TINY = (
    "population=small",
    "population.sample=0.003382",
    "start=2017-09-01",
    "end=2018-06-30",
    "survey.quota=12000",
)
TINY += ("survey.waves=[2018-05-14,2018-06-18]", "policy.start=2018-04-01")


@pytest.fixture(scope="module")
def run():
    return results(DayByDay(Scenario.compose(TINY)).run())


@pytest.fixture(scope="module")
def kept(run):
    return measure(run)


def test_the_markets_beside_each_other():
    asked = planned(Scenario.compose(["population=small"]), {"seeds": 2})
    worlds = {one.variant: one.scenario for one in asked if one.seed == 1}
    assert {one.variant for one in asked if one.seed == 2} == set(worlds) >= {m.BASE, m.RAISED, m.NO_FORUMS}
    base, people = worlds[m.BASE], worlds[m.PEOPLE]
    assert (base.end - base.start).days == 729 and base.start < base.policy.start < base.end
    assert people.population.simulated == 2 * base.population.simulated  # before the same clients, who ask for the same
    assert people.demand.hours_per_day * 2 == base.demand.hours_per_day
    assert worlds[m.RAISED].policy.raise_alone.raised == 3.0
    readers = worlds[m.BOYCOTT].behaviour.forums.share
    assert worlds[m.BOYCOTT].policy.boycott.share * readers == pytest.approx(0.1)  # of all
    assert worlds[m.unheard(m.BOYCOTT)].behaviour.forums.share == 0.0 == worlds[m.NO_FORUMS].behaviour.forums.share
    assert worlds[m.AUTOMATION].policy.automation.feeds == "verification"


def test_what_is_kept_of_a_run(run, kept):
    numbers, day = kept["numbers"], 212  # the policy's
    recent = run.batches[run.batches["posted"] >= day * 86_400]
    true = recent["done"] * recent["true_seconds"].astype(float) / 3600.0
    months = (run.daily["day"].max() + 1 - day) / (365.25 / 12.0)
    assert numbers["work"] * 900 / 266_126 * months == pytest.approx(true.sum())
    assert sum(numbers[f"use.{use}"] for use in USES) == pytest.approx(numbers["work"])
    came = ((run.workers["signed_up"] >= day) & (run.workers["signed_up"] < day + 28)).sum()
    assert numbers["entry_after"] * 900 / 266_126 == pytest.approx(came)
    weeks = kept["weeks"]["registered"]
    assert sum(weeks[BEFORE : BEFORE + 4]) * 900 / 266_126 == pytest.approx(came, abs=0.1)  # rounded to thousandths
    assert places(run)["survey"] == ["foule_factory"] and "appen" not in places(run)["international"]
    mine = run.batches[run.batches["platform"] == "clickworker"]
    assert numbers["posted.clickworker.survey"] == pytest.approx((mine["kind"] == "survey").mean())
    assert numbers["registered.women"] == pytest.approx((run.workers["sex"] == "woman").mean())
    assert numbers["adults.women"] == 0.512


def test_rows_are_reckoned_seed_by_seed():
    def one(pay, seen):
        return {"numbers": {"hourly.international": pay}, "weeks": {"seen": [9.0] * BEFORE + seen}, "hours": {}}

    runs = {m.BASE: one(4.0, [10.0, 10.0]), m.DEMAND: one(8.0, [5.0, 15.0])}
    assert over(m.DEMAND, "hourly.international")(runs) == 2.0
    assert elasticity(m.DEMAND, "hourly.international")(runs) == 1.0
    assert in_weeks(m.DEMAND, "seen", m.BASE, 1, 1)(runs) == 0.5
    assert in_weeks(m.DEMAND, "seen", m.BASE, 1, 2)(runs) == 1.0
    work = {"paid.international": [50.0, 40.0], "abroad.international": [500.0, 508.0]}
    both = {name: {"weeks": {what: [0.0] * BEFORE + [hours[n]] for what, hours in work.items()}} for n, name in
            enumerate((m.BASE, m.BOYCOTT))}  # fmt: skip
    assert gone_elsewhere(m.BOYCOTT, m.BASE, 1, 1)(both) == 0.8
    assert np.isnan(over("not run", "hourly.international")(runs))
    measured = {(name, seed): content for name, content in runs.items() for seed in (1, 2)}
    measured[m.DEMAND, 2] = one(2.0, [10.0, 10.0])
    rows = table(measured).set_index("name")
    row = rows.loc["elasticity of pay to French demand: international"]
    assert (row["mean"], row["low"], row["high"], row["seed 1"]) == (0.0, -1.0, 1.0, 1.0)
    assert len(rows) < len(findings()) and not mechanisms(measured).size


@pytest.mark.slow  # every market once, in processes of their own
def test_the_command_leaves_tables_and_figures_and_says_them(monkeypatch, elsewhere, capsys):
    monkeypatch.setattr(sys, "argv", ["world", *TINY, "seeds=1", "workers=1", "hydra.run.dir=there"])
    assert cli.main("world", world._MANUAL, world.Settings, world.experiment) == 0
    printed = capsys.readouterr().out
    assert max(map(len, printed.splitlines())) <= 80 and printed.isascii()
    for title in ("WHO REGISTERS", "A BOYCOTT", "WHO IS WHO", "USES OF WORK", "WHAT EACH MECHANISM"):
        assert title in printed
    there = elsewhere / "there"
    assert {"findings.csv", "composition.csv", "mechanisms.csv"} <= {path.name for path in there.iterdir()}
    assert len(pd.read_csv(there / "findings.csv")) > 30 and (there / "figures" / "uses.svg").exists()
    assert_made_anew(report.main, there, (".csv",))
