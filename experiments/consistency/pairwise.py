r"""Pair by pair: can two published numbers be readings of one population?

Of two rows i and j, with Z the probability of what was published under the priors,

.. math:: R = \frac{Z_{ij}}{Z_i Z_j}, \qquad \log S = \log R - (D_i + D_j - D_{ij})

R says how many times as probable both are if one population was read than if each had one of its own (Marshall,
Rajguru and Slosar 2006), and D, what rows teach (the divergence of posterior from prior; Kullback and Leibler 1951),
takes from it what depends on the width of the priors: S, the suspiciousness (Handley and Lemos 2019). Both are told.
The verdict rests on a third measure, which is a probability: what who believes i must expect of j, and the other way
round, and of the two the one that is less surprised; or a row that the model does not reach would be at odds with
every other. It is the more lenient of two probabilities, so that false verdicts are at most as many as are expected.

The same among believers of all other rows: R, and how surprising each of both is to those who do not believe the other.
"""

import numpy as np
import pandas as pd

from experiments.consistency.beliefs import FEWEST, Beliefs
from experiments.consistency.importance import effective
from experiments.consistency.judge import scattered, surprise, verdict
from sim.results.command.progress import doing

_LOG10 = np.log(10.0)
_ENDS = (0.05, 0.5, 0.95)


class Alone:
    """Believers of each row alone, from points of the prior; all arrays have the row believed first.

    Attributes
    ----------
    log10_r, log10_s : float array, shape (m, m)
    effective : float array, shape (m,)
        Points of the prior that each believer's view is worth.
    p : float array, shape (m, m)
        How surprising each row, second, is to who believes the first.
    ends : float array, shape (m, 3, m)
        What is expected of it: 5, 50 and 95 %, in its unit.
    """

    def __init__(self, beliefs: Beliefs) -> None:
        judge, prior = beliefs.judge, beliefs.prior
        terms = prior.sharp - prior.sharp.max(axis=0)
        likely = np.exp(terms)
        self.log10_r, self.log10_s = tensions(terms, likely)
        weights = likely / likely.sum(axis=0)
        self.effective = np.array([effective(one) for one in weights.T])
        self.p = surprise(weights.T @ prior.below, judge.interval)
        self.p[self.effective < FEWEST] = np.nan
        self.ends = np.stack([_expected(judge, prior.expected, one) for one in weights.T])


def tensions(terms: np.ndarray, likely: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """log10 R and log10 S of each pair, shape (m, m), from log-likelihoods at points of the prior, shape (n, m), and
    their exponentials.
    """
    single, both = likely.mean(axis=0), likely.T @ likely / len(likely)
    weighed = likely * terms
    crossed = weighed.T @ likely / len(likely)
    learned = weighed.mean(axis=0) / single  # mean log-likelihood of each row given the row
    with np.errstate(divide="ignore", invalid="ignore"):
        log_r = np.log(both) - np.log(np.outer(single, single))
        log_s = (crossed + crossed.T) / both - learned[:, None] - learned[None, :]
    return log_r / _LOG10, log_s / _LOG10


def _expected(judge, expected, weights):
    """What a believer expects of every row, shape (3, m)."""
    return judge.sharp.data.back(np.quantile(scattered(judge, expected, weights), _ENDS, axis=0))


def pairwise(beliefs: Beliefs, alone: Alone, single: pd.DataFrame) -> pd.DataFrame:
    """Each pair of rows; `single` is the table of `leave_one_out`.

    Returns
    -------
    DataFrame
        one, other (ids); log10_r, log10_s; expected_one_low, expected_one, expected_one_high (what who believes the
        other expects of one, 5, 50, 95 %), expected_other_low, expected_other, expected_other_high; p_one, p_other (how
        surprising each is to who believes the other alone), p (the larger), verdict; log10_r_rest (given all other
        rows), p_one_rest and p_other_rest (given all others but the other of the pair), p_one_all and p_other_all
        (given that too); nan where it is not known.
    """
    judge, left = beliefs.judge, single.set_index("id")["p"]
    names, rows, records = judge.rows["id"].tolist(), np.flatnonzero(judge.counted), []
    with doing("setting rows against each other", len(rows), "rows") as setting:
        for setting.done, i in enumerate(rows):
            for j in rows[setting.done + 1 :]:
                record = {"one": names[i], "other": names[j], "log10_r": alone.log10_r[i, j],
                      "log10_s": alone.log10_s[i, j]}  # fmt: skip
                for name, of, by in (("one", i, j), ("other", j, i)):
                    ends = dict(zip(("_low", "", "_high"), alone.ends[by, :, of], strict=True))
                    record |= {f"expected_{name}{end}": value for end, value in ends.items()}
                record |= {"p_one": alone.p[j, i], "p_other": alone.p[i, j], "p": max(alone.p[j, i], alone.p[i, j])}
                everybody = {"p_one_all": left[names[i]], "p_other_all": left[names[j]]}
                records.append(record | _among_all(beliefs, i, j) | everybody)
    table = pd.DataFrame(records)
    table.insert(table.columns.get_loc("p") + 1, "verdict", verdict(table["p"], int(table["p"].notna().sum())))
    return table


def _among_all(beliefs, i, j):
    """The pair among believers of all others, where draws that are there tell."""
    judge = beliefs.judge
    others = judge.counted.copy()
    others[[i, j]] = False
    found = beliefs.weighed(others)
    if found is None:
        return dict.fromkeys(("log10_r_rest", "p_one_rest", "p_other_rest"), np.nan)
    p = surprise(found.weights @ found.of.below[:, [i, j]], judge.interval[[i, j]])
    terms = found.of.sharp[:, [i, j]]
    likely = np.exp(terms - terms.max(axis=0))
    with np.errstate(divide="ignore"):
        r = np.log10((found.weights @ likely.prod(axis=1)) / np.prod(found.weights @ likely))
    return {"log10_r_rest": r, "p_one_rest": p[0], "p_other_rest": p[1]}
