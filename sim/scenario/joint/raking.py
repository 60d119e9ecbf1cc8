"""Raking (iterative proportional fitting): the joint distribution nearest to a seed table that has all known marginals.

Deming and Stephan (1940), "On a least squares adjustment of a sampled frequency table when the expected
marginal totals are known"; the limit minimises the relative entropy to the guess (Csiszar 1975).
"""

import numpy as np


class Contradiction(ValueError):
    """No joint distribution has all the marginals; `missed` names those that are not met."""

    def __init__(self, gaps: dict[str, float]) -> None:
        self.missed = ", ".join(gaps)
        far = ", ".join(f"{name} by {gap:.2g}" for name, gap in gaps.items())
        super().__init__(f"shares of the population contradict each other; missed are {far}")


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
    Contradiction
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
    raise Contradiction({name: gap for name, gap in missed.items() if gap >= tolerance})


def ends(seed_table: np.ndarray, marginals: dict[str, tuple], slopes: dict[str, np.ndarray]) -> tuple | None:
    """Least and largest t in 0 to 1 at which the marginals ``shares + t slope`` are those of some distribution.

    A linear program over the cells that are not impossible (Farkas 1902: it has no solution if and only if the
    marginals contradict each other).

    Parameters
    ----------
    seed_table, marginals
        As in `rake`.
    slopes : dict of name to float array
        How the shares of each marginal move with t.

    Returns
    -------
    (float, float)
        None if there is no such t.
    """
    from scipy import sparse
    from scipy.optimize import linprog

    there = np.flatnonzero(seed_table)
    rows, right = [], []
    for name, (label, shares) in marginals.items():
        group = np.broadcast_to(label, seed_table.shape).ravel()[there]
        ones = (np.ones(len(there)), (group, np.arange(len(there))))
        sums = sparse.coo_array(ones, shape=(len(shares), len(there)))
        rows.append(sparse.hstack([sums, -sparse.coo_array(slopes[name][:, None])]))
        right.append(shares)
    equal, right, cost = sparse.vstack(rows).tocsr(), np.concatenate(right), np.zeros(len(there) + 1)
    found = []
    for sign in (1.0, -1.0):
        cost[-1] = sign
        best = linprog(cost, A_eq=equal, b_eq=right, bounds=[(0.0, 1.0)] * len(cost))
        if best.status != 0:
            return None
        found.append(best.x[-1])
    return found[0], found[1]


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
