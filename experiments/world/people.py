"""Who registers, who answers and who goes to shops, in one run of the world experiment."""

import numpy as np
import pandas as pd

from experiments.validate.portraits import portraits
from sim.instruments.fieldwork import Fieldwork
from sim.kernel.units import EURO_PER_MICRO, HOUR, MINUTE
from sim.results.distributions import ratio
from sim.results.results import Results
from sim.results.summary import last_month
from sim.scenario.scenario import Scenario

EMPLOYED = ("full_time", "part_time", "fixed_term_or_self_employed")
OFTEN = (6, 12)  # shop visits in a month that are some two a week
VISIT = (2.0, 10.0)  # euro that a visit to a shop pays
GROUPS = ("adults", "registered", "working", "respondents")
PUBLISHED = {  # of the respondents (DiPLab2019)
    "women": 0.561,
    "aged_25_44": 0.634,
    "over_55": 0.09,
    "employed_women": 0.61,
    "employed_men": 0.67,
    "students": 0.10,
    "retired": 0.05,
    "educated": 0.435,
    "full_time": 0.284,
    "lone_mothers": 0.06,
}
TRAITS = tuple(PUBLISHED)


def composition(who: pd.DataFrame) -> dict[str, float]:
    """Shares of `TRAITS` among people, a row each as in the workers table."""
    women, age, status = who["sex"] == "woman", who["age"], who["status"]
    employed, adult = status.isin(EMPLOYED), age.between(25, 64)
    shares = {
        "women": women.mean(),
        "aged_25_44": age.between(25, 44).mean(),
        "over_55": (age >= 55).mean(),
        "employed_women": employed[women].mean(),
        "employed_men": employed[~women].mean(),
        "students": (status == "student").mean(),
        "retired": (status == "retired").mean(),
        "educated": (who["education"] == "above_bac_plus_2")[adult].mean(),
        "full_time": (status == "full_time").mean(),
        "lone_mothers": (who["household"] == "lone_parent")[women].mean(),
    }
    return {name: float(shares[name]) for name in TRAITS}


def adults(scenario: Scenario) -> dict[str, float]:
    """The same of French adults, as the scenario has them."""
    traits = scenario.population.traits
    return {
        "women": traits.women_share,
        "aged_25_44": sum(traits.age_bands[1:3]),
        "over_55": sum(traits.age_bands[4:]),
        "employed_women": traits.employed_women,
        "employed_men": traits.employed_men,
        "students": traits.students,
        "retired": traits.retired,
        "educated": traits.above_bac_plus_2_25_64,
        "full_time": traits.open_ended * traits.open_ended_full_time,
        "lone_mothers": traits.households_women[1],
    }


def compositions(results: Results, fieldwork: Fieldwork) -> dict[str, float]:
    """What the registered, those who worked in the last month and the respondents are like, and adults."""
    workers = results.workers.set_index("worker")
    month = last_month(results.months)
    groups = {
        "registered": workers,
        "working": workers.reindex(month.loc[month["tasks_done"] > 0, "worker"]),
        "respondents": workers.reindex(fieldwork.respondents["worker"]),
    }
    found = {f"{group}.{name}": share for group, who in groups.items() for name, share in composition(who).items()}
    return found | {f"adults.{name}": share for name, share in adults(results.scenario).items()}


def shop_visitors(results: Results) -> dict[str, float]:
    """Who goes to shops in a month of the record, what it pays and how long the way is; nothing without such tasks."""
    if not (results.batches["kind"] == "shop_visit").any():
        return {}
    months, scale = results.months, results.scenario.population.scale
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
