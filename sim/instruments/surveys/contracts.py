"""Deep labour: whether somebody lives as the interviews tell, and whether it pays more and constrains more."""

import numpy as np

from sim.instruments.fieldwork import Fieldwork
from sim.instruments.surveys.counterfactual import counterfactual, not_judged
from sim.instruments.surveys.shares import Reading
from sim.instruments.targets import NotComparable
from sim.kernel.units import HOUR, MICRO
from sim.results.distributions import ratio
from sim.results.summary import last_month

HOURS, EARNED = (5.0, 7.0), (250.0, 400.0)  # a week, a month: the student at Appen (DiPLab2019)


def contracts(fieldwork: Fieldwork) -> dict[str, Reading | NotComparable]:
    """Deep labour, by target id."""
    if not any(one.contracts for one in fieldwork.scenario.platform.members.values()):
        reason = NotComparable(f"platform={fieldwork.scenario.platform.name} has no deep labour")
        return dict.fromkeys(("deep_portrait", "deep_sign"), reason)
    found = {"deep_portrait": _alike(fieldwork.results), "deep_sign": _sign(fieldwork.results)}
    return not_judged(found, counterfactual(fieldwork.scenario))


def _alike(results):
    """People in France allotted so many hours under contract who earned so much in the last month."""
    accounts = results.accounts
    hours = accounts["week_allotted_seconds"] / HOUR
    under = accounts.loc[(accounts["state"] == "contracted") & hours.between(*HOURS), "worker"]
    month = last_month(results)
    earned = (month["earned_micro_euro"] / MICRO).between(*EARNED)
    return float(month.loc[earned, "worker"].isin(under).sum() / results.scenario.population.fraction), np.nan


def _sign(results):
    """1 if deep labour pays more per hour and lets fewer of its account holders work than biface platforms do, else -1.

    Who may work has a contract there, and has signed up here.
    """
    by = results.daily.groupby("structure", observed=True)[["pay_micro_euro", "paid_seconds", "unpaid_seconds"]].sum()
    if set(by.index) != {"biface", "deep"}:
        return NotComparable("needs both structures in one market; compare platform=deep with platform=biface")
    hourly = by["pay_micro_euro"] / (by["paid_seconds"] + by["unpaid_seconds"])
    admitted = {structure: _admitted(results, structure) for structure in by.index}
    return (1.0 if hourly["deep"] > hourly["biface"] and admitted["deep"] < admitted["biface"] else -1.0), np.nan


def _admitted(results, structure):
    """Share of the accounts on platforms of a structure that may work."""
    members, able, every = results.scenario.platform.members.items(), 0, 0
    for contracts, state in ((True, "contracted"), (False, "registered")):
        keys = [name for name, one in members if (one.structure, bool(one.contracts)) == (structure, contracts)]
        theirs = results.accounts.loc[results.accounts["platform"].isin(keys), "state"]
        able, every = able + (theirs == state).sum(), every + len(theirs)
    return ratio(able, every)
