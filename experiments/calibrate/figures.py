"""Figures of a calibration: what was thought before and after, what trades off, what follows, whether it holds."""

from pathlib import Path

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.ticker import LogLocator
from scipy.stats import binom

from experiments.calibrate.inference.design import parameters
from experiments.calibrate.inference.fit import EVEN, WORDS
from sim.report.figures import style
from sim.report.figures.draw import draw_each
from sim.report.figures.style import Drawn, short
from sim.report.language.words import Words
from sim.scenario.fields import Scenario
from sim.scenario.parameter import free
from sim.scenario.priors import Uniform

TABLES = ("parameters", "posterior", "pairs", "predictions", "ranks")
_COLUMNS, _MANY = 3, 18  # of panels; more than so many stand in one column more
_PANEL = 1.75  # inches of height of a small panel
_PAIRS = 6  # pairs that trade off shown at most
_WIDE = 20.0  # a prior's upper end over its lower, from which only decades are named
_BINS = 10  # of the ranks
_NAME = 52  # letters of a row's name
_LONGEST = 32  # letters of a panel's name, beyond which its unit is left out


def draw_posterior(tables: dict[str, pd.DataFrame], language: str, folder: Path) -> list[dict]:
    """Draw the figures of a calibration; as `sim.report.figures.draw.draw_each`.

    Parameters
    ----------
    tables
        `TABLES`, as the calibration left them.
    """
    words = Words(language)
    summary, draws, pairs, predictions, ranks = (tables[name] for name in TABLES)
    summary = summary.set_index("key")
    plots = {"parameters": lambda: draw_parameters(summary, draws, words)}
    if len(pairs):
        plots["pairs"] = lambda: draw_pairs(pairs.head(_PAIRS), draws, summary["best"], words)
    if predictions["runs"].any():
        plots["predictions"] = lambda: draw_predictions(predictions, words)
        plots["coverage"] = lambda: draw_coverage(predictions["rank"].dropna().to_numpy(), words)
    if len(ranks):
        plots["recovery"] = lambda: draw_recovery(ranks.to_numpy(), summary["even"], words)
    return draw_each(plots, folder)


def _log(prior):
    """Whether a prior's values are best seen on a log scale."""
    return not isinstance(prior, Uniform)


def _scaled(axis, prior, words, which="x"):
    if _log(prior):
        style.logarithmic(axis, words, which)
        if prior.high > _WIDE * prior.low:  # twos and fives would run into each other
            (axis.xaxis if which == "x" else axis.yaxis).set_major_locator(LogLocator(10))
    else:
        side = axis.xaxis if which == "x" else axis.yaxis
        side.set_major_formatter(lambda value, _: words.short(value).replace("-", "\N{MINUS SIGN}"))
    (axis.set_xlim if which == "x" else axis.set_ylim)(prior.low, prior.high)


def draw_parameters(summary: pd.DataFrame, draws: pd.DataFrame, words: Words) -> Drawn:
    """Prior and posterior of each parameter; `summary` and `draws` by full key."""
    best, units = summary["best"], free(Scenario)
    told, narrowed = ([*summary.index[summary["told"] == one]] for one in WORDS[:2])
    draws = draws[[*summary.index]]
    title = words("posterior.parameters", told=len(told), narrowed=len(narrowed), all=len(summary))
    figure, panels = style.panels(title, len(summary), _columns(summary), _PANEL, 0.9)
    for (key, prior), axis in zip(parameters().items(), panels, strict=False):
        ends = (np.geomspace if _log(prior) else np.linspace)(prior.low, prior.high, 17)
        axis.stairs(np.diff([prior.share(value) for value in ends]), ends, color=style.GREY, lw=1.1, ls=style.DASHES[1])
        after = np.histogram(draws[key], ends)[0] / len(draws[key])
        axis.stairs(after, ends, color=_colour(summary["told"][key]), fill=True, alpha=0.55)
        axis.axvline(best[key], color=style.INK, lw=1.0, ls=style.DASHES[2])
        _scaled(axis, prior, words)
        axis.tick_params(labelsize=6.5)
        unit = f" ({words.named('unit', units[key].unit)})" if units[key].unit else ""
        called = words.named("field", short(key))
        named = called + (unit if len(called + unit) <= _LONGEST else "")
        axis.set_title(named, fontsize=7, fontweight="normal")
        axis.set_yticks([])
        axis.spines["left"].set_visible(False)
        style.tidy(axis, None)
    names = (", ".join(map(short, keys)) or words("posterior.none") for keys in (told, narrowed))
    return figure, title, words("posterior.parameters_alt", **dict(zip(("told", "narrowed"), names, strict=True)))


def _columns(panels):
    return _COLUMNS + (len(panels) > _MANY)


def _colour(told):
    """Of what the data tell, of what they narrow, and of what they leave."""
    return dict(zip(WORDS, (style.COLOURS[1], style.COLOURS[0], style.GREY), strict=True))[told]


def draw_pairs(pairs: pd.DataFrame, draws: pd.DataFrame, best: pd.Series, words: Words) -> Drawn:
    """The pairs of parameters that trade off most; `draws` and `best` by full key."""
    priors = parameters()
    pairs = [(one, other, words.number(value, 2)) for one, other, value in pairs.itertuples(index=False)]
    title = words(
        "posterior.pairs",
        **dict(zip(("one", "other"), (words.named("field", short(key)) for key in pairs[0][:2]), strict=True)),
    )
    figure, panels = style.panels(title, len(pairs), _COLUMNS, 2.2, 0.7)
    for (one, other, correlation), axis in zip(pairs, panels, strict=False):
        sns.scatterplot(x=draws[one], y=draws[other], ax=axis, s=9, color=style.COLOURS[0], alpha=0.6, linewidth=0)
        axis.plot(best[one], best[other], "D", color=style.INK, ms=4)
        _scaled(axis, priors[one], words)
        _scaled(axis, priors[other], words, "y")
        axis.set(xlabel=words.named("field", short(one)), ylabel=words.named("field", short(other)))
        axis.set_title(words("posterior.correlation", value=correlation), fontsize=8)
        style.tidy(axis, None)
    every = "; ".join(f"{short(a)}, {short(b)}: {correlation}" for a, b, correlation in pairs)
    return figure, title, words("posterior.pairs_alt", pairs=every)


def draw_predictions(
    table: pd.DataFrame, words: Words, title: str = "posterior.predictions", each: dict[str, list[float]] | None = None
) -> Drawn:
    """Each published number's band and what markets drawn from the posterior read, relative to it.

    Parameters
    ----------
    table
        id, quantity, published, low, high, predicted, predicted_low, predicted_high, runs, inside; and single, if it is
        known: share of single runs inside.
    title
        Key of the title.
    each
        By id, what each of few markets reads, which then stand as dots; without, the range of many is drawn.
    """
    middle = np.sqrt(table["low"].fillna(table["high"]) * table["high"].fillna(table["low"]))
    table = table.assign(own=table["published"].fillna(middle))  # of an interval its middle, or its one end
    table = table[(table["runs"] > 0) & (table["own"] > 0)].reset_index(drop=True)
    title = words(title, count=int(table["inside"].sum()), all=len(table), **_single(table, words))
    figure, axis = style.sheet(title, 1.2 + 0.36 * len(table), ncols=1)
    dots = [np.array((each or {}).get(row.id, ())) / row.own for row in table.itertuples()]
    ends = table[["predicted_low", "predicted_high"]].div(table["own"], axis=0)
    left, right = max(0.5 * ends.min(axis=None), 1e-3), 2.0 * ends.max(axis=None)
    for place, row in enumerate(table.itertuples()):
        band = [(row.low if row.low > 0 else left * row.own) / row.own, row.high / row.own]
        axis.plot(np.nan_to_num(band, nan=right), [place] * 2, color=style.PALE, lw=11, solid_capstyle="butt")
        if each is None:
            axis.plot(np.maximum(ends.loc[place], 1e-3), [place] * 2, color=style.COLOURS[0], lw=2)
        axis.plot(np.maximum(dots[place], 1e-3), [place + 0.22] * len(dots[place]), "o", color=style.COLOURS[0], ms=2.5,
                  alpha=0.5, mew=0)  # fmt: skip
        axis.plot(max(row.predicted / row.own, 1e-3), place, "o", color=style.COLOURS[0], ms=5)
        if "single" in table:
            axis.text(1.02, place, words.percent(row.single), va="center", fontsize=7.5, clip_on=False,
                      transform=axis.get_yaxis_transform())  # fmt: skip
    axis.axvline(1.0, color=style.INK, lw=0.9, ls=style.DASHES[1])
    style.logarithmic(axis, words)
    names = [words.named("target", row.quantity) for row in table.itertuples()]
    style.rows(axis, [style.shortened(name, _NAME) for name in names])
    figure.supxlabel(words("posterior.relative" if each is None else "posterior.relative_few"), fontsize=8)
    style.tidy(axis, "x")
    every = "; ".join(f"{row.id} {words.short(row.predicted / row.own)}" for row in table.itertuples())
    return figure, title, words("posterior.predictions_alt", rows=every)


def _single(table, words):
    """How many rows a single run meets, if that is known."""
    return {"single": words.number(table["single"].sum(), 1)} if "single" in table else {}


def draw_coverage(ranks: np.ndarray, words: Words) -> Drawn:
    """Where published numbers fall among single runs, ranks of shape (m,): even if they are one more draw."""
    outside = int((np.abs(ranks - 0.5) > 0.45).sum())
    title = words("posterior.coverage", count=outside, all=len(ranks), expected=words.number(0.1 * len(ranks), 1))
    figure, axis = style.sheet(title, 3.0, ncols=1)
    _histogram(axis, ranks)
    axis.set(xlim=(0, 1), xlabel=words("posterior.coverage_axis"), ylabel=words("posterior.coverage_rows"))
    axis.yaxis.get_major_locator().set_params(integer=True)
    style.percents(axis, words, "x")
    style.tidy(axis)
    return figure, title, words("posterior.coverage_alt", ranks=", ".join(words.percent(x) for x in np.sort(ranks)))


def _histogram(axis, ranks):
    """Ranks in bins, and where 95 % of bins lie if they are even."""
    low, high = binom.ppf([0.025, 0.975], len(ranks), 1.0 / _BINS)
    axis.axhspan(low, high, color=style.PALE, alpha=0.7, lw=0)
    axis.stairs(np.histogram(ranks, _BINS, (0, 1))[0], np.linspace(0, 1, _BINS + 1), color=style.COLOURS[0])


def draw_recovery(ranks: np.ndarray, even: pd.Series, words: Words) -> Drawn:
    """Rank histograms, of ranks of shape (sets, d): level if the posterior is right; and how probable, by key."""
    keys = list(parameters())
    inside = (np.abs(ranks - 0.5) <= 0.45).mean()
    uneven = int((even < EVEN).sum())
    title = words("posterior.recovery", share=words.percent(inside), sets=len(ranks), count=uneven, all=len(keys))
    figure, panels = style.panels(title, len(keys), _columns(keys), 1.3, 0.9)
    for key, column, axis in zip(keys, ranks.T, panels, strict=False):
        _histogram(axis, column)
        axis.set_title(
            words.named("field", short(key)), fontsize=7, fontweight="bold" if even[key] < EVEN else "normal"
        )
        style.percents(axis, words, "x")
        axis.set(xlim=(0, 1), yticks=[], xticks=[0, 0.5, 1])
        style.tidy(axis, None)
    return figure, title, words("posterior.recovery_alt")
