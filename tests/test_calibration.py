"""Calibration: only what may be fitted is seen, known posteriors are found, and runs are kept and used again."""

import csv
import json
import sys
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

from experiments import cli
from experiments.calibrate import __main__ as calibrate
from experiments.calibrate import calibration
from experiments.calibrate.best_point import WORLDS, polished, promising
from experiments.calibrate.inference.chain import sample
from experiments.calibrate.inference.chance import TOY, normals, uniforms
from experiments.calibrate.inference.data import load
from experiments.calibrate.inference.design import AGAIN, luck, parameters, points, values
from experiments.calibrate.inference.fit import WORDS, Fit, parameter_table
from experiments.calibrate.inference.headline import moves, tellers
from experiments.calibrate.inference.likelihood import likelihood_of
from experiments.calibrate.inference.predictions import ranks, single
from experiments.calibrate.inference.recovery import Recovery, nothing, recover
from experiments.calibrate.inference.regression_adjustment import posterior
from experiments.calibrate.inference.runs import Made, TooFewRuns
from experiments.calibrate.inference.scale_correction import anchored, compare, same
from experiments.calibrate.inference.table import rows
from sim.instruments.targets import EVIDENCE
from sim.scenario.scenario import Scenario


# --- data ------------------------------------------------------------------------------------------------------
def poisoned(tmp_path):
    """The evidence with nonsense in every row that may not be fitted."""
    with open(EVIDENCE, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row["role"] != "calibrate":
            row |= {"value": "poison", "low": "9", "high": "-9", "unit": "share"}
    path = tmp_path / "poisoned.csv"
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_what_is_kept_for_validation_is_not_seen(tmp_path):
    seen, clean = load(poisoned(tmp_path)), load()
    assert seen.ids == clean.ids and seen.repeats == clean.repeats
    assert np.array_equal(seen.observed, clean.observed, equal_nan=True) and np.array_equal(seen.error, clean.error)


def test_rows_that_say_the_same_count_once_and_errors_are_the_bands():
    data = load()
    assert data.repeats == {"tier_very_active": "ff_petersen_share", "tier_regular": "visitors_share",
                            "visitors": "visitors_share"}  # fmt: skip
    assert not set(data.repeats) & set(data.ids) and len(data.ids) == 25
    place = data.ids.index("ff_petersen_share")
    assert data.error[place] == pytest.approx(0.12, abs=0.01)  # the docstring says so
    assert data.back(data.observed)[place] == pytest.approx(data.published[place], rel=0.02)
    hours = data.ids.index("hours_median")  # "under three": an interval
    assert data.interval.sum() == 1 and np.isnan(data.observed[hours]) and data.error[hours] == 0
    assert np.exp([data.low[hours], data.high[hours]]) == pytest.approx([0.5, 3])
    ends = data.back(data.observed[place] + np.array([[-1.645], [1.645]]) * data.error[place] * np.eye(25)[place])
    assert ends[0, place] == pytest.approx(0.046, rel=0.02) and ends[1, place] == pytest.approx(0.066, rel=0.02)
    assert np.isnan(data.vector({"hours_median": "nobody answered"})).all()


# --- design ----------------------------------------------------------------------------------------------------
def test_points_fill_the_cube_and_any_beginning_is_the_same():
    many, few = points(4, 256, seed=3), points(4, 50, seed=3)
    assert np.array_equal(many[:50], few) and not np.allclose(points(4, 50, seed=4), few)
    counts = [np.histogram(column, 16, (0, 1))[0] for column in many.T]
    assert np.abs(np.array(counts) - 16).max() <= 1  # a Sobol sequence: each sixteenth holds its share


def test_values_are_those_of_the_priors():
    low, high = values(np.zeros(len(parameters()))), values(np.ones(len(parameters())))
    for key, prior in parameters().items():
        assert (low[key], high[key]) == pytest.approx((prior.low, prior.high))


# --- inference on models with known posteriors -------------------------------------------------------------------
def linear(n, d=3, m=5, seed=1, noise=0.05):
    """A linear model with normal errors, its posterior known: points, readings, data, mean, standard deviation."""
    slope = normals(seed, TOY, m, d)
    where = points(d, n, seed)
    readings = where @ slope.T + noise * normals(seed, TOY + 1, n, m)
    observed = slope @ np.full(d, 0.45) + noise * normals(seed, TOY + 2, 1, m)[0]
    spread = np.linalg.inv(slope.T @ slope) * noise**2
    return where, readings, observed, spread @ slope.T @ observed / noise**2, np.sqrt(np.diag(spread))


def test_adjusted_posterior_is_near_the_exact_one():
    where, readings, observed, mean, sd = linear(2000)
    found = posterior(where, readings, observed, keep=0.15)
    # 200 draws have a mean within 0.07 sd and a width within 5 %; the rest is the method's
    assert (np.abs(found.mean - mean) / sd).max() < 0.4 and (0.85 < found.sd / sd).all() and (found.sd / sd < 1.3).all()
    plain = posterior(where, readings, observed, keep=0.15, adjusted=False)
    assert (plain.sd > 1.5 * found.sd).all()  # what rejection alone would give
    with pytest.raises(ValueError, match="at least 20"):
        posterior(where[:10], readings[:10], observed)


def test_draws_have_equal_weight():
    where, readings, observed, *_ = linear(1000)
    found = posterior(where, readings, observed)
    assert found.draws(2000, 1).mean(axis=0) == pytest.approx(found.mean, abs=0.01)
    assert found.quantiles([0.5])[0] == pytest.approx(np.median(found.draws(2000, 1), axis=0), abs=0.01)


# --- scale -----------------------------------------------------------------------------------------------------
def test_the_effect_of_scale_is_found_behind_the_scatter_of_small_runs():
    k, chance = 400, normals(7, TOY, 400, 4)
    truth, luck_of = chance[:, :1], 0.5 * chance[:, 1:]
    found = compare(truth + luck_of[:, :1], truth + luck_of[:, 1:2], 0.3 + 1.5 * truth + 0.2 * luck_of[:, 2:])
    # An ordinary regression would give 1.5 / 1.25 = 1.2; standard errors with 400 points are about 0.04
    assert found.slope[0] == pytest.approx(1.5, abs=0.12) and found.shift[0] == pytest.approx(0.3, abs=0.1)
    assert found.small[0] == pytest.approx(0.5, abs=0.06) and found.points == k
    few = compare(*(normals(8, TOY + n, 5, 1) for n in range(3)))
    assert few.slope[0] == 1.0  # too few to tell
    where = points(2, 30, 1)
    anchor = anchored(same(2), lambda where: 2.0 * where, where, 2.0 * where + np.array([0.3, -0.2]))
    assert anchor.shift == pytest.approx([0.3, -0.2]) and anchor.shift_error == pytest.approx([0.0, 0.0], abs=1e-9)
    nothing = same(2)
    assert nothing.corrected(np.array([3.0, 4.0])).tolist() == [3.0, 4.0]
    assert nothing.error_left(np.array([0.1, 0.2])).tolist() == [0.1, 0.2]


# --- the whole, with a stub for the market ---------------------------------------------------------------------
class Stub:
    """Stands for `Runs`: readings are smooth functions of the first parameters, with a little luck."""

    def __init__(self, folder, workers, clock):
        self.folder, self.clock = folder, clock

    def make(self, scenario, where, turn=0, worlds=None):
        data = load()
        slope = 2.0 * normals(1, TOY, len(data.ids), where.shape[1])
        slope[:, 3:] = 0.0
        chance = normals(2, TOY, [luck(n, turn) for n in range(len(where))], len(data.ids))
        told_of = data.back(data.middle + (where - 0.4) @ slope.T + 0.02 * chance)
        read = [{name: [x, 0.0] for name, x in zip(data.ids, row, strict=True)} for row in told_of]
        outcomes = [{"gini": 0.5, "mean_earnings": euro} for euro in np.exp(where[:, 4])]
        return [{"readings": one, "outcomes": other} for one, other in zip(read, outcomes, strict=True)]


@cache
def fitted(count=300):
    """Runs, and the fit to them; changed by nobody."""
    data, d = load(), len(parameters())
    where = points(d, count, 1)
    table = pd.DataFrame(rows(where, Stub(None, None, None).make(None, where), 0, 13_306))
    likelihood = likelihood_of(table, data)
    draws = sample(likelihood, seed=1, steps=100)
    found = Fit(likelihood.data, likelihood.scale, count, draws, likelihood, nothing(d))
    return table, found


def test_fit_finds_what_the_data_tell_and_says_what_they_do_not_and_what_they_owe_to_it():
    table, found = fitted()
    recovered = recover(table, found.likelihood, 12, 1)
    by = tellers(found.likelihood, found.posterior)
    told = parameter_table(replace(found, recovery=recovered), by, moves(table, found.posterior))
    assert set(told["told"][:3]) == {WORDS[0]} and (told["told"][4:] == WORDS[2]).any()
    assert (told["width"][:3] ** 2 < 0.1).all() and (told["width"][3:] ** 2 > 0.5).all()
    assert np.abs(found.posterior.mean[:3] - 0.4).max() < 0.02 and "%" in told["by"][0]
    # mean earnings are exp of the fifth parameter; nothing else moves any headline
    low, high = found.posterior.quantiles((0.05, 0.95))[:, 4]
    assert told["of"][4] == "mean_earnings" and told["headline"][4] == pytest.approx(np.expm1(high - low), rel=0.1)
    assert told["headline"].drop(4).abs().max() < 0.02
    assert len(recovered.ranks) == 12 and (recovered.coverage()[1][:3] > 0.81).all()
    assert (told["recovered"][:3] > 0.9).all()


@pytest.mark.slow  # sixty posteriors
def test_known_parameters_are_found_as_often_as_intervals_say():
    """60 data sets: a right posterior covers 90 +- 4 % and 50 +- 6 %, three standard errors."""
    table, found = fitted()
    half, most = recover(table, found.likelihood, 60, 1).coverage()
    assert (np.abs(half[:3] - 0.5) < 0.19).all() and (most[:3] > 0.78).all() and (half[:3] < 0.65).all()


def test_runs_made_before_are_taken_and_not_made_again(tmp_path):
    d = len(parameters())
    before = pd.DataFrame(rows(points(d, 50, 1), Stub(None, None, None).make(None, points(d, 50, 1)), 0, 13_306))
    before.drop(columns="people").to_parquet(tmp_path / "design.parquet")
    base = Scenario.load(**{"population.people": 13_306})
    made = Made(base, Stub(None, None, None), tmp_path / "design.parquet")
    assert made.has(0) and not made.has(1) and len(made.enough(load())) == 50
    for _ in range(2):  # what is asked for twice is there once
        made.run(points(d, 8, 2), AGAIN, 66_531, 4)
    assert len(made.table) == 58 and made.table["people"].tail(8).eq(66_531).all()
    with pytest.raises(TooFewRuns, match="39 have a reading"):
        Made(base, Stub(None, None, None), before.head(39)).enough(load())


def test_recovery_tells_a_right_posterior_from_a_wrong_one():
    uniform = uniforms(1, TOY, 100, 2)
    right = Recovery(uniform, uniform, uniform)
    wrong = Recovery(uniform, 0.5 + 0.2 * (uniform - 0.5), 0.5 + 0.0 * uniform)  # too wide
    assert (right.evenness() > 0.05).all() and (wrong.evenness() < 1e-6).all()
    assert right.coverage() == pytest.approx(np.array([[0.5] * 2, [0.9] * 2]), abs=0.12)
    assert (wrong.coverage()[0] == 1.0).all() and (right.explained() == 1.0).all() and (wrong.explained() < 0.05).all()


def test_single_runs_are_counted_against_bands_and_intervals():
    data = load().only(np.arange(3))
    low, high = np.array([np.nan, -1.0, -1.0]), np.array([np.nan, 1.0, np.nan])
    data = replace(data, form=("plain",) * 3, published=np.array([0.0, 0.0, np.nan]), low=low, high=high,
                   observed=np.array([0.0, 0.0, np.nan]), error=np.array([1.0, 0.5, 0.0]))  # fmt: skip
    read = np.array([[1.6, 0.9, 9.0], [1.7, 0.9, -2.0], [0.0, -1.1, 0.0], [0.0, np.nan, 0.0]])
    assert single(data, read) == pytest.approx([0.75, 2.0 / 3.0, 0.75])
    assert ranks(data, np.zeros((5, 3)))[:2] == pytest.approx([0.5, 0.5]) and np.isnan(ranks(data, read)[2])
    assert ranks(data, np.full((5, 3), 2.0))[:2] == pytest.approx([0.02275, 3.167e-5], rel=1e-3)


def test_the_best_point_is_best_at_the_large_scale_whatever_luck_runs_had():
    """The whole is right a spread of the posterior beside where the emulator says, a part of it reads all too high."""
    _, found = fitted()
    data, d = found.data, len(parameters())
    slope = 2.0 * normals(1, TOY, len(data.ids), d)
    slope[:, 3:] = 0.0
    made, aside = [], found.posterior.sd * (np.arange(d) < 3)

    def true(where):
        return data.middle + (where - 0.4 - aside) @ slope.T

    def run(where, bias):
        made.append(len(where))
        luck = 2.0 * error * normals(2, TOY, WORLDS, len(error))
        alone = 0.5 * error * normals(3, TOY, len(where), len(error))
        return true(where) + bias * error + luck[np.arange(len(where)) % WORLDS] - luck.mean(axis=0) + alone

    error = np.where(data.interval, 0.1, data.error)
    misfit = lambda where: (((true(where) - data.middle) / error) ** 2)[:, ~data.interval].sum(axis=1)  # noqa: E731
    point, reads = polished(found, lambda x: run(x, 3.0), lambda x: run(x, 0.0), 2, 1)
    assert made == [10, 60, 10, 120, 10]  # what was run of a part before is asked for again, and found
    assert misfit(point[None])[0] < np.quantile(misfit(found.posterior.draws(500, 1)), 0.1)
    assert misfit(point[None])[0] < 0.5 * misfit(np.full((1, d), 0.4))[0]  # the emulator's own best
    assert np.abs((reads - true(point[None])[0]) / error).max() < 1.0
    gone, _ = polished(found, lambda x: np.full((len(x), len(error)), np.nan), lambda x: run(x, 0.0), 2, 1)
    assert (gone == promising(found)).all()


def test_the_experiment_leaves_what_it_promises(monkeypatch, elsewhere, capsys):
    monkeypatch.setattr(calibration, "Runs", Stub)
    words = [
        "runs=160",
        "rounds=2",
        "scale_points=10",
        "polish=1",
        "predictive=8",
        "recovery=3",
        "draws=50",
        "hydra.run.dir=there",
    ]
    monkeypatch.setattr(sys, "argv", ["calibrate", *words])
    assert cli.main("calibrate", calibrate._MANUAL, calibrate.Settings, calibrate.experiment) == 0
    there, printed = elsewhere / "there", capsys.readouterr().out
    for name in ("parameters", "predictions", "pairs", "recovery", "coverage"):
        assert (there / "figures" / f"{name}.svg").exists() or name == "pairs"
    draws = pd.read_csv(there / "posterior.csv")
    assert len(draws) == 50 and list(draws) == list(parameters())
    about = json.loads((there / "posterior.json").read_text(encoding="utf-8"))
    assert about["command"] == " ".join(["python -m experiments.calibrate", *words[:-1]])  # no folder is shipped
    assert about["runs"] == 310 and set(about["data"]) == set(load().ids) and about["code"]
    assert (
        "Left as it was believed: " in printed
        and "ranks are" in printed
        and "visitors (says what visitors_share says)" in printed
    )
    made = pd.read_parquet(there / "design.parquet")
    assert len(made) == 318 and set(made["people"]) == {13_306, 66_531, 266_126}
    drawn = Scenario.compose([f"behaviour.posterior={there}/posterior.csv", "seed=3"])
    assert drawn.behaviour.looking_rate == draws["behaviour.looking_rate"][drawn.behaviour.row]


def test_help_and_a_bad_engine(capsys, monkeypatch, elsewhere):
    monkeypatch.setattr(sys, "argv", ["calibrate", "--help"])
    assert cli.main("calibrate", calibrate._MANUAL, calibrate.Settings, None) == 0
    assert "scale_points" in capsys.readouterr().out
    monkeypatch.setattr(sys, "argv", ["calibrate", "engine=magic", "rnus=40", "survey.targets=crets"])
    assert cli.main("calibrate", calibrate._MANUAL, calibrate.Settings, calibrate.experiment) == 2
    told = capsys.readouterr().err
    assert "engine = magic: must be one of design, smc" in told
    assert "rnus = 40: there is no such field; did you mean runs?" in told and "did you mean crest?" in told


def test_pyabc_finds_the_exact_posterior_too_and_goes_on_where_it_stopped(tmp_path):
    pytest.importorskip("pyabc")
    from experiments.calibrate.inference.smc import smc

    _, _, observed, mean, sd = linear(8)
    slope, made = normals(1, TOY, 5, 3), []

    def simulate(point):
        made.append(1)
        return slope @ point + 0.05 * normals(1, TOY + 3, [len(made)], 5)[0]

    smc(simulate, 3, observed, tmp_path / "smc.db", 150, 2)
    first = len(made)
    where, readings, weight, runs = smc(simulate, 3, observed, tmp_path / "smc.db", 150, 4)
    assert runs >= len(made) - 150 > first  # the runs by which pyABC finds its first tolerance are not counted
    found = posterior(where, readings, observed, weight * len(weight), keep=1.0)
    assert (np.abs(found.weights @ found.points - mean) / sd).max() < 0.8  # its chance is its own: a wide margin
