r"""Draws of the posterior by an ensemble of walkers (emcee; Foreman-Mackey and others 2013).

Walkers live in logit of the prior shares, where the prior is logistic, :math:`\log u (1 - u)` up to a constant; moves
are differences of two other walkers (ter Braak 2006), now and then whole ones, from one ridge to another. (emcee's
snooker move is left out: on a normal posterior of 32 dimensions emcee 3.1 finds half of the variance with it.)

They begin around the best point, as wide as the curvature there says, and a half more. Two ensembles that do not know
each other have to agree, or it is no posterior.
"""

import emcee
import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, log_expit, logit

from experiments.calibrate.inference.chance import BEGIN, WALK, normals, uniforms
from experiments.calibrate.inference.likelihood import Likelihood
from experiments.calibrate.inference.posterior import Posterior
from sim.results.command.progress import doing

MOST_APART = 1.02  # R-hat beyond which ensembles, and their halves, have not found the same
_WALKERS, _STATE = 4, 624  # walkers a parameter; words of a Mersenne twister
_STEPS, _LONGEST = 300, 7  # steps of each ensemble; times that these are doubled, at most, counting the first
_KEPT, _FEWER = 4000, 8  # draws; one walker in so many tells how long a chain remembers
_WIDER, _LOGISTIC = 1.5, 3.0 / np.pi**2  # walkers begin wider than the curvature; precision of a logistic prior
_TRIED, _STEP = 1000, 1e-4  # points tried for the best before a climb from there; in logits


class NotConverged(RuntimeError):
    """Ensembles of walkers that do not agree: there is no posterior to speak of."""


def sample(
    likelihood: Likelihood,
    rows: np.ndarray | None = None,
    seed: int = 0,
    steps: int = _STEPS,
    observed: np.ndarray | None = None,
    kept: int = _KEPT,
    most: int = _LONGEST,
    ensembles: int = 2,
) -> Posterior:
    """The posterior given some rows of the data.

    Parameters
    ----------
    rows : bool array, shape (m,), optional
        Which rows count; by default all.
    seed
        The same seed, the same bits.
    steps
        Of each ensemble; doubled until ensembles agree.
    observed : float array, shape (m,), optional
        Stands for the published numbers.
    kept
        Draws from the second half of the chains, in random order: any few of them are of many walkers and times.
    most
        How often they may be doubled, counting the first.
    ensembles
        That have to agree, and each with itself: the first half of its second half with the rest.

    Raises
    ------
    NotConverged
        If the ensembles do not agree after the longest chains.
    """
    rows = np.ones(len(likelihood.data.ids), bool) if rows is None else np.asarray(rows, bool)

    def log_posterior(y):
        u = np.clip(expit(y), 1e-9, 1 - 1e-9)
        prior = (log_expit(y) + log_expit(-y)).sum(axis=1)
        return prior + likelihood.terms(u, observed)[:, rows].sum(axis=1) if rows.any() else prior

    with doing("seeking where walkers begin"):
        walkers = _begin(log_posterior, likelihood, rows, seed, ensembles)
    chosen = [_ensemble(log_posterior, likelihood.d, seed, turn) for turn in range(ensembles)]
    for turn in range(most):
        for one, begin in zip(chosen, walkers, strict=True):
            state = one.get_last_sample() if turn else emcee.State(begin, random_state=one.random_state)
            with doing("walking through the posterior", one.iteration or steps, "steps") as walking:
                for _ in one.sample(state, iterations=walking.total):
                    walking.done += 1
        chains = np.stack([one.get_chain(discard=one.iteration // 2) for one in chosen])
        apart = rhat(chains).max()
        if apart < MOST_APART and (np.ptp(chains, axis=1).max(axis=-1) > 0).all():  # no walker stands still
            return _gathered(chains, kept, seed)
    raise NotConverged(
        f"ensembles of walkers disagree after {chosen[0].iteration} steps, or some stand still (R-hat {apart:.2f}, "
        f"{MOST_APART} at most): there is no posterior to report; more runs, or fewer parameters"
    )


def rhat(chains: np.ndarray) -> np.ndarray:
    """How far apart ensembles and their halves are, shape (d,), as split R-hat (Gelman and others 2013): 1, not at all.

    Of chains of shape (ensembles, steps, walkers, d).
    """
    half = chains.shape[1] // 2
    parts = np.concatenate([chains[:, :half], chains[:, -half:]]).reshape(2 * len(chains), -1, chains.shape[-1])
    within, between = parts.var(axis=1).mean(axis=0), parts.mean(axis=1).var(axis=0, ddof=1)
    return np.sqrt(1.0 + between / np.maximum(within, 1e-300))


def _ensemble(log_posterior, d, seed, turn):
    """Walkers with chance of their own, which follows from the seed."""
    usual = 2.38 / np.sqrt(2.0 * d)  # the best step on a normal posterior; half of it where ridges are curved
    moves = [(emcee.moves.DEMove(gamma0=size), share) for size, share in ((usual, 0.5), (usual / 2.0, 0.4), (1.0, 0.1))]
    found = emcee.EnsembleSampler(_walkers(d), d, log_posterior, vectorize=True, moves=moves)
    words = (uniforms(seed, WALK, [turn], _STATE)[0] * 2.0**32).astype(np.uint32)
    found.random_state = ("MT19937", words, _STATE)
    return found


def _walkers(d):
    return max(_WALKERS * d, 32)


def _begin(log_posterior, likelihood, rows, seed, ensembles):
    """Where the walkers begin, shape (ensembles, walkers, d)."""
    d = likelihood.d
    tried = logit(uniforms(seed, BEGIN, _TRIED, d))
    start = tried[np.argmax(log_posterior(tried))]
    step = np.vstack([np.eye(d), -np.eye(d)]) * _STEP

    def slopes(function, y):
        around = function(y + step)
        return (around[:d] - around[d:]) / (2.0 * _STEP)

    found = minimize(lambda y: -log_posterior(y[None])[0], start, jac=lambda y: -slopes(log_posterior, y),
                     method="L-BFGS-B", bounds=[(-6.0, 6.0)] * d, options={"maxiter": 200})  # fmt: skip
    moved = slopes(lambda y: likelihood.expected(expit(y)), found.x)[:, rows] / likelihood.width[rows]
    cover = np.linalg.inv(moved @ moved.T + _LOGISTIC * np.eye(d))
    away = _WIDER * normals(seed, BEGIN + 1, ensembles * _walkers(d), d) @ np.linalg.cholesky(cover).T
    return (found.x + away).reshape(ensembles, -1, d)


def _gathered(chains, kept, seed):
    """Draws in random order from chains of shape (ensembles, steps, walkers, d), and what all of them are worth."""
    times = [emcee.autocorr.integrated_time(one[:, ::_FEWER], tol=0) for one in chains]
    draws = chains.reshape(-1, chains.shape[-1])
    worth = float(len(draws) / max(np.max(np.mean(times, axis=0)), 1.0))
    taken = draws[np.argsort(uniforms(seed, BEGIN + 2, 1, len(draws))[0], kind="stable")[:kept]]
    points = np.clip(expit(taken), 1e-9, 1 - 1e-9)
    return Posterior(points, np.full(len(points), 1.0 / len(points)), worth)
