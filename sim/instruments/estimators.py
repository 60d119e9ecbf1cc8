"""How many there are, given who was caught: estimators of a population's size.

Everybody alike and waves independent, a share n1/N of the second wave has been met before, so m/n2 = n1/N
(Petersen 1896, Lincoln 1930). When people differ in how easily they are caught, those caught once are easier
to catch again, m is too large and the count too low, by the factor 1 / (1 + cv^2) of `petersen_bias`.
With three or more waves the frequencies of capture f1, f2, ... (people caught once, twice, ...) say something
about that spread: `sim.instruments.heterogeneity`. Every `Estimate` says whether the data identify it.

All intervals are at 95 %. Persons are the unit of every count.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, log1p, nan, sqrt
from numbers import Real

import numpy as np

Z = 1.959963984540054  # 97.5 % point of the normal
FEW = 5  # of a wave missed by the other: fewer, and nearly all were caught again
NOBODY_TWICE = "nobody was caught twice: the data give no upper end"


@dataclass(frozen=True)
class Estimate:
    """A count with its uncertainty.

    Attributes
    ----------
    n_hat, standard_error, low, high
        Persons; `low` and `high` are the ends of a 95 % interval, `inf` where the data set no end.
    identified
        Whether the data determine what the method claims to estimate.
    note
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
def lincoln_petersen(n1: int, n2: int, m: int) -> Estimate:
    """Petersen's count of a closed population, N = n1 n2 / m.

    The standard error is the delta method's, sqrt(n1 n2 (n1-m) (n2-m) / m^3) (Seber 1982, "The estimation of
    animal abundance", section 3.1). The interval is that of `chapman`.

    Parameters
    ----------
    n1, n2
        Persons caught in the first and in the second wave.
    m
        Persons caught in both.

    Raises
    ------
    ValueError
        If a count is negative or not whole, or m exceeds n1 or n2.
    """
    n1, n2, m = _two_waves(n1, n2, m)
    if not m:
        return _never_met(n1, n2, inf, inf, "Lincoln-Petersen")
    error = sqrt(n1 * n2 * (n1 - m) * (n2 - m) / m**3)
    return Estimate(n1 * n2 / m, error, *_interval(n1, n2, m), "Lincoln-Petersen", True, "")


def chapman(n1: int, n2: int, m: float) -> Estimate:
    """Chapman's count, N = (n1+1)(n2+1)/(m+1) - 1, free of bias when n1 + n2 >= N (Chapman 1951).

    Standard error sqrt((n1+1)(n2+1)(n1-m)(n2-m) / ((m+1)^2 (m+2))) (Seber 1970, "The effects of trap response
    on tag recapture estimates", Biometrics 26). The interval is Sadinle's (2009, "Transformed logit confidence
    intervals for small populations", Communications in Statistics 38): the log of the number never caught is
    nearly normal where the count itself is skewed, so it keeps its rate with few recaptures too. Where nearly all
    of a wave were caught in the other too that log is not normal: there it is that of `darroch`'s profile likelihood.

    Parameters and errors as for `lincoln_petersen`.
    """
    n1, n2, m = _two_waves(n1, n2, m)
    n_hat = (n1 + 1) * (n2 + 1) / (m + 1) - 1
    error = sqrt((n1 + 1) * (n2 + 1) * (n1 - m) * (n2 - m) / ((m + 1) ** 2 * (m + 2)))
    if not m:
        return _never_met(n1, n2, n_hat, error, "Chapman")
    # Robson and Regier 1964: with seven expected recaptures or more the bias stays under 2 %.
    note = "" if m >= 7 else f"only {m} caught twice: with fewer than 7 the count tends to be too low"
    return Estimate(n_hat, error, *_interval(n1, n2, m), "Chapman", True, note)


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


def _interval(n1, n2, m) -> tuple[float, float]:
    """Sadinle's interval; the profile likelihood's where nearly all of a wave were caught in the other too."""
    if min(n1, n2) - m < FEW:
        return _profile_interval(np.array([n1, n2]), n1 + n2 - m, n1 * n2 / m)
    return _sadinle_interval(n1, n2, m)


def _sadinle_interval(n1, n2, m):
    both, first, second = m + 0.5, n1 - m + 0.5, n2 - m + 0.5
    spread = exp(Z * sqrt(1 / both + 1 / first + 1 / second + both / (first * second)))
    seen, unseen = n1 + n2 - m, first * second / both
    return max(seen - 0.5 + unseen / spread, float(seen)), seen - 0.5 + unseen * spread


def darroch(sizes: Sequence[int] | np.ndarray, seen: int) -> Estimate:
    """Darroch's count of a closed population of people all alike in waves of any effort (model M_t).

    Maximum likelihood, 1 - D/N = prod (1 - n_j/N) (Darroch 1958, "The multiple-recapture census I", Biometrika 45);
    standard error sqrt(N / (1/prod q_j - sum 1/q_j + t - 1)) with q_j = 1 - n_j/N. The interval holds the N whose
    likelihood is within 1.92 of the best. For two waves it is Petersen's count.

    Parameters
    ----------
    sizes : shape (t,)
        Persons caught in each wave.
    seen
        Persons caught at all, D.

    Raises
    ------
    ValueError
        If there are fewer than two waves, a number is negative or not whole, or no waves of these sizes meet so many.
    """
    n, method = whole(sizes), "M_t (waves differ)"
    if not _is_count(seen) or not n.max() <= seen <= n.sum():
        raise ValueError(f"seen = {seen!r} must be a whole number between the largest of {list(sizes)!r} and their sum")
    if (n > 0).sum() < 2:
        return Estimate(nan, nan, float(seen), inf, method, False, "fewer than two waves caught anybody")
    if n.sum() == seen:
        low, _ = _profile_interval(n, seen, inf)
        return Estimate(inf, inf, low, inf, method, False, NOBODY_TWICE)
    n_hat = _most_likely(n, seen)
    q = 1 - n / n_hat
    error = sqrt(n_hat / (1 / q.prod() - (1 / q).sum() + len(n) - 1)) if n_hat > seen else 0.0
    return Estimate(
        n_hat, error, *_profile_interval(n, seen, n_hat), method, True, "holds only if people are all alike"
    )


def _likelihood(n, seen, count):
    """Log-likelihood of a count of people all alike, at the best chances of each wave, but for a constant."""
    from scipy.special import gammaln, xlogy  # a second to import, which a run that never comes here does without

    caught = xlogy(n, n / count) + xlogy(count - n, 1 - n / count)
    return gammaln(count + 1) - gammaln(count - seen + 1) + caught.sum()


def _most_likely(n, seen):
    """The count at which 1 - D/N = prod (1 - n_j/N), at least those seen; Petersen's for two waves, to the bit."""
    from scipy.optimize import brentq  # as above

    if len(n) == 2:
        return float(n[0]) * float(n[1]) / float(n.sum() - seen)

    def short(count):
        return 1 - seen / count - np.prod(1 - n / count)

    far = 2.0 * seen
    while short(far) < 0 and far < 1e15:
        far *= 2
    return brentq(short, seen, far, xtol=1e-9 * seen)


def _profile_interval(n, seen, n_hat) -> tuple[float, float]:
    """The counts whose likelihood is within 1.92 of the best; no upper end if the best is without end."""
    from scipy.optimize import minimize_scalar  # as above
    from scipy.special import xlogy

    if n_hat == inf:  # from the likelihood's limit
        return _end(n, seen, (xlogy(n, n) - n).sum(), seen, 1e9 * seen), inf
    # Whole persons: the continuous maximum may lie a person above the root, where all but all are met.
    span = (float(seen), max(n_hat, seen) + 2.0)
    top = max(_likelihood(n, seen, n_hat), -minimize_scalar(lambda x: -_likelihood(n, seen, x), span, span).fun)
    far = 2.0 * n_hat + 2.0
    while _likelihood(n, seen, far) > top - Z**2 / 2:
        far *= 2
    return _end(n, seen, top, seen, n_hat), _end(n, seen, top, far, n_hat)


def _end(n, seen, top, limit, inside):
    """Where the likelihood falls 1.92 below `top`, between the limit and a count inside; the limit if it does not."""
    from scipy.optimize import brentq  # as above

    def above(count):
        return _likelihood(n, seen, count) - top + Z**2 / 2

    if above(limit) >= 0 or above(inside) <= 0:
        return float(limit)
    return brentq(above, limit, inside, xtol=1e-9 * seen)


def petersen_bias(
    mean: float | np.ndarray,
    cv2: float | np.ndarray,
    correlation: float | np.ndarray = 1.0,
    response: float | np.ndarray = 1.0,
) -> float | np.ndarray:
    """E[N_hat] / N of Petersen's count in a large population whose people differ.

    With capture probabilities p in the first wave and q in the second, both of the given mean and squared
    coefficient of variation, E[p q] = mean^2 k with k = 1 + correlation cv2. If having been caught multiplies
    q by `response`, n2 = N mean (1 + (response - 1) mean k), m = N response mean^2 k, and

        E[N_hat] / N -> (1 + (response - 1) mean k) / (response k),

    which is 1 / (1 + cv2) for the same p in independent waves (Seber 1982, section 3.2; Carothers 1973).

    Parameters
    ----------
    mean
        Mean capture probability in a wave, in (0, 1].
    cv2
        Squared coefficient of variation of the capture probabilities; at most 1 / mean - 1.
    correlation
        Correlation over people between p and q: 1 if the two waves catch the same sort of people alike,
        0 if they catch independent ones.
    response
        Capture probability of those caught before over what it would have been; below 1 they avoid, above
        1 they seek the second wave.

    Raises
    ------
    ValueError
        If no distribution of probabilities has these moments.
    """
    mean, cv2, correlation, response = map(np.asarray, (mean, cv2, correlation, response))
    if np.any(mean <= 0) or np.any((cv2 < 0) | (cv2 > (1 / mean - 1) * (1 + 1e-12))):  # so no mean above 1
        raise ValueError("mean must lie in (0, 1] and cv2 in [0, 1 / mean - 1]")
    if np.any(np.abs(correlation) > 1) or np.any(response <= 0):
        raise ValueError("correlation must lie in [-1, 1] and response above 0")
    k = 1 + correlation * cv2
    return (1 + (response - 1) * mean * k) / (response * k)


# --- frequencies of capture --------------------------------------------------------------------------------------
def chao_lower_bound(
    frequencies: Sequence[int] | np.ndarray, alone: Sequence[int] | np.ndarray | None = None
) -> Estimate:
    """Chao's lower bound when people differ: N >= D + Q / f2, D persons seen in t waves, f2 of them twice.

    Waves of equal effort have Q = (t-1)/t f1^2 / 2 (Chao 1987, "Estimating the population size for
    capture-recapture data with unequal catchability", Biometrics 43; 1989, Biometrics 45, for the factor). With the
    numbers u_j caught in wave j alone, waves may differ in effort: Q = sum of u_j u_k over the pairs of waves. Let
    person i be caught in wave j with odds a_i e_j, and P_i be the chance never to be caught: then E f0 = sum P_i,
    E u_j = e_j sum P_i a_i, E f2 = (sum of e_j e_k) (sum P_i a_i^2), and by Cauchy and Schwarz
    (sum P_i a_i)^2 <= E f0 sum P_i a_i^2. For two waves it is Petersen's count, value and standard error alike: that
    count *is* a lower bound. With f2 = 0, sum over pairs of u_j u_k, or (t-1)/t f1 (f1-1) / 2, takes the place of
    Q / f2.

    Parameters
    ----------
    frequencies : shape (t,)
        Persons caught exactly once, twice, ..., t times.
    alone : shape (t,), optional
        Persons caught in each wave and in no other; without them, waves are taken to be of equal effort.

    Returns
    -------
    Estimate
        With a log-normal interval for the number never caught; the standard error is the delta method's for
        multinomial counts, sum of g^2 n - N with g the derivatives of N.

    Raises
    ------
    ValueError
        If there are fewer than two waves, a number is negative or not whole, or those caught alone are not f1 in all.
    """
    f = whole(frequencies)
    t, seen, f1, f2 = len(f), int(f.sum()), float(f[0]), float(f[1])
    method, note = "Chao lower bound", "a lower bound of the count, not an estimate of it"
    if not seen:
        return Estimate(nan, nan, 0.0, inf, method, False, "nobody was caught: no count is possible")
    if alone is None:
        u, pairs, slope = np.array([f1]), (1 - 1 / t) * f1**2 / 2, np.array([(1 - 1 / t) * f1])
        note += "; waves are taken to be of equal effort" if t > 2 else ""
        alike = (1 - 1 / t) * f1 * (f1 - 1) / 2
    else:
        u = whole(alone).astype(float)
        if len(u) != t or u.sum() != f1:
            raise ValueError(f"{list(alone)!r} were caught in one wave alone, where f1 = {f1:g} were caught once")
        pairs, slope = (f1**2 - (u**2).sum()) / 2, f1 - u
        alike = pairs
    unseen = pairs / f2 if f2 else alike
    n_hat = seen + unseen
    gradient = slope / f2 if f2 else slope
    variance = ((1 + gradient) ** 2 * u).sum() + seen - f1 - n_hat
    variance += f2 * ((1 - unseen / f2) ** 2 - 1) if f2 else 0.0
    low, high = _log_interval(seen, n_hat, variance)
    if not f2:
        note, high = f"{note}; nobody was caught exactly twice: the data give no upper end", inf
    return Estimate(float(n_hat), sqrt(max(variance, 0.0)), float(low), float(high), method, bool(f2), note)


def whole(frequencies: Sequence | np.ndarray) -> np.ndarray:
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
