"""The door of an experiment: its own words beside those of a run, everything wrong with both said at once.

An experiment is a Hydra app over the scenario of ``python -m sim.run``. Its own settings stand in
``conf/experiment/`` and are typed like fields: ``seeds=40``.
"""

import os
import sys
import textwrap
from pathlib import Path
from typing import Literal, get_args, get_origin

from sim.scenario import composition
from sim.scenario.parameter import allowed, fields_of
from sim.scenario.problems import Problem, nearest, question

FAILED, BAD_CONFIGURATION, INTERRUPTED = 1, 2, 130
_PLACE = "${run_name:${hydra.runtime.choices},${hydra.overrides.task},${seed}}"


def stop_or_go(name, manual, declared, experiment, further=None):
    """Read the command line, check it, run the experiment, and end the process.

    Parameters
    ----------
    name : str
        Of the experiment: its file in ``conf/experiment/`` and the beginning of its folder's name.
    manual : str
        What ``--help`` says first.
    declared : type
        Class of its settings, each a `Quantity`.
    experiment : callable
        Called with the scenario, the settings (dict), the folder (Path) and the command (str).
    further : callable, optional
        Called with the settings and the other words; gives back words to add to these, and problems.
    """
    sys.exit(main(name, manual, declared, experiment, further))


def main(name, manual, declared, experiment, further=None):
    """As `stop_or_go`, giving back the exit code: 0; 1 if runs failed; 2 for bad words; 130 after Ctrl-C."""
    words = sys.argv[1:]
    if {"--help", "-h"} & set(words):
        print(_help(name, manual, declared), flush=True)
        return 0
    from sim.scenario.problems import BadScenario

    try:
        return _start(words, name, declared, experiment, further)
    except BadScenario as bad:
        print(bad.told(), file=sys.stderr)
        return BAD_CONFIGURATION
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print("\nStopped; what was finished is kept, and the same command goes on from there.", file=sys.stderr)
        return INTERRUPTED


def _start(words, name, declared, experiment, further):
    import shlex

    import hydra
    from hydra.core.hydra_config import HydraConfig
    from omegaconf import OmegaConf

    from sim.runs.replicate import RunsFailed
    from sim.scenario.scenario import Scenario

    settings, theirs = checked(words, name, declared, further)
    command = f"python -m experiments.{name} {shlex.join(words)}".strip()
    failures = []

    def app(config):
        folder = Path(HydraConfig.get().runtime.output_dir)
        typed = composition.typed(HydraConfig.get().overrides.task)
        scenario = Scenario.checked(OmegaConf.to_container(config, resolve=True), typed)
        try:
            experiment(scenario, settings, folder, command)
        except RunsFailed as failed:  # Hydra would print where in the code, not what to do
            failures.append(failed)

    typed, sys.argv = sys.argv, [sys.argv[0], *theirs]
    try:
        hydra.main(version_base="1.3", config_path=str(composition.CONF), config_name="config")(app)()
    finally:
        sys.argv = typed
    for failed in failures:
        print(failed, file=sys.stderr)
    return FAILED if failures else 0


def checked(words, name, declared, further=None):
    """The experiment's settings, and the words that are left for Hydra with a place for the folder among them.

    Parameters
    ----------
    words : list of str
    name : str
    declared : type
    further : callable, optional
        As in `stop_or_go`.

    Returns
    -------
    settings : dict
    words : list of str

    Raises
    ------
    BadScenario
        With every problem of every word.
    """
    from sim.cli.validate import check
    from sim.scenario.problems import BadScenario

    fields = fields_of(declared)
    own = [word for word in words if word.lstrip("+").partition("=")[0] in fields]
    theirs = [word for word in words if word not in own]
    settings, problems = _settings(own, name, fields)
    strays = {word: meant for word in theirs if (meant := _setting_meant(word, fields))}
    theirs = [word for word in theirs if word not in strays]
    for word, meant in strays.items():
        problems.append(Problem(*composition.assignment(word), "there is no such field" + question(meant)))
    if further and not problems:
        added, problems = further(settings, theirs)
        theirs = [*added, *theirs]
    fields_begin = [place for place, word in enumerate(theirs) if "=" in word and not word.startswith("-")]
    beside = fields_begin[0] if fields_begin else len(theirs)  # flags stand before or after all fields
    for key, folder in (("hydra.run.dir", f"outputs/{name}_{_PLACE}"), ("hydra.sweep.subdir", f"{name}_{_PLACE}")):
        if not any(word.startswith(f"{key}=") for word in theirs):
            theirs.insert(beside, f"{key}='{folder}'")
    try:
        check(theirs, growing=True)
    except BadScenario as bad:
        problems += bad.problems
    if problems:
        raise BadScenario(problems)
    return settings, theirs


def _setting_meant(word, fields):
    """The setting that a word which is neither setting nor field was probably meant for, or None."""
    key, known = word.lstrip("+").partition("=")[0], composition.compose()
    meant = nearest(key, [*fields, *known]) if "=" in word and "." not in key and key not in known else None
    return meant if meant in fields else None


def _settings(words, name, fields):
    """The settings of ``conf/experiment/`` with the words laid over them, and what is wrong with the words."""
    settings, problems, given = composition.option("experiment", name), [], set()
    for word in words:
        key, value = composition.assignment(word)
        kind, quantity = fields[key]
        if key in given:
            problems.append(Problem(key, value, "is given twice"))
        elif not _may(value, kind, quantity):
            meaning = f" ({quantity.meaning})"
            problems.append(Problem(key, value, f"must be {allowed(kind, quantity)}{meaning}"))
        given.add(key)
        settings[key] = value
    return settings, problems


def _may(value, kind, quantity):
    """Whether a value may stand in a setting."""
    if get_origin(kind) is Literal:
        return value in get_args(kind)
    kinds = [part for part in get_args(kind) if part is not type(None)] or [kind]
    if value is None:
        return type(None) in get_args(kind)
    if isinstance(value, bool) or kinds[0] is bool:
        return isinstance(value, bool) and kinds[0] is bool
    right = isinstance(value, (int, float) if kinds[0] is float else tuple(kinds))
    return right and (quantity.low is None or quantity.low <= value <= quantity.high)


def _help(name, manual, declared):
    from sim.scenario.problems import shown

    lines = [manual, "SETTINGS of the experiment"]
    usual = composition.option("experiment", name)
    for key, (kind, quantity) in fields_of(declared).items():
        told = f"{allowed(kind, quantity)}: {quantity.meaning}"
        lines.append(f"  {key:<20} {shown(usual[key])}")
        lines += textwrap.indent(textwrap.fill(told, 104), " " * 6).splitlines()
    return "\n".join([*lines, "", "All choices and fields: python -m sim.run --help"])
