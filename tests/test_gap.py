"""From reading to truth: who is caught, what each step of the instruments adds, and the page that tells it."""

import math

import numpy as np
import pandas as pd
import pytest
from browser import assert_page_is_whole, needs_browser
from surveyed import seen_by

from experiments.tiers import gap
from experiments.tiers.closed_population import MEAN, bias_by_trial
from sim.instruments.capture import EDGES, by_activity, probabilities, spread
from sim.instruments.estimators import petersen_bias
from sim.instruments.fieldwork import Fieldwork
from sim.instruments.readings import comparison
from sim.kernel import units
from sim.report.page.page import write


# --- who is caught, and what that does -----------------------------------------------------------------------------
def test_captures_by_activity_are_the_answers(record):
    fieldwork = Fieldwork(record)
    table = by_activity(fieldwork)
    assert table["looks"].tolist() == list(EDGES)
    assert table["caught"].sum() == len(fieldwork.answers) and (table["caught"] <= table["people"]).all()
    assert table["again"].sum() == fieldwork.waves.m
    here = record.accounts[record.accounts["platform"] == "foule_factory"]
    days = record.answers.groupby("wave")["second"].max() // units.DAY
    assert table["people"].sum() == sum((here["signed_up"] <= day).sum() for day in days)
    told = probabilities(table)
    known = told["people"] > 0
    assert ((told["low"] <= told["share"]) & (told["share"] <= told["high"]))[known].all()


def test_spread_of_a_known_mixture():
    def table(people, caught):
        return pd.DataFrame({"looks": [0, 1, 2], "people": people, "caught": caught})

    # p of 0.02 and 0.18 in equal parts: mean 0.1, sd 0.08, cv^2 = 0.64; sampling of 10^6 people adds nothing
    assert spread(table([5, 10**6, 10**6], [0, 20_000, 180_000])) == pytest.approx(0.64, rel=1e-3)
    assert spread(table([5, 10**6, 10**6], [0, 50_000, 50_000])) == pytest.approx(0.0, abs=1e-3)
    assert math.isnan(spread(table([5, 10, 10], [0, 0, 0])))


def test_trials_agree_with_theory():
    spreads = (0.0, 1.0, 3.0)
    ratio, error = bias_by_trial(3, spreads, trials=12)
    theory = petersen_bias(MEAN, np.array(spreads))
    # Chapman's count keeps a bias of order 1 / m of some 30 and more recaptures: 1.5 %
    assert np.all(np.abs(ratio - theory) < 4 * error + 0.015 * theory)


# --- from reading to truth -----------------------------------------------------------------------------------------
def test_chains_begin_at_the_reading_and_end_at_the_truth(record):
    chain, table = gap.chains(gap.counts(Fieldwork(record))), Fieldwork(record).tiers.set_index("tier")
    for tier, part in chain.groupby("tier", sort=False):
        known = part["value"].dropna()
        assert part["step"].iloc[0] == "reading"
        assert known.iloc[0] == pytest.approx(table.loc[tier, "reading"])
        assert known.iloc[-1] == pytest.approx(table.loc[tier, "truth"], abs=0.5)  # the truth is told in whole persons
    assert set(chain["step"]) == {"reading", *gap.STEPS}


def test_each_step_alone_is_the_instrument_with_that_step_right(record):
    second = seen_by(record, duplicate_share=0.25, devices=1.4)
    alone = gap.chains(gap.counts(Fieldwork(second))).set_index(["tier", "step"])["alone"]
    right = Fieldwork(seen_by(record, duplicate_share=0.0, panel_log_sd=0.0)).tiers.set_index("tier")["reading"]
    assert alone["occasional", "duplicates"] == pytest.approx(right["occasional"])
    assert alone["regular", "panel"] == pytest.approx(right["regular"])
    people = Fieldwork(record).truth["people"]["registered"]
    true = len(record.accounts) / people
    assert alone["occasional", "divisor"] == pytest.approx(
        Fieldwork(seen_by(record, duplicate_share=0.25, divisor=true)).tiers.set_index("tier")["reading"]["occasional"]
    )


def invented(**changes):
    """A market in which the instruments are right: nobody differs, nobody leaves, everybody is very active."""
    part = dict.fromkeys(gap.COUNTS, math.nan)
    part |= {"petersen": 400.0, "month_one": 400.0, "month_two": 400.0, "month_both": 400.0, "fraction": 1.0}
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


# --- the page ------------------------------------------------------------------------------------------------------
@needs_browser
def test_the_page_of_a_run_in_a_browser(record, tmp_path):
    from sim.report.figures.draw import draw

    fieldwork = Fieldwork(record)
    draw(fieldwork, tmp_path / "figures")
    assert_page_is_whole(write(fieldwork, tmp_path, comparison(fieldwork)), 12, tmp_path)


def test_the_page_tells_readings_and_truth(record, tmp_path):
    fieldwork = Fieldwork(record)
    text = write(fieldwork, tmp_path, comparison(fieldwork)).read_text(encoding="utf-8")
    table = fieldwork.tiers
    for value in (*table["reading"], *table["truth"]):
        assert f"{value:,.0f}" in text
    assert 'id="truths"' in text and "On Foule Factory" in text
    assert f"{fieldwork.truth_here['people']['registered']:,}" in text
