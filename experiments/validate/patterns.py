"""Patterns that no number was published for: how a market like this must look if it is the one described.

Numbers, curves and tables of one run, small enough to be kept of many. What the evidence says of them in words,
and what it would mean if they were otherwise, stands in ``experiments/validate/patterns.csv``. Nothing here is ever
fitted.
"""

import numpy as np

from experiments.movement import AFTER, BEFORE, SURVIVAL_MONTHS, after_surges, movement, present, survival
from sim.kernel.units import DAY, HOUR, HOURS_PER_WEEK, YEAR_OF_WEEKS
from sim.results.distributions import filled_within, gini, median_time, ratio, top_share
from sim.results.results import Results
from sim.results.summary import LONG_WEEK, fill_times, last_month, month_days, weekly_hours

WORDS = "patterns.csv"
TOPS = (0.01, 0.05, 0.1)
QUANTILES = tuple(np.round(np.arange(0.05, 1.0, 0.05), 2).tolist())
FILL_QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99)
HILL = 0.05  # share of the slowest batches that the exponent of the tail is read from
NEEDY = 0.25  # share of the registered called the neediest, and the least needy
GAPS = ("earnings", "hours", "hourly")
_NAN = float("nan")


def patterns(results: Results) -> dict:
    """Every pattern of a run.

    Returns
    -------
    dict
        `numbers` (float by name, the ids of ``experiments/validate/patterns.csv``; nan where unknown); `survival` (by
        `SURVIVAL_MONTHS`), `present` (0 to 10 months after sign-up), `movement` (3 x 3), `returns` (days around
        surges), `fill` (seconds at `FILL_QUANTILES`), `week` (168 shares of all looks, from Monday 00:00), `unpaid`
        (at `QUANTILES` of people), `lorenz` and `lorenz_work` (earnings and paid time of the top 0.01, 0.02 ... 1 of
        those with any), `gaps` (women over men, neediest over least needy; each by `GAPS`), `overlap` (platform by
        platform: share of those with an account on the row's who have one on the column's), `platforms` (names).
    """
    month, times = last_month(results), _lately(results)
    curves = {"survival": survival(results), "present": present(results), "movement": movement(results)}
    curves["returns"] = after_surges(results)
    curves |= {"fill": _fill(times), "week": _week(results), "unpaid": _unpaid(results)}
    curves |= {"lorenz": _lorenz(month["earned_micro_euro"]), "lorenz_work": _lorenz(month["paid_seconds"])}
    curves["overlap"] = _overlap(results)
    curves["platforms"] = [member.label for member in results.scenario.platform.members.values()]
    numbers = _moving(curves) | _concentration(month) | _filling(curves, times) | _online(curves["week"])
    gaps = _gaps(results, month)
    curves["gaps"] = [[gaps.get(f"{who}_{what}", _NAN) for what in GAPS] for who in ("women", "needy")]
    numbers |= gaps | _homes(results, month) | _shares_unpaid(curves["unpaid"]) | _words(results, month)
    return {"numbers": {name: float(value) for name, value in numbers.items()}} | curves


def _moving(curves):
    left = dict(zip(SURVIVAL_MONTHS, curves["survival"], strict=True))
    moved, returns = curves["movement"], curves["returns"]
    values = {f"survive_{months}": left[months] for months in (1, 3, 6, 12)}
    values |= {"present_1": curves["present"][1], "present_6": curves["present"][6]}
    values |= {"stay_often": moved[2][2], "often_to_away": moved[2][0], "now_to_often": moved[1][2]}
    values |= {"now_to_away": moved[1][0], "away_to_looking": moved[0][1] + moved[0][2]}
    values["return_in_surge"] = np.mean(returns[BEFORE : BEFORE + 14])
    return values | {"return_after_surge": np.mean(returns[BEFORE + 14 : BEFORE + AFTER])}


def _concentration(month):
    pay, work = month["earned_micro_euro"].to_numpy(float), month["paid_seconds"].to_numpy(float)
    pay, work = pay[pay > 0], work[work > 0]
    values = {}
    for name, amounts in (("earnings", pay), ("work", work)):
        values |= {f"{name}_top_{round(100 * top)}": top_share(amounts, top) if len(amounts) else _NAN for top in TOPS}
        values[f"{name}_gini"] = gini(amounts)
    return values


def _lorenz(amounts):
    """Share of a month's amounts, of those who have any, that the share with most has, at 0.01, 0.02 ... 1."""
    held = np.sort(amounts.to_numpy(float))[::-1]
    held = held[held > 0]
    if not len(held):
        return [_NAN] * 100
    together = np.concatenate([[0.0], np.cumsum(held) / held.sum()])
    return np.interp(np.arange(1, 101) / 100, np.arange(len(together)) / len(held), together).tolist()


def _lately(results):
    """Times to fill of the batches posted in the last year of the record."""
    last = int(results.daily["day"].max()) + 1
    batches = results.batches[["platform", "posted", "last_filled", "withdrawn", "open"]]
    return fill_times(batches[batches["posted"] >= (last - YEAR_OF_WEEKS) * DAY], last)


def _fill(times):
    filled = times["filled"].to_numpy()
    within, share = filled_within(times["seconds"].to_numpy()[filled], times["seconds"].to_numpy()[~filled])
    return [median_time(within, share, level) for level in FILL_QUANTILES]


def _filling(curves, times):
    filled = times["filled"].to_numpy()
    seconds = np.sort(times["seconds"].to_numpy(float)[filled])
    quantile = dict(zip(FILL_QUANTILES, curves["fill"], strict=True))
    quick = float((seconds <= 600).sum() / len(times)) if len(times) else _NAN
    values = {"fill_half": quantile[0.5] / HOUR, "fill_spread": quantile[0.9] / quantile[0.5], "fill_quick": quick}
    tail = max(2, int(HILL * len(seconds)))
    values["fill_hill"] = _NAN
    if len(seconds) > 2 * tail and seconds[-tail - 1] > 0:  # Hill (1975): one over the mean log excess
        values["fill_hill"] = 1.0 / max(np.log(seconds[-tail:] / seconds[-tail - 1]).mean(), 1e-9)
    return values


def _week(results):
    looks = results.looks_by_hour.groupby(["weekday", "hour"])["looks"].sum().to_numpy(float)
    return (looks / looks.sum()).tolist() if looks.sum() else [_NAN] * HOURS_PER_WEEK


def _online(week):
    days = np.reshape(week, (7, 24))
    return {"evening": days[:, 18:].sum(), "night": days[:, :6].sum(), "working_hours": days[:5, 9:18].sum(),
            "weekend_looks": days[5:].sum()}  # fmt: skip


def _unpaid(results):
    """Quantiles over people of unpaid over all time, in the months recorded, of those with any paid time."""
    times = results.months.groupby("worker")[["paid_seconds", "unpaid_seconds"]].sum()
    times = times[times["paid_seconds"] > 0]
    share = (times["unpaid_seconds"] / (times["paid_seconds"] + times["unpaid_seconds"])).to_numpy(float)
    return np.quantile(share, QUANTILES).tolist() if len(share) else [_NAN] * len(QUANTILES)


def _shares_unpaid(unpaid):
    at = dict(zip(QUANTILES, unpaid, strict=True))
    most = np.interp(0.5, unpaid, QUANTILES) if np.isfinite(unpaid).all() else _NAN
    return {"unpaid_half": at[0.5], "unpaid_low": at[0.1], "unpaid_high": at[0.9], "mostly_unpaid": 1.0 - most}


def _gaps(results, month):
    """Women over men and the neediest over the least needy: mean earnings and hours of those who look, and per hour."""
    names = ["worker", *(name for name in ("sex", "need") if name in results.workers)]
    people = month.merge(results.workers[names], on="worker")
    people["hours"] = weekly_hours(people, month_days(month, results.scenario)) if len(people) else 0.0
    values = {}
    if "sex" in people:
        values |= _gap("women", people, people["sex"] == "woman", people["sex"] == "man")
    if "need" in people:
        low, high = results.workers["need"].quantile([NEEDY, 1.0 - NEEDY])
        values |= _gap("needy", people, people["need"] >= high, people["need"] <= low)
    return values


def _gap(name, people, ones, others):
    sums = [people.loc[which, ["earned_micro_euro", "hours"]].mean() for which in (ones, others)]
    earned, hours = (ratio(sums[0].iloc[n], sums[1].iloc[n]) for n in (0, 1))
    return {f"{name}_earnings": earned, f"{name}_hours": hours, f"{name}_hourly": ratio(earned, hours)}


def _overlap(results):
    masks = results.workers["platforms"].to_numpy(np.uint32)
    count = len(results.scenario.platform.members)
    has = np.array([masks >> np.uint32(p) & 1 for p in range(count)], float)
    shared, own = has @ has.T, has.sum(axis=1)
    return np.where(own[:, None] > 0, shared / np.maximum(own[:, None], 1), np.nan).tolist()


def _homes(results, month):
    registered = np.bitwise_count(results.workers["platforms"].to_numpy(np.uint32))
    looked = np.bitwise_count(month["platforms"].to_numpy(np.uint32)) if len(month) else np.zeros(0, int)
    return {"several_accounts": (registered > 1).mean() if len(registered) else _NAN,
            "several_used": (looked > 1).mean() if len(looked) else _NAN}  # fmt: skip


def _words(results, month):
    """What the evidence tells in passing and without a number, or of one case only."""
    looks, tasks = month["looks"].to_numpy(float), month["tasks_done"].to_numpy(float)
    order = np.argsort(-looks, kind="stable")[: max(1, len(looks) // 10)]
    values = {"tasks_of_watchers": ratio(tasks[order].sum(), tasks.sum())}
    hours = weekly_hours(month, month_days(month, results.scenario)) if len(month) else np.zeros(0)
    values["long_weeks"] = ratio((hours > LONG_WEEK).sum(), len(hours))
    workers = results.workers
    if "cashed_out_micro_euro" in workers:
        earned = workers["earned_micro_euro"] > 0
        values["never_paid_out"] = ratio((earned & (workers["cashed_out_micro_euro"] == 0)).sum(), earned.sum())
    caught = results.answers["looks"].median() if len(results.answers) else _NAN
    values["caught_look_more"] = ratio(caught, np.median(looks)) if len(looks) else _NAN
    return values | _early_and_late(results) | _contractors(results)


def _early_and_late(results):
    """Looks that find nothing where the survey was held: the last year over the first."""
    daily = results.daily[results.daily["platform"] == results.scenario.surveyed]
    if len(daily) < 2 * YEAR_OF_WEEKS:
        return {"emptier": _NAN}
    sums = [part[["empty_looks", "looks"]].sum() for part in (daily.tail(YEAR_OF_WEEKS), daily.head(YEAR_OF_WEEKS))]
    late, early = (ratio(part["empty_looks"], part["looks"]) for part in sums)
    return {"emptier": ratio(late, early)}


def _contractors(results):
    """Share of a deep-labour platform's work of the last year that its two largest clients ask for; mean of platforms.

    In years some leave and have successors, who are other clients.
    """
    members, last = results.scenario.platform.members, int(results.daily["day"].max())
    deep = [key for key, member in members.items() if member.contracts]
    batches = results.batches[["platform", "client", "posted", "done", "refused", "piece_rate_micro_euro"]]
    batches = batches[batches["platform"].isin(deep) & (batches["posted"] > (last - YEAR_OF_WEEKS) * DAY)]
    paid = (batches["done"] - batches["refused"]) * batches["piece_rate_micro_euro"].astype(float)
    shares = []
    for _, theirs in paid.groupby(batches["platform"], observed=True):
        by_client = theirs.groupby(batches["client"]).sum()
        shares.append(ratio(by_client.nlargest(2).sum(), by_client.sum()))
    return {"two_clients": np.mean(shares) if shares else _NAN}
