"""What stands between a reading and the truth: the steps of each instrument, put right one after the other.

Each tier's reading becomes the truth in a chain of such steps. The first value of a chain is the reading, the last
the truth, so what the steps explain adds up to the gap whatever their order; the order is a choice and is that of
the measurement. Beside it stands what a step explains alone, all others left as they are.

    very active   quota -> heterogeneity -> turnover -> frequency -> dormancy -> carried over -> divisor
    regular       panel -> calendar -> divisor
    occasional    duplicates -> divisor

`counts` are what only a simulation has; `chains` needs nothing else.
"""

import numpy as np
import pandas as pd

from sim.instruments.capture import wave_counts
from sim.instruments.fieldwork import Fieldwork
from sim.instruments.tiers import per_head, retained
from sim.kernel.units import COMMON_YEAR, RECENT

_NO_GAP = 0.05  # log points between reading and truth below which shares of the gap mean nothing
STEPS = {
    "quota": "the waves close at a quota, and who is quick takes it; off: ten times the quota",
    "heterogeneity": "who looks more is caught more; off: everyone who looked there in a wave's month alike",
    "turnover": "people come and go between the waves; off: those who looked there in the last 30 days",
    "frequency": "who looks in a month may be caught; off: those who looked in each of the last four weeks",
    "dormancy": "carried over in proportion to registrations; off: to accounts seen in the last 30 days "
    "(occasional: only accounts seen within a year)",
    "carried over": "other platforms are taken to be like the survey's; off: counted on each",
    "panel": "devices are counted on a sample; off: every visitor once",
    "calendar": "visitors of a calendar month; off: of the last 30 days",
    "duplicates": "second accounts of the same person on one platform; off: none",
    "divisor": "accounts are divided by the published platforms per person; off: by the true ones of this tier",
}
COUNTS = (
    "petersen n1 n2 m month_one month_two month_both seen_here weekly_here registered_here registered registered_once "
    "seen weekly visitors audience divisor people seen_people weekly_people year_accounts ever_accounts fraction"
).split()


def counts(fieldwork: Fieldwork) -> dict[str, float]:
    """Counts of a run from which `chains` tells the gap.

    Returns
    -------
    dict of str to float
        Keys `COUNTS`; at the scale of the run, nan where the institution or the record has no such thing. "here"
        is the survey's platform, `month_one`, `month_two` and `month_both` are people who looked there in the
        months of the waves, all other accounts are those on the platforms retained.
    """
    results, scenario = fieldwork.results, fieldwork.scenario
    keys, here = retained(scenario), scenario.surveyed
    people, result = fieldwork.truth["people"], dict.fromkeys(COUNTS, np.nan) | wave_counts(fieldwork)
    accounts, last = results.accounts, int(results.daily["day"].max())
    accounts = accounts[accounts["platform"].isin(keys)]
    seen = accounts[accounts["last_seen"] > last - RECENT]
    constant = results.workers.loc[results.workers["engagement"] == "very_active", "worker"]
    weekly = seen[seen["worker"].isin(constant)]
    registered, audience = fieldwork.registrations.reindex(keys), fieldwork.audience.reindex(keys)
    result |= {"registered_here": fieldwork.registrations[here]}
    result |= {"seen_here": (seen["platform"] == here).sum(), "weekly_here": (weekly["platform"] == here).sum()}
    result |= {"registered": registered.sum(), "registered_once": len(accounts)}
    result |= {"seen": len(seen), "weekly": len(weekly)}
    result |= {"visitors": audience["visitors"].sum(), "audience": audience["reading"].sum()}
    result |= {"people": people["registered"], "seen_people": people["active in the month"]}
    result |= {"weekly_people": people["very active"], "divisor": per_head(scenario)}
    result |= {"year_accounts": (accounts["last_seen"] > last - COMMON_YEAR).sum()}
    result |= {"fraction": scenario.population.fraction}
    result |= {"ever_accounts": (accounts["last_seen"] > accounts["signed_up"]).sum()}
    return {name: float(value) for name, value in result.items()}


def chains(of_run: pd.Series | dict[str, float], quota: float = 1.0) -> pd.DataFrame:
    """The gap of each tier, step by step.

    Parameters
    ----------
    of_run
        From `counts`.
    quota
        Petersen's count with a quota that never binds over the count with the scenario's.

    Returns
    -------
    DataFrame
        Columns tier, step, value (persons at full scale, this and the steps before put right), alone (only this
        one put right). The first row of a tier is its reading, step "reading"; a step after the truth is reached
        ("dormancy" of the occasional) has no value.
    """
    p = pd.Series(of_run)
    with np.errstate(divide="ignore", invalid="ignore"):
        rows = [*_very_active(p, quota), *_regular(p), *_occasional(p)]
    table = pd.DataFrame(rows, columns=["tier", "step", "value", "alone"])
    table[["value", "alone"]] /= p["fraction"]
    return table.replace([np.inf, -np.inf], np.nan)


def _very_active(p, quota):
    carry = p.registered / p.registered_here / p.divisor
    alike = p.month_one * p.month_two / p.month_both
    reading = p.petersen * carry
    by_seen = p.seen / p.seen_here / p.divisor
    carried = p.weekly / p.weekly_here / (p.seen / p.seen_here)
    return [
        ("very active", "reading", reading, reading),
        ("very active", "quota", reading * quota, reading * quota),
        ("very active", "heterogeneity", alike * carry, alike * carry),
        ("very active", "turnover", p.seen_here * carry, reading * p.seen_here / alike),
        ("very active", "frequency", p.weekly_here * carry, reading * p.weekly_here / p.seen_here),
        ("very active", "dormancy", p.weekly_here * by_seen, p.petersen * by_seen),
        ("very active", "carried over", p.weekly / p.divisor, reading * carried),
        ("very active", "divisor", p.weekly_people, reading * p.divisor * p.weekly_people / p.weekly),
    ]


def _regular(p):
    reading = p.audience / p.divisor
    return [
        ("regular", "reading", reading, reading),
        ("regular", "panel", p.visitors / p.divisor, p.visitors / p.divisor),
        ("regular", "calendar", p.seen / p.divisor, reading * p.seen / p.visitors),
        ("regular", "divisor", p.seen_people, reading * p.divisor * p.seen_people / p.seen),
    ]


def _occasional(p):
    reading = p.registered / p.divisor
    once = p.registered_once / p.divisor
    return [
        ("occasional", "reading", reading, reading),
        ("occasional", "duplicates", once, once),
        ("occasional", "divisor", p.people, reading * p.divisor * p.people / p.registered_once),
        ("occasional", "dormancy", np.nan, reading * p.year_accounts / p.registered_once),
    ]


def decomposition(by_seed: pd.DataFrame, quota: float = 1.0, quota_se: float = 0.0) -> pd.DataFrame:
    """How much of the gap between reading and truth each step explains, over seeds.

    Every value is a mean over seeds, so the steps add up to the gap of the means.

    Parameters
    ----------
    by_seed
        One row a seed, columns `COUNTS`; seeds in which a wave caught nobody count for the other tiers only.
    quota, quota_se
        As for `chains`, and its standard error.

    Returns
    -------
    DataFrame
        tier, step, meaning, value, value_se, change and change_se (persons by which the step put right moves the
        value before it), alone and alone_change (put right alone), factor (the value before over this one: how
        many times too high, or below 1 too low, the step makes the reading), share (of the gap between reading
        and truth on a log scale: shares add up to 1; nan where the two are within 5 % of each other).
    """
    each = [_readable(chains(row, quota)) for _, row in by_seed.iterrows()]
    table = each[0][["tier", "step"]].copy()
    value, alone = (pd.DataFrame([one[name].to_numpy(float) for one in each]) for name in ("value", "alone"))
    first = (table["step"] == "reading").to_numpy()
    before = np.arange(len(table)) - ~first
    change = value - value.to_numpy()[:, before]
    table = table.assign(value=value.mean(), alone=alone.mean(), change=change.mean())
    for name, each_seed in (("value_se", value), ("change_se", change)):
        table[name] = each_seed.sem()
        of_quota = table["alone"].where(first).ffill() * quota_se
        table.loc[table["step"] == "quota", name] = np.hypot(table[name], of_quota)
    readings = table["alone"].where(first).ffill()
    table["alone_change"] = table["alone"] - readings
    truths = table.groupby("tier", sort=False)["value"].transform("last")  # the last that is not missing
    with np.errstate(divide="ignore", invalid="ignore"):
        table["factor"] = table["value"].to_numpy()[before] / table["value"]
        whole = np.log(readings / truths)
        whole = whole.where(whole.abs() > _NO_GAP)
        table["share"] = (np.log(table["factor"]) / whole).where(~first)
    table["meaning"] = table["step"].map(STEPS).fillna("the instrument's reading")
    table.loc[table["value"].isna(), ["change", "factor", "share"]] = np.nan
    order = "tier step meaning value value_se change change_se alone alone_change factor share"
    return table[order.split()]


def _readable(chain):
    """The chain without the tiers that this seed gives no reading of."""
    missing = chain.loc[(chain["step"] == "reading") & chain["value"].isna(), "tier"]
    chain.loc[chain["tier"].isin(missing), ["value", "alone"]] = np.nan
    return chain
