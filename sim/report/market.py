"""Figures about the market: tasks posted and open, time to fill, a map of a day."""

import numpy as np
import pandas as pd

from sim.distributions import filled_within, median_time
from sim.report import style
from sim.summary import fill_times

_CALM = ("quiet", "steady")  # regimes that are not shaded
_MOST_LINES = 8  # platforms that can still be told apart
_DAY, _WEEK, _YEAR = 86_400, 7 * 86_400, 365 * 86_400
_POINTS = 250  # of a drawn curve


def tasks(results, words):
    """Tasks posted per day and open at its end, with the demand regime shaded; as in `people.funnel`."""
    daily = results.daily
    table = daily.groupby("day")[["tasks_posted", "tasks_open"]].sum()
    deep = daily[daily["structure"] == "deep"].groupby("day")[["tasks_posted", "tasks_open"]].sum()
    loud = _regime(daily)
    title, told = _tasks_told(results, words, table["tasks_posted"].to_numpy(), loud.to_numpy())
    figure, panels = style.sheet(title, 4.9, nrows=2, sharex=True)
    start = pd.to_datetime(daily["date"]).min()
    step = 7 if len(table) > 120 else 1
    for axis, name in zip(panels, table.columns, strict=True):
        dates, values = _weekly(start, table[name], step)
        ends = [(values[-1], words("tasks.all"))]
        axis.plot(dates, values, color=style.INK, lw=1.3)
        if 0 < len(deep) and daily["structure"].nunique() > 1:
            dates, values = _weekly(start, deep[name], step)
            axis.plot(dates, values, color=style.COLOURS[1], lw=1.3, ls=style.DASHES[1])
            ends.append((values[-1], words("tasks.deep")))
        axis.set_title(words(f"{name}.{'week' if step == 7 else 'day'}"))
        axis.set(ylim=(0, None), xlabel="")
        style.calendar(axis, pd.to_datetime(daily["date"]))
        style.scaled(axis, words, "tasks.unit", axis.dataLim.y1)
        _shade(axis, start, loud, words)
        style.tidy(axis)
        if len(ends) > 1:
            style.label_ends(axis, ends, gap=0.14)
    if loud.any():
        panels[0].legend(loc="lower right", bbox_to_anchor=(1.0, 0.99), borderaxespad=0)
    return figure, title, words("tasks.alt", **told)


def filling(results, words):
    """Share of batches filled within a time, by platform or structure; as in `people.funnel`."""
    members, summary = results.scenario.platform.members, results.summary
    days = int(results.daily["day"].max()) + 1 if len(results.daily) else 0
    times = fill_times(results.batches, days)
    _, whole_t, whole_s = _curve(times, "")
    after = np.searchsorted(whole_t, _WEEK, side="right") - 1
    late = 1 - (whole_s[after] if after >= 0 else 0.0)
    median = summary["fill_median_seconds"]
    told = {
        "median": words.duration(median),
        "late": words.percent(late),
        "number": words.number(len(times)),
    }
    form = "none" if not len(times) else "title" if np.isfinite(median) else "slow"
    title = words(f"filling.{form}", **told)
    figure, axis = style.sheet(title, 4.2, ncols=1)
    if not len(times):
        style.nothing(axis, words("nothing"))
        return figure, title, title
    longest = float(np.clip(whole_t[-1] if len(whole_t) else 0, 2 * _DAY, 45 * _DAY))
    shortest = 10 if len(whole_t) and whole_s[whole_t <= 10].max(initial=0) < 0.02 else 1
    curves = [_curve(part, name) for name, part in _parts(times, members, words)]
    curves.sort(key=lambda curve: np.nan_to_num(median_time(*curve[1:]), nan=np.inf))
    for place, (name, t, share) in enumerate(curves):
        _draw_curve(axis, name, t, share, place, words)
    style.durations(axis, words, shortest, longest)
    axis.axhline(0.5, color=style.GREY, lw=0.7, ls=":")
    axis.set(ylim=(0, 1.02), xlabel=words("filling.time"), ylabel=words("filling.share"))
    style.percents(axis, words)
    style.tidy(axis)
    axis.legend(title=words("filling.legend"), loc="upper left", bbox_to_anchor=(1.01, 1.02), alignment="left",
                handlelength=3.2, labelspacing=0.7)  # fmt: skip
    return figure, title, words("filling.alt", **told)


def day(results, words):
    """When people look, when tasks are there and when a look finds one, by weekday and hour; as in `funnel`."""
    table = results.looks_by_hour.groupby(["weekday", "hour"])[["looks", "found", "tasks_open_mean"]].sum()
    grid = pd.MultiIndex.from_product([range(7), range(24)], names=["weekday", "hour"])
    looks, found, open_ = (table[n].reindex(grid, fill_value=0).to_numpy(float).reshape(7, 24) for n in table)
    if not looks.sum():
        title = words("day.none")
        figure, axis = style.sheet(title, 3, ncols=1)
        style.nothing(axis, words("nothing"))
        return figure, title, title
    with np.errstate(invalid="ignore"):
        share = found / looks
        hourly = found.sum(0) / looks.sum(0)
    often = np.where(looks.sum(0) >= 0.005 * looks.sum(), hourly, np.nan)  # hours with a fair number of looks
    best, worst, peak = int(np.nanargmax(often)), int(np.nanargmin(often)), int(looks.sum(0).argmax())
    told = {name: words.hour(at) for name, at in (("best", best), ("worst", worst), ("peak", peak))}
    told |= {"most": words.percent(hourly[best]), "least": words.percent(hourly[worst])}
    title = words("day.title", **told)
    figure, panels = style.sheet(title, 5.6, nrows=3, sharex=True)
    maps = (("looks", looks / looks.mean()), ("open", open_), ("found", share))
    for axis, (name, values) in zip(panels, maps, strict=True):
        _heat(axis, values, name, words)
    panels[-1].set_xlabel(words("day.hour"))
    panels[-1].set_xticks(np.arange(0, 25, 3), [words.hour(h) for h in range(0, 25, 3)])
    return figure, title, words("day.alt", **told)


def _regime(daily):
    """Per day, the regime most platforms are in, "" where it is a calm one; Series indexed by day."""
    calm = daily["regime"].isin(_CALM)
    loud = daily["regime"].where(~calm, "")
    count = calm.groupby(daily["day"]).mean()
    first = loud[~calm].groupby(daily["day"]).first().reindex(count.index, fill_value="")
    return first.where(count < 0.5, "")


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


def _tasks_told(results, words, posted, loud):
    summary = results.summary
    told = {
        "posted": words.figures(float(posted.mean()), 3),
        "done": words.percent(summary["done_share"]),
        "days": words.percent(float((loud != "").mean())),
    }
    quiet, noisy = posted[loud == ""], posted[loud != ""]
    if not posted.sum():
        return words("tasks.none"), told | {"regime": ""}
    if not len(quiet) or not len(noisy) or not quiet.mean():
        return words("tasks.title", **told), told | {"regime": words("tasks.alt_calm")}
    which = str(pd.Series(loud[loud != ""]).mode().iloc[0])
    ratio = noisy.mean() / quiet.mean()
    told["ratio"] = words.figures(ratio if which == "surge" else 100 * ratio, 2)
    return words(f"tasks.title_{which}", **told), told | {"regime": words(f"tasks.alt_{which}", **told)}


def _shade(axis, start, loud, words):
    """Grey behind the days of a regime that is not a calm one, named once."""
    flags = loud.to_numpy() != ""
    if not flags.any():
        return
    name = words(f"tasks.shade_{loud[loud != ''].mode().iloc[0]}")
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(int)))
    for first, last in edges.reshape(-1, 2):
        span = start + pd.to_timedelta([first, last], unit="D")
        axis.axvspan(*span, color=style.PALE, lw=0, zorder=0, label=name)
        name = "_"  # matplotlib leaves such a name out of the legend


def _parts(times, members, words):
    """The batches by platform, or by structure when platforms are too many to tell apart."""
    codes = times["platform"].astype(str) if times["platform"].dtype != "category" else times["platform"]
    present = [key for key in members if (codes == key).any()]
    if len(present) <= _MOST_LINES:
        return [(members[key].label, times[codes == key]) for key in present]
    structures = dict.fromkeys(members[key].structure for key in present)
    return [
        (words(f"structure.{s}"), times[codes.isin([k for k in present if members[k].structure == s])])
        for s in structures
    ]


def _curve(times, name):
    filled, seconds = times["filled"].to_numpy(), times["seconds"].to_numpy()
    return name, *filled_within(seconds[filled], seconds[~filled])


def _draw_curve(axis, name, t, share, place, words):
    median = median_time(t, share)
    label = f"{name}: {words.duration(median) if np.isfinite(median) else words('filling.never')}"
    at = np.r_[0, t, _YEAR] if len(t) <= _POINTS else np.geomspace(1, _YEAR, _POINTS)
    where = np.searchsorted(t, at, side="right") - 1
    level = np.where(where >= 0, share[np.maximum(where, 0)], 0.0) if len(t) else np.zeros(len(at))
    colour, dash = style.COLOURS[place % 8], style.DASHES[place % 6]
    axis.plot(at, level, color=colour, ls=dash, label=label, drawstyle="steps-post" if len(t) <= _POINTS else None)
    if np.isfinite(median):
        axis.plot([max(median, 1)], [0.5], marker="o", ms=4.5, mec="white", mew=0.8, color=colour, ls="none")


def _heat(axis, values, name, words):
    # not seaborn's heatmap: it draws the whole figure to measure its labels, half a second each time
    mesh = axis.pcolormesh(np.arange(25), np.arange(8), values, cmap=style.MAP, vmin=0)
    axis.invert_yaxis()
    axis.spines[:].set_visible(False)
    axis.set_yticks(np.arange(7) + 0.5, words.weekdays, rotation=0)
    axis.set_title(words(f"day.{name}"))
    axis.tick_params(axis="y", length=0)
    ruler = axis.figure.colorbar(mesh, ax=axis, pad=0.015, aspect=9)
    ruler.outline.set_visible(False)
    ruler = ruler.ax
    ruler.tick_params(labelsize=7.5)
    if name == "found":
        style.percents(ruler, words)
    else:
        style.counts(ruler, words)
