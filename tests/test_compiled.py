"""Kernels are compiled once, whoever comes first and however many come together."""

import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest

from sim.kernel import cache, private_folder
from sim.kernel.private_folder import private
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


# --- Where they are kept -------------------------------------------------------------------------------------------
def flipped(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.write_bytes(content)


def foreign(path):
    others = (each for each in sorted(path.parents[1].rglob(f"*{path.suffix}")) if each.is_file() and each != path)
    shutil.copyfile(next(others), path)


def replaced(make):
    return lambda path: (path.unlink(), make(path))


DAMAGES = {
    "empty": lambda path: path.write_bytes(b""),
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-40]),
    "garbage": lambda path: path.write_bytes(bytes(range(256)) * 9),
    "flipped": flipped,
    "foreign": foreign,
    "folder": replaced(lambda path: (path.mkdir(), (path / "inside").touch())),
    "pipe": replaced(os.mkfifo),
    "circle": replaced(lambda path: path.symlink_to(path)),
    "link": lambda path: (path.rename(path.with_name("aside")), path.symlink_to("aside")),
    "gone": Path.unlink,
}
KEPT = "from sim.kernel.compiler import kernel, ready\n"
KEPT += "".join(f"@kernel\ndef k{n}(x):\n    return x + {n}\n" for n in range(len(DAMAGES)))
KEPT += f"every = [{', '.join(f'k{n}' for n in range(len(DAMAGES)))}]\nready(lambda: [one(1) for one in every])\n"
KEPT += "assert [one(1) for one in every] == [1 + n for n in range(len(every))]\n"
NESTED = """
import sys
from sim.kernel.compiler import inner, kernel
@inner
def below(x):
    return x + 1
@inner
def between(x):
    return 2 * below(x)
@kernel
def above(x):
    return between(x) + below(x)
assert above(3) == 12
print(len(below.overloads), file=sys.stderr)
"""


@pytest.fixture
def kernels(tmp_path):
    """Run a process with kernels of its own, kept below a folder; what it complained about, line by line."""
    (tmp_path / "mine.py").write_text(KEPT)

    def running(before=None, **others):
        kept = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "PYTHONPATH": str(CONF.parent)} | others
        surroundings = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"} | kept
        line, how = [sys.executable, "mine.py"], {"cwd": tmp_path, "env": surroundings, "preexec_fn": before}
        ran = subprocess.run(line, **how, capture_output=True, text=True, timeout=100)
        assert ran.returncode == 0, ran.stderr
        return ran.stderr.splitlines()

    return running


def test_damaged_kernels_are_made_again_and_told_in_a_line(kernels, tmp_path):
    """Files of either kind, each damage to another kernel."""
    assert kernels() == ["compiling the kernels once, some fifteen seconds ..."]
    (place,) = tmp_path.glob("cache/microwork/*/kernels")
    assert {each.stat().st_mode & 0o077 for each in (place, *place.parents[:2])} == {0}
    for kind in ("nbi", "nbc"):
        for path, damage in zip(sorted(place.glob(f"*.{kind}")), DAMAGES.values(), strict=True):
            damage(path)
        (told,) = kernels()
        assert str(place) in told and "are damaged; they are made again" in told
    assert kernels() == []


def test_inner_kernels_are_kept_as_parts_of_those_that_python_calls(kernels, tmp_path):
    """Later processes neither find them by themselves nor compile them."""
    (tmp_path / "mine.py").write_text(NESTED)
    assert [kernels(), kernels()] == [["1"], ["0"]]
    assert [path.name.partition("-")[0] for path in tmp_path.glob("cache/microwork/*/kernels/*.nbc")] == ["above"]


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_list_of_kernels_is_noticed(damage, tmp_path):
    folder = private(tmp_path, "0" * 16, "kernels").parent
    cache._write(folder / "kernels" / "one.nbc", b"one")
    cache._write(folder / "kernels" / "complete", b"one.nbc")
    cache.complete(folder)
    assert cache.whole(folder)
    damage(folder / "complete")
    assert not cache.whole(folder)
    cache.complete(folder)
    assert cache.whole(folder)


def test_a_disk_without_room_costs_only_the_cache(kernels):
    def no_room():
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    first, told = kernels(no_room)
    assert "compiling" in first and re.search("cannot be kept in .*/kernels: File too large", told)


def test_kernels_are_kept_where_nobody_else_can_lay_them(tmp_path, monkeypatch):
    """What others could have written is deleted unread; a folder that others could replace is not used."""
    home = tmp_path / "microwork"
    folder = private(tmp_path, "a" * 16, "kernels").parent
    for loose in (folder, folder / "kernels"):
        (loose / "laid").touch()
        loose.chmod(0o777)
        assert private(tmp_path, "a" * 16, "kernels").parent == folder and not (loose / "laid").exists()
    shutil.rmtree(folder)
    folder.symlink_to(tmp_path)
    assert not private(tmp_path, "a" * 16, "kernels").parent.is_symlink() and folder.stat().st_mode & 0o777 == 0o700
    home.chmod(0o755)  # as earlier versions made it
    assert private(tmp_path, "a" * 16, "kernels").parent and home.stat().st_mode & 0o777 == 0o700
    for above, refused in ((0o777, True), (0o775, True), (0o1777, False), (0o700, False)):
        tmp_path.chmod(above)
        with pytest.raises(PermissionError, match="others can write") if refused else nullcontext():
            private(tmp_path, "a" * 16)
    monkeypatch.setattr(private_folder, "me", lambda: 12345)
    with pytest.raises(PermissionError, match="not a folder of one's own"):
        private(tmp_path, "a" * 16)
    for name in ("FOLDER", "LASTING", "NOTE"):
        monkeypatch.setattr(cache, name, getattr(cache, name))
    assert cache.place("a" * 16) is None and "temporary folder" in cache.NOTE


def test_without_a_home_kernels_go_to_a_fresh_folder_that_ends_with_the_process(kernels, tmp_path):
    (tmp_path / "tmp").mkdir()
    (tmp_path / "open").mkdir(0o777)
    (tmp_path / "open").chmod(0o777)
    nowhere = {"XDG_CACHE_HOME": "/dev/null", "HOME": "/dev/null", "TMPDIR": str(tmp_path / "tmp")}
    for others in ({}, {"NUMBA_CACHE_DIR": str(tmp_path / "open")}):
        _, told = kernels(**nowhere | others)
        assert "cannot be kept for later runs" in told and [*(tmp_path / "tmp").iterdir()] == []
        assert ("others can write into" in told) == bool(others)


def test_the_kernels_of_long_ago_go(tmp_path):
    for number in range(20):
        (old := private(tmp_path, f"{number:016x}", "kernels").parent).joinpath("kernels", "x").touch()
        os.utime(old, (number, number))
    (tmp_path / "microwork" / "slurm").mkdir()
    cache.complete(tmp_path / "microwork" / f"{0:016x}")
    left = {path.name for path in (tmp_path / "microwork").iterdir()}
    assert left == {"slurm", *(f"{number:016x}" for number in (0, *range(13, 20)))}
