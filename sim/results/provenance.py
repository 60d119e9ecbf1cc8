"""Where a run comes from: versions, commit, seed, and digests by which two runs are told apart."""

import hashlib
import platform
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from yaml import YAMLError

from sim.results.folder import FORMAT, MARK, OTHER, REPLICATES, BadFolder, atomic_file, refusal
from sim.results.manifest import PROJECT, read_json
from sim.results.ones_own import keep_sources, rules
from sim.results.whole.bundle import digests, with_targets
from sim.results.whole.bundle import keep as keep_country
from sim.scenario.problems import ABSENT, BadScenario, shown
from sim.scenario.scenario import Scenario

_LIBRARIES = ("mesa", "numpy", "numba", "pandas", "pyarrow", "scipy", "hydra-core", "pydantic", "seaborn", "matplotlib")

_TOLD, _LONGEST = 5, 40  # fields that are told apart, and characters of a value
_AROUND = ("cli", "report", "run.py", "runs")  # what only asks for runs, has them made, or shows them
_DAYS = ("kernel", "scenario", "population", "agents", "markets", "policies", "simulation")
_SHOWN = ("__main__.py", "figures.py", "page.py", "screen.py", "cli.py", "folder.py", "report.py")  # of experiments


def provenance(scenario: Scenario, results_digest: str | None, kind: str = "run") -> dict[str, Any]:
    """What a folder says about its birth; no path and no name of the machine.

    Parameters
    ----------
    scenario
    results_digest
    kind
        What the folder is of: run, ensemble, sweep, or the name of an experiment.
    """
    born = {
        "project": PROJECT,
        "kind": kind,
        "format": FORMAT,
        "version": released(),
        "commit": commit(),
        "code": code(),
        "seed": scenario.seed,
        "replicate": scenario.replicate,
        "scenario": scenario.digest(),
        "digest": results_digest,
        "versions": versions(),
    }
    born |= {"country": digests(scenario.country)} if scenario.country.bundle is not None else {}
    return born | ({"own": rules([scenario])} if scenario.own else {})


def write_scenario(scenario: Scenario, folder: Path) -> None:
    """Write what a folder's runs depend on: ``scenario.yaml``, a country of one's own, and the sources of rules."""
    keep_country(scenario.country, folder)
    with atomic_file(folder / "scenario.yaml") as path:
        scenario.write_file(path)
    keep_sources(folder, [scenario])


def read_provenance(folder: Path) -> dict[str, Any]:
    """The provenance in a folder of one or many runs, which this version can read.

    Raises
    ------
    BadFolder
    """
    path = folder / MARK
    if not folder.is_dir():
        raise BadFolder(folder, ["is a file" if folder.exists() else "there is no such folder"])
    try:
        born = read_json(path)
    except FileNotFoundError:
        unfinished = "its runs have not come to an end: the same command goes on from there"
        wrong = unfinished if (folder / REPLICATES).exists() else f"is not the folder of a run: no {MARK}"
        raise BadFolder(folder, [wrong]) from None
    except (OSError, ValueError) as problem:
        raise BadFolder(folder, [f"{MARK} is broken: {problem}"]) from None
    words = born.get("overrides", []) if isinstance(born, dict) else None
    if not isinstance(words, list) or "digest" not in born or not all(isinstance(word, str) for word in words):
        raise BadFolder(folder, [f"{MARK} is not the provenance of a run"])
    if born.get("format") != FORMAT:
        was, commit = born.get("format", "of before there was any"), born.get("commit")
        where = f" (commit {commit})" if commit else ""
        wrong = f"was written by another version{where}: format {was}, and this one reads format {FORMAT}"
        raise BadFolder(folder, [f"{wrong}; to make it again: {command_of(born)}"])
    texts = [born.get(name) for name in ("kind", "scenario", "code")]
    if not all(isinstance(text, str) for text in [*texts, born.get("command", ""), born["digest"] or ""]):
        raise BadFolder(folder, [f"{MARK} is not the provenance of a run"])
    return born


def command_of(provenance: dict[str, Any]) -> str:
    """The command line that made a folder."""
    return provenance.get("command") or f"python -m sim.run {shlex.join(provenance.get('overrides', []))}".strip()


def scenario_of(folder: Path, **changes: Any) -> Scenario:
    """The scenario in a folder of finished runs; with fields of its group `report` changed.

    Raises
    ------
    BadFolder
    """
    try:
        return with_targets(Scenario.load_file(folder / "scenario.yaml", recorded=True).shown(**changes), folder)
    except FileNotFoundError:
        problems = ["scenario.yaml is missing"]
    except BadScenario as bad:
        problems = [f"scenario.yaml: {problem}" for problem in bad.problems]
    except (OSError, ValueError, TypeError, AttributeError, LookupError, RecursionError, YAMLError) as problem:
        problems = [f"scenario.yaml is broken: {' '.join(str(problem).split())}"]
    raise BadFolder(folder, problems)


def refused(
    folder: Path, kind: str, scenario: Scenario | None = None, overwrite: bool = False, digest: str = ""
) -> str | None:
    """Why a run, or many, may not be written into a folder, or None; as `sim.results.folder.refusal`, and with reasons.

    Parameters
    ----------
    folder
    kind
        As `provenance`.
    scenario
        That is asked for; None where the folder may hold several.
    overwrite
        What another scenario or other code left there may be replaced.
    digest
        Of the scenario, where it is known already.
    """
    there = folder.is_dir()
    digest = (digest or scenario.digest()) if scenario is not None and there else ""
    wrong = refusal(folder, kind != "run", kind, digest, overwrite)
    if wrong == OTHER and scenario is not None:
        apart = differences(folder, scenario)
        return wrong.replace("another scenario's", f"another scenario's{f' ({apart})' if apart else ''}")
    made = "" if wrong or overwrite or not there else other_code(folder)
    return f"holds what other code made ({made}); {OTHER.partition('; ')[2]}" if made else wrong


def differences(folder: Path, scenario: Scenario) -> str:
    """In which fields the scenario of a folder is another: key, value there and value asked for; "" if nobody knows."""
    try:
        pairs = [dict(leaves(one.moving())) for one in (scenario_of(folder), scenario)]
    except BadFolder:
        return ""
    theirs, ours = pairs
    keys = [key for key in ours | theirs if ours.get(key, ABSENT) != theirs.get(key, ABSENT)]
    named = {key.rpartition(".")[0] for key in keys if key.endswith(".name")}
    keys = [key for key in keys if key.endswith(".name") or key.partition(".")[0] not in named]
    told = [f"{key}: {_value(theirs, key)} there, {_value(ours, key)} asked for" for key in keys[:_TOLD]]
    return "; ".join(told + ([f"and {len(keys) - _TOLD} more"] if len(keys) > _TOLD else []))


def leaves(tree: dict[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Every field of a tree with its full key."""
    for key, value in tree.items():
        if isinstance(value, dict) and value:
            yield from leaves(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value


def _value(leaves, key):
    text = shown(leaves[key]) if key in leaves else "nothing"
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def other_code(folder: Path) -> str:
    """Which other code made what is in a folder of ours, and which is here; "" if this made it, or nobody knows."""
    for path in (folder / MARK, *sorted((folder / REPLICATES).glob("[!.]*.json"))[:1]):
        try:
            born = read_json(path)
            made = born["code"] if path.name == MARK or "measure" in born else None
        except (OSError, ValueError, LookupError, TypeError):
            continue
        if not isinstance(made, str) or (made == code() and born.get("format", FORMAT) == FORMAT):
            return ""
        there, here = map(_version_of, (born, {"version": released(), "commit": commit()}))
        return f"{there}; here is {here}" if there != here else f"{there}, changed since"
    return ""


def _version_of(born):
    told = [f"{name} {born[name][:10]}" for name in ("version", "commit") if isinstance(born.get(name), str)]
    return ", ".join(told) or "of an unknown version"


@cache
def code() -> str:
    """Digest of all code that a measurement rests on, so that none from other code is taken up again.

    Of all that is in `sim`, without what only asks for runs, makes others make them, or shows them.
    """
    home = Path(__file__).resolve().parent.parent
    return _digest(path for path in home.rglob("*.py") if path.relative_to(home).parts[0] not in _AROUND)


@cache
def model_code() -> dict[str, str]:
    """Digest of each file that the days of a market rest on, by its path: without what reads a market or shows it."""
    home = Path(__file__).resolve().parent.parent
    files = sorted(path for room in (*_DAYS, "results/checkpoint") for path in (home / room).rglob("*.py"))
    files += [home / "results" / name for name in ("stored.py", "streams.py")]
    return {f"sim/{path.relative_to(home).as_posix()}": _digest([path]) for path in files}


@cache
def versions() -> dict[str, str | None]:
    """Versions of Python and of the libraries that a run uses."""
    return {"python": platform.python_version(), **{name: _version(name) for name in _LIBRARIES}}


@cache
def code_of(module: str) -> str:
    """Digest of the folder of an experiment's measure, and of what experiments share, without what only asks and shows;
    "" of one that is in `sim`."""
    if module.partition(".")[0] == "sim":
        return ""
    file = getattr(sys.modules[module], "__file__", None)
    if file is None:
        raise TypeError("a measure has to stand in a file, by which what it measured is known again")
    home = Path(file).resolve().parent
    return _digest(path for folder in (home, home.parent) for path in folder.glob("*.py") if path.name not in _SHOWN)


def _digest(paths):
    sha = hashlib.sha256()
    for path in sorted(paths):
        sha.update(f"{path.parent.name}/{path.name}\0".encode() + path.read_bytes())
    return sha.hexdigest()[:16]


def released() -> str | None:
    """The version of this project: that of the checkout it stands in, or what is installed; None if nobody says."""
    declared = Path(__file__).resolve().parents[2] / "pyproject.toml"
    try:
        project = tomllib.loads(declared.read_text(encoding="utf-8"))["project"]
    except (OSError, ValueError, KeyError):
        project = {}
    return project["version"] if project.get("name") == PROJECT else _version(PROJECT)


def commit() -> str | None:
    """The commit of the source, with "+" if it was changed since; None outside a checkout of it."""
    here = Path(__file__)
    if _git(here.parent, "ls-files", "--error-unmatch", here.name) is None:
        return None
    changed = _git(here.parent, "status", "--porcelain", "--", "..", "../../conf")
    return _git(here.parent, "rev-parse", "HEAD") + ("+" if changed else "")


def _git(folder, *words):
    """What git answers, or None if it cannot."""
    try:
        asked = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return asked.stdout.strip() if asked.returncode == 0 else None


def _version(name):
    try:
        return version(name)
    except PackageNotFoundError:
        return None
