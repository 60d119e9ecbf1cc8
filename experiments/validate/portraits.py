"""The people of the interviews, looked for in a simulated population.

The evidence tells of single workers in words (``sim/instruments/evidence/README.md``, section 2). Each portrait is a
query: are there people like that, how many, and what does who comes nearest look like? One case proves that such
people exist, not how many, so being absent fails and being many does not. Nothing here is ever fitted.
"""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sim.kernel.categories import DENSITIES
from sim.kernel.units import EURO_PER_MICRO, HOUR, ROUNDED_MONTH
from sim.results.results import Results
from sim.scenario.scenario import Scenario

NEAREST = 5  # people who come nearest that are told of
ROOM = 1.5  # factor either side within which a number of a portrait is met
MONTHS = 12  # of the record, over which somebody's usual month is taken
WEEKS = ROUNDED_MONTH / 7  # in a month
EMPLOYED = ("full_time", "part_time", "fixed_term_or_self_employed")
NO_INCOME = ("unemployed", "at_home")
TRAITS = ("sex", "status", "household")


class Portrait(NamedTuple):
    """One person of the evidence."""

    name: str
    said: str  # of the person
    words: dict[str, tuple[str, ...]]  # column, and the words it may hold
    numbers: dict[str, tuple[float, float]]  # column, and the range within which it lies
    missing: str  # what is said and cannot be asked here
    otherwise: str  # what it means if there is nobody like that


def about(low: float, high: float | None = None) -> tuple[float, float]:
    """The range that counts as a number, or as one of a range of numbers."""
    return low / ROOM, (low if high is None else high) * ROOM


PORTRAITS = (
    Portrait(
        "woman_one_platform",
        "regular woman, no other income, one platform, 86 euros a month, some tasks at 0.30 euro an hour",
        {"sex": ("woman",), "status": NO_INCOME},
        {"used": (1, 1), "days": (1, 31), "earned": about(86)},
        "pay per hour of single tasks",
        "who is always there on one platform does not reach what one woman made: too little work, or shared too evenly",
    ),
    Portrait(
        "man_in_the_evening",
        "employed man, half an hour each evening, 0.50 euro a day, and two shop visits a week at 2 to 10 euros",
        {"sex": ("man",), "status": EMPLOYED},
        {"hours": about(3.5), "days": about(30), "earned": about(15)},
        "shop visits (of M. in platform=ecosystem), the hour of the day",
        "nobody works daily for cents: people value an evening higher, or stop sooner, than this man did",
    ),
    Portrait(
        "woman_on_welfare",
        "woman on welfare, three US platforms, from 2 p.m. to 2 a.m., 130 to 170 euros a month",
        {"sex": ("woman",), "status": NO_INCOME},
        {"used": (3, 99), "hours": (20, 84), "earned": about(130, 170)},
        "where platforms are from, the hour of the day",
        "nobody makes an occupation of three platforms: free days, multi-homing or the supply of work bind too early",
    ),
    Portrait(
        "single_mother",
        "single mother with a job, watching several platforms, 80 to 100 euros a month when demand is high",
        {"sex": ("woman",), "status": EMPLOYED, "household": ("lone_parent",)},
        {"used": (2, 99), "best": about(80, 100)},
        "when demand is high is taken as her best month",
        "a surge does not bring a good month to somebody who watches several lists beside a job",
    ),
    Portrait(
        "student_at_appen",
        "student at Appen, 5 to 7 hours a week, up to 400 euros a month",
        {"status": ("student",), "deep": ("yes",)},
        {"hours": about(5, 7), "earned": (100, 400)},
        "",
        "deep labour does not reach students, allots other hours or pays otherwise",
    ),
    Portrait(
        "transcriber",
        "deep-labour transcriber, clips of 3 to 15 seconds, up to 170 an hour",
        {"deep": ("yes",)},
        {"pace": (170 / ROOM**2, 170 * ROOM), "earned": (20, 4000)},
        "kinds of task are not kept by worker: tasks an hour stand for short clips",
        "deep labour has no projects of short clips, or nobody is let in to them",
    ),
)


# Found only where shops are visited: `platform=ecosystem`.
IN_SHOPS = (
    Portrait(
        "shops_on_a_run",
        "C.: takes photos in shops within 5 to 10 km, fitted into a run that is made anyway",
        {"shopper": ("yes",)},
        {"shops": (0.25, 99), "km": (5, 10)},
        "what else the run was for: a share of each way is made anyway (behaviour.errand_share)",
        "shops are too far, or the way is not worth what a photo pays",
    ),
    Portrait(
        "evenings_and_shops",
        "M.: employed, half an hour of tasks each evening, and two shop visits a week at 2 to 10 euros each",
        {"status": EMPLOYED, "shopper": ("yes",)},
        {"days": about(30), "screen": about(3.5), "visit": (2, 10), "shops": about(2)},
        "sex: the report's M. is a man; the hour of the day",
        "two visits a week are not to be had beside a job: too few shops, or too far",
    ),
)


def people(results: Results) -> pd.DataFrame:
    """Everybody seen in the last months of the record, in a usual month of theirs.

    Returns
    -------
    DataFrame
        One row a worker: sex, status, household; deep ("yes" if a deep-labour platform was used); used (platforms);
        days, hours (a week, paid, unpaid and watching), earned, best (euro a month; means over months with a look, and
        the best of them), hourly (euro), pace (tasks per paid hour); shopper ("yes" if a shop was visited), shops
        (visits a week), visit (euro each), km (mean distance; nan where no way is extra), screen (other hours a week).
    """
    months = results.months
    months = months[months["looks"] > 0]
    labels = sorted(map(str, months["month"].unique()))[-MONTHS:]
    months = months[months["month"].isin(labels)].assign(euro=months["earned_micro_euro"] * EURO_PER_MICRO)
    by_worker = months.groupby("worker")
    kinds = ["paid_seconds", "unpaid_seconds", "present_seconds"]
    sums = by_worker[["days_active", *kinds, "tasks_done", "euro"]].sum()
    count = by_worker.size()
    members = list(results.scenario.platform.members.values())
    deep = np.uint32(sum(1 << p for p, member in enumerate(members) if member.contracts))
    mask = _either(months, sums.index)
    seconds = sums["paid_seconds"] + sums["unpaid_seconds"]
    traits = results.workers.set_index("worker").reindex(sums.index)
    columns = {
        "used": np.bitwise_count(mask).astype(float),
        "days": sums["days_active"] / count,
        "earned": sums["euro"] / count,
        "best": by_worker["euro"].max(),
        "hours": sums["present_seconds"] / HOUR / count / WEEKS,
        "hourly": HOUR * sums["euro"] / np.maximum(seconds, 1),
        "pace": HOUR * sums["tasks_done"] / np.maximum(sums["paid_seconds"], 1),
        "deep": np.where(mask & deep > 0, "yes", "no"),
    }
    columns |= {name: traits[name].astype(str) if name in traits else "unknown" for name in TRAITS}
    if "shop_visits" in months:
        columns |= _in_shops(results, by_worker, count, columns["hours"])
    return pd.DataFrame(columns, index=sums.index)


def _in_shops(results, by_worker, count, hours):
    """What those who visit shops do there, by worker."""
    behaviour = results.scenario.behaviour
    sums = by_worker[["shop_visits", "shop_seconds", "travel_seconds", "shop_micro_euro"]].sum()
    density = results.workers.set_index("worker").reindex(sums.index)["density"].astype(str)
    kmh = density.map({name: getattr(behaviour, f"{name}_kmh") for name in DENSITIES})
    visits, extra = np.maximum(sums["shop_visits"], 1), 2.0 * (1.0 - behaviour.errand_share)
    away = (sums["shop_seconds"] + sums["travel_seconds"]) / HOUR
    return {
        "shopper": np.where(sums["shop_visits"] > 0, "yes", "no"),
        "shops": sums["shop_visits"] / count / WEEKS,
        "visit": sums["shop_micro_euro"] * EURO_PER_MICRO / visits,
        "km": sums["travel_seconds"] / visits / HOUR * kmh / extra if extra else np.nan,
        "screen": hours - away / count / WEEKS,
    }


def _either(months, workers):
    """All platforms that a worker used in any of the months: the bits of each row of `workers`."""
    mask = np.zeros(len(workers), np.uint32)
    np.bitwise_or.at(mask, workers.get_indexer(months["worker"]), months["platforms"].to_numpy(np.uint32))
    return mask


def portraits(results: Results) -> dict[str, dict[str, Any]]:
    """Each portrait in one run.

    Returns
    -------
    dict of str to dict
        By name: people (who fit, as many as at full scale), found (in this run), active (all who looked, at full
        scale), alike (same traits, whatever their numbers), binding (the number that fewest of those alike
        reach), reach (share of those alike that reach it), away (of the nearest, in factors of `ROOM` beyond the
        range; 0 if they fit), nearest (mean of each number over the `NEAREST` who come nearest).
    """
    table, scale = people(results), results.scenario.population.fraction
    return {one.name: _one(one, table) | {"active": len(table) / scale} | _scaled(one, table, scale)
            for one in sought(results.scenario)}  # fmt: skip


def sought(scenario: Scenario) -> tuple[Portrait, ...]:
    """The portraits of people who can be found under a scenario."""
    shops = any("shop_visit" in member.tasks for member in scenario.platform.members.values())
    return PORTRAITS + IN_SHOPS if shops else PORTRAITS


def _alike(one, table):
    same = [table[column].isin(words) for column, words in one.words.items()]
    return table[np.logical_and.reduce(same)] if len(table) else table


def _scaled(one, table, scale):
    found = int((_beyond(one, _alike(one, table)) <= 0).all(axis=1).sum())
    return {"people": found / scale, "found": found}


def _beyond(one, alike):
    """How far each person is outside each range, as a factor in units of `ROOM`; shape (people, numbers)."""
    columns = []
    for name, (low, high) in one.numbers.items():
        values = np.maximum(alike[name].to_numpy(float), 1e-3)
        columns.append(np.maximum(np.log(low / values), np.log(values / high)) / np.log(ROOM))
    return np.maximum(np.round(np.array(columns).T.reshape(len(alike), len(columns)), 9), 0.0)


def _one(one, table):
    alike = _alike(one, table)
    if not len(alike):
        nothing = dict.fromkeys(one.numbers, np.nan)
        return {"alike": 0, "binding": "", "reach": np.nan, "away": np.nan, "nearest": nothing}
    beyond = _beyond(one, alike)
    reach = (beyond <= 0).mean(axis=0)
    order = np.argsort(beyond.sum(axis=1), kind="stable")[:NEAREST]
    near = alike.iloc[order]
    return {
        "alike": len(alike),
        "binding": list(one.numbers)[int(reach.argmin())],
        "reach": float(reach.min()),
        "away": float(beyond[order].sum(axis=1).mean()),
        "nearest": {name: float(near[name].mean()) for name in one.numbers},
    }
