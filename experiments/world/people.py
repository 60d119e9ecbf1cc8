"""Who registers, who answers and who goes to shops, in one run of the world experiment."""

import numpy as np

from experiments.validate.portraits import portraits
from sim.instruments.fieldwork import Fieldwork
from sim.instruments.surveys.composition import PREFIX, adults, shares
from sim.kernel.categories import EMPLOYED
from sim.kernel.units import EURO_PER_MICRO, HOUR, MINUTE
from sim.results.distributions import ratio
from sim.results.results import Results
from sim.results.summary import last_month

OFTEN = (6, 12)  # shop visits in a month that are some two a week
VISIT = (2.0, 10.0)  # euro that a visit to a shop pays
GROUPS = ("adults", "registered", "working", "respondents")


def compositions(results: Results, fieldwork: Fieldwork) -> dict[str, float]:
    """What the registered, those who worked in the last month, the respondents and adults are like: share of each
    margin that the survey's report prints (`sim.instruments.surveys.composition`).
    """
    workers = results.workers.set_index("worker")
    month = last_month(results)
    groups = {
        "registered": workers,
        "working": workers.reindex(month.loc[month["tasks_done"] > 0, "worker"]),
        "respondents": workers.reindex(fieldwork.respondents["worker"]),
    }
    found = {
        f"{group}.{name.removeprefix(PREFIX)}": share
        for group, who in groups.items()
        for name, (share, _) in shares(who, results.scenario).items()
    }
    known = {f"adults.{name.removeprefix(PREFIX)}": share for name, share in adults(results.scenario).items()}
    return found | known


def shop_visitors(results: Results) -> dict[str, float]:
    """Who goes to shops in a month of the record, what it pays and how long the way is; nothing without such tasks."""
    if not (results.batches["kind"] == "shop_visit").any():
        return {}
    months, scale = results.months, results.scenario.population.fraction
    per_month = 1.0 / scale / max(months["month"].nunique(), 1)
    went = months[months["shop_visits"] > 0]
    who = results.workers.set_index("worker").reindex(went["worker"])
    employed, often = who["status"].isin(EMPLOYED).to_numpy(), went["shop_visits"].between(*OFTEN).to_numpy()
    batches = results.batches[(results.batches["kind"] == "shop_visit") & (results.batches["done"] > 0)]
    price = np.repeat(batches["piece_rate_micro_euro"].to_numpy() * EURO_PER_MICRO, batches["done"].to_numpy())
    alike = portraits(results)
    return {
        "visitors": len(went) * per_month,
        "visits": went["shop_visits"].sum() * per_month,
        "like_m": alike["evenings_and_shops"]["people"],
        "like_c": alike["shops_on_a_run"]["people"],
        "employed_twice_a_week": (often & employed).sum() * per_month,
        "visit_pay": float(np.median(price)) if len(price) else np.nan,
        "visit_in_range": ((price >= VISIT[0]) & (price <= VISIT[1])).mean() if len(price) else np.nan,
        "travel_hours": went["travel_seconds"].sum() / HOUR * per_month,
        "travel_minutes": ratio(went["travel_seconds"].sum() / MINUTE, went["shop_visits"].sum()),
        "visit_hourly": _by_the_hour(price, batches, went),
    }


def _by_the_hour(price, batches, went):
    """Euro per hour at a shop and on the way there and back."""
    there = ratio(batches["done"].to_numpy(float) @ batches["true_seconds"].to_numpy(), batches["done"].sum())
    way = ratio(went["travel_seconds"].sum(), went["shop_visits"].sum())
    return ratio(float(price.mean()) * HOUR, there + way) if len(price) else np.nan
