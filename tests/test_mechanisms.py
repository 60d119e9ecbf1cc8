"""Mechanisms switched off one at a time: what changes, on which luck, and what is said of it."""

import sys

import numpy as np
import pandas as pd
import pytest
from anew import assert_made_anew

from experiments import cli, report
from experiments.sensitivity import __main__ as sensitivity
from experiments.sensitivity import mechanisms
from experiments.sensitivity.mechanisms import BASE, MECHANISMS, OUTCOMES, compared, measure, plan, switched, text
from sim.scenario.scenario import Scenario


def flat(tree, above=""):
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from flat(value, f"{above}{key}.")
        else:
            yield f"{above}{key}", value


def test_each_market_lacks_one_mechanism_and_nothing_else():
    base = Scenario.compose(["population=small"])
    was = dict(flat(base.model_dump()))
    moved = {name: {key for key, value in flat(world.model_dump()) if was[key] != value}
             for name, world in switched(base).items()}  # fmt: skip
    assert moved["reinforcement"] == {"behaviour.learning_rate"} and moved["volatility"] == {"demand.name"}
    assert moved["search cost"] == {"behaviour.search_seconds", "behaviour.pick_seconds"}
    assert moved["multi-homing"] == {"behaviour.joining_rate", "population.joined_at_sign_up"}
    for name, field in (("qualifications", "requires"), ("sign-up", "sign_up_growth")):
        keys = [key for key in base.platform.members if (key, field) != ("appen", "requires")]  # asks for nothing
        assert moved[name] == {f"platform.members.{key}.{field}" for key in keys}
    assert list(moved) == list(MECHANISMS)
    steady = Scenario.compose(["population=small", "demand=steady"])
    assert switched(steady)["volatility"].demand.name == "volatile"


def test_with_and_without_share_a_seed_and_a_draw_of_the_posterior():
    asked = plan(Scenario.compose(["population=small", "behaviour=posterior", "seed=5"]), 2)
    assert len(asked) == 2 * (1 + len(MECHANISMS)) and {one.seed for one in asked} == {5, 6}
    for seed in (5, 6):
        worlds = {one.variant: one.scenario for one in asked if one.seed == seed}
        assert len({world.behaviour.row for world in worlds.values()}) == 1
        assert worlds["reinforcement"].behaviour.learning_rate == 0 < worlds[BASE].behaviour.learning_rate
        rates = {world.behaviour.looking_rate for world in worlds.values()}
        assert len(rates) == 1 and worlds["search cost"].behaviour.search_seconds == 0


def kept(effects, seeds=6):
    """Runs whose seeds differ a lot and whose mechanisms move log-odds or log amounts by so much, give or take."""
    found = []
    for seed in range(seeds):
        for variant in (BASE, *MECHANISMS):
            one = {}
            for outcome, (share, _) in OUTCOMES.items():
                move, scatter = effects.get((variant, outcome), (0.0, 0.01))
                level = 1.5 * np.sin(seed) + move + (variant != BASE) * scatter * (-1) ** seed
                one[outcome] = 1 / (1 + np.exp(-level)) if share else 100 * np.exp(level)
            found.append((variant, seed, one))
    return found


def test_paired_differences_find_small_effects_under_large_chance_and_name_them():
    effects = {
        ("reinforcement", "occasional_share"): (-2.0, 0.01),
        ("sign-up", "occasional_share"): (0.1, 0.01),  # a fifteenth of what chance does to a seed
        ("search cost", "unpaid_share"): (-0.69, 0.0001),  # short of twofold
        ("volatility", "fill_time"): (1.0, 3.0),  # drowns in its own scatter
    }
    table = compared(kept(effects)).set_index(["mechanism", "outcome"])
    row = table.loc[("reinforcement", "occasional_share")]
    assert row["factor"] == pytest.approx(np.exp(-2.0)) and row["low"] < row["factor"] < row["high"] < 0.15
    verdicts = table["verdict"]
    assert verdicts[("reinforcement", "occasional_share")] == "destroys"
    assert verdicts[("sign-up", "occasional_share")] == "bends" == verdicts[("search cost", "unpaid_share")]
    assert verdicts[("volatility", "fill_time")] == "leaves" == verdicts[("qualifications", "gini")]
    told = text(table.reset_index(), steady=False)
    assert "It is made by reinforcement; sign-up moves it; it does without" in told
    assert told.index("Without reinforcement") < told.index("Without sign-up") and max(map(len, told.split("\n"))) < 120
    assert "Without multi-homing" in told and "no difference beyond chance" in told


def test_what_is_unknown_in_too_many_seeds_is_not_judged():
    some = kept({})
    for variant, seed, one in some:
        if variant == "volatility" and seed:
            one["reading_very_active"] = float("nan")
    table = compared(some).set_index(["mechanism", "outcome"])
    assert table.loc[("volatility", "reading_very_active"), ["seeds", "verdict"]].tolist() == [1, "unknown"]
    assert table.loc[("sign-up", "reading_very_active"), "seeds"] == 6


def test_what_is_measured_of_a_run():
    from sim.results.tables import results
    from sim.simulation.day import DayByDay

    world = Scenario.load(**{"population.people": 900, "start": "2018-03-01", "end": "2018-07-31", "seed": 4})
    run = results(DayByDay(world).run())
    found = measure(run)
    assert list(found) == list(OUTCOMES) and found["gini"] == run.summary["gini_earners"]
    seen = run.accounts.groupby("worker")["last_seen"].max() > run.daily["day"].max() - 30
    assert found["occasional_share"] == pytest.approx(1 - seen.sum() / len(run.workers))
    deep = Scenario.load(**{"platform": "deep", "population.people": 500, "end": "2014-07-20"})
    lost = measure(results(DayByDay(deep).run()))
    assert np.isnan(lost["reading_very_active"])  # no platform to hold the survey on


def test_the_command_leaves_table_figure_and_answer(monkeypatch, elsewhere, capsys):
    made = kept({("reinforcement", "occasional_share"): (-2.0, 0.01)}, 5)
    by = {(variant, seed + 1): one for variant, seed, one in made}
    monkeypatch.setattr(
        "experiments.sensitivity.study.run_all", lambda asked, *_: [(one, by[one.variant, one.seed]) for one in asked]
    )
    words = ["part=mechanisms", "people=900", "seeds=5", "hydra.run.dir=there"]
    monkeypatch.setattr(sys, "argv", ["sensitivity", *words])
    assert cli.main("sensitivity", sensitivity._MANUAL, sensitivity.Settings, sensitivity.experiment) == 0
    assert "What makes the reservoir?" in capsys.readouterr().out
    assert len(pd.read_csv("there/mechanisms.csv")) == len(MECHANISMS) * len(OUTCOMES)
    assert_made_anew(report.main, elsewhere / "there")
    drawn = (elsewhere / "there" / "figures" / "mechanisms.svg").read_text(encoding="utf-8")
    assert "Without reinforcement," in drawn and not (elsewhere / "there" / "sobol.csv").exists()
    assert mechanisms.DESTROYED == pytest.approx(np.log(2))
