"""The files of ``conf/``, and of a user's own: YAML read, and which option of a group is meant.

A word for an option is a name, looked up in folders, or the path of its file or of a folder that has it as
``GROUP.yaml``. An option of the group `country` chooses those of other groups, where no word does (`usual`).

Trees are shared by all who read them and never changed.
"""

import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from sim.scenario.problems import ABSENT, BadScenario, Problem, nearest, question

Tree = dict[str, Any]
Folders = Sequence[str | Path]

_SIM = Path(__file__).resolve().parents[2]
# Inside the package when installed, beside it in a checkout; inside first, for any project may have a conf/.
DEEPEST, MOST_VALUES = 20, 100_000  # groups within groups of a file, and values in it
DATES = ("start", "end", "policy.start")  # that a country may choose too
SEVERAL = "policy"  # the group of which several options can be chosen together
LAW = "country"  # the group whose option chooses others
ITS = "_country_"  # among `defaults`: the option that the country chooses
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


def usual(country: str | None = None, folders: Folders = (CONF,)) -> dict[str, str]:
    """The option of each group where no word chooses one: that of the country, else the default.

    A country that is a folder chooses each file ``GROUP.yaml`` in it; any other names options in its `chooses`.

    Raises
    ------
    BadScenario
        If it chooses what is not there.
    """
    of_country = {LAW: country} if country else {}
    path = where(LAW, country or chosen()[LAW], folders)
    if path is not None and is_path(country):
        beside = {file.stem for file in path.parent.glob("*.yaml")}
        of_country |= {group: country for group in chosen() if group in beside}
    asked = read(path).get("chooses", {}) if path is not None else {}
    problems = [*_not_there(asked, path, folders)]
    if problems:
        raise BadScenario(problems)
    return {**chosen(), **of_country, **{group: name for group, name in asked.items() if group not in DATES}}


def dates(country: str | None = None, folders: Folders = (CONF,)) -> Tree:
    """First and last day and that of policies, by full key, where a country chooses them."""
    path = where(LAW, country, folders) if country else None
    asked = read(path).get("chooses", {}) if path is not None else {}
    return {key: value for key, value in asked.items() if key in DATES}


def _not_there(asked, path, folders):
    """The problems of options that a country names."""
    if not isinstance(asked, dict):
        yield Problem(f"{path}: chooses", asked, "must be a list of group: option")
        return
    groups = [group for group in chosen() if group != LAW]
    for group, name in asked.items():
        if group in DATES:
            continue
        if group not in groups:
            near = question(nearest(group, [*groups, *DATES]))
            yield Problem(f"{path}: chooses.{group}", name, f"there is no such group{near}")
        elif where(group, str(name), folders) is None:
            known = options(group, folders)
            wrong = f"there is no such choice; one of {', '.join(known)}{question(nearest(name, known))}"
            yield Problem(f"{path}: chooses.{group}", name, wrong)


def is_path(word: Any) -> bool:
    """Whether a word for an option is the path of a file or folder and no name."""
    return isinstance(word, str) and ("/" in word or word.endswith(".yaml") or word in (".", ".."))


def where(group: str, word: str, folders: Folders = (CONF,)) -> Path | None:
    """The file of an option, by its name or by a path; None if there is none."""
    if is_path(word):
        path = Path(os.path.expanduser(word))
        every = [path / f"{group}.yaml" if path.is_dir() else path]
    else:
        every = [Path(folder) / group / f"{word}.yaml" for folder in folders]
    return next((path for path in every if path.is_file()), None)


def options(group: str, folders: Folders = (CONF,)) -> list[str]:
    """The names of a group's options, sorted."""
    every = (path.stem for folder in folders for path in (Path(folder) / group).glob("*.yaml"))
    return sorted({name for name in every if name != ITS})
