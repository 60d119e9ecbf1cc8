"""Rules of one's own among the choices: words that name them become part of the scenario, with their usual values."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from sim.scenario.own.declared import parameters, wrong_values
from sim.scenario.own.marks import ROLES, SEVERAL, mark_of
from sim.scenario.own.source import Source, find, names_own
from sim.scenario.problems import BadScenario, Problem

Tree = dict[str, Any]
Folders = Sequence[str | Path]
PLACES = {"policy": "policy", "demand": "regime", "own": None}  # keys at which a word may name one; role, None: any
WITHOUT = {"demand": "steady"}  # the option that what is one's own is laid over


def brought(changes: Tree, folders: Folders = ()) -> tuple[Tree, dict[str, Tree], list[Problem]]:
    """The changes without words for rules of one's own, those rules by name, and what is wrong with them."""
    rest, found, problems = dict(changes), {}, []
    for key, role in PLACES.items():
        asked = changes.get(key)
        words = list(asked) if isinstance(asked, list | tuple) else [] if asked is None else [asked]
        mine = [word for word in words if not isinstance(word, dict) and (key == "own" or _is_own(word, key, folders))]
        if not mine:
            continue
        others = [word for word in words if word not in mine]
        del rest[key]
        if others or key in WITHOUT:
            rest[key] = others or WITHOUT[key]
        for word in mine:
            problems += _take(word, key, role, folders, found)
    return rest, found, problems


def _is_own(word, key, folders):
    """Whether a word names a rule of one's own; an option of that name goes before what a package brings."""
    return names_own(word) and not any((Path(folder) / key / f"{word}.yaml").is_file() for folder in folders)


def of_option(tree: Tree, folders: Folders = ()) -> tuple[Tree, dict[str, Tree], list[Problem]]:
    """The same of an option of the group `policy` in a file: keys such as ``my_module:tax`` with values below."""
    rest, found, problems = {}, {}, []
    for word, values in tree.items():
        if ":" not in word:
            rest[word] = values
            continue
        wrong = _take(word, "policy", "policy", folders, found)
        if not wrong and isinstance(values, dict):
            found[next(reversed(found))] |= values
        problems += wrong
    return rest, found, problems


def _take(word, key, role, folders, found):
    try:
        source = find(word, key, folders)
    except BadScenario as bad:
        return bad.problems
    if wrong := _unfit(source, role):
        return [Problem(key, source.word, wrong)]
    usual, problems = parameters(source.rule, f"own.{source.name}") if callable(source.rule) else ({}, [])
    role = role or mark_of(source.rule).role
    if source.name in found:
        problems.append(Problem(key, source.word, f"another rule is called {source.name} too; rename one"))
    if role not in SEVERAL and any(one["role"] == role for one in found.values()):
        problems.append(Problem(key, source.word, f"a scenario has one rule of the kind {role}"))
    found[source.name] = {"role": role, "rule": source.word, "digest": source.digest}
    found[source.name] |= {name: one.usual for name, one in usual.items()}
    return problems


def _unfit(source, role):
    mark = mark_of(source.rule) if callable(source.rule) else None
    if not callable(source.rule):
        return "" if role == "regime" else "is a table; only demand can be one"
    if role is None and mark is None:
        return f"does not say what it is for: mark it with one of {', '.join(f'@own.{name}' for name in ROLES)}"
    if role is not None and mark is not None and mark.role != role:
        return f"is marked as {mark.role}, which is typed {ROLES[mark.role]}"
    return ""


def sources(own: dict[str, Any]) -> dict[str, Source]:
    """The rules of a scenario by name, found again.

    Raises
    ------
    BadScenario
        If one is gone or another than that which the scenario was made with.
    """
    found, problems = {}, []
    for name, one in own.items():
        try:
            found[name] = find(one.rule, f"own.{name}.rule", digest=one.digest)
        except BadScenario as bad:
            problems += bad.problems
            continue
        if found[name].digest != one.digest:
            here = f"its source has changed since, {found[name].digest} now; choose it anew, or bring the former back"
            problems.append(Problem(f"own.{name}.digest", one.digest, here))
    if problems:
        raise BadScenario(problems)
    return found


def values(own: Any) -> Tree:
    """The values that a scenario gives the parameters of a rule."""
    return dict(own.model_extra or {})


def wrong(own: dict[str, Any]) -> Iterable[Problem]:
    """What is wrong with the rules of a scenario: gone, changed, or given what their parameters cannot be."""
    try:
        found = sources(own)
    except BadScenario as bad:
        return bad.problems
    return [
        problem
        for name, source in found.items()
        if callable(source.rule)
        for problem in wrong_values(source.rule, f"own.{name}", values(own[name]))
    ]
