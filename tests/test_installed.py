"""Installed means whole: a wheel alone, used from an empty folder, does all that README and documentation say."""

import os
import re
import shlex
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
ROOT = Path(__file__).resolve().parent.parent
EXPERIMENTS = sorted(path.parent.name for path in ROOT.glob("experiments/*/__main__.py"))
PAGES = [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md"))]
ELSEWHERE = ("clusters.md", "cost.md")  # commands for other machines, and what the benchmark does with its figure
TOLD = "\n".join(path.read_text(encoding="utf-8") for path in PAGES if path.name not in ELSEWHERE).replace("\\\n", "")
OURS = r"(?:python -m (?:sim|experiments)\b|microwork )"
TYPED = re.findall(rf"^    (?:.*&& )?({OURS}.*?) *(?:#.*)?$|`({OURS}[^`]+)`", TOLD, re.MULTILINE)
COMMANDS = sorted({one or other for one, other in TYPED})
MARKET = ["population.sample=0.003382", "population.absent=296000", "start=2018-04-01", "end=2018-06-30"]
MARKET += ["survey.quota=12000", "survey.waves=[2018-05-14,2018-06-18]", "policy.start=2018-05-01"]
MARKET += ["demand.collapse_on=2018-05-01"]
FITTED = ["people=1000", "runs=80", "rounds=1", "scale_points=0", "recovery=0", "predictive=2", "polish=0", "draws=20"]
SIZES = {
    "sim.run": MARKET,
    "experiments.tiers": [*MARKET, "seeds=2", "variant_people=600"],
    "experiments.validate": [*MARKET, "seeds=2", "default_seeds=1"],
    "experiments.policy": [*MARKET, "seeds=2"],
    "experiments.calibrate": [*MARKET, *FITTED, "scale_people=900", "polish_people=600"],
    "experiments.scale": [*MARKET, "sizes=[600,900]", "seeds=2", "until=null"],
    "experiments.scarcity": [*MARKET, "seeds=2", "alone=1"],
    "experiments.search": [*MARKET, "candidates=2", "batch=2", "seeds=1", "fresh=1"],
    "experiments.world": MARKET + ["seeds=2"],
    "experiments.sensitivity": [*MARKET, "people=300", "runs=40", "trajectories=2", "seeds=2"],
}
QUICK = {"experiments.bench": ["--quick"], "sim.app": ["--help"]}  # which would go on until Ctrl-C
RUNS = {"outputs/run": [], "outputs/sweep_a": ["-m", "platform=biface"], "outputs/sweep_b": ["-m", "platform=deep"]}
# Where the same kernels are kept, compiled; what is compiled anew is `test_compiled`'s.
KERNELS = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
# The help of experiments, one after the other in one process, as ``python -m`` gives it.
HELPS = """
import runpy, sys
for name in sys.argv[1:]:
    sys.argv = [name, "--help"]
    print(end="\\f", flush=True)
    try:
        runpy.run_module(f"experiments.{name}", run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        assert not ended.code, name
"""
# What these stand for.
FOLDERS = dict.fromkeys(("PATH...", "FOLDER..."), [*RUNS]) | {"FILE": ["captures.csv"]}


def sized(line):
    """The words of a command after ``python -m``, with tiny sizes appended, or in the place of its own."""
    module, *words = shlex.split(
        re.sub("^(python -m|microwork)", lambda found: "" if "-m" in found[0] else "sim.run", line)
    )
    typed = [word.partition("=")[0] for word in words]
    small = {} if "--help" in words else dict(word.split("=", 1) for word in SIZES.get(module, ()))
    small |= {"seeds": "6" if "until" in typed else "2"} if "seeds" in typed else {}
    small |= {"seed": "1,2"} if "seed" in typed and "-m" in words else {}
    own = [one for word, key in zip(words, typed, strict=True) if key not in small for one in FOLDERS.get(word, [word])]
    return [module, *own, *(f"{key}={value}" for key, value in small.items()), *QUICK.get(module, [])]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Built from the source distribution, which is then whole too."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "sdist", "--directory", folder], cwd=ROOT, check=True
    )
    line = [*PIP, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, *folder.glob("*.tar.gz")]
    subprocess.run(line, check=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """Run a command of an environment that has the wheel, and the libraries of this one, from an empty folder."""
    home, empty = tmp_path_factory.mktemp("environment"), tmp_path_factory.mktemp("empty")
    venv.create(home, symlinks=True)
    site = Path(sysconfig.get_path("purelib", "venv", {"base": str(home), "platbase": str(home)}))
    subprocess.run([*PIP, "--python", home, "install", "--no-deps", "--no-index", wheel], check=True)
    here = {sysconfig.get_path(name) for name in ("purelib", "platlib")}
    (site / "libraries.pth").write_text("\n".join(here), encoding="utf-8")  # behind what is installed

    def run(*words):
        line = [home / "bin" / words[0], *words[1:]]
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(home), "XDG_CACHE_HOME": KERNELS}
        ran = subprocess.run(line, cwd=empty, env=environment, capture_output=True, text=True, timeout=1200)
        assert ran.returncode == 0 and "Traceback" not in ran.stderr, f"{shlex.join(map(str, line))}\n{ran.stderr}"
        return ran.stdout

    assert run("python", "-c", "import sim, experiments; print(sim.__file__, experiments.__file__)").split() == [
        str(site / name / "__init__.py") for name in ("sim", "experiments")
    ]
    run.empty = empty
    return run


def test_the_wheel_holds_everything(wheel):
    names = set(ZipFile(wheel).namelist())
    for folder, place in (("sim", "sim"), ("experiments", "experiments"), ("conf", "sim/conf")):
        files = [path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
        assert not {f"{place}/{path.relative_to(ROOT / folder).as_posix()}" for path in files} - names
    assert not [name for name in names if name.split("/")[0] not in ("sim", "experiments") and "dist-info" not in name]


def test_every_command_helps(installed):
    modules = {ROOT.joinpath(*sized(line)[0].split(".")) for line in COMMANDS}
    assert len(COMMANDS) > 25 and all((at / "__main__.py").exists() or at.with_suffix(".py").exists() for at in modules)
    assert "seeds=20" in installed("microwork", "--help")
    _, *helps = installed("python", "-c", HELPS, *EXPERIMENTS).split("\f")
    assert len(helps) == len(EXPERIMENTS) and all("python -m experiments." in told for told in helps)


def test_the_console_script_runs_a_market(installed):
    printed = installed("microwork", *MARKET, "hydra.run.dir=a_run")
    assert "Everything is in a_run" in printed and (installed.empty / "a_run" / "report.html").exists()


@pytest.fixture(scope="module")
def folders(installed):
    """Finished runs, for the commands that take folders, and a file of one's own."""
    (installed.empty / "captures.csv").write_text("person,wave\na,1\na,2\nb,1\nb,2\nc,1\nd,2\n", encoding="utf-8")
    installed("python", "-m", *sized("python -m experiments.tiers hydra.run.dir=outputs/tiers"))
    for folder, words in RUNS.items():
        place = f"hydra.{'sweep' if '-m' in words else 'run'}.dir={folder}"
        installed("python", "-m", "sim.run", *words, *MARKET, place)


@pytest.mark.slow
@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_that_is_told_runs(installed, folders, line):
    installed("python", "-m", *sized(line))
