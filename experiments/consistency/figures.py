"""Figures of the judge of the evidence: rows left out, pairs, and the questions of the controversy."""

import textwrap

import numpy as np
import pandas as pd
from matplotlib.transforms import blended_transform_factory

from experiments.consistency.judge import VERDICTS
from experiments.consistency.leave_out import inside
from experiments.consistency.wording import expected, published, score
from sim.report.figures import style
from sim.report.figures.style import Drawn
from sim.report.language.words import Words

MAP = "PuOr"  # two hues that the colour-blind tell apart, nothing in the middle
_FAR = 4.5  # standard deviations where the axis ends; what is further off stands there as an arrow
_TENSE = 2.0  # log10 R where the colours end
_HALVES = ((1.645, 0.35), (0.674, 0.8))  # half-widths of the 90 and 50 % of a normal law, and how dense they are drawn
_BEHIND = {"boxstyle": "square,pad=0.15", "fc": "white", "ec": "none"}
_LONG = 46  # characters of a row's name


def draw_left_out(table: pd.DataFrame, words: Words) -> Drawn:
    """Each published number among what all others expect of it, in standard deviations of the expectation.

    Of `experiments.consistency.leave_out.leave_one_out`; by source, furthest first.
    """
    order = table["z"].abs().groupby(table["source"]).transform("max")
    table = table.assign(order=order).sort_values(["order", "source", "z"], ascending=[False, True, True])
    title = words("judge.left_out_title", count=inside(table), all=len(table))
    figure, axis = style.sheet(title, 1.5 + 0.21 * len(table), ncols=1)
    for half, alpha in _HALVES:
        axis.axvspan(-half, half, color=style.PALE, alpha=alpha, lw=0, zorder=0)
    for place, (_, row) in enumerate(table.iterrows()):
        _published_at(axis, place, row)
        said = f"{published(row, words)}  ({expected(row, words)})"
        axis.text(1.01, place, said, transform=axis.get_yaxis_transform(), va="center", fontsize=7)
    _separated(axis, table["source"].tolist())
    first = ~table["source"].duplicated()
    for place in np.flatnonzero(first):
        axis.text(-_FAR - 0.2, place - 0.42, table["source"].iloc[place], va="top", fontsize=5.5, color=style.GREY)
    style.rows(axis, [_name(row, words) for _, row in table.iterrows()], above=1.0, below=0.6)
    axis.tick_params(axis="y", labelsize=7, length=0)
    axis.text(1.01, -0.9, words("judge.left_out_text"), transform=axis.get_yaxis_transform(), va="bottom", fontsize=7,
              color=style.GREY)  # fmt: skip
    axis.set_xlim(-_FAR - 0.3, _FAR + 0.3)
    figure.supxlabel(words("judge.left_out_axis"), fontsize=8)
    style.counts(axis, words, "x")
    style.tidy(axis, None)
    every = "; ".join(f"{row.id} {score(row.z, words)}" for row in table.itertuples())
    return figure, title, words("judge.left_out_alt", rows=every)


def _published_at(axis, place, row):
    """A dot or, of an interval, a bar alone; its band; an arrow where the axis does not reach."""
    ends = [edge if np.isnan(end) else end for end, edge in zip(row[["low_z", "high_z"]], (-_FAR, _FAR), strict=True)]
    ends = np.clip(ends, -_FAR, _FAR)
    colour = _colour(row["verdict"])
    axis.plot(ends, [place] * 2, color=colour, lw=4.5 if np.isnan(row["value"]) else 1.6, solid_capstyle="butt",
              alpha=0.6 if np.isnan(row["value"]) else 1.0)  # fmt: skip
    if np.isnan(row["value"]):
        if abs(row["z"]) < _FAR and abs(ends[0] - ends[1]) > 0.05:
            return
    far = abs(row["z"]) > _FAR
    marker = ("<" if row["z"] < 0 else ">") if far else "o"
    axis.plot(np.clip(row["z"], -_FAR - 0.12, _FAR + 0.12), place, marker, color=colour, ms=5.5, clip_on=False)


def _colour(verdict):
    """Of a verdict: blue, orange, and for what cannot be a colour that differs in lightness too."""
    colours = {VERDICTS[0]: style.COLOURS[0], VERDICTS[1]: "#de8f05", VERDICTS[2]: "#a6174b"}
    return colours.get(verdict, style.GREY)


def _name(row, words, length=_LONG):
    return style.shortened(words.named("target", row["quantity"]), length)


def _separated(axis, groups, both=False):
    """Lines between groups of rows that follow each other."""
    for place in range(1, len(groups)):
        if groups[place] != groups[place - 1]:
            at = place if both else place - 0.5
            axis.axhline(at, color=style.GREY, lw=0.6)
            if both:
                axis.axvline(at, color=style.GREY, lw=0.6)


def draw_pairs(pairs: pd.DataFrame, single: pd.DataFrame, words: Words) -> Drawn:
    """Every pair as a colour: below the diagonal alone, above it given all others; a cross where both cannot be.

    Of `experiments.consistency.pairwise.pairwise` and `leave_out.leave_one_out`, of whose rows those are shown.
    """
    pairs = pairs[pairs["one"].isin(single["id"]) & pairs["other"].isin(single["id"])]
    single = single.sort_values(["source", "part"], kind="stable").reset_index(drop=True)
    place = {name: n for n, name in enumerate(single["id"])}
    values = np.full((len(place), len(place)), np.nan)
    counts = pairs["verdict"].value_counts()
    title = words("judge.pairs_title", **{name: int(counts.get(name, 0)) for name in VERDICTS}, all=len(pairs))
    figure, axis = style.sheet(title, 2.0 + max(0.155, 5.0 / len(place)) * len(place), ncols=1)
    axis.set_facecolor(style.PALE)  # of what is not known
    marks = {name: ([], []) for name in VERDICTS[1:]}
    for row in pairs.itertuples():
        low, high = sorted((place[row.one], place[row.other]))
        values[high, low], values[low, high] = row.log10_r, row.log10_r_rest
        if row.verdict in marks:
            marks[row.verdict][0].append(low + 0.5)
            marks[row.verdict][1].append(high + 0.5)
    mesh = style.heat(axis, np.ma.masked_invalid(np.clip(values, -_TENSE, _TENSE)), cmap=MAP, vmin=-_TENSE, vmax=_TENSE)
    axis.plot(*marks[VERDICTS[1]], ".", color=style.INK, ms=2.5, ls="")
    axis.plot(*marks[VERDICTS[2]], "x", color=style.INK, ms=4.5, mew=1.2, ls="")
    _separated(axis, single["source"].tolist(), both=True)
    names = [f"{_name(row, words, 42)}  {n + 1}" for n, (_, row) in enumerate(single.iterrows())]
    axis.set_yticks(np.arange(len(names)) + 0.5, names, fontsize=6)
    axis.set_xticks(np.arange(len(names)) + 0.5, [str(n + 1) for n in range(len(names))], fontsize=5.5, rotation=90)
    axis.tick_params(length=0, pad=1)
    scale = figure.colorbar(mesh, ax=axis, orientation="horizontal", shrink=0.6, aspect=40, pad=0.02, extend="both")
    scale.outline.set_visible(False)
    scale.set_ticks([-2, -1, 0, 1, 2], labels=[words.short(10.0**n) for n in (-2, -1, 0, 1, 2)])
    scale.set_label(words("judge.pairs_scale"), fontsize=7.5)
    figure.supxlabel("\n".join(textwrap.wrap(words("judge.pairs_axis"), 100)), fontsize=7.5)
    worst = pairs[pairs["verdict"] == VERDICTS[2]].sort_values("p")
    every = "; ".join(f"{row.one}, {row.other}" for row in worst.itertuples()) or words("nothing")
    return figure, title, words("judge.pairs_alt", rows=every)


def draw_questions(table: pd.DataFrame, words: Words) -> Drawn:
    """What believers of some numbers must expect of others, over what was published.

    Of `experiments.consistency.questions.answered`.
    """
    at_odds = int((table["verdict"] != VERDICTS[0]).sum())
    title = words("judge.questions_title", count=at_odds, all=len(table))
    if not len(table):
        return style.blank(title, words)
    asked = list(table["question"].unique())
    figure, axis = style.sheet(title, 1.3 + 0.3 * (len(table) + len(asked)), ncols=1)
    across, place, places, names = blended_transform_factory(figure.transFigure, axis.transData), 0, [], []
    for question in asked:
        axis.text(0.012, place, words(f"judge.question_{question}"), transform=across, va="center", fontsize=7.5,
                  fontweight="bold", in_layout=False, bbox=_BEHIND)  # fmt: skip
        for _, row in table[table["question"] == question].iterrows():
            place += 1
            _expected_at(axis, place, row)
            said = f"{published(row, words)}  ({expected(row, words)})"
            axis.text(1.01, place, said, transform=axis.get_yaxis_transform(), va="center", fontsize=7)
            places.append(place)
            names.append(_name(row, words))
        place += 1
    axis.axvline(1.0, color=style.INK, lw=0.9, ls=style.DASHED)
    axis.set_yticks(places, names, fontsize=7)
    axis.set_ylim(place - 0.4, -0.6)
    _reach(axis, table, words)
    axis.tick_params(axis="y", length=0)
    figure.supxlabel(words("judge.questions_axis"), fontsize=8)
    style.tidy(axis, "x")
    every = "; ".join(f"{row.question}, {row.id}: {score(row.z, words)}" for row in table.itertuples())
    return figure, title, words("judge.questions_alt", rows=every)


def _reach(axis, table, words):
    """A log axis from the lowest to the highest of what is drawn, but no further than a hundred times."""
    ends = np.concatenate([table[name] / _middle(table) for name in ("predicted_low", "predicted_high", "low", "high")])
    ends = ends[np.isfinite(ends) & (ends > 0)]
    style.logarithmic(axis, words)
    axis.set_xlim(max(min(ends.min(), 0.5) / 1.1, 0.01), min(max(ends.max(), 2.0) * 1.1, 100.0))


def _middle(row):
    """The value, or the middle of the interval's ends that are there."""
    ends = row[["low", "high"]]
    return row["value"].fillna(ends.mean(axis=1)) if isinstance(row, pd.DataFrame) else (
        ends.mean() if np.isnan(row["value"]) else row["value"])  # fmt: skip


def _expected_at(axis, place, row):
    middle = _middle(row)
    ends = [
        edge if np.isnan(end) else end / middle for end, edge in zip(row[["low", "high"]], (0.01, 100.0), strict=True)
    ]
    axis.plot(ends, [place] * 2, color=style.PALE, lw=9, solid_capstyle="butt")
    colour = _colour(row["verdict"])
    for names, width in ((("predicted_low", "predicted_high"), 1.4), (("predicted_25", "predicted_75"), 3.2)):
        axis.plot(row[list(names)] / middle, [place] * 2, color=colour, lw=width, solid_capstyle="butt")
    axis.plot(row["predicted"] / middle, place, "o", color=colour, ms=4.5)
