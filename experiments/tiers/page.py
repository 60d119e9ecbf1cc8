"""The tiers experiment told: a table for the screen, the figures, and a page like a run's."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.tiers.closed_population import MEAN, SPREADS, bias_by_trial
from experiments.tiers.figures import draw_bias, draw_gap, draw_moves
from experiments.tiers.schedule_figure import draw_schedules, schedule_finding
from experiments.tiers.schedules import TIER
from sim.instruments.across_seeds import FEW
from sim.instruments.capture import share_counted, spread
from sim.report.figures.draw import draw_each
from sim.report.figures.instruments import draw_capture, draw_readings
from sim.report.figures.sweep import published_of
from sim.report.language.sample import of_country
from sim.report.language.words import Words
from sim.report.page.cells import Cell, Row, Table, target_table, tier_table
from sim.report.page.page import publish
from sim.report.page.truth_table import levels
from sim.scenario.scenario import Scenario

TOO_FEW = 10  # caught twice, below which a count of two waves scatters so much that the reader must know
_EQUAL = 1e-6  # standard error of a ratio below which it is the arithmetic's


@dataclass
class Study:
    """What the tiers experiment found; tables are over seeds unless they say otherwise."""

    scenario: Scenario  # the base; its seed is the first
    by_seed: pd.DataFrame  # from `sim.instruments.across_seeds.tier_frame`: every run, tier by tier
    tiers: pd.DataFrame
    gap: pd.DataFrame  # from `experiments.tiers.gap.decomposition`
    moves: pd.DataFrame | None  # from `experiments.tiers.measure.responses`; None without other markets
    schedules: pd.DataFrame | None  # from `experiments.tiers.schedules.schedule_table`; None without other surveys
    targets: pd.DataFrame
    truths: pd.DataFrame  # mean counts by level of truth
    capture: pd.DataFrame | None  # captures by activity, all seeds together
    counts: pd.DataFrame  # one row a seed: `experiments.tiers.gap.counts` of the base
    variant_people: int  # people in the runs of other markets
    command: str
    provenance: dict

    @property
    def seeds(self) -> int:
        """How many runs of the base there are."""
        return len(self.counts)

    @property
    def caught_twice(self) -> float:
        """People caught in both waves, mean over seeds; nan without a survey."""
        return self.counts["m"].mean()


def draw_study(study: Study, folder: Path) -> list[dict]:
    """Draw the figures of the experiment into ``figures/`` of a folder."""
    words = Words.of(study.scenario)
    base = study.by_seed[study.by_seed["variant"] == "base"]
    share = share_counted(study.counts.mean())
    tiers = study.tiers if study.seeds >= FEW else study.tiers.assign(low=np.nan, high=np.nan)  # each, no interval
    here = (spread(study.capture) if study.capture is not None else np.nan, share)
    plots = {
        "readings": lambda: draw_readings(tiers, study.targets, words, base),
        "gap": lambda: draw_gap(study.gap, study.seeds, words),
        "capture": lambda: draw_capture(study.capture, share, words),
        "bias": lambda: draw_bias(SPREADS, *bias_by_trial(study.scenario.seed), MEAN, here, words),
    }
    if study.moves is not None:
        plots["moves"] = lambda: draw_moves(study.moves, study.by_seed, words)
    if study.schedules is not None:
        alone = (float(study.tiers.set_index("tier")["survey_estimate"][TIER]), np.nan, np.nan)
        published = published_of(study.targets).get(TIER.replace(" ", "_"), alone)
        plots["schedules"] = lambda: draw_schedules(study.schedules, study.by_seed, published, words)
    return draw_each(plots, folder / "figures", of_country(study.scenario, words))


def write_study(study: Study, folder: Path) -> Path:
    """Write the experiment's `report.html`."""
    words = Words.of(study.scenario)
    tables = [tier_table(study.tiers, words, "study"), gap_table(study.gap, words)]
    if study.moves is not None:
        tables.append(moves_table(study.moves, words))
    if study.schedules is not None:
        tables.append(schedules_table(study.schedules, words))
    jobs = study.targets.set_index("id")["simulated"].get("full_time_hours", np.nan)
    truths = study.truths * study.scenario.population.weight
    return publish(
        folder,
        study.scenario,
        words,
        title=words("study.title"),
        command=study.command,
        birth=study.provenance,
        sections={"run": _story(study, words)},
        tables=[*tables, levels(truths, jobs, words), target_table(study.targets, words, "study")],
    )


def _story(study, words):
    first = [words("study.story", count=study.seeds, registered=words.number(study.scenario.population.people))]
    for row in study.tiers[study.tiers["comparable"].astype(bool)].itertuples():
        inside = row.low <= row.survey_estimate <= row.high
        values = {"published": words.number(row.survey_estimate), "tier": words.named("tier", row.tier)}
        where = words("study.within" if inside else "study.outside")
        first.append(words("study.verdict", where=where, below=words.percent(row.below), **values))
    if np.isfinite(study.caught_twice) and study.caught_twice < TOO_FEW:
        first.append(words("study.few", number=words.figures(study.caught_twice, 2)))
    if study.moves is None:
        return [" ".join(first)]
    number = words.figures(study.variant_people and study.scenario.population.people / study.variant_people, 2)
    variants = words("study.variants", people=words.number(study.variant_people), number=number)
    label = study.scenario.platform.members[closing(study.scenario)].label
    told = [" ".join(first), variants, words("study.closed", name=label)]
    return told if study.schedules is None else [*told, f"{schedule_finding(study.schedules, words)}."]


def closing(scenario: Scenario) -> str:
    """Key of the platform whose sign-up is closed in an experiment: the survey's."""
    return scenario.surveyed


def gap_table(gap: pd.DataFrame, words: Words) -> Table:
    """The decomposition as a table of the page."""
    rows = []
    for row in gap.itertuples():
        moved = row.step != "reading"
        factor, share = (words.figures(row.factor, 3), words.percent(row.share)) if moved else ("", "")
        cells = [Cell(words.number(row.value), _error(row.value_se, words)), Cell(factor), Cell(share)]
        name = f"{words.named('tier', row.tier)}: {words(f'step.{row.step}')}"
        rows.append(Row(name, [*cells, Cell(words.number(row.alone))], words(f"step.meaning.{row.step}")))
    return _table("gap", ("gap_step", "value", "factor", "share", "alone"), rows, words)


def moves_table(moves: pd.DataFrame, words: Words) -> Table:
    """Readings and truths under other markets as a table of the page."""
    rows = []
    for row in moves.itertuples():
        cells = []
        for value, ratio, error in (
            (row.reading, row.reading_ratio, row.reading_ratio_se),
            (row.truth, row.truth_ratio, row.truth_ratio_se),
        ):
            cells += [Cell(words.number(value)), Cell(words.figures(ratio, 3), _error(error, words, 2))]
        rows.append(Row(f"{words(f'variant.{row.variant}')}: {words.named('tier', row.tier)}", cells))
    return _table("moves", ("variant", "moves_reading", "ratio", "moves_truth", "ratio"), rows, words)


def schedules_table(schedules: pd.DataFrame, words: Words) -> Table:
    """Readings under other surveys, and the truth where there is one, as a table of the page."""
    rows = []
    for row in schedules[~schedules["tier"].isin(("regular", "occasional"))].itertuples():
        counted = row.tier == TIER
        name = words.named("tier", row.tier) if counted else row.tier
        form = words.number if counted else words.short
        cells = [
            Cell(form(row.reading)),
            Cell(words.figures(row.reading_ratio, 3), _error(row.reading_ratio_se, words, 2)),
        ]
        cells += [Cell(words.number(row.truth)), Cell(words.figures(row.truth_ratio, 3))] if counted else [Cell("")] * 2
        rows.append(Row(f"{words(f'variant.{row.variant}')}: {name}", cells))
    return _table("schedules", ("survey", "moves_reading", "ratio", "moves_truth", "ratio"), rows, words)


def _table(name, heads, rows, words):
    about, caption = (words(f"study.{name}_{text}") for text in ("about", "caption"))
    return Table(name, about, caption, [words(f"study.{head}") for head in heads], rows)


def _error(error, words, digits=0):
    if not np.isfinite(error) or error < (_EQUAL if digits else 0.5):
        return ""
    text = words.figures(error, digits) if digits else words.number(error)
    return f"\N{PLUS-MINUS SIGN}\N{NO-BREAK SPACE}{text}"
