"""The comparison: three readings of one population, the published numbers, and the truth side by side."""

import numpy as np
import pandas as pd

from sim.instruments.arithmetic import carried_over, per_person, published_tiers
from sim.instruments.recapture import Recapture
from sim.scenario.scenario import Scenario

RETAINED = 7
TIERS = ("very active", "regular", "occasional")  # in the order of the table
COLUMNS = tuple("tier instrument reading reading_se survey_estimate ratio truth comparable reason".split())


def tiers(
    scenario: Scenario,
    registrations: pd.Series,
    audience: pd.DataFrame,
    waves: Recapture | None,
    people: pd.Series,
) -> pd.DataFrame:
    """The tier table of a run, from what its instruments brought back (`sim.instruments.fieldwork`).

    Readings and truths are of the whole country, whatever part of it was simulated; truths are whole persons.

    Parameters
    ----------
    scenario
    registrations, audience
        By platform key.
    waves
    people
        True ones, by level.

    Returns
    -------
    DataFrame
        Columns as in `COLUMNS`; persons. Rows: very active, regular, occasional.
    """
    divisor, scale = scenario.survey.divisor, scenario.population.weight
    keys = retained(scenario)
    registered, audience, true = registrations.reindex(keys), audience.reindex(keys), (people * scale).round()
    monthly, everybody = audience["reading"].sum(), float(true["registered"])
    monthly_se = float(np.sqrt((audience["reading_se"] ** 2).sum()))
    rows = [
        ("very active", "capture-recapture", *_very_active(scenario, waves, registered), true["very active"]),
        ("regular", "monthly visitors", monthly, monthly_se, _elsewhere(scenario), true["active in the month"]),
        ("occasional", "registrations", registered.sum(), 0.0, _elsewhere(scenario), everybody),
    ]
    table = pd.DataFrame(rows, columns=["tier", "instrument", "reading", "reading_se", "reason", "truth"])
    table[["reading", "reading_se"]] = per_person(table[["reading", "reading_se"]] * scale, divisor)
    published = published_tiers()
    table["survey_estimate"] = [published[name.replace(" ", "_")] for name in TIERS]
    table["comparable"] = table["reason"] == ""
    table.loc[~table["comparable"], ["reading", "reading_se"]] = np.nan
    table["ratio"] = table["reading"] / table["survey_estimate"]
    return table[[*COLUMNS]]


def _very_active(scenario, waves, registered):
    """Accounts of weekly lookers, its standard error and why it cannot be compared: the Petersen count of the
    survey's platform as a share of its registrations, carried over to the platforms retained."""
    platform = scenario.survey.platform
    if platform not in scenario.platform.members:
        return np.nan, np.nan, f"platform={scenario.platform.name} has no {platform} to hold the survey on"
    if waves is None:
        return np.nan, np.nan, "the survey was not held, or a wave caught nobody"
    if not waves.m:
        return np.nan, np.nan, f"nobody was caught twice (n1 = {waves.n1}, n2 = {waves.n2})"
    base = float(registered[platform])
    share = [carried_over(x, base, registered.sum()) for x in (waves.petersen.n_hat, waves.petersen.standard_error)]
    return *share, ""


def _elsewhere(scenario):
    """Why the seven platforms' numbers are not those of this institution; empty if they are."""
    if scenario.survey.platform in scenario.platform.members:
        return ""
    return f"platform={scenario.platform.name} is not the seven platforms of the estimate"


def retained(scenario: Scenario) -> list[str]:
    """Keys of the platforms kept for the estimate."""
    keys = list(scenario.platform.members)
    return keys[: scenario.survey.retained or min(RETAINED, len(keys))]
