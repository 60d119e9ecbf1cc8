"""Figures of the tiers experiment: from reading to truth step by step, what moves both, and a count's bias."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.instruments.estimators import Z, petersen_bias
from sim.report.figures import style
from sim.report.figures.style import Drawn
from sim.report.language.words import Words

_WIDE = 4  # values further apart than by this factor stand on a log scale
_TICKS = ((0.1, 0.2, 0.5, 1, 2, 5, 10), (0.5, 0.7, 1, 1.4, 2), (0.8, 0.9, 1, 1.1, 1.2, 1.3))  # wide, less, narrow


def draw_gap(table: pd.DataFrame, words: Words) -> Drawn:
    """A staircase for each tier of a decomposition, from the instrument's reading to the truth."""
    steps = table[np.isfinite(table["value"])]
    tiers = [tier for tier in steps["tier"].unique() if (steps["tier"] == tier).sum() > 1]
    title = _gap_title(steps[steps["tier"] == "very active"], words)
    if not tiers:
        return style.blank(title, words)
    sizes = [int((steps["tier"] == tier).sum()) for tier in tiers]
    figure, panels = style.sheet(title, 1.4 + 0.36 * sum(sizes), nrows=len(tiers), height_ratios=sizes, squeeze=False)
    texts = []
    for axis, tier in zip(panels[:, 0], tiers, strict=True):
        own = steps[steps["tier"] == tier]
        _stairs(axis, own, tier, words)
        texts += [_step_text(tier, row, words) for row in own.itertuples()]
    panels[-1, 0].set_xlabel(words("gap.persons"))
    return figure, title, words("gap.alt", steps="; ".join(texts))


def _stairs(axis, steps, tier, words):
    read, names = steps["value"].to_numpy(), [words(f"step.{step}") for step in steps["step"]]
    values = np.maximum(read, read[read > 0].min() / 2) if (read > 0).any() else read + 1.0  # none: the left end
    wide = values.max() > _WIDE * values.min()
    if wide:
        style.logarithmic(axis, words)
        axis.set_xlim(values.min() / 1.5, values.max() * 4)
    else:
        style.counts(axis, words, "x")
        axis.set_xlim(0, values.max() * 1.35)
    names[-1] = f"{names[-1]} \N{RIGHTWARDS ARROW}\n{words(f'truth.{tier}')}"
    for place in range(len(values)):
        before = values[max(place - 1, 0)]
        lower = values[place] < before  # the step made the reading too high
        colour = style.COLOURS[1 if lower else 0] if place else style.INK
        axis.plot([before, values[place]], [place, place], color=colour, lw=5, solid_capstyle="butt", alpha=0.75)
        if place:
            axis.plot([before, before], [place - 1, place], color=style.GREY, lw=0.7)
        axis.plot([values[place]], [place], "o", color=colour, ms=5)
        text = words.number(read[place])
        if place and read[place] > 0 and read[place - 1] > 0:
            factor = before / values[place]
            text += f"  (\N{MULTIPLICATION SIGN}{words.figures(1 / factor, 2 + (0.7 < factor < 1.4))})"
        axis.annotate(text, (max(before, values[place]), place), (7, 0), textcoords="offset points", va="center",
                      fontsize=8)  # fmt: skip
    style.rows(axis, names, 0.6, 0.6)
    axis.set_title(words.named("tier", tier) + (f" ({words('gap.log')})" if wide else ""))
    axis.tick_params(axis="y", length=0)
    style.tidy(axis, "x")


def _step_text(tier, row, words):
    step = words(f"step.{row.step}")
    return words("gap.step", tier=words.named("tier", tier), step=step, value=words.number(row.value))


def _gap_title(steps, words):
    """The two steps that move the reading of the very active most."""
    moving = steps[(steps["step"] != "reading") & np.isfinite(steps["factor"]) & (steps["factor"] > 0)]
    if len(moving) < 2:
        return words("gap.none")
    size = np.log(moving["factor"]).abs()
    first, second = (moving.loc[index] for index in size.sort_values(ascending=False).index[:2])
    values = {"reading": words.number(steps["value"].iloc[0]), "truth": words.number(steps["value"].iloc[-1])}
    for name, row in (("first", first), ("second", second)):
        factor = max(row["factor"], 1 / row["factor"])
        values |= {name: words(f"step.{row['step']}"), f"{name}_factor": words.figures(factor, 2)}
        values[f"{name}_moves"] = words("gap.up" if row["factor"] > 1 else "gap.down")
    return words("gap.title", **values)


def draw_moves(table: pd.DataFrame, words: Words) -> Drawn:
    """Readings and truths of `experiments.tiers.measure.responses` relative to the base, by variant and tier."""
    title = _moves_title(table, words)
    tiers, variants = list(table["tier"].unique()), list(table["variant"].unique())
    figure, panels = style.panels(title, len(tiers), len(tiers), 0.34 * len(variants), 1.6, sharey=True)
    texts = []
    for axis, tier in zip(panels, tiers, strict=True):
        own = table[table["tier"] == tier].set_index("variant").reindex(variants)
        _ratios(axis, own, words)
        axis.set_title(words.named("tier", tier))
        texts += [_move_text(tier, variant, row, words) for variant, row in own.iterrows()]
    style.rows(panels[0], [words(f"variant.{variant}") for variant in variants])
    panels[1 if len(tiers) > 1 else 0].set_xlabel(words("moves.ratio"))
    panels[0].legend(loc="lower left", bbox_to_anchor=(0, 1.09), ncols=2, borderaxespad=0, handletextpad=0.2)
    return figure, title, words("moves.alt", steps="; ".join(texts))


def _ratios(axis, variants, words):
    axis.set_xscale("log")
    axis.axvline(1, color=style.INK, lw=0.9, ls=style.DASHED)
    shown = [1.0]
    for line, (name, mark) in enumerate((("reading", "o"), ("truth", "s"))):
        ratio = variants[f"{name}_ratio"].to_numpy(float)
        error = np.nan_to_num(variants[f"{name}_ratio_se"].to_numpy(float))
        ratio = np.where(ratio > 0, ratio, np.nan)  # nobody left: no place on a log scale
        place = np.arange(len(variants)) + (0.16 if line else -0.16)
        spread = np.minimum(Z * error, 0.95 * ratio)
        axis.errorbar(ratio, place, xerr=[spread, Z * error], fmt=mark, color=style.COLOURS[1 + line], ms=5, lw=1.3,
                      label=words(f"moves.{name}"))  # fmt: skip
        known = np.isfinite(ratio)
        shown += [*(ratio - spread)[known], *(ratio + Z * error)[known]]
    low, high = min(shown), max(shown)
    offered = _TICKS[int(high < 3 * low) + int(high < 1.7 * low)]
    style.factors(axis, words, low / 1.15, high * 1.15, offered)
    axis.set_xlim(min(low, 0.9) / 1.1, max(high, 1.1) * 1.1)
    axis.tick_params(axis="y", length=0)
    style.tidy(axis, "x")


def _move_text(tier, variant, row, words):
    ratios = {name: words.figures(row[f"{name}_ratio"], 3) for name in ("reading", "truth")}
    return words("moves.step", tier=words.named("tier", tier), variant=words(f"variant.{variant}"), **ratios)


def _moves_title(table, words):
    row = table[(table["variant"] == "demand_double") & (table["tier"] == "very active")]
    if not len(row) or not np.isfinite(row[["reading_ratio", "truth_ratio"]].to_numpy(float)).all():
        return words("moves.none")
    changes = {name: words.change(float(row[f"{name}_ratio"].iloc[0])) for name in ("reading", "truth")}
    return words("moves.title", **changes)


def draw_bias(
    spreads: Sequence[float], ratio: np.ndarray, error: np.ndarray, mean: float, here: tuple[float, float], words: Words
) -> Drawn:
    """Petersen's count over the true number, against the spread of capture probabilities: theory and trials.

    Parameters
    ----------
    spreads, ratio, error
        Squared coefficients of variation, and the count found in trials with its standard error.
    mean
        Mean capture probability of the trials.
    here
        Spread by activity in the simulated survey, and its count over what it would be if all who looked there
        were caught alike; nan where it has none.
    """
    values = {
        "cv2": words.figures(here[0], 2),
        "theory": words.percent(1 / (1 + here[0])),
        "share": words.percent(here[1]),
        "off": words.percent(float(np.max(np.abs(ratio * (1 + np.asarray(spreads)) - 1)))),
    }
    form = "title" if np.isfinite(here).all() else "alone"
    title = words(f"bias.{form}", **values)
    figure, axis = style.sheet(title, 3.9, ncols=1)
    line = np.linspace(0, max(spreads[-1], 1.1 * np.nan_to_num(here[0])), 200)
    reachable = line <= 1 / mean - 1
    axis.plot(line[reachable], petersen_bias(mean, line[reachable]), color=style.INK, label=words("bias.theory"))
    axis.errorbar(spreads, ratio, Z * error, fmt="o", color=style.COLOURS[0], ms=5, lw=1.4, label=words("bias.trials"))
    if form == "title":
        axis.plot(*here, "*", color=style.COLOURS[1], ms=13, mec="white", mew=0.7, label=words("bias.here"))
    axis.set(xlabel=words("bias.spread"), ylabel=words("bias.found"), ylim=(0, 1.1))
    style.percents(axis, words)
    axis.legend(loc="upper right")
    style.tidy(axis)
    return figure, title, words("bias.alt", **values)
