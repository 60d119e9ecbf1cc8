"""Rules of one's own in a folder: what its provenance says of them, and their sources, copied into ``own/``."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sim.results.folder import atomic_file
from sim.scenario.own.brought import sources, values
from sim.scenario.own.declared import parameters
from sim.scenario.own.files import called
from sim.scenario.own.marks import mark_of
from sim.scenario.own.source import KEPT, Source
from sim.scenario.parameter import allowed
from sim.scenario.problems import BadScenario
from sim.scenario.scenario import Scenario


def rules(scenarios: Iterable[Scenario]) -> list[dict[str, Any]]:
    """What is known of the rules of one's own that some scenarios rest on, each once, in plain values.

    Returns
    -------
    list of dict
        name; role; rule (the word by which it is found); digest (of its source); files (as they stand in ``own/``);
        repeatable (whether another machine repeats a run with it) and why not, a list; about (the first sentence of its
        docstring); text (what it is called, by language); package (name and version, of what brought it; "" of a file);
        parameters (list of dict: name, meaning, unit, range, source, value; where runs differ, values in a list).
    """
    found: dict[str, dict[str, Any]] = {}
    for scenario in scenarios:
        for name, own in scenario.own.items():
            given = values(own)
            if name not in found:
                found[name] = _rule(name, own, given)
            for one in found[name]["parameters"]:
                if given.get(one["name"]) not in one["value"]:
                    one["value"].append(given.get(one["name"]))
    for rule in found.values():
        for one in rule["parameters"]:
            one["value"] = one["value"][0] if len(one["value"]) == 1 else one["value"]
    return [*found.values()]


def _rule(name, own, given):
    about = {"name": name, "role": own.role, "rule": own.rule, "digest": own.digest}
    try:
        (source,) = sources({name: own}).values()
    except BadScenario as bad:
        why = [problem.wrong for problem in bad.problems]
        nothing = {"about": "", "text": {}, "package": "", "parameters": []}
        return about | {"files": [], "repeatable": False, "why": why} | nothing
    mark = mark_of(source.rule) if callable(source.rule) else None
    about |= {"files": [*source.kept], "repeatable": not source.doubts, "why": [*source.doubts]}
    about |= {"about": called(source.rule) if callable(source.rule) else "", "text": mark.text if mark else {}}
    return about | {"package": source.package, "parameters": _parameters(name, source, given)}


def _parameters(name: str, source: Source, given: dict[str, Any]) -> list[dict[str, Any]]:
    declared = parameters(source.rule, f"own.{name}")[0] if callable(source.rule) else {}
    return [
        {"name": key, "meaning": one.parameter.meaning, "unit": one.parameter.unit, "source": one.parameter.source}
        | {"range": one.parameter.range() or allowed(one.kind, one.parameter), "value": [given.get(key, one.usual)]}
        for key, one in declared.items()
    ]


def keep_sources(folder: Path, scenarios: Iterable[Scenario]) -> None:
    """Copy the sources of rules of one's own into a folder's ``own/``, each file complete; what cannot be found stays
    away, and the provenance says so."""
    every = {name: own for scenario in scenarios for name, own in scenario.own.items()}
    for name, own in every.items():
        try:
            (source,) = sources({name: own}).values()
        except BadScenario:
            continue
        for kept, path in source.kept.items():
            copy = folder / KEPT / kept
            if copy.resolve() == path:
                continue
            copy.parent.mkdir(parents=True, exist_ok=True)
            with atomic_file(copy) as unfinished:
                unfinished.write_bytes(path.read_bytes())
