"""The tiers experiment from its first run to its last table: the base over many seeds, and other markets beside it."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.folder import begin
from experiments.tiers.gap import decomposition
from experiments.tiers.measure import captures_together, measure, responses
from experiments.tiers.page import Study, closing, draw_study, write_study
from experiments.tiers.schedules import schedule_table, surveys
from experiments.tiers.screen import study_text
from sim.instruments.across_seeds import targets_over_seeds, tier_frame, tiers_over_seeds
from sim.instruments.targets import load_targets
from sim.results.folder import MARK, write_json, write_tables
from sim.results.provenance import scenario_of
from sim.runs.finished import stored
from sim.runs.replicate import Replicate, changed, over_seeds, run_all, sampled
from sim.scenario.scenario import Scenario

VARIANTS = ("demand_double", "demand_half", "steady", "volatile", "closed", "quota")
_LEAST_GROWTH = 0.1  # of sign-up: eight in ten accounts opened in the first tenth of the time


def others(base: Scenario) -> dict[str, Scenario]:
    """The other markets of a base scenario: variant to scenario, none that equals the base."""
    demand, key = base.demand, closing(base)
    made = {
        "demand_double": {"demand__hours_per_day": min(2.0 * demand.hours_per_day, 1e7)},
        "demand_half": {"demand__hours_per_day": demand.hours_per_day / 2.0},
        "steady": {"demand__name": "steady"},
        "volatile": {"demand__name": "volatile"},
        "closed": {f"platform__members__{key}__sign_up_growth": _LEAST_GROWTH},
        "quota": {"survey__quota": min(10 * base.survey.quota, 1_000_000)},
    }
    if not base.survey.on:
        del made["quota"]  # there is no questionnaire
    scenarios = {variant: changed(base, **values) for variant, values in made.items()}
    return {variant: scenario for variant, scenario in scenarios.items() if scenario != base}


def plan(scenario: Scenario, settings: dict[str, Any]) -> list[Replicate]:
    """Every run: variants "base", and on fewer people "base_small" (if there are fewer) and those of `others` and
    `experiments.tiers.schedules.surveys`."""
    asked = over_seeds(scenario, settings["seeds"])
    if not settings["variants"]:  # without others nothing is compared
        return asked
    people = min(settings["variant_people"], scenario.population.simulated)
    small = sampled(scenario, people)
    markets = ({"base_small": small} if people < scenario.population.simulated else {}) | others(small)
    markets |= surveys(small) if settings["surveys"] else {}
    by_variant = [over_seeds(market, settings["seeds"], variant) for variant, market in markets.items()]
    return asked + [one for together in zip(*by_variant, strict=True) for one in together]


def run(scenario: Scenario, settings: dict[str, Any], folder: Path, command: str) -> str:
    """Make the runs that are missing and write what all of them say; gives back what the screen shows."""
    asked = plan(scenario, settings)
    provenance = begin(folder, "tiers", scenario, settings, command)
    order = {(one.variant, one.seed): place for place, one in enumerate(asked)}
    runs = run_all(asked, measure, folder, settings["workers"])
    runs = sorted(runs, key=lambda run: order[run[0].variant, run[0].seed])  # they arrive as they come
    return show(runs, scenario, folder, provenance)


def report(folder: Path, provenance: dict[str, Any], **shown: Any) -> str:
    """Make the report of a finished experiment anew; gives back what the screen shows, or raises BadFolder."""
    scenario = scenario_of(folder, **shown)
    runs = stored(plan(scenario, provenance["settings"]), measure, folder, provenance)
    return show(runs, scenario, folder, provenance)


def show(
    runs: list[tuple[Replicate, dict[str, Any]]], scenario: Scenario, folder: Path, provenance: dict[str, Any]
) -> str:
    """Write tables, figures and page; gives back what the screen shows."""
    study = fold([(one.variant, one.seed, measured) for one, measured in runs], scenario, provenance)
    tables = {"tiers.csv": study.tiers, "decomposition.csv": study.gap, "targets.csv": study.targets}
    tables |= {} if study.moves is None else {"responses.csv": study.moves}
    tables |= {} if study.schedules is None else {"surveys.csv": study.schedules}
    write_tables(folder, tables | {"tiers_by_seed.parquet": study.by_seed})
    write_json(folder / MARK, study.provenance)
    if scenario.report.figures:
        draw_study(study, folder)
    write_study(study, folder)
    return study_text(study)


def fold(measured: list[tuple[str, int, dict[str, Any]]], scenario: Scenario, provenance: dict[str, Any]) -> Study:
    """What all runs say, from variant, seed and what was measured of each, in the order of `plan`."""
    base = [one for variant, _, one in measured if variant == "base"]
    published = load_targets(scenario.published)
    frame, settings = tier_frame(measured, published), provenance["settings"]
    against = "base_small" if (frame["variant"] == "base_small").any() else "base"
    ran = [variant for variant in VARIANTS if (frame["variant"] == variant).any()]
    with_settings = dict.fromkeys(ran, against) | dict.fromkeys(base[0]["settings"], "base")
    moves = responses(frame, with_settings) if ran else None
    schedules = schedule_table(measured, frame, against)
    counts = pd.DataFrame([one["counts"] for one in base]).astype(float)
    table = tiers_over_seeds(frame[frame["variant"] == "base"])
    gap = decomposition(counts, *_quota(moves))
    numbers = gap.columns.drop(["tier", "step", "meaning"])
    gap.loc[gap["tier"].isin(table.loc[table["reading"].isna(), "tier"]), numbers] = float("nan")  # no reading, no gap
    content = json.dumps([[*one] for one in measured], sort_keys=True, default=float)
    return Study(
        scenario=scenario,
        by_seed=frame,
        tiers=table,
        gap=gap,
        moves=moves,
        schedules=schedules,
        targets=targets_over_seeds(published, base),
        truths=sum(pd.DataFrame(one["truth"]).T for one in base) / len(base),
        capture=captures_together(base),
        counts=counts,
        variant_people=min(settings["variant_people"], scenario.population.simulated),
        command=provenance["command"],
        provenance=provenance | {"seeds": settings["seeds"], "digest": hashlib.sha256(content.encode()).hexdigest()},
    )


def _quota(moves: pd.DataFrame | None) -> tuple[float, float]:
    """By how much Petersen's count rises when the quota never binds, and the standard error; 1, 0 if not run."""
    if moves is None:
        return 1.0, 0.0
    row = moves[(moves["variant"] == "quota") & (moves["tier"] == "very active")]
    known = row[["reading_ratio", "reading_ratio_se"]].dropna()
    return tuple(known.iloc[0]) if len(known) else (1.0, 0.0)
