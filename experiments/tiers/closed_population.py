"""A closed population in which people differ: what Petersen's count makes of it, by theory and by trial.

People's capture probabilities follow a beta distribution of given mean and squared coefficient of variation, each
person has the same probability in both waves, and the waves are independent: the case of `petersen_bias`.
"""

from collections.abc import Sequence

import numpy as np
from scipy.stats import beta, sem

from sim.instruments.estimators import chapman
from sim.kernel.streams import EXPERIMENT, EXPERIMENT_COLUMN, draw4, make_key

PEOPLE, TRIALS, MEAN = 2_000, 25, 0.12  # so that some 29 are caught twice even where all are alike
SPREADS = (0.0, 0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0)  # squared coefficients of variation


def trial(
    key: np.ndarray, which: int, mean: float = MEAN, cv2: float = 0.0, people: int = PEOPLE
) -> tuple[int, int, int]:
    """Persons caught in the first, the second and both waves of one trial: n1, n2 and m.

    Parameters
    ----------
    key : uint32 array, shape (3,)
        From `sim.kernel.streams.make_key`.
    which
        Number of the trial; the same number has the same luck at every spread.
    mean
        Mean capture probability in a wave, in (0, 1).
    cv2
        Squared coefficient of variation of the probabilities, below 1 / mean - 1.
    """
    chance = np.array([draw4(key, EXPERIMENT, which, who, EXPERIMENT_COLUMN)[:3] for who in range(people)])
    p = np.full(people, mean)
    if cv2 > 0.0:
        size = (1.0 - mean) / (mean * cv2) - 1.0  # a + b of the beta distribution with these moments
        p = beta.ppf(chance[:, 0], mean * size, (1.0 - mean) * size)
    caught = chance[:, 1:] < p[:, None]
    return int(caught[:, 0].sum()), int(caught[:, 1].sum()), int(caught.all(axis=1).sum())


def bias_by_trial(
    seed: int, spreads: Sequence[float] = SPREADS, mean: float = MEAN, people: int = PEOPLE, trials: int = TRIALS
) -> tuple[np.ndarray, np.ndarray]:
    """The count over the true number, mean over trials, at each spread.

    Returns
    -------
    ratio, error : float arrays, shape (spreads,)
        Mean and its standard error. Chapman's count, since Petersen's own is too high by chance when few are
        caught twice.
    """
    key = make_key(seed)
    ratios = np.array(
        [[chapman(*trial(key, t, mean, cv2, people)).n_hat / people for t in range(trials)] for cv2 in spreads]
    )
    return ratios.mean(axis=1), sem(ratios, axis=1)
