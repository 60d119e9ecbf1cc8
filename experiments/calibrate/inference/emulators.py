r"""What markets at a point are expected to read, row by row, from runs at some hundred points.

Each reading is a sum of Legendre polynomials of the parameters (orthogonal over the prior) and of products of two,

.. math:: g(E[s | \theta]) = \beta_0 + \sum_j \beta_j P_1(x_j) + \gamma_j P_2(x_j) + \sum_{jk} \delta_{jk} x_j x_k

fitted by ridge regression. With thirty parameters there are as many products as runs; so each row chooses by leaving
runs out (in closed form) how strong the ridge is and which of these it has: straight lines, curves too, products among
its strongest parameters too, or all products, held back more.

Amounts are fitted as logarithms. For shares, g is the log-odds of the *expected* share (a quasi-likelihood; Papke and
Wooldridge 1996): of the fifty respondents of a small market often none is retired, and the mean of log-odds would say
much less than the log-odds that many respondents would show.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import expit, logit

_RIDGES = 10.0 ** np.arange(-3.0, 4.01, 0.5)
_STRONGEST, _HELD_BACK = 8, 0.3  # parameters whose products count; size of a product's coefficient beside others
_FAR = 2.0  # log points from the published value beyond which an amount is simply far: a curve need not follow it
_NEWTON, _LEAST = 6, 0.004  # steps of the quasi-likelihood, and how near to 0 and 1 its shares come
_MOST = 0.5  # share of its runs' freedom that a fit may use up, on average


@dataclass(frozen=True)
class Emulators:
    """Of all rows, on the scale of the data; arrays of shape (m,)."""

    slopes: np.ndarray  # (p, m) of all terms; 0 where a row does without
    levels: np.ndarray
    missed: np.ndarray  # standard deviation of one run from what is expected when the run itself is left out
    explained: np.ndarray  # share of the variance between runs that is predicted when the run itself is left out
    doubt: np.ndarray  # standard error of the expectation, on average over the runs
    chosen: tuple[str, ...]  # which terms each row has

    def __call__(self, points: np.ndarray) -> np.ndarray:
        """Expected readings, shape (k, m), at points of shape (k, d)."""
        x, d = _standard(points), points.shape[1]
        lines, level, forms = self._forms
        curved = (x @ forms).reshape(len(x), -1, d)
        return level + x @ lines + (curved * x[:, None, :]).sum(axis=2)

    @cached_property
    def _forms(self):
        """The same as `terms` and slopes say, as a linear and a quadratic form: walkers ask a million times."""
        rows, d = self.slopes.shape[1], round(np.sqrt(2.0 * len(self.slopes) + 2.25) - 1.5)
        squares, forms = np.sqrt(1.25) * self.slopes[d : 2 * d], np.zeros((d, rows, d))
        forms[np.arange(d), :, np.arange(d)] = squares
        one, other = np.triu_indices(d, 1)
        forms[one, :, other] = self.slopes[2 * d :]
        return self.slopes[:d], self.levels - squares.sum(axis=0), forms.reshape(d, -1)


def _standard(points):
    """Coordinates of mean 0 and standard deviation 1 over the prior."""
    return np.sqrt(3.0) * (2.0 * points - 1.0)


def terms(points: np.ndarray) -> np.ndarray:
    """Polynomials of all parameters and their products at points, shape (n, d), of shares of prior mass; (n, p)."""
    x = _standard(points)
    one, other = np.triu_indices(x.shape[1], 1)
    return np.hstack([x, np.sqrt(1.25) * (x**2 - 1.0), x[:, one] * x[:, other]])


def emulators(points: np.ndarray, readings: np.ndarray, forms: tuple, middle: np.ndarray) -> Emulators:
    """Fitted to runs.

    Parameters
    ----------
    points, readings : float array, shape (n, d), (n, m)
        Shares of prior mass; on the scale of the data, nan where there is no reading.
    forms : of shape (m,)
        "log", "logit" or "plain".
    middle : float array, shape (m,)
        What was published, on that scale.
    """
    every, d = terms(points), points.shape[1]
    fitted, alike = [], {}
    for column, form, own in zip(readings.T, forms, middle, strict=True):
        known = np.isfinite(column)
        ridges = alike.setdefault(known.tobytes(), {})  # what rows known in the same runs share
        fitted.append(_row(every[known], d, column[known], form, own, ridges))
    slopes, levels, missed, explained, doubt = (np.array(part) for part in [*zip(*fitted, strict=True)][:-1])
    return Emulators(slopes.T, levels, missed, explained, doubt, tuple(one[-1] for one in fitted))


def linear(readings: np.ndarray, expected: np.ndarray, forms: tuple) -> np.ndarray:
    """Readings of small markets, shape (n, m), with shares on a scale that few people do not bend, nor zeros break.

    What a share differs from the one expected, shape (n, m), counts by the slope of the log-odds there.
    """
    share = np.clip(expit(expected), _LEAST, 1.0 - _LEAST)
    straight = expected + (expit(readings) - share) / (share * (1.0 - share))
    return np.where(np.array(forms) == "logit", straight, readings)


def _row(x, d, y, form, own, ridges):
    """The best of the choices for one row: slopes, level, missed, explained, doubt, and its name."""
    if form == "log":
        y = np.clip(y, own - _FAR, own + _FAR)
    share = expit(y) if form == "logit" else None
    curves = np.arange(2 * d)
    first = [_fitted(x, y, share, which, 1.0, ridges) for which in (np.arange(d), curves)]
    strong = np.argsort(-(first[1].slopes[:d] ** 2 + first[1].slopes[d : 2 * d] ** 2), kind="stable")[:_STRONGEST]
    among = np.flatnonzero(np.isin(np.triu_indices(d, 1), strong).all(axis=0)) + 2 * d
    held = np.where(np.arange(x.shape[1]) < 2 * d, 1.0, _HELD_BACK)
    first.append(_fitted(x, y, share, np.hstack([curves, among]), 1.0, {}))
    first.append(_fitted(x, y, share, np.arange(x.shape[1]), held, ridges))
    names = ("straight lines", "curves", "products of the strongest", "all products")
    best, name = min(zip(first, names, strict=True), key=lambda one: one[0].error)
    # Around the published share, where the posterior is, a share's scatter in log-odds.
    unit = 1.0 if share is None else 1.0 / np.sqrt(expit(own) * expit(-own))
    return best.slopes, best.level, unit * best.error, best.explained, unit * best.error * best.leverage**0.5, name


@dataclass(frozen=True)
class _Fitted:
    slopes: np.ndarray
    level: float
    error: float  # root mean square of residuals left out (for shares, over their own standard deviation)
    explained: float
    leverage: float


def _fitted(x, y, share, which, held, ridges):
    """One row on some of the terms, whose coefficients may be so large."""
    size = np.broadcast_to(held, len(which))
    line = ridges.get(len(which)) or _Ridge(x[:, which] * size, np.ones(len(x)))
    ridges[len(which)] = line
    if share is None:
        slope, level, fit, leverage = line.best(y)
        left_out = (y - fit) / (1.0 - leverage)
        explained = 1.0 - (left_out**2).mean() / max(y.var(), 1e-300)
    else:
        slope, level, fit, leverage = _quasi(x[:, which] * size, share, line)
        expected = np.clip(expit(fit), _LEAST, 1.0 - _LEAST)
        variance = expected * (1.0 - expected)
        left_out = (share - expected) / (1.0 - leverage) / np.sqrt(variance)
        explained = 1.0 - ((share - expected) ** 2 / (1.0 - leverage) ** 2).mean() / max(share.var(), 1e-300)
    slopes = np.zeros(x.shape[1])
    slopes[which] = slope * size
    return _Fitted(slopes, level, np.sqrt((left_out**2).mean()), explained, leverage.mean())


def _quasi(x, share, line):
    """Log-odds of an expected share by iterated weighted least squares; the weights stay those of the first step."""
    mean = np.clip(share.mean(), _LEAST, 1.0 - _LEAST)
    fit = np.full(len(x), logit(mean))
    for turn in range(_NEWTON):
        expected = np.clip(expit(fit), _LEAST, 1.0 - _LEAST)
        variance = expected * (1.0 - expected)
        if turn == 1:
            line = _Ridge(x, variance)
        slope, level, fit, leverage = line.best(logit(expected) + (share - expected) / variance)
    return slope, level, fit, leverage


class _Ridge:
    """A weighted ridge regression on x, shape (n, p), taken apart once; its strength by leaving runs out."""

    def __init__(self, x: np.ndarray, weight: np.ndarray) -> None:
        self.root = np.sqrt(weight / weight.mean())
        self.middle = np.average(x, axis=0, weights=weight)
        self.scaled = self.root[:, None] * (x - self.middle)
        wide = x.shape[1] > len(x)  # then there are fewer runs than terms to take apart
        size, vectors = np.linalg.eigh(self.scaled @ self.scaled.T if wide else self.scaled.T @ self.scaled)
        there = size > 1e-9 * size[-1]
        self.size, vectors = size[there], vectors[:, there]
        others = (self.scaled.T if wide else self.scaled) @ vectors / np.sqrt(self.size)
        self.u, self.v = (vectors, others) if wide else (others, vectors)
        self.shrink = self.size / (self.size + _RIDGES[:, None] * len(x) / 100.0)  # (ridges, p)
        own = self.root**2 / len(x)
        self.leverage = np.clip(self.u**2 @ self.shrink.T + own[:, None], 0.0, 1.0 - 1e-6)  # (n, ridges)

    def best(self, y: np.ndarray) -> tuple:
        """Slopes, level, fitted values and leverages for y, shape (n,)."""
        level = np.average(y, weights=self.root**2)
        right = self.root * (y - level)
        found = self.u.T @ right
        fits = self.u @ (self.shrink * found).T
        error = (((right[:, None] - fits) / (1.0 - self.leverage)) ** 2).sum(axis=0)
        used = self.leverage.mean(axis=0)
        n = int(np.argmin(np.where(used <= max(_MOST, used.min()), error, np.inf)))
        slope = self.v @ (self.shrink[n] * found / np.sqrt(self.size))
        return slope, level - self.middle @ slope, level + fits[:, n] / self.root, self.leverage[:, n]
