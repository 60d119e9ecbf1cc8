"""Every view as a PNG in the look of the report: the same data drawn once for paper."""

import io
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from sim.app.charts import KINDS_OF_TIME, TIME_COLOURS, Chart, points
from sim.app.market import Played
from sim.app.traces import Life, Row
from sim.kernel.units import MINUTE
from sim.report.figures import style
from sim.report.language.words import Words


def lines(chart: Chart, markets: Sequence[Played], title: str, words: Words) -> io.BytesIO:
    """The lines of a chart; the second market's are dashed."""
    with style.paper():
        figure, axis = style.sheet(title, 3.4, ncols=1)
        dates = pd.Series(pd.date_range(markets[0].scenario.start, periods=max(markets[0].day, 2)))
        for market, dash in zip(markets, ("-", style.DASHED), strict=False):
            for number, name in enumerate(chart.series):
                line = market.series(name)
                line = np.where(line > 0, line, np.nan) if chart.log else line
                label = None if dash != "-" else words(f"app.line.{name}")
                axis.plot(dates[: len(line)], line, color=style.COLOURS[number], ls=dash, label=label, lw=1.4)
        if chart.log:
            style.logarithmic(axis, words, "y")
        else:
            axis.set_ylim(bottom=0)
            style.counts(axis, words)
        style.calendar(axis, dates)
        style.tidy(axis)
        figure.legend(loc="outside lower center", ncols=3)
        return _bytes(figure, title)


def week(rows: Sequence[Row], monday: int, title: str, words: Words) -> io.BytesIO:
    """One worker's week, and its minutes."""
    with style.paper():
        figure, (axis, sums) = style.sheet(title, 3.4, ncols=2, width_ratios=(3, 1), sharey=True)
        for row in rows:
            n = (row.day - monday) % 7
            if row.there:
                axis.broken_barh([(row.there[0], row.there[1] - row.there[0])], (n - 0.14, 0.28), color="#d9d9d9")
            axis.broken_barh([(b, max(e - b, 0.04)) for b, e in row.work], (n - 0.32, 0.64), color=style.COLOURS[0])
            start = 0.0
            for name, colour in zip(KINDS_OF_TIME, TIME_COLOURS, strict=True):
                sums.barh(n, getattr(row, name) / MINUTE, left=start, height=0.64, color=colour,
                          label=words(f"app.time.{name}") if row is rows[0] else None)  # fmt: skip
                start += getattr(row, name) / MINUTE
        style.rows(axis, words.weekdays)
        axis.set(xlim=(0, 24), xticks=[0, 6, 12, 18, 24], xticklabels=[words.hour(h % 24) for h in (0, 6, 12, 18, 24)])
        sums.set_xlabel(words("app.week.minutes"))
        for each in (axis, sums):
            style.tidy(each, "x")
        figure.legend(loc="outside lower center", ncols=3)
        return _bytes(figure, title)


def batch(life: Life, start: object, title: str, words: Words) -> io.BytesIO:
    """One batch's life."""
    with style.paper():
        figure, axis = style.sheet(title, 3.0, ncols=1)
        zero = pd.Timestamp(start)
        xs, ys = points(life)
        axis.plot(zero + pd.to_timedelta(xs, "D"), ys, color=style.COLOURS[0], label=words("app.batch.left"))
        when = [zero + pd.Timedelta(days=float(one[0])) for one in life.taken]
        axis.plot(when, np.zeros(len(when)), "|", color=style.COLOURS[1], ms=12, label=words("app.batch.taken"))
        axis.set_ylim(bottom=0)
        style.counts(axis, words)
        low, high = axis.get_xlim()
        ticks = pd.date_range(zero + pd.Timedelta(days=float(xs[0])), zero + pd.Timedelta(days=float(xs[-1])), 4)
        form = "%d/%m %Hh" if high - low < 4 else "%d/%m"
        axis.set_xticks(ticks, ticks.strftime(form))
        style.tidy(axis)
        axis.legend()
        return _bytes(figure, title)


def readings(tiers: pd.DataFrame, title: str, words: Words) -> io.BytesIO:
    """The readings beside the truth."""
    with style.paper():
        figure, axis = style.sheet(title, 3.0, ncols=1)
        rows = np.arange(len(tiers))
        reading = tiers["reading"].to_numpy(float)
        spread = np.exp(1.96 * np.nan_to_num(tiers["reading_se"].to_numpy(float)) / reading)
        axis.hlines(rows, reading / spread, reading * spread, color=style.INK, lw=1.2)
        marks = (("published", "survey_estimate", "D", style.GREY, "none"),
                 ("truth", "truth", "s", style.COLOURS[2], None),
                 ("reading", "reading", "o", style.COLOURS[0], None))  # fmt: skip
        for name, column, marker, colour, fill in marks:
            axis.plot(tiers[column], rows, marker, color=colour, mfc=fill or colour, label=words(f"app.mark.{name}"))
        style.logarithmic(axis, words)
        style.rows(axis, [words.named("tier", name) for name in tiers["tier"]])
        style.tidy(axis, "x")
        axis.legend()
        return _bytes(figure, title)


def changes(compared: Sequence[tuple[str, list[float]]], title: str, words: Words) -> io.BytesIO:
    """By how much the first market differs from the second, line by line."""
    with style.paper():
        figure, axis = style.sheet(title, 3.4, ncols=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            moved = [np.divide(both[0], both[1]) - 1 for _, both in compared]
        axis.barh(range(len(moved)), moved, color=style.COLOURS[0])
        axis.axvline(0, color=style.INK, lw=1)
        style.rows(axis, [words(f"app.line.{name}") for name, _ in compared])
        style.percents(axis, words, "x")
        style.tidy(axis, "x")
        return _bytes(figure, title)


def empty(title: str, words: Words) -> io.BytesIO:
    """A view with nothing to show yet."""
    with style.paper():
        return _bytes(style.blank(title, words)[0], title)


def _bytes(figure, title):
    with TemporaryDirectory() as folder:
        style.save(figure, Path(folder) / "view", title)
        return io.BytesIO((Path(folder) / "view.png").read_bytes())
