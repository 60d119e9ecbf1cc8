"""The truth table of the page: how many people and accounts are how active, whatever an instrument says."""

from typing import Any

import numpy as np
import pandas as pd

from sim.instruments.fieldwork import Fieldwork
from sim.report.language.words import Words


def truth_table(fieldwork: Fieldwork, words: Words) -> dict[str, Any]:
    """The truth of a run, level by level, on all platforms and on the survey's.

    Returns
    -------
    dict
        part, about, caption, heads, rows (name, soft, cells (text, soft)); as `page.html.jinja` prints tables.
    """
    columns = {name: fieldwork.truth[name] for name in ("people", "disjoint", "accounts")}
    heads = [words(f"truths.{name}") for name in columns]
    if fieldwork.truth_here is not None:
        columns["here"] = fieldwork.truth_here["people"]
        scenario = fieldwork.scenario
        heads.append(words("truths.here", name=scenario.platform.members[scenario.survey.platform].label))
    return levels(columns, heads, fieldwork.full_time_equivalents, words)


def levels(columns: dict[str, pd.Series], heads: list[str], jobs: float, words: Words) -> dict[str, Any]:
    """Columns of counts by level as a table of the page; `jobs` are full-time ones, nan if not known."""
    first = next(iter(columns.values()))
    rows = [
        {"name": words(f"level.{level}"), "soft": "", "cells": [cell(words.number(v[level])) for v in columns.values()]}
        for level in first.index
    ]
    about = words("truths.about", fte=words.number(jobs)) if np.isfinite(jobs) else words("truths.short")
    heads = [words("truths.level"), *heads]
    return {"part": "truths", "about": about, "caption": words("truths.caption"), "heads": heads, "rows": rows}


def cell(text: str, soft: str = "") -> dict[str, str]:
    """One cell of a table."""
    return {"text": text, "soft": soft}
