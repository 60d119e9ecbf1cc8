"""Markets at points of the parameter space: many in parallel and resumable, or one after the other for pyABC."""

import hashlib
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.calibrate.inference.chance import ERROR, normals
from experiments.calibrate.inference.data import Data
from experiments.calibrate.inference.design import MOST_ROUNDS, at, parameters
from experiments.calibrate.inference.measure import measure
from experiments.calibrate.inference.scale_correction import Scale
from experiments.calibrate.inference.table import of_turns, read, readings_of, rows
from sim.results.tables import results
from sim.runs.replicate import Replicate, RunsFailed, run_all, sampled
from sim.scenario.scenario import Scenario
from sim.simulation.day import DayByDay

FEWEST = 40  # runs with a reading of each row that a posterior is made from
_MISSING = 0.25  # share of runs with a reading, below which a row is left out


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


class Made:
    """All runs of a calibration, turn by turn, each a row of a table; some may have been made before."""

    def __init__(self, base: Scenario, runs: Runs, before: pd.DataFrame | str | Path | None = None) -> None:
        self.base, self.runs, self._rows = base, runs, []
        self.before = None if before is None else read(before)

    def run(self, where: np.ndarray, turn: int, people: int | None = None, worlds: int | None = None) -> list:
        """Make the runs of a turn at points, of so many people where not as many as usual; as `Runs.make`."""
        scenario = self.base if people is None else sampled(self.base, people)
        measured = self.runs.make(scenario, where, turn, worlds)
        self._rows += rows(where, measured, turn, scenario.population.simulated, worlds)
        return measured

    def has(self, turn: int) -> bool:
        """Whether runs of a turn were made before."""
        return self.before is not None and bool(len(of_turns(self.before, turn)))

    @property
    def table(self) -> pd.DataFrame:
        """One row a run, as in `experiments.calibrate.inference.table`; what was asked for twice is there once."""
        parts = [] if self.before is None else [self.before]
        table = pd.concat([*parts, pd.DataFrame(self._rows)], ignore_index=True)
        keys = [key for key in ("number", "people", *parameters()) if key in table]
        return table.drop_duplicates(keys, ignore_index=True)

    def enough(self, data: Data) -> pd.DataFrame:
        """The table, if enough runs of the rounds have each reading.

        Raises
        ------
        TooFewRuns
            Otherwise.
        """
        table = self.table
        readings = readings_of(of_turns(table, *range(MOST_ROUNDS)), data) if len(table) else np.empty((0, 1))
        known = dict(zip(data.ids, np.isfinite(readings).sum(axis=0), strict=False))
        known = {name: n for name, n in known.items() if n > _MISSING * len(readings)} or {"anything": 0}
        if min(known.values()) < FEWEST:
            raise TooFewRuns(
                f"of {len(readings)} runs {min(known.values())} have a reading of {min(known, key=known.get)}; "
                f"{FEWEST} are needed: more runs, or people"
            )
        return table


def with_error(readings: np.ndarray, data: Data, scale: Scale, seed: int, numbers: Iterable[int]) -> np.ndarray:
    """Small readings, shape (n, m), as the published ones would scatter: corrected for scale, with the error left.

    The runs of these numbers have errors of their own.
    """
    errors = normals(seed, ERROR, numbers, len(data.ids))
    return scale.corrected(readings) + scale.error_left(data.error) * errors


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
