"""A command line, read: its words composed once, checked once, and what it asks for, before anything is done.

The grammar of the words is Hydra's; what they make is a `Scenario`, of a sweep one for each combination of values.
All problems of all of them are reported at once. Hydra's own configuration is made only where it is asked for
(`sim.cli.hydra_config`).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.cli import hydra_config
from sim.cli.overrides import axes, given, parsed, split
from sim.results.folder import refusal, run_name, sweep_name
from sim.runs.sweep_plan import scenarios
from sim.scenario import composition
from sim.scenario.problems import BadScenario, Problem, nearest, question
from sim.scenario.scenario import Scenario

OUTPUTS = Path("outputs")
Further = Callable[[dict[str, Any], composition.Folders], tuple[list[str], list[Problem]]]


@dataclass(frozen=True)
class Command:
    """A command line that can be obeyed.

    Attributes
    ----------
    words : list of str
        Flags first.
    shows : bool
        Hydra is asked to show something; nothing is to be run.
    sweep : bool
    options : tuple of str
        The flags that each run by itself needs too, such as ``--config-dir mine``.
    markets : list of (Scenario, tuple of str)
        One, or of a sweep each combination, with the words that make it.
    folders : list of Path
        Where they go: one folder, or of an experiment one for each market.
    """

    words: list[str]
    shows: bool
    sweep: bool = False
    options: tuple[str, ...] = ()
    markets: list[tuple[Scenario, tuple[str, ...]]] = ()
    folders: list[Path] = ()


def read(words: list[str], experiment: str = "", further: Further | None = None) -> Command:
    """A command line as what is to be done.

    Parameters
    ----------
    words : list of str
    experiment : str, optional
        Whose command it is, the name of its folder then beginning with it; by default a run's.
    further : callable, optional
        Given the values by full key and the folders of options; gives back words to be added, and problems.

    Raises
    ------
    BadScenario
        With every problem of every combination, before anything has been written.
    """
    flags, wrong = split(words)
    words = [*(word for word in words if word not in flags.overrides), *flags.overrides]
    if flags.hydra_help or flags.shell_completion or flags.version:
        return Command(words, shows=True)
    folders = [*filter(None, [flags.config_dir]), composition.CONF]
    overrides, unread = parsed(flags.overrides)
    problems = wrong + unread
    if further and not problems:
        values = {each.key_or_group: each.value() for each in overrides if not each.is_sweep_override()}
        added, problems = further(values, folders)
        overrides, words = [*parsed(added)[0], *overrides], [*words, *added]
    theirs = [override for override in overrides if re.match(r"hydra($|[./])", override.key_or_group)]
    ours = [override for override in overrides if override not in theirs]
    listed, malformed = axes(ours, flags.multirun)
    markets, impossible = scenarios(listed, folders)
    place, misplaced = _place(theirs, listed if markets else [], flags)
    problems += malformed + impossible + _targets(listed) + misplaced
    if not flags.multirun:  # as typed
        markets = [(scenario, tuple(override.input_line for override in ours)) for scenario, _ in markets]
    shows, where = bool(flags.cfg or flags.info), _folders(markets, listed, place, flags.multirun, experiment)
    if not shows:
        several = bool(experiment) or flags.multirun or any(scenario.seeds > 1 for scenario, _ in markets)
        problems += _refused(where, flags.multirun, several)
    if problems:
        raise BadScenario(problems)
    options = ("--config-dir", flags.config_dir) if flags.config_dir else ()
    return Command(words, shows, flags.multirun, options, markets, [folder.absolute() for folder in where])


def _refused(folders, multirun, several):
    """The problems of folders in which nothing can be written."""
    key, reasons = f"hydra.{'sweep' if multirun else 'run'}.dir", {one: refusal(one, several) for one in folders}
    return [Problem(key, str(folder), reason) for folder, reason in reasons.items() if reason]


def _targets(axes):
    """The problems of a file of targets, by row and column."""
    named = [value for axis in axes for key, value, _ in axis if key == "survey.targets" and isinstance(value, str)]
    return [Problem("survey.targets", path, wrong) for path in named for wrong in _target_problems(path)]


def _target_problems(path):
    from sim.instruments.targets import RIVALS, TargetsError, load_targets, located

    if not located(path).is_file():
        return [f"there is no such file; known by name: {', '.join(RIVALS)}{question(nearest(path, RIVALS))}"]
    try:
        load_targets(path)
    except TargetsError as error:
        return error.problems
    return []


def _place(overrides, axes, flags):
    """The folder that Hydra's words name, None if none does, and the problems of those that nobody would obey."""
    place, problems, others = None, [], {}
    for override in overrides:
        key = override.key_or_group
        if wrong := _misplaced(override, flags.multirun):
            problems.append(Problem(key, given(override), wrong))
        elif key not in ("hydra.run.dir", "hydra.sweep.dir"):
            others[key] = given(override)
        elif override.is_delete() or override.value() in ("", None):
            problems.append(Problem(key, given(override), "must be the name of a folder"))
        else:
            place = str(override.value())
    problems += hydra_config.problems(others, flags.cfg or flags.info)
    if place and "${" in place:
        first = [axis[0][2] for axis in axes] + [override.input_line for override in overrides]
        place, wrong = hydra_config.resolved("sweep" if flags.multirun else "run", first, flags.config_dir)
        problems += wrong
    return place, problems


def _misplaced(override, multirun):
    """Why a word of Hydra's would be obeyed by nobody, or None."""
    key = override.key_or_group
    if override.is_sweep_override():
        return "takes one value: it moves no run"
    engine = re.match(r"hydra[./](launcher|sweeper)", key)
    if engine and engine[1] == "sweeper":
        wrong = "values are listed here; something that looks for the best would take seed for a parameter"
        return f"{wrong} (python -m experiments.calibrate looks for parameters)"
    if engine:
        return "not needed: many runs keep all cores busy; cluster.workers=2 for fewer, cluster=dask for others"
    if key.startswith("hydra.sweep.") and not multirun:
        return "is for a sweep, with -m; a run's folder is hydra.run.dir"
    if key in ("hydra.run.dir", "hydra.sweep.subdir") and multirun:
        return "a sweep has one folder, hydra.sweep.dir"
    return None


def _folders(markets, axes, place, multirun, experiment):
    """Where everything goes: where the words say, else under a name that tells what is chosen, changed and varied."""
    if place and not (multirun and experiment):
        return [Path(place)]
    if multirun and not experiment:
        single, varied = ([axis for axis in axes if (len(axis) > 1) is several] for several in (False, True))
        words = [axis[0][2] for axis in single]
        return [OUTPUTS / sweep_name(_choices(axis[0] for axis in single), words, [axis[0][0] for axis in varied])]
    values, folders = {one[2]: one for axis in axes for one in axis}, []
    for scenario, words in markets:
        name = run_name(
            _choices(filter(None, map(values.get, words))), words, scenario.seed, 1 if experiment else scenario.seeds
        )
        folders.append(Path(place or OUTPUTS) / "_".join(filter(None, [experiment, name])))
    return folders


def _choices(values):
    """The option of each group, given key, value and word of what was typed."""
    usual = composition.chosen()
    return usual | {key: value for key, value, _ in values if key in usual and isinstance(value, str)}
