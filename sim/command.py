"""What is wrong with a command line, all of it, before anything is done.

Hydra stops at its first error, and in a sweep only when the turn of the bad one comes. So the words are read
here before Hydra acts on them, every combination of a sweep is tried, and all problems are reported at once.
"""

import itertools
import re
from pathlib import Path

import hydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override, Transformer
from hydra.errors import HydraException
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from sim import groups
from sim.folder import refusal, run_name
from sim.problems import ABSENT, BadScenario, Problem, at, unknown
from sim.scenario import Scenario

OmegaConf.register_new_resolver("run_name", run_name, replace=True)


def check(words, growing=None):
    """Everything that can be wrong with a command line, before anything is done.

    Parameters
    ----------
    words : list of str
    growing : bool, optional
        Whether the folder is one that finished runs are added to; by default, if there are several seeds.

    Returns
    -------
    DictConfig or None
        What Hydra makes of the words, its own part included, where they are the scenario's and ask for one run.

    Raises
    ------
    BadScenario
        With every problem of every combination.
    """
    flags, strange = hydra._internal.utils.get_args_parser().parse_known_args(words)
    if flags.hydra_help or flags.shell_completion:
        return None
    problems = [Problem(word, ABSENT, "not understood; flags stand before or after all key=value") for word in strange]
    for flag in ("config_name", "config_path"):
        if getattr(flags, flag):
            word = f"--{flag.replace('_', '-')}"
            problems.append(Problem(word, getattr(flags, flag), "not used here; --config-dir adds options of your own"))
    parsed, found = _parsed(flags.overrides)
    problems += found
    folders = [*([flags.config_dir] if flags.config_dir else []), groups.CONF]
    theirs = [override for override in parsed if re.match(r"hydra($|[./])", override.key_or_group)]
    ours = [override for override in parsed if override not in theirs]
    found = _check_fields(ours, flags.multirun, folders)
    problems += found
    found, config = _check_hydra(theirs, [] if found else ours, flags, growing)
    problems += found
    if problems:
        raise BadScenario(problems)
    return None if theirs or flags.overrides != words else config


def _parsed(words):
    """The words as Hydra reads them, and the problems of those that it cannot read or that say a thing twice."""
    parser, parsed, problems = OverridesParser.create(), {}, []
    for word in words:
        try:
            override = parser.parse_override(word)
        except HydraException:
            problems.append(Problem(word, ABSENT, "cannot be read; write key=value, with quotes around odd characters"))
            continue
        if override.key_or_group in parsed:
            problems.append(Problem(override.key_or_group, _given(override), "is given twice"))
        parsed[override.key_or_group] = override
    return list(parsed.values()), problems


def _given(override):
    _, sign, value = override.input_line.partition("=")
    return value if sign else ABSENT


def _check_fields(overrides, multirun, folders):
    """The problems of the scenario's own words, over every combination of a sweep."""
    problems, axes = [], []
    known = groups.compose()
    for override in overrides:
        key, given = override.key_or_group, _given(override)
        if override.is_delete() or override.package is not None:
            problems.append(Problem(key, given, "nothing can be taken out or put elsewhere; set its value"))
        elif override.is_sweep_override() and not override.is_discrete_sweep():
            problems.append(Problem(key, given, "a sweep lists its values, as in 1,2,3 or range(1,4)"))
        elif override.is_sweep_override() and not multirun:
            problems.append(Problem(key, given, "several values need -m"))
        elif override.is_sweep_override() and key == "seeds":
            problems.append(Problem(key, given, "takes one number; launched again with a larger one, runs are added"))
        elif override.is_add() and at(known, key.split(".")) is not None:
            problems.append(Problem(key, given, "is there already; write it without +"))
        else:
            axes.append([(key, value) for value in _values(override)])
    for combination in itertools.product(*axes):
        try:
            Scenario.resolve(dict(combination), folders)
        except BadScenario as bad:
            problems += bad.problems
    for key, value in itertools.chain(*axes):
        if key == "survey.targets" and isinstance(value, str):
            problems += [Problem(key, value, problem) for problem in _target_problems(value)]
    return problems


def _target_problems(path):
    """What is wrong with a file of targets, by row and column."""
    from sim.targets import RIVALS, TargetsError, load_targets, located, nearest

    if not located(path).is_file():
        return [f"there is no such file; known by name: {', '.join(RIVALS)}{nearest(path, RIVALS)}"]
    try:
        load_targets(path)
    except TargetsError as error:
        return error.problems
    return []


def _values(override):
    if not override.is_sweep_override():
        return [override.value()]
    return [Override._convert_value(value) for value in override.sweep_iterator(Transformer.identity)]


def _first(override):
    """The word itself, or for a sweep its first value."""
    if not override.is_sweep_override():
        return override.input_line
    return f"{override.get_key_element()}={next(override.sweep_string_iterator())}"


def _check_hydra(theirs, ours, flags, growing):
    """The problems of Hydra's own words, and of the folder that the run would write; what Hydra makes of them all."""
    words = [_first(override) for override in (*theirs, *ours)]
    if flags.config_dir:
        words.append(f"hydra.searchpath=['file://{Path(flags.config_dir).resolve()}']")
    try:
        with hydra.initialize_config_dir(str(groups.CONF), version_base="1.3"):
            config = hydra.compose("config", words, return_hydra_config=True)
        settings, growing = config.hydra, config.seeds > 1 if growing is None else growing
        key, folder = ("hydra.sweep.dir", settings.sweep.dir) if flags.multirun else ("hydra.run.dir", settings.run.dir)
    except (HydraException, OmegaConfBaseException) as error:
        if len(theirs) > 1:  # which of them?
            alone = [problem for one in theirs for problem in _check_hydra([one], [], flags, growing)[0]]
            if alone:
                return alone, None
        return [_of_hydra(one, str(error)) for one in [*theirs, *ours][:1]], None
    launcher = settings.launcher._target_
    if flags.multirun and config.seeds > 1 and not launcher.endswith("BasicLauncher"):
        wrong = "runs several at a time; so does seeds, on all cores: leave it out"
        return [Problem("hydra/launcher", settings.runtime.choices["hydra/launcher"], wrong)], None
    reason = refusal(Path(folder), several=flags.multirun, growing=growing)
    return [Problem(key, folder, reason)] if reason else [], config


def _of_hydra(override, message):
    """Hydra's error about one word, in our words where we know the keys."""
    key, given = override.key_or_group, _given(override)
    with hydra.initialize_config_dir(str(groups.CONF), version_base="1.3"):
        known = OmegaConf.to_container(hydra.compose("config", return_hydra_config=True), resolve=False)
    if "/" not in key and at(known, key.split(".")) is None:
        return unknown(key, given, known)
    return Problem(key, given, " ".join(message.partition("Config search path")[0].split()))
