"""Figures about workers: from registered to active, earnings."""

import numpy as np
import pandas as pd

from sim.kernel.records import STEPS
from sim.kernel.units import EURO_PER_MICRO, HOURS_PER_SECOND
from sim.report.figures import style
from sim.report.figures.histogram import histogram, side
from sim.report.figures.style import Drawn
from sim.report.language.words import Words
from sim.results.distributions import lorenz
from sim.results.results import Results
from sim.results.summary import MINIMUM_WAGE, last_month, last_month_name

_STAGES = ("seen_month", "seen_week", "worked_month")
_EVER = (0.04, 0.20)  # of the registered ever worked: 0.086 on online platforms of the world (Kassi2021)


def funnel(results: Results, words: Words) -> Drawn:
    """From registered to working at the end, step by step; seen and worked over time."""
    counted = steps_to_work(results)
    shares = counted / max(counted["registered"], 1)
    values = {stage: words.number(number) for stage, number in counted.items()}
    started, worked = words.share(shares["started"]), words.share(shares["ever_worked"])
    title = words("funnel.title", started_share=started, worked_share=worked, **values)
    figure, (left, right) = style.sheet(title, 4.1, ncols=2, width_ratios=(1.1, 1))
    _steps(left, counted, shares, words)
    _over_time(right, results.funnel, words)
    return figure, title, words("funnel.alt", low=words.percent(_EVER[0]), high=words.percent(_EVER[1]), **values)


def steps_to_work(results: Results) -> pd.Series:
    """People who have come so far by the end of the run, on any account; whoever is registered counts.

    Returns
    -------
    Series
        By stage: registered, profile, payment, started, ever_worked, worked_month.
    """
    last = results.funnel.iloc[-1]
    furthest = results.accounts["step"].cat.codes.groupby(results.accounts["worker"]).max()
    people = {"registered": int(last["registered"])}
    people |= {stage: int((furthest >= n).sum()) for n, stage in enumerate(STEPS) if n}
    done = results.accounts.loc[results.accounts["tasks_done"] > 0, "worker"]
    return pd.Series(people | {"ever_worked": done.nunique(), "worked_month": int(last["worked_month"])})


def _steps(axis, counted, shares, words):
    """Bars from registered to working, and the band of the evidence on who ever worked."""
    place = np.arange(len(counted))
    axis.barh(place, shares, color=style.COLOURS[0], alpha=0.6, height=0.65)
    style.rows(axis, [words(f"funnel.{stage}") for stage in counted.index])
    for y, (number, share) in enumerate(zip(counted, shares, strict=True)):
        text = words.number(number) if y == 0 else f"{words.number(number)} ({words.percent(share)})"
        axis.annotate(text, (share, y), (4, 0), textcoords="offset points", va="center", fontsize=8)
    worked = counted.index.get_loc("ever_worked")
    axis.plot(_EVER, [worked + 0.42] * 2, color=style.INK, lw=2, marker="|", ms=7)
    axis.annotate(words("funnel.evidence"), (_EVER[1], worked + 0.42), (6, 0), textcoords="offset points",
                  va="center", fontsize=7.5)  # fmt: skip
    axis.set(xlim=(0, 1.3), title=words("funnel.share"))
    style.percents(axis, words, "x")
    axis.set_xticks([0, 0.25, 0.5, 0.75, 1])
    style.tidy(axis, "x")


def _over_time(axis, table, words):
    """Seen and worked of late, as shares of those registered."""
    drawn = table.iloc[29:] if len(table) > 60 else table  # before, "the last 30 days" are not yet 30
    drawn = drawn.iloc[(len(drawn) - 1) % 7 :: 7] if len(table) > 200 else drawn
    dates = pd.to_datetime(drawn["date"])
    shares = drawn[list(_STAGES)].div(np.maximum(drawn["registered"], 1), axis=0)
    for stage, colour, dash in zip(_STAGES, style.COLOURS, style.DASHES, strict=False):
        axis.plot(dates, shares[stage], color=colour, ls=dash)
    axis.set_ylim(0, max(0.01, 1.25 * np.quantile(shares["seen_month"], 0.95)))  # the first rush may leave the panel
    style.percents(axis, words)
    axis.set_title(words("funnel.time"))
    style.calendar(axis, dates)
    style.tidy(axis)
    last, ends = table.iloc[-1], shares.iloc[-1].items()
    style.label_ends(
        axis, [(v, f"{words(f'funnel.{s}')}\n{words.number(last[s])} ({words.percent(v)})") for s, v in ends], gap=0.115
    )


def earnings(results: Results, words: Words) -> Drawn:
    """Last month's earnings and hourly pay, with the Lorenz curves."""
    month, summary = last_month(results), results.summary
    name = words.month(last_month_name(results))
    earned = month["earned_micro_euro"].to_numpy() * EURO_PER_MICRO
    time = (month["paid_seconds"] + month["unpaid_seconds"]).to_numpy()[earned > 0] * HOURS_PER_SECOND
    earned = earned[earned > 0]
    values = _earnings_values(summary, words, name)
    title = words("earnings.title" if len(earned) else "earnings.none", **values)
    figure, _ = style.sheet(title, 4.8)
    grid = figure.add_gridspec(2, 2, width_ratios=(1.15, 1))
    above, below, right = (figure.add_subplot(cell) for cell in (grid[0, 0], grid[1, 0], grid[:, 1]))
    above.set_title(words("earnings.monthly", month=name))
    below.set_title(words("earnings.hourly"))
    right.set_title(words("earnings.lorenz"))
    if not len(earned):
        for axis in (above, below, right):
            style.nothing(axis, words("nothing"))
        return figure, title, title
    histogram(above, earned, words)
    style.mark(above, summary["earned_median_euro"], words("earnings.median", **values), "right")
    style.mark(above, summary["earned_mean_euro"], words("earnings.mean", **values))
    above.set(xlabel=words("earnings.euro"), ylabel=words("earnings.earners"))
    hourly = earned / np.maximum(time, HOURS_PER_SECOND)
    histogram(below, hourly, words)
    style.mark(below, MINIMUM_WAGE, words("earnings.smic", wage=words.number(MINIMUM_WAGE, 2)), side(below))
    below.set(xlabel=words("earnings.euro_hour"), ylabel=words("earnings.earners"))
    _lorenz(right, earned, results, words)
    return figure, title, words("earnings.alt", **values)


def _earnings_values(summary, words, month):
    """What is filled into the title and the alternative text."""
    euros = ("earned_mean_euro", "earned_median_euro", "earned_max_euro", "hourly_median_euro")
    values = {name: words.euro(summary[name]) for name in euros}
    values |= {name: words.number(summary[name], 3) for name in ("gini_earners", "gini_registered")}
    values |= {name: words.percent(summary[name]) for name in ("top1_share", "below_minimum_wage_share")}
    return values | {"earners": words.number(summary["earners"]), "month": month}


def _lorenz(axis, earned, results, words):
    summary, registered = results.summary, int(results.funnel["registered"].iloc[-1])
    axis.plot([0, 1], [0, 1], color=style.GREY, lw=0.9)
    axis.annotate(words("earnings.equal"), (0.5, 0.5), (-3, 3), textcoords="offset points", rotation=45,
                  rotation_mode="anchor", ha="center", va="bottom", color=style.GREY, fontsize=8)  # fmt: skip
    for place, (key, people) in enumerate((("earners", None), ("registered", registered))):
        population, held = lorenz(earned, people and max(people, len(earned)))
        keep = np.unique(np.r_[0, np.linspace(0, len(held) - 1, 300).astype(int), len(held) - 200 : len(held)])
        keep = keep[keep >= 0]
        gini = words.number(summary[f"gini_{key}"], 3)
        axis.plot(
            population[keep], held[keep], color=style.COLOURS[place], ls=style.DASHES[place],
            label=words(f"earnings.among_{key}", gini=gini),
        )  # fmt: skip
    axis.set(xlim=(0, 1), ylim=(0, 1), xlabel=words("earnings.poorest"), ylabel=words("earnings.held"))
    axis.set_aspect("equal", adjustable="box", anchor="N")
    style.percents(axis, words)
    style.percents(axis, words, "x")
    axis.legend(loc="upper left", bbox_to_anchor=(-0.02, 0.99), handlelength=2.6)
    style.tidy(axis)
