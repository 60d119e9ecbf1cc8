"""What small runs say of the whole: totals on one scale, the verdict on each number, and the whole command."""

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
from sim.results.country import EXTENSIVE, INTENSIVE, of_country, plain
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
    made = at_size(france, small.population.people).population.entry
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
