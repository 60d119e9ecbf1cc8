"""Runs made elsewhere: a calibration by Dask is the same bytes, and what SLURM is asked for is what the page says."""

import gc
import shutil
import subprocess
import sys
import time
import warnings
from pathlib import Path

import pytest
from loopback import QUIET, SURROUNDINGS, cluster

from sim.results.folder import REPLICATES
from sim.runs.cluster import keep_running, slurm
from sim.scenario.problems import BadScenario
from sim.scenario.scenario import Scenario

CALIBRATION = ["runs=60", "rounds=1", "people=400", "platform=biface", "start=2018-01-01", "scale_points=0"]
CALIBRATION += ["predictive=0", "recovery=0", "report.figures=false", "hydra.run.dir=there"]


def calibrating(home, *words):
    line = [sys.executable, "-m", "experiments.calibrate", *CALIBRATION, *words]
    home.mkdir()
    return subprocess.Popen(line, cwd=home, env=SURROUNDINGS, **QUIET)


@pytest.mark.slow
def test_a_calibration_by_dask_that_loses_a_worker_is_the_same_bytes(tmp_path):
    pytest.importorskip("distributed")
    here, there = tmp_path / "here", tmp_path / "elsewhere"
    assert calibrating(here, "workers=2").wait(600) == 0
    with cluster(tmp_path) as (address, workers):
        running = calibrating(there, "cluster=dask", f"cluster.address={address}")
        while len([*(there / "there" / REPLICATES).glob("*.json")]) < 10 and running.poll() is None:
            time.sleep(0.05)
        assert running.poll() is None, "it ended before a worker was killed"
        workers[0].kill()
        assert running.wait(600) == 0
    for name in ("posterior.csv", "design.parquet", "parameters.csv"):
        assert (here / "there" / name).read_bytes() == (there / "there" / name).read_bytes(), name


# --- SLURM -----------------------------------------------------------------------------------------------------
ASKED = ["cluster=slurm", "cluster.partition=short", "cluster.account=lab", "cluster.hours=2.5", "cluster.memory=3"]
ASKED += ["cluster.prologue=module load python", "cluster.interface=lo"]


def test_a_job_of_slurm_is_one_core_and_what_was_asked_for():
    pytest.importorskip("dask_jobqueue")
    with slurm(Scenario.compose(ASKED).cluster) as jobs:
        lines = jobs.job_script().splitlines()
    for option in ("-J microwork", "-p short", "-A lab", "-n 1", "--cpus-per-task=1", "--mem=3G", "-t 02:30:00"):
        assert f"#SBATCH {option}" in lines
    first = lines.index("module load python")
    (worker,) = [number for number, line in enumerate(lines) if "dask" in line]
    assert first < worker and sys.executable in lines[worker]
    for words in ("tcp://127.0.0.1:", "--nthreads 1", "--interface lo"):
        assert words in lines[worker]


def test_beyond_loopback_a_scheduler_lets_in_who_shows_the_key_of_the_sweep(tmp_path, monkeypatch):
    distributed = pytest.importorskip("dask_jobqueue") and pytest.importorskip("distributed")
    pytest.importorskip("cryptography")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with slurm(Scenario.compose(["cluster=slurm", "cluster.workers=1"]).cluster) as jobs:
        (line,) = [line for line in jobs.job_script().splitlines() if "dask_worker" in line]
        for option in ("protocol tls://", "tls-key", "tls-cert", "tls-ca-file", "dashboard-address 127.0.0.1:0"):
            assert f"--{option}" in line
        (place,) = {Path(word).parent for word in line.split() if "dask-jobqueue.worker" in word}
        assert place == tmp_path / "microwork" / "slurm" and place.stat().st_mode & 0o777 == 0o700
        with distributed.Client(jobs, set_as_default=False) as ours:
            assert ours.nthreads() == {}
        with pytest.raises(TypeError, match="TLS"):
            distributed.Client(jobs.scheduler_address, timeout=5, set_as_default=False)
    with warnings.catch_warnings(action="ignore"):  # nobody else closes them
        del jobs, ours
        gc.collect()
    assert not [*place.glob(".dask*")]


@pytest.mark.parametrize(
    ("key", "value", "wrong"),
    [(key, f"a{sign}b", "must be one line") for key in ("partition", "account", "interface", "prologue", "address")
     for sign in ("\n", "\r", "\x00", "\x1b", "\x85", "\u2028")]
    + [(key, value, "must be a name") for key in ("partition", "account", "interface")
       for value in ("", "a b", "-x", "$(id)", "a;b", "`id`")]
    + [("address", value, "leaves this machine without keys") for value in
       ("tcp://10.0.0.1:8786", "10.0.0.1:8786", "tcp://0.0.0.0:1", "tcp://127.0.0.1.example.org:1", "tcp://host:1")]
    + [("address", value, "is no address") for value in ("nonsense", "tcp://127.0.0.1", "inproc://1:2", "tcp://[::1:3")],
)  # fmt: skip
def test_what_would_let_others_in_is_refused(key, value, wrong):
    asked = "dask" if key == "address" else "slurm"
    with pytest.raises(BadScenario, match=f"cluster.{key} = .*: {wrong}"):
        Scenario.load(**{"cluster": asked, "cluster.workers": 2, f"cluster.{key}": value})


def test_as_many_jobs_are_submitted_as_were_asked_for_and_all_are_ended(tmp_path, monkeypatch):
    """With a `sbatch` and a `scancel` that only write down what they are called with."""
    pytest.importorskip("dask_jobqueue")
    submit = f'cp "$1" {tmp_path}/script$$; echo "Submitted batch job $$"'
    for name, does in (("sbatch", submit), ("scancel", f'echo "$@" >> {tmp_path}/ended')):
        (tmp_path / name).write_text(f"#!/bin/sh\n{does}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    asked = Scenario.compose([*ASKED, "cluster.workers=3"]).cluster
    with slurm(asked) as jobs:
        keep_running(jobs, asked.workers)
        deadline = time.monotonic() + 30
        while len([*tmp_path.glob("script*")]) < 3 and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(0.2)
    submitted = [path.name.removeprefix("script") for path in tmp_path.glob("script*")]
    assert len(submitted) == 3 and sorted((tmp_path / "ended").read_text().split()) == sorted(submitted)


@pytest.mark.slow
def test_a_sweep_on_slurm_that_loses_a_job_is_the_same_bytes(tmp_path):
    """On the SLURM of this machine, where there is one: its first partition, two jobs."""
    pytest.importorskip("dask_jobqueue")
    if not shutil.which("sinfo") or subprocess.run(["sinfo"], **QUIET).returncode:
        pytest.skip("no SLURM answers here")
    sweep = [sys.executable, "-m", "sim.run", "-m", "seed=range(24)", "population.people=2000", "report.figures=false"]
    there = ["cluster=slurm", "cluster.workers=2", "cluster.hours=0.2", "cluster.memory=2", "cluster.interface=lo"]
    runs, kept = tmp_path / "there" / REPLICATES, {"cwd": tmp_path, "env": SURROUNDINGS} | QUIET
    running = subprocess.Popen([*sweep, *there, "hydra.sweep.dir=there"], **kept)
    while len([*runs.glob("*.json")]) < 4 and running.poll() is None:
        time.sleep(0.05)
    assert running.poll() is None, "it ended before a job was killed"
    mine = ["squeue", "--me", "--noheader", "--name", "microwork", "--states", "R", "--format", "%i"]
    first = subprocess.run(mine, capture_output=True, text=True).stdout.split()[0]
    subprocess.run(["scancel", "--signal", "KILL", first], check=True)
    assert running.wait(600) == 0
    assert subprocess.run([*sweep, "hydra.sweep.dir=here"], **kept).returncode == 0
    for name in ("runs.parquet", "targets.parquet"):
        assert (tmp_path / "here" / name).read_bytes() == (tmp_path / "there" / name).read_bytes(), name
