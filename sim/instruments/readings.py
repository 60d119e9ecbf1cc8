"""Every target read off a run, through the instrument that published it, on the platforms and people that it asked.

A reading is a value with its standard error (nan if the run alone cannot tell), or the reason why there is none.
Counts of a smaller population are multiplied up.
"""

import numpy as np
import pandas as pd

from sim.instruments.fieldwork import Fieldwork
from sim.instruments.questionnaire import IDLE
from sim.instruments.targets import NotComparable, compare, load_targets
from sim.kernel.units import COMMON_YEAR, DAY, HOUR, MICRO, RECENT, ROUNDED_MONTH, YEAR_OF_WEEKS
from sim.results.distributions import ratio
from sim.results.summary import MINIMUM_WAGE

# Whom surveys of the global platforms asked (ILO2018, Forde2017, Muldoon2022): those who work there.
GLOBAL = ("mechanical_turk", "clickworker", "microworkers", "figure_eight")


def comparison(fieldwork: Fieldwork) -> pd.DataFrame:
    """Every target beside its reading, as `sim.instruments.targets.compare` gives it."""
    return compare(load_targets(fieldwork.scenario.survey.targets), readings(fieldwork))


def readings(fieldwork: Fieldwork) -> dict[str, tuple[float, float] | NotComparable]:
    """Readings by target id: value and standard error, or why there is none."""
    return _heads(fieldwork) | _survey(fieldwork) | _market(fieldwork) | _deep(fieldwork.results)


def _heads(fieldwork):
    """Head-counts and ratios of accounts."""
    scenario, people = fieldwork.scenario, fieldwork.truth["people"]
    scale = 1.0 / scenario.population.scale
    found = {}
    for row in fieldwork.tiers.itertuples():
        name = "tier_" + row.tier.replace(" ", "_")
        found[name] = (row.reading, row.reading_se) if row.comparable else NotComparable(row.reason)
    accounts, audience = fieldwork.registrations, fieldwork.audience
    seen, error = audience["reading"].sum(), np.sqrt((audience["reading_se"] ** 2).sum())
    if scenario.survey.platform not in scenario.platform.members:
        reason = NotComparable(f"platform={scenario.platform.name} is not the seven platforms of the estimate")
        names = ("registrations", "visitors", "visitors_share", "accounts_per_person")
        there = ("ff_registrations", "ff_visitors_share", "ff_petersen_share", "survey_respondents")
        return found | dict.fromkeys((*names, *there), reason)
    found["registrations"] = (accounts.sum() * scale, 0.0)
    found["visitors"] = (seen * scale, error * scale)
    found["visitors_share"] = (seen / accounts.sum(), error / accounts.sum())
    found["accounts_per_person"] = (len(fieldwork.results.accounts) / float(people["registered"]), 0.0)
    here = scenario.survey.platform
    found["ff_registrations"] = (accounts[here] * scale, 0.0)
    found["ff_visitors_share"] = tuple(audience.loc[here, ["reading", "reading_se"]] / accounts[here])
    waves = fieldwork.waves
    if waves is None or not waves.m:
        missing = NotComparable("the survey was not held, or nobody was caught twice")
        return found | {"ff_petersen_share": missing, "survey_respondents": missing}
    count = waves.petersen
    found["ff_petersen_share"] = (count.n_hat / accounts[here], count.standard_error / accounts[here])
    found["survey_respondents"] = ((waves.n1 + waves.n2 - waves.m) * scale, np.nan)
    return found


def _survey(fieldwork):
    """What those caught say."""
    names = ("earnings_mean", "earnings_max", "hours_median", "hours_tail", "weekly_lookers", "refused_ever")
    people = fieldwork.respondents
    if not len(people):
        reason = "nobody answered: no survey, or no platform to hold it on"
        return dict.fromkeys((*names, "single_platform"), NotComparable(reason))
    earnings, hours = people["earnings"], people["hours"]
    found = {
        "earnings_mean": _mean(earnings),
        "earnings_max": (earnings.max(), np.nan),
        "hours_median": (hours.median(), _median_error(hours)),
        "hours_tail": (hours.quantile(0.995), np.nan),
    }
    for name, column in (("weekly_lookers", "weekly"), ("refused_ever", "refused")):
        found[name] = _share(people[column])
    if len(fieldwork.scenario.platform.members) > 7:
        found["single_platform"] = ((people["platforms"] == 1).mean(), np.nan)
    else:
        found["single_platform"] = NotComparable("asks about every site and app; only the seven are modelled here")
    return found


def _mean(values):
    """Mean and its standard error."""
    return values.mean(), values.std() / np.sqrt(len(values))


def _share(flags):
    """Share of those of whom it is true, and its standard error."""
    share = flags.mean()
    return share, np.sqrt(share * (1.0 - share) / len(flags))


def _last(months):
    """The rows of the last month recorded."""
    return months[months["month"] == months["month"].max()] if len(months) else months


def _median_error(values):
    """Standard error of a median from order statistics: half the width of the ranks n/2 +- sqrt(n)/2."""
    ordered, n = np.sort(values), len(values)
    low, high = int(n / 2 - np.sqrt(n) / 2), int(np.ceil(n / 2 + np.sqrt(n) / 2))
    return (ordered[min(high, n - 1)] - ordered[max(low, 0)]) / 2.0


def _market(fieldwork):
    """What platforms, browsers and the authors' own computation show of the whole market."""
    results, people = fieldwork.results, fieldwork.truth["people"]
    daily = results.daily
    year = daily[daily["day"] > daily["day"].max() - YEAR_OF_WEEKS]
    seconds = year["paid_seconds"] + year["unpaid_seconds"]
    asked = year[year["platform"].isin(_asked(results))]
    active = asked["paid_seconds"].sum() + asked["unpaid_seconds"].sum()
    weekend = pd.DatetimeIndex(year["date"]).day_of_week >= 5
    found = {
        "full_time_equivalents": (fieldwork.full_time_equivalents / results.scenario.population.scale, np.nan),
        "weekday_ratio": (ratio(seconds[~weekend].sum() / 5, seconds[weekend].sum() / 2), np.nan),
        "unpaid_share": (ratio(asked["unpaid_seconds"].sum(), active), np.nan),
        "ever_paid_ratio": (ratio(people["ever worked"], people["registered"]), 0.0),
        "below_minimum_wage": _below_minimum(results),
        "pay_gap_to_minimum": _pay_gap(results),
        "want_more_work": _wants_more(results),
        "half_life": _half_life(results.months),
    }
    return found | _clients(results)


def _asked(results):
    """The global platforms of this market; all that have an open list where there is none of those."""
    members = results.scenario.platform.members
    return [name for name in GLOBAL if name in members] or [name for name, one in members.items() if one.listed]


def _looked_there(results, months):
    """The rows of those who looked on one of the platforms asked."""
    keys = list(results.scenario.platform.members)
    there = sum(1 << keys.index(name) for name in _asked(results))
    return months[(months["platforms"].to_numpy(np.int64) & there) > 0]


def _below_minimum(results):
    """Share of last month's earners there whose pay per active hour, paid and unpaid, is below the minimum wage."""
    month = _looked_there(results, _last(results.months))
    month = month[month["earned_micro_euro"] > 0]
    if not len(month):
        return NotComparable("nobody earned anything in the last month")
    hours = (month["paid_seconds"] + month["unpaid_seconds"]) / HOUR
    return _share(month["earned_micro_euro"] / MICRO < MINIMUM_WAGE * hours)


def _wants_more(results):
    """Share of last month's earners there of whose hours more than a tenth went by watching for work."""
    month = _looked_there(results, _last(results.months))
    month = month[month["earned_micro_euro"] > 0]
    if not len(month):
        return NotComparable("nobody earned anything in the last month")
    return _share(month["watching_seconds"] > IDLE * month["present_seconds"])


def _pay_gap(results):
    """How far last month's pay per paid hour stays below the minimum wage: mean over earners there without deep labour.

    A survey averages over respondents; the ratio of all pay to all hours would speak of those who work most.
    """
    last, accounts = _looked_there(results, _last(results.months)), results.accounts
    deep = [name for name, one in results.scenario.platform.members.items() if one.contracts]
    under = accounts.loc[accounts["platform"].isin(deep) & (accounts["tasks_done"] > 0), "worker"]
    last = last[(last["paid_seconds"] > 0) & ~last["worker"].isin(under)] if len(last) else last
    if not len(last):
        return NotComparable("nobody worked on biface platforms alone in the last month")
    return _mean(1.0 - last["earned_micro_euro"] / MICRO / (last["paid_seconds"] / HOUR) / MINIMUM_WAGE)


def _half_life(months):
    """Days after which half of those who worked in a month no longer do, from the decay over the months recorded.

    Least squares of log share still working on time, through the second to the last month after the first.
    """
    labels = list(months["month"].cat.categories) if len(months) else []
    if len(labels) < 6:
        return NotComparable("needs six months of the record")
    working = months[months["sessions"] > 0]
    month = working["month"].cat.codes.to_numpy()
    first = working.loc[month == 0, "worker"]
    later = np.bincount(month[working["worker"].isin(first)], minlength=len(labels))[1:]
    if not len(first) or later.min() == 0:
        return NotComparable("nobody of the first month recorded is left")
    t, y = np.arange(1, len(later) + 1) * ROUNDED_MONTH, np.log(later / len(first))
    slope = ((t - t.mean()) * (y - y.mean())).sum() / ((t - t.mean()) ** 2).sum()
    return (np.log(2.0) / -slope, np.nan) if slope < 0 else NotComparable("participation does not decay")


def _clients(results):
    """Concentration of spending over a year and churn of new clients, as a crawl of the public lists sees them.

    Deep labour is on no list.
    """
    members, last = results.scenario.platform.members, int(results.daily["day"].max())
    crawled = [name for name, platform in members.items() if platform.listed]
    needed = ["client", "posted", "done", "refused", "piece_rate_micro_euro"]
    batches = results.batches.loc[results.batches["platform"].isin(crawled), needed]
    client, posted = batches["client"].to_numpy(np.intp), batches["posted"].to_numpy()
    count = client.max(initial=-1) + 1
    spent = ((batches["done"] - batches["refused"]) * batches["piece_rate_micro_euro"]).to_numpy(np.int64)
    year = posted > (last - YEAR_OF_WEEKS) * DAY
    by_client = np.zeros(count, np.int64)
    np.add.at(by_client, client[year], spent[year])  # as sorting by client would, but of millions of batches
    by_client = np.sort(by_client[by_client > 0])[::-1]
    found = {"client_top1pct_spend": NotComparable("no client spent anything")}
    if len(by_client):
        top = max(1, round(0.01 * len(by_client)))
        found["client_top1pct_spend"] = (by_client[:top].sum() / by_client.sum(), np.nan)
    first, final = np.full((2, count), [[np.iinfo(posted.dtype).max], [-1]], posted.dtype)
    np.minimum.at(first, client, posted)
    np.maximum.at(final, client, posted)
    first, final = first / DAY, final / DAY
    new = (final >= 0) & (first > 90) & (first < last - COMMON_YEAR)
    if not new.any():
        return found | {"client_month1_churn": NotComparable("no new client was watched for a year")}
    return found | {"client_month1_churn": _share(final[new] - first[new] < RECENT)}


def _deep(results):
    """Deep labour: hours allotted, earnings under contract, and whether it pays more and constrains more."""
    accounts = results.accounts  # who is asked is at work: a contract without hours this week is no project
    contracted = accounts[(accounts["state"] == "contracted") & (accounts["week_allotted_seconds"] > 0)]
    if not len(contracted):
        reason = NotComparable("nobody is at work under a deep-labour contract")
        return dict.fromkeys(("deep_hours", "deep_earnings", "deep_sign"), reason)
    hours = contracted["week_allotted_seconds"] / HOUR
    earned = _last(results.months).set_index("worker")["earned_micro_euro"]
    earned = earned.reindex(contracted["worker"]).fillna(0.0) / MICRO
    return {"deep_hours": _mean(hours), "deep_earnings": _mean(earned), "deep_sign": _sign(results)}


def _sign(results):
    """1 if deep labour pays more per hour and bars more of its looks than biface platforms do, else -1."""
    sums = results.daily.groupby("structure", observed=True)[
        ["pay_micro_euro", "paid_seconds", "unpaid_seconds", "looks", "empty_looks"]
    ].sum()
    if set(sums.index) != {"biface", "deep"}:
        return NotComparable("needs both structures in one market; compare platform=deep with platform=biface")
    hourly = sums["pay_micro_euro"] / (sums["paid_seconds"] + sums["unpaid_seconds"])
    barred = sums["empty_looks"] / sums["looks"]
    return (1.0 if hourly["deep"] > hourly["biface"] and barred["deep"] > barred["biface"] else -1.0), np.nan
