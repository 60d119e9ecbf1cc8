"""Figures about the market: tasks posted and open, a map of a day."""

import numpy as np
import pandas as pd

from sim.kernel.categories import STRUCTURES
from sim.report.figures import style
from sim.report.figures.style import Drawn
from sim.report.language.words import Words
from sim.results.results import Results

_CALM = ("quiet", "steady")  # regimes that are not shaded


def tasks(results: Results, words: Words) -> Drawn:
    """Tasks posted per day and open at its end, with the demand regime shaded."""
    daily = results.daily
    posted = daily.groupby("day")["tasks_posted"].sum()
    loud = _regime(daily)
    title, values = _tasks_finding(results, words, posted.to_numpy(), loud.to_numpy())
    structures = [s for s in STRUCTURES if (daily["structure"] == s).any()]
    figure, panels = style.sheet(title, 2.2 + 1.5 * len(structures), nrows=1 + len(structures), sharex=True)
    start, dates = pd.to_datetime(daily["date"]).min(), pd.to_datetime(daily["date"])
    step = 7 if len(posted) > 120 else 1
    for axis, shown in zip(panels, ["", *structures], strict=True):
        rows = daily[daily["structure"] == shown] if shown else daily
        series = rows.groupby("day")["tasks_open" if shown else "tasks_posted"].sum()
        axis.plot(*_weekly(start, series, step), color=style.INK, lw=1.2)
        name = f"tasks_open.{shown}" if len(structures) > 1 and shown else "tasks_open" if shown else "tasks_posted"
        axis.set_title(f"{words(name)} {words('tasks.weekly') if step == 7 else ''}".strip())
        axis.set(ylim=(0, None), xlabel="")
        style.calendar(axis, dates)
        style.scaled(axis, words, "tasks.unit", axis.dataLim.y1)
        _shade(axis, start, loud, words)
        style.tidy(axis)
    if loud.any():
        panels[0].legend(loc="lower right", bbox_to_anchor=(1.0, 0.99), borderaxespad=0)
    return figure, title, words("tasks.alt", **values)


def day(results: Results, words: Words) -> Drawn:
    """When people look, when tasks are there and when a look finds one, by weekday and hour."""
    members, table = results.scenario.platform.members, results.looks_by_hour
    listed = [key for key, member in members.items() if member.listed]
    if listed:  # in deep labour tasks are allotted, they do not lie open for who comes first
        table = table.assign(tasks_open_mean=table["tasks_open_mean"].where(table["platform"].isin(listed), 0.0))
    table = table.groupby(["weekday", "hour"])[["looks", "found", "tasks_open_mean"]].sum()
    grid = pd.MultiIndex.from_product([range(7), range(24)], names=["weekday", "hour"])
    looks, hits, open_ = (table[n].reindex(grid, fill_value=0).to_numpy(float).reshape(7, 24) for n in table)
    if not looks.sum():
        return style.blank(words("day.none"), words)
    with np.errstate(invalid="ignore"):
        share = hits / looks
        hourly = hits.sum(0) / looks.sum(0)
    often = np.where(looks.sum(0) >= 0.005 * looks.sum(), hourly, np.nan)  # hours with a fair number of looks
    best, worst, peak = int(np.nanargmax(often)), int(np.nanargmin(often)), int(looks.sum(0).argmax())
    values = {name: words.hour(at) for name, at in (("best", best), ("worst", worst), ("peak", peak))}
    values |= {"most": words.percent(hourly[best]), "least": words.percent(hourly[worst])}
    title = words("day.title", **values)
    figure, panels = style.sheet(title, 5.6, nrows=3, sharex=True)
    maps = (("looks", looks / looks.mean()), ("open" if listed else "allotted", open_), ("found", share))
    for axis, (name, shown) in zip(panels, maps, strict=True):
        axis.set_title(words(f"day.{name}"))
        ruler = style.week(axis, shown, words, 7.5, pad=0.015, aspect=9)
        (style.percents if name == "found" else style.counts)(ruler.ax, words)
    panels[-1].set_xlabel(words("day.hour"))
    panels[-1].set_xticks(np.arange(0, 25, 3), [words.hour(h) for h in range(0, 25, 3)])
    return figure, title, words("day.alt", **values)


def _regime(daily):
    """The market's regime per day, "" where it is a calm one; Series indexed by day."""
    days = daily.drop_duplicates("day").set_index("day")["regime"].astype(str)
    return days.where(~days.isin(_CALM), "")


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
    summary = results.summary
    values = {
        "posted": words.figures(float(posted.mean()), 3),
        "done": words.percent(summary["done_share"]),
        "days": words.percent(float((loud != "").mean())),
    }
    quiet, noisy = posted[loud == ""], posted[loud != ""]
    if not posted.sum():
        return words("tasks.none"), values | {"regime": ""}
    if not len(quiet) or not len(noisy) or not quiet.mean():
        return words("tasks.title", **values), values | {"regime": words("tasks.alt_calm")}
    which = str(pd.Series(loud[loud != ""]).mode().iloc[0])
    ratio = noisy.mean() / quiet.mean()
    values["ratio"] = words.figures(ratio if which == "surge" else 100 * ratio, 2)
    return words(f"tasks.title_{which}", **values), values | {"regime": words(f"tasks.alt_{which}", **values)}


def _shade(axis, start, loud, words):
    """Grey behind the days of a regime that is not a calm one, named once."""
    flags = loud.to_numpy() != ""
    if not flags.any():
        return
    name = words(f"tasks.shade_{loud[loud != ''].mode().iloc[0]}")
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(int)))
    day = pd.Timedelta(days=1)
    spans = [(start + first * day, (last - first) * day) for first, last in edges.reshape(-1, 2).tolist()]
    low, high = axis.get_ylim()
    axis.broken_barh(spans, (low, high - low), color=style.PALE, lw=0, zorder=0, label=name)
    axis.set_ylim(low, high)
