"""The comparison: three readings of one population, the published numbers, and the truth side by side."""

from datetime import timedelta

import numpy as np
import pandas as pd

from sim.instruments.arithmetic import carried_over, per_person
from sim.instruments.recapture import Recapture
from sim.instruments.surveys.counterfactual import asked, counted, other_people
from sim.instruments.targets import TIERS, beside_published
from sim.scenario.scenario import Scenario

RETAINED = 7
COLUMNS = tuple("tier instrument reading reading_se survey_estimate ratio truth comparable reason".split())


def tiers(
    scenario: Scenario,
    registrations: pd.Series,
    audience: pd.DataFrame,
    waves: Recapture | None,
    people: pd.Series,
    published: pd.DataFrame,
) -> pd.DataFrame:
    """The tier table of a run, from what its instruments brought back (`sim.instruments.fieldwork`).

    Readings and truths are of the whole country, whatever part of it was simulated; truths are whole persons. A market
    other than the measured one is read as it would have been; that is no comparison, which the reason says.

    Parameters
    ----------
    scenario
    registrations, audience
        By platform key.
    waves
    people
        True ones, by level.
    published
        From `sim.instruments.targets.load_targets`.

    Returns
    -------
    DataFrame
        Columns as in `COLUMNS`; persons. Rows: very active, regular, occasional.
    """
    scale, other = scenario.population.weight, counted(scenario)
    keys = retained(scenario)
    registered, audience, true = registrations.reindex(keys).sum(), audience.reindex(keys), (people * scale).round()
    base = float(registrations[scenario.surveyed])
    monthly, everybody = audience["reading"].sum(), float(true["registered"])
    monthly_se = float(np.sqrt((audience["reading_se"] ** 2).sum()))
    rows = [
        (TIERS[0], "capture-recapture", *_very_active(scenario, waves, base, registered), true["very active"]),
        (TIERS[1], "monthly visitors", monthly, monthly_se, other, true["active in the month"]),
        (TIERS[2], "registrations", registered, 0.0, other, everybody),
    ]
    table = pd.DataFrame(rows, columns=["tier", "instrument", "reading", "reading_se", "reason", "truth"])
    table[["reading", "reading_se"]] = per_person(table[["reading", "reading_se"]] * scale, per_head(scenario))
    table["comparable"] = table["reason"] == ""
    return beside_published(table, published)[[*COLUMNS]]


def _very_active(scenario, waves, base, registered):
    """Accounts of weekly lookers, its standard error and why it cannot be compared: the Petersen count of the
    survey's platform as a share of its registrations, carried over to the platforms retained."""
    if waves is None:
        return np.nan, np.nan, uncounted(scenario)
    share = [carried_over(x, base, registered) for x in (waves.count.n_hat, waves.count.standard_error)]
    return *share, counted_otherwise(scenario, waves)


def counted_otherwise(scenario: Scenario, waves: Recapture) -> str:
    """Why the count of two waves cannot be held against the published one; empty if it can."""
    never = "" if waves.m else f"nobody was caught twice (n1 = {waves.n1}, n2 = {waves.n2}): Chapman's count"
    return "; ".join(filter(None, (asked(scenario), other_people(scenario), never)))


def uncounted(scenario: Scenario) -> str:
    """Why there are no two waves."""
    if not scenario.survey.on:
        return "the survey was not held (survey.on=false)"
    if not held(scenario):
        return f"the survey was not held: the run, {scenario.start} to {scenario.end}, has not both waves"
    return "a wave of the survey caught nobody"


def held(scenario: Scenario, waves: int = 2) -> bool:
    """Whether so many waves of the questionnaire are posted while the run lasts."""
    begins = timedelta(int(scenario.survey.first_day))
    posted = sum(scenario.start <= day + begins <= scenario.end for day in scenario.survey.waves)
    return scenario.survey.on and posted >= waves


def per_head(scenario: Scenario) -> float:
    """Accounts by which the arithmetic takes a person to be there: the survey's divisor; on one platform, one."""
    return scenario.survey.divisor if len(scenario.platform.members) > 1 else 1.0


def retained(scenario: Scenario) -> list[str]:
    """Keys of the platforms kept for the estimate."""
    keys = list(scenario.platform.members)
    return keys[: scenario.survey.retained or min(RETAINED, len(keys))]
