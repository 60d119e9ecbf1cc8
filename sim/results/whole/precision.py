"""What one run, of some size and seed, tells of the whole country: an interval for each number that is shown.

A market of one person in twenty is luckier or unluckier than the country, and a little another market. How much, runs
of several sizes say, all at the defaults: `precision.csv`, which ``python -m experiments.scale
'sizes=[2661,13306,66531,266126]'`` writes into its folder, to be copied here where a law of the model has changed.
Its columns: number; size, people in a run; seeds, runs; scale, on which mean and sd (between seeds) are; ratio (of
odds, where they are the scale) of the size's mean to that of the whole, and the standard error of its logarithm. On
the scale f of logarithms (of amounts) or of log odds (of shares), with s the spread between seeds at the size of the
run, d by how much the mean of that size exceeds that of the whole and e the standard error of d, the mean over runs of
the whole country is, in 95 of 100 such runs,

    f^-1 ( f(number) - d -+ t sqrt(s^2 + e^2) ),   t Student's of the seeds at that size, less one.

Between two sizes d, e and log s lie on a straight line over the logarithm of the size; in markets smaller than any of
them s grows like one over the root of the size; for the whole country d and e are zero.
"""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit, logit, stdtrit

from sim.scenario import composition
from sim.scenario.scenario import Scenario

TABLE = Path(__file__).with_name("precision.csv")
COLUMNS = ("number", "size", "seeds", "scale", "mean", "sd", "ratio", "error")
SCALES = {"log": (np.log, np.exp), "logit": (logit, expit)}
_CONFIDENCE = 0.95


def interval(name: str, value: float, scenario: Scenario) -> tuple[float, float]:
    """What a number of one run tells of the whole country.

    Parameters
    ----------
    name
        As in `sim.runs.quantities`: of a number of the summary ("earners"), a reading ("tier_regular") or a truth
        ("truth.regular").
    value
        What this run says, of the country.
    scenario
        The run's, for its size. The width is that of the default market, whatever else was chosen (`usual`).

    Returns
    -------
    low, high
        The ends of a 95 % interval in the number's unit; nan, nan where the table does not know the number.
    """
    known = _table().get(name)
    if known is None or not np.isfinite(value):
        return np.nan, np.nan
    to, back = SCALES[known["scale"].iloc[0]]
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = float(to(value))
    if not np.isfinite(middle):
        return np.nan, np.nan
    bias, half = _at(known, scenario.population.simulated)
    return float(back(middle - bias - half)), float(back(middle - bias + half))


def usual(scenario: Scenario) -> bool:
    """Whether this is the market of the table: the default one, of whatever part of the country and seed."""
    name = scenario.population.name
    if scenario.country.name != composition.chosen()[composition.LAW] or name not in composition.options("population"):
        return False
    default = Scenario.load(population=name)
    parts = "start end population.people platform demand world behaviour policy".split()
    return all(scenario.at(part) == default.at(part) for part in parts)


def runs_and_sizes() -> tuple[int, int]:
    """Runs of the size of which there are fewest, and the number of sizes."""
    runs = pd.concat(_table().values()).groupby("size")["seeds"].max()  # a reading that a run lacks is not counted
    return int(runs.min()), len(runs)


def precision(values: dict[int, np.ndarray], share: bool) -> list[dict[str, float | str]]:
    """Rows of the table for a number, without its name: from its value in each run, by size, the largest the whole.

    Where it is not known (nan) a run does not count; where it is at an end of the scale in any run (nothing at all, or
    all of it) the size has no row, nor any size where the whole has none.
    """
    scale, whole = "logit" if share else "log", max(values)
    with np.errstate(divide="ignore", invalid="ignore"):
        on_scale = {size: SCALES[scale][0](each[~np.isnan(each)]) for size, each in values.items()}
    on_scale = {size: each for size, each in on_scale.items() if len(each) > 1 and np.isfinite(each).all()}
    rows: list[dict[str, float | str]] = []
    for size in sorted(on_scale) if whole in on_scale else []:
        each, of_whole = on_scale[size], on_scale[whole]
        errors = [one.var(ddof=1) / len(one) for one in (each, of_whole)]
        error = 0.0 if size == whole else float(np.sqrt(sum(errors)))
        row = {"size": size, "seeds": len(each), "scale": scale, "mean": each.mean(), "sd": each.std(ddof=1)}
        rows.append(row | {"ratio": float(np.exp(each.mean() - of_whole.mean())), "error": error})
    return rows


@cache
def _table() -> dict[str, pd.DataFrame]:
    return {str(name): each.sort_values("size") for name, each in pd.read_csv(TABLE).groupby("number")}


def _at(known, people):
    """Bias and half width of a run of so many people, on the scale of the number."""
    sizes, here = np.log(known["size"].to_numpy(float)), np.log(people)
    spread = np.maximum(known["sd"].to_numpy(float), 1e-12)
    bias, error = (np.interp(here, sizes, known[name]) for name in ("ratio", "error"))
    sd = np.exp(np.interp(here, sizes, np.log(spread))) * np.exp((np.clip(here, *sizes[[0, -1]]) - here) / 2.0)
    runs = np.interp(here, sizes, known["seeds"].to_numpy(float))
    half = stdtrit(runs - 1.0, (1.0 + _CONFIDENCE) / 2.0) * np.sqrt(sd**2 + error**2)
    return (np.log(bias) if abs(people / known["size"].max() - 1.0) > 0.005 else 0.0), float(half)
