"""Calibration: only what may be fitted is seen, known posteriors are found, and runs are kept and used again."""

import csv
import json
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from experiments import cli
from experiments.calibrate import __main__ as calibrate
from experiments.calibrate import calibration
from experiments.calibrate.best_point import WORLDS, polished, within
from experiments.calibrate.inference import runs
from experiments.calibrate.inference.chance import TOY, normals
from experiments.calibrate.inference.data import load
from experiments.calibrate.inference.design import cube, luck, narrowed, parameters, points, values
from experiments.calibrate.inference.emulated_sample import pool
from experiments.calibrate.inference.fit import fit, parameter_table
from experiments.calibrate.inference.recovery import coverage, recover
from experiments.calibrate.inference.regression_adjustment import posterior
from experiments.calibrate.inference.scale_correction import anchored, compare, same
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
    many, few = points(cube(4), 256, seed=3), points(cube(4), 50, seed=3)
    assert np.array_equal(many[:50], few) and not np.allclose(points(cube(4), 50, seed=4), few)
    counts = [np.histogram(column, 16, (0, 1))[0] for column in many.T]
    assert np.abs(np.array(counts) - 16).max() <= 1  # a Sobol sequence: each sixteenth holds its share


def test_a_box_holds_what_it_is_made_from_and_stays_within_the_last():
    draws = points(cube(2), 500, 4) * [0.4, 0.1] + [0.2, 0.0]
    box = narrowed(cube(2), draws)
    assert box.holds(draws).all() and box.volume < 0.2
    inner = narrowed(box, draws + 0.3)
    assert (inner.low >= box.low).all() and (inner.high <= box.high).all()


def test_values_are_those_of_the_priors():
    low, high = values(np.zeros(len(parameters()))), values(np.ones(len(parameters())))
    for key, prior in parameters().items():
        assert (low[key], high[key]) == pytest.approx((prior.low, prior.high))


# --- inference on models with known posteriors -------------------------------------------------------------------
def linear(n, d=3, m=5, seed=1, noise=0.05):
    """A linear model with normal errors, its posterior known: points, readings, data, mean, standard deviation."""
    slope = normals(seed, TOY, m, d)
    where = points(cube(d), n, seed)
    readings = where @ slope.T + noise * normals(seed, TOY + 1, n, m)
    observed = slope @ np.full(d, 0.45) + noise * normals(seed, TOY + 2, 1, m)[0]
    spread = np.linalg.inv(slope.T @ slope) * noise**2
    return where, readings, observed, spread @ slope.T @ observed / noise**2, np.sqrt(np.diag(spread))


@pytest.mark.parametrize("seed", [1, 2])
def test_adjusted_posterior_is_near_the_exact_one(seed):
    where, readings, observed, mean, sd = linear(2000, seed=seed)
    found = posterior(where, readings, observed, keep=0.15)
    middle = found.weights @ found.points
    width = np.sqrt(found.weights @ (found.points - middle) ** 2)
    # 200 draws have a mean within 0.07 sd and a width within 5 %; the rest is the method's
    assert (np.abs(middle - mean) / sd).max() < 0.4 and (0.85 < width / sd).all() and (width / sd < 1.3).all()
    plain = posterior(where, readings, observed, keep=0.15, adjusted=False)
    coarse = np.sqrt(plain.weights @ (plain.points - plain.weights @ plain.points) ** 2)
    assert (coarse > 1.5 * width).all()  # what rejection alone would give


def test_curved_and_uneven_readings():
    """One parameter, read through a square with an error that grows: the exact posterior by quadrature."""
    where = points(cube(1), 2000, 5)
    mean, error = (lambda u: (0.3 + u) ** 2), (lambda u: 0.02 + 0.1 * u)
    readings = mean(where) + error(where) * normals(5, TOY, 2000, 1)
    grid = np.linspace(0.001, 0.999, 2000)
    density = np.exp(-0.5 * ((1.0 - mean(grid)) / error(grid)) ** 2) / error(grid)
    density /= density.sum()
    exact = density @ grid
    sd = np.sqrt(density @ (grid - exact) ** 2)
    found = posterior(where, readings, np.array([1.0]), keep=0.2)
    middle = found.weights @ found.points[:, 0]
    width = np.sqrt(found.weights @ (found.points[:, 0] - middle) ** 2)
    assert abs(middle - exact) < 0.3 * sd and 0.8 < width / sd < 1.25


def test_recovery_tells_a_right_posterior_from_a_wrong_one():
    where, readings, observed, *_ = linear(1000)
    tested = np.arange(0, 1000, 10)
    known = [np.delete(where, tested, 0), np.delete(readings, tested, 0), where[tested], readings[tested]]
    ranks, means = recover(*known, keep=0.2)
    inside = coverage(ranks)[1]
    # 100 data sets: a right posterior covers 90 +- 3 %, three standard errors are 9
    assert (inside > 0.81).all() and np.abs(ranks.mean(axis=0) - 0.5).max() < 0.09
    told_of = [np.corrcoef(a, b)[0, 1] for a, b in zip(where[::10].T, means.T, strict=True)]
    assert min(told_of) > 0.95
    too_wide = coverage(recover(*known, keep=0.2, adjusted=False)[0])
    assert (too_wide[0] > 0.65).any()  # half would be right


def test_runs_without_a_reading_are_rejected_and_data_out_of_reach_are_said():
    where, readings, observed, *_ = linear(400)
    readings[::2, 1] = np.nan
    found = posterior(where, readings, observed)
    assert set(found.rows) <= set(range(1, 400, 2)) and not found.beyond.any()
    assert posterior(where, readings, observed + np.array([0, 0, 50.0, 0, 0])).beyond.tolist()[2]
    with pytest.raises(ValueError, match="at least 20"):
        posterior(where[:30], readings[:30], observed)


def test_few_runs_are_not_read_for_more_than_they_tell():
    where, readings, observed, *_ = linear(30, d=8, m=11)
    found = posterior(where, readings, observed, keep=1.0)
    away = found.points - found.weights @ found.points
    assert (found.weights @ away**2 * 12.0 > 0.3).all()  # of the prior's variance: no collapse


def test_draws_have_equal_weight():
    where, readings, observed, *_ = linear(1000)
    found = posterior(where, readings, observed)
    mean = found.weights @ found.points
    assert found.draws(2000, 1).mean(axis=0) == pytest.approx(mean, abs=0.01)
    assert found.quantiles([0.5])[0] == pytest.approx(np.median(found.draws(2000, 1), axis=0), abs=0.01)


# --- the pool ---
def test_expectations_tell_what_single_runs_drown_in_luck():
    """Runs scatter ten times the published error; their emulator still finds the exact posterior of the error."""
    slope, error = 2.0 * normals(1, TOY, 5, 3), 0.05
    where, truth = points(cube(3), 2000, 1), np.full(3, 0.45)
    luck_of = np.full(5, 0.5)
    readings = where @ slope.T + luck_of * normals(1, TOY + 1, 2000, 5)
    observed = slope @ truth
    data = replace(load(), ids=("",) * 5, observed=observed, error=np.full(5, error))
    here = pool(cube(3), where, readings, observed, luck_of, 1)
    np.testing.assert_allclose(here.emulate(truth[None])[0], observed, atol=4 * here.doubt.max())
    assert (here.doubt < 0.1).all() and (here.explained < 0.95).all()
    found = posterior(here.points, here.scattered(data, same(5), 1), observed, keep=0.1)
    middle = found.weights @ found.points
    width = np.sqrt(found.weights @ (found.points - middle) ** 2)
    total = np.sqrt(error**2 + here.doubt**2)
    exact = np.sqrt(np.diag(np.linalg.inv((slope / total[:, None] ** 2).T @ slope)))
    assert (np.abs(middle - truth) < 2.5 * exact).all() and (0.8 < width / exact).all() and (width / exact < 1.3).all()
    unknown = pool(cube(3), where, readings, observed, np.full(5, np.nan), 1)
    assert (unknown.doubt > 0.4).all()  # luck that nobody measured counts as doubt


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
    where = points(cube(2), 30, 1)
    anchor = anchored(same(2), lambda where: 2.0 * where, where, 2.0 * where + np.array([0.3, -0.2]))
    assert anchor.shift == pytest.approx([0.3, -0.2]) and anchor.shift_error == pytest.approx([0.0, 0.0], abs=1e-9)
    nothing = same(2)
    assert nothing.corrected(np.array([3.0, 4.0])).tolist() == [3.0, 4.0]
    assert nothing.error_left(np.array([0.1, 0.2])).tolist() == [0.1, 0.2]


# --- the whole, with a stub for the market ---------------------------------------------------------------------
class Stub:
    """Stands for `Runs`: readings are smooth functions of the first parameters, with a little luck."""

    made = 0

    def __init__(self, folder, workers, clock):
        self.folder, self.clock = folder, clock

    def make(self, scenario, where, turn=0, worlds=None):
        data = load()
        slope = 2.0 * normals(1, TOY, len(data.ids), where.shape[1])
        slope[:, 3:] = 0.0
        chance = normals(2, TOY, [luck(n, turn) for n in range(len(where))], len(data.ids))
        told_of = data.back(data.observed + (where - 0.4) @ slope.T + 0.02 * chance)
        Stub.made += len(where)
        outcomes = {"gini": 0.5}
        return [{"readings": {name: [x, 0.0] for name, x in zip(data.ids, row, strict=True)}, "outcomes": outcomes}
                for row in told_of]  # fmt: skip


def test_fit_finds_what_the_data_tell_and_says_what_they_do_not():
    data, d = load(), len(parameters())
    where = points(cube(d), 600, 1)
    measured = Stub(None, None, None).make(None, where)
    found = fit(where, runs.vectors(measured, data), data, same(11), cube(d), 1, range(600), 0.1, 50)
    table = parameter_table(found)
    assert (found.contraction[:3] > 0.9).all() and (found.contraction[3:] < 0.5).all()
    assert table["identified"][:3].all() and (table["recovered"][:3] > 0.9).all()
    assert np.abs(found.best[:3] - 0.4).max() < 0.1


def test_the_best_point_is_best_at_the_large_scale_whatever_luck_runs_had():
    """The whole is right a spread of the posterior beside where the emulator says, a part of it reads all too high."""
    data, d = load(), len(parameters())
    where = points(cube(d), 600, 1)
    found = fit(where, runs.vectors(Stub(None, None, None).make(None, where), data), data, same(11), cube(d), 1,
                range(600), 0.1)  # fmt: skip
    slope = 2.0 * normals(1, TOY, 11, d)
    slope[:, 3:] = 0.0
    made, aside = [], found.posterior.sd * (np.arange(d) < 3)

    def true(where):
        return data.observed + (where - 0.4 - aside) @ slope.T

    def run(where, bias):
        made.append(len(where))
        luck = 2.0 * data.error * normals(2, TOY, WORLDS, 11)
        alone = 0.5 * data.error * normals(3, TOY, len(where), 11)
        return true(where) + bias * data.error + luck[np.arange(len(where)) % WORLDS] - luck.mean(axis=0) + alone

    def misfit(where):
        return (((true(where) - data.observed) / data.error) ** 2).sum(axis=1)

    start = np.full(d, 0.5)
    point, reads = polished(found, start, lambda x: run(x, 3.0), lambda x: run(x, 0.0), 2, 1)
    assert made == [10, 60, 10, 120, 10]  # what was run of a part before is asked for again, and found
    assert misfit(point[None])[0] < np.quantile(misfit(found.posterior.draws(500, 1)), 0.1)
    assert misfit(point[None])[0] < 0.5 * min(misfit(np.stack([start, np.full(d, 0.4)])))  # the emulator's own best
    assert np.abs((reads - true(point[None])[0]) / data.error).max() < 1.0


def test_a_best_point_whose_runs_are_missing_is_the_last_one_known_and_says_so(capsys):
    data, d = load(), len(parameters())
    where = points(cube(d), 600, 1)
    found = fit(where, runs.vectors(Stub(None, None, None).make(None, where), data), data, same(11), cube(d), 1,
                range(600), 0.1)  # fmt: skip
    point, reads = polished(found, np.full(d, 0.5), lambda x: np.full((len(x), 11), np.nan),
                            lambda x: np.repeat(data.observed[None], len(x), axis=0), 2, 1)  # fmt: skip
    assert (point == within(found, np.full(d, 0.5))).all() and np.allclose(reads, data.observed)
    assert "0 of 2 turns" in capsys.readouterr().err


def test_the_experiment_leaves_what_it_promises(monkeypatch, elsewhere, capsys):
    monkeypatch.setattr(calibration, "Runs", Stub)
    words = [
        "runs=300",
        "rounds=2",
        "scale_points=10",
        "polish=1",
        "predictive=8",
        "recovery=20",
        "draws=50",
        "hydra.run.dir=there",
    ]
    monkeypatch.setattr(sys, "argv", ["calibrate", *words])
    assert cli.main("calibrate", calibrate._MANUAL, calibrate.Settings, calibrate.experiment) == 0
    there, printed = elsewhere / "there", capsys.readouterr().out
    for name in ("parameters", "predictions", "pairs", "recovery"):
        assert (there / "figures" / f"{name}.svg").exists() or name == "pairs"
    draws = pd.read_csv(there / "posterior.csv")
    assert len(draws) == 50 and list(draws) == list(parameters())
    about = json.loads((there / "posterior.json").read_text(encoding="utf-8"))
    assert about["command"] == " ".join(["python -m experiments.calibrate", *words[:-1]])  # no folder is shipped
    assert about["runs"] == 300 and set(about["data"]) == set(load().ids) and about["code"]
    assert "The data say little of: " in printed and "visitors (says what visitors_share says)" in printed
    assert len(pd.read_parquet(there / "design.parquet")) == 300
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
