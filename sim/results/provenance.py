"""Where a run comes from: versions, commit, seed, and digests by which two runs are told apart."""

import hashlib
import platform
import subprocess
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from sim.results.folder import FORMAT

_LIBRARIES = ("mesa", "numpy", "numba", "pandas", "pyarrow", "scipy", "hydra-core", "pydantic", "seaborn", "matplotlib")

_AROUND = ("cli", "report", "run.py", "runs")  # what only asks for runs, has them made, or shows them
_SHOWN = ("__main__.py", "figures.py", "page.py", "screen.py")  # the same in the folder of an experiment


def provenance(scenario, results_digest, kind="run"):
    """What a run folder says about its birth.

    Parameters
    ----------
    scenario : Scenario
    results_digest : str
    kind : str
        What the folder is of: run, ensemble, sweep, or the name of an experiment.

    Returns
    -------
    dict
        seed, replicate, scenario and results digests, version, commit and `code` of this project, versions of the
        rest; no path and no name of the machine.
    """
    return {
        "project": "microwork-market",
        "kind": kind,
        "format": FORMAT,
        "version": _version("microwork-market"),
        "commit": commit(),
        "code": code(),
        "seed": scenario.seed,
        "replicate": scenario.replicate,
        "scenario": scenario.digest(),
        "digest": results_digest,
        "versions": {"python": platform.python_version(), **{name: _version(name) for name in _LIBRARIES}},
    }


@cache
def code():
    """Digest of all code that a measurement rests on, so that none from other code is taken up again.

    Of all that is in `sim`, without what only asks for runs, makes others make them, or shows them.
    """
    home = Path(__file__).resolve().parent.parent
    return _digest(path for path in home.rglob("*.py") if path.relative_to(home).parts[0] not in _AROUND)


@cache
def code_of(module):
    """Digest of the folder of an experiment's measure, without what only asks and shows; "" of one that is in `sim`."""
    if module.partition(".")[0] == "sim":
        return ""
    home = Path(sys.modules[module].__file__).resolve().parent
    return _digest(path for path in home.glob("*.py") if path.name not in _SHOWN)


def _digest(paths):
    sha = hashlib.sha256()
    for path in sorted(paths):
        sha.update(f"{path.parent.name}/{path.name}\0".encode() + path.read_bytes())
    return sha.hexdigest()[:16]


def commit():
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
