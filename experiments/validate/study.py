"""A validation from its first run to its last table: runs drawn from the posterior, and runs at the defaults."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.folder import begin
from experiments.validate.bars import bars, judged
from experiments.validate.figures import draw_validation
from experiments.validate.measure import SUMMARY, curves, judged_patterns, judged_portraits, measure, said
from experiments.validate.screen import validation_text
from sim.instruments.targets import load_targets
from sim.results.folder import MARK, write_json, write_tables
from sim.results.provenance import scenario_of
from sim.runs.finished import stored
from sim.runs.quantities import Place, number
from sim.runs.quantities import quantities as kept_as
from sim.runs.replicate import Replicate, changed, run_all
from sim.runs.until import Until, Watch, told
from sim.scenario.posterior import table
from sim.scenario.scenario import Scenario


def run(scenario: Scenario, settings: dict[str, Any], folder: Path, command: str) -> str:
    """Make the runs that are missing and set what they read beside what was kept for validation; gives back what the
    screen shows.
    """
    asked = plan(scenario, settings)
    rows = {one.seed: one.scenario.behaviour.row for one in asked["drawn"]}
    born = begin(folder, "validate", scenario, settings, command, rows=rows)
    if settings["until"] is None:
        return show(run_all(_once(asked), measure, folder, settings["workers"]), asked, scenario, folder)
    until, runs, verdicts = Until.read(settings["until"]), [], {}
    place = quantities(scenario.published)[until.quantity]
    for name in [name for name in asked if asked[name] and (name == "drawn" or asked[name] is not asked["drawn"])]:
        watch = Watch(until, asked[name], lambda here: [(_number([*here.values()][0], place),) * 2])
        runs += watch.taken(run_all(asked[name], measure, folder, settings["workers"]))
        verdicts[name] = watch.verdict()
    write_json(folder / MARK, born | {"until": verdicts})
    return show(runs, _cut(asked, verdicts), scenario, folder, verdicts)


def quantities(published: str | None) -> dict[str, Place]:
    """What ``until=`` may ask for of a validation, by name: what it keeps of a run, and the rows of a table."""
    patterns = {name: ("patterns", "numbers", name) for name in said()["id"]}
    return kept_as(SUMMARY, load_targets(published)["id"]) | patterns


def _number(measured, place):
    return measured["patterns"]["numbers"].get(place[2], np.nan) if place[0] == "patterns" else number(measured, place)


def _cut(asked, verdicts):
    """The runs that were enough, of those asked for."""
    seeds = {name: verdicts.get(name, verdicts["drawn"])["seeds"] for name in asked}
    return {name: runs[: seeds[name]] for name, runs in asked.items()}


def report(folder: Path, provenance: dict[str, Any], **shown: Any) -> str:
    """Make the report of a finished validation anew; gives back what the screen shows, or raises BadFolder."""
    scenario = scenario_of(folder, **shown)
    asked, verdicts = plan(scenario, provenance["settings"]), provenance.get("until", {})
    asked = _cut(asked, verdicts) if verdicts else asked
    return show(stored(_once(asked), measure, folder, provenance), asked, scenario, folder, verdicts)


def _once(asked: dict[str, list[Replicate]]) -> list[Replicate]:
    """Every run, once where it is both drawn and default."""
    return [*{one.label: one for runs in asked.values() for one in runs}.values()]


def show(
    runs: Iterable[tuple[Replicate, dict[str, Any]]],
    asked: dict[str, list[Replicate]],
    scenario: Scenario,
    folder: Path,
    verdicts: dict[str, dict[str, Any]] | None = None,
) -> str:
    """Write tables and figures; gives back what the screen shows.

    `verdicts` are those of `sim.runs.until.Watch`, by name of the runs, where a half width was asked for.
    """
    by_label = {one.label: measured for one, measured in runs}
    drawn, default = ([by_label[one.label] for one in asked[name]] for name in ("drawn", "default"))
    tables = {
        "validation": judged(drawn, scenario.published),
        "patterns": judged_patterns(drawn),
        "portraits": judged_portraits(drawn),
    }
    if default:
        tables |= bars(default, scenario.published, judged_patterns(default))
    if verdicts:
        tables["until"] = pd.DataFrame([{"runs": name} | verdict for name, verdict in verdicts.items()])
    lines = curves(drawn)
    by_run = _by_run(asked, {"drawn": drawn, "default": default}, lines)
    write_tables(folder, {f"{name}.csv": table for name, table in tables.items()} | by_run)
    if scenario.report.figures:
        draw_validation(tables, drawn, scenario, folder / "figures")
    text = validation_text(tables, scenario.behaviour.posterior, len(drawn), len(default), scenario)
    asked_for = [f"Runs {name}: {line}" for name, verdict in (verdicts or {}).items() for line in told(verdict)]
    return "\n".join([*asked_for, text])


def plan(scenario: Scenario, settings: dict[str, Any]) -> dict[str, list[Replicate]]:
    """Every run: "drawn", and "default" for the bars; what is only shown is at its usual value, for it moves no run."""
    base = changed(scenario, report__figures=True, report__language="en", survey__targets=None, seeds=1)
    usual = at_default(base)

    def over(one, seeds, variant):
        return [Replicate(variant, changed(one, seed=scenario.seed + n)) for n in range(seeds)]

    if usual == base:
        drawn = over(base, settings["seeds"], "drawn")
        return {"drawn": drawn, "default": drawn if settings["default_seeds"] else []}
    default = over(usual, settings["default_seeds"], "default")
    return {"drawn": over(base, settings["seeds"], "drawn"), "default": default}


def at_default(scenario: Scenario) -> Scenario:
    """The scenario without a posterior: what was drawn is at its default, what was typed stays."""
    name, row = scenario.behaviour.posterior, scenario.behaviour.row
    if name is None:
        return scenario
    columns, rows = table(name)
    usual = Scenario.load(demand=scenario.demand.name)
    drawn = dict(zip(columns, rows[row], strict=True))
    back = {key: usual.at(key) for key, value in drawn.items() if scenario.at(key) == value}
    back |= {"behaviour.posterior": None, "behaviour.row": None}
    return changed(scenario, **{key.replace(".", "__"): value for key, value in back.items()})


def _by_run(asked, measured, lines):
    """Every pattern of every run, and the curves over the runs drawn."""
    rows = [
        {"variant": name, "seed": run.seed, "row": run.scenario.behaviour.row} | one["patterns"]["numbers"]
        for name in asked for run, one in zip(asked[name], measured[name], strict=True)
    ]  # fmt: skip
    cells = [
        {"curve": name, "row": where[0] if len(where) > 1 else 0, "place": where[-1], "mean": mean}
        | {"low": values[(1, *where)], "high": values[(2, *where)]}
        for name, values in lines.items() for where, mean in np.ndenumerate(values[0])
    ]  # fmt: skip
    return {"patterns_by_run.parquet": pd.DataFrame(rows), "curves.parquet": pd.DataFrame(cells)}
