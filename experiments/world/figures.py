"""Figures of the world experiment: where work is done, what sets pay, who comes and who stays away, and when.

Means over seeds have 95 % intervals; of fewer than five seeds each is drawn. A title tells what is beyond chance.
"""

import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.world import markets as m
from experiments.world.findings import AI, EVENINGS, PAY, WHERE
from experiments.world.measure import FRENCH, INTERNATIONAL
from sim.instruments.across_seeds import FEW, Scale, beyond_chance, interval, p_value, student
from sim.kernel.categories import USES
from sim.report.figures import style
from sim.report.figures.draw import draw_each
from sim.report.figures.style import Drawn
from sim.report.language.sample import of_country
from sim.report.language.words import Words
from sim.scenario.scenario import Scenario

Tables = dict[str, pd.DataFrame]
TOGETHER = 3  # weeks that are taken together, so that the luck of one does not hide what is there
SHOWN = (-4, 20)  # weeks of a boycott
CROWDED, ALONE = "with the crowd elsewhere", "without it"
_STILL = 0.005  # from one, within which all numbers of a panel are taken to be one
_LONG = 22  # characters over a panel


def draw(tables: Tables, folder: Path, scenario: Scenario) -> list[dict[str, Any]]:
    """Draw every figure of which there is something to show."""
    words, plots = Words.of(scenario), {}
    made: dict[str, tuple[bool, Callable[..., Drawn]]] = {
        "where": (tables["findings"]["part"].iloc[0] == WHERE, draw_where),
        "pay": ((tables["findings"]["part"] == PAY).any(), draw_pay),
        "entry": ((tables["weeks"]["variant"] == m.RAISED).any(), draw_entry),
        "boycott": ((tables["weeks"]["variant"] == m.BOYCOTT).any(), draw_boycott),
        "day": ((tables["hours"]["what"] == INTERNATIONAL).any(), draw_day),
        "uses": ((tables["findings"]["part"] == AI).any(), draw_uses),
        "mechanisms": (len(_moved(tables)) > 0, draw_mechanisms),
    }
    for name, (there, plot) in made.items():
        if there:
            plots[name] = lambda plot=plot: plot(tables, words, scenario)
    return draw_each(plots, folder, of_country(scenario, words))


def _seeds(table):
    return [name for name in table if name.startswith("seed ")]


def chances(rows: Sequence[np.ndarray]) -> np.ndarray:
    """How probable means so far from nothing are by chance, of values over seeds; nan of fewer than `FEW`."""
    known = [row[np.isfinite(row)] for row in map(np.asarray, rows)]
    return np.array([
        p_value(row.mean(), student(len(row) - 1) * row.std(ddof=1) / np.sqrt(len(row)), len(row) - 1)
        if len(row) >= FEW else np.nan
        for row in known
    ])  # fmt: skip


def told(
    rows: Sequence[np.ndarray],
    texts: Sequence[str],
    about: str,
    words: Words,
    all_rows: Sequence[np.ndarray] | None = None,
) -> str:
    """A title: `about` with each number that chance alone does not make, the others as nothing beyond chance.

    Parameters
    ----------
    rows
        Over seeds, each nothing where nothing happens.
    texts
        What is told of each.
    about
        Key of the title, and of what is shown where too few seeds tell anything (``_about``).
    all_rows
        Every comparison made, of which `rows` are the first.
    """
    p = chances(rows if all_rows is None else all_rows)
    if not np.isfinite(p).any():
        return words("world.few", about=words(f"world.{about}_about"), few=FEW)
    holds = beyond_chance(p)[: len(rows)]
    if not holds.any():
        return words("world.still", about=words(f"world.{about}_about"))
    shown = [text if sure else words("world.nothing") for text, sure in zip(texts, holds, strict=True)]
    return words(f"world.{about}", **dict(zip(("first", "second"), shown, strict=False)))


def _spread(axis, places, table, scale: Scale, colour, mark, label, back=False):
    """Means with intervals, or with each of few seeds; a row of the table a place."""
    values = table.to_numpy(float)
    ends = np.array([interval(row, scale) for row in values])
    axis.hlines(places, *ends.T, color=style.INK if back else colour, lw=1.4)
    if values.shape[1] < FEW:
        for place, row in zip(places, values, strict=True):
            axis.plot(row, [place] * len(row), "o", color=style.INK if back else colour, ms=2.5, alpha=0.6, mew=0)
    if not back:
        axis.plot(np.nanmean(values, axis=1), places, mark, color=colour, ms=5, label=label, ls="none")


def _line(axis, table, colour, dash, label):
    """Mean over seeds by week with its interval, or each of few seeds."""
    if table.shape[1] < FEW:
        axis.plot(table.index, table.to_numpy(float), color=colour, lw=0.6, alpha=0.5)
    ends = np.array([interval(row, "positive") for row in table.to_numpy(float)])
    style.band(axis, table.index, table.mean(axis=1), *ends.T, colour, ls=dash, label=label)


def _of_seeds(table, words):
    """What lines and dots are."""
    return words("world.each" if len(_seeds(table)) < FEW else "world.interval")


def draw_where(tables: Tables, words: Words, scenario: Scenario) -> Drawn:
    """Share of each platform's work that is done in France, mean over seeds."""
    found = tables["numbers"]
    mine = found[(found["variant"] == m.BASE) & found["number"].str.startswith("in_france.")]
    members = scenario.platform.members
    values = mine.assign(key=mine["number"].str.removeprefix("in_france.")).set_index("key")[_seeds(mine)].dropna()
    values = values.loc[values.mean(axis=1).sort_values().index]
    whole = found[(found["variant"] == m.BASE) & (found["number"] == "in_france")][_seeds(found)].to_numpy(float)
    share = np.nanmean(whole) if np.isfinite(whole).any() else 1.0
    title = words("world.where", share=words.percent(share))
    figure, axis = style.sheet(title, 1.3 + 0.3 * len(values), ncols=1)
    middle, place = values.mean(axis=1), np.arange(len(values))
    axis.barh(place, middle, 0.62, color=style.COLOURS[0], label=words("world.here"))
    axis.barh(place, 1.0 - middle, 0.62, left=middle, color=style.PALE, label=words("world.elsewhere"))
    _spread(axis, place, values, "share", style.INK, "", "", back=True)
    style.rows(axis, [members[key].label for key in values.index])
    style.percents(axis, words, "x")
    axis.set(xlim=(0, 1), xlabel=f"{words('world.where_axis')} ({_of_seeds(mine, words)})")
    axis.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=3, borderaxespad=0.2)
    style.tidy(axis, None)
    shares = "; ".join(f"{members[key].label} {words.percent(value)}" for key, value in middle.items())
    return figure, title, words("world.where_alt", rows=shares)


def draw_pay(tables: Tables, words: Words, scenario: Scenario) -> Drawn:
    """Elasticities of pay to French registrations and demand, with and without the crowd elsewhere."""
    found = tables["findings"]
    part = found[(found["part"] == PAY)].reset_index(drop=True)
    first = np.flatnonzero(part["name"].str.startswith("elasticity"))
    names = [words.named("world", part["name"][at].removeprefix("elasticity of pay to French ")) for at in first]
    both = [part.iloc[first][_seeds(part)], part.iloc[[min(at + 1, len(part) - 1) for at in first]][_seeds(part)]]
    means = [table.mean(axis=1).to_numpy() for table in both]
    moved = [_signed(one[0], words) for one in means]
    every = [row for pair in zip(*(table.to_numpy(float) for table in both), strict=True) for row in pair]
    title = told(every[:2], moved, "pay", words, every)
    figure, axis = style.sheet(title, 1.6 + 0.42 * len(names), ncols=1)
    axis.axvline(0.0, color=style.INK, lw=0.9, ls=style.DASHED)
    for n, (table, name, mark) in enumerate(zip(both, (CROWDED, ALONE), "os", strict=True)):
        place = np.arange(len(names)) + (0.15 if n else -0.15)
        _spread(axis, place, table, "difference", style.COLOURS[n], mark, words.named("world", name))
    style.rows(axis, names)
    style.counts(axis, words, "x")
    axis.xaxis.set_major_formatter(lambda value, _: words.short(value).replace("-", "\N{MINUS SIGN}"))
    axis.set_xlabel(f"{words('world.pay_axis')} ({_of_seeds(part, words)})")
    axis.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2, borderaxespad=0.2)
    style.tidy(axis, "x")
    rows = "; ".join(f"{name} {_signed(one, words)} / {_signed(two, words)}"
                     for name, one, two in zip(names, *means, strict=True))  # fmt: skip
    return figure, title, words("world.pay_alt", rows=rows)


def _signed(value, words):
    sign = "+" if value > 0 else "\N{MINUS SIGN}" if value < 0 else ""
    return sign + words.number(abs(value), 2)


def ratios(weeks: pd.DataFrame, variant: str, against: str, what: str, together: int = TOGETHER) -> pd.DataFrame:
    """A variant's weeks over those of another, each `together` with those before it: a row a week, a column a seed."""
    mine = weeks[weeks["what"] == what]
    both = [mine[mine["variant"] == one].pivot(index="place", columns="seed", values="value")
            for one in (variant, against)]  # fmt: skip
    above, below = (one.rolling(together, min_periods=1).sum() for one in both)
    return (above / below.where(below > 0)).iloc[:-1]  # the last week's work may go on after the end


def draw_entry(tables: Tables, words: Words, scenario: Scenario) -> Drawn:
    """People who register each week over the market as it is, when pay is four times as high and when demand falls."""
    found = {variant: ratios(tables["weeks"], variant, m.BASE, "registered") for variant in (m.RAISED, m.COLLAPSE)}
    later = [table.loc[table.index >= 0].mean().to_numpy(float) for table in found.values()]
    with np.errstate(divide="ignore"):
        moved = [np.log(one) for one in later]
    title = told(moved, [words.figures(one.mean(), 2) for one in later], "entry", words)
    figure, axis = style.sheet(title, 3.3, ncols=1)
    axis.axhline(1.0, color=style.INK, lw=0.9, ls=style.DASHED)
    for n, (variant, table) in enumerate(found.items()):
        _line(axis, table, style.COLOURS[n], style.DASHES[n], words.named("world", variant))
    axis.set(xlabel=words("world.weeks"), ylabel=words("world.entry_axis"))
    axis.set_ylim(0, 1.15 * max(table.max().max() for table in found.values()))
    axis.set_xlim(-13, max(table.index.max() for table in found.values()))
    style.counts(axis, words)
    axis.legend(loc="upper left", bbox_to_anchor=(0, 1.12), ncols=2, borderaxespad=0)
    style.mark(axis, 0.0, words("world.change"))
    style.tidy(axis)
    return figure, title, words("world.entry_alt", title=title)


def draw_boycott(tables: Tables, words: Words, scenario: Scenario) -> Drawn:
    """Who is missing by week of a boycott, with forums and without, and where hours of work go."""
    weeks = tables["weeks"]
    pairs = {"with forums": (m.BOYCOTT, m.BASE), "without forums": (m.unheard(m.BOYCOTT), m.NO_FORUMS)}
    missing = {name: ratios(weeks, *pair, "seen", 1) for name, pair in pairs.items()}
    first = [1.0 - table.loc[0:3].mean().to_numpy(float) for table in missing.values()]
    title = told(first, [words.percent(one.mean()) for one in first], "boycott", words)
    figure, panels = style.sheet(title, 3.9, ncols=2)
    for axis in panels:
        axis.axhline(1.0, color=style.INK, lw=0.9, ls=style.DASHED)
        axis.set(xlabel=words("world.weeks_call"), xlim=SHOWN)
        style.percents(axis, words)
        style.tidy(axis)
    for n, (name, table) in enumerate(missing.items()):
        _line(panels[0], table.loc[slice(*SHOWN)], style.COLOURS[n], style.DASHES[n], words.named("world", name))
    panels[0].set_ylabel(words("world.boycott_axis"))
    called = {f"paid.{FRENCH}": "Foule Factory", f"paid.{INTERNATIONAL}": "international, in France",
              f"abroad.{INTERNATIONAL}": "international, elsewhere"}  # fmt: skip
    there = {what: name for what, name in called.items() if (weeks["what"] == what).any()} or {"paid": "in France"}
    for n, (what, name) in enumerate(there.items()):
        table = ratios(weeks, m.BOYCOTT, m.BASE, what)
        if table.notna().any(axis=None):
            label = words.named("world", name)
            _line(panels[1], table.loc[slice(*SHOWN)], style.COLOURS[2 + n], style.DASHES[n], label)
    for axis, head in zip(panels, ("seen", "paid"), strict=True):
        axis.legend(loc="upper left", bbox_to_anchor=(0, -0.2), fontsize=7, borderaxespad=0)
        axis.set_title(words(f"world.{head}"), fontsize=8)
    return figure, title, words("world.boycott_alt", title=title)


def draw_day(tables: Tables, words: Words, scenario: Scenario) -> Drawn:
    """Open tasks by hour of the French day over their mean, with the crowd, without, and with more of it."""
    hours = tables["hours"]

    def profile(variant, what):
        mine = hours[(hours["variant"] == variant) & (hours["what"] == what)]
        wide = mine.pivot(index="place", columns="seed", values="value")
        return wide / wide.mean()

    lines = {"as it is": (m.BASE, INTERNATIONAL), m.NONE: (m.NONE, INTERNATIONAL), m.CROWD: (m.CROWD, INTERNATIONAL),
             "Foule Factory": (m.BASE, FRENCH)}  # fmt: skip
    profiles = {name: profile(*line) for name, line in lines.items()}
    profiles = {name: table for name, table in profiles.items() if table.notna().any(axis=None)}
    base = profiles["as it is"].mean(axis=1)
    ends = {"dip": words.hour(int(base.idxmin())), "top": words.hour(int(base.idxmax()))}
    title = words("world.day", low=words.percent(base.min()), high=words.percent(base.max()), **ends)
    figure, axis = style.sheet(title, 3.4, ncols=1)
    axis.axvspan(EVENINGS.start, EVENINGS.stop, color=style.PALE, alpha=0.5, lw=0)
    axis.text(EVENINGS.start + 0.1, 0.03, words("world.evening"), color=style.GREY, fontsize=8,
              transform=axis.get_xaxis_transform())  # fmt: skip
    for n, (name, table) in enumerate(profiles.items()):
        label = name if name == "Foule Factory" else words("world.lists", of=words.named("world", name))
        axis.plot(table.index, table.mean(axis=1), color=style.COLOURS[n], ls=style.DASHES[n], label=label)
    axis.set(xlabel=words("world.hour"), ylabel=words("world.day_axis"), xlim=(0, 23))
    axis.set_xticks(range(0, 24, 4))
    style.percents(axis, words)
    axis.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2, borderaxespad=0.2)
    style.tidy(axis)
    return figure, title, words("world.day_alt", title=title)


def draw_uses(tables: Tables, words: Words, scenario: Scenario) -> Drawn:
    """Hours of work done in France by use, as it is and when half of preparation is automated."""
    found = tables["numbers"].set_index(["variant", "number"])[_seeds(tables["numbers"])]
    both = {variant: found.loc[[(variant, f"use.{use}") for use in USES]] for variant in (m.BASE, m.AUTOMATION)}
    old, new = (table.to_numpy(float) for table in both.values())
    change = new / np.where(old > 0, old, np.nan)
    with np.errstate(divide="ignore"):
        moved = np.log(change)
    title = told(moved[:2], [words.percent(one) for one in (new.mean(1) / old.mean(1))[:2]], "uses", words, moved)
    figure, axis = style.sheet(title, 2.9, ncols=1)
    for n, (variant, table) in enumerate(both.items()):
        place = np.arange(len(USES)) + (0.19 if n else -0.19)
        axis.barh(place, table.mean(axis=1), 0.36, color=style.COLOURS[n], label=words.named("world", variant))
        _spread(axis, place, table, "positive", style.INK, "", "", back=True)
    style.rows(axis, [words(f"use.{use}") for use in USES])
    style.counts(axis, words, "x")
    axis.set_xlabel(f"{words('world.uses_axis')} ({_of_seeds(tables['numbers'], words)})")
    axis.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2, borderaxespad=0.2)
    style.tidy(axis, "x")
    return figure, title, words("world.uses_alt", title=title)


def _moved(tables):
    """The ratios of mechanisms that move anything."""
    table = tables["mechanisms"]
    if not len(table):
        return table
    size = (table[_seeds(table)] - 1.0).abs().max(axis=1).groupby(table["off"]).transform("max")
    return table[size > _STILL]


def draw_mechanisms(tables: Tables, words: Words, scenario: Scenario) -> Drawn:
    """What each mechanism moves when it is switched off: a panel each, of those that move anything."""
    moved = _moved(tables)
    names, each, seeds = list(moved["name"].unique()), list(moved["off"].unique()), _seeds(moved)
    title = _mechanisms_title(moved, words)
    figure, panels = style.panels(
        title, len(each), min(len(each), 3), 0.7 + 0.2 * len(names), 0.9, sharey=True, sharex=True
    )
    shown = [1.0]
    for n, (axis, off) in enumerate(zip(panels, each, strict=True)):
        rows = moved[moved["off"] == off].set_index("name").reindex(names)[seeds]
        axis.set_xscale("log")
        axis.axvline(1.0, color=style.INK, lw=0.9, ls=style.DASHED)
        rows = rows.where(rows > 0)
        _spread(axis, np.arange(len(names)), rows, "positive", style.COLOURS[n % len(style.COLOURS)], "o", "")
        ends = np.array([interval(row, "positive") for row in rows.to_numpy(float)])
        shown += [*np.r_[ends.ravel(), rows.to_numpy(float).ravel()]]
        axis.set_title("\n".join(textwrap.wrap(words.named("world", off), _LONG)), fontsize=8)
        style.tidy(axis, "x")
    style.rows(panels[0], [words.named("world", name) for name in names])
    low, high = np.nanmin(shown), np.nanmax(shown)
    ticks = (0.01, 0.1, 1, 10, 100) if high > 20 * low else (0.1, 0.3, 1, 3, 10) if high > 2 * low else (0.8, 1, 1.2)
    style.factors(panels[0], words, low / 1.1, high * 1.1, ticks)
    panels[0].set_xlim(low / 1.15, high * 1.15)
    for axis in panels:
        axis.tick_params(labelbottom=True)
    figure.supxlabel(f"{words('world.mechanisms_axis')} ({_of_seeds(moved, words)})", fontsize=9)
    rows = "; ".join(f"{words.named('world', off)}, {words.named('world', name)} {words.figures(value, 3)}" for
                     off, name, value in moved[["off", "name", "mean"]].itertuples(index=False))  # fmt: skip
    return figure, title, words("world.mechanisms_alt", rows=rows)


def _mechanisms_title(moved, words):
    """What moves most, of all that is switched off and all numbers, beyond chance."""
    values = moved[_seeds(moved)].to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(np.where(values > 0, values, np.nan))
    p = chances(list(logs))
    if not np.isfinite(p).any():
        return words("world.few", about=words("world.mechanisms_about"), few=FEW)
    sure = moved[beyond_chance(p)]
    if not len(sure):
        return words("world.still", about=words("world.mechanisms_about"))
    most = sure.loc[np.log(sure["mean"]).abs().idxmax()]
    off, name = (words.named("world", most[of]) for of in ("off", "name"))
    return words("world.mechanisms", off=off, name=name, times=words.figures(most["mean"], 2))
