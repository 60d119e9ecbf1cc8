"""A figure about who comes: people who register over time, and what moves them."""

import numpy as np
import pandas as pd

from sim.kernel.units import EURO_PER_MICRO
from sim.report.figures import style
from sim.report.figures.style import Drawn
from sim.report.language.sample import people
from sim.report.language.words import Words
from sim.results.results import Results

_STEPS = 24  # of time, into which a run is divided at most
_EACH = 12  # people simulated that a step should hold: a bar of fewer is chance
_MOVES = ("pay", "busy")  # what is talked about, and what makes platforms advertise


def entry(results: Results, words: Words) -> Drawn | None:
    """People who register a day; who of them was told, what sign-up answers to, if it does; None of a handful."""
    table, start = registrations(results), pd.Timestamp(results.scenario.start)
    if (came := table["people"].sum()) < _EACH:
        return None
    responds = results.scenario.population.entry.responds and table[[*_MOVES]].to_numpy().any()
    dates = start + pd.to_timedelta([*table.index, table.index[-1] + table["days"].iloc[-1]], unit="D")
    weight, days = results.scenario.population.weight, table["days"].sum()
    values = {"count": people(came, results.scenario, words), "told": words.percent(_told(table))}
    values["a_day"] = words.rounded(came * weight / days, weight * np.sqrt(came) / days)
    table[["told", "a_day"]] *= weight
    key = "entry.title" if results.scenario.population.entry.responds else "entry.title_given"
    title, alt = words(key, **values), words("entry.alt", **values)
    figure, panels = style.sheet(title, 4.4 if responds else 2.8, nrows=1 + responds, squeeze=False, sharex=True)
    _people(panels[0, 0], table, dates, responds, words)
    if responds:
        _moves(panels[1, 0], table, dates, words)
    style.policies(panels[0, 0], results.scenario, words)
    panels[0, 0].legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=3, borderaxespad=0.2)
    style.calendar(panels[-1, 0], pd.Series(dates))
    return figure, title, alt


def registrations(results: Results) -> pd.DataFrame:
    """People simulated who register, and what moves them, a row a step of time.

    Returns
    -------
    DataFrame
        By first day: days, people, told (of these, by somebody who earned there in the same department), a_day, pay
        (euro a day earned on all platforms), busy (paid share of all time spent there).
    """
    days = int(results.daily["day"].max()) + 1 if len(results.daily) else 1
    came = results.workers[results.workers["signed_up"] >= 0]
    first = np.unique(np.linspace(0, days, min(_STEPS, 1 + len(came) // _EACH) + 1).astype(int)[:-1])
    step = np.searchsorted(first, came["signed_up"], side="right") - 1
    of_day = np.searchsorted(first, results.daily["day"], side="right") - 1
    sums = results.daily.groupby(of_day)[["pay_micro_euro", "paid_seconds", "present_seconds"]].sum()
    sums = sums.reindex(range(len(first)), fill_value=0)
    told = came["told"].to_numpy(float)
    table = pd.DataFrame({"days": np.diff(np.append(first, days))}, index=first)
    table["people"] = np.bincount(step, minlength=len(first))
    table["told"] = np.bincount(step, told, len(first))
    table["a_day"] = table["people"] / table["days"]
    table["pay"] = sums["pay_micro_euro"].to_numpy() * EURO_PER_MICRO / table["days"]
    table["busy"] = sums["paid_seconds"].to_numpy() / np.maximum(sums["present_seconds"].to_numpy(), 1)
    return table


def _told(table):
    return table["told"].sum() / max(table["people"].sum(), 1)


def _step(values):
    return np.append(values, values[-1:])


def _people(axis, table, dates, responds, words):
    """People who register a day, those told below."""
    whole, told = _step(table["a_day"].to_numpy()), _step((table["told"] / table["days"]).to_numpy())
    below = told if responds else np.zeros(len(whole))
    if responds:
        axis.fill_between(dates, told, step="post", color=style.COLOURS[1], alpha=0.75, lw=0, label=words("entry.told"))
    axis.fill_between(dates, below, whole, step="post", color=style.COLOURS[0], alpha=0.75, lw=0,
                      label=words("entry.others" if responds else "entry.people"))  # fmt: skip
    axis.set_ylim(0, None)
    style.counts(axis, words)
    axis.set_ylabel(words("entry.a_day"))
    style.tidy(axis)


def _moves(axis, table, dates, words):
    """What sign-up answers to, over its mean."""
    for n, name in enumerate(_MOVES):
        values = table[name].to_numpy(float)
        shown = _step(values / values.mean()) if values.any() else np.full(len(dates), np.nan)
        axis.plot(dates, shown, drawstyle="steps-post", color=style.COLOURS[2 + n], ls=style.DASHES[n],
                  label=words(f"entry.{name}"))  # fmt: skip
    axis.axhline(1.0, color=style.INK, lw=0.9, ls=style.DASHED)
    axis.set_ylim(0, None)
    style.percents(axis, words)
    axis.set_ylabel(words("entry.over_mean"))
    axis.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2, borderaxespad=0.2)
    style.tidy(axis)
