"""A comparison of policies on the screen: plain English text of at most 100 characters a line."""

import textwrap

import numpy as np

from experiments.policy.page import PLACEBO, answers, group_name, relative, shown
from experiments.policy.paired import ALL
from sim.report.language.words import ON_ANY_TERMINAL, Words

_WIDTH = 100
_SHORT = ("pay", "earners", "hourly_median", "hours", "empty", "spent", "cost_per_hour", "work_done", "fill_median",
          "kept")  # fmt: skip
_MANY = 3  # arms above which only the outcomes of `_SHORT` are shown


def comparison_text(comparison):
    """The comparison's tables.

    Parameters
    ----------
    comparison : experiments.policy.page.Comparison

    Returns
    -------
    str
        Lines of at most 100 characters, the last one ended.
    """
    words = Words("en")
    lines = []
    for arm in comparison.arms:
        lines += [*_outcomes(comparison, arm, words), "", *_gains(comparison, arm, words), ""]
    for paragraph in answers(comparison, words):
        lines += textwrap.wrap(paragraph, _WIDTH)
    return "\n".join(lines).translate(ON_ANY_TERMINAL) + "\n"


def _outcomes(comparison, arm, words):
    scenario = comparison.scenario
    title = f"{arm.upper()} from {scenario.policy.start}, {comparison.seeds} pairs of runs, per month"
    lines = [*textwrap.wrap(title, _WIDTH), "=" * _WIDTH]
    lines.append(f"{'':<31}{'as it is':>10}{'with it':>10}{'difference':>12}{'95% interval':>24}{'relative':>12}")
    table = comparison.outcomes
    of = None
    for _, row in table[(table["arm"] == arm) & (table["group"] == ALL)].iterrows():
        if len(comparison.arms) > _MANY and row["outcome"] not in _SHORT:
            continue
        if row["of"] != of:
            of = row["of"]
            lines.append(of)
        say = lambda value, unit=row["unit"]: shown(value, unit, words).replace("€", "")  # noqa: E731
        reach = f"[{say(row['low'])}, {say(row['high'])}]" if np.isfinite(row["low"]) else ""
        name = words(f"outcome.{row['outcome']}")
        line = f"  {name:<29}{say(row['status_quo']):>10}{say(row['policy']):>10}{say(row['difference']):>12}"
        reach, change = (reach if len(reach) < 24 else "wide"), relative(row, words)[0]
        lines.append(f"{line}{reach:>{_WIDTH - 12 - len(line)}}{change:>12}")
    return lines


def _gains(comparison, arm, words):
    lines = [f"{'WHO GAINS, WHO LOSES':<28}{'earnings':>27}{'people':>9}{'gain':>9}{'lose':>9}{'fall out':>9}"
             f"{'come in':>9}"]  # fmt: skip
    many = len(comparison.arms) > _MANY
    for _, row in comparison.people[comparison.people["arm"] == arm].iterrows():
        if many and row["division"] not in (ALL, "engagement"):
            continue
        outcome = "pay" if row["division"] == ALL else "earned"
        change = comparison.of(arm, outcome, row["group"])
        told, reach = relative(change, words)
        told += f" ({reach})" if reach and len(told) + len(reach) < 25 else ""  # what is wider tells nothing
        lines.append(f"  {group_name(row, words):<26}{told:>27}{_counted(row, words)}")
    chance = comparison.fate(PLACEBO)
    if chance is not None and arm != PLACEBO:
        lines.append(f"  {'(placebo: nothing happens)':<53}{_counted(chance, words)}")
    return lines


def _counted(row, words):
    return "".join(f"{words.number(row[name]):>9}" for name in ("people", "gain", "lose", "out", "in"))
