"""Three months of a small market in which the survey is held."""

import dataclasses

from sim.results.tables import results
from sim.scenario.scenario import Scenario
from sim.simulation.model import MicroworkMarket

PEOPLE, QUOTA = 3000, 4000  # 45 answers a wave at this scale
CHOICES = {
    "population.sample": PEOPLE / 266_126,
    "survey.quota": QUOTA,
    "survey.first_day": 0.0,
    "survey.days": 1.0,
    "survey.hour": 10.0,
    "start": "2018-04-01",
    "end": "2018-06-30",
    "survey.waves": ["2018-05-14", "2018-06-18"],
}
QUOTA_HERE = round(QUOTA * PEOPLE / 266_126)


def scenario(**changes):
    keys = {name.replace("__", "."): value for name, value in changes.items()}
    return Scenario.load(**{"population": "small", **CHOICES, **keys})


def ran(**changes):
    return results(MicroworkMarket(scenario(**changes)).run())


def seen_by(record, **settings):
    """The same run, seen by instruments with other settings."""
    survey = record.scenario.survey.model_copy(update=settings)
    return dataclasses.replace(record, scenario=record.scenario.model_copy(update={"survey": survey}))
