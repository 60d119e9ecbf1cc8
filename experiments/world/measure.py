"""What the world experiment keeps of a run: numbers, weeks and hours, from tables and instruments alone.

Flows are of the time from `policy.start` on (of the whole run, its last year), per month where they add up; counts and
sums are at full scale. Weeks are counted from that day. What is not known is nan.
"""

from typing import Any

import numpy as np

from experiments.world.people import compositions, shop_visitors
from sim.instruments.fieldwork import Fieldwork
from sim.kernel.categories import USE_OF_KIND, USES
from sim.kernel.units import DAY, EURO_PER_MICRO, HOUR, MEAN_MONTH
from sim.results.distributions import gini, ratio
from sim.results.results import Results
from sim.results.summary import last_month

MONTH = 28  # days before and after the policy's first: whole weeks
BEFORE = 13  # weeks kept of the time before it
INTERNATIONAL, FRENCH = "international", "survey"  # platforms whose lists the crowd elsewhere sees; the survey's own


def measure(results: Results) -> dict[str, Any]:
    """What is kept of a run.

    Returns
    -------
    dict
        `numbers` (number by name), `weeks` (list by name, the first `BEFORE` of them before the policy), `hours` (24
        open tasks by name).
    """
    since = (results.scenario.policy.start - results.scenario.start).days
    numbers = _work(results, since) | _pay(results, since) | _entry(results, since) | _uses(results, since)
    numbers |= (
        _people(results)
        | _posted(results)
        | _call(results)
        | compositions(results, Fieldwork(results))
        | shop_visitors(results)
    )
    return {
        "numbers": {name: float(value) for name, value in numbers.items()},
        "weeks": {name: values.round(3).tolist() for name, values in _weeks(results, since).items()},
        "hours": {name: values.round(3).tolist() for name, values in _hours(results).items()},
    }


def places(results: Results) -> dict[str, list[str]]:
    """Keys of the platforms whose tasks people elsewhere see, and of the survey's platform."""
    members = results.scenario.platform.members
    seen = [key for key, one in members.items() if one.listed and one.foreign_share > 0.0]
    return {INTERNATIONAL: seen, FRENCH: [key for key in members if key == results.scenario.survey.platform]}


def _there(results):
    """The same without those that this market does not have."""
    return {place: keys for place, keys in places(results).items() if keys}


def _work(results, since):
    """True hours of work a month, in France and elsewhere, of the batches posted since."""
    batches, scale = results.batches, results.scenario.population.fraction
    recent = batches[batches["posted"] >= since * DAY]
    months = (int(results.daily["day"].max()) + 1 - since) / MEAN_MONTH
    true = recent["true_seconds"].to_numpy(float) / HOUR / scale / months
    here, away = recent["done"].to_numpy() * true, recent["done_elsewhere"].to_numpy() * true
    found = {"work": here.sum(), "work_elsewhere": away.sum()}
    for place, keys in places(results).items():
        on = recent["platform"].isin(keys).to_numpy()
        found |= {f"work.{place}": here[on].sum(), f"work_elsewhere.{place}": away[on].sum()}
        found[f"asked.{place}"] = (recent["size"].to_numpy() * true)[on].sum()
    for key in results.scenario.platform.members:
        on = (recent["platform"] == key).to_numpy()
        found[f"in_france.{key}"] = ratio(here[on].sum(), (here + away)[on].sum())
    found["in_france"] = ratio(found[f"work.{INTERNATIONAL}"],
                               found[f"work.{INTERNATIONAL}"] + found[f"work_elsewhere.{INTERNATIONAL}"])  # fmt: skip
    return found


def _pay(results, since):
    """Euro per paid hour in France since."""
    daily = results.daily[results.daily["day"] >= since]
    found = {}
    groups = {f".{place}": keys for place, keys in places(results).items()} | {"": list(daily["platform"].unique())}
    for name, keys in groups.items():
        mine = daily[daily["platform"].isin(keys)]
        pay, paid = mine["pay_micro_euro"].sum() * EURO_PER_MICRO, mine["paid_seconds"].sum() / HOUR
        found[f"hourly{name}"] = ratio(pay, paid)
    return found


def _registered(results):
    """People who register on each day; int array, shape (days,)."""
    days, signed_up = int(results.daily["day"].max()) + 1, results.workers["signed_up"].to_numpy()
    return np.bincount(signed_up[signed_up >= 0], minlength=days)[:days]


def _entry(results, since):
    """People who register: per month before and after, and in all the time since."""
    by_day, scale = _registered(results), results.scenario.population.fraction
    return {
        "registered": results.summary["registered"],
        "accounts": results.summary["accounts"],
        "entry_before": by_day[max(since - MONTH, 0) : since].sum() / scale,
        "entry_after": by_day[since : since + MONTH].sum() / scale,
        "entry_year": by_day[since:].sum() / scale,
    }


def _uses(results, since):
    """True hours of work a month by use, done in France and asked for, of the batches posted since."""
    batches, scale = results.batches, results.scenario.population.fraction
    recent = batches[batches["posted"] >= since * DAY]
    months = (int(results.daily["day"].max()) + 1 - since) / MEAN_MONTH
    use = recent["kind"].astype("category").map(USE_OF_KIND)
    true = recent["true_seconds"].astype(float) / HOUR / scale / months
    found = {}
    for name in USES:
        mine = (use == name).to_numpy()
        found[f"use.{name}"] = (recent["done"] * true)[mine].sum()
        found[f"use_asked.{name}"] = (recent["size"] * true)[mine].sum()
    return found


def _people(results):
    """Who is there and who earns in the last month."""
    month, scale, summary = last_month(results), results.scenario.population.fraction, results.summary
    earned = month["earned_micro_euro"].to_numpy() * EURO_PER_MICRO
    return {
        "active": len(month) / scale,
        "earners": (earned > 0).sum() / scale,
        "earned_mean": earned[earned > 0].mean() if (earned > 0).any() else np.nan,
        "gini": gini(np.maximum(earned[earned > 0], 0.0)),
        "refused": summary["refused_share"],
        "fill_hours": summary["fill_median_seconds"] / HOUR,
        "present": summary["month.present_hours"],
    }


def _call(results):
    """How a call to boycott went: shares of the active who heard of it and joined, of these those still out."""
    told = {
        name.removeprefix("boycott."): value for name, value in results.summary.items() if name.startswith("boycott.")
    }
    if not told:
        return {}
    found = {f"call.{name}": ratio(told[name], told["meet"]) for name in ("heard", "joined")}
    found |= {f"call.{name}": ratio(told[name], told["joined"]) for name in ("out_1", "out_2", "out_4")}
    return found | {"call.fell_apart": told["fell_apart"]}


def _posted(results):
    """Of each platform's batches, the share of each kind that it has; nan where nothing was posted."""
    found = {}
    for key, member in results.scenario.platform.members.items():
        kinds = results.batches.loc[results.batches["platform"] == key, "kind"]
        found |= {f"posted.{key}.{kind}": (kinds == kind).mean() for kind in member.tasks}
    return found


def _weeks(results, since):
    """Weekly sums around the policy: who registers, who is seen, hours of work in France and elsewhere."""
    first, scale = since - 7 * BEFORE, results.scenario.population.fraction
    if first < 0:
        return {}
    daily, weeks = results.daily, (int(results.daily["day"].max()) + 1 - first) // 7

    def weekly(by_day):
        return np.asarray(by_day, float)[first : first + 7 * weeks].reshape(weeks, 7).sum(axis=1) / scale

    found = {"registered": weekly(_registered(results))}
    found["seen"] = results.funnel["seen_week"].to_numpy(float)[first + 6 : first + 7 * weeks : 7] / scale
    for place, keys in _there(results).items():
        mine = daily[daily["platform"].isin(keys)].groupby("day")
        for name in ("paid_seconds", "abroad_seconds"):
            found[f"{name.removesuffix('_seconds')}.{place}"] = weekly(mine[name].sum()) / HOUR
    found["paid"] = weekly(daily.groupby("day")["paid_seconds"].sum()) / HOUR
    return found


def _hours(results):
    """Open tasks by hour of the day, mean over the week, on lists that the crowd elsewhere sees and on the survey's."""
    table, scale, found = results.looks_by_hour, results.scenario.population.fraction, {}
    for place, keys in _there(results).items():
        by_hour = table[table["platform"].isin(keys)].groupby("hour")["tasks_open_mean"].sum() / 7.0 / scale
        found[place] = by_hour.reindex(range(24), fill_value=0.0).to_numpy()
    return found
