"""The brief: what a run found, as a reader who has a minute meets it, on the page's first screen and on paper.

Content as data, in the reader's language; `brief.html.jinja` and `sim.report.page.sheet` lay it out.
"""

import csv
import math
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from sim.instruments.fieldwork import Fieldwork
from sim.instruments.surveys.counterfactual import counterfactual
from sim.report.figures.tier_intervals import with_intervals
from sim.report.language.precise import Precise
from sim.report.language.words import HOME, Words
from sim.report.page.cells import Cell, assumptions
from sim.report.page.ones_own import rests
from sim.report.page.strips import Mark, Ratio, Strips, marks, scale, span
from sim.results.results import Results
from sim.results.summary import last_month_name
from sim.results.whole.precision import runs_and_sizes
from sim.scenario.scenario import Scenario

_SAME = 0.0005  # a reading this near the truth, relatively, is the truth


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
    terms: tuple[str, ...] = ()  # of `sim.report.language.terms`, that it or what follows it explains


def run_brief(fieldwork: Fieldwork, words: Words, targets: pd.DataFrame | None = None) -> Brief:
    """The brief of a run; without `targets` what the instruments say is left out."""
    results = fieldwork.results
    tiers = None if targets is None else with_intervals(fieldwork)
    precise = Precise(results.scenario, words)
    lines, strips = ([], None) if tiers is None else _lines(tiers, precise)
    known = tiers is not None and "truth_low" in tiers
    return Brief(
        finding=finding(results, tiers, precise),
        about=words("brief.tiers") + (f" ({'; '.join(shared)})" if (shared := _shared(tiers, words)) else ""),
        heads=[Cell(words(f"brief.{name}"), words(f"brief.{name}_is")) for name in ("reading", "published", "truth")],
        lines=lines,
        strips=strips,
        columns={
            words("brief.sure"): _sure(targets, known, words),
            words("brief.silent"): silent(results.scenario, words) + rests(results.provenance.get("own", ()), words),
        },
        sources=sources(fieldwork.scenario.country.name),
        terms=("reading", "look", "seed", "biface", "deep", "watching"),  # the last three in the page's first story
    )


def finding(results: Results, tiers: pd.DataFrame | None, precise: Precise) -> str:
    """What came of a run in a sentence: how the first tier that is read differs from its truth, and who was paid."""
    words, parts = (
        precise.words,
        [_paid(results, precise)] if tiers is None else [_gap(tiers, precise), _paid(results, precise)],
    )
    text = words("brief.joined", first=parts[0], second=parts[1]) if len(parts) > 1 else f"{parts[0]}."
    if decided := results.scenario.decided:
        names, since = words.listed([words.option(name) for name in decided]), results.scenario.policy.start
        text = words("brief.policy", policies=names, when=words.day(since), finding=text)
    return text[:1].upper() + text[1:]


def _paid(results, precise):
    """Who was paid in the last month, and what."""
    summary, words = results.summary, precise.words
    people, month = precise("registered", summary["registered"]), words.month(last_month_name(results))
    if not summary["registered"]:
        return words("brief.empty")
    if not summary["earners"]:
        return words("brief.unpaid", month=month, people=people)
    median = precise("earned_median_euro", summary["earned_median_euro"], "euro")
    earners = precise("earners", summary["earners"])
    return words("brief.paid", month=month, people=people, earners=earners, median=median)


def _gap(tiers, precise):
    """The reading of the first tier that has one, beside its truth."""
    words = precise.words
    known = tiers[tiers["reading"].notna() & (tiers["truth"] > 0)]
    if not len(known):
        counts = {row.tier.replace(" ", "_"): precise(_truth(row.tier), row.truth) for row in tiers.itertuples()}
        return words("brief.gap.none", **counts)
    row = next(known.itertuples())
    ratio = row.reading / row.truth
    form = "within" if row.low <= row.truth <= row.high else "over" if ratio > 1 else "under"
    values = {"tier": words.named("tier", row.tier), "truth": precise(_truth(row.tier), row.truth)}
    values |= {"reading": rough(row.reading, row.reading_se, words), "change": words.percent(abs(1 / ratio - 1))}
    return words(f"brief.gap.{form}", **values)


def _truth(tier):
    """The name of a tier's truth in `sim.runs.quantities`."""
    return f"truth.{tier.replace(' ', '_')}"


def rough(value: float, error: float, words: Words) -> str:
    """A count with the digits that its standard error allows."""
    if not math.isfinite(value) or not math.isfinite(error) or error < 10:
        return words.number(value)
    step = 10.0 ** math.floor(math.log10(error))
    return words.number(round(value / step) * step)


def _lines(tiers, precise):
    """The rows, tier by tier, and the scale of their strips."""
    words, known, shared = precise.words, "truth_low" in tiers, _shared(tiers, precise.words)
    ratios = [_ratios(row, words) for row in tiers.itertuples()]
    end = max(2.0, span(one for row in ratios for one in row))
    lines = []
    for row, of_row in zip(tiers.itertuples(), ratios, strict=True):
        name, ends = words.named("tier", row.tier), [float(f"{end:.2g}") for end in (row.low, row.high)]
        ends_of_truth = [float(f"{end:.3g}") for end in (row.truth_low, row.truth_high)] if known else [math.nan] * 2
        cells = [Cell(rough(row.reading, row.reading_se, words), _between(*ends, words)),
                 Cell(words.number(row.survey_estimate)),
                 Cell(precise(_truth(row.tier), row.truth), _between(*ends_of_truth, words))]  # fmt: skip
        own = [reason for reason in _reasons(row.reason, words) if reason not in shared]
        soft = "; ".join([words(f"brief.is.{row.tier}"), *own])
        said = words("brief.said", name=name, read=cells[0].text, truth=cells[2].text, published=cells[1].text)
        lines.append(Line(name[:1].upper() + name[1:], soft, cells, marks(of_row, end), said))
    title = words("brief.strips_known" if known else "brief.strips")
    return lines, scale(title, words("brief.middle"), end, words)


def _reasons(text, words):
    """Why a reading is none, or another's, reason by reason in the reader's language."""
    return [words.reason(one) for one in text.split("; ")] if isinstance(text, str) and text else []


def _shared(tiers, words):
    """The reasons that all tiers share: said once, beside the name of the rows."""
    each = [] if tiers is None else [_reasons(text, words) for text in tiers["reason"]]
    return [one for one in each[0] if all(one in other for other in each)] if each else []


def _between(low, high, words):
    """An interval; one without an upper end by its lower one; "" where there is none."""
    if not math.isfinite(low):
        return ""
    if not math.isfinite(high):
        return words("targets.least", low=words.number(low))
    return words("brief.between", low=words.number(low), high=words.number(high))


def _ratios(row, words):
    """Reading and published number over the truth."""
    if not row.truth > 0:
        return []
    ratio, low, high = (value / row.truth for value in (row.reading, row.low, row.high))
    name = words("brief.same") if abs(ratio - 1.0) < _SAME else words.change(ratio)
    published = Ratio("published", row.survey_estimate / row.truth, name=words("brief.mark"))
    ends = [getattr(row, f"truth_{end}", math.nan) / row.truth for end in ("low", "high")]
    return [Ratio("truth", 1.0, *ends), published, Ratio("reading", ratio, low, high, name)]


def _sure(targets, known, words):
    """What the numbers are worth: the instruments' own error, chance (`known` from the table of seeds and sizes), and
    what was published."""
    runs, sizes = runs_and_sizes()
    chance = words("brief.sure.known", runs=runs, sizes=sizes) if known else words("brief.sure.once")
    told = [words("brief.sure.read"), chance]
    if targets is None:
        return told[1:]
    judged = targets[targets["inside"].notna()]
    if not len(judged):
        return told
    free = judged[judged["role"] == "validate"]
    counts = {"judged": len(judged), "inside": int(judged["inside"].sum())}
    counts |= {"free": len(free), "kept": int(free["inside"].sum())}
    return [*told, words("brief.sure.targets", **counts)]


def silent(scenario: Scenario, words: Words) -> list[str]:
    """What a run of the scenario cannot say, whatever it found."""
    rows = [row for group in assumptions(scenario, words) for row in group["rows"]]
    fitted = sum(row["doubt"] == "calibrated" for row in rows)
    told = [words("brief.silent.model", assumed=len(rows) - fitted, fitted=fitted), words("brief.silent.fitted")]
    if scenario.platform.name != scenario.country.name and (scenario.country.label == HOME or counterfactual(scenario)):
        told.append(words("brief.silent.other"))
    if scenario.decided:
        told.append(words("brief.silent.policy"))
    return told


def sources(country: str) -> list[tuple[str, str]]:
    """The works that the numbers of a country's market come from first: label and address, "" where there is none."""
    with open(Path(__file__).with_name("sources.csv"), encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["country"] in ("", country)]
    return [(row["label"], row["address"]) for row in rows]
