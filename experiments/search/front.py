"""Which candidates no other beats: the front of Pareto, and of it those that are looked at again.

The market as it is belongs to those compared: whoever is worse than doing nothing is no answer.
"""

import numpy as np


def front(goals: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """Candidates that keep what must be kept and that neither another of them nor doing nothing beats in every goal.

    Parameters
    ----------
    goals : array, shape (candidates, goals)
        Differences from the market as it is, signed so that more is better; nan where not known.
    kept : bool array, shape (candidates,)

    Returns
    -------
    bool array, shape (candidates,)
        Of candidates that are alike in all goals, the first.
    """
    able = kept & np.isfinite(goals).all(axis=1)
    among = np.vstack([np.zeros((1, goals.shape[1])), np.where(able[:, None], goals, -np.inf)])
    best = np.zeros(len(goals), bool)
    for place in np.flatnonzero(able):
        mine = goals[place]
        as_good = (among >= mine).all(axis=1)
        better = as_good & (among > mine).any(axis=1)
        twin = as_good[: place + 1].any()  # doing nothing, or an earlier candidate, is as good in all
        best[place] = not better.any() and not twin
    return best


def again(goals: np.ndarray, kept: np.ndarray, most: int) -> np.ndarray:
    """Places of at most so many candidates to be looked at again, the best for the first goal first.

    Of several goals from the front, from end to end of it; of one goal the best, whose front is a single candidate.

    Parameters
    ----------
    goals, kept
        As in `front`.
    most

    Returns
    -------
    int array
    """
    alone = goals.shape[1] == 1
    places = np.flatnonzero(kept & (goals[:, 0] > 0.0)) if alone else np.flatnonzero(front(goals, kept))
    if alone:
        places = places[np.unique(goals[places, 0], return_index=True)[1]]
    order = places[np.lexsort(tuple(-goals[places, column] for column in reversed(range(goals.shape[1]))))]
    if len(order) <= most or alone:
        return order[:most]
    return order[np.round(np.linspace(0, len(order) - 1, most)).astype(int)]
