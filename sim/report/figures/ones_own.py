"""Figures of one's own, drawn with those of the report: in the same style, in the same formats, under their text."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

import matplotlib
from matplotlib.figure import Figure

from sim.instruments.fieldwork import Fieldwork
from sim.instruments.surveys.ones_own import called
from sim.report.figures import style
from sim.report.language.words import Words
from sim.scenario.own.brought import sources, values
from sim.scenario.own.fault import RuleFailed
from sim.scenario.own.files import called as sentence
from sim.scenario.own.marks import Mark, mark_of
from sim.scenario.problems import BadScenario

_HEAD = 0.4  # inches that a title takes


@contextmanager
def formulas(read: bool) -> Iterator[None]:
    """Whether what stands between dollar signs is a formula, as it is in figures of a user's own, while the block
    lasts."""
    with matplotlib.rc_context({"text.parse_math": read}):
        yield


def own_figures(fieldwork: Fieldwork, words: Words) -> dict[str, Callable[[], tuple[Figure, str, str]]]:
    """What draws each figure of one's own by its name: figure, title, and the text for who cannot see."""
    names = fieldwork.scenario.ones_own("figure")
    return {name: partial(_drawn, fieldwork, name, words) for name in names}


def _drawn(fieldwork, name, words):
    mine = fieldwork.scenario.own[name]
    try:
        (source,) = sources({name: mine}).values()
    except BadScenario as bad:
        raise RuleFailed(str(bad)) from None
    text, about = (mark_of(source.rule) or Mark("figure")).text, sentence(source.rule)
    title = text.get(words.language) or text.get("en") or about.rstrip(".") or name.replace("_", " ")
    return framed(_figure(called(source, fieldwork.results, values(mine))), title), title, about or title


def _figure(given: Any) -> Figure:
    """A figure, or that of axes or of a grid of seaborn's."""
    found = given if isinstance(given, Figure) else getattr(given, "figure", None)
    if not isinstance(found, Figure):
        raise RuleFailed(f"gives {type(given).__name__}, and must give a matplotlib Figure")
    return found


def framed(figure: Figure, title: str) -> Figure:
    """The figure as wide as the page, under its title and what is said of the sample; a title it had is replaced."""
    if (pyplot := sys.modules.get("matplotlib.pyplot")) is not None:
        pyplot.close(figure)  # which would keep it
    width, height = figure.get_size_inches()
    figure.set_size_inches(style.WIDTH, height * style.WIDTH / width + _HEAD)
    with suppress(RuntimeError):  # a layout of the user's that cannot be changed any more
        figure.set_layout_engine("constrained")
    style.head(figure, title)
    return figure
