"""The scale experiment on the screen, in plain English text: the finding first."""

import textwrap

import numpy as np

from experiments.scale.measure import QUOTED, UNKNOWN
from experiments.scale.page import Scale, finding, worst
from sim.report.language.words import Words
from sim.report.screen.table import printed, table
from sim.runs.until import told

_WORST, _NAMED = 6, 14
_WIDTH = 80


def scale_text(found: Scale) -> str:
    """What may be quoted from a small run and what may not; twenty-five lines at most with two small sizes."""
    words, blocks = Words("en"), []
    blocks += [line for size in found.smaller for line in _wrapped(finding(found, size, words))]
    for size, verdict in (found.provenance.get("until") or {}).items():
        blocks += [line for said in told(verdict) for line in _wrapped(f"{size} people: {said}")]
    size = found.smaller[0]
    far = worst(found, size)
    if len(far):
        blocks += [
            "",
            f"Not to be quoted from {found.size_named(size, words)}, the furthest off first:",
            _table(far, words),
        ]
    main = found.main(size)
    quoted = main[main["verdict"] == QUOTED]
    read = quoted["kind"].isin(("reading", "truth"))
    names = [*quoted.loc[read, "number"], *quoted.loc[~read, "number"]]  # readings first
    if names:
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        blocks += _wrapped(f"May be quoted: {', '.join(names[:_NAMED])}{more}.")
    needed = main.loc[main["verdict"] == UNKNOWN, "needed"].median()
    if np.isfinite(needed):
        blocks.append(f"Half of those not known would be with some {needed:.0f} runs of each size.")
    blocks += _wrapped("scale.csv has all, with those of months, platforms and uses. Sizes share no luck.")
    return printed(*blocks)


def _wrapped(text):
    return textwrap.wrap(text.replace("\N{NO-BREAK SPACE}", " "), _WIDTH)


def _table(far, words):
    rows = [
        (row.number, words.short(row.mean), words.short(row.of_whole), words.short(row.ratio, 2))
        + (f"{words.short(row.ratio_low, 2)} to {words.short(row.ratio_high, 2)}",)
        for row in far.head(_WORST).itertuples()
    ]
    return table(("number, of all of France", "small", "whole", "ratio", "95% interval"), rows)
