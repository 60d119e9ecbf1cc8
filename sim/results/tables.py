"""A finished run as tables: one row per day and platform, worker and month, worker, batch, client.

Tables hold integers (micro-euro, seconds, counts) and words.
"""

import numpy as np
import pandas as pd

from sim.kernel.arrays import ACCOUNTS
from sim.kernel.categories import (
    DENSITIES,
    DEPARTMENTS,
    EDUCATION,
    ENGAGEMENTS,
    HOUSEHOLDS,
    KINDS,
    SEXES,
    STATUSES,
    STRUCTURES,
)
from sim.kernel.records import DAILY, LAPSED, NOBODY, ON_PRINCIPLE, STATES, STEPS, WAITS
from sim.kernel.units import HOURS_PER_WEEK
from sim.results.boycott import boycott_numbers
from sim.results.results import Results
from sim.results.streams import Streams, batches_frame, category, months_frame
from sim.results.summary import summarise
from sim.results.whole.country import of_country
from sim.simulation.day import DayByDay
from sim.simulation.recorder import CAPTURE

WORDS = {"sex": SEXES, "education": EDUCATION, "status": STATUSES, "household": HOUSEHOLDS}
WORDS |= {"department": DEPARTMENTS, "density": DENSITIES}


def results(model: DayByDay) -> Results:
    """The tables of a market that has run, for any number of days."""
    names, finished = [*model.platform_keys], model.recorder.finished
    tables = {"daily": _daily(model, names), "workers": _workers(model, names)}
    tables |= {"clients": _clients(model, names), "funnel": _funnel(model)}
    tables |= finished.ended() if isinstance(finished, Streams) else _kept(model.recorder, model.columns, names)
    absent = dict(zip(names, np.bincount(model.absent["platform"], minlength=len(names)).tolist(), strict=True))
    summary = summarise(**tables, scenario=model.state.scenario, absent=absent)
    called = boycott_numbers(model.state.policy.call, model.recorder.daily[: model.day])
    summary |= of_country(called, model.scenario.population.weight)
    tables |= {"looks_by_hour": _by_hour(model, names), "accounts": _accounts(model, names), "answers": _answers(model)}
    tables["waits"] = _waits(model, names)
    return Results(**tables, scenario=model.state.scenario, absent=_absent(model, names), summary=summary)


def _dates(model):
    return pd.date_range(model.scenario.start, periods=model.day, unit="s").to_numpy()


def _kept(recorder, market, names):
    """Batches and months of a run that keeps them in memory."""
    months = months_frame(recorder.months, [label for label, _ in recorder.months])
    return {"batches": batches_frame(recorder.batches(market), names), "months": months}


def _daily(model, names):
    days, count = model.day, len(names)
    counters = model.recorder.daily[:days].reshape(days * count, len(DAILY))
    structure = np.tile(model.columns.firms.platforms["structure"], days)
    frame = {
        "date": np.repeat(_dates(model), count),
        "day": np.repeat(np.arange(days, dtype=np.int32), count),
        "platform": category(np.tile(np.arange(count), days), names),
        "structure": category(structure, STRUCTURES),
    }
    frame |= {name: counters[:, n] for n, name in enumerate(DAILY._fields)}
    frame["regime"] = pd.Categorical(np.repeat(model.state.label[:days], count))
    frame["intensity"] = np.repeat(model.state.multiplier[:days], count)
    return pd.DataFrame(frame)


def _funnel(model):
    columns = ("registered", "seen_month", "seen_week", "worked_month")
    counts = dict(zip(columns, model.recorder.funnel[: model.day].T, strict=True))
    return pd.DataFrame({"date": _dates(model)} | counts)


def _workers(model, names):
    market = model.columns
    rows = np.flatnonzero(market.people.persons["signed_up"] < model.day)
    person, worker = _of(market.people.persons, rows), _of(market.people.workers, rows)
    opened = market.people.accounts["worker"][: market.people.counts[ACCOUNTS]]
    frame = {"worker": rows.astype(np.int32)}
    for name in ("sex", "age", "education", "status", "household", "children", "income", "domestic", "free", "need"):
        frame[name] = category(person(name), WORDS[name]) if name in WORDS else person(name)
    for name in ("department", "density"):
        frame[name] = category(person(name), WORDS[name])
    frame["smartphone"] = person("smartphone") == 1
    frame["reads_forums"] = worker("reads") > 0
    frame["principled"] = (worker("refuses") & ON_PRINCIPLE) > 0
    frame |= {name: worker(name) for name in ("reservation_wage", "speed", "accuracy")}
    frame["accounts"] = np.bincount(opened, minlength=len(market.people.workers))[rows].astype(np.int8)
    frame["platforms"] = worker("platforms")
    frame["first_platform"] = category(person("first_platform"), names)
    frame["signed_up"], frame["last_seen"] = person("signed_up"), worker("last_seen")
    frame["engagement"] = category(model.engagement()[rows], ENGAGEMENTS)
    frame["told"] = person("referred_by") != NOBODY
    frame["lapsed"] = worker("state") == LAPSED
    frame |= {name: model.lifetime[name][rows] for name in model.lifetime.dtype.names}
    return pd.DataFrame(frame)


def _of(table, rows):
    """Gives one field of these rows at a time: whole records would be several times what is asked for."""
    return lambda name: table[name][rows]


def _absent(model, names):
    """One row per platform and day of sign-up: the accounts nobody opens are alike in all else."""
    parts = []
    for p, name in enumerate(names):
        days, accounts = np.unique(model.absent["signed_up"][model.absent["platform"] == p], return_counts=True)
        parts.append(pd.DataFrame({"platform": name, "signed_up": days, "accounts": accounts.astype(np.int32)}))
    whole = pd.concat(parts, ignore_index=True)
    return whole.assign(platform=pd.Categorical(whole["platform"], categories=names))


def _clients(model, names):
    rows = model.columns.firms.clients
    frame = {"client": np.arange(len(rows), dtype=np.int32), "platform": category(rows["platform"], names)}
    frame |= {"kind": category(rows["kind"], KINDS), "first_day": rows["first_day"], "last_day": rows["last_day"]}
    frame |= {"ended": rows["ended"] == 1, "named": rows["known_from"] > 0}
    frame |= {"contested": (rows["said"] & ON_PRINCIPLE) > 0, "reviewed": rows["reviewed"], "refused": rows["refused"]}
    frame |= {name: rows[name] for name in ("volume", "announced_share", "strictness", "patience")}
    return pd.DataFrame(frame | {"batches": rows["k"], "spent_micro_euro": rows["spent"]})


def _accounts(model, names):
    opened = model.columns.people.accounts[: model.columns.people.counts[ACCOUNTS]]
    account = _of(opened, np.flatnonzero(opened["signed_up"] < model.day))
    frame = {name: account(name) for name in ("worker", "signed_up", "last_seen", "expected_return", "qualification")}
    frame["last_seen"] = np.maximum(frame["last_seen"], NOBODY)
    frame |= {"tasks_done": account("done"), "tasks_refused": account("refused")}
    frame |= {"earned_micro_euro": account("credited"), "balance_micro_euro": account("balance")}
    frame |= {"on_its_way_micro_euro": account("on_its_way")}
    frame |= {"week_allotted_seconds": account("week_allotted"), "project": account("project")}
    frame["platform"] = category(account("platform"), names)
    frame["state"] = category(account("state"), STATES)
    frame["step"] = category(account("step"), STEPS)
    return pd.DataFrame(frame)


def _answers(model):
    caught = np.concatenate([np.zeros(0, CAPTURE), *model.recorder.captures])
    return pd.DataFrame({name: caught[name] for name in caught.dtype.names})


def _waits(model, names):
    """Seconds of work taken, by how long whoever took it had been there without any."""
    p, step = np.divmod(np.arange(len(names) * WAITS, dtype=np.int32), WAITS)
    frame = {"platform": category(p, names), "from_minutes": 2**step - 1, "to_minutes": 2 ** (step + 1) - 1}
    return pd.DataFrame(frame | {"work_seconds": model.columns.ledger.waits.ravel()})


def _by_hour(model, names):
    hours = model.columns.ledger.hours
    weeks = max(model.day / 7.0, 1e-9)
    p, hour = np.divmod(np.arange(hours.size), HOURS_PER_WEEK)
    flat = hours.ravel()
    frame = {"platform": category(p, names), "weekday": (hour // 24).astype(np.int8)}
    frame |= {"hour": (hour % 24).astype(np.int8), "looks": flat["looks"], "found": flat["successes"]}
    return pd.DataFrame(frame | {"tasks_open_mean": flat["open_tasks"] / weeks})
