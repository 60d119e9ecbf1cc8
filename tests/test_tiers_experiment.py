"""The tiers experiment: in parallel, one file a run, stopped and taken up again, told in tables and on a page."""

import json
import math
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from anew import DRAWN, assert_made_anew, without_a_market
from browser import assert_page_is_whole, needs_browser
from in_process import Here, said

from experiments import cli, report
from experiments.folder import begin
from experiments.needed import needed
from experiments.seeds import ratio_of_means
from experiments.tiers import __main__ as tiers
from experiments.tiers.schedules import SURVEYS, schedule_table, spread
from experiments.tiers.study import VARIANTS, plan
from sim.instruments.across_seeds import targets_over_seeds, tier_frame
from sim.instruments.targets import load_targets
from sim.results.folder import REPLICATES, refusal
from sim.results.provenance import code
from sim.runs.replicate import Replicate, RunsFailed, changed, run_all
from sim.scenario.composition import CONF
from sim.scenario.scenario import Scenario

TINY = (
    "population=small",
    "population.sample=0.003382",
    "start=2018-04-01",
    "end=2018-06-30",
    "survey.quota=12000",
)
WAVES = "survey.waves=[2018-05-14,2018-06-18]"
FEW = (*TINY, WAVES, "variant_people=600")


def main():
    return cli.main("tiers", tiers._MANUAL, tiers.Settings, tiers.experiment)


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """The experiment with two seeds: folder and output."""
    home = tmp_path_factory.mktemp("home")
    code, printed, complaints = said(main, home, *FEW, "seeds=2", "workers=1", "hydra.run.dir=there")
    assert code == 0, complaints
    page = (home / "there" / "report.html").read_text(encoding="utf-8")
    return home / "there", printed, page


def files(folder):
    return {path.name: path.stat().st_mtime_ns for path in (folder / REPLICATES).iterdir()}


# --- the command line ------------------------------------------------------------------------------------------
def test_help_says_what_can_be_set(capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["tiers", "--help"])
    assert cli.main("tiers", tiers._MANUAL, tiers.Settings, None) == 0
    told = capsys.readouterr().out
    for word in ("seeds", "workers", "variants", "variant_people", "population=small", "sim.run --help"):
        assert word in told


def test_everything_wrong_with_a_command_is_said_at_once(capsys, monkeypatch, elsewhere):
    words = "seeds=0 workers=many variants=2 seeds=3 platform=deeep behaviour.page=99 hydra.rum.dir=x nonsense".split()
    monkeypatch.setattr(sys, "argv", ["tiers", *words])
    assert cli.main("tiers", tiers._MANUAL, tiers.Settings, None) == 2
    printed, told = capsys.readouterr()
    expected = (
        "seeds = 0: must be a whole number from 1 to 10000",
        "workers = many: must be a whole number from 1 to 1024, or null",
        "variants = 2: must be true or false",
        "seeds = 3: is given twice",
        "platform = deeep: there is no such choice",
        "behaviour.page = 99: must be",
        "hydra.rum.dir = x: there is no such field",
        "nonsense: cannot be read",
    )
    assert printed == "" and all(line in told for line in expected)
    assert told.startswith(f"{len(expected)} problems; nothing was run") and not list(elsewhere.iterdir())


def test_the_folder_has_a_name_of_its_own():
    def folders(*words):
        return [path.relative_to(Path.cwd()) for path in cli.checked([*words], "tiers", tiers.Settings)[1].folders]

    assert folders("platform=deep", "seeds=2") == [Path("outputs/tiers_deep_volatile_france_2018_seed1")]
    assert folders("hydra.run.dir=mine") == [Path("mine")]
    assert folders("-m", "seed=1,2", "hydra.sweep.dir=all") == [
        Path(f"all/tiers_france_volatile_france_2018_seed{n}") for n in (1, 2)
    ]
    for flags in (["--cfg", "job", "platform=deep"], ["platform=deep", "seeds=2", "--cfg", "job"], ["--cfg", "job"]):
        assert cli.checked(flags, "tiers", tiers.Settings)[1].shows


# --- which runs ------------------------------------------------------------------------------------------------
def plan_of(*words, **settings):
    usual = {"seeds": 3, "workers": None, "variants": True, "surveys": True, "variant_people": 66_532}
    return plan(Scenario.compose(words), usual | settings)


def test_the_plan_of_runs():
    asked, usual = plan_of("seed=5"), Scenario.load().survey
    already = [name for name, same in (("at_10", usual.hour == 10.0), ("at_once", usual.days == 1.0),
                                       ("monday", usual.first_day < 1.0)) if same]  # fmt: skip
    assert [one.seed for one in asked if one.variant == "base"] == [5, 6, 7]
    names = {one.variant for one in asked}
    assert names == {"base", "base_small", *VARIANTS, *SURVEYS} - {"volatile", *already}  # which it is already
    people = {one.variant: one.scenario.population.simulated for one in asked}
    assert people["base"] == 266_126 and people["base_small"] == people["quota"] == people["at_20"] == 66_532
    by_name = {one.variant: one.scenario for one in asked if one.seed == 5}
    base = by_name["base_small"]
    assert by_name["demand_double"].demand.hours_per_day == 2 * base.demand.hours_per_day
    assert by_name["quota"].survey.quota == 10 * base.survey.quota and by_name["steady"].demand.name == "steady"
    assert by_name["closed"].platform.members["foule_factory"].sign_up_growth == 0.1
    saturday, slow = by_name["saturday"].survey, by_name["fifty_a_day"].survey
    begins = saturday.waves[0] + timedelta(int(saturday.first_day))
    assert begins.weekday() == 5 and slow.quota / slow.days == pytest.approx(50.0)
    assert len({one.path("x") for one in asked}) == len(asked)
    assert not {*SURVEYS} & {one.variant for one in plan_of(surveys=False)}


def test_smaller_plans():
    assert {one.variant for one in plan_of("population=small", variants=False)} == {"base"}
    assert "base_small" not in {one.variant for one in plan_of("population=small")}
    deep = {one.variant: one.scenario for one in plan_of("platform=deep", "demand=steady")}
    assert deep["closed"].platform.members["deep"].sign_up_growth == 0.1
    assert {"volatile", "quota", "at_20"} <= set(deep) and "steady" not in deep, "asked by message, and steady already"


def test_what_is_only_shown_makes_no_other_runs():
    paths = [
        {one.path("x") for one in plan_of(*words)} for words in ((), ("report.language=fr", "report.figures=false"))
    ]
    assert paths[0] == paths[1]


# --- running ---------------------------------------------------------------------------------------------------
def test_what_an_experiment_leaves(done):
    folder, printed, _ = done
    names = {path.name for path in folder.iterdir()}
    assert names == {
        "tiers.csv", "decomposition.csv", "responses.csv", "surveys.csv", "targets.csv", "tiers_by_seed.parquet",
        "report.html", "scenario.yaml", "provenance.json", "manifest.json", "screen.json", "figures", REPLICATES,
    }  # fmt: skip
    assert {path.stem for path in (folder / "figures").glob("*.png")} == {
        "readings", "gap", "capture", "bias", "moves", "schedules",
    }  # fmt: skip
    frame = pd.read_parquet(folder / "tiers_by_seed.parquet")
    assert set(frame["seed"]) == {1, 2} and set(frame["variant"]) >= {"base", "base_small", "quota", "duplicates"}
    for path in (folder / REPLICATES).iterdir():
        kept = json.loads(path.read_text())
        assert kept["code"] == code() and kept["scenario"][:16] == path.name[:16] and kept["seconds"] > 0
    assert max(map(len, printed.splitlines())) <= 80 and printed.isascii()
    for words in ("THREE READINGS", "FROM READING TO TRUTH", "WHAT MOVES THE READINGS", "capture-recapture",
                  "OTHER SURVEYS OF THE SAME MARKET", "surveys of the same market, seed by seed"):  # fmt: skip
        assert words in printed


def test_tables_are_those_of_the_runs(done):
    folder, _, _ = done
    frame = pd.read_parquet(folder / "tiers_by_seed.parquet")
    table = pd.read_csv(folder / "tiers.csv").set_index("tier")
    base = frame[(frame["variant"] == "base") & (frame["tier"] == "regular")]
    assert table.loc["regular", "reading"] == pytest.approx(base["reading"].mean())
    assert table.loc["regular", "reading_se"] == pytest.approx(base["reading"].std())
    assert table.loc["regular", "truth"] == pytest.approx(base["truth"].mean())
    gap = pd.read_csv(folder / "decomposition.csv")
    for tier in ("regular", "occasional"):
        part = gap[gap["tier"] == tier]
        assert part["value"].iloc[0] == pytest.approx(table.loc[tier, "reading"])
        # the tier table's truth is in whole persons
        assert part["value"].dropna().iloc[-1] == pytest.approx(table.loc[tier, "truth"], abs=0.5)
    moves = pd.read_csv(folder / "responses.csv").set_index(["variant", "tier"])
    assert moves.loc[("duplicates", "occasional"), "reading_ratio"] == pytest.approx(1 / 0.9)
    assert moves.loc[("divisor", "regular"), "reading_ratio"] == pytest.approx(1.2 / 1.27)
    small = frame[frame["tier"] == "regular"].pivot(index="seed", columns="variant", values="truth")
    ratio = small["demand_double"].mean() / small["base_small"].mean()
    assert moves.loc[("demand_double", "regular"), "truth_ratio"] == pytest.approx(ratio)
    targets = pd.read_csv(folder / "targets.csv").set_index("id")
    assert set(targets.index) == set(load_targets()["id"])
    assert targets.loc["tier_regular", "simulated"] == pytest.approx(table.loc["regular", "reading"])


def test_the_report_is_made_anew_without_a_market(done, tmp_path, capsys):
    folder = shutil.copytree(done[0], tmp_path / "there")
    capsys.readouterr()
    assert_made_anew(report.main, folder, (*DRAWN, ".csv", "tiers_by_seed.parquet"))
    assert capsys.readouterr().out.startswith(done[1].partition("Everything is in")[0].rstrip())
    assert without_a_market(report.main, folder, "report.language=fr") == 0
    assert '<html lang="fr">' in (folder / "report.html").read_text(encoding="utf-8")
    next((folder / REPLICATES).glob("*.json")).unlink()
    assert without_a_market(report.main, folder) == 2
    assert "runs are not there; this makes them: python -m experiments.tiers" in capsys.readouterr().err


@pytest.fixture(scope="module")
def again(done):
    """The same command once more, in French, one file being of other code: (before, after, output, page)."""
    folder, _, _ = done
    victim = sorted(files(folder))[0]
    content = json.loads((folder / REPLICATES / victim).read_text())
    (folder / REPLICATES / victim).write_text(json.dumps(content | {"code": "another"}))
    before = files(folder)
    words = [*FEW, "seeds=2", "hydra.run.dir=there", "report.language=fr", "report.figures=false"]
    code, printed, complaints = said(main, folder.parent, *words)
    assert code == 0, complaints
    return before, files(folder), victim, printed, complaints, (folder / "report.html").read_text(encoding="utf-8")


def test_a_second_launch_makes_only_what_is_missing(done, again):
    before, after, victim, printed, complaints, _ = again
    assert f"{len(before) - 1} of {len(before)} runs are there already" in complaints
    assert printed.rpartition(" (")[0] == done[1].rpartition(" (")[0] and set(after) == set(before)
    assert [name for name in after if after[name] != before[name]] == [victim]


def test_what_ended_before_its_first_run_goes_on_in_the_same_folder(tmp_path):
    begin(tmp_path / "there", "tiers", Scenario.load(), {}, "python -m experiments.tiers")
    assert refusal(tmp_path / "there", growing=True) is None
    assert "many runs" in refusal(tmp_path / "there")


def test_ctrl_c_loses_nothing_finished(tmp_path):
    words = [*FEW, "seeds=4", "variants=false", "workers=1", "report.figures=false", "hydra.run.dir=stopped"]
    line = [sys.executable, "-m", "experiments.tiers", *words]
    running = subprocess.Popen(
        line, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(CONF.parent)}, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    folder = tmp_path / "stopped" / REPLICATES
    deadline = time.monotonic() + 120
    while not list(folder.glob("*.json")) and running.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(running.pid, signal.SIGINT)  # as a terminal does: to all of its processes
    printed, complaints = running.communicate(timeout=60)
    kept = files(folder.parent)
    assert running.returncode == 130 and printed == "" and "Traceback" not in complaints
    assert "what was finished is kept" in complaints
    assert 1 <= len(kept) < 4 and all(name.endswith(".json") for name in kept)
    assert all(json.loads((folder / name).read_text())["measured"]["tiers"] for name in kept)


def fail_on_two(results):
    """What `test_a_run_that_fails...` measures."""
    if results.scenario.seed == 2:
        raise ValueError("seed 2 is not to my taste")
    return {"seed": results.scenario.seed, "nothing": math.nan}


def test_a_run_that_fails_does_not_stop_the_others(tmp_path, monkeypatch):
    monkeypatch.setattr("sim.runs.pool.LocalWorkers", Here)
    base = Scenario.compose([*TINY, "survey.on=false"])
    asked = [Replicate("base", changed(base, seed=seed, end=base.start)) for seed in (1, 2, 3)]
    arrived = []
    with pytest.raises(RunsFailed, match="1 of 3 runs failed\n  base, seed 2: ValueError: seed 2 is not"):
        arrived += [found["seed"] for _, found in run_all(asked, fail_on_two, tmp_path, 1)] or arrived
    kept = [json.loads(path.read_text())["measured"]["seed"] for path in (tmp_path / REPLICATES).iterdir()]
    assert sorted(kept) == [1, 3]


# --- told ------------------------------------------------------------------------------------------------------
@needs_browser
def test_the_page_in_a_browser(done, tmp_path):
    page = tmp_path / "report.html"
    page.write_text(done[2], encoding="utf-8")
    assert_page_is_whole(page, 6, tmp_path)


def test_the_page_tells_the_experiment(done):
    text = done[2]
    for part in ("tiers", "gap", "moves", "schedules", "truths", "targets", "figures", "assumptions", "reproduce"):
        assert f' id="{part}">' in text
    assert "python -m experiments.tiers population=small" in text and "seeds=2" in text
    assert "sign_up_growth = 0.1" in text and "The market was run 2 times" in text


def test_the_same_in_french(again):
    text = again[-1]
    assert '<html lang="fr">' in text and "De la lecture à la vérité" in text
    assert "capture inégale" in text and "qui consulte plus est plus souvent capturé" in text


def test_other_surveys_read_other_numbers_of_the_same_truth():
    def one(reading, truth, euro):
        row = {
            "tier": "very active",
            "instrument": "",
            "reading": reading,
            "reading_se": 1.0,
            "survey_estimate": 15_000,
        }
        row |= {"ratio": reading / 15_000, "truth": truth, "comparable": True, "reason": ""}
        return {"tiers": [row], "targets": {"earnings_mean": [euro, 1.0], "hours_median": "nobody"}}

    measured = [("base", 1, one(100.0, 50.0, 20.0)), ("base", 2, one(120.0, 50.0, 30.0))]
    measured += [("at_20", 1, one(150.0, 51.0, 40.0)), ("at_20", 2, one(180.0, 51.0, 60.0))]
    table = schedule_table(measured, tier_frame(measured), "base")
    cells = table.set_index(["variant", "tier"])
    assert cells.loc[("at_20", "very active"), "reading_ratio"] == pytest.approx(1.5)
    assert cells.loc[("at_20", "earnings_mean"), ["reading", "reading_ratio"]].tolist() == pytest.approx([50.0, 2.0])
    assert np.isnan(cells.loc[("at_20", "hours_median"), "reading_ratio"])
    found = spread(table)
    assert (found["low_variant"], found["high_variant"], found["count"]) == ("base", "at_20", 2)
    assert (found["reading"], found["truth"]) == pytest.approx((1.5, 0.02))
    assert schedule_table(measured[:2], tier_frame(measured[:2]), "base") is None


def test_what_can_only_end_empty_is_refused_before_the_first_run():
    given = {
        (
            "tiers",
            "end=2018-06-01",
        ): "survey.waves = [2018-05-14, 2018-07-02]: both must begin",
        ("tiers", "survey.on=false"): "survey.on = false: must be true",
        ("tiers", "platform=deep"): None,
        ("validate", "platform=deep"): "platform = deep: the published numbers are not of this market",
        ("validate", "platform=ecosystem"): None,
        ("sensitivity", "platform=deep"): None,
    }
    for (experiment, word), wrong in given.items():
        told = [*map(str, needed(experiment, [(Scenario.compose([word]), ())]))]
        assert told == [] if wrong is None else len(told) == 1 and told[0].startswith(wrong), (experiment, word)


# --- over seeds ------------------------------------------------------------------------------------------------
def test_ratio_of_means_and_its_error():
    above, below = np.array([2.0, 4.0, 6.0]), np.array([1.0, 2.0, 3.0])
    assert ratio_of_means(above, below) == pytest.approx((2.0, 0.0))
    ratio, error = ratio_of_means(np.array([3.0, 1.0]), np.array([1.0, 1.0]))
    assert (ratio, error) == pytest.approx((2.0, 1.0))  # without one: 1 and 3; sqrt(1/2 * (1 + 1))
    assert np.isnan(ratio_of_means(np.zeros(0), np.zeros(0))).all()
    alone = ratio_of_means(np.array([1.0, 0.0]), np.array([2.0, 0.0]))
    assert alone[0] == 0.5 and np.isnan(alone[1])


def test_targets_over_seeds_know_what_cannot_be_read():
    kept = [{"targets": {"tier_regular": [50_000.0, 1.0], "deep_portrait": "nobody"}}] * 2
    kept.append({"targets": {"tier_regular": [53_000.0, 1.0], "deep_portrait": "nobody"}})
    table = targets_over_seeds(load_targets(), kept).set_index("id")
    assert table.loc["tier_regular", "simulated"] == 51_000 and table.loc[
        "tier_regular", "uncertainty"
    ] == pytest.approx(math.sqrt(3) * 1000)
    assert table.loc["deep_portrait", "reason"] == "nobody" and not table.loc["deep_portrait", "comparable"]
