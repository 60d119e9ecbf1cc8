"""How many there are, given who was caught: estimators of a population's size.

Everybody alike and waves independent, a share n1/N of the second wave has been met before, so m/n2 = n1/N
(Petersen 1896, Lincoln 1930). When people differ in how easily they are caught, those caught once are easier
to catch again, m is too large and the count too low, by the factor 1 / (1 + cv^2) of `petersen_bias`.
With three or more waves the frequencies of capture f1, f2, ... (people caught once, twice, ...) say something
about that spread: `sim.instruments.heterogeneity`. Every `Estimate` says whether the data identify it.

All intervals are at 95 %. Persons are the unit of every count.
"""

from dataclasses import dataclass
from math import exp, inf, log1p, nan, sqrt
from numbers import Real

import numpy as np

Z = 1.959963984540054  # 97.5 % point of the normal
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
    f = whole(frequencies)
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


def whole(frequencies):
    """Frequencies of capture as an int64 array, shape (t,); errors as for `chao_lower_bound`."""
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
