"""The rules of a day as the kernels read them: one number for every scenario field declared with a `Rule`."""

from collections import namedtuple
from functools import reduce
from typing import Any

from sim.scenario import fields
from sim.scenario.parameter import leaves

DECLARED = {  # by name in the kernels: full key, parameter
    parameter.rule.named(key.rpartition(".")[2]): (key, parameter)
    for key, _, parameter in leaves(fields.Scenario)
    if parameter.rule
}
_OF_POLICIES = {name: q.rule.without for name, (key, q) in DECLARED.items() if key.startswith("policy.")}
_OF_PEOPLE = [name for name in DECLARED if name not in _OF_POLICIES]

# Where in the memory of this process a rule of one's own has its words (`sim.kernel.ones_own`), 0 without one: no part
# of a scenario, and of no meaning in another process.
OWN = {"own_looking": 0, "own_watching": 0, "own_piece_rate": 0}

_USUAL = {**_OF_POLICIES, **OWN}
Rules = namedtuple("Rules", [*_OF_PEOPLE, *_USUAL], defaults=_USUAL.values(), module=__name__)
Rules.__doc__ = "Behaviour in kernel units; what policies change stands last and changes nothing until they do."
for _name, (_key, _quantity) in DECLARED.items():
    getattr(Rules, _name).__doc__ = f"{_quantity.meaning}; {_quantity.rule.unit or _quantity.unit}, from {_key}"


def rules_of(scenario: Any) -> Rules:
    """The rules of a scenario before any policy is in force."""
    return Rules(**{name: _value(name, scenario) for name in _OF_PEOPLE})


def with_policies(rules: Rules, scenario: Any) -> Rules:
    """The rules once the policies chosen are in force."""
    chosen = {"policy", *(f"policy.{name}" for name in scenario.policy.chosen)}
    changed = [name for name in _OF_POLICIES if DECLARED[name][0].rpartition(".")[0] in chosen]
    return rules._replace(**{name: _value(name, scenario) for name in changed})


def _value(name: str, scenario: Any) -> float:
    key, parameter = DECLARED[name]
    *path, field = key.split(".")
    group = reduce(getattr, path, scenario)
    return parameter.rule.value(getattr(group, field), group, parameter.unit)
