"""Figures about time: how long people are there and what for, and how long they had waited for the work they got."""

import numpy as np
import pandas as pd

from sim.kernel.categories import ENGAGEMENTS
from sim.kernel.units import HOUR, HOURS_PER_SECOND, MINUTE
from sim.report.figures import style
from sim.report.figures.histogram import histogram, side
from sim.report.figures.style import Drawn
from sim.report.language.words import Words
from sim.results.distributions import ratio
from sim.results.results import Results
from sim.results.summary import LONG_WEEK, last_month, month_days, weekly_hours

_TIMES = (10, 60, 600, HOUR, 5 * HOUR, LONG_WEEK * HOUR)  # seconds a week named on the axis
_LEAST = 10  # seconds a week: one look a month; less is drawn there
_KINDS = ("paid", "unpaid", "watching")  # of time
_TIERS = ENGAGEMENTS[::-1]  # the most active on top
_LONG = 4  # step of waiting from which it is long: a quarter of an hour


def hours(results: Results, words: Words) -> Drawn:
    """Hours per week of those there in the last month, and what they are spent on, by how active people are."""
    month, summary = last_month(results), results.summary
    days = month_days(month, results.scenario)
    week, tiers = weekly_hours(month, days), hours_by_tier(month, results.workers, days)
    median, whole = summary["hours_week_median"], tiers[[*_KINDS]].sum()
    values: dict = {"median": words.duration(median * HOUR), "long": words.percent(summary["hours_week_long_share"])}
    values |= {"limit": LONG_WEEK, "active": words.number(len(month))}
    values |= {name: words.percent(ratio(whole[name], whole.sum())) for name in _KINDS}
    values["most"] = words.figures(
        tiers.loc["very_active", [*_KINDS]].sum() / max(tiers["people"]["very_active"], 1), 2
    )
    title = words("hours.title" if len(month) else "hours.none", **values)
    if not len(month):
        return style.blank(title, words, 3.6)
    figure, _ = style.sheet(title, 5.6)
    grid = figure.add_gridspec(2, 2, height_ratios=(1.25, 1), width_ratios=(1.1, 1))
    above = figure.add_subplot(grid[0, :])
    above.set_title(words("hours.distribution"))
    histogram(above, np.maximum(week * HOUR, _LEAST), words)
    low, high = above.get_xlim()
    style.durations(above, words, low, max(high, 26 * HOUR), _TIMES)
    style.mark(above, max(median * HOUR, _LEAST), words("hours.median", **values), side(above, median * HOUR))
    style.mark(above, LONG_WEEK * HOUR, words("hours.long", **values), "right", 0.8)
    above.set(xlabel=words("hours.time"), ylabel=words("hours.workers"))
    _spent(figure.add_subplot(grid[1, 0]), figure.add_subplot(grid[1, 1]), tiers, words)
    return figure, title, words("hours.alt", **values)


def hours_by_tier(month: pd.DataFrame, workers: pd.DataFrame, days: int) -> pd.DataFrame:
    """Hours a week of a month of so many days by kind of time and by how active people are at the end of the run.

    Returns
    -------
    DataFrame
        By engagement, the most active first: people (who looked in the month), paid, unpaid, watching (hours a week of
        all of them), tasks (done in the month).
    """
    tier = workers.set_index("worker")["engagement"].astype(str).reindex(month["worker"]).to_numpy()
    weekly = month[[f"{kind}_seconds" for kind in _KINDS]].astype(float) * (HOURS_PER_SECOND * 7 / days)
    table = weekly.set_axis([*_KINDS], axis=1).assign(people=1, tasks=month["tasks_done"].astype(float))
    return table.groupby(tier).sum().reindex([*_TIERS], fill_value=0)


def _spent(left, right, tiers, words):
    """Bars of hours a week of each person (left), and of their shares (right), a colour a kind of time."""
    place, names = np.arange(len(tiers)), []
    for tier, people in tiers["people"].items():
        told = words("hours.people", number=words.number(people))
        names.append(f"{words.named('tier', tier.replace('_', ' '))}\n({told})")
    kinds = tiers[[*_KINDS]].to_numpy(float)
    each = kinds / np.maximum(tiers["people"].to_numpy(float), 1)[:, None]
    share = kinds / np.maximum(kinds.sum(1), 1e-12)[:, None]
    for axis, values in ((left, each), (right, share)):
        start = np.zeros(len(tiers))
        for n, kind in enumerate(_KINDS):
            axis.barh(
                place, values[:, n], 0.62, start, color=style.COLOURS[n], alpha=0.75, label=words(f"hours.{kind}")
            )
            start += values[:, n]
        style.rows(axis, names if axis is left else [""] * len(tiers))
        style.tidy(axis, "x")
    for y, total in enumerate(each.sum(1)):
        left.annotate(words.number(total, 1), (total, y), (4, 0), textcoords="offset points", va="center", fontsize=8)
    left.set(xlim=(0, 1.15 * max(each.sum(1).max(), 1e-3)), title=words("hours.each"), xlabel=words("hours.week"))
    right.set(xlim=(0, 1), title=words("hours.shares"))
    style.counts(left, words, "x")
    style.percents(right, words, "x")
    left.legend(loc="lower right", handlelength=1.2)


def waiting(results: Results, words: Words) -> Drawn:
    """Who got the work and how long they had been there without any; listed platforms, where who is first is served."""
    members, month = results.scenario.platform.members, last_month(results)
    open_to_all = [key for key, member in members.items() if member.listed] or [*members]
    waits = results.waits[results.waits["platform"].isin(open_to_all)]
    seconds = waits.groupby("from_minutes")["work_seconds"].sum()
    if not seconds.sum() or not len(month):
        return style.blank(words("waiting.none"), words)
    tiers = hours_by_tier(month, results.workers, month_days(month, results.scenario))
    share = seconds / seconds.sum()
    first = share.to_numpy()
    parts = {name: tiers[name] / max(tiers[name].sum(), 1e-12) for name in ("people", "watching", "tasks")}
    values = {name: words.percent(part["very_active"]) for name, part in parts.items()}
    values |= {"long": words.percent(first[_LONG:].sum()), "minutes": 2**_LONG - 1, "at_once": words.percent(first[0])}
    values["ratio"] = words.figures(ratio(tiers["watching"].sum(), tiers["paid"].sum()), 2)
    title = words("waiting.title" if tiers["watching"].sum() else "waiting.short", **values)
    figure, (left, right) = style.sheet(title, 3.9, ncols=2)
    _waits(left, share, words)
    _who(right, parts, words)
    return figure, title, words("waiting.alt", **values)


def _waits(axis, share, words):
    """Bars of the work taken by the time for which its worker had been there without any."""
    last = int(np.flatnonzero(share.to_numpy() > 5e-4).max(initial=0))
    shown = share.iloc[: last + 1]
    place = np.arange(len(shown))
    axis.barh(place, shown, 0.72, color=style.COLOURS[0], alpha=0.65)
    ends = [words.duration(MINUTE * (2 ** (step + 1) - 1)) for step in range(len(shown))]
    style.rows(axis, [words("waiting.under" if not step else "waiting.until", time=ends[step]) for step in place])
    for y, value in enumerate(shown):
        axis.annotate(words.percent(value), (value, y), (3, 0), textcoords="offset points", va="center", fontsize=7)
    axis.set(xlim=(0, 1.15 * shown.max()), title=words("waiting.waits"))
    style.percents(axis, words, "x")
    style.tidy(axis, "x")


def _who(axis, parts, words):
    """Beside each other for each tier: of those there in the month, of the time watched, of the tasks done."""
    place = np.arange(len(_TIERS))
    for n, (name, part) in enumerate(parts.items()):
        y = place + 0.26 * (n - 1)
        axis.barh(y, part, 0.24, color=style.COLOURS[(2, 1, 0)[n]], alpha=0.75, label=words(f"waiting.{name}"))
        for at, value in zip(y, part, strict=True):
            text = words.percent(value)
            axis.annotate(text, (value, at), (3, 0), textcoords="offset points", va="center", fontsize=7)
    style.rows(axis, [words.named("tier", tier.replace("_", " ")) for tier in _TIERS])
    axis.set(xlim=(0, 1.12), title=words("waiting.who"))
    style.percents(axis, words, "x")
    axis.set_xticks([0, 0.25, 0.5, 0.75, 1])
    style.tidy(axis, "x")
    axis.legend(loc="lower right", handlelength=1.2)
