"""The scale experiment from its first run to its last table: one market at several sizes."""

import hashlib
import json
import math
from pathlib import Path
from typing import Any

from experiments.folder import begin
from experiments.scale.figures import draw_scale
from experiments.scale.measure import over_sizes
from experiments.scale.page import Scale, write_scale
from experiments.scale.precision import precision_table
from experiments.scale.screen import scale_text
from sim.instruments.across_seeds import outline
from sim.results.folder import MARK, write_json, write_tables
from sim.results.provenance import scenario_of
from sim.runs.finished import stored
from sim.runs.quantities import number, of_run
from sim.runs.replicate import Replicate, changed, over_seeds, run_all, sampled
from sim.runs.until import Until, Watch
from sim.scenario.scenario import Scenario

Asked = dict[int, list[Replicate]]  # by people, the largest first


def plan(scenario: Scenario, settings: dict[str, Any]) -> Asked:
    """Every run, by people; what is only shown is at its usual value, for it moves no run."""
    base = changed(scenario, report__figures=True, report__language="en", survey__targets=None, seeds=1)
    sizes = sorted(settings["sizes"], reverse=True)
    return {size: over_seeds(at_size(base, size), settings["seeds"], f"{size} people") for size in sizes}


def at_size(scenario: Scenario, people: int) -> Scenario:
    """The scenario with so many people, and entry by advertising and talk as such a size needs it.

    In a small market lists are empty more often and less is heard, which `population=small` makes good for one in
    twenty; for other sizes what it changes is taken to be a power of the size, through that and all of France.
    """
    france, small = (Scenario.load(population=name).population for name in ("france_2018", "small"))
    power = math.log(scenario.population.simulated / people) / math.log(france.simulated / small.simulated)
    entry = {}
    for name in ("advertising", "talk", "alone"):
        more = getattr(small.entry, name) / getattr(france.entry, name)
        entry[f"population__entry__{name}"] = getattr(scenario.population.entry, name) * more**power
    return sampled(scenario, people, **entry) if power else scenario


def run(scenario: Scenario, settings: dict[str, Any], folder: Path, command: str) -> str:
    """Make the runs that are missing and write what each size says; gives back what the screen shows."""
    asked, verdicts = plan(scenario, settings), {}
    provenance = begin(folder, "scale", scenario, settings, command)
    if settings["until"] is None:
        every = [one for runs in asked.values() for one in runs]
        made = [*run_all(every, outline, folder, settings["workers"])]
    else:
        made, until = [], Until.read(settings["until"])
        place = of_run(scenario)[until.quantity]
        for size, runs in asked.items():
            watch = Watch(until, runs, lambda here: [(number([*here.values()][0], place),) * 2])
            made += watch.taken(run_all(runs, outline, folder, settings["workers"]))
            verdicts[f"{size}"] = watch.verdict()
    content = json.dumps(sorted((one.label, measured["digest"]) for one, measured in made))
    provenance |= {"digest": hashlib.sha256(content.encode()).hexdigest(), "until": verdicts}
    write_json(folder / MARK, provenance)
    return show(made, scenario, folder, provenance)


def report(folder: Path, provenance: dict[str, Any], **shown: Any) -> str:
    """Make the report of a finished experiment anew; gives back what the screen shows, or raises BadFolder."""
    scenario, verdicts = scenario_of(folder, **shown), provenance.get("until", {})
    asked = plan(scenario, provenance["settings"]).items()
    enough = [one for size, runs in asked for one in runs[: verdicts[f"{size}"]["seeds"] if verdicts else None]]
    return show(stored(enough, outline, folder, provenance), scenario, folder, provenance)


def show(
    made: list[tuple[Replicate, dict[str, Any]]], scenario: Scenario, folder: Path, provenance: dict[str, Any]
) -> str:
    """Write table, figure and page; gives back what the screen shows."""
    by_size: dict[int, list[dict[str, Any]]] = {}
    for one, measured in sorted(made, key=lambda run: run[0].seed):
        by_size.setdefault(one.scenario.population.simulated, []).append(measured)
    found = Scale(
        over_sizes(by_size, scenario), {size: len(runs) for size, runs in by_size.items()}, scenario, provenance
    )
    write_tables(folder, {"scale.csv": found.table, "precision.csv": precision_table(by_size, scenario)})
    if scenario.report.figures:
        draw_scale(found, folder)
    write_scale(found, folder)
    return scale_text(found)
