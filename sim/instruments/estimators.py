"""How many there are, given who was caught: estimators of a population's size.

Everybody alike and waves independent, a share n1/N of the second wave has been met before, so m/n2 = n1/N
(Petersen 1896, Lincoln 1930). When people differ in how easily they are caught, those caught once are easier
to catch again, m is too large and the count too low, by the factor 1 / (1 + cv^2) of `petersen_bias`.
With three or more waves the frequencies of capture f1, f2, ... (people caught once, twice, ...) say something
about that spread; with two they cannot, and with few waves often hardly do: Link 2003 ("Nonidentifiability of
population size from capture-recapture data with heterogeneous detection probabilities", Biometrics 59) shows
families of spread that fit alike and count differently. So every `Estimate` says whether the data identify it.

All intervals are at 95 %. Persons are the unit of every count.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import copysign, exp, inf, log, log1p, nan, sqrt
from numbers import Real

import numpy as np
from scipy.special import chdtrc, comb, expit, gammaln, xlogy

Z = 1.959963984540054  # 97.5 % point of the normal
FAR = 1e4  # a count this many times the people seen stands for "without end"
NOBODY_TWICE = "nobody was caught twice: the data give no upper end"


@dataclass(frozen=True)
class Estimate:
    """A count with its uncertainty.

    Attributes
    ----------
    n_hat, standard_error, low, high : float
        Persons; `low` and `high` are the ends of a 95 % interval, `inf` where the data set no end.
    method : str
    identified : bool
        Whether the data determine what the method claims to estimate.
    note : str
        What a reader must know before using the number; empty if nothing.
    """

    n_hat: float
    standard_error: float
    low: float
    high: float
    method: str
    identified: bool
    note: str


# --- two waves -------------------------------------------------------------------------------------------------
def lincoln_petersen(n1, n2, m):
    """Petersen's count of a closed population, N = n1 n2 / m.

    The standard error is the delta method's, sqrt(n1 n2 (n1-m) (n2-m) / m^3) (Seber 1982, "The estimation of
    animal abundance", section 3.1); the interval is that of `chapman`.

    Parameters
    ----------
    n1, n2 : int
        Persons caught in the first and in the second wave.
    m : int
        Persons caught in both.

    Returns
    -------
    Estimate

    Raises
    ------
    ValueError
        If a count is negative or not whole, or m exceeds n1 or n2.
    """
    n1, n2, m = _two_waves(n1, n2, m)
    if not m:
        return _never_met(n1, n2, inf if n1 and n2 else nan, inf, "Lincoln-Petersen")
    error = sqrt(n1 * n2 * (n1 - m) * (n2 - m) / m**3)
    return Estimate(n1 * n2 / m, error, *_sadinle_interval(n1, n2, m), "Lincoln-Petersen", True, "")


def chapman(n1, n2, m):
    """Chapman's count, N = (n1+1)(n2+1)/(m+1) - 1, free of bias when n1 + n2 >= N (Chapman 1951).

    Standard error sqrt((n1+1)(n2+1)(n1-m)(n2-m) / ((m+1)^2 (m+2))) (Seber 1970, "The effects of trap response
    on tag recapture estimates", Biometrics 26). The interval is Sadinle's (2009, "Transformed logit confidence
    intervals for small populations", Communications in Statistics 38): the log of the number never caught is
    nearly normal where the count itself is skewed, so it keeps its rate with few recaptures too.

    Parameters and errors as for `lincoln_petersen`.

    Returns
    -------
    Estimate
    """
    n1, n2, m = _two_waves(n1, n2, m)
    n_hat = (n1 + 1) * (n2 + 1) / (m + 1) - 1
    error = sqrt((n1 + 1) * (n2 + 1) * (n1 - m) * (n2 - m) / ((m + 1) ** 2 * (m + 2)))
    if not m:
        return _never_met(n1, n2, n_hat if n1 and n2 else nan, error, "Chapman")
    # Robson and Regier 1964: with seven expected recaptures or more the bias stays under 2 %.
    note = "" if m >= 7 else f"only {m} caught twice: with fewer than 7 the count tends to be too low"
    return Estimate(n_hat, error, *_sadinle_interval(n1, n2, m), "Chapman", True, note)


def _two_waves(n1, n2, m):
    counts = {"n1": n1, "n2": n2, "m": m}
    wrong = [f"{name} = {x!r} must be a whole number, 0 or more" for name, x in counts.items() if not _is_count(x)]
    if not wrong and m > min(n1, n2):
        wrong = [f"m = {m} persons caught twice exceed n1 = {n1} or n2 = {n2}"]
    if wrong:
        raise ValueError("; ".join(wrong))
    return int(n1), int(n2), int(m)


def _is_count(x):
    return isinstance(x, Real) and 0 <= x < inf and x == int(x)


def _never_met(n1, n2, n_hat, error, method):
    if not (n1 and n2):
        return Estimate(nan, nan, float(n1 + n2), inf, method, False, "a wave caught nobody: no count is possible")
    return Estimate(n_hat, error, _sadinle_interval(n1, n2, 0)[0], inf, method, False, NOBODY_TWICE)


def _sadinle_interval(n1, n2, m):
    both, first, second = m + 0.5, n1 - m + 0.5, n2 - m + 0.5
    spread = exp(Z * sqrt(1 / both + 1 / first + 1 / second + both / (first * second)))
    seen, unseen = n1 + n2 - m, first * second / both
    return max(seen - 0.5 + unseen / spread, float(seen)), seen - 0.5 + unseen * spread


def two_wave_frequencies(n1, n2, m):
    """Capture frequencies (f1, f2) of two waves: persons caught once and caught twice.

    Parameters and errors as for `lincoln_petersen`.
    """
    n1, n2, m = _two_waves(n1, n2, m)
    return n1 + n2 - 2 * m, m


def petersen_bias(mean, cv2, correlation=1.0, response=1.0):
    """E[N_hat] / N of Petersen's count in a large population whose people differ.

    With capture probabilities p in the first wave and q in the second, both of the given mean and squared
    coefficient of variation, E[p q] = mean^2 k with k = 1 + correlation cv2. If having been caught multiplies
    q by `response`, n2 = N mean (1 + (response - 1) mean k), m = N response mean^2 k, and

        E[N_hat] / N -> (1 + (response - 1) mean k) / (response k),

    which is 1 / (1 + cv2) for the same p in independent waves (Seber 1982, section 3.2; Carothers 1973).

    Parameters
    ----------
    mean : float or array
        Mean capture probability in a wave, in (0, 1].
    cv2 : float or array
        Squared coefficient of variation of the capture probabilities; at most 1 / mean - 1.
    correlation : float or array
        Correlation over people between p and q: 1 if the two waves catch the same sort of people alike,
        0 if they catch independent ones.
    response : float or array
        Capture probability of those caught before over what it would have been; below 1 they avoid, above
        1 they seek the second wave.

    Returns
    -------
    float or array

    Raises
    ------
    ValueError
        If no distribution of probabilities has these moments.
    """
    mean, cv2, correlation, response = map(np.asarray, (mean, cv2, correlation, response))
    if np.any((mean <= 0) | (mean > 1)) or np.any((cv2 < 0) | (cv2 > (1 / mean - 1) * (1 + 1e-12))):
        raise ValueError("mean must lie in (0, 1] and cv2 in [0, 1 / mean - 1]")
    if np.any(np.abs(correlation) > 1) or np.any(response <= 0):
        raise ValueError("correlation must lie in [-1, 1] and response above 0")
    k = 1 + correlation * cv2
    return (1 + (response - 1) * mean * k) / (response * k)


# --- frequencies of capture --------------------------------------------------------------------------------------
def chao_lower_bound(frequencies):
    """Chao's lower bound when people differ: N >= D + (t-1)/t f1^2 / (2 f2), D persons seen in t waves.

    By Cauchy and Schwarz whatever the spread of capture probabilities, waves being of equal effort
    (Chao 1987, "Estimating the population size for capture-recapture data with unequal catchability",
    Biometrics 43; 1989, Biometrics 45, for the factor). With f2 = 0, f1 (f1-1) / 2 takes the place of
    f1^2 / (2 f2). For two waves of equal size it is Petersen's count, value and standard error alike: that
    count *is* a lower bound.

    Parameters
    ----------
    frequencies : sequence of int, shape (t,)
        Persons caught exactly once, twice, ..., t times.

    Returns
    -------
    Estimate
        With a log-normal interval for the number never caught.

    Raises
    ------
    ValueError
        If there are fewer than two waves or a frequency is negative or not whole.
    """
    f = _frequencies(frequencies)
    a, seen, f1, f2 = 1 - 1 / len(f), int(f.sum()), float(f[0]), float(f[1])
    method, note = "Chao lower bound", "a lower bound of the count, not an estimate of it"
    if not seen:
        return Estimate(nan, nan, 0.0, inf, method, False, "nobody was caught: no count is possible")
    if f2:
        n_hat, r = seen + a * f1**2 / (2 * f2), f1 / f2
        variance = f2 * (a / 2 * r**2 + a**2 * r**3 + a**2 / 4 * r**4)
        return Estimate(n_hat, sqrt(variance), *_log_interval(seen, n_hat, variance), method, True, note)
    n_hat = seen + a * f1 * (f1 - 1) / 2
    variance = a * f1 * (f1 - 1) / 2 + a**2 * (f1 * (2 * f1 - 1) ** 2 / 4 - f1**4 / (4 * n_hat))
    low, _ = _log_interval(seen, n_hat, variance)
    note += "; nobody was caught exactly twice: the data give no upper end"
    return Estimate(n_hat, sqrt(max(variance, 0.0)), low, inf, method, False, note)


def _frequencies(frequencies):
    values = list(frequencies)
    if len(values) < 2 or not all(map(_is_count, values)):
        raise ValueError(f"frequencies {values!r} must be two or more whole numbers, 0 or more: f1, f2, ...")
    return np.array(values, np.int64)


def _log_interval(seen, n_hat, variance):
    unseen = n_hat - seen
    if unseen <= 0 or variance <= 0:
        return float(n_hat), float(n_hat)
    spread = exp(Z * sqrt(log1p(variance / unseen**2)))  # log-normal, same mean and variance
    return seen + unseen / spread, seen + unseen * spread


# --- people who differ: the spread of capture probabilities as a family of distributions -------------------------
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


def _two_classes(theta, t):
    share = expit(theta[2])
    return np.array([1 - share, share]) @ _binomial(expit(theta[:2]), t)


@dataclass(frozen=True)
class _Family:
    method: str
    probabilities: Callable  # (theta, t) -> array of t + 1
    bounds: tuple
    starts: tuple
    places: int = 1  # so many of theta are logits; in `starts` they stand as offsets from the crude probability's


_PLACE = (-20.0, 20.0)
FAMILIES = {
    "alike": _Family("M_0 (all alike)", _alike, (_PLACE,), ((0.0,),)),
    "beta": _Family("M_h beta", _beta, (_PLACE, (-12.0, 6.0)), ((0.0, -2.0), (-1.0, 0.0))),
    "logit_normal": _Family(
        "M_h logistic-normal", _logit_normal, ((-60.0, 20.0), (-5.0, 3.0)), ((0.0, 0.0), (-2.0, 0.7))
    ),
    "two_classes": _Family(
        "M_h two classes",
        _two_classes,
        (_PLACE, _PLACE, (-12.0, 12.0)),
        ((-1.0, 1.0, -1.0), (-2.0, 0.5, 0.0), (-0.5, 2.0, -2.5)),
        places=2,
    ),
}


def heterogeneous(frequencies, family="beta"):
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
    family : {"beta", "logit_normal", "two_classes", "alike"}

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
    model, f = FAMILIES[family], _frequencies(frequencies)
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

    def __init__(self, model, f):
        self.model, self.f, self.t, self.seen = model, f, len(f), int(f.sum())
        self.u_bounds = (log(1e-3), log(FAR * self.seen))

    def __call__(self, u, theta):
        unseen, pi = exp(u), np.maximum(self.model.probabilities(theta, self.t), 1e-300)
        caught = min(pi[1:].sum(), 1 - 1e-15)
        total = self.seen + unseen
        size = gammaln(total + 1) - gammaln(unseen + 1) - gammaln(self.seen + 1)
        return size + unseen * log1p(-caught) + xlogy(self.f, pi[1:]).sum()

    def profile(self, u, theta):
        """Best log-likelihood at this u, searched from theta; and the theta that gives it."""
        return self._climb(lambda x: self(u, x), theta, self.model.bounds)

    def _climb(self, function, start, bounds):
        from scipy.optimize import minimize  # takes a tenth of a second to load, and few runs come here

        # Per person, so that the first step of the search is of the unknowns' own order.
        start = np.clip(start, *np.array(bounds).T)
        options = {"ftol": 1e-15, "gtol": 1e-9, "maxiter": 500}
        fit = minimize(
            lambda x: -function(x) / self.seen, start, (), "L-BFGS-B", "3-point", bounds=bounds, options=options
        )
        return -fit.fun * self.seen, fit.x

    def best(self):
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

    def edge(self, top, u, theta, limit):
        """Walk from the maximum to where the profile is 1.92 lower; None if it is not before the limit."""
        floor, step = top - Z**2 / 2, copysign(0.1, limit - u)
        while u != limit:
            further = min(u + step, limit) if step > 0 else max(u + step, limit)
            value, there = self.profile(further, theta)
            if value < floor:
                from scipy.optimize import brentq

                return brentq(lambda x, start: self.profile(x, start)[0] - floor, u, further, (theta,), 1e-5)
            u, theta, step = further, there, copysign(min(1.5 * abs(step), 1.0), step)  # theta must keep pace
        return None

    def error(self, u, theta):
        """Standard error of u, inf if the Hessian is singular in its direction."""
        hessian = _hessian(lambda x: -self(x[0], x[1:]), np.array([u, *theta]))
        values, vectors = np.linalg.eigh(hessian)
        flat = values < 1e-6 * self.seen
        if np.any(np.abs(vectors[0, flat]) > 0.01):
            return inf
        return sqrt((vectors[0, ~flat] ** 2 / values[~flat]).sum())

    def misfit(self, theta):
        """Chance of frequencies fitting worse than these, by the likelihood ratio; nan if nothing is left to test."""
        pi, freedom = self.model.probabilities(theta, self.t)[1:], self.t - 1 - len(theta)
        ratio = 2 * xlogy(self.f, np.maximum(self.f, 1) / (self.seen * pi / pi.sum())).sum()
        return chdtrc(freedom, ratio) if freedom > 0 else nan

    def notes(self, endless, high, error, theta):
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

    def estimate(self):
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
