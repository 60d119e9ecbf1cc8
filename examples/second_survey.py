"""Instruments of one's own: a telephone survey of adults, and what many count on two platforms.

python -m sim.run population=small 'own=[examples/second_survey.py:second_survey]' own.second_survey.calls=20000
python -m sim.run population=small 'own=[examples/second_survey.py:two_lists]'
"""

from math import sqrt
from typing import Annotated

import numpy as np

from sim import Parameter, own

ADULTS = 52_000_000  # of France, 2018 (INSEE, rounded)


@own.instrument(unit="person", text={"en": "a telephone survey of adults", "fr": "une enquête téléphonique"})
def second_survey(
    results,
    *,
    calls: Annotated[int, Parameter("adults who answer", "person", 100, 10_000_000, "assumed")] = 20_000,
    days: Annotated[int, Parameter("within which one must have done micro-work", "day", 1, 365, "assumed")] = 30,
):
    """Adults drawn at random say whether they have looked for micro-work of late; the share is carried over to all."""
    workers, last = results.workers, (results.scenario.end - results.scenario.start).days
    here = ((workers["last_seen"] >= 0) & (workers["last_seen"] > last - days)).sum()
    people = here * results.scenario.population.weight  # already of the country, and so not marked as extensive
    share = people / ADULTS
    caught = np.round(share * calls)  # whom a survey without luck of its own would find
    error = ADULTS * sqrt(max(share * (1 - share), 1 / calls) / calls)
    return own.Reading(ADULTS * caught / calls, error, truth=people, note=f"{caught:.0f} of {calls} calls")


@own.instrument(unit="person", extensive=True, text={"en": "two lists matched", "fr": "deux listes rapprochées"})
def two_lists(results):
    """Who has an account on both of the two largest platforms, and on either, counted by Lincoln and Petersen."""
    accounts = results.accounts[results.accounts["last_seen"] >= 0]
    first, second = (set(accounts.loc[accounts["platform"] == name, "worker"])
                     for name in accounts["platform"].value_counts().index[:2])  # fmt: skip
    both = len(first & second)
    if not both:
        raise ValueError("nobody is on both lists")
    count = len(first) * len(second) / both
    error = count * sqrt((len(first) - both) * (len(second) - both) / (len(first) * len(second) * both))
    people = accounts["worker"].nunique()
    return {"either": own.Reading(count, error, truth=people), "both": float(both)}
