"""Which free parameter, and which mechanism, moves what: ``python -m experiments.sensitivity [fields] [runs=600]``.

First a screening (Morris 1991) with runs of the market itself, on two grids, for its ranking depends on the grid.
Then shares of variance (Sobol 1993) on an emulator, a quadratic function fitted to runs spread over the priors: so
many runs of the market would take days. A parameter that does nothing shows what luck alone looks like. Last,
mechanisms are switched off one at a time, on the same luck (`experiments.mechanisms`).
"""

import os
from pathlib import Path
from typing import Literal

import numpy as np

from experiments.door import stop_or_go
from sim.ensemble import near
from sim.quantity import Quantity as Q
from sim.replicates import changed, code, run_all, write_json

GRIDS = (4, 8)  # levels of the two screenings
DUMMY = "nothing"
_BASE, _RESAMPLED = 1024, 40  # points of the Sobol sample; emulators fitted to resampled runs
_FEWEST = 40  # runs with the outcome that an emulator is fitted to
_MANUAL = """\
Says which free parameters (fields with a prior) move the readings, the truths, earnings, inequality, unpaid time and
the time that tasks wait; and what is left of them without reinforcement, qualifications, volatility, sign-up,
multi-homing, search cost, switched off one at a time on the same luck: what makes the reservoir? Every finished run is
kept: the same command goes on where it stopped.

  python -m experiments.sensitivity                            some 850 runs of a twentieth of France
  python -m experiments.sensitivity part=mechanisms            mechanisms switched off: ten minutes
  python -m experiments.sensitivity part=mechanisms behaviour=posterior    each seed with its own draw of the parameters
  python -m experiments.sensitivity runs=100 trajectories=2    a first look
  python -m experiments.sensitivity runs_in=outputs/...        use the runs of a calibration again (same people, seed)
"""


class Settings:
    """What can be set of the experiment itself."""

    people: int = Q("people in a run", "person", 100, 2_000_000)
    trajectories: int = Q("trajectories of the screening on each grid", "", 2, 1000)
    runs: int = Q("runs that the emulator is fitted to", "run", 40, 1_000_000)
    runs_in: str | None = Q("folder of a calibration whose runs are used again, and added to; null: none", "path")
    seeds: int = Q("runs with each mechanism, and without", "run", 2, 10_000)
    part: Literal["both", "parameters", "mechanisms"] = Q("which part of the analysis")
    workers: int | None = Q("runs at a time; null: as many as cores and memory allow", "run", 1, 1024)
    seconds: float | None = Q("time for runs, after which those made are told; null: no limit", "second", 0, 1e7)


def experiment(scenario, settings, folder, command):
    """Make the runs that are missing, and tell what moves what.

    Parameters
    ----------
    scenario : Scenario
    settings : dict
        `Settings` by name.
    folder : Path
    command : str
    """
    from sim.provenance import provenance
    from sim.report.sensitivity import draw_sensitivity

    base = changed(scenario, report__figures=True, report__language="en", survey__targets=None, seeds=1,
                   population__people=settings["people"])  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "provenance.json", provenance(base, None) | {"code": code(), "command": command})
    tables, told = {}, []
    for name, part in (("parameters", by_parameter), ("mechanisms", by_mechanism)):
        if settings["part"] in ("both", name):
            found, words = part(base, settings, folder)
            tables |= found
            told.append(words)
    for name, table in tables.items():
        unfinished = folder / f".{name}.csv.part"
        table.to_csv(unfinished, index=False)
        os.replace(unfinished, folder / f"{name}.csv")
    if scenario.report.figures:
        draw_sensitivity(tables, scenario.report.language, folder / "figures")
    print("\n\n".join(told))
    print(f"Everything is in {near(folder)}")


def by_parameter(base, settings, folder):
    """Tables `sobol` and `morris`, and what they say; of the defaults, for each run has a point of the priors."""
    from experiments.inference.design import cube, parameters, points
    from experiments.inference.market import Clock, Runs

    base = changed(base, behaviour__posterior=None, behaviour__row=None)
    clock = Clock(settings["seconds"])
    design = Runs(Path(settings["runs_in"] or folder), settings["workers"], clock)
    where = points(cube(len(parameters())), settings["runs"], base.seed)
    shares = sobol(where, design.make(base, where), base.seed)
    screened = morris(base, Runs(folder, settings["workers"], clock), settings["trajectories"])
    return {"sobol": shares, "morris": screened}, text(shares, screened)


def by_mechanism(base, settings, folder):
    """Table `mechanisms`, and what it says; with a posterior each seed has its own draw, with and without."""
    from experiments.mechanisms import compared, measure, plan
    from experiments.mechanisms import text as words

    asked = plan(base, settings["seeds"])
    kept = [(one.variant, one.seed, found) for one, found in run_all(asked, measure, folder, settings["workers"])]
    table = compared(kept)
    return {"mechanisms": table}, words(table, base.demand.name == "steady")


def problem():
    """What SALib wants to know: the parameters as shares of prior mass, and one that does nothing."""
    from experiments.inference.design import parameters

    names = [*parameters(), DUMMY]
    return {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}


def outcomes_of(measured):
    """Outcomes of each run, shape (n, q), as logarithms where they are amounts; nan where unknown or not made."""
    from experiments.inference.measure import OUTCOMES

    nothing = dict.fromkeys(OUTCOMES, np.nan)
    table = np.array([[(one["outcomes"] if one else nothing).get(name, np.nan) for name in OUTCOMES]
                      for one in measured], float)  # fmt: skip
    shares = np.isin(OUTCOMES, ("gini", "unpaid_share"))
    with np.errstate(divide="ignore", invalid="ignore"):
        table = np.where(shares, table, np.log(table))
    return np.where(np.isfinite(table), table, np.nan)


def sobol(where, measured, seed):
    """Shares of each outcome's variance, on an emulator.

    Parameters
    ----------
    where : float array, shape (n, d)
    measured : list of (dict or None)
        What `experiments.inference.measure.measure` kept at each point.
    seed : int

    Returns
    -------
    DataFrame
        outcome, parameter, first, total, total_low, total_high (95 %: emulators fitted to runs drawn with
        replacement), explained (by the emulator, of the variance between runs), runs.
    """
    import pandas as pd
    from SALib.sample import sobol as sampler

    from experiments.inference.chance import BOOTSTRAP, uniforms
    from experiments.inference.emulator import Emulator, features
    from experiments.inference.measure import OUTCOMES

    about = problem()
    # SALib's Saltelli sample: for N base points, N (d + 2) rows without second order.
    sample = sampler.sample(about, _BASE, calc_second_order=False, scramble=True, seed=seed)
    idle = uniforms(seed, BOOTSTRAP, len(where), 1)  # each run's value of the parameter that does nothing
    sample, where = features(sample), features(np.hstack([where, idle]))
    table, parts = outcomes_of(measured), {}
    for known, places in _together(table):
        x, y = where[known], table[np.ix_(known, places)]
        emulator = Emulator(x, y)
        level = emulator(sample)
        again = [_totals(one(sample), about["num_vars"]) for one in _resampled(x, y, seed)]
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


def _resampled(x, y, seed):
    """Emulators fitted to runs drawn with replacement, one after the other."""
    from experiments.inference.chance import BOOTSTRAP, uniforms
    from experiments.inference.emulator import Emulator

    for turn in range(_RESAMPLED):
        picked = (uniforms(seed, BOOTSTRAP + 1, [turn], len(x))[0] * len(x)).astype(int)
        yield Emulator(x, y, np.bincount(picked, minlength=len(x)) + 1e-9)


def _indices(about, y, seed):
    """First-order and total shares of variance."""
    from SALib.analyze import sobol as analyser

    found = analyser.analyze(about, y, calc_second_order=False, num_resamples=2, seed=seed)
    return np.array(found["S1"]), np.array(found["ST"])


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


def morris(base, runs, trajectories):
    """Elementary effects of each parameter on each outcome, on two grids, by runs of the market.

    Returns
    -------
    DataFrame
        levels, outcome, parameter, mu_star (mean absolute effect over the whole prior, in the outcome's unit or log
        points), mu_star_error (95 %), sigma, rank (1: the largest); empty where too few runs were made.
    """
    import pandas as pd
    from SALib.analyze import morris as analyser
    from SALib.sample import morris as sampler

    from experiments.inference.design import MOST_ROUNDS
    from experiments.inference.measure import OUTCOMES

    about, parts = problem(), []
    for turn, levels in enumerate(GRIDS):
        sample = sampler.sample(about, trajectories, num_levels=levels, seed=base.seed)
        made = runs.make(base, np.clip(sample[:, :-1], 1e-9, 1 - 1e-9), MOST_ROUNDS + 4 + turn)
        table, length = outcomes_of(made), about["num_vars"] + 1
        for place, outcome in enumerate(OUTCOMES):
            whole = np.isfinite(table[:, place]).reshape(-1, length).all(axis=1)  # a trajectory counts as a whole
            if whole.sum() < 2:
                continue
            kept = np.repeat(whole, length)
            found = analyser.analyze(about, sample[kept], table[kept, place], num_levels=levels, seed=base.seed)
            part = {"levels": levels, "outcome": outcome, "parameter": about["names"], "mu_star": found["mu_star"]}
            part |= {"mu_star_error": found["mu_star_conf"], "sigma": found["sigma"]}
            parts.append(pd.DataFrame(part))
            parts[-1]["rank"] = parts[-1]["mu_star"].rank(ascending=False).astype(int)
    columns = "levels outcome parameter mu_star mu_star_error sigma rank".split()
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def text(shares, screened):
    """What stands on the screen: for each outcome, what moves it more than nothing does."""
    lines = []
    for outcome, part in shares.groupby("outcome", sort=False):
        floor = part.loc[part["parameter"] == DUMMY, "total_high"].iloc[0]
        moving = part[(part["total_low"] > floor) & (part["parameter"] != DUMMY)].sort_values("total", ascending=False)
        told = moving[["parameter", "total", "total_low", "total_high"]].to_numpy()
        said = [f"{name} {total:.2f} ({low:.2f} to {high:.2f})" for name, total, low, high in told]
        lines.append(f"{outcome}: {', '.join(said) or 'nothing stands out'}; what does nothing reaches {floor:.2f}; ")
        lines[-1] += f"the emulator explains {part['explained'].iloc[0]:.0%} of {part['runs'].iloc[0]} runs"
    lines.append("Total shares of variance, by an emulator (95 % over resampled runs).")
    for levels, part in screened.groupby("levels"):
        first = part[part["rank"] <= 3].sort_values(["outcome", "rank"])
        told = "; ".join(f"{outcome}: {', '.join(rows['parameter'])}" for outcome, rows in first.groupby("outcome"))
        lines.append(f"Screening on {levels} levels, the first three: {told}")
    return "\n".join(lines)


if __name__ == "__main__":
    stop_or_go("sensitivity", _MANUAL, Settings, experiment)
