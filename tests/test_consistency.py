"""The judge of the evidence on a toy whose answers are known, and its whole command on made-up runs."""

import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from anew import assert_made_anew, typed
from scipy.stats import genpareto, norm, qmc

from experiments import cli, report
from experiments.calibrate.inference.chance import TOY, normals, uniforms
from experiments.calibrate.inference.data import Data
from experiments.calibrate.inference.design import luck, parameters, points, values
from experiments.calibrate.inference.likelihood import Likelihood
from experiments.calibrate.inference.table import READING
from experiments.consistency import __main__ as consistency
from experiments.consistency import design
from experiments.consistency.evidence import data_of, part_of, rows_of, silent
from experiments.consistency.importance import pareto, picked, smoothed
from experiments.consistency.judge import Judge, verdict, widened
from experiments.consistency.pairwise import tensions
from experiments.consistency.study import judged
from sim.instruments.targets import EVIDENCE

# Five readings of two quantities, uniform on 0 to 1: three of the first, of which one cannot be, two of the other.
READS = np.array([0, 0, 0, 1, 1])
PUBLISHED = np.array([0.30, 0.32, 0.80, 0.5, np.nan])
IDS = ("one", "alike", "apart", "else", "between")
WIDTH = 0.03


def toy(interval=(0.4, 0.6)):
    """A judge of these; its draws are exact."""
    nothing, m = np.full(5, np.nan), 5
    ends = [np.where(np.isnan(PUBLISHED), end, nothing) for end in interval]
    error = np.where(np.isnan(PUBLISHED), 0.0, WIDTH)
    data = Data(IDS, IDS, ("ratio",) * m, ("plain",) * m, PUBLISHED, PUBLISHED, error, *ends)
    robust = Likelihood(data, lambda expected: expected, np.where(np.isnan(PUBLISHED), WIDTH, 0.0), np.zeros(m), 2)
    sharp = replace(robust, missed=1e-300)
    prior = qmc.Sobol(2, scramble=False).random(2**14)[:, READS]

    def sample(believed, seed, times=1.0):
        terms = widened(robust, times).terms(prior) @ believed
        weights = np.exp(terms - terms.max())
        return prior[picked(weights / weights.sum(), uniforms(seed, TOY, 1, 6000)[0])]

    rows = pd.DataFrame({"id": IDS, "quantity": IDS, "source": [*"AABCC"], "value": PUBLISHED})
    rows = rows.assign(low=ends[0], high=ends[1], unit="ratio", role="validate", part="", also="")
    noise = sharp.predictive(np.zeros((4000, m)), 1)
    return Judge(rows, robust, sharp, np.ones(m, bool), noise, uniforms(1, TOY, 1, 4000)[0], sample, 1), prior


@pytest.fixture(scope="module")
def tables():
    return judged(*toy())


def test_two_rows_go_together_and_the_third_cannot(tables):
    pairs = tables["pairs"].set_index(["one", "other"])
    assert len(pairs) == 10 and set(pairs[pairs["verdict"] == "apart"].index) == {("one", "apart"), ("alike", "apart")}
    together, against, apart = (pairs.loc["one", name] for name in ("alike", "apart", "else"))
    assert together["log10_r"] > 0.5 and against["log10_r"] < -20 and abs(apart["log10_r"]) < 0.02
    # Who believes 0.30 expects a reading of the same within the roots of two of its widths.
    ends = [*norm.ppf((0.05, 0.5, 0.95), 0.30, WIDTH * 2**0.5)]
    assert together[["expected_other_low", "expected_other", "expected_other_high"]].tolist() == pytest.approx(
        ends, abs=0.005
    )
    assert together["p_other"] == pytest.approx(2 * norm.sf(0.02 / WIDTH / 2**0.5), abs=0.01)


def test_suspiciousness_does_not_depend_on_the_width_of_the_prior():
    """Wider priors raise R of two alike readings and leave S, which is that of normal laws, known in closed form."""
    found = []
    for reach in (1.0, 4.0):
        where = np.linspace(0.5 - reach, 0.5 + reach, 40_001)[:, None]
        terms = -0.5 * ((where - [0.5, 0.5 + WIDTH]) / WIDTH) ** 2
        found.append([one[0, 1] for one in tensions(terms, np.exp(terms))])
    (r, s), (wide_r, wide_s) = found
    assert wide_r - r == pytest.approx(np.log10(4.0), abs=1e-3)
    assert wide_s == pytest.approx(s) == pytest.approx((0.5 - 0.25) / np.log(10.0), abs=2e-3)


def test_who_is_left_out_is_judged_by_all_others(tables):
    single = tables["leave_one_out"].set_index("id")
    assert single.loc["apart", "verdict"] == "apart" and single.loc["apart", "z"] > 6
    assert single.loc[["else", "between"], "verdict"].tolist() == ["together"] * 2
    # The two others that read the same quantity contradict each other: little is known of the first.
    assert single.loc["one", "predicted_high"] - single.loc["one", "predicted_low"] > 5 * WIDTH
    assert (single["alone"] > 0.19).all()


def test_an_interval_is_as_probable_as_the_reading_lies_in_it(tables):
    single = tables["leave_one_out"].set_index("id").loc["between"]
    # Expected 0.5, give or take its own width and that of the row which says so.
    assert single["chance"] == pytest.approx(norm.cdf(0.1, 0, WIDTH * 2**0.5) * 2 - 1, abs=0.03) and single["p"] == 1.0
    off = judged(*toy((0.7, 0.9)))["leave_one_out"].set_index("id").loc["between"]
    assert off["p"] == off["chance"] < 3e-3 and off["verdict"] != "together" and off["z"] > 2.8


def test_a_source_is_judged_as_a_whole(tables):
    sources = tables["sources"].set_index("source")
    assert sources.loc["B", "verdict"] != "together" and sources.loc["C", "p"] > 0.05
    assert sources.loc["B", "furthest"] == "apart" and sources.loc["C", ["rows", "intervals"]].tolist() == [2, 1]


def test_false_verdicts_are_as_rare_as_they_are_said_to_be():
    p = [0.0499 / 20, 0.0501 / 20, 0.0099, 0.0101, np.nan]
    assert verdict(p, 20).tolist() == ["apart", "strained", "strained", "together", "unknown"]


def test_weights_know_when_they_cannot_be_used():
    steps = (np.arange(4000) + 0.5) / 4000
    for shape in (0.3, 0.9):
        ordered = genpareto.ppf(steps, shape)
        assert pareto(ordered[-190:] - ordered[-191])[0] == pytest.approx(shape, abs=0.12)
        weights, k = smoothed(np.log(1.0 + ordered))
        assert k == pytest.approx(shape, abs=0.12) and weights.sum() == pytest.approx(1.0)
    assert smoothed(np.zeros(4000)) == (pytest.approx(np.full(4000, 1 / 4000)), -np.inf)


def test_everything_that_has_a_number_is_judged_and_the_critics_are_never_believed():
    data, own = data_of(None)
    assert own.sum() == len(own) - 1 and data.ids[-1] == "working_persons" and not own[-1]
    rows = rows_of(data, None).set_index("id")
    assert rows.loc["visitors_share", "also"] == "tier_regular 52337; visitors 62000"
    assert rows.loc["visitors_share", ["source", "part"]].tolist() == ["DiPLab2019", "registrations and visits"]
    assert part_of("respondents_women", "questionnaire") == "respondents' composition"
    reasons = silent(data, None).set_index("id")["reason"]
    assert reasons[["tier_regular", "registrations", "deep_sign"]].tolist() == ["repeats", "input", "sign"]
    assert data_of("crest")[1].all()


# --- the whole command -----------------------------------------------------------------------------------------
MINE = ("visitors_share", "earnings_mean", "hours_median", "refused_ever", "pay_gap_to_minimum")


def made_up(count=60):
    """Runs that read something of every target: what follows the first parameters, and luck."""
    data, _ = data_of(None)
    where = points(len(parameters()), count, 1)
    slopes = normals(1, TOY, 2, len(data.ids))
    luck_of = normals(2, TOY, count, len(data.ids))
    found = data.middle + 0.3 * ((where[:, :2] - 0.5) @ slopes) + 0.05 * luck_of
    readings = pd.DataFrame(data.back(found), columns=[READING + name for name in data.ids])
    table = pd.DataFrame([values(point) for point in where])
    return pd.concat(
        [pd.DataFrame({"number": [luck(n) for n in range(count)], "people": 13306}), table, readings], axis=1
    )


def asked(monkeypatch, *words):
    monkeypatch.setattr(sys, "argv", ["consistency", *map(str, words)])
    return cli.main("consistency", consistency._MANUAL, consistency.Settings, consistency.experiment)


def test_the_command_judges_finished_runs_and_its_report_is_made_anew(elsewhere, monkeypatch, capsys):
    class Few(design.Sampler):
        def __call__(self, believed, seed, times=1.0):
            where = points(self.likelihood.d, 4000, seed, 13)
            terms = widened(self.likelihood, times).terms(where) @ believed
            weights = np.exp((terms - terms.max()) / 20.0)  # as much as this many points can tell
            steps = (np.arange(2000) + 0.5) / 2000
            return self.likelihood.expected(where[np.searchsorted(np.cumsum(weights) / weights.sum(), steps)])

    monkeypatch.setattr(design, "Sampler", Few)
    made_up().to_parquet("design.parquet")
    with open(EVIDENCE, encoding="utf-8", newline="") as file:
        head, *lines = file
    mine = [line for line in lines if line.split(",")[0] in MINE]
    (elsewhere / "mine.csv").write_text("".join([head, *mine]), encoding="utf-8")
    words = ["design=design.parquet", "survey.targets=mine.csv", "prior=2000", "workers=1", "hydra.run.dir=there"]
    assert asked(monkeypatch, *words) == 0
    told = capsys.readouterr().out
    assert told.startswith("Of ") and len(told.splitlines()) <= 26 and "who believes" in told
    assert {path.name for path in (elsewhere / "there").glob("*.csv")} == {
        "leave_one_out.csv", "sources.csv", "pairs.csv", "questions.csv", "silent.csv"
    }  # fmt: skip
    assert_made_anew(report.main, elsewhere / "there")
    assert typed(report.main, "there", "report.language=fr") == 0
    page = (elsewhere / "there" / "report.html").read_text(encoding="utf-8")
    assert '<html lang="fr">' in page and page.count("<figure") == 4


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (lambda runs: runs.drop(columns=[*parameters()][0]), "that parameter is free today; calibrate anew"),
        (lambda runs: runs.assign(**{"behaviour.luck": 1.0}), "column 'behaviour.luck' is no free parameter today"),
        (lambda runs: runs.head(10), "has 10 runs of a design; 40 are needed"),
        (lambda runs: runs[[name for name in runs if not name.startswith(READING)]], "has a reading of 0 of"),
        (lambda runs: runs.assign(**{[*parameters()][1]: 1e9}), "has values outside today's prior"),
    ],
)
def test_runs_that_cannot_be_used_are_told_in_words(elsewhere, monkeypatch, capsys, change, wrong):
    change(made_up()).to_parquet("design.parquet")
    assert asked(monkeypatch, "design=design.parquet", "hydra.run.dir=there") == 2
    assert wrong in capsys.readouterr().err and not (elsewhere / "there").exists()


def test_no_runs_at_all_are_told_too(elsewhere, monkeypatch, capsys):
    assert asked(monkeypatch, "design=nowhere", "hydra.run.dir=there") == 2
    assert "there is no design.parquet here; python -m experiments.calibrate makes one" in capsys.readouterr().err


def test_nothing_that_is_found_goes_into_a_fit():
    """The experiment writes no posterior, and no calibration imports it."""
    source = "".join(
        path.read_text(encoding="utf-8") for path in (design.CONF.parent / "experiments" / "calibrate").rglob("*.py")
    )
    assert "consistency" not in source and EVIDENCE.exists()
