"""Estimators of a population's size by hand: other algebra, other numbers, and both sides of every boundary."""

from math import exp, inf, isnan, lgamma, log, nan, sqrt

import numpy as np
import pytest

from sim.instruments import estimators as e

Z = 1.959963984540054


def sadinle(n1, n2, m):
    """From the odds of the table of two waves, half a person added to each of its cells."""
    a, b, c = m + 0.5, n1 - m + 0.5, n2 - m + 0.5
    missed = b * c / a
    width = exp(Z * sqrt(1 / a + 1 / b + 1 / c + 1 / missed))
    return n1 + n2 - m - 0.5 + missed / width, n1 + n2 - m - 0.5 + missed * width


def loglikelihood(sizes, seen, count):
    """Ways to choose whom each wave caught and whom none did, at the chances that fit best."""
    total = lgamma(count + 1) - lgamma(count - seen + 1)
    for n in sizes:
        total += n * log(n / count) + ((count - n) * log(1 - n / count) if count > n else 0.0)
    return total


# --- two waves ---------------------------------------------------------------------------------------------------
def test_petersen_by_hand():
    got = e.lincoln_petersen(100, 80, 20)
    assert got.n_hat == 400 and got.standard_error == pytest.approx(sqrt(100 * 80 * 80 * 60 / 20**3))
    assert (got.low, got.high) == pytest.approx(sadinle(100, 80, 20), rel=1e-12)
    assert got.identified and got.note == "" and got.method == "Lincoln-Petersen"
    with pytest.raises(AttributeError):
        got.n_hat = 401.0


def test_chapman_by_hand_and_its_warning_below_seven():
    for m, warned in ((6, True), (7, False), (20, False)):
        got = e.chapman(100, 80, m)
        assert got.n_hat == pytest.approx(101 * 81 / (m + 1) - 1, rel=1e-12)
        assert got.standard_error == pytest.approx(
            sqrt(101 * 81 * (100 - m) * (80 - m) / (m + 1) ** 2 / (m + 2)), rel=1e-12
        )
        assert bool(got.note) == warned and got.identified and got.method == "Chapman"
        assert (got.low, got.high) == pytest.approx(sadinle(100, 80, m), rel=1e-12)
    assert e.chapman(100, 80, 6).note.startswith("only 6 ")


def test_the_interval_never_ends_below_those_seen():
    low, _ = sadinle(10, 9, 5)
    assert low > 14 and e.chapman(10, 9, 4).low == pytest.approx(sadinle(10, 9, 4)[0])
    assert e._sadinle_interval(9, 9, 8)[0] == 10.0 > sadinle(9, 9, 8)[0]


def test_nearly_all_means_fewer_than_five_missed_in_the_smaller_wave():
    """At five missed Sadinle's interval holds, at four the profile likelihood's, whichever wave is the smaller."""
    for n1, n2 in ((20, 30), (30, 20)):
        five, four = e.lincoln_petersen(n1, n2, 15), e.lincoln_petersen(n1, n2, 16)
        assert (five.low, five.high) == pytest.approx(sadinle(n1, n2, 15), rel=1e-12)
        profile = e.darroch([n1, n2], n1 + n2 - 16)
        assert (four.low, four.high) == pytest.approx((profile.low, profile.high), rel=1e-9)
        assert abs(four.high - sadinle(n1, n2, 16)[1]) > 0.1


def test_nobody_met_twice():
    for estimator, n_hat, error in (
        (e.lincoln_petersen, inf, inf),
        (e.chapman, 51 * 61 - 1, sqrt(51 * 61 * 50 * 60 / 2)),
    ):
        got = estimator(50, 60, 0)
        assert got.n_hat == n_hat and got.standard_error == pytest.approx(error) and got.high == inf
        assert got.low == pytest.approx(sadinle(50, 60, 0)[0]) and not got.identified and got.note == e.NOBODY_TWICE
        for n1, n2 in ((0, 7), (7, 0)):
            none = estimator(n1, n2, 0)
            assert isnan(none.n_hat) and isnan(none.standard_error) and (none.low, none.high) == (7.0, inf)
            assert not none.identified and "a wave caught nobody" in none.note
        assert estimator(0, 0, 0).low == 0.0
        single = estimator(1, 1, 0)
        assert not isnan(single.standard_error) and "no upper end" in single.note


def test_counts_that_cannot_be_are_all_named():
    for wrong in (-1, 0.5, inf, nan, "3", None, -0.5):
        with pytest.raises(ValueError, match="n2 = .* must be a whole number, 0 or more"):
            e.lincoln_petersen(5, wrong, 0)
    with pytest.raises(ValueError, match="n1 = -1 .*; n2 = -2 .*; m = -3 "):
        e.chapman(-1, -2, -3)
    for n1, n2, m in ((5, 9, 6), (9, 5, 6)):
        with pytest.raises(ValueError, match="m = 6 persons caught twice exceed"):
            e.chapman(n1, n2, m)
    assert e.chapman(5, 9, 5).n_hat == 9.0 and e.chapman(np.int64(5), 9.0, 5).n_hat == 9.0


# --- waves of any effort -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("sizes", "seen"), [([30, 20, 10], 45), ([100, 40, 60, 5], 150), ([9, 9, 9], 20), ([12, 10], 17)]
)
def test_darroch_solves_its_equation_and_its_interval_is_the_likelihoods(sizes, seen):
    got = e.darroch(sizes, seen)
    n = np.array(sizes)
    assert 1 - seen / got.n_hat == pytest.approx(np.prod(1 - n / got.n_hat), abs=1e-7)
    q = 1 - n / got.n_hat
    assert got.standard_error == pytest.approx(sqrt(got.n_hat / (1 / q.prod() - (1 / q).sum() + len(n) - 1)), rel=1e-6)
    grid = np.linspace(seen, 40 * got.n_hat, 400_001)
    top = max(loglikelihood(sizes, seen, got.n_hat + d) for d in np.linspace(-2, 2, 4001) if got.n_hat + d >= seen)
    for end in (got.low, got.high):
        if end > seen:
            assert loglikelihood(sizes, seen, end) == pytest.approx(top - Z**2 / 2, abs=1e-4)
    assert seen <= got.low < got.n_hat < got.high < grid[-1]
    assert got.identified and got.note == "holds only if people are all alike" and got.method == "M_t (waves differ)"


def test_darroch_of_two_waves_is_petersen():
    assert e.darroch([100, 80], 160).n_hat == e.lincoln_petersen(100, 80, 20).n_hat == 400
    assert e.darroch([100, 80], 160).standard_error == pytest.approx(e.lincoln_petersen(100, 80, 20).standard_error)


def test_darroch_at_the_edges_of_what_can_be_seen():
    for seen in (29, 61, -1, 30.5):
        with pytest.raises(ValueError, match=f"seen = {seen} must be a whole number between the largest"):
            e.darroch([30, 20, 10], seen)
    all_met = e.darroch([30, 20, 10], 30)  # all the others were in the first
    assert all_met.n_hat == 30 and all_met.standard_error == 0.0 and all_met.low == 30 and 30 < all_met.high < 31
    never_met = e.darroch([30, 20, 10], 60)
    assert never_met.n_hat == never_met.standard_error == never_met.high == inf and not never_met.identified
    assert never_met.note == e.NOBODY_TWICE and 60 < never_met.low < inf
    limit = sum(n * log(n) - n for n in (30, 20, 10))  # of the likelihood, far away
    assert loglikelihood([30, 20, 10], 60, never_met.low) == pytest.approx(limit - Z**2 / 2, abs=1e-8)
    for sizes, seen in (([7, 0, 0], 7), ([0, 0], 0)):
        none = e.darroch(sizes, seen)
        assert isnan(none.n_hat) and isnan(none.standard_error) and (none.low, none.high) == (seen, inf)
        assert not none.identified and none.note == "fewer than two waves caught anybody"
    one = e.darroch([7, 1, 0], 7)  # who was caught alone in the second wave had been met
    assert one.identified and one.n_hat == 7 and one.standard_error == 0.0
    two = e.darroch([7, 0, 5], 9)
    assert two.identified and two.n_hat == pytest.approx(7 * 5 / 3)


def test_a_count_far_away_is_reached():
    """One of a thousand met again, in three waves: the search doubles until it has passed the root."""
    got = e.darroch([1000, 1000, 1000], 2999)
    q = 1 - 1000 / got.n_hat
    assert got.n_hat > 2e6 and 1 - 2999 / got.n_hat == pytest.approx(q**3, abs=1e-12) and got.high > 2 * got.n_hat


# --- people who differ -------------------------------------------------------------------------------------------
def test_bias_of_petersen_by_hand():
    assert e.petersen_bias(0.2, 0.5) == pytest.approx(1 / 1.5)
    assert e.petersen_bias(0.2, 0.5, 0.4) == pytest.approx(1 / 1.2)
    assert e.petersen_bias(0.2, 0.5, 0.4, 3.0) == pytest.approx((1 + 2.0 * 0.2 * 1.2) / 3.6)
    assert e.petersen_bias(0.2, 0.0, response=0.5) == pytest.approx((1 - 0.1) / 0.5)


def test_moments_that_no_chances_have():
    for mean, cv2, correlation, response in (
        (1.0, 0.0, 1, 1), (1e-9, 0.5, 1, 1), (0.5, 1.0, 1, 1), (0.25, 3.0, 1, 1), (0.5, 0.5, -1, 1),
        (0.5, 0.5, 0, 1e-6),
    ):  # fmt: skip
        assert np.isfinite(e.petersen_bias(mean, cv2, correlation, response))
    for mean, cv2 in ((0.0, 0.5), (-0.1, 0.5), (1.001, 0.0), (0.5, -0.001), (0.5, 1.001), (0.25, 3.001), (1.5, 0.0)):
        with pytest.raises(ValueError, match="mean must lie in"):
            e.petersen_bias(mean, cv2)
        with pytest.raises(ValueError, match="mean must lie in"):
            e.petersen_bias(np.array([0.5, mean]), np.array([0.5, cv2]))
    for correlation, response in ((1.001, 1), (-1.001, 1), (1, 0), (1, -0.5)):
        with pytest.raises(ValueError, match="correlation must lie in"):
            e.petersen_bias(0.5, 0.5, correlation, response)


def by_differences(bound, cells):
    """Standard error of a bound from multinomial cells: sum of g^2 n - N, the derivatives taken by differences."""
    cells = np.array(cells, float)
    steps = 1e-5 * np.eye(len(cells))
    gradient = [(bound(cells + step) - bound(cells - step)) / 2e-5 for step in steps]
    return sqrt((np.square(gradient) * cells).sum() - bound(cells))


def lognormal(seen, n_hat, error):
    missed = n_hat - seen
    width = exp(Z * sqrt(log(1 + (error / missed) ** 2)))
    return seen + missed / width, seen + missed * width


def test_chao_for_equal_effort_by_hand():
    for cells in ([40, 10, 3], [40, 10], [5, 2, 0, 1]):
        t = len(cells)

        def bound(f, t=t):
            return f.sum() + (t - 1) / t * f[0] ** 2 / (2 * f[1])

        got = e.chao_lower_bound(cells)
        assert got.n_hat == pytest.approx(bound(np.array(cells, float)), rel=1e-12)
        assert got.standard_error == pytest.approx(by_differences(bound, cells), rel=1e-5)
        assert (got.low, got.high) == pytest.approx(lognormal(sum(cells), got.n_hat, got.standard_error), rel=1e-9)
        assert got.identified and ("equal effort" in got.note) == (t > 2) and "lower bound" in got.note


def test_chao_for_unequal_effort_by_hand():
    alone, met = np.array([30.0, 12.0, 5.0]), [9.0, 4.0]

    def bound(cells):
        u, f2 = cells[:3], cells[3]
        return cells.sum() + (u[0] * u[1] + u[0] * u[2] + u[1] * u[2]) / f2

    cells = [*alone, *met]
    got = e.chao_lower_bound([47, 9, 4], [30, 12, 5])
    assert got.n_hat == pytest.approx(bound(np.array(cells)), rel=1e-12)
    assert got.standard_error == pytest.approx(by_differences(bound, cells), rel=1e-5)
    assert (got.low, got.high) == pytest.approx(lognormal(60, got.n_hat, got.standard_error), rel=1e-9)
    assert got.identified and "equal effort" not in got.note


def test_chao_where_nobody_was_caught_exactly_twice():
    equal, unequal = e.chao_lower_bound([10, 0, 2]), e.chao_lower_bound([10, 0, 2], [5, 3, 2])
    assert equal.n_hat == pytest.approx(12 + 2 / 3 * 10 * 9 / 2) and unequal.n_hat == 12 + 15 + 10 + 6
    # the derivatives of f1^2 and of the products; those caught three times count for themselves
    assert equal.standard_error == pytest.approx(sqrt((1 + 20 / 3) ** 2 * 10 + 2 - equal.n_hat))
    assert unequal.standard_error == pytest.approx(sqrt(6**2 * 5 + 8**2 * 3 + 9**2 * 2 + 2 - 43))
    for got in (equal, unequal):
        assert (
            got.high == inf
            and not got.identified
            and got.note.endswith("nobody was caught exactly twice: the data give no upper end")
        )
        assert got.low == pytest.approx(lognormal(12, got.n_hat, got.standard_error)[0])


def test_chao_of_nobody_and_of_nobody_alone():
    none = e.chao_lower_bound([0, 0, 0])
    assert (
        isnan(none.n_hat) and isnan(none.standard_error) and (none.low, none.high) == (0.0, inf) and not none.identified
    )
    assert "nobody was caught" in none.note
    all_met = e.chao_lower_bound([0, 5, 2])
    assert all_met.n_hat == all_met.low == all_met.high == 7.0 and all_met.standard_error == 0.0 and all_met.identified
    few = e.chao_lower_bound([1, 1])  # a quarter of a person never caught, give or take three quarters
    assert (few.n_hat, few.standard_error) == pytest.approx((2.25, 0.75))
    assert (few.low, few.high) == pytest.approx(lognormal(2, 2.25, 0.75))
    single = e.chao_lower_bound([1, 0])
    assert single.n_hat == single.low == 1.0 and single.high == inf and single.standard_error >= 0.0


def test_frequencies_that_cannot_be():
    for wrong in ([], [5], [5, -1], [5, 0.5], [5, inf], ["5", "6"]):
        with pytest.raises(ValueError, match="must be two or more whole numbers"):
            e.chao_lower_bound(wrong)
    for alone in ([3, 3], [2, 2, 1], [4, 0]):
        with pytest.raises(ValueError, match="were caught in one wave alone, where f1 = 5 were caught once"):
            e.chao_lower_bound([5, 2], alone)
    assert e.chao_lower_bound([5, 2], [4, 1]).n_hat == 7 + 4 / 2
    assert e.whole(np.array([5.0, 0.0])).tolist() == [5, 0] and e.whole([0, 0]).dtype == np.int64


def test_the_upper_end_is_where_the_likelihood_falls_wherever_the_search_passes_by():
    for sizes in ([30, 20], [60, 50], [12, 9, 7], [200, 150]):
        for met in range(1, min(sizes), 3):
            seen = sum(sizes) - met
            got = e.darroch(sizes, seen)
            top = max(loglikelihood(sizes, seen, count) for count in np.linspace(seen, got.n_hat + 2.0, 1001))
            assert loglikelihood(sizes, seen, got.high) - top == pytest.approx(-(Z**2) / 2, abs=1e-3), (sizes, met)
