"""The parameters of a rule of one's own: declared like the fields of a scenario, with unit, range and source.

``rate: Annotated[float, Parameter("taken of pay", "share", 0, 1, "assumed")] = 0.1``: after the star of a function, or
as a class's attribute.
"""

import inspect
from typing import Annotated, Any, NamedTuple, get_args, get_origin, get_type_hints

from sim.scenario.parameter import Parameter, allowed
from sim.scenario.problems import Problem, nearest, question

TAKEN = ("role", "rule", "digest")  # of a rule, and no names of its parameters
PLAIN = (bool, int, float, str)
HOW = "write rate: Annotated[float, Parameter('what it is', 'unit', 0, 1, 'source')] = 0.1"


class Declared(NamedTuple):
    """One parameter of a rule: its type, what it means, and its usual value."""

    kind: type
    parameter: Parameter
    usual: bool | int | float | str


def parameters(rule: Any, key: str) -> tuple[dict[str, Declared], list[Problem]]:
    """The parameters that a function or class declares, and what is wrong with how it does.

    Parameters
    ----------
    rule
    key
        Full key of the rule, for problems: ``own.tax``.
    """
    found, problems = {}, []
    try:
        hints = get_type_hints(rule, include_extras=True)
    except Exception as error:  # annotations of the user's may name anything
        return {}, [Problem(key, rule.__name__, f"its annotations cannot be read: {error}")]
    usual = _of_class(rule) if inspect.isclass(rule) else _of_function(rule)
    for name, value in usual.items():
        declared, wrong = _one(hints.get(name), value)
        if name in TAKEN:
            wrong = f"is a name that every rule has; not {', '.join(TAKEN)}"
        if wrong:
            problems.append(Problem(f"{key}.{name}", "" if value is inspect.Parameter.empty else value, wrong))
        else:
            found[name] = declared
    return found, problems


def _of_function(rule):
    try:
        every = inspect.signature(rule).parameters.values()
    except (TypeError, ValueError):
        return {}
    return {one.name: one.default for one in every if one.kind is inspect.Parameter.KEYWORD_ONLY}


def _of_class(rule):
    return {
        name: getattr(rule, name, inspect.Parameter.empty)
        for name, hint in get_type_hints(rule, include_extras=True).items()
        if get_origin(hint) is Annotated and any(isinstance(part, Parameter) for part in get_args(hint))
    }


def _one(hint, value):
    kind, *notes = get_args(hint) if get_origin(hint) is Annotated else (hint,)
    parameter = next((note for note in notes if isinstance(note, Parameter)), None)
    if parameter is None:
        return None, f"is not declared with meaning, unit, range and source; {HOW}"
    if kind not in PLAIN:
        return None, f"must be one of {', '.join(each.__name__ for each in PLAIN)}"
    if value is inspect.Parameter.empty:
        return None, f"has no usual value; {HOW}"
    if wrong := wrong_value(kind, parameter, value):
        return None, f"its usual value {wrong}"
    return Declared(kind, parameter, value), ""


def wrong_value(kind: type, parameter: Parameter, value: Any) -> str:
    """What is wrong with a value, "" if nothing."""
    from pydantic import TypeAdapter, ValidationError  # which --help does without

    value = float(value) if kind is float and type(value) is int else value
    try:
        TypeAdapter(Annotated[kind, parameter]).validate_python(value, strict=True)
    except ValidationError:
        unit = f", {parameter.unit}" if parameter.unit else ""
        return f"must be {allowed(kind, parameter)} ({parameter.meaning}{unit})"
    return ""


def wrong_values(rule: Any, key: str, values: dict[str, Any]) -> list[Problem]:
    """The problems of the values that a scenario gives the parameters of a rule, or lacks."""
    declared, problems = parameters(rule, key)
    for name, value in values.items():
        if name not in declared:
            has = f"{key} has {', '.join(declared) or 'no parameters'}{question(nearest(name, declared))}"
            problems.append(Problem(f"{key}.{name}", value, f"there is no such field; {has}"))
        elif wrong := wrong_value(declared[name].kind, declared[name].parameter, value):
            problems.append(Problem(f"{key}.{name}", value, wrong))
    return problems
