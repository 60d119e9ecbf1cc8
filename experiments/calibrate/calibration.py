"""A calibration from its first run to its last table: rounds of runs, the correction for scale, the posterior."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from loky import cpu_count

from experiments.calibrate.best_point import WORLDS, polished
from experiments.calibrate.figures import TABLES, draw_posterior
from experiments.calibrate.inference.data import Data, load
from experiments.calibrate.inference.design import (
    AFTER,
    AGAIN,
    LARGE,
    POLISH,
    TWICE,
    cube,
    narrowed,
    parameters,
    points,
)
from experiments.calibrate.inference.fit import Fit, correlated, parameter_table, predicted
from experiments.calibrate.inference.regression_adjustment import posterior
from experiments.calibrate.inference.runs import Clock, Rounds, Runs, Simulator, vectors
from experiments.calibrate.inference.scale_correction import Scale, anchored, compare, same
from experiments.calibrate.inference.smc import smc
from experiments.calibrate.page import posterior_text, table_text, write
from experiments.calibrate.rival_figure import draw_rival
from experiments.calibrate.rival_targets import report as report_rival
from experiments.folder import begin, tables_of
from sim.results.provenance import scenario_of
from sim.runs.cluster import client_of
from sim.runs.replicate import changed
from sim.scenario.scenario import Scenario

_PILOT = 40  # runs that say which rows a market of this size can read (smc)


def run(scenario: Scenario, settings: dict, folder: Path, command: str) -> str:
    """Make the runs that are missing and report what they say of the parameters; gives back what the screen shows.

    Fields that are not free come from the scenario; its seed is that of the design.
    """
    data = load(scenario.survey.targets)
    base = changed(scenario, report__figures=True, report__language="en", survey__targets=None,
                   behaviour__posterior=None, behaviour__row=None, population__people=settings["people"])  # fmt: skip
    born = begin(folder, "calibrate", base.shown(language=scenario.report.language), settings, command)
    runs = Runs(folder, settings["workers"], Clock(settings["seconds"]))
    result, table = (by_design if settings["engine"] == "design" else by_smc)(base, data, settings, runs)
    text = _report(result, table, base, settings, runs, born, scenario.report)
    return f"{text}\n{report_rival(result, scenario, folder)}" if scenario.survey.targets else text


def report(folder: Path, provenance: dict[str, Any], **shown: Any) -> str:
    """Draw the figures of a finished calibration anew, from its tables; gives back what the screen shows."""
    scenario, tables = scenario_of(folder, **shown), tables_of(folder, TABLES)
    if scenario.report.figures:
        draw_posterior(tables, scenario.report.language, folder / "figures")
        if (folder / "rival.csv").exists():
            draw_rival(tables_of(folder, ["rival"])["rival"], scenario.report.language, folder / "rival")
    return table_text(tables["parameters"], tables["predictions"])


def by_design(base: Scenario, data: Data, settings: dict, runs: Runs) -> tuple[Fit, pd.DataFrame]:
    """One design for everything; and a row for each run: round, parameters, readings, outcomes."""
    each, last = max(20, settings["runs"] // settings["rounds"]), settings["rounds"] - 1
    rounds, large = Rounds(data, base.seed, settings["keep"]), None
    box, scale = cube(len(parameters())), same(len(data.ids))
    for turn in range(settings["rounds"]):
        if turn and runs.clock.out:
            break
        if turn == last and settings["scale_points"]:
            scale, *large = compare_scales(base, rounds, settings, runs, scale)
        if turn:
            box = narrowed(box, rounds.fit(scale).posterior.points)
        where = points(box, each, base.seed, turn)
        rounds.add(box, where, runs.make(base, where, turn), turn)
        if not turn:
            scale = same(len(rounds.settle().ids))
    if large:
        scale = anchored(scale, rounds.fit(scale).pool.emulate, *large)
    return rounds.fit(scale, settings["recovery"]), rounds.table()


def compare_scales(base: Scenario, rounds: Rounds, settings: dict, runs: Runs, scale: Scale) -> tuple:
    """The correction for scale, from draws of the posterior so far, run twice at the small scale and once at the large;
    the draws, shape (k, d), and what the large runs read, shape (k, m).
    """
    where = rounds.fit(scale).posterior.draws(settings["scale_points"], base.seed)
    large = changed(base, population__people=settings["scale_people"])
    asked = ((base, AGAIN), (base, TWICE), (large, LARGE))
    readings = [vectors(runs.make(scenario, where, turn), rounds.data) for scenario, turn in asked]
    return compare(*readings), where, readings[2]


def by_smc(base: Scenario, data: Data, settings: dict, runs: Runs) -> tuple[Fit, None]:
    """The same by pyABC, with the regression adjustment on its last generation; nothing is recovered or corrected."""
    d = len(parameters())
    data = data.readable(vectors(runs.make(base, points(cube(d), _PILOT, base.seed)), data))
    scale, cores = same(len(data.ids)), settings["workers"] or cpu_count()
    particles, generations, most = (settings[name] for name in ("particles", "generations", "runs"))
    simulate, database = Simulator(base, data, scale), runs.folder / "smc.db"
    sizes, client = (particles, generations, cores, most), client_of(base.cluster)
    where, readings, weight, made = smc(simulate, d, data.observed, database, *sizes, client)
    print(f"{made} runs in all generations")
    result = posterior(where, readings, data.observed, weight * len(weight), 1.0)
    nothing = np.empty((0, d))
    return Fit(data, scale, where, readings, None, result, np.empty(0, int), nothing, nothing), None


def best_point(fitted: Fit, base: Scenario, settings: dict, runs: Runs) -> tuple[np.ndarray, np.ndarray]:
    """Where the whole comes nearest to the data, sought from where the scenario stands, and what it reads there."""

    def run(people, where):
        return vectors(runs.make(changed(base, population__people=people), where, POLISH, WORLDS), fitted.data)

    start = np.array([prior.share(base.at(key)) for key, prior in parameters().items()])
    part, whole = (partial(run, settings[people]) for people in ("polish_people", "scale_people"))
    return polished(fitted, start, part, whole, settings["polish"], base.seed)


def _report(fitted, table, base, settings, runs, born, report):
    """Predictions, tables, figures, and what stands on the screen."""
    drawn = fitted.posterior.draws(settings["draws"], base.seed)
    after = fitted.posterior.draws(max(settings["predictive"], 1), base.seed)[: settings["predictive"]]
    if fitted.scale.points:  # at the scale that the readings are corrected to, nothing is left to correct
        base = changed(base, population__people=settings["scale_people"])
    readings = vectors(runs.make(base, after, AFTER) if len(after) else [], fitted.data)
    if not fitted.scale.points:
        readings = fitted.scale.corrected(readings)
    predictions = predicted(fitted.data, fitted.scale, readings)
    if fitted.scale.points and settings["polish"]:
        best, reads = best_point(fitted, base, settings, runs)
        fitted, predictions["best"] = replace(fitted, chosen=best), fitted.data.back(reads)
    tables = {"parameters": parameter_table(fitted), "predictions": predictions, "pairs": correlated(fitted)}
    tables["ranks"] = pd.DataFrame(fitted.ranks, columns=[*parameters()])
    write(fitted, drawn, tables, table, born, runs.folder)
    if report.figures:
        draw_posterior(tables_of(runs.folder, TABLES), report.language, runs.folder / "figures")
    return posterior_text(fitted, tables["parameters"], predictions)
