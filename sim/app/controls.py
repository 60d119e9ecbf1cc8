"""Sliders made from the declarations of the scenario's fields: each carries its unit, range and source."""

import math
from collections.abc import Callable, Iterator
from datetime import date
from html import escape
from typing import Any, Literal, get_args, get_origin

import panel as pn

from sim.app.charts import LOOK
from sim.report.language.words import Words
from sim.scenario import composition, fields
from sim.scenario.parameter import Parameter, find, leaves
from sim.scenario.priors import LogUniform
from sim.scenario.problems import at

FIRST = (  # what is offered before one searches
    *("demand.hours_per_day", "behaviour.looking_elasticity", "behaviour.looking_rate", "behaviour.staying"),
    *("behaviour.reaction_minutes", "behaviour.reservation_wage", "behaviour.need_effect", "behaviour.search_seconds"),
    *("population.entry.talk", "world.active"),
)
_STEPS, _WIDE = 60, 20  # places of a slider; a range wider than so many times is not shown whole
_ELSEWHERE = ("record.", "report.", "cluster.", "seeds", "until", "start", "end", "policy.start", "country.")
_ELSEWHERE += ("population.people", "population.sample")
_UNMOVED = ("name", "posterior", "row", "targets", "survey.platform", "label", "structure")


def offered(tree: dict[str, Any]) -> Iterator[str]:
    """The full keys of all fields that have a slider, a box or a list, of the platforms and the policy in a tree."""
    for key, kind, _ in leaves(fields.Scenario):
        last = key.rpartition(".")[2]
        if key.startswith(_ELSEWHERE) or last in _UNMOVED or key in _UNMOVED or "traits." in key:
            continue
        if (kind in (int, float, bool, date) or get_origin(kind) is Literal) and ".tasks." not in key:
            yield from (one for one in _in(tree, key.split(".")) if at(tree, one.split(".")) is not None)


def _in(tree, parts):
    """A key with ``<name>`` as the keys that are there."""
    if "<name>" not in parts:
        yield ".".join(parts)
        return
    place = parts.index("<name>")
    for name in at(tree, parts[:place]) or ():
        yield from _in(tree, [*parts[:place], name, *parts[place + 1 :]])


def tree_of(changes: dict[str, Any]) -> dict[str, Any]:
    """The values of all fields, given some changes."""
    return composition.choose(changes)[1]


class Control:
    """One field: what it means, a slider or a box, and its unit, range and source.

    Parameters
    ----------
    key
        Full key.
    usual, value
        Where it stands if nobody moves it, and now.
    moved
        Is told the key and the new value, or None where it is the usual one.
    """

    def __init__(self, key: str, usual: Any, value: Any, words: Words, moved: Callable[[str, Any], None]) -> None:
        self.key, self.usual, self._moved = key, usual, moved
        kind, self.parameter = find(fields.Scenario, key.split("."))
        self.words = words
        self.widget = self._widget(kind, value)
        told = f"<b>{escape(meaning(key, words))}</b><br>{self._about()}"
        about = pn.pane.HTML(told, css_classes=["about"], stylesheets=[LOOK],
                             sizing_mode="stretch_width", margin=(6, 5, 0, 5))  # fmt: skip
        self.view = pn.Column(about, self.widget, sizing_mode="stretch_width", css_classes=["control"])

    def _widget(self, kind, value):
        look = {"sizing_mode": "stretch_width", "margin": (0, 5)}
        if kind is bool:
            widget: Any = pn.widgets.Checkbox(value=value, name=self.key, **look)
        elif kind is date:
            widget = pn.widgets.DatePicker(value=_date(value), **look)
        elif get_origin(kind) is Literal:
            widget = pn.widgets.Select(value=value, options=[*get_args(kind)], **look)
        else:
            return self._slider(kind, value, look)
        widget.param.watch(lambda event: self._tell(event.new), "value")
        return widget

    def _slider(self, kind, value, look):
        """A slider over the field's places and a box for any other value; both show the same."""
        places = scale(self.parameter, kind, self.usual, value)
        slider = pn.widgets.IntSlider(value=_nearest(places, value), end=len(places) - 1, show_value=False,
                                      tooltips=False, **look)  # fmt: skip
        box = pn.widgets.FloatInput if kind is float else pn.widgets.IntInput
        exact = box(value=value, start=self.parameter.low, end=self.parameter.high, width=92, margin=(0, 5))
        if kind is float:
            exact.step = float(f"{max(abs(value), 1e-3) / 20:.1g}")
        held = []  # while one follows the other

        def slid(event: Any) -> None:
            if not held:
                held.append(True)
                exact.value = places[event.new]
                held.clear()

        def let_go(event: Any) -> None:
            self._tell(places[event.new])

        def typed(event: Any) -> None:
            if not held and event.new is not None:
                held.append(True)
                slider.value = _nearest(places, event.new)
                held.clear()
                self._tell(event.new)

        slider.param.watch(slid, "value")
        slider.param.watch(let_go, "value_throttled")
        exact.param.watch(typed, "value")
        return pn.Row(slider, exact, sizing_mode="stretch_width", margin=0)

    def _tell(self, value):
        self._moved(self.key, None if value == self.usual else value)

    def _about(self):
        """Unit, range, usual value and source, in one line; and the key."""
        words, parameter = self.words, self.parameter
        said = [words.field("unit", parameter.unit)]
        if parameter.low is not None and not isinstance(parameter.low, date):
            said.append(words("app.range", low=words.short(parameter.low), high=words.short(parameter.high)))
        if isinstance(self.usual, int | float) and not isinstance(self.usual, bool):
            said.append(words("app.usual", value=words.short(self.usual)))
        said.append(words.field("source", parameter.source))
        return f"{escape(' · '.join(part for part in said if part))}<br><code>{self.key}</code>"


def meaning(key: str, words: Words) -> str:
    """What a field means, in the reader's language."""
    parts = key.split(".")
    if parts[:2] in (["platform", "members"], ["world", "regions"]):
        parts[2] = "<name>"
    return words.field(".".join(parts), find(fields.Scenario, key.split("."))[1].meaning)


def scale(parameter: Parameter, kind: type, usual: float, value: float) -> list:
    """The places of a field's slider: its prior's range, else its own, or a factor of eight around the usual value.

    Even in the logarithm where the prior is, or where the range is wide; two or three digits each.
    """
    ends: Any = parameter.prior or parameter  # both have two ends, and no date has a slider
    low, high = ends.low, ends.high
    wide = not parameter.prior and usual > 0 and (low <= 0 or high / low > _WIDE) and high / usual > _WIDE
    if wide:
        low, high = max(low, usual / 8), min(high, usual * 8)
    logarithmic = isinstance(parameter.prior, LogUniform) or wide
    shares = [step / _STEPS for step in range(_STEPS + 1)]
    if logarithmic and low > 0:
        found = [low * (high / low) ** share for share in shares]
    else:
        found = [low + (high - low) * share for share in shares]
    digits = max(0, 2 - math.floor(math.log10(max((high - low) / _STEPS, 1e-12))) - 1)
    rounded = (float(f"{one:.3g}") if logarithmic else round(one, digits) for one in found)
    places = {kind(round(one) if kind is int else one) for one in rounded} | {kind(usual), kind(value)}
    return sorted(one for one in places if ends.low <= one <= ends.high or one in (usual, value))


def _nearest(places, value):
    return min(range(len(places)), key=lambda n: abs(places[n] - value))


def _date(value):
    return date.fromisoformat(value) if isinstance(value, str) else value


class Fields:
    """The sliders: a few first, those of the policy, and any other that is searched for."""

    def __init__(self, words: Words, moved: Callable[[str, Any], None], reset: Callable[[], None]) -> None:
        self.words, self._moved = words, moved
        self.shown: dict[str, Control] = {}
        self.search = pn.widgets.MultiChoice(
            name=words("app.fields.search"), placeholder=words("app.fields.type"), option_limit=30,
            search_option_limit=30, sizing_mode="stretch_width", margin=(4, 5), css_classes=["search"],
        )  # fmt: skip
        self.search.param.watch(lambda _: self._fill(), "value")
        again = pn.widgets.Button(name=words("app.fields.reset"), margin=(4, 5), height=30)
        again.on_click(lambda _: reset())
        self._few, self._policy, self._found = (pn.Column(sizing_mode="stretch_width", margin=0) for _ in range(3))
        about = pn.pane.HTML(f"<p>{words('app.fields.about')}</p>", css_classes=["note"], stylesheets=[LOOK])
        self.view = pn.Column(about, self._few, self._policy, self.search, self._found, again,
                              sizing_mode="stretch_width", css_classes=["fields"])  # fmt: skip
        self._usual: dict[str, Any] = {}
        self._values: dict[str, Any] = {}

    def show(self, usual: dict[str, Any], values: dict[str, Any]) -> None:
        """Sliders at these values; both are trees of all fields."""
        self._usual, self._values = usual, values
        keys = [*offered(usual)]
        self.search.options = {f"{key} \N{EM DASH} {meaning(key, self.words)}": key for key in sorted(keys)}
        self._fill()

    def _fill(self):
        few = [key for key in FIRST if at(self._usual, key.split(".")) is not None]
        own = [key for key in self.search.options.values() if key.startswith("policy.")]
        found = [key for key in self.search.value if key not in few and key not in own]
        self.shown = {}
        for place, keys in ((self._few, few), (self._policy, own), (self._found, found)):
            place[:] = [self._control(key).view for key in keys]

    def _control(self, key):
        path = key.split(".")
        control = Control(key, at(self._usual, path), at(self._values, path), self.words, self._moved)
        self.shown[key] = control
        return control
