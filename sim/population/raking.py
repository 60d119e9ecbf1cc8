"""Iterative proportional fitting: the joint law nearest to a rough guess that has all the known margins.

Deming and Stephan (1940), "On a least squares adjustment of a sampled frequency table when the expected
marginal totals are known"; the limit minimises the relative entropy to the guess (Csiszar 1975).
"""

import numpy as np


def fit(guess: np.ndarray, margins: dict[str, tuple], tolerance: float = 1e-9, rounds: int = 5000) -> np.ndarray:
    """The joint law nearest to `guess` that has the given margins.

    Parameters
    ----------
    guess : float array, any shape
        Affinities, 0 where impossible; need not add up to 1.
    margins : dict of name to (label, shares)
        `label` is an int array that broadcasts to the shape of `guess` and says to which group a cell belongs;
        `shares`, shape (groups,), gives each group's probability.
    tolerance
        Largest difference allowed between a margin and its target.
    rounds
        Most sweeps over all margins.

    Returns
    -------
    float array, shape of `guess`
        Probabilities.

    Raises
    ------
    ValueError
        If no such law is found: the margins contradict each other. Names those that are missed.
    """
    law = np.array(guess, float)
    flat = law.reshape(-1)
    margins = {
        name: (np.broadcast_to(label, law.shape).ravel(), np.asarray(shares, float))
        for name, (label, shares) in margins.items()
    }
    for _ in range(rounds):
        missed = {}
        for name, (label, shares) in margins.items():
            found = np.bincount(label, flat, shares.size)
            missed[name] = np.abs(found - shares).max()
            flat *= np.divide(shares, found, out=np.zeros_like(shares), where=found > 0.0)[label]
        if max(missed.values()) < tolerance:
            return law
    worst = ", ".join(f"{name} by {gap:.2g}" for name, gap in missed.items() if gap >= tolerance)
    raise ValueError(f"shares of the population contradict each other; missed are {worst}")


def rest(*shares) -> list[float]:
    """The given shares and what they leave of 1, not below 0."""
    return [*shares, max(1.0 - sum(shares), 0.0)]


def each_cell(law: np.ndarray) -> tuple:
    """The margin that keeps `law` itself when its cells are split along one more, last axis.

    Parameters
    ----------
    law : float array, any shape

    Returns
    -------
    (label, shares)
        For `fit`.
    """
    return np.arange(law.size).reshape(*law.shape, 1), law.ravel()


def cumulative(law: np.ndarray) -> np.ndarray:
    """Conditional cumulative probabilities along the last axis, ending in exactly 1.0.

    Parameters
    ----------
    law : float array, shape (..., n)

    Returns
    -------
    float array, shape (..., n)
        A row without any probability is all 1.0.
    """
    sums = np.cumsum(law, axis=-1)
    total = sums[..., -1:]
    return np.divide(sums, total, out=np.ones_like(sums), where=total > 0.0)
