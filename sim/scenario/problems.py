"""What is wrong with a scenario, said so that a person can put it right; every problem at once."""

import difflib
import functools
import inspect
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Literal, NamedTuple, ParamSpec, TypeVar, get_args, get_origin

from sim.scenario import fields
from sim.scenario.parameter import allowed, find, section

ABSENT = object()  # the value of a field that was not given
_Given = ParamSpec("_Given")
_Found = TypeVar("_Found")


class Problem(NamedTuple):
    """One problem: the full key, the value given, and what is wrong with it."""

    key: str
    value: object
    wrong: str

    def __str__(self) -> str:
        given = "" if self.value is ABSENT else f" = {shown(self.value)}"
        return f"{self.key}{given}: {self.wrong}"


class BadScenario(ValueError):
    """A scenario that cannot be run; `problems` lists all that is wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list({str(problem): problem for problem in problems}.values())
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple:
        return type(self), (self.problems,)

    def explained(self) -> str:
        """All of it, as whoever typed the command reads it."""
        count = "One problem" if len(self.problems) == 1 else f"{len(self.problems)} problems"
        return "\n".join([f"{count}; nothing was run:", *(f"  {problem}" for problem in self.problems)])


def shown(value: object) -> str:
    """A value as one types it."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {shown(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(shown, value)) + "]"
    return value.isoformat() if isinstance(value, date) else str(value) or "''"


def nearest(word: object, names: Iterable[object]) -> str | None:
    """The name that was probably meant."""
    return next(iter(difflib.get_close_matches(str(word), map(str, names), 1)), None)


def question(name: str | None) -> str:
    """The question put to somebody who may have meant `name`."""
    return f"; did you mean {name}?" if name else ""


def unknown(key: str, value: object, tree: dict) -> Problem:
    """The problem of a key that is not in the tree: nearest full key, or the same field in another group."""
    corrected, node = [], tree
    for part in key.split("."):
        name = part if part in node else nearest(part, node)
        if name is None:
            break
        corrected.append(name)
        node = node[name] if isinstance(node[name], dict) else {}
    else:
        return Problem(key, value, "there is no such field" + question(".".join(corrected)))
    meant = None
    if len(corrected) == key.count("."):  # only the last name is strange: perhaps it stands elsewhere
        last = {leaf.rpartition(".")[2]: leaf for leaf in reversed(list(_leaves(tree)))}
        meant = last.get(nearest(key.rpartition(".")[2], last))
    if meant is None and corrected:
        inside = ".".join(corrected)
        return Problem(key, value, f"there is no such field; {inside} has {', '.join(map(str, node))}")
    return Problem(key, value, "there is no such field" + (question(meant) or "; --help lists them"))


def at(tree: Any, path: Iterable[str]) -> Any:
    """What stands at a path of a tree of dictionaries, None if nothing."""
    for part in path:
        tree = tree.get(part) if isinstance(tree, dict) else None
    return tree


def _leaves(tree, prefix=""):
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def of_fields(errors: list, tree: dict) -> list[Problem]:
    """Pydantic's errors about a tree as problems, each with what may stand there and what the field means."""
    return [_of_field(error, tree) for error in errors]


def _of_field(error, tree):
    path = [part for part in error["loc"] if part != "[key]"]
    value = error["input"]
    if isinstance(path[-1], int):  # the list is the field
        path, value, error = path[:-1], at(tree, path[:-1]), {**error, "type": "list"}
    key = ".".join(path)
    if error["loc"][-1] == "[key]":  # a name where only some are allowed
        names = error["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
        return Problem(key, ABSENT, f"there is no such name among {', '.join(names)}{question(nearest(value, names))}")
    found = find(fields.Scenario, path)
    if error["type"] == "extra_forbidden" or found is None:
        inner, named = section((find(fields.Scenario, path[:-1]) or (fields.Scenario,))[0])
        names = [] if inner is None or named else inner.__annotations__
        near = nearest(path[-1], names)
        return Problem(key, value, "there is no such field" + question(near and ".".join([*path[:-1], near])))
    kind, parameter = found
    may = allowed(kind, parameter)
    if error["type"] == "missing":
        return Problem(key, ABSENT, f"missing; {may}{_meaning(parameter)}")
    near = nearest(value, get_args(kind)) if get_origin(kind) is Literal else None
    return Problem(key, value, f"must be {may}{question(near)}{_meaning(parameter)}")


def _meaning(parameter):
    if parameter is None:
        return ""
    return f" ({parameter.meaning}{'' if parameter.unit in ('', 'date') else ', ' + parameter.unit})"


def corrected(write: Callable[..., str]) -> Callable[[Callable[_Given, _Found]], Callable[_Given, _Found]]:
    """Have calls whose arguments do not fit refused with what to write instead.

    Parameters
    ----------
    write
        ``write(*args)`` of the arguments without names gives it.
    """

    def around(function: Callable[_Given, _Found]) -> Callable[_Given, _Found]:
        signature = inspect.signature(function)

        @functools.wraps(function)
        def called(*args: _Given.args, **kwargs: _Given.kwargs) -> _Found:
            try:
                signature.bind(*args, **kwargs)
            except TypeError as problem:
                raise TypeError(f"{function.__qualname__}: {problem}; write {write(*args)}") from None
            return function(*args, **kwargs)

        return called

    return around
