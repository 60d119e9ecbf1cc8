"""What was never fitted: ``python -m experiments.validate [choices and fields] [seeds=20]``.

Every row of the evidence that is kept for validation, the people of its interviews and the patterns it only has
words for, over many seeds, each with its own draw of the free parameters; worst first, with what it means when it
fails. Then the bars: what is asked of the default parameters.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from experiments.cli import stop_or_go
from experiments.folder import begin
from sim.results.folder import near, write_tables
from sim.results.provenance import scenario_of
from sim.runs.finished import stored
from sim.runs.replicate import Replicate, changed, run_all
from sim.scenario.parameter import Quantity as Q
from sim.scenario.scenario import Scenario

_MANUAL = """\
Sets what no fit has ever seen beside what markets with parameters drawn from the posterior show: the rows of the
evidence whose role is "validate", the people of its interviews, and patterns that it has only words for. The bars are
read at the default parameters. Every finished run is kept: the same command goes on where it stopped.

  python -m experiments.validate                               20 seeds of all France, each with its own draw, and 20
                                                               at the default parameters: half an hour on two cores
  python -m experiments.validate population=small seeds=5      a first look
  python -m experiments.validate default_seeds=0               without the bars
  python -m experiments.validate behaviour.posterior=mine.csv  draws of your own calibration
  python -m experiments.validate behaviour=france_2018         the defaults instead of a posterior
"""


class Settings:
    """What can be set of the experiment itself."""

    seeds: int = Q("runs, each with a seed and a draw of its own", "run", 1, 10_000)
    default_seeds: int = Q("runs at the default parameters, which the bars are read from; 0: none", "run", 0, 10_000)
    workers: int | None = Q("runs at a time; null: as many as cores and memory allow", "run", 1, 1024)


def experiment(scenario, settings, folder, command):
    """Make the runs that are missing, and set what they read beside what was kept for validation.

    Parameters
    ----------
    scenario : Scenario
        Its seed is the first.
    settings : dict
        `Settings` by name.
    folder : Path
    command : str
    """
    from experiments.validate.measure import measure

    _, asked = plan(scenario, settings)
    rows = {one.seed: one.scenario.behaviour.row for one in asked["drawn"]}
    begin(folder, "validate", scenario, settings, command, rows=rows)
    print(show(run_all(_once(asked), measure, folder, settings["workers"]), asked, scenario, folder))
    print(f"Everything is in {near(folder)}")


def report(folder: Path, provenance: dict[str, Any], **shown: Any) -> str:
    """Make the report of a finished validation anew; gives back what the screen shows, or raises BadFolder."""
    from experiments.validate.measure import measure

    scenario = scenario_of(folder, **shown)
    _, asked = plan(scenario, provenance["settings"])
    return show(stored(_once(asked), measure, folder, provenance), asked, scenario, folder)


def _once(asked):
    """Every run, once where it is both drawn and default."""
    return [*{one.label: one for runs in asked.values() for one in runs}.values()]


def show(
    runs: Iterable[tuple[Replicate, dict[str, Any]]],
    asked: dict[str, list[Replicate]],
    scenario: Scenario,
    folder: Path,
) -> str:
    """Write tables and figures; gives back what the screen shows."""
    from experiments.validate.bars import bars, judged
    from experiments.validate.measure import curves, judged_patterns, judged_portraits
    from experiments.validate.screen import validation_text

    found = {one.label: measured for one, measured in runs}
    kept = {name: [found[one.label] for one in runs] for name, runs in asked.items()}
    tables = {
        "validation": judged(kept["drawn"], scenario.survey.targets),
        "patterns": judged_patterns(kept["drawn"]),
        "portraits": judged_portraits(kept["drawn"]),
    }
    if kept["default"]:
        tables |= bars(kept["default"], scenario.survey.targets)
    lines = curves(kept["drawn"])
    write_tables(folder, {f"{name}.csv": table for name, table in tables.items()} | _by_run(kept, asked, lines))
    if scenario.report.figures:
        _draw(tables, lines, kept["drawn"][0]["patterns"]["platforms"], scenario, folder)
    return validation_text(tables, scenario.behaviour.posterior, len(kept["drawn"]), len(kept["default"]), scenario)


def plan(scenario, settings):
    """Every run of the experiment.

    Returns
    -------
    Scenario
        With what is only shown at its usual value: it moves no run.
    dict of str to list of Replicate
        "drawn", and "default" for the bars.
    """
    base = changed(scenario, report__figures=True, report__language="en", survey__targets=None, seeds=1)
    usual = at_default(base)

    def over(one, seeds, variant):
        return [Replicate(variant, changed(one, seed=scenario.seed + n)) for n in range(seeds)]

    if usual == base:
        drawn = over(base, settings["seeds"], "drawn")
        return base, {"drawn": drawn, "default": drawn if settings["default_seeds"] else []}
    default = over(usual, settings["default_seeds"], "default")
    return base, {"drawn": over(base, settings["seeds"], "drawn"), "default": default}


def at_default(scenario):
    """The scenario without a posterior: what was drawn is at its default, what was typed stays."""
    from sim.scenario.posterior import table
    from sim.scenario.scenario import Scenario

    name, row = scenario.behaviour.posterior, scenario.behaviour.row
    if name is None:
        return scenario
    columns, rows = table(name)
    usual = Scenario.load(demand=scenario.demand.name)
    drawn = dict(zip(columns, rows[row], strict=True))
    back = {key: usual.at(key) for key, value in drawn.items() if scenario.at(key) == value}
    back |= {"behaviour.posterior": None, "behaviour.row": None}
    return changed(scenario, **{key.replace(".", "__"): value for key, value in back.items()})


def _by_run(kept, asked, lines):
    """Every pattern of every run, and the curves over the runs drawn."""
    import numpy as np
    import pandas as pd

    rows = [
        {"variant": name, "seed": run.seed, "row": run.scenario.behaviour.row} | one["patterns"]["numbers"]
        for name in kept for run, one in zip(asked[name], kept[name], strict=True)
    ]  # fmt: skip
    cells = [
        {"curve": name, "row": where[0] if len(where) > 1 else 0, "place": where[-1], "mean": mean}
        | {"low": values[(1, *where)], "high": values[(2, *where)]}
        for name, values in lines.items() for where, mean in np.ndenumerate(values[0])
    ]  # fmt: skip
    return {"patterns_by_run.parquet": pd.DataFrame(rows), "curves.parquet": pd.DataFrame(cells)}


def _draw(tables, lines, platforms, scenario, folder):
    from experiments.validate.figures import draw_validation

    draw_validation(tables, lines, platforms, scenario.report.language, folder / "figures")


def further(settings, changes, folders):
    """Draws of the posterior, unless something else is asked for; and no problem."""
    return [] if "behaviour" in changes else ["behaviour=posterior"], []


if __name__ == "__main__":
    stop_or_go("validate", _MANUAL, Settings, experiment, further)
