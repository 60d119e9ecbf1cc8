"""Figures about time: how long people are there and what for, and how long they had waited for the work they got."""

import numpy as np
import pandas as pd

from sim.kernel.categories import ENGAGEMENTS
from sim.kernel.units import HOUR, HOURS_PER_SECOND, MINUTE
from sim.report.figures import style
from sim.report.figures.histogram import FEWEST, histogram, side
from sim.report.figures.style import Drawn
from sim.report.language.sample import people
from sim.report.language.words import TIED as NBSP
from sim.report.language.words import Words
from sim.results.distributions import ratio
from sim.results.results import Results
from sim.results.summary import LONG_WEEK, last_month, last_month_name, month_days, weekly_hours

_TIMES = (10, 60, 600, HOUR, 5 * HOUR, LONG_WEEK * HOUR)  # seconds a week named on the axis
_LEAST = 10  # seconds a week: one look a month; less is drawn there
_KINDS = ("paid", "unpaid", "watching")  # of time
_TIERS = ENGAGEMENTS[::-1]  # the most active on top
_DOES = {"people": 2, "watching": 1, "tasks": 0}  # colours of who does what
_LONG = 4  # step of waiting from which it is long: a quarter of an hour


def hours(results: Results, words: Words) -> Drawn | None:
    """Hours per week of those there in the last month, and what they are spent on, by how active people are.

    None if nobody was there.
    """
    month, summary, world = last_month(results), results.summary, results.scenario
    if not len(month):
        return None
    days = month_days(month, world)
    week, tiers = weekly_hours(month, days), _two(hours_by_tier(month, results.workers, days))
    median, long = summary["hours_week_median"], float((week > LONG_WEEK).mean())
    shown = (week > LONG_WEEK).sum() >= FEWEST
    whole = tiers[[*_KINDS]].sum()
    kinds = [kind for kind in _KINDS if whole[kind] > 0]
    values: dict = {"median": words.duration(median * HOUR), "long": words.percent(long), "limit": LONG_WEEK}
    values |= {"active": people(len(month), world, words), "month": words.month(last_month_name(results))}
    values |= {name: words.percent(ratio(whole[name], whole.sum())) for name in _KINDS}
    values["most"] = words.duration(HOUR * _each(tiers).loc["very_active"].sum())
    title = words("hours.title" if "watching" in kinds else "hours.title_deep", **values)
    figure, _ = style.sheet(title, 5.6, words("hours.note" if "watching" in kinds else "hours.note_deep"))
    grid = figure.add_gridspec(2, 2, height_ratios=(1.25, 1), width_ratios=(1.1, 1))
    above = figure.add_subplot(grid[0, :])
    above.set_title(words("hours.distribution"))
    histogram(above, np.maximum(week * HOUR, _LEAST), words, world.population.weight)
    _weeks(above, median * HOUR, shown, values, words)
    above.set(xlabel=words("hours.time"), ylabel=words("hours.workers"))
    tiers = tiers[tiers["people"] > 0]
    names = [words("hours.people", tier=words(f"hours.{tier}"), number=people(n, world, words))
             for tier, n in tiers["people"].items()]  # fmt: skip
    _spent([figure.add_subplot(cell) for cell in (grid[1, 0], grid[1, 1])], tiers, names, kinds, words)
    return figure, title, words("hours.alt" if "watching" in kinds else "hours.alt_deep", **values)


def _weeks(axis, median, long, values, words):
    """The axis of time a week, with the median, and a long week where anybody has one."""
    low, high = axis.get_xlim()
    style.durations(axis, words, low, max(high, 26 * HOUR) if long else high, _TIMES)
    first = axis.get_xticks()
    if len(first) and first[0] == _LEAST:
        axis.set_xticks(first, [f"\N{LESS-THAN OR EQUAL TO} {words.duration(_LEAST)}", *map(words.duration, first[1:])])
    style.mark(axis, max(median, _LEAST), words("hours.median", **values), side(axis, median))
    if long:
        style.mark(axis, LONG_WEEK * HOUR, words("hours.long", **values), "right", 0.8)


def _two(tiers):
    """The very active and all others who were there, some of whom looked a day too early to be regular at the end."""
    others = tiers.drop(index="very_active").sum()
    return pd.DataFrame({"very_active": tiers.loc["very_active"], "others": others}).T


def _each(tiers):
    """Hours a week of each person, by kind of time."""
    return tiers[[*_KINDS]].div(np.maximum(tiers["people"], 1), axis=0)


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


def _spent(axes, tiers, names, kinds, words):
    """Bars of hours a week of each person (left), and of their shares (right), a colour a kind of time."""
    (left, right), place, each = axes, np.arange(len(tiers)), _each(tiers)
    share = each.div(np.maximum(each.sum(axis=1), 1e-12), axis=0)
    for axis, values in ((left, each), (right, share)):
        start = np.zeros(len(tiers))
        for kind in kinds:
            colour, name = style.COLOURS[_KINDS.index(kind)], words(f"hours.{kind}")
            axis.barh(place, values[kind], 0.55, start, color=colour, alpha=0.75, label=name)
            start += values[kind].to_numpy()
        style.rows(axis, names if axis is left else [""] * len(tiers))
        style.tidy(axis, "x")
    most = max(each.sum(axis=1).max(), 1e-3)
    for y, total in enumerate(each.sum(axis=1)):
        text = words.duration(total * HOUR)
        left.annotate(text, (total, y), (4, 0), textcoords="offset points", va="center", fontsize=8)
    left.set(xlim=(0, 1.25 * most), title=words("hours.each"), xlabel=words("hours.week"))
    right.set(xlim=(0, 1), title=words("hours.shares"))
    style.counts(left, words, "x")
    style.percents(right, words, "x")
    left.legend(loc="lower right", handlelength=1.2) if len(tiers) > 1 else right.legend(loc="upper right")


def waiting(results: Results, words: Words) -> Drawn | None:
    """Who got the work and how long they had been there without any; listed platforms, where who is first is served.

    Where nothing is listed, only who got it. None if nobody got any.
    """
    members, month = results.scenario.platform.members, last_month(results)
    listed = [key for key, member in members.items() if member.listed]
    waits = results.waits[results.waits["platform"].isin(listed or [*members])]
    seconds = waits.groupby("from_minutes")["work_seconds"].sum()
    if not seconds.sum() or not len(month):
        return None
    tiers = _two(hours_by_tier(month, results.workers, month_days(month, results.scenario)))
    share = seconds / seconds.sum()
    first, watched = share.to_numpy(), listed and tiers["watching"].sum() > 0
    parts = {name: tiers[name] / max(tiers[name].sum(), 1e-12) for name in ("people", "watching", "tasks")}
    values = {name: words.percent(part["very_active"]) for name, part in parts.items()}
    values |= {"long": words.percent(first[_LONG:].sum()), "minutes": 2**_LONG - 1, "at_once": words.percent(first[0])}
    values["ratio"] = words.figures(ratio(tiers["watching"].sum(), tiers["paid"].sum()), 2)
    few = not tiers["people"]["very_active"]
    title = words("waiting.all" if few else "waiting.title" if watched else "waiting.short", **values)
    if few:
        figure, left = style.sheet(title, 3.2, words("waiting.note_all"), ncols=1)
        _waits(left, share, words)
        return figure, title, words("waiting.alt_all", **values)
    if not watched:
        figure, right = style.sheet(title, 2.6, words("waiting.note_deep"), ncols=1)
        _who(right, {name: parts[name] for name in ("people", "tasks")}, words)
        return figure, title, words("waiting.alt_short", **values)
    figure, (left, right) = style.sheet(title, 3.9, words("waiting.note"), ncols=2)
    _waits(left, share, words)
    _who(right, parts, words)
    return figure, title, words("waiting.alt", **values)


def _waits(axis, share, words):
    """Bars of the work taken by the time for which its worker had been there without any."""
    last = int(np.flatnonzero(share.to_numpy() > 2e-3).max(initial=0))
    shown = share.iloc[: last + 1]
    place = np.arange(len(shown))
    axis.barh(place, shown, 0.72, color=style.COLOURS[0], alpha=0.65)
    ends = [words.duration(MINUTE * (2**step - 1)) for step in range(len(shown) + 1)]
    spans = [words("waiting.span", start=ends[step].partition(NBSP)[0] if _alike(*ends[step:step + 2]) else ends[step],
                   end=ends[step + 1]) for step in place]  # fmt: skip
    style.rows(axis, [words("waiting.under", time=ends[1]), *spans[1:]])
    for y, value in enumerate(shown):
        axis.annotate(words.percent(value), (value, y), (3, 0), textcoords="offset points", va="center", fontsize=7)
    axis.set(xlim=(0, 1.18 * shown.max()), title=words("waiting.waits"))
    style.percents(axis, words, "x")
    style.tidy(axis, "x")


def _alike(*times):
    """Whether times are told in one unit."""
    return len({time.rpartition(NBSP)[2] for time in times}) == 1


def _who(axis, parts, words):
    """Beside each other for the very active and the others: of those there, of the time watched, of the tasks done."""
    tiers = [*parts["people"].index]
    place = np.arange(len(tiers))
    for n, (name, part) in enumerate(parts.items()):
        y = place + 0.26 * (n - (len(parts) - 1) / 2)
        colour = style.COLOURS[_DOES[name]]
        axis.barh(y, part, 0.24, color=colour, alpha=0.75, label=words(f"waiting.{name}"))
        for at, value in zip(y, part, strict=True):
            text = words.percent(value)
            axis.annotate(text, (value, at), (3, 0), textcoords="offset points", va="center", fontsize=8)
    style.rows(axis, [words(f"hours.{tier}") for tier in tiers], below=0.85)
    axis.set(xlim=(0, 1.15), title=words("waiting.who"))
    style.percents(axis, words, "x")
    axis.set_xticks([0, 0.25, 0.5, 0.75, 1])
    style.tidy(axis, "x")
    axis.legend(loc="lower right", handlelength=1.2)
