"""Figures about the market: tasks posted and open, a map of a day."""

import numpy as np
import pandas as pd

from sim.kernel.categories import STRUCTURES
from sim.report.figures import style
from sim.report.figures.style import Drawn
from sim.report.language.words import Words
from sim.results.results import Results

_LOUD = ("surge", "collapsed")  # regimes that are shaded; no calm ones, and none of one's own
_SPAN = 3  # hours
_FOUND = 200  # looks that found a task: of fewer, hours do not differ but by chance
_FAIR = 0.02  # of all looks: spans of the day with fewer say nothing
_BEYOND = 6.0  # standard errors of single looks, which come in sittings


def tasks(results: Results, words: Words) -> Drawn | None:
    """Tasks posted per day and open at its end, with the demand regime shaded; None if nobody posted any."""
    daily, weight = results.daily, results.scenario.population.weight
    posted = daily.groupby("day")["tasks_posted"].sum() * weight
    if not posted.sum():
        return None
    loud = _regime(daily)
    title, values = _tasks_finding(results, words, posted.to_numpy(), loud.to_numpy())
    shown = [("tasks_posted", posted), *_left_open(daily, weight)]
    note = words(f"tasks.assumed_{_name(loud)}") if loud.any() else ""
    figure, panels = style.sheet(title, 0.7 + 1.5 * len(shown), note, nrows=len(shown), sharex=True, squeeze=False)
    start, dates = pd.to_datetime(daily["date"]).min(), pd.to_datetime(daily["date"])
    step = 7 if len(posted) > 120 else 1
    for axis, (name, series) in zip(panels[:, 0], shown, strict=True):
        axis.plot(*_weekly(start, series, step), color=style.INK, lw=1.2)
        axis.set_title(f"{words(name)} {words('tasks.weekly') if step == 7 else ''}".strip())
        axis.set(ylim=(0, None), xlabel="")
        style.calendar(axis, dates)
        style.scaled(axis, words, "tasks.unit", axis.dataLim.y1)
        _shade(axis, start, loud, words)
        style.policies(axis, results.scenario, words)
        style.tidy(axis)
    if panels[0, 0].get_legend_handles_labels()[0]:
        panels[0, 0].legend(loc="lower right", bbox_to_anchor=(1.0, 0.99), ncols=2, borderaxespad=0)
    return figure, title, words("tasks.alt", **values)


def _left_open(daily, weight):
    """Tasks open at the end of each day by structure, with the name of the panel; none where they never change."""
    structures = [s for s in STRUCTURES if (daily["structure"] == s).any()]
    for shown in structures:
        left = daily[daily["structure"] == shown].groupby("day")["tasks_open"].sum() * weight
        if left.nunique() > 1:
            yield (f"tasks_open.{shown}" if len(structures) > 1 else "tasks_open"), left


def day(results: Results, words: Words) -> Drawn | None:
    """When people look, when tasks are there and when a look finds one, by weekday and hour, on open lists.

    None if hardly a look found anything, or nothing is listed: work is allotted then, at hours that are assumed.
    """
    members, table = results.scenario.platform.members, results.looks_by_hour
    table = table[table["platform"].isin([key for key, member in members.items() if member.listed])]
    table = table.groupby(["weekday", "hour"])[["looks", "found", "tasks_open_mean"]].sum()
    grid = pd.MultiIndex.from_product([range(7), range(24)], names=["weekday", "hour"])
    looks, hits, open_ = (table[n].reindex(grid, fill_value=0).to_numpy(float).reshape(7, 24) for n in table)
    if hits.sum() < _FOUND:
        return None
    with np.errstate(invalid="ignore"):
        share = hits / looks
    title, values = _day_finding(looks.sum(0), hits.sum(0), words)
    figure, panels = style.sheet(title, 5.6, words("day.assumed"), nrows=3, sharex=True)
    maps = (("looks", looks / looks.mean()), ("open", open_ * results.scenario.population.weight), ("found", share))
    for axis, (name, shown) in zip(panels, maps, strict=True):
        axis.set_title(words(f"day.{name}"))
        ruler = style.week(axis, shown, words, 7.5, pad=0.015, aspect=9)
        (style.percents if name == "found" else style.counts)(ruler.ax, words)
    panels[-1].set_xlabel(words("day.hour"))
    panels[-1].set_xticks(np.arange(0, 25, 3), [words.hour(h) for h in range(0, 25, 3)])
    return figure, title, words("day.alt", **values)


def _day_finding(looks, hits, words):
    """The title, and the values of the alternative text: hours in spans of three, which chance moves little."""
    looks, hits = looks.reshape(-1, _SPAN).sum(1), hits.reshape(-1, _SPAN).sum(1)
    shares = np.where(looks >= _FAIR * looks.sum(), hits / np.maximum(looks, 1), np.nan)
    best, worst = int(np.nanargmax(shares)), int(np.nanargmin(shares))
    spans = {name: (words.hour(_SPAN * at), words.hour(_SPAN * at + _SPAN)) for name, at in
             (("best", best), ("worst", worst))}  # fmt: skip
    values = {name: words("day.span", start=start, end=end) for name, (start, end) in spans.items()}
    values |= {"most": words.percent(shares[best]), "least": words.percent(shares[worst])}
    values["all"] = words.percent(hits.sum() / looks.sum())
    apart = shares[best] - shares[worst]
    chance = np.sqrt(sum(shares[at] * (1 - shares[at]) / looks[at] for at in (best, worst)))
    return words("day.title" if apart > _BEYOND * chance else "day.alike", **values), values


def _regime(daily):
    """The market's regime per day, "" where it is none that is shaded; Series indexed by day."""
    days = daily.drop_duplicates("day").set_index("day")["regime"].astype(str)
    return days.where(days.isin(_LOUD), "")


def _weekly(start, series, step):
    """Means over `step` days, dated at their middle; a last part shorter than half a step is left out."""
    values = series.to_numpy(float)
    cuts = np.arange(0, len(values), step)
    size = np.diff(np.append(cuts, len(values)))
    mean = np.add.reduceat(values, cuts) / size
    keep = size >= step / 2
    day = series.index.to_numpy()[0] + cuts + (size - 1) / 2
    dates = start + pd.to_timedelta(day[keep], unit="D")
    return dates, mean[keep]


def _tasks_finding(results, words, posted, loud):
    """The title, and the values of the alternative text."""
    values = {
        "posted": words.rounded(posted.mean(), posted.mean() / 10),
        "done": words.percent(results.summary["done_share"]),
        "days": words.percent(float((loud != "").mean())),
    }
    quiet, noisy = posted[loud == ""], posted[loud != ""]
    if not len(quiet) or not len(noisy):
        return words("tasks.title", **values), values | {"regime": words("tasks.alt_calm")}
    which = _name(pd.Series(loud))
    means = {"before": quiet.mean(), "after": noisy.mean()}
    values |= {name: words.rounded(mean, mean / 10) for name, mean in means.items()}
    title = words("tasks.title_collapsed" if which == "collapsed" else "tasks.title", **values)
    return title, values | {"regime": words(f"tasks.alt_{which}", **values)}


def _name(loud):
    """The regime that most of the days have that are no calm ones."""
    return str(loud[loud != ""].mode().iloc[0])


def _shade(axis, start, loud, words):
    """Grey behind the days of a regime that is not a calm one, named once."""
    flags = loud.to_numpy() != ""
    if not flags.any():
        return
    name = words(f"tasks.shade_{_name(loud)}")
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(int)))
    day = pd.Timedelta(days=1)
    spans = [(start + first * day, (last - first) * day) for first, last in edges.reshape(-1, 2).tolist()]
    low, high = axis.get_ylim()
    axis.broken_barh(spans, (low, high - low), color=style.PALE, lw=0, zorder=0, label=name)
    axis.set_ylim(low, high)
