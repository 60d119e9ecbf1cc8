"""Which engine finds the posterior with the fewest runs: ``python -m experiments.engines runs_in=outputs/...``.

The market takes seconds and its posterior is not known; so the engines are given a stand-in whose posterior is: the
emulator of a finished calibration, with the luck of a run added. The exact posterior is drawn by walkers who know the
emulator. Each engine is given the same number of runs of the stand-in.
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from experiments.calibrate.inference.chain import sample
from experiments.calibrate.inference.chance import ERROR, normals
from experiments.calibrate.inference.data import Data
from experiments.calibrate.inference.design import points
from experiments.calibrate.inference.emulators import emulators
from experiments.calibrate.inference.likelihood import Likelihood
from experiments.calibrate.inference.posterior import Posterior
from experiments.calibrate.inference.regression_adjustment import posterior
from experiments.calibrate.inference.smc import smc
from experiments.cli import missing, stop_or_go
from experiments.engines.stand_in import StandIn, exact, stand_in
from experiments.folder import begin
from sim.results.folder import write_tables
from sim.scenario.parameter import Parameter as P
from sim.scenario.problems import Problem
from sim.scenario.scenario import Scenario

_MANUAL = """\
Compares a design with emulator and likelihood (the engine of experiments.calibrate), the same runs without them, and
pyABC's sequential Monte Carlo with and without regression adjustment, on a stand-in for the market: the emulator of a
finished calibration, with the luck of a run. Needs pip install 'microwork-market[calibration]'.

  python -m experiments.engines runs_in=outputs/calibrate_...        a table: bias and width against the exact posterior
"""
_ROUNDS = 3
_IDENTIFIED = 0.3  # contraction from which a parameter counts


class Settings:
    """What can be set of the experiment itself."""

    runs_in: str | None = P("folder of a finished calibration", "path")
    runs: int = P("runs that each engine is given", "run", 400, 100_000)
    times: int = P("times each engine is tried, with other luck", "", 1, 100)


def experiment(scenario: Scenario, settings: dict, folder: Path, command: str) -> str:
    """Try each engine on the stand-in, whose seed is the scenario's; gives back how near it comes."""
    market, data = stand_in(_design(settings), scenario)
    true = exact(market, data, scenario.seed)
    truth, effective = (true.mean, true.sd), true.effective
    begin(folder, "engines", scenario, settings, command, **{"exact, effective draws": effective})
    rows = []
    for time in range(settings["times"]):
        for engine, mean, sd in engines(market, data, settings["runs"], scenario.seed + time):
            rows.append({"engine": engine, "time": time} | nearness(mean, sd, *truth))
    table = pd.DataFrame(rows).groupby("engine", sort=False).mean().drop(columns="time")
    write_tables(folder, {"engines.csv": table.reset_index()})
    exactly = f"Against {effective:.0f} effective draws of the exact posterior; identified parameters only."
    return f"{table.to_string(float_format='{:.2f}'.format)}\n\n{exactly}"


def _design(settings: dict) -> Path:
    return Path(settings["runs_in"] or "") / "design.parquet"


def further(settings: dict, changes: object, folders: object) -> tuple[list, list[Problem]]:
    """No more words; and what is missing."""
    problems = missing("pyabc", "calibration")
    if not _design(settings).is_file():
        problems.append(Problem("runs_in", settings["runs_in"], "no design.parquet of a calibration there"))
    return [], problems


def engines(market: StandIn, data: Data, runs: int, seed: int) -> Iterator[tuple]:
    """Yields the name of each engine and the mean and sd of its posterior, arrays of shape (d,)."""
    d, m = market.d, len(data.ids)
    left = np.sqrt(np.maximum(data.error**2 - market.luck**2, 0.0))
    result = by_likelihood(market, data, runs, seed)
    yield "design and likelihood", result.mean, result.sd

    where = points(d, runs, seed)
    readings = market.read(where, seed) + left * normals(seed, ERROR, runs, m)
    result = posterior(where, readings, data.observed, keep=0.15)
    yield "design, adjusted", result.mean, result.sd

    made = []

    def simulate(point):
        made.append(point)
        number = [len(made)]
        return market.read(point[None], seed + len(made), 1)[0] + left * normals(seed, ERROR + 1, number, m)[0]

    with TemporaryDirectory() as room:
        database = Path(room) / "pyabc.db"
        where, readings, weight, _ = smc(simulate, d, data.observed, database, max(100, runs // 6), 5, 1, runs)
    result = posterior(where, readings, data.observed, weight * len(weight), 1.0)
    yield "pyABC, adjusted", result.mean, result.sd
    mean = weight @ where
    yield "pyABC", mean, np.sqrt(weight @ (where - mean) ** 2)


def by_likelihood(market: StandIn, data: Data, runs: int, seed: int) -> Posterior:
    """The posterior as `experiments.calibrate` finds it: rounds of runs, their emulator, walkers."""
    where, readings, result = np.empty((0, market.d)), np.empty((0, len(data.ids))), None
    for turn in range(_ROUNDS):
        each = runs // _ROUNDS
        more = result.draws(each, seed + turn) if result else points(market.d, each, seed)
        where, readings = np.vstack([where, more]), np.vstack([readings, market.read(more, seed, turn)])
        found = emulators(where, readings, data.form, data.middle)
        doubt = np.maximum(found.doubt, np.sqrt(np.maximum(found.missed**2 - market.luck**2, 0.0)))
        result = sample(Likelihood(data, found, np.zeros(len(doubt)), doubt, market.d, missed=0.0), seed=seed)
    return result


def nearness(mean: np.ndarray, sd: np.ndarray, true_mean: np.ndarray, true_sd: np.ndarray) -> dict:
    """How near a posterior comes to the exact one, over the parameters that the data identify."""
    known = 1.0 - 12.0 * true_sd**2 >= _IDENTIFIED
    bias, width = np.abs(mean - true_mean)[known] / true_sd[known], (sd / true_sd)[known]
    return {"identified": known.sum(), "bias": bias.mean(), "largest bias": bias.max(), "width": width.mean(),
            "narrowest": width.min(), "widest": width.max()}  # fmt: skip


if __name__ == "__main__":
    stop_or_go("engines", _MANUAL, Settings, experiment, further)
