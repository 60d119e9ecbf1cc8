"""What an experiment needs of a market: without it all its runs would end with nothing to say, so none is made."""

from collections.abc import Iterable, Iterator

from sim.instruments.surveys.counterfactual import counterfactual
from sim.instruments.tiers import held
from sim.scenario.problems import Problem
from sim.scenario.scenario import Scenario


def both_waves(scenario: Scenario) -> Iterator[Problem]:
    """The problems of a market in which the questionnaire cannot catch anybody twice."""
    survey = scenario.survey
    if not survey.on:
        yield Problem("survey.on", False, "must be true: the very active are counted by the questionnaire")
    elif not held(scenario):
        first, second = survey.waves
        run = f"start = {scenario.start} and end = {scenario.end}"
        yield Problem("survey.waves", [first, second], f"both must begin between {run}, first_day included")


def the_measured(scenario: Scenario) -> Iterator[Problem]:
    """The problems of a market that the published numbers do not speak of."""
    if counterfactual(scenario):
        wrong = "the published numbers are not of this market, so there is nothing to hold it against; must have "
        wrong += f"{scenario.country.survey}, where that was asked"
        yield Problem("platform", scenario.platform.name, wrong)


_NEEDS = {"tiers": both_waves, **dict.fromkeys(("calibrate", "validate", "consistency"), the_measured)}


def needed(experiment: str, markets: Iterable[tuple[Scenario, object]]) -> list[Problem]:
    """The problems of those markets on which the experiment of this name could only end with nothing to say."""
    find = _NEEDS.get(experiment)
    return [problem for scenario, _ in markets for problem in find(scenario)] if find else []
