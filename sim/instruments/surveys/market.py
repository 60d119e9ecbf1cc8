"""What can be seen of the market without asking anybody: its lists, its clients, its prices, its weekdays."""

import numpy as np
import pandas as pd

from sim.instruments.fieldwork import Fieldwork
from sim.instruments.surveys.counterfactual import ON_ANOTHER, counterfactual, not_judged
from sim.instruments.surveys.shares import Reading, median, share
from sim.instruments.targets import NotComparable
from sim.kernel.records import NEVER
from sim.kernel.units import COMMON_YEAR, DAY, HOUR, MICRO, RECENT, YEAR_OF_WEEKS
from sim.results.distributions import ratio
from sim.results.results import Results
from sim.results.stored import pieces_of

_PRICED = ("piece_rate_micro_euro", "announced_seconds")
SEEN = ("voice_recording", "information_search", "annotation")  # kinds of task of which a price is printed


def market(fieldwork: Fieldwork) -> dict[str, Reading | NotComparable]:
    """Clients, prices and weekdays, by target id."""
    scenario = fieldwork.scenario
    found = not_judged(
        _clients(fieldwork.results) | {"weekday_ratio": _weekdays(fieldwork.results)}, counterfactual(scenario)
    )
    there = counterfactual(scenario) or ("" if scenario.surveyed == scenario.country.survey else ON_ANOTHER)
    return found | not_judged(_prices(fieldwork), there)


def _weekdays(results):
    """Work on a weekday over that on a day of the weekend, in the last year."""
    daily = results.daily
    year = daily[daily["day"] > daily["day"].max() - YEAR_OF_WEEKS]
    seconds, weekend = year["paid_seconds"] + year["unpaid_seconds"], pd.DatetimeIndex(year["date"]).day_of_week >= 5
    return ratio(seconds[~weekend].sum() / 5, seconds[weekend].sum() / 2), np.nan


def _prices(fieldwork):
    """Median piece rates and announced hourly pay of the batches posted on the survey's platform in the last year."""
    results, here = fieldwork.results, fieldwork.scenario.surveyed
    since, parts = (int(results.daily["day"].max()) - YEAR_OF_WEEKS) * DAY, []
    for batches in pieces_of(results, "batches", ["platform", "posted", "kind", *_PRICED]):
        parts.append(batches[(batches["platform"] == here) & (batches["posted"] > since)])
    seen = pd.concat(parts, ignore_index=True)
    rate = seen["piece_rate_micro_euro"] / MICRO
    by = {"announced_hourly_pay": rate / seen["announced_seconds"] * HOUR}
    by |= {f"price_{kind}": rate[seen["kind"] == kind] for kind in SEEN}
    none = NotComparable("no such batch was posted in the last year")
    return {name: median(values) if len(values) else none for name, values in by.items()}


def _clients(results: Results) -> dict[str, Reading | NotComparable]:
    """Concentration of spending over a year (that of the summary) and churn of new clients, as a crawl of the public
    lists sees them: deep labour is on none. Where there is no other, its clients' books are read instead.
    """
    members, last = results.scenario.platform.members, int(results.daily["day"].max())
    crawled = [name for name, platform in members.items() if platform.listed] or [*members]
    count = len(results.clients)
    first, final = np.full((2, count), -1, np.int32)
    first[:] = NEVER
    for batches in pieces_of(results, "batches", ["platform", "client", "posted"]):
        listed = batches["platform"].isin(crawled).to_numpy()
        client, posted = batches["client"].to_numpy(np.intp)[listed], batches["posted"].to_numpy()[listed]
        np.minimum.at(first, client, posted)  # as sorting by client would, but of millions of batches
        np.maximum.at(final, client, posted)
    top, none = results.summary["clients_top1_share"], NotComparable("no client paid for anything in the last year")
    found: dict[str, Reading | NotComparable] = {"client_top1pct_spend": (top, np.nan) if top == top else none}
    first, final = first / DAY, final / DAY
    new = (final >= 0) & (first > 90) & (first < last - COMMON_YEAR)
    if not new.any():
        return found | {"client_month1_churn": NotComparable("no new client was watched for a year")}
    return found | {"client_month1_churn": share(final[new] - first[new] < RECENT)}
