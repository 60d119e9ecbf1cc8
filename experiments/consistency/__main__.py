"""A judge of the evidence: ``python -m experiments.consistency [survey.targets=...] [design=FOLDER]``.

Which published numbers can be readings of one population, and which cannot? Each is left out and predicted from the
others; each source; and all of them are set against each other pair by pair. Nothing is run: the runs of a finished
calibration answer. Nothing that is found goes back into a fit.
"""

from experiments.cli import stop_or_go
from sim.scenario.parameter import Parameter as P

_MANUAL = """\
Says which published numbers can be readings of one population, and which cannot: leaves out each row of the evidence
and each source in turn, predicts it from all others with its uncertainty, and sets rows side by side, pair by pair.
It takes the runs of a calibration, by default those that are shipped, and makes none.

  python -m experiments.consistency                          the published evidence: some minutes on two cores
  python -m experiments.consistency survey.targets=crest     with a critic's counts, or the file of your own numbers
  python -m experiments.consistency design=outputs/mine      by the runs of a calibration of your own
  python -m experiments.consistency report.language=fr       the page and the figures in French
"""


class Settings:
    """What can be set of the experiment itself."""

    design: str | None = P("folder of a finished calibration, or its design.parquet; null: the runs shipped")
    prior: int = P("points of the priors that pairs are judged by", "", 1_000, 10_000_000)
    workers: int | None = P("sets of draws made at a time; null: as many as cores", "", 1, 1024)


def experiment(*given) -> str:
    """Run `experiments.consistency.study.run`."""
    from experiments.consistency.study import run  # with pandas and scipy: --help does not wait for them

    return run(*given)


if __name__ == "__main__":
    stop_or_go("consistency", _MANUAL, Settings, experiment)
