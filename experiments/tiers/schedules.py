"""Other surveys of the same market: how far readings depend on when, whom and for how much the questionnaire asks.

Nobody published the day, the hour and the answers a day. The questionnaire is a paid task: it touches the market by
what it pays and by the minutes that it takes, so truths hardly move, and what a reading moves by is the instrument's.
"""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from experiments.seeds import ratio_of_means
from experiments.tiers.measure import responses
from sim.runs.replicate import changed
from sim.scenario.scenario import Scenario

SURVEYS = ("at_7", "at_10", "at_20", "monday", "saturday", "at_once", "fifty_a_day", "quota_250", "quota_2000",
           "reward_3", "reward_24")  # fmt: skip
# What the questionnaire reads beside the tiers, by id of the target.
ANSWERS = ("survey_respondents", "earnings_mean", "hours_median", "weekly_lookers", "refused_ever", "respondents_women",
           "respondents_job_men", "respondents_retired", "respondents_students")  # fmt: skip
TIER = "very active"  # the one that the questionnaire counts


def surveys(base: Scenario) -> dict[str, Scenario]:
    """The same market with other surveys, by variant; none that equals the base, none where there is no survey."""
    survey = base.survey
    if not survey.on:
        return {}
    changes: dict[str, dict[str, Any]] = {f"at_{hour}": {"hour": float(hour)} for hour in (7, 10, 20)}
    days = {name: _until(survey.waves[0], day) for name, day in (("monday", 0), ("saturday", 5))}
    changes |= {name: {"first_day": day} for name, day in days.items() if day != int(survey.first_day)}
    changes |= {"at_once": {"days": 1.0}, "fifty_a_day": {"days": min(survey.quota / 50.0, float(survey.open_days))}}
    changes |= {f"quota_{quota}": {"quota": quota} for quota in (250, 2000)}
    changes |= {f"reward_{euro}": {"reward": float(euro)} for euro in (3, 24)}
    made = {
        name: changed(base, **{f"survey__{field}": value for field, value in fields.items()})
        for name, fields in changes.items()
    }
    return {name: scenario for name, scenario in made.items() if scenario.digest() != base.digest()}


def _until(first: date, weekday: int) -> float:
    """Days from a date to the next such day of the week, Monday being 0."""
    return float((weekday - first.weekday()) % 7)


def schedule_table(
    measured: list[tuple[str, int, dict[str, Any]]], frame: pd.DataFrame, against: str
) -> pd.DataFrame | None:
    """Each other survey against the base, seed by seed; None if there is none.

    Parameters
    ----------
    measured
        Variant, seed and what `experiments.tiers.measure.measure` keeps.
    frame
        The tiers of all of them, from `sim.instruments.across_seeds.tier_frame`.
    against
        The variant that is the base.

    Returns
    -------
    DataFrame
        As `experiments.tiers.measure.responses`, and rows whose `tier` is one of `ANSWERS`, without a truth.
    """
    ran = [name for name in SURVEYS if (frame["variant"] == name).any()]
    if not ran:
        return None
    table, by_run = responses(frame, dict.fromkeys(ran, against)), {}
    for variant, seed, one in measured:
        by_run[variant, seed] = {name: _value(one["targets"].get(name)) for name in ANSWERS}
    seeds, rows = sorted({seed for variant, seed in by_run if variant == against}), []
    for variant in ran:
        for name in ANSWERS:
            pairs = np.array([[by_run[which, seed][name] for which in (variant, against)] for seed in seeds])
            pairs = pairs[np.isfinite(pairs).all(axis=1)]
            row = {"variant": variant, "against": against, "tier": name, "seeds": len(pairs)}
            ratio, error = ratio_of_means(*pairs.T)
            means = pairs.mean(axis=0) if len(pairs) else (np.nan, np.nan)
            row |= {"reading": means[0], "base_reading": means[1], "reading_ratio": ratio, "reading_ratio_se": error}
            rows.append(row)
    return pd.concat([table, pd.DataFrame(rows)], ignore_index=True)


def _value(reading):
    return float(reading[0]) if isinstance(reading, list) else np.nan


def counted(table: pd.DataFrame) -> tuple[pd.DataFrame, float]:
    """The very active by survey, the lowest reading first, and the reading of the base.

    Readings are the base's times the paired ratio: not every seed has a reading under every survey.
    """
    own = table[(table["tier"] == TIER) & np.isfinite(table["reading_ratio"].astype(float))]
    base = own.loc[own["seeds"].idxmax(), "base_reading"] if len(own) else np.nan
    return own.assign(reading=own["reading_ratio"] * base).sort_values("reading", kind="stable"), float(base)


def spread(table: pd.DataFrame) -> dict[str, Any] | None:
    """How far reading and truth of the very active move over all surveys, the base included; None without readings.

    Returns
    -------
    dict
        low, high (readings), low_variant, high_variant, reading (high over low), truth (the most that the truth moves
        away from the base, a share), count (of surveys).
    """
    own, base = counted(table)
    if not len(own):
        return None
    own_base = pd.DataFrame([{"variant": "base", "reading": base}])
    every = pd.concat([own[["variant", "reading"]], own_base], ignore_index=True)
    low, high = (every.loc[place] for place in (every["reading"].idxmin(), every["reading"].idxmax()))
    truths = table["truth_ratio"].dropna()
    return {
        "low": low["reading"],
        "high": high["reading"],
        "low_variant": low["variant"],
        "high_variant": high["variant"],
        "reading": high["reading"] / low["reading"],
        "truth": float((truths - 1.0).abs().max()),
        "count": len(every),
    }
