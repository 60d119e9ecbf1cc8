"""Who comes, and against whom? ``python -m experiments.world [population=small] [seeds=5] [choices]``.

The crowd elsewhere, entry, forums, places and uses of work in AI, each beside what the report says, and what
switching each off moves, on the same luck. The first seed is the scenario's, the others follow it.
"""

from experiments.cli import stop_or_go
from sim.scenario.parameter import Parameter as P

_MANUAL = """\
Says over seeds who comes to the market, and against whom: how much of international work is done in France and what
moves pay there; who registers when pay is four times as high and when demand collapses; what a boycott of a tenth of
the active comes to with forums and without; who goes to shops and what that pays; what a platform of user tests
posts; who registers and who answers a questionnaire; when lists are full; what automation of one use feeds; and what
each mechanism moves when it is switched off. Every finished run is kept: the same command goes on where it stopped.

  python -m experiments.world population=small            five seeds: some six minutes on two cores
  python -m experiments.world population=small seeds=20   more luck: narrower ranges
  python -m experiments.world demand=steady               any choice or field of python -m sim.run --help
"""


class Settings:
    """What can be set of the experiment itself."""

    seeds: int = P("runs of each market, each with a seed of its own", "run", 1, 10_000)
    workers: int | None = P("runs at a time; null: as many as cores and memory allow", "run", 1, 1024)


def experiment(*given) -> str:
    """Run `experiments.world.study.run`."""
    from experiments.world.study import run  # with pandas: --help does not wait for it

    return run(*given)


if __name__ == "__main__":
    stop_or_go("world", _MANUAL, Settings, experiment)
