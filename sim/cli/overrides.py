"""The words of a command line, as Hydra's grammar reads them: flags, overrides, and the values of each override."""

import argparse
import re
from pathlib import Path
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override, ValueType
from hydra.errors import HydraException

from sim.scenario import composition
from sim.scenario.problems import ABSENT, BadScenario, Problem

_MOVES_NO_RUN = re.compile(r"(report|cluster)($|\.)|survey\.targets$")


class _Flags(argparse.ArgumentParser):
    def error(self, message):
        raise BadScenario([Problem("command line", ABSENT, message)])


def split(words: list[str]) -> tuple[argparse.Namespace, list[Problem]]:
    """The flags of a command line, the others being their `overrides`; and what is wrong with the flags."""
    parser = _Flags(add_help=False, allow_abbrev=False)
    parser.add_argument("overrides", nargs="*")
    for names in (("--multirun", "-m"), ("--run", "-r"), ("--resolve",), ("--hydra-help",), ("--version",),
                  ("--shell-completion", "-sc")):  # fmt: skip
        parser.add_argument(*names, action="store_true")
    for names in (("--config-dir", "-cd"), ("--config-name", "-cn"), ("--config-path", "-cp"), ("--package", "-p")):
        parser.add_argument(*names)
    parser.add_argument("--cfg", "-c", choices=("job", "hydra", "all"))
    parser.add_argument("--info", "-i", nargs="?", const="all")
    flags, strange = parser.parse_known_intermixed_args(words)
    return flags, [Problem(word, ABSENT, "not understood; --help shows what there is") for word in strange] + _wrong(
        flags
    )


def _wrong(flags):
    problems = []
    for flag in ("config_name", "config_path"):
        if getattr(flags, flag):
            wrong = "not used here; --config-dir adds options of your own"
            problems.append(Problem(f"--{flag.replace('_', '-')}", getattr(flags, flag), wrong))
    if flags.config_dir and (Path(flags.config_dir) / "config.yaml").exists():
        wrong = "its config.yaml would not be read; put options into folders such as population/, values on the line"
        problems.append(Problem("--config-dir", flags.config_dir, wrong))
    elif flags.config_dir and not Path(flags.config_dir).is_dir():
        problems.append(Problem("--config-dir", flags.config_dir, "there is no such folder"))
    if flags.multirun and (flags.cfg or flags.info):
        problems.append(Problem("--multirun", ABSENT, "one scenario is shown at a time"))
    return problems


def parsed(words: list[str]) -> tuple[list[Override], list[Problem]]:
    """The overrides, and the problems of words that cannot be read or that say a thing twice."""
    parser, overrides, problems = OverridesParser.create(), {}, []
    for word in words:
        try:
            override = parser.parse_override(word)
        except HydraException:
            problems.append(Problem(word, ABSENT, "cannot be read; write key=value, with quotes around odd characters"))
            continue
        if override.key_or_group in overrides:
            problems.append(Problem(override.key_or_group, given(override), "is given twice"))
        overrides[override.key_or_group] = override
    return list(overrides.values()), problems


def given(override: Override) -> object:
    """What stands on the right of a word."""
    _, sign, value = override.input_line.partition("=")
    return value if sign else ABSENT


def axes(overrides: list[Override], multirun: bool) -> tuple[list[list[tuple[str, Any, str]]], list[Problem]]:
    """Key, value and word of each value of each of the scenario's own overrides, and the problems of their form."""
    values, problems = [], []
    for override in overrides:
        try:
            wrong = _malformed(override, multirun)
            values += [] if wrong else [[(override.key_or_group, *one) for one in _values(override)]]
        except (HydraException, ValueError) as error:  # a range whose step is 0
            wrong = f"cannot be listed: {error}"
        if wrong:
            problems.append(Problem(override.key_or_group, given(override), wrong))
    return values, problems


def _malformed(override, multirun):
    """What is wrong with the form of an override, or None."""
    key, swept = override.key_or_group, override.is_sweep_override()
    if override.is_delete() or override.package is not None:
        return "nothing can be taken out or put elsewhere; set its value"
    if swept and (not override.is_discrete_sweep() or override.value_type is ValueType.GLOB_CHOICE_SWEEP):
        return "a sweep lists its values, as in 1,2,3 or range(1,4)"
    if swept and not multirun:
        return "several values need -m"
    if swept and key == "seeds":
        return "takes one number; launched again with a larger one, runs are added"
    if swept and _MOVES_NO_RUN.match(key):
        return "takes one value: it moves no run"
    if key == "experiment":
        commands = ", ".join(f"python -m experiments.{name}" for name in composition.options("experiment"))
        return f"an experiment is a command of its own: {commands}"
    return None


def _values(override):
    """Each value of an override once, and the word that gives it alone."""
    if not override.is_sweep_override():
        return [(override.value(), override.input_line)]
    parser, key = OverridesParser.create(), override.get_key_element()
    words = (f"{key}={text}" for text in override.sweep_string_iterator())
    values = dict(zip(words, override.sweep_iterator(), strict=True))
    return [
        (value if isinstance(value, int | float) else parser.parse_override(word).value(), word)
        for word, value in values.items()
    ]
