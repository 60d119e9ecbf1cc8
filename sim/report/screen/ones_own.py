"""Rules of one's own on the screen, in plain English text: what instruments read, and what rests on such rules."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from sim.instruments.fieldwork import Fieldwork
from sim.instruments.surveys.ones_own_tables import readings_table
from sim.instruments.targets import published
from sim.report.language.sample import titled
from sim.report.language.words import Words
from sim.report.page.ones_own import plainly, unrepeatable
from sim.report.screen.table import printed, rule, table
from sim.scenario.scenario import Scenario


def own_text(fieldwork: Fieldwork) -> str:
    """All of it, of a run; "" of one without such rules."""
    readings = readings_text(readings_table(fieldwork.own), fieldwork.scenario) if fieldwork.own else ""
    return "\n".join(filter(None, [readings, rules_text(fieldwork.results.provenance.get("own", ()))]))


def own_of_many(readings: pd.DataFrame, scenario: Scenario, runs: int, born: dict[str, Any]) -> str:
    """The same of many runs, from their provenance and `readings_over_runs`."""
    told = readings_text(readings, scenario, runs) if len(readings) else ""
    return "\n".join(filter(None, [told, rules_text(born.get("own", ()))]))


def readings_text(readings: pd.DataFrame, scenario: Scenario, runs: int = 1) -> str:
    """Each reading with its error, beside what was published and what is true; of several `runs` their means.

    Parameters
    ----------
    readings
        From `sim.instruments.surveys.ones_own_tables`.
    """
    words, many = Words("en"), runs > 1
    rows: list[tuple[str, ...]] = []
    for row in readings.itertuples():
        if row.value != row.value:
            rows.append((row.name, "no reading"))
            continue
        spread = row.sd if many else row.error
        verdict = {True: "inside", False: "outside"}.get(row.inside, "")
        said = published(row._replace(value=row.published), lambda value: plainly(value, words))
        rows.append((row.name, plainly(row.value, words, spread), plainly(spread, words, spread), said,
                     plainly(row.truth, words, spread), row.unit, verdict))  # fmt: skip
    title = f"READINGS OF ONE'S OWN, means over {runs} runs" if many else "READINGS OF ONE'S OWN"
    silent = readings[readings["reason"] != ""]
    return printed(
        rule(titled(title, scenario, words)),
        table(("reading", "value", "sd" if many else "s.e.", "published", "truth", "unit", ""), rows, (0, 5, 6)),
        *(f"{row.name}: no reading{_in_some(row, runs)}: {row.reason}" for row in silent.itertuples()),
        *(f"{row.name}: {row.note}" for row in readings.itertuples() if row.note and not many),
    )


def own_of_sweep(runs: pd.DataFrame, parameters: list[str], born: dict[str, Any]) -> str:
    """The same of a sweep, combination by combination; from `sim.runs.sweep_tables.runs_table`."""
    words, rows = Words("en"), []
    given = {f"own.{one['name']}.{each['name']}" for one in born.get("own", ()) for each in one["parameters"]}
    names = [name for name in runs if name.startswith("own.") and name not in (*parameters, *given)]
    cases = [*runs.groupby(parameters, dropna=False, sort=True)] if parameters else [((), runs)]
    for values, case in cases if names else ():
        for name in names:
            known = case[name].dropna()
            cells = [plainly(known.mean(), words, known.std()), plainly(known.std(), words)]
            rows.append((", ".join(map(str, values)) or "all", name.removeprefix("own."), str(len(known)), *cells))
    heads = ("", "reading", "runs", "mean", "sd")
    told = printed(rule("READINGS OF ONE'S OWN"), table(heads, rows, (0, 1))) if rows else ""
    return "\n".join(filter(None, [told, rules_text(born.get("own", ()))]))


def _in_some(row, runs):
    return f" in {runs - row.runs} of {runs} runs" if runs > 1 else ""


def rules_text(rules: Sequence[dict[str, Any]]) -> str:
    """What rests on rules of one's own, from a provenance, and whether another machine can repeat it."""
    if not rules:
        return ""
    words = Words("en")
    lines = [f"{one['role'].replace('_', ' ')} {one['rule']} ({one['digest']})" for one in rules]
    return printed(words("own.rests", rules=", ".join(lines)), *unrepeatable(rules, words))
