"""What was never fitted: ``python -m experiments.validate [choices and fields] [seeds=20]``.

Every row of the evidence that is kept for validation, the people of its interviews and the patterns it only has
words for, over many seeds, each with its own draw of the free parameters; worst first, with what it means when it
fails. Then the bars: what is asked of the default parameters.
"""

import os
import sys
from pathlib import Path

from experiments.door import stop_or_go
from sim.quantity import Quantity as Q
from sim.replicates import Replicate, changed, code, run_all, write_json

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
# What it means when a row fails, whichever way.
MEANINGS = {
    "earnings_max": "the top of the ladder is wrong: what one person who is always there can have",
    "hours_tail": "too few or too many work like a job: caps, attention or the supply of work at the top are wrong",
    "weekly_lookers": "the questionnaire catches other people: looking is too seldom regular, or too often",
    "single_platform": "people join further platforms too seldom or too readily",
    "full_time_equivalents": "the volume of work does not fit what people earn and how long they say they work",
    "weekday_ratio": "when people are free, or when clients post, is wrong within the week",
    "below_minimum_wage": "unpaid time or piece rates are wrong for most workers, not only on average",
    "pay_gap_to_minimum": "the wages assumed for the large platforms are wrong, or announced durations too short",
    "want_more_work": "work is rationed too little or too much: the reservoir of idle accounts is misjudged",
    "ever_paid_ratio": "a first task is found too easily or too hardly: the threshold between registering and working",
    "client_month1_churn": "clients leave too early or too late, so demand is more or less volatile than it was",
    "deep_sign": "the two institutions do not differ as observed: deep labour should pay more and bar more",
}
NO_MEANING = "the model misses a number it was not shown"


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
    from experiments.verdicts import bars, told
    from sim.instruments.checks import curves, judged_patterns, judged_portraits, measure
    from sim.provenance import provenance

    base, asked = plan(scenario, settings)
    rows = {one.seed: one.scenario.behaviour.row for one in asked["drawn"]}
    folder.mkdir(parents=True, exist_ok=True)
    born = provenance(scenario, None) | {"code": code(), "command": command, "seeds": settings["seeds"], "rows": rows}
    write_json(folder / "provenance.json", born)
    every = dict.fromkeys([*asked["drawn"], *asked["default"]])  # where both are the same, once
    found = {one.path(folder): kept for one, kept in run_all(list(every), measure, folder, settings["workers"])}
    kept = {name: [found[one.path(folder)] for one in runs] for name, runs in asked.items()}
    tables = {
        "validation": judged(kept["drawn"], scenario.survey.targets),
        "patterns": judged_patterns(kept["drawn"]),
        "portraits": judged_portraits(kept["drawn"]),
    }
    if kept["default"]:
        tables |= bars(kept["default"], scenario.survey.targets)
    _write(tables, folder)
    lines = curves(kept["drawn"])
    if scenario.report.figures:
        _draw(tables, lines, kept["drawn"][0]["patterns"]["platforms"], scenario, folder)
    print(told(tables, base.behaviour.posterior, len(kept["drawn"]), len(kept["default"]), scenario))
    here = Path.cwd()
    print(f"Everything is in {folder.relative_to(here) if folder.is_relative_to(here) else folder}")


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
    from sim.posterior import table
    from sim.scenario import Scenario

    name, row = scenario.behaviour.posterior, scenario.behaviour.row
    if name is None:
        return scenario
    columns, rows = table(name)
    usual = Scenario.load(demand=scenario.demand.name)
    drawn = dict(zip(columns, rows[row], strict=True))
    back = {key: usual.at(key) for key, value in drawn.items() if scenario.at(key) == value}
    back |= {"behaviour.posterior": None, "behaviour.row": None}
    return changed(scenario, **{key.replace(".", "__"): value for key, value in back.items()})


def judged(kept, path=None, role="validate"):
    """Each row of a role beside what the runs read, worst first.

    Parameters
    ----------
    kept : list of dict
        From `sim.instruments.checks.measure`.
    path : str or Path, optional
        Of the targets.
    role : str
        As in `sim.targets.load_targets`.

    Returns
    -------
    DataFrame
        As `sim.targets.compare` over seeds, with predicted_low, predicted_high (5 and 95 % of runs), runs (that have
        a reading), inside_share (of these), away (half-bands outside), means (what it means when it fails).
    """
    import numpy as np

    from sim.instruments.seeds import targets_over_seeds
    from sim.targets import load_targets

    table = targets_over_seeds(load_targets(path, role=role), kept)
    table["away"] = [_away(row) for row in table.itertuples()]
    table = table.sort_values("away", ascending=False, na_position="last", kind="stable", ignore_index=True)
    read = [[x[0] for one in kept if not isinstance(x := one["targets"].get(name, ""), str)] for name in table["id"]]
    for column, level in (("predicted_low", 0.05), ("predicted_high", 0.95)):
        table[column] = [np.nanquantile(values, level) if values else np.nan for values in read]
    table["runs"] = [len(values) for values in read]
    ends = zip(read, table["low"].fillna(-np.inf), table["high"].fillna(np.inf), strict=True)
    table["inside_share"] = [np.mean([a <= x <= b for x in v]) if v else np.nan for v, a, b in ends]
    table["means"] = [MEANINGS.get(name, NO_MEANING) for name in table["id"]]
    return table


def _away(row):
    """Half-bands outside on the scale on which the quantity is compared: a tenth is as bad as ten times too much."""
    from experiments.inference.data import form_of, to

    if row.simulated != row.simulated:
        return float("nan")
    form = form_of(row.value, row.unit)
    low, high, found = (to(form, x, row.value) for x in (row.low, row.high, row.simulated))
    outside = max(low - found, found - high, 0.0)
    return outside / ((high - low) / 2.0) if high > low else float("inf") if outside else 0.0


def _write(tables, folder):
    for name, table in tables.items():
        unfinished = folder / f".{name}.csv.part"
        table.to_csv(unfinished, index=False)
        os.replace(unfinished, folder / f"{name}.csv")


def _draw(tables, lines, platforms, scenario, folder):
    from sim.report.posterior import draw_validation

    draw_validation(tables, lines, platforms, scenario.report.language, folder / "figures")


if __name__ == "__main__":
    if not any(word.partition("=")[0] == "behaviour" for word in sys.argv[1:]):
        sys.argv.insert(1, "behaviour=posterior")
    stop_or_go("validate", _MANUAL, Settings, experiment)
