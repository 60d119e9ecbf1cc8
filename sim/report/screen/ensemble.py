"""An ensemble on the screen, in plain English text."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from sim.instruments.targets import published, worst_first
from sim.report.language.sample import titled
from sim.report.language.words import Words
from sim.report.screen.table import printed, rule, table
from sim.scenario.scenario import Scenario


def ensemble_text(
    scenario: Scenario,
    seeds: Sequence[int],
    tiers: pd.DataFrame,
    targets: pd.DataFrame,
    asked: Sequence[str] | None = None,
) -> str:
    """The tiers and the targets over the runs of an ensemble.

    Parameters
    ----------
    seeds
        Of the runs that ended well.
    tiers, targets
        From `sim.instruments.across_seeds.tiers_over_seeds` and `targets_over_seeds`.
    asked
        What became of a half width asked for, in lines.
    """
    words, compared = Words.of(scenario, "en"), worst_first(targets)
    runs, last = len(seeds), max(seeds) if asked else scenario.seed + scenario.seeds - 1
    read = compared["simulated"].notna()
    judged, silent = targets["inside"].dropna(), int((~read).sum())
    title = f"THREE READINGS OF ONE POPULATION, persons, means over {runs} runs, seeds {scenario.seed} to {last}"
    return printed(
        *(asked or ()),
        rule(titled(title, scenario, words)),
        _tiers(tiers, words),
        "sd: between runs. 95% interval: of the mean.",
        *without_reading(tiers, runs, "runs"),
        "",
        rule(f"TARGETS, means over the runs: {int(judged.sum())} of {len(judged)} inside their band; the worst first"),
        _targets(compared[read], words),
        *dict.fromkeys(compared.loc[read & ~compared["comparable"], "reason"].str.capitalize() + "."),
        *([f"{silent} more have no reading; targets.csv says why."] if silent else []),
    )


def without_reading(tiers: pd.DataFrame, runs: int, noun: str) -> list[str]:
    """Of which tiers only some runs (or seeds, as `noun` says) have a reading, and why; each said once."""
    notes = []
    for row in tiers.itertuples():
        if 0 < row.seeds < runs:
            notes.append(f"{row.tier}: {row.seeds} of {runs} {noun} have a reading.")
        notes.append(row.reason)
    return [*dict.fromkeys(filter(None, notes))]


def _tiers(tiers, words):
    rows = []
    for row in tiers.itertuples():
        for what, mean, spread, low, high in (
            ("reading", row.reading, row.reading_se, row.reading_mean_low, row.reading_mean_high),
            ("truth", row.truth, row.truth_sd, row.truth_mean_low, row.truth_mean_high),
        ):
            first = what == "reading"
            name, published = (row.tier, words.number(row.survey_estimate)) if first else ("", "")
            interval = _between(low, high, words.number)
            rows.append((name, published, what, words.number(mean), words.number(spread), interval))
    return table(("tier", "published", "", "mean", "sd", "95% interval"), rows, (0, 2))


def _targets(targets, words):
    rows = []
    for row in targets.itertuples():
        verdict = {True: "inside", False: "outside"}.get(row.inside, "")  # missing where there is no band
        band = _between(row.low, row.high, words.short) if row.value == row.value else ""
        simulated = words.short(row.simulated), words.short(row.uncertainty, 2)
        rows.append((row.id.replace("_", " "), row.role, published(row, words.short), band, *simulated, verdict))
    return table(("target", "role", "published", "band", "simulated", "sd", ""), rows, (0, 1, 6))


def _between(low: float, high: float, form: Callable[[float], str]) -> str:
    return "-" if np.isnan(low) and np.isnan(high) else f"{form(low)} to {form(high)}"
