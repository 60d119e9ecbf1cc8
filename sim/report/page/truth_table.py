"""The truth table of the page: how many people and accounts are how active, whatever an instrument says."""

import numpy as np

from sim.instruments.truth import full_time_equivalents, truth


def truth_table(table, results, words):
    """The truth of a run, level by level, on all platforms and on the survey's.

    Parameters
    ----------
    table : DataFrame
        From `sim.instruments.truth.truth`.
    results : Results
    words : Words

    Returns
    -------
    dict
        part, about, caption, heads, rows (name, soft, cells (text, soft)); as `page.html.jinja` prints tables.
    """
    columns = {name: table[name] for name in ("people", "disjoint", "accounts")}
    heads = [words(f"truths.{name}") for name in columns]
    here = results.scenario.platform.members.get(results.scenario.survey.platform)
    if here is not None:
        columns["here"] = truth(results, results.scenario.survey.platform)["people"]
        heads.append(words("truths.here", name=here.label))
    return levels(columns, heads, full_time_equivalents(results), words)


def levels(columns, heads, jobs, words):
    """Columns of counts by level as a table of the page; `jobs` are full-time ones, nan if not known."""
    first = next(iter(columns.values()))
    rows = [
        {"name": words(f"level.{level}"), "soft": "", "cells": [cell(words.number(v[level])) for v in columns.values()]}
        for level in first.index
    ]
    about = words("truths.about", fte=words.number(jobs)) if np.isfinite(jobs) else words("truths.short")
    heads = [words("truths.level"), *heads]
    return {"part": "truths", "about": about, "caption": words("truths.caption"), "heads": heads, "rows": rows}


def cell(text, soft=""):
    """One cell of a table."""
    return {"text": text, "soft": soft}
