"""Figures about the instruments: three readings of one population, and who is caught."""

import numpy as np
import pandas as pd
from matplotlib.ticker import LogLocator

from sim.instruments.capture import by_activity, probabilities, share_counted, spread, wave_counts
from sim.instruments.estimators import Z
from sim.instruments.fieldwork import Fieldwork
from sim.report.figures import style
from sim.report.figures.style import Drawn
from sim.report.figures.tier_intervals import with_intervals
from sim.report.language.words import Words

_TIERS = ("very active", "regular", "occasional")
_LINES = ("published", "reading", "truth")  # of one tier, from top to bottom
_MARKS = {"published": "D", "reading": "o", "truth": "s"}
_ROOM = 4  # lines of a tier: its name and what it means, then one each
_NARROW = 3.9  # inches: for a telephone
_LEAST = 0.35  # share of it that such a number needs
_VAGUE = 3.0  # times: an interval that goes further to both sides of the truth tells nothing
_FAR = 0.5  # share of the axis' width from which on a mark's number stands to its left
_CAUGHT = 10  # in all: of fewer nothing is told
_FEWEST = 3  # caught in a class that is drawn
_SELDOM, _OFTEN = 7, 31  # looks in a month: at most, at least


def readings(fieldwork: Fieldwork, words: Words) -> Drawn:
    """Each instrument's reading with its sampling interval, the published value and the truth."""
    return draw_readings(with_intervals(fieldwork), fieldwork.published, words)


def readings_narrow(fieldwork: Fieldwork, words: Words) -> Drawn:
    """The same for a narrow screen."""
    return draw_readings(with_intervals(fieldwork), fieldwork.published, words, width=_NARROW)


def draw_readings(
    table: pd.DataFrame, targets: pd.DataFrame, words: Words, seeds: pd.DataFrame | None = None,
    width: float = style.WIDTH,
) -> Drawn:  # fmt: skip
    """The three readings beside published values with their bands and truths, a part of the figure a tier.

    A reading that its market does not allow (not comparable) is drawn hollow: as it would have read, counterfactual.

    Parameters
    ----------
    table
        One row a tier: tier, instrument, reading, low, high (ends of an interval), survey_estimate, truth,
        comparable.
    targets
        What is published, with the ends of its bands: id, low, high.
    seeds
        One row a seed and tier: tier, reading, truth; drawn as points.
    width
        Inches.
    """
    title, values = _readings_finding(table, words)
    values["interval"] = words("readings.interval" if seeds is None else "readings.quantiles")
    if seeds is not None:
        title = words("readings.over", seeds=seeds["seed"].nunique(), finding=title[0].lower() + title[1:])
    hollow = np.isfinite(table["reading"]) & ~table["comparable"].astype(bool)
    if seeds is not None and not np.isfinite(table["low"]).any():  # too few seeds for their spread
        table = table.assign(truth_low=np.nan, truth_high=np.nan)
    notes = [words(f"readings.{_note(table, seeds)}", **values)]
    notes += [words("readings.hollow")] if hollow.any() else []
    narrow = width < style.WIDTH
    figure, axis = style.sheet(title, 4.6 if narrow else 4.2, "; ".join(notes), width, ncols=1)
    style.logarithmic(axis, words)
    room = _ROOM + narrow
    _tier_axis(axis, table, room, words)
    if narrow:
        axis.xaxis.set_major_locator(LogLocator(10))
    names = [f"tier_{tier.replace(' ', '_')}" for tier in table["tier"]]
    bands = targets.set_index("id")[["low", "high"]].reindex(names)
    for place, (row, open_) in enumerate(zip(table.itertuples(), hollow, strict=True)):
        top = room * place
        if place:
            axis.axhline(top - 0.5, color=style.PALE, lw=0.8)
        _heading(axis, row, top, narrow, words)
        first = top + 1 + narrow
        _tier(axis, row, first, bands.loc[f"tier_{row.tier.replace(' ', '_')}"], open_, words)
        if seeds is not None:
            for line in ("reading", "truth"):
                _points(axis, seeds.loc[seeds["tier"] == row.tier, line], first + _LINES.index(line), line)
    return figure, title, words("readings.alt", **values)


def _note(table, seeds):
    """Which sentence says what bands, lines and points are."""
    if seeds is not None:
        return "note_seeds" if np.isfinite(table["low"]).any() else "note_few"
    return "note_size" if "truth_low" in table and np.isfinite(table["truth_low"]).any() else "note"


def _heading(axis, row, top, narrow, words):
    """A tier's name; beside it or below, what it means and what reads it."""
    at: dict = {"textcoords": "offset points", "va": "center"}
    name, read = words.named("tier", row.tier), words.named("instrument", row.instrument)
    meaning = words(f"readings.means_{row.tier.replace(' ', '_')}", instrument=read)
    here = {"xycoords": ("axes fraction", "data")} | at
    head = axis.annotate(f"{name[:1].upper()}{name[1:]}", (0, top), (4, 0), fontsize=9, fontweight="bold", **here)
    small = {"fontsize": 8, "color": style.GREY}
    if narrow:
        below = axis.annotate(meaning, (0, top + 0.95), (4, 0), **small, **here)
    else:
        below = axis.annotate(meaning, (1, 0.5), (6, 0), xycoords=head, **small, **at)
    below.set_in_layout(False)


def _tier(axis, row, first, band, hollow, words):
    """A line each for what was published, is read and is true of a tier."""
    of_truth = tuple(getattr(row, f"truth_{end}", np.nan) for end in ("low", "high"))
    ends = {"published": tuple(band), "reading": (row.low, row.high), "truth": of_truth}
    found = {"published": row.survey_estimate, "reading": row.reading, "truth": row.truth}
    for y, line in enumerate(_LINES, first):
        colour, value, (low, high) = style.COLOURS[_LINES.index(line)], found[line], ends[line]
        if not np.isfinite(value):
            axis.annotate(words("readings.missing"), (0.99, y), xycoords=("axes fraction", "data"), ha="right",
                          va="center", color=style.GREY, fontsize=8)  # fmt: skip
            continue
        if np.isfinite(low):
            wide = {"lw": 7, "alpha": 0.25} if line == "published" else {"lw": 2.2}
            axis.plot([max(low, 1), min(high, 1e9)], [y, y], color=colour, solid_capstyle="butt", **wide)
        face, edge, thick = ("white", colour, 1.4) if hollow and line == "reading" else (colour, "white", 0.7)
        axis.plot([max(value, 1)], [y], _MARKS[line], ms=6.5, mfc=face, mec=edge, mew=thick)
        told = words(f"readings.{line}", number=_number(row, line, words), ratio=_ratio(row, words))
        at, first, last = (_along(axis, x) for x in (value, low, high))
        left = at > _FAR
        end = np.nanmin([value, low]) if left else np.nanmax([value, high])
        over = first < _LEAST if left else last > 1 - _LEAST  # the interval leaves no room beside it
        beside: dict = {"textcoords": "offset points", "va": "bottom" if over else "center", "fontsize": 8}
        shift = (-7 if left else 7) * (not over), 3 if over else 0
        name = axis.annotate(told, (value if over else max(end, 1), y), shift, ha="right" if left else "left", **beside)
        name.set_in_layout(False)


def _along(axis, value):
    """Where a number lies along the axis, as a share of its width; nan of none."""
    return np.nan if np.isnan(value) else axis.transLimits.transform((np.log10(np.clip(value, 1, 1e9)), 0))[0]


def _number(row, line, words):
    """A number of a tier: as it was published; else with the digits that its error leaves."""
    if line == "published":
        return words.number(row.survey_estimate)
    if line == "truth":
        half = (getattr(row, "truth_high", np.nan) - getattr(row, "truth_low", np.nan)) / 2.0
        return words.rounded(row.truth, half / Z if np.isfinite(half) else row.truth / 100)
    if not row.reading_se > 0:
        return words.rounded(row.reading, row.reading / 100)
    return words.rounded(row.reading, row.reading_se)


def _ratio(row, words):
    """The reading over the truth, in brackets."""
    if not (np.isfinite(row.reading) and row.truth > 0):
        return ""
    return words("readings.ratio", ratio=words.figures(row.reading / row.truth, 2))


def _told_ratio(row, words):
    """The reading over the truth; that it is not known, where chance could make it a third or three times as much."""
    if row.low * _VAGUE < row.truth < row.high / _VAGUE:
        return words("readings.vague")
    return words.figures(row.reading / row.truth, 2)


def _tier_axis(axis, table, room, words):
    axis.set_ylim(room * len(table) - 0.4, -0.6)
    axis.set_yticks([])
    shown = table[["reading", "low", "high", "survey_estimate", "truth"]].to_numpy(float)
    shown = shown[np.isfinite(shown) & (shown > 0)]
    axis.set_xlim(max(shown.min(), 1) / 1.5, 1.5 * min(shown.max(), 1e9))
    axis.set_xlabel(words("readings.persons"))
    style.tidy(axis, "x")
    axis.spines["left"].set_visible(False)


def _points(axis, values, y, line):
    """One pale point a seed, spread a little so that equal ones can be told apart."""
    values = values[values > 0].sort_values().to_numpy()
    shifts = 0.22 + 0.08 * ((np.arange(len(values)) % 3) - 1)
    axis.plot(values, y + shifts, "o", color=style.COLOURS[_LINES.index(line)], ms=3, alpha=0.55, mew=0, zorder=1)


def _readings_finding(table, words):
    """The title, and the values of the alternative text."""
    rows, values = table.set_index("tier"), {}
    for suffix, line in (("", "truth"), ("_reading", "reading"), ("_published", "published")):
        told = {row.tier: _number(row, line, words) for row in table.itertuples()}
        values |= {tier.replace(" ", "_") + suffix: told.get(tier, words.number(None)) for tier in _TIERS}
    known = np.isfinite(rows["reading"]) & (rows["truth"] > 0)
    ratios = {f"{row.tier.replace(' ', '_')}_ratio": _told_ratio(row, words)
              for row in table.itertuples() if known[row.tier]}  # fmt: skip
    form = "title" if known.all() else "two" if known[["regular", "occasional"]].all() else "none"
    return words(f"readings.{form}", **values, **ratios), values


def capture(fieldwork: Fieldwork, words: Words) -> Drawn | None:
    """Capture probability against looks in the month before, and whom that makes the captured; None if nobody was."""
    return draw_capture(by_activity(fieldwork), share_counted(wave_counts(fieldwork)), words)


def draw_capture(table: pd.DataFrame | None, share: float, words: Words) -> Drawn | None:
    """Chance of being caught by activity (left), and the captured beside all registered there (right); None of nobody.

    Parameters
    ----------
    table
        From `sim.instruments.capture.by_activity`.
    share
        The count over what it would be if all were caught alike.
    """
    if table is None or table["caught"].sum() < _CAUGHT:
        return None
    title, values = _capture_finding(table, share, words)
    table = probabilities(_joined(table))
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
    left.axhline(alike, color=style.INK, lw=1, ls=style.DASHED, label=words("capture.alike"))
    left.legend(loc="upper left")
    _compositions(right, table, words)
    for axis in (left, right):
        axis.set_xticks(place, names, rotation=50, ha="right", rotation_mode="anchor")
        axis.set_xlabel(words("capture.looks"))
        style.tidy(axis)
    return figure, title, words("capture.alt", **values)


def _joined(table):
    """Neighbouring classes as one until each has enough caught; who never looked stays a class."""
    parts, caught = [], 0
    for place, number in enumerate(table["caught"]):
        if place < 2 or caught >= _FEWEST:
            parts.append(place)
            caught = 0
        caught += number
    if caught < _FEWEST and len(parts) > 2:
        parts.pop()
    which = np.searchsorted(parts, np.arange(len(table)), side="right")
    how = {"looks": "min", "until": "max", "people": "sum", "caught": "sum", "again": "sum"}
    return table.groupby(which).agg(how).reset_index(drop=True)


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
