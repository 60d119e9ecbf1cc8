"""The choices of ``conf/``: one YAML file per option of a group, plain numbers and words.

Composed here, once, for the command line and the library alike; Hydra composes the same of the same files, where it
is asked to show them. An option may begin with ``defaults: [other, _self_]`` and then says only what differs.

Trees are shared by all who read them and never changed: what lays something over a tree gives back a new one.
"""

import itertools
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from sim.scenario.own.brought import PLACES, brought, of_option
from sim.scenario.problems import ABSENT, BadScenario, Problem, at, nearest, question, unknown

Tree = dict[str, Any]
Folders = Sequence[str | Path]

_SIM = Path(__file__).resolve().parent.parent
# Inside the package when installed, beside it in a checkout; inside first, for any project may have a conf/.
DEEPEST, MOST_VALUES = 20, 100_000  # groups within groups of a file, and values in it
SEVERAL = "policy"  # the group of which several options can be chosen together
CONF = next(path for path in (_SIM / "conf", _SIM.parent / "conf") if (path / "config.yaml").exists())


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # in C ten times as fast, where that is there
    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:
        """As YAML asks and few obey: a key that stands twice is an error."""
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        for key in {key for key in keys if keys.count(key) > 1 and not hasattr(node, "merged")}:
            raise yaml.constructor.ConstructorError(None, None, f"{key!r} stands there twice", node.start_mark)
        node.merged = True
        return super().construct_mapping(node, deep)


def read(path: str | Path) -> Tree:
    """The content of one YAML file.

    Raises
    ------
    BadScenario
        If it holds no keys and values.
    """
    if not Path(path).is_file():
        raise BadScenario([Problem(str(path), ABSENT, "is no file")])
    about = Path(path).stat()
    return _read(str(path), about.st_mtime_ns, about.st_size)


@lru_cache(maxsize=512)
def _read(path, _when, _size):
    try:
        tree = yaml.load(Path(path).read_text(encoding="utf-8"), _Loader) or {}
        _values_in(tree, {})
    except OSError as error:
        raise BadScenario([Problem(path, ABSENT, f"cannot be read: {error.strerror}")]) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise BadScenario([Problem(path, ABSENT, f"is no YAML of ours: {' '.join(str(error).split())}")]) from None
    if not isinstance(tree, dict):
        raise BadScenario([Problem(path, ABSENT, "holds no keys and values")])
    return tree


def _values_in(node, sizes, depth=0):
    """How many values stand in a part of a file, written out; `sizes` knows those that stand in several places.

    Raises
    ------
    ValueError
        With what no group of fields can hold.
    """
    if depth > DEEPEST:
        raise ValueError(f"more than {DEEPEST} groups stand in one another, or one in itself")
    if id(node) in sizes or not isinstance(node, dict | list):
        return sizes.get(id(node), 1)
    if strange := [key for key in node if isinstance(node, dict) and not isinstance(key, str)]:
        raise ValueError(f"{strange[0]!r} is no word; a key must be one")
    sizes[id(node)] = sum(
        _values_in(part, sizes, depth + 1) for part in (node.values() if isinstance(node, dict) else node)
    )
    if sizes[id(node)] > MOST_VALUES:
        raise ValueError(f"more than {MOST_VALUES} values")
    return sizes[id(node)]


def chosen() -> dict[str, str]:
    """The default option of each group."""
    entries = (entry for entry in read(CONF / "config.yaml")["defaults"] if isinstance(entry, dict))
    return {group: option for entry in entries for group, option in entry.items() if " " not in group}


def options(group: str, folders: Folders = (CONF,)) -> list[str]:
    """The names of a group's options, sorted."""
    return sorted({path.stem for folder in folders for path in (Path(folder) / group).glob("*.yaml")})


def option(group: str, name: str, folders: Folders = (CONF,), above: tuple[str, ...] = ()) -> Tree:
    """One option's tree, with what it builds on below; `above` are those that build on it.

    Raises
    ------
    FileNotFoundError
        If no folder has it.
    BadScenario
        If its file cannot be used.
    """
    path = next((p for p in (Path(folder) / group / f"{name}.yaml" for folder in folders) if p.exists()), None)
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
            tree = merge(tree, option(group, base, folders, above))
    return merge(tree, own)


def summary(group: str, name: str) -> str:
    """The first sentence of the comment at the head of an option's file."""
    lines = (CONF / group / f"{name}.yaml").read_text(encoding="utf-8").splitlines()
    comment = itertools.takewhile(lambda line: line.startswith("#"), lines)
    return " ".join(line.lstrip("# ") for line in comment).partition(". ")[0].rstrip(".")


def compose(choices: dict[str, Any] | None = None, folders: Folders = (CONF,)) -> Tree:
    """The tree of a scenario: the top level of ``config.yaml`` and of each group an option, or several."""
    tree = {key: value for key, value in read(CONF / "config.yaml").items() if key not in ("defaults", "hydra")}
    for group, names in {**chosen(), **(choices or {})}.items():
        for name in [names] if isinstance(names, str) else names:
            tree = merge(tree, {group: option(group, name, folders)})
    return tree


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
        base = _over(whole, base, anew)
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
        if name not in known:
            wrong = f"there is no such choice; one of {', '.join(known)}{question(nearest(name, known))}"
            problems.append(Problem(group, name, wrong))
        elif name in names:
            problems.append(Problem(group, name, "is named twice"))
        else:
            names.append(name)
    problems += twice(group, names, folders)
    return sorted(names) if several else names, problems


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
    key, equals, _ = str(value).partition("=")
    if equals:
        value = assignment(str(value))[1]
        return f"{key}={value!r}" if key.isidentifier() else f"**{ {key: value} }"
    every = {name: group for group in reversed(chosen()) for name in options(group)}
    name = nearest(value, every) or "deep"
    return f"{every[name]}={name!r}"
