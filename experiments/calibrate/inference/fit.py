"""A calibration's result: the posterior, whether it can be trusted, and what it leaves open."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.calibrate.inference.data import Data
from experiments.calibrate.inference.design import parameters, values
from experiments.calibrate.inference.likelihood import Likelihood
from experiments.calibrate.inference.posterior import Posterior
from experiments.calibrate.inference.recovery import Recovery
from experiments.calibrate.inference.scale_correction import Scale

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
# Posterior over prior standard deviation below which the data are said to tell a parameter, and to narrow it.
TOLD, NARROWED = 0.5, 0.8
WORDS = ("told by the data", "narrowed", "left as it was believed")
EVEN = 0.05  # probability below which ranks of a recovery are called uneven
_PRIOR = 12.0**-0.5  # standard deviation of a share of prior mass


@dataclass(frozen=True)
class Fit:
    """The result of a calibration."""

    data: Data
    scale: Scale
    runs: int  # that it was taken from
    posterior: Posterior
    likelihood: Likelihood | None  # None from pyABC
    recovery: Recovery
    chosen: np.ndarray | None = None  # (d,) where the large market is expected nearest to the data, if that is known

    @property
    def width(self) -> np.ndarray:
        """Posterior over prior standard deviation of each parameter, shape (d,): 1, nothing learned; 0, all."""
        return self.posterior.sd / _PRIOR

    @property
    def best(self) -> np.ndarray:
        """The point expected nearest to the data, if that is known, else the draw nearest to the others' mean."""
        if self.chosen is not None:
            return self.chosen
        away = self.posterior.points - self.posterior.mean
        spread = self.posterior.covariance + 1e-6 * np.eye(away.shape[1])
        return self.posterior.points[np.argmin(np.einsum("ij,ij->i", away @ np.linalg.inv(spread), away))]


def told(width: float) -> str:
    """What the data say of a parameter whose posterior is so wide, in words."""
    return WORDS[int(width >= TOLD) + int(width >= NARROWED)]


def parameter_table(fitted: Fit, by: list[str], moves: pd.DataFrame) -> pd.DataFrame:
    """One row a parameter: what the posterior says, and whether the data tell it.

    `by` are the rows that tell each, in words; `moves` is what
    `experiments.calibrate.inference.headline.moves` gives.

    Returns
    -------
    DataFrame
        key, prior, low, median, high (5, 50, 95 %), best, width (posterior over prior standard deviation), told (that
        in words), by, headline (what it moves most of the three tiers as read and in truth and of mean earnings, over
        its posterior's 90 %, as a share), of (which), recovered (share of the true values' variance over the data sets
        of the recovery that posterior means explain), cover_50, cover_90, even (probability of ranks at least as
        uneven if the posterior is right).
    """
    ends = fitted.posterior.quantiles(LEVELS)
    table = pd.DataFrame({"key": list(parameters()), "prior": [str(prior) for prior in parameters().values()]})
    for name, row in zip(("low", "median", "high", "best"), (ends[0], ends[2], ends[4], fitted.best), strict=True):
        table[name] = list(values(row).values())
    table["width"] = fitted.width
    table["told"], table["by"] = [told(width) for width in fitted.width], by
    table["headline"], table["of"] = moves["headline"].to_numpy(), moves["of"].to_numpy()
    tested = len(fitted.recovery.ranks) > 2
    unknown = np.full(len(table), np.nan)
    table["recovered"] = fitted.recovery.explained() if tested else unknown
    table["cover_50"], table["cover_90"] = fitted.recovery.coverage() if tested else (unknown, unknown)
    table["even"] = fitted.recovery.evenness() if tested else unknown
    return table


def correlated(fitted: Fit, least: float = 0.3) -> pd.DataFrame:
    """Pairs of parameters whose posterior draws are correlated: one, other, correlation, the strongest first."""
    spread = fitted.posterior.covariance
    correlation = spread / np.sqrt(np.outer(np.diag(spread), np.diag(spread)) + 1e-300)
    keys = [*parameters()]
    pairs = [(keys[i], keys[j], correlation[i, j]) for i in range(len(spread)) for j in range(i)]
    table = pd.DataFrame(pairs, columns=["one", "other", "correlation"]).query(f"abs(correlation) >= {least}")
    return table.sort_values("correlation", key=lambda column: -column.abs(), kind="stable", ignore_index=True)
