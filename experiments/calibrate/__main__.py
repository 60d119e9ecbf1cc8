"""The posterior of the free parameters: ``python -m experiments.calibrate [choices and fields] [runs=2000]``.

Which parameters agree with the published numbers that may be fitted? Reduced markets are run at points spread over
the priors, then at draws of the posterior so far; an emulator of their expected readings, corrected for scale, the
error of the data and the luck of one market make a likelihood, and walkers draw the posterior. Rows of the evidence
that are kept for validation are never read here.
"""

from pathlib import Path
from typing import Literal

from experiments.cli import missing, stop_or_go
from sim.scenario.parameter import Parameter as P
from sim.scenario.problems import Problem

_MANUAL = """\
Draws the free parameters (the fields with a prior, see python -m sim.run --help) from their posterior, given the
published numbers whose role is "calibrate". Every finished run is kept: the same command goes on where it stopped.

  python -m experiments.calibrate                       1200 runs of a twentieth of France, 120 of a quarter, 60 of all
  python -m experiments.calibrate runs=200 people=3000  a first look
  python -m experiments.calibrate seconds=3600          what can be done in an hour
  python -m experiments.calibrate design=FILE           runs of the rounds, and of others, from another's design.parquet
  python -m experiments.calibrate engine=smc            pyABC instead of one shared design
  python -m experiments.calibrate survey.targets=crest  a critic's counts: what else would have to be true?

On two cores it takes about an hour. One run of a twentieth (13 306 people) takes 2 to 3 seconds of a core, of a quarter
10, of all of France 40 (and 1.7 GB of memory):

  1200 runs of the rounds, and 2 x 30 of points run twice to know the luck of a small run        1260 x 2.5 s = 53 min
  10 of all of France beside these, for scale; 30 for the best point; 20 predictions               60 x  40 s = 40 min
  120 of a quarter, which way readings move around the best point                                 120 x  10 s = 20 min
  in all 113 min of one core, 57 of two
  walkers, their emulators and 60 data sets of the recovery, on one core                                         10 min

While parameters are tried nobody signs up in response to what the market is like (population.entry.responds=false):
registrations are published, so they stay as they were published at every point.

A posterior is refused if two ensembles of walkers do not find the same. Leaves posterior.csv, which
python -m sim.run behaviour=posterior behaviour.posterior=.../posterior.csv draws from, and design.parquet: every run.
"""


class Settings:
    """What can be set of the experiment itself."""

    people: int = P("people in a run", "person", 100, 20_000_000)
    runs: int = P("runs of the design, all rounds together", "run", 40, 1_000_000)
    rounds: int = P("rounds; each but the first at draws of the posterior so far", "round", 1, 8)
    design: str | None = P("table of runs made before: the turns that it has are not made again", "path")
    seconds: float | None = P("time for runs, after which those made are reported; null: no limit", "second", 0, 1e7)
    workers: int | None = P("runs at a time; null: as many as cores and memory allow", "run", 1, 1024)
    missed: float = P("probability that the model misses a row, which then has a wider error", "share", 0, 0.5)
    missed_by: float = P("how many times as wide the error of a missed row is", "", 1, 100)
    draws: int = P("draws in posterior.csv", "draw", 10, 100_000)
    scale_points: int = P(
        "points run at a larger scale too, and thrice as many twice, to correct for scale; 0: none", "", 0, 1000
    )
    scale_people: int = P("people in a run at the larger scale", "person", 100, 20_000_000)
    recovery: int = P("runs that play the data, to see whether known parameters are found", "run", 0, 10_000)
    predictive: int = P("runs at draws of the posterior at the larger scale: predictions", "run", 0, 10_000)
    polish: int = P("times that a point better than the last, first the emulator's, is sought", "", 0, 50)
    polish_people: int = P("people in a run that says which way readings move from there", "person", 100, 20_000_000)
    engine: Literal["design", "smc"] = P("one design for everything, or sequential Monte Carlo by pyABC")
    particles: int = P("particles of a generation (smc)", "run", 20, 100_000)
    generations: int = P("generations (smc)", "", 1, 100)


def experiment(*given) -> str:
    """Run `experiments.calibrate.calibration.run`."""
    from experiments.calibrate.calibration import run  # with scipy and pandas: --help does not wait for them

    return run(*given)


def further(settings: dict, changes: dict, folders: object) -> tuple[list, list]:
    """No more words; and what is missing for pyABC, or of a table of runs."""
    problems = missing("pyabc", "calibration") if settings["engine"] == "smc" else []
    if settings["design"] is not None and not Path(settings["design"]).is_file():
        problems.append(Problem("design", settings["design"], "there is no such table of runs"))
    return [], problems


if __name__ == "__main__":
    stop_or_go("calibrate", _MANUAL, Settings, experiment, further)
