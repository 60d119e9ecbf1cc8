"""The scarcity experiment from its first run to its last table: the market beside the evidence, and beside others."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.folder import begin
from experiments.scarcity.measure import measure
from experiments.scarcity.paired import BASE, RAISED, Measured, by_run, elasticities, moves, paired_plan
from experiments.scarcity.screen import scarcity_text
from sim.results.folder import write_tables
from sim.results.provenance import scenario_of
from sim.runs.finished import stored
from sim.runs.replicate import Replicate, changed, once, over_seeds, run_all
from sim.scenario.scenario import Scenario

HOURS = (10, 20)  # of the day at which the questionnaire is posted
AS_IT_IS = "base"


def run(scenario: Scenario, settings: dict[str, Any], folder: Path, command: str) -> str:
    """Make the runs that are missing and write what they say; gives back what the screen shows."""
    asked = plan(scenario, settings)
    begin(folder, "scarcity", scenario, settings, command)
    return show(run_all(once(asked), measure, folder, settings["workers"]), asked, scenario, folder)


def report(folder: Path, provenance: dict[str, Any], **shown: Any) -> str:
    """Make the tables of a finished experiment anew; gives back what the screen shows, or raises BadFolder."""
    scenario = scenario_of(folder, **shown)
    asked = plan(scenario, provenance["settings"])
    return show(stored(once(asked), measure, folder, provenance), asked, scenario, folder)


def plan(scenario: Scenario, settings: dict[str, Any]) -> list[Replicate]:
    """Every run: as it is, with the questionnaire posted at each of `HOURS`, and on the same luck over two years."""
    base = changed(scenario, report__figures=True, report__language="en", survey__targets=None, seeds=1)
    asked = over_seeds(base, settings["seeds"], AS_IT_IS)
    if scenario.survey.on:
        for hour in HOURS:
            asked += over_seeds(changed(base, survey__hour=hour), settings["seeds"], at_hour(hour))
    return asked + (paired_plan(base, settings["seeds"], settings["alone"]) if settings["paired"] else [])


def at_hour(hour: int) -> str:
    """The variant in which the questionnaire is posted at that hour of the day."""
    return f"posted at {hour}"


def show(
    runs: Iterable[tuple[Replicate, dict[str, Any]]], asked: list[Replicate], scenario: Scenario, folder: Path
) -> str:
    """Write the tables; gives back what the screen shows."""
    made = {one.label: content for one, content in runs}
    measured = by_run((one, made[one.label]) for one in asked)
    tables = {"scarcity": by_seed(measured)}
    if any(variant == BASE for variant, _ in measured):
        tables |= {"moves": moves(measured, scenario), "elasticities": elasticities(measured, RAISED)}
    write_tables(folder, {f"{name}.csv": table for name, table in tables.items()})
    return scarcity_text(tables, scenario)


def by_seed(measured: Measured) -> pd.DataFrame:
    """Every number of the market as it is, and of what respondents are at each hour, seed by seed.

    Returns
    -------
    DataFrame
        variant, number, mean (over seeds; of times to fill the median, for some batches are never filled), and the
        number of each seed in a column of its name.
    """
    hours = [AS_IT_IS, *map(at_hour, HOURS)]
    columns = {key: content["numbers"] for key, content in measured.items() if key[0] in hours}
    wide = pd.DataFrame(columns).rename_axis(index="number", columns=["variant", "seed"])
    tables = []
    for variant in wide.columns.unique("variant"):
        part = wide[variant].rename(columns="seed {}".format)
        times = part.index.str.startswith("filled.")
        part.insert(0, "mean", part.mean(axis=1).where(~times, part.median(axis=1)))
        tables.append(part.reset_index().assign(variant=variant))
    table = pd.concat(tables, ignore_index=True)
    return table[["variant", *table.columns.drop("variant")]]
