"""The bars of sweeps, which take minutes: ``pytest -m slow``."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from loopback import QUIET, SURROUNDINGS, cluster
from test_sweeps import TINY, files, launched, swept, tables

pytestmark = pytest.mark.slow
FORTY = ["platform=biface,deep", "demand=steady,volatile", "seed=range(10)"]
MIB = 1024  # KiB


@pytest.fixture(scope="module")
def forty(tmp_path_factory):
    """The folder of forty small runs that nothing disturbed."""
    home = tmp_path_factory.mktemp("forty")
    assert swept(home, *FORTY)[0] == 0
    return home / "there"


def test_forty_runs_killed_at_random_five_times_end_as_if_nothing_had_happened(forty, tmp_path):
    moments = np.random.default_rng(1).permutation(np.arange(2, 8))[:5]  # finished runs from one blow to the next
    for number, more in enumerate(moments):
        before, running = len(files(tmp_path / "there")), launched(tmp_path, *FORTY)
        while len(files(tmp_path / "there")) < before + more and running.poll() is None:
            time.sleep(0.01)
        assert running.poll() is None, "it ended before it was killed"
        os.kill(running.pid, (signal.SIGKILL, signal.SIGINT, signal.SIGTERM)[number % 3])
        running.communicate(timeout=60)
        assert not (tmp_path / "there" / "runs.parquet").exists()
    assert swept(tmp_path, *FORTY)[0] == 0 and tables(tmp_path / "there") == tables(forty)


def test_a_thousand_runs_take_less_than_300_mib_where_they_were_asked_for(tmp_path):
    line = [sys.executable, "-m", "sim.run", "-m", *TINY, "seed=range(1000)", "hydra.sweep.dir=there"]
    running = subprocess.Popen(line, cwd=tmp_path, env=SURROUNDINGS, **QUIET)
    most = 0  # KiB, of the process itself and not of those that it starts
    while running.poll() is None:
        most = max(most, _peak(running.pid))
        time.sleep(0.2)
    assert running.returncode == 0 and len(files(tmp_path / "there")) == 1000
    print(f"{most / MIB:.0f} MiB")
    assert 0 < most < 300 * MIB, f"{most / MIB:.0f} MiB"


def _peak(pid):
    """Most memory that a process ever held, KiB; 0 if it has just ended."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            return next((int(line.split()[1]) for line in file if line.startswith("VmHWM")), 0)
    except OSError:
        return 0


def test_a_worker_of_a_cluster_killed_in_mid_sweep_costs_nothing(forty, tmp_path):
    """A scheduler and two workers on loopback; the tables are those of a sweep on this machine."""
    pytest.importorskip("distributed")
    with cluster(tmp_path) as (address, workers):
        running = launched(tmp_path, *FORTY, "cluster=dask", f"cluster.address={address}")
        while len(files(tmp_path / "there")) < 10 and running.poll() is None:
            time.sleep(0.05)
        workers[0].kill()
        _, complaints = running.communicate(timeout=600)
        assert running.returncode == 0 and "Traceback" not in complaints, complaints
        assert tables(tmp_path / "there") == tables(forty)
