"""What a sweep says: tables and figures, made from the files of its runs, at its end or anew."""

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sim.instruments.targets import load_targets
from sim.report.figures.draw import INDEX
from sim.report.figures.sweep import draw_sweep, published_of
from sim.report.language.sample import of_country
from sim.report.language.words import Words
from sim.report.page.many_runs import write_sweep
from sim.report.page.page import NAME
from sim.report.screen.ones_own import own_of_sweep
from sim.report.screen.sweep import sweep_text
from sim.results.folder import MARK, write_json, write_tables
from sim.results.ones_own import keep_sources, rules
from sim.results.provenance import provenance, scenario_of, write_scenario
from sim.runs.ensemble import measured
from sim.runs.finished import require
from sim.runs.replicate import Replicate
from sim.runs.sweep_plan import Plan
from sim.runs.sweep_tables import rows_of, runs_table, targets_table, varied, words_in_common
from sim.scenario import composition
from sim.scenario.problems import BadScenario
from sim.scenario.scenario import Scenario


def write(plan: Plan, measure: Callable, failures: list[tuple[Replicate, str]]) -> str:
    """Write tables, figures and, when all else is there, the provenance; returns what the screen shows."""
    first, folder, folders = plan.asked[0].scenario, plan.folder, folders_of(plan.flags)
    rows = rows_of(folder, measure, failures, folders)
    common, runs = words_in_common(rows), _tables(rows, first, folder)
    shared = _in_common(common, first, folders)
    write_scenario(shared, folder)
    digests = json.dumps([[row["scenario"], row["seed"], row["digest"]] for row in rows])
    born = provenance(first, hashlib.sha256(digests.encode()).hexdigest(), "sweep") | {"command": plan.command}
    every = [one.scenario for one in plan.asked]
    born |= {"own": own} if (own := rules(every)) else {}
    keep_sources(folder, every)
    born |= {"varied": varied(rows), "words": common, "runs": len(rows), "flags": list(plan.flags)}
    born |= {"failed": [list(one.words) for one, _ in failures]}
    write_json(folder / MARK, born)
    return _drawn(rows, runs, shared, folder, born)


def _in_common(words, first, folders):
    """The scenario that all runs share, what is varied being at its usual value."""
    try:
        return Scenario.resolve(dict(map(composition.assignment, words)), folders)
    except BadScenario:  # what is shared goes only with some of what is varied
        return first


def report(folder: Path, born: dict[str, Any], **shown: Any) -> str:
    """Make tables and figures of a finished sweep anew; gives back what the screen shows, or raises BadFolder."""
    folders = folders_of(born["flags"])
    failed = [Scenario.resolve(dict(map(composition.assignment, words)), folders) for words in born["failed"]]
    failures = [(Replicate("", *one), "") for one in zip(failed, map(tuple, born["failed"]), strict=True)]
    rows = rows_of(folder, measured, failures, folders)
    require(len(rows), born["runs"], folder, born)
    scenario = scenario_of(folder, **shown)
    return _drawn(rows, _tables(rows, scenario, folder), scenario, folder, born)


def folders_of(flags: Sequence[str]) -> list[Path]:
    """Where options are looked up: after ``--config-dir``, then in ``conf/``."""
    return [*map(Path, flags[1:2]), composition.CONF]


def _tables(rows, scenario, folder):
    runs, targets = runs_table(rows), targets_table(rows, load_targets(scenario.published))
    write_tables(folder, {"runs.parquet": runs, "targets.parquet": targets})
    return runs


def _drawn(rows, runs, scenario, folder, born):
    """Draw the figures and write the page of a sweep whose tables are there; gives back what the screen shows."""
    parameters = varied(rows)
    if scenario.report.figures:
        published = published_of(load_targets(scenario.published))
        alike = not any(key.startswith("population") for key in parameters)  # in what part of the country is simulated
        sample = of_country(scenario, Words.of(scenario)) if alike else ""
        draw_sweep(runs, parameters, scenario.report.language, folder, published, sample=sample)
    write_sweep(folder, scenario, runs, parameters, _titles(folder), born["command"], born)
    own = own_of_sweep(runs, parameters, born)
    return "\n".join(filter(None, [sweep_text(runs, parameters, scenario), own, f"The page to read is {NAME}."]))


def _titles(folder):
    """What the figures that are there say."""
    index = folder / "figures" / INDEX
    return [figure["title"] for figure in json.loads(index.read_text(encoding="utf-8"))] if index.exists() else []
