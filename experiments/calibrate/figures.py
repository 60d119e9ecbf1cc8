"""Figures of a calibration: what was thought before and after, what trades off, what follows, whether it holds."""

from pathlib import Path

import numpy as np
import pandas as pd
import seaborn as sns

from experiments.calibrate.inference.design import parameters
from sim.report.figures import style
from sim.report.figures.draw import draw_each
from sim.report.figures.style import Drawn, short
from sim.report.language.words import Words
from sim.scenario.fields import Scenario
from sim.scenario.parameter import free
from sim.scenario.priors import Uniform

TABLES = ("parameters", "posterior", "pairs", "predictions", "ranks")
_COLUMNS = 3
_PANEL = 1.75  # inches of height of a small panel
_PAIRS = 6  # pairs that trade off shown at most
_BINS = 10  # of the ranks


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
    if len(ranks):
        plots["recovery"] = lambda: draw_recovery(ranks.to_numpy(), words)
    return draw_each(plots, folder)


def _log(prior):
    """Whether a prior's values are best seen on a log scale."""
    return not isinstance(prior, Uniform)


def _scaled(axis, prior, words, which="x"):
    if _log(prior):
        style.logarithmic(axis, words, which)
    (axis.set_xlim if which == "x" else axis.set_ylim)(prior.low, prior.high)


def draw_parameters(summary: pd.DataFrame, draws: pd.DataFrame, words: Words) -> Drawn:
    """Prior and posterior of each parameter; `summary` and `draws` by full key."""
    best, units = summary["best"], free(Scenario)
    identified = [*summary.index[summary["identified"]]]
    draws = draws[[*summary.index]]
    title = words("posterior.parameters", identified=len(identified), all=len(summary))
    figure, panels = style.panels(title, len(summary), _COLUMNS, _PANEL, 0.7)
    for (key, prior), axis in zip(parameters().items(), panels, strict=False):
        ends = (np.geomspace if _log(prior) else np.linspace)(prior.low, prior.high, 25)
        axis.stairs(np.diff([prior.share(value) for value in ends]), ends, color=style.GREY, lw=1.1, ls=style.DASHES[1])
        after = np.histogram(draws[key], ends)[0] / len(draws[key])
        axis.stairs(after, ends, color=style.COLOURS[0], fill=True, alpha=0.55)
        axis.axvline(best[key], color=style.INK, lw=1.0, ls=style.DASHES[2])
        _scaled(axis, prior, words)
        unit = units[key].unit
        axis.set_title(short(key) + (f" ({unit})" if unit else ""), fontsize=7, fontweight="normal")
        axis.set_yticks([])
        axis.spines["left"].set_visible(False)
        style.tidy(axis, None)
    names = ", ".join(map(short, identified))
    return figure, title, words("posterior.parameters_alt", identified=names or words("posterior.none"))


def draw_pairs(pairs: pd.DataFrame, draws: pd.DataFrame, best: pd.Series, words: Words) -> Drawn:
    """The pairs of parameters that trade off most; `draws` and `best` by full key."""
    priors = parameters()
    pairs = [(one, other, words.number(value, 2)) for one, other, value in pairs.itertuples(index=False)]
    title = words("posterior.pairs", one=short(pairs[0][0]), other=short(pairs[0][1]))
    figure, panels = style.panels(title, len(pairs), _COLUMNS, 2.2, 0.7)
    for (one, other, correlation), axis in zip(pairs, panels, strict=False):
        sns.scatterplot(x=draws[one], y=draws[other], ax=axis, s=9, color=style.COLOURS[0], alpha=0.6, linewidth=0)
        axis.plot(best[one], best[other], "D", color=style.INK, ms=4)
        _scaled(axis, priors[one], words)
        _scaled(axis, priors[other], words, "y")
        axis.set(xlabel=short(one), ylabel=short(other))
        axis.set_title(words("posterior.correlation", value=correlation), fontsize=8)
        style.tidy(axis, None)
    every = "; ".join(f"{short(a)}, {short(b)}: {correlation}" for a, b, correlation in pairs)
    return figure, title, words("posterior.pairs_alt", pairs=every)


def draw_predictions(table: pd.DataFrame, words: Words, title: str = "posterior.predictions") -> Drawn:
    """Each published number's band and what markets drawn from the posterior read, relative to it.

    Parameters
    ----------
    table
        id, quantity, published, low, high, predicted, predicted_low, predicted_high, runs, inside.
    title
        Key of the title.
    """
    table = table[(table["runs"] > 0) & (table["published"] > 0)].reset_index(drop=True)
    title = words(title, count=int(table["inside"].sum()), all=len(table))
    figure, axis = style.sheet(title, 1.2 + 0.36 * len(table), ncols=1)
    for place, row in enumerate(table.itertuples()):
        axis.plot(np.array([row.low, row.high]) / row.published, [place] * 2, color=style.PALE, lw=11,
                  solid_capstyle="butt")  # fmt: skip
        ends = np.maximum([row.predicted_low, row.predicted_high], 1e-3 * row.published)
        axis.plot(ends / row.published, [place] * 2, color=style.COLOURS[0], lw=2)
        axis.plot(max(row.predicted / row.published, 1e-3), place, "o", color=style.COLOURS[0], ms=5)
    axis.axvline(1.0, color=style.INK, lw=0.9, ls=style.DASHES[1])
    style.logarithmic(axis, words)
    style.rows(axis, [words.named("target", row.quantity) for row in table.itertuples()])
    figure.supxlabel(words("posterior.relative"), fontsize=8)
    style.tidy(axis, "x")
    every = "; ".join(f"{row.id} {words.short(row.predicted / row.published)}" for row in table.itertuples())
    return figure, title, words("posterior.predictions_alt", rows=every)


def draw_recovery(ranks: np.ndarray, words: Words) -> Drawn:
    """Rank histograms, of ranks of shape (sets, d): level if the posterior is right."""
    count, keys = len(ranks), list(parameters())
    inside = (np.abs(ranks - 0.5) <= 0.45).mean()
    title = words("posterior.recovery", share=words.percent(inside), sets=count)
    figure, panels = style.panels(title, len(keys), _COLUMNS, _PANEL, 0.7)
    spread = 1.96 * np.sqrt(count / _BINS * (1 - 1 / _BINS))
    for key, column, axis in zip(keys, ranks.T, panels, strict=False):
        axis.axhspan(max(count / _BINS - spread, 0), count / _BINS + spread, color=style.PALE, alpha=0.7, lw=0)
        axis.stairs(np.histogram(column, _BINS, (0, 1))[0], np.linspace(0, 1, _BINS + 1), color=style.COLOURS[0])
        axis.set_title(short(key), fontsize=8, fontweight="normal")
        axis.set(xlim=(0, 1), yticks=[])
        style.percents(axis, words, "x")
        style.tidy(axis, None)
    return figure, title, words("posterior.recovery_alt")
