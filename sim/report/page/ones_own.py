"""Rules of one's own on the page: what they are, where they stand, and what instruments among them read."""

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup

from sim.instruments.fieldwork import Fieldwork
from sim.instruments.surveys.ones_own_tables import readings_table
from sim.report.language.words import Words
from sim.report.page.cells import Cell, Row, Table
from sim.scenario.own.source import KEPT
from sim.scenario.problems import shown

Rules = Sequence[dict[str, Any]]


def rule_name(rule: dict[str, Any], words: Words) -> str:
    """What a rule is called in the reader's language, from a provenance; else its name in plain words."""
    text = rule["text"]
    return text.get(words.language) or text.get("en") or rule["name"].replace("_", " ")


def rules_tables(birth: dict[str, Any], words: Words) -> list[Table]:
    """A row for each rule of a provenance: name, role, what it does, its parameters, its source; no table without."""
    if not (rules := birth.get("own")):
        return []
    rows = []
    for one in rules:
        parameters = words("own.next").join(_parameter(each, words) for each in one["parameters"])
        source = [Cell(_linked(one), one["digest"], "")]
        again = words("own.repeatable" if one["repeatable"] else "own.not_repeatable")
        cells = [Cell(role_name(one, words), "", ""), Cell(parameters, "", ""), *source]
        rows.append(Row(rule_name(one, words), [*cells, Cell(again, "; ".join(one["why"]), "")], one["about"]))
    heads = [words(f"own.{head}") for head in ("rule", "role", "parameters", "source", "again")]
    about = " ".join([words("own.about"), *unrepeatable(rules, words)])
    return [Table("own_rules", about, words("own.caption"), heads, rows)]


def _parameter(one, words):
    unit = f" {words.field('unit', one['unit'])}" if one["unit"] else ""
    told = {"value": f"{shown(one['value'])}{unit}", "range": one["range"], "meaning": one["meaning"]}
    return words("own.parameter", name=one["name"], source=words.field("source", one["source"]), **told)


def _linked(rule):
    """The files as links to their copies; of a rule without any the word by which it was named."""
    links = [Markup('<a href="{0}/{1}">{1}</a>').format(KEPT, file) for file in rule["files"]]
    named = Markup("<code>{}</code>").format(rule["rule"])
    return Markup("<br>").join([*links] or [named])


def unrepeatable(rules: Rules, words: Words) -> list[str]:
    """In a sentence that another machine cannot repeat a run, and why; nothing where it can."""
    why = [f"{one['name']}: {reason}" for one in rules if not one["repeatable"] for reason in one["why"]]
    return [words("own.unrepeatable", why="; ".join(why))] if why else []


def rests(rules: Rules, words: Words) -> list[str]:
    """That what is told rests on rules of one's own, in sentences; nothing without them."""
    if not rules:
        return []
    named = [f"{rule_name(one, words)} ({role_name(one, words)})" for one in rules]
    return [words("own.rests", rules=words.listed(named)), *unrepeatable(rules, words)]


def role_name(rule: dict[str, Any], words: Words) -> str:
    """What a rule is for, in the reader's language."""
    return words(f"own.role.{rule['role']}")


def own_readings(fieldwork: Fieldwork, words: Words) -> list[Table]:
    """What instruments of one's own read off a run; no table without."""
    rules, own = fieldwork.results.provenance.get("own", ()), fieldwork.own
    return [readings_of_own(readings_table(own), rules, words)] if own else []


def readings_of_own(readings: pd.DataFrame, rules: Rules, words: Words, runs: int = 1) -> Table:
    """What instruments of one's own read, of one run or as means over `runs`; a table of `ones_own_tables`."""
    about, rows = {one["name"]: one for one in rules}, []
    for row in readings.itertuples():
        rule, silent = about.get(row.instrument), row.value != row.value
        spread = row.sd if runs > 1 else row.error
        known = not silent and spread == spread
        error = f"\N{PLUS-MINUS SIGN}\N{NO-BREAK SPACE}{plainly(spread, words, spread)}" if known else ""
        verdict = "" if pd.isna(row.inside) else words("targets.inside" if row.inside else "targets.outside")
        cells = [Cell(plainly(row.value, words, spread), error), Cell(*_published(row, words))]
        cells += [Cell(plainly(row.truth, words, spread)), Cell(verdict, kind="judged")]
        part = row.name.removeprefix(row.instrument).lstrip(".").replace("_", " ")
        name = " \N{MIDDLE DOT} ".join(filter(None, [rule_name(rule, words) if rule else row.instrument, part]))
        soft = [words.field("unit", row.unit), rule["about"] if rule else "", row.note]
        soft += [words("own.silent", reason=row.reason)] if row.reason else []
        soft += [Markup("{} ({})").format(_linked(rule), rule["digest"])] if rule else []
        kind = "not" if silent else "" if pd.isna(row.inside) else "inside" if row.inside else "outside"
        rows.append(Row(name, cells, Markup("; ").join(filter(None, soft)), kind))
    heads = ["own.instrument", "tiers.reading", "targets.value", "tiers.truth", "targets.judgement"]
    heads = [words(head) for head in heads]
    return Table("own_readings", words("own.readings_about"), words("own.readings_caption"), heads, rows)


def _published(row, words):
    ends = [None if pd.isna(end) else plainly(end, words) for end in (row.low, row.high)]
    low, high = ends
    if low is None or high is None:
        band = words("targets.least", low=low) if low else words("targets.most", high=high) if high else ""
    else:
        band = f"{low} \N{EN DASH} {high}"
    return (band, "") if pd.isna(row.published) else (plainly(row.published, words), band)


def plainly(value: float, words: Words, error: float = math.nan) -> str:
    """A number of whatever unit, with the digits that its error leaves; "" where it is not known."""
    if not math.isfinite(value):
        return ""
    if math.isfinite(error) and error > 0:
        return words.rounded(value, error)
    return words.number(value) if abs(value) >= 1000 else words.short(value, 3)
