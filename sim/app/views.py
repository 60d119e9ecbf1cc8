"""The views of the page: each a heading, a picture, its PNG and the command that makes the market it shows."""

import io
from collections.abc import Callable, Sequence
from html import escape

import numpy as np
import panel as pn

from sim.app import charts, paper
from sim.app.market import Played
from sim.app.traces import FATES, Life, candidates, life_of, week_of
from sim.kernel.categories import ENGAGEMENTS, KINDS
from sim.kernel.units import MICRO
from sim.report.language.words import Words

LAST = 30  # days over which two markets are compared
COMPARED = ("registered", "looking", "watching", "working", "posted", "taken", "pay", "pay_active", "pay_present")


class View:
    """A heading, whatever is shown, and below it the PNG and the command.

    Parameters
    ----------
    name
        Of the view; its PNG is called so.
    png
        Gives back the picture's bytes; is asked when somebody wants them.
    command
        Gives back the lines that make what is shown.
    """

    def __init__(
        self, name: str, words: Words, body: Sequence[pn.viewable.Viewable | object], png: Callable[[], io.BytesIO],
        command: Callable[[], str],
    ) -> None:  # fmt: skip
        self.words = words
        self.title = charts.text(f"title-{name}")
        look = {"width": 84, "height": 28, "margin": (2, 3), "button_style": "outline"}
        save = pn.widgets.FileDownload(callback=png, filename=f"{name}.png", label="PNG", icon=None,
                                       css_classes=[f"png-{name}"], **look)  # fmt: skip
        ask = pn.widgets.Button(name=words("app.command"), css_classes=[f"command-{name}"], **look | {"width": 110})
        line = charts.text("line", visible=False)

        def told(_event: object) -> None:
            charts.say(line, f"<pre>{escape(command())}</pre>")
            line.visible = not line.visible

        ask.on_click(told)
        self.view = pn.Column(
            self.title, *body, pn.Row(save, ask, margin=0), line, css_classes=["card", f"view-{name}"],
            sizing_mode="stretch_width",
        )  # fmt: skip

    def head(self, title: str, below: str = "") -> None:
        """Say what is shown."""
        text = f"<h2>{escape(title)}</h2><p>{escape(below)}</p>" if below else f"<h2>{escape(title)}</h2>"
        charts.say(self.title, text)


class OfWorker:
    """One worker's week."""

    def __init__(self, words: Words, command: Callable[[], str]) -> None:
        self.words, self.worker, self.rows, self._seen = words, None, [], 0
        self.level = pn.widgets.Select(
            options={words.named("tier", name.replace("_", " ")): name for name in reversed(ENGAGEMENTS)},
            value="very_active", width=150, margin=(2, 5), css_classes=["level"],
        )  # fmt: skip
        other = pn.widgets.Button(name=words("app.another"), width=110, height=30, margin=(2, 5))
        self.week, self.minutes = charts.Week(words), charts.Minutes(words)
        strips = ((self.week.picture, "3 1 300px"), (self.minutes.picture, "1 1 240px"))
        both = pn.FlexBox(
            *[pn.Column(pn.pane.Bokeh(picture, sizing_mode="stretch_width"), styles={"flex": flex, "min-width": "0"})
              for picture, flex in strips], sizing_mode="stretch_width",
        )  # fmt: skip
        self._market: Played | None = None
        self.view = View("week", words, [pn.FlexBox(self.level, other), both], self._png, command)
        self.level.param.watch(lambda _: self._choose(0), "value")
        other.on_click(lambda _: self._choose(self._seen + 1))

    def _choose(self, place):
        self.worker, self._seen = None, place
        if self._market is not None:
            self.show(self._market)

    def show(self, market: Played) -> None:
        """Draw the last seven days."""
        self._market = market
        if self.worker is None and market.day:
            self.worker = market.example(self.level.value, self._seen)
        if self.worker is None:
            self.rows = []
            self.view.head(self.words("app.week.none"))
            return
        self.rows = week_of(market.record.past, self.worker)
        if self.level.value != "occasional" and not any(row.sittings for row in self.rows):
            self.worker = (
                market.example(self.level.value, self._seen) or self.worker
            )  # who has gone is followed no more
            self.rows = week_of(market.record.past, self.worker)
        self.week.show(self.rows, self._monday)
        self.minutes.show(self.rows, self._monday)
        self.view.head(*self._told())

    @property
    def _monday(self):
        """A day of the run that is a Monday."""
        return -self._market.scenario.start.weekday() % 7

    def _told(self):
        words, rows = self.words, self.rows
        sums = {name: words.duration(sum(getattr(row, name) for row in rows)) for name in charts.KINDS_OF_TIME}
        level = ENGAGEMENTS[int(self._market.market.engagement()[self.worker])].replace("_", " ")
        title = words("app.week.title", worker=self.worker, tier=words.named("tier", level), **sums)
        return title, words("app.week.about")

    def _png(self):
        return paper.week(self.rows, self._monday, self._told()[0], self.words)


class OfBatch:
    """One batch's life."""

    def __init__(self, words: Words, command: Callable[[], str]) -> None:
        self.words, self.batch, self._seen = words, None, 0
        self.life: Life | None = None
        self._market: Played | None = None
        self.fate = pn.widgets.Select(
            options={words(f"app.fate.{fate}"): fate for fate in FATES}, value="lasting", width=240, margin=(2, 5),
            css_classes=["fate"],
        )  # fmt: skip
        other = pn.widgets.Button(name=words("app.another"), width=110, height=30, margin=(2, 5))
        self.strip = charts.Batch(words)
        body = [pn.FlexBox(self.fate, other), pn.pane.Bokeh(self.strip.picture, sizing_mode="stretch_width")]
        self.view = View("batch", words, body, self._png, command)
        self.fate.param.watch(lambda _: self._choose(0), "value")
        other.on_click(lambda _: self._choose(self._seen + 1))

    def _choose(self, place):
        self.batch, self.life, self._seen = None, None, place
        if self._market is not None:
            self.show(self._market)

    def show(self, market: Played) -> None:
        """Draw it; once it has ended it stays as it was."""
        self._market = market
        if self.batch is not None and not any(self.batch in day.batches["id"] for day in market.record.past):
            self.batch = None  # it ended a month ago
        if self.batch is None and (found := candidates(market.record.past, self.fate.value)):
            self.batch = found[self._seen % len(found)]
        if self.batch is not None:
            self.life = life_of(market.record.past, self.batch) or self.life
        self.strip.show(self.life, market.scenario.start)
        self.view.head(*self._told())

    def _told(self):
        words, life = self.words, self.life
        if life is None:
            return words("app.batch.none"), ""
        about, members = life.about, [*self._market.scenario.platform.members.values()]
        title = words(
            "app.batch.title", count=int(about["size"]), size=words.number(int(about["size"])),
            kind=words(f"kind.{KINDS[about['kind']]}"), platform=members[about["platform"]].label,
            rate=words.euro(float(about["piece_rate"]) / MICRO),
        )  # fmt: skip
        ended = words(f"app.batch.{life.ended or 'open'}", left=words.number(int(about["left"])))
        return title, f"{ended} {words('app.batch.about')}"

    def _png(self):
        if self.life is None:
            return paper.empty(self._told()[0], self.words)
        return paper.batch(self.life, self._market.scenario.start, self._told()[0], self.words)


def differences(markets: Sequence[Played]) -> list[tuple[str, list[float]]]:
    """The mean of the last thirty days of each line that is compared, in each market."""
    until = min(market.day for market in markets)
    first = max(0, until - LAST)

    def mean(market: Played, name: str) -> float:
        line = market.series(name, first)[: until - first]
        return float(line[np.isfinite(line)].mean()) if np.isfinite(line).any() else np.nan

    return [(name, [mean(market, name) for market in markets]) for name in COMPARED]


def difference_table(compared: Sequence[tuple[str, list[float]]], words: Words) -> str:
    """The same as a table of HTML."""
    heads = "".join(f"<th>{escape(words(f'app.column.{name}'))}</th>" for name in ("first", "second", "change"))
    rows = []
    for name, (mine, other) in compared:
        cells = [
            words.figures(mine, 3),
            words.figures(other, 3),
            words.change(mine / other) if other else "\N{EN DASH}",
        ]
        told = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        rows.append(f"<tr><th>{escape(words(f'app.line.{name}'))}</th>{told}</tr>")
    return f"<table><tr><th></th>{heads}</tr>{''.join(rows)}</table>"
