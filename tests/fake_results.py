"""Invented results with the columns of a real run: for the tests of figures, table and page only.

No market behind it: plausible marginals, nothing else. All chance comes from `sim.kernel.streams`, so the tests
read the same numbers on every machine.
"""

from datetime import date
from types import SimpleNamespace

import numpy as np
import pandas as pd

from sim.kernel.categories import KINDS
from sim.kernel.compiler import kernel
from sim.kernel.records import DAILY, STEPS, WAITS
from sim.kernel.streams import EXPERIMENT, draw, make_key
from sim.results.summary import summarise
from sim.scenario.scenario import Scenario
from sim.simulation.recorder import CAPTURE


@kernel
def _fill(key, period, out):
    for i in range(len(out)):
        out[i] = draw(key, EXPERIMENT, period, i, 0)


class Chance:
    """Arrays of draws, each call on coordinates of its own."""

    def __init__(self, seed):
        self.key, self.calls = make_key(seed), 0

    def uniform(self, n):
        self.calls += 1
        out = np.empty(n)
        _fill(self.key, self.calls, out)
        return out

    def normal(self, n):
        return np.sqrt(-2 * np.log(self.uniform(n))) * np.cos(2 * np.pi * self.uniform(n))

    def lognormal(self, n, median, log_sd):
        return median * np.exp(log_sd * self.normal(n))

    def integers(self, n, top):
        return (self.uniform(n) * top).astype(np.int64)


def scenario(days, platform="france", demand="volatile", language="en"):
    """A real scenario of so many days."""
    start = date(2014, 7, 1)
    end = date.fromordinal(start.toordinal() + days - 1)
    report = {"figures": True, "language": language}
    chosen = Scenario.load(platform=platform, demand=demand, population="small", report=report)
    return chosen.model_copy(update={"start": start, "end": end})


def fake_results(people=4000, days=396, batches=3000, empty=False, **choices):
    """A stand-in for `sim.simulation.recorder.Results`; with `empty` nobody posts, looks or earns anything."""
    chance, world = Chance(7), scenario(days, **choices)
    keys = list(world.platform.members)
    workers = _workers(chance, people, len(keys), days, empty)
    results = SimpleNamespace(
        daily=_daily(chance, world, days, people, empty),
        months=_months(chance, workers, world, empty),
        workers=workers,
        batches=_batches(chance, 0 if empty else batches, keys, days),
        clients=_clients(chance, 0 if empty else 50, keys),
        funnel=_funnel(world, days, people, empty),
        looks_by_hour=_hours(chance, keys, people, empty),
        waits=_waits(keys, people, empty),
        accounts=_accounts(workers, keys, days, empty),
        answers=pd.DataFrame({name: np.zeros(0, CAPTURE[name]) for name in CAPTURE.names}),
        summary={},
        scenario=world,
        provenance={"seed": 1, "versions": {"python": "3.11.7"}, "digest": "0123456789abcdef"},
    )
    tables = (results.daily, results.months, workers, results.batches, results.clients, results.funnel)
    results.summary = summarise(*tables, world)
    return results


def _daily(chance, world, days, people, empty):
    dates = pd.date_range(world.start, periods=days)
    surge = np.repeat(chance.uniform(days // 14 + 1) < 0.25, 14)[:days]
    parts = []
    for share, (key, member) in zip(1.5 ** -np.arange(99.0), world.platform.members.items(), strict=False):
        size = people * share * np.where(surge, 3.0, 0.6) * (0 if empty else 1)
        part = pd.DataFrame({name: np.zeros(days, np.int64) for name in DAILY._fields})
        part["looks"] = (0.4 * people * share * (0 if empty else 1) * (1 + 0.2 * chance.uniform(days))).astype(int)
        part["empty_looks"] = (part["looks"] * (0.6 + 0.3 * chance.uniform(days))).astype(int)
        part["sessions"] = part["looks"] - part["empty_looks"]
        part["visitors"] = part["looks"] // 60
        part["tasks_posted"] = (size * chance.lognormal(days, 1.0, 0.8)).astype(int)
        part["tasks_done"] = (0.98 * part["tasks_posted"]).astype(int)
        part["tasks_refused"] = part["tasks_done"] // 40
        part["tasks_withdrawn"] = part["tasks_posted"] - part["tasks_done"]
        part["tasks_open"] = (0.3 * size * chance.lognormal(days, 1.0, 1.0)).astype(int)
        part["batches_posted"] = part["tasks_posted"] // 10
        part["paid_seconds"] = 60 * part["tasks_done"]
        part["unpaid_seconds"] = 45 * part["looks"]
        part["watching_seconds"] = 300 * part["looks"]
        part["present_seconds"] = part["paid_seconds"] + part["unpaid_seconds"] + part["watching_seconds"]
        part["visits"], part["reactions"] = part["looks"] // 2, part["looks"] // 5
        part["too_late"] = part["reactions"] // 10
        part["pay_micro_euro"] = 80_000 * part["tasks_done"]
        part["commission_micro_euro"] = 20_000 * part["tasks_done"]
        part["spent_micro_euro"] = part["pay_micro_euro"] + part["commission_micro_euro"]
        part["regime"] = np.where(surge, "surge", "quiet") if world.demand.name == "volatile" else "steady"
        part["intensity"] = np.where(surge, 3.0, 0.6)
        part.insert(0, "structure", member.structure)
        part.insert(0, "platform", key)
        part.insert(0, "day", np.arange(days))
        part.insert(0, "date", dates)
        parts.append(part)
    daily = pd.concat(parts, ignore_index=True)
    return daily.astype({name: "category" for name in ("platform", "structure", "regime")})


def _workers(chance, people, platforms, days, empty):
    first = chance.integers(people, platforms)
    second = chance.integers(people, 5 * platforms)
    mask = (1 << first) | np.where(second < platforms, 1 << second, 0)
    earned = np.where(chance.uniform(people) < 0.2, 1e6 * chance.lognormal(people, 20, 1.8), 0) * (not empty)
    return pd.DataFrame(
        {
            "worker": np.arange(people),
            "platforms": mask.astype(np.uint32),
            "accounts": np.bitwise_count(mask).astype(np.int64),
            "signed_up": chance.integers(people, days + 100) - 100,
            "told": np.arange(people) % 5 == 0,
            "engagement": np.where(earned > 3e7, "very_active", "occasional"),
            "earned_micro_euro": earned.astype(np.int64),
        }
    )


def _accounts(workers, keys, days, empty):
    """One row for each platform joined; every fifth account was opened lately."""
    masks = workers["platforms"].to_numpy(np.int64)
    held = [workers["worker"].to_numpy()[masks >> p & 1 == 1] for p in range(len(keys))]
    worker = np.concatenate(held)
    recent = (worker % 5 == 0) & (not empty)
    return pd.DataFrame(
        {
            "worker": worker.astype(np.int32),
            "signed_up": workers["signed_up"].to_numpy()[worker],
            "last_seen": np.where(recent, days - 1 - worker % 40, -1),
            "tasks_done": np.where(recent, worker % 3, 0),
            "tasks_refused": np.zeros(len(worker), np.int64),
            "step": pd.Categorical.from_codes(np.where(recent, 3, worker % 4), categories=list(STEPS)),
            "platform": pd.Categorical.from_codes(
                np.repeat(np.arange(len(keys)), [len(some) for some in held]), categories=list(keys)
            ),
        }
    )


def _months(chance, workers, world, empty):
    if empty:
        seen = np.zeros(0, np.int64)
    else:
        seen = np.flatnonzero(chance.uniform(len(workers)) < 0.2)
    n = len(seen)
    earned = np.where(chance.uniform(n) < 0.6, chance.lognormal(n, 8, 1.4), 0)
    paid = earned / np.maximum(chance.lognormal(n, 5, 0.5), 0.5) * 3600
    unpaid, watching = 60 + chance.lognormal(n, 1500, 1.2), chance.lognormal(n, 9000, 1.5)
    frames = []
    for month in (f"{world.end:%Y-%m}",):
        frames.append(
            pd.DataFrame(
                {
                    "worker": seen,
                    "month": month,
                    "looks": 1 + chance.integers(n, 60),
                    "days_active": 1 + chance.integers(n, 30),
                    "sessions": chance.integers(n, 30),
                    "paid_seconds": paid.astype(np.int64),
                    "unpaid_seconds": unpaid.astype(np.int64),
                    "watching_seconds": watching.astype(np.int64),
                    "present_seconds": paid.astype(np.int64) + unpaid.astype(np.int64) + watching.astype(np.int64),
                    "visits": 1 + chance.integers(n, 40),
                    "reactions": chance.integers(n, 9),
                    "too_late": chance.integers(n, 3),
                    "tasks_done": (paid / 60).astype(np.int64),
                    "tasks_refused": np.zeros(n, np.int64),
                    "earned_micro_euro": (1e6 * earned).astype(np.int64),
                    "cashed_out_micro_euro": np.zeros(n, np.int64),
                    "platforms": workers["platforms"].to_numpy()[seen],
                }
            )
        )
    return pd.concat(frames, ignore_index=True).astype({"month": "category"})


def _batches(chance, n, keys, days):
    which = chance.integers(n, len(keys))
    posted = chance.integers(n, days * 86_400)
    fill = chance.lognormal(n, 1800.0, 2.0) * (1 + which)
    size = 1 + chance.lognormal(n, 10, 1.5).astype(np.int64)
    unfilled = (posted + fill > days * 86_400) | (chance.uniform(n) < 0.03)
    withdrawn = unfilled & (posted < (days - 3) * 86_400)
    return pd.DataFrame(
        {
            "id": np.arange(n),
            "client": chance.integers(n, 50),
            "platform": pd.Categorical.from_codes(which, categories=list(keys)),
            "kind": np.array(KINDS)[chance.integers(n, len(KINDS))],
            "piece_rate_micro_euro": 50_000 + chance.integers(n, 100_000),
            "announced_seconds": 30 + chance.integers(n, 60),
            "true_seconds": 60 + chance.integers(n, 60),
            "size": size,
            "items": size,
            "posted": posted,
            "first_filled": np.where(unfilled, -1, posted + fill // 3).astype(np.int64),
            "last_filled": np.where(unfilled, -1, posted + fill).astype(np.int64),
            "done": np.where(unfilled, 0, size),
            "done_elsewhere": np.zeros(n, np.int64),
            "withdrawn": np.where(withdrawn, size, 0),
            "refused": np.zeros(n, np.int64),
            "open": np.where(unfilled & ~withdrawn, size, 0),
        }
    )


def _clients(chance, n, keys):
    return pd.DataFrame(
        {
            "client": np.arange(n),
            "platform": np.array(keys)[chance.integers(n, len(keys))],
            "spent_micro_euro": (1e6 * chance.lognormal(n, 2, 3)).astype(np.int64),
            "batches": 1 + chance.integers(n, 50),
        }
    )


def _funnel(world, days, people, empty):
    grown = (np.arange(1, days + 1) / days) ** 1.4
    registered = (people * (0.2 + 0.8 * grown)).astype(np.int64)
    seen = registered * (0 if empty else 1)
    return pd.DataFrame(
        {
            "date": pd.date_range(world.start, periods=days),
            "registered": registered,
            "seen_month": (seen * 0.2).astype(np.int64),
            "seen_week": (seen * 0.08).astype(np.int64),
            "worked_month": (seen * 0.065).astype(np.int64),
        }
    )


def _waits(keys, people, empty):
    """Work of each platform halves from step to step of waiting."""
    step = np.tile(np.arange(WAITS), len(keys))
    return pd.DataFrame(
        {
            "platform": pd.Categorical(np.repeat(keys, WAITS), categories=keys),
            "from_minutes": (2**step - 1).astype(np.int32),
            "to_minutes": (2 ** (step + 1) - 1).astype(np.int32),
            "work_seconds": (1000 * people >> step) * (not empty),
        }
    )


def _hours(chance, keys, people, empty):
    grid = pd.MultiIndex.from_product([keys, range(7), range(24)], names=["platform", "weekday", "hour"])
    table = grid.to_frame(index=False)
    hour, weekday = table["hour"].to_numpy(), table["weekday"].to_numpy()
    awake = (0.1 + np.exp(-(((hour - 20) / 4) ** 2)) + np.exp(-(((hour - 10) / 3) ** 2))) * (not empty)
    table["looks"] = (people * awake * (1 + 0.1 * chance.uniform(len(table)))).astype(np.int64)
    office = np.where((weekday < 5) & (hour >= 8) & (hour < 19), 1.0, 0.2)
    table["found"] = (table["looks"] * 0.4 * office).astype(np.int64)
    table["tasks_open_mean"] = 500.0 * office * (not empty)
    return table
