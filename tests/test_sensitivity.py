"""Sensitivity on functions whose indices are known."""

import re

import numpy as np
import pytest

from experiments.calibrate.inference.chance import TOY, uniforms
from experiments.calibrate.inference.design import parameters, points
from experiments.calibrate.inference.measure import OUTCOMES
from experiments.sensitivity.emulator import Emulator, features


def stub(where, luck=0.0):
    """What would be measured if every outcome were exp(2 u0 + u1): first-order shares 0.8 and 0.2."""
    chance = luck * (uniforms(3, TOY, len(where), 1)[:, 0] - 0.5)
    told = np.exp(2.0 * where[:, 0] + where[:, 1] + chance)
    return [{"outcomes": dict.fromkeys(OUTCOMES, float(value))} for value in told]


def test_the_emulator_knows_what_it_cannot_explain():
    where = points(4, 400, 1)
    smooth = (where[:, :1] - 0.5) ** 2 + where[:, 1:2] * where[:, 2:3]
    noise = uniforms(1, TOY, 400, 1) - 0.5
    noisy = smooth + smooth.std() / noise.std() * noise
    clean, noisy = Emulator(features(where), smooth), Emulator(features(where), noisy)
    assert clean.explained[0] > 0.99 and noisy.explained[0] == pytest.approx(0.5, abs=0.08)
    fresh = points(4, 50, 2)
    exact = (fresh[:, :1] - 0.5) ** 2 + fresh[:, 1:2] * fresh[:, 2:3]
    assert clean(features(fresh)) == pytest.approx(exact, abs=0.02)


def test_the_emulator_does_not_take_copying_for_knowledge():
    """More features than runs, and outcomes that are nothing but luck."""
    where = points(13, 60, 1)
    assert Emulator(features(where), uniforms(1, TOY, 60, 1)).explained[0] < 0.3


def test_shares_of_variance_are_the_exact_ones_and_nothing_does_nothing(monkeypatch):
    from experiments.sensitivity import indices
    from experiments.sensitivity.indices import DUMMY, sobol
    from experiments.sensitivity.study import text

    monkeypatch.setattr(indices, "_RESAMPLED", 8)
    where = points(len(parameters()), 400, 1)
    table = sobol(where, stub(where, luck=0.2), 1)
    part = table[table["outcome"] == "mean_earnings"].set_index("parameter")
    first, second, *rest = parameters()
    assert part.loc[first, "total"] == pytest.approx(0.8, abs=0.03)
    assert part.loc[second, "total"] == pytest.approx(0.2, abs=0.03)
    assert part.loc[[*rest, DUMMY], "total"].max() < 0.02
    assert re.search(rf"{first} 0\.(7[7-9]|8)", text(table, table.assign(levels=4, rank=9).head(0)))


def test_the_screening_ranks_on_both_grids():
    from experiments.sensitivity.indices import DUMMY, GRIDS, morris
    from sim.scenario.scenario import Scenario

    class Runs:
        def make(self, scenario, where, turn):
            made = stub(where)
            made[0] = None  # a run that was not made: its trajectory does not count
            return made

    table = morris(Scenario.load(), Runs(), 4)
    first, second, *_ = parameters()
    for levels in GRIDS:
        part = table[(table["levels"] == levels) & (table["outcome"] == "gini")].set_index("parameter")
        assert part.loc[first, "rank"] == 1 and part.loc[second, "rank"] == 2 and part.loc[DUMMY, "mu_star"] == 0
    part = table[(table["levels"] == 4) & (table["outcome"] == "mean_earnings")].set_index("parameter")
    assert part.loc[first, "mu_star"] == pytest.approx(2.0)  # log points over the whole prior
