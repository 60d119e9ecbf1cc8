"""Validation: what no fit sees, patterns and portraits with known answers, verdicts, bars, and the whole command."""

import ast
import csv
import inspect
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from anew import DRAWN, assert_made_anew

from experiments import cli, report
from experiments.calibrate import __main__ as calibrate
from experiments.calibrate.inference.chance import TOY, normals
from experiments.calibrate.inference.data import load
from experiments.calibrate.inference.design import luck
from experiments.movement import BEFORE, SURVIVAL_MONTHS, after_surges, movement, present, survival
from experiments.validate.bars import MEANINGS, bars, judged
from experiments.validate.measure import judged_patterns, judged_portraits, measure, said
from experiments.validate.patterns import patterns
from experiments.validate.portraits import IN_SHOPS, PORTRAITS, portraits
from experiments.validate.screen import validation_text
from experiments.validate.study import at_default, plan
from sim.instruments.targets import EVIDENCE, load_targets
from sim.scenario.composition import CONF
from sim.scenario.scenario import Scenario

ROOT = Path(__file__).resolve().parent.parent


# --- what no fit may see ---------------------------------------------------------------------------------------
def scrambled(path):
    """The evidence with other numbers, units and bands in every row that may not be fitted."""
    with open(EVIDENCE, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for n, row in enumerate(rows):
        if row["role"] != "calibrate":
            row |= {"value": 1e6 + n, "low": 1.0, "high": 1e9, "unit": "persons"}
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


class Stub:
    """Stands for `Runs`: readings follow the point; those of rows kept for validation are whatever is asked."""

    elsewhere = 1.0

    def __init__(self, folder, workers, clock):
        self.folder, self.clock = folder, clock

    def make(self, scenario, where, turn=0, worlds=None):
        data = load()
        slope = normals(1, TOY, len(data.ids), where.shape[1])
        chance = normals(2, TOY, [luck(n, turn) for n in range(len(where))], len(data.ids))
        found = data.back(data.middle + (where - 0.4) @ slope.T + 0.05 * chance)
        kept = {name: [Stub.elsewhere, 0.0] for name in MEANINGS}
        return [{"readings": kept | {name: [x, 0.0] for name, x in zip(data.ids, row, strict=True)},
                 "outcomes": {"gini": 0.5}} for row in found]  # fmt: skip


def test_a_calibration_gives_the_same_bits_whatever_stands_in_the_rows_kept_for_validation(monkeypatch, elsewhere):
    monkeypatch.setattr("experiments.calibrate.calibration.Runs", Stub)
    drawn = []
    for name, value, targets in (("clean", 1.0, "null"), ("other", 1e9, scrambled(elsewhere / "other.csv"))):
        Stub.elsewhere = value
        words = [f"survey.targets={targets}", f"hydra.run.dir={name}", "report.figures=false", "runs=60", "rounds=1"]
        words += ["scale_points=0", "predictive=2", "recovery=0", "draws=40"]
        monkeypatch.setattr(sys, "argv", ["calibrate", *words])
        assert cli.main("calibrate", calibrate._MANUAL, calibrate.Settings, calibrate.experiment) == 0
        drawn.append([(elsewhere / name / f).read_bytes() for f in ("posterior.csv", "parameters.csv", "best.yaml")])
    assert drawn[0] == drawn[1]


def test_no_module_of_the_calibration_asks_for_more_than_it_may_see():
    for path in (ROOT / "experiments/calibrate").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert not node.module.startswith("experiments.validate"), path
                assert "EVIDENCE" not in {one.name for one in node.names}, path
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "load_targets":
                roles = [ast.unparse(word.value) for word in node.keywords if word.arg == "role"]
                assert roles == ["role"] and path.name == "data.py", f"{path.name}, line {node.lineno}"
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "load":  # other roles are not asked for
                assert len(node.args) < 2 and not node.keywords, f"{path.name}, line {node.lineno}"
    assert inspect.signature(load).parameters["roles"].default == ("calibrate",)
    assert set(load().ids) <= set(load_targets(role="calibrate")["id"])


# --- known answers ---------------------------------------------------------------------------------------------
def world(days, signed_up, last_seen, visits=()):
    """Results of so many days from 1 January 2018; `visits`: (worker, month, days with a look)."""
    scenario = SimpleNamespace(start="2018-01-01")
    workers = pd.DataFrame({"worker": np.arange(len(signed_up)), "signed_up": signed_up, "last_seen": last_seen})
    months = pd.DataFrame(visits, columns=["worker", "month", "days_active"]).assign(looks=1)
    daily = pd.DataFrame({"day": np.arange(days), "regime": "quiet", "returned": 1})
    return SimpleNamespace(daily=daily, workers=workers, months=months, scenario=scenario)


def test_survival_counts_who_looks_again_and_leaves_out_who_was_not_watched_long_enough():
    found = survival(world(200, [-5, 0, 10, 150], [150, 29, 100, 180]))
    assert found[SURVIVAL_MONTHS.index(1)] == 1 / 2  # two watched: one seen last on day 29 of 30, one on day 90
    assert found[SURVIVAL_MONTHS.index(3)] == 0 / 2 and np.isnan(found[SURVIVAL_MONTHS.index(6)])


def test_presence_and_movement_are_counted_month_by_month():
    visits = [(0, "2018-01", 9), (0, "2018-02", 2), (1, "2018-01", 4), (1, "2018-02", 5), (2, "2018-02", 1)]
    one = world(59, [-9, 3, -9, 40], [58] * 4, visits)
    moved = np.array(movement(one))
    assert moved[2] == pytest.approx([0, 1 / 1, 0]) and moved[0] == pytest.approx([0, 1, 0])  # the second came later
    assert np.isnan(moved[1]).all()
    assert present(one)[:2] == [1 / 2, 1 / 1]  # of the two who signed up in the run, one looked that month
    assert np.isnan(np.array(movement(world(40, [0], [9], visits[:2])))).all()  # February is not whole


def test_returns_around_a_surge_are_relative_to_the_days_before():
    one = world(120, [0], [9])
    assert np.isnan(after_surges(one)).all()  # no surge
    one.daily.loc[one.daily["day"] >= 70, "regime"] = "surge"
    one.daily.loc[one.daily["day"] >= 75, "returned"] = 3
    found = np.array(after_surges(one))
    assert (found[: BEFORE + 5] == 1).all() and (found[BEFORE + 5 :] == 3).all()


@pytest.fixture(scope="module")
def run():
    """A real, tiny market, and what is kept of it."""
    from sim.results.tables import results
    from sim.simulation.day import DayByDay

    scenario = Scenario.load(**{"population.people": 900, "start": "2017-12-01", "end": "2018-07-31", "seed": 4})
    return results(DayByDay(scenario).run())


def test_every_pattern_that_is_told_is_measured_and_the_other_way_round(run):
    found = patterns(run)
    assert set(found["numbers"]) | {"women_hourly"} >= set(said()["id"]) >= set(found["numbers"])
    week, lorenz, overlap = (np.array(found[name]) for name in ("week", "lorenz", "overlap"))
    assert week.sum() == pytest.approx(1) and lorenz[-1] == pytest.approx(1) and (np.diff(lorenz) > -1e-12).all()
    assert np.nanmax(np.abs(np.diag(overlap) - 1)) == 0
    month = run.months[run.months["month"] == "2018-07"]
    pay = np.sort(month.loc[month["earned_micro_euro"] > 0, "earned_micro_euro"])[::-1]
    assert lorenz[9] == pytest.approx(np.interp(0.1 * len(pay), np.arange(len(pay) + 1), np.r_[0, pay.cumsum()])
                                      / pay.sum())  # fmt: skip
    both = np.bitwise_count(run.workers["platforms"].to_numpy(np.uint32)) > 1
    assert found["numbers"]["several_accounts"] == pytest.approx(both.mean())


def test_times_to_fill_and_their_tail():
    from experiments.validate.patterns import FILL_QUANTILES, _fill, _filling

    seconds = 100.0 * (1.0 - (np.arange(2000) + 0.5) / 2000) ** (-1 / 1.5)  # Pareto from 100 s, exponent 1.5
    times = pd.DataFrame({"filled": True, "seconds": seconds.astype(int)})
    curve = _fill(times)
    assert curve == pytest.approx([100 * (1 - q) ** (-1 / 1.5) for q in FILL_QUANTILES], rel=0.03)
    found = _filling({"fill": curve}, times)
    assert found["fill_hill"] == pytest.approx(1.5, abs=3 * 1.5 / np.sqrt(100))  # 100 batches in the tail
    assert found["fill_quick"] == pytest.approx(1 - 6**-1.5, abs=0.002) and found["fill_spread"] > 2


def people_like(one, count=3, **other):
    """Results of people of one portrait, exactly in the middle of its ranges unless told otherwise."""
    traits = {"sex": "woman", "status": "retired", "household": "alone"}
    traits |= {name: words[0] for name, words in one.words.items() if name not in ("deep", "shopper")}
    middle = {name: np.sqrt(low * high) for name, (low, high) in one.numbers.items()} | other
    euro, hours, used = middle.get("earned", middle.get("best", 1.0)), middle.get("hours", 1.0), middle.get("used", 1)
    scenario = Scenario.load(platform="ecosystem" if "shopper" in one.words else "france")
    deep = [key for key, member in scenario.platform.members.items() if member.structure == "deep"]
    bits = 1 << list(scenario.platform.members).index(deep[0]) if "deep" in one.words else 2 ** int(round(used)) - 1
    seconds = hours * 3600 * 30.44 / 7
    month = {"month": "2018-07", "looks": 9, "days_active": middle.get("days", 9), "paid_seconds": seconds,
             "unpaid_seconds": 0, "present_seconds": seconds, "tasks_done": middle.get("pace", 1.0) * seconds / 3600,
             "earned_micro_euro": 1e6 * euro, "platforms": np.uint32(bits)}  # fmt: skip
    visits = middle.get("shops", 0.0) * 30.44 / 7
    if visits:
        behaviour = scenario.behaviour
        way = 2 * middle.get("km", 1.0) * (1 - behaviour.errand_share) / behaviour.suburb_kmh * 3600
        seconds = middle.get("screen", 1.0) * 3600 * 30.44 / 7 + visits * (900 + way)
        month |= {
            "shop_visits": visits,
            "shop_seconds": 900 * visits,
            "travel_seconds": way * visits,
            "shop_micro_euro": 1e6 * middle.get("visit", 1.0) * visits,
            "present_seconds": seconds,
        }
        traits["density"] = "suburb"
    worker = pd.DataFrame({"worker": np.arange(count)})
    return SimpleNamespace(months=worker.assign(**month), workers=worker.assign(**traits), scenario=scenario)


@pytest.mark.parametrize("one", PORTRAITS + IN_SHOPS, ids=[one.name for one in PORTRAITS + IN_SHOPS])
def test_whoever_is_like_a_portrait_is_found_and_whoever_is_not_is_told_by_what(one):
    found = portraits(people_like(one))[one.name]
    assert found["found"] == 3 and found["away"] == 0 and found["active"] == 3
    number = [name for name in one.numbers if name not in ("used", "days")][-1]
    far = portraits(people_like(one, **{number: 1.5 * 1.5 * one.numbers[number][1]}))[one.name]
    assert far["found"] == 0 and far["binding"] == number and far["away"] == pytest.approx(2)  # two factors of 1.5
    none = people_like(one)
    none.workers["status"] = none.workers["sex"] = "nobody"
    if not {"sex", "status"} & one.words.keys():  # asks for no trait
        return
    assert portraits(none)[one.name]["alike"] == 0


# --- verdicts --------------------------------------------------------------------------------------------------
def test_every_row_kept_for_validation_says_what_it_means_when_it_fails():
    assert set(load_targets(role="validate")["id"]) == set(MEANINGS)


def kept(targets, ratio=1.0, truth=0.5):
    published = {"very active": 14903, "regular": 52337, "occasional": 266126}
    rows = [{"tier": tier, "instrument": "i", "reading": ratio * value, "reading_se": 1.0, "survey_estimate": value,
             "ratio": ratio, "truth": truth * value, "comparable": True, "reason": ""}
            for tier, value in published.items()]  # fmt: skip
    return {"targets": {name: [value, 0.0] for name, value in targets.items()}, "tiers": rows}


def test_validation_is_worst_first_and_says_how_many_runs_agree():
    near = {"weekly_lookers": [0.5, 0.01], "hours_tail": [30.0, 0.1], "single_platform": "asks about every site"}
    far = near | {"weekly_lookers": [0.9, 0.01]}
    table = judged([{"targets": near}, {"targets": far}])
    assert table["id"].iloc[0] == "weekly_lookers" and table["simulated"].iloc[0] == pytest.approx(0.7)
    assert table["inside_share"].iloc[0] == 0.5 and table["away"].iloc[0] > 0 == table["away"].iloc[1]
    factor = judged([{"targets": near | {"earnings_max": [10.0, 0.0]}}])  # a hundredth of what it should be
    assert factor["id"].iloc[0] == "earnings_max" and np.isnan(factor["away"].iloc[-1])


def test_bars_count_comparable_rows_and_are_met_at_their_edge():
    rows = load_targets(role="validate").set_index("id")
    inside = dict(rows.loc[["active_share", "weekly_lookers", "weekday_ratio", "want_more_work"], "value"])
    outside = {"hours_tail": 10.0}
    met = bars([kept(inside | outside, 1.0999)], None)["bars"].set_index("bar")
    missed = bars([kept(inside | outside | {"earnings_max": 1.0}, 0.89)], None)["bars"].set_index("bar")
    row = "rows kept for validation, inside their bands"
    assert met.loc[row, "found"] == "4 of 5" and met.loc[row, "met"]
    assert missed.loc[row, "found"] == "4 of 6" and not missed.loc[row, "met"]
    tier = "very active, reading against published"
    assert met.loc[tier, "met"] and met.loc[tier, "found"] == "+10.0 %" and met.loc[tier, "truth"] == 0.5 * 14903
    assert not missed.loc[tier, "met"] and missed.loc[tier, "found"] == "-11.0 %"


def test_bars_of_composition_single_runs_and_patterns():
    rows = load_targets().set_index("id")["value"].filter(like="respondents_")
    near, far = rows + 0.029, rows + 0.049  # points of the published share
    patterns = pd.DataFrame({"verdict": ["agrees", "contradicts"]})
    met, missed = (
        bars([kept({**one, "earnings_mean": x, "hours_median": 2.0}) for x in (21.0, 30.0)], None, patterns)[
            "bars"
        ].set_index("bar")
        for one in (near, far)
    )
    fitted, held = "respondents, each fitted margin within", "respondents, each kept margin within"
    assert met.loc[fitted, "met"] and met.loc[fitted, "found"] == "15 of 15" and met.loc[held, "met"]
    assert missed.loc[fitted, "found"] == "0 of 15" and missed.loc[held, "found"] == "14 of 14"
    one = bars([kept({"earnings_mean": x, "hours_median": 2.0}) for x in (21.0, 30.0)], None)["bars"].set_index("bar")
    assert one.loc["the same, a single run", "found"] == "75 %" and not one.loc["the same, a single run", "met"]
    assert not met.loc["patterns that contradict the words", "met"] and len(met) == len(one) + 1


def test_an_interval_is_judged_by_its_ends_in_factors():
    table = judged([{"targets": {"hours_tail": [10.0, 0.0], "deep_portrait": [0.5, 0.0]}}]).set_index("id")
    assert table.loc["hours_tail", "away"] == pytest.approx(np.log(2) / (np.log(3) / 2))
    assert table.loc["deep_portrait", "away"] == pytest.approx(np.log(2)) and not table.loc["deep_portrait", "inside"]


def test_patterns_that_contradict_come_first_and_portraits_nobody_resembles(run):
    one = measure(run)
    low = {**one, "patterns": {**one["patterns"], "numbers": one["patterns"]["numbers"] | {"earnings_gini": 0.1}}}
    table = judged_patterns([low, low])
    assert table.loc[table["id"] == "earnings_gini", "verdict"].item() == "contradicts"
    order = table["verdict"].map({"contradicts": 0, "agrees": 1, "no words": 2, "unknown": 3})
    assert order.is_monotonic_increasing and table.loc[order == 0, "otherwise"].str.len().gt(20).all()
    people = judged_portraits([one, one])
    assert people["verdict"].map({"absent": 0, "rare": 1, "present": 2}).is_monotonic_increasing
    tables = {"validation": judged([one]), "patterns": table, "portraits": people}
    text = validation_text(tables, None, 1, 0, run.scenario)
    assert "contradicts: Gini coefficient among a month's earners: 0.1" in text and "not comparable: asks about" in text
    assert max(map(len, text.splitlines())) <= 80


def test_the_bars_are_read_at_the_defaults_whatever_the_posterior():
    drawn = Scenario.compose(["behaviour=posterior", "demand.strictness_mean=0.02", "seed=3"])
    usual = at_default(drawn)
    assert usual == Scenario.compose(["demand.strictness_mean=0.02", "seed=3"]) != drawn
    settings = {"seeds": 2, "default_seeds": 3}
    asked = plan(drawn, settings)
    assert [one.seed for one in asked["default"]] == [3, 4, 5] and len(asked["drawn"]) == 2
    assert len({one.scenario.behaviour.row for one in asked["drawn"]}) == 2
    same = plan(usual, settings)
    assert same["default"] == same["drawn"]


def test_the_whole_command(tmp_path):
    words = ["population.people=900", "start=2018-01-01", "seeds=2", "default_seeds=1", "hydra.run.dir=there"]
    line = [sys.executable, "-m", "experiments.validate", *words]
    environment = os.environ | {"PYTHONPATH": str(CONF.parent), "COLUMNS": "100"}
    ran = subprocess.run(line, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300)
    assert ran.returncode == 0, ran.stderr
    for bar in ("rows that may be fitted", "rows kept for validation", "very active, reading against published"):
        assert bar in ran.stdout
    there = tmp_path / "there"
    for name in ("validation.csv", "patterns.csv", "portraits.csv", "bars.csv", "held_out.csv", "calibrated.csv",
                 "patterns_by_run.parquet", "curves.parquet", "figures/patterns.svg", "provenance.json"):  # fmt: skip
        assert (there / name).exists(), name
    assert_made_anew(report.main, there, (*DRAWN, "validation.csv", "curves.parquet"))
    by_run = pd.read_parquet(there / "patterns_by_run.parquet")
    assert by_run["variant"].tolist() == ["drawn", "drawn", "default"] and by_run["row"].isna().tolist()[2]
