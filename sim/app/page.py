"""The page of one browser: choices above, sliders beside, the market in the middle; its markets end with it."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from html import escape
from typing import Any

import panel as pn

from sim.app import charts, paper, views
from sim.app.bar import Choosing, Transport, next_day
from sim.app.choices import NOTHING, WITHOUT, Choices
from sim.app.controls import Fields, tree_of
from sim.app.play import Play
from sim.report.language.sample import simulated_on
from sim.report.language.words import Words
from sim.scenario.problems import BadScenario

_PAGE = {"max-width": "1560px", "margin": "0 auto", "padding": "0 8px"}
_CARD = {"flex": "1 1 400px", "min-width": "min(100%, 340px)", "border": "1px solid #e6e6e6", "border-radius": "8px",
         "padding": "6px 8px", "margin": "4px"}  # fmt: skip
_PHONE = "@media (max-width: 720px) { .left { order: 2 } }"  # there the sliders come last
TICK = 50  # milliseconds
DRAWN_EVERY, STRIPS_EVERY, UNSEEN = 0.12, 0.6, 3.0  # seconds; the last: for a browser that does not answer


class Page:
    """What one browser sees.

    Attributes
    ----------
    view : panel.Column
    play : Play
        Its markets.
    """

    def __init__(self, choices: Choices, language: str, beside: ThreadPoolExecutor) -> None:
        self.choices, self.play = choices, Play(beside)
        self.view = pn.Column(css_classes=["page"], sizing_mode="stretch_width", margin=0, styles=_PAGE)
        self._drawn, self._strips, self._anew = 0.0, 0.0, -1
        self.pulse, self._pause = charts.pulse(), 0.0
        self._note, self._noted, self._stale = "", "", True
        self._write(language)
        self._ask()
        pn.state.add_periodic_callback(self._tick, TICK)
        pn.state.on_session_destroyed(lambda _: self.play.close())

    # --- what stands where ------------------------------------------------------------------------------------
    def _write(self, language):
        """All of the page, in a language; the markets stay."""
        words = self.words = Words(language)
        self.choosing = Choosing(self.choices, words, self._chosen)
        self.transport = Transport(self.play, words, self._speak)
        self.fields = Fields(words, self._move, self._reset)
        self._show_fields()
        self.note = charts.text("note")
        self.lines = [charts.Lines(chart, words) for chart in charts.CHARTS]
        self.line_views = [
            views.View(one.chart.name, words, [pn.pane.Bokeh(one.picture, sizing_mode="stretch_width")],
                       self._png_of(one.chart), self._commands) for one in self.lines
        ]  # fmt: skip
        self.readings = charts.Readings(words)
        body = [pn.pane.Bokeh(self.readings.picture, sizing_mode="stretch_width")]
        self.reading_view = views.View("readings", words, body, self._png_of_readings, self._commands)
        self.worker, self.batch = views.OfWorker(words, self._commands), views.OfBatch(words, self._commands)
        self.table = charts.text("difference")
        self.difference = views.View("differences", words, [self.table], self._png_of_differences, self._commands)
        cards = [self.difference, *self.line_views, self.reading_view, self.batch.view, self.worker.view]
        for card in cards:
            card.view.styles = _CARD | ({"flex-basis": "100%"} if card is self.worker.view else {})
        self.title = charts.text("name")
        left = pn.Column(
            self.fields.view, css_classes=["left"], styles={"flex": "1 1 280px", "max-width": "min(100%, 420px)"}
        )
        middle = pn.FlexBox(
            *[card.view for card in cards],
            styles={"flex": "6 1 600px", "min-width": "min(100%, 340px)"},
            css_classes=["cards"],
        )
        both = pn.FlexBox(left, middle, flex_wrap="wrap", sizing_mode="stretch_width", stylesheets=[_PHONE])
        self.view[:] = [self.pulse, self.title, self.choosing.view, self.transport.view, self.note, both]
        self._anew = -1
        self._draw(True)

    def _speak(self, language):
        self._write(language)

    def _png_of(self, chart) -> Callable[[], Any]:
        def png() -> Any:
            title = f"{self.words(f'app.view.{chart.name}')} ({self._of()})"
            return paper.lines(chart, self.play.markets, title, self.words)

        return png

    def _png_of_readings(self):
        title, tiers = self.words("app.view.readings"), self.play.markets[0].tiers
        return paper.empty(title, self.words) if tiers is None else paper.readings(tiers, title, self.words)

    def _png_of_differences(self):
        return paper.changes(views.differences(self.play.markets), self.words("app.view.differences"), self.words)

    def _of(self):
        """The date and the scale, for titles."""
        market = self.play.markets[0]
        sample = simulated_on(market.scenario, self.words)
        return ", ".join(part for part in (self.words.day(market.last_date), sample) if part)

    def _commands(self):
        """The lines that make what is shown."""
        second = self.choices.second()
        if second is None:
            return self.choices.command()
        names = [self.words(f"app.column.{name}") for name in ("first", "second")]
        both = zip(names, (self.choices, second), strict=True)
        return "\n".join(f"# {name}\n{one.command()}" for name, one in both)

    # --- what is chosen ---------------------------------------------------------------------------------------
    def _chosen(self, choices, policy):
        """Other choices; a policy that is chosen while days go by comes into force on the next."""
        if policy:
            usual = tree_of(choices._replace(since=None).changes())["policy"]["start"]
            since = next_day(self.play) or usual if choices.policy != "none" else None
            beside = WITHOUT if choices.policy != "none" and choices.beside == NOTHING else choices.beside
            choices = choices._replace(since=since, beside=beside)
        self.choices = choices
        self.choosing.show(choices)
        self._show_fields()
        self._ask()

    def _move(self, key, value):
        moved = {name: old for name, old in self.choices.moved.items() if name != key}
        self.choices = self.choices._replace(moved=moved if value is None else moved | {key: value})
        self.choosing.show(self.choices)
        self._ask()

    def _reset(self):
        self.choices = self.choices._replace(moved={})
        self.choosing.show(self.choices)
        self._show_fields()
        self._ask()

    def _show_fields(self):
        self.fields.show(tree_of(self.choices._replace(moved={}).changes()), tree_of(self.choices.changes()))

    def _ask(self):
        """Have the markets that are chosen, or say why they cannot be."""
        try:
            second = self.choices.second()
            scenarios = [one.scenario() for one in (self.choices, second) if one is not None]
        except BadScenario as bad:
            self._note = self.words("app.refused") + " " + "; ".join(map(str, bad.problems))
            return
        self._note = self.words("app.anew") if self.play.day else ""
        self.play.ask(scenarios)

    # --- what goes on -----------------------------------------------------------------------------------------
    def _tick(self):
        self._stale = self.play.tick() or self._stale or self._note != self._noted
        now = time.perf_counter()
        if self._pause == UNSEEN and self.pulse.name == self.pulse.text:  # it has drawn; as long again it may rest
            self._pause = max(DRAWN_EVERY, 2.0 * (now - self._drawn))
        if self._stale and now - self._drawn > self._pause:
            self._draw(now - self._strips > STRIPS_EVERY)

    def _draw(self, strips):
        """Draw what is new."""
        play = self.play
        self.pulse.text, self._pause = str(int(self.pulse.text or 0) + 1), UNSEEN
        self._drawn, self._noted, self._stale = time.perf_counter(), self._note, False
        self.transport.show()
        self._tell()
        if not play.markets:
            return
        anew, self._anew = play.anew != self._anew, play.anew
        for one in self.lines:
            one.show(play.markets, anew)
        if anew:
            self._head()
        self._draw_readings()
        self._stale = not (strips or anew or not play.playing)  # then they are drawn when it is their time
        if not self._stale:
            self._strips = self._drawn
            self.worker.show(play.markets[0])
            self.batch.show(play.markets[0])
            if len(play.markets) > 1 and play.day:
                charts.say(self.table, views.difference_table(views.differences(play.markets), self.words))

    def _head(self):
        """Titles that depend on the scenario."""
        words, play = self.words, self.play
        sample = simulated_on(play.markets[0].scenario, words)
        title = words("app.of", sample=sample) if sample else words("app.title")
        told = f"<h1>{escape(title)}</h1><p>{escape(words('app.subtitle'))}</p>"
        charts.say(self.title, told)
        for view, one in zip(self.line_views, self.lines, strict=True):
            view.head(words(f"app.view.{one.chart.name}"), words(f"app.about.{one.chart.name}"))
        self.difference.view.visible = len(play.markets) > 1
        self.difference.head(words("app.view.differences"), words("app.about.differences"))

    def _draw_readings(self):
        words, market = self.words, self.play.markets[0]
        self.readings.show(market.tiers)
        if market.tiers is None:
            date = words.day(market.read_after)
            self.reading_view.head(words("app.view.readings"), words("app.readings.later", date=date))
        else:
            self.reading_view.head(words("app.view.readings"), words("app.about.readings"))

    def _tell(self):
        text = self._note or self.play.problem
        charts.say(self.note, f"<p>{escape(text)}</p>" if text else "")
