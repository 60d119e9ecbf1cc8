"""Raking (iterative proportional fitting): the joint distribution nearest to a seed table that has all known marginals.

Deming and Stephan (1940), "On a least squares adjustment of a sampled frequency table when the expected
marginal totals are known"; the limit minimises the relative entropy to the guess (Csiszar 1975).
"""

import numpy as np


def rake(
    seed_table: np.ndarray, marginals: dict[str, tuple], tolerance: float = 1e-9, rounds: int = 5000
) -> np.ndarray:
    """The joint distribution nearest to a seed table that has the given marginals.

    Parameters
    ----------
    seed_table : float array, any shape
        Affinities, 0 where impossible; need not add up to 1.
    marginals : dict of name to (label, shares)
        `label` is an int array that broadcasts to the shape of `seed_table` and says to which group a cell belongs;
        `shares`, shape (groups,), gives each group's probability.
    tolerance
        Largest difference allowed between a marginal and its target.
    rounds
        Most sweeps over all marginals.

    Returns
    -------
    float array, shape of `seed_table`
        Probabilities.

    Raises
    ------
    ValueError
        If there is no such distribution: the marginals contradict each other. Names those that are missed.
    """
    joint = np.array(seed_table, float)
    flat = joint.reshape(-1)
    marginals = {
        name: (np.broadcast_to(label, joint.shape).ravel(), np.asarray(shares, float))
        for name, (label, shares) in marginals.items()
    }
    for _ in range(rounds):
        missed = {}
        for name, (label, shares) in marginals.items():
            sums = np.bincount(label, flat, shares.size)
            missed[name] = np.abs(sums - shares).max()
            flat *= np.divide(shares, sums, out=np.zeros_like(shares), where=sums > 0.0)[label]
        if max(missed.values()) < tolerance:
            return joint
    worst = ", ".join(f"{name} by {gap:.2g}" for name, gap in missed.items() if gap >= tolerance)
    raise ValueError(f"shares of the population contradict each other; missed are {worst}")


def rest(*shares) -> list[float]:
    """The given shares and what they leave of 1, not below 0."""
    return [*shares, max(1.0 - sum(shares), 0.0)]


def each_cell(joint: np.ndarray) -> tuple:
    """The marginal that keeps `joint` itself when its cells are split along one more, last axis.

    Parameters
    ----------
    joint : float array, any shape

    Returns
    -------
    (label, shares)
        For `rake`.
    """
    return np.arange(joint.size).reshape(*joint.shape, 1), joint.ravel()


def cumulative(joint: np.ndarray) -> np.ndarray:
    """Conditional cumulative probabilities along the last axis, ending in exactly 1.0.

    Parameters
    ----------
    joint : float array, shape (..., n)

    Returns
    -------
    float array, shape (..., n)
        A row without any probability is all 1.0.
    """
    sums = np.cumsum(joint, axis=-1)
    total = sums[..., -1:]
    return np.divide(sums, total, out=np.ones_like(sums), where=total > 0.0)
