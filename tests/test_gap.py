"""From reading to truth, step by step, on markets made up so that one step is wrong and known."""

import math

import pandas as pd
import pytest

from sim.instruments import gap


def invented(**changes):
    """A market in which the instruments are right: nobody differs, nobody leaves, everybody is very active."""
    part = dict.fromkeys(gap.PARTS, math.nan)
    part |= {"petersen": 400.0, "month_one": 400.0, "month_two": 400.0, "month_both": 400.0, "scale": 1.0}
    part |= {"seen_here": 400.0, "weekly_here": 400.0, "registered_here": 400.0, "registered": 1200.0}
    part |= {"registered_once": 1200.0, "seen": 1200.0, "weekly": 1200.0, "visitors": 1200.0, "audience": 1200.0}
    part |= {"divisor": 1.2, "people": 1000.0, "seen_people": 1000.0, "weekly_people": 1000.0}
    return part | {"year_accounts": 1200.0} | changes


def test_a_right_instrument_has_no_gap():
    table = gap.decomposition(pd.DataFrame([invented(), invented()]))
    known = table[table["value"].notna()]
    assert known["value"].to_numpy() == pytest.approx(1000) and known["factor"].to_numpy() == pytest.approx(1)
    assert table["alone"].to_numpy() == pytest.approx(1000) and table["share"].isna().all()


@pytest.mark.parametrize(
    "step, changes, factor",
    [
        ("heterogeneity", {"petersen": 100.0}, 0.25),
        ("turnover", {"petersen": 800.0, "month_both": 200.0}, 2.0),
        ("divisor", {"divisor": 1.5, "people": 1000.0}, 0.8),
    ],
)
def test_the_step_that_is_wrong_gets_the_gap(step, changes, factor):
    table = gap.decomposition(pd.DataFrame([invented(**changes)] * 3))
    part = table[table["tier"] == "very active"].set_index("step")
    assert part.loc[step, "factor"] == pytest.approx(factor) and part.loc[step, "share"] == pytest.approx(1)
    assert part["share"].sum() == pytest.approx(1)
    assert part["change"].sum() == pytest.approx(part["value"].iloc[-1] - part["value"].iloc[0])


def test_seeds_without_a_reading_count_for_the_other_tiers_only():
    seeds = [invented(), invented(petersen=math.nan, weekly_people=500.0), invented(petersen=200.0)]
    table = gap.decomposition(pd.DataFrame(seeds)).set_index(["tier", "step"])
    assert table.loc[("very active", "reading"), "value"] == pytest.approx((1000 + 500) / 2)
    assert table.loc[("very active", "divisor"), "value"] == pytest.approx(1000)
    assert table.loc[("occasional", "reading"), "value_se"] == pytest.approx(0)
    assert table.loc[("very active", "reading"), "value_se"] == pytest.approx(250)  # sd of 1000 and 500, over sqrt 2
