"""What platforms declare, browsers show and the two waves count; and the truth that no instrument sees."""

import numpy as np

from sim.instruments.fieldwork import Fieldwork
from sim.instruments.surveys.counterfactual import ON_ANOTHER, asked, counterfactual, not_judged
from sim.instruments.surveys.shares import Reading
from sim.instruments.targets import NotComparable
from sim.instruments.tiers import counted_otherwise, uncounted
from sim.results.distributions import ratio
from sim.results.summary import last_month

TWO_WAVES = ("tier_very_active", "ff_petersen_share", "survey_respondents")
FREELANCERS = NotComparable("speaks of online freelancing mostly")  # Kassi2021


def counts(fieldwork: Fieldwork) -> dict[str, Reading | NotComparable]:
    """Head-counts, ratios of accounts, and who works in truth, by target id."""
    scenario, found = fieldwork.scenario, not_judged(_truth(fieldwork), counterfactual(fieldwork.scenario))
    for row in fieldwork.tiers.itertuples():
        read = (row.reading, row.reading_se)
        found["tier_" + row.tier.replace(" ", "_")] = read if row.comparable else NotComparable(row.reason, *read)
    there = counterfactual(scenario) or ("" if scenario.surveyed == scenario.country.survey else ON_ANOTHER)
    found |= not_judged(_all(fieldwork), counterfactual(scenario))
    return found | not_judged(_here(fieldwork), there) | not_judged(_two_waves(fieldwork), asked(scenario) or there)


def _all(fieldwork):
    """What platforms declare and browsers show, of all platforms."""
    weight, accounts, audience = fieldwork.scenario.population.weight, fieldwork.registrations, fieldwork.audience
    seen, error = audience["reading"].sum(), np.sqrt((audience["reading_se"] ** 2).sum())
    return {
        "registrations": (accounts.sum() * weight, 0.0),
        "visitors": (seen * weight, error * weight),
        "visitors_share": (ratio(seen, accounts.sum()), ratio(error, accounts.sum())),
        "accounts_per_person": (
            ratio(len(fieldwork.results.accounts), fieldwork.truth.at["registered", "people"]),
            0.0,
        ),
    }


def _here(fieldwork):
    """The same of the survey's platform."""
    here, audience = fieldwork.scenario.surveyed, fieldwork.audience
    accounts = float(fieldwork.registrations[here])
    seen, error = audience.loc[here, ["reading", "reading_se"]]
    return {
        "ff_registrations": (accounts * fieldwork.scenario.population.weight, 0.0),
        "ff_visitors_share": (ratio(seen, accounts), ratio(error, accounts)),
    }


def _two_waves(fieldwork):
    waves, scenario = fieldwork.waves, fieldwork.scenario
    if waves is None:
        return dict.fromkeys(TWO_WAVES[1:], NotComparable(uncounted(scenario)))
    count, accounts = waves.count, float(fieldwork.registrations[scenario.surveyed])
    share = {"ff_petersen_share": (ratio(count.n_hat, accounts), ratio(count.standard_error, accounts))}
    answered = (waves.n1 + waves.n2 - waves.m) * scenario.population.weight
    return not_judged(share, counted_otherwise(scenario, waves)) | {"survey_respondents": (answered, np.nan)}


def _truth(fieldwork):
    """Who works, in truth: no instrument read it, but critics and the World Bank speak of it."""
    people, scale = fieldwork.truth["people"], 1.0 / fieldwork.scenario.population.fraction
    month = last_month(fieldwork.results)
    working = int((month["tasks_done"] > 0).sum())
    return {
        "working_persons": (working * scale, np.nan),
        "active_share": (ratio(working, people["registered"]), 0.0),
        "ever_worked": (ratio(people["ever worked"], people["registered"]), 0.0),
        "ever_paid_ratio": FREELANCERS,
        "full_time_hours": (fieldwork.full_time_equivalents, np.nan),
    }
