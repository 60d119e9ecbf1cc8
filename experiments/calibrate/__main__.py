"""The posterior of the free parameters: ``python -m experiments.calibrate [choices and fields] [runs=2000]``.

Which parameters agree with the published numbers that may be fitted? Reduced markets are run at points spread over
the priors, in later rounds only where those before saw the posterior; an emulator of their expected readings,
corrected for scale, and rejection with regression adjustment turn all of them into one posterior. Rows of the
evidence that are kept for validation are never read here.
"""

from typing import Literal

from experiments.cli import missing, stop_or_go
from sim.scenario.parameter import Parameter as P

_MANUAL = """\
Draws the free parameters (the fields with a prior, see python -m sim.run --help) from their posterior, given the
published numbers whose role is "calibrate". Every finished run is kept: the same command goes on where it stopped.

  python -m experiments.calibrate                       480 runs of a twentieth of France, 120 of a quarter, 48 of all
  python -m experiments.calibrate runs=200 people=3000  a first look
  python -m experiments.calibrate seconds=3600          what can be done in an hour
  python -m experiments.calibrate engine=smc            pyABC instead of one shared design
  python -m experiments.calibrate survey.targets=crest  a critic's counts: what else would have to be true?

Leaves posterior.csv, which python -m sim.run behaviour=posterior behaviour.posterior=.../posterior.csv draws from.
"""


class Settings:
    """What can be set of the experiment itself."""

    people: int = P("people in a run", "person", 100, 20_000_000)
    runs: int = P("runs of the design, all rounds together", "run", 40, 1_000_000)
    rounds: int = P("rounds; each but the first only where those before saw the posterior", "round", 1, 8)
    seconds: float | None = P("time for runs, after which those made are reported; null: no limit", "second", 0, 1e7)
    workers: int | None = P("runs at a time; null: as many as cores and memory allow", "run", 1, 1024)
    keep: float = P("share of the emulated points that the posterior is made from", "share", 0.01, 1)
    draws: int = P("draws in posterior.csv", "draw", 10, 100_000)
    scale_points: int = P("points run at a larger scale too, to correct for the scale; 0: no correction", "", 0, 1000)
    scale_people: int = P("people in a run at the larger scale", "person", 100, 20_000_000)
    recovery: int = P("runs that play the data, to see whether known parameters are found", "run", 0, 10_000)
    predictive: int = P("runs at draws of the posterior at the larger scale: predictions", "run", 0, 10_000)
    polish: int = P("times that the best point is sought from the last, the first time from the scenario's", "", 0, 50)
    polish_people: int = P("people in a run that says which way readings move from there", "person", 100, 20_000_000)
    engine: Literal["design", "smc"] = P("one design for everything, or sequential Monte Carlo by pyABC")
    particles: int = P("particles of a generation (smc)", "run", 20, 100_000)
    generations: int = P("generations (smc)", "", 1, 100)


def experiment(*given) -> str:
    """Run `experiments.calibrate.calibration.run`."""
    from experiments.calibrate.calibration import run  # with scipy and pandas: --help does not wait for them

    return run(*given)


def further(settings: dict, changes: dict, folders: object) -> tuple[list, list]:
    """No more words; and what is missing for pyABC."""
    return [], missing("pyabc", "calibration") if settings["engine"] == "smc" else []


if __name__ == "__main__":
    stop_or_go("calibrate", _MANUAL, Settings, experiment, further)
