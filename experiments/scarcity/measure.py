"""What the scarcity experiment keeps of a run: a flat dictionary of numbers, from tables and instruments alone.

Names end in the platform's key where they are about one. Money and time are of the last year, people of the last
month recorded; counts and sums are at full scale. What is not known is nan, what never happens infinite.
"""

from typing import Any

import numpy as np

from experiments.validate.portraits import portraits
from sim.instruments.fieldwork import Fieldwork
from sim.instruments.surveys.respondents import TOP
from sim.kernel.units import COMMON_YEAR, DAY, EURO_PER_MICRO, HOUR, MICRO
from sim.results.distributions import filled_within, median_time, ratio, top_share
from sim.results.results import Results
from sim.results.summary import days_of, fill_times, last_month

EXAMPLES = ("voice_recording", "information_search", "annotation")  # whose prices the report prints
LEVELS = (0.1, 0.5, 0.9)  # of batches, by which the time to fill is told
QUARTERS = ("cheapest", "dearest")  # of a platform's batches, by pay per true hour
PORTRAITS = ("woman_one_platform", "single_mother", "woman_on_welfare")
OVER = 55  # years
EMPLOYED = ("full_time", "part_time", "fixed_term_or_self_employed")
MONTHS = 12
TENTH = 0.1
MOST_ALONE = 50  # clients that can raise their rate alone, one a run


def measure(results: Results) -> dict[str, Any]:
    """What is kept of a run.

    Returns
    -------
    dict
        `numbers` (number by name) and `clients` (see `largest_clients`).
    """
    fieldwork = Fieldwork(results)
    numbers = _pay(results) | _batches(results) | _filling(results) | _time(results)
    numbers |= _earners(results) | _people(results, fieldwork) | _respondents(results, fieldwork)
    return {"numbers": {name: float(value) for name, value in numbers.items()}, "clients": largest_clients(results)}


def _year(results):
    daily = results.daily
    return daily[daily["day"] > daily["day"].max() - COMMON_YEAR]


def _biface(results):
    return [key for key, one in results.scenario.platform.members.items() if one.listed]


def _hourly(days):
    """Euro per paid hour."""
    return ratio(days["pay_micro_euro"].sum() * EURO_PER_MICRO, days["paid_seconds"].sum() / HOUR)


def _pay(results):
    """Pay per paid hour of the last year and, where tasks are listed, of the run; what contractors pay a month."""
    year, daily, biface = _year(results), results.daily, _biface(results)
    members, scale = results.scenario.platform.members, results.scenario.population.fraction
    found = {f"hourly.{key}": _hourly(year[year["platform"] == key]) for key in members}
    found["hourly_biface"] = _hourly(year[year["platform"].isin(biface)])
    found["hourly_run"] = _hourly(daily[daily["platform"].isin(biface)])
    for name in ("looks", "pay_micro_euro"):
        found |= {f"{name}_run.{key}": daily.loc[daily["platform"] == key, name].sum() / scale for key in members}
    months = year["day"].nunique() / COMMON_YEAR * MONTHS
    deep = year.loc[~year["platform"].isin(biface), "pay_micro_euro"].sum() * EURO_PER_MICRO
    found["deep_month"] = ratio(deep / scale, months) if len(biface) < len(members) else np.nan
    month = days_of(daily, last_month(results))
    by_platform = month.groupby("platform", observed=False)["tasks_open"].mean() / scale
    return found | {f"open.{key}": by_platform.get(key, np.nan) for key in members}


def _recent(results):
    """The batches posted in the last year."""
    batches, end = results.batches, int(results.daily["day"].max()) + 1
    return batches[batches["posted"] > (end - COMMON_YEAR) * DAY]


def _batches(results):
    """The median batch of the report's own examples and of each platform; volume at the least that a task pays."""
    batches, members, found = _recent(results), results.scenario.platform.members, {}
    example = batches[batches["platform"] == results.scenario.surveyed]
    for kind in EXAMPLES:
        mine = example[example["kind"] == kind]
        found[f"example_price.{kind}"] = mine["piece_rate_micro_euro"].median() * EURO_PER_MICRO
        found[f"example_seconds.{kind}"] = mine["announced_seconds"].median()
    volume = batches["size"] * batches["true_seconds"].astype(float)
    least = batches["platform"].map({key: round(one.least_task * MICRO) for key, one in members.items()}).astype(float)
    at_least = volume[batches["piece_rate_micro_euro"] <= least]
    listed = batches["platform"].isin(_biface(results))
    found["at_least"] = ratio(at_least[listed].sum(), volume[listed].sum())
    for key in members:
        here = batches["platform"] == key
        found[f"at_least.{key}"] = ratio(at_least[here].sum(), volume[here].sum())
        found[f"price.{key}"] = batches.loc[here, "piece_rate_micro_euro"].median() * EURO_PER_MICRO
        found[f"size.{key}"] = batches.loc[here, "size"].median()
    return found


def _filling(results):
    """Minutes within which a tenth, half and nine tenths of the cheapest and the dearest quarter are filled."""
    batches, found = _recent(results), {}
    times = fill_times(batches, int(results.daily["day"].max()) + 1)
    true = batches["piece_rate_micro_euro"] / batches["true_seconds"]
    for key in _biface(results):
        here = batches["platform"] == key
        low, high = true[here].quantile([0.25, 0.75])
        for name, quarter in zip(QUARTERS, (true <= low, true >= high), strict=True):
            mine = times[here & quarter]
            steps = filled_within(mine.loc[mine["filled"], "seconds"], mine.loc[~mine["filled"], "seconds"])
            for level in LEVELS:
                minutes = median_time(*steps, level) / 60.0
                never = len(mine) > 0 and np.isnan(minutes)
                found[f"filled.{name}.{level}.{key}"] = np.inf if never else minutes
    return found


def _time(results):
    """What visits, looks and reactions bring, over all platforms."""
    total = _year(results).drop(columns=["date", "platform", "structure", "regime"]).sum()
    month = last_month(results)
    idle = np.maximum(month["visits"] - month["sessions"], 0).sum() if len(month) else np.nan
    return {
        "minutes_per_visit": ratio(total["present_seconds"] / 60.0, total["visits"]),
        "empty_looks": ratio(total["empty_looks"], total["looks"]),
        "empty_visits": ratio(idle, month["visits"].sum()) if len(month) else np.nan,
        "too_late": ratio(total["too_late"], total["reactions"]),
        "unpaid_share": ratio(total["unpaid_seconds"], total["unpaid_seconds"] + total["paid_seconds"]),
        "watching_share": ratio(total["watching_seconds"], total["present_seconds"]),
    }


def _earners(results):
    """How unequal the last month's pay and paid time are, among those who earned anything and who worked."""
    month, summary = last_month(results), results.summary
    pay, paid = month["earned_micro_euro"], month["paid_seconds"]
    return {
        "earners": summary["earners"],
        "median_earner": summary["earned_median_euro"],
        "gini": summary["gini_earners"],
        "top_tenth_pay": top_share(pay[pay > 0], TENTH),
        "top_tenth_paid_time": top_share(paid[paid > 0], TENTH),
    }


def _people(results, fieldwork):
    """Who ever worked, all hours as jobs, and how many are like the people of the interviews."""
    people = fieldwork.truth["people"]
    alike = portraits(results)
    return {
        "ever_worked": ratio(people["ever worked"], people["registered"]),
        "full_time_jobs": fieldwork.full_time_equivalents,
    } | {f"portrait.{name}": alike[name]["people"] for name in PORTRAITS}


def _respondents(results, fieldwork):
    """What those caught by the questionnaire say and who they are.

    Of what somebody earned in the month, as much counts as deep labour's as of all that they ever earned: months are
    not kept by platform, accounts are.
    """
    caught = fieldwork.respondents
    who = results.workers.set_index("worker").reindex(caught["worker"])
    women, employed = who["sex"] == "woman", who["status"].isin(EMPLOYED)
    accounts = results.accounts[["worker", "platform", "earned_micro_euro"]]
    deep = accounts[~accounts["platform"].isin(_biface(results))]
    by_worker = [one.groupby("worker")["earned_micro_euro"].sum().reindex(caught["worker"]) for one in (deep, accounts)]
    part = (by_worker[0].fillna(0.0) / by_worker[1].where(by_worker[1] > 0)).fillna(0.0).to_numpy()
    return {
        "respondents": len(caught) / results.scenario.population.fraction,
        "respondents_earn": caught["earnings"].mean(),
        "respondents_hours": caught["hours"].median(),
        "most_assiduous": caught["hours"].quantile(TOP),
        "deep_share": ratio((part * caught["earnings"]).sum(), caught["earnings"].sum()),
        "deep_people": (part > 0.0).mean() if len(caught) else np.nan,
        "women": women.mean(),
        "retired": (who["status"] == "retired").mean(),
        "over_55": (who["age"] >= OVER).mean(),
        "employed_women": employed[women].mean(),
        "employed_men": employed[~women].mean(),
        "students": (who["status"] == "student").mean(),
        "full_time": (who["status"] == "full_time").mean(),
    }


def largest_clients(results: Results) -> dict[str, dict[str, list[float]]]:
    """How fast the batches of each of the largest clients of biface platforms went, from `policy.start` on.

    Speed is of the tasks done, per hour from posting to the last one; a batch of which nothing was done has none.

    Returns
    -------
    dict
        By rank ("1": the largest client; where one raises its rate alone, only that one): k (the client's how-manieth
        batch), log_speed, log_rate (of euro a task).
    """
    scenario, clients = results.scenario, results.clients
    raised, day = scenario.policy.raise_alone, (scenario.policy.start - scenario.start).days
    there = (clients["first_day"] <= day) & (clients["last_day"] >= day) & (clients["volume"] > 0.0)
    rows = clients[there & clients["platform"].isin(_biface(results))]
    rows = rows.sort_values("volume", ascending=False, kind="stable")["client"].head(MOST_ALONE if day >= 0 else 0)
    ranks = {str(rank): client for rank, client in enumerate(rows, 1) if raised is None or raised.rank == rank}
    batches = results.batches[results.batches["client"].isin(ranks.values())]
    batches = batches.assign(k=batches.groupby("client").cumcount())
    batches = batches[(batches["posted"] >= day * DAY) & (batches["done"] > 0)]
    hours = np.maximum(batches["last_filled"] - batches["posted"], 1) / HOUR
    kept = batches[["client", "k"]].assign(log_speed=np.log(batches["done"] / hours).round(6))
    kept["log_rate"] = np.log(batches["piece_rate_micro_euro"].astype(float)).round(6)
    return {
        rank: kept[kept["client"] == client].drop(columns="client").to_dict("list") for rank, client in ranks.items()
    }
