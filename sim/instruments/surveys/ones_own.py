"""Instruments of one's own are asked: what each reads off a run, or why there is no reading."""

import dataclasses
import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pandas as pd

from sim.instruments.targets import RIVALS, NotComparable, load_targets
from sim.results.results import Results
from sim.scenario.own.brought import sources, values
from sim.scenario.own.fault import RuleFailed, fault
from sim.scenario.own.marks import Mark, mark_of
from sim.scenario.own.reading import Reading
from sim.scenario.own.source import Source
from sim.scenario.problems import BadScenario, Problem
from sim.scenario.scenario import Scenario

FORMS = "a number, (value, standard error), sim.own.Reading, or a dictionary of these by name"


class Read(NamedTuple):
    """What an instrument of one's own read, in plain values as they are kept of a run.

    Attributes
    ----------
    name
        Of the instrument; ``instrument.part`` of one of several readings.
    reason
        Why there is none; "" if there is.
    """

    name: str
    instrument: str
    value: float
    error: float
    unit: str
    published: float
    low: float
    high: float
    truth: float
    note: str
    reason: str

    @property
    def compared(self) -> tuple[float, float] | NotComparable:
        """As `sim.instruments.readings.readings` has it."""
        return NotComparable(self.reason) if self.reason else (self.value, self.error)


def clashes(scenario: Scenario) -> list[Problem]:
    """The problems of instruments that have the name of a published number, which another instrument reads."""
    mine = scenario.ones_own("instrument")
    if not mine:
        return []
    taken = {name for table in (None, *RIVALS) for name in load_targets(table)["id"]}
    wrong = "is the name of a published number that the program reads; rename the function"
    return [Problem(f"own.{name}", scenario.own[name].rule, wrong) for name in mine if name in taken]


def ask(results: Results) -> list[Read]:
    """Have every instrument of a scenario that is one's own read a run."""
    scenario = results.scenario
    wrong = {problem.key: problem.wrong for problem in clashes(scenario)}
    found = []
    for name in scenario.ones_own("instrument"):
        mark, mine = Mark("instrument"), scenario.own[name]
        try:
            (source,) = sources({name: mine}).values()
            mark = mark_of(source.rule) or mark
            if reason := wrong.get(f"own.{name}"):
                raise RuleFailed(reason)
            found += _parts(name, mark, called(source, results, values(mine)), scenario.population.weight)
        except (RuleFailed, BadScenario) as failed:
            found.append(_silent(name, mark, str(failed)))
    return found


def called(source: Source, results: Results, given: dict[str, Any]) -> Any:
    """What a rule gives that is shown a run; its tables are copies, which it may change.

    Raises
    ------
    RuleFailed
        Saying in which line of its source, whatever it raised.
    """
    tables = {one.name: vars(results)[one.name] for one in dataclasses.fields(results)}
    tables = {name: each.copy(deep=False) if isinstance(each, pd.DataFrame) else each for name, each in tables.items()}
    try:
        return source.rule(type(results)(**tables | {"summary": dict(results.summary)}), **given)
    except (Exception, SystemExit) as error:  # whatever a user's function does loses no run
        raise RuleFailed(fault(error, source)) from error


def _parts(name, mark, given, weight) -> Iterator[Read]:
    if not isinstance(given, Mapping):
        yield _one(name, name, mark, given, weight)
        return
    if not given:
        yield _silent(name, mark, "gives no reading at all")
    for part, one in given.items():
        yield _one(f"{name}.{part}", name, mark, one, weight)


def _one(name, instrument, mark, given, weight):
    try:
        one = _reading(given)
    except (TypeError, ValueError, OverflowError):
        return _silent(name, mark, f"gives {_told(given)}, and must give {FORMS}", instrument)
    if not math.isfinite(one.value):
        return _silent(name, mark, f"gives {one.value}, which is not a number", instrument)
    scale = weight if mark.extensive else 1.0
    one = one._replace(value=one.value * scale, error=one.error * scale, truth=one.truth * scale)
    return Read(name, instrument, **one._replace(unit=one.unit or mark.unit)._asdict(), reason="")


def _reading(given: Any) -> Reading:
    """A reading in whichever of the forms; raises TypeError or ValueError."""
    parts = given if isinstance(given, Reading) else Reading(*given) if isinstance(given, tuple) else Reading(given)
    plain: dict[str, Any] = {}
    for field, part in parts._asdict().items():
        if field in ("unit", "note"):
            if not isinstance(part, str):
                raise TypeError
            plain[field] = part
        elif isinstance(part, str | bool):
            raise TypeError
        else:
            plain[field] = math.nan if part is None and field != "value" else float(part)
    return Reading(**plain)


def _told(given):
    text = " ".join(repr(given).split())
    return f"{type(given).__name__} {text if len(text) <= 40 else f'{text[:40]}...'}"


def _silent(name, mark, reason, instrument=""):
    nothing = Reading(math.nan)._replace(unit=mark.unit)
    return Read(name, instrument or name, **nothing._asdict(), reason=reason)
