"""A calibration from its first run to its last table: rounds of runs, both scales, the best point, the posterior."""

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from loky import cpu_count

from experiments.calibrate.best_point import WORLDS, polished
from experiments.calibrate.figures import TABLES, draw_posterior
from experiments.calibrate.inference.chain import sample
from experiments.calibrate.inference.data import Data, load
from experiments.calibrate.inference.design import (
    AFTER,
    AGAIN,
    LARGE,
    POLISH,
    TWICE,
    parameters,
    points,
)
from experiments.calibrate.inference.fit import Fit, correlated, parameter_table
from experiments.calibrate.inference.headline import moves, tellers
from experiments.calibrate.inference.likelihood import likelihood_of
from experiments.calibrate.inference.posterior import Posterior
from experiments.calibrate.inference.predictions import predicted
from experiments.calibrate.inference.recovery import nothing, recover
from experiments.calibrate.inference.regression_adjustment import posterior
from experiments.calibrate.inference.runs import Clock, Made, Runs, Simulator, vectors
from experiments.calibrate.inference.scale_correction import same
from experiments.calibrate.inference.smc import smc
from experiments.calibrate.inference.table import of_turns, points_of, readings_of
from experiments.calibrate.page import posterior_text, table_text, write
from experiments.calibrate.rival_figure import draw_rival
from experiments.calibrate.rival_targets import report as report_rival
from experiments.folder import begin, tables_of
from sim.results.command.progress import doing
from sim.results.provenance import scenario_of
from sim.runs.cluster import client_of
from sim.runs.replicate import sampled
from sim.scenario.scenario import Scenario

_PILOT = 40  # runs that say which rows a market of this size can read (smc)
_PAIRS = 3  # points run twice at the small scale, for each that is run at the large one


def run(scenario: Scenario, settings: dict, folder: Path, command: str) -> str:
    """Make the runs that are missing and report what they say of the parameters; gives back what the screen shows.

    Fields that are not free come from the scenario; its seed is that of the design. Sign-up follows the growth law of
    the evidence and does not respond: registrations are a published input, and stay so whatever point is tried.
    """
    data = load(scenario.published)
    base = sampled(scenario, settings["people"], report__figures=True, report__language="en", survey__targets=None,
                   behaviour__posterior=None, behaviour__row=None, population__entry__responds=False)  # fmt: skip
    born = begin(folder, "calibrate", base.shown(language=scenario.report.language), settings, command)
    runs = Runs(folder, settings["workers"], Clock(settings["seconds"]))
    made = Made(base, runs, settings["design"])
    result, worlds = (by_design if settings["engine"] == "design" else by_smc)(made, data, settings)
    text = _report(result, worlds, made, settings, born, scenario.report)
    return f"{text}\n{report_rival(result, scenario, folder)}" if scenario.survey.targets else text


def report(folder: Path, provenance: dict[str, Any], **shown: Any) -> str:
    """Draw the figures of a finished calibration anew, from its tables; gives back what the screen shows."""
    scenario, tables = scenario_of(folder, **shown), tables_of(folder, TABLES)
    if scenario.report.figures:
        draw_posterior(tables, scenario.report.language, folder / "figures")
        if (folder / "rival.csv").exists():
            draw_rival(tables_of(folder, ["rival"])["rival"], scenario.report.language, folder / "rival")
    return table_text(tables)


def by_design(made: Made, data: Data, settings: dict) -> tuple[Fit, np.ndarray | None]:
    """The posterior from one design; and what single worlds read at the best point, shape (w, m), if any were run."""
    each, seed = max(20, settings["runs"] // settings["rounds"]), made.base.seed
    for turn in range(settings["rounds"]):
        if made.has(turn) or (turn and made.runs.clock.out):
            continue
        made.run(points(len(parameters()), each, seed) if not turn else fit(made, data, settings).posterior.draws(
            each, seed + turn), turn)  # fmt: skip
    if settings["scale_points"] and not made.has(LARGE):
        both_scales(made, fit(made, data, settings).posterior, settings)
    fitted, worlds = fit(made, data, settings), None
    if fitted.scale.points and settings["polish"]:
        best, _ = best_point(fitted, made, settings)
        whole = of_turns(made.table, POLISH).query("people == @settings['scale_people']")
        fitted = replace(fit(made, data, settings), chosen=best)  # now with the luck of repeated runs
        there = np.isclose(points_of(whole), best, atol=1e-6).all(axis=1)
        worlds = readings_of(whole[there], fitted.data) if there.any() else None
    return replace(fitted, recovery=recover(made.table, fitted.likelihood, settings["recovery"], seed)), worlds


def fit(made: Made, data: Data, settings: dict) -> Fit:
    """The posterior from all runs so far; nothing is recovered."""
    table = made.enough(data)
    with doing("fitting emulators"):
        likelihood = likelihood_of(table, data, settings["missed"], settings["missed_by"])
    draws = sample(likelihood, seed=made.base.seed)
    return Fit(likelihood.data, likelihood.scale, len(table), draws, likelihood, nothing(likelihood.d))


def both_scales(made: Made, so_far: Posterior, settings: dict) -> None:
    """Run draws of the posterior so far twice at the small scale, and every third of them at the large one."""
    large = settings["scale_points"]
    where = so_far.draws(_PAIRS * large, made.base.seed)
    where = np.vstack([where[::_PAIRS], np.delete(where, np.s_[::_PAIRS], axis=0)])
    for turn in (AGAIN, TWICE):
        made.run(where, turn)
    made.run(where[:large], LARGE, settings["scale_people"])


def by_smc(made: Made, data: Data, settings: dict) -> tuple[Fit, None]:
    """The same by pyABC, with the regression adjustment on its last generation; nothing is recovered or corrected.

    Intervals are left out, for pyABC measures distances.
    """
    base, runs, d = made.base, made.runs, len(parameters())
    data = data.only(~data.interval)
    data = data.readable(vectors(runs.make(base, points(d, _PILOT, base.seed)), data))
    scale, cores = same(len(data.ids)), settings["workers"] or cpu_count()
    particles, generations, most = (settings[name] for name in ("particles", "generations", "runs"))
    simulate, database = Simulator(base, data, scale), runs.folder / "smc.db"
    sizes, client = (particles, generations, cores, most), client_of(base.cluster)
    where, readings, weight, count = smc(simulate, d, data.observed, database, *sizes, client)
    print(f"{count} runs in all generations")
    result = posterior(where, readings, data.observed, weight * len(weight), 1.0)
    return Fit(data, scale, count, result, None, nothing(d)), None


def best_point(fitted: Fit, made: Made, settings: dict) -> tuple[np.ndarray, np.ndarray]:
    """Where the whole comes nearest to the data, and what it reads there."""

    def read(people, where):
        return vectors(made.run(where, POLISH, people, WORLDS), fitted.data)

    part, whole = (partial(read, settings[people]) for people in ("polish_people", "scale_people"))
    return polished(fitted, part, whole, settings["polish"], made.base.seed)


def _report(fitted, worlds, made, settings, born, report):
    """Predictions, tables, figures, and what stands on the screen."""
    folder, seed = made.runs.folder, made.base.seed
    drawn = fitted.posterior.draws(settings["draws"], seed)
    after = fitted.posterior.draws(max(settings["predictive"], 1), seed)[: settings["predictive"]]
    people = settings["scale_people"] if fitted.scale.points else None  # nothing is left to correct at that scale
    readings = vectors(made.run(after, AFTER, people) if len(after) else [], fitted.data)
    if not fitted.scale.points:
        readings = fitted.scale.corrected(readings)
    with doing("telling what the data say of each parameter"):
        by = tellers(fitted.likelihood, fitted.posterior) if fitted.likelihood else [""] * len(parameters())
        runs = made.table
        table = parameter_table(fitted, by, moves(runs, fitted.posterior))
        tables = {"parameters": table, "predictions": predicted(fitted, readings, worlds), "pairs": correlated(fitted)}
    tables["ranks"] = pd.DataFrame(fitted.recovery.ranks, columns=[*parameters()])
    write(fitted, drawn, tables, runs, born, folder)
    if report.figures:
        draw_posterior(tables_of(folder, TABLES), report.language, folder / "figures")
    return posterior_text(fitted, tables)
