"""From the runs of a finished calibration to a judge: nothing is run, for the runs are there."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.calibrate.inference.chain import NotConverged, sample
from experiments.calibrate.inference.chance import PICK, uniforms
from experiments.calibrate.inference.data import Data
from experiments.calibrate.inference.design import MOST_ROUNDS, parameters, points
from experiments.calibrate.inference.likelihood import Likelihood, likelihood_of
from experiments.calibrate.inference.runs import FEWEST
from experiments.calibrate.inference.table import OUTCOME, READING, of_turns, read
from experiments.consistency.evidence import data_of, rows_of
from experiments.consistency.judge import Judge, widened
from sim.results.folder import near
from sim.scenario.composition import CONF
from sim.scenario.problems import BadScenario, Problem
from sim.scenario.scenario import Scenario

NAME = "design.parquet"
SHIPPED = CONF / "behaviour" / NAME
_DRAWS = 6000  # of believers
_NOISE = 4000  # published readings drawn for each prediction
_TURN = 14  # of the points of the prior, whose shift is none of a round's
_PIECES = 16  # that these are emulated in
_NEVER = 1e-300  # probability that the model misses a row that is judged: nothing is excused


def judge_of(scenario: Scenario, table: pd.DataFrame) -> Judge:
    """The judge of the scenario's targets from a table of runs."""
    path = scenario.published
    data, own = data_of(path)
    likelihood = likelihood_of(table, data)
    own = own[np.isin(data.ids, likelihood.data.ids)]
    robust = replace(likelihood, expected=_as_it_is)
    sharp = replace(robust, missed=_NEVER)
    noise = sharp.predictive(np.zeros((_NOISE, len(own))), scenario.seed)
    uniform = uniforms(scenario.seed, PICK, 1, _NOISE)[0]
    rows = rows_of(likelihood.data, path)
    return Judge(rows, robust, sharp, own, noise, uniform, Sampler(likelihood), scenario.seed)


def prior_of(judge: Judge, count: int) -> np.ndarray:
    """What so many points of the prior are expected to read, shape (count, m)."""
    where = points(judge.sample.likelihood.d, count, judge.seed, _TURN)
    return np.vstack([judge.sample.likelihood.expected(some) for some in np.array_split(where, _PIECES)])


class Sampler:
    """Draws of what believers of some rows take to be expected; can be sent to another process."""

    def __init__(self, likelihood: Likelihood) -> None:
        self.likelihood = likelihood

    def __call__(self, believed: np.ndarray, seed: int, times: float = 1.0) -> np.ndarray:
        """Expected readings, shape (k, m), of believers of these rows, bool (m,), that are taken to be so many times as
        uncertain; none if their walkers do not agree.
        """
        try:
            drawn = sample(widened(self.likelihood, times), believed, seed, kept=_DRAWS)
        except NotConverged:
            return np.empty((0, len(believed)))
        return self.likelihood.expected(drawn.points)


def runs_of(design: str | None, data: Data) -> pd.DataFrame:
    """The table of runs in a folder or file, by default the one that is shipped.

    Raises
    ------
    BadScenario
        If there is none, if its runs are too few or of other parameters than today's, or if they read hardly a row.
    """
    path = SHIPPED if design is None else Path(design)
    path = path / NAME if path.is_dir() else path
    if not path.is_file():
        wrong = f"there is no {NAME} here; python -m experiments.calibrate makes one"
        raise BadScenario([Problem("design", str(near(path.absolute())), wrong)])
    try:
        table = read(path)
    except (OSError, ValueError) as broken:
        raise BadScenario([Problem("design", str(near(path.absolute())), f"cannot be read: {broken}")]) from broken
    if problems := [Problem("design", str(near(path.absolute())), wrong) for wrong in _wrong(table, data)]:
        raise BadScenario(problems)
    return table


def _wrong(table: pd.DataFrame, data: Data) -> list[str]:
    """What is wrong with a table of runs."""
    ours = [*parameters()]
    theirs = [name for name in table if "." in name and not name.startswith((READING, OUTCOME))]
    lacking, strange = ([key for key in a if key not in b] for a, b in ((ours, theirs), (theirs, ours)))
    found = [f"column {key!r} is missing: that parameter is free today; calibrate anew" for key in lacking]
    found += [f"column {key!r} is no free parameter today; calibrate anew" for key in strange]
    if "number" not in table:
        return [*found, "column 'number' is missing: it is no table of a calibration's runs"]
    if found:
        return found
    rounds = of_turns(table, *range(MOST_ROUNDS))
    if len(rounds) < FEWEST:
        return [f"has {len(rounds)} runs of a design; {FEWEST} are needed"]
    outside = [key for key, prior in parameters().items() if not _within(prior, rounds[key].to_numpy(float))]
    found = [f"column {key!r} has values outside today's prior; calibrate anew" for key in outside]
    read_there = [name for name in data.ids if READING + name in table and rounds[READING + name].notna().any()]
    return found + ([] if len(read_there) > 1 else [f"has a reading of {len(read_there)} of {len(data.ids)} targets"])


def _within(prior: Any, numbers: np.ndarray) -> bool:
    """Whether a prior could have given these numbers."""
    return np.allclose([prior.at(prior.share(number)) for number in numbers], numbers, rtol=1e-6, atol=0.0)


def _as_it_is(expected: Any) -> Any:
    return expected
