"""The words of a command line, as Hydra's grammar reads them: flags, overrides, and the values of each override."""

import argparse
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Union

from sim.cli.plain import Plain, plain
from sim.scenario import composition
from sim.scenario.problems import ABSENT, BadScenario, Problem, nearest, question

if TYPE_CHECKING:  # plain words do without Hydra
    from hydra.core.override_parser.types import Override

Axis = list[tuple[str, Any, str]]  # key, value and word of each value of an override
RUN, SWEEP = "hydra.run.dir", "hydra.sweep.dir"  # what is read of Hydra's own
# Of ``hydra.run.dir=~/mine`` no shell knows that it is a path.
_PATHS = (RUN, SWEEP, "survey.targets", "behaviour.posterior")
_LONGEST_PART, _LONGEST_PATH = 200, 1000  # bytes; systems allow 255 and more, but names inside are longer
_MOVES_NO_RUN = re.compile(r"(report|cluster)($|\.)|until$|survey\.targets$|hydra")


class _Flags(argparse.ArgumentParser):
    def error(self, message: str) -> None:
        raise BadScenario([Problem("command line", ABSENT, message)])


def split(words: list[str]) -> tuple[argparse.Namespace, list[Problem]]:
    """The flags of a command line, whether Hydra is to show something (`shows`), and the `overrides`; what is wrong."""
    parser = _Flags(add_help=False, allow_abbrev=False)
    parser.add_argument("overrides", nargs="*")
    for names in ("--multirun -m", "--run -r", "--resolve", "--hydra-help", "--version", "--shell-completion -sc"):
        parser.add_argument(*names.split(), action="store_true")
    parser.add_argument("--config-dir", "-cd")
    parser.add_argument("--package", "-p")
    parser.add_argument("--cfg", "-c", choices=("job", "hydra", "all"))
    parser.add_argument("--info", "-i", nargs="?", const="all")
    flags, strange = parser.parse_known_intermixed_args(words)
    flags.shows = bool(flags.cfg or flags.info)
    flags.config_dir = flags.config_dir and os.path.expanduser(flags.config_dir)
    problems = [Problem(word, ABSENT, "not understood; --config-dir adds options of your own") for word in strange]
    if flags.config_dir and not Path(flags.config_dir).is_dir():
        problems.append(Problem("--config-dir", flags.config_dir, "there is no such folder"))
    elif flags.config_dir and (Path(flags.config_dir) / "config.yaml").exists():
        wrong = "its config.yaml would not be read; put options into folders such as population/, values on the line"
        problems.append(Problem("--config-dir", flags.config_dir, wrong))
    problems += [Problem("--config-dir", str(path), wrong) for path, wrong in _named_alike(flags.config_dir)]
    problems += _wrong_here()
    if flags.multirun and flags.shows:
        problems.append(Problem("--multirun", ABSENT, "one scenario is shown at a time"))
    return flags, problems


def _named_alike(config_dir):
    """Options of somebody's own that have the name of a shipped one: which is meant, nobody could say."""
    for group in composition.chosen() if config_dir else ():
        for name in {*composition.options(group)} & {*composition.options(group, [config_dir])}:
            path = Path(config_dir) / group / f"{name}.yaml"
            yield path, f"{group}={name} is there already; give the file another name"


def _wrong_here():
    """The problem of a working folder into which nothing can be written, whatever is typed."""
    try:
        os.getcwd().encode()
    except FileNotFoundError:
        raise BadScenario([Problem("working folder", ABSENT, "was deleted; go to another")]) from None
    except UnicodeEncodeError:
        yield Problem("working folder", ABSENT, "its name is not UTF-8, which tables cannot be written into")


def parsed(words: list[str]) -> tuple[list[Union["Override", Plain]], list[Problem]]:
    """The overrides, and the problems of words that cannot be read or that say a thing twice."""
    overrides, problems = {}, []
    for word in words:
        override = plain(word) or _grammar().parsed(word)
        if override is None:
            problems.append(Problem(word, ABSENT, "cannot be read; write key=value, with quotes around odd characters"))
            continue
        if override.key_or_group in overrides:
            problems.append(_problem(override, "is given twice"))
        overrides[override.key_or_group] = override
    return list(overrides.values()), problems


def _grammar():
    from sim.cli import grammar  # loads Hydra

    return grammar


def _problem(override, wrong):
    _, sign, value = override.input_line.partition("=")
    return Problem(override.key_or_group, value if sign else ABSENT, wrong)


def axes(overrides: list[Union["Override", Plain]], flags: argparse.Namespace) -> tuple[list[Axis], list[Problem]]:
    """The values of each override, and the problems of those that nobody could or would obey."""
    values, problems = [], []
    for override in overrides:
        listed, wrong = [], _wrong(override, override.key_or_group, override.is_sweep_override(), flags)
        if not wrong:
            listed, wrong = _values(override)
        values += [] if wrong else [listed]
        problems += [_problem(override, wrong)] if wrong else []
    return values, problems


def _wrong(override, key, swept, flags):
    """What is wrong with the form of an override, or None."""
    if override.is_delete() or override.package is not None:
        return "nothing can be taken out or put elsewhere; set its value"
    _, _, value = override.input_line.partition("=")
    if value.strip("'\"") == "???" or ("${" in value and key not in (RUN, SWEEP)):
        return "nothing is put in for it; write the value (a shell does so, as in seed=$SEED)"
    if swept and not _grammar().lists_values(override):
        return "a sweep lists its values, as in 1,2,3 or range(1,4)"
    if swept and not flags.multirun:
        return "several values need -m"
    if swept and (wrong := _grammar().wrong_of_range(override)):
        return wrong
    if swept and key == "seeds":
        return "takes one number; launched again with a larger one, runs are added"
    if swept and _MOVES_NO_RUN.match(key):
        return "takes one value: it moves no run"
    if key == "experiment":
        commands = ", ".join(f"python -m experiments.{name}" for name in composition.options("experiment"))
        return f"an experiment is a command of its own: {commands}"
    return _wrong_of_hydra(override, key, flags) if re.match(r"hydra($|[./])", key) else None


def _wrong_of_hydra(override, key, flags):
    """Why a word of Hydra's own would be obeyed by nobody, or None."""
    if re.match("hydra[./]sweeper", key):
        wrong = "values are listed here; something that looks for the best would take seed for a parameter"
        return f"{wrong} (python -m experiments.calibrate looks for parameters)"
    if re.match("hydra[./]launcher", key):
        return "not needed: many runs keep all cores busy; cluster.workers=2 for fewer, cluster=dask for others"
    if key.startswith("hydra.sweep.") and not flags.multirun:
        return "is for a sweep, with -m; a run's folder is hydra.run.dir"
    if key in (RUN, "hydra.sweep.subdir") and flags.multirun:
        return "a sweep has one folder, hydra.sweep.dir"
    if key in (RUN, SWEEP):
        return _wrong_folder(override.value())
    meant = question(nearest(key, (RUN, SWEEP)) if key.endswith(".dir") else None)
    return None if flags.shows else f"there is no such field{meant or f'; of Hydra only {RUN} and {SWEEP} are read'}"


def _wrong_folder(value):
    """What is wrong with the name of a folder, or None."""
    if value in ("", None):
        return "must be the name of a folder"
    path = os.path.expanduser(str(value))
    if path.startswith("~"):
        return f"names nobody's home folder; a folder of that name is ./{path}"
    parts = [len(os.fsencode(part)) for part in path.split(os.sep)]
    if max(parts) > _LONGEST_PART or len(os.fsencode(path)) > _LONGEST_PATH:
        return f"is too long: at most {_LONGEST_PART} bytes between two strokes, {_LONGEST_PATH} in all"
    return None


def _values(override):
    """Each value of an override once, and the word that gives it alone; and why they cannot be listed, or None."""
    key = override.key_or_group
    if override.is_sweep_override():
        values, wrong = _grammar().values(override)
        return [(key, value, word) for value, word in values], wrong
    value = override.value()
    value = os.path.expanduser(value) if key in _PATHS and isinstance(value, str) else value
    return [(key, value, override.input_line)], None
