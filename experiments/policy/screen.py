"""A comparison of policies on the screen, in plain English text."""

import numpy as np

from experiments.policy.page import PLACEBO, Comparison, answers, group_name, outcome_name, relative, shown
from experiments.policy.paired import ALL, OWN
from sim.report.language.sample import titled
from sim.report.language.words import Words
from sim.report.screen.table import printed, rule, table

_SHORT = ("pay", "earners", "hourly_median", "hours", "empty", "spent", "cost_per_hour", "work_done", "fill_median",
          "kept")  # fmt: skip
_WIDE = 24  # characters of an interval that says no more than that it is wide
_MANY = 3  # variants above which only the outcomes of `_SHORT` are shown


def comparison_text(comparison: Comparison) -> str:
    """The comparison's tables and its answer."""
    words, blocks = Words("en", comparison.provenance.get("own", ())), []
    for variant in comparison.variants:
        since, pairs = comparison.scenario.policy.start, f"{comparison.seeds} pairs of runs"
        title = titled(f"{variant.upper()} from {since}, {pairs}, per month", comparison.scenario, words)
        blocks += [rule(title), _outcomes(comparison, variant, words), "", _gains(comparison, variant, words), ""]
    return printed(*blocks, *answers(comparison, words))


def _outcomes(comparison, variant, words):
    outcomes, side, rows = comparison.outcomes, None, []
    for _, row in outcomes[(outcomes["variant"] == variant) & (outcomes["group"] == ALL)].iterrows():
        if len(comparison.variants) > _MANY and row["outcome"] not in _SHORT and row["of"] != OWN:
            continue
        if row["of"] != side:
            side = row["of"]
            rows.append(("readings of one's own" if side == OWN else side,))

        def say(value, unit=row["unit"]):
            return shown(value, unit, words).replace("€", "")

        reach = f"[{say(row['low'])}, {say(row['high'])}]" if np.isfinite(row["low"]) else ""
        numbers = [say(row[name]) for name in ("status_quo", "policy", "difference")]
        name, wide = outcome_name(row["outcome"], words), len(reach) >= _WIDE
        rows.append((f"  {name}", *numbers, "wide" if wide else reach, relative(row, words)[0]))
    return table(("", "as it is", "with it", "difference", "95% interval", "relative"), rows)


def _gains(comparison, variant, words):
    people, rows = comparison.people, []
    for _, row in people[people["variant"] == variant].iterrows():
        if len(comparison.variants) > _MANY and row["division"] not in (ALL, "engagement"):
            continue
        outcome = "pay" if row["division"] == ALL else "earned"
        change, reach = relative(comparison.of(variant, outcome, row["group"]), words)
        if reach and len(change) + len(reach) <= _WIDE:
            change += f" ({reach})"
        rows.append((f"  {group_name(row, words)}", change, *_counted(row, words)))
    chance = comparison.fate(PLACEBO)
    if chance is not None and variant != PLACEBO:
        rows.append(("  (placebo: nothing happens)", "", *_counted(chance, words)))
    return table(("WHO GAINS, WHO LOSES", "earnings", "people", "gain", "lose", "fall out", "come in"), rows)


def _counted(row, words):
    return [words.number(row[name]) for name in ("people", "gain", "lose", "out", "in")]
