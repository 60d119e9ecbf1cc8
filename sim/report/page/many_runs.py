"""The pages of many runs: of an ensemble, one market under other luck, and of a sweep, markets side by side."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.instruments.across_seeds import FEW, interval, scale_of
from sim.instruments.targets import load_targets
from sim.report.figures.ensemble import OUTCOMES
from sim.report.figures.sweep import OUTCOMES as SWEPT
from sim.report.figures.sweep import TIERS, combinations, published_of
from sim.report.figures.sweep_finding import called, rounded, written
from sim.report.language.sample import simulated_on
from sim.report.language.words import Words
from sim.report.page.cells import Cell, Row, Table, target_table, tier_table
from sim.report.page.ones_own import readings_of_own
from sim.report.page.page import publish, under
from sim.scenario.scenario import Scenario

_MOST = 60  # combinations of a sweep in the page's table


def write_ensemble(
    folder: Path, scenario: Scenario, runs: pd.DataFrame, tiers: pd.DataFrame, targets: pd.DataFrame,
    command: str, birth: dict[str, Any], own: pd.DataFrame | None = None,
) -> Path:  # fmt: skip
    """Write the page of an ensemble beside its figures; tables as in `sim.report.figures.ensemble.draw_ensemble`, and
    the readings of one's own."""
    words = Words.of(scenario)
    first, last = (words.number(end) for end in (runs["seed"].min(), runs["seed"].max()))
    story = [words("ensemble.story", count=len(runs), first=first, last=last)]
    story += [_tier(row, words) for row in tiers.to_dict("records")]
    story += [words("ensemble.few", few=FEW)] * (len(runs) < FEW)
    tables = [tier_table(tiers, words, "study"), numbers_table(runs, words), target_table(targets, words, "study")]
    if own is not None and len(own):
        tables.append(readings_of_own(own, birth.get("own", ()), words, len(runs)))
    return publish(
        folder, scenario, words, title=words("ensemble.title", count=len(runs)), sections={"run": story},
        tables=tables, command=command, birth=birth, unfolded=("run", "tiers", "numbers", "instruments", "figures"),
        of=under(scenario, words, f"{first}\N{EN DASH}{last}"),
    )  # fmt: skip


def _tier(row, words):
    told = {"published": words.number(row["survey_estimate"])}
    for name, value, sd in (("reading", "reading", "reading_se"), ("truth", "truth", "truth_sd")):
        spread = "sd" if name == "reading" else "truth_sd"
        told |= {name: words.number(rounded(row[value], row[sd])), spread: words.number(rounded(row[sd], row[sd]))}
    tier = words.named("tier", row["tier"])
    key = "tier" if row["comparable"] else "counterfactual" if np.isfinite(row["reading"]) else "untold"
    return words(f"ensemble.{key}", tier=tier[:1].upper() + tier[1:], **told)


def numbers_table(runs: pd.DataFrame, words: Words) -> Table:
    """The main numbers over runs: mean with its interval, standard deviation, the lowest and the highest run."""
    rows = []
    for name in ("active", "earners", *OUTCOMES):
        known = runs[name].dropna().astype(float)
        if len(known):
            say = lambda value, name=name: written(name, value, words)  # noqa: E731
            mean = Cell(say(known.mean()), _between(*interval(known, scale_of(name)), say))
            sd = Cell(say(known.std()) if len(known) > 1 else "")
            title = words(f"sweep.outcome.{name}")
            rows.append(Row(title, [mean, sd, Cell(_between(known.min(), known.max(), say))]))
    heads = [words(f"many.{head}") for head in ("number", "mean", "sd", "of_runs")]
    return Table("numbers", words("many.numbers_about"), words("many.numbers_caption"), heads, rows)


def _between(low, high, say):
    return f"{say(low)} \N{EN DASH} {say(high)}" if np.isfinite([low, high]).all() else ""


def write_sweep(
    folder: Path, scenario: Scenario, runs: pd.DataFrame, parameters: list[str], findings: Sequence[str],
    command: str, birth: dict[str, Any],
) -> Path:  # fmt: skip
    """Write the page of a sweep beside its figures.

    Parameters
    ----------
    scenario
        What all runs share.
    runs, parameters
        As in `sim.report.figures.sweep.draw_sweep`.
    findings
        The titles of its figures.
    """
    words, well = Words.of(scenario), runs[runs["status"] == "finished"]
    named_parameters, cases = (
        words.listed(called(key, words) for key in parameters),
        combinations(well, parameters, words),
    )
    seeds, count = words.number(well["seed"].nunique()), words.number(len(well))
    title = words("sweep.page_title" if parameters else "sweep.page_chance", count=count, parameters=named_parameters)
    of_all = any(key.startswith("population") for key in parameters)  # each of another part of the country
    about = [words("sweep.varied", parameters=named_parameters, count=seeds)] * bool(parameters)
    about += [] if of_all else [simulated_on(scenario, words)]
    story = [words("sweep.story", runs=count, cases=len(cases), parameters=named_parameters, seeds=seeds)]
    story += [f"{finding}." for finding in dict.fromkeys(findings)]
    story += [words("sweep.multiplicity")] * bool(parameters)
    story += [words("sweep.failed", count=len(runs) - len(well))] * (len(well) < len(runs))
    return publish(
        folder, scenario, words, title=title, sections={"run": story},
        tables=[combinations_table(cases, scenario, words)], command=command, birth=birth,
        unfolded=("run", "figures", "combinations"), of=" · ".join(filter(None, about)) or under(scenario, words),
    )  # fmt: skip


def combinations_table(cases: dict[str, pd.DataFrame], scenario: Scenario, words: Words) -> Table:
    """The outcomes and the tiers of each combination, and what was published of the tiers."""
    outcomes, rows = (*TIERS, *SWEPT), []
    published = published_of(load_targets(scenario.published))
    told = [published.get(outcome.partition(".")[2]) for outcome in outcomes]
    cells = [Cell(words.number(one[0]), _between(*one[1:], words.number)) if one else Cell("") for one in told]
    rows.append(Row(words("tiers.estimate"), [Cell(""), *cells]))
    for name, runs in [*cases.items()][:_MOST]:
        rows.append(Row(name or words("sweep.all"), [Cell(words.number(len(runs))), *_of_case(runs, outcomes, words)]))
    heads = [words("many.combination"), words("many.runs"), *(words(f"sweep.outcome.{name}") for name in outcomes)]
    about = words("many.combinations_about", few=FEW)
    about += f" {words('many.more', count=len(cases) - _MOST)}" if len(cases) > _MOST else ""
    return Table("combinations", about, words("many.combinations_caption"), heads, rows)


def _of_case(runs, outcomes, words):
    for name in outcomes:
        known = runs[name].dropna().astype(float)
        if not len(known):
            yield Cell(words.number(np.nan))
            continue
        ends = interval(known, scale_of(name)) if len(known) >= FEW else (known.min(), known.max())
        yield Cell(
            written(name, known.mean(), words), _between(*ends, lambda value, name=name: written(name, value, words))
        )
