"""Policy against status quo, seed by seed: the same people, the same luck, and what differs.

A difference is taken within each seed, so what both arms share falls out of it. How much they share is itself an
answer: the interval that independent runs would have had stands beside the paired one.
"""

import numpy as np
import pandas as pd

from experiments.policy.measure import GROUPS, unpacked
from experiments.seeds import ratio_of_means
from sim.instruments.across_seeds import interval, student
from sim.kernel.units import MICRO

ALL = "all"
# Outcomes in the order in which they are told: of whom, name, unit; words are those of `sim.report`.
OUTCOMES = (
    ("workers", "pay", "euro/month"),
    ("workers", "earners", "person"),
    ("workers", "earned_mean", "euro/month"),
    ("workers", "earned_median", "euro/month"),
    ("workers", "hourly", "euro/hour"),
    ("workers", "hourly_median", "euro/hour"),
    ("workers", "below_minimum", "share"),
    ("workers", "gini", ""),
    ("workers", "hours", "hour/month"),
    ("workers", "unpaid", "share"),
    ("workers", "looks", "look/month"),
    ("workers", "empty", "share"),
    ("workers", "refused", "share"),
    ("workers", "received", "euro/month"),
    ("workers", "seen", "person"),
    ("clients", "spent", "euro/month"),
    ("clients", "cost_per_hour", "euro/hour"),
    ("clients", "posted", "task/month"),
    ("clients", "work_asked", "hour/month"),
    ("clients", "done", "task/month"),
    ("clients", "work_done", "hour/month"),
    ("clients", "fill_median", "second"),
    ("clients", "filled_in_a_day", "share"),
    ("clients", "largest_asks", "hour/month"),
    ("clients", "largest_gets", "hour/month"),
    ("clients", "largest_rate", "euro/hour"),
    ("clients", "largest_fill_median", "second"),
    ("platforms", "commission", "euro/month"),
    ("platforms", "margin", "euro/month"),
    ("platforms", "kept", "share"),
    ("platforms", "contributions", "euro/month"),
)
BY_GROUP = {
    "earned": "euro/month",
    "hours": "hour/month",
    "hourly": "euro/hour",
    "earners": "person",
    "seen": "person",
}
NOTABLE = 1.0  # euro a month from which somebody gains or loses
EDGES = (-np.inf, -300, -100, -30, -10, -3, -1, 1, 3, 10, 30, 100, 300, np.inf)  # euro a month


def fates(without, with_policy):
    """What becomes of each person, one seed.

    Parameters
    ----------
    without, with_policy : dict
        What `experiments.policy.measure.measure` kept of the two arms.

    Returns
    -------
    list of dict
        One row per division and group, the first of all together: people (who earned in either arm), gain, lose
        (of these, by a `NOTABLE` amount), out, in (earned in the one arm only), gone, come (seen in the last 30 days
        of one arm only), mean (gain, euro a month), bins (persons by `EDGES`).
    """
    before, after = ({name: unpacked(word) for name, word in arm["people"].items()} for arm in (without, with_policy))
    old, new = before["earned"], after["earned"]
    gain = (new - old) / MICRO / without["months"]
    place = np.digitize(gain, EDGES[1:-1])
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
    for division, names in {ALL: (ALL,), **GROUPS}.items():
        codes = np.zeros(len(gain), np.uint8) if division == ALL else before[division]
        for code, name in enumerate(names):
            who = codes == code
            counted = {flag: int((mask & who).sum()) for flag, mask in flags.items()}
            those = who & flags["people"]
            counted["mean"] = float(gain[those].mean()) if those.any() else np.nan
            counted["bins"] = np.bincount(place[those], minlength=len(EDGES) - 1).tolist()
            rows.append({"division": division, "group": name} | counted)
    return rows


def comparison(without, with_policy):
    """Every outcome in both arms over seeds.

    Parameters
    ----------
    without, with_policy : list of dict
        What was measured of the arms, in the same order of seeds.

    Returns
    -------
    DataFrame
        of, division, group, outcome, unit, seeds; status_quo, policy (means over seeds); difference with low, high
        (95 % interval of the paired mean difference, Student), relative (of the means, less one) with relative_low,
        relative_high (on the scale of logarithms), and paired_half, unpaired_half (half widths of the 95 % interval of
        the difference, as it is, and were the runs independent).
    """
    rows = []
    for of, name, unit in OUTCOMES:
        pair = [[arm["numbers"][name] for arm in arms] for arms in (without, with_policy)]
        rows.append({"of": of, "division": ALL, "group": ALL, "outcome": name, "unit": unit} | difference(*pair))
    one, other = (_grouped(arms) for arms in (without, with_policy))
    for division, names in GROUPS.items():
        for group in names:
            for name, unit in BY_GROUP.items():
                pair = [_of_group(arm, division, group, name) for arm in (one, other)]
                row = {"of": "workers", "division": division, "group": group, "outcome": name, "unit": unit}
                rows.append(row | difference(*pair))
    return pd.DataFrame(rows)


def difference(without, with_policy):
    """The paired comparison of one number.

    Parameters
    ----------
    without, with_policy : sequences of float
        One value a seed, in the same order; seeds in which either is not known are left out.

    Returns
    -------
    dict
        As the columns of `comparison` from `seeds` on.
    """
    pairs = np.array([without, with_policy], float)
    pairs = pairs[:, np.isfinite(pairs).all(axis=0)]
    old, new = pairs
    n = len(old)
    if not n:
        names = "status_quo policy difference low high relative relative_low relative_high paired_half unpaired_half"
        return {"seeds": 0} | dict.fromkeys(names.split(), np.nan)
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
        "paired_half": (high - low) / 2.0,
        "unpaired_half": student(2 * n - 2) * apart if n > 1 else np.nan,
    }


def _relative(above, below):
    """Relative difference of means and its 95 % interval; on the scale of logarithms, so that nothing loses more
    than all it has: ``ratio x exp(-+ t s / ratio) - 1``, with s the standard error of the ratio."""
    ratio, error = ratio_of_means(above, below)
    reach = student(len(above) - 1) * error if len(above) > 1 else np.nan
    with np.errstate(over="ignore"):
        ends = ratio * np.exp(np.array([-reach, reach]) / ratio) if ratio > 0.0 else ratio + np.array([-reach, reach])
    return {"relative": ratio - 1.0, "relative_low": float(ends[0]) - 1.0, "relative_high": float(ends[1]) - 1.0}


def people_over_seeds(rows):
    """Who gains and who loses, over seeds.

    Parameters
    ----------
    rows : list of lists of dict
        From `fates`, one list a seed.

    Returns
    -------
    DataFrame
        division, group, and means over seeds of people, gain, lose, out, in, gone, come, mean, bins (a list), with
        gain_share, lose_share (of people).
    """
    table = []
    for same in zip(*rows, strict=True):
        row = {name: same[0][name] for name in ("division", "group")}
        for name in ("people", "gain", "lose", "out", "in", "gone", "come"):
            row[name] = float(np.mean([one[name] for one in same]))
        known = [one["mean"] for one in same if one["mean"] == one["mean"]]
        row["mean"] = float(np.mean(known)) if known else np.nan
        row["bins"] = np.mean([one["bins"] for one in same], axis=0).tolist()
        for name in ("gain", "lose"):
            row[f"{name}_share"] = row[name] / row["people"] if row["people"] else np.nan
        table.append(row)
    return pd.DataFrame(table)


def path_over_seeds(without, with_policy, span=4):
    """How outcomes depart from the status quo, week by week.

    Parameters
    ----------
    without, with_policy : list of dict
        What was measured of the arms, in the same order of seeds.
    span : int
        Weeks over which sums are taken, so that one batch does not make a line.

    Returns
    -------
    DataFrame
        week (the last of its span; 0 is the first in which the policy is in force), outcome, relative (sum over seeds
        in the policy over that in the status quo, less one), low, high (95 % interval).
    """
    rows, weeks = [], without[0]["weeks"]
    for name in without[0]["path"]:
        old, new = (np.array([arm["path"][name] for arm in arms], float) for arms in (without, with_policy))
        for last in range(span - 1, old.shape[1]):
            window = slice(last - span + 1, last + 1)
            told = _relative(new[:, window].sum(axis=1), old[:, window].sum(axis=1))
            rows.append({"week": last - weeks, "outcome": name, "relative": told["relative"],
                         "low": told["relative_low"], "high": told["relative_high"]})  # fmt: skip
    return pd.DataFrame(rows)


def _grouped(arms):
    """Values over seeds by division, group and what; dict of float arrays."""
    found = {}
    for arm in arms:
        for row in arm["groups"]:
            found.setdefault((row["division"], row["group"], row["what"]), []).append(row["value"])
    return {key: np.array(values) for key, values in found.items()}


def _of_group(arm, division, group, name):
    if name != "hourly":
        return arm[division, group, name]
    hours = arm[division, group, "hours"]
    return arm[division, group, "earned"] / np.where(hours > 0, hours, np.nan)
