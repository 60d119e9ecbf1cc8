"""A stand-in for the market with a known posterior: the emulator of a finished calibration, and the luck of a run."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from experiments.calibrate.inference.chain import sample
from experiments.calibrate.inference.chance import STAND_IN, normals
from experiments.calibrate.inference.data import Data, load
from experiments.calibrate.inference.design import luck
from experiments.calibrate.inference.likelihood import Likelihood, likelihood_of
from experiments.calibrate.inference.posterior import Posterior
from sim.scenario.scenario import Scenario


class StandIn:
    """The emulated expectation of each reading over the whole prior, and the luck of a small run, shape (m,)."""

    def __init__(self, expected: Callable, luck: np.ndarray, d: int) -> None:
        self.expected, self.luck, self.d = expected, luck, d

    def read(self, points: np.ndarray, seed: int, turn: int = 0) -> np.ndarray:
        """One small run at each point, shape (n, m)."""
        numbers = [luck(number, turn) for number in range(len(points))]
        return self.expected(points) + self.luck * normals(seed, STAND_IN, numbers, len(self.luck))


def stand_in(path: Path, scenario: Scenario) -> tuple[StandIn, Data]:
    """What stands for the market, and the data, from the table of runs of a calibration; without intervals."""
    data = load(scenario.published)
    found = likelihood_of(path, data.only(~data.interval))
    return StandIn(found.emulators, found.emulators.missed, found.d), found.data


def exact(market: StandIn, data: Data, seed: int) -> Posterior:
    """The posterior of the stand-in given the data and their errors, to which luck adds nothing."""
    nothing = np.zeros(len(data.ids))
    return sample(Likelihood(data, market.expected, nothing, nothing, market.d, missed=0.0), seed=seed)
