"""The published arithmetic, from round numbers."""

import numpy as np
import pytest

from sim.instruments import arithmetic


def test_the_published_tiers_and_their_steps():
    tiers = arithmetic.published_tiers()
    assert {name: round(tiers[name]) for name in ("very_active", "regular", "occasional")} == {
        "very_active": 14_903, "regular": 52_337, "occasional": 266_126,
    }  # fmt: skip
    round_ones = arithmetic.published_tiers(1000.0, 0.5, 60.0, 100.0, 20.0, 30.0, 2.0)
    assert round_ones == {
        "very_active": 50.0, "regular": 30.0, "occasional": 250.0, "registrations": 500.0, "petersen_share": 0.2,
        "petersen_accounts": 100.0, "visitors_share": 0.3, "regular_carried_over": 75.0,
    }  # fmt: skip


def test_the_published_inputs_are_those_printed():
    values = {name: given.value for name, given in arithmetic.PUBLISHED.items()}
    assert values == {
        "declared": 11_000_000, "french_share": 319_351 / 11_000_000, "french_visitors": 62_804,
        "ff_registrations": 50_000, "ff_petersen": 2_800, "ff_visitors": 6_900, "divisor": 1.20,
    }  # fmt: skip
    assert arithmetic.STATED_DIVISOR.value == 1.27
    with pytest.raises(AttributeError):
        arithmetic.STATED_DIVISOR.value = 1.2


def test_all_traffic_may_be_french_and_some_is():
    assert arithmetic.french_registrations(10.0, 1.0) == 10.0
    for share in (0.0, -0.1, 1.0001, 2.0):
        with pytest.raises(ValueError, match="french_share"):
            arithmetic.french_registrations(10.0, share)
    assert arithmetic.french_registrations(10.0, 1e-9) == pytest.approx(1e-8)


def test_a_person_is_on_one_platform_at_least():
    assert arithmetic.per_person(10.0, 1.0) == 10.0 and arithmetic.per_person(10.0, 2.0) == 5.0
    with pytest.raises(ValueError, match="divisor"):
        arithmetic.per_person(10.0, 0.999)
    with pytest.raises(ValueError, match="divisor"):
        arithmetic.per_person(10.0, np.array([2.0, 0.5]))


def test_a_ratio_is_carried_over_from_somebody():
    assert arithmetic.carried_over(2.0, 4.0, 10.0) == 5.0 and arithmetic.carried_over(2.0, 0.5, 10.0) == 40.0
    for nobody in (0.0, -1.0):
        with pytest.raises(ValueError, match="registrations"):
            arithmetic.carried_over(2.0, nobody, 10.0)
