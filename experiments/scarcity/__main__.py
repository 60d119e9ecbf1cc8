"""Do low earnings come out of scarcity? ``python -m experiments.scarcity [population=small] [seeds=5] [choices]``.

Prices as platforms announce them, work that is watched for, and who gets it, beside the evidence, seed by seed; then
on the same luck what more work, more people, a client's tenth more and money as good as cash change. The first seed is
the scenario's, the others follow it.
"""

from experiments.cli import stop_or_go
from sim.scenario.parameter import Parameter as P

_MANUAL = """\
Says over seeds whether low earnings come out of scarcity: what a paid hour and the median batch pay, how fast good
and poor batches go, who earns and who watches, beside the evidence; and, on the same luck over two years, what pay
does when demand or registrations double, how much faster a client's batches are filled when it alone pays a tenth
more, and what vouchers, thresholds and delays change. Every finished run is kept: the same command goes on where it
stopped.

  python -m experiments.scarcity population=small                 five seeds: ten minutes on two cores
  python -m experiments.scarcity population=small paired=false    prices, time and people only
  python -m experiments.scarcity population=small seeds=20        more luck: smaller errors
  python -m experiments.scarcity platform=biface demand=steady    any choice or field of python -m sim.run --help
"""


class Settings:
    """What can be set of the experiment itself."""

    seeds: int = P("runs of each market, each with a seed of its own", "run", 1, 10_000)
    workers: int | None = P("runs at a time; null: as many as cores and memory allow", "run", 1, 1024)
    paired: bool = P("run other markets on the same luck too")
    alone: int = P("largest clients of biface platforms that raise their rate alone, one a run", "client", 0, 50)


def experiment(*given) -> str:
    """Run `experiments.scarcity.study.run`."""
    from experiments.scarcity.study import run  # with pandas: --help does not wait for it

    return run(*given)


if __name__ == "__main__":
    stop_or_go("scarcity", _MANUAL, Settings, experiment)
