"""Figures about the instruments: three readings of one population, and who is caught."""

import numpy as np
import pandas as pd

from sim.instruments.capture import by_activity, probabilities, share_counted, spread, wave_counts
from sim.instruments.estimators import Z
from sim.instruments.fieldwork import Fieldwork
from sim.report.figures import style
from sim.report.figures.style import Drawn
from sim.report.language.words import Words

_TIERS = ("very active", "regular", "occasional")
_LINES = ("published", "reading", "truth")  # of one tier, from top to bottom
_OFFSETS = {"published": -0.26, "reading": 0.0, "truth": 0.26}
_MARKS = {"published": "D", "reading": "o", "truth": "s"}
_SELDOM, _OFTEN = 7, 31  # looks in a month: at most, at least


def readings(fieldwork: Fieldwork, words: Words) -> Drawn:
    """Each instrument's reading with its sampling interval, the published value and the truth."""
    table = fieldwork.tiers
    low, high = zip(*[_interval(row, fieldwork) for row in table.itertuples()], strict=True)
    return draw_readings(table.assign(low=low, high=high), words)


def _interval(row, fieldwork):
    """95 % interval of a reading: Petersen's is that of its estimator, carried over like the count itself."""
    if not np.isfinite(row.reading):
        return np.nan, np.nan
    if row.tier == "very active":
        count = fieldwork.waves.count
        return tuple(np.array([count.low, count.high]) * row.reading / count.n_hat)
    return max(row.reading - Z * row.reading_se, 0.0), row.reading + Z * row.reading_se


def draw_readings(table: pd.DataFrame, words: Words, seeds: pd.DataFrame | None = None) -> Drawn:
    """The three readings beside published values and truths, one row of the figure a tier.

    Parameters
    ----------
    table
        One row a tier: tier, instrument, reading, low, high (ends of an interval), survey_estimate, truth,
        comparable.
    seeds
        One row a seed and tier: tier, reading, truth; drawn as points.
    """
    title, values = _readings_finding(table, words)
    values["interval"] = words("readings.interval" if seeds is None else "readings.quantiles")
    if seeds is not None:
        title = words("readings.over", seeds=seeds["seed"].nunique(), finding=title[0].lower() + title[1:])
    figure, axis = style.sheet(title, 4.4, ncols=1)
    style.logarithmic(axis, words)
    for place, row in enumerate(table.itertuples()):
        for line, value in (("published", row.survey_estimate), ("reading", row.reading), ("truth", row.truth)):
            y, colour = place + _OFFSETS[line], style.COLOURS[_LINES.index(line)]
            if not np.isfinite(value):
                text = words("readings.missing")
                axis.annotate(text, (0.99, y), xycoords=("axes fraction", "data"), ha="right", va="center",
                              color=style.GREY, fontsize=8)  # fmt: skip
                continue
            if seeds is not None and line != "published":
                _points(axis, seeds.loc[seeds["tier"] == row.tier, line], y, colour)
            if line == "reading" and np.isfinite(row.low):
                axis.plot([max(row.low, 1), min(row.high, 1e9)], [y, y], color=colour, lw=2.2, solid_capstyle="butt")
            axis.plot([max(value, 1)], [y], _MARKS[line], color=colour, ms=6, mec="white", mew=0.7,
                      label=words(f"readings.{line}", **values) if place == 0 else None)  # fmt: skip
            right = max(value, row.high) if line == "reading" and np.isfinite(row.high) else value
            if seeds is not None and line != "published":
                right = np.nanmax([right, seeds.loc[seeds["tier"] == row.tier, line].max()])
            axis.annotate(words.number(value), (max(right, 1), y), (7, 0), textcoords="offset points", va="center",
                          fontsize=8)  # fmt: skip
        if place:
            axis.axhline(place - 0.5, color=style.PALE, lw=0.8)
    _tier_axis(axis, table, words)
    return figure, title, words("readings.alt", **values)


def _tier_axis(axis, table, words):
    pairs = table[["tier", "instrument"]].to_numpy()
    names = [f"{words.named('tier', tier)}\n{words.named('instrument', name)}" for tier, name in pairs]
    style.rows(axis, names)
    axis.tick_params(axis="y", length=0)
    shown = table[["reading", "low", "high", "survey_estimate", "truth"]].to_numpy(float)
    lowest = max(np.nanmin(np.where(shown > 0, shown, np.nan)), 1)
    axis.set_xlim(lowest / 1.7, 2.4 * np.nanmax(np.where(np.isfinite(shown), shown, np.nan)))
    axis.set_xlabel(words("readings.persons"))
    style.tidy(axis, "x")
    axis.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=3, borderaxespad=0.2, handletextpad=0.2)


def _points(axis, values, y, colour):
    """One pale point a seed, spread a little so that equal ones can be told apart."""
    values = values[values > 0].sort_values().to_numpy()
    shifts = 0.05 * ((np.arange(len(values)) % 3) - 1)
    axis.plot(values, y + shifts, "o", color=colour, ms=3, alpha=0.35, mew=0, zorder=1)


def _readings_finding(table, words):
    """The title, and the values of the alternative text."""
    rows, values = table.set_index("tier"), {}
    for suffix, column in (("", "truth"), ("_reading", "reading"), ("_published", "survey_estimate")):
        values |= {tier.replace(" ", "_") + suffix: words.number(rows.loc[tier, column]) for tier in _TIERS}
    known = rows["reading"].notna() & (rows["truth"] > 0)
    ratios = {f"{tier.replace(' ', '_')}_ratio": words.figures(rows.loc[tier, "reading"] / rows.loc[tier, "truth"], 2)
              for tier in _TIERS if known[tier]}  # fmt: skip
    form = "title" if known.all() else "two" if known[["regular", "occasional"]].all() else "none"
    return words(f"readings.{form}", **values, **ratios), values


def capture(fieldwork: Fieldwork, words: Words) -> Drawn:
    """Capture probability against looks in the month before, and whom that makes the captured."""
    return draw_capture(by_activity(fieldwork), share_counted(wave_counts(fieldwork)), words)


def draw_capture(table: pd.DataFrame | None, share: float, words: Words) -> Drawn:
    """Chance of being caught by activity (left), and the captured beside all registered there (right).

    Parameters
    ----------
    table
        From `sim.instruments.capture.by_activity`.
    share
        The count over what it would be if all were caught alike.
    """
    if table is None or not table["caught"].sum():
        return style.blank(words("capture.none"), words)
    table = probabilities(table)
    title, values = _capture_finding(table, share, words)
    figure, (left, right) = style.sheet(title, 3.9, ncols=2, width_ratios=(1.2, 1))
    names = [_class(row, words) for row in table.itertuples()]
    place = np.arange(len(table))
    some = table["caught"] > 0
    style.logarithmic(left, words, "y")
    style.percents_of_log(left, words)
    shown = table[some]
    ends = [shown["share"] - shown["low"], shown["high"] - shown["share"]]
    left.errorbar(place[some], shown["share"], ends, fmt="o", color=style.COLOURS[0], ms=5, lw=1.4)
    left.plot(place[~some], table["high"][~some], "v", color=style.GREY, ms=5, mfc="none")  # at most
    left.set(title=words("capture.probability"), xlim=(-0.5, len(table) - 0.5))  # classes in which nobody was, too
    alike = table["caught"].sum() / table["people"].sum()
    left.axhline(alike, color=style.INK, lw=1, ls=style.DASHED)
    beside = {"textcoords": "offset points", "fontsize": 8, "va": "bottom", "ha": "right"}
    left.annotate(words("capture.alike"), (place[-1] + 0.4, alike), (0, 3), **beside)
    _compositions(right, table, words)
    for axis in (left, right):
        axis.set_xticks(place, names, rotation=50, ha="right", rotation_mode="anchor")
        axis.set_xlabel(words("capture.looks"))
        style.tidy(axis)
    return figure, title, words("capture.alt", **values)


def _compositions(axis, table, words):
    place = np.arange(len(table))
    for shift, name in ((-0.2, "people"), (0.2, "caught")):
        share = table[name] / table[name].sum()
        colour = style.COLOURS[2 if name == "people" else 0]
        axis.bar(place + shift, share, 0.38, color=colour, alpha=0.65, label=words(f"capture.{name}"))
    style.percents(axis, words)
    axis.set_title(words("capture.who"))
    axis.legend(loc="upper center")


def _class(row, words):
    """The looks of a class: none, 1, 2-3, 241 or more."""
    if row.until == 0:
        return words("capture.no_look")
    if not np.isfinite(row.until):
        return words("capture.more", looks=int(row.looks))
    return f"{int(row.looks)}" if row.until == row.looks else f"{int(row.looks)}\N{EN DASH}{int(row.until)}"


def _capture_finding(table, share, words):
    """The title, and the values of the alternative text."""
    seldom = table[(table["looks"] >= 1) & (table["until"] <= _SELDOM)][["people", "caught"]].sum()
    often = table[table["looks"] >= _OFTEN][["people", "caught"]].sum()
    chance = [group["caught"] / max(group["people"], 1) for group in (seldom, often)]
    total = table[["people", "caught"]].sum()
    values = {
        "often": _OFTEN,
        "seldom": _SELDOM,
        "low": words.percent(chance[0]),
        "high": words.percent(chance[1]),
        "ratio": words.figures(chance[1] / chance[0] if chance[0] else np.nan, 2),
        "share": words.percent(share),
        "busy": words.percent(often["caught"] / total["caught"]),
        "few": words.percent(often["people"] / total["people"]),
        "cv2": words.figures(spread(table), 2),
    }
    form = "title" if chance[0] and np.isfinite(share) else "often_only" if not chance[0] else "short"
    return words(f"capture.{form}", **values), values
