"""How much each parameter moves each outcome: elementary effects (Morris 1991), shares of variance (Sobol 1993)."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from SALib.analyze import morris as morris_analysis
from SALib.analyze import sobol as sobol_analysis
from SALib.sample import morris as morris_sample
from SALib.sample import sobol as sobol_sample

from experiments.calibrate.inference.chance import BOOTSTRAP, uniforms
from experiments.calibrate.inference.design import SCREENING, parameters
from experiments.calibrate.inference.measure import OUTCOMES
from experiments.calibrate.inference.runs import Runs
from experiments.sensitivity.emulator import Emulator, features
from sim.results.command.progress import doing
from sim.scenario.scenario import Scenario

GRIDS = (4, 8)  # levels of the two screenings
DUMMY = "nothing"
_BASE, _RESAMPLED = 1024, 40  # points of the Sobol sample; emulators fitted to resampled runs
_FEWEST = 40  # runs with the outcome that an emulator is fitted to


def problem() -> dict[str, Any]:
    """What SALib wants to know: the parameters as shares of prior mass, and one that does nothing."""
    names = [*parameters(), DUMMY]
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def outcomes_of(measured: list[dict[str, Any] | None]) -> np.ndarray:
    """Outcomes of each run, shape (n, q), as logarithms where they are amounts; nan where unknown or not made."""
    nothing = dict.fromkeys(OUTCOMES, np.nan)
    table = np.array([[(one["outcomes"] if one else nothing).get(name, np.nan) for name in OUTCOMES]
                      for one in measured], float)  # fmt: skip
    shares = np.isin(OUTCOMES, ("gini", "unpaid_share"))
    with np.errstate(divide="ignore", invalid="ignore"):
        table = np.where(shares, table, np.log(table))
    return np.where(np.isfinite(table), table, np.nan)


def sobol(where: np.ndarray, measured: list[dict[str, Any] | None], seed: int) -> pd.DataFrame:
    """Shares of each outcome's variance, on an emulator.

    Parameters
    ----------
    where : float array, shape (n, d)
    measured
        What `experiments.calibrate.inference.measure.measure` kept at each point.

    Returns
    -------
    DataFrame
        outcome, parameter, first, total, total_low, total_high (95 %: emulators fitted to runs drawn with
        replacement), explained (by the emulator, of the variance between runs), runs.
    """
    about = problem()
    # SALib's Saltelli sample: for N base points, N (d + 2) rows without second order.
    sample = sobol_sample.sample(about, _BASE, calc_second_order=False, scramble=True, seed=seed)
    idle = uniforms(seed, BOOTSTRAP, len(where), 1)  # each run's value of the parameter that does nothing
    sample, where = features(sample, len(where)), features(np.hstack([where, idle]), len(where))
    table, parts = outcomes_of(measured), {}
    for known, places in _together(table):
        x, y = where[known], table[np.ix_(known, places)]
        emulator = Emulator(x, y)
        level = emulator(sample)
        again = []
        with doing("fitting emulators to resampled runs", _RESAMPLED, "emulators") as fitting:
            for fitting.done, one in enumerate(_resampled(x, y, seed)):
                again.append(_totals(one(sample), about["num_vars"]))
        low, high = np.quantile(again, [0.025, 0.975], axis=0)
        for n, place in enumerate(places):
            first, total = _indices(about, level[:, n], seed)
            part = {"outcome": OUTCOMES[place], "parameter": about["names"], "first": first, "total": total}
            part |= {"total_low": low[n], "total_high": high[n], "explained": emulator.explained[n], "runs": len(x)}
            parts[place] = pd.DataFrame(part)
    columns = "outcome parameter first total total_low total_high explained runs".split()
    return pd.concat([parts[n] for n in sorted(parts)], ignore_index=True) if parts else pd.DataFrame(columns=columns)


def _together(table):
    """Outcomes known in the same runs share an emulator: (runs, outcomes) as numbers, of those that vary at all."""
    groups = {}
    for place, column in enumerate(table.T):
        known = np.flatnonzero(np.isfinite(column))
        if len(known) >= _FEWEST and column[known].std() >= 1e-9:
            groups.setdefault(known.tobytes(), (known, []))[1].append(place)
    return list(groups.values())


def _resampled(x: np.ndarray, y: np.ndarray, seed: int) -> Iterator[Emulator]:
    """Emulators fitted to runs drawn with replacement, one after the other."""
    for turn in range(_RESAMPLED):
        picked = (uniforms(seed, BOOTSTRAP + 1, [turn], len(x))[0] * len(x)).astype(int)
        yield Emulator(x, y, np.bincount(picked, minlength=len(x)) + 1e-9)


def _indices(about, y, seed):
    """First-order and total shares of variance."""
    indices = sobol_analysis.analyze(about, y, calc_second_order=False, num_resamples=2, seed=seed)
    return np.array(indices["S1"]), np.array(indices["ST"])


def _totals(y, d):
    """Total shares of variance (Jansen 1999), as SALib has them, from outcomes in the order of its sample.

    Parameters
    ----------
    y : float array, shape (n (d + 2), q)

    Returns
    -------
    float array, shape (q, d)
    """
    blocks = y.reshape(-1, d + 2, y.shape[1])
    gaps = 0.5 * ((blocks[:, :1] - blocks[:, 1:-1]) ** 2).mean(axis=0)
    return (gaps / np.maximum(blocks[:, [0, -1]].var(axis=(0, 1)), 1e-300)).T


def morris(base: Scenario, runs: Runs, trajectories: int) -> pd.DataFrame:
    """Elementary effects of each parameter on each outcome, on two grids, by runs of the market.

    Returns
    -------
    DataFrame
        levels, outcome, parameter, mu_star (mean absolute effect over the whole prior, in the outcome's unit or log
        points), mu_star_error (95 %), sigma, rank (1: the largest); empty where too few runs were made.
    """
    about, parts = problem(), []
    for turn, levels in enumerate(GRIDS):
        sample = morris_sample.sample(about, trajectories, num_levels=levels, seed=base.seed)
        made = runs.make(base, np.clip(sample[:, :-1], 1e-9, 1 - 1e-9), SCREENING + turn)
        table, length = outcomes_of(made), about["num_vars"] + 1
        for place, outcome in enumerate(OUTCOMES):
            whole = np.isfinite(table[:, place]).reshape(-1, length).all(axis=1)  # a trajectory counts as a whole
            if whole.sum() < 2:
                continue
            known = np.repeat(whole, length)
            x, y = sample[known], table[known, place]
            effects = morris_analysis.analyze(about, x, y, num_levels=levels, seed=base.seed)
            part = {"levels": levels, "outcome": outcome, "parameter": about["names"], "mu_star": effects["mu_star"]}
            part |= {"mu_star_error": effects["mu_star_conf"], "sigma": effects["sigma"]}
            parts.append(pd.DataFrame(part))
            parts[-1]["rank"] = parts[-1]["mu_star"].rank(ascending=False).astype(int)
    columns = "levels outcome parameter mu_star mu_star_error sigma rank".split()
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
