"""What a search keeps of a run: the numbers of a comparison of policies, and some that only goals ask for.

All are of the time from the first day of the policies on, but for what a run says of itself (`sim.runs.quantities`).
"""

from typing import Any

import numpy as np

from experiments.policy.measure import Before
from experiments.policy.measure import measure as of_comparison
from experiments.policy.packing import unpacked
from experiments.policy.paired import BY_GROUP, OUTCOMES
from experiments.policy.paired import number as compared
from experiments.policy.paired import quantities as rows
from sim.instruments.across_seeds import outline
from sim.kernel.arrays import ACCOUNTS
from sim.kernel.categories import ENGAGEMENTS
from sim.kernel.records import DAILY, TURNED_AWAY
from sim.kernel.units import HOUR, MICRO
from sim.results.dictionary.numbers import about
from sim.results.distributions import ratio
from sim.results.tables import results
from sim.runs import quantities
from sim.scenario.scenario import Scenario
from sim.simulation.day import DayByDay

# Numbers of this module alone, with their units.
OWN = {
    "earned_lowest_half": "euro/month",
    "earned_lowest_half_of_earners": "euro/month",
    "hours_lost": "hour/month",
    "hourly_present": "euro/hour",
    "shut_out": "person",
}
LESS_OF = {"hours_lost": "work_done"}  # known as a difference alone: so much less of another number than without
_SINGULAR = {"persons": "person", "euro per month": "euro/month", "euro per hour": "euro/hour"}  # of the summary
_OF_A_RUN = ("summary.", "target.", "reading.", "truth.")


def measure(market: DayByDay, start: Before) -> dict[str, Any]:
    """What is kept of a market that has run: `numbers` and `groups` of `experiments.policy.measure`, and `OWN`."""
    found = of_comparison(market, start)
    earned = unpacked(found["people"]["earned"]) / MICRO / found["months"]
    numbers = found["numbers"] | _lowest(earned, start) | _doors(market, start)
    return {"numbers": numbers, "groups": found["groups"]}


def measure_all(market: DayByDay, start: Before) -> dict[str, Any]:
    """The same with `run`: all that `sim.runs.quantities` knows of the whole run."""
    return measure(market, start) | {"run": outline(results(market))}


def _lowest(earned, start):
    """Mean earnings a month of the half of the active who had earned least before, and of the lower half of earners.

    Active is who had looked in the month before the policies and had ever earned anything: the same people, whatever a
    candidate does. Who earns since is not.
    """
    had, active = start.totals["earned_micro_euro"], start.groups["engagement"]
    before = np.flatnonzero((had > 0) & (active > ENGAGEMENTS.index("occasional")) & (active < len(ENGAGEMENTS)))
    before = before[np.argsort(had[before], kind="stable")]
    since = np.sort(earned[earned > 0])
    return {
        "earned_lowest_half": _mean(earned[before[: len(before) // 2]]),
        "earned_lowest_half_of_earners": _mean(since[: len(since) // 2]),
    }


def _mean(values):
    return float(values.mean()) if len(values) else np.nan


def _doors(market, start):
    """Who is registered and let in nowhere, on the last day; and pay per hour of presence."""
    people = market.columns.people
    opened = people.accounts[: people.counts[ACCOUNTS]]
    registered, inside = np.zeros((2, len(people.workers)), bool)
    registered[opened["worker"]] = True
    inside[opened["worker"][opened["state"] != TURNED_AWAY]] = True
    daily = market.recorder.daily[start.day : market.day].sum(axis=(0, 1))
    pay, present = daily[DAILY.pay_micro_euro] / MICRO, daily[DAILY.present_seconds] / HOUR
    weight = market.scenario.population.weight
    return {"shut_out": float((registered & ~inside).sum() * weight), "hourly_present": ratio(pay, present)}


def of_run(name: str) -> bool:
    """Whether a name is of what a run says of itself, which takes its tables and instruments."""
    return name.startswith(_OF_A_RUN)


def names(scenario: Scenario) -> list[str]:
    """Every name that a goal may have; those of a run are of the scenario."""
    return [*OWN, *rows(), *(name for name in quantities.of_run(scenario) if of_run(name))]


def unit(name: str) -> str:
    """The unit of a number; "" where only the table that it is from tells."""
    known = OWN | {one: of for outcomes in OUTCOMES.values() for one, of in outcomes.items()}
    if name.startswith("summary."):
        column = about(name.partition(".")[2])
        return _SINGULAR.get(column.unit, column.unit) if column else ""
    if of_run(name):
        return "" if name.startswith("target.") else "person"
    return known.get(name) or BY_GROUP.get(name.rpartition(".")[2], "")


def number(run: dict[str, Any], name: str, scenario: Scenario) -> float:
    """What is kept of a run under a name; nan where it is not known. Of a difference, the other number less it."""
    if name in LESS_OF:
        return -run["numbers"][LESS_OF[name]]
    if of_run(name):
        return quantities.number(run["run"], quantities.of_run(scenario)[name])
    return compared(run, name)
