"""Looking, watching and piece-rate rules of one's own: checked at the door, compiled, and in force in one market."""

import inspect
import traceback
from datetime import timedelta
from pathlib import Path
from types import FunctionType
from typing import Any

from sim.scenario.own.asked import ASKED
from sim.scenario.own.brought import sources, values
from sim.scenario.own.declared import parameters
from sim.scenario.own.source import Source
from sim.scenario.problems import BadScenario, Problem, nearest, question
from sim.scenario.rules import OWN


class RuleFailed(BadScenario):
    """A rule of one's own gave what it may not, in the middle of a run."""

    def explained(self) -> str:
        """All of it, as whoever typed the command reads it."""
        return "\n".join(["Stopped by a rule of one's own:", *(f"  {problem}" for problem in self.problems)])


class KernelRules:
    """The looking, watching and piece-rate rules of one market.

    Attributes
    ----------
    places : dict of int
        By name in the kernels' rules: where in the memory of this process the rule's words are, 0 where there is none.
    """

    def __init__(self, scenario: Any) -> None:
        self.scenario, self._words, self.places = scenario, {}, dict(OWN)
        for name, source in _found(scenario).items():
            role = scenario.own[name].role
            self._words[name] = _words(source, role, values(scenario.own[name]))
            self.places[f"own_{role}"] = self._words[name].place

    def check(self) -> None:
        """See whether each rule has given what it may so far.

        Raises
        ------
        RuleFailed
        """
        if failures := {name: words.failed for name, words in self._words.items() if words.failed}:
            raise RuleFailed([self._problem(name, *failed) for name, failed in failures.items()])

    def __repr__(self) -> str:
        return f"<{', '.join(self._words) or 'no'} rules that kernels ask>"

    def _problem(self, name, day, given, told):
        (source,) = sources({name: self.scenario.own[name]}).values()
        asked, on = ASKED[self.scenario.own[name].role], self.scenario.start + timedelta(day)
        named = {one: number for one, number in zip(asked.told, told, strict=True) if one in _takes(source.rule)}
        raised = _raised(source, named, values(self.scenario.own[name])) if given != given else ""
        wrong = raised or f"must be from 0 to {asked.most:g} {asked.gives.unit}"
        heard = ", ".join(f"{one}={number:.6g}" for one, number in named.items()) or "nothing"
        return Problem(f"own.{name}", f"{given:g}", f"{wrong}; given on {on} by {source.word}, told {heard}")


def wrong_kernel_rules(scenario: Any) -> list[Problem]:
    """What is wrong with the rules that kernels ask: what they ask to be told, what they are, what numba says."""
    problems = []
    for name, source in _found(scenario).items():
        role, key = scenario.own[name].role, f"own.{name}"
        wrong = _unfit(key, source, role)
        if not wrong and role != "looking" and not any(one.listed for one in scenario.platform.members.values()):
            wrong = [
                Problem(key, source.word, f"binds nobody: no platform of this choice is biface; {role} is of lists")
            ]
        problems += wrong or _uncompiled(key, source, role)
    return problems


def _found(scenario) -> dict[str, Source]:
    return sources({name: scenario.own[name] for name in scenario.ones_own(*ASKED)})


def _takes(rule) -> list[str]:
    return [name for name, one in inspect.signature(rule).parameters.items() if one.kind != one.KEYWORD_ONLY]


def _unfit(key, source, role):
    """What is wrong with a rule before it is compiled."""
    if not isinstance(source.rule, FunctionType):
        return [Problem(key, source.word, f"must be a function, for {role} rules are compiled")]
    told, problems = ASKED[role].told, []
    for name, one in inspect.signature(source.rule).parameters.items():
        if one.kind in (one.VAR_POSITIONAL, one.VAR_KEYWORD):
            problems.append(Problem(f"{key}.{name}", f"*{name}", "write down what the rule is to be told, by name"))
        elif one.kind != one.KEYWORD_ONLY and name not in told:
            wrong = f"no {role} rule is told that{question(nearest(name, told))}; it can be told {', '.join(told)}"
            problems.append(Problem(f"{key}.{name}", source.word, wrong))
    for name, one in parameters(source.rule, key)[0].items():
        if one.kind is str:
            problems.append(Problem(f"{key}.{name}", one.usual, f"a {role} rule has numbers only, for it is compiled"))
    return problems


def _uncompiled(key, source, role):
    from sim.kernel.native import CannotCompileError

    try:
        _words(source, role)
    except CannotCompileError as error:
        return [Problem(key, source.word, f"numba cannot compile it: {error}")]
    return []


def _words(source, role, given=None):
    """A rule as native code, and the words that it reads: first what it is told, then its parameters."""
    from sim.kernel.native import compiled
    from sim.kernel.ones_own import TOLD, Words

    order, own = list(ASKED[role].told), parameters(source.rule, source.name)[0]
    takes = _takes(source.rule)
    places = [TOLD + order.index(name) for name in takes] + [TOLD + len(order) + k for k in range(len(own))]
    kinds = [float] * len(takes) + [one.kind for one in own.values()]
    native = compiled(source.rule, places, kinds, source.files)
    numbers = [(given or {}).get(name, one.usual) for name, one in own.items()]
    return Words(native, ASKED[role].most, len(order), numbers)


def _raised(source, told, given):
    """What a rule raises, told these numbers in Python; "" if nothing."""
    try:
        source.rule(**told, **given)
    except Exception as error:  # whatever it is, it is the user's to know
        last = traceback.extract_tb(error.__traceback__)[-1]
        return f"{type(error).__name__}: {error} ({Path(last.filename).name}, line {last.lineno})"
    return ""
