"""The brief: what a run found, as a reader who has a minute meets it, on the page's first screen and on paper.

Content as data, in the reader's language; `brief.html.jinja` and `sim.report.page.sheet` lay it out.
"""

import csv
import math
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from sim.instruments.fieldwork import Fieldwork
from sim.report.language.words import Words
from sim.report.page.cells import Cell, assumptions
from sim.report.page.strips import Mark, Ratio, Strips, marks, scale, span
from sim.results.results import Results
from sim.results.summary import last_month_name
from sim.scenario.scenario import Scenario

_Z = 1.96
_DIGITS = 3  # significant, of a number whose error is not known


class Line(NamedTuple):
    """A row of the brief: its name and meaning, its numbers, its strip of marks, and the strip in words."""

    name: str
    soft: str
    cells: list[Cell]
    marks: list[Mark]
    said: str = ""


class Brief(NamedTuple):
    """What stands on the first screen."""

    finding: str
    about: str  # what the rows are
    heads: list[Cell]  # of the columns of numbers: name, and its meaning
    lines: list[Line]
    strips: Strips | None
    columns: dict[str, list[str]]  # paragraphs by heading: how sure, what it cannot say
    sources: list[tuple[str, str]]  # label and address, "" where there is none


def run_brief(fieldwork: Fieldwork, words: Words, targets: pd.DataFrame | None = None) -> Brief:
    """The brief of a run; without `targets` what the instruments say is left out."""
    results = fieldwork.results
    tiers = None if targets is None else fieldwork.tiers
    lines, strips = ([], None) if tiers is None else _lines(tiers, words)
    return Brief(
        finding=finding(results, tiers, words),
        about=words("brief.tiers"),
        heads=[Cell(words(f"brief.{name}"), words(f"brief.{name}_is")) for name in ("reading", "published", "truth")],
        lines=lines,
        strips=strips,
        columns={words("brief.sure"): _sure(targets, words), words("brief.silent"): silent(results.scenario, words)},
        sources=sources(),
    )


def finding(results: Results, tiers: pd.DataFrame | None, words: Words) -> str:
    """What came of a run in a sentence: how its largest gap reads, and who was paid what."""
    parts = [_paid(results, words)] if tiers is None else [_gap(tiers, words), _paid(results, words)]
    text = words("brief.joined", first=parts[0], second=parts[1]) if len(parts) > 1 else f"{parts[0]}."
    policy = results.scenario.policy
    if policy.chosen:
        names = words.listed([words.option(name) for name in policy.chosen])
        text = words("brief.policy", policies=names, when=words.day(policy.start), finding=text)
    return text[:1].upper() + text[1:]


def _paid(results, words):
    """Who was paid in the last month, and what."""
    summary, month = results.summary, words.month(last_month_name(results))
    people = words.number(summary["registered"])
    if not summary["registered"]:
        return words("brief.empty")
    if not summary["earners"]:
        return words("brief.unpaid", month=month, people=people)
    median = words.euro(summary["earned_median_euro"])
    return words("brief.paid", month=month, people=people, earners=words.number(summary["earners"]), median=median)


def _gap(tiers, words):
    """The reading of the first tier that has one, beside its truth."""
    known = tiers[tiers["reading"].notna() & (tiers["truth"] > 0)]
    if not len(known):
        counts = {row.tier.replace(" ", "_"): words.number(row.truth) for row in tiers.itertuples()}
        return words("brief.gap.none", **counts)
    row = next(known.itertuples())
    low, high = reach(row.reading, row.reading_se)
    ratio = row.reading / row.truth
    if low <= row.truth <= high:
        form = "within"
    else:
        form = "over" if ratio > 1 else "under"
    values = {"tier": words.named("tier", row.tier), "truth": words.number(row.truth)}
    values |= {"reading": rough(row.reading, row.reading_se, words), "change": words.percent(abs(1 / ratio - 1))}
    return words(f"brief.gap.{form}", **values)


def reach(value: float, error: float) -> tuple[float, float]:
    """The 95 % interval of a positive number on the log scale; the number itself where its error is not known."""
    if not math.isfinite(error) or error <= 0 or value <= 0:
        return value, value
    factor = math.exp(_Z * error / value)
    return value / factor, value * factor


def rough(value: float, error: float, words: Words) -> str:
    """A count with the digits that its standard error allows."""
    if not math.isfinite(value) or not math.isfinite(error) or error < 10:
        return words.number(value)
    step = 10.0 ** math.floor(math.log10(error))
    return words.number(round(value / step) * step)


def _lines(tiers, words):
    """The rows, tier by tier, and the scale of their strips."""
    ratios = [_ratios(row, words) for row in tiers.itertuples()]
    end = max(2.0, span(one for row in ratios for one in row))
    lines = []
    for row, own in zip(tiers.itertuples(), ratios, strict=True):
        name, read = words.named("tier", row.tier), row.reading == row.reading
        low, high = reach(row.reading, row.reading_se)
        interval = words("brief.between", low=_round(low, words), high=_round(high, words)) if low < high else ""
        reason = words.reason(row.reason) if isinstance(row.reason, str) else ""
        cells = [Cell(rough(row.reading, row.reading_se, words), interval) if read else Cell("\N{EN DASH}"),
                 Cell(words.number(row.survey_estimate)), Cell(words.number(row.truth))]  # fmt: skip
        soft = ". ".join(filter(None, (words(f"brief.is.{row.tier}"), reason)))
        said = words("brief.said", name=name, read=cells[0].text, truth=cells[2].text, published=cells[1].text)
        lines.append(Line(name[:1].upper() + name[1:], soft, cells, marks(own, end), said))
    return lines, scale(words("brief.strips"), words("brief.middle"), end, words)


def _ratios(row, words):
    """Reading and published number over the truth."""
    if not row.truth > 0:
        return []
    low, high = reach(row.reading, row.reading_se)
    made = [Ratio("published", row.survey_estimate / row.truth, name=words("brief.mark"))]
    if row.reading == row.reading:
        ratio = row.reading / row.truth
        made.append(Ratio("reading", ratio, low / row.truth, high / row.truth, words.change(ratio)))
    return made


def _round(value, words):
    return words.number(float(f"{value:.{2}g}"))


def _sure(targets, words):
    """What the numbers are worth: the instruments' own error, chance, and what was published."""
    told = [words("brief.sure.read"), words("brief.sure.once")]
    if targets is None:
        return told[1:]
    judged = targets[targets["inside"].notna()]
    free = judged[judged["role"] == "validate"]
    counts = {"judged": len(judged), "inside": int(judged["inside"].sum())}
    counts |= {"free": len(free), "kept": int(free["inside"].sum())}
    return [*told, words("brief.sure.targets", **counts)]


def silent(scenario: Scenario, words: Words) -> list[str]:
    """What a run of the scenario cannot say, whatever it found."""
    rows = [row for group in assumptions(scenario, words) for row in group["rows"]]
    fitted = sum(row["doubt"] == "calibrated" for row in rows)
    told = [words("brief.silent.model", assumed=len(rows) - fitted, fitted=fitted), words("brief.silent.fitted")]
    if scenario.platform.name != "france":
        told.append(words("brief.silent.other"))
    if scenario.policy.chosen:
        told.append(words("brief.silent.policy"))
    return told


def sources() -> list[tuple[str, str]]:
    """The works that the numbers come from first: label and address, "" where there is none."""
    with open(Path(__file__).with_name("sources.csv"), encoding="utf-8", newline="") as file:
        return [(row["label"], row["address"]) for row in csv.DictReader(file)]
