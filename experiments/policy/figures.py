"""Figures of a comparison of policies: what changes, for whom, for how many, and from when on."""

import itertools
import textwrap
from functools import partial
from pathlib import Path

import numpy as np
from matplotlib.ticker import MaxNLocator

from experiments.policy.page import PLACEBO, Comparison, called, group_name
from experiments.policy.paired import ALL, EDGES
from sim.instruments.across_seeds import FEW, beyond_chance, p_of_ratios
from sim.report.figures import style
from sim.report.figures.draw import draw_each
from sim.report.figures.style import Drawn
from sim.report.language.sample import of_country
from sim.report.language.words import Words

_OUTCOMES = ("pay", "earners", "hourly_median", "hours", "empty", "spent", "cost_per_hour", "work_done", "fill_median")
_LINES = ("pay_micro_euro", "tasks_done", "seen_month")
_COLUMNS, _LINE = 3, 110  # panels side by side, characters below them
_ROWS, _PANELS = 8, 3  # variants of which the path, and the groups, are drawn; all are in the tables
_BEFORE, _QUARTER = 12, 13  # weeks
_ENDS = ("first", "last")  # quarters of the time of a policy


def draw_comparison(comparison: Comparison, folder: Path) -> list[dict]:
    """Draw the figures of a comparison into ``figures/`` of a folder."""
    words = Words.of(comparison.scenario, rules=comparison.provenance.get("own", ()))
    plots = {"effects": draw_effects, "by_group": draw_groups, "gains": draw_gains, "path": draw_path}
    sample = of_country(comparison.scenario, words)
    return draw_each(
        {name: partial(plot, comparison, words) for name, plot in plots.items()}, folder / "figures", sample
    )


def _variants(comparison):
    """The variants asked for, and the placebo last."""
    there = PLACEBO in set(comparison.outcomes["variant"]) and PLACEBO not in comparison.variants
    return [*comparison.variants, *([PLACEBO] if there else [])]


def _movers(comparison, most):
    """At most so many variants, as they were asked for: those that move the earnings of all, beyond chance first."""
    pay = {variant: comparison.of(variant, "pay") for variant in comparison.variants}
    moves = sorted(pay, key=lambda name: (_clear(pay[name]), abs(np.nan_to_num(pay[name]["relative"]))))[-most:]
    return [variant for variant in comparison.variants if variant in moves]


def _axis(name, comparison, variants, words):
    """The words below a figure: which variants stand in it, if not all."""
    few, every = len(variants), len(comparison.variants)
    name = name.replace(".", ".few_") if comparison.seeds < FEW and name != "path.week" else name
    return words(name) + (words("effects.some", few=few, every=every) if few < every else "")


def _clear(row):
    """Whether chance alone does not make a change, all comparisons taken together."""
    return bool(row["beyond"])


def _change(row, words):
    return words.change(1.0 + row["relative"]) if _clear(row) else words("effects.unclear")


def _name(variant, words):
    text = called(variant, words)
    return text[:1].upper() + text[1:]


def draw_effects(comparison: Comparison, words: Words) -> Drawn:
    """Relative changes of the main outcomes, variant by variant, with the intervals of the paired differences."""
    variants, title = _variants(comparison), _effects_title(comparison, words)
    each = 0.75 + 0.2 * len(variants)
    figure, panels = style.panels(title, len(_OUTCOMES), _COLUMNS, each, 1.0, sharey=True)
    texts = []
    for outcome, axis in zip(_OUTCOMES, panels, strict=True):
        table = [comparison.of(variant, outcome) for variant in variants]
        _dots(axis, table, [style.GREY if variant == PLACEBO else style.COLOURS[0] for variant in variants], words)
        axis.set_title("\n".join(textwrap.wrap(words(f"outcome.{outcome}"), 27)), fontsize=8)
        rows = zip(variants, table, strict=True)
        changes = [f"{called(variant, words)} {words.change(1.0 + row['relative'])}" for variant, row in rows]
        texts.append(f"{words(f'outcome.{outcome}')}: {', '.join(changes)}")
    style.rows(panels[0], [_name(variant, words) for variant in variants])
    below = _axis("effects.axis", comparison, comparison.variants, words)
    figure.supxlabel("\n".join(textwrap.wrap(below, _LINE)), fontsize=8)
    return figure, title, words("effects.alt", rows="; ".join(texts))


def _effects_title(comparison, words):
    most = _movers(comparison, 1)[0]
    if comparison.seeds < FEW:
        return words(
            "effects.few", policy=_name(most, words) if len(comparison.variants) == 1 else words("effects.every")
        )
    pay, work = (comparison.of(most, name) for name in ("pay", "work_done"))
    key = "effects.title" if len(comparison.variants) == 1 else "effects.titles"
    if not _clear(pay) and (key == "effects.titles" or not _clear(work)):
        key += "_unclear"
    return words(key, policy=_name(most, words), pay=_change(pay, words), work=_change(work, words))


def _dots(axis, rows, colours, words):
    """Relative changes as points with intervals; an interval that leaves the panel ends in an arrow."""
    value = np.array([row["relative"] for row in rows], float)
    low, high = (np.array([row[f"relative_{end}"] for row in rows], float) for end in ("low", "high"))
    each = [_few(row) for row in rows]
    ends = [[np.min(dots, initial=start), np.max(dots, initial=start)] for dots, start in zip(each, value, strict=True)]
    ends = np.where(np.isfinite([low, high]), [low, high], np.transpose(ends))
    left, right = _limits(value, *ends)
    axis.axvline(0, color=style.INK, lw=0.9, ls=style.DASHED)
    for place, colour in enumerate(colours):
        if not np.isfinite(value[place]):
            continue
        filled = {} if _clear(rows[place]) else {"mfc": "white"}
        dots = np.clip(each[place], left, right)  # of few runs
        axis.plot(dots, [place + 0.22] * len(dots), "o", color=colour, ms=2.2, alpha=0.5, mew=0)
        axis.plot([np.clip(value[place], left, right)], [place], "o", color=colour, ms=4.5, zorder=3, **filled)
        if np.isfinite(low[place]):
            axis.plot([max(low[place], left), min(high[place], right)], [place, place], color=colour, lw=1.4)
            for gone, end, mark in ((low[place] < left, left, "<"), (high[place] > right, right, ">")):
                if gone:
                    axis.plot([end], [place], mark, color=colour, ms=5, clip_on=False)
    axis.set_xlim(left, right)
    style.percents(axis, words, "x")
    axis.locator_params(axis="x", nbins=4)
    axis.tick_params(axis="y", length=0)
    style.tidy(axis, "x")


def _few(row):
    """The changes of single seeds where they are too few for an interval."""
    each = np.zeros(0) if np.isfinite(row["relative_low"]) else np.array(row["each"], float)
    return each[np.isfinite(each)]


def _limits(value, low, high):
    """Ends of an axis on which all but the widest can be seen whole."""
    known = np.abs(value[np.isfinite(value)])
    usual = max(float(np.quantile(known, 0.9)), 0.005) if len(known) else 0.005
    ends = [np.where(np.isfinite(end), end, value) for end in (low, high)]
    left = np.nanmin(np.maximum(ends[0], -3.0 * usual), initial=0.0)
    right = np.nanmax(np.minimum(ends[1], 3.0 * usual), initial=0.0)
    room = 0.12 * (right - left) + 0.001
    return left - room, right + room


def draw_groups(comparison: Comparison, words: Words) -> Drawn:
    """Relative change of earnings by group, of the variants that move earnings most."""
    variants, table = _movers(comparison, _PANELS), comparison.outcomes
    by_variant = {}
    for variant in variants:
        mine = table[(table["variant"] == variant) & (table["group"] != ALL) & (table["outcome"] == "earned")]
        by_variant[variant] = [row for _, row in mine.iterrows()]
    names = [group_name(row, words) for row in by_variant[variants[0]]]
    most = _movers(comparison, 1)[0]
    title = _groups_title(most, by_variant[most], words)
    figure, panels = style.panels(title, len(variants), len(variants), 0.23 * len(names), 1.1, sharey=True)
    texts = []
    for variant, axis in zip(variants, panels, strict=True):
        _dots(axis, by_variant[variant], [style.COLOURS[1]] * len(names), words)
        axis.set_title(_name(variant, words) if len(variants) > 1 else "", fontsize=8)
        texts += [f"{called(variant, words)}, {name} {words.change(1.0 + row['relative'])}"
                  for name, row in zip(names, by_variant[variant], strict=True)]  # fmt: skip
        for place in _ends([row["division"] for row in by_variant[variant]]):
            axis.axhline(place + 0.5, color=style.PALE, lw=0.8)
    style.rows(panels[0], names)
    below = _axis("by_group.axis", comparison, variants, words)
    figure.supxlabel("\n".join(textwrap.wrap(below, _LINE)), fontsize=8)
    return figure, title, words("by_group.alt", rows="; ".join(texts))


def _ends(divisions):
    """Where one division of people ends and the next begins."""
    return [place for place, (one, other) in enumerate(itertools.pairwise(divisions)) if one != other]


def _groups_title(variant, rows, words):
    """The group whose earnings change most, among changes that chance alone does not make."""
    sure = [row for row in rows if _clear(row)]
    if all(not np.isfinite(row["p"]) for row in rows):
        return words("effects.few", policy=_name(variant, words))
    if not sure:
        return words("by_group.none", policy=_name(variant, words))
    most = max(sure, key=lambda row: abs(np.nan_to_num(row["relative"])))
    name, change = group_name(most, words).lower(), words.change(1.0 + most["relative"])
    return words("by_group.title", policy=_name(variant, words), most=name, change=change)


def draw_gains(comparison: Comparison, words: Words) -> Drawn:
    """How many people gain and lose how much, beside what chance alone does."""
    variant, chance = _movers(comparison, 1)[0], comparison.fate(PLACEBO)
    columns = min(2, len(comparison.variants))
    title = _gains_title(variant, comparison, words)
    figure, panels = style.panels(title, len(comparison.variants), columns, 2.3, 1.1, sharey=True)
    texts = []
    for each, axis in zip(comparison.variants, panels, strict=True):
        fate = comparison.fate(each)
        _classes(axis, fate, chance if each != PLACEBO else None, words, wide=columns == 1)
        axis.set_title(_name(each, words) if len(comparison.variants) > 1 else "", fontsize=8)
        texts.append(f"{called(each, words)}: " + ", ".join(words.number(n) for n in fate["bins"]))
    for axis in panels[::columns]:
        axis.set_ylabel(words("gains.people"))
    for axis in panels[-columns:]:  # the lowest of each column
        axis.set_xlabel(words("gains.axis"), fontsize=8)
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=7)
    return figure, title, words("gains.alt", rows="; ".join(texts))


def _gains_title(variant, comparison, words):
    fate, chance = comparison.fate(variant), comparison.fate(PLACEBO)

    def shares(row):
        return {name: words.percent(row[f"{name}_share"]) for name in ("gain", "lose")}

    title = words("gains.title", policy=_name(variant, words), **shares(fate))
    return title if chance is None or variant == PLACEBO else words("gains.placebo", title=title, **shares(chance))


def _classes(axis, fate, chance, words, wide):
    """Bars by class of gain; the class about nothing holds nearly everybody, and is told in words."""
    per = 1000.0 / max(fate["people"], 1.0)
    bins = np.array(fate["bins"], float) * per
    middle = len(bins) // 2
    places = np.arange(len(bins))
    moved = places != middle
    for which, colour, label in ((places < middle, 1, "gains.policy_lose"), (places > middle, 0, "gains.policy_gain")):
        colour = style.COLOURS[colour]
        axis.bar(places[which], bins[which], width=0.85, color=colour, alpha=0.75, label=words(label))
    if chance is not None:
        idle = np.array(chance["bins"], float) * 1000.0 / max(chance["people"], 1.0)
        axis.plot(places[moved], idle[moved], "_", color=style.INK, ms=13 if wide else 8, mew=1.8,
                  label=words("gains.by_placebo"))  # fmt: skip
    share = words.percent(bins[middle] / max(bins.sum(), 1e-9))
    axis.annotate(words("gains.middle", share=share), (middle, 0.97), xycoords=("data", "axes fraction"), ha="center",
                  va="top", fontsize=7)  # fmt: skip
    edges = [words.number(edge).replace("-", "\N{MINUS SIGN}") for edge in EDGES[1:-1]]
    axis.set_xticks(np.arange(len(edges)) + 0.5, edges, fontsize=7 if wide else 5.5)
    axis.margins(y=0.25)
    style.tidy(axis)


def draw_path(comparison: Comparison, words: Words) -> Drawn:
    """The way of earnings, tasks done and people seen from the day of the policy on, week by week."""
    variants, most = _movers(comparison, _ROWS), _movers(comparison, 1)[0]
    stretches = {(name, end): _stretch(comparison, name, end) for name in comparison.variants for end in _ENDS}
    holds = beyond_chance([one["p"] for one in stretches.values()])
    told = {at: one | {"beyond": sure} for (at, one), sure in zip(stretches.items(), holds, strict=True)}
    first, last = (told[most, end] for end in _ENDS)
    clear = _clear(first) or _clear(last)
    key = "path.title" if clear else "effects.few" if comparison.seeds < FEW else "path.title_unclear"
    title = words(key, policy=_name(most, words), pay=_change(first, words), later=_change(last, words))
    figure, panels = style.panels(title, len(variants) * len(_LINES), len(_LINES), 1.55, sharex=True)
    table, columns = comparison.path, len(_LINES)
    for place, ((variant, name), axis) in enumerate(zip(itertools.product(variants, _LINES), panels, strict=True)):
        line = table[(table["variant"] == variant) & (table["outcome"] == name) & (table["week"] >= -_BEFORE)]
        axis.axhline(0, color=style.INK, lw=0.8, ls=style.DASHED)
        axis.axvline(0, color=style.GREY, lw=0.8)
        colour = style.COLOURS[place % columns]
        if line["low"].isna().all():  # of few runs, each
            axis.plot(line["week"], np.array(line["each"].tolist()), color=colour, lw=0.6, alpha=0.5)
        style.band(axis, line["week"], line["relative"], line["low"], line["high"], colour, 0.22, ls=style.DASHES[0])
        style.percents(axis, words)
        _clip(axis, line)
        style.tidy(axis)
        if place < columns:
            axis.set_title(words(f"outcome.{name}"), fontsize=8)
        if place % columns == 0:
            named = "\n".join(textwrap.wrap(_name(variant, words), 20)) if len(variants) > 1 else words("path.axis")
            axis.set_ylabel(named, fontsize=8)
    figure.supxlabel(_axis("path.week", comparison, variants, words), fontsize=8)
    return figure, title, words("path.alt", rows=title)


def _clip(axis, line):
    """A band of a few runs may be wider than what is to be seen."""
    most = np.nanmax(np.abs(line["relative"]), initial=0.0)
    band = np.nanmax(np.minimum(np.abs(line[["low", "high"]].to_numpy(float)), 2.0 * most), initial=0.0)
    limit = 1.1 * max(most, band, 0.005)
    axis.set_ylim(max(-limit, -1.1), limit)  # nothing falls by more than all of it
    axis.yaxis.set_major_locator(MaxNLocator(4, steps=[1, 2, 5, 10]))


def _stretch(comparison, variant, end):
    """Mean relative change of earnings over the first or last quarter of a year.

    Its interval is the mean of those of the weeks: too wide rather than too narrow.
    """
    table = comparison.path
    line = table[(table["variant"] == variant) & (table["outcome"] == "pay_micro_euro") & (table["week"] >= 3)]
    quarter = line.head(_QUARTER) if end == "first" else line.tail(_QUARTER)
    ratios = [1.0 + quarter[name].mean(skipna=False) for name in ("relative", "low", "high")]
    return {"relative": ratios[0] - 1.0, "p": float(p_of_ratios(*ratios, comparison.seeds))}
