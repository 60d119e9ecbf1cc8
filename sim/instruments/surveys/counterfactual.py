"""Readings of a market that is not the published one: shown, and never held against what was published.

The published numbers are of one market of one country. Where a market lacks the platform of the survey, its
instruments read it as they would have read the published one: what platforms declare and browsers show
is summed over those there are, and the questionnaire is held on the first open list, or goes to account holders by
message.
"""

from sim.instruments.surveys.shares import Reading
from sim.instruments.targets import NotComparable
from sim.scenario.scenario import Scenario

COUNTERFACTUAL = "as this market would have read, counterfactual"
BY_MESSAGE = "asked by message, for there is no open list"
ON_ANOTHER = "read on another platform than that of the published survey"


def counterfactual(scenario: Scenario) -> str:
    """Why readings of a market are not to be judged by the published numbers; empty where they are."""
    return "" if scenario.country.survey in scenario.platform.members else COUNTERFACTUAL


def other_people(scenario: Scenario) -> str:
    """Why head-counts of a market are not to be judged by the published ones; empty where as many may register."""
    people, registered = scenario.population.people, scenario.country.registered
    return "" if people == registered else f"{people} people may register, where the published are of {registered}"


def counted(scenario: Scenario) -> str:
    """Why counts of people or accounts are not to be judged by the published ones; empty where they are."""
    return "; ".join(filter(None, (counterfactual(scenario), other_people(scenario))))


def asked(scenario: Scenario) -> str:
    """The same of what the questionnaire reads."""
    message = "" if scenario.platform.members[scenario.surveyed].listed else BY_MESSAGE
    return "; ".join(filter(None, (counterfactual(scenario), message)))


def not_judged(found: dict[str, Reading | NotComparable], reason: str) -> dict[str, Reading | NotComparable]:
    """The same readings, each with the reason why it is not to be judged; as they are where there is no reason."""
    if not reason:
        return found
    return {name: one if isinstance(one, NotComparable) else NotComparable(reason, *one) for name, one in found.items()}
