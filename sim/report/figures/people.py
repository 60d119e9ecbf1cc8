"""Figures about workers: from registered to active, earnings."""

import numpy as np
import pandas as pd

from sim.kernel.records import STEPS
from sim.kernel.units import EURO_PER_MICRO, HOURS_PER_SECOND
from sim.report.figures import style
from sim.report.figures.histogram import FEWEST, histogram, side
from sim.report.figures.style import Drawn
from sim.report.language.sample import people
from sim.report.language.words import Words
from sim.results.distributions import lorenz
from sim.results.results import Results
from sim.results.summary import days_of, last_month, last_month_name

_STAGES = ("seen_month", "seen_week", "worked_month")
_EARNERS = 20  # simulated: of fewer there is no distribution
_EVER = (0.04, 0.20)  # of the registered ever worked: 0.086 on online platforms of the world (Kassi2021)


def funnel(results: Results, words: Words) -> Drawn | None:
    """From registered to working at the end, step by step; looked and worked over time; None of nobody."""
    counted, world = steps_to_work(results), results.scenario
    if not counted["registered"]:
        return None
    shares = counted / counted["registered"]
    values = {stage: people(number, world, words) for stage, number in counted.items()}
    values |= {"low": words.percent(_EVER[0]), "high": words.percent(_EVER[1])}
    said = {name: words.share(shares[name]) for name in ("started", "ever_worked")}
    title = words("funnel.title", now=words.percent(shares["worked_month"]), **said)
    figure, (left, right) = style.sheet(title, 4.1, words("funnel.note"), ncols=2, width_ratios=(1.1, 1))
    _steps(left, shares, values, words)
    _over_time(right, results, words)
    return figure, title, words("funnel.alt", **values)


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


def _steps(axis, shares, values, words):
    """Bars from registered to working, and the band of the evidence on who ever worked."""
    place = np.arange(len(shares))
    axis.barh(place, shares, color=style.COLOURS[0], alpha=0.6, height=0.5)
    style.rows(axis, [words(f"funnel.{stage}") for stage in shares.index])
    for y, (stage, share) in enumerate(shares.items()):
        text = values[stage] if y == 0 else f"{values[stage]} ({words.percent(share)})"
        axis.annotate(text, (share, y), (4, 0), textcoords="offset points", va="center", fontsize=8)
    above = shares.index.get_loc("ever_worked") - 0.5
    axis.plot(_EVER, [above] * 2, color=style.INK, lw=2, marker="|", ms=7)
    axis.annotate(words("funnel.evidence", **values), (_EVER[1], above), (6, 0), textcoords="offset points",
                  va="center", fontsize=7.5)  # fmt: skip
    axis.set(xlim=(0, 1.36), title=words("funnel.share"))
    style.percents(axis, words, "x")
    axis.set_xticks([0, 0.25, 0.5, 0.75, 1])
    style.tidy(axis, "x")


def _over_time(axis, results, words):
    """Looked and worked of late, as shares of those registered."""
    table = results.funnel
    drawn = table.iloc[29:] if len(table) > 60 else table  # before, "the last 30 days" are not yet 30
    drawn = drawn.iloc[(len(drawn) - 1) % 7 :: 7] if len(table) > 200 else drawn
    dates = pd.to_datetime(drawn["date"])
    shares = drawn[list(_STAGES)].div(np.maximum(drawn["registered"], 1), axis=0)
    for stage, colour, dash in zip(_STAGES, style.COLOURS, style.DASHES, strict=False):
        axis.plot(dates, shares[stage], color=colour, ls=dash)
    room = 1.3 if results.scenario.decided else 1.1
    axis.set_ylim(0, max(0.01, room * shares.to_numpy().max()))
    style.percents(axis, words)
    axis.set_title(words("funnel.time"))
    style.calendar(axis, dates)
    style.policies(axis, results.scenario, words)
    if axis.get_legend_handles_labels()[0]:
        axis.legend(loc="upper right")
    style.tidy(axis)
    last, ends = table.iloc[-1], shares.iloc[-1].items()
    told = {stage: people(last[stage], results.scenario, words) for stage in _STAGES}
    style.label_ends(axis, [(v, f"{words(f'funnel.{s}')}\n{told[s]} ({words.percent(v)})") for s, v in ends], gap=0.115)


def earnings(results: Results, words: Words) -> Drawn | None:
    """Last month's earnings and hourly pay, who of whom works in deep labour, Lorenz curves; None of a handful."""
    month, world = last_month(results), results.scenario
    month = month[month["earned_micro_euro"] > 0]
    if len(month) < _EARNERS:
        return None
    earned = month["earned_micro_euro"].to_numpy() * EURO_PER_MICRO
    active = (month["paid_seconds"] + month["unpaid_seconds"]).to_numpy() * HOURS_PER_SECOND
    hourly, deep = earned / np.maximum(active, HOURS_PER_SECOND), in_deep_labour(results, month)
    both = FEWEST <= deep.sum() < len(deep)
    parts = [(~deep, words("earnings.lists")), (deep, words("earnings.deep"))] if both else []
    values = _earnings_values(earned, hourly, deep, results, words)
    title = words("earnings.title_deep" if parts else "earnings.title", **values)
    notes = [words("earnings.note_deep")] if parts else []
    notes.append(words("earnings.note", fewest=words.number(FEWEST * world.population.weight)))
    figure, _ = style.sheet(title, 4.8, "; ".join(notes))
    grid = figure.add_gridspec(2, 2, width_ratios=(1.15, 1))
    above, below, right = (figure.add_subplot(cell) for cell in (grid[0, 0], grid[1, 0], grid[:, 1]))
    above.set_title(words("earnings.monthly", **values))
    below.set_title(words("earnings.hourly"))
    right.set_title(words("earnings.lorenz"))
    histogram(above, earned, words, world.population.weight, parts)
    half, mean = float(np.median(earned)), float(earned.mean())
    style.mark(above, half, words("earnings.median", **values), side(above, half, 0.35))
    style.mark(above, mean, words("earnings.mean", **values), side(above, mean, 0.7), 0.84)
    above.set(xlabel=words("earnings.euro"), ylabel=words("earnings.earners"))
    histogram(below, hourly, words, world.population.weight, parts)
    wage = world.country.minimum_wage
    style.mark(below, wage, words("earnings.smic", wage=words.euro(wage)), side(below, wage))
    below.set(xlabel=words("earnings.euro_hour"), ylabel=words("earnings.earners"))
    if parts:
        corner = {"bbox_to_anchor": (0.985, 0.02), "bbox_transform": figure.transFigure, "borderaxespad": 0}
        below.legend(title=words("earnings.who"), loc="lower right", alignment="left", **corner).set_in_layout(False)
    _lorenz(right, earned, results, words)
    return figure, title, words("earnings.alt_deep" if parts else "earnings.alt", **values)


def in_deep_labour(results: Results, month: pd.DataFrame) -> np.ndarray:
    """Who of a month's workers (rows) was on a platform of deep labour in it and had work there; bool array (rows,).

    Nobody where deep labour paid nothing in that month: its accounts are idle then.
    """
    members = results.scenario.platform.members
    keys = [key for key, member in members.items() if member.contracts]
    bits = np.uint32(sum(1 << place for place, key in enumerate(members) if key in keys))
    accounts, daily = results.accounts, days_of(results.daily, month)
    if not daily.loc[daily["platform"].isin(keys), "pay_micro_euro"].sum():
        return np.zeros(len(month), bool)
    had = accounts.loc[accounts["platform"].isin(keys) & (accounts["tasks_done"] > 0), "worker"]
    return ((month["platforms"].to_numpy(np.uint32) & bits) > 0) & month["worker"].isin(had).to_numpy()


def _earnings_values(earned, hourly, deep, results, words):
    """What is filled into the title and the alternative text, in the digits that chance leaves."""
    summary, many = results.summary, len(earned)
    spread = np.log(earned).std() / np.sqrt(many)
    half, mean = float(np.median(earned)), float(earned.mean())
    values = {
        "median": words.euro(half, half * 1.25 * spread),
        "mean": words.euro(mean, earned.std() / np.sqrt(many)),
        "max": words.euro(earned.max()),
        "hourly": words.euro(np.median(hourly), np.median(hourly) * 1.25 * np.log(hourly).std() / np.sqrt(many)),
        "below": words.percent((hourly < results.scenario.country.minimum_wage).mean()),
        "deep_people": words.percent(deep.mean()),
        "deep_pay": words.percent(earned[deep].sum() / earned.sum()),
        "month": words.month(last_month_name(results)),
        "earners": people(many, results.scenario, words),
    }
    return values | {f"gini_{who}": _gini(summary, who, words) for who in ("earners", "registered")}


def _gini(summary, who, words):
    """Two digits, or more where these would make all of it one person's."""
    value = summary[f"gini_{who}"]
    return words.number(value, 2 if not value >= 0.995 else 3)


def _lorenz(axis, earned, results, words):
    summary, registered = results.summary, int(results.funnel["registered"].iloc[-1])
    axis.plot([0, 1], [0, 1], color=style.GREY, lw=0.9)
    axis.annotate(words("earnings.equal"), (0.5, 0.5), (-3, 3), textcoords="offset points", rotation=45,
                  rotation_mode="anchor", ha="center", va="bottom", color=style.GREY, fontsize=8)  # fmt: skip
    for place, (key, all_) in enumerate((("earners", None), ("registered", registered))):
        population, held = lorenz(earned, all_ and max(all_, len(earned)))
        keep = np.unique(np.r_[0, np.linspace(0, len(held) - 1, 300).astype(int), len(held) - 200 : len(held)])
        keep = keep[keep >= 0]
        gini = _gini(summary, key, words)
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
