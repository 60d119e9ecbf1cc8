"""Many runs of one scenario: the same as run by run, stopped and killed and taken up again, failing one by one."""

import json
import os
import signal
import subprocess
import sys
import time

import failing
import numpy as np
import pandas as pd
import pytest
from in_process import said

from sim import run
from sim.cli.exit_code import FAILED
from sim.instruments.fieldwork import Fieldwork
from sim.results.folder import REPLICATES
from sim.results.tables import results
from sim.runs.replicate import over_seeds
from sim.scenario.composition import CONF
from sim.scenario.scenario import Scenario
from sim.simulation.model import MicroworkMarket

TINY = ["population=small", "population.sample=0.0022546", "start=2018-05-25", "end=2018-07-05", "survey.quota=12000"]
TINY += ["survey.waves=[2018-06-04,2018-06-18]", "seed=4"]
SURROUNDINGS = os.environ | {"PYTHONPATH": str(CONF.parent)}


def launched(home, *words):
    line = [sys.executable, "-m", "sim.run", *TINY, *words]
    kept = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "start_new_session": True}
    return subprocess.Popen(line, cwd=home, env=SURROUNDINGS, **kept)


def tables(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """An ensemble of four that nothing disturbed: its folder and what it printed."""
    home = tmp_path_factory.mktemp("home")
    code, printed, complaints = said(run.main, home, *TINY, "seeds=4")
    assert code == 0, complaints
    (folder,) = (home / "outputs").iterdir()
    return folder, printed


def test_an_ensemble_is_its_runs(whole):
    folder, printed = whole
    assert folder.name.startswith("ensemble_france_volatile_small_") and folder.name.endswith("_seed4")
    assert "seeds" not in folder.name and f"Everything is in outputs/{folder.name}" in printed
    runs = pd.read_parquet(folder / "runs.parquet")
    assert runs["seed"].tolist() == [4, 5, 6, 7]
    alone = [results(MicroworkMarket(Scenario.compose([*TINY[:-1], f"seed={seed}"])).run()) for seed in (4, 5, 6, 7)]
    assert runs["digest"].tolist() == [one.digest() for one in alone]
    pd.testing.assert_frame_equal(
        runs.drop(columns=["seed", "digest"]), pd.DataFrame([one.summary for one in alone]), check_exact=True
    )
    told = pd.read_csv(folder / "tiers.csv").set_index("tier")
    truth = np.array([Fieldwork(one).tiers.set_index("tier")["truth"]["regular"] for one in alone])
    assert told.loc["regular", "truth"] == pytest.approx(truth.mean())
    assert told.loc["regular", "truth_sd"] == pytest.approx(truth.std(ddof=1))
    summary = pd.read_csv(folder / "summary.csv").set_index("name")
    assert summary.loc["looks", "mean"] == pytest.approx(runs["looks"].mean())
    assert json.loads((folder / "provenance.json").read_text())["seeds"] == [4, 5, 6, 7]


def test_what_an_ensemble_prints(whole):
    _, printed = whole
    assert max(map(len, printed.splitlines()[:-1])) <= 80 and printed.isascii()
    for words in ("means over 4 runs, seeds 4 to 7", "95% interval", "TARGETS", "the worst first"):
        assert words in printed


def test_stopped_killed_and_taken_up_again(whole, tmp_path):
    """After Ctrl-C, after `kill -9`, and with more seeds than before: the same bytes as undisturbed."""
    folder = tmp_path / "there"
    for seeds, blow, code in ((2, signal.SIGINT, 130), (4, signal.SIGKILL, -signal.SIGKILL)):
        before = len(list(folder.glob(f"{REPLICATES}/*.json")))
        running = launched(tmp_path, f"seeds={seeds}", "hydra.run.dir=there")
        while len(list(folder.glob(f"{REPLICATES}/*.json"))) == before and running.poll() is None:
            time.sleep(0.01)
        os.killpg(running.pid, blow) if blow == signal.SIGINT else os.kill(running.pid, blow)
        _, complaints = running.communicate(timeout=60)  # ends when the last process that holds the pipe does
        assert running.returncode in (code, 0) and "Traceback" not in complaints
        if running.returncode == 130:
            assert "of 2 runs are kept in there, and the same command goes on from there." in complaints
    code, _, complaints = said(run.main, tmp_path, *TINY, "seeds=4", "hydra.run.dir=there")
    assert code == 0 and "of 4 runs are there already" in complaints
    assert tables(folder) == tables(whole[0])


def test_runs_end_when_the_mean_is_known(whole, tmp_path):
    """No run more than the rule asks for is told of; launched again with more seeds it ends at the same."""
    words = ["until=looks:12%", "hydra.run.dir=there"]
    running = launched(tmp_path, *words, "seeds=18", "cluster.workers=2")
    _, complaints = running.communicate(timeout=300)
    assert running.returncode == 0, complaints
    first = json.loads((tmp_path / "there" / "provenance.json").read_text())
    code, printed, complaints = said(run.main, tmp_path, *TINY, *words, "seeds=30")
    assert code == 0, complaints
    again = json.loads((tmp_path / "there" / "provenance.json").read_text())
    assert first["until"] | {"most": 30} == again["until"] and first["until"]["reached"]
    assert first["digest"] == again["digest"]
    made = first["until"]["seeds"]
    assert 6 <= made < 18 and first["seeds"] == [*range(4, 4 + made)]
    assert pd.read_parquet(tmp_path / "there" / "runs.parquet")["seed"].tolist() == first["seeds"]
    assert f"after {made} of at most 30" in printed and f"seeds 4 to {3 + made}" in printed


def test_runs_that_fail_do_not_take_the_others_down(elsewhere, monkeypatch, capsys):
    monkeypatch.setattr("sim.runs.ensemble.measured", failing.on_five)
    monkeypatch.setattr(sys, "argv", ["sim.run", *TINY, "seeds=4"])
    assert run.main() == FAILED
    printed, complaints = capsys.readouterr()
    assert "2 of 4 runs failed:" in complaints and "means over 2 runs" in printed and "Traceback" not in complaints
    assert "seed 5: ValueError: seed 5 is not to my taste\n    python -m sim.run population=small" in complaints
    assert "seed 6: its process was ended from outside" in complaints and complaints.count(" seed=6\n") == 1
    (folder,) = (elsewhere / "outputs").iterdir()
    assert pd.read_parquet(folder / "runs.parquet")["seed"].tolist() == [4, 7]
    assert json.loads((folder / "provenance.json").read_text())["failed"] == [5, 6]


def test_seeds_are_no_part_of_a_run():
    one, many = Scenario.load(seed=3), Scenario.load(seed=3, seeds=20)
    assert one.digest() == many.digest()
    asked = over_seeds(many, 3)
    assert [each.seed for each in asked] == [3, 4, 5]
    assert asked[0].scenario == one and len({each.path("x") for each in asked}) == 3
