"""Where in the space of parameters the runs are made.

A point is a vector of shares of each prior's mass (the unit where the prior is uniform). The points of the
first round are a Sobol sequence with a random shift (Cranley and Patterson 1976): any beginning of it fills the cube
evenly, so it may be stopped early or made longer. A later round is made at draws of the posterior so far: a likelihood
whose expectations are emulated may learn them anywhere (Papamakarios, Sterratt, Murray 2019).
"""

import warnings

import numpy as np
from scipy.stats import qmc

from experiments.calibrate.inference.chance import SHIFT, uniforms
from sim.runs.replicate import changed
from sim.scenario import fields
from sim.scenario.parameter import free
from sim.scenario.problems import BadScenario
from sim.scenario.scenario import Scenario

_ROOM = 2**20  # replicates set aside for each turn: each run has luck of its own
MOST_ROUNDS = 8
# Turns that are no rounds of a design; the screenings take theirs from the last on.
AGAIN, TWICE, LARGE, AFTER, POLISH, SCREENING = range(MOST_ROUNDS, MOST_ROUNDS + 6)


def parameters() -> dict:
    """The free parameters: ``{full key: prior}``, in the order of their declaration."""
    return {key: parameter.prior for key, parameter in free(fields.Scenario).items()}


def points(d: int, count: int, seed: int, turn: int = 0) -> np.ndarray:
    """So many points spread over the whole prior, shape (count, d)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of powers of two: said of the mean over all points, which we do not take
        grid = qmc.Sobol(d, scramble=False).random(count)
    shifted = (grid + uniforms(seed, SHIFT + turn, 1, d)) % 1.0
    return np.clip(shifted, 1e-9, 1 - 1e-9)


def values(point: np.ndarray) -> dict[str, float]:
    """The values of the free parameters at a point, ``{full key: float}``."""
    return {key: prior.at(float(share)) for (key, prior), share in zip(parameters().items(), point, strict=True)}


def luck(number: int, turn: int = 0) -> int:
    """The replicate of a run: its number in its turn."""
    return _ROOM * turn + number + 1


def turn_of(replicates: np.ndarray) -> np.ndarray:
    """The turn that each replicate is of: the inverse of `luck`."""
    return (replicates - 1) // _ROOM


def place_of(replicates: np.ndarray) -> np.ndarray:
    """The number of each replicate in its turn: the other inverse of `luck`."""
    return (replicates - 1) % _ROOM


def at(scenario: Scenario, point: np.ndarray, number: int, turn: int = 0) -> Scenario | None:
    """The scenario at a point, as another world of its seed; None if such a market cannot be.

    Parameters
    ----------
    point : float array, shape (d,)
    number
        Of the point in its round.
    turn
        Number of the round, or one of `AGAIN`, `TWICE`, `LARGE`, `AFTER`, `POLISH`, `SCREENING`.
    """
    given = {key.replace(".", "__"): value for key, value in values(point).items()}
    try:
        return changed(scenario, replicate=luck(number, turn), **given)
    except BadScenario:
        return None
