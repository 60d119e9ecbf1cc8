"""Which published rows tell a parameter, and what the headline owes to those that none tells."""

import numpy as np
import pandas as pd

from experiments.calibrate.inference.design import MOST_ROUNDS
from experiments.calibrate.inference.emulators import emulators
from experiments.calibrate.inference.likelihood import Likelihood
from experiments.calibrate.inference.posterior import Posterior
from experiments.calibrate.inference.table import OUTCOME, of_turns, points_of

HEADLINE = tuple(
    [f"{what}_{tier}" for what in ("reading", "truth") for tier in ("very_active", "regular", "occasional")]
    + ["mean_earnings"]
)
_DRAWS, _STEP, _FEWEST = 200, 0.02, 40  # draws averaged over; of a slope, share of prior mass; runs with an outcome


def tellers(likelihood: Likelihood, posterior: Posterior) -> list[str]:
    """The two rows that say most of each parameter, with their shares of what all say: ``"a 60 %, b 20 %"``.

    What a row says is the square of how far its expectation moves, in its own width, when the parameter does (Fisher
    information), averaged over the posterior; intervals count like rows as wide as they are uncertain.
    """
    where, ids = posterior.draws(_DRAWS), likelihood.data.ids
    found = []
    for j in range(where.shape[1]):
        ends = [_moved(where, j, np.clip(where[:, j] + step, 1e-6, 1 - 1e-6)) for step in (-_STEP, _STEP)]
        apart = (ends[1][:, j] - ends[0][:, j])[:, None]
        said = (((likelihood.expected(ends[1]) - likelihood.expected(ends[0])) / apart / likelihood.width) ** 2).mean(0)
        first = np.argsort(-said, kind="stable")[:2]
        found.append(", ".join(f"{ids[i]} {said[i] / max(said.sum(), 1e-300):.0%}" for i in first))
    return found


def moves(table: pd.DataFrame, posterior: Posterior) -> pd.DataFrame:
    """What each parameter moves most of the headline over the middle 90 % of its posterior, all others at its draws.

    By emulators of the small markets of a table of runs.

    Returns
    -------
    DataFrame
        One row a parameter: headline (share by which it goes up or down; nan if nothing is known) and of (which).
    """
    rounds = of_turns(table, *range(MOST_ROUNDS))
    given = rounds.reindex(columns=[OUTCOME + name for name in HEADLINE]).to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        outcomes = np.log(given)
    outcomes[~np.isfinite(outcomes)] = np.nan
    names = [name for name, n in zip(HEADLINE, np.isfinite(outcomes).sum(axis=0), strict=True) if n >= _FEWEST]
    d = posterior.points.shape[1]
    if not names:
        return pd.DataFrame({"headline": [np.nan] * d, "of": [""] * d})
    outcomes = outcomes[:, np.isin(HEADLINE, names)]
    expected = emulators(points_of(rounds), outcomes, ("log",) * len(names), np.nanmedian(outcomes, axis=0))
    where, ends, found = posterior.draws(_DRAWS), posterior.quantiles((0.05, 0.95)), []
    for j in range(d):
        low, high = (expected(_moved(where, j, end[j])) for end in ends)
        change = np.expm1((high - low).mean(axis=0))
        most = int(np.argmax(np.abs(np.log1p(change))))
        found.append({"headline": change[most], "of": names[most]})
    return pd.DataFrame(found)


def _moved(where, j, value):
    """Points with one coordinate elsewhere."""
    moved = where.copy()
    moved[:, j] = value
    return moved
