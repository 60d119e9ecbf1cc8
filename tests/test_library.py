"""What `from sim import ...` gives: a market and its results asked for numbers and figures, and runs as functions."""

import copy
import inspect
import pickle
from pathlib import Path

import mesa
import numpy as np
import pandas as pd
import pytest
from in_process import Here

from sim import MicroworkMarket, Results, Scenario, compare, ensemble, own, simulate
from sim.agents import Worker
from sim.instruments.fieldwork import Fieldwork
from sim.results.tables import results
from sim.scenario.problems import BadScenario

SMALL = {"population": {"sample": 0.00113}, "start": "2018-05-01", "end": "2018-06-30"}


@pytest.fixture(scope="module")
def market():
    return MicroworkMarket(seed=5, **SMALL).run()


def stepped(days):
    return MicroworkMarket(seed=5, **SMALL).run(days)


# --- asking ---------------------------------------------------------------------------------------------------
def test_a_market_and_the_folder_of_its_results_answer_alike(market, tmp_path):
    market.results().write(tmp_path)
    read = Results.load(tmp_path)
    assert type(read) is type(market.results()) is Results and read.digest() == results(market).digest()
    for asked in (market, read):
        pd.testing.assert_frame_equal(asked.tiers(), Fieldwork(results(market)).tiers)
        assert set(asked.targets()["comparable"]) == {True, False}
    assert market.summary().to_dict() == pytest.approx(read.summary, nan_ok=True)
    mine = market.tiers()
    mine["reading"] = 0.0
    assert market.tiers()["reading"].any()


def test_a_figure_is_drawn_and_others_are_named(market, tmp_path):
    figure = market.plot("tasks")
    figure.savefig(tmp_path / "tasks.png")
    assert (tmp_path / "tasks.png").read_bytes() == figure._repr_png_() and len(figure.axes) > 1
    with pytest.raises(ValueError, match="one of readings, .*; did you mean tasks?"):
        market.plot("task")
    with pytest.raises(ValueError, match="which figure. One of readings"):
        market.plot()


def test_midway_it_is_said_what_cannot_be_known_yet(tmp_path, caplog):
    model = stepped(0)
    for ask in (model.results, model.tiers, model.targets, model.summary, lambda: model.plot("tasks")):
        with pytest.raises(ValueError, match="no day is over yet"):
            ask()
    model.step()
    unheld = "the survey was not held: the run, 2018-05-01 to 2018-05-01, has not both waves"
    assert model.tiers()["reason"][0] == unheld
    assert "1 of 61 days are over" in caplog.text and "still to be posted on 2018-05-14" in caplog.text
    assert model.results().scenario == model.scenario
    with pytest.raises(ValueError, match="earnings has nothing to show"):
        model.plot("earnings")
    with pytest.raises(ValueError, match="only 1 of 61 days are over"):
        model.results().write(tmp_path / "run")
    assert not (tmp_path / "run").exists() and model.plot("tasks")
    registered = model.summary()["registered"]
    assert model.run().summary()["registered"] > registered and not model.results().unknown


@pytest.mark.parametrize("copied", [lambda what: pickle.loads(pickle.dumps(what)), copy.deepcopy])
def test_copies_go_on_to_the_same_bits(market, copied, tmp_path):
    model = stepped(20)
    model.tiers(), model.datacollector.collect(model), model.agents_by_type[Worker][0]
    again, workers = copied((model, model.agents_by_type[Worker]))
    assert again.run().results().digest() == market.results().digest() != model.results().digest()
    assert workers.model is again and len(workers) == len(again.agents_by_type[Worker])
    market.results().write(tmp_path)
    for found in (market.results(), Results.load(tmp_path)):
        read = copied(found)
        assert read.digest() == found.digest() and read.tiers().equals(market.tiers())
    assert copied(market.scenario) == market.scenario


# --- Mesa's own machines ---------------------------------------------------------------------------------------
def test_mesas_viewer_takes_its_parameters():
    """By Mesa's rule a parameter is known, or ``kwargs`` takes it; and none is taken by its place."""
    given = inspect.signature(MicroworkMarket.__init__).parameters
    assert given["kwargs"].kind == inspect.Parameter.VAR_KEYWORD and "seed" not in given
    assert inspect.Parameter.VAR_POSITIONAL not in {one.kind for one in given.values()}
    assert MicroworkMarket(seed="7", **SMALL).scenario.seed == 7  # its field for a seed is one for text


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_batch_runs_bring_the_tiers_without_a_reporter(market):
    chosen = {"seed": 5, "population.sample": [0.00113, 0.0015], "start": "2018-05-01", "end": "2018-06-30"}
    last = mesa.batch_run(MicroworkMarket, chosen, display_progress=False)
    tiers = market.tiers().set_index("tier")
    assert [row["population.sample"] for row in last] == [0.00113, 0.0015] and f"{last[0]['date']:%F}" == "2018-06-30"
    for name, column in (("reading.regular", "reading"), ("truth.regular", "truth")):
        assert last[0][name] == tiers.at["regular", column] != last[1][name]
    every = mesa.batch_run(MicroworkMarket, chosen, data_collection_period=1, max_steps=39, display_progress=False)
    days = pd.DataFrame(every[: len(every) // 2])
    weight = market.scenario.population.weight
    assert len(days) >= 39 and (days["registered"] == market.results().funnel["registered"][: len(days)] * weight).all()
    looks = market.results().daily.groupby("day")["looks"].sum().rolling(30, min_periods=1).sum()
    assert (days["looks_month"] == looks[: len(days)] * weight).all()
    assert days["reading.occasional"].notna().tolist() == [False] * (len(days) - 1) + [True]


def test_a_market_collects_nothing_until_it_is_asked():
    model = stepped(3)
    assert "datacollector" not in vars(model) and "_results" not in vars(model)
    collector, workers = model.datacollector, model.agents_by_type[Worker]
    now = collector.get_agenttype_vars_dataframe(Worker)
    assert now["looks"].droplevel(0).to_dict() == dict(zip(workers.get("unique_id"), workers.get("looks"), strict=True))
    collector.collect(model), model.step()
    days = collector.get_model_vars_dataframe()["reading.occasional"]
    assert days.notna().tolist() == [False, False, True, True]
    assert len(set(collector.get_agenttype_vars_dataframe(Worker).index.get_level_values(0))) == 2


# --- runs as functions -----------------------------------------------------------------------------------------
def test_one_run_is_the_market_of_its_seed_and_is_taken_up(market, tmp_path):
    assert simulate(seed=5, **SMALL).digest() == market.results().digest()
    words = SMALL | {"report": {"figures": False}}
    made = simulate(seed=5, folder=tmp_path / "run", **words)
    assert made.tiers().equals(market.tiers()) and (tmp_path / "run" / "report.html").exists()
    assert "population.sample=0.00113" in made.provenance["overrides"]
    before = (tmp_path / "run" / "workers.parquet").stat().st_mtime_ns
    assert simulate(seed=5, folder=tmp_path / "run", **words).digest() == made.digest()
    assert (tmp_path / "run" / "workers.parquet").stat().st_mtime_ns == before
    with pytest.raises(ValueError, match="another scenario's .*6 asked for.; choose another"):
        simulate(seed=6, folder=tmp_path / "run", **words)


def test_ensembles_and_comparisons_share_their_runs_and_their_luck(monkeypatch, tmp_path):
    monkeypatch.setattr("sim.runs.pool.LocalWorkers", Here)
    surveyed = {"own": [f"{Path(__file__).parent.parent / 'examples' / 'second_survey.py'}:second_survey"]}
    table = ensemble(2, seed=5, folder=tmp_path / "kept", **SMALL, **surveyed)
    other = MicroworkMarket(seed=6, **SMALL).run()
    assert table.index.tolist() == [5, 6] and table.at[6, "looks"] == other.summary()["looks"]
    assert table.at[6, "reading.regular"] == other.tiers()["reading"][1] and table.filter(like="target.").size
    assert table["own.second_survey"].notna().all()
    assert ensemble(2, seed=5, folder=tmp_path / "kept", **SMALL, **surveyed).equals(table)
    with pytest.raises(ValueError, match="another scenario's"):
        ensemble(2, seed=5, platform="deep", folder=tmp_path / "kept", **SMALL)
    variants = {"as it is": {}, "absent": {"population": {"absent": 100_000}}}
    found = compare(variants, seeds=1, seed=6, **SMALL)
    assert found.index.unique("variant").tolist() == ["absent"] and not found["beyond_chance"].any()
    looks, registered = found.loc[("absent", "looks")], found.loc[("absent", "registered")]
    assert looks["base"] == looks["mean"] == table.at[6, "looks"] and looks["difference"] == 0.0
    assert registered["difference"] == pytest.approx(100_000, abs=other.scenario.population.weight)
    assert np.isnan(looks["low"]) and looks["seeds"] == 1  # of one seed there is no interval


# --- what is given by mistake ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("call", "kind", "said"),
    [
        (lambda: MicroworkMarket("deep"), BadScenario, "write MicroworkMarket(platform='deep')"),
        (lambda: MicroworkMarket(3), BadScenario, "write MicroworkMarket(seed=3)"),
        (lambda: MicroworkMarket("depe", 3), TypeError, "write MicroworkMarket(platform='deep', seed=3)"),
        (lambda: Scenario.load("deep"), TypeError, "write Scenario.load(platform='deep')"),
        (lambda: Scenario.load({"seed": 3}), TypeError, "write Scenario.load(**{'seed': 3})"),
        (lambda: Scenario(), TypeError, "write Scenario.load()"),
        (lambda: Scenario("deep"), TypeError, "write Scenario.load(platform='deep')"),
        (lambda: Scenario(platform="deep", seed=3), TypeError, "write Scenario.load(platform='deep', seed=3)"),
        (lambda: Results("outputs/run"), TypeError, 'write Results.load("outputs/NAME")'),
        (lambda: Scenario.load("my.yaml"), TypeError, "write Scenario.load_file('my.yaml')"),
        (lambda: MicroworkMarket("my.yaml"), BadScenario, "write MicroworkMarket(Scenario.load_file('my.yaml'))"),
        (
            lambda: simulate("my.yaml"),
            TypeError,
            "MicroworkMarket(Scenario.load_file('my.yaml')).run().results()",
        ),
        (lambda: MicroworkMarket(seed=1, **SMALL).run(0.5), ValueError, "whole days"),
        (lambda: Scenario.load("demand.hours_per_day=9"), TypeError, "load(**{'demand.hours_per_day': 9})"),
        (lambda: Results.load(), TypeError, 'write Results.load("outputs/NAME")'),
        (lambda: simulate("minimum_rate"), TypeError, "write simulate(policy='minimum_rate')"),
        (lambda: simulate(seeds=3), BadScenario, "ensemble(seeds=20)"),
        (lambda: ensemble("deep", platform="depe"), BadScenario, "seeds = deep"),
        (lambda: ensemble(0, platform="depe"), BadScenario, "did you mean deep?"),
        (lambda: compare({"a": {"platform": "depe"}, "b": {}, "c": "floor"}), BadScenario, "a: platform = depe"),
        (lambda: compare({"a": {"platform": "depe"}, "b": {}, "c": "floor"}), BadScenario, "c = floor: must be"),
        (lambda: compare({"a": {}}), BadScenario, "nothing to compare with"),
    ],
)
def test_a_mistake_gets_a_sentence(call, kind, said):
    with pytest.raises(kind) as refused:
        call()
    assert said in str(refused.value)


def test_a_function_of_the_script_itself_is_for_one_process(market):
    """Others could not find it; in this one it runs."""

    @own.policy
    def quiet(market, day):
        """Does nothing."""

    with pytest.raises(BadScenario, match="b: own.quiet = here:quiet: is a function of this script"):
        compare({"a": {}, "b": {"policy": [quiet]}}, **SMALL, **{"policy.start": "2018-06-01"})
    found = simulate(seed=5, policy=[quiet], **SMALL, **{"policy.start": "2018-06-01"})
    assert found.daily.equals(market.results().daily)
