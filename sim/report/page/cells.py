"""The tables of the page, cell by cell in the reader's language: tiers, targets, assumptions."""

import math
import re
from typing import NamedTuple, get_args, get_type_hints

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


class Cell(NamedTuple):
    """What stands in a cell, small below it, and whether it is a number ("n") or a verdict ("judged")."""

    text: str
    soft: str = ""
    kind: str = "n"


class Row(NamedTuple):
    """A row's name and cells, what stands small below the name, and what kind of row it is: see the page's styles."""

    name: str
    cells: list[Cell]
    soft: str = ""
    kind: str = ""


class Table(NamedTuple):
    """A table in a section of its own, whose name is `part`."""

    part: str
    about: str
    caption: str
    heads: list[str]
    rows: list[Row]
    title: str = ""  # of the section, where it is not that of `part`


class Fold(NamedTuple):
    """A part of a page under one title: paragraphs and tables."""

    name: str
    title: str
    paragraphs: list[str]
    tables: list[Table]


def tier_table(tiers: pd.DataFrame, words: Words, of: str = "run") -> Table:
    """Readings beside the survey's estimates and truths, `of` a "run" or a "study" of many."""
    rows = []
    for row in tiers.to_dict("records"):
        comparable, reason = bool(row["comparable"]), _reason(row["reason"], words)
        reason = reason if comparable else words("tiers.not", reason=reason)
        instrument = words.named("instrument", row["instrument"])
        error = _error(row["reading"], row["reading_se"], lambda value: words.rounded(value, value), words)
        truth = words.rounded(row["truth"], row.get("truth_sd", math.nan))
        numbers = [words.number(row["survey_estimate"]), words.number(row["ratio"], 2), truth]
        cells = [Cell(words.rounded(row["reading"], row["reading_se"]), error), *map(Cell, numbers)]
        soft = ". ".join(filter(None, (instrument, reason)))
        rows.append(Row(words.named("tier", row["tier"]), cells, soft, "" if comparable else "not"))
    heads = [words(f"tiers.{name}") for name in ("tier", "reading", "estimate", "ratio", "truth")]
    return Table("tiers", words("tiers.about"), words(f"{of}.tiers_caption"), heads, rows)


def target_table(targets: pd.DataFrame, words: Words, of: str = "run") -> Table:
    """Published and simulated values, worst first, and in how many the two agree; `of` as in `tier_table`."""
    targets = worst_first(targets)
    judged = targets["inside"].dropna()
    about = words("targets.about", count=int(judged.sum()), judged=len(judged))
    heads = [words(f"targets.{name}") for name in ("quantity", "value", "simulated", "judgement")]
    rows = [_target(row, words) for row in targets.to_dict("records")]
    return Table("targets", about, words(f"{of}.targets_caption"), heads, rows)


def _target(row, words):
    def number(value):
        return words.number(value) if row["unit"] in _COUNTED else words.short(value, 3)

    reason = ""
    if not row["comparable"]:
        kind, judgement, reason = "not", "", words("targets.not", reason=_reason(row["reason"], words))
    else:
        kind = "open" if pd.isna(row["inside"]) else "inside" if row["inside"] else "outside"
        judgement = "" if row["role"] == "shown" else words(f"targets.{kind}")
    band = _band(row, number, words)
    simulated = Cell(number(row["simulated"]), _error(row["simulated"], row["uncertainty"], number, words))
    soft = "; ".join(filter(None, (words.named("unit", row["unit"]), words.named("role", row["role"]), reason)))
    published = Cell(band) if pd.isna(row["value"]) else Cell(number(row["value"]), band)
    cells = [published, simulated, Cell(judgement, kind="judged")]
    return Row(words.named("target", row["quantity"]), cells, soft, kind)


def _band(row, number, words):
    """A band or an interval in words: "0.5 – 3", "1 or more"; "" where there is none."""
    low, high = (None if pd.isna(row[end]) else number(row[end]) for end in ("low", "high"))
    if low is None or high is None:
        return words("targets.least", low=low) if low else words("targets.most", high=high) if high else ""
    return f"{low} \N{EN DASH} {high}"


def assumptions(scenario: Scenario, words: Words) -> list[dict]:
    """The fields that no source gives, by group; the bill of fares has a table of its own.

    Returns
    -------
    list of dict
        name, rows (key, value, unit, meaning, source, doubt: assumed or calibrated); of values that differ between
        platforms or kinds of task all are given, or the lowest and the highest.
    """
    groups = {group: [] for group in _GROUPS}
    tree = scenario.model_dump()
    for key, _, parameter in leaves(fields.Scenario):
        group = key.split(".")[0]
        if group not in groups or ".tasks." in key or not any(word in parameter.source for word in _DOUBTFUL):
            continue
        if not parameter.unit and parameter.low is None:  # names and switches explain nothing by themselves
            continue
        if _idle(parameter.meaning, scenario):
            continue
        values = list(dict.fromkeys(values_at(tree, key)))
        if values:
            row = {
                "key": _breakable(key),
                "value": _together(values, words),
                "unit": words.field("unit", parameter.unit),
            }
            row |= {"meaning": words.field(key, parameter.meaning), "source": words.field("source", parameter.source)}
            groups[group].append(row | {"doubt": next(word for word in _DOUBTFUL if word in parameter.source)})
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


def _reason(reason, words):
    return words.reason(reason) if isinstance(reason, str) else ""
