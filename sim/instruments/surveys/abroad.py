"""Surveys and browser logs of international platforms, each read on the platforms and people that it asked.

Who is asked worked on one of these platforms and earned something in the last month recorded. The record has a month's
hours of all platforms together, so those who ever did a task under deep labour, whose month is mostly of that, are left
out; and a log of one platform is read on those who were on no other in that month. A market that is not the measured
one, and has none of these platforms, is read on all who earned something there.
"""

import numpy as np
import pandas as pd

from sim.instruments.fieldwork import Fieldwork
from sim.instruments.surveys.counterfactual import counterfactual, not_judged
from sim.instruments.surveys.questionnaire import IDLE
from sim.instruments.surveys.respondents import contracted
from sim.instruments.surveys.shares import Reading, mean, median, of_sums, share
from sim.instruments.targets import NotComparable
from sim.kernel.units import HOUR, MICRO, ROUNDED_MONTH
from sim.results.summary import last_month

# Platforms that the studies name; of ILO2018's, no market has Prolific.
ILO2018 = ("mechanical_turk", "figure_eight", "clickworker", "microworkers")
FORDE2017 = ("mechanical_turk", "figure_eight", "clickworker", "microworkers")
MULDOON2022 = ("mechanical_turk", "clickworker", "prolific")
TURK = ("mechanical_turk",)  # Difallah2018, Hara2018, Toxtli2021
JOBS = {  # as Muldoon2022 divides those asked: by their other paid work
    "asked_full_time": ("full_time",),
    "asked_part_time": ("part_time", "fixed_term_or_self_employed"),
    "asked_no_job": ("student", "retired", "unemployed", "at_home"),
}
INTERNATIONAL = (*ILO2018, "clixsense")
FOUR_POUNDS = 4.0 / 0.853  # euro per hour, at the rate of 2022: what Muldoon2022 tells of beside the minimum wage
FEDERAL_MINIMUM = 7.25 * 0.85  # euro per hour: what Hara2018 compares with, 7.25 dollars, at the rate of 2018


def abroad(fieldwork: Fieldwork) -> dict[str, Reading | NotComparable]:
    """What surveys and logs of international platforms would find, by target id."""
    earned, minimum = _earned(fieldwork), fieldwork.scenario.country.minimum_wage
    asked = {keys: _worked(fieldwork, earned, keys) for keys in {ILO2018, FORDE2017, MULDOON2022}}
    asked |= {TURK: _worked(fieldwork, earned, TURK, alone=True)}
    found = {
        "unpaid_share": (ILO2018, _unpaid),
        "want_more_work": (ILO2018, lambda month: share(month["watching_seconds"] > IDLE * month["present_seconds"])),
        "below_four_pounds": (MULDOON2022, lambda month: share(_hourly(month, False) < FOUR_POUNDS)),
        "unpaid_half_hour": (MULDOON2022, lambda month: share(month["unpaid_seconds"] >= month["paid_seconds"] / 2.0)),
        "below_minimum_wage": (MULDOON2022, lambda month: share(_hourly(month, False) < minimum)),
        "pay_gap_to_minimum": (FORDE2017, lambda month: mean(1.0 - _hourly(month, False) / minimum)),
        "below_minimum_wage_mturk": (TURK, lambda month: share(_hourly(month, True) < FEDERAL_MINIMUM)),
        "unpaid_share_mturk": (TURK, lambda month: mean(month["unpaid_seconds"] / _active(month))),
        "hourly_pay_mturk": (TURK, lambda month: median(_hourly(month, False))),
        "hourly_with_unpaid_mturk": (TURK, lambda month: median(_hourly(month, True))),
    }
    read = {name: _read(asked[keys], of) for name, (keys, of) in found.items()}
    return not_judged(read | {"half_life": _half_life(fieldwork)}, counterfactual(fieldwork.scenario))


def beside(fieldwork: Fieldwork) -> dict[str, Reading | NotComparable]:
    """Which other paid work those have whom Muldoon2022 asked, by target id."""
    month = _worked(fieldwork, _earned(fieldwork), MULDOON2022)
    if isinstance(month, NotComparable):
        return dict.fromkeys(JOBS, month)
    status = fieldwork.results.workers.set_index("worker")["status"].reindex(month["worker"])
    found: dict[str, Reading | NotComparable] = {name: share(status.isin(jobs)) for name, jobs in JOBS.items()}
    return not_judged(found, counterfactual(fieldwork.scenario))


def _read(month, of):
    return month if isinstance(month, NotComparable) else of(month)


def _bits(results, keys):
    """A mask of those of the platforms that the market has, as in `months`."""
    members = list(results.scenario.platform.members)
    return sum(1 << members.index(name) for name in keys if name in members)


def _earned(fieldwork):
    """The last month of those who earned something in it and never did a task under deep labour, if there is other."""
    month = last_month(fieldwork.results)
    month = month[(month["earned_micro_euro"] > 0) & (month["paid_seconds"] > 0)]
    if not any(member.listed for member in fieldwork.scenario.platform.members.values()):
        return month
    return month[~month["worker"].isin(contracted(fieldwork))]


def _worked(fieldwork, earned, keys, alone=False):
    """Of these, those who worked on the platforms, or why there are none."""
    results, there = fieldwork.results, _bits(fieldwork.results, keys)
    if not there and counterfactual(results.scenario):
        return earned if len(earned) else NotComparable("nobody earned anything in the last month")
    if not there:
        return NotComparable(f"platform={results.scenario.platform.name} has none of the platforms asked")
    mask, accounts = earned["platforms"].to_numpy(np.int64), results.accounts
    month = earned[((mask & there) > 0) & (((mask & ~there) == 0) | (not alone))]
    did = accounts.loc[accounts["platform"].isin(keys) & (accounts["tasks_done"] > 0), "worker"]
    month = month[month["worker"].isin(did)]
    return month if len(month) else NotComparable("nobody worked on the platforms asked in the last month")


def _active(month):
    """Seconds of work, paid and unpaid."""
    return month["paid_seconds"] + month["unpaid_seconds"]


def _hourly(month: pd.DataFrame, unpaid: bool) -> pd.Series:
    """Euro per paid hour of each row, or per hour of work with the unpaid."""
    seconds = _active(month) if unpaid else month["paid_seconds"]
    return month["earned_micro_euro"] / MICRO / (seconds / HOUR)


def _unpaid(month):
    return of_sums(month["unpaid_seconds"], _active(month))


def _half_life(fieldwork):
    """Days after which half of those who worked on Mechanical Turk in a month no longer do (Difallah2018).

    Where the market has no Mechanical Turk, of the international platforms; where it has none of these, of all. Least
    squares of log share still working on the months between, over all pairs of months recorded, weighted by how many
    were seen in both.
    """
    months, results = fieldwork.months, fieldwork.results
    count = len(months["month"].cat.categories) if len(months) else 0
    if count < 6:
        return NotComparable("needs six months of the record")
    there = _bits(results, TURK) or _bits(results, INTERNATIONAL) or -1
    working = months[(months["sessions"] > 0) & ((months["platforms"].to_numpy(np.int64) & there) != 0)]
    worker = np.unique(working["worker"], return_inverse=True)[1]
    present = np.zeros((worker.max(initial=-1) + 1, count))
    present[worker, working["month"].cat.codes] = 1.0
    both = present.T @ present  # people who worked in one month and in another
    lags = np.arange(1, count)
    again = np.array([np.trace(both, lag) for lag in lags])
    first = np.array([np.diag(both)[: count - lag].sum() for lag in lags])
    if not again.all():
        return NotComparable("nobody worked in months so far apart")
    slope = np.polyfit(lags * ROUNDED_MONTH, np.log(again / first), 1, w=np.sqrt(again))[0]
    return (np.log(2.0) / -slope, np.nan) if slope < 0 else NotComparable("participation does not decay")
