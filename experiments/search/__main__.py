"""Which policy does best for goals that the user states: ``python -m experiments.search [vary=...] [goals=...]``.

Candidates are proposed in batches by a sampler that learns from those before; each is run on the same seeds as the
market without it, and what is best on those is run once more on seeds that the search has not seen.
"""

from pathlib import Path
from typing import Any

from experiments.cli import missing, stop_or_go
from sim.scenario.parameter import Parameter as P
from sim.scenario.problems import Problem

_MANUAL = """\
Searches the values of policies that do best for goals of yours, in the months from policy.start on, against the market
as it is on the same luck; and measures the best once more on fresh seeds, beside a placebo that changes nothing. Every
finished run is kept: the same command goes on where it stopped.

  python -m experiments.search population=small                  the usual question: five to ten minutes on two cores
  python -m experiments.search population=small population.sample=0.01 candidates=24 seeds=6 fresh=12    a look
  python -m experiments.search population=small 'vary=[policy.minimum_rate.hourly:2:10]' 'goals=[pay:max]'
  python -m experiments.search 'vary=[policy.paid_search.hourly:0:12,policy.paid_search.payer:clients:platform]' \\
      'goals=[hourly:max,cost_per_hour:min]' 'keep=[work_done:>=0.9,engagement.occasional.earned:>=1]'
  python -m experiments.search 'policy=[minimum_rate,open_sign_up]' 'vary=[policy.minimum_rate.hourly:0:12]'
                                                                 a policy that every candidate has beside
  python -m experiments.search policy.minimum_rate.escape=0.3    a field of a policy that varies, held at a value

vary: KEY:LOW:HIGH of a number within its declared range, KEY:ONE:OTHER[:...] of what is chosen; of fields of policies,
those of your own too: policy=my_module:tax 'vary=[own.tax.rate:0:0.5]'.
goals: NAME:max or NAME:min. keep: NAME:>=R or NAME:<=R, R times what it is without a policy, as 0.95 or 95%.
Names: earned_lowest_half (of those active in the month before who had ever earned: the half that had earned least,
euro a month each), earned_lowest_half_of_earners (of who earns since), hours_lost (work done less than without),
shut_out (registered, let in nowhere), hourly_present (pay per hour of presence, watching included); every row of
experiments.policy (pay, spent, hourly_median, engagement.occasional.earned, ...); and what a run says of itself:
summary.NAME, target.NAME, reading.TIER, truth.TIER.
"""


class Settings:
    """What can be set of the experiment itself."""

    vary: str | list | None = P("fields of policies and between what they vary, as in [policy.sign_up_cap.ratio:0.8:3]")
    goals: str | list | None = P("numbers and whether more or less of them is better, as in [pay:max,hours_lost:min]")
    keep: str | list | None = P("numbers that must stay so many times what they are without a policy, as in "
                                "[spent:>=0.95]; null: none")  # fmt: skip
    candidates: int = P("values of the fields that are tried", "candidate", 2, 100_000)
    batch: int = P("candidates proposed at a time, before any of them is known", "candidate", 1, 1000)
    seeds: int = P("runs of each candidate in the search", "run", 1, 10_000)
    fresh: int = P("runs, with other seeds, of each that is best in the search", "run", 0, 10_000)
    members: int = P("most of the best that are run on fresh seeds and told", "candidate", 1, 100)
    workers: int | None = P("runs at a time; null: as many as cores and memory allow", "run", 1, 1024)


def further(settings: dict[str, Any], changes: dict[str, Any], folders: list[Path]) -> tuple[list[str], list[Problem]]:
    """The policies that vary, as a word for the scenario; and what is wrong with the question."""
    from experiments.search.asked import chosen, problems_of  # with pandas: --help does not wait for it

    wrong = missing("optuna", "search") + problems_of(settings, changes, folders)
    if wrong:
        return [], wrong
    return chosen(settings, changes, folders)


def experiment(*given) -> str:
    """Run `experiments.search.study.run`."""
    from experiments.search.study import run  # with pandas: --help does not wait for it

    return run(*given)


if __name__ == "__main__":
    stop_or_go("search", _MANUAL, Settings, experiment, further)
