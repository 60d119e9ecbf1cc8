"""Markets at points of the parameter space: many in parallel and resumable, or one after the other for pyABC."""

import hashlib
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.calibrate.inference.data import Data
from experiments.calibrate.inference.design import Box, at, luck, values
from experiments.calibrate.inference.fit import Fit, fit, with_error
from experiments.calibrate.inference.measure import measure
from experiments.calibrate.inference.scale_correction import Scale
from sim.results.tables import results
from sim.runs.replicate import Replicate, RunsFailed, run_all
from sim.scenario.scenario import Scenario
from sim.simulation.day import DayByDay

FEWEST = 40  # runs with a reading of each row that a posterior is made from


class TooFewRuns(RunsFailed):
    """The runs ended well, but too few of them can be used."""

    def __init__(self, text: str) -> None:
        RuntimeError.__init__(self, text)


class Clock:
    """A budget of seconds, None for as long as it takes."""

    def __init__(self, seconds: float | None) -> None:
        self.end = None if seconds is None else time.monotonic() + seconds

    @property
    def out(self) -> bool:
        """Whether the time is over."""
        return self.end is not None and time.monotonic() > self.end


class Runs:
    """What was measured at points; when the clock is out no further runs are made, and those on disk are still read."""

    def __init__(self, folder: Path, workers: int | None, clock: Clock) -> None:
        self.folder, self.workers, self.clock = folder, workers, clock

    def make(self, scenario: Scenario, points: np.ndarray, turn: int = 0, worlds: int | None = None) -> list:
        """Run the market at each point, each with luck of its own, or with so many lucks in turn.

        What `measure` gives, in the order of the points; None where a market cannot be, failed or was late.
        """
        numbers = np.arange(len(points)) % (worlds or max(len(points), 1))
        made = [at(scenario, point, int(number), turn) for number, point in zip(numbers, points, strict=True)]
        asked = [None if one is None else Replicate(f"turn {turn}", one) for one in made]
        results, runs = {}, run_all([*filter(None, asked)], measure, self.folder, self.workers)
        try:
            for one, measured in runs:
                results[one.digest] = measured
                if self.clock.out:
                    break
        except RunsFailed as failed:
            print(f"{failed}\nThe calibration goes on without them.", file=sys.stderr)
        finally:
            runs.close()
        return [None if one is None else results.get(one.digest) for one in asked]


def vectors(measured: Sequence[dict | None], data: Data) -> np.ndarray:
    """Readings on the scale of the data, shape (n, m); nan where there is none."""
    rows = [data.vector({} if one is None else one["readings"]) for one in measured]
    return np.array(rows, float).reshape(-1, len(data.ids))


class Rounds:
    """All runs of a design, round by round."""

    def __init__(self, data: Data, seed: int, keep: float) -> None:
        self.data, self.seed, self.keep = data, seed, keep
        self.points, self.measured, self.numbers = [], [], []
        self.box: Box | None = None

    def add(self, box: Box, where: np.ndarray, measured: Sequence[dict | None], turn: int = 0) -> None:
        """Take in a round: its box, its points, and what `Runs.make` gave for each."""
        self.box = box
        for number, (point, one) in enumerate(zip(where, measured, strict=True)):
            if one is not None:
                self.points.append(point)
                self.measured.append(one)
                self.numbers.append(luck(number, turn))

    def settle(self) -> Data:
        """Leave out what a market of this size cannot read, after the first round; the data that are left."""
        self.data = self.data.readable(vectors(self.measured, self.data))
        return self.data

    def fit(self, scale: Scale, recovery: int = 0) -> Fit:
        """The posterior from all of them."""
        where, readings = np.array(self.points), vectors(self.measured, self.data)
        known = np.isfinite(readings[self.box.holds(where)]).sum(axis=0)
        if not len(known) or known.min() < FEWEST:
            few = dict(zip(self.data.ids, known, strict=True))
            raise TooFewRuns(
                f"of {len(where)} runs {min(few.values(), default=0)} have a reading of "
                f"{min(few, key=few.get, default='anything')}; {FEWEST} are needed: more runs, or people"
            )
        return fit(where, readings, self.data, scale, self.box, self.seed, self.numbers, self.keep, recovery)

    def table(self) -> pd.DataFrame:
        """One row a run: its number (its world's replicate), parameters, readings, outcomes; a DataFrame."""
        rows = []
        for point, one, number in zip(self.points, self.measured, self.numbers, strict=True):
            readings = {f"reading.{k}": v[0] if isinstance(v, list) else np.nan for k, v in one["readings"].items()}
            outcomes = {f"outcome.{name}": value for name, value in one["outcomes"].items()}
            rows.append({"number": number} | values(point) | readings | outcomes)
        return pd.DataFrame(rows)


class Simulator:
    """One market at a point, its corrected readings with error: what pyABC calls.

    The run's luck follows from the point, so that the same point gives the same readings.
    """

    def __init__(self, scenario: Scenario, data: Data, scale: Scale) -> None:
        self.scenario, self.data, self.scale = scenario, data, scale

    def __call__(self, point: np.ndarray) -> np.ndarray:
        """Readings at a point of shape (d,), on the scale of the data."""
        number = int.from_bytes(hashlib.sha256(np.ascontiguousarray(point).tobytes()).digest()[:2], "big")
        world = at(self.scenario, point, number)
        if world is None:
            return np.full(len(self.data.ids), np.nan)
        readings = self.data.vector(run(world)["readings"])
        return with_error(readings[None], self.data, self.scale, self.scenario.seed, [number])[0]


def run(scenario: Scenario) -> dict:
    """What `measure` keeps of one market, made here and now."""

    return measure(results(DayByDay(scenario).run()))
