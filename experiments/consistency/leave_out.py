r"""Leave out each row, and each source, in turn: what do the others make of it?

A source's rows are predicted together: the distance of what it published from the prediction is

.. math:: T = \frac{1}{2} (y - m)' S^{-1} (y - m) - \sum_k \log P(I_k)

with mean m and covariance S of the joint prediction (Mahalanobis 1936) and, for its intervals, the probability that
they hold; its p-value is the share of sources drawn from the prediction that lie as far away.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from experiments.consistency.beliefs import Beliefs, Weighed
from experiments.consistency.evidence import ABOUT
from experiments.consistency.judge import Judge, Prediction, scattered, verdict

_RIDGE = 1e-6  # share of the variances added to a covariance before it is inverted


def leave_one_out(beliefs: Beliefs, alone: Prediction) -> pd.DataFrame:
    """Each row predicted from all others.

    Parameters
    ----------
    beliefs
    alone
        What is expected of each under the priors: whether the model reaches it at all.

    Returns
    -------
    DataFrame
        id, quantity, unit, source, part, role, value, low, high, also; predicted_low, predicted_25, predicted,
        predicted_75, predicted_high (5 to 95 %, as published readings scatter); chance, p, z, low_z, high_z, as in
        `Prediction`; alone (p under the priors); k (shape of the tail of the weights), drawn_anew, verdict.
    """
    judge, records = beliefs.judge, []
    rows, others = np.flatnonzero(judge.counted), without_each(judge)
    for row, believed in zip(rows, others, strict=True):
        found = beliefs.given(believed)
        record = found.prediction(judge).record(int(row))
        records.append(record | {"alone": alone.p[row], "k": found.k, "drawn_anew": found.anew})
    table = pd.concat([judge.rows.loc[rows, ABOUT].reset_index(drop=True), pd.DataFrame(records)], axis=1)
    return table.assign(verdict=verdict(table["p"], len(table)))


def leave_source_out(beliefs: Beliefs) -> pd.DataFrame:
    """Each source, and each part of one that has several, predicted from all others.

    Returns
    -------
    DataFrame
        source, part (empty for a whole source), rows, intervals, distance (Mahalanobis, per root of the rows: about 1
        where it fits), p, verdict, furthest (id of the row that is furthest by itself), furthest_z.
    """
    judge, records = beliefs.judge, []
    for source, part, mine in groups(judge):
        if not mine[judge.counted].all():
            found = beliefs.given(judge.counted & ~mine)
            records.append({"source": source, "part": part} | _together(judge, mine, found))
    names = ["source", "part", "rows", "intervals", "distance", "p", "furthest", "furthest_z"]
    table = pd.DataFrame(records, columns=names)
    return table.assign(verdict=verdict(table["p"], len(table)))


def inside(single: pd.DataFrame) -> int:
    """How many rows lie within the 90 % of what all others expect; an interval, if it is that probable."""
    valued = single["value"].notna()
    return int((single["chance"].between(0.05, 0.95) & valued | (single["chance"] >= 0.05) & ~valued).sum())


def without_each(judge: Judge) -> list[np.ndarray]:
    """The beliefs of all rows but each in turn, list of bool (m,)."""
    return [judge.counted & (np.arange(len(judge.counted)) != row) for row in np.flatnonzero(judge.counted)]


def groups(judge: Judge) -> Iterator[tuple[str, str, np.ndarray]]:
    """Sources, and the parts of those that have several: name, part, and bool (m,) which rows; each with rows."""
    rows = judge.rows[judge.counted]
    for source, mine in rows.groupby("source", sort=False):
        yield source, "", judge.places(mine["id"])
        if mine["part"].nunique() > 1:
            for part, some in mine.groupby("part", sort=False):
                yield source, part, judge.places(some["id"])


def _together(judge: Judge, mine: np.ndarray, found: Weighed) -> dict:
    """How far what a source published lies from what believers of the others predict."""
    prediction, data = found.prediction(judge), judge.sharp.data
    drawn = scattered(judge, found.of.expected, found.weights)
    valued, interval = mine & ~judge.interval, mine & judge.interval
    far = _squared(drawn[:, valued], data.observed[valued])
    likely = np.clip(prediction.chance[interval], 1e-12, 1.0 - 1e-12)
    inside = (drawn[:, interval] >= data.low[interval]) & (drawn[:, interval] <= data.high[interval])
    of_drawn = far[1:] / 2.0 - np.log(np.where(inside, likely, 1.0 - likely)).sum(axis=1)
    published = far[0] / 2.0 - np.log(likely).sum()
    p = (1.0 + (of_drawn >= published - 1e-9).sum()) / (1.0 + len(drawn)) if found.usable else np.nan
    worst = np.flatnonzero(mine)[np.argmax(np.abs(prediction.z[mine]))]
    distance = np.sqrt(far[0] / valued.sum()) if valued.any() else np.nan
    return {"rows": int(mine.sum()), "intervals": int(interval.sum()), "distance": distance, "p": p,
            "furthest": judge.rows["id"].iloc[worst], "furthest_z": prediction.z[worst]}  # fmt: skip


def _squared(drawn, published):
    """Squared Mahalanobis distances of what was published, first, and of each draw; zeros of nothing."""
    if not drawn.shape[1]:
        return np.zeros(len(drawn) + 1)
    away = np.vstack([published, drawn]) - drawn.mean(axis=0)
    spread = np.atleast_2d(np.cov(drawn.T))
    spread = spread + _RIDGE * np.diag(np.diag(spread))
    return np.einsum("ij,ij->i", away @ np.linalg.inv(spread), away)
