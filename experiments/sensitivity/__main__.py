"""Which free parameter, and which mechanism, moves what: ``python -m experiments.sensitivity [fields] [runs=600]``.

First a screening (Morris 1991) with runs of the market itself, on two grids, for its ranking depends on the grid.
Then shares of variance (Sobol 1993) on an emulator, a quadratic function fitted to runs spread over the priors: so
many runs of the market would take days. A parameter that does nothing shows what luck alone looks like. Last,
mechanisms are switched off one at a time, on the same luck (`experiments.sensitivity.mechanisms`).
"""

from typing import Literal

from experiments.cli import stop_or_go
from sim.scenario.parameter import Parameter as P

_MANUAL = """\
Says which free parameters (fields with a prior) move the readings, the truths, earnings, inequality, unpaid time and
the time that tasks wait; and what is left of them without reinforcement, qualifications, volatility, sign-up,
multi-homing, search cost, switched off one at a time on the same luck: what makes the reservoir? Every finished run is
kept: the same command goes on where it stopped.

  python -m experiments.sensitivity                            some 850 runs of a twentieth of France
  python -m experiments.sensitivity part=mechanisms            mechanisms switched off: ten minutes
  python -m experiments.sensitivity part=mechanisms behaviour=posterior    each seed with its own draw of the parameters
  python -m experiments.sensitivity runs=100 trajectories=2    a first look
  python -m experiments.sensitivity runs_in=outputs/...        use the runs of a calibration again (same people, seed)
"""


class Settings:
    """What can be set of the experiment itself."""

    people: int = P("people in a run", "person", 100, 2_000_000)
    trajectories: int = P("trajectories of the screening on each grid", "", 2, 1000)
    runs: int = P("runs that the emulator is fitted to", "run", 40, 1_000_000)
    runs_in: str | None = P("folder of a calibration whose runs are used again, and added to; null: none", "path")
    seeds: int = P("runs with each mechanism, and without", "run", 2, 10_000)
    part: Literal["both", "parameters", "mechanisms"] = P("which part of the analysis")
    workers: int | None = P("runs at a time; null: as many as cores and memory allow", "run", 1, 1024)
    seconds: float | None = P("time for runs, after which those made are told; null: no limit", "second", 0, 1e7)


def experiment(*given) -> str:
    """Run `experiments.sensitivity.study.run`."""
    from experiments.sensitivity.study import run  # with pandas: --help does not wait for it

    return run(*given)


if __name__ == "__main__":
    stop_or_go("sensitivity", _MANUAL, Settings, experiment)
