"""Sweeps: known by what each run is; stopped, killed, broken and made larger they end as if nothing had happened."""

import errno
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time
from concurrent.futures import Future
from functools import cache
from pathlib import Path

import failing
import numpy as np
import pandas as pd
import pytest
from in_process import Here, said
from loopback import SURROUNDINGS

from experiments.collect import __main__ as collect
from sim import run
from sim.cli.exit_code import FAILED
from sim.report.figures import style
from sim.report.figures.sweep import OUTCOMES, TIERS, draw_sweep
from sim.results.folder import REPLICATES, sweep_name, write_json
from sim.results.tables import results
from sim.runs import store
from sim.runs.ensemble import measured
from sim.runs.pool import LocalWorkers, Pool
from sim.runs.progress import Progress
from sim.runs.replicate import RunsFailed, run_all
from sim.runs.sweep_plan import runs, scenarios
from sim.runs.sweep_tables import rows_of, runs_table, varied
from sim.scenario.composition import CONF
from sim.scenario.scenario import Scenario
from sim.simulation.model import MicroworkMarket

TINY = ["population=small", "population.sample=0.001127", "start=2018-06-28", "end=2018-07-04", "report.figures=false"]
WHOLE = ["platform=biface,deep", "demand=steady,volatile", "seed=range(1,4)"]


def launched(home, *words):
    line = [sys.executable, "-m", "sim.run", "-m", *TINY, *words, "hydra.sweep.dir=there"]
    kept = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "start_new_session": True}
    return subprocess.Popen(line, cwd=home, env=SURROUNDINGS, **kept)


def swept(home, *words):
    """A sweep to its end: its exit code, what it printed and what it complained about."""
    running = launched(home, *words)
    printed, complaints = running.communicate(timeout=600)
    assert "Traceback" not in complaints, complaints
    return running.returncode, printed, complaints


def files(folder):
    return {path.name: path for path in (folder / REPLICATES).glob("*.json")}


def tables(folder):
    """What must be the same bytes however the sweep came to its end."""
    return {name: (folder / name).read_bytes() for name in ("runs.parquet", "targets.parquet", "scenario.yaml")}


def swept_here(home, *words):
    """The same without a process; what the bytes are does not depend on it."""
    return said(run.main, home, "-m", *TINY, *words, "hydra.sweep.dir=there")


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A sweep of twelve that nothing disturbed: its folder and what it printed."""
    home = tmp_path_factory.mktemp("whole")
    code, printed, _ = swept_here(home, *WHOLE)
    assert code == 0
    return home / "there", printed


@pytest.fixture
def command(elsewhere, monkeypatch, capsys):
    """Type a command line here; its exit code, what it printed and what it complained about."""

    def typed(*words):
        monkeypatch.setattr(sys, "argv", ["sim.run", *words])
        return run.main(), *capsys.readouterr()

    return typed


# --- what a sweep leaves ---------------------------------------------------------------------------------------
def test_a_sweep_is_its_runs(whole):
    folder, printed = whole
    table = pd.read_parquet(folder / "runs.parquet")
    assert table.columns[:6].tolist() == ["demand", "platform", "scenario", "seed", "status", "digest"]
    assert table[["demand", "platform", "seed"]].drop_duplicates().shape[0] == len(table) == 12
    assert (table["status"] == "finished").all() and table["seed"].tolist() == [1, 2, 3] * 4
    words = [*TINY, "platform=deep", "demand=steady", "seed=2"]
    alone = results(MicroworkMarket(Scenario.compose(words)).run())
    row = table.query("platform == 'deep' and demand == 'steady' and seed == 2").iloc[0]
    assert row["digest"] == alone.digest() and alone.scenario.digest().startswith(row["scenario"])
    for name, value in alone.summary.items():
        assert row[name] == value or np.isnan(row[name]) and np.isnan(value), name
    targets = pd.read_parquet(folder / "targets.parquet")
    assert len(targets) == 12 * targets["id"].nunique() and {"demand", "platform", "seed"} <= set(targets)
    assert "12 RUNS, 4 COMBINATIONS, by demand, platform" in printed and max(map(len, printed.splitlines())) <= 80
    born = json.loads((folder / "provenance.json").read_text())
    assert born["varied"] == ["demand", "platform"] and born["failed"] == [] and born["code"] == store.code()


def test_stopped_killed_broken_and_made_larger(whole, tmp_path):
    """Fewer values, Ctrl-C, `kill -9`, half a file, an empty one, one of other code; then all: the same bytes."""
    folder, lots = tmp_path / "there", (["platform=deep", *WHOLE[1:]], ["platform=biface,deep", *WHOLE[1:]])
    for words, blow, code in zip(lots, (signal.SIGINT, signal.SIGKILL), (130, -signal.SIGKILL), strict=True):
        before, running = len(files(folder)), launched(tmp_path, *words)
        while len(files(folder)) <= before and running.poll() is None:
            time.sleep(0.01)
        os.killpg(running.pid, blow) if blow == signal.SIGINT else os.kill(running.pid, blow)
        _, complaints = running.communicate(timeout=60)  # ends when the last process that holds the pipe does
        assert running.returncode == code and "Traceback" not in complaints and not (folder / "runs.parquet").exists()
        assert ("runs are kept in there, and the same command goes on from there." in complaints) == (code == 130)
    assert swept_here(tmp_path, "platform=biface", "demand=volatile", "seed=2,3")[0] == 0  # fewer: those there stay
    there = [path for _, path in sorted(files(folder).items())]
    there[0].write_text(there[0].read_text()[:500])
    there[1].write_text("")
    content = json.loads(there[2].read_text())
    there[2].write_text(json.dumps(content | {"code": "of another day", "measured": {}}))
    (folder / REPLICATES / "half.1234.part").touch()
    os.utime(folder / REPLICATES / "half.1234.part", (0, 0))  # who has just made it may be about to lock it
    code, printed, complaints = swept_here(tmp_path, *WHOLE)
    assert code == 0 and f"{len(there) - 3} of 12 runs are there already" in complaints
    assert f"{15 - len(there)} of 12 runs done, 0 running, 0 failed, {len(there) - 3} skipped" in complaints
    assert tables(folder) == tables(whole[0]) and printed.rpartition(" (")[0] == whole[1].rpartition(" (")[0]
    assert not list(folder.rglob("*.part"))
    times = {name: path.stat().st_mtime_ns for name, path in files(folder).items()}
    assert swept_here(tmp_path, *reversed(WHOLE))[0] == 0 and tables(folder) == tables(whole[0])  # nothing left to do
    assert {name: path.stat().st_mtime_ns for name, path in files(folder).items()} == times


def test_the_folder_is_named_after_what_is_varied_not_how():
    choices = {"platform": "france", "demand": "steady", "population": "small"}
    name = sweep_name(choices, ["demand=steady", "behaviour.hope=0.5", "seeds=4"], ["platform", "seed"])
    assert name == "sweep_steady_small_behaviour.hope=0.5_by_platform"
    assert name == sweep_name(choices, ["behaviour.hope=0.5", "demand=steady", "seed=3"], ["platform"])
    assert name != sweep_name(choices, ["behaviour.hope=0.6", "demand=steady"], ["platform"])
    assert name == sweep_name(choices, ["demand=steady", "behaviour.hope=0.5", "cluster=dask"], ["platform"])


def planned(tmp_path, *axes):
    """The runs of words, each ``key=value`` or ``key=value,value``."""
    lists = []
    for axis in axes:
        key, values = axis.split("=")
        read = [(key, int(one) if one.isdigit() else one, f"{key}={one}") for one in values.split(",")]
        lists.append(read)
    found, problems = scenarios(lists, (CONF,))
    assert not problems
    return runs(found, tmp_path)


def test_a_run_is_known_by_what_it_is(tmp_path, monkeypatch):
    asked = planned(tmp_path, "population=small", "seeds=3", "seed=1,2", "platform=france,deep")
    assert [(one.scenario.platform.name, one.seed) for one in asked] == [
        *[("france", seed) for seed in (1, 2, 3, 4)],
        *[("deep", seed) for seed in (1, 2, 3, 4)],
    ]  # seeds that two words ask for are made once
    same = planned(tmp_path, "platform=deep", "population=small", "seed=4", "report.language=fr", "cluster=dask")
    assert same[0].label == asked[-1].label and same[0].scenario == Scenario.compose(same[0].words)
    others = ("seed=3", "replicate=1", "demand=steady", "end=2018-07-30", "behaviour.page=7")
    labels = {planned(tmp_path, "platform=deep", "population=small", *[o])[0].label for o in others}
    assert len(labels | {asked[-1].label}) == 6
    monkeypatch.setattr(store, "code", cache(lambda: "changed"))
    path = same[0].path(tmp_path)
    path.parent.mkdir()
    about = {"measure": store.measure_name(measured), "scenario": same[0].digest, "measured": {"digest": "x"}}
    for found, code in (("x", "changed"), (None, "other")):
        path.write_text(json.dumps(store.sealed(about | {"code": code})))
        one = store.load(same[0], tmp_path, measured)
        assert (one and one["digest"]) == found


# --- what goes wrong -------------------------------------------------------------------------------------------
def test_runs_that_fail_are_told_and_take_nobody_down(command, elsewhere, monkeypatch):
    monkeypatch.setattr("sim.runs.sweep.measured", failing.on_two)
    words = ["-m", *TINY, "platform=biface,deep", "seed=1,2", "survey.targets=null", "hydra.sweep.dir=there"]
    code, printed, complaints = command(*words)
    assert code == FAILED and "Traceback" not in complaints and "2 RUNS, 2 COMBINATIONS" in printed
    assert "2 of 4 runs failed:" in complaints
    commands = re.findall(r"platform=(\w+), seed 2: ValueError: seed 2 is not to my taste\n    (.*)", complaints)
    assert [platform for platform, _ in commands] == ["biface", "deep"]
    assert shlex.split(commands[1][1])[:3] == ["python", "-m", "sim.run"]
    again = Scenario.compose(shlex.split(commands[1][1])[3:])
    assert (again.platform.name, again.seed, again.population.simulated) == ("deep", 2, 300)
    table = pd.read_parquet("there/runs.parquet")
    assert table["status"].tolist() == ["finished", "failed"] * 2
    assert table["looks"].isna().tolist() == [False, True] * 2
    monkeypatch.setattr("sim.runs.sweep.measured", measured)
    code, _, _ = said(run.main, elsewhere, *words)  # it works now; the others were measured by something else
    assert code == 0 and (pd.read_parquet("there/runs.parquet")["status"] == "finished").all()


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="nobody says here which signals are blocked")
def test_ctrl_c_is_for_the_process_that_asked_alone():
    for _ in range(2):  # the first starts what the second finds there
        worker = LocalWorkers(1, 0.0, 1)
        status = worker.submit(Path.read_text, Path("/proc/self/status")).result()
        blocked = int(re.search(r"SigBlk:\s+(\w+)", status)[1], 16)  # signals that it does not hear, bits from 1 on
        assert blocked >> signal.SIGINT - 1 & 1
        worker.shutdown()


class Instant(Here):
    """Workers that give an answer at once; what a test of the loop needs."""

    def submit(self, _make, one, _measure, born):
        about = {"scenario": one.digest, "code": born, "measure": store.measure_name(measured)}
        return super().submit(lambda: about | {"measured": {"seed": one.seed}})


def test_a_full_disk_stops_the_sweep_and_loses_nothing(tmp_path, monkeypatch):
    asked, write = planned(tmp_path, "population=small", "seed=1,2,3,4,5,6"), write_json
    written = []

    def filling(path, content):
        if len(written) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        written.append(path)
        write(path, content)

    monkeypatch.setattr("sim.runs.pool.write_json", filling)
    monkeypatch.setattr("sim.runs.pool.LocalWorkers", Instant)
    with pytest.raises(RunsFailed) as failed:
        list(run_all(asked, measured, tmp_path))
    assert len(failed.value.failures) + int(re.search(r"(\d) more", failed.value.given_up)[1]) == 4
    assert failed.value.given_up.startswith("the disk is full: ") and len(files(tmp_path)) == 2
    monkeypatch.setattr("sim.runs.pool.write_json", write)
    assert sorted(found["seed"] for _, found in run_all(asked, measured, tmp_path)) == [1, 2, 3, 4, 5, 6]
    assert len(files(tmp_path)) == 6


def test_a_file_is_complete_or_not_there(tmp_path, monkeypatch):
    path = tmp_path / "one.json"
    write_json(path, {"a": 1})

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        write_json(path, {"a": 2})
    assert json.loads(path.read_text()) == {"a": 1} and [p.name for p in tmp_path.iterdir()] == ["one.json"]


def test_the_line_tells_where_a_sweep_stands(tmp_path, capsys, monkeypatch):
    asked = planned(tmp_path, "population=small", "seed=1,2,3,4")
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    pool = Pool(asked[1:], measured, tmp_path, Instant(), Progress(asked, asked[1:]))
    (tmp_path / REPLICATES).mkdir()
    broken = Future()
    broken.set_exception(ValueError("no"))
    assert not pool._store(asked[1], broken)
    assert pool._store(asked[2], pool.workers.submit(None, asked[2], None, store.code()))
    pool.progress.show(1, len(pool.failures))
    told = capsys.readouterr().err
    assert re.search(r"\r\033\[K\|.*\| 1 of 4 runs done, 1 running, 1 failed, 1 skipped, .* passed, .* left$", told), (
        told
    )


# --- figures ---------------------------------------------------------------------------------------------------
def made_up(**axes):
    """A table of runs in which pay per hour follows what was varied, and everything else is the same."""
    rows = pd.MultiIndex.from_product([*axes.values(), range(6)], names=[*axes, "seed"]).to_frame(index=False)
    numbers = {name: 10.0 + rows["seed"] % 2 for name in (*OUTCOMES, *TIERS)}
    drive = sum((rows[key].rank(method="dense") for key in axes), 0.0 * rows["seed"])
    return rows.assign(status="finished", **numbers | {"hourly_median_euro": 2.0 + drive + 0.1 * (rows["seed"] % 2)})


@pytest.mark.parametrize(
    ("axes", "names", "title"),
    [
        ({}, {"outcomes", "tiers"}, "Most moved by chance alone: "),
        ({"platform": ["biface", "deep"]}, {"outcomes", "tiers"}, "platform: median pay per hour, €3.05 at biface and"),
        ({"a.rate": [1.0, 2.0, 4.0]}, {"outcomes", "tiers"}, "rate: median pay per hour, €3.05 at 1 and €5.05 at 4"),
        (
            {"a.rate": [1.0, 2.0], "b.page": [3, 5, 7]},
            {"outcomes", "tiers"},
            "page and rate: median pay per hour, €4.05 at page=3, rate=1 and",
        ),
        (
            {"a.rate": [1.0, 2.0], "b.page": [3, 5], "c.hope": [0.1, 0.2]},
            {f"{kind}_{key}" for kind in ("outcomes", "tiers") for key in ("rate", "page", "hope")},
            "rate, all else averaged: median pay per hour",
        ),
        (
            {"a.rate": [1.0, 2.0], "b.page": [3, 5], "platform": ["biface", "deep"]},
            {"outcomes_1", "outcomes_2", "tiers_1", "tiers_2"},
            "Biface: most moved by ",
        ),
    ],
)
def test_figures_fit_what_was_varied(tmp_path, monkeypatch, axes, names, title):
    def unsaved(plots, _folder, _sample):
        with style.paper():
            return {name: plot() for name, plot in plots.items()}

    monkeypatch.setattr("sim.report.figures.sweep.draw_each", unsaved)
    drawn = draw_sweep(made_up(**axes), list(axes), "en", tmp_path)
    assert set(drawn) == names
    figure, told, alternative = next(one for name, one in drawn.items() if name.startswith("outcomes"))
    assert title in told and "Median pay per hour" in [axis.get_title(loc="left") for axis in figure.axes]
    assert "{" not in told + alternative


def test_a_panel_no_run_has_a_reading_for_says_so_and_the_others_name_what_was_varied(tmp_path, monkeypatch):
    def one(plots, _folder, _sample):
        with style.paper():
            return {name: plot() for name, plot in plots.items() if name == "tiers"}

    monkeypatch.setattr("sim.report.figures.sweep.draw_each", one)
    for axes in ({"a.people": [1000, 2000]}, {"a.people": [1000, 2000], "b.page": [3, 5]}, {"platform": ["a", "b"]}):
        runs = made_up(**axes).assign(**{"reading.very_active": np.nan})
        figure = draw_sweep(runs, [*axes], "en", tmp_path)["tiers"][0]
        first, second, *_ = figure.axes
        assert first.get_title(loc="left") == "Very active, as read"
        assert [text.get_text() for text in first.texts] == ["nothing to show"] and not len(first.get_xticks())
        ticks = [label.get_text() for label in second.get_xticklabels()]
        assert ticks == ["1,000", "2,000"] or "platform" in axes
        told = figure.get_supxlabel() + second.get_xlabel() + second.get_ylabel()
        assert told.count("persons") == 1


# --- joined ----------------------------------------------------------------------------------------------------
def test_sweeps_are_joined_and_their_differences_told(whole, command, elsewhere, capsys):
    asked = ["-m", *TINY, "behaviour.hope=0.2", "platform=biface,deep", "demand=steady", "seed=1,2"]
    assert said(run.main, elsewhere, *asked)[0] == 0
    code, _, _ = command(*TINY, "platform=deep", "demand=steady", "seed=1")
    (other,) = (elsewhere / "outputs").glob("sweep_*")
    (one,) = (elsewhere / "outputs").glob("deep_*")
    assert collect.main([str(whole[0]), str(other), str(one), "--out", "joined"]) == 0
    printed = capsys.readouterr().out
    assert "1 runs are in several of them and are taken once." in printed
    table = pd.read_csv("joined/differences.csv", index_col="key")
    assert table.loc["demand"].tolist() == ["varied", "steady", "steady"]
    assert table.loc["platform"].tolist() == ["varied", "varied", "deep"]
    assert table.loc["behaviour.hope"].tolist()[1] == "0.2" and len(table) == 3
    joined = pd.read_parquet("joined/runs.parquet")
    assert len(joined) == 12 + 4 and joined["behaviour.hope"].nunique() == 2 and joined["demand"].notna().all()
    assert (
        collect.main([str(one), "--out", "alone"]) == 0 and "Nothing differs but the seeds." in capsys.readouterr().out
    )
    truth, tiers = pd.read_parquet("alone/runs.parquet"), pd.read_csv(one / "tiers.csv", index_col="tier")
    assert truth["truth.regular"].item() == tiers.loc["regular", "truth"] > 0
    assert collect.main([str(whole[0]), "nowhere", str(elsewhere)]) == collect.BAD
    complaints = capsys.readouterr().err
    assert "PATH = nowhere: is not there" in complaints and "is no finished sweep, ensemble or run" in complaints


def test_what_earlier_launches_left_is_in_the_tables(tmp_path):
    """A run whose words do not name what another varies has the usual value there."""
    (tmp_path / REPLICATES).mkdir()
    tiers = [{"tier": "regular", "reading": 1.0, "truth": 2.0}]
    lots = (["seed=1"], ["seed=1", "platform=deep"], ["seed=2", "behaviour.page=7"])
    for number, words in enumerate(lots):
        found = {"digest": str(number), "summary": {"looks": number}, "tiers": tiers, "targets": {}}
        about = {"words": words, "scenario": f"s{number}", "seed": int(words[0][5:]), "code": store.code()}
        content = about | {"measure": store.measure_name(measured), "measured": found}
        (tmp_path / REPLICATES / f"{number}.json").write_text(json.dumps(store.sealed(content)))
    rows = rows_of(tmp_path, measured)
    table = runs_table(rows)
    assert varied(rows) == ["behaviour.page", "platform"]
    usual = Scenario.load().behaviour.page
    assert table["behaviour.page"].tolist() == sorted([usual, usual, 7], key=lambda page: page)
    assert table.set_index("digest")["platform"].to_dict() == {"0": "france", "1": "deep", "2": "france"}
