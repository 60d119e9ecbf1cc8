"""What platforms declare, browsers show and the two waves count; and the truth that no instrument sees."""

import numpy as np

from sim.instruments.fieldwork import Fieldwork
from sim.instruments.surveys.shares import Reading
from sim.instruments.targets import NotComparable
from sim.results.distributions import ratio
from sim.results.summary import last_month

FREELANCERS = NotComparable("speaks of online freelancing mostly")  # Kassi2021
_THERE = ("ff_registrations", "ff_visitors_share", "ff_petersen_share", "survey_respondents")
_SEVEN = ("registrations", "visitors", "visitors_share", "accounts_per_person")


def counts(fieldwork: Fieldwork) -> dict[str, Reading | NotComparable]:
    """Head-counts, ratios of accounts, and who works in truth, by target id."""
    scenario, found = fieldwork.scenario, _truth(fieldwork)
    for row in fieldwork.tiers.itertuples():
        name = "tier_" + row.tier.replace(" ", "_")
        found[name] = (row.reading, row.reading_se) if row.comparable else NotComparable(row.reason)
    if scenario.survey.platform not in scenario.platform.members:
        reason = NotComparable(f"platform={scenario.platform.name} is not the seven platforms of the estimate")
        return found | dict.fromkeys((*_SEVEN, *_THERE), reason)
    scale, here = 1.0 / scenario.population.scale, scenario.survey.platform
    accounts, audience = fieldwork.registrations, fieldwork.audience
    seen, error = audience["reading"].sum(), np.sqrt((audience["reading_se"] ** 2).sum())
    found["registrations"] = (accounts.sum() * scale, 0.0)
    found["visitors"] = (seen * scale, error * scale)
    found["visitors_share"] = (seen / accounts.sum(), error / accounts.sum())
    people = float(fieldwork.truth.at["registered", "people"])
    found["accounts_per_person"] = (len(fieldwork.results.accounts) / people, 0.0)
    found["ff_registrations"] = (accounts[here] * scale, 0.0)
    found["ff_visitors_share"] = tuple(audience.loc[here, ["reading", "reading_se"]] / accounts[here])
    return found | _two_waves(fieldwork, accounts[here], scale)


def _two_waves(fieldwork, accounts, scale):
    waves = fieldwork.waves
    if waves is None or not waves.m:
        missing = NotComparable("the survey was not held, or nobody was caught twice")
        return {"ff_petersen_share": missing, "survey_respondents": missing}
    count = waves.petersen
    return {
        "ff_petersen_share": (count.n_hat / accounts, count.standard_error / accounts),
        "survey_respondents": ((waves.n1 + waves.n2 - waves.m) * scale, np.nan),
    }


def _truth(fieldwork):
    """Who works, in truth: no instrument read it, but critics and the World Bank speak of it."""
    people, scale = fieldwork.truth["people"], 1.0 / fieldwork.scenario.population.scale
    month = last_month(fieldwork.results)
    working = int((month["tasks_done"] > 0).sum())
    return {
        "working_persons": (working * scale, np.nan),
        "active_share": (ratio(working, people["registered"]), 0.0),
        "ever_worked": (ratio(people["ever worked"], people["registered"]), 0.0),
        "ever_paid_ratio": FREELANCERS,
        "full_time_hours": (fieldwork.full_time_equivalents, np.nan),
    }
