"""Where a run comes from: versions, commit, seed, and digests by which two runs are told apart."""

import hashlib
import platform
import subprocess
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_LIBRARIES = ("mesa", "numpy", "numba", "pandas", "pyarrow", "scipy", "hydra-core", "pydantic", "seaborn", "matplotlib")

# What only asks for runs, has them made, or shows them.
_AROUND = "cluster command cores crew ensemble folder gathered leave manual plan problems progress provenance".split()
_AROUND += ["replicates", "report", "run", "simulate", "sweep"]


def provenance(scenario, results_digest):
    """What a run folder says about its birth.

    Parameters
    ----------
    scenario : Scenario
    results_digest : str

    Returns
    -------
    dict
        seed, replicate, scenario and results digests, version, commit and `code` of this project, versions of the
        rest; no path and no name of the machine.
    """
    return {
        "project": "microwork-market",
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
    home, sha = Path(__file__).resolve().parent, hashlib.sha256()
    for path in sorted(home.rglob("*.py")):
        if path.relative_to(home).parts[0].removesuffix(".py") not in _AROUND:
            sha.update(f"{path.relative_to(home)}\0".encode() + path.read_bytes())
    return sha.hexdigest()[:16]


def commit():
    """The commit of the source, with "+" if it was changed since; None outside a checkout of it."""
    here = Path(__file__)
    if _git(here.parent, "ls-files", "--error-unmatch", here.name) is None:
        return None
    changed = _git(here.parent, "status", "--porcelain", "--", ".", "../conf")
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
