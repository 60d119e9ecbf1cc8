"""Figures about the work itself: what use it is of, and whether it is done in France or elsewhere."""

import numpy as np
import pandas as pd

from sim.kernel.categories import USES
from sim.kernel.units import DAY, HOUR
from sim.report.figures import style
from sim.report.figures.style import Drawn
from sim.report.language.words import Words
from sim.results.results import Results
from sim.results.stored import pieces_of
from sim.results.summary import use_of

_STEPS = 24  # of time, into which a run is divided


def work(results: Results, words: Words) -> Drawn | None:
    """Hours of work done in France by use of work in AI, over time; where the work of open lists is done, if known."""
    shares = hours_by_use(results)
    if not shares.to_numpy().sum():
        return None
    whole, where = shares.sum() / shares.to_numpy().sum(), in_france(results)
    values = {use: words.percent(whole[use]) for use in USES}
    title, alt = words("work.title", **values), words("work.alt", **values)
    note = words("work.assumed" if len(where) else "work.assumed_uses")
    if not len(where):
        figure, axis = style.sheet(title, 3.2, note, ncols=1)
    else:
        done = where.sum()
        values |= {"france": words.percent(done["france"] / max(done.sum(), 1e-9))}
        title, alt = words("work.title_where", **values), words("work.alt_where", **values)
        figure, (axis, right) = style.sheet(title, 3.6, note, ncols=2, width_ratios=(1.25, 1))
        _where(right, where, results, words)
    _uses(axis, shares * results.scenario.population.weight, results, words)
    return figure, title, alt


def hours_by_use(results: Results) -> pd.DataFrame:
    """True hours a day of work done by people simulated, by the day on which it was posted.

    A row a step of time, indexed by its first day, a column a use.
    """
    days = int(results.daily["day"].max()) + 1 if len(results.daily) else 1
    first = np.unique(np.linspace(0, days, _STEPS + 1).astype(int)[:-1])
    seconds = np.zeros(len(first) * len(USES))
    step_of = np.searchsorted(first, np.arange(days + 1), side="right") - 1
    for piece in pieces_of(results, "batches", ["posted", "done", "true_seconds", "kind"]):
        step = step_of[np.minimum(piece["posted"].to_numpy() // DAY, days)]
        worked = piece["done"].to_numpy(float) * piece["true_seconds"].to_numpy()
        seconds += np.bincount(step * len(USES) + use_of(piece["kind"]), worked, len(seconds))
    seconds, length = seconds.reshape(-1, len(USES)), np.diff(np.append(first, days))[:, None]
    return pd.DataFrame(seconds / HOUR / length, index=first, columns=[*USES])


def in_france(results: Results) -> pd.DataFrame:
    """True hours of work done in France and elsewhere on each platform whose tasks a crowd elsewhere takes too.

    Returns
    -------
    DataFrame
        france, elsewhere; by key of the platform. No rows where nobody elsewhere took anything.
    """
    members = pd.Index([*results.scenario.platform.members])
    hours = np.zeros((2, len(members)))
    for piece in pieces_of(results, "batches", ["platform", "true_seconds", "done", "done_elsewhere"]):
        platform = piece["platform"].astype("category").cat
        place, true = members.get_indexer(platform.categories)[platform.codes], piece["true_seconds"].to_numpy() / HOUR
        for done, where in zip(("done", "done_elsewhere"), hours, strict=True):
            where += np.bincount(place, piece[done].to_numpy() * true, len(members))
    return pd.DataFrame(hours.T, members, ["france", "elsewhere"]).query("elsewhere > 0")


def _uses(axis, shares, results, words):
    """Hours a day by use, one above the other."""
    start = pd.Timestamp(results.scenario.start)
    dates = start + pd.to_timedelta([*shares.index, int(results.daily["day"].max()) + 1], unit="D")
    below = np.zeros(len(dates))
    for use, colour in zip(USES, style.COLOURS, strict=False):
        top = below + np.append(shares[use].to_numpy(), shares[use].to_numpy()[-1])
        axis.fill_between(dates, below, top, step="post", color=colour, alpha=0.75, lw=0, label=words(f"use.{use}"))
        below = top
    style.calendar(axis, pd.Series(dates))
    style.scaled(axis, words, "work.hours", below.max())
    axis.set_ylim(0, None)
    axis.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2, borderaxespad=0.2)
    style.tidy(axis)


def _where(axis, where, results, words):
    """Shares of each platform's work done in France and elsewhere."""
    share, members = where["france"] / where.sum(axis=1), results.scenario.platform.members
    place = np.arange(len(share))
    axis.barh(place, share, 0.6, color=style.COLOURS[0], label=words("work.france"))
    for y, value in enumerate(share):
        text = words.percent(value)
        axis.annotate(text, (value, y), (4, 0), textcoords="offset points", va="center", fontsize=8)
    axis.barh(place, 1.0 - share, 0.6, left=share, color=style.PALE, label=words("work.elsewhere"))
    style.rows(axis, [members[key].label for key in share.index])
    axis.set(xlim=(0, 1), xlabel=words("work.share"))
    style.percents(axis, words, "x")
    axis.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2, borderaxespad=0.2)
    axis.tick_params(axis="y", length=0)
    style.tidy(axis, None)
