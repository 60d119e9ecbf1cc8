"""What is drawn while the days go by: lines that grow, strips of a week and of a batch, readings beside the truth."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from bokeh.models import (
    ColumnDataSource,
    CustomJS,
    CustomJSTickFormatter,
    DatetimeTickFormatter,
    Div,
    FixedTicker,
    HoverTool,
    Range1d,
    Span,
    Whisker,
)
from bokeh.plotting import figure

from sim.app.market import Played
from sim.app.traces import Life, Row
from sim.instruments.tiers import TIERS
from sim.kernel.units import DAY, MINUTE
from sim.report.figures.style import COLOURS, GREY, INK
from sim.report.language.words import Words

LOOK = (Path(__file__).parent / "page.css").read_text(encoding="utf-8")
_MILLISECONDS = 1_000 * DAY


class Chart(NamedTuple):
    """One picture of lines: its series, whether its axis is logarithmic, and what its numbers are."""

    name: str
    series: tuple[str, ...]
    log: bool = False
    rate: bool = False  # already of the country: a rate


CHARTS = (
    Chart("people", ("registered",)),
    Chart("active", ("looking", "watching", "working"), log=True),
    Chart("tasks", ("posted", "open", "taken"), log=True),
    Chart("pay", ("pay",)),
    Chart("hourly", ("pay_active", "pay_present"), rate=True),
)
KINDS_OF_TIME = ("paid", "unpaid", "watching")
TIME_COLOURS = (COLOURS[0], COLOURS[1], "#c9c9c9")


def text(mark: str, **look: Any) -> Div:
    """A place for text that changes often. (Panel's own panes have the whole page looked through at each change.)"""
    return Div(css_classes=[mark], stylesheets=[LOOK], **{"sizing_mode": "stretch_width"} | look)


def say(place: Div, html: str) -> None:
    """Show this text, unless it is shown already."""
    if place.text != html:
        place.text = html


def pulse() -> Div:
    """Tells whether the browser has drawn what it was sent: it answers each text with the same as a name."""
    place = Div(visible=False, text="0", name="0")
    code = "const n = place.text, answer = () => { if (place.text == n) place.name = n };"
    code += (
        "requestAnimationFrame(() => setTimeout(answer, 0)); setTimeout(answer, 500)"  # a hidden page draws no frame
    )
    place.js_on_change("text", CustomJS(args={"place": place}, code=code))
    return place


def plot(words: Words, height: int = 230, **given: Any) -> figure:
    """An empty picture in the look of the report."""
    picture = figure(height=height, sizing_mode="stretch_width", toolbar_location=None, **given)
    picture.min_width = 240
    picture.outline_line_color = None
    picture.grid.grid_line_color = "#ececec"
    picture.xgrid.grid_line_color = None
    for axis in picture.axis:
        axis.axis_line_color, axis.major_tick_line_color, axis.minor_tick_line_color = GREY, GREY, None
        axis.major_label_text_color, axis.axis_label_text_color = INK, INK
        axis.axis_label_text_font_style = "normal"
        axis.major_label_text_font_size = "11px"
    picture.yaxis.formatter = numbers(words)
    return picture


def numbers(words: Words) -> CustomJSTickFormatter:
    """Numbers on an axis as the reader's language writes them."""
    code = "return new Intl.NumberFormat(language, {maximumSignificantDigits: 4}).format(tick)"
    return CustomJSTickFormatter(args={"language": words.language}, code=code)


def named(names: dict[str, str]) -> CustomJSTickFormatter:
    """Words on an axis, by tick."""
    return CustomJSTickFormatter(args={"names": names}, code="return names[String(Math.floor(tick))]")


def rows(picture: figure, names: Sequence[str]) -> None:
    """Names of rows down the vertical axis, the first on top."""
    picture.yaxis.ticker = FixedTicker(ticks=[n + 0.5 for n in range(len(names))])
    picture.yaxis.formatter = named({str(n): name for n, name in enumerate(names)})


def above(picture: figure) -> None:
    """The legend in one line above the picture."""
    legend = picture.legend[0]
    legend.orientation, legend.border_line_color, legend.background_fill_alpha = "horizontal", None, 0.6
    legend.label_text_font_size, legend.padding, legend.margin, legend.spacing = "11px", 2, 0, 8
    legend.glyph_width = 14
    picture.add_layout(legend, "above")


class Lines:
    """Lines of one chart, of one market or of two: the second's are dashed."""

    def __init__(self, chart: Chart, words: Words) -> None:
        self.chart = chart
        self.picture = plot(words, x_axis_type="datetime", y_axis_type="log" if chart.log else "linear", tools="")
        self.picture.x_range = Range1d(0, 1)
        self.picture.xaxis.formatter = DatetimeTickFormatter(years="%Y", months="%m/%Y", days="%d/%m", hours="%d/%m")
        if not chart.log:
            self.picture.y_range.start = 0
        self.sources, self.drawn = [], 0
        for second in (False, True):
            source = ColumnDataSource({name: [] for name in ("x", *chart.series)})
            for number, name in enumerate(chart.series):
                look = {"line_dash": "dashed", "line_width": 1.4, "line_alpha": 0.8} if second else {"line_width": 2}
                label = {} if second else {"legend_label": words(f"app.line.{name}")}
                self.picture.line("x", name, source=source, color=COLOURS[number], **look, **label)
            self.sources.append(source)
        above(self.picture)
        self.law = Span(location=-1, dimension="height", line_color=INK, line_dash="dotted", visible=False)
        self.picture.add_layout(self.law)

    def show(self, markets: Sequence[Played], anew: bool) -> None:
        """Append the days that are new, or draw all anew."""
        if anew:
            self.drawn = 0
            scenario = markets[0].scenario
            ends = [_moment(scenario.start), _moment(scenario.end)]
            self.picture.x_range.update(start=ends[0], end=ends[1])
            laws = [_moment(one.scenario.policy.start) for one in markets if one.scenario.decided]
            self.law.update(location=laws[0] if laws else -1, visible=bool(laws))
        until = min(market.day for market in markets)
        if until == self.drawn and not anew:
            return
        for number, source in enumerate(self.sources):
            new = self._rows(markets[number], until) if number < len(markets) else dict.fromkeys(source.data, [])
            if anew:
                source.data = new
            elif number < len(markets):
                source.stream(new)
        self.drawn = until

    def _rows(self, market, until):
        first = self.drawn
        rows = {"x": _moment(market.scenario.start) + _MILLISECONDS * np.arange(first, until, dtype=float)}
        for name in self.chart.series:
            line = market.series(name, first)[: until - first]
            rows[name] = np.where(line > 0, line, np.nan) if self.chart.log else line
        return rows


def _moment(day):
    return np.datetime64(day, "ms").astype("int64").astype(float)


class Week:
    """One worker's week: a row a weekday, a column an hour; work where it was done, the other time as its sum."""

    def __init__(self, words: Words) -> None:
        self.picture = plot(words, 250, x_range=(0, 24), y_range=Range1d(7, 0), tools="")
        self.picture.xaxis.ticker = FixedTicker(ticks=[0, 6, 12, 18, 24])
        self.picture.xaxis.formatter = named({str(hour): words.hour(hour % 24) for hour in (0, 6, 12, 18, 24)})
        self.picture.xgrid.grid_line_color, self.picture.ygrid.grid_line_color = "#ececec", None
        rows(self.picture, words.weekdays)
        corners = ("left", "right", "top", "bottom")
        self.there, self.work = (ColumnDataSource({name: [] for name in corners}) for _ in range(2))
        box = dict(zip(corners, corners, strict=True)) | {"line_color": None}
        self.picture.quad(**box, source=self.there, fill_color="#d9d9d9")
        self.picture.quad(**box, source=self.work, fill_color=COLOURS[0])

    def show(self, rows: Sequence[Row], monday: int) -> None:
        """Draw the days of a worker; day `monday` of the run, and every seventh, is one."""
        there = [(*row.there, (row.day - monday) % 7) for row in rows if row.there]
        work = [(begin, max(end, begin + 0.04), (row.day - monday) % 7) for row in rows for begin, end in row.work]
        for source, boxes, pad in ((self.there, there, 0.36), (self.work, work, 0.18)):
            source.data = {
                "left": [max(0.0, one[0]) for one in boxes],
                "right": [min(24.0, one[1]) for one in boxes],
                "top": [one[2] + pad for one in boxes],
                "bottom": [one[2] + 1 - pad for one in boxes],
            }


class Minutes:
    """The same week as minutes of each kind of time a day."""

    def __init__(self, words: Words) -> None:
        self.picture = plot(words, 250, y_range=Range1d(7, 0), tools="")
        rows(self.picture, words.weekdays)
        self.picture.x_range.start = 0
        self.picture.xaxis.formatter = numbers(words)
        self.picture.xgrid.grid_line_color, self.picture.ygrid.grid_line_color = "#ececec", None
        self.source = ColumnDataSource({name: [] for name in ("y", *KINDS_OF_TIME)})
        labels = [words(f"app.time.{name}") for name in KINDS_OF_TIME]
        look = {"height": 0.64, "color": list(TIME_COLOURS), "legend_label": labels, "line_color": None}
        self.picture.hbar_stack(list(KINDS_OF_TIME), y="y", source=self.source, **look)
        self.picture.xaxis.axis_label = words("app.week.minutes")
        above(self.picture)

    def show(self, rows: Sequence[Row], monday: int) -> None:
        """Draw the days of a worker."""
        self.source.data = {
            "y": [(row.day - monday) % 7 + 0.5 for row in rows],
            **{name: [getattr(row, name) / MINUTE for row in rows] for name in KINDS_OF_TIME},
        }


class Batch:
    """One batch's life: tasks left at each day's end, and the moments at which people in France took some."""

    def __init__(self, words: Words) -> None:
        self.picture = plot(words, 250, x_axis_type="datetime", tools="")
        self.picture.y_range.start = 0
        form = "%d/%m %Hh"
        self.picture.xaxis.formatter = DatetimeTickFormatter(hours=form, days="%d/%m", months="%m/%Y", minutes=form)
        self.left, self.taken = ColumnDataSource({"x": [], "y": []}), ColumnDataSource({"x": [], "y": [], "n": []})
        self.picture.line("x", "y", source=self.left, color=COLOURS[0], line_width=2)
        self.picture.scatter("x", "y", source=self.taken, marker="dash", angle=np.pi / 2, size=14, color=COLOURS[1])

    def show(self, life: Life | None, start: Any) -> None:
        """Draw it; `start` is the run's first day."""
        if life is None:
            self.left.data, self.taken.data = {"x": [], "y": []}, {"x": [], "y": [], "n": []}
            return
        zero = _moment(start)
        xs, ys = points(life)
        self.left.data = {"x": zero + _MILLISECONDS * xs, "y": ys}
        when = np.array([one[0] for one in life.taken])
        self.taken.data = {"x": zero + _MILLISECONDS * when, "y": np.full(len(when), 0.05 * max(ys)),
                           "n": [one[1] for one in life.taken]}  # fmt: skip


def points(life: Life) -> tuple[np.ndarray, np.ndarray]:
    """The line of tasks left: from the posting over each day's end to the end; days from the run's first."""
    about = life.about
    xs, ys = [about["posted"] / DAY if life.days[0] <= about["posted"] // DAY else life.days[0]], []
    ys.append(int(about["size"]) if life.days[0] <= about["posted"] // DAY else life.left[0])
    for day, left in zip(life.days, life.left, strict=True):
        if left:
            xs.append(day + 1.0)
            ys.append(left)
    if life.ended == "filled":
        xs, ys = [*xs, max(about["last_filled"] / DAY, xs[-1])], [*ys, 0]
    elif life.ended:
        xs, ys = [*xs, max(float(life.days[-1]), xs[-1])], [*ys, 0]
    return np.array(xs, float), np.array(ys, float)


class Readings:
    """The three readings beside the truth and the published numbers."""

    def __init__(self, words: Words) -> None:
        self._shown: Any = None
        self.picture = plot(words, 230, x_axis_type="log", y_range=Range1d(3, 0), tools="")
        self.picture.xaxis.formatter = numbers(words)
        self.picture.xaxis.ticker = FixedTicker(ticks=[step * 10**n for n in range(2, 8) for step in (1, 3)])
        self.picture.xgrid.grid_line_color, self.picture.ygrid.grid_line_color = "#ececec", None
        self.source = ColumnDataSource({name: [] for name in ("y", "reading", "low", "high", "truth", "published")})
        whisker = Whisker(base="y", lower="low", upper="high", source=self.source, dimension="width", line_color=INK)
        whisker.upper_head.size = whisker.lower_head.size = 6
        self.picture.add_layout(whisker)
        marks = (("published", "diamond", "#ffffff", GREY), ("truth", "square", COLOURS[2], COLOURS[2]),
                 ("reading", "circle", COLOURS[0], COLOURS[0]))  # fmt: skip
        for name, marker, fill, line in marks:
            self.picture.scatter(name, "y", source=self.source, marker=marker, size=11, fill_color=fill,
                                 line_color=line, line_width=1.5, legend_label=words(f"app.mark.{name}"))  # fmt: skip
        above(self.picture)
        rows(self.picture, [words.named("tier", tier) for tier in TIERS])
        self.picture.add_tools(
            HoverTool(tooltips=[(words(f"app.mark.{name}"), f"@{name}{{0,0}}") for name, *_ in marks])
        )

    def show(self, tiers: Any) -> None:
        """Draw a tier table."""
        if tiers is self._shown:
            return
        self._shown = tiers
        if tiers is None:
            self.source.data = {name: [] for name in self.source.data}
            return
        reading, error = tiers["reading"].to_numpy(float), tiers["reading_se"].to_numpy(float)
        spread = np.exp(1.96 * np.nan_to_num(error) / np.where(reading > 0, reading, np.nan))
        self.source.data = {
            "y": np.arange(len(tiers)) + 0.5,
            "reading": reading,
            "low": reading / spread,
            "high": reading * spread,
            "truth": tiers["truth"].to_numpy(float),
            "published": tiers["survey_estimate"].to_numpy(float),
        }
