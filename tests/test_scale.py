"""What small runs say of the whole: totals on one scale, the verdict on each number, and the whole command."""

import math

import numpy as np
import pandas as pd
import pytest
from anew import assert_made_anew, typed
from fake_results import Chance

from experiments import cli, report
from experiments.scale import __main__ as scale
from experiments.scale.measure import OFF, QUOTED, UNKNOWN, held_against, kind_of, numbers, over_sizes
from experiments.scale.page import Scale, worst
from experiments.scale.screen import scale_text
from experiments.scale.study import at_size, plan
from sim.instruments.across_seeds import outline
from sim.instruments.fieldwork import Fieldwork
from sim.instruments.readings import readings
from sim.results.whole.country import EXTENSIVE, INTENSIVE, of_country, plain
from sim.results.whole.precision import TABLE, interval, precision, usual
from sim.runs.quantities import number
from sim.scenario.scenario import Scenario

TINY = ["population=small", "start=2018-04-01", "end=2018-06-30", "survey.quota=12000"]
TINY += ["survey.waves=[2018-05-14,2018-06-18]"]


def test_verdicts():
    whole = 100.0 + Chance(1).normal(20)
    assert held_against(whole + 1.0, whole)["verdict"] == QUOTED
    assert held_against(1.2 * whole, whole)["verdict"] == OFF
    wide = held_against(100.0 + 40.0 * Chance(2).normal(5), whole)
    assert wide["verdict"] == UNKNOWN and wide["ratio_low"] < 1.0 < wide["ratio_high"] and wide["needed"] > 20
    assert held_against(np.zeros(3), np.zeros(3))["verdict"] == QUOTED
    for nothing in (np.zeros(0), np.ones(1), -np.ones(4)):
        assert held_against(nothing, whole)["verdict"] == UNKNOWN


def test_the_interval_of_a_ratio_covers():
    """95 % of 800 trials, give or take three standard errors of 0.8 points."""
    small, whole = Chance(3).normal(800 * 8).reshape(800, 8), Chance(4).normal(800 * 5).reshape(800, 5)
    covered = [
        (found := held_against(60.0 + 6.0 * a, 50.0 + 2.0 * b))["ratio_low"] <= 1.2 <= found["ratio_high"]
        for a, b in zip(small, whole, strict=True)
    ]
    assert abs(np.mean(covered) - 0.95) < 0.024


def test_every_number_of_a_summary_is_of_the_country_or_of_a_head(record):
    kept, places = outline(record), numbers(record.scenario)
    names = {plain(place[1]) for place in places.values() if place[0] == "summary"}
    assert len(places) > 450 and {name for name in EXTENSIVE if not name.startswith("boycott.")} <= names
    assert names <= EXTENSIVE | INTENSIVE and not EXTENSIVE & INTENSIVE
    called = {f"boycott.{name}" for name in "meet joined out_4 banned fell_apart weeks hours open_before".split()}
    assert called <= EXTENSIVE | INTENSIVE
    tenfold = of_country(kept["summary"], 10.0)
    for name, place in places.items():
        if place[0] == "summary":
            factor = 10.0 if kind_of(place) == "total of France" else 1.0
            assert tenfold[place[1]] == pytest.approx(factor * number(kept, place), nan_ok=True), name
    assert {"pay_euro", "paid_hours", "use.other.hours", "platform.appen.looks"} <= {
        name for name, place in places.items() if kind_of(place) == "total of France"
    }
    for name in ("earned_mean_euro", "hours_week_mean", "month.unpaid_share", "tier_regular", "truth.regular"):
        assert kind_of(places[name]) != "total of France"


def test_a_summary_says_what_table_and_truth_say(record):
    """Of one in so many: persons times the weight, and the three tiers nested as in the tier table."""
    summary, fieldwork, weight = record.summary, Fieldwork(record), record.scenario.population.weight
    truths = fieldwork.tiers.set_index("tier")["truth"]
    assert weight > 10.0 and summary["registered"] == round(len(record.workers) * weight)
    for tier in truths.index:
        assert summary[tier.replace(" ", "_")] == truths[tier], tier
    assert summary["looks"] == round(record.daily["looks"].sum() * weight)
    assert fieldwork.full_time_equivalents == summary["full_time_equivalents"] > 0
    assert readings(fieldwork)["client_top1pct_spend"][0] == summary["clients_top1_share"]


def test_the_interval_of_one_run_holds_the_mean_of_the_whole(monkeypatch):
    """95 % of 400 trials, give or take three standard errors of 1.1 points: a number a fifth too low in small runs."""
    twentieth, quarter, whole = (
        Scenario.load(population={"sample": people / 266_126}) for people in (13_306, 66_531, 266_126)
    )
    held = dict.fromkeys((13_306, 66_531, 266_126), 0)
    for trial in range(400):
        seeds = {people: Chance(1000 + trial).normal(13 * n)[-13:] for n, people in enumerate(held, 1)}
        values = {people: 5_000.0 * bias * np.exp(sd * seeds[people])
                  for people, bias, sd in zip(held, (0.8, 0.95, 1.0), (0.3, 0.1, 0.05), strict=True)}  # fmt: skip
        table = pd.DataFrame(precision({people: each[:12] for people, each in values.items()}, share=False))
        monkeypatch.setattr("sim.results.whole.precision._table", lambda table=table: {"earners": table})
        for one in (twentieth, quarter, whole):
            low, high = interval("earners", values[one.population.simulated][12], one)
            held[one.population.simulated] += low <= 5_000.0 <= high
    assert all(abs(count / 400 - 0.95) < 0.033 for count in held.values()), held
    between, below = (
        interval("earners", 5_000.0, Scenario.load(population={"sample": n / 266_126})) for n in (30_000, 3_000)
    )
    assert math.log(below[1] / below[0]) > math.log(between[1] / between[0]) > math.log(high / low)


def test_what_ships_knows_every_number_that_is_shown(record):
    """Every reading, truth and number of the whole market that is not nothing in some run."""
    known = set(pd.read_csv(TABLE)["number"])
    shown = {name for name in numbers(record.scenario) if "." not in name}
    assert {"tier_very_active", "truth.occasional", "earners", "month.looks", "pay_euro", "gini_earners"} <= known
    assert {name for name in shown - known if name in record.summary} <= {"shop_visits", "travel_hours"}
    low, high = interval("earners", 0.0, record.scenario)
    assert math.isnan(low) and math.isnan(high) and not usual(record.scenario) and usual(Scenario.load(seed=3))


def test_the_screen_is_short_and_says_the_finding_first(record):
    kept, chance = outline(record), Chance(6)

    def seed(factor, noise):
        luck = factor * (1.0 + noise * chance.normal(len(kept["summary"])))
        return kept | {"summary": dict(zip(kept["summary"], luck * [*kept["summary"].values()], strict=True))}

    runs = {people: [seed(1.0, 0.01) for _ in range(5)] for people in (266_126, 66_531)}
    runs[13_306] = [seed(1.3, 0.01) for _ in range(5)]
    found = Scale(over_sizes(runs, record.scenario), dict.fromkeys(runs, 5), record.scenario, {})
    lines = scale_text(found).splitlines()
    assert lines[0].startswith("Of ") and len(lines) <= 23 and max(map(len, lines)) <= 80
    twentieth, quarter = (found.main(size).set_index("number")["verdict"] for size in found.smaller)
    assert twentieth["pay_euro"] == OFF and quarter["pay_euro"] == QUOTED
    assert worst(found, 13_306)["ratio"].iloc[0] == pytest.approx(1.3, abs=0.05)
    assert found.counts(13_306)["off"] > 30 > found.counts(66_531)["off"] == 0


def test_entry_of_a_size_goes_through_the_twentieth_and_the_whole():
    france, small = Scenario.load(), Scenario.load(population="small")
    made = at_size(france, small.population.simulated).population.entry
    assert made.talk == pytest.approx(small.population.entry.talk, rel=1e-4) and at_size(france, 266_126) == france
    assert small.population.entry.talk > at_size(france, 66_531).population.entry.talk > france.population.entry.talk
    asked = plan(france, {"sizes": [13_306, 266_126], "seeds": 3})
    assert [*asked] == [266_126, 13_306] and [one.seed for one in asked[13_306]] == [1, 2, 3]


@pytest.mark.slow  # a dozen markets, their figures and their page
def test_the_whole_command(elsewhere, monkeypatch, capsys):
    def main():
        return cli.main("scale", scale._MANUAL, scale.Settings, scale.experiment, scale.further)

    assert typed(main, *TINY, "sizes=[300]", "until=nonsense:1") == 2
    complaints = capsys.readouterr().err
    assert "sizes = [300]: must be two or more different whole numbers" in complaints
    assert "until = nonsense:1: there is no such quantity" in complaints
    words = [*TINY, "sizes=[300,600]", "seeds=8", "until=registered:12%", "hydra.run.dir=there"]
    assert typed(main, *words) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("Of ") and "may be quoted from 1 in 887 of France (300 people)" in printed
    assert "600 people: registered: asked for +-" in printed and len(printed.splitlines()) <= 27
    table = pd.read_csv(elsewhere / "there" / "scale.csv")
    assert {*table["people"]} == {300, 600} and set(table["verdict"].dropna()) <= {QUOTED, OFF, UNKNOWN}
    assert_made_anew(report.main, elsewhere / "there", (".html", ".svg", ".png", "scale.csv"))
