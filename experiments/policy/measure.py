"""One run of a comparison: a market measured from the first day of a policy on, and who had done what before.

Both runs of a seed are the same to the bit until that day, so the groups read off then hold the same people.
"""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from experiments.policy.boycott import of_call
from experiments.policy.packing import packed
from sim.instruments.surveys.ones_own import ask
from sim.kernel.arrays import MONTH_ROWS
from sim.kernel.categories import ENGAGEMENTS, SEXES, STATUSES, USE, USES
from sim.kernel.records import CLOSED_BATCH, DAILY, NOBODY
from sim.kernel.units import DAY, HOUR, MEAN_MONTH, MICRO, RECENT
from sim.policies.levers import largest_biface
from sim.results.distributions import filled_within, gini, median_time, ratio
from sim.results.summary import fill_times
from sim.results.tables import results
from sim.simulation.day import DayByDay
from sim.simulation.recorder import LIFETIME

NEEDS = ("low", "middle", "high")  # thirds of the scale of need
# Engagement is that of the day before; a newcomer was not registered then.
GROUPS = {"engagement": (*ENGAGEMENTS, "newcomer"), "sex": SEXES, "status": STATUSES, "need": NEEDS}
# Of a head, an hour or one client; all other numbers are of the whole country.
PER_HEAD = frozenset(
    "earned_mean earned_median hourly hourly_median below_minimum unpaid gini empty refused cost_per_hour kept "
    "fill_median filled_in_a_day largest_asks largest_gets largest_rate largest_fill_median".split()
)
SERIES = ("pay_micro_euro", "spent_micro_euro", "tasks_posted", "tasks_done", "looks", "sessions")


class Before(NamedTuple):
    """What had been done until the morning on which a policy comes into force."""

    day: int
    totals: np.ndarray  # (N,) by everybody
    groups: dict[str, np.ndarray]  # (N,) group of everybody by each division of `GROUPS`
    work: np.ndarray  # int64 (USES,) true seconds of work done and accepted
    largest: np.ndarray  # int (0,) or (1,) row of the client of a biface platform who asks for most work


def before(market: DayByDay) -> Before:
    """What has been done until the morning of a policy's first day."""
    largest = largest_biface(market.columns, market.day)
    return Before(market.day, _totals(market), _groups(market), _work(market.recorder.batches(market.columns)), largest)


def _totals(market):
    """What everybody has done so far, the present month included."""
    so_far = market.lifetime.copy()
    month = market.columns.ledger.months[: market.columns.ledger.counts[MONTH_ROWS]]
    for name in LIFETIME.names:
        so_far[name][month["worker"]] += month[name]
    return so_far


def _groups(market):
    persons = market.columns.people.persons
    engaged = np.where(persons["signed_up"] < market.day, market.engagement(), len(ENGAGEMENTS))
    need = np.minimum(persons["need"] * len(NEEDS), len(NEEDS) - 1).astype(np.uint8)
    divided = {"engagement": engaged, "sex": persons["sex"], "status": persons["status"], "need": need}
    return {name: codes.astype(np.uint8) for name, codes in divided.items()}


def _work(batches):
    """True seconds of work done and accepted, by use; int64 array, shape (USES,)."""
    seconds = (batches["done"].astype(np.int64) - batches["refused"]) * batches["true_seconds"]
    return np.array([seconds[np.array(USE)[batches["kind"]] == use].sum() for use in range(len(USES))])


def measure(market: DayByDay, start: Before) -> dict[str, Any]:
    """What a comparison keeps of a market that has run, given what had been done before the policy.

    Returns
    -------
    dict
        `numbers` (name to number of the country, flows per month; own.NAME: what an instrument of one's own reads),
        `own` (these as rows of `sim.instruments.surveys.ones_own.Read`), `groups` (rows: division, group, people and
        sums per month, of the country), `path` (name to weekly numbers, from the first whole week), `weeks` (how many
        of them lie before), `people` (packed arrays by row: earned micro-euro and paid seconds since the start, seen
        lately, group by division), `weight` (people of the country for whom one of these stands), `call` (of a boycott,
        from `experiments.policy.boycott.of_call`; else None).
    """
    months = (market.day - start.day) / MEAN_MONTH
    after = _totals(market)
    done = {name: after[name].astype(np.int64) - start.totals[name] for name in LIFETIME.names}
    seen = market.columns.people.workers["last_seen"]
    there = (seen != NOBODY) & (seen >= market.day - RECENT)
    weeks, path = _path(market, start.day)
    weight, minimum = market.scenario.population.weight, market.scenario.country.minimum_wage
    own = ask(results(market)) if market.scenario.ones_own("instrument") else []
    numbers = _people(done, there, months, minimum) | _flows(market, start, months) | _clients(market, start, months)
    return {
        "numbers": {name: value if name in PER_HEAD else value * weight for name, value in numbers.items()}
        | {f"own.{one.name}": one.value for one in own},
        "own": [one._asdict() for one in own],
        "groups": _by_group(done, there, start.groups, months, weight),
        "weight": weight,
        "path": path,
        "weeks": weeks,
        "months": months,
        "people": {name: packed(codes) for name, codes in start.groups.items()}
        | {"earned": packed(done["earned_micro_euro"]), "there": packed(there)}
        | {"paid": packed(done["paid_seconds"].astype(np.int32))},
        "call": of_call(market),
    }


def _people(done, there, months, minimum_wage):
    earned = done["earned_micro_euro"] / MICRO
    hours = (done["paid_seconds"] + done["unpaid_seconds"]) / HOUR
    worked = earned > 0
    hourly = earned[worked] / np.maximum(hours[worked], 1.0 / HOUR)
    return {
        "earners": int(worked.sum()),
        "earned_mean": ratio(earned.sum() / months, worked.sum()),
        "earned_median": float(np.median(earned[worked]) / months) if worked.any() else np.nan,
        "hourly": ratio(earned.sum(), hours.sum()),
        "hourly_median": float(np.median(hourly)) if worked.any() else np.nan,
        "below_minimum": ratio((hourly < minimum_wage).sum(), worked.sum()),
        "hours": float(hours.sum() / months),
        "unpaid": ratio(done["unpaid_seconds"].sum(), (done["paid_seconds"] + done["unpaid_seconds"]).sum()),
        "seen": int(there.sum()),
        "received": float(done["cashed_out_micro_euro"].sum() / MICRO / months),
        "gini": gini(np.maximum(earned[worked], 0.0)),
    }


def _flows(market, start, months):
    daily = market.recorder.daily[start.day : market.day].sum(axis=0)
    sums = dict(zip(DAILY._fields, daily.sum(axis=0).tolist(), strict=True))
    euro = {name: sums[f"{name}_micro_euro"] / MICRO / months for name in ("pay", "spent", "commission", "margin")}
    presumed, pay = market.scenario.policy.employment_presumption, daily[:, DAILY.pay_micro_euro]
    deep = market.columns.firms.platforms["contracts"]
    contributions = presumed.contributions * float(pay[deep].sum()) / MICRO / months if presumed else 0.0
    euro |= {"contributions": contributions, "margin": euro["margin"] - contributions}
    by_use = (_work(market.recorder.batches(market.columns)) - start.work) / HOUR / months
    work = float(by_use.sum())
    return euro | {
        "empty": ratio(sums["empty_looks"], sums["looks"]),
        "looks": sums["looks"] / months,
        "posted": sums["tasks_posted"] / months,
        "work_asked": sums["demand_seconds"] / HOUR / months,
        "work_escaped": sums["escaped_seconds"] / HOUR / months,
        "work_done": work,
        **{f"work_{use}": float(hours) for use, hours in zip(USES, by_use, strict=True)},
        "done": sums["tasks_done"] / months,
        "refused": ratio(sums["tasks_refused"], sums["tasks_done"]),
        "cost_per_hour": ratio(euro["spent"], work),
        "kept": ratio(euro["commission"] + euro["margin"], euro["spent"]),
    }


def _clients(market, start, months):
    """How soon batches are filled that were posted from the first day on; the same of the largest biface client."""
    batches = market.recorder.batches(market.columns)
    batches = batches[batches["posted"] >= start.day * DAY]
    its = batches[np.isin(batches["client"], start.largest)]
    work = float(_work(its).sum()) / HOUR / months
    cost = float((its["done"].astype(np.int64) - its["refused"]) @ its["piece_rate"].astype(np.int64)) / MICRO / months
    elsewhere = batches["size"] - batches["done"] - batches["withdrawn"] - batches["left"]
    fates = {"elsewhere": elsewhere, "withdrawn": batches["withdrawn"], "open": batches["left"]}
    hours = batches["true_seconds"].astype(np.int64) / HOUR / months
    return {
        **_filling(batches, market.day),
        **{f"work_{name}": float(tasks @ hours) for name, tasks in fates.items()},
        "largest_asks": float(its["size"].astype(np.int64) @ its["true_seconds"].astype(np.int64)) / HOUR / months,
        "largest_gets": work,
        "largest_rate": ratio(cost, work),
        "largest_fill_median": _filling(its, market.day)["fill_median"],
    }


def _filling(batches, day):
    names = {"left": "open"}
    table = pd.DataFrame({names.get(name, name): batches[name] for name in CLOSED_BATCH.names})
    times = fill_times(table, day)
    seconds, filled = times["seconds"].to_numpy(), times["filled"].to_numpy()
    soon = (times["filled"] & (times["seconds"] <= DAY)).mean() if len(times) else np.nan
    return {
        "fill_median": median_time(*filled_within(seconds[filled], seconds[~filled])) if len(times) else np.nan,
        "filled_in_a_day": float(soon),
    }


def _by_group(done, there, divided, months, weight):
    rows = []
    earned = done["earned_micro_euro"] / MICRO / months
    hours = (done["paid_seconds"] + done["unpaid_seconds"]) / HOUR / months
    for division, names in GROUPS.items():
        codes = divided[division]
        for values, what in ((np.ones(len(codes)), "people"), (earned, "earned"), (hours, "hours"),
                             (earned > 0, "earners"), (there, "seen")):  # fmt: skip
            sums = np.bincount(codes, values, len(names))
            rows += [{"division": division, "group": name, "what": what, "value": float(x * weight)}
                     for name, x in zip(names, sums, strict=True)]  # fmt: skip
    return rows


def _path(market, since):
    """Weekly sums of the day's counters, and who was seen in the month; weeks are counted from the first day."""
    first = since % 7
    whole = (market.day - first) // 7
    days = slice(first, first + whole * 7)
    daily = market.recorder.daily[days].sum(axis=1).reshape(whole, 7, len(DAILY)).sum(axis=1)
    path = {name: daily[:, getattr(DAILY, name)].tolist() for name in SERIES}
    path["seen_month"] = market.recorder.funnel[days, 1].reshape(whole, 7)[:, -1].tolist()
    return (since - first) // 7, path
