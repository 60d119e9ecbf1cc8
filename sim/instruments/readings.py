"""Every target read off a run, through the instrument that published it, on the platforms and people that it asked.

A reading is a value with its standard error (nan if the run alone cannot tell), or the reason why there is none.
Counts of a smaller population are multiplied up. Who was asked what: `sim.instruments.surveys`, a module each.
"""

import pandas as pd

from sim.instruments.fieldwork import Fieldwork
from sim.instruments.surveys.abroad import abroad, beside
from sim.instruments.surveys.contracts import contracts
from sim.instruments.surveys.counterfactual import not_judged, other_people
from sim.instruments.surveys.counts import counts
from sim.instruments.surveys.market import market
from sim.instruments.surveys.respondents import answers
from sim.instruments.targets import TIERS, NotComparable, compare, load_targets

# Counts of people, accounts and jobs, which are those of a country of so many.
_COUNTED = "registrations visitors ff_registrations survey_respondents working_persons full_time_equivalents"
COUNTED = (*_COUNTED.split(), "full_time_hours", *(f"tier_{name.replace(' ', '_')}" for name in TIERS))


def comparison(fieldwork: Fieldwork) -> pd.DataFrame:
    """Every target beside its reading, as `sim.instruments.targets.compare` gives it."""
    return compare(fieldwork.published, readings(fieldwork))


def readings(fieldwork: Fieldwork) -> dict[str, tuple[float, float] | NotComparable]:
    """Readings by target id, or by the name of an instrument of one's own: value and standard error, or why none."""
    mine = {one.name: one.compared for one in fieldwork.own}
    found = counts(fieldwork) | answers(fieldwork) | abroad(fieldwork) | beside(fieldwork)
    found |= market(fieldwork) | contracts(fieldwork)
    counted = {name: found[name] for name in COUNTED}
    return mine | found | not_judged(counted, other_people(fieldwork.scenario))


def readings_known() -> set[str]:
    """Ids of the targets that some instrument reads."""
    return {*load_targets("france")["id"], *load_targets("united_kingdom")["id"]}
