"""The choices of ``conf/``: one YAML file per option of a group, plain numbers and words.

Composed here, once, for the command line and the library alike; Hydra composes the same of the same files, where it
is asked to show them. An option may begin with ``defaults: [other, _self_]`` and then says only what differs. A word
for an option may also be a path, to its file or to a folder that has it as ``GROUP.yaml``. An option of the group
`country` chooses those of other groups, where no word does (`usual`).

Trees are shared by all who read them and never changed: what lays something over a tree gives back a new one.
"""

import itertools
import os
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml

from sim.scenario.country.options import (
    CONF,
    DEEPEST,
    ITS,
    LAW,
    MOST_VALUES,
    SEVERAL,
    Folders,
    Tree,
    chosen,
    dates,
    is_path,
    options,
    read,
    usual,
    where,
)
from sim.scenario.own.brought import PLACES, brought, of_option
from sim.scenario.problems import ABSENT, BadScenario, Problem, at, nearest, question, unknown

__all__ = ["CONF", "DEEPEST", "ITS", "LAW", "MOST_VALUES", "SEVERAL", "Folders", "Tree", "assignment", "choose",
           "chosen", "compose", "dates", "is_path", "merge", "option", "options", "placed", "read", "repaired",
           "summary", "twice", "usual",
           "where", "with_minimum_wage"]  # fmt: skip


ITS_WAGE = "${country.minimum_wage}"


def option(
    group: str, name: str, folders: Folders = (CONF,), above: tuple[str, ...] = (), its: str | None = None
) -> Tree:
    """One option's tree, with what it builds on below.

    Parameters
    ----------
    group
    name
        Or a path.
    folders
        In which options are looked up.
    above
        Options that build on it.
    its
        What `ITS` stands for where it builds on that; by default the usual option.

    Raises
    ------
    FileNotFoundError
        If no folder has it.
    BadScenario
        If its file cannot be used.
    """
    path = where(group, name, folders)
    if path is None:
        raise FileNotFoundError(f"no option {name!r} in group {group!r}")
    tree, own, above = {}, dict(read(path)), (*above, name)
    bases = own.pop("defaults", [])
    if not isinstance(bases, list) or not all(isinstance(base, str) and "/" not in base for base in bases):
        raise BadScenario([Problem(str(path), ABSENT, "defaults must be a list of options of the same group")])
    for base in bases:
        if base in above:
            raise BadScenario([Problem(str(path), ABSENT, f"builds on itself: {', '.join((*above, base))}")])
        if base != "_self_":
            tree = merge(tree, option(group, (its if base == ITS else None) or base, folders, above, its))
    return merge(tree, _country(own, path) if group == LAW else own)


def _country(own, path):
    """The fields of a country without the options that it chooses; a table of what is published may stand beside it."""
    own = {key: value for key, value in own.items() if key != "chooses"}
    table = path.parent / str(own.get("targets", "targets.csv"))
    own |= {"targets": str(table)} if table.is_file() else {}
    return own | {"bundle": str(path.parent)} if path.name == f"{LAW}.yaml" else own


def summary(group: str, name: str) -> str:
    """The first sentence of the comment at the head of an option's file."""
    lines = (CONF / group / f"{name}.yaml").read_text(encoding="utf-8").splitlines()
    comment = itertools.takewhile(lambda line: line.startswith("#"), lines)
    return " ".join(line.lstrip("# ") for line in comment).partition(". ")[0].rstrip(".")


def compose(choices: dict[str, Any] | None = None, folders: Folders = (CONF,)) -> Tree:
    """The tree of a scenario: the top level of ``config.yaml`` and of each group an option, or several."""
    tree = {key: value for key, value in read(CONF / "config.yaml").items() if key not in ("defaults", "hydra")}
    law = _one((choices or {}).get(LAW))
    its = usual(law, folders)
    for group, names in {**its, **(choices or {})}.items():
        for name in [names] if isinstance(names, str) else names:
            tree = merge(tree, {group: option(group, name, folders, its=its[group])})
    for key, day in dates(law, folders).items():
        tree = placed(tree, key.split("."), day)
    return with_minimum_wage(tree)


def with_minimum_wage(tree: Tree) -> Tree:
    """The tree with the country's minimum wage in the policies that ask for it, as Hydra has it: `ITS_WAGE`."""
    country, policies = tree.get(LAW), tree.get(SEVERAL)
    if not isinstance(country, dict) or not isinstance(policies, dict):
        return tree
    asking = [name for name, own in policies.items() if isinstance(own, dict) and own.get("hourly") == ITS_WAGE]
    legal = {name: policies[name] | {"hourly": country.get("minimum_wage")} for name in asking}
    return tree | {SEVERAL: policies | legal} if legal else tree


def _one(names):
    """The word for an option of which there can be one."""
    return names[0] if names and not isinstance(names, str) else names or None


def merge(tree: Tree, other: Tree) -> Tree:
    """One tree laid over another; what is not a dictionary replaces."""
    both = [key for key, value in other.items() if isinstance(value, dict) and isinstance(tree.get(key), dict)]
    return tree | other | {key: merge(tree[key], other[key]) for key in both}


def choose(
    changes: Tree, folders: Folders = (CONF,), whole: Tree | None = None
) -> tuple[Tree, Tree, set[str], list[Problem]]:
    """Lay changes over the choices they name.

    Parameters
    ----------
    changes
        ``{full key: value}``. A word at a group's own key chooses its option; a dictionary stands for the keys
        below it.
    folders
    whole
        Where groups of which no option is chosen are as they are; by default in ``conf/``.

    Returns
    -------
    base, tree : dict
        The chosen options, and the same with the changes.
    typed : set of str
        Every full key that the changes give a value.
    problems : list of Problem
        Options and keys that do not exist; they are left out of the tree.

    Raises
    ------
    BadScenario
        If the file of an option cannot be used.
    """
    choices, anew = {}, [group for group in chosen() if not isinstance(changes.get(group, {}), dict)]
    changes, own, problems = brought(changes, folders)
    for group in chosen():
        asked = changes.get(group, {})
        if not isinstance(asked, dict):
            choices[group], wrong = _options(group, asked, folders)
            problems += wrong
    try:
        base = compose({group: asked for group, asked in choices.items() if asked}, folders)
    except FileNotFoundError as error:  # what an option of somebody's own builds on
        raise BadScenario([*problems, Problem("defaults", ABSENT, str(error))]) from None
    policies, further, wrong = of_option(base[SEVERAL], folders)
    base, problems = base | {SEVERAL: policies, "own": own | further}, problems + wrong
    if whole is not None:
        its = usual(_one(choices[LAW]), folders) if choices.get(LAW) else {}
        base = _over(whole, base, [*anew, *(group for group in its if its[group] != chosen()[group])])
    tree, fields = base, dict(_spread(changes, base))
    for key, value in fields.items():
        path = key.split(".")
        if _has_place(tree, path, value):
            tree = placed(tree, path, value)
        else:
            problems.append(_unchosen(path, value, folders, base) or unknown(key, value, base))
    return base, tree, set(fields), problems


def _over(whole, base, anew):
    """The groups chosen anew over a whole tree, whose own rules stay but for those that such a group would name."""
    roles = [PLACES.get(group) for group in anew]
    left = {name: rule for name, rule in whole["own"].items() if rule["role"] not in roles}
    return whole | {group: base[group] for group in anew} | {"own": left | base["own"]}


def _options(group, asked, folders):
    """The options asked for by a word or, in the group `policy`, by several; and the problems of those unknown."""
    several = group == SEVERAL and isinstance(asked, list | tuple)
    names, problems, known = [], [], options(group, folders)
    for name in asked if several else [asked]:
        if is_path(name):
            problems += _nowhere(group, name, folders)
            names += [] if problems else [name]
        elif name not in known:
            wrong = f"there is no such choice; one of {', '.join(known)}{question(nearest(name, known))}"
            folder = f"; the folder of that name is {name}/" if isinstance(name, str) and Path(name).is_dir() else ""
            problems.append(Problem(group, name, wrong + folder))
        elif name in names:
            problems.append(Problem(group, name, "is named twice"))
        else:
            names.append(name)
    problems += twice(group, names, folders)
    return sorted(names) if several else names, problems


def _nowhere(group, word, folders):
    """The problem of a path at which there is no option."""
    if where(group, word, folders) is None:
        there = Path(os.path.expanduser(word))
        wrong = f"has no {group}.yaml" if there.is_dir() else "there is no such file or folder"
        yield Problem(group, word, wrong)


def twice(key: str, names: Collection[str], folders: Folders = (CONF,)) -> list[Problem]:
    """The problems of options that say the same thing in different ways, such as two forms of one policy."""
    said, problems = {}, []
    for name in names if len(names) > 1 else ():
        for part in option(SEVERAL, name, folders):
            if part in said:
                wrong = f"are two forms of the same policy, {part}; choose one"
                problems.append(Problem(key, [said[part], name], wrong))
            said[part] = name
    return problems


def _unchosen(path, value, folders, base):
    """The problem of a field of a policy that is not chosen; None of any other."""
    if path[0] == "own" and len(path) == 3 and path[1] not in base["own"]:
        wrong = f"no rule called {path[1]} is chosen{question(nearest(path[1], base['own']))}"
        return Problem(".".join(path), value, f"{wrong}; choose it with policy=module:{path[1]}, demand= or own=")
    if path[0] != SEVERAL or len(path) < 3 or path[1] not in options(SEVERAL, folders):
        return None
    own = option(SEVERAL, path[1], folders)
    if at(own, path[1:]) is None:
        return unknown(".".join(path), value, {SEVERAL: own})
    return Problem(".".join(path), value, f"belongs to a policy that is not chosen; choose it with policy={path[1]}")


def _spread(changes, base, prefix=""):
    """Every change by full key; a dictionary is spread out unless it is the value of a field or a new platform."""
    for name, value in changes.items():
        key = f"{prefix}{name}"
        path = key.split(".")
        field = _has_place(base, path, value) and not isinstance(at(base, path), dict)
        if isinstance(value, dict) and not field:
            yield from _spread(value, base, f"{key}.")
        elif prefix or name not in chosen():
            yield key, value.item() if hasattr(value, "item") else value


def placed(tree: Tree, path: Sequence[str], value: Any) -> Tree:
    """The tree with a value at a path whose parts but the last are there."""
    name, *below = path
    return tree | {name: placed(tree[name], below, value) if below else value}


def _has_place(tree, path, value):
    """Whether a value can be put at a path: where one stands, or as a whole new platform."""
    *above, name = path
    node = at(tree, above)
    new = above == ["platform", "members"] and isinstance(value, dict)
    return isinstance(node, dict) and (name in node or new)


def repaired(tree: Tree, base: Tree, keys: Iterable[str]) -> Tree:
    """The tree with the values of the base at some keys, or none where the base has none."""
    for key in keys:
        *above, name = key.split(".")
        if isinstance(node := at(tree, above), dict):
            node = {other: value for other, value in node.items() if other != name}
            usual = at(base, above)
            node |= {name: usual[name]} if isinstance(usual, dict) and name in usual else {}
            tree = placed(tree, above, node) if above else node
    return tree


def assignment(text: str) -> tuple[str, Any]:
    """The key and value of a word such as ``demand.hours_per_day=100``."""
    key, _, value = text.lstrip("+").partition("=")
    try:
        return key, float(value) if "e" in value.lower() else yaml.safe_load(value)
    except ValueError:
        return key, yaml.safe_load(value)


def named(*values: object) -> str:
    """How choices are written that somebody gave without names: ``platform="deep", seed=3``."""
    return ", ".join(map(_named, values)) or 'platform="deep"'


def _named(value):
    if isinstance(value, dict):
        return f"**{value}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"seed={value}"
    if str(value).endswith((".yaml", ".yml")):
        return f"Scenario.load_file({str(value)!r})"
    key, equals, _ = str(value).partition("=")
    if equals:
        value = assignment(str(value))[1]
        return f"{key}={value!r}" if key.isidentifier() else f"**{ {key: value} }"
    every = {name: group for group in reversed(chosen()) for name in options(group)}
    name = nearest(value, every) or "deep"
    return f"{every[name]}={name!r}"
