"""The top of the page: what is chosen, and the keys that let the days go by."""

from collections.abc import Callable
from datetime import date
from html import escape
from typing import Any

import panel as pn

from sim.app.charts import say, text
from sim.app.choices import NOTHING, OWN, SIZES, UNMOVED, WITHOUT, Choices, own_text
from sim.app.play import Play
from sim.report.language.words import Words
from sim.scenario import composition
from sim.scenario.fields import LANGUAGES
from sim.scenario.own.source import names_own

PACES = {"1": 1.0, "7": 7.0, "30": 30.0, "100": 100.0, "max": float("inf")}
_LOOK: dict[str, Any] = {"margin": (3, 6), "sizing_mode": "stretch_width", "styles": {"flex": "1 1 190px"},
                         "min_width": 140}  # fmt: skip


class Choosing:
    """Lists of what can be chosen; `chosen` is told the new choices."""

    def __init__(self, choices: Choices, words: Words, chosen: Callable[[Choices, bool], None]) -> None:
        self.words, self._chosen, self._quiet = words, chosen, False
        self.choices = choices
        usual = composition.chosen()
        self.groups = {
            group: self._select(words(f"app.choose.{group}"), self._names(group),
                                choices.options.get(group, usual[group]), f"choose-{group}")
            for group in ("platform", "demand", "world")
        }  # fmt: skip
        sizes = {words(f"app.size.{size}"): size for size in SIZES}
        if choices.size == OWN:
            sizes = {words("app.size.own"): OWN} | sizes
        self.size = self._select(words("app.choose.size"), sizes, choices.size, "choose-size")
        policies = {words.option(name): name for name in composition.options("policy") if name != "none"}
        if choices.brought:
            policies[own_text(choices.brought, words.language)] = choices.brought
        policies = {words("app.policy.none"): "none"} | dict(sorted(policies.items()))
        self.policy = self._select(words("app.choose.policy"), policies, choices.policy, "choose-policy")
        self.since = pn.widgets.DatePicker(name=words("app.choose.since"), value=choices.since, **_LOOK)
        self.since.visible = choices.policy != "none"
        self.beside = self._select(words("app.choose.beside"), self._others(), choices.beside, "choose-beside")
        self.since.param.watch(self._moved, "value")
        parts = [*self.groups.values(), self.size, self.policy, self.since, self.beside]
        self.view = pn.FlexBox(*parts, css_classes=["choices"], sizing_mode="stretch_width")

    def _select(self, name, options, value, mark):
        found = pn.widgets.Select(name=name, options=options, value=value, css_classes=[mark], **_LOOK)
        found.param.watch(self._moved, "value")
        return found

    def _names(self, group):
        names = {self.words(f"{'demand' if group == 'demand' else f'app.{group}'}.{name}"): name
                 for name in composition.options(group)}  # fmt: skip
        typed = self.choices.options.get(group)
        return names | ({own_text(typed, self.words.language): typed} if names_own(typed) else {})

    def _others(self):
        """What a second market may be."""
        words = self.words
        found = {words(f"app.beside.{name}"): name for name in (NOTHING, WITHOUT, UNMOVED)}
        for group in ("platform", "demand", "world"):
            label = words(f"app.choose.{group}").lower()
            found |= {words("app.beside.other", group=label, option=name): f"{group}={option}"
                      for name, option in self._names(group).items()}  # fmt: skip
        return found

    def _moved(self, event):
        if self._quiet:
            return
        options = {**self.choices.options, **{group: one.value for group, one in self.groups.items()}}
        usual = composition.chosen()
        options = {key: value for key, value in options.items() if usual.get(key) != value}
        new = self.choices._replace(options=options, size=self.size.value, policy=self.policy.value,
                                    since=self.since.value, beside=self.beside.value)  # fmt: skip
        self._chosen(new, event.obj is self.policy)

    def show(self, choices: Choices) -> None:
        """Set the lists to choices that were made elsewhere."""
        self.choices, self._quiet = choices, True
        self.since.param.update(value=choices.since, visible=choices.policy != "none")
        self.beside.value, self.policy.value = choices.beside, choices.policy
        self._quiet = False


class Transport:
    """Play, pause, a day, the pace, and to the survey; and which day it is."""

    def __init__(self, play: Play, words: Words, switch: Callable[[str], None]) -> None:
        self.play, self.words = play, words
        look: dict[str, Any] = {"height": 36, "margin": (4, 4)}
        self.key = pn.widgets.Button(name=words("app.play"), button_type="primary", width=120,
                                     css_classes=["play"], **look)  # fmt: skip
        step = pn.widgets.Button(name=words("app.step"), width=90, css_classes=["step"], **look)
        survey = pn.widgets.Button(name=words("app.to_survey"), width=150, css_classes=["to-survey"], **look)
        paces = {words(f"app.pace.{name}"): pace for name, pace in PACES.items()}
        self.pace = pn.widgets.Select(options=paces, value=play.pace, width=170, css_classes=["pace"], **look)
        self.day = text("day", margin=(4, 10), sizing_mode="inherit", styles={"flex": "1 1 260px"})
        tongue = pn.widgets.RadioButtonGroup(
            options={name.upper(): name for name in LANGUAGES}, value=words.language, width=90,
            css_classes=["language"], **look,
        )  # fmt: skip
        self.key.on_click(lambda _: self._toggle())
        step.on_click(lambda _: play.step())
        survey.on_click(lambda _: play.go_to(max((one.survey_over for one in play.markets), default=0)))
        self.pace.param.watch(lambda event: setattr(play, "pace", event.new), "value")
        tongue.param.watch(lambda event: switch(event.new), "value")
        self.view = pn.FlexBox(self.key, step, self.pace, survey, self.day, tongue, css_classes=["transport"],
                               align_items="center", sizing_mode="stretch_width")  # fmt: skip

    def _toggle(self):
        self.play.playing = not self.play.playing
        self.show()

    def show(self) -> None:
        """The day, and what the key does now."""
        play, words = self.play, self.words
        name = words("app.pause" if play.playing else "app.play")
        if self.key.name != name:
            self.key.name = name
        if not play.markets:
            told = words("app.making")
        else:
            market = play.markets[0]
            when = words.day(market.last_date if market.day else market.scenario.start)
            told = words("app.day", date=when, day=words.number(play.day), days=words.number(play.days))
            if play.behind:
                told += " · " + words("app.behind", count=play.behind, days=words.number(play.behind))
            elif play.busy:
                told += " · " + words("app.reading" if play.asking else "app.making")
        say(self.day, f"<span class=now>{escape(told)}</span>")


def next_day(play: Play) -> date | None:
    """The day on which a policy chosen now comes into force; None before the first, where the usual date holds."""
    if not play.markets or not play.day:
        return None
    market = play.markets[0]
    return min(market.market.date, market.scenario.end)
