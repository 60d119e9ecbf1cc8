"""A finished sweep, ensemble or run, read back from its folder to be joined with others (`experiments.collect`)."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from sim.kernel.categories import ENGAGEMENTS
from sim.results.folder import MARK, REPLICATES, BadFolder
from sim.results.manifest import changed, read_json
from sim.results.provenance import read_provenance
from sim.results.spreadsheets import read_back
from sim.runs.store import read
from sim.runs.sweep_tables import plain, tiers_of
from sim.scenario import composition
from sim.scenario.problems import BadScenario, Problem, at
from sim.scenario.scenario import Scenario


@dataclass
class FinishedRuns:
    """One of those that are joined."""

    name: str
    runs: pd.DataFrame  # as from `sim.runs.sweep_tables.runs_table`
    targets: pd.DataFrame | None
    tree: dict  # the scenario that its runs share; what was varied stands at its usual value
    varied: list[str]  # full keys
    provenance: dict

    def value(self, key: str) -> bool | int | float | str | None:
        """What all its runs have at a full key, or the name of a group's option."""
        typed = dict(map(composition.assignment, self.provenance.get("words", self.provenance.get("overrides", []))))
        if key in typed:
            return plain(typed[key])
        value = at(self.tree, key.split("."))
        if key in composition.chosen():
            return value["name"] if isinstance(value, dict) and "name" in value else composition.chosen()[key]
        return plain(value)


def load(path: str) -> FinishedRuns:
    """A sweep, an ensemble or a run from its folder.

    Raises
    ------
    BadScenario
        If it is none.
    """
    path = Path(path)
    needed = [path / MARK, path / "scenario.yaml", path / ("runs.parquet" if _many(path) else "summary.json")]
    missing = [file.name for file in needed if not file.is_file()]
    if missing:
        wrong = "is not there" if not path.is_dir() else f"is no finished sweep, ensemble or run: no {missing[0]}"
        raise BadScenario([Problem("PATH", str(path), wrong)])
    if wrong := changed(path, [file.name for file in needed] + ["tiers.csv", "targets.parquet"]):
        raise BadScenario([Problem("PATH", str(path), f"{', '.join(wrong)}: not as it was written")])
    try:
        provenance, tree = read_provenance(path), composition.read(needed[1])
    except BadFolder as bad:
        raise BadScenario([Problem("PATH", str(path), wrong) for wrong in bad.problems]) from None
    varied = provenance.get("varied", [])
    if _many(path):
        runs = pd.read_parquet(needed[2])
    else:
        summary = read_json(needed[2])
        runs = pd.DataFrame([{"seed": provenance["seed"], "digest": provenance["digest"]} | summary])
    if "status" not in runs:  # an ensemble's or a run: all of one scenario
        runs.insert(1, "status", "finished")
    if "scenario" not in runs:
        runs.insert(
            0, "scenario", provenance["scenario"][:16] if not _many(path) else [_own(tree, s) for s in runs["seed"]]
        )
    runs = runs if "reading.regular" in runs else runs.join(_readings(path, runs), on="seed")
    targets = pd.read_parquet(path / "targets.parquet") if (path / "targets.parquet").is_file() else None
    return FinishedRuns(path.name, runs, targets, tree, varied, provenance)


def _readings(path, runs):
    """Reading and truth of each tier, by seed, of an ensemble or a run."""
    kept = filter(None, map(read, (path / REPLICATES).glob("*.json")))
    found = {one["seed"]: tiers_of(one["measured"]) for one in kept}
    if not _many(path) and (path / "tiers.csv").is_file():
        found[runs["seed"].item()] = tiers_of({"tiers": read_back(path / "tiers.csv").to_dict("records")})
    columns = [f"{what}.{tier}" for what in ("reading", "truth") for tier in reversed(ENGAGEMENTS)]
    return pd.DataFrame.from_dict(found, orient="index").reindex(columns=columns)


def _many(path: Path) -> bool:
    return (path / "runs.parquet").exists()


def _own(tree: dict, seed: int) -> str:
    """The digest of a run of an ensemble, beginning; "" if the scenario is of another version of the program."""

    try:
        scenario = Scenario.checked({"cluster": composition.option("cluster", "local")} | tree | {"seed": int(seed)})
    except BadScenario:
        return ""
    return scenario.digest()[:16]
