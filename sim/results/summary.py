"""The run in some hundred numbers: one flat dictionary from name to number, persons, hours and euros of the country.

Names without a prefix are of the whole market over the whole run; `month.` is the last month of the months
table; `platform.<key>.` and `structure.<biface|deep>.` are the same for a part;
`use.<preparation|verification|imitation|other>.hours` are hours of work. Unknown numbers (the median
of nothing) are nan. `very_active`, `regular` and `occasional` are nested, as the published tiers are: looked in each
of the last four weeks; in the last 30 days; registered. `clients_top1_share` is of what clients paid on public lists
(on all platforms where none has one) in the last year, among those who paid anything; `full_time_equivalents` are jobs
of 35 hours a week that all hours of the last year, paid, unpaid and watching, amount to.
"""

import itertools

import numpy as np
import pandas as pd

from sim.kernel.categories import USE_OF_KIND, USES
from sim.kernel.records import NEVER
from sim.kernel.units import DAY, EURO_PER_MICRO, HOUR, HOURS_PER_SECOND, RECENT, YEAR_OF_WEEKS
from sim.results.distributions import Fills, gini, median_time, ratio, top_share
from sim.results.entry import first_registrations
from sim.results.results import Results
from sim.results.stored import Stored, pieces
from sim.results.whole.country import of_country
from sim.scenario.scenario import Scenario

FULL_TIME_WEEK = 35  # hours
LONG_WEEK = 20  # hours of micro-work per week above which it is no longer a sideline
NAN = float("nan")

_COUNTS = ("visits", "looks", "empty_looks", "sessions", "reactions", "too_late", "batches_posted")
_TASKS = ("tasks_posted", "tasks_done", "tasks_done_abroad", "tasks_refused", "tasks_withdrawn", "shop_visits")
_TIMES = ("paid_seconds", "unpaid_seconds", "watching_seconds", "present_seconds")
_MONTHLY = ["worker", "month", "visits", "looks", *_TIMES, "tasks_done", "earned_micro_euro", "platforms"]
_OF_BATCHES = ["platform", "kind", "posted", "last_filled", "withdrawn", "open", "done", "refused", "true_seconds"]
_OF_BATCHES += ["client", "piece_rate_micro_euro"]
_MONEY = ("pay", "commission", "margin", "cashed_out", "spent")
_SUMMED = [*_COUNTS, *_TASKS, *_TIMES, "travel_seconds", "abroad_seconds", *(f"{m}_micro_euro" for m in _MONEY)]


def summarise(
    daily: pd.DataFrame,
    months: pd.DataFrame | Stored,
    workers: pd.DataFrame,
    batches: pd.DataFrame | Stored,
    clients: pd.DataFrame,
    funnel: pd.DataFrame,
    scenario: Scenario,
    absent: dict[str, int] | None = None,
) -> dict[str, float]:
    """Summary of a run, number by name, from the tables of its folder (see the README's file formats).

    Accounts that nobody opens, `absent` by platform, are registered, occasional, and otherwise nowhere.
    """
    members, absent = scenario.platform.members, absent or {}
    counted = _columns(daily)
    crawled = [name for name, one in members.items() if one.listed] or [*members]
    days = len(daily) and int(daily["day"].max()) + 1
    fills, uses, spent = _of_batches(batches, days, crawled, len(clients))
    summary = _people(workers, funnel, sum(absent.values())) | _flows(counted) | _fill(fills.values())
    summary |= _entry(daily, funnel) | uses | {"full_time_equivalents": _jobs(counted)}
    summary |= {"clients": len(clients), "clients_top1_share": top_share(spent[spent > 0])}
    month = _last(months)
    registered = max(summary["registered"], len(workers))
    summary |= _month(month, registered, month_days(month, scenario), scenario.country.minimum_wage)
    summary |= {f"month.{name}": value for name, value in _flows(_columns(days_of(daily, month))).items()}
    for structure in dict.fromkeys(member.structure for member in members.values()):
        keys = [key for key in members if members[key].structure == structure]
        summary |= _part(f"structure.{structure}.", keys, counted, month, workers, fills, members, absent)
    for key in members:
        summary |= _part(f"platform.{key}.", [key], counted, month, workers, fills, members, absent)
    return of_country(summary, scenario.population.weight)


def last_month(results: Results) -> pd.DataFrame:
    """Those who looked in the last month of the months table; no rows when there is none. To be read, not changed."""
    months, known = vars(results)["months"], vars(results).get("_last_month", (None, None))
    if known[0] is not months:  # asked by most instruments and figures
        known = vars(results)["_last_month"] = months, _last(months)
    return known[1]


def _last(months):
    months = months if isinstance(months, pd.DataFrame) else months.last()
    if not len(months):
        return months.reindex(columns=_MONTHLY)
    last = max(months["month"].unique(), key=str)
    return months[(months["month"] == last) & (months["looks"] > 0)]


def last_month_name(results: Results) -> str:
    """The last month in which anybody looked, else that of the scenario's end: "2018-07"."""
    month = last_month(results)["month"]
    return str(month.iloc[0]) if len(month) else f"{results.scenario.end:%Y-%m}"


def days_of(daily: pd.DataFrame, month: pd.DataFrame) -> pd.DataFrame:
    """The days of the month that `month` (rows of one month) is about; of the last month when it is empty."""
    if not len(daily):
        return daily
    dates = pd.to_datetime(daily["date"])
    name = str(month["month"].iloc[0]) if len(month) else f"{dates.max():%Y-%m}"
    first = pd.Timestamp(f"{name}-01")
    return daily[(dates >= first) & (dates < first + pd.offsets.MonthBegin(1))]


def month_days(month: pd.DataFrame, scenario: Scenario) -> int:
    """Days of that month within the run."""
    first = pd.Timestamp(f"{month['month'].iloc[0]}-01" if len(month) else scenario.end.replace(day=1))
    start, end = pd.Timestamp(scenario.start), pd.Timestamp(scenario.end) + pd.Timedelta(days=1)
    return max(1, (min(end, first + pd.offsets.MonthBegin(1)) - max(start, first)).days)


def weekly_hours(month: pd.DataFrame, days: int) -> np.ndarray:
    """Hours a week of presence (paid, unpaid, watching) of each row of a month of `days` days; float array (rows,)."""
    return month["present_seconds"].to_numpy(float) * HOURS_PER_SECOND * 7 / days


def fill_times(batches: pd.DataFrame, days: int) -> pd.DataFrame:
    """What is known of each batch's time to fill in a run of so many days.

    Returns
    -------
    DataFrame
        platform (category), filled (bool), seconds (int32: from posting to the last task done; to the end of
        the run if still open; `NEVER` if withdrawn).
    """
    posted, last = batches["posted"].to_numpy(), batches["last_filled"].to_numpy()
    withdrawn, still_open = batches["withdrawn"].to_numpy() > 0, batches["open"].to_numpy() > 0
    filled = ~withdrawn & ~still_open & (last >= 0)
    seconds = np.where(filled, last - posted, np.where(still_open, days * DAY - posted, NEVER))
    seconds = seconds.astype(np.int32)  # short integers sort several times faster
    return pd.DataFrame({"platform": batches["platform"].astype("category"), "filled": filled, "seconds": seconds})


def use_of(kind: pd.Series) -> np.ndarray:
    """Index into `sim.kernel.categories.USES` of each kind of task; int array."""
    kinds = kind.astype("category").cat
    return np.array([USES.index(USE_OF_KIND[name]) for name in kinds.categories], np.int64)[kinds.codes]


def _people(workers, funnel, absent):
    last = funnel.iloc[-1] if len(funnel) else {}
    names = ("registered", "seen_month", "seen_week", "worked_month")
    people = {name: int(last[name]) if len(funnel) else 0 for name in names}
    people["accounts"] = int(workers["accounts"].sum()) + absent
    engaged = workers["engagement"].value_counts()
    people["very_active"] = int(engaged.get("very_active", 0))
    people["regular"] = people["very_active"] + int(engaged.get("regular", 0))
    return people | {"occasional": len(workers) + absent}


def _entry(daily, funnel):
    """First registrations of the last 30 days; share of candidates met by more entry than there are candidates for."""
    considered = daily[["considered", "considered_at_most"]].sum()
    return {
        "arrived_month": int(first_registrations(funnel).iloc[-RECENT:].sum()),
        "entry_at_most_share": float(considered["considered_at_most"] / max(considered["considered"], 1)),
    }


def _columns(daily):
    """What is counted, by name: to go through a DataFrame takes longer than to sum it."""
    return {name: daily[name].to_numpy() for name in ("day", "tasks_open", *_SUMMED)} | {
        "platform": daily["platform"].array
    }


def _flows(daily):
    """Totals over the days and platforms given; tasks open at the end of the last of these days.

    The share done, in France or elsewhere, is of all tasks on offer in these days, whenever they were posted: done,
    withdrawn or still open at their end. Of a whole run these are the tasks posted. Of a month, done over posted may be
    anything, for much of what is done early in a month was posted in the one before.
    """
    total = {name: daily[name].sum() for name in _SUMMED}
    flows = {name: int(total[name]) for name in _COUNTS + _TASKS}
    flows["tasks_open"] = int(daily["tasks_open"][daily["day"] == daily["day"].max(initial=-1)].sum())
    flows["empty_share"] = ratio(total["empty_looks"], total["looks"])
    done = flows["tasks_done"] + flows["tasks_done_abroad"]
    flows["done_share"] = ratio(done, done + flows["tasks_withdrawn"] + flows["tasks_open"])
    flows["abroad_hours"] = float(total["abroad_seconds"] * HOURS_PER_SECOND)
    flows["refused_share"] = ratio(total["tasks_refused"], total["tasks_done"])
    flows["too_late_share"] = ratio(total["too_late"], total["reactions"])
    times = (*_TIMES, "travel_seconds")  # the last is a part of the unpaid
    flows |= {f"{name.removesuffix('_seconds')}_hours": float(total[name] * HOURS_PER_SECOND) for name in times}
    hours = flows["paid_hours"] + flows["unpaid_hours"]
    flows["unpaid_share"] = ratio(flows["unpaid_hours"], hours)
    flows |= {f"{name}_euro": float(total[f"{name}_micro_euro"] * EURO_PER_MICRO) for name in _MONEY}
    flows["hourly_euro"] = ratio(flows["pay_euro"], hours)  # all pay over active hours, those of no pay included
    flows["hourly_paid_euro"] = ratio(flows["pay_euro"], flows["paid_hours"])
    flows["hourly_present_euro"] = ratio(flows["pay_euro"], flows["present_hours"])
    return flows


def _jobs(daily):
    """Jobs of 35 hours a week that the hours of presence of the last year amount to."""
    year = daily["day"] > daily["day"].max(initial=0) - YEAR_OF_WEEKS
    weeks = len(np.unique(daily["day"][year])) / 7
    return ratio(float(daily["present_seconds"][year].sum()) * HOURS_PER_SECOND, weeks * FULL_TIME_WEEK)


def _of_batches(batches, days, crawled, clients):
    """What became of the batches of each platform; true hours of work done and accepted, by use of work in AI; what
    each client paid for the batches that it posted in the last year on the platforms `crawled`, micro-euro."""
    parts: dict[str, list[Fills]] = {}
    seconds, spent = np.zeros(len(USES), np.int64), np.zeros(clients, np.int64)
    for piece in pieces(batches, _OF_BATCHES):
        times = fill_times(piece, days)
        for (key,), rows in grouped(times["platform"]):
            mine = parts.setdefault(key, [])
            mine.append(Fills.of(times["seconds"].to_numpy()[rows], times["filled"].to_numpy()[rows]))
            if sum(len(some.times) for some in mine[1:]) > len(mine[0].times):  # seldom, the first being all so far
                mine[:] = [Fills.together(mine)]
        accepted = piece["done"].to_numpy(np.int64) - piece["refused"].to_numpy()
        work, paid = (accepted * piece[name].to_numpy() for name in ("true_seconds", "piece_rate_micro_euro"))
        year = (
            piece["platform"].isin(crawled).to_numpy() & (piece["posted"] > (days - 1 - YEAR_OF_WEEKS) * DAY).to_numpy()
        )
        np.add.at(spent, piece["client"].to_numpy(np.intp)[year], paid[year])
        seconds += np.bincount(use_of(piece["kind"]), work, len(USES)).astype(np.int64)  # whole, and below 2 ** 53
    uses = {f"use.{name}.hours": float(total / HOUR) for name, total in zip(USES, seconds, strict=True)}
    return {key: Fills.together(several) for key, several in parts.items()}, uses, spent


def grouped(*columns: pd.Series) -> list[tuple[tuple[str, ...], np.ndarray]]:
    """The words, or combinations of words, that occur in columns of them, each with the numbers of its rows."""
    words = [column.astype("category").cat for column in columns]
    codes = words[0].codes.to_numpy(np.int16)
    for each in words[1:]:
        codes = codes * np.int16(len(each.categories)) + each.codes.to_numpy()
    order, named = np.argsort(codes, kind="stable"), [*itertools.product(*(each.categories for each in words))]
    ends = np.searchsorted(codes[order], np.arange(len(named) + 1))
    groups = [(name, order[ends[n] : ends[n + 1]]) for n, name in enumerate(named)]
    return [(name, rows) for name, rows in groups if len(rows)]


def _fill(fills):
    fills = Fills.together(fills)
    (within, share), filled = fills.within(), fills.filled.sum()
    week = share[: np.searchsorted(within, 7 * DAY, side="right")]
    return {
        "fill_median_seconds": median_time(within, share),
        "filled_in_week_share": float(week[-1]) if len(week) else 0.0 if len(fills.times) else NAN,
        "filled_share": ratio(filled, filled + fills.watched.sum()),
    }


def _month(month, registered, days, minimum_wage):
    """Earnings and hours of the last month; hourly pay is earnings over active time, paid and unpaid, per worker."""
    earned = month["earned_micro_euro"].to_numpy() * EURO_PER_MICRO
    earns, hours, visits = earned > 0, weekly_hours(month, days), month["visits"].sum()
    active = month["paid_seconds"].to_numpy(float) + month["unpaid_seconds"].to_numpy(float)
    pay, hourly = earned[earns], _hourly(earned, active)[earns]
    return {
        "active": len(month),
        "earners": int(earns.sum()),
        "worked_for_nothing": int(((month["tasks_done"] > 0) & ~earns).sum()),
        "earned_mean_euro": float(pay.mean()) if len(pay) else NAN,
        "earned_median_euro": _median(pay),
        "earned_max_euro": float(pay.max()) if len(pay) else NAN,
        "top1_share": top_share(pay),
        "gini_earners": gini(pay),
        "gini_registered": gini(pay, registered),
        "hourly_median_euro": _median(hourly),
        "hourly_paid_median_euro": _median(_hourly(earned, month["paid_seconds"])[earns]),
        "hourly_present_median_euro": _median(_hourly(earned, month["present_seconds"])[earns]),
        "below_minimum_wage_share": ratio((hourly < minimum_wage).sum(), len(hourly)),
        "hours_week_mean": float(hours.mean()) if len(hours) else NAN,
        "hours_week_median": _median(hours),
        "hours_week_earners_median": _median(hours[earns]),
        "hours_week_long_share": ratio((hours > LONG_WEEK).sum(), len(hours)),
        "visit_mean_seconds": ratio(month["present_seconds"].sum(), visits),
    }


def _hourly(earned, seconds):
    """Euro per hour of that time of each row, nobody's time being less than a second."""
    return earned / np.maximum(np.asarray(seconds, float) * HOURS_PER_SECOND, HOURS_PER_SECOND)


def _part(prefix, keys, counted, month, workers, fills, members, absent):
    """The summary of some platforms; a person with accounts on two of them is one person."""
    order = list(members)
    bits = np.uint32(sum(1 << order.index(key) for key in keys))
    masks = workers["platforms"].to_numpy(np.uint32) & bits
    unopened = sum(absent.get(key, 0) for key in keys)
    part = {
        "registered": int((masks > 0).sum()) + unopened,
        "accounts": int(np.bitwise_count(masks).sum()) + unopened,
        "seen_month": int((month["platforms"].to_numpy(np.uint32) & bits > 0).sum()) if len(month) else 0,
    }
    here = counted["platform"].isin(keys)
    part |= _flows({name: values[here] for name, values in counted.items()})
    part |= _fill(fills[key] for key in keys if key in fills)
    return {prefix + name: value for name, value in part.items()}


def _median(values):
    return float(np.median(values)) if len(values) else NAN
