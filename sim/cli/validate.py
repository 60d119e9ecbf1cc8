"""What is wrong with a command line, all of it, before anything is done.

Hydra stops at its first error, and in a sweep only when the turn of the bad one comes. So the words are read
here before Hydra acts on them, every combination of a sweep is tried, and all problems are reported at once.
"""

import re
import shlex
from pathlib import Path

import hydra
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override, Transformer
from hydra.errors import HydraException
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from sim.results.folder import refusal, run_name, sweep_name
from sim.runs.sweep_plan import Plan, runs, scenarios
from sim.scenario import composition
from sim.scenario.problems import ABSENT, BadScenario, Problem, at, nearest, question, unknown

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
    DictConfig, Plan or None
        What Hydra makes of the words, its own part included, where they are the scenario's and ask for one run; what a
        sweep is to do; None where Hydra itself is asked, or an experiment.

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
    if flags.config_dir and (Path(flags.config_dir) / "config.yaml").exists():
        wrong = "its config.yaml would not be read; put options into folders such as population/, values on the line"
        problems.append(Problem("--config-dir", flags.config_dir, wrong))
    folders = [*([flags.config_dir] if flags.config_dir else []), composition.CONF]
    theirs = [override for override in parsed if re.match(r"hydra($|[./])", override.key_or_group)]
    ours = [override for override in parsed if override not in theirs]
    problems += _misplaced(theirs, flags.multirun, growing)
    axes, found = _axes(ours, flags.multirun)
    problems += found
    made, found = scenarios(axes, folders)
    problems += found + _files(axes)
    sweep = flags.multirun and growing is None
    place = Path(_sweep_folder(theirs, axes)) if sweep else None
    found, config = _check_hydra(theirs, [] if problems else ours, flags, growing, place)
    problems += found
    if problems:
        raise BadScenario(problems)
    if sweep and not flags.cfg and not flags.info:
        ahead = ("--config-dir", flags.config_dir) if flags.config_dir else ()
        return Plan(runs(made, place), place, ahead, f"python -m sim.run {shlex.join(words)}")
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


def _axes(overrides, multirun):
    """The values of each of the scenario's own words, as (key, value, word), and the problems of their form."""
    problems, axes = [], []
    known = composition.compose()
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
        elif override.is_sweep_override() and re.match(r"(report|cluster)($|\.)|survey\.targets$", key):
            problems.append(Problem(key, given, "takes one value: it moves no run"))
        elif override.is_add() and at(known, key.split(".")) is not None:
            problems.append(Problem(key, given, "is there already; write it without +"))
        elif key == "experiment":
            there = ", ".join(f"python -m experiments.{name}" for name in composition.options("experiment"))
            problems.append(Problem(key, given, f"an experiment is a command of its own: {there}"))
        else:
            axes.append([(key, *one) for one in _values(override)])
    return axes, problems


def _files(axes):
    """The problems of files of targets."""
    given = [(key, value) for axis in axes for key, value, _ in axis if key == "survey.targets"]
    return [Problem(*one, wrong) for one in given if isinstance(one[1], str) for wrong in _target_problems(one[1])]


def _misplaced(theirs, multirun, growing):
    """The problems of Hydra's words that would be obeyed by nobody."""
    problems = []
    for override in theirs:
        key, given = override.key_or_group, _given(override)
        engine = re.match(r"hydra([./])(launcher|sweeper)", key)
        if override.is_sweep_override():
            problems.append(Problem(key, given, "takes one value: it moves no run"))
        elif engine and engine[2] == "sweeper":
            wrong = "values are listed here; something that looks for the best would take seed for a parameter"
            problems.append(Problem(key, given, f"{wrong} (python -m experiments.calibrate looks for parameters)"))
        elif engine:
            wrong = "not needed: many runs keep all cores busy; cluster.workers=2 for fewer, cluster=dask for others"
            problems.append(Problem(key, given, wrong))
        elif key in ("hydra.sweep.dir", "hydra.sweep.subdir") and not multirun and growing is None:
            problems.append(Problem(key, given, "is for a sweep, with -m; a run's folder is hydra.run.dir"))
        elif key in ("hydra.run.dir", "hydra.sweep.subdir") and multirun and growing is None:
            problems.append(Problem(key, given, "a sweep has one folder, hydra.sweep.dir"))
    return problems


def _sweep_folder(theirs, axes):
    """Where a sweep's files go: where the words say, else under a name that tells what is chosen and varied."""
    said = [override.value() for override in theirs if override.key_or_group == "hydra.sweep.dir"]
    if said:
        return str(said[0])
    varied = [axis[0][0] for axis in axes if len(axis) > 1]
    same = {axis[0][0]: axis[0] for axis in axes if len(axis) == 1}
    choices = composition.chosen() | {key: value for key, value, _ in same.values() if key in composition.chosen()}
    return f"outputs/{sweep_name(choices, [word for _, _, word in same.values()], varied)}"


def _target_problems(path):
    """What is wrong with a file of targets, by row and column."""
    from sim.instruments.targets import RIVALS, TargetsError, load_targets, located

    if not located(path).is_file():
        return [f"there is no such file; known by name: {', '.join(RIVALS)}{question(nearest(path, RIVALS))}"]
    try:
        load_targets(path)
    except TargetsError as error:
        return error.problems
    return []


def _values(override):
    """Each value of a word, and the word that gives it alone."""
    if not override.is_sweep_override():
        return [(override.value(), override.input_line)]
    values = [Override._convert_value(value) for value in override.sweep_iterator(Transformer.identity)]
    words = [f"{override.get_key_element()}={text}" for text in override.sweep_string_iterator()]
    return [*dict(zip(words, zip(values, words, strict=True), strict=True)).values()]


def _first(override):
    """The word itself, or for a sweep its first value."""
    if not override.is_sweep_override():
        return override.input_line
    return f"{override.get_key_element()}={next(override.sweep_string_iterator())}"


def _check_hydra(theirs, ours, flags, growing, place=None):
    """The problems of Hydra's own words, and of the folder that the run would write; what Hydra makes of them all."""
    words = [_first(override) for override in (*theirs, *ours)]
    if flags.config_dir:
        words.append(f"hydra.searchpath=['file://{Path(flags.config_dir).resolve()}']")
    try:
        with hydra.initialize_config_dir(str(composition.CONF), version_base="1.3"):
            config = hydra.compose("config", words, return_hydra_config=True)
        settings, growing = config.hydra, config.seeds > 1 if growing is None else growing
        key, folder = ("hydra.sweep.dir", settings.sweep.dir) if flags.multirun else ("hydra.run.dir", settings.run.dir)
        folder, several = (folder, flags.multirun) if place is None else (place, False)
    except (HydraException, OmegaConfBaseException) as error:
        if len(theirs) > 1:  # which of them?
            alone = [problem for one in theirs for problem in _check_hydra([one], [], flags, growing, place)[0]]
            if alone:
                return alone, None
        return [_of_hydra(one, str(error)) for one in [*theirs, *ours][:1]], None
    reason = refusal(Path(folder), several=several, growing=growing or place is not None)
    return [Problem(key, str(folder), reason)] if reason else [], config


def _of_hydra(override, message):
    """Hydra's error about one word, in our words where we know the keys."""
    key, given = override.key_or_group, _given(override)
    with hydra.initialize_config_dir(str(composition.CONF), version_base="1.3"):
        known = OmegaConf.to_container(hydra.compose("config", return_hydra_config=True), resolve=False)
    if "/" not in key and at(known, key.split(".")) is None:
        return unknown(key, given, known)
    return Problem(key, given, " ".join(message.partition("Config search path")[0].split()))
