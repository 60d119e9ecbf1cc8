"""A stand-in for the market with a known posterior: the emulator of a finished calibration, and the luck of a run."""

from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from experiments.calibrate.inference.chance import STAND_IN, normals
from experiments.calibrate.inference.data import Data, each_to, load
from experiments.calibrate.inference.design import Box, cube, luck, parameters, points, turn_of
from experiments.calibrate.inference.emulated_sample import Pool, pool
from experiments.calibrate.inference.regression_adjustment import posterior
from sim.scenario.scenario import Scenario

_PROPOSED, _WIDER = 200_000, 1.3  # points proposed by importance sampling, from a distribution so much wider


class StandIn:
    """The emulated expectation of each reading in a box taken as unit cube, and the luck of a small run, shape (m,)."""

    def __init__(self, emulated: Pool) -> None:
        self.box, self.luck, self._emulate = emulated.box, emulated.missed, emulated.emulate

    def expected(self, points: np.ndarray) -> np.ndarray:
        """Shape (n, m)."""
        return self._emulate(self.box.low + points * (self.box.high - self.box.low))

    def read(self, points: np.ndarray, seed: int, turn: int = 0) -> np.ndarray:
        """One small run at each point, shape (n, m)."""
        numbers = [luck(number, turn) for number in range(len(points))]
        return self.expected(points) + self.luck * normals(seed, STAND_IN, numbers, len(self.luck))


def stand_in(path: Path, scenario: Scenario) -> tuple[StandIn, Data]:
    """What stands for the market, and the data, from the table of runs of a calibration."""
    table, data = pd.read_parquet(path), load(scenario.survey.targets)
    where = np.column_stack([[prior.share(x) for x in table[key]] for key, prior in parameters().items()])
    rows = table[[f"reading.{name}" for name in data.ids]].to_numpy()
    readings = np.array([each_to(data.form, row, data.magnitude) for row in rows])
    readable = data.readable(readings)
    readings = readings[:, [name in readable.ids for name in data.ids]]
    turns = turn_of(table["number"].to_numpy())
    last = where[turns == turns.max()]
    box = Box(last.min(axis=0), last.max(axis=0))
    unknown = np.full(len(readable.ids), np.nan)
    return StandIn(pool(box, where, readings, readable.observed, unknown, scenario.seed, 100)), readable


def exact(market: StandIn, data: Data, seed: int) -> tuple[tuple[np.ndarray, np.ndarray], float]:
    """Mean and sd, shape (d,), of the exact posterior of the stand-in, and its effective draws (Kish 1965).

    By importance sampling around an approximate posterior.
    """
    d = len(market.box.low)
    where = points(cube(d), 20_000, seed)
    scattered = market.expected(where) + data.error * normals(seed, STAND_IN + 1, len(where), len(data.ids))
    near = posterior(where, scattered, data.observed, keep=0.05)
    y = logit(near.points)
    middle, spread = near.weights @ y, np.cov(y.T, aweights=near.weights) * _WIDER**2 + 1e-6 * np.eye(d)
    z = normals(seed, STAND_IN + 2, _PROPOSED, d)
    proposed = middle + z @ np.linalg.cholesky(spread).T
    u = expit(proposed)
    misfit = (((market.expected(u) - data.observed) / data.error) ** 2).sum(axis=1)
    log = -0.5 * misfit + np.log(u * (1.0 - u)).sum(axis=1) + 0.5 * (z**2).sum(axis=1)
    weight = np.exp(log - log.max())
    weight /= weight.sum()
    mean = weight @ u
    return (mean, np.sqrt(weight @ (u - mean) ** 2)), float(1.0 / (weight**2).sum())
