r"""How likely the published numbers are at a point, when the world is one draw: errors of the data, luck, and doubt.

The reading s of a row, on the scale of its form, of one market of full size is expected at

.. math:: \mu(\theta) = a + b\, E[s_{small} | \theta]

with E an emulator of small markets and a, b the correction for scale. Around it scatter the error of the published
number, the luck of one market of full size, and what the emulator does not know (Kennedy and O'Hagan 2001):
:math:`\sigma^2 = \sigma_{data}^2 + \sigma_{luck}^2 + \sigma_{emulator}^2`. A row without a value says that the reading
lies between its ends: it counts by the probability that it does.

The model may miss a row altogether. So each row is, with a probability that is assumed, three times as uncertain:

.. math:: L_i = (1 - p)\, N(y_i; \mu_i, \sigma_i) + p\, N(y_i; \mu_i, 3 \sigma_i)

and a row that cannot be met does not drag the rest (Box and Tiao 1968). Rows are taken as independent given the
parameters; margins of the respondents of one survey nearly are.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import log_ndtr, ndtr

from experiments.calibrate.inference.chance import PLAYED, normals, uniforms
from experiments.calibrate.inference.data import Data, load
from experiments.calibrate.inference.design import AGAIN, LARGE, MOST_ROUNDS, POLISH, TWICE, place_of
from experiments.calibrate.inference.emulators import Emulators, emulators, linear
from experiments.calibrate.inference.scale_correction import Scale, anchored, compare, missed_around, same
from experiments.calibrate.inference.table import of_turns, points_of, read, readings_of

MISSED, MISSED_BY = 0.1, 3.0  # assumed: the usual probability that a row is missed, and how much wider its error is
# Luck falls with the size of a market, but slower than with independent people, for clients and contractors are few:
# by so much of the power of size (0.5 would be independence) where no repeated run says it; assumed.
_SLOWER = 0.25
_REPEATS = 5  # degrees of freedom from which repeated runs tell it
_SHARE = 0.05  # of all people that a run has of whose size nobody tells anything
_ROOT = 0.5 * np.log(2.0 * np.pi)


@dataclass(frozen=True)
class Likelihood:
    """Of each row of the data at any point; all widths on the scale of the data."""

    data: Data
    expected: Callable[[np.ndarray], np.ndarray]  # points, shape (n, d), to the mean full-scale reading, shape (n, m)
    luck: np.ndarray  # (m,) standard deviation of one run of full size
    doubt: np.ndarray  # (m,) of the expectation: emulator and correction for scale
    d: int  # parameters
    missed: float = MISSED  # probability that the model misses a row
    missed_by: float = MISSED_BY  # how many times as wide its error then is
    luck_of: str = ""  # where the luck comes from, in words
    scale: Scale | None = None
    emulators: Emulators | None = None

    @property
    def spread(self) -> np.ndarray:
        """Standard deviation of all that is no error of the data, shape (m,)."""
        return np.sqrt(self.luck**2 + self.doubt**2)

    @property
    def width(self) -> np.ndarray:
        """Standard deviation of a published reading around its expectation, shape (m,)."""
        return np.sqrt(self.data.error**2 + self.spread**2)

    def terms(self, points: np.ndarray, observed: np.ndarray | None = None) -> np.ndarray:
        """Log-likelihood of each row at points of shape (n, d), shape (n, m).

        `observed`, shape (m,), stands for the published numbers.
        """
        return np.logaddexp(*self._either(self.expected(points), observed))

    def missing(self, points: np.ndarray) -> np.ndarray:
        """Probability that the model misses each row, shape (n, m), at points of shape (n, d)."""
        met, missed = self._either(self.expected(points))
        return np.exp(missed - np.logaddexp(met, missed))

    def predictive(self, points: np.ndarray, seed: int) -> np.ndarray:
        """Published readings as they would scatter at points of shape (n, d), shape (n, m)."""
        size = (len(points), len(self.width))
        wide = np.where(uniforms(seed, PLAYED, *size) < self.missed, self.missed_by, 1.0)
        return self.expected(points) + self.width * wide * normals(seed, PLAYED + 1, *size)

    def _either(self, expected, observed=None):
        """Logarithms of both parts of the mixture, each of shape (n, m)."""
        observed, width = self.data.observed if observed is None else observed, self.width
        between = np.isnan(observed)
        squares = ((np.where(between, 0.0, observed) - expected) / width) ** 2
        ends = self.data.low[between], self.data.high[between]
        ends = [np.where(np.isnan(end), bound, end) for end, bound in zip(ends, (-np.inf, np.inf), strict=True)]
        parts = []
        for share, times in ((1.0 - self.missed, 1.0), (self.missed, self.missed_by)):
            part = squares * (-0.5 / times**2) - (np.log(times * width) + _ROOT)
            if between.any():
                part[:, between] = log_mass(*((e - expected[:, between]) / (times * width[between]) for e in ends))
            parts.append(part + (np.log(share) if share else -np.inf))
        return parts


def log_mass(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Logarithm of the standard normal probability between two ends, which may be infinite; in the tails too."""
    above = low > 0
    low, high = np.where(above, -high, low), np.where(above, -low, high)
    upper, lower = log_ndtr(high), log_ndtr(low)
    near = high > 0  # then both ends lie around the middle, or the lower one in a tail
    with np.errstate(divide="ignore", invalid="ignore"):
        tail = upper + np.log1p(-np.exp(lower - upper))
        return np.where(near, np.log(np.maximum(ndtr(high) - ndtr(low), 1e-300)), tail)


def likelihood_of(
    design: pd.DataFrame | str | Path,
    data: Data | None = None,
    missed: float = MISSED,
    missed_by: float = MISSED_BY,
    without: np.ndarray | None = None,
) -> Likelihood:
    """The likelihood that runs make of data.

    Parameters
    ----------
    design
        A table of runs as in `experiments.calibrate.inference.table`, or a file of one. Runs of the rounds make the
        emulator; runs of the same points at both scales, if there are any, the correction for scale; repeated runs of
        full size at the same point the luck.
    data
        By default what may be fitted of the published evidence. Rows that runs seldom read are left out.
    missed, missed_by
        Probability that the model misses a row, and how many times as wide its error then is.
    without : int array, optional
        Runs of the rounds, by their place in the order of their numbers, that the emulator may not see.
    """
    table, data = read(design), load() if data is None else data
    rounds = of_turns(table, *range(MOST_ROUNDS))
    data = data.readable(readings_of(rounds, data))
    where, readings = points_of(rounds), readings_of(rounds, data)
    if without is not None:
        readings[without] = np.nan
    emulated = emulators(where, readings, data.form, data.middle)
    scale, lack = _scales(table, data, emulated)
    luck, words = _luck(table, data, scale, emulated)
    small = np.where(np.isfinite(scale.small), scale.small, emulated.missed)
    everywhere = np.sqrt(np.maximum(emulated.missed**2 - small**2, 0.0))
    lack = np.maximum(np.where(np.isfinite(lack), lack, everywhere), emulated.doubt)
    doubt = np.sqrt((scale.slope * lack) ** 2 + np.nan_to_num(scale.shift_error) ** 2)
    return Likelihood(data, lambda points: scale.corrected(emulated(points)), luck, doubt, where.shape[1], missed,
                      missed_by, words, scale, emulated)  # fmt: skip


def _scales(table, data, emulated):
    """The correction for scale, and what the emulator misses around the points that were run twice (nan: unknown)."""
    first, second, large = (of_turns(table, turn) for turn in (AGAIN, TWICE, LARGE))
    places = np.intersect1d(place_of(first["number"]), place_of(second["number"]))
    if not len(places):
        return same(len(data.ids)), np.full(len(data.ids), np.nan)
    readings = [_at(rows, readings_of(rows, data), places) for rows in (first, second, large)]
    points = _at(first, points_of(first), places)
    readings[:2] = [linear(one, emulated(points), data.form) for one in readings[:2]]
    scale = compare(*readings)
    lack = missed_around(emulated, points, *readings[:2])
    return anchored(scale, emulated, points, readings[2]), lack


def _at(rows, values, places):
    """Values of the runs of these numbers in their turn, shape (places, ...); nan where there was none."""
    return pd.DataFrame(values, index=place_of(rows["number"])).reindex(places).to_numpy()


def _luck(table, data, scale, emulated):
    """Standard deviation of one run of full size, shape (m,), and where it comes from."""
    whole = of_turns(table, POLISH)
    whole = whole[whole["people"] == table["people"].max()]
    repeated, freedom = pooled(points_of(whole), readings_of(whole, data))
    sizes = table["people"].min() / table["people"].max()
    part = sizes if np.isfinite(sizes) and sizes < 1.0 else _SHARE
    small = np.where(np.isfinite(scale.small), scale.small, emulated.missed)
    slower = part**_SLOWER
    scaled = scale.slope * small * slower
    choices = [(freedom >= _REPEATS, repeated, "repeated runs of full size"),
               (np.isfinite(scale.large), scale.large, "runs of full size beside small ones"),
               (np.isfinite(scaled), scaled, f"small runs, whose luck is taken as {slower:.2f} of it")]  # fmt: skip
    return _first_known(choices)


def pooled(points: np.ndarray, readings: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Standard deviation of readings, shape (n, m), of runs at the same point, and its degrees of freedom; (m,)."""
    squares, freedom = np.zeros((2, readings.shape[1]))
    for point in np.unique(points, axis=0):
        own = pd.DataFrame(readings[(points == point).all(axis=1)])
        freedom += np.maximum(own.count() - 1, 0).to_numpy()
        squares += ((own - own.mean()) ** 2).sum().to_numpy()
    return np.sqrt(squares / np.maximum(freedom, 1)), freedom


def _first_known(choices):
    """Of (known, value, words), arrays of shape (m,), the first that is known, and in words how many rows each has."""
    left, found, words = np.ones(len(choices[0][1]), bool), np.zeros(len(choices[0][1])), []
    for known, value, told in choices:
        here = left & known
        found[here] = value[here]
        left &= ~here
        if here.any():
            words.append(f"{told} ({here.sum()} rows)")
    return found, ", ".join(words)
