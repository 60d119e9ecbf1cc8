"""Figures of a calibration: what was thought before and after, what trades off, what follows, whether it holds."""

import numpy as np
import seaborn as sns

from sim.report.figures import style
from sim.report.figures.draw import draw_each
from sim.report.language.words import Words
from sim.scenario.fields import Scenario
from sim.scenario.parameter import free
from sim.scenario.priors import Uniform

_COLUMNS = 3
_PANEL = 1.75  # inches of height of a small panel
_PAIRS = 6  # pairs that trade off shown at most
_BINS = 10  # of the ranks


def draw_posterior(known, language, folder):
    """Draw the figures of a calibration.

    Parameters
    ----------
    known : dict
        priors (by full key), draws (list of values by key), best (value by key), contraction (by key), pairs (list of
        (key, key, correlation)), predictions (DataFrame as from `experiments.calibrate.inference.fit.predicted`),
        ranks (array by key, shares; empty without a recovery).
    language : str
    folder : path

    Returns
    -------
    list of dict
        As from `sim.report.figures.draw.draw_each`.
    """
    words = Words(language)
    plots = {"parameters": lambda: draw_parameters(known, words)}
    if known["pairs"]:
        plots["pairs"] = lambda: draw_pairs(known, words)
    if known["predictions"]["runs"].any():
        plots["predictions"] = lambda: draw_predictions(known["predictions"], words)
    if any(len(ranks) for ranks in known["ranks"].values()):
        plots["recovery"] = lambda: draw_recovery(known["ranks"], words)
    return draw_each(plots, folder)


def _panels(title, count, words, height=_PANEL):
    rows = -(-count // _COLUMNS)
    figure, panels = style.sheet(title, 0.7 + height * rows, nrows=rows, ncols=_COLUMNS, squeeze=False)
    for axis in panels.flat[count:]:
        axis.set_visible(False)
    return figure, panels.flat


def _short(key):
    return key.rpartition(".")[2].replace("_", " ")


def _log(prior):
    """Whether a prior's values are best seen on a log scale."""
    return not isinstance(prior, Uniform)


def _scaled(axis, prior, words, which="x"):
    if _log(prior):
        style.logarithmic(axis, words, which)
    (axis.set_xlim if which == "x" else axis.set_ylim)(prior.low, prior.high)


def draw_parameters(known, words):
    """Prior and posterior of each parameter."""
    keys, units = list(known["priors"]), free(Scenario)
    told = [key for key in keys if known["contraction"][key] >= 0.3]
    title = words("posterior.parameters", identified=len(told), all=len(keys))
    figure, panels = _panels(title, len(keys), words)
    for key, axis in zip(keys, panels, strict=False):
        prior, draws = known["priors"][key], np.array(known["draws"][key])
        ends = np.geomspace(prior.low, prior.high, 25) if _log(prior) else np.linspace(prior.low, prior.high, 25)
        before = np.diff([prior.share(value) for value in ends])
        after = np.histogram(draws, ends)[0] / len(draws)
        axis.stairs(before, ends, color=style.GREY, lw=1.1, ls=style.DASHES[1])
        axis.stairs(after, ends, color=style.COLOURS[0], fill=True, alpha=0.55)
        axis.axvline(known["best"][key], color=style.INK, lw=1.0, ls=style.DASHES[2])
        _scaled(axis, prior, words)
        unit = units[key].unit
        axis.set_title(_short(key) + (f" ({unit})" if unit else ""), fontsize=7, fontweight="normal")
        axis.set_yticks([])
        axis.spines["left"].set_visible(False)
        style.tidy(axis, None)
    names = ", ".join(map(_short, told)) or words("posterior.none")
    return figure, title, words("posterior.parameters_alt", identified=names)


def draw_pairs(known, words):
    """The pairs of parameters that trade off most."""
    pairs = known["pairs"][:_PAIRS]
    title = words("posterior.pairs", one=_short(pairs[0][0]), other=_short(pairs[0][1]))
    figure, panels = _panels(title, len(pairs), words, 2.2)
    for (one, other, correlation), axis in zip(pairs, panels, strict=False):
        x, y = known["draws"][one], known["draws"][other]
        sns.scatterplot(x=x, y=y, ax=axis, s=9, color=style.COLOURS[0], alpha=0.6, linewidth=0)
        axis.plot(known["best"][one], known["best"][other], "D", color=style.INK, ms=4)
        _scaled(axis, known["priors"][one], words)
        _scaled(axis, known["priors"][other], words, "y")
        axis.set(xlabel=_short(one), ylabel=_short(other))
        axis.set_title(words("posterior.correlation", value=words.number(correlation, 2)), fontsize=8)
        style.tidy(axis, None)
    told = "; ".join(f"{_short(a)}, {_short(b)}: {words.number(r, 2)}" for a, b, r in pairs)
    return figure, title, words("posterior.pairs_alt", pairs=told)


def draw_predictions(table, words, title="posterior.predictions"):
    """Each published number's band and what markets drawn from the posterior read, relative to it.

    Parameters
    ----------
    table : DataFrame
        id, quantity, published, low, high, predicted, predicted_low, predicted_high, runs, inside.
    words : Words
    title : str
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
    names = [words.named("target", row.quantity) for row in table.itertuples()]
    axis.set_yticks(range(len(table)), names)
    axis.set_ylim(len(table) - 0.5, -0.5)
    figure.supxlabel(words("posterior.relative"), fontsize=8)
    style.tidy(axis, "x")
    told = "; ".join(f"{row.id} {words.short(row.predicted / row.published)}" for row in table.itertuples())
    return figure, title, words("posterior.predictions_alt", rows=told)


def draw_recovery(ranks, words):
    """Rank histograms: level if the posterior is right."""
    keys, count = list(ranks), len(next(iter(ranks.values())))
    inside = np.mean([np.abs(one - 0.5) <= 0.45 for one in ranks.values()])
    title = words("posterior.recovery", share=words.percent(inside), sets=count)
    figure, panels = _panels(title, len(keys), words)
    spread = 1.96 * np.sqrt(count / _BINS * (1 - 1 / _BINS))
    for key, axis in zip(keys, panels, strict=False):
        axis.axhspan(max(count / _BINS - spread, 0), count / _BINS + spread, color=style.PALE, alpha=0.7, lw=0)
        axis.stairs(np.histogram(ranks[key], _BINS, (0, 1))[0], np.linspace(0, 1, _BINS + 1), color=style.COLOURS[0])
        axis.set_title(_short(key), fontsize=8, fontweight="normal")
        axis.set(xlim=(0, 1), yticks=[])
        style.percents(axis, words, "x")
        style.tidy(axis, None)
    return figure, title, words("posterior.recovery_alt")
