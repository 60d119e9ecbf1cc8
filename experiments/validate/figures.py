"""The figures of a validation: numbers that were never fitted, and patterns that no number was published for."""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.calibrate.figures import draw_predictions
from experiments.movement import BEFORE, SURVIVAL_MONTHS
from experiments.validate.measure import curves
from experiments.validate.patterns import FILL_QUANTILES, QUANTILES
from sim.instruments.across_seeds import FEW, beyond_chance, p_of_ratios
from sim.kernel.units import DAY, HOUR, RECENT
from sim.report.figures import style
from sim.report.figures.draw import draw_each
from sim.report.figures.style import Drawn
from sim.report.language.sample import of_country
from sim.report.language.words import Words
from sim.scenario.scenario import Scenario

_SMALL = 6.5  # points, of type inside a panel
_OVER_RUNS = 3  # curves over runs: their mean, 5 and 95 % of them; single runs after them
_RATIOS = ("return_in_surge", "women_earnings", "needy_earnings")  # one where nothing differs
_NAMED, _LONGEST = 10, 13  # platforms that still can be named along an axis; letters of a name
_TIMES = (60, HOUR, DAY, RECENT * DAY)  # seconds, named along the axis


def draw_validation(
    tables: dict[str, pd.DataFrame], measured: list[dict[str, Any]], scenario: Scenario, folder: Path
) -> list[dict]:
    """Draw the figures of a validation into a folder; as `sim.report.figures.draw.draw_each`.

    Parameters
    ----------
    tables
        validation and patterns, as `experiments.validate` makes them.
    measured
        What `experiments.validate.measure.measure` kept of each run drawn.
    """
    words, rows = Words.of(scenario), tables["validation"]
    platforms, few = measured[0]["patterns"]["platforms"], len(measured) < FEW
    each = {name: _read(measured, name) for name in rows["id"]} if few else None
    middle = np.sqrt(rows["low"] * rows["high"]).fillna(rows["low"]).fillna(rows["high"])  # of an interval
    beside = rows["value"].fillna(middle)
    rows = rows.assign(published=beside, predicted=rows["simulated"], inside=rows["inside"].fillna(False))
    plots = {"validation": partial(draw_predictions, rows, words, "validation.title", each)}
    lines = singly(measured) if few else curves(measured)
    plots |= {"patterns": partial(draw_patterns, tables["patterns"], lines, platforms, words)}
    return draw_each(plots, folder, of_country(scenario, words))


def _read(measured, name):
    """What each run reads of a target, as far as it is known."""
    values = (one["targets"].get(name, "") for one in measured)
    return [value[0] for value in values if not isinstance(value, str) and np.isfinite(value[0])]


def singly(measured: list[dict[str, Any]]) -> dict[str, np.ndarray]:
    """As `experiments.validate.measure.curves`, without bands, and each run after the first three."""
    each = {name: np.array([run["patterns"][name] for run in measured], float) for name in curves(measured)}
    return {
        name: np.concatenate([curves(measured)[name][:1], np.full((2, *runs.shape[1:]), np.nan), runs])
        for name, runs in each.items()
    }


def draw_patterns(table: pd.DataFrame, lines: dict[str, np.ndarray], platforms: list[str], words: Words) -> Drawn:
    """Nine small panels, one a pattern; the title of each says what it shows."""
    judged, values = table[table["low"].notna() | table["high"].notna()], table.set_index("id")["value"]
    judged, values = judged[judged["runs"] > 0], values.to_dict() | {"sure": _sure(table)}
    each = len(lines["survival"]) > _OVER_RUNS
    title = words("patterns.few_title" if each else "patterns.title",
                  count=int((judged["verdict"] == "agrees").sum()), all=len(judged))  # fmt: skip
    figure, panels = style.sheet(title, 8.2, nrows=3, ncols=3)
    drawn = (_survival, _movement, _returns, _lorenz, _filling, _week, _gaps, _overlap, _unpaid)
    texts = []
    for draw, axis in zip(drawn, panels.flat, strict=True):
        text = draw(axis, lines, values, words, platforms)
        axis.set_title(text, fontsize=7.5)
        axis.tick_params(labelsize=_SMALL)
        axis.xaxis.label.set_size(7)
        axis.yaxis.label.set_size(7)
        texts.append(text)
    return figure, title, words("patterns.alt", panels="; ".join(text.replace("\n", " ") for text in texts))


def _sure(table):
    """Which ratios chance alone does not make, the three together."""
    rows = table.set_index("id").reindex([*_RATIOS])
    p = p_of_ratios(*(rows[name] for name in ("value", "mean_low", "mean_high", "runs")))
    return {name for name, holds in zip(_RATIOS, beyond_chance(p), strict=True) if holds}


def _line(axis, x, curve, place=0, label=None):
    """Mean over runs, and a band of 5 to 95 % of them, or each of few."""
    for run in curve[_OVER_RUNS:]:
        axis.plot(x, run, color=style.COLOURS[place], lw=0.5, alpha=0.5)
    style.band(axis, x, *curve[:_OVER_RUNS], style.COLOURS[place], ls=style.DASHES[place], lw=1.4, label=label)


def _survival(axis, lines, values, words, _):
    _line(axis, SURVIVAL_MONTHS, lines["survival"], 0, words("patterns.again"))
    _line(axis, np.arange(lines["present"].shape[1]), lines["present"], 1, words("patterns.present"))
    axis.set(xlabel=words("patterns.months"), ylim=(0, 1), xlim=(0, SURVIVAL_MONTHS[-1]))
    axis.legend(fontsize=_SMALL, loc="upper right", handlelength=2.4)
    _shares(axis, words)
    return words("patterns.survival", share=words.percent(values["survive_12"]))


def _shares(axis, words, which="y"):
    style.percents(axis, words, which)
    style.tidy(axis, which)


def _cells(axis, values, words):
    """A table as colours with its percentages written in."""
    style.heat(axis, values, vmax=1, edgecolors="white", linewidth=1)
    for (row, column), value in np.ndenumerate(values):
        if np.isfinite(value):
            ink = "white" if value < 0.55 else style.INK
            text = words.number(100 * value, 1 if value < 0.095 else 0)
            axis.text(column + 0.5, row + 0.5, text, ha="center", va="center", color=ink, fontsize=_SMALL)
    axis.tick_params(length=0)


def _movement(axis, lines, values, words, _):
    _cells(axis, lines["movement"][0], words)
    names = ["0", "1–3", "4+"]
    axis.set_xticks(np.arange(3) + 0.5, names)
    axis.set_yticks(np.arange(3) + 0.5, names)
    axis.set(xlabel=words("patterns.next"), ylabel=words("patterns.before"))
    return words("patterns.movement", share=words.percent(values["stay_often"]))


def _returns(axis, lines, values, words, _):
    days = np.arange(lines["returns"].shape[1]) - BEFORE
    _line(axis, days, lines["returns"])
    axis.axhline(1.0, color=style.GREY, lw=0.8)
    axis.axvline(0, color=style.INK, lw=0.9, ls=style.DASHES[1])
    axis.set(xlabel=words("patterns.day"), ylabel=words("patterns.usual"), xlim=(days[0], days[-1]))
    style.percents_of_log(axis, words)
    style.tidy(axis)
    if "return_in_surge" not in values["sure"]:
        return words("patterns.returns_still")
    return words("patterns.returns", change=words.change(values["return_in_surge"]))


def _lorenz(axis, lines, values, words, _):
    top = np.arange(1, lines["lorenz"].shape[1] + 1) / lines["lorenz"].shape[1]
    _line(axis, top, lines["lorenz"], 0, words("patterns.earnings"))
    _line(axis, top, lines["lorenz_work"], 1, words("patterns.work"))
    axis.plot([top[0], 1], [top[0], 1], color=style.GREY, lw=0.8)
    style.logarithmic(axis, words)
    axis.set_xticks([0.01, 0.1, 1.0], [words.percent(x) for x in (0.01, 0.1, 1.0)])
    axis.set(xlabel=words("patterns.top"), ylim=(0, 1), xlim=(0.01, 1))
    axis.legend(fontsize=_SMALL, loc="lower right", handlelength=2.4)
    _shares(axis, words)
    return words("patterns.lorenz", share=words.percent(values["earnings_top_10"]))


def _filling(axis, lines, values, words, _):
    mean, low, high, *each = lines["fill"]
    left = 1.0 - np.array(FILL_QUANTILES)
    sound = np.isfinite(mean) & (mean > 0)
    if sound.any():
        axis.plot(mean[sound], left[sound], "o-", color=style.COLOURS[0], ms=3, lw=1.2)
        axis.hlines(left[sound], np.maximum(low[sound], 1.0), high[sound], color=style.COLOURS[0], lw=2.2, alpha=0.3)
        for run in each:
            axis.plot(run[sound], left[sound], "o", color=style.COLOURS[0], ms=2, alpha=0.5, mew=0)
        style.durations(axis, words, max(1.0, mean[sound].min() / 3), mean[sound].max() * 3, _TIMES)
    axis.set_yscale("log")
    axis.set_yticks([0.9, 0.5, 0.1, 0.01], [words.percent(x, plain=True) for x in (0.9, 0.5, 0.1, 0.01)])
    axis.minorticks_off()
    axis.set(xlabel=words("patterns.time"), ylabel=words("patterns.open"))
    style.tidy(axis)
    return words("patterns.filling", time=words.duration(float(values["fill_half"] * HOUR)))


def _week(axis, lines, values, words, _):
    shares = 100 * lines["week"][0].reshape(7, 24)
    ruler = style.week(axis, shares, words, _SMALL, pad=0.02, aspect=22, location="right")
    axis.set_xticks([0, 6, 12, 18, 24])
    axis.set_xlabel(words("patterns.hour"))
    style.counts(ruler.ax, words)
    ruler.set_label(words("patterns.looks"), fontsize=_SMALL)
    return words("patterns.week", share=words.percent(values["evening"]))


def _gaps(axis, lines, values, words, _):
    mean, low, high, *each = lines["gaps"]
    for group, row in enumerate(mean):
        places = np.arange(len(row)) + 0.18 * (2 * group - 1)
        label = words(f"patterns.{('women', 'needy')[group]}")
        colour = style.COLOURS[group]
        axis.plot(row, places, "os"[group], color=colour, ms=4, label=label)
        axis.hlines(places, np.maximum(low[group], 1e-3), high[group], color=colour, lw=1.2)
        for run in each:
            axis.plot(run[group], places, "os"[group], color=colour, ms=2, alpha=0.5, mew=0)
    axis.axvline(1.0, color=style.GREY, lw=0.8)
    ends = np.r_[np.ravel([high, *each]), 1.0 / np.maximum(np.ravel([low, *each]), 0.05)]
    reach = max(2.0, np.nanmax(ends, initial=1.0) * 1.1)
    style.factors(axis, words, 1 / reach, reach, (0.1, 0.2, 0.5, 1, 2, 5, 10))
    axis.set(xlim=(1 / reach, reach), xlabel=words("patterns.ratio"), ylim=(3.5, -0.5))
    axis.set_yticks(range(3), [words(f"patterns.{name}") for name in ("earnings", "hours", "hourly")])
    axis.legend(fontsize=_SMALL, loc="lower left", handletextpad=0.2, borderaxespad=0, frameon=True, edgecolor="none")
    style.tidy(axis, "x")
    told = {}
    for name in ("women", "needy"):
        text = words.number(values[f"{name}_earnings"], 2)
        told[name] = text if f"{name}_earnings" in values["sure"] else words("patterns.chance", number=text)
    return words("patterns.gaps", **told)


def _overlap(axis, lines, values, words, platforms):
    shares, count = lines["overlap"][0].copy(), len(platforms)
    np.fill_diagonal(shares, np.nan)
    if count <= _NAMED:
        _cells(axis, shares, words)
        named = [name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1]}…" for name in platforms]
        axis.set_yticks(np.arange(count) + 0.5, [f"{name} {n}" for n, name in enumerate(named, 1)])
        axis.set_xticks(np.arange(count) + 0.5, range(1, count + 1))
    else:
        style.heat(axis, shares)
        axis.spines[:].set_visible(True)
        axis.set(xlabel=words("patterns.platform"), ylabel=words("patterns.platform"), xticks=[], yticks=[])
    return words("patterns.overlap", share=words.percent(values["several_accounts"]))


def _unpaid(axis, lines, values, words, _):
    mean, low, high, *each = lines["unpaid"]
    for run in each:
        axis.plot(run, QUANTILES, color=style.COLOURS[0], lw=0.5, alpha=0.5)
    axis.plot(mean, QUANTILES, color=style.COLOURS[0], lw=1.4)
    axis.fill_betweenx(QUANTILES, low, high, color=style.COLOURS[0], alpha=0.2, lw=0)
    axis.set(xlim=(0, 1), ylim=(0, 1), xlabel=words("patterns.unpaid_axis"), ylabel=words("patterns.people"))
    axis.set_xticks([0, 0.5, 1], [words.percent(x) for x in (0, 0.5, 1)])
    _shares(axis, words)
    return words("patterns.unpaid", share=words.percent(values["unpaid_half"]))
