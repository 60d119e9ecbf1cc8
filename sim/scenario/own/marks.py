"""What a rule of one's own is for: the marks that a user's functions and classes carry."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar, overload

Rule = TypeVar("Rule", bound=Callable[..., Any])
ROLES = {  # what it is for: where it is typed
    "policy": "policy=[module:name]",
    "regime": "demand=module:name",
    "piece_rate": "own=[module:name]",
    "looking": "own=[module:name]",
    "watching": "own=[module:name]",
    "instrument": "own=[module:name]",
    "figure": "own=[module:name]",
}
SHOWN = ("instrument", "figure")  # roles that read a market and move nothing in it
SEVERAL = ("policy", *SHOWN)  # of which a scenario may have more than one
MOMENTS = ("first_day", "every_morning", "before_review", "after_learning")  # of a policy, in the order of a day
_MARK = "__microwork__"


@dataclass(frozen=True)
class Mark:
    """What a rule of one's own says of itself: its role, when a policy acts, texts by language for the page, and of an
    instrument the unit of its reading and whether that grows with the number of people simulated."""

    role: str
    moment: str = "every_morning"
    text: dict[str, str] = field(default_factory=dict)
    unit: str = ""
    extensive: bool = False


def mark_of(rule: Any) -> Mark | None:
    """The mark of a function or class, None if it has none."""
    found = getattr(rule, _MARK, None)
    return found if isinstance(found, Mark) else None


def _marked(rule, mark):
    def put(one):
        setattr(one, _MARK, mark)
        return one

    return put if rule is None else put(rule)


@overload
def policy(rule: Rule, /) -> Rule: ...
@overload
def policy(*, moment: str = ..., text: dict[str, str] | None = ...) -> Callable[[Rule], Rule]: ...
def policy(rule: Any = None, /, *, moment: str = "every_morning", text: dict[str, str] | None = None) -> Any:
    """A policy: a function ``(market, day, *, parameters)``, or a class whose methods are named after moments.

    It acts from `policy.start` on; `sim.policies.market_view.MarketView` is what it is given of the market.

    Parameters
    ----------
    moment
        Of a function: one of `MOMENTS`. "first_day": once, on the first day, before all else; "every_morning": before
        clients post; "before_review": after the day's work, before it is judged and paid; "after_learning": last.
    text
        What it is called on pages, by language: ``{"en": "a tax", "fr": "une taxe"}``; else its docstring's first line.

    Raises
    ------
    ValueError
        If there is no such moment.
    """
    if moment not in MOMENTS:
        raise ValueError(f"moment={moment!r}: must be one of {', '.join(MOMENTS)}")
    return _marked(rule, Mark("policy", moment, text or {}))


def regime(rule: Any = None, /, *, text: dict[str, str] | None = None) -> Any:
    """A demand regime: a function ``(dates, *, parameters)`` of the days of a run, a datetime64[D] array of shape
    (days,); it gives the intensity of demand on each, a float array of shape (days,), 1 being the usual."""
    return _marked(rule, Mark("regime", text=text or {}))


def piece_rate(rule: Any = None, /, *, text: dict[str, str] | None = None) -> Any:
    """A piece-rate law: a function of numbers that gives what a client pays, euro an announced hour; compiled.

    `sim.scenario.own.asked` says what it can be told, by name, and when."""
    return _marked(rule, Mark("piece_rate", text=text or {}))


def looking(rule: Any = None, /, *, text: dict[str, str] | None = None) -> Any:
    """A looking rule: a function of numbers that gives how often a worker looks, looks a day; compiled.

    `sim.scenario.own.asked` says what it can be told, by name, and when."""
    return _marked(rule, Mark("looking", text=text or {}))


def watching(rule: Any = None, /, *, text: dict[str, str] | None = None) -> Any:
    """A watching rule: a function of numbers that gives the chance to stay and watch the lists; compiled.

    `sim.scenario.own.asked` says what it can be told, by name, and when."""
    return _marked(rule, Mark("watching", text=text or {}))


def instrument(
    rule: Any = None, /, *, unit: str = "", extensive: bool = False, text: dict[str, str] | None = None
) -> Any:
    """An instrument, or analyser: a function ``(results, *, parameters)`` of a run's `Results` that gives a reading: a
    number, (value, standard error), a `Reading`, or several by name.

    Parameters
    ----------
    unit
        Of the reading: "person", "euro per month", "share".
    extensive
        Whether the reading grows with the number of people simulated, as a count or a sum does. The tables of a run
        hold those simulated, and the reading, its error and its truth are multiplied by `population.weight`, so that
        they are of the country. Without, they stand as they are: means, shares, and what has been multiplied already.
    text
        What it is called on pages, by language.
    """
    return _marked(rule, Mark("instrument", text=text or {}, unit=unit, extensive=extensive))


def figure(rule: Any = None, /, *, text: dict[str, str] | None = None) -> Any:
    """A figure: a function ``(results, *, parameters)`` that gives a matplotlib Figure, to stand with the report's.

    Parameters
    ----------
    text
        Its title, by language; else its docstring's first sentence.
    """
    return _marked(rule, Mark("figure", text=text or {}))
