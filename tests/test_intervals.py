"""Intervals of means over runs, on the scale on which a number lives; and which of many comparisons hold."""

import numpy as np
import pytest
from fake_results import Chance
from scipy import stats

from sim.instruments.across_seeds import FEW, beyond_chance, interval, p_of_ratios, ratio, scale_of

WILD = [3.0, 5.0, np.nan, 10.0, 900.0, 2.0]  # Student's own interval ends below nothing


def test_an_interval_is_students_on_its_own_scale():
    known = np.array(WILD)[np.isfinite(WILD)]
    low, high = stats.t.interval(0.95, 4, loc=known.mean(), scale=stats.sem(known))
    assert interval(WILD) == pytest.approx((low, high)) and low < 0.0
    mean, half = known.mean(), (high - low) / 2.0
    assert interval(WILD, "positive") == pytest.approx((mean * np.exp(-half / mean), mean * np.exp(half / mean)))
    shares = [0.97, 0.999, 1.0, 0.9, 0.6]
    ends = interval(shares, "share")
    assert 0.0 < ends[0] < np.mean(shares) < ends[1] < 1.0 < interval(shares)[1]
    assert interval([0.0] * FEW, "positive") == (0.0, 0.0) and interval([1.0] * FEW, "share") == (1.0, 1.0)
    assert np.isnan(interval(known[: FEW - 1], "positive")).all()


def test_numbers_are_known_by_their_names():
    shares = ("gini_earners", "month.empty_share", "top1_clients_share", "platform.appen.unpaid_share")
    assert {scale_of(name) for name in shares} == {"share"}
    assert {scale_of(name) for name in ("earned_mean_euro", "truth.regular", "use.other.hours")} == {"positive"}


def test_a_ratio_is_narrower_where_luck_is_shared():
    luck, own = Chance(1).normal(40), Chance(2).normal(40)
    below = 100.0 * np.exp(0.3 * luck)
    above = 1.2 * below * np.exp(0.02 * own)
    paired, apart = ratio(above, below, paired=True), ratio(above, below, paired=False)
    assert paired.low < 1.2 < paired.high and apart.low < paired.low < paired.high < apart.high
    assert paired.p < 1e-6 < 1e-3 < apart.p
    few = ratio(above[: FEW - 1], below[: FEW - 1], paired=True)
    assert np.isfinite(few.ratio) and np.isnan([few.low, few.high, few.p]).all()


def test_of_many_comparisons_those_are_told_that_hold():
    """By hand; then 16 groups of a market in which nothing happens, 400 times: one false in 20."""
    assert beyond_chance([0.001, 0.04, np.nan, 0.02, 0.5]).tolist() == [True, False, False, True, False]
    assert beyond_chance([0.04, 0.03]).all() and not beyond_chance([]).size  # both, though 0.03 is above a half of 0.05
    noise = 1.0 + 0.05 * Chance(4).normal(400 * 16 * 8).reshape(400, 16, 8)
    mean, half = noise.mean(2), stats.t.ppf(0.975, 7) * stats.sem(noise, axis=2)
    p = p_of_ratios(mean, mean * np.exp(-half / mean), mean * np.exp(half / mean), 8)
    single, together = (p < 0.05).any(1).mean(), np.mean([beyond_chance(one).any() for one in p])
    assert single > 0.5 and abs(together - 0.05) < 3 * np.sqrt(0.05 * 0.95 / 400)
    assert np.isnan(p_of_ratios([2.0], [1.9], [2.1], FEW - 1)).all()
