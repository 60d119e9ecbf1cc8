"""Estimators of a population's size against published triples, closed forms, theory and simulated populations."""

from math import inf, isnan, sqrt

import numpy as np
import pandas as pd
import pytest
from scipy.special import comb
from scipy.stats import beta

from sim.instruments import histories
from sim.instruments.arithmetic import PUBLISHED, STATED_DIVISOR, published_tiers
from sim.instruments.estimators import (
    chao_lower_bound,
    chapman,
    darroch,
    lincoln_petersen,
    petersen_bias,
)
from sim.instruments.heterogeneity import FAMILIES, heterogeneous
from sim.kernel import streams
from sim.kernel.compiler import kernel


@kernel
def _uniforms(key, period, out):
    for who in range(len(out)):
        out[who] = streams.draw(key, streams.EXPERIMENT, period, who, 0)


def uniforms(replicate, period, people):
    """One uniform a person."""
    out = np.empty(people)
    _uniforms(streams.make_key(20180731, replicate), period, out)
    return out


def two_waves(replicate, first, second, response=1.0):
    """n1, n2, m of a population with these capture probabilities; those caught are caught again `response` times as
    easily."""
    one = uniforms(replicate, 1, len(first)) < first
    other = uniforms(replicate, 2, len(first)) < np.where(one, response * second, second)
    return int(one.sum()), int(other.sum()), int((one & other).sum())


# --- published triples and closed forms --------------------------------------------------------------------------
@pytest.mark.parametrize(("triple", "published"), [((2775, 2831, 584), 13452), ((2876, 2849, 633), 12944)])
def test_published_triples(triple, published):
    assert round(lincoln_petersen(*triple).n_hat) == published


def test_standard_errors_by_hand():
    # evidence: "sampling standard error about 240 with the survey's own size"
    assert lincoln_petersen(498, 499, 89).standard_error == pytest.approx(sqrt(498 * 499 * 409 * 410 / 89**3))
    estimate = chapman(498, 499, 89)
    assert estimate.n_hat == pytest.approx(499 * 500 / 90 - 1)
    assert estimate.standard_error == pytest.approx(sqrt(499 * 500 * 409 * 410 / (90**2 * 91)))
    assert estimate.low < estimate.n_hat < estimate.high and estimate.identified


def test_chapman_is_exactly_unbiased_when_the_waves_cover_the_population():
    n, n1, n2 = 30, 18, 15  # sum over the hypergeometric law of m
    m = np.arange(n1 + n2 - n, min(n1, n2) + 1)
    law = comb(n1, m) * comb(n - n1, n2 - m) / comb(n, n2)
    assert law @ [chapman(n1, n2, int(k)).n_hat for k in m] == pytest.approx(n, rel=1e-12)


def test_chao_of_two_equal_waves_is_petersen_with_its_standard_error():
    chao, petersen = chao_lower_bound([820, 89]), lincoln_petersen(499, 499, 89)
    assert chao.n_hat == pytest.approx(petersen.n_hat)
    assert chao.standard_error == pytest.approx(petersen.standard_error)
    assert "lower bound" in chao.note


def test_nobody_caught_twice_or_at_all():
    for estimate in (lincoln_petersen(50, 50, 0), chapman(50, 50, 0)):
        assert estimate.high == inf and 100 < estimate.low < inf and not estimate.identified and estimate.note
    assert lincoln_petersen(50, 50, 0).n_hat == inf
    assert isnan(chapman(0, 50, 0).n_hat) and "nobody" in chapman(0, 50, 0).note
    assert not chao_lower_bound([10, 0, 0]).identified and chao_lower_bound([10, 0, 0]).high == inf
    assert not heterogeneous([0, 0, 0]).identified
    with pytest.raises(ValueError, match=r"m = 6 .* exceed"):
        lincoln_petersen(5, 9, 6)
    with pytest.raises(ValueError, match=r"n1 = -1 .*; m = 1\.5"):
        chapman(-1, 9, 1.5)


# --- theory and simulation -----------------------------------------------------------------------------------------
PEOPLE, REPEATS = 20_000, 40
POPULATIONS = {
    "two points": (np.repeat([0.05, 0.4], [16_000, 4_000]), 0.12, 0.0196 / 0.0144),
    # quantiles of the beta at mid-ranks: the population's moments are the law's to 1e-3
    "beta": (beta.ppf((np.arange(PEOPLE) + 0.5) / PEOPLE, 1.5, 13.5), 0.1, 9 / 16),
}


@pytest.mark.parametrize("name", POPULATIONS)
@pytest.mark.parametrize("response", [1.0, 0.5])
def test_bias_of_petersen_is_that_of_theory(name, response):
    p, mean, cv2 = POPULATIONS[name]
    assert (p.mean(), p.var() / p.mean() ** 2) == pytest.approx((mean, cv2), rel=2e-3)
    triples = [two_waves(replicate, p, p, response) for replicate in range(REPEATS)]
    ratio = np.mean([chapman(*triple).n_hat for triple in triples]) / PEOPLE
    theory = petersen_bias(mean, cv2, response=response)
    if response == 1:
        assert theory == pytest.approx(1 / (1 + cv2))
    # one count's relative standard error is below 1 / sqrt(E m); four of them for the mean of REPEATS counts,
    # and 1 / E m for what the asymptotic formula leaves out
    expected_m = PEOPLE * response * mean**2 * (1 + cv2)
    assert abs(ratio / theory - 1) < 4 / sqrt(expected_m * REPEATS) + 1 / expected_m


def test_waves_that_catch_independent_people_leave_no_bias():
    p = POPULATIONS["two points"][0]
    turned = np.roll(p, 2_000)  # half of the easily caught are hard to catch in the other wave
    correlation = np.corrcoef(p, turned)[0, 1]
    ratio = np.mean([chapman(*two_waves(r, p, turned)).n_hat for r in range(REPEATS)]) / PEOPLE
    expected_m = PEOPLE * (p * turned).mean()
    theory = petersen_bias(0.12, 0.0196 / 0.0144, correlation)
    assert abs(ratio / theory - 1) < 4 / sqrt(expected_m * REPEATS) + 1 / expected_m
    assert petersen_bias(0.12, 1.0, correlation=0.0) == 1
    np.testing.assert_allclose(petersen_bias(0.1, np.array([0, 1, 4])), [1, 0.5, 0.2])
    with pytest.raises(ValueError, match="cv2"):
        petersen_bias(0.5, 1.5)


@pytest.mark.parametrize(("people", "p", "q"), [(3000, 0.17, 0.17), (600, 0.3, 0.2)])
def test_chapman_interval_covers_at_the_nominal_rate(people, p, q):
    runs, alike = 2000, np.ones(people)
    estimates = [chapman(*two_waves(run, p * alike, q * alike)) for run in range(runs)]
    covered = np.mean([e.low <= people <= e.high for e in estimates])
    # binomial standard error of the rate sqrt(0.95 * 0.05 / 2000) = 0.0049; three of them
    assert abs(covered - 0.95) < 3 * sqrt(0.95 * 0.05 / runs)
    # and Chapman's count is unbiased there: standard error of the mean, three of them
    counts = np.array([e.n_hat for e in estimates])
    assert abs(counts.mean() - people) < 3 * counts.std() / sqrt(runs)
    # its own standard error is the spread of the counts; a standard deviation of 2000 skewed values is good to
    # about 2 %, three of that
    assert np.mean([e.standard_error for e in estimates]) == pytest.approx(counts.std(), rel=0.06)


# --- people who differ: models of the frequencies ----------------------------------------------------------------
@pytest.mark.parametrize(
    ("family", "theta", "waves"),
    [
        ("alike", [-1.0], 2),
        ("beta", [-1.0, -1.0], 3),
        ("logit_normal", [-1.5, 0.2], 4),
        ("two_classes", [-2.0, 0.5, -1.0], 6),
    ],
)
def test_expected_frequencies_give_the_count_back(family, theta, waves):
    law = FAMILIES[family].probabilities(np.array(theta), waves)
    assert law.sum() == pytest.approx(1, abs=1e-9)
    estimate = heterogeneous(np.rint(1_000_000 * law[1:]), family)
    # frequencies are whole, which moves the count by a small share of its standard error
    assert abs(estimate.n_hat - 1_000_000) < 0.05 * estimate.standard_error
    assert estimate.low < 1_000_000 < estimate.high and estimate.identified


def test_beta_law_is_the_beta_binomial():
    a, b, t = 1.5, 4.0, 5
    theta = np.log([a / b, 1 / (a + b)])  # logit of the mean, log of the spread
    p = beta.ppf((np.arange(200_000) + 0.5) / 200_000, a, b)
    by_hand = [np.mean(comb(t, j) * p**j * (1 - p) ** (t - j)) for j in range(t + 1)]
    np.testing.assert_allclose(FAMILIES["beta"].probabilities(theta, t), by_hand, atol=1e-6)


def test_two_waves_never_identify_a_spread():
    for family in ("beta", "logit_normal", "two_classes"):
        estimate = heterogeneous([819, 89], family)
        assert not estimate.identified and "not identified by 2 waves" in estimate.note
        assert isnan(estimate.n_hat) and estimate.high == inf
        assert estimate.low == chao_lower_bound([819, 89]).low


def test_flat_likelihood_is_flagged_and_a_curved_one_is_not():
    flat = heterogeneous([358, 102, 35, 13, 1])  # beta(0.3, 6), 3000 people, 5 waves: most are hardly ever caught
    assert not flat.identified and flat.high == inf and "flat" in flat.note
    curved = heterogeneous([872, 622, 358, 155, 52])  # beta(1.5, 4), 3000 people, 5 waves
    assert curved.identified and curved.low < 3000 < curved.high
    assert "do not fit" in heterogeneous([872, 622, 358, 155, 52], "alike").note
    boundary = heterogeneous([293, 52, 3])  # fewer caught three times than among people all alike
    assert "boundary" in boundary.note and boundary.n_hat == pytest.approx(
        heterogeneous([293, 52, 3], "alike").n_hat, rel=1e-3
    )


# --- capture histories from elsewhere ----------------------------------------------------------------------------
def test_three_forms_of_one_table_are_one(tmp_path):
    wide = pd.DataFrame({"person": list("abcde"), "wave1": [1, 1, 0, 1, 0], "wave2": [0, 1, 1, 1, 0]})
    long = pd.DataFrame({"person": list("abbcdd"), "wave": [1, 1, 2, 2, 1, 2]})
    counts = tmp_path / "counts.csv"
    counts.write_text("\ufeffhistory;count\n10;1\n11;2\n01;1\n00;1\n", encoding="utf-8")
    for table, left_out in ((wide, 1), (long, 0), (counts, 1)):
        read = histories.from_table(table)
        assert read.pair(1, 2) == (3, 3, 2) and list(read.frequencies()) == [2, 2] and read.left_out == left_out
    table = histories.summarise(read)
    assert list(table["method"][:4]) == ["Lincoln-Petersen", "Chapman", "Chao lower bound", "M_t (waves differ)"]
    assert table["n_hat"][0] == 4.5 and not table["identified"].iloc[-1]


@pytest.mark.parametrize(
    ("name", "text", "counts"),
    [
        ("a.csv", "wave1,wave2,count\n1,0,100\n0,1,120\n1,1,30\n", (130, 150, 30)),
        ("a.csv", "ch,freq\n10,995\n01,5\n11,5\n", (1000, 10, 5)),
        ("a.csv", "Capture History;Number of persons\n10;1,000\n01;1 200\n11;30\n", (1030, 1230, 30)),
        ("a.csv", "2018-06-18,2018-06-04,sex\n1,0,m\n0,1,f\n0,1,f\n1,1,f\n", (3, 2, 1)),
        ("a.csv", "Person,Wave\na,1\nb,1\nb,2\n", (2, 1, 1)),
        ("a.csv", "ID,Date\na,14/06/2018\nb,14/06/2018\nb,24/07/2018\nc,24/07/2018\n", (2, 2, 1)),
        ("a.inp", "/* two\ngroups */ 10 2 1;\n01 0 4;\n11 1 0;\n", (4, 5, 1)),
    ],
)
def test_public_forms_are_read(tmp_path, name, text, counts):
    path = tmp_path / name
    path.write_text(text)
    assert histories.from_table(path).pair(1, 2) == counts


def test_frequencies_alone_and_waves_that_caught_nobody(tmp_path, capsys):
    for text in ("f1,f2,f3\n50,20,5\n", "times,count\n2,20\n3,5\n1,50\n"):
        (tmp_path / "f.csv").write_text(text)
        read = histories.from_table(tmp_path / "f.csv")
        assert list(read.frequencies()) == [50, 20, 5] and read.alone() is None
    assert set(histories.summarise(read)["waves"]) == {"all"}
    (tmp_path / "gap.csv").write_text("Person,Wave\na,1\nb,1\nb,3\nc,3\n")
    assert histories.main([str(tmp_path / "gap.csv")]) == 0
    said = capsys.readouterr().out
    assert "3 waves" in said and "nobody was caught in wave 2" in said and "2-3" in said


def test_waves_of_unequal_effort():
    """Alike people caught with chances 0.4 and 0.1: Petersen's count is right, so must the bound of two waves be."""
    read = histories.CaptureHistories(np.array([[1, 0], [0, 1], [1, 1]], np.uint8), np.array([995, 5, 5]), 0)
    table = histories.summarise(read).set_index("method")
    assert table.loc["Chao lower bound", "n_hat"] == table.loc["Lincoln-Petersen", "n_hat"] == 2000
    assert table.loc["Chao lower bound", "standard_error"] == pytest.approx(
        table.loc["Lincoln-Petersen", "standard_error"]
    )
    assert not table.loc["M_0 (all alike)", "identified"] and table.loc["M_h beta", "low"] < 2000
    caught = np.column_stack([uniforms(1, wave, 2000) < p for wave, p in enumerate([0.4, 0.1, 0.2, 0.05])])
    read = histories.from_table(pd.DataFrame(caught.astype(int), columns=["wave1", "wave2", "wave3", "wave4"]))
    alike = histories.summarise(read).set_index("method").loc[["Chao lower bound", "M_t (waves differ)"]]
    assert ((alike["low"] < 2000) & (2000 < alike["high"])).all()


def test_nearly_all_recaptured():
    """Sadinle's interval would run to eight thousand million persons here."""
    for estimate in (lincoln_petersen(50, 50, 50), chapman(50, 50, 50), darroch([50, 50], 50)):
        assert (estimate.low, estimate.n_hat) == (50, 50) and estimate.high < 51
    assert lincoln_petersen(50, 100, 49).low == 101 and lincoln_petersen(50, 100, 49).high == pytest.approx(
        105.3, abs=0.1
    )


def test_three_tiers_need_three_classes():
    """20 000 people of whom six tenths are caught with chance 0.05, three with 0.3 and one with 0.8, in ten waves."""
    j = np.arange(1, 11)
    law = sum(share * comb(10, j) * p**j * (1 - p) ** (10 - j) for share, p in ((0.6, 0.05), (0.3, 0.3), (0.1, 0.8)))
    three, two = (heterogeneous(np.rint(20_000 * law), f"{k}_classes") for k in ("three", "two"))
    assert three.identified and three.n_hat == pytest.approx(20_000, rel=0.01) and "do not fit" not in three.note
    assert two.high < 16_000 and "do not fit" in two.note


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("wave1,wave2,hits\n1,0,100\n0,1,3\n", ["column 'hits' is not understood"]),
        ("history,count\n10,1.000\n01,5\n", ["'1.000'", "is that a thousand?"]),
        ("person,date\na,04/06/2018\nb,05/06/2018\n", ["'04/06/2018'", "such as 2018-06-04"]),
        (
            "person,wave1,wave2\na,1,0\na,2,\nb,1\n",
            ["row 3, column 'person'", "row 3, column 'wave1': '2'", "row 3, column 'wave2': is empty", "row 4: 2"],
        ),
        ("person,wave\na,1\na,1\n,2\nb,x\n", ["row 3, column 'wave'", "row 4, column 'person'", "row 5, column"]),
        ("history,count\n11,1\n101,x\n1a1,1\n", ["row 2, column 'history'", "row 3, column 'count'", "row 4, column"]),
        ("wave1,wave3,wav2\n1,0,1\n", ["found wave1, wave3", "'wav2' is not understood (nearest: 'wave"]),
        ("persn,wav\na,1\n", ["nearest: 'person'", "nearest: 'wave'"]),
        ("", ["is empty"]),
        ("wave1,wave2\n0,0\n", ["nobody was caught"]),
    ],
)
def test_command_reports_every_problem_and_ends_with_two(tmp_path, capsys, text, problems):
    path = tmp_path / "bad.csv"
    path.write_text(text)
    assert histories.main([str(path)]) == 2
    said = capsys.readouterr().err
    assert [problem for problem in problems if problem not in said] == []


def test_command_prints_the_table(tmp_path, capsys):
    path = tmp_path / "good.csv"
    path.write_text("history,count\n100,143\n010,150\n001,320\n110,20\n101,25\n011,15\n111,13\n")
    assert histories.main([str(path)]) == 0
    said = capsys.readouterr().out
    assert "Chao lower bound" in said and "waves differ in size" in said and "not identified by 3 waves" in said


# --- the published arithmetic ------------------------------------------------------------------------------------
def test_published_arithmetic_gives_the_published_tiers():
    tiers = published_tiers()
    assert [round(tiers[name]) for name in ("very_active", "regular", "occasional")] == [14_903, 52_337, 266_126]
    assert round(tiers["registrations"]) == 319_351 and tiers["petersen_share"] == pytest.approx(0.056)
    stated = published_tiers(divisor=STATED_DIVISOR.value)
    assert [round(stated[name]) for name in ("very_active", "regular", "occasional")] == [14_082, 49_452, 251_457]
    printed = published_tiers(french_share=319_000 / 11_000_000, french_visitors=62_000)
    assert [round(printed[name]) for name in ("very_active", "regular", "occasional")] == [14_887, 51_667, 265_833]
    assert all(given.source and given.unit for given in PUBLISHED.values())
    with pytest.raises(ValueError, match=r"divisor = 0\.9"):
        published_tiers(divisor=0.9)
