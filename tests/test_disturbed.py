"""A state machine that starts, kills, damages and takes up again: what is found is that of an undisturbed run."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from sim.scenario.composition import CONF

TINY = ["population.people=60", "start=2018-06-01", "end=2018-06-20", "cluster.workers=2", "report.figures=false"]
ASKED = {
    "run": ["hydra.run.dir=run"],
    "ensemble": ["seeds=3", "hydra.run.dir=ensemble"],
    "sweep": ["-m", "seed=1,2", "demand=steady,collapse", "demand.collapse_on=2018-06-10", "hydra.sweep.dir=sweep"],
}
DAMAGE = {
    "emptied": lambda path: path.write_bytes(b""),
    "cut": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "foreign": lambda path: path.write_bytes(b"\xef\xbb\xbf{" + os.urandom(40)),
    "nested": lambda path: path.write_text("[" * 100_000),
    "of another kind": lambda path: path.write_text("[1, NaN]"),
    "gone": lambda path: path.unlink(),
}


def started(kind, where):
    line = [sys.executable, "-m", "sim.run", *ASKED[kind], *TINY]
    environment = os.environ | {"PYTHONPATH": str(CONF.parent)}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    return subprocess.Popen(line, cwd=where, env=environment, start_new_session=True, text=True, **pipes)


def found(kind, where):
    """The digest of what a command has found, which must end well."""
    process = started(kind, where)
    said, _ = process.communicate(timeout=300)
    assert process.returncode == 0 and "Traceback" not in said, said
    return json.loads((Path(where) / kind / "provenance.json").read_text())["digest"]


@cache
def undisturbed(kind):
    with tempfile.TemporaryDirectory() as where:
        return found(kind, where)


class Disturbed(RuleBasedStateMachine):
    """Runs, ensembles and sweeps of one folder."""

    def __init__(self):
        super().__init__()
        self.where = tempfile.mkdtemp()

    @rule(kind=st.sampled_from(list(ASKED)))
    def ends(self, kind):
        assert found(kind, self.where) == undisturbed(kind)

    @rule(kind=st.sampled_from(list(ASKED)), seconds=st.floats(0.2, 6.0))
    def is_killed(self, kind, seconds):
        process = started(kind, self.where)
        try:
            process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()

    @rule(kind=st.sampled_from(list(ASKED)), how=st.sampled_from(list(DAMAGE)), which=st.integers(0, 99))
    def is_damaged(self, kind, how, which):
        """Any file of it but the manifest, without which nobody could say that the folder is ours."""
        files = sorted(path for path in Path(self.where, kind).rglob("*") if path.is_file() and path.name[0] != ".")
        if files := [path for path in files if path.name != "manifest.json"]:
            DAMAGE[how](files[which % len(files)])

    def teardown(self):
        for kind in ASKED:
            if Path(self.where, kind).exists():
                assert found(kind, self.where) == undisturbed(kind)
        shutil.rmtree(self.where)


@pytest.mark.slow
class TestDisturbed(Disturbed.TestCase):
    """A step takes seconds, so nothing is made smaller."""

    settings = settings(max_examples=3, stateful_step_count=5, suppress_health_check=list(HealthCheck), deadline=None,
                        phases=[Phase.generate])  # fmt: skip
