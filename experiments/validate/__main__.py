"""What was never fitted: ``python -m experiments.validate [choices and fields] [seeds=20]``.

Every row of the evidence that is kept for validation, the people of its interviews and the patterns it only has
words for, over many seeds, each with its own draw of the free parameters; worst first, with what it means when it
fails. Then the bars: what is asked of the default parameters.
"""

from pathlib import Path
from typing import Any

from experiments.cli import stop_or_go
from sim.scenario.parameter import Parameter as P
from sim.scenario.problems import Problem

_MANUAL = """\
Sets what no fit has ever seen beside what markets with parameters drawn from the posterior show: the rows of the
evidence whose role is "validate", the people of its interviews, and patterns that it has only words for. The bars are
read at the default parameters. Every finished run is kept: the same command goes on where it stopped.

  python -m experiments.validate                               20 seeds of all France, each with its own draw, and 20
                                                               at the default parameters: half an hour on two cores
  python -m experiments.validate population=small seeds=5      a first look
  python -m experiments.validate seeds=60 until=earnings_mean:5%
                                                               as many as that takes, 60 at most
  python -m experiments.validate default_seeds=0               without the bars
  python -m experiments.validate behaviour.posterior=mine.csv  draws of your own calibration
  python -m experiments.validate behaviour=france_2018         the defaults instead of a posterior
"""


class Settings:
    """What can be set of the experiment itself."""

    seeds: int = P("runs, each with a seed and a draw of its own", "run", 1, 10_000)
    default_seeds: int = P("runs at the default parameters, which the bars are read from; 0: none", "run", 0, 10_000)
    until: str | None = P("stop before all seeds once the mean of a number is known this well, as in earnings_mean:5%; "
                          "null: run all")  # fmt: skip
    workers: int | None = P("runs at a time; null: as many as cores and memory allow", "run", 1, 1024)


def experiment(*given) -> str:
    """Run `experiments.validate.study.run`."""
    from experiments.validate.study import run  # with pandas: --help does not wait for it

    return run(*given)


def further(settings: dict[str, Any], changes: dict[str, Any], folders: list[Path]) -> tuple[list[str], list[Problem]]:
    """Draws of the posterior, unless something else is asked for; and what is wrong with a half width asked for."""
    added, most = [] if "behaviour" in changes else ["behaviour=posterior"], settings["seeds"]
    if settings["until"] is None:
        return added, []
    from experiments.validate.study import quantities
    from sim.runs.until import LEAST, problems

    known = quantities(changes.get("survey.targets"))
    wrong = problems(settings["until"], known, most)
    if 0 < settings["default_seeds"] < LEAST:
        wrong += problems(settings["until"], known, settings["default_seeds"], "default_seeds")
    return added, wrong


if __name__ == "__main__":
    stop_or_go("validate", _MANUAL, Settings, experiment, further)
