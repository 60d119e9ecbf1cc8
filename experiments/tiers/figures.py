"""Figures of the tiers experiment: from reading to truth step by step, what moves both, and a count's bias."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from sim.instruments.across_seeds import FEW, beyond_chance, p_of_ratios, p_value, student
from sim.instruments.estimators import Z, petersen_bias
from sim.report.figures import style
from sim.report.figures.style import Drawn
from sim.report.figures.sweep_finding import rounded
from sim.report.language.words import Words

_REACH = 30.0  # times the base, and its inverse: where the axis ends at most
_WIDE = 4  # values further apart than by this factor stand on a log scale
_TICKS = ((0.1, 0.2, 0.5, 1, 2, 5, 10), (0.5, 0.7, 1, 1.4, 2), (0.8, 0.9, 1, 1.1, 1.2, 1.3))  # wide, less, narrow


def draw_gap(table: pd.DataFrame, seeds: int, words: Words) -> Drawn:
    """A staircase for each tier of a decomposition over so many seeds, from the instrument's reading to the truth."""
    steps = table[np.isfinite(table["value"])]
    tiers = [tier for tier in steps["tier"].unique() if (steps["tier"] == tier).sum() > 1]
    title = _gap_title(steps[steps["tier"] == "very active"], seeds, words)
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
        text = words.number(rounded(read[place], steps["value_se"].iloc[place]))
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


def _gap_title(steps, seeds, words):
    """The two steps that move the reading of the very active most, of those that chance alone does not make."""
    moving = steps[(steps["step"] != "reading") & np.isfinite(steps["factor"]) & (steps["factor"] > 0)]
    if len(moving) < 2:
        return words("gap.none")
    ends = ((name, steps.iloc[place]) for name, place in (("reading", 0), ("truth", -1)))
    values = {name: words.number(rounded(row["value"], row["value_se"])) for name, row in ends}
    if seeds < FEW:
        return words("gap.few", few=FEW, **values)
    p = p_value(moving["change"], student(seeds - 1) * moving["change_se"], seeds - 1)
    moving = moving[beyond_chance(p)]
    if len(moving) < 2:
        return words("gap.still", **values)
    size = np.log(moving["factor"]).abs()
    first, second = (moving.loc[index] for index in size.sort_values(ascending=False).index[:2])
    for name, row in (("first", first), ("second", second)):
        factor = max(row["factor"], 1 / row["factor"])
        values |= {name: words(f"step.{row['step']}"), f"{name}_factor": words.figures(factor, 2)}
        values[f"{name}_moves"] = words("gap.up" if row["factor"] > 1 else "gap.down")
    return words("gap.title", **values)


def draw_moves(table: pd.DataFrame, by_seed: pd.DataFrame, words: Words) -> Drawn:
    """Readings and truths relative to the base, by variant and tier: means with intervals, or of few seeds each.

    Parameters
    ----------
    table
        From `experiments.tiers.measure.responses`.
    by_seed
        From `sim.instruments.across_seeds.tier_frame`.
    """
    title, table = _moves_title(table, words), with_intervals(table)
    tiers, variants = list(table["tier"].unique()), list(table["variant"].unique())
    figure, panels = style.panels(title, len(tiers), len(tiers), 0.34 * len(variants), 1.6, sharey=True)
    texts = []
    for axis, tier in zip(panels, tiers, strict=True):
        own = table[table["tier"] == tier].set_index("variant").reindex(variants)
        _ratios(axis, own, by_seed[by_seed["tier"] == tier], words)
        axis.set_title(words.named("tier", tier))
        texts += [_move_text(tier, variant, row, words) for variant, row in own.iterrows()]
    style.rows(panels[0], [words(f"variant.{variant}") for variant in variants])
    panels[1 if len(tiers) > 1 else 0].set_xlabel(words("moves.ratio"))
    panels[0].legend(loc="lower left", bbox_to_anchor=(0, 1.09), ncols=2, borderaxespad=0, handletextpad=0.2)
    return figure, title, words("moves.alt", steps="; ".join(texts))


def with_intervals(table: pd.DataFrame) -> pd.DataFrame:
    """Responses with the ends of 95 % intervals of their ratios on the scale of logarithms (`reading_low`, ...), and p.

    Both are nan of few seeds; what a ratio is by arithmetic has an interval of no width.
    """
    seeds = table["seeds"].to_numpy(int)
    reach = np.array([student(n - 1) if n >= FEW else np.nan for n in seeds])
    for name in ("reading", "truth"):
        ratio, error = (table[f"{name}_ratio{end}"].to_numpy(float) for end in ("", "_se"))
        ratio = np.where(ratio > 0, ratio, np.nan)  # nobody left: no place on a log scale
        with np.errstate(over="ignore"):
            low, high = (ratio * np.exp(side * reach * error / ratio) for side in (-1, 1))
        ends = {f"{name}_low": low, f"{name}_high": high, f"{name}_p": p_of_ratios(ratio, low, high, seeds)}
        table = table.assign(**ends)
    return table


def each_seed(by_seed: pd.DataFrame, variant: str, against: str, name: str) -> np.ndarray:
    """A reading or truth of one tier in a variant over that in another, seed by seed; those that are known."""
    wide = by_seed.pivot(index="seed", columns="variant", values=name)
    both = wide[[variant, against]].dropna().to_numpy(float)
    both = both[(both > 0).all(axis=1)]
    return both[:, 0] / both[:, 1]


def _ratios(axis, variants, by_seed, words):
    axis.set_xscale("log")
    axis.axvline(1, color=style.INK, lw=0.9, ls=style.DASHED)
    shown = [1.0]
    for line, (name, mark) in enumerate((("reading", "o"), ("truth", "s"))):
        colour, place = style.COLOURS[1 + line], np.arange(len(variants)) + (0.16 if line else -0.16)
        ratio, low, high = (variants[f"{name}_{what}"].to_numpy(float) for what in ("ratio", "low", "high"))
        ratio = np.where(ratio > 0, ratio, np.nan)
        low, high = (np.clip(end, 1.0 / _REACH, _REACH) for end in (low, high))
        axis.hlines(place, low, high, color=colour, lw=1.3)
        axis.plot(ratio, place, mark, color=colour, ms=5, label=words(f"moves.{name}"))
        shown += [*ratio[np.isfinite(ratio)], *low[np.isfinite(low)], *high[np.isfinite(high)]]
        for at, (variant, row) in enumerate(variants.iterrows()):
            if row["seeds"] < FEW and row["seeds"] == row["seeds"]:
                each = each_seed(by_seed, variant, row["against"], name)
                each = each[(each > 1.0 / _REACH) & (each < _REACH)]
                axis.plot(each, [place[at]] * len(each), mark, color=colour, ms=2.5, alpha=0.5, mew=0)
                shown += [*each]
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
    judged = with_intervals(table)
    if not np.isfinite(judged["reading_p"]).any():
        return words("moves.few", few=FEW)
    holds = beyond_chance(judged[["reading_p", "truth_p"]])[(judged.index == row.index[0])][0]
    changes = {
        name: words.change(float(row[f"{name}_ratio"].iloc[0])) if sure else words("moves.unclear")
        for name, sure in zip(("reading", "truth"), holds, strict=True)
    }
    return words("moves.title" if holds.any() else "moves.still", **changes)


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
