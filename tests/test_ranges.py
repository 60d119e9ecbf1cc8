"""Whatever is asked for ends clean or is refused at the door: every field at its ends, and drawn in company."""

import pytest
from hypothesis import HealthCheck, given, settings
from ranges import TINY, declared, ends, outcome, scenarios, sound

from sim.scenario import composition
from sim.scenario.scenario import Scenario

# Refused examples cost next to nothing, a market of fifty some hundredths of a second.
FEW, MANY = (settings(max_examples=n, suppress_health_check=list(HealthCheck)) for n in (25, 3000))
WORLDS = [("france", "volatile"), ("deep", "collapse"), ("biface", "collapse"), ("ecosystem", "seasonal")]


@FEW
@given(scenarios(most=12, people=(1, 50)))
def test_whatever_is_drawn_ends_clean_or_is_refused(changes):
    assert outcome(changes) in ("clean", "refused")


@pytest.mark.slow
@MANY
@given(scenarios())
def test_whatever_else_is_drawn_ends_clean_or_is_refused(changes):
    assert outcome(changes, shown=True) in ("clean", "refused")


@pytest.mark.slow
@pytest.mark.parametrize("world", WORLDS, ids="-".join)
def test_every_field_at_both_ends_of_its_range(world):
    """By itself, with its policy chosen; most are no more than unusual, and run."""
    choices = dict(zip(("platform", "demand"), world, strict=True))
    became = []
    for policy in ("none", *(name for name in composition.options("policy") if name != "none")):
        chosen = choices | {"policy": policy}
        for key, field in declared(composition.compose(chosen)).items():
            if key.startswith("policy.") != (policy == "none"):
                became += [outcome(TINY | chosen | {key: value}) for value in ends(*field)]
    assert len(became) > 400 and became.count("clean") > 0.6 * len(became)


def test_the_same_twice():
    """Bits, with policies and everything unusual at once."""
    changes = TINY | {"policy": ["boycott", "minimum_rate", "paid_search"], "demand": "volatile", "seed": 2**64 - 1}
    changes |= {"behaviour.attention_log_sd": 3, "demand.client_size_log_sd": 5, "demand.hours_per_day": 1e5}
    first, second = (sound(Scenario.load(**changes)).digest() for _ in range(2))
    assert first == second
