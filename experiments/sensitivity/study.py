"""A sensitivity analysis from its first run to its last table: by parameter, then by mechanism."""

from pathlib import Path
from typing import Any

import pandas as pd

from experiments.calibrate.inference.design import parameters, points
from experiments.calibrate.inference.runs import Clock, Runs
from experiments.folder import begin, tables_of
from experiments.sensitivity import mechanisms
from experiments.sensitivity.figures import draw_sensitivity
from experiments.sensitivity.indices import DUMMY, morris, sobol
from sim.report.language.sample import titled
from sim.report.language.words import Words
from sim.results.folder import write_tables
from sim.results.provenance import scenario_of
from sim.runs.replicate import changed, run_all, sampled
from sim.scenario.scenario import Scenario


def run(scenario: Scenario, settings: dict[str, Any], folder: Path, command: str) -> str:
    """Make the runs that are missing and write what moves what; gives back what the screen shows."""
    base = sampled(scenario, settings["people"], report__figures=True, report__language="en", survey__targets=None,
                   seeds=1)  # fmt: skip
    begin(folder, "sensitivity", base.shown(language=scenario.report.language), settings, command)
    tables = {}
    for name, part in (("parameters", by_parameter), ("mechanisms", by_mechanism)):
        if settings["part"] in ("both", name):
            tables |= part(base, settings, folder)
    write_tables(folder, {f"{name}.csv": table for name, table in tables.items()})
    return show(tables, sampled(scenario, settings["people"]), folder)


def report(folder: Path, provenance: dict[str, Any], **shown: Any) -> str:
    """Draw the figures of a finished analysis anew, from its tables; gives back what the screen shows."""
    names = {"parameters": ["sobol", "morris"], "mechanisms": ["mechanisms"]}
    part = provenance["settings"]["part"]
    tables = tables_of(folder, [name for each in names if part in ("both", each) for name in names[each]])
    return show(tables, scenario_of(folder, **shown), folder)


def show(tables: dict[str, Any], scenario: Scenario, folder: Path) -> str:
    """Draw the figures; gives back what the screen shows."""
    if scenario.report.figures:
        draw_sensitivity(tables, scenario, folder / "figures")
    parts = [text(tables["sobol"], tables["morris"])] if "sobol" in tables else []
    if "mechanisms" in tables:
        parts.append(mechanisms.text(tables["mechanisms"], scenario.demand.name == "steady"))
    return "\n\n".join([titled("WHAT MOVES WHAT", scenario, Words("en")), *parts])


def by_parameter(base: Scenario, settings: dict[str, Any], folder: Path) -> dict[str, pd.DataFrame]:
    """Tables `sobol` and `morris`; of the defaults, for each run has a point of the priors."""
    base = changed(base, behaviour__posterior=None, behaviour__row=None)
    clock = Clock(settings["seconds"])
    design = Runs(Path(settings["runs_in"] or folder), settings["workers"], clock)
    where = points(len(parameters()), settings["runs"], base.seed)
    shares = sobol(where, design.make(base, where), base.seed)
    screened = morris(base, Runs(folder, settings["workers"], clock), settings["trajectories"])
    return {"sobol": shares, "morris": screened}


def by_mechanism(base: Scenario, settings: dict[str, Any], folder: Path) -> dict[str, pd.DataFrame]:
    """Table `mechanisms`; with a posterior each seed has its own draw, with and without."""
    runs = run_all(mechanisms.plan(base, settings["seeds"]), mechanisms.measure, folder, settings["workers"])
    return {"mechanisms": mechanisms.compared([(one.variant, one.seed, measured) for one, measured in runs])}


def text(shares: pd.DataFrame, screened: pd.DataFrame) -> str:
    """What stands on the screen: for each outcome, what moves it more than nothing does."""
    lines = []
    for outcome, part in shares.groupby("outcome", sort=False):
        floor = part.loc[part["parameter"] == DUMMY, "total_high"].iloc[0]
        moving = part[(part["total_low"] > floor) & (part["parameter"] != DUMMY)].sort_values("total", ascending=False)
        rows = moving[["parameter", "total", "total_low", "total_high"]].to_numpy()
        shown = [f"{name} {total:.2f} ({low:.2f} to {high:.2f})" for name, total, low, high in rows]
        lines.append(f"{outcome}: {', '.join(shown) or 'nothing stands out'}; what does nothing reaches {floor:.2f}; ")
        lines[-1] += f"the emulator explains {part['explained'].iloc[0]:.0%} of {part['runs'].iloc[0]} runs"
    lines.append("Total shares of variance, by an emulator (95 % over resampled runs).")
    for levels, part in screened.groupby("levels"):
        first = part[part["rank"] <= 3].sort_values(["outcome", "rank"])
        ranked = "; ".join(f"{outcome}: {', '.join(rows['parameter'])}" for outcome, rows in first.groupby("outcome"))
        lines.append(f"Screening on {levels} levels, the first three: {ranked}")
    return "\n".join(lines)
