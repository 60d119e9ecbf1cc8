"""What the words of ``python -m sim.country`` ask for."""

from pathlib import Path

from sim.cli.country.check import checked
from sim.cli.country.template import written
from sim.scenario.problems import ABSENT, BadScenario, Problem, nearest, question

_MANUAL = """\
A country of one's own is a folder with country.yaml, platform.yaml, population.yaml, survey.yaml and targets.csv.

  python -m sim.country template my_country/     write these, each value with its unit, range and meaning; what is
                                                 France's says that it is assumed. Nothing that is there is overwritten
  python -m sim.country check my_country/        row by row: missing, wrong, without a source, assumed; the exit code
                                                 is 2 if it cannot run
  python -m sim.run country=my_country/          run it

What stands behind # on a line is taken for the source of its values; one that begins with "assumed" says that it is
none. An option that builds on a shipped one, defaults: [france_2018, _self_], need only have what differs.
"""
_VERBS = {"template": written, "check": checked}


def started(words: list[str]) -> bool | int:
    """Do it; gives back whether all is well, or the exit code.

    Raises
    ------
    BadScenario
        If the words ask for nothing that can be done.
    """
    if not words or {"--help", "-h"} & set(words):
        print(_MANUAL, flush=True)
        return True
    verb, *folders = words
    if verb not in _VERBS:
        wrong = f"must be one of {', '.join(_VERBS)}{question(nearest(verb, _VERBS))}"
        raise BadScenario([Problem(verb, ABSENT, wrong)])
    if len(folders) != 1:
        raise BadScenario([Problem(verb, ABSENT, f"takes one folder: python -m sim.country {verb} my_country/")])
    return _VERBS[verb](Path(folders[0]).expanduser())
