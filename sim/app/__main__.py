"""A page on which the market is watched day by day: ``python -m sim.app [port=...] [choices and fields]``."""

import sys
from importlib.util import find_spec
from typing import Any

from sim.cli.exit_code import exit_code, leave
from sim.scenario import composition
from sim.scenario.problems import ABSENT, BadScenario, Problem

_MANUAL = """\
Shows the market day by day on a page of this machine: choose, press play, move a slider, put a second market beside it.

  python -m sim.app                                one in twenty; prints the address to open in a browser
  python -m sim.app report.language=fr             in French; the page has a switch, too
  python -m sim.app platform=deep demand=steady    begins with these choices and fields, those of python -m sim.run
  python -m sim.app port=5010                      on another port than 5006

Every browser that opens the page has markets of its own. It is reached from this machine only, and asks nothing of the
network. Ctrl-C ends it. Needs the extra app: pip install 'microwork-market[app]'
"""
PORT = 5006
_NOT_HERE = ("seeds", "until", "cluster", "record", "report")


def main() -> int:
    """Show the page; gives back the exit code of `sim.cli.exit_code`."""
    return exit_code(lambda: _serve(sys.argv[1:]), "Closed.")


def _serve(words):
    if {"--help", "-h"} & set(words):
        print(_MANUAL, flush=True)
        return True
    given, port, language = _read(words)
    lacking = [name for name in ("panel", "bokeh") if find_spec(name) is None]
    if lacking:
        cure = "needs the extra app: pip install 'microwork-market[app]'"
        raise BadScenario([Problem("python -m sim.app", ABSENT, f"{cure} ({' and '.join(lacking)} not found)")])
    print("Loading the page ...", flush=True)
    from sim.app.choices import typed
    from sim.app.server import serve, taken

    choices = typed(given)
    choices.scenario()  # raises what is wrong with it
    if taken(port):
        raise BadScenario([Problem("port", port, "is taken; say another, as in port=5010")])
    serve(choices, language, port)
    return True


def _read(words):
    """The choices and fields typed, the port and the language; raises BadScenario with all that is wrong."""
    from sim.scenario.scenario import Scenario

    problems = [Problem(word, ABSENT, "is no flag here; see --help") for word in words if word.startswith("-")]
    given: dict[str, Any] = dict(composition.assignment(word) for word in words if not word.startswith("-"))
    port = given.pop("port", PORT)
    if not isinstance(port, int) or isinstance(port, bool) or not 0 < port < 2**16:
        problems.append(Problem("port", port, "must be a whole number from 1 to 65535"))
    language = given.get("report.language", "en")
    for key in given:
        if key != "report.language" and key.partition(".")[0] in _NOT_HERE:
            problems.append(Problem(key, given[key], "belongs to many runs, or to what a run leaves; see --help"))
    try:
        Scenario.resolve(given)
    except BadScenario as bad:
        problems += bad.problems
    if problems:
        raise BadScenario(problems)
    given.pop("report.language", None)
    return given, port, language


if __name__ == "__main__":
    leave(main)
