"""Figures of the world experiment: where work is done, what sets pay, who comes and who stays away, and when."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.world import markets as m
from experiments.world.findings import AI, EVENINGS, PAY, WHERE
from experiments.world.measure import FRENCH, INTERNATIONAL
from sim.kernel.categories import USES
from sim.report.figures import style
from sim.report.figures.draw import draw_each
from sim.report.figures.style import Drawn
from sim.report.language.words import Words
from sim.scenario.scenario import Scenario

Tables = dict[str, pd.DataFrame]
TOGETHER = 3  # weeks that are taken together, so that the luck of one does not hide what is there
SHOWN = (-4, 20)  # weeks of a boycott
CROWDED, ALONE = "with the crowd elsewhere", "without it"


def draw(tables: Tables, folder: Path, scenario: Scenario) -> list[dict[str, Any]]:
    """Draw every figure of which there is something to show."""
    words, plots = Words("en"), {}
    made: dict[str, tuple[bool, Callable[..., Drawn]]] = {
        "where": (tables["findings"]["part"].iloc[0] == WHERE, draw_where),
        "pay": ((tables["findings"]["part"] == PAY).any(), draw_pay),
        "entry": ((tables["weeks"]["variant"] == m.RAISED).any(), draw_entry),
        "boycott": ((tables["weeks"]["variant"] == m.BOYCOTT).any(), draw_boycott),
        "day": ((tables["hours"]["what"] == INTERNATIONAL).any(), draw_day),
        "uses": ((tables["findings"]["part"] == AI).any(), draw_uses),
        "mechanisms": (len(tables["mechanisms"]) > 0, draw_mechanisms),
    }
    for name, (there, plot) in made.items():
        if there:
            plots[name] = lambda plot=plot: plot(tables, words, scenario)
    return draw_each(plots, folder)


def _seeds(table):
    return [name for name in table if name.startswith("seed ")]


def draw_where(tables: Tables, words: Words, scenario: Scenario) -> Drawn:
    """Share of each platform's work that is done in France, mean and range over seeds."""
    found = tables["numbers"]
    mine = found[(found["variant"] == m.BASE) & found["number"].str.startswith("in_france.")]
    members = scenario.platform.members
    values = mine.assign(key=mine["number"].str.removeprefix("in_france.")).set_index("key")[_seeds(mine)].dropna()
    values = values.loc[values.mean(axis=1).sort_values().index]
    whole = found[(found["variant"] == m.BASE) & (found["number"] == "in_france")][_seeds(found)].to_numpy(float)
    share = np.nanmean(whole) if np.isfinite(whole).any() else 1.0
    title = f"Of the work on international lists {words.percent(share)} is done in France"
    figure, axis = style.sheet(title, 1.3 + 0.3 * len(values), ncols=1)
    middle, low, high = values.mean(axis=1), values.min(axis=1), values.max(axis=1)
    place = np.arange(len(values))
    axis.barh(place, middle, 0.62, color=style.COLOURS[0], label="in France")
    axis.barh(place, 1.0 - middle, 0.62, left=middle, color=style.PALE, label="elsewhere")
    axis.hlines(place, low, high, color=style.INK, lw=1.4, label="range over seeds")
    style.rows(axis, [members[key].label for key in values.index])
    style.percents(axis, words, "x")
    axis.set(xlim=(0, 1), xlabel="share of true hours of work done, of batches posted in the year")
    axis.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=3, borderaxespad=0.2)
    style.tidy(axis, None)
    shares = "; ".join(f"{members[key].label}: {words.percent(value)}" for key, value in middle.items())
    return figure, title, f"Share of each platform's work that is done in France. {shares}."


def draw_pay(tables: Tables, words: Words, scenario: Scenario) -> Drawn:
    """Elasticities of pay to French registrations and demand, with and without the crowd elsewhere."""
    found = tables["findings"]
    part = found[(found["part"] == PAY)].reset_index(drop=True)
    first = np.flatnonzero(part["name"].str.startswith("elasticity"))
    names = [part["name"][at].removeprefix("elasticity of pay to French ") for at in first]
    here, away = part.iloc[first], part.iloc[[min(at + 1, len(part) - 1) for at in first]]
    moved = [f"{one:+.2f}".replace("-", "\N{MINUS SIGN}") for one in (here["mean"].iloc[0], away["mean"].iloc[0])]
    title = (f"Twice the French registrations move pay on international lists by {moved[0]} percent a percent "
             f"with the crowd elsewhere, by {moved[1]} without")  # fmt: skip
    figure, axis = style.sheet(title, 1.6 + 0.42 * len(names), ncols=1)
    axis.axvline(0.0, color=style.INK, lw=0.9, ls=style.DASHED)
    for n, (rows, name, mark) in enumerate(((here, CROWDED, "o"), (away, ALONE, "s"))):
        place = np.arange(len(names)) + (0.15 if n else -0.15)
        ends = np.abs(rows[["low", "high"]].to_numpy(float).T - rows["mean"].to_numpy(float))
        axis.errorbar(rows["mean"], place, xerr=ends, fmt=mark, color=style.COLOURS[n], lw=1.4, ms=5, label=name)
    style.rows(axis, names)
    axis.set_xlabel("elasticity of pay per paid hour: percent a percent (mean and range over seeds)")
    axis.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2, borderaxespad=0.2)
    style.tidy(axis, "x")
    told = "; ".join(f"{name}: {one:.2f} and {two:.2f}" for name, one, two in
                     zip(names, here["mean"], away["mean"], strict=True))  # fmt: skip
    return figure, title, f"Elasticity of pay, with the crowd elsewhere and without. {told}."


def ratios(weeks: pd.DataFrame, variant: str, against: str, what: str, together: int = TOGETHER) -> pd.DataFrame:
    """A variant's weeks over those of another, each `together` with those before it: a row a week, a column a seed."""
    mine = weeks[weeks["what"] == what]
    both = [mine[mine["variant"] == one].pivot(index="place", columns="seed", values="value")
            for one in (variant, against)]  # fmt: skip
    above, below = (one.rolling(together, min_periods=1).sum() for one in both)
    return (above / below.where(below > 0)).iloc[:-1]  # the last week's work may go on after the end


def _line(axis, table, colour, dash, label):
    style.band(
        axis, table.index, table.mean(axis=1), table.min(axis=1), table.max(axis=1), colour, ls=dash, label=label
    )


def draw_entry(tables: Tables, words: Words, scenario: Scenario) -> Drawn:
    """People who register each week over the market as it is, when pay is four times as high and when demand falls."""
    weeks, found = tables["weeks"], {}
    for variant in (m.RAISED, m.COLLAPSE):
        found[variant] = ratios(weeks, variant, m.BASE, "registered")
    later = [one.loc[one.index >= 0].mean(axis=1).mean() for one in found.values()]
    title = (f"Pay four times as high brings {words.figures(later[0], 2)} times as many registrations in the year, "
             f"a fall of demand by nine tenths {words.figures(later[1], 2)} times")  # fmt: skip
    figure, axis = style.sheet(title, 3.3, ncols=1)
    axis.axhline(1.0, color=style.INK, lw=0.9, ls=style.DASHED)
    for n, (variant, table) in enumerate(found.items()):
        _line(axis, table, style.COLOURS[n], style.DASHES[n], variant)
    axis.set(xlabel="weeks since the change", ylabel="people who register,\nover the market as it is")
    axis.set_ylim(0, 1.15 * max(table.max().max() for table in found.values()))
    axis.set_xlim(-13, max(table.index.max() for table in found.values()))
    axis.legend(loc="upper left", bbox_to_anchor=(0, 1.12), ncols=2, borderaxespad=0)
    style.mark(axis, 0.0, "the change")
    style.tidy(axis)
    return figure, title, f"People who register each week. {title}."


def draw_boycott(tables: Tables, words: Words, scenario: Scenario) -> Drawn:
    """Who is missing by week of a boycott, with forums and without, and where hours of work go."""
    weeks = tables["weeks"]
    pairs = {"with forums": (m.BOYCOTT, m.BASE), "without forums": (m.unheard(m.BOYCOTT), m.NO_FORUMS)}
    missing = {name: ratios(weeks, *pair, "seen", 1) for name, pair in pairs.items()}
    first = {name: 1.0 - table.loc[0:3].mean(axis=1).mean() for name, table in missing.items()}
    title = (f"A boycott of a tenth of the active: {words.percent(first['with forums'])} of those seen in a week are "
             f"missing with forums, {words.percent(first['without forums'])} without")  # fmt: skip
    figure, (left, right) = style.sheet(title, 3.5, ncols=2)
    for axis in (left, right):
        axis.axhline(1.0, color=style.INK, lw=0.9, ls=style.DASHED)
        axis.set(xlabel="weeks since the call", xlim=SHOWN)
        style.percents(axis, words)
        style.tidy(axis)
    for n, (name, table) in enumerate(missing.items()):
        _line(left, table.loc[slice(*SHOWN)], style.COLOURS[n], style.DASHES[n], name)
    left.set_title("people seen in the week")
    left.set_ylabel("over the market without the call")
    called = {f"paid.{FRENCH}": "Foule Factory", f"paid.{INTERNATIONAL}": "international, in France",
              f"abroad.{INTERNATIONAL}": "international, elsewhere"}  # fmt: skip
    there = {what: name for what, name in called.items() if (weeks["what"] == what).any()} or {"paid": "in France"}
    for n, (what, name) in enumerate(there.items()):
        table = ratios(weeks, m.BOYCOTT, m.BASE, what)
        if table.notna().any(axis=None):
            _line(right, table.loc[slice(*SHOWN)], style.COLOURS[2 + n], style.DASHES[n], name)
    right.set_title("paid hours, with forums")
    for axis in (left, right):
        axis.legend(loc="lower right")
    return figure, title, f"People seen and hours of work during a boycott. {title}."


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
    dip, top = int(base.idxmin()), int(base.idxmax())
    title = (f"International lists are shortest at {dip}:00 ({words.percent(base.min())} of the day's mean) and "
             f"longest at {top}:00 ({words.percent(base.max())}), French time")  # fmt: skip
    figure, axis = style.sheet(title, 3.3, ncols=1)
    axis.axvspan(EVENINGS.start, EVENINGS.stop, color=style.PALE, alpha=0.5, lw=0)
    axis.text(EVENINGS.start + 0.1, 0.03, "India's evening", color=style.GREY, fontsize=8,
              transform=axis.get_xaxis_transform())  # fmt: skip
    for n, (name, table) in enumerate(profiles.items()):
        label = name if name == "Foule Factory" else f"international lists: {name}"
        axis.plot(table.index, table.mean(axis=1), color=style.COLOURS[n], ls=style.DASHES[n], label=label)
    axis.set(xlabel="hour of the day in France", ylabel="open tasks over\nthe mean of the day", xlim=(0, 23))
    style.percents(axis, words)
    axis.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2, borderaxespad=0.2)
    style.tidy(axis)
    return figure, title, f"Open tasks by hour of the day. {title}."


def draw_uses(tables: Tables, words: Words, scenario: Scenario) -> Drawn:
    """Hours of work done in France by use, as it is and when half of preparation is automated."""
    found = tables["numbers"].set_index(["variant", "number"])[_seeds(tables["numbers"])]
    both = {name: found.loc[[(variant, f"use.{use}") for use in USES]]
            for name, variant in (("as it is", m.BASE), (m.AUTOMATION, m.AUTOMATION))}  # fmt: skip
    means = {name: table.mean(axis=1).to_numpy() for name, table in both.items()}
    change = means[m.AUTOMATION] / np.maximum(means["as it is"], 1e-9)
    title = (f"Automating half of preparation leaves {words.percent(change[0])} of its hours in France and makes "
             f"verification {words.percent(change[1])} of what it was")  # fmt: skip
    figure, axis = style.sheet(title, 2.9, ncols=1)
    for n, (name, table) in enumerate(both.items()):
        place = np.arange(len(USES)) + (0.19 if n else -0.19)
        middle = means[name]
        ends = [middle - table.min(axis=1).to_numpy(), table.max(axis=1).to_numpy() - middle]
        axis.barh(place, middle, 0.36, color=style.COLOURS[n], label=name)
        axis.errorbar(middle, place, xerr=ends, fmt="none", color=style.INK, lw=1.0)
    style.rows(axis, [*USES])
    style.counts(axis, words, "x")
    axis.set_xlabel("hours of work done in France a month (mean and range over seeds)")
    axis.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2, borderaxespad=0.2)
    style.tidy(axis, "x")
    return figure, title, f"Hours by use of work in AI. {title}."


def draw_mechanisms(tables: Tables, words: Words, scenario: Scenario) -> Drawn:
    """What each mechanism moves when it is switched off: a panel each."""
    moved = tables["mechanisms"]
    names, each = list(moved["name"].unique()), list(moved["off"].unique())
    size = np.log(moved["mean"].where(moved["mean"] > 0)).abs()
    most = moved.loc[size.idxmax()]
    title = (f"Of all that is switched off, “{most['off']}” "
             f"moves most: {most['name']}, {words.figures(most['mean'], 2)} times what it is")  # fmt: skip
    figure, panels = style.panels(
        title, len(each), min(len(each), 3), 0.7 + 0.2 * len(names), 0.8, sharey=True, sharex=True
    )
    for n, (axis, off) in enumerate(zip(panels, each, strict=True)):
        rows = moved[moved["off"] == off].set_index("name").reindex(names)
        place, middle = np.arange(len(names)), rows["mean"].to_numpy(float)
        ends = np.abs(rows[["low", "high"]].to_numpy(float).T - middle)
        axis.set_xscale("log")
        axis.axvline(1.0, color=style.INK, lw=0.9, ls=style.DASHED)
        axis.errorbar(middle, place, xerr=ends, fmt="o", color=style.COLOURS[n % len(style.COLOURS)], ms=4, lw=1.2)
        axis.set_title(off)
        style.tidy(axis, "x")
    style.rows(panels[0], names)
    values = moved[["mean", "low", "high"]].to_numpy(float)
    low, high = (float(np.nanquantile(values[values > 0], q)) for q in (0.0, 1.0))
    style.factors(
        panels[0],
        words,
        low / 1.1,
        high * 1.1,
        (0.1, 0.25, 0.5, 1, 2, 4, 10) if high > 1.9 * low else (0.8, 0.9, 1, 1.1, 1.2),
    )
    panels[0].set_xlim(low / 1.15, high * 1.15)
    figure.supxlabel("switched off over as it is (mean and range over seeds)", fontsize=9)
    told = "; ".join(f"{off}, {name}: {value:.2f}" for off, name, value in
                     moved[["off", "name", "mean"]].itertuples(index=False))  # fmt: skip
    return figure, title, f"Ratios to the market as it is. {told}."
