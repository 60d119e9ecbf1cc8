"""How many there are, given who was caught in several waves, when people differ in how easily they are caught.

With three or more waves the frequencies of capture f1, f2, ... (people caught once, twice, ...) say something
about that spread; with two they cannot, and with few waves often hardly do: Link 2003 ("Nonidentifiability of
population size from capture-recapture data with heterogeneous detection probabilities", Biometrics 59) shows
families of spread that fit alike and count differently. So every `Estimate` says whether the data identify it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import copysign, exp, inf, log, log1p, nan, sqrt

import numpy as np
from scipy.optimize import brentq, minimize
from scipy.special import chdtrc, comb, expit, gammaln, softmax, xlogy

from sim.instruments.estimators import Estimate, Z, chao_lower_bound, whole

FAR = 1e4  # a count this many times the people seen stands for "without end"

# --- the spread of capture probabilities as a family of distributions ---------------------------------------------
# Each function gives P(caught j of t times), j = 0..t, for unbounded parameters; the bounds keep the search finite.
_NODES = np.linspace(-8.0, 8.0, 321)
_WEIGHTS = np.exp(-(_NODES**2) / 2) / np.exp(-(_NODES**2) / 2).sum()


def _binomial(p, t):
    j = np.arange(t + 1)
    p = np.asarray(p)[..., None]
    return comb(t, j) * p**j * (1 - p) ** (t - j)


def _alike(theta, t):
    return _binomial(expit(theta[0]), t)


def _beta(theta, t):
    # As products, not beta functions: exact down to no spread at all (spread = 1 / (a + b) = 0, binomial).
    mean, spread, i = expit(theta[0]), exp(theta[1]), np.arange(t)
    up = np.concatenate([[1.0], np.cumprod(mean + i * spread)])
    down = np.concatenate([[1.0], np.cumprod(1 - mean + i * spread)])
    return comb(t, np.arange(t + 1)) * up * down[::-1] / np.prod(1 + i * spread)


def _logit_normal(theta, t):
    return _WEIGHTS @ _binomial(expit(theta[0] + exp(theta[1]) * _NODES), t)


def _classes(theta, t):
    k = (len(theta) + 1) // 2  # k logits of chances, then the log odds of each further class against the first
    return softmax(np.append(0.0, theta[k:])) @ _binomial(expit(theta[:k]), t)


@dataclass(frozen=True)
class _Family:
    method: str
    probabilities: Callable  # (theta, t) -> array of t + 1
    bounds: tuple
    starts: tuple
    places: int = 1  # so many of theta are logits; in `starts` they stand as offsets from the crude probability's


_PLACE, _SHARE = (-20.0, 20.0), (-12.0, 12.0)
FAMILIES = {
    "alike": _Family("M_0 (all alike)", _alike, (_PLACE,), ((0.0,),)),
    "beta": _Family("M_h beta", _beta, (_PLACE, (-12.0, 6.0)), ((0.0, -2.0), (-1.0, 0.0))),
    "logit_normal": _Family(
        "M_h logistic-normal", _logit_normal, ((-60.0, 20.0), (-5.0, 3.0)), ((0.0, 0.0), (-2.0, 0.7))
    ),
    "two_classes": _Family(
        "M_h two classes",
        _classes,
        (_PLACE, _PLACE, _SHARE),
        ((-1.0, 1.0, -1.0), (-2.0, 0.5, 0.0), (-0.5, 2.0, -2.5)),
        places=2,
    ),
    "three_classes": _Family(
        "M_h three classes",
        _classes,
        (_PLACE, _PLACE, _PLACE, _SHARE, _SHARE),
        ((-1.5, 0.0, 2.0, -0.5, -1.5), (-2.5, -0.5, 1.5, -1.0, -2.0), (-1.0, 1.0, 3.0, -1.0, -3.0)),
        places=3,
    ),
}


def heterogeneous(frequencies: Sequence[int] | np.ndarray, family: str = "beta") -> Estimate:
    """A count of people who differ in how easily they are caught (model M_h), by maximum likelihood.

    Capture probabilities follow the family's distribution, so a person is caught j of t times with probability
    pi_j(theta), and

        log L(N, theta) = log N! / (N - D)! + (N - D) log pi_0 + sum_j f_j log pi_j + constant

    (Dorazio and Royle 2003, "Mixture models for estimating the size of a closed population when capture rates
    vary among individuals", Biometrics 59, for the beta; Coull and Agresti 1999 for the logistic-normal; Pledger
    2000 for classes). The interval holds the N whose likelihood, maximal over theta, is within 1.92 of the best;
    the standard error comes from the Hessian in (log(N - D), theta).

    Parameters
    ----------
    frequencies : sequence of int, shape (t,)
        Persons caught exactly once, twice, ..., t times, in waves of about equal effort.

    Returns
    -------
    Estimate
        Not identified when there are fewer frequencies than unknowns (two waves, always, if people differ),
        when the likelihood stays within the interval as N grows without end, or when the Hessian is singular
        in the direction of N; `note` says which, and also when theta ended on the family's boundary (no spread
        found, or one without end) or the family does not fit. Identified means: given the family.

    Raises
    ------
    ValueError
        For an unknown family, fewer than two waves, or a frequency that is negative or not whole.
    """
    if family not in FAMILIES:
        raise ValueError(f"family {family!r} is none of {', '.join(FAMILIES)}")
    model, f = FAMILIES[family], whole(frequencies)
    t, unknowns = len(f), len(model.bounds) + 1
    if not f.sum():
        return Estimate(nan, nan, 0.0, inf, model.method, False, "nobody was caught: no count is possible")
    if t < unknowns:
        low = chao_lower_bound(f).low
        note = f"not identified by {t} waves: {unknowns} unknowns and {t} frequencies, so counts without end fit alike"
        return Estimate(nan, nan, low, inf, model.method, False, f"{note}; only Chao's lower bound holds")
    return _Likelihood(model, f).estimate()


class _Likelihood:
    """Log-likelihood of u = log(N - D) and theta for one family and one set of frequencies."""

    def __init__(self, model: _Family, f: np.ndarray) -> None:
        self.model, self.f, self.t, self.seen = model, f, len(f), int(f.sum())
        self.u_bounds = (log(1e-3), log(FAR * self.seen))

    def __call__(self, u: float, theta: np.ndarray) -> float:
        unseen, pi = exp(u), np.maximum(self.model.probabilities(theta, self.t), 1e-300)
        caught = min(pi[1:].sum(), 1 - 1e-15)
        total = self.seen + unseen
        size = gammaln(total + 1) - gammaln(unseen + 1) - gammaln(self.seen + 1)
        return size + unseen * log1p(-caught) + xlogy(self.f, pi[1:]).sum()

    def profile(self, u: float, theta: np.ndarray) -> tuple[float, np.ndarray]:
        """Best log-likelihood at this u, searched from theta; and the theta that gives it."""
        return self._climb(lambda x: self(u, x), theta, self.model.bounds)

    def _climb(self, function, start, bounds):
        # Per person, so that the first step of the search is of the unknowns' own order.
        start = np.clip(start, *np.array(bounds).T)
        options = {"ftol": 1e-15, "gtol": 1e-9, "maxiter": 500}
        fit = minimize(
            lambda x: -function(x) / self.seen, start, (), "L-BFGS-B", "3-point", bounds=bounds, options=options
        )
        return -fit.fun * self.seen, fit.x

    def best(self) -> tuple[float, float, np.ndarray]:
        """Maximum over u and theta from all the family's starts: (log-likelihood, u, theta)."""
        crude = (self.f @ np.arange(1, self.t + 1) + 0.5) / (self.t * self.seen + 1)
        fits = []
        for start in self.model.starts:
            theta = np.array(start)
            theta[: self.model.places] += log(crude / (1 - crude))
            caught = self.model.probabilities(theta, self.t)[1:].sum()
            u = np.clip(log(self.seen * (1 - caught) / caught), *self.u_bounds)
            bounds = (self.u_bounds, *self.model.bounds)
            fits.append(self._climb(lambda x: self(x[0], x[1:]), [u, *theta], bounds))
        top, x = max(fits, key=lambda fit: fit[0])
        return top, x[0], x[1:]

    def edge(self, top: float, u: float, theta: np.ndarray, limit: float) -> float | None:
        """Walk from the maximum to where the profile is 1.92 lower; None if it is not before the limit.

        An upper end that only the box of the search makes is none: wider spreads would fit larger counts.
        """
        floor, step = top - Z**2 / 2, copysign(0.1, limit - u)
        while u != limit:
            further = min(u + step, limit) if step > 0 else max(u + step, limit)
            value, there = self.profile(further, theta)
            if value < floor and step > 0 and self.boxed(there):
                return None
            if value < floor:
                return brentq(lambda x, start: self.profile(x, start)[0] - floor, u, further, (theta,), 1e-5)
            u, theta, step = further, there, copysign(min(1.5 * abs(step), 1.0), step)  # theta must keep pace
        return None

    def boxed(self, theta):
        """Is the spread as wide as the search allows? That it may be none is the family's own end, not the box's."""
        return self.model.places == 1 and len(theta) == 2 and self.model.bounds[1][1] - theta[1] < 0.05

    def error(self, u: float, theta: np.ndarray) -> float:
        """Standard error of u, inf if the Hessian is singular in its direction."""
        hessian = _hessian(lambda x: -self(x[0], x[1:]), np.array([u, *theta]))
        values, vectors = np.linalg.eigh(hessian)
        flat = values < 1e-6 * self.seen
        if np.any(np.abs(vectors[0, flat]) > 0.01):
            return inf
        return sqrt((vectors[0, ~flat] ** 2 / values[~flat]).sum())

    def misfit(self, theta: np.ndarray) -> float:
        """Chance of frequencies fitting worse than these, by the likelihood ratio; nan if nothing is left to test."""
        pi, freedom = self.model.probabilities(theta, self.t)[1:], self.t - 1 - len(theta)
        ratio = 2 * xlogy(self.f, np.maximum(self.f, 1) / (self.seen * pi / pi.sum())).sum()
        return chdtrc(freedom, ratio) if freedom > 0 else nan

    def notes(self, endless: bool, high: float | None, error: float, theta: np.ndarray) -> str:
        """What a reader must know about this fit."""
        bounds, differ = self.model.bounds, len(theta) > 1
        remarks = {
            "the likelihood grows without end with the count": endless,
            "flat profile likelihood: the data give no upper end": high is None and not endless,
            "the Hessian is singular in the direction of the count": error == inf and not endless,
            "the spread is at the boundary of its family": differ
            and any(min(x - a, b - x) < 0.5 for x, (a, b) in zip(theta, bounds, strict=True)),
            "the frequencies do not fit (p < 0.01)": self.misfit(theta) < 0.01,
            "holds only if the spread is of this family": differ,
        }
        return "; ".join(remark for remark, holds in remarks.items() if holds)

    def estimate(self) -> Estimate:
        """The fit as an `Estimate`."""
        top, u, theta = self.best()
        low, high = (self.edge(top, u, theta, limit) for limit in self.u_bounds)
        endless, error = u > self.u_bounds[1] - 0.01, self.error(u, theta)
        return Estimate(
            inf if endless else self.seen + exp(u),
            inf if endless else exp(u) * error,
            float(self.seen) if low is None else self.seen + exp(low),
            inf if high is None else self.seen + exp(high),
            self.model.method,
            high is not None and error < inf,
            self.notes(endless, high, error, theta),
        )


def _hessian(function, x, h=0.01):
    """Matrix of second differences of a function of a few unknowns of order one."""
    steps = h * np.eye(len(x))
    return np.array(
        [
            [
                (function(x + a + b) - function(x + a - b) - function(x - a + b) + function(x - a - b)) / (4 * h * h)
                for b in steps
            ]
            for a in steps
        ]
    )
