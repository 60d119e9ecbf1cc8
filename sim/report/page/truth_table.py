"""The truth table of the page: how many people and accounts are how active, whatever an instrument says."""

import numpy as np
import pandas as pd

from sim.instruments.fieldwork import Fieldwork
from sim.report.language.words import Words
from sim.report.page.cells import Cell, Row, Table


def truth_table(fieldwork: Fieldwork, words: Words) -> Table:
    """The truth of a run, level by level, on all platforms and on the survey's."""
    here, scenario = fieldwork.truth_here, fieldwork.scenario
    label, weight = scenario.platform.members[scenario.surveyed].label, scenario.population.weight
    return levels(fieldwork.truth * weight, fieldwork.full_time_equivalents, words, here * weight, label)


def levels(
    truth: pd.DataFrame, jobs: float, words: Words, here: pd.DataFrame | None = None, label: str | None = None
) -> Table:
    """Persons and accounts of the country by level of truth, `here` on the platform `label`.

    `jobs` are full-time ones, nan if not known.
    """
    columns = {words(f"truths.{name}"): truth[name] for name in ("people", "disjoint", "accounts")}
    if here is not None:
        columns[words("truths.here", name=label)] = here["people"]
    rows = [
        Row(words(f"level.{level}"), [Cell(words.number(values[level])) for values in columns.values()])
        for level in truth.index
    ]
    about = words("truths.about", fte=words.number(jobs)) if np.isfinite(jobs) else words("truths.short")
    return Table("truths", about, words("truths.caption"), [words("truths.level"), *columns], rows)
