"""The command line of an experiment: its own words beside those of a run, everything wrong with both said at once.

An experiment runs scenarios of ``python -m sim.run``. Its own settings stand in ``conf/experiment/`` and are typed like
fields: ``seeds=40``.
"""

import shlex
import sys
import textwrap
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from sim.cli.exit_code import exit_code, leave
from sim.scenario import composition
from sim.scenario import fields as of_scenario
from sim.scenario.parameter import allowed, fields_of
from sim.scenario.problems import ABSENT, BadScenario, Problem, nearest, question, shown

if TYPE_CHECKING:
    from sim.cli.command import Command

Further = Callable[[dict, dict, list], tuple[list[str], list[Problem]]]


def stop_or_go(name: str, manual: str, declared: type, experiment: Callable, further: Further | None = None) -> None:
    """Read the command line, check it, run the experiment, and end the process.

    Parameters
    ----------
    name
        Of the experiment: its file in ``conf/experiment/`` and the beginning of its folder's name.
    manual
        What ``--help`` says first.
    declared
        Class of its settings, each a `Parameter`.
    experiment
        Called with the scenario, the settings (dict), the folder (Path) and the command (str); gives back what the
        screen shows.
    further
        Called with the settings, the scenario's values by full key and the folders of options; gives back words to add
        to those typed, and problems.
    """
    leave(lambda: main(name, manual, declared, experiment, further))


def main(name: str, manual: str, declared: type, experiment: Callable, further: Further | None = None) -> int:
    """As `stop_or_go`, giving back the exit code of `sim.cli.exit_code`."""
    words = sys.argv[1:]

    def work():
        if {"--help", "-h"} & set(words):
            print(_help(name, manual, declared), flush=True)
            return True
        return _start(words, name, declared, experiment, further)

    return exit_code(work, "Stopped; what was finished is kept, and the same command goes on from there.")


def _start(words, name, declared, experiment, further):
    from sim.cli import hydra_config
    from sim.results.command.ending import everything, told
    from sim.results.command.progress import doing
    from sim.results.folder import near
    from sim.results.manifest import release
    from sim.runs.replicate import RunsFailed
    from sim.runs.taken_up import again, keep
    from sim.runs.taken_up import asked as asked_for

    settings, asked = checked(words, name, declared, further)
    if asked.shows:
        hydra_config.show(asked.words, asked.markets[0][0] if asked.markets else None)
        return True
    ended_well, typed = True, [word for word in words if _key(word) != "overwrite"]
    line = f"python -m experiments.{name} {shlex.join(typed)}".strip()
    for (scenario, _), folder in zip(asked.markets, asked.folders, strict=True):
        limited = settings.get("seconds") is not None  # whoever asks again wants more of it
        what = "" if limited else asked_for(name, [scenario], settings, [Path(__file__).resolve().parent])
        text = None if asked.overwrite else again(folder, what)
        if text is None:
            if asked.overwrite:
                release(folder)
            try:
                with doing("working out tables"):
                    text = "\n".join(filter(None, [experiment(scenario, settings, folder, line), _rests(scenario)]))
            except RunsFailed as failed:
                print(failed, file=sys.stderr)
                ended_well = False
                continue
            if not told:
                keep(folder, what, text)
        print(f"{text}\n{everything(near(folder))}", flush=True)
    return ended_well


def _rests(scenario):
    """What rests on rules of one's own, "" without any."""
    if not scenario.own:
        return ""
    from sim.report.screen.ones_own import rules_text
    from sim.results.ones_own import rules

    return rules_text(rules([scenario]))


def checked(words: list[str], name: str, declared: type, further: Further | None = None) -> tuple[dict, "Command"]:
    """What a command line asks of an experiment.

    Returns
    -------
    settings : dict
    command : sim.cli.command.Command

    Raises
    ------
    BadScenario
        With every problem of every word.
    """
    from experiments.needed import needed
    from sim.cli.command import read

    fields = fields_of(declared)
    own = [word for word in words if _key(word) in fields]
    strays = {word: meant for word in words if (meant := _setting_meant(word, fields))}
    settings, problems = _settings(own, name, declared)
    for word, meant in strays.items():
        problems.append(Problem(*composition.assignment(word), "there is no such field" + question(meant)))
    others = [word for word in words if word not in own and word not in strays]
    try:
        more = further and (lambda changes, folders: further(settings, changes, folders))
        command = read(others, name, None if problems else more)
        problems += needed(name, command.markets)
    except BadScenario as bad:
        problems += bad.problems
    if problems:
        raise BadScenario(problems)
    return settings, command


def missing(library: str, extra: str) -> list[Problem]:
    """The problem of a library that an extra of the project brings and that is not installed; none if it is."""
    wrong = f"is not installed; pip install 'microwork-market[{extra}]'"
    return [] if find_spec(library) else [Problem(library, ABSENT, wrong)]


def _key(word):
    return word.lstrip("+").partition("=")[0]


def _setting_meant(word, fields):
    """The setting that a word which is neither setting nor field was probably meant for, or None."""
    key, known = _key(word), fields_of(of_scenario.Scenario)
    meant = nearest(key, [*fields, *known]) if "=" in word and "." not in key and key not in known else None
    return meant if meant in fields and key not in fields else None


def _settings(words, name, declared):
    """The settings of ``conf/experiment/`` with the words laid over them, and what is wrong with the words."""
    from sim.scenario.scenario import settings_of

    typed, problems, fields = {}, [], fields_of(declared)
    for key, value in map(composition.assignment, words):
        if key in typed:
            problems.append(Problem(key, value, "is given twice"))
        typed.setdefault(key, value)
    settings, wrong = settings_of(declared, composition.option("experiment", name) | typed)
    for key in wrong:
        problems.append(Problem(key, settings[key], f"must be {allowed(*fields[key])} ({fields[key][1].meaning})"))
    return settings, problems


def _help(name, manual, declared):
    lines = [manual, "SETTINGS of the experiment"]
    usual = composition.option("experiment", name)
    for key, (kind, parameter) in fields_of(declared).items():
        lines.append(f"  {key:<20} {shown(usual[key])}")
        text = textwrap.fill(f"{allowed(kind, parameter)}: {parameter.meaning}", 104)
        lines += textwrap.indent(text, " " * 6).splitlines()
    lines += ["", "hydra.run.dir=there puts the folder elsewhere, overwrite=true replaces what other code or another"]
    lines += ["scenario left there; nothing that is not ours is touched."]
    return "\n".join([*lines, "", "All choices and fields: python -m sim.run --help"])
