"""Figures about prices: pay per task beside the report's own examples, and how fast good and poor pay go."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from sim.kernel.categories import KINDS
from sim.kernel.units import COMMON_YEAR, DAY, EURO_PER_MICRO, HOUR, RECENT
from sim.report.figures import style
from sim.report.figures.style import Drawn
from sim.report.language.words import Words
from sim.results.distributions import Fills, median_time
from sim.results.results import Results
from sim.results.stored import pieces_of
from sim.results.summary import fill_times, grouped

HOME = "foule_factory"  # where the report's examples are from
EXAMPLES = {"voice_recording": 0.20, "information_search": 0.15, "annotation": 0.03}  # euro a task (DiPLab2019)
_SPREAD = (0.05, 0.25, 0.5, 0.75, 0.95)  # quantiles of a row
_FEW = 5  # batches: a spread of fewer is not drawn
_QUARTERS = 4
_YEAR = COMMON_YEAR * DAY
_POINTS = 250  # of a drawn curve
_MOST = 4_000_000  # batches, of which no eye tells more apart
_GRADED = ["platform", "piece_rate_micro_euro", "announced_seconds", "posted", "last_filled", "withdrawn", "open"]


def drawn(results: Results, columns: list[str]) -> Iterator[pd.DataFrame]:
    """Batches that figures are drawn from, rows after rows: all, or of very many every second, third and so on in order
    of posting."""
    step, seen = max(1, -(-len(vars(results)["batches"]) // _MOST)), 0
    for piece in pieces_of(results, "batches", columns):
        yield piece if step == 1 else piece.iloc[-seen % step :: step]
        seen += len(piece)


def prices(results: Results, words: Words) -> Drawn | None:
    """Pay per task of batches by kind, at Foule Factory and everywhere, with the report's examples; None of none."""
    rates, members = _rates(results), results.scenario.platform.members
    kinds = [kind for kind in KINDS if len(_together(rates, members, [kind])) >= _FEW]
    if not kinds:
        return None
    groups = {words("prices.everywhere"): [*members]}
    if any(platform == HOME for platform, _ in rates) and len(members) > 1:
        groups = {members[HOME].label: [HOME]} | groups
    amounts = [[_together(rates, keys, [kind]) for kind in kinds] for keys in groups.values()]
    median = {kind: np.median(next(of[n] for of in amounts if len(of[n]) >= _FEW)) for n, kind in enumerate(kinds)}
    examples = EXAMPLES if results.scenario.country.survey == HOME else {}
    asked = {kind: euro for kind, euro in examples.items() if median.get(kind, np.nan) > 0}
    values = {f"{kind}_found": words.euro(median.get(kind, np.nan)) for kind in EXAMPLES}
    values |= {kind: words.euro(euro) for kind, euro in EXAMPLES.items()}
    values |= {"all": words.euro(np.median(np.concatenate(amounts[-1]))), "where": [*groups][0]}
    title = words("prices.title" if len(asked) == len(EXAMPLES) else "prices.other", **values)
    figure, axis = style.sheet(title, 1.5 + 0.36 * len(kinds), words("prices.note", fewest=_FEW), ncols=1)
    style.logarithmic(axis, words)
    for n, name in enumerate(groups):
        _ranges(axis, amounts[n], n, len(groups), name)
    _examples(axis, kinds, examples, words)
    style.rows(axis, [words(f"kind.{kind}") for kind in kinds])
    axis.set_xlabel(words("prices.euro"))
    style.tidy(axis, "x")
    axis.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=3, borderaxespad=0.2, handletextpad=0.4)
    return figure, title, words("prices.alt", **values)


def _rates(results):
    """Euro a task of the batches of each platform and kind that occur."""
    parts: dict[tuple[str, str], list[np.ndarray]] = {}
    for piece in drawn(results, ["platform", "kind", "piece_rate_micro_euro"]):
        rate = piece["piece_rate_micro_euro"].to_numpy() * EURO_PER_MICRO
        for both, rows in grouped(piece["platform"], piece["kind"]):
            parts.setdefault(both, []).append(rate[rows])
    return {both: np.concatenate(several) for both, several in parts.items()}


def _together(rates, platforms, kinds):
    """Those of some platforms and kinds."""
    some = [values for (platform, kind), values in rates.items() if platform in platforms and kind in kinds]
    return np.concatenate([np.zeros(0), *some])


def _ranges(axis, amounts, n, many, name):
    """A row a kind: a thin line for nine tenths of the batches, a thick one for half, a point for the median."""
    colour = style.COLOURS[n]
    for row, values in enumerate(amounts):
        if len(values) < _FEW:
            continue
        y = row + (0.19 * (2 * n - 1) if many > 1 else 0)
        lowest, low, middle, high, highest = np.quantile(values, _SPREAD)
        axis.plot([lowest, highest], [y, y], color=colour, lw=1, alpha=0.8)
        axis.plot([low, high], [y, y], color=colour, lw=4, alpha=0.55, solid_capstyle="butt")
        axis.plot([middle], [y], "os"[n], color=colour, ms=5, mec="white", mew=0.7)
    axis.plot([], [], marker="os"[n], color=colour, ms=5, lw=1, label=name)


def _examples(axis, kinds, examples, words):
    shown = [kind for kind in examples if kind in kinds]
    if not shown:
        return
    rows = [kinds.index(kind) for kind in shown]
    axis.plot([examples[kind] for kind in shown], rows, "D", color=style.INK, ms=6, mfc="none", mew=1.4,
              label=words("prices.example"))  # fmt: skip


def filling(results: Results, words: Words) -> Drawn | None:
    """Share of batches filled within a time, by how well they are paid; tasks that lie open, platform by platform.

    Where nothing is listed nobody chooses by pay, and all batches are one. None if none was filled.
    """
    members, weight = results.scenario.platform.members, results.scenario.population.weight
    listed, graded = any(member.listed for member in members.values()), _graded(results)
    graded = graded if listed else [Fills.together(graded)]
    curves = [fills.within() for fills in graded]
    if not any(share.any() for _, share in curves):
        return None
    halves = [median_time(*curve) for curve in curves]
    told = [words.duration(half) if np.isfinite(half) else words("filling.never") for half in halves]
    left_open = open_tasks(results) * weight
    values = {
        "best": told[-1],
        "worst": told[0],
        "number": _rough(weight * sum((fills.filled + fills.watched).sum() for fills in graded), words),
    }
    values["late"] = words.percent(1 - results.summary["filled_in_week_share"])
    values["open"] = _rough(left_open[[key for key in members if members[key].listed] or [*members]].sum(), words)
    form = "" if listed else "_deep"
    known = np.isfinite([halves[0], halves[-1]]).all()
    title = words(f"filling.title{form}" if known else "filling.title_late", **values)
    size: dict = {"height": max(4.0, 1.6 + 0.2 * len(members)), "ncols": 1 + (len(members) > 1), "squeeze": False}
    ratios: dict = {"width_ratios": (1.2, 1)} if len(members) > 1 else {}
    figure, axes = style.sheet(title, note=words(f"filling.note{form}"), **size, **ratios)
    left = axes[0, 0]
    for n, (t, share) in enumerate(curves):
        name = words("filling.line", name=words(f"filling.quarter_{n}"), median=told[n]) if listed else told[n]
        _draw_curve(left, name, t, share, n)
    _share_axes(left, curves, words)
    left.set_title(words(f"filling.share{form}"))
    if len(members) > 1:
        _open_rows(axes[0, 1], left_open, results, words)
    return figure, title, words(f"filling.alt{form}", **values)


def _share_axes(axis, curves, words):
    """Time as people speak of it, as far as batches take; shares."""
    longest = float(np.clip(max((t[-1] for t, _ in curves if len(t)), default=0), 2 * DAY, 45 * DAY))
    single = len(curves) == 1  # all the width, and work that is not taken in minutes
    last = [30 * DAY] if single else []
    style.durations(axis, words, HOUR if single else 10, longest, (10, 60, 600, HOUR, 6 * HOUR, DAY, 7 * DAY, *last))
    axis.tick_params(axis="x", rotation=40)
    axis.axhline(0.5, color=style.GREY, lw=0.7, ls=":")
    axis.set(ylim=(0, 1.02), xlabel=words("filling.time"))
    style.percents(axis, words)
    style.tidy(axis)
    if len(curves) > 1:
        axis.legend(loc="lower right", alignment="left", handlelength=2.2, fontsize=7.5, borderaxespad=0.1)


def _rough(value, words):
    """A count with two digits."""
    return words.rounded(value, value / 10)


def open_tasks(results: Results) -> pd.Series:
    """Tasks open at the end of a day by platform, mean over the last 30 days of the run; of the market simulated."""
    daily = results.daily[results.daily["day"] > results.daily["day"].max() - RECENT]
    mean = daily.groupby(daily["platform"].astype(str))["tasks_open"].mean()
    return mean.reindex([*results.scenario.platform.members], fill_value=0.0)


def _graded(results):
    """What became of listed batches, of each quarter of their platform's by announced hourly pay; none of no batches.

    Where nothing is listed, of all batches."""
    days, parts = int(results.daily["day"].max()) + 1 if len(results.daily) else 0, {}
    for piece in drawn(results, _GRADED):
        hourly = piece["piece_rate_micro_euro"].to_numpy() / np.maximum(piece["announced_seconds"].to_numpy(), 1)
        times = fill_times(piece, days)
        each = hourly, times["seconds"].to_numpy(), times["filled"].to_numpy()
        for (platform,), rows in grouped(piece["platform"]):
            parts.setdefault(platform, []).append([values[rows] for values in each])
    members = results.scenario.platform.members
    listed = [key for key in parts if members[key].listed] or [*parts]
    quarters: list[list[Fills]] = [[] for _ in range(_QUARTERS)]
    for key in listed:
        hourly, seconds, filled = map(np.concatenate, zip(*parts.pop(key), strict=True))
        quarter = sum((hourly >= least).astype(np.int8) for least in _least(hourly))
        for n, fills in enumerate(quarters):
            fills.append(Fills.of(seconds[quarter == n], filled[quarter == n]))
    return [Fills.together(fills) for fills in quarters] if listed else []


def _least(values):
    """The least value of each quarter but the first; equal ones lie where the mean of their ranks does."""
    places = [int(share * len(values)) for share in np.arange(1, _QUARTERS) / _QUARTERS]
    ordered, least = np.partition(values, places), []
    for share, value in zip(np.arange(1, _QUARTERS) / _QUARTERS, ordered[places], strict=True):
        first, beyond = (values < value).sum(), (values <= value).sum()
        above = (first + 1 + beyond) / 2 / len(values) > share
        least.append(value if above else values.min(where=values > value, initial=np.inf))
    return least


def _draw_curve(axis, label, t, share, place):
    median = median_time(t, share)
    at = np.r_[1, t, max(_YEAR, t[-1])] if 0 < len(t) <= _POINTS else np.geomspace(1, _YEAR, _POINTS)
    where = np.searchsorted(t, at, side="right") - 1
    level = np.where(where >= 0, share[np.maximum(where, 0)], 0.0) if len(t) else np.zeros(len(at))
    colour, dash = style.COLOURS[place], style.DASHES[place]
    axis.plot(at, level, color=colour, ls=dash, label=label, drawstyle="steps-post" if len(t) <= _POINTS else None)
    if np.isfinite(median):
        axis.plot([max(median, 1)], [0.5], marker="o", ms=4.5, mec="white", mew=0.8, color=colour, ls="none")


def _open_rows(axis, left_open, results, words):
    """A row a platform: tasks that lie open, on a log axis, and the median time to fill a batch there."""
    members, summary = results.scenario.platform.members, results.summary
    shown = np.maximum(left_open.to_numpy(float), 1.0)
    style.logarithmic(axis, words)
    for place, (key, value) in enumerate(zip(left_open.index, shown, strict=True)):
        listed = members[key].listed
        colour, marker = (style.COLOURS[0], "o") if listed else (style.COLOURS[3], "s")
        axis.plot(
            [value], [place], marker, color=colour, ms=5, clip_on=False, mfc=colour if left_open[key] >= 1 else "none"
        )
        half = summary[f"platform.{key}.fill_median_seconds"]
        text = words.duration(half) if np.isfinite(half) else words("filling.never" if listed else "filling.allotted")
        told = f"{_rough(left_open[key], words)} ({text})"
        axis.annotate(told, (value, place), (6, 0), textcoords="offset points", va="center", fontsize=7)
    style.rows(axis, [member.label for member in members.values()])
    if len(members) > 12:
        axis.tick_params(axis="y", labelsize=6.5)
    most = max(shown.max(), 10.0)
    axis.set_xticks(10.0 ** np.arange(0, np.log10(most) + 0.01, 1 if most < 1e4 else 2))
    axis.set(xlim=(1, most**1.75), title=words("filling.open"), xlabel=words("filling.tasks"))
    axis.grid(axis="y")
    style.tidy(axis, "x")
