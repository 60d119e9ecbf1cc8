"""Which numbers of a small run are those of all France? ``python -m experiments.scale [sizes=...] [seeds=12]``.

Every number of the summary and every reading at several sizes, and the ratio of each small
size to the whole with its interval: told apart are those that may be quoted from a small run and those that may not.
"""

from pathlib import Path
from typing import Any

from experiments.cli import stop_or_go
from sim.scenario.parameter import Parameter as P
from sim.scenario.problems import Problem

_MANUAL = """\
Runs the same market at several sizes and says of every number of the summary and every reading whether a small run
gives what all of France gives; every number is of all of France. Writes precision.csv, from which one run tells how
uncertain it is (sim.results.whole.precision says where it goes). Seeds at different sizes are different
luck: nothing is shared, so intervals are those of independent means. Entry by advertising and talk is set anew for
each size, as in population=small. Every finished run is kept: the same command goes on where it stopped.

  python -m experiments.scale                             a twentieth, a quarter and the whole: a quarter of an hour
                                                          on two cores
  python -m experiments.scale 'sizes=[2661,13306,66531,266126]'      the table that ships
  python -m experiments.scale seeds=40 until=earnings_mean:3%   at each size as many as that takes, 40 at most
  python -m experiments.scale population=small 'sizes=[3000,6000,13306]' seeds=20     how far one can go down
"""
_LEAST, _MOST = 100, 2_000_000


class Settings:
    """What can be set of the experiment itself."""

    sizes: list = P("people in a run, two sizes or more; the largest is what the others are held against", "person")
    seeds: int = P("runs at each size, each with a seed of its own", "run", 2, 10_000)
    until: str | None = P("stop before all seeds of a size once the mean of a number is known this well there, as in "
                          "earnings_mean:3%; null: run all")  # fmt: skip
    workers: int | None = P("runs at a time; null: as many as cores and memory allow", "run", 1, 1024)


def further(settings: dict[str, Any], changes: dict[str, Any], folders: list[Path]) -> tuple[list[str], list[Problem]]:
    """No words; what is wrong with the sizes, and with a half width asked for."""
    sizes, wrong = settings["sizes"], []
    if not all(type(one) is int and _LEAST <= one <= _MOST for one in sizes) or len(set(sizes)) < 2:
        said = f"must be two or more different whole numbers from {_LEAST} to {_MOST}"
        wrong.append(Problem("sizes", sizes, said))
    if settings["until"] is not None:
        from sim.runs.quantities import of_run
        from sim.runs.until import problems
        from sim.scenario.scenario import Scenario

        wrong += problems(settings["until"], of_run(Scenario.load()), settings["seeds"])
    return [], wrong


def experiment(*given) -> str:
    """Run `experiments.scale.study.run`."""
    from experiments.scale.study import run  # with pandas: --help does not wait for it

    return run(*given)


if __name__ == "__main__":
    stop_or_go("scale", _MANUAL, Settings, experiment, further)
