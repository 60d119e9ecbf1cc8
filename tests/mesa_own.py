"""Mesa's own tests, of the installed version, with our model over no people in the place of `mesa.Model`.

``python tests/mesa_own.py`` fetches Mesa's source distribution by pip, checked against a pinned hash, and runs what it
tests of models, agents, sets, data collectors, batch runs, spaces and time. There `mesa.Model` is ours without rows,
and `AgentSet` our sets of handles. What does not pass stands in ``mesa_differences.csv`` with its reason: neither more
nor less may. Where the source cannot be had that is said, and nothing is held.
"""

import csv
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

HERE = Path(__file__).resolve().parent
DIFFERENCES = HERE / "mesa_differences.csv"  # version, test, reason
PINNED = {
    "3.3.1": "53faf7a8d9746fe4e35030d156f55528a751a44ce9e6b4f5abfc1185cc3e881f",
    "3.5.1": "3f2dce3b8cbe2d89e0ec29e843176788b8cb170413c2cc7def9dbc6339752d78",
}
ABOUT = (  # all but its viewer, and its examples, which need that
    *("agent", "agentset", "batch_run", "datacollector", "lifespan", "model", "schedule_run", "devs", "events"),
    *("space", "grid", "discrete_space", "continuous_space", "spatial_lookups", "hexgrid_torus_validation"),
    *("meta_agents", "multi_level_meta_agents", "mesa_signals", "mesa_logging", "import_namespace", "scenarios"),
    *("batching", "datarecorder", "dataset"),
)
OUTCOMES = "MESA_OUTCOMES"  # where the tests' outcomes are written


def stand_in() -> None:
    """Put ours in the place of Mesa's model and sets, in a process that has not loaded Mesa's tests yet."""
    import mesa
    import numpy as np

    from sim.agents.view.agentset import Handles
    from sim.agents.view.registry import AgentsOfColumns
    from sim.kernel.records import ABSENT, CLIENT, PERSON, PLATFORM

    class Model(AgentsOfColumns, mesa.Model):
        """Ours without rows: whoever is there is an agent of somebody's own."""

        day, platform_keys, absent = 0, [], np.zeros(0, ABSENT)
        columns = SimpleNamespace(
            people=SimpleNamespace(persons=np.zeros(0, PERSON)),
            firms=SimpleNamespace(platforms=np.zeros(0, PLATFORM), clients=np.zeros(0, CLIENT)),
        )

    # Both can still be pickled, by a name under which they are found.
    Model.__qualname__, globals()["Model"] = "Model", Model
    plain = Handles.__mro__[2]
    plain.__qualname__ = "Plain"
    sys.modules[plain.__module__].Plain = plain
    for name, theirs, ours in (  # from where tests take them
        ("mesa", "Model", Model),
        ("mesa.model", "Model", Model),
        ("mesa.agent", "AgentSet", Handles),
        ("mesa.agentset", "AgentSet", Handles),
    ):
        if name in sys.modules:
            setattr(sys.modules[name], theirs, ours)


def fetched(home: Path) -> Path | None:
    """Mesa's own tests, unpacked in a folder; None where they cannot be had, which is said."""
    pinned, pin = home / "pinned.txt", PINNED.get(version("mesa"))
    if pin is None:
        print(f"Mesa's own tests were NOT run: {version('mesa')} is installed, and {', '.join(PINNED)} are pinned here")
        return None
    pinned.write_text(f"mesa=={version('mesa')} --hash=sha256:{pin}\n", encoding="utf-8")
    source = ["--no-deps", "--no-build-isolation", "--no-binary", ":all:", "--require-hashes", "--requirement", pinned]
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--dest", home, *source]
    ended = subprocess.run(pip, capture_output=True, text=True)
    found = [*home.glob("*.tar.gz")]
    if ended.returncode and "DO NOT MATCH THE HASHES" in ended.stderr:
        sys.exit(f"Mesa's source is not the pinned one:\n{ended.stderr}")
    if ended.returncode or not found:
        print(f"Mesa's own tests were NOT run, for its source cannot be had here: {ended.stderr.strip()[-300:]}")
        return None
    with tarfile.open(found[0]) as archive:
        archive.extractall(home, filter="data")
    return next(home.glob("mesa-*/tests"))


def outcomes(tests: Path, home: Path) -> dict[str, str]:
    """Why each test failed, by its name; "" of those that passed. Processes that tests start have ours, too."""
    (home / "sitecustomize.py").write_text("import mesa_own\nmesa_own.stand_in()\n", encoding="utf-8")
    ours = os.pathsep.join(map(str, (home, HERE, HERE.parent)))
    environment = os.environ | {"PYTHONPATH": ours, OUTCOMES: str(home / "outcomes.json"), "PYTEST_ADDOPTS": ""}
    files = [path for name in ABOUT for path in sorted(tests.rglob(f"test_{name}.py"))]
    alone = ["--rootdir", tests, "-c", os.devnull, "--noconftest", "-p", "no:cacheprovider", "-p", "no:randomly"]
    pytest = [sys.executable, "-m", "pytest", "-q", "-p", "mesa_own", *alone, *files]
    ended = subprocess.run(pytest, cwd=tests.parent, env=environment, capture_output=True, text=True)
    if not (home / "outcomes.json").exists():
        sys.exit(f"Mesa's own tests could not be run:\n{ended.stdout[-3000:]}{ended.stderr[-3000:]}")
    return json.loads((home / "outcomes.json").read_text(encoding="utf-8"))


_told: dict[str, str] = {}


def pytest_runtest_logreport(report) -> None:
    """Note how a test ended; this module is a plugin of the process that runs them."""
    if report.when == "call" or report.failed:
        _told[report.nodeid.rpartition("/")[2]] = _why(report) if report.failed else ""


def pytest_collectreport(report) -> None:
    """Note a file that could not be read."""
    if report.failed:
        _told[report.nodeid.rpartition("/")[2]] = _why(report)


def _why(report):
    """The last line that says what went wrong."""
    lines = report.longreprtext.strip().splitlines()
    return next(
        (line[1:].strip() for line in reversed(lines) if line.startswith("E ")), lines[-1] if lines else "failed"
    )


def pytest_sessionfinish() -> None:
    """Hand over how they ended."""
    if place := os.environ.get(OUTCOMES):
        Path(place).write_text(json.dumps(_told), encoding="utf-8")


def main() -> int:
    """Run them; 1 if what does not pass is not what is listed."""
    with tempfile.TemporaryDirectory() as home, DIFFERENCES.open(encoding="utf-8", newline="") as listed:
        known = {row["test"]: row["reason"] for row in csv.DictReader(listed) if row["version"] == version("mesa")}
        tests = fetched(Path(home))
        if tests is None:
            return 0
        found = outcomes(tests, Path(home))
    failed = {test: why for test, why in found.items() if why}
    lines = [f"differs, and is not listed: {test}: {why}" for test, why in failed.items() if test not in known]
    lines += [f"is listed, and does not differ any more: {test}" for test in known.keys() - failed.keys()]
    lines += [f"is listed without a reason: {test}" for test, reason in known.items() if not reason.strip()]
    passed = f"{len(found) - len(failed)} of {len(found)} of Mesa {version('mesa')}'s own tests pass on our model"
    print("\n".join([*lines, f"{passed}; {len(known)} differences are listed in {DIFFERENCES.name}"]))
    return 1 if lines or not found else 0


if __name__ == "__main__":
    sys.exit(main())
