"""The tiers experiment on the screen: plain English text of at most 100 characters a line."""

import textwrap

import numpy as np

from experiments.tiers.page import FEW
from sim.report.language.words import ON_ANY_TERMINAL, Words

_WIDTH = 100
_STEPS = {"heterogeneity": "unequal capture", "turnover": "coming and going", "frequency": "monthly, not weekly"}


def study_text(study):
    """The experiment's tables.

    Parameters
    ----------
    study : experiments.tiers.page.Study

    Returns
    -------
    str
        Lines of at most 100 characters, the last one ended.
    """
    words = Words("en")
    lines = [*_readings(study, words), "", *_gap(study, words)]
    if study.moves is not None:
        lines += ["", *_moves(study, words)]
    return "\n".join(lines).translate(ON_ANY_TERMINAL) + "\n"


def _readings(study, words):
    lines = [f"THREE READINGS OF ONE POPULATION, persons, {study.seeds} seeds", "=" * _WIDTH]
    heads = ("reading", "sd", "5%", "95%", "published", "below*", "truth", "sd")
    lines.append(f"{'tier':<13}{'instrument':<19}" + "".join(map("{:>8}".format, heads[:4])) + f"{heads[4]:>11}"
                 + "".join(map("{:>8}".format, heads[5:])))  # fmt: skip
    notes = []
    for row in study.tiers.itertuples():
        cells = [words.number(row.reading), words.number(row.reading_se), words.number(row.low), words.number(row.high)]
        line = f"{row.tier:<13}{row.instrument:<19}" + "".join(map("{:>8}".format, cells))
        last = [words.percent(row.below), words.number(row.truth), words.number(row.truth_sd)]
        lines.append(f"{line}{words.number(row.survey_estimate):>11}" + "".join(map("{:>8}".format, last)))
        if row.comparable and row.seeds < study.seeds:
            notes.append(f"{row.tier}: {row.seeds} of {study.seeds} seeds have a reading.")
        notes.append(row.reason)
    if np.isfinite(study.caught_twice) and study.caught_twice < FEW:
        number = words.figures(study.caught_twice, 2)
        notes.append(f"On average {number} people are caught twice: with so few the count scatters, and upwards.")
    notes = ["* share of seeds that read less than the published value.", *dict.fromkeys(n for n in notes if n)]
    return lines + [line for note in notes for line in textwrap.wrap(note, _WIDTH)]


def _gap(study, words):
    lines = ["FROM READING TO TRUTH: each step of an instrument put right in its turn, means over seeds", "=" * _WIDTH]
    heads = f"{'step put right':<36}{'reading then':>14}{'+- s.e.':>9}{'factor':>9}{'of the gap':>12}{'alone':>12}"
    lines.append(f"{heads}")
    for tier, part in study.gap.groupby("tier", sort=False):
        if not np.isfinite(part["value"].iloc[0]):
            lines.append(f"{tier}: no reading here")
            continue
        for row in part.itertuples():
            first = row.step == "reading"
            name = f"{tier}: reading" if first else f"  {_STEPS.get(row.step, row.step)}"
            factor, share = ("", "") if first else (words.figures(row.factor, 3), words.percent(row.share))
            lines.append(
                f"{name:<36}{words.number(row.value):>14}{words.number(row.value_se):>9}{factor:>9}{share:>12}"
                f"{words.number(row.alone):>12}"
            )
    note = """Factor: how many times too high (above 1) or too low the step makes the reading; shares are on a log scale
    and add up to 100%. The last value of a tier is the truth. Alone: the reading if only this step were right."""
    return lines + textwrap.wrap(" ".join(note.split()), _WIDTH)


def _moves(study, words):
    lines = [f"WHAT MOVES THE READINGS, ratios to the same seeds of the base, {study.seeds} seeds", "=" * _WIDTH]
    tiers = list(study.moves["tier"].unique())
    lines.append(f"{'':<22}" + "".join(f"{tier:^26}" for tier in tiers).rstrip())
    lines.append(f"{'change':<22}" + f"{'reading':>14}{'truth':>12}" * len(tiers))
    for variant, part in study.moves.groupby("variant", sort=False):
        line = f"{words(f'variant.{variant}'):<22}"
        for row in part.itertuples():
            line += f"{_ratio(row.reading_ratio, row.reading_ratio_se, words):>14}"
            line += f"{_ratio(row.truth_ratio, row.truth_ratio_se, words):>12}"
        lines.append(line)
    people = f"Other markets on {words.number(study.variant_people)} people, against a base of as many."
    return [*lines, people, f"Sign-up closed early: {CLOSED}"]


CLOSED = "emulated, nearly all accounts of the survey's platform opened at the start"


def _ratio(ratio, error, words):
    if not np.isfinite(ratio):
        return "-"
    return f"{ratio:.2f}" + (f"+-{error:.2f}" if np.isfinite(error) and error >= 0.005 else "")
