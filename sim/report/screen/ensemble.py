"""An ensemble on the screen: plain English text of at most 100 characters a line."""

import textwrap

import numpy as np

from sim.instruments.targets import worst_first
from sim.report.language.words import ON_ANY_TERMINAL, Words

_WIDTH = 100


def ensemble_text(scenario, runs, tiers, targets):
    """The tiers and the targets over the runs of an ensemble.

    Parameters
    ----------
    scenario : Scenario
    runs : int
        How many ended well.
    tiers, targets : DataFrame
        From `sim.instruments.across_seeds.tiers_over_seeds` and `targets_over_seeds`.

    Returns
    -------
    str
        Lines of at most 100 characters, the last one ended.
    """
    words = Words("en")
    lines = [*_tiers(scenario, runs, tiers, words), "", *_targets(targets, words)]
    return "\n".join(lines).translate(ON_ANY_TERMINAL) + "\n"


def _tiers(scenario, runs, tiers, words):
    seeds = f"seeds {scenario.seed} to {scenario.seed + scenario.seeds - 1}"
    lines = [f"THREE READINGS OF ONE POPULATION, persons, means over {runs} runs, {seeds}", "=" * _WIDTH]
    heads = f"{'tier':<12}{'published':>11}{'reading':>10}{'sd':>9}{'95% interval':>21}{'truth':>9}{'sd':>8}"
    lines.append(heads + f"{'95% interval':>20}")
    notes = ["sd: between runs. 95% interval: of the mean."]
    for row in tiers.itertuples():
        reading = [words.number(row.reading), words.number(row.reading_se)]
        line = f"{row.tier:<12}{words.number(row.survey_estimate):>11}{reading[0]:>10}{reading[1]:>9}"
        line += f"{_between(row.reading_mean_low, row.reading_mean_high, words.number):>21}"
        line += f"{words.number(row.truth):>9}{words.number(row.truth_sd):>8}"
        lines.append(line + f"{_between(row.truth_mean_low, row.truth_mean_high, words.number):>20}")
        if row.comparable and row.seeds < runs:
            notes.append(f"{row.tier}: {row.seeds} of {runs} runs have a reading.")
        notes.append(row.reason)
    return lines + [line for note in dict.fromkeys(filter(None, notes)) for line in textwrap.wrap(note, _WIDTH)]


def _targets(targets, words):
    judged = targets["inside"].dropna()
    inside = f"{int(judged.sum())} of {len(judged)} inside their band"
    lines = [f"TARGETS, means over the runs: {inside}; the worst first", "=" * _WIDTH]
    lines.append(f"{'target':<24}{'role':<11}{'published':>11}{'band':>22}{'simulated':>12}{'sd':>11}{'':>9}")
    compared = worst_first(targets)
    for row in compared[compared["comparable"]].itertuples():
        band = _between(row.low, row.high, words.short)
        told = {True: "inside", False: "outside"}.get(row.inside, "")  # missing where there is no band
        cells = [words.short(row.value), words.short(row.simulated), words.short(row.uncertainty, 2)]
        lines.append(
            f"{row.id[:23]:<24}{row.role:<11}{cells[0]:>11}{band:>22}{cells[1]:>12}{cells[2]:>11}{told:>9}".rstrip()
        )
    mute = int((~compared["comparable"]).sum())
    return lines + ([f"{mute} more cannot be compared; targets.csv says why."] if mute else [])


def _between(low, high, form):
    if np.isnan(low) and np.isnan(high):
        return "-"
    return f"{form(low)} to {form(high)}"
