"""The likelihood with luck: exact posteriors are found, luck widens, intervals are flat, a missed row is left."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from experiments.calibrate.inference import chain
from experiments.calibrate.inference.chain import NotConverged, rhat, sample
from experiments.calibrate.inference.chance import TOY, normals, uniforms
from experiments.calibrate.inference.data import Data, load
from experiments.calibrate.inference.design import AGAIN, LARGE, POLISH, TWICE, parameters, points
from experiments.calibrate.inference.emulators import emulators
from experiments.calibrate.inference.likelihood import Likelihood, likelihood_of, log_mass, pooled
from experiments.calibrate.inference.table import rows

SLOPE = 2.0 * normals(1, TOY, 5, 3)


def toy(error=0.05, luck=0.0, missed=0.0, observed=None):
    """A linear model of three parameters read by five rows, the truth at 0.45."""
    m, d = SLOPE.shape
    observed = SLOPE @ np.full(d, 0.45) if observed is None else observed
    data = Data(
        ("row",) * m,
        ("",) * m,
        ("",) * m,
        ("plain",) * m,
        observed,
        observed,
        np.full(m, error),
        *np.full((2, m), np.nan),
    )
    return Likelihood(data, lambda where: where @ SLOPE.T, np.full(m, luck), np.zeros(m), d, missed)


def exact(width):
    return np.sqrt(np.diag(np.linalg.inv(SLOPE.T @ SLOPE))) * width


def test_the_exact_posterior_is_found_and_luck_widens_it():
    for luck in (0.0, 0.05):
        found = sample(toy(luck=luck), seed=1)
        sd = exact(np.hypot(0.05, luck))
        # a thousand effective draws and more: means within 0.1 sd, widths within 7 %
        assert found.effective > 700 and (np.abs(found.mean - 0.45) / sd < 0.12).all()
        assert found.sd == pytest.approx(sd, rel=0.07)


def test_the_same_seed_gives_the_same_bits_and_rows_left_out_do_not_count():
    one, again, other = (sample(toy(), seed=seed, steps=50, most=3) for seed in (3, 3, 4))
    assert np.array_equal(one.points, again.points) and not np.array_equal(one.points, other.points)
    far = toy()
    far = replace(far, data=replace(far.data, observed=far.data.observed + [0, 0, 0, 0, 9.0]))
    rows = np.array([True] * 4 + [False])
    assert (sample(far, rows, 3, 50).points == sample(toy(), rows, 3, 50).points).all()
    nothing = sample(toy(), np.zeros(5, bool), 3)
    assert nothing.sd == pytest.approx(12**-0.5, rel=0.05)  # the prior


def test_a_row_that_is_missed_does_not_drag_the_rest():
    away = SLOPE @ np.full(3, 0.45) + [0.0, 0.0, 0.3, 0.0, 0.0]  # by six errors
    firm, robust = (sample(toy(missed=missed, observed=away), seed=1) for missed in (0.0, 0.1))
    miss = [np.abs(one.mean - 0.45) / exact(0.05) for one in (firm, robust)]
    assert miss[1].max() < 0.6 * miss[0].max()
    blamed = toy(missed=0.1, observed=away).missing(robust.points).mean(axis=0)
    assert blamed.argmax() == 2 and blamed[2] > 0.8 and np.delete(blamed, 2).max() < 0.4


def test_an_interval_is_flat_inside_and_a_missing_end_is_infinite():
    data = Data(("a", "b"), ("",) * 2, ("",) * 2, ("plain",) * 2, np.full(2, np.nan), np.full(2, np.nan), np.zeros(2),
                np.array([0.2, 0.5]), np.array([0.8, np.nan]))  # fmt: skip
    likelihood = Likelihood(data, lambda where: np.repeat(where, 2, axis=1), np.full(2, 0.02), np.zeros(2), 1, 0.0)
    terms = likelihood.terms(np.array([[0.3], [0.5], [0.7], [0.8], [0.95], [0.1]]))
    assert terms[:3, 0] == pytest.approx(0.0, abs=1e-5) and terms[3:5, 1] == pytest.approx(0.0, abs=1e-5)
    assert terms[3, 0] == pytest.approx(np.log(0.5)) and terms[1, 1] == pytest.approx(np.log(0.5))
    assert terms[4, 0] == pytest.approx(norm.logsf(7.5), rel=1e-4) and terms[5, 1] == pytest.approx(norm.logsf(20))
    assert log_mass(np.array([-np.inf, 30.0]), np.array([np.inf, 31.0])) == pytest.approx([0.0, norm.logsf(30)])


def test_walkers_that_disagree_are_no_posterior(monkeypatch):
    apart = np.zeros((2, 100, 4, 1))
    apart[0] += 1.0
    assert rhat(apart + 0.1 * normals(1, TOY, 800, 1).reshape(2, 100, 4, 1)).max() > 5
    monkeypatch.setattr(chain, "MOST_APART", 1.0)
    with pytest.raises(NotConverged, match="disagree after 20 steps"):
        sample(toy(), steps=10, most=2)


def test_expectations_are_found_behind_luck_and_small_counts():
    """Luck as large as the signal, eight parameters; and shares of fifty people of whom few are any."""
    d, n = 8, 500
    where, ask = points(d, n, 1), points(d, 300, 2)

    def truth(x):
        z = 2.0 * x - 1.0
        return np.stack([z[:, 0] + 0.5 * z[:, 1] * z[:, 2], -2.9 + z[:, 3]], -1)

    readings = truth(where)
    readings[:, 0] += 0.6 * normals(2, TOY, n, 1)[:, 0]
    shares = (uniforms(3, TOY, n, 50) < 1.0 / (1.0 + np.exp(-readings[:, 1:]))).mean(axis=1)
    with np.errstate(divide="ignore"):
        readings[:, 1] = np.clip(np.log(shares / (1.0 - shares)), -6.9, 6.9)
    found = emulators(where, readings, ("log", "logit"), np.array([0.0, -2.9]))
    off = found(ask) - truth(ask)
    rms = np.sqrt((off**2).mean(axis=0))
    assert "products" in found.chosen[0] and rms[0] < 0.15 and found.doubt[0] < 0.15
    assert rms[1] < 0.2 and abs(off[:, 1].mean()) < 0.1  # the mean of log-odds would lie a half too low
    assert found.missed == pytest.approx([0.6, 1.0 / np.sqrt(50 * 0.052 * 0.948)], rel=0.15)


def test_a_table_of_runs_says_where_luck_and_scale_come_from(tmp_path):
    """Small runs read 0.3 too low and scatter by 0.4, full ones by 0.1."""
    data, d = load(), len(parameters())
    data = data.only(~data.interval).only(np.arange(8))
    slope = np.zeros((len(data.ids), d))
    slope[:, :3] = 1.5 * normals(1, TOY, len(data.ids), 3)
    made = []

    def run(where, turn, people, luck, shift, worlds=None):
        chance = luck * normals(4, TOY + turn % 7, len(where), len(data.ids)) + shift
        read = data.back(data.observed + (where - 0.4) @ slope.T + chance)
        made.extend(rows(where, [{"readings": dict(zip(data.ids, ([x, 0.0] for x in one), strict=True)),
                                  "outcomes": {}} for one in read], turn, people, worlds))  # fmt: skip

    near = 0.4 + 0.1 * normals(5, TOY, 30, d)
    run(points(d, 300, 1), 0, 13_306, 0.4, -0.3)
    first = likelihood_of(pd.DataFrame(made).drop(columns="people"), data)
    assert "small runs" in first.luck_of and first.luck == pytest.approx(0.4 * 0.05**0.25, rel=0.2)
    for turn in (AGAIN, TWICE):
        run(near, turn, 13_306, 0.4, -0.3)
    run(near[:10], LARGE, 266_126, 0.1, 0.0)
    run(np.full((10, d), 0.4), POLISH, 266_126, 0.1, 0.0, 10)
    pd.DataFrame(made).to_parquet(tmp_path / "design.parquet")
    found = likelihood_of(tmp_path / "design.parquet", data)
    assert f"repeated runs of full size ({len(data.ids)} rows)" in found.luck_of
    assert np.median(found.luck) == pytest.approx(0.1, rel=0.3)  # nine degrees of freedom each
    at = np.full((1, d), 0.4)
    assert (np.abs(found.expected(at)[0] - data.observed) < 3.5 * found.doubt).all()
    assert (np.abs(first.expected(at)[0] - data.observed) > 0.15).mean() > 0.7
    assert (found.doubt < 0.35).all() and np.median(found.doubt) < 0.15 and (found.width > data.error).all()
    draws = found.predictive(np.repeat(at, 4000, axis=0), 1)
    wide = np.sqrt(0.9 + 0.1 * 3.0**2)  # of the mixture
    assert draws.std(axis=0) == pytest.approx(found.width * wide, rel=0.08)
    held = likelihood_of(pd.DataFrame(made), data, without=np.arange(50))
    assert (held.emulators.slopes != found.emulators.slopes).any()


def test_runs_at_the_same_point_tell_the_luck():
    where = np.repeat([[0.1], [0.9]], 3, axis=0)
    sd, freedom = pooled(
        where, np.array([[1.0, np.nan], [2.0, 5.0], [3.0, np.nan], [9.0, 1.0], [9.0, 2.0], [9.0, 3.0]])
    )
    assert sd == pytest.approx([np.sqrt(2.0 / 4.0), 1.0]) and freedom.tolist() == [4.0, 2.0]
