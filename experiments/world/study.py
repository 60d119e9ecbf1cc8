"""The world experiment from its first run to its last table: who comes, and against whom."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.folder import begin
from experiments.world.figures import draw
from experiments.world.findings import Measured, composition, mechanisms, table
from experiments.world.markets import plan
from experiments.world.measure import BEFORE, measure
from experiments.world.screen import world_text
from sim.results.folder import write_tables
from sim.results.provenance import scenario_of
from sim.runs.finished import stored
from sim.runs.replicate import Replicate, changed, once, run_all
from sim.scenario.scenario import Scenario


def run(scenario: Scenario, settings: dict[str, Any], folder: Path, command: str) -> str:
    """Make the runs that are missing and write what they say; gives back what the screen shows."""
    asked = planned(scenario, settings)
    begin(folder, "world", scenario, settings, command)
    return show(run_all(once(asked), measure, folder, settings["workers"]), asked, scenario, folder)


def report(folder: Path, provenance: dict[str, Any], **shown: Any) -> str:
    """Make tables and figures of a finished experiment anew; gives back what the screen shows, or raises BadFolder."""
    scenario = scenario_of(folder, **shown)
    asked = planned(scenario, provenance["settings"])
    return show(stored(once(asked), measure, folder, provenance), asked, scenario, folder)


def planned(scenario: Scenario, settings: dict[str, Any]) -> list[Replicate]:
    """Every run; how results are shown differs in none of them."""
    base = changed(scenario, report__figures=True, report__language="en", survey__targets=None, seeds=1)
    return plan(base, settings["seeds"])


def show(
    runs: Iterable[tuple[Replicate, dict[str, Any]]], asked: list[Replicate], scenario: Scenario, folder: Path
) -> str:
    """Write the tables and the figures; gives back what the screen shows."""
    made = {one.label: content for one, content in runs}
    measured: Measured = {(one.variant, one.seed): made[one.label] for one in asked}
    tables = {
        "findings": table(measured),
        "composition": composition(measured, scenario.published),
        "mechanisms": mechanisms(measured),
    }
    tables |= {"numbers": numbers(measured), "weeks": series(measured, "weeks"), "hours": series(measured, "hours")}
    write_tables(folder, {f"{name}.csv": one for name, one in tables.items()})
    if scenario.report.figures:
        draw(tables, folder / "figures", scenario)
    return world_text(tables, scenario)


def numbers(measured: Measured) -> pd.DataFrame:
    """Every number of every run: variant, number, and each seed in a column of its name."""
    columns = {key: content["numbers"] for key, content in measured.items()}
    wide = pd.DataFrame(columns).rename_axis(index="number", columns=["variant", "seed"])
    long = wide.T.stack().unstack("seed").rename(columns="seed {}".format)
    return long.reset_index()


def series(measured: Measured, name: str) -> pd.DataFrame:
    """Weeks (the policy's first is 0) or hours of every run: variant, seed, what, place, value."""
    first = BEFORE if name == "weeks" else 0
    rows = [
        {"variant": variant, "seed": seed, "what": what, "place": place - first, "value": value}
        for (variant, seed), content in measured.items()
        for what, values in content[name].items()
        for place, value in enumerate(values)
    ]
    return pd.DataFrame(rows, columns=["variant", "seed", "what", "place", "value"])
