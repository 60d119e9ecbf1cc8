"""The tiers experiment on the screen, in plain English text."""

import numpy as np

from experiments.tiers.page import TOO_FEW, Study
from experiments.tiers.schedule_figure import schedule_finding
from experiments.tiers.schedules import TIER
from sim.report.language.sample import titled
from sim.report.language.words import Words
from sim.report.screen.ensemble import without_reading
from sim.report.screen.table import printed, rule, table

_ABOUT_STEPS = (
    "Factor: how many times too high (above 1) or too low the step makes the reading; shares are on a log scale and "
    "add up to 100%. The last value of a tier is the truth. Alone: the reading if only this step were right."
)
_ASKED = {"earnings_mean": "mean\neuro", "hours_median": "median\nhours", "respondents_women": "\nwomen",
          "respondents_retired": "\nretired"}  # fmt: skip
CLOSED = "emulated, nearly all accounts of the survey's platform opened at the start"


def study_text(study: Study) -> str:
    """The experiment's tables."""
    words = Words("en")
    blocks = [
        rule(titled(f"THREE READINGS OF ONE POPULATION, persons, {study.seeds} seeds", study.scenario, words)),
        _readings(study, words),
        "* share of seeds that read less than the published value.",
        *without_reading(study.tiers, study.seeds, "seeds"),
    ]
    if np.isfinite(study.caught_twice) and study.caught_twice < TOO_FEW:
        blocks.append(words("study.few", number=words.figures(study.caught_twice, 2)))
    blocks += [
        "",
        rule("FROM READING TO TRUTH: each step of an instrument put right in its turn, means over seeds"),
        _gap(study, words),
        _ABOUT_STEPS,
    ]
    if study.moves is not None:
        blocks += [
            "",
            rule(f"WHAT MOVES THE READINGS, ratios to the same seeds of the base, {study.seeds} seeds"),
            _moves(study, words),
            f"Other markets on {words.number(study.variant_people)} people, against a base of as many.",
            f"Sign-up closed early: {CLOSED}",
        ]
    if study.schedules is not None:
        blocks += ["", rule("OTHER SURVEYS OF THE SAME MARKET, ratios to the same seeds of the base")]
        blocks += [f"{schedule_finding(study.schedules, words)}.", _schedules(study, words)]
    return printed(*blocks)


def _readings(study, words):
    heads = ("tier, instrument", "reading", "sd", "5%", "95%", "published", "below*", "truth", "sd")
    rows = []
    for row in study.tiers.itertuples():
        numbers = [words.number(x) for x in (row.reading, row.reading_se, row.low, row.high, row.survey_estimate)]
        numbers += [words.percent(row.below), words.number(row.truth), words.number(row.truth_sd)]
        rows.append((f"{row.tier}, {row.instrument}", *numbers))
    return table(heads, rows)


def _gap(study, words):
    rows = []
    for tier, steps in study.gap.groupby("tier", sort=False):
        if not np.isfinite(steps["value"].iloc[0]):
            rows.append((f"{tier}: no reading here",))
            continue
        for row in steps.itertuples():
            first = row.step == "reading"
            name = f"{tier}: reading" if first else f"  {words(f'step.{row.step}')}"
            factor, share = ("", "") if first else (words.figures(row.factor, 3), words.percent(row.share))
            numbers = [words.number(value) for value in (row.value, row.value_se, row.alone)]
            rows.append((name, *numbers[:2], factor, share, numbers[2]))
    return table(("step put right", "reading then", "+- s.e.", "factor", "of the gap", "alone"), rows)


def _moves(study, words):
    tiers, rows = list(study.moves["tier"].unique()), []
    for variant, cases in study.moves.groupby("variant", sort=False):
        ratios = [
            _ratio(*ends)
            for row in cases.itertuples()
            for ends in ((row.reading_ratio, row.reading_ratio_se), (row.truth_ratio, row.truth_ratio_se))
        ]
        rows.append((words(f"variant.{variant}"), *ratios))
    heads = [head for tier in tiers for head in (f"{tier}\nreading", "\ntruth")]
    return table(("\nchange", *heads), rows)


def _schedules(study, words):
    """The very active read and true, and what else the questionnaire reads, by survey."""
    rows = []
    for variant, cases in study.schedules.groupby("variant", sort=False):
        found = cases.set_index("tier")
        ratios = [_ratio(*found.loc[TIER, [name, f"{name}_se"]]) for name in ("reading_ratio", "truth_ratio")]
        ratios += [_ratio(found.loc[name, "reading_ratio"], np.nan) for name in _ASKED]
        rows.append((words(f"variant.{variant}"), *ratios))
    return table(("\nsurvey", "very active\nreading", "\ntruth", *_ASKED.values()), rows)


def _ratio(ratio: float, error: float) -> str:
    if not np.isfinite(ratio):
        return "-"
    return f"{ratio:.2f}" + (f"+-{error:.2f}" if np.isfinite(error) and error >= 0.005 else "")
