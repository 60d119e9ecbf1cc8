"""Third instrument: two waves of a paid questionnaire, and how many people that says there are.

The questionnaire is a task on the open list of one platform. Who is there while it lasts, takes it: being caught
is looking at the right time and being quicker than the quota.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sim.instruments.estimators import Estimate, chapman, lincoln_petersen


@dataclass(frozen=True)
class Recapture:
    """Persons caught in the first, the second and both waves; estimates of the platform's, at the scale of the run."""

    n1: int
    n2: int
    m: int
    petersen: Estimate
    chapman: Estimate

    @property
    def count(self) -> Estimate:
        """Petersen's count, as published; where nobody was caught twice, which it takes, Chapman's."""
        return self.petersen if self.m else self.chapman


def recapture(answers: pd.DataFrame) -> Recapture | None:
    """The count from the usable answers of the two waves; None where a wave has none."""
    waves = [np.unique(answers.loc[answers["wave"] == wave, "worker"]) for wave in (0, 1)]
    n1, n2, m = *map(len, waves), len(np.intersect1d(waves[0], waves[1]))
    if not n1 or not n2:
        return None
    return Recapture(n1, n2, m, lincoln_petersen(n1, n2, m), chapman(n1, n2, m))
