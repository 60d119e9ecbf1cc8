"""What only some systems have, or take away: names of POSIX, a home, a terminal, a language, a working folder."""

import json
import os
import subprocess
import sys

from in_process import said

from sim import run
from sim.scenario.composition import CONF

TINY = ["population.people=300", "start=2018-06-28", "end=2018-06-30", "report.figures=false"]
# Libraries first, for they know their system; then all of ours, and a run, without what Windows has not.
WITHOUT = """
import os, pkgutil, signal, sys
import hydra, jinja2, loky, mesa, numba.core.caching, pandas, pyarrow, pydantic, rich, SALib, scipy.stats, tqdm
import matplotlib.pyplot, multiprocessing.resource_tracker, seaborn
multiprocessing.resource_tracker._HAVE_SIGMASK = False
for name in ("fcntl", "resource", "pwd", "grp", "termios", "tty", "pty"):
    sys.modules[name] = None
for name in ("fork", "getuid", "geteuid", "getpgid", "killpg", "setsid", "sysconf", "sched_getaffinity", "mkfifo",
             "O_NOFOLLOW", "O_NONBLOCK"):
    delattr(os, name)
for name in ("SIGHUP", "SIGKILL", "SIGUSR1", "SIGALRM", "SIGPIPE", "pthread_sigmask", "alarm", "setitimer"):
    delattr(signal, name)
import sim, experiments
for package in (sim, experiments):
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        if not found.name.endswith("__main__"):
            __import__(found.name)
from sim import run
sys.exit(run.main())
"""


ODD = {"MPLBACKEND": "nonsense", "NUMBA_NUM_THREADS": "0", "OMP_NUM_THREADS": "0", "LC_ALL": "C", "LANG": "xx_YY",
       "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii", "TERM": "dumb", "COLUMNS": "1",
       "TZ": "Nowhere/Bad", "PYTHONHASHSEED": "7", "PYTHONWARNINGS": "error", "TMPDIR": "/nonexistent",
       "NUMBA_CACHE_LOCATOR_CLASSES": "nonsense.Class", "NUMBA_THREADING_LAYER": "nonsense"}  # fmt: skip


def typed(elsewhere, words, **others):
    """What a command line of a run ends with, in a process whose surroundings are others."""
    line, kept = [sys.executable, "-m", "sim.run", *words], os.environ | {"PYTHONPATH": str(CONF.parent)}
    return subprocess.run(line, cwd=elsewhere, env=kept | others, capture_output=True, text=True)


def test_no_surroundings_move_a_run(elsewhere):
    """All at once; the page in French, the figures drawn."""
    assert said(run.main, elsewhere, *TINY, "hydra.run.dir=usual")[0] == 0
    ran = typed(elsewhere, [*TINY[:-1], "report.language=fr", "hydra.run.dir=odd"], **ODD)
    assert ran.returncode == 0 and "Traceback" not in ran.stderr, ran.stderr
    usual, odd = (json.loads((elsewhere / name / "provenance.json").read_text()) for name in ("usual", "odd"))
    assert usual["digest"] == odd["digest"] and "marché" in (elsewhere / "odd" / "report.html").read_text("utf-8")


def test_uncompiled_kernels_are_said_to_be_impossible(elsewhere):
    ran = typed(elsewhere, TINY, NUMBA_DISABLE_JIT="1")
    assert (ran.returncode, ran.stdout) == (2, "") and "NUMBA_DISABLE_JIT = 1: kernels cannot run" in ran.stderr


def test_a_system_without_posix_imports_all_and_makes_a_run(elsewhere):
    line, kept = [sys.executable, "-c", WITHOUT, *TINY], os.environ | {"PYTHONPATH": str(CONF.parent)}
    ran = subprocess.run(line, cwd=elsewhere, env=kept, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr


SCRIPT = """
from pathlib import Path
from sim import Scenario
from sim.runs.replicate import over_seeds, run_all
def mine(results):
    return {"registered": len(results.workers)}
short = {"start": "2018-06-28", "end": "2018-06-30", "report.figures": False}
market = Scenario.load(population={"people": 300}, **short)
print([measured for _, measured in run_all(over_seeds(market, 2), mine, Path("there"))])
"""


def test_a_script_needs_no_main_guard_and_gets_what_its_own_measure_found(elsewhere):
    (elsewhere / "script.py").write_text(SCRIPT)
    kept = os.environ | {"PYTHONPATH": str(CONF.parent)}
    ran = subprocess.run([sys.executable, "script.py"], cwd=elsewhere, env=kept, capture_output=True, text=True)
    assert ran.stdout == "[{'registered': 300}, {'registered': 300}]\n", ran.stderr
