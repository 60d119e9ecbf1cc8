"""When people sign up, or might: the stock at the start, dates by a growth law, and candidates."""

import numpy as np

from sim.kernel.compiler import kernel
from sim.kernel.streams import SIGN_UP, SIGN_UP_CANDIDATE, SIGN_UP_DATE, SIGN_UP_SHIFT, draw, draw4

GOLDEN = 0.6180339887498949


@kernel
def register(
    key: np.ndarray,
    shares: np.ndarray,
    opened: np.ndarray,
    growth: np.ndarray,
    days: int,
    early: bool,
    platform: np.ndarray,
    signed_up: np.ndarray,
) -> None:
    """First platform and day of the first registration.

    Platforms fill by a golden-ratio sequence over the numbers of persons, which meets the shares almost exactly
    for any number of people and leaves everyone where they are when one more is added. Registrations on a platform
    that opened on day ``o`` have grown like ``((t - o) / (days - o)) ** growth``.

    Writes: platform, signed_up.

    Parameters
    ----------
    shares, opened, growth : float64 arrays, shape (P,)
        Share of first registrations, day of opening, exponent.
    days
        Length of the run.
    early
        Everyone has registered before the start (accounts never looked at).
    platform, signed_up : integer arrays, shape (N,)
        Written.
    """
    shift = draw(key, SIGN_UP, 0, 0, SIGN_UP_SHIFT)
    for i in range(signed_up.size):
        u = ((i + 1) * GOLDEN + shift) % 1.0
        p = 0
        while p < shares.size - 1 and u >= shares[p]:
            u -= shares[p]
            p += 1
        platform[i] = p
        share = draw(key, SIGN_UP, 0, i, SIGN_UP_DATE) ** (1.0 / growth[p])
        end = 0.0 if early else days
        signed_up[i] = min(int(np.floor(opened[p] + (end - opened[p]) * share)), int(end) - 1)


def before_start(opened: np.ndarray, growth: np.ndarray, days: int) -> np.ndarray:
    """Share of each platform's people, by the growth law, who have registered before the first day; like `opened`."""
    since = np.maximum(-opened, 0.0)
    return (since / (days + since)) ** growth


@kernel
def stand_by(
    key: np.ndarray,
    opened: np.ndarray,
    later: np.ndarray,
    days: int,
    people: int,
    most: float,
    platform: np.ndarray,
    moment: np.ndarray,
    threshold: np.ndarray,
) -> None:
    """Candidates, given who has registered before the start: see `sim.markets.entry`.

    The first `people` have their platform from `register`. Whoever came before the start is the stock; the others come
    at a moment that is even over the days since (or since their platform opened), if entry has at least the strength of
    their threshold, 0 to 1. All beyond `people` have thresholds from 1 to `most`; they should be as many as the first
    for each whole number in between.

    Writes: moment, platform, threshold.

    Parameters
    ----------
    opened, later : float64 arrays, shape (P,)
        Day of opening; share in those who come after the start.
    platform, moment, threshold : arrays, shape (N,)
        Written; of the first `people`, only `threshold` and the `moment` of those who come after the start.
    """
    for i in range(moment.size):
        u, v, w, _ = draw4(key, SIGN_UP, 0, i, SIGN_UP_CANDIDATE)
        p = np.int64(platform[i])
        threshold[i] = v
        if i >= people:
            p = 0
            while p < later.size - 1 and w >= later[p]:
                w -= later[p]
                p += 1
            platform[i], threshold[i] = p, 1.0 + (most - 1.0) * v
        if i >= people or moment[i] >= 0:
            first = max(opened[p], 0.0)
            moment[i] = min(int(first + (days - first) * u), days - 1)
