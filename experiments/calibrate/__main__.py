"""The posterior of the free parameters: ``python -m experiments.calibrate [choices and fields] [runs=2000]``.

Which parameters agree with the published numbers that may be fitted? Reduced markets are run at points spread over
the priors, in later rounds only where those before saw the posterior; an emulator of their expected readings,
corrected for scale, and rejection with regression adjustment turn all of them into one posterior. Rows of the
evidence that are kept for validation are never read here.
"""

import os
from dataclasses import replace
from functools import partial
from typing import Literal

import numpy as np

from experiments.cli import stop_or_go
from sim.runs.ensemble import near
from sim.runs.replicate import begin, changed, code
from sim.scenario.parameter import Quantity as Q

_MANUAL = """\
Draws the free parameters (the fields with a prior, see python -m sim.run --help) from their posterior, given the
published numbers whose role is "calibrate". Every finished run is kept: the same command goes on where it stopped.

  python -m experiments.calibrate                       480 runs of a twentieth of France, 120 of a quarter, 48 of all
  python -m experiments.calibrate runs=200 people=3000  a first look
  python -m experiments.calibrate seconds=3600          what can be done in an hour
  python -m experiments.calibrate engine=smc            pyABC instead of one shared design
  python -m experiments.calibrate survey.targets=crest  a critic's counts: what else would have to be true?

Leaves posterior.csv, which python -m sim.run behaviour=posterior behaviour.posterior=.../posterior.csv draws from.
"""
_PILOT = 40  # runs that say which rows a market of this size can read (smc)


class Settings:
    """What can be set of the experiment itself."""

    people: int = Q("people in a run", "person", 100, 20_000_000)
    runs: int = Q("runs of the design, all rounds together", "run", 40, 1_000_000)
    rounds: int = Q("rounds; each but the first only where those before saw the posterior", "round", 1, 8)
    seconds: float | None = Q("time for runs, after which those made are told; null: no limit", "second", 0, 1e7)
    workers: int | None = Q("runs at a time; null: as many as cores and memory allow", "run", 1, 1024)
    keep: float = Q("share of the emulated points that the posterior is made from", "share", 0.01, 1)
    draws: int = Q("draws in posterior.csv", "draw", 10, 100_000)
    scale_points: int = Q("points run at a larger scale too, to correct for the scale; 0: no correction", "", 0, 1000)
    scale_people: int = Q("people in a run at the larger scale", "person", 100, 20_000_000)
    recovery: int = Q("runs that play the data, to see whether known parameters are found", "run", 0, 10_000)
    predictive: int = Q("runs at draws of the posterior at the larger scale: predictions", "run", 0, 10_000)
    polish: int = Q("times that the best point is sought from the last, the first time from the scenario's", "", 0, 50)
    polish_people: int = Q("people in a run that says which way readings move from there", "person", 100, 20_000_000)
    engine: Literal["design", "smc"] = Q("one design for everything, or sequential Monte Carlo by pyABC")
    particles: int = Q("particles of a generation (smc)", "run", 20, 100_000)
    generations: int = Q("generations (smc)", "", 1, 100)


def experiment(scenario, settings, folder, command):
    """Make the runs that are missing and tell what they say of the parameters.

    Parameters
    ----------
    scenario : Scenario
        Where fields that are not free come from; its seed is that of the design.
    settings : dict
        `Settings` by name.
    folder : Path
        The experiment's.
    command : str
        What was typed.
    """
    from experiments.calibrate.inference.data import load
    from experiments.calibrate.inference.runs import Clock, Runs
    from experiments.calibrate.rival_targets import tell as rival
    from sim.results.provenance import provenance

    data = load(scenario.survey.targets)
    base = changed(scenario, report__figures=True, report__language="en", survey__targets=None,
                   behaviour__posterior=None, behaviour__row=None, population__people=settings["people"])  # fmt: skip
    born = provenance(base, None) | {"code": code(), "command": command, "settings": settings}
    begin(folder, born)
    runs = Runs(folder, settings["workers"], Clock(settings["seconds"]))
    found, table = (by_design if settings["engine"] == "design" else by_smc)(base, data, settings, runs)
    _tell(found, table, base, settings, runs, born, scenario.report)
    if scenario.survey.targets:
        rival(found, scenario, folder)


def by_design(base, data, settings, runs):
    """One design for everything.

    Returns
    -------
    Fit
    DataFrame or None
        One row a run: round, parameters, readings, outcomes.
    """
    from experiments.calibrate.inference.design import cube, narrowed, parameters, points
    from experiments.calibrate.inference.runs import Gathered
    from experiments.calibrate.inference.scale_correction import anchored, same

    each, last = max(20, settings["runs"] // settings["rounds"]), settings["rounds"] - 1
    gathered, large = Gathered(data, base.seed, settings["keep"]), None
    box, scale = cube(len(parameters())), same(len(data.ids))
    for turn in range(settings["rounds"]):
        if turn and runs.clock.out:
            break
        if turn == last and settings["scale_points"]:
            scale, *large = compare_scales(base, gathered, settings, runs, scale)
        if turn:
            box = narrowed(box, gathered.fit(scale).posterior.points)
        where = points(box, each, base.seed, turn)
        gathered.add(box, where, runs.make(base, where, turn), turn)
        if not turn:
            scale = same(len(gathered.settle().ids))
    if large:
        scale = anchored(scale, gathered.fit(scale).pool, *large)
    return gathered.fit(scale, settings["recovery"]), gathered.table()


def compare_scales(base, gathered, settings, runs, scale):
    """The correction for scale, from draws of the posterior so far, run twice at the small scale and once at the large.

    Returns
    -------
    Scale
    points, readings : float array, shape (k, d), (k, m)
        Of the large runs.
    """
    from experiments.calibrate.inference.design import AGAIN, LARGE, TWICE
    from experiments.calibrate.inference.runs import vectors
    from experiments.calibrate.inference.scale_correction import compare

    where = gathered.fit(scale).posterior.draws(settings["scale_points"], base.seed)
    large = changed(base, population__people=settings["scale_people"])
    asked = ((base, AGAIN), (base, TWICE), (large, LARGE))
    readings = [vectors(runs.make(scenario, where, turn), gathered.data) for scenario, turn in asked]
    return compare(*readings), where, readings[2]


def by_smc(base, data, settings, runs):
    """The same by pyABC, with the regression adjustment on its last generation; nothing is recovered or corrected."""
    from experiments.calibrate.inference.design import cube, parameters, points
    from experiments.calibrate.inference.fit import Fit
    from experiments.calibrate.inference.regression_adjustment import posterior
    from experiments.calibrate.inference.runs import Simulator, vectors
    from experiments.calibrate.inference.scale_correction import same
    from experiments.calibrate.inference.smc import smc
    from sim.runs.cluster import client_of

    d = len(parameters())
    data = data.readable(vectors(runs.make(base, points(cube(d), _PILOT, base.seed)), data))
    scale, cores = same(len(data.ids)), settings["workers"] or len(os.sched_getaffinity(0))
    particles, generations, most = (settings[name] for name in ("particles", "generations", "runs"))
    simulate, database = Simulator(base, data, scale), runs.folder / "smc.db"
    sizes, client = (particles, generations, cores, most), client_of(base.cluster)
    where, readings, weight, made = smc(simulate, d, data.observed, database, *sizes, client)
    print(f"{made} runs in all generations")
    found = posterior(where, readings, data.observed, weight * len(weight), 1.0)
    nothing = np.empty((0, d))
    return Fit(data, scale, where, readings, None, found, np.empty(0, int), nothing, nothing), None


def best_point(found, base, settings, runs):
    """Where the whole comes nearest to the data, sought from where the scenario stands, and what it reads there."""
    from experiments.calibrate.best_point import WORLDS, polished
    from experiments.calibrate.inference.design import POLISH, parameters
    from experiments.calibrate.inference.runs import vectors

    def run(people, where):
        return vectors(runs.make(changed(base, population__people=people), where, POLISH, WORLDS), found.data)

    start = np.array([prior.share(base.at(key)) for key, prior in parameters().items()])
    part, whole = (partial(run, settings[people]) for people in ("polish_people", "scale_people"))
    return polished(found, start, part, whole, settings["polish"], base.seed)


def _tell(found, table, base, settings, runs, born, report):
    """Predictions, tables, figures, and what stands on the screen."""
    from experiments.calibrate.inference.design import AFTER
    from experiments.calibrate.inference.fit import predicted, told, trading_off
    from experiments.calibrate.inference.runs import vectors
    from experiments.calibrate.page import draw, text, write

    drawn = found.posterior.draws(settings["draws"], base.seed)
    after = found.posterior.draws(max(settings["predictive"], 1), base.seed)[: settings["predictive"]]
    if found.scale.points:  # at the scale that the readings are corrected to, nothing is left to correct
        base = changed(base, population__people=settings["scale_people"])
    readings = vectors(runs.make(base, after, AFTER) if len(after) else [], found.data)
    if not found.scale.points:
        readings = found.scale.corrected(readings)
    predictions = predicted(found.data, found.scale, readings)
    if found.scale.points and settings["polish"]:
        best, reads = best_point(found, base, settings, runs)
        found, predictions["best"] = replace(found, chosen=best), found.data.back(reads)
    known = {"parameters": told(found), "predictions": predictions, "pairs": trading_off(found)}
    write(found, drawn, known, table, born, runs.folder)
    if report.figures:
        draw(found, drawn, known, report.language, runs.folder)
    print(text(found, known))
    print(f"Everything is in {near(runs.folder)}")


if __name__ == "__main__":
    stop_or_go("calibrate", _MANUAL, Settings, experiment)
