"""Nothing of anybody's is lost: to a run in the same folder, a screen, a signal, a damaged file or a full disk."""

import errno
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import time

import pytest
from test_sweeps import Instant, planned

from sim import run
from sim.cli.exit_code import exit_code
from sim.results import manifest
from sim.results.folder import MARK, REPLICATES, atomic_file, atomic_folder, refusal, write_json
from sim.results.provenance import other_code
from sim.runs import taken_up
from sim.runs.ensemble import measured
from sim.runs.replicate import run_all
from sim.runs.store import sealed
from sim.scenario.composition import CONF
from sim.scenario.scenario import Scenario

TINY = ["population=small", "population.sample=0.001127", "start=2018-06-28", "end=2018-07-04"]


@pytest.fixture
def command(elsewhere, monkeypatch, capsys):
    """Type a command line; its exit code, what it printed and what it complained about."""

    def typed(*words):
        monkeypatch.setattr(sys, "argv", ["sim.run", *TINY, "hydra.run.dir=there", *words])
        return run.main(), *capsys.readouterr()

    return typed


def texts(folder):
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != manifest.MANIFEST)
    return {path.relative_to(folder).as_posix(): path.read_text() for path in files}


def put(folder, scenario="one", **files):
    with atomic_folder(folder, scenario) as unfinished:
        for name, text in files.items():
            (unfinished / name).write_text(text)


# --- what is ours ----------------------------------------------------------------------------------------------
def test_only_what_we_wrote_is_replaced(tmp_path, capsys):
    folder, link = tmp_path / "run", tmp_path / "link"
    put(folder, table="1", page="1", gone="1")
    (folder / "thesis").write_text("mine")
    (folder / "page").write_text("edited")
    link.symlink_to(folder)
    put(link, table="2", page="2", scenario="two")
    assert texts(folder) == {"table": "2", "page": "2", "thesis": "mine", "page.kept-1": "edited"}
    assert "page in run is not as it was written; kept as page.kept-1" in capsys.readouterr().err and link.is_symlink()
    (folder / "page").unlink()
    (folder / "page").symlink_to(folder / "thesis")
    for text in ("3", "4"):
        with atomic_file(folder / "page") as path:
            path.write_text(text)
    assert texts(folder) | {"page": "4", "thesis": "mine"} == texts(folder) and (folder / "page.kept-2").is_symlink()
    assert not manifest.changed(folder) and not (folder / "page.kept-3").exists()


def test_another_runs_folder_is_refused(tmp_path):
    put(tmp_path / "run", table="1")
    for asked, wrong in (
        ({"kind": "run", "scenario": "one"}, None),
        ({"kind": "run", "scenario": "two"}, "overwrite=true replaces it"),
        ({"kind": "run", "scenario": "two", "overwrite": True}, None),
        ({"growing": True, "kind": "ensemble", "overwrite": True}, "is the folder of a single run"),
    ):
        told = refusal(tmp_path / "run", **asked)
        assert told is None if wrong is None else wrong in told
    for place, (name, text) in enumerate(((MARK, "{}"), (manifest.MANIFEST, '{"files": {}}'), ("thesis.tex", ""))):
        (tmp_path / str(place)).mkdir()
        (tmp_path / str(place) / name).write_text(text)
        assert "choose another" in refusal(tmp_path / str(place), overwrite=True)


@pytest.mark.parametrize(
    "text", ["", "{", "[1]", "null", None, '{"project": "microwork-market", "files": [], "kind": "run"}']
)
def test_a_broken_manifest_loses_nothing(text, tmp_path):
    folder = tmp_path / "run"
    put(folder, **{MARK: '{"project": "microwork-market"}', "table": "1"})
    broken = folder / manifest.MANIFEST
    if text is None:
        broken.unlink()
        broken.mkdir()
    else:
        broken.write_text(text)
    if refusal(folder) is None:
        put(folder, table="2")
        assert texts(folder)["table"] == "2" and texts(folder)["table.kept-1"] == "1"
    else:
        assert text and text.startswith("{") and text.endswith("}") and texts(folder)["table"] == "1"


def test_what_the_dead_left_is_swept_up_and_nothing_else(tmp_path):
    script = "import os, sys; from pathlib import Path; from sim.results.folder import atomic_folder\n"
    script += "with atomic_folder(Path(sys.argv[1])) as path: (path / 'half').touch(); os.kill(os.getpid(), 9)"
    about = {"env": os.environ | {"PYTHONPATH": str(CONF.parent)}}
    dead = subprocess.run([sys.executable, "-c", script, str(tmp_path / "dead")], **about)
    assert dead.returncode == -signal.SIGKILL and len([*tmp_path.iterdir()]) == 1
    foreign = tmp_path / ".microwork-00000000-1-1.partial"  # of another machine
    foreign.mkdir()
    with atomic_folder(tmp_path / "alive") as alive:
        put(tmp_path / "run", table="1")
        assert {*tmp_path.iterdir()} == {foreign, alive, tmp_path / "run"}
    assert {*tmp_path.iterdir()} == {foreign, tmp_path / "alive", tmp_path / "run"}


def test_two_runs_that_end_in_one_folder_lose_nothing(tmp_path, capsys):
    with atomic_folder(tmp_path / "run", "one") as first:
        (first / "table").write_text("1")
        put(tmp_path / "run", table="2", scenario="two")
    assert texts(tmp_path) == {"run/table": "2", "run-2/table": "1"}
    assert "Another run has taken the folder" in capsys.readouterr().err


def test_a_run_that_is_there_is_not_made_again_and_another_is_refused(command, elsewhere, monkeypatch):
    def tables():
        return {path.name: path.read_bytes() for path in there.glob("*.parquet")}

    there = elsewhere / "there"
    code, first, _ = command("report.figures=false")
    (there / "notes.txt").write_text("mine")
    with monkeypatch.context() as context:
        context.setattr("sim.results.results.Results.load", None)
        again, printed, told = command("report.figures=false")
        assert code == again == 0 and "It is there already" in told
        assert printed.rpartition(" (")[0] == first.rpartition(" (")[0] and "THREE READINGS" in printed
        context.setattr("sim.results.provenance.code", lambda: "another")
        code, _, complaints = command("report.figures=false")
        assert code == 2 and re.search(
            r"there: holds what other code made \(.*, changed since\); overwrite=", complaints
        )
    (there / "report.html").write_text("edited")
    (there / "tiers.csv").unlink()
    before = tables()
    with monkeypatch.context() as context:
        context.setattr("sim.simulation.day.DayByDay.step", None)
        code, printed, told = command("report.figures=false")
    assert code == 0 and "It is there already" in told and "THREE READINGS" in printed
    assert (there / "tiers.csv").exists() and (there / "report.html.kept-1").read_text() == "edited"
    code, _, complaints = command("seed=9", "behaviour.persistence=.4")
    apart = r"\(seed: 1 there, 9 asked for; behaviour.persistence: [\d.]+ there, 0.4 asked for\)"
    assert code == 2 and re.search(rf"there: holds another scenario's {apart}; overwrite=true replaces", complaints)
    (there / "daily.parquet").write_bytes(before["daily.parquet"][:100])
    code, _, told = command("report.figures=false")
    assert code == 0 and "there is made again: daily.parquet" in told and tables() == before
    assert command("report.figures=false", "seed=9", "overwrite=true")[0] == 0
    assert json.loads((there / MARK).read_text())["seed"] == 9 and (there / "notes.txt").read_text() == "mine"
    assert "overwrite = perhaps: must be true or false" in command("overwrite=perhaps")[2]


def test_only_the_same_is_shown_again(tmp_path, capsys):
    """Another file that is named, a changed, missing or further table, fewer or damaged runs: made anew."""
    folder, named, rooms = tmp_path / "there", tmp_path / "named.csv", [tmp_path / "code"]
    rooms[0].mkdir()
    named.write_text("1")

    def what(**more):
        return taken_up.asked("tiers", [Scenario.load()], {"workers": len(more), "design": str(named)} | more, rooms)

    first = what()
    manifest.claim(folder, "tiers", "one")
    (folder / REPLICATES).mkdir()
    write_json(folder / REPLICATES / "one.json", sealed({"seed": 1, "measure": "", "code": "another"}))
    with atomic_file(folder / "table.csv") as path:
        path.write_text("1")
    taken_up.keep(folder, first, "three readings")
    assert taken_up.again(folder, first) == "three readings" and "It is there already" in capsys.readouterr().err
    assert taken_up.again(folder, "") is None and what(x=1) != first == what() and what(runs_in=str(tmp_path)) == ""
    assert other_code(folder).endswith("changed since") or "here is" in other_code(folder)
    (rooms[0] / "new.py").touch()
    assert what() != first
    (rooms[0] / "new.py").unlink()
    named.write_text("2")
    assert what() != first
    for path in (folder / "table.csv", folder / REPLICATES / "one.json"):
        before = path.read_bytes()
        for damage in (lambda path: path.write_text("{}"), lambda path: path.unlink()):
            damage(path)
            assert taken_up.again(folder, first) is None
            path.write_bytes(before)
    with atomic_file(folder / "table.csv") as path:
        path.write_text("2")
    assert taken_up.again(folder, first) is None and capsys.readouterr().err == ""


# --- screens and signals ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("screen", ["> /dev/full", "| true", ">&- 2>&- <&-"])
def test_no_screen_costs_a_result(elsewhere, screen):
    line = shlex.join([sys.executable, "-m", "sim.run", *TINY, "report.figures=false", "hydra.run.dir=there"])
    about = {"capture_output": True, "text": True, "env": os.environ | {"PYTHONPATH": str(CONF.parent)}}
    shown = subprocess.run(["bash", "-o", "pipefail", "-c", f"{line} {screen}"], **about)
    assert (elsewhere / "there" / MARK).exists() and (elsewhere / "there" / "report.html").exists()
    assert shown.returncode == ("full" in screen) and "Traceback" not in shown.stderr
    assert ("Not all could be shown" in shown.stderr) == ("full" in screen)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_asked_to_stop(number, code, capsys):
    def work():
        try:
            os.kill(os.getpid(), number)
            time.sleep(5)
        finally:
            os.kill(os.getpid(), number)  # a second one does not disturb who tidies up
            time.sleep(0.01)
            print("tidied up")

    before = signal.getsignal(number)
    assert exit_code(work, "Stopped.") == code and capsys.readouterr() == ("tidied up\n", "\nStopped.\n")
    assert signal.getsignal(number) == before


# --- what the machine lacks ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("problem", "told"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "there/daily.parquet"), "the disk is full (there/daily.pa"),
        (OSError(errno.EFBIG, "File too large"), "a file may not become so large here (ulimit -f)"),
        (PermissionError(errno.EACCES, "Permission denied", "there"), "permission denied (there)"),
        (MemoryError("Unable to allocate 3 GiB"), "memory ran out (Unable to allocate 3 GiB)"),
        (RuntimeError("can't start new thread"), "memory ran out"),
        (ImportError("x.so: failed to map segment from shared object"), "memory ran out"),
    ],
)
def test_what_the_machine_lacks_is_one_sentence(problem, told, capsys):
    def work():
        raise problem

    assert exit_code(work, "") == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"Stopped: {told}") and line.endswith("what was finished is kept.")


@pytest.mark.parametrize("kind", ["run", "ensemble"])
def test_a_file_limit_leaves_nothing_half_written(kind, elsewhere):
    words = [*TINY, "report.figures=false", "hydra.run.dir=there"]
    words += ["seeds=2", "cluster.workers=1"] if kind == "ensemble" else []
    line = f"ulimit -f 1; {shlex.join([sys.executable, '-m', 'sim.run', *words])}"
    about = {"capture_output": True, "text": True, "env": os.environ | {"PYTHONPATH": str(CONF.parent)}}
    limited = subprocess.run(["bash", "-c", line], **about)
    assert limited.returncode == 1 and "Traceback" not in limited.stderr and "arge" in limited.stderr
    left = [path for path in elsewhere.rglob("*") if path.is_file() and path.name != manifest.MANIFEST]
    assert left == [] and not [*elsewhere.glob(".*")]


def test_a_figure_that_fails_takes_nothing_with_it(command, elsewhere, monkeypatch):
    monkeypatch.setattr("sim.report.figures.market.tasks", lambda *_: 1 / 0)
    code, printed, told = command()
    assert code == 1 and "figure" in told and "could not be made: ZeroDivisionError" in told
    assert "THREE READINGS" in printed and (elsewhere / "there" / "report.html").exists()
    drawn = {path.stem for path in (elsewhere / "there" / "figures").glob("*.svg")}
    others = "readings readings_narrow funnel filling prices hours work waiting".split()
    assert drawn == {*others}, "all that this small market has numbers for, but the one that failed"


# --- damaged files of runs -------------------------------------------------------------------------------------
DAMAGES = {
    "empty": lambda good: b"",
    "cut": lambda good: good[:99],
    "garbage": lambda good: bytes(range(256)),
    "byte order mark": lambda good: b"\xef\xbb\xbf" + good,
    "nan": lambda good: good.replace(b'"seed": 1', b'"seed": NaN'),
    "another number": lambda good: good.replace(b'"seed": 1', b'"seed": 7'),
    "huge": lambda good: good.replace(b'"seed": 1', b'"seed": ' + b"9" * 5000),
    "deep": lambda good: b"[" * 100_000,
    "list": lambda good: b"[1]",
    "number": lambda good: b"3",
    "list as record": lambda good: json.dumps(json.loads(good) | {"measured": [1]}).encode(),
    "unsealed": lambda good: json.dumps({k: v for k, v in json.loads(good).items() if k != "sha256"}).encode(),
}


@pytest.mark.parametrize("damage", [*DAMAGES, "pipe", "folder", "link", "circle"])
def test_a_damaged_file_is_made_again_with_a_line(damage, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("sim.runs.pool.LocalWorkers", Instant)
    asked = planned(tmp_path, "population=small", "seed=1,2")
    assert len([*run_all(asked, measured, tmp_path)]) == 2
    path = asked[0].path(tmp_path)
    good = path.read_bytes()
    path.unlink()
    if damage == "pipe":
        os.mkfifo(path)
    elif damage == "folder":
        path.mkdir()
        (path / "mine").touch()
    elif damage in ("link", "circle"):
        path.symlink_to("nowhere" if damage == "link" else path.name)
    else:
        path.write_bytes(DAMAGES[damage](good))
    capsys.readouterr()
    assert sorted(found["seed"] for _, found in run_all(asked, measured, tmp_path)) == [1, 2]
    told = capsys.readouterr().err
    assert f"1 files of runs are not as they were written, made again: {path.name}" in told
    assert "1 of 2 runs are there already" in told and path.read_bytes() == good
    assert damage != "folder" or (tmp_path / REPLICATES / f"{path.name}.kept-1" / "mine").exists()


def test_ctrl_c_while_a_command_loads_is_not_a_traceback():
    """It ends the process by the signal itself; a program that imports us hears it as before."""
    asks = "import signal as s, sys; s.signal(s.SIGINT, s.default_int_handler); sys.argv = [sys.argv[1]]; import {};"
    asks += "print(s.getsignal(s.SIGINT) is s.SIG_DFL)"
    for package in ("sim", "experiments"):
        for first, ends in (("-m", "True"), ("mine.py", "False")):
            command = [sys.executable, "-c", asks.format(package), first]
            run = subprocess.run(command, capture_output=True, text=True, cwd=CONF.parent, check=True)
            assert run.stdout.strip() == ends
