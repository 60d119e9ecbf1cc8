"""The command line: help at once, every problem at once, folders complete or not at all."""

import json
import os
import re
import shlex
import subprocess
import sys
import time
import tomllib
from collections import Counter

import hydra
import pandas as pd
import pytest
from hydra.core.override_parser.overrides_parser import OverridesParser

from experiments import cli
from experiments.tiers import __main__ as tiers
from sim import run
from sim.cli import simulate
from sim.cli.command import read
from sim.cli.plain import plain
from sim.results.command import progress
from sim.results.command.ending import Screen
from sim.results.command.progress import exactly
from sim.results.folder import MARK, REPLICATES, atomic_folder, run_name
from sim.scenario import composition, fields
from sim.scenario.composition import CONF
from sim.scenario.country import options
from sim.scenario.parameter import leaves
from sim.scenario.scenario import Scenario
from sim.simulation.day import DayByDay

HEAVY = {"hydra", "mesa", "numba", "numpy", "pandas", "pydantic", "seaborn"}
TINY = ("population=small", "population.sample=0.001127", "start=2018-06-28", "end=2018-07-04", "report.figures=false")


@pytest.fixture
def command(elsewhere, monkeypatch, capsys):
    """Type a command line; its exit code, what it printed and what it complained about."""

    def typed(*words):
        monkeypatch.setattr(sys, "argv", ["sim.run", *words])
        code = run.main()
        return code, *capsys.readouterr()

    return typed


def test_help_is_complete_and_light():
    script = "import sys; from sim.run import main; sys.argv = ['run', '--help']; main(); print(*sys.modules)"
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=CONF.parent, check=True)
    *lines, modules = shown.stdout.splitlines()
    assert HEAVY.isdisjoint(modules.split())
    text = "\n".join(lines)
    for key, _, parameter in leaves(fields.Scenario):
        assert key in text
        assert parameter.unit in text
    for words in ("platform=", "    * france ", "biface", "deep ", "ecosystem", "seasonal", "collapse", "small"):
        assert words in text


def test_the_first_line_of_a_run_waits_for_nothing_heavy():
    """What stands loaded when it is printed: kernels, tables and the report's words come after it."""
    script = "import sys; from sim.cli import simulate; "
    script += "simulate._announced = lambda *given: sys.exit(' '.join(sys.modules)); "
    script += "from sim.run import main; sys.argv = ['run', 'population=small']; main()"
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=CONF.parent)
    loaded = set(shown.stderr.splitlines()[-1].split())
    assert "sim.cli.simulate" in loaded
    heavy = {"mesa", "numba", "pandas", "matplotlib", "scipy", "babel", "rich", "jinja2", "hydra", "loky"}
    assert heavy.isdisjoint(loaded)


def test_the_time_told_is_that_of_the_whole_command():
    """The last line has all of it: what the interpreter takes to start, and what comes after figures and page."""
    script = (
        "import time; from pathlib import Path; from sim.results.command.ending import everything, exit_code, leave; "
    )
    script += (
        "work = lambda: time.sleep(.5) or print(everything(Path('there'))) or True; leave(lambda: exit_code(work, ''))"
    )
    began = time.monotonic()
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=CONF.parent)
    told = re.fullmatch(r"Everything is in there \((.+) s\)\n", shown.stdout)
    assert 0.5 < float(told[1]) < time.monotonic() - began + 0.06 and float(told[1]) > 0.8 * (time.monotonic() - began)
    assert [exactly(seconds) for seconds in (0.04, 59.9, 61, 3599.6)] == ["0.0 s", "59.9 s", "1 min 1 s", "1 h 0 min"]


def test_a_run_without_figures_loads_no_more_than_it_needs():
    needed = ["sim.run", "sim.cli.simulate", "sim.simulation.day", "sim.simulation.accounting", "sim.results.tables"]
    needed += ["sim.instruments.readings", "sim.report.figures.draw", "sim.report.page.page", "sim.report.screen.run"]
    script = f"import sys, {', '.join(needed)}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=CONF.parent, check=True)
    assert {"mesa", "matplotlib", "seaborn", "scipy.stats", "scipy.optimize"}.isdisjoint(loaded.stdout.split())


PLAIN = """seed=3 seed=0 population=small x=true x=False a.b=1.50 a.b_c.d=12.0 start=2017-06-01 x=e5 x=nan-1 x=infinite
    hydra.run.dir=/a-b/c.d_e hydra.run.dir=out/mine report.language=fr cluster.workers=100 x=Null_ x=v1.2""".split()
GRAMMAR = """seed=007 seed=-3 x=1_000 x=1e3 x=.5 x=5. x=null x=NaN x=inf x= x=1,2 x=[1] x='a' ~x +x=1 x@y=1 a/b=1 x=a:b
    x=${y} x=2017-6-1 x=~/mine x=5e x=café x x=1234567890123456""".split()


def test_plain_words_are_read_as_by_the_grammar():
    parser = OverridesParser.create()
    assert [word for word in GRAMMAR if plain(word)] == []
    for word in PLAIN:
        found, meant = plain(word), parser.parse_override(word)
        assert (type(found.value()), found.value()) == (type(meant.value()), meant.value())
        for name in ("key_or_group", "input_line", "package"):
            assert getattr(found, name) == getattr(meant, name)
        assert not (meant.is_delete() or meant.is_sweep_override() or found.is_delete() or found.is_sweep_override())


def test_bad_configuration(command, elsewhere):
    (elsewhere / "mine").mkdir()
    (elsewhere / "mine" / "thesis.tex").touch()
    code, printed, complaints = command(
        "platform=deeep",
        "sed=3",
        "+typo=1",
        "behaviour.looking_rate=fast",
        "behaviour.page=99",
        "seed=1,2",
        "~demand",
        "survey.retained=9",
        "seeds=0",
        "survey.targets=none.csv",
        "hydra.run.dir=mine",
        "hydra.rum.dir=x",
        "nonsense",
        "--sed=3",
    )
    assert (code, printed) == (2, "")
    expected = """\
        --sed=3: not understood
        nonsense: cannot be read; write key=value
        seed = 1,2: several values need -m
        demand: nothing can be taken out
        platform = deeep: there is no such choice; one of PLATFORMS; did you mean deep?
        sed = 3: there is no such field; did you mean seed?
        typo = 1: there is no such field
        behaviour.looking_rate = fast: must be a number from 0 to 1000 (
        seeds = 0: must be a whole number from 1 to 10000 (
        behaviour.page = 99: must be a whole number from 1 to 50 (
        survey.retained = 9: at most 7
        survey.targets = none.csv: there is no such file
        hydra.rum.dir = x: there is no such field; did you mean hydra.run.dir?
        hydra.run.dir = mine: is there and is not the folder of a run""".replace(
        "PLATFORMS", "biface, deep, ecosystem, france, united_kingdom"
    ).splitlines()
    assert complaints.startswith(f"{len(expected)} problems; nothing was run:\n")
    for line in expected:
        assert f"  {line.strip()}" in complaints
    assert [path.name for path in elsewhere.rglob("*")] == ["mine", "thesis.tex"]


def test_a_folder_that_cannot_be_written(command, elsewhere):
    (elsewhere / "file").touch()
    (elsewhere / "many" / REPLICATES).mkdir(parents=True)
    (elsewhere / "one").mkdir()
    (elsewhere / "one" / MARK).touch()
    taken = {"file": "is a file", "file/below": "cannot be written", "many": "is the folder of many runs"}
    for folder, reason in taken.items():
        code, _, complaints = command(f"hydra.run.dir={folder}")
        assert code == 2 and f"hydra.run.dir = {folder}: {reason}" in complaints
    code, _, complaints = command("hydra.run.dir=one", "seeds=2")
    assert code == 2 and "hydra.run.dir = one: is the folder of a single run" in complaints


def test_every_combination_of_a_sweep_is_checked_first(command, elsewhere):
    code, _, complaints = command("-m", "seed=1,2,-1", "platform=france,deep", "survey.retained=7")
    assert code == 2 and not list(elsewhere.iterdir())
    assert complaints.splitlines()[0] == "2 problems; nothing was run:"
    assert "seed = -1: must be" in complaints and "survey.retained = 7: at most 1" in complaints
    code, _, complaints = command("-m", "seeds=3,5", "seed=1,2")
    assert code == 2 and complaints.splitlines()[1].startswith("  seeds = 3,5: takes one number")
    code, _, complaints = command("seeds=3", f"seed={2**64 - 2}")
    assert code == 2 and "seeds = 3: at most 2 from seed" in complaints


def test_the_version_is_ours(command):
    declared = tomllib.loads((CONF.parent / "pyproject.toml").read_text())["project"]["version"]
    for words in (["--version"], ["seed=3", "--version"]):
        code, printed, _ = command(*words)
        assert code == 0 and printed.startswith(f"microwork-market {declared}")


@pytest.mark.parametrize("name", [b"caf\xe9", b"gone"])
def test_a_working_folder_that_cannot_be_written_is_refused(command, elsewhere, name):
    os.mkdir(name)
    os.chdir(name)
    if name == b"gone":
        os.rmdir(os.fsencode(elsewhere) + b"/gone")
    code, printed, complaints = command("seed=1")
    assert (code, printed) == (2, "") and "working folder: " in complaints and "Traceback" not in complaints


def test_show_only(command, elsewhere):
    for words in (("--cfg", "job", "platform=deep", "seed=3"), ("platform=deep", "--cfg", "job", "seed=3")):
        code, printed, _ = command(*words)
        assert code == 0 and "structure: deep" in printed and "\nseed: 3\n" in printed
    code, printed, complaints = command("--cfg", "job", "seed=-1", "hydra.job.chdir=true")
    assert code == 2 and printed == "" and complaints.startswith("One problem") and "seed = -1: must be" in complaints
    assert not list(elsewhere.iterdir())


@pytest.mark.parametrize(
    ("words", "scenarios"),
    [
        ("population=small", 1),
        ("population=small seeds=3", 1),
        ("behaviour=posterior seed=3 hydra.run.dir=there", 1),
        ("-m platform=biface,deep demand=steady,volatile seed=range(50)", 4),
        ("experiments.tiers population=small", 1),
    ],
)
def test_composed_once_checked_once_and_passed_on(command, monkeypatch, words, scenarios):
    """Each scenario of a command is composed and checked once, no file is read twice, and Hydra composes nothing."""
    calls, checked, handed = Counter(), [], []

    def counted(module, name):
        function = getattr(module, name)

        def call(*given, **more):
            calls[name] += 1
            return function(*given, **more)

        monkeypatch.setattr(module, name, call)

    def validated(*given, validate=Scenario.model_validate, **more):
        checked.append(validate(*given, **more))
        return checked[-1]

    options._read.cache_clear()
    for module, name in ((composition, "compose"), (composition.yaml, "load"), (hydra, "compose"), (hydra, "main")):
        counted(module, name)
    monkeypatch.setattr(Scenario, "model_validate", validated)
    monkeypatch.setattr("sim.cli.simulate.simulate", lambda scenario, *_: handed.append(scenario))
    monkeypatch.setattr("sim.runs.sweep.run_sweep", lambda plan, _: handed.extend(one.scenario for one in plan.asked))
    if words.startswith("experiments"):
        words = words.split()[1:]
        monkeypatch.setattr(sys, "argv", ["tiers", *words])
        cli.main("tiers", tiers._MANUAL, tiers.Settings, lambda scenario, *_: handed.append(scenario))
    else:
        command(*shlex.split(words))
    assert len(checked) == calls["compose"] == scenarios and calls["main"] == 0
    assert calls["load"] == options._read.cache_info().currsize
    if scenarios == 1:
        assert handed == checked and handed[0].demand is checked[0].demand
    else:
        assert len(handed) == 200 and len({one.digest() for one in handed}) == 200


def test_a_run_and_the_same_again(command, elsewhere):
    code, printed, told = command(*TINY, "seed=4")
    first = "France, platform=france: 266,126 people (simulated on one in 887), 7 days, seed 4"
    assert told.splitlines()[0] == first and first not in printed
    (folder,) = (elsewhere / "outputs").iterdir()
    assert code == 0 and f"Everything is in outputs/{folder.name}" in printed
    assert re.fullmatch(r"france_volatile_small_end=.*_population.sample=0.001127_.*_seed4", folder.name)
    names = {"scenario.yaml", "provenance.json", "summary.json", "report.html"}
    names |= {f"{name}.parquet" for name in ("daily", "months", "workers", "batches", "clients")}
    assert names <= {path.name for path in folder.iterdir()}
    assert len(pd.read_parquet(folder / "daily.parquet")) == 7 * 7
    scenario = Scenario.load_file(folder / "scenario.yaml")
    born = json.loads((folder / "provenance.json").read_text())
    assert (scenario.seed, born["seed"], born["scenario"]) == (4, 4, scenario.digest())
    assert born["versions"]["mesa"] and "MESA" not in printed and "HYDRA" not in printed
    code, _, _ = command(*TINY, "seed=4", "hydra.run.dir=there")
    again = json.loads((elsewhere / "there" / "provenance.json").read_text())
    assert again["digest"] == born["digest"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("-m seed=1,2 +typo=1", "typo = 1: there is no such field"),
        ("-m seed=1,2 +behaviour.looking_rat=1", "did you mean behaviour.looking_rate?"),
        ("-m seed=1,2 hydra/launcher=joblib", "hydra/launcher = joblib: not needed: many runs keep all cores busy"),
        ("-m seed=1,2 hydra.launcher.n_jobs=4", "hydra.launcher.n_jobs = 4: not needed: many runs keep all"),
        ("hydra/launcher=joblib", "hydra/launcher = joblib: not needed"),
        ("-m seed=1,2 hydra/sweeper=basic", "hydra/sweeper = basic: values are listed here; something that looks for"),
        ("-m 'seed=interval(1,9)'", "seed = interval(1,9): a sweep lists its values"),
        ("-m seed=1,2 hydra.sweep.subdir=x", "hydra.sweep.subdir = x: a sweep has one folder"),
        ("-m seed=1,2 hydra.run.dir=x", "hydra.run.dir = x: a sweep has one folder, hydra.sweep.dir"),
        ("hydra.sweep.dir=x", "hydra.sweep.dir = x: is for a sweep, with -m"),
        ("-m report.language=en,fr", "report.language = en,fr: takes one value: it moves no run"),
        ("-m cluster=local,dask", "cluster = local,dask: takes one value: it moves no run"),
        ("-m cluster=dask cluster.address=null seed=1,2", "cluster.address = null: cluster=dask needs it"),
        ("cluster.address=tcp://127.0.0.1:1", "cluster.address = tcp://127.0.0.1:1: cluster=local has none"),
        ("+experiment=tiers", "experiment = tiers: an experiment is a command of its own: python -m experiments."),
        ("-m 'seed=range(200)' 'replicate=range(1000)'", "makes 200000 runs; at most 100000 in a sweep"),
        ("--config-dir mine seed=1", "--config-dir = mine: its config.yaml would not be read"),
        (
            "--config-dir other population=small",
            "--config-dir = other/population/small.yaml: population=small is there",
        ),
        ("--config-dir theirs seed=1", "--config-dir = theirs: there is no such folder"),
        ("hydra.job.chdir=true", "hydra.job.chdir = true: there is no such field; of Hydra only hydra.run.dir and"),
        ("hydra.mode=MULTIRUN", "hydra.mode = MULTIRUN: there is no such field; of Hydra only hydra.run.dir and"),
        ("hydra.run.dir=null", "hydra.run.dir = null: must be the name of a folder"),
        ("'hydra.run.dir=${sede}'", "hydra.run.dir = ${sede}: Interpolation key 'sede' not found"),
        ("-m 'platform=glob(*)'", "platform = glob(*): a sweep lists its values"),
        ("-m 'seed=range(100000000)'", "seed = range(100000000): makes 100000000 values; at most 100000 in a sweep"),
        ("-m 'behaviour.hope=range(0,1,1e-9)'", "makes 1000000000 values; at most 100000 in a sweep"),
        ("-m 'seed=shuffle(range(0,inf))'", "makes inf values; at most 100000 in a sweep"),
        ("-m 'seed=range(nan)'", "makes nan values; at most 100000 in a sweep"),
        ("-m 'seed=range(5,1)'", "seed = range(5,1): there is no such value"),
        ("-m 'seed=range(1,9,0)'", "seed = range(1,9,0): cannot be listed"),
        ("'seed=${oc.env:HOME}'", "seed = ${oc.env:HOME}: nothing is put in for it; write the value"),
        ("'platform=${demand}'", "platform = ${demand}: nothing is put in for it"),
        ("-m 'seed=1,${replicate}'", "seed = 1,${replicate}: nothing is put in for it"),
        ("'policy=[${x}]' platform='???'", "platform = ???: nothing is put in for it"),
        ("'hydra.run.dir=???'", "hydra.run.dir = ???: nothing is put in for it"),
        (f"hydra.run.dir=a/{'b' * 300}", "is too long: at most 200 bytes between two strokes"),
        (f"hydra.run.dir={'字' * 70}", "is too long: at most 200 bytes between two strokes"),
        (f"-m seed=1,2 hydra.sweep.dir={'a/' * 501}", "is too long: at most"),
        ("hydra.run.dir=~nobody.at.all/x", "names nobody's home folder"),
        ("survey.targets=~/é.csv", "/é.csv: there is no such file"),
        ("-m seed=1,2 --cfg job", "--multirun: one scenario is shown at a time"),
        ("--cfg everything", "command line: argument --cfg/-c: invalid choice: 'everything'"),
    ],
)
def test_nothing_that_is_typed_is_lost(command, elsewhere, words, told):
    """Words that the tools below would take and obey nowhere are told, and nothing is written."""
    (elsewhere / "mine").mkdir()
    (elsewhere / "mine" / "config.yaml").touch()
    (elsewhere / "other" / "population").mkdir(parents=True)
    (elsewhere / "other" / "population" / "small.yaml").touch()
    code, printed, complaints = command(*shlex.split(words))
    assert (code, printed) == (2, "") and told in complaints and "Traceback" not in complaints
    assert sorted(path.name for path in elsewhere.iterdir()) == ["mine", "other"]


def test_what_a_run_will_take_is_told_before_it_starts(command, elsewhere, monkeypatch):
    """Memory that is not there is refused, with a cure; hours are announced."""
    monkeypatch.setattr("sim.cli.command.free", lambda: 0.1e9)
    for words, needed in (("population.people=500000",), "0.2"), (("population.people=250000", "seeds=2"), "0.4"):
        code, _, complaints = command(*words)
        assert code == 2 and not list(elsewhere.iterdir())
        assert re.search(
            rf"population.people = \d+: the run takes {needed} GB of memory or more, and 0.1 GB are", complaints
        )
    assert command("population.absent=100000000", "population.people=9", "hydra.run.dir=x", "--cfg", "job")[0] == 0
    many = Scenario.load(population={"people": 12_000_000})
    told = simulate._announced(many, 1492).splitlines()
    assert re.fullmatch(r"This will take about \d hours on one core.", told[1])
    assert len(simulate._announced(Scenario.load(), 1492).splitlines()) == 1


@pytest.fixture
def hasty(monkeypatch):
    """What is said after two and ten seconds is said after two and ten hundredths."""
    for name in ("_FIRST", "_NEXT", "_TICK", "_LIVING"):
        monkeypatch.setattr(progress, name, getattr(progress, name) / 100)


def test_a_run_says_how_far_it_is(command, elsewhere, monkeypatch, hasty):
    step = DayByDay.step
    monkeypatch.setattr(DayByDay, "step", lambda market: time.sleep(0.1) or step(market))
    code, _, told = command(*TINY)
    days = re.findall(r"^2018-0\d-\d\d: (\d) of 7 days done, about \d s left$", told, re.MULTILINE)
    assert code == 0 and len(days) >= 5 and days == sorted(days)


def test_nothing_is_silent(hasty, capsys):
    """A line soon and then again and again, of whatever is innermost; each by itself, and none after the end."""
    progress.began(0.0)
    with progress.speaking("at work"):
        time.sleep(0.15)
        with progress.doing("drawing", 3, "figures") as drawing:
            for drawing.done in range(3):
                time.sleep(0.1)
        print("mine", file=sys.stderr)
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "at work, 0 s so far" and "drawing: 2 of 3 figures done, about 0 s left" in lines
    time.sleep(0.1)
    assert "mine" in lines and capsys.readouterr().err == ""


def test_on_a_terminal_one_line_lives(hasty, capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    screen = Screen(sys.stderr)
    progress.began(0.0)
    with progress.speaking(), progress.doing("drawing", 4, "figures") as drawing:
        drawing.done = 2
        time.sleep(0.1)
        screen.write("mine\n")
        time.sleep(0.1)
    told = capsys.readouterr().err
    bar = f"\r\033[K|{'█' * 12}{'-' * 12}| drawing: 2 of 4 figures done, about 0 s left"
    assert bar in told and f"{bar}\r\033[Kmine\n\r\033[K|" in told and told.endswith("\r\033[K")


def test_stopped_by_hand(command, elsewhere, monkeypatch):
    def stop(model):
        raise KeyboardInterrupt

    monkeypatch.setattr("sim.simulation.day.DayByDay.step", stop)
    code, printed, complaints = command(*TINY)
    assert (code, printed) == (130, "")
    assert complaints.endswith("\nStopped; no half folder is left.\n") and "Traceback" not in complaints
    assert list(elsewhere.rglob("*")) == [elsewhere / "outputs"]


def test_a_folder_is_complete_or_not_there(tmp_path):
    folder = tmp_path / "run"
    for attempt in ("first", "second"):
        with atomic_folder(folder) as unfinished:
            (unfinished / "text").write_text(attempt)
            assert (folder / "text").exists() == (attempt == "second")
        assert (folder / "text").read_text() == attempt
    with pytest.raises(KeyboardInterrupt), atomic_folder(folder) as unfinished:
        (unfinished / "text").write_text("half")
        raise KeyboardInterrupt
    assert (folder / "text").read_text() == "second" and list(tmp_path.iterdir()) == [folder]


def test_the_folder_that_is_named(elsewhere, monkeypatch):
    monkeypatch.setenv("HOME", str(elsewhere))

    def folder(*words):
        (path,) = read([*words]).folders
        return str(path.relative_to(elsewhere))

    assert folder("platform=deep", "seed=2") == "outputs/deep_volatile_france_2018_seed2"
    assert folder("population=small", "seeds=9") == "outputs/ensemble_france_volatile_small_seed1"
    assert folder("hydra.run.dir='a b/${platform.name}_${seed}'", "seed=2", "platform=deep") == "a b/deep_2"
    assert folder("-m", "seed=1,2", "platform=biface,deep") == "outputs/sweep_volatile_france_2018_by_platform"
    assert folder("-m", "seed=1,2", "hydra.sweep.dir=there") == "there"
    assert folder("hydra.run.dir=é à/字") == "é à/字"
    assert folder("hydra.run.dir=~/there") == "there"  # home is here
    assert folder("population={people: 300}") != folder()  # another market, another folder


def test_options_of_ones_own_that_cannot_be_read(command, elsewhere):
    (elsewhere / "mine" / "platform").mkdir(parents=True)
    laughs = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}' if n else 'ha'] * 9)}]\n" for n in range(19))
    for text, wrong in (("a: [", "own.yaml: is no YAML of ours"), ("word", "own.yaml: holds no keys and values"),
                        ("defaults: [nothing]", "defaults: no option 'nothing' in group 'platform'"),
                        ("defaults: [own]", "own.yaml: builds on itself: own, own"),
                        ("defaults: deep", "own.yaml: defaults must be a list of options"),
                        ("defaults: [../demand/steady]", "own.yaml: defaults must be a list of options"),
                        ("name: a\nmembers: {}\nname: b", "own.yaml: is no YAML of ours: 'name' stands there twice"),
                        ("1: a", "1 is no word"), ("a: &a [*a]", "or one in itself"),
                        (f"a: {'9' * 5000}", "own.yaml: is no YAML of ours"), (laughs, "more than 100000 values"),
                        (f"a: {'[' * 900}{']' * 900}", "own.yaml: ")):  # fmt: skip
        (elsewhere / "mine" / "platform" / "own.yaml").write_text(text)
        code, _, complaints = command("--config-dir", "mine", "platform=own")
        assert code == 2 and wrong in complaints, complaints


def test_names():
    choices = {"platform": "deep", "demand": "steady", "population": "small", "survey": "diplab"}
    assert run_name(choices, ["seed=2", "platform=deep"], 2) == "deep_steady_small_seed2"
    assert run_name(choices, ["seeds=1", "seed=2"], 2) == "deep_steady_small_seed2"
    for words in (["seeds=20"], ["seeds=30"]):
        assert run_name(choices, words, 2, int(words[0][6:])) == "ensemble_deep_steady_small_seed2"
    one = run_name(choices, ["survey.targets=a/b.csv", "behaviour.hope=0.1"], 2)
    assert one == run_name(choices, ["behaviour.hope=0.1", "survey.targets=a/b.csv"], 2)
    assert one != run_name(choices, ["survey.targets=a-b.csv", "behaviour.hope=0.1"], 2)
    assert "/" not in one and one.startswith("deep_steady_small_behaviour.hope=0.1_survey.targets=a-b.csv")
    assert len(run_name(choices, [f"behaviour.hope={'1' * 500}"], 2)) < 200
