"""Runs end when the mean asked for is known closely enough: the rule, its coverage, the same stop whatever happens."""

import numpy as np
import pytest
from fake_results import Chance

from experiments.policy.paired import quantities as of_comparison
from sim.instruments.across_seeds import outline
from sim.runs.quantities import number, of_run, silent
from sim.runs.replicate import RunsFailed, over_seeds
from sim.runs.until import LEAST, Until, Watch, half_width, narrow, problems, told
from sim.scenario.problems import BadScenario
from sim.scenario.scenario import Scenario

SMALL = Scenario.load(population="small")
TRIALS, MOST = 1_000, 60


def stops(values, rule):
    """The place at which a rule ends a series; its end if never."""
    return next((n for n in range(2, len(values)) if rule(values[:n])), len(values))


def test_intervals_cover_though_one_looks_after_every_seed():
    """Student's interval at the stop covers the mean in 93 % of series or more (standard error 0.5 points: three
    variances together); who stops at the first narrow interval covers less."""
    ours, naive = [], []
    for needed in (6, 12, 20):  # seeds that known variances would need
        for values in Chance(needed).normal(TRIALS * MOST).reshape(TRIALS, MOST) * np.sqrt(needed) / 1.96:
            for covered, rule in ((ours, lambda x: narrow(x, 1.0)), (naive, lambda x: half_width(x) <= 1.0)):
                seen = values[: stops(values, rule)]
                covered.append(abs(seen.mean()) <= half_width(seen))
    assert np.mean(ours) >= 0.93 > 0.92 > np.mean(naive)


def test_never_before_the_sixth_and_with_no_more_than_it_takes():
    alike = np.full(20, 3.0)
    assert stops(alike, lambda x: narrow(x, 0.1)) == LEAST
    values = Chance(3).normal(400)
    assert not narrow(values[:3], 100.0) and not narrow(np.full(9, np.nan), 1.0)
    n = stops(values, lambda x: narrow(x, 0.2))
    assert half_width(values[:n]) <= 0.2 and 80 < n < 120  # 96 where the variance is known
    with_gaps = np.insert(values, 5, np.nan)
    assert stops(with_gaps, lambda x: narrow(x, 0.2)) == n + 1


def watched(values, until, order=None, fail=None):
    """What a watch hands over of runs that arrive in an order, one of which may fail; and the watch."""
    asked = over_seeds(SMALL, len(values))
    watch = Watch(Until.read(until), asked, lambda here: [(here["base"]["x"],) * 2])
    closed = []

    def arriving():
        try:
            for place in order or range(len(values)):
                if place != fail:
                    yield asked[place], {"x": values[place]}
            if fail is not None:
                raise RunsFailed([(asked[fail], "it failed")], len(asked))
        finally:
            closed.append(True)

    taken = []
    try:
        for one, _ in watch.taken(arriving()):
            taken.append(one.seed)
    except RunsFailed:
        pass
    assert closed
    return taken, watch


def test_the_stop_does_not_depend_on_which_run_ends_first():
    values = 20.0 + Chance(5).normal(40)
    taken, watch = watched(values, "x:0.7")
    verdict = watch.verdict()
    assert verdict["reached"] and LEAST < verdict["seeds"] < 30 and taken == [*range(1, verdict["seeds"] + 1)]
    swapped = [place ^ 1 for place in range(40)]
    late = [*range(1, 30), 0, *range(30, 40)]  # the first ends last
    for order in (swapped, late):
        again, other = watched(values, "x:0.7", order)
        assert again == taken and other.verdict() == verdict
    relative, _ = watched(values, "x:3.5%")
    assert relative == taken or abs(len(relative) - len(taken)) <= 1
    assert f"reached +-{verdict['half_width']:.3g} after {verdict['seeds']} of at most 40 seeds" in told(verdict)[0]


def test_what_is_not_reached_is_said():
    values = 20.0 + Chance(5).normal(12)
    taken, watch = watched(values, "x:0.1")
    (line,) = told(watch.verdict())
    assert taken == [*range(1, 13)] and "NOT REACHED" in line and "after all 12 seeds; some" in line
    taken, watch = watched(values, "x:2", fail=2)
    assert taken == [1, 2, *range(4, 13)] and not watch.verdict()["reached"]
    assert "NOT REACHED: a run failed after 2 seeds without a gap" in told(watch.verdict())[0]


def test_wrong_words_are_answered_with_the_nearest():
    names = of_run(SMALL)
    assert not problems("earned_mean_euro:5%", names, 40) and not problems("truth.very_active:300", names, 40)
    for text, seeds, expected in (
        ("earned_meen_euro:1", 40, "did you mean earned_mean_euro?"),
        ("earnings_mean", 40, "must be a quantity and a half width above 0"),
        ("earnings_mean:-1", 40, "must be a quantity and a half width above 0"),
        ("unpaid_share:0.01", 40, "say summary.unpaid_share or target.unpaid_share"),
        ("earnings_mean:1", 3, "must be 6 or more"),
    ):
        (problem,) = problems(text, names, seeds)
        assert expected in str(problem) and len(str(problem)) < 400  # the nearest names, not all of them
    with pytest.raises(BadScenario):
        Until.read("earnings_mean:nan")
    assert not problems("pay:1%", of_comparison(), 20) and not problems("sex.woman.earned:1", of_comparison(), 20)


def test_every_name_is_a_number_of_a_run(record):
    kept, places = outline(record), of_run(record.scenario)
    assert {place[1] for place in places.values() if place[0] == "summary"} == {*record.summary}
    assert number(kept, places["earned_mean_euro"]) == record.summary["earned_mean_euro"]
    assert number(kept, places["earnings_mean"]) == kept["targets"]["earnings_mean"][0]
    assert number(kept, places["truth.regular"]) == kept["tiers"][1]["truth"]


def test_what_no_run_will_know_is_told_before_the_first():
    """Without the questionnaire, the very active and what people say; with one wave, only what both are needed for."""
    cases = [({}, False, False), ({"survey.on": False}, True, True)]
    cases += [({"end": "2018-05-20"}, True, False), ({"end": "2018-05-01"}, True, True)]
    for changes, very_active, earnings in cases:
        scenario = Scenario.load(population="small", **changes)
        places = of_run(scenario)
        assert bool(silent(scenario, places["reading.very_active"])) == very_active
        assert bool(silent(scenario, places["ff_petersen_share"])) == very_active
        assert bool(silent(scenario, places["earnings_mean"])) == earnings
        assert not silent(scenario, places["reading.regular"]) and not silent(scenario, places["truth.very_active"])
