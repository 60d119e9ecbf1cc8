"""Policy against status quo, seed by seed: the same people, the same luck, and what differs.

A difference is taken within each seed, so what both runs share falls out of it. How much they share is itself an
answer: the interval that independent runs would have had stands beside the paired one.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from experiments.policy.measure import GROUPS
from experiments.policy.packing import unpacked
from experiments.seeds import ratio_of_means
from sim.instruments.across_seeds import FEW, beyond_chance, interval, p_of_ratios, student
from sim.kernel.units import MICRO

ALL, OWN = "all", "own"
# Outcomes in the order in which they are told: of whom, name, unit; words are those of `sim.report`.
OUTCOMES = {
    "workers": {"pay": "euro/month", "earners": "person", "earned_mean": "euro/month", "earned_median": "euro/month",
                "hourly": "euro/hour", "hourly_median": "euro/hour", "below_minimum": "share", "gini": "",
                "hours": "hour/month", "unpaid": "share", "looks": "look/month", "empty": "share", "refused": "share",
                "received": "euro/month", "seen": "person"},
    "clients": {"spent": "euro/month", "cost_per_hour": "euro/hour", "posted": "task/month", "work_asked": "hour/month",
                "done": "task/month", "work_done": "hour/month",
                "work_elsewhere": "hour/month", "work_escaped": "hour/month",
                "work_withdrawn": "hour/month", "work_open": "hour/month",
                "work_preparation": "hour/month", "work_verification": "hour/month", "work_imitation": "hour/month",
                "work_other": "hour/month", "fill_median": "second", "filled_in_a_day": "share",
                "largest_asks": "hour/month", "largest_gets": "hour/month", "largest_rate": "euro/hour",
                "largest_fill_median": "second"},
    "platforms": {"commission": "euro/month", "margin": "euro/month", "kept": "share", "contributions": "euro/month"},
}  # fmt: skip
BY_GROUP = {"earned": "euro/month", "hours": "hour/month", "hourly": "euro/hour", "earners": "person", "seen": "person"}
NOTABLE = 1.0  # euro a month from which somebody gains or loses
EDGES = (-np.inf, -300, -100, -30, -10, -3, -1, 1, 3, 10, 30, 100, 300, np.inf)  # euro a month


def fates(status_quo: dict[str, Any], policy: dict[str, Any]) -> list[dict[str, Any]]:
    """What becomes of each person, one seed, from what `experiments.policy.measure.measure` kept of both runs.

    Returns
    -------
    list of dict
        One row per division and group, the first of all together: persons of the country, people (who earned in either
        run), gain, lose (of these, by a `NOTABLE` amount), out, in (earned in the one run only), gone, come (seen in
        the last 30 days of one run only), bins (by `EDGES`); and mean (gain, euro a month).
    """
    before, after = ({name: unpacked(word) for name, word in run["people"].items()} for run in (status_quo, policy))
    old, new = before["earned"], after["earned"]
    gain = (new - old) / MICRO / status_quo["months"]
    bins, weight = np.digitize(gain, EDGES[1:-1]), status_quo["weight"]
    flags = {
        "people": (old > 0) | (new > 0),
        "gain": gain >= NOTABLE,
        "lose": gain <= -NOTABLE,
        "out": (old > 0) & (new <= 0),
        "in": (old <= 0) & (new > 0),
        "gone": before["there"] & ~after["there"],
        "come": ~before["there"] & after["there"],
    }
    rows = []
    for division, groups in {ALL: (ALL,), **GROUPS}.items():
        codes = np.zeros(len(gain), np.uint8) if division == ALL else before[division]
        for code, group in enumerate(groups):
            row = {"division": division, "group": group}
            row |= {flag: float((mask & (codes == code)).sum() * weight) for flag, mask in flags.items()}
            earning = (codes == code) & flags["people"]
            row["mean"] = float(gain[earning].mean()) if earning.any() else np.nan
            counted = np.bincount(bins[earning], minlength=len(EDGES) - 1) * weight
            rows.append(row | {"bins": counted.tolist()})
    return rows


def comparison(status_quo: list[dict[str, Any]], policy: list[dict[str, Any]]) -> pd.DataFrame:
    """Every outcome with and without a policy, over seeds; both lists in the same order of seeds.

    Returns
    -------
    DataFrame
        of, division, group, outcome, unit, seeds; status_quo, policy (means over seeds); difference with low, high
        (95 % interval of the paired mean difference, Student), relative (of the means, less one) with relative_low,
        relative_high (on the scale of logarithms), each (relative differences of single seeds), and paired_half,
        unpaired_half (half widths of the 95 % interval of the difference, as it is, and were the runs independent).
    """
    rows = []
    for of, outcomes in OUTCOMES.items():
        for name, unit in outcomes.items():
            pair = [[run["numbers"][name] for run in runs] for runs in (status_quo, policy)]
            rows.append({"of": of, "division": ALL, "group": ALL, "outcome": name, "unit": unit} | difference(*pair))
    for name, unit in _of_own([*status_quo, *policy]).items():
        pair = [[run["numbers"].get(name, np.nan) for run in runs] for runs in (status_quo, policy)]
        rows.append({"of": OWN, "division": ALL, "group": ALL, "outcome": name, "unit": unit} | difference(*pair))
    grouped = [_by_group(runs) for runs in (status_quo, policy)]
    for division, groups in GROUPS.items():
        for group in groups:
            for name, unit in BY_GROUP.items():
                row = {"of": "workers", "division": division, "group": group, "outcome": name, "unit": unit}
                rows.append(row | difference(*(values[division, group, name] for values in grouped)))
    return pd.DataFrame(rows)


def _by_group(runs: list[dict[str, Any]]) -> dict[tuple[str, str, str], np.ndarray]:
    """Values over seeds by division, group and outcome."""
    table = pd.DataFrame([row for run in runs for row in run["groups"]])
    values = {key: part.to_numpy(float) for key, part in table.groupby(["division", "group", "what"])["value"]}
    for division, group, name in [*values]:
        if name == "hours":
            hours = values[division, group, name]
            worked = np.where(hours > 0, hours, np.nan)
            values[division, group, "hourly"] = values[division, group, "earned"] / worked
    return values


def _of_own(runs):
    """The units of readings of one's own, by ``own.NAME``."""
    return {f"own.{one['name']}": one["unit"] for run in runs for one in run.get("own", ()) if not one["reason"]}


def quantities() -> list[str]:
    """Names of the rows of `comparison`: outcomes of all, and ``division.group.outcome``."""
    of_all = [name for outcomes in OUTCOMES.values() for name in outcomes]
    return of_all + [f"{d}.{group}.{name}" for d, groups in GROUPS.items() for group in groups for name in BY_GROUP]


def number(run: dict[str, Any], name: str) -> float:
    """What one run says of a row of `quantities`; nan where it is not known."""
    if "." not in name or name.startswith(f"{OWN}."):
        return run["numbers"].get(name, np.nan)
    division, group, outcome = name.split(".")
    values = _by_group([run]).get((division, group, outcome))
    return np.nan if values is None else float(values[0])


def difference(status_quo: Sequence[float] | np.ndarray, policy: Sequence[float] | np.ndarray) -> dict[str, Any]:
    """The paired comparison of one number, one value a seed; seeds in which either is not known are left out.

    Returns
    -------
    dict
        As the columns of `comparison` from `seeds` on.
    """
    pairs = np.array([status_quo, policy], float)
    pairs = pairs[:, np.isfinite(pairs).all(axis=0)]
    old, new = pairs
    n = len(old)
    if not n:
        names = "status_quo policy difference low high relative relative_low relative_high paired_half unpaired_half"
        return {"seeds": 0} | dict.fromkeys(names.split(), np.nan) | {"each": []}
    change = pd.Series(new - old)
    low, high = interval(change)
    apart = np.sqrt((old.var(ddof=1) + new.var(ddof=1)) / n) if n > 1 else np.nan
    return {
        "seeds": n,
        "status_quo": old.mean(),
        "policy": new.mean(),
        "difference": change.mean(),
        "low": low,
        "high": high,
        **_relative(new, old),
        "each": _each(new, old),
        "paired_half": (high - low) / 2.0,
        "unpaired_half": student(2 * n - 2) * apart if n > 1 else np.nan,
    }


def _relative(above: np.ndarray, below: np.ndarray) -> dict[str, float]:
    """Relative difference of means and its 95 % interval; on the scale of logarithms, so that nothing loses more
    than all it has: ``ratio x exp(-+ t s / ratio) - 1``, with s the standard error of the ratio."""
    ratio, error = ratio_of_means(above, below)
    reach = student(len(above) - 1) * error if len(above) >= FEW else np.nan
    with np.errstate(over="ignore"):
        ends = ratio * np.exp(np.array([-reach, reach]) / ratio) if ratio > 0.0 else ratio + np.array([-reach, reach])
    return {"relative": ratio - 1.0, "relative_low": float(ends[0]) - 1.0, "relative_high": float(ends[1]) - 1.0}


def _each(above: np.ndarray, below: np.ndarray) -> list[float]:
    """Relative differences of single seeds; nan where there is nothing to compare with."""
    return (above / np.where(below > 0.0, below, np.nan) - 1.0).tolist()


def beyond(outcomes: pd.DataFrame, variants: Iterable[str]) -> pd.DataFrame:
    """The same with what holds when all comparisons are taken together, those of all and those of groups apart.

    Parameters
    ----------
    outcomes
        From `comparison`, of several variants.
    variants
        Those asked for: whatever else is in the table was not compared.

    Returns
    -------
    DataFrame
        With p (how probable so large a relative change is by chance) and beyond (whether chance alone does not make it,
        `sim.instruments.across_seeds.beyond_chance`).
    """
    ratio, low, high = (1.0 + outcomes[name] for name in ("relative", "relative_low", "relative_high"))
    table = outcomes.assign(p=p_of_ratios(ratio, low, high, outcomes["seeds"]), beyond=False)
    asked, of_all = table["variant"].isin([*variants]), table["group"] == ALL
    for family in (asked & of_all, asked & ~of_all):
        table.loc[family, "beyond"] = beyond_chance(table.loc[family, "p"])
    return table


def people_over_seeds(rows: list[list[dict[str, Any]]]) -> pd.DataFrame:
    """Who gains and who loses, over seeds; from `fates`, one list a seed.

    Returns
    -------
    DataFrame
        division, group, and means over seeds of people, gain, lose, out, in, gone, come, mean, bins (a list), with
        gain_share, lose_share (of people).
    """
    table = pd.DataFrame([row for seed in rows for row in seed])
    groups = table.groupby(["division", "group"], sort=False)
    means = groups[["people", "gain", "lose", "out", "in", "gone", "come", "mean"]].mean()
    means["bins"] = groups["bins"].agg(lambda bins: np.mean(bins.tolist(), axis=0).tolist())
    for name in ("gain", "lose"):
        means[f"{name}_share"] = means[name] / means["people"].where(means["people"] > 0)
    return means.reset_index()


def path_over_seeds(status_quo: list[dict[str, Any]], policy: list[dict[str, Any]], span: int = 4) -> pd.DataFrame:
    """How outcomes depart from the status quo, week by week; both lists in the same order of seeds.

    Parameters
    ----------
    span
        Weeks over which sums are taken, so that one batch does not make a line.

    Returns
    -------
    DataFrame
        week (the last of its span; 0 is the first in which the policy is in force), outcome, relative (sum over seeds
        with the policy over that without, less one), low, high (95 % interval), each (of single seeds).
    """
    rows, first = [], status_quo[0]["weeks"]
    for name in status_quo[0]["path"]:
        old, new = (np.array([run["path"][name] for run in runs], float) for runs in (status_quo, policy))
        for last in range(span - 1, old.shape[1]):
            window = slice(last - span + 1, last + 1)
            sums = new[:, window].sum(axis=1), old[:, window].sum(axis=1)
            change = _relative(*sums)
            row = {"week": last - first, "outcome": name} | change
            rows.append({key.removeprefix("relative_"): value for key, value in row.items()} | {"each": _each(*sums)})
    return pd.DataFrame(rows)
