"""Three readings of one population, over many seeds: ``python -m experiments.tiers [choices and fields] [seeds=20]``.

How far does chance move each instrument, what stands between its reading and the truth, and how do readings and
truths move when the market changes? The first seed is the scenario's, the others follow it.
"""

from experiments.cli import stop_or_go
from sim.scenario.parameter import Parameter as P

_MANUAL = """\
Runs the market with many seeds, reads it with the instruments of the published estimate, and says what stands
between each reading and the truth. Every finished run is kept: the same command goes on where it stopped.

  python -m experiments.tiers                                  20 seeds of all France, other markets and other surveys
                                                               of a quarter: an hour and a half on two cores
  python -m experiments.tiers surveys=false                    without the other surveys: half of that
  python -m experiments.tiers population=small seeds=5         a first look
  python -m experiments.tiers platform=deep demand=steady      any choice or field of python -m sim.run --help
  python -m experiments.tiers hydra.run.dir=somewhere          put the experiment's folder elsewhere
"""


class Settings:
    """What can be set of the experiment itself."""

    seeds: int = P("runs of the base, each with a seed of its own", "run", 1, 10_000)
    workers: int | None = P("runs at a time; null: as many as cores and memory allow", "run", 1, 1024)
    variants: bool = P("run other markets too: demand, sign-up, quota")
    surveys: bool = P("with variants, other surveys of the same market too: days, hours, quotas, rewards")
    variant_people: int = P("people in the runs of other markets, at most those of the base", "person", 100, 2_000_000)


def experiment(*given) -> str:
    """Run `experiments.tiers.study.run`."""
    from experiments.tiers.study import run  # with pandas: --help does not wait for it

    return run(*given)


if __name__ == "__main__":
    stop_or_go("tiers", _MANUAL, Settings, experiment)
