"""Kernels are compiled once, whoever comes first and however many come together."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from sim.markets import searching
from sim.scenario.composition import CONF

STUB = """
import os, sys, time
from sim.kernel import compiler as compiled
def warm_up():
    with open("begun", "a") as file:
        file.write(f"{os.getpid()}\\n")
    time.sleep(float(sys.argv[1]))
print(compiled.ready(warm_up), compiled.ready(warm_up))
"""
# What may be called from Python and has not been called, after the warm-up; `sim.kernel.streams` is compiled into
# others.
UNCALLED = """
import sys
from numba.core.dispatcher import Dispatcher
from sim.simulation.day import every_kernel_once
every_kernel_once()
for name, module in list(sys.modules.items()):
    for kernel in vars(module).values() if name.startswith("sim.") and name != "sim.kernel.streams" else ():
        if isinstance(kernel, Dispatcher) and kernel.py_func.__module__ == name and not kernel.signatures:
            if not kernel.targetoptions.get("no_cpython_wrapper"):
                print(name, kernel.__name__)
"""


@pytest.fixture
def started(tmp_path):
    """Start a process that has nothing compiled and takes so many seconds to compile."""
    surroundings = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"}
    surroundings |= {"XDG_CACHE_HOME": str(tmp_path), "PYTHONPATH": str(CONF.parent)}

    def starting(seconds):
        line = [sys.executable, "-c", STUB, str(seconds)]
        kept = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen(line, cwd=tmp_path, env=surroundings, **kept)

    return starting


def begun(folder):
    path = folder / "begun"
    return path.read_text().split() if path.exists() else []


def test_of_many_that_start_together_one_compiles(started, tmp_path):
    together = [started(2.0) for _ in range(3)]
    told = [one.communicate(timeout=60) for one in together]
    assert len(begun(tmp_path)) == 1
    assert sorted(printed for printed, _ in told) == ["False False\n", "False False\n", "True False\n"]
    assert sum("compiling the kernels once" in complaints for _, complaints in told) == 1
    later = started(2.0).communicate(timeout=60)
    assert later == ("False False\n", "") and len(begun(tmp_path)) == 1


def test_another_compiles_if_the_first_is_killed(started, tmp_path):
    first = started(60.0)
    while not begun(tmp_path) and first.poll() is None:
        time.sleep(0.01)
    second = started(0.0)
    os.kill(first.pid, signal.SIGKILL)
    first.communicate(timeout=60)
    assert second.communicate(timeout=60)[0] == "True False\n" and len(begun(tmp_path)) == 2


def test_the_warm_up_calls_every_kernel():
    told = subprocess.run([sys.executable, "-c", UNCALLED], cwd=CONF.parent, capture_output=True, text=True, check=True)
    assert told.stdout == ""


def test_an_inner_kernel_says_that_python_cannot_call_it():
    with pytest.raises(TypeError, match="next_class is called by kernels only"):
        searching.next_class(np.zeros(1), 0, 0)
