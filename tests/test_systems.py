"""What only some systems have, or take away: names of POSIX, a home, a terminal, a language, a working folder."""

import os
import subprocess
import sys

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


def test_a_system_without_posix_imports_all_and_makes_a_run(elsewhere):
    line = [sys.executable, "-c", WITHOUT, *TINY]
    ran = subprocess.run(line, env=os.environ | {"PYTHONPATH": str(CONF.parent)}, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
