"""Numbers of runs of several sizes, and what each says of the whole.

Summaries and readings are of all France, whatever the size (`sim.results.whole.country`). The ratio of the mean at a
small size to that of the whole has an interval of logarithms, the two being independent: with s the standard error of a
mean m,

    ratio x exp(-+ t sqrt((s/m)^2 + (s'/m')^2)),   t Student's, its freedom Welch's.
"""

import math
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from sim.instruments.across_seeds import FEW, interval
from sim.instruments.targets import load_targets
from sim.results.whole.country import EXTENSIVE, plain
from sim.runs.quantities import number, of_run
from sim.scenario.scenario import Scenario

WITHIN = 0.05  # of the whole: what may be quoted
QUOTED, OFF, UNKNOWN = "may be quoted", "off", "not known"
KINDS = ("total of France", "per head", "share", "seconds", "reading", "truth")


def kind_of(place: tuple[str, ...]) -> str:
    """Which of `KINDS` a number is, given its place in `sim.runs.quantities`."""
    if place[0] != "summary":
        return "truth" if place[-1] == "truth" else "reading"
    name = plain(place[1])
    if name in EXTENSIVE:
        return "total of France"
    if name.endswith("_share") or name.startswith(("gini_", "top1_")):
        return "share"
    return "seconds" if name.endswith("_seconds") else "per head"


def unit_of(place: tuple[str, ...], units: dict[str, str]) -> str:
    """The unit of a number: that of its target, else as its name says."""
    if place[0] != "summary":
        return units.get(place[1], "persons")
    name = plain(place[1])
    if name == "full_time_equivalents":
        return "jobs of 35 h/week"
    ends = {"euro": "euro/hour" if name.startswith("hourly") else "euro", "hours": "hour", "seconds": "second"}
    return "hour/week" if name.startswith("hours_week") else ends.get(name.rpartition("_")[2], "")


def numbers(scenario: Scenario) -> dict[str, tuple[str, ...]]:
    """Every number once, by name: those of the summary, the targets (``target.`` before names of both), the truths."""
    places = of_run(scenario)
    seen, found = set(), {}
    for name, place in places.items():
        twin = place[0] == "tiers" and place[-1] == "reading"  # which a target repeats
        if place not in seen and not twin:
            seen.add(place)
            found[name.removeprefix("summary.")] = place
    return found


def over_sizes(runs: dict[int, list[dict[str, Any]]], scenario: Scenario) -> pd.DataFrame:
    """Every number at every size, from what was measured of each seed of a size; the largest size is the whole.

    Returns
    -------
    DataFrame
        number, kind, unit, people, runs (that know it), mean, low, high (95 % interval of the mean); and of small sizes
        ratio, ratio_low, ratio_high (to the whole), verdict (`QUOTED`, `OFF`, `UNKNOWN`), needed (runs of each size
        with which the interval would lie within `WITHIN`, if the ratio is 1; nan where no interval is known).
    """
    units = load_targets(scenario.published).set_index("id")["unit"].to_dict()
    whole, rows = max(runs), []
    for name, place in numbers(scenario).items():
        values = {size: _known(runs[size], place) for size in sorted(runs, reverse=True)}
        for size, known in values.items():
            low, high = interval(known, "share" if kind_of(place) == "share" else "positive")
            row = {"number": name, "kind": kind_of(place), "unit": unit_of(place, units), "people": size}
            row |= {"runs": len(known), "mean": known.mean() if len(known) else np.nan, "low": low, "high": high}
            rows.append(row | (held_against(known, values[whole]) if size < whole else {}))
    return pd.DataFrame(rows)


def _known(measured, place):
    values = np.array([number(one, place) for one in measured], float)
    return values[np.isfinite(values)]


def held_against(small: np.ndarray, whole: np.ndarray) -> dict[str, Any]:
    """The ratio of two independent means with its interval, and the verdict: the last columns of `over_sizes`."""
    nothing = {"ratio": np.nan, "ratio_low": np.nan, "ratio_high": np.nan, "verdict": UNKNOWN, "needed": np.nan}
    if min(len(small), len(whole)) < 2 or small.mean() * whole.mean() <= 0.0:
        alike = min(len(small), len(whole)) > 1 and not small.any() and not whole.any()
        return nothing | ({"ratio": 1.0, "ratio_low": 1.0, "ratio_high": 1.0, "verdict": QUOTED} if alike else {})
    ratio = small.mean() / whole.mean()
    if min(len(small), len(whole)) < FEW:
        return nothing | {"ratio": ratio}
    parts = np.array([each.var(ddof=1) / len(each) / each.mean() ** 2 for each in (small, whole)])
    if not parts.any():
        half, needed = 0.0, 2.0
    else:
        freedom = parts.sum() ** 2 / (parts**2 / [len(small) - 1, len(whole) - 1]).sum()
        half = float(stdtrit(freedom, 0.975) * math.sqrt(parts.sum()))
        needed = math.ceil(max(len(small), len(whole)) * (half / math.log1p(WITHIN)) ** 2)
    low, high = ratio * math.exp(-half), ratio * math.exp(half)
    within = 1.0 - WITHIN <= low and high <= 1.0 + WITHIN
    verdict = QUOTED if within else OFF if low > 1.0 + WITHIN or high < 1.0 - WITHIN else UNKNOWN
    return {"ratio": ratio, "ratio_low": low, "ratio_high": high, "verdict": verdict, "needed": needed}
