"""What those caught by the survey say: hours, money, habits, and what they are like."""

import numpy as np
import pandas as pd

from sim.instruments.fieldwork import Fieldwork
from sim.instruments.surveys import composition
from sim.instruments.surveys.counterfactual import asked, not_judged
from sim.instruments.surveys.shares import Reading, mean, median, share
from sim.instruments.targets import NotComparable
from sim.scenario.scenario import Scenario

TOP = 0.995  # of respondents: those above are "a few"
_SAID = ("earnings_mean", "earnings_max", "hours_median", "hours_tail", "weekly_lookers", "refused_ever")
_SPLIT = ("earnings_with_deep", "earnings_without_deep", "full_time_equivalents", "single_platform")


def questions(scenario: Scenario) -> tuple[str, ...]:
    """Ids of the targets that respondents' answers tell."""
    return *_SAID, *_SPLIT, *composition.adults(scenario)


def answers(fieldwork: Fieldwork) -> dict[str, Reading | NotComparable]:
    """What respondents say, by target id."""
    people, scenario = fieldwork.respondents, fieldwork.scenario
    if not len(people):
        reason = NotComparable("nobody answered the survey, or it was not held")
        return dict.fromkeys(questions(scenario), reason)
    earnings, hours = people["earnings"], people["hours"]
    found = {
        "earnings_mean": mean(earnings),
        "earnings_max": (earnings.max(), np.nan),
        "hours_median": median(hours),
        "hours_tail": (hours.quantile(TOP), np.nan),
        "weekly_lookers": share(people["weekly"]),
        "refused_ever": share(people["refused"]),
        "full_time_equivalents": _full_time(fieldwork, earnings),
    }
    if len(scenario.platform.members) > 7:
        found["single_platform"] = ((people["platforms"] == 1).mean(), np.nan)
    else:
        found["single_platform"] = NotComparable("asks about every site and app; only the seven are modelled here")
    return not_judged(found | _by_contract(fieldwork, people) | _composition(fieldwork), asked(scenario))


def _full_time(fieldwork, earnings):
    """All registered times what respondents earn, in net minimum wages: the only printed numbers that give 5 000."""
    registered = fieldwork.tiers.set_index("tier").at["occasional", "reading"]
    if fieldwork.scenario.country.net_minimum is None:
        return NotComparable("the country has no net minimum wage (country.net_minimum)")
    value, error = mean(earnings)
    net = fieldwork.scenario.country.net_minimum
    return registered * value / net, registered * error / net


def _by_contract(fieldwork, people):
    """Mean earnings of respondents who ever did a task under deep labour, and of the others."""
    under = people["worker"].isin(contracted(fieldwork))
    whom = {"earnings_with_deep": people[under], "earnings_without_deep": people[~under]}
    nobody = NotComparable("no respondent is like that")
    return {name: mean(some["earnings"]) if len(some) else nobody for name, some in whom.items()}


def contracted(fieldwork: Fieldwork) -> pd.Series:
    """Workers who have done a task under a deep-labour contract, once for each such account."""
    members, accounts = fieldwork.scenario.platform.members, fieldwork.results.accounts
    deep = [name for name, one in members.items() if one.contracts]
    return accounts.loc[accounts["platform"].isin(deep) & (accounts["tasks_done"] > 0), "worker"]


def _composition(fieldwork):
    workers = fieldwork.results.workers.set_index("worker").reindex(fieldwork.respondents["worker"])
    nobody, found = NotComparable("no respondent is of that group"), {}
    for name, (value, size) in composition.shares(workers, fieldwork.scenario).items():
        found[name] = (value, float(np.sqrt(value * (1.0 - value) / size))) if size else nobody
    return found
