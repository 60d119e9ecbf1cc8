"""What a validation judges: the rows of the evidence worst first, with what a failure means, and the bars."""

from typing import Any

import numpy as np
import pandas as pd

from experiments.calibrate.inference.data import form_of, to
from sim.instruments.across_seeds import HIGH, LOW, targets_over_seeds, tier_frame, tiers_over_seeds
from sim.instruments.surveys.composition import PREFIX
from sim.instruments.targets import judgeable, load_targets

TIERS_WITHIN, SHARE_INSIDE = 0.10, 0.8
FITTED_WITHIN, KEPT_WITHIN = 0.03, 0.05  # of the published margins of the respondents
# What it means when a row fails, whichever way.
MEANINGS = {
    "earnings_max": "the top of the ladder is wrong: what one person who is always there can have",
    "hours_tail": "too few or too many work like a job: caps, attention or the supply of work at the top are wrong",
    "weekly_lookers": "the questionnaire catches other people: looking is too seldom regular, or too often",
    "single_platform": "people join further platforms too seldom or too readily",
    "weekday_ratio": "when people are free, or when clients post, is wrong within the week",
    "below_minimum_wage": "unpaid time or piece rates are wrong for most workers, not only on average",
    "pay_gap_to_minimum": "the wages assumed for the large platforms are wrong, or announced durations too short",
    "want_more_work": "work is rationed too little or too much: the reservoir of idle accounts is misjudged",
    "unpaid_share_mturk": "searching and losing races takes too little or too much of the time on a large platform",
    "hourly_pay_mturk": "the prices assumed for Mechanical Turk are wrong, or announced durations too short",
    "below_minimum_wage_mturk": "what a browser sees there is better or worse paid than it was",
    "ever_paid_ratio": "a first task is found too easily or too hardly: the threshold between registering and working",
    "active_share": "too few or too many of the registered work in a month: entry, lapse or rationing is wrong",
    "price_information_search": "the bill of fares of Foule Factory, or how clients move their rates, is wrong",
    "price_annotation": "the bill of fares of Foule Factory, or how clients move their rates, is wrong",
    "deep_portrait": "nobody lives under contract as the interviews tell: hours allotted or their pay are wrong",
    "client_month1_churn": "clients leave too early or too late, so demand is more or less volatile than it was",
    "deep_sign": "the two institutions do not differ as observed: deep labour should pay more and bar more",
}
_CAUGHT = "who registers, stays and is at home when the questionnaire is posted are other {} than the survey's"
_MARGINS = {
    "ages": ("aged_25_34",),
    "jobs": ("part_time_men", "no_job_25_54", "no_job_55_64"),
    "degrees": ("degree_25_34",),
    "households": ("alone_men", "lone_mothers", "lone_fathers", "couple_women", "couple_men",
                   "couple_with_children_men", "children_women"),
    "incomes": ("household_1500_3000", "below_855"),
}  # fmt: skip
MEANINGS |= {PREFIX + name: _CAUGHT.format(of) for of, names in _MARGINS.items() for name in names}
NO_MEANING = "the model misses a number it was not shown"


def judged(measured: list[dict[str, Any]], path: str | None = None, role: str = "validate") -> pd.DataFrame:
    """Each row of the targets of a role beside what the runs read, worst first.

    Returns
    -------
    DataFrame
        As `sim.instruments.targets.compare` over seeds, with predicted_low, predicted_high (5 and 95 % of runs), runs
        (that have a reading), inside_share (of these), away (half-bands outside), means (what it means when it fails).
    """
    table = targets_over_seeds(load_targets(path, role=role), measured)
    table["away"] = [_away(row) for row in table.itertuples()]
    table = table.sort_values("away", ascending=False, na_position="last", kind="stable", ignore_index=True)
    read = [[x[0] for one in measured if judgeable(x := one["targets"].get(i))] for i in table["id"]]
    for column, level in (("predicted_low", LOW), ("predicted_high", HIGH)):
        table[column] = [np.nanquantile(values, level) if values else np.nan for values in read]
    table["runs"] = [len(values) for values in read]
    ends = zip(read, table["low"].fillna(-np.inf), table["high"].fillna(np.inf), strict=True)
    table["inside_share"] = [np.mean([a <= x <= b for x in v]) if v else np.nan for v, a, b in ends]
    table["means"] = [MEANINGS.get(name, NO_MEANING) for name in table["id"]]
    return table


def _away(row):
    """Half-bands outside on the scale on which the quantity is compared: a tenth is as bad as ten times too much.

    A band open on one side counts its closed end's distance from the value as its half; without a value, a log point.
    """
    size = next((x for x in (row.value, row.high, row.low) if x == x), np.nan)
    if row.simulated != row.simulated or size != size:
        return float("nan")
    form = form_of(size, row.unit)
    low, value, high, simulated = (to(form, x, size) for x in (row.low, row.value, row.high, row.simulated))
    outside = np.fmax(np.fmax(low - simulated, simulated - high), 0.0)
    halves = ((high - low) / 2.0, high - value, value - low, 1.0 if form == "log" else np.nan)
    half = next((x for x in halves if x == x), np.nan)
    return float(outside / half if half > 0 else np.inf if outside else 0.0)


def bars(
    measured: list[dict[str, Any]], path: str | None, patterns: pd.DataFrame | None = None
) -> dict[str, pd.DataFrame]:
    """What is asked of the default parameters, and what runs with them read; `path` is that of the targets.

    Parameters
    ----------
    patterns
        Those of the same runs, from `experiments.validate.measure.judged_patterns`; without, they are no bar.

    Returns
    -------
    dict of str to DataFrame
        `bars`: bar, asked, found, met, and for tiers published, reading, truth, and both over the published
        (ratio, truth_ratio). `calibrated`: the rows that may be fitted, as from `judged`; `held_out`: those kept for
        validation, at the defaults.
    """
    fitted, kept = judged(measured, path, "calibrate"), judged(measured, path)
    rows = [
        _inside("rows that may be fitted, inside their bands", fitted, 1.0),
        _single(fitted),
        _inside("rows kept for validation, inside their bands", kept, SHARE_INSIDE),
        _alike("respondents, each fitted margin within", fitted, FITTED_WITHIN),
        _alike("respondents, each kept margin within", kept, KEPT_WITHIN),
    ]
    if patterns is not None:
        wrong = int((patterns["verdict"] == "contradicts").sum())
        rows.append(_bar("patterns that contradict the words", "none", f"{wrong}", wrong == 0))
    runs = [("base", n, one) for n, one in enumerate(measured)]
    rows += _tiers(tiers_over_seeds(tier_frame(runs, load_targets(path))))
    return {"bars": pd.DataFrame(rows), "calibrated": fitted, "held_out": kept}


def _bar(words, asked, found, met):
    return {"bar": words, "asked": asked, "found": found, "met": bool(met)}


def _able(table):
    return table[table["comparable"] & table["inside"].notna()]


def _inside(words, table, least):
    able = _able(table)
    inside, whole = int(able["inside"].sum()), len(able)
    met = whole > 0 and inside >= least * whole
    return _bar(words, "all" if least == 1.0 else "four fifths", f"{inside} of {whole}", met)


def _single(table):
    """Of the rows that may be fitted, how many a single run has inside, on average."""
    share = _able(table)["inside_share"].mean()
    found = f"{100 * share:.0f} %" if share == share else "none"
    return _bar("the same, a single run", "80 %", found, share >= SHARE_INSIDE)


def _alike(words, table, within):
    margins = table[table["id"].str.startswith(PREFIX) & table["comparable"]]
    near = int(((margins["simulated"] - margins["value"]).abs() <= within).sum())
    asked = f"{100 * within:.0f} points"
    return _bar(words, asked, f"{near} of {len(margins)}", 0 < len(margins) == near)


def _tiers(table):
    """Each tier's reading against what is published, with the truth."""
    rows = []
    for row in table.itertuples():
        near = bool(row.comparable) and abs(row.ratio - 1.0) <= TIERS_WITHIN
        found = f"{100 * (row.ratio - 1):+.1f} %" if row.comparable else "none"
        one = _bar(f"{row.tier}, reading against published", "within 10 %", found, near)
        one |= {"published": row.survey_estimate, "reading": row.reading, "ratio": row.ratio}
        rows.append(one | {"truth": row.truth, "truth_ratio": row.truth / row.survey_estimate})
    return rows
