"""The tables of the page, cell by cell in the reader's language: tiers, targets, assumptions."""

import math
import re
from typing import Any, get_args, get_type_hints

import pandas as pd
from markupsafe import Markup, escape

from sim.instruments.targets import worst_first
from sim.report.language.words import Words
from sim.scenario import fields
from sim.scenario.parameter import leaves, values_at
from sim.scenario.scenario import Scenario

_GROUPS = ("behaviour", "demand", "platform", "population", "survey")
_DOUBTFUL = ("assumed", "calibrated")
_COUNTED = ("persons", "accounts", "visitors")


def tier_rows(tiers: pd.DataFrame, words: Words) -> list[dict[str, Any]]:
    """Cells of the tier table."""
    rows = []
    for row in tiers.to_dict("records"):
        comparable, reason = bool(row["comparable"]), _said(row["reason"], words)
        rows.append(
            {
                "tier": words.named("tier", row["tier"]),
                "instrument": words.named("instrument", row["instrument"]),
                "reading": words.number(row["reading"]),
                "error": _error(row["reading"], row["reading_se"], words.number, words),
                "estimate": words.number(row["survey_estimate"]),
                "ratio": words.number(row["ratio"], 2),
                "truth": words.number(row["truth"]),
                "comparable": comparable,
                "reason": reason if comparable else words("tiers.not", reason=reason),
            }
        )
    return rows


def target_rows(targets: pd.DataFrame, words: Words) -> tuple[list[dict[str, str]], str]:
    """Cells of the target table, worst first, and the verdict on it in words."""
    table = worst_first(targets)
    judged = table["inside"].dropna()
    verdict = words("targets.about", count=int(judged.sum()), judged=len(judged))
    return [_target(row, words) for row in table.to_dict("records")], verdict


def _target(row, words):
    def number(value):
        return words.number(value) if row["unit"] in _COUNTED else words.short(value, 3)

    reason = ""
    if not row["comparable"]:
        kind, judgement, reason = "not", "", words("targets.not", reason=_said(row["reason"], words))
    elif pd.isna(row["inside"]):
        kind, judgement = "open", words("targets.open")
    else:
        kind = "inside" if row["inside"] else "outside"
        judgement = words(f"targets.{kind}")
    ends = [number(row[end]) for end in ("low", "high")]
    return {
        "quantity": words.named("target", row["quantity"]),
        "unit": words.named("unit", row["unit"]),
        "value": number(row["value"]),
        "range": "" if pd.isna(row["low"]) and pd.isna(row["high"]) else " \N{EN DASH} ".join(ends),
        "simulated": number(row["simulated"]),
        "error": _error(row["simulated"], row["uncertainty"], number, words),
        "reason": reason,
        "judgement": judgement,
        "kind": kind,
        "role": words.named("role", row["role"]),
    }


def assumptions(scenario: Scenario, words: Words) -> list[dict[str, Any]]:
    """The fields that no source gives, by group.

    Returns
    -------
    list of dict
        name, rows (key, value, unit, meaning, source); of values that differ between platforms or kinds of task
        all are given, or the lowest and the highest.
    """
    groups = {group: [] for group in _GROUPS}
    tree = scenario.model_dump()
    for key, _, quantity in leaves(fields.Scenario):
        group = key.split(".")[0]
        if group not in groups or not any(word in quantity.source for word in _DOUBTFUL):
            continue
        if not quantity.unit and quantity.low is None:  # names and switches explain nothing by themselves
            continue
        if _idle(quantity.meaning, scenario):
            continue
        values = list(dict.fromkeys(values_at(tree, key)))
        if values:
            row = {"key": _breakable(key), "value": _together(values, words), "unit": quantity.unit}
            groups[group].append(row | {"meaning": quantity.meaning, "source": quantity.source})
    return [{"name": words(f"assumptions.{group}"), "rows": rows} for group, rows in groups.items() if rows]


def _breakable(key):
    """A key that may be broken after its dots and underscores, where the page is narrow."""
    return Markup(escape(key).replace(".", Markup(".<wbr>")).replace("_", Markup("_<wbr>")))


def _idle(meaning, scenario):
    """Whether a field is said to belong to other regimes of demand only: "mean length of a surge (volatile)"."""
    said = re.search(r"\(([a-z, ]+)\)$", meaning)
    regimes = said[1].split(", ") if said else []
    known = get_args(get_type_hints(fields.Demand)["name"])
    return bool(regimes) and set(regimes) <= set(known) and scenario.demand.name not in regimes


def _together(values, words):
    """One value, all of a few, or the lowest and highest of many."""
    if len(values) > 3 and all(isinstance(value, (int, float)) for value in values):
        return words("assumptions.between", low=_shown(min(values), words), high=_shown(max(values), words))
    return " / ".join(_shown(value, words) for value in values)


def _shown(value, words):
    if isinstance(value, bool):
        return words("page.yes" if value else "page.no")
    if isinstance(value, (tuple, list)):
        return "[" + "; ".join(_shown(part, words) for part in value) + "]"
    if isinstance(value, (int, float)):
        return words.number(value) if float(value).is_integer() else words.short(value, 3)
    return words.day(value) if hasattr(value, "year") else str(value)


def _error(value, error, number, words):
    """The standard error with its sign, "" where it is not known."""
    if error is None or not math.isfinite(error) or error <= 0:
        return ""
    small = min(error, value) < 10 and number is not words.number
    return f"\N{PLUS-MINUS SIGN}\N{NO-BREAK SPACE}{words.short(error, 2) if small else number(error)}"


def _said(reason, words):
    return words.reason(reason) if isinstance(reason, str) else ""
