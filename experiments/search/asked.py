"""What a search is asked: which fields vary between what, what is better, and what must be kept. Read and checked.

``vary=[KEY:LOW:HIGH]``, of what is chosen ``KEY:ONE:OTHER``; ``goals=[NAME:max]``; ``keep=[NAME:>=0.95]``. Keys are
those of policies, ``policy.minimum_rate.hourly``, and of policies of one's own that are chosen, ``own.tax.rate``.
"""

import math
from dataclasses import asdict, dataclass
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from experiments.policy.paired import quantities as rows
from experiments.search.measure import LESS_OF, OWN, names, of_run
from sim.instruments.targets import TargetsError
from sim.scenario import composition, fields
from sim.scenario.own import brought
from sim.scenario.own.declared import parameters
from sim.scenario.own.source import find as find_source
from sim.scenario.parameter import Parameter, find, leaves
from sim.scenario.problems import BadScenario, Problem, nearest, question
from sim.scenario.scenario import Scenario

Fields = dict[str, tuple[Any, Parameter]]
FEWEST_STEPS = 100  # of a range: values are rounded to the power of ten of which it holds so many
IDLE = ("placebo",)  # policies that act on nothing
_IDLE = "acts on nothing that matters; every search has it beside"
_TRUE = {"true": True, "false": False}


@dataclass(frozen=True)
class Varied:
    """A field of a policy that varies: a number from `low` to `high`, else one of `choices`."""

    key: str
    unit: str
    meaning: str
    whole: bool = False
    low: float | None = None
    high: float | None = None
    choices: tuple = ()

    @property
    def policy(self) -> str:
        """Name of the policy whose field it is."""
        return self.key.split(".")[1]

    @property
    def own(self) -> bool:
        """Whether it is of a policy of one's own."""
        return self.key.startswith("own.")

    def rounded(self, value: Any) -> Any:
        """The value with the digits that a decision has: a hundredth of the range or finer."""
        if self.choices or self.whole:
            return value
        digits = math.ceil(-math.log10((self.high - self.low) / FEWEST_STEPS) - 1e-9)
        return float(min(max(round(float(value), digits), self.low), self.high))


@dataclass(frozen=True)
class Goal:
    """A number, and whether more of it is better."""

    name: str
    most: bool


@dataclass(frozen=True)
class Kept:
    """A number that is to be at least (or at most) so many times what it is without a policy."""

    name: str
    least: bool
    ratio: float

    def violation(self, ratio: float) -> float:
        """How far a ratio is on the wrong side; 0 or less where it is kept."""
        return self.ratio - ratio if self.least else ratio - self.ratio

    def __str__(self) -> str:
        return f"{self.name}:{'>=' if self.least else '<='}{self.ratio:g}"


@dataclass(frozen=True)
class Question:
    """What a search is asked."""

    varied: tuple[Varied, ...]
    goals: tuple[Goal, ...]
    kept: tuple[Kept, ...]

    @property
    def names(self) -> list[str]:
        """Every number that it asks for, goals first."""
        return [*dict.fromkeys([*(one.name for one in self.goals), *self.kept_names])]

    @property
    def kept_names(self) -> list[str]:
        """Every number that must be kept, once."""
        return [*dict.fromkeys(one.name for one in self.kept)]

    @property
    def of_run(self) -> bool:
        """Whether it asks for what a run says of itself."""
        return any(map(of_run, self.names))

    @classmethod
    def read(cls, settings: dict[str, Any], own: Fields | None = None) -> "Question":
        """From settings that have no problems; `own` are the fields of policies of one's own."""
        parts = [[make(word) for word in _words(settings[key])] for key, make in _readers(own or {}).items()]
        return cls(*(tuple(part) for part in parts))

    @classmethod
    def load(cls, kept: dict[str, Any]) -> "Question":
        """From what `keep` gave."""
        varied = tuple(Varied(**one | {"choices": tuple(one["choices"])}) for one in kept["varied"])
        return cls(varied, tuple(Goal(**one) for one in kept["goals"]), tuple(Kept(**one) for one in kept["kept"]))

    def keep(self) -> dict[str, Any]:
        """It as plain values, for who has no longer the policies that it is of."""
        return {name: [{key: [*value] if isinstance(value, tuple) else value for key, value in asdict(one).items()}
                       for one in getattr(self, name)] for name in ("varied", "goals", "kept")}  # fmt: skip


def own_fields(rules: dict[str, Any]) -> Fields:
    """Type and parameter of each field of policies of one's own, by full key; given the policies by name."""
    every = {f"own.{name}": parameters(rule, f"own.{name}")[0] for name, rule in rules.items()}
    return {f"{key}.{name}": (one.kind, one.parameter) for key, of in every.items() for name, one in of.items()}


def own_of(scenario: Scenario) -> Fields:
    """The same of the policies of one's own in a scenario."""
    found = brought.sources({name: scenario.own[name] for name in scenario.ones_own("policy")})
    return own_fields({name: one.rule for name, one in found.items()})


def _own_typed(changes, folders):
    """The same of those that are typed; what is wrong with them, the scenario says."""
    _, rules, _ = brought.brought(changes, folders)
    chosen = {name: one["rule"] for name, one in rules.items() if one["role"] == "policy"}
    return own_fields({name: find_source(word, composition.SEVERAL, folders).rule for name, word in chosen.items()})


def problems_of(settings: dict[str, Any], changes: dict[str, Any], folders: composition.Folders = ()) -> list[Problem]:
    """Everything wrong with the settings of a search, given the values typed by full key."""
    found = []
    for key, make in _readers(_own_typed(changes, folders)).items():
        words, seen = _words(settings[key]), []
        if not words and key != "keep":
            found.append(Problem(key, settings[key], _EMPTY[key]))
        for word in words:
            try:
                one = make(word)
            except ValueError as problem:
                found.append(Problem(key, word, str(problem)))
                continue
            name = one.key if isinstance(one, Varied) else one.name
            if name in seen and key != "keep":
                found.append(Problem(key, word, f"{name} is there twice"))
            if key == "vary" and name in changes:
                found.append(Problem(name, changes[name], "varies in this search; say one of the two"))
            seen.append(name)
    return found + _unknown(settings, changes)


_EMPTY = {
    "vary": "says nothing that may vary; fields of policies with ranges, as in [policy.minimum_rate.hourly:0:12]",
    "goals": "no goal; one or more numbers with max or min, as in [earned_lowest_half:max,hours_lost:min]",
}


def _words(value):
    return [] if value is None else [str(one) for one in (value if isinstance(value, list) else [value])]


def _goal(word: str) -> Goal:
    name, _, way = word.rpartition(":")
    if way not in ("max", "min") or not name:
        raise ValueError(f"must be a name and max or min, as in {name or way}:max")
    return Goal(name, way == "max")


def _kept(word: str) -> Kept:
    name, _, bound = word.partition(":")
    sign, number = bound[:2], bound[2:]
    try:
        ratio = float(number.removesuffix("%")) / (100.0 if number.endswith("%") else 1.0)
    except ValueError:
        ratio = math.nan
    if sign not in (">=", "<=") or not 0.0 <= ratio < math.inf:
        raise ValueError(
            f"must be a name, >= or <= and how many times what it is without a policy, as in {name}:>=0.95"
        )
    if name in LESS_OF:
        raise ValueError(f"is known as a difference alone; keep {LESS_OF[name]}, of which it is what is lost")
    return Kept(name, sign == ">=", ratio)


def _varied(own: Fields, word: str) -> Varied:
    key, *given = word.split(":")
    kind, parameter = own[key] if key in own else _declared(key, own)
    options = [part for part in get_args(kind) if part is not type(None)] if get_origin(kind) is not Literal else [kind]
    kind = options[0] if options else kind
    if get_origin(kind) is Literal or kind is bool:
        return _choice(key, list(get_args(kind)) or [*_TRUE], given, parameter)
    if kind not in (int, float) or parameter.low is None:
        raise ValueError(f"{key} has no declared range, and nothing to choose from: hold it at a value, {key}=...")
    return _range(key, kind, given, parameter)


def _declared(key: str, own: Fields) -> tuple[Any, Parameter]:
    """Type and parameter of a field of a policy that acts on something."""
    path = key.split(".")
    if path[0] == "own" and len(path) == 3 and not any(one.startswith(f"own.{path[1]}.") for one in own):
        raise ValueError(f"no policy called {path[1]} is chosen; choose it with policy=module:{path[1]}")
    if path[0] == composition.SEVERAL and len(path) > 1 and path[1] in IDLE:
        raise ValueError(f"{path[1]} {_IDLE}")
    known = [name for name, _, _ in leaves(fields.Policy, f"{composition.SEVERAL}.") if name.count(".") == 2]
    if key in known:
        return find(fields.Scenario, path)
    if find(fields.Scenario, path) is not None:
        raise ValueError(f"{key} is no field of a policy: a search decides what a policy does; a sweep varies {key}")
    raise ValueError(f"there is no field {key} of a policy{question(nearest(key, [*known, *own]))}")


def _choice(key, options, given, parameter):
    if wrong := [one for one in given if one not in options]:
        near = question(nearest(wrong[0], options))
        raise ValueError(f"{wrong[0]} is none of {', '.join(options)}{near} ({parameter.meaning})")
    if len(set(given)) < 2 or len(set(given)) < len(given):
        raise ValueError(f"must name two or more of {', '.join(options)}, each once, as in {key}:{':'.join(options)}")
    return Varied(key, parameter.unit, parameter.meaning, choices=tuple(_TRUE.get(one, one) for one in given))


def _range(key, kind, given, parameter):
    may = f"{parameter.range()} {parameter.unit}".strip()
    try:
        low, high = (kind(one) for one in given)
    except ValueError:
        number = "a whole number" if kind is int else "a number"
        raise ValueError(f"must be {key}:LOW:HIGH, each {number} from {may} ({parameter.meaning})") from None
    if not (parameter.low <= low <= parameter.high and parameter.low <= high <= parameter.high):
        raise ValueError(f"must lie within {may} ({parameter.meaning})")
    if not low < high:
        raise ValueError(f"the range is empty: {low:g} is not below {high:g} {parameter.unit}".rstrip())
    return Varied(key, parameter.unit, parameter.meaning, kind is int, low, high)


def _readers(own: Fields) -> dict[str, Any]:
    return {"vary": partial(_varied, own), "goals": _goal, "keep": _kept}


def _unknown(settings, changes):
    """The problems of names that no run knows; the market is composed only to ask for what it says of itself."""
    asked = [(key, word, word.rpartition(":")[0] if key == "goals" else word.partition(":")[0])
             for key in ("goals", "keep") for word in _words(settings[key])]  # fmt: skip
    known = [*OWN, *rows()]
    if any(name not in known for _, _, name in asked):
        try:
            targets = {key: value for key, value in changes.items() if key == "survey.targets"}
            known = names(Scenario.resolve(targets))
        except (BadScenario, TargetsError):  # which is told for itself
            return []
    return [Problem(key, word, _no_number(name, known)) for key, word, name in asked if name and name not in known]


def _no_number(name, known):
    near = get_close_matches(name, known, 6, cutoff=0.0)
    return f"there is no such number{question(nearest(name, known))}; of {len(known)} the nearest: {', '.join(near)}"


def chosen(settings: dict[str, Any], changes: dict[str, Any], folders: list[Path]) -> tuple[list[str], list[Problem]]:
    """The policies of every candidate as a word for the scenario, as `experiments.search.__main__.further`."""
    typed = changes.get(composition.SEVERAL)
    given = [] if typed in (None, "none") else [*typed] if isinstance(typed, list) else [typed]
    known = [name for name in given if name in composition.options(composition.SEVERAL, folders)]
    parts = [part for name in known for part in composition.option(composition.SEVERAL, name, folders)]
    varied = [one for one in Question.read(settings, _own_typed(changes, folders)).varied if not one.own]
    policies = [*given, *(name for name in dict.fromkeys(one.policy for one in varied) if name not in parts)]
    whole = f"{composition.SEVERAL}=[{','.join(policies)}]"
    if idle := [name for name in given if name in IDLE]:
        return [], [Problem(composition.SEVERAL, idle, _IDLE)]
    if given and len(policies) > len(given):
        wrong = f"fields of {', '.join(policies[len(given) :])} vary too; say {whole}"
        return [], [Problem(composition.SEVERAL, typed, wrong)]
    return ([] if given else [whole]), []
