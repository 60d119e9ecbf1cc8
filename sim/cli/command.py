"""A command line, read: its words composed once, checked once, and what it asks for, before anything is done.

The grammar of the words is Hydra's; what they make is a `Scenario`, of a sweep one for each combination of values.
All problems of all of them are reported at once. Hydra's own configuration is made only where it is asked for
(`sim.cli.hydra_config`).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.cli.branching import Branching, branched, mornings, only_one, taken_out
from sim.cli.overrides import RUN, SWEEP, axes, parsed, split
from sim.results.folder import run_name, sweep_name
from sim.results.provenance import refused
from sim.runs.cores import free
from sim.runs.sweep_plan import scenarios
from sim.scenario import composition
from sim.scenario.magnitudes import least_bytes
from sim.scenario.own.marks import SHOWN
from sim.scenario.problems import BadScenario, Problem, nearest, question
from sim.scenario.scenario import Scenario

OUTPUTS = Path("outputs")
Further = Callable[[dict[str, Any], composition.Folders], tuple[list[str], list[Problem]]]


@dataclass(frozen=True)
class Command:
    """A command line that can be obeyed."""

    words: list[str]  # flags first
    shows: bool  # hydra is asked to show something; nothing is to be run
    sweep: bool = False
    # The flags that each run by itself needs too, such as ``--config-dir mine``.
    options: list[str] = field(default_factory=list)
    # One, or of a sweep each combination, with the words that make it.
    markets: list[tuple[Scenario, tuple[str, ...]]] = field(default_factory=list)
    overwrite: bool = False  # what another scenario left there may be replaced
    branching: Branching = field(default_factory=Branching)
    # Where they go: one folder, or of an experiment one for each market.
    folders: list[Path] = field(default_factory=list)


def read(words: list[str], experiment: str = "", further: Further | None = None) -> Command:
    """A command line as what is to be done.

    Parameters
    ----------
    experiment
        Whose command it is, the name of its folder then beginning with it; by default a run's.
    further
        Given the values by full key and the folders of options; gives back words to be added, and problems.

    Raises
    ------
    BadScenario
        With every problem of every combination, before anything has been written.
    """
    words, overwrite, unclear = _overwriting(words)
    words, branching, wrong_words = taken_out(words)
    flags, wrong = split(words)
    wrong += unclear + wrong_words + only_one(branching, bool(experiment) or flags.multirun)
    words = [*(word for word in words if word not in flags.overrides), *flags.overrides]
    if flags.hydra_help or flags.shell_completion or flags.version:
        return Command(words, shows=True)
    options = [flags.config_dir] if flags.config_dir else []
    overrides, unread = parsed(flags.overrides)
    problems = wrong + unread
    if further and not problems:
        values = {each.key_or_group: each.value() for each in overrides if not each.is_sweep_override()}
        added, problems = further(values, [*options, composition.CONF])
        overrides, words = [*parsed(added)[0], *overrides], [*words, *added]
    every, malformed = axes(overrides, flags)
    ours = [axis for axis in every if not axis[0][0].startswith("hydra")]
    if branching.start_from and not problems:
        problems += malformed + _targets(ours)
        markets, ours, impossible = branched(branching, ours, flags, [*options, composition.CONF])
    else:
        markets, impossible = scenarios(ours, [*options, composition.CONF])
        impossible += malformed + _targets(ours)
    problems += impossible + ([] if flags.shows else _memory(markets, experiment or flags.multirun))
    problems += _own(markets, every)
    problems += _until(markets, "an experiment" if experiment else "a sweep" if flags.multirun else "")
    if markets and not flags.multirun:
        markets = [(markets[0][0], tuple(axis[0][2] for axis in ours))]  # as typed
    key, place = SWEEP if flags.multirun else RUN, None
    try:
        place = _place(key, every, bool(markets), flags.config_dir)
    except BadScenario as bad:
        problems += bad.problems
    folders = _folders(markets, ours, place, flags.multirun, experiment, [*options, composition.CONF])
    problems += [] if flags.shows else _refused(key, folders, markets, experiment, flags.multirun, overwrite)
    problems += [wrong for scenario, _ in markets[:1] for wrong in mornings(branching, scenario, folders[0], overwrite)]
    if problems:
        raise BadScenario(problems)
    options = [word for folder in options for word in ("--config-dir", folder)]
    folders = [folder.absolute() for folder in folders]
    return Command(words, flags.shows, flags.multirun, options, markets, overwrite, branching, folders)


def _overwriting(words):
    """The words without ``overwrite=...``, whether it is true, and what is wrong with it."""
    typed = [word for word in words if word.lstrip("+").partition("=")[0] == "overwrite"]
    said = [word.partition("=")[2].lower() for word in typed]
    problems = [Problem("overwrite", one, "must be true or false") for one in said if one not in ("true", "false")]
    return [word for word in words if word not in typed], "true" in said, problems


def _refused(key, folders, markets, experiment, multirun, overwrite):
    """The problems of folders that hold something else, or that cannot be written."""
    problems, usual = [], experiment or ("sweep" if multirun else "run")
    for place, folder in enumerate(folders):
        scenario = markets[place][0] if place < len(markets) and usual != "sweep" else None
        kind = "ensemble" if usual == "run" and scenario and scenario.seeds > 1 else usual
        # A sweep may hold several scenarios; which an experiment holds its settings say too (`experiments.folder`).
        if wrong := refused(folder, kind, None if experiment else scenario, overwrite):
            problems.append(Problem(key, str(folder), wrong))
    return problems


def _memory(markets, several):
    """The problem of the largest run made on this machine, if it takes more memory than there is; of `several` runs
    none has its batches written as they close."""
    local = [scenario for scenario, _ in markets if scenario.cluster.name == "local"]
    asked = {least_bytes(one, several or one.seeds > 1): one for one in local}
    largest, room = max(asked, default=None), free()
    if largest is None or room is None or largest < room:
        return []
    cure = "fewer people or days, less demand, or larger batches (platform.members.*.tasks.*.smallest)"
    wrong = f"the run takes {largest / 1e9:.1f} GB of memory or more, and {room / 1e9:.1f} GB are free here; {cure}"
    return [Problem("population.people", asked[largest].population.people, wrong)]


def _own(markets, axes):
    """The problems of instruments and figures of one's own: a name that is taken, values that would be swept."""
    if not markets or not (shown := markets[0][0].ones_own(*SHOWN)):
        return []
    from sim.instruments.surveys.ones_own import clashes

    keys = {axis[0][0]: [value for _, value, _ in axis] for axis in axes if len(axis) > 1}
    swept = {key: values for key, values in keys.items() if key.startswith("own.") and key.split(".")[1] in shown}
    wrong = "takes one value: it moves no run; one instrument may give several readings, in a dictionary"
    return [*clashes(markets[0][0]), *(Problem(key, values, wrong) for key, values in swept.items())]


def _until(markets, every):
    """The problems of a half width asked for; `every` is what makes all its runs."""
    asked = next((scenario for scenario, _ in markets if scenario.until is not None), None)
    if asked is None:
        return []
    if every:
        known = "python -m sim.run seeds=..., experiments.validate, experiments.policy and experiments.scale"
        return [Problem("until", asked.until, f"{every} makes all its runs here; {known} take it")]
    from sim.instruments.targets import TargetsError
    from sim.runs.quantities import of_run, silent
    from sim.runs.until import Until, problems

    try:
        places = of_run(asked)
    except TargetsError:  # which is told for itself
        return []
    wrong = problems(asked.until, places, asked.seeds)
    never = "" if wrong else silent(asked, places[Until.read(asked.until).quantity])
    return [*wrong, *([Problem("until", asked.until, f"no run will know it: {never}")] if never else [])]


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


def _place(key, axes, right, config_dir):
    """The folder that the words name at a key of Hydra's, None if they name none."""
    place = next((str(axis[0][1]) for axis in axes if axis[0][0] == key), None)
    if place is None or "${" not in place:
        return place
    words = [axis[0][2] for axis in axes if right or axis[0][0] == key]  # Hydra would stumble over wrong ones
    from sim.cli import hydra_config  # loads Hydra

    return hydra_config.resolved(key, place, words, config_dir)


def _folders(markets, axes, place, multirun, experiment, searched):
    """Where everything goes: where the words say, else under a name that tells what is chosen, changed and varied."""
    if place and not (multirun and experiment):
        return [Path(place)]
    if multirun and not experiment:
        single = [axis[0] for axis in axes if len(axis) == 1]
        words = [one[2] for one in single if not (markets and _only_shows(one, markets[0][0]))]
        varied = [axis[0][0] for axis in axes if len(axis) > 1]
        return [OUTPUTS / sweep_name(_choices([axis[0] for axis in axes], searched), words, varied)]
    values, folders = {one[2]: one for axis in axes for one in axis}, []
    for scenario, words in markets:
        named = [word for word in words if not _only_shows(values[word], scenario)]
        seeds = 1 if experiment else scenario.seeds
        name = run_name(_choices([*map(values.get, words)], searched), named, scenario.seed, seeds)
        folders.append(Path(place or OUTPUTS) / "_".join(filter(None, [experiment, name])))
    return folders


def _only_shows(typed, scenario):
    """Whether a word names instruments and figures of one's own or sets them, which move no run: with or without, its
    folder is the same."""
    key, value, _ = typed
    shown = scenario.ones_own(*SHOWN)
    if key == "own":
        rules = {scenario.own[name].rule for name in shown}
        return {*(value if isinstance(value, list | tuple) else [value])} <= rules
    return key.startswith("own.") and key.split(".")[1] in shown


def _choices(values, folders):
    """The option of each group by name, given key, value and word of what was typed."""
    typed = {key: value for key, value, _ in values if isinstance(value, str)}
    try:
        usual = composition.usual(typed.get(composition.LAW), folders)
    except BadScenario:  # which is told for itself
        usual = composition.chosen()
    chosen = usual | {key: value for key, value in typed.items() if key in usual}
    return {group: Path(name).stem if composition.is_path(name) else name for group, name in chosen.items()}
