"""What a validation judges: the rows of the evidence worst first, with what a failure means, and the bars."""

from typing import Any

import numpy as np
import pandas as pd

from experiments.calibrate.inference.data import form_of, to
from sim.instruments.across_seeds import HIGH, LOW, targets_over_seeds, tier_frame, tiers_over_seeds
from sim.instruments.targets import load_targets

TIERS_WITHIN, SHARE_INSIDE = 0.10, 0.8
# What it means when a row fails, whichever way.
MEANINGS = {
    "earnings_max": "the top of the ladder is wrong: what one person who is always there can have",
    "hours_tail": "too few or too many work like a job: caps, attention or the supply of work at the top are wrong",
    "weekly_lookers": "the questionnaire catches other people: looking is too seldom regular, or too often",
    "single_platform": "people join further platforms too seldom or too readily",
    "full_time_equivalents": "the volume of work does not fit what people earn and how long they say they work",
    "weekday_ratio": "when people are free, or when clients post, is wrong within the week",
    "below_minimum_wage": "unpaid time or piece rates are wrong for most workers, not only on average",
    "pay_gap_to_minimum": "the wages assumed for the large platforms are wrong, or announced durations too short",
    "want_more_work": "work is rationed too little or too much: the reservoir of idle accounts is misjudged",
    "ever_paid_ratio": "a first task is found too easily or too hardly: the threshold between registering and working",
    "client_month1_churn": "clients leave too early or too late, so demand is more or less volatile than it was",
    "deep_sign": "the two institutions do not differ as observed: deep labour should pay more and bar more",
}
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
    read = [[x[0] for one in measured if not isinstance(x := one["targets"].get(i, ""), str)] for i in table["id"]]
    for column, level in (("predicted_low", LOW), ("predicted_high", HIGH)):
        table[column] = [np.nanquantile(values, level) if values else np.nan for values in read]
    table["runs"] = [len(values) for values in read]
    ends = zip(read, table["low"].fillna(-np.inf), table["high"].fillna(np.inf), strict=True)
    table["inside_share"] = [np.mean([a <= x <= b for x in v]) if v else np.nan for v, a, b in ends]
    table["means"] = [MEANINGS.get(name, NO_MEANING) for name in table["id"]]
    return table


def _away(row):
    """Half-bands outside on the scale on which the quantity is compared: a tenth is as bad as ten times too much."""
    if row.simulated != row.simulated:
        return float("nan")
    form = form_of(row.value, row.unit)
    low, high, simulated = (to(form, x, row.value) for x in (row.low, row.high, row.simulated))
    outside = max(low - simulated, simulated - high, 0.0)
    return outside / ((high - low) / 2.0) if high > low else float("inf") if outside else 0.0


def bars(measured: list[dict[str, Any]], path: str | None) -> dict[str, pd.DataFrame]:
    """What is asked of the default parameters, and what runs with them read; `path` is that of the targets.

    Returns
    -------
    dict of str to DataFrame
        `bars`: bar, asked, found, met, and for tiers published, reading, truth, and both over the published
        (ratio, truth_ratio). `calibrated`: the rows that may be fitted, as from `judged`; `held_out`: those kept for
        validation, at the defaults.
    """
    rows, tables = [], {"calibrated": judged(measured, path, "calibrate"), "held_out": judged(measured, path)}
    for name, words, least in (
        ("calibrated", "rows that may be fitted, inside their bands", 1.0),
        ("held_out", "rows kept for validation, inside their bands", SHARE_INSIDE),
    ):
        able = tables[name][tables[name]["comparable"] & tables[name]["inside"].notna()]
        inside, whole = int(able["inside"].sum()), len(able)
        asked = "all" if least == 1.0 else "four fifths"
        met = whole > 0 and inside >= least * whole
        rows.append({"bar": words, "asked": asked, "found": f"{inside} of {whole}", "met": met})
    table = tiers_over_seeds(tier_frame([("base", n, one) for n, one in enumerate(measured)]))
    for row in table.itertuples():
        near = bool(row.comparable) and abs(row.ratio - 1.0) <= TIERS_WITHIN
        found = f"{100 * (row.ratio - 1):+.1f} %" if row.comparable else "none"
        one = {"bar": f"{row.tier}, reading against published", "asked": "within 10 %", "found": found, "met": near}
        one |= {"published": row.survey_estimate, "reading": row.reading, "ratio": row.ratio}
        rows.append(one | {"truth": row.truth, "truth_ratio": row.truth / row.survey_estimate})
    return {"bars": pd.DataFrame(rows)} | tables
