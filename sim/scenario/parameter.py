"""What a field of a scenario means, and what may stand in it; for the check at the door and for people.

Imports nothing that takes time: ``--help`` is answered from here.
"""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from sim.scenario.conversion import Rule
    from sim.scenario.priors import LogUniform, Uniform

ASSUMED = "assumed"  # a guess of ours
CALIBRATED = "calibrated"  # found by looking for what meets the targets that may be fitted
CHOICE = "choice"  # not a fact of the world: for the user to say
# Dates a run can begin, end and decide on: all that a labour market needs, and far from where calendars end.
FIRST_DATE, LAST_DATE = date(1900, 1, 1), date(2199, 12, 31)


class Parameter:
    """Meaning, unit, range and source of one field.

    Parameters
    ----------
    meaning
        What it is, in words.
    unit
        Unit of the value, or "" for a word or a bare number.
    low, high : number, optional
        Closed range of the number, or of each number of a list; of a date, `FIRST_DATE` to `LAST_DATE`.
    source
        Where the default comes from; by default calibrated where there is a prior, assumed where there is a
        unit or a range, else a choice.
    prior
        Makes the field a free parameter: what is thought of it before the targets that may be fitted are seen.
    rule
        What the kernels are given of it; nothing if there is none.
    """

    __slots__ = ("meaning", "unit", "low", "high", "source", "prior", "rule")

    def __init__(
        self,
        meaning: str,
        unit: str = "",
        low: float | date | None = None,
        high: float | date | None = None,
        source: str | None = None,
        prior: "Uniform | LogUniform | None" = None,
        rule: "Rule | None" = None,
    ) -> None:
        self.meaning, self.unit, self.low, self.high = meaning, unit, low, high
        self.prior, self.rule = prior, rule
        guessed = CALIBRATED if prior else CHOICE if unit == "" and low is None else ASSUMED
        self.source = source or guessed
        if unit == "date":
            self.low, self.high = FIRST_DATE, LAST_DATE

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        return self._bounded(handler(source))

    def _bounded(self, schema):
        """The same schema with the range, and no silent conversion, at every number inside."""
        if schema["type"] in ("int", "float", "date"):
            return {**schema, "ge": self.low, "le": self.high, "strict": schema["type"] != "date"}
        for inner in ("schema", "items_schema"):
            if isinstance(schema.get(inner), dict):
                schema = {**schema, inner: self._bounded(schema[inner])}
            elif isinstance(schema.get(inner), list):
                schema = {**schema, inner: [self._bounded(part) for part in schema[inner]]}
        return schema

    def range(self) -> str:
        """The range in words, "" where there is none."""
        return "" if self.low is None else f"{_plain(self.low)} to {_plain(self.high)}"


def fields_of(declared: type) -> dict[str, tuple]:
    """``{name: (type, Parameter)}`` of a declared class, in its order."""
    return {name: (hint, getattr(declared, name)) for name, hint in get_type_hints(declared).items()}


def section(kind: Any) -> tuple[type | None, bool]:
    """The declared class inside a type, and whether it stands under names of its own; (None, False) of a value."""
    named = get_origin(kind) is dict
    for part in (kind, *get_args(kind)):
        if hasattr(part, "__annotations__"):
            return part, named
    return None, False


def leaves(declared: type, prefix: str = "") -> Iterator[tuple]:
    """Every field below a declared class: (full key, type, Parameter); ``<name>`` stands for any name."""
    for name, (kind, parameter) in fields_of(declared).items():
        inner, named = section(kind)
        if inner is None:
            yield prefix + name, kind, parameter
        else:
            yield from leaves(inner, f"{prefix}{name}.<name>." if named else f"{prefix}{name}.")


def values_at(tree: dict, key: str) -> list:
    """Every value at a full key of a tree, in which ``<name>`` stands for any name; nulls are left out."""
    nodes = [tree]
    for part in key.split("."):
        nodes = [value for node in nodes for value in (node.values() if part == "<name>" else [node.get(part)])]
        nodes = [value for value in nodes if value is not None]
    return nodes


def free(declared: type) -> dict:
    """The free parameters below a declared class: ``{full key: Parameter}`` of the fields with a prior."""
    return {key: parameter for key, _, parameter in leaves(declared) if parameter.prior}


def find(declared: type, path: list[str]) -> tuple:
    """Type and parameter of the field at a path (a sequence of names), or None if there is no such field."""
    inner, named, found = declared, False, None
    for part in path:
        if inner is None:
            return found if isinstance(part, int) else None
        if named:  # this part is a name somebody gave
            named, found = False, (inner, None)
            continue
        found = fields_of(inner).get(part)
        if found is None:
            return None
        inner, named = section(found[0])
    return found


def allowed(kind: Any, parameter: Parameter) -> str:
    """What may stand in a field, in words."""
    options = [part for part in get_args(kind) if part is not type(None)]
    if get_origin(kind) is Literal:
        return "one of " + ", ".join(options)
    if get_origin(kind) is tuple:
        return f"a list of {len(options)}, each " + allowed(options[0], parameter)
    if type(None) in get_args(kind):
        return allowed(options[0], parameter) + ", or null"
    words = {bool: "true or false", int: "a whole number", float: "a number", str: "a word", list: "a list"}
    words[date] = "a date such as 2018-07-31"
    if section(kind)[0] is not None:
        return "a group of fields"
    return words[kind] + (f" from {parameter.range()}" if parameter.low is not None else "")


def _plain(number):
    """A number or a date as a person writes it."""
    if isinstance(number, date):
        return number.isoformat()
    if isinstance(number, int) and number > 10**9 and (number + 1) & number == 0:
        return f"2^{number.bit_length()} - 1"
    return f"{number:.15g}"
