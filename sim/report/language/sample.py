"""How the report says that a market is smaller than the country for which it stands."""

import math

from sim.report.language.words import Words
from sim.scenario.scenario import Scenario

_NEARLY = 0.005  # a market within this share of the whole is the whole


def simulated_on(scenario: Scenario, words: Words) -> str:
    """What part of the country was simulated, "simulated on one in 20", for titles; empty where it is all of it."""
    weight = scenario.population.weight
    if abs(weight - 1.0) < _NEARLY:
        return ""
    return (
        words("sample", number=words.short(weight, 2))
        if weight > 1
        else words("sample.more", number=words.short(1 / weight, 2))
    )


def titled(title: str, scenario: Scenario, words: Words) -> str:
    """A title that says it too: "... persons, simulated on one in 20"."""
    return ", ".join(filter(None, [title, simulated_on(scenario, words)]))


def of_country(scenario: Scenario, words: Words) -> str:
    """Of whom the numbers are, "All of France, simulated on one in 20"; empty where everybody was simulated."""
    part = simulated_on(scenario, words)
    return words("sample.country", part=part) if part else ""


def people(count: float, scenario: Scenario, words: Words) -> str:
    """People of the country for whom so many simulated ones stand, with the digits that chance leaves: sqrt(count)."""
    weight = scenario.population.weight
    return words.rounded(count * weight, weight * math.sqrt(max(count, 0.0)))
