"""A Mesa user is at home: agents, agent sets, data collection and batch runs on the market and on its columns."""

import copy
import gc
import inspect
import operator
import pickle
import subprocess
import sys
import weakref
from random import Random

import mesa
import numpy as np
import pytest
from mesa.agent import AgentSet

from sim import MicroworkMarket
from sim.agents import BifacePlatform, Client, DeepLabourPlatform, Platform, Worker
from sim.agents.view.agentset import GroupBy
from sim.agents.view.columns import Column
from sim.agents.view.registry import Handles, forget
from sim.kernel.arrays import ACCOUNTS
from sim.kernel.categories import ENGAGEMENTS, SEXES
from sim.kernel.records import CONTRACTED, DAILY
from sim.simulation.columns import by_name

DAYS = 40  # one month is over, the next has begun
PEOPLE = {"people": 1_300}


def columns_of(kind):
    return [name for name in dir(kind) if isinstance(getattr(kind, name), Column)]


def stepped(days, **choices):
    model = MicroworkMarket(seed=1, **({"population": PEOPLE} | choices))
    for _ in range(days):
        model.step()
    return model


@pytest.fixture(scope="module")
def market():
    return stepped(DAYS)


@pytest.fixture(scope="module")
def deep():
    return stepped(DAYS, platform="deep")


@pytest.fixture
def workers(market):
    return market.agents_by_type[Worker]


# --- agents --------------------------------------------------------------------------------------------------
def test_the_registered_are_agents(market, workers):
    signed_up = market.columns.people.persons["signed_up"]
    assert sorted(workers.get("row")) == np.flatnonzero(signed_up < DAYS).tolist()
    assert np.all(np.diff(workers.column("signed_up")) >= 0)  # in order of arrival, as Mesa's
    assert set(market.agent_types) == set(market.agents_by_type) == {Worker, Client, BifacePlatform, DeepLabourPlatform}
    assert len(market.agents) == sum(map(len, market.agents_by_type.values()))
    for kind, agents in market.agents_by_type.items():
        assert len(agents) and all(isinstance(agent, kind) and isinstance(agent, mesa.Agent) for agent in agents)
    assert len(set(market.agents.get("unique_id"))) == len(market.agents)


def test_a_worker_is_a_view_of_his_row(market, workers):
    columns = market.columns
    worker = workers.sort("earned")[0]
    row = worker.row
    assert worker.unique_id == row and worker.model is market
    assert worker.sex == SEXES[columns.people.persons["sex"][row]]
    assert worker.income == float(columns.people.persons["income"][row])
    assert type(worker.income) is float and type(worker.age) is int and type(worker.children) is bool
    assert worker.engagement == ENGAGEMENTS[market.engagement()[row]]
    assert worker.earned > 0 and worker.hours_paid > 0
    bits = columns.people.workers["platforms"][row]
    assert worker.platforms == tuple(k for p, k in enumerate(market.platform_keys) if bits >> p & 1)
    assert sorted(account.platform for account in worker.accounts) == sorted(worker.platforms)
    assert sum(account.balance + account.on_its_way for account in worker.accounts) == pytest.approx(
        worker.earned - worker.cashed_out
    )
    assert all(account.rating is None or 0 <= account.rating <= 1 for account in worker.accounts)
    with pytest.raises(AttributeError):
        worker.accounts[0].balance = 10.0


def test_totals_are_the_platforms_totals(market, workers):
    daily = market.recorder.daily.sum(axis=(0, 1))
    assert workers.agg("looks", np.sum) == daily[DAILY.looks]
    assert round(workers.agg("earned", np.sum) * 1e6) == daily[DAILY.pay_micro_euro]
    assert round(workers.agg("hours_paid", np.sum) * 3600) == daily[DAILY.paid_seconds]
    assert round(workers.agg("hours_watching", np.sum) * 3600) == daily[DAILY.watching_seconds] > 0
    for name in ("visits", "reactions", "too_late"):
        assert workers.agg(name, np.sum) == daily[DAILY._fields.index(name)]
    present = sum(workers.column(f"hours_{kind}") for kind in ("paid", "unpaid", "watching"))
    np.testing.assert_allclose(workers.column("hours_present"), present, atol=1e-6)
    july = market.last_month["earned_micro_euro"].sum()
    assert round(workers.agg("earned_last_month", np.sum) * 1e6) == july > 0


@pytest.mark.parametrize("kind", [Worker, Client])
def test_columns_say_what_agents_say(market, kind):
    agents = market.agents_by_type[kind]
    assert len(columns_of(kind)) > 10
    for name in columns_of(kind):
        assert getattr(kind, name).__doc__.endswith(".")
        one_by_one = [getattr(agent, name) for agent in agents]
        assert agents.get(name) == one_by_one, name
        assert agents.column(name).tolist() == one_by_one, name
        assert all(type(value) in (int, float, bool, str, tuple) for value in one_by_one)


def test_clients_and_platforms(market):
    clients, platforms = market.agents_by_type[Client], market.agents.select(agent_type=Platform)
    assert clients.agg("spent", np.sum) * 1e6 == pytest.approx(market.columns.firms.clients["spent"].sum())
    assert platforms.get("key") == [*platforms.get("key")] and set(platforms.get("key")) == set(market.platform_keys)
    assert sum(platforms.get("accounts")) == market.columns.people.counts[ACCOUNTS]
    assert sum(platforms.get("clients")) == clients.agg("active", np.sum)
    assert platforms.agg("open_tasks", sum) == market.columns.book.open_tasks.sum()
    watched = market.recorder.daily[DAYS - 1, :, DAILY.watching_seconds]
    assert [seconds * 86_400 for seconds in platforms.get("watchers")] == pytest.approx(watched[platforms.get("row")])
    foule = platforms.select(lambda platform: platform.key == "foule_factory")[0]
    assert foule.label == "Foule Factory" and foule.structure == "biface" and 0 < foule.commission < 1


def test_deep_labour_has_three_layers(deep):
    (platform,) = deep.agents_by_type[DeepLabourPlatform]
    assert BifacePlatform not in deep.agents_by_type
    accounts = deep.columns.people.accounts[: deep.columns.people.counts[ACCOUNTS]]
    contracts = accounts[accounts["state"] == CONTRACTED]
    assert platform.contracting.contracted == len(contracts) == deep.agents_by_type[Client].agg("contracted", np.sum)
    assert platform.contracting.contracted > 0 and platform.work.projects > 0
    assert platform.work.allotted == pytest.approx(contracts["week_allotted"].sum() / 3600)
    assert 0 <= platform.work.left <= platform.work.allotted
    assert platform.work.allotted <= platform.work.weekly_cap * len(contracts)
    chain = deep.scenario.platform.members["deep"].chain
    assert (platform.recruitment.margin, platform.contracting.margin) == (
        chain.recruiter_margin,
        chain.contractor_margin,
    )
    kept = (1 - platform.recruitment.margin) * (1 - platform.contracting.margin)
    assert platform.contracting.margin_on_pay == pytest.approx(1 / kept - 1, abs=1e-6)
    assert platform.contracting.next_exam >= deep.day and platform.recruitment.applied >= 0
    states = {account.state for worker in deep.agents_by_type[Worker] for account in worker.accounts}
    assert "contracted" in states


# --- agent sets ----------------------------------------------------------------------------------------------
def test_sets_answer_as_mesas_own(market, workers):
    mesas = AgentSet(workers.to_list(), random=Random(3))
    ours = workers.copy()
    ours.random = Random(3)
    for call in (
        operator.methodcaller("select", lambda w: w.income > 2000.0),
        operator.methodcaller("select", lambda w: w.sex == "woman", at_most=7),
        operator.methodcaller("select", at_most=0.25),
        operator.methodcaller("select", at_most=1.0),
        operator.methodcaller("select", at_most=0),
        operator.methodcaller("select", agent_type=Client),
        operator.methodcaller("sort", "earned"),
        operator.methodcaller("sort", "education", ascending=True),
        operator.methodcaller("sort", lambda w: (w.age, w.sex), ascending=True),
        operator.methodcaller("shuffle"),
        operator.methodcaller("shuffle"),
    ):
        assert list(call(ours)) == list(call(mesas))
    for by in ("engagement", "platforms", lambda w: w.age // 10):
        here, there = ours.groupby(by), mesas.groupby(by)
        assert isinstance(here, GroupBy) and list(here.count().items()) == list(there.count().items())
        assert here.agg("looks", sum) == there.agg("looks", sum)
        assert here.map(len) == there.map(len) and here.map("get", "row") == there.map("get", "row")
    assert {k: list(v) for k, v in ours.groupby("sex", result_type="list")} == {
        k: list(v) for k, v in mesas.groupby("sex", result_type="list")
    }
    assert ours.agg("looks", [min, max, sum]) == mesas.agg("looks", [min, max, sum])
    assert ours.get(["sex", "age"]) == mesas.get(["sex", "age"])
    assert ours.get("hat", handle_missing="default", default_value=0) == [0] * len(ours)
    with pytest.raises(AttributeError):
        ours.get("hat")
    with pytest.raises(ValueError):
        ours.get("sex", handle_missing="maybe")


def test_masks(workers):
    rich = workers.column("income") > 2000.0
    assert workers.where(rich).to_list() == workers.select(rich).to_list() == workers.select(list(rich)).to_list()
    assert workers.where(rich).to_list() == [worker for worker in workers if worker.income > 2000.0]
    assert workers.select(rich, at_most=3).to_list() == workers.where(rich).to_list()[:3]
    with pytest.raises(ValueError, match="boolean array of shape"):
        workers.where(rich[1:])
    with pytest.raises(ValueError, match="boolean array of shape"):
        workers.where(np.flatnonzero(rich))
    with pytest.raises(AttributeError, match="not a column"):
        workers.column("accounts")


def test_calls_on_each(workers):
    some = workers.select(at_most=5)
    order = []
    assert some.do(order.append) is some and order == some.to_list()
    assert some.shuffle_do(order.append) is some and sorted(order[5:], key=id) == sorted(order[:5], key=id)
    assert some.map(lambda w, add: w.age + add, 1) == [age + 1 for age in some.get("age")]
    assert some.map("__repr__") == [f"<Worker {row}>" for row in some.get("row")]
    some.do("step")


def test_sequence_and_set(workers):
    ten = workers.select(at_most=10)
    assert ten[0] is workers[0] and ten[-1] is ten.to_list()[-1] and ten[2:4] == ten.to_list()[2:4]
    with pytest.raises(IndexError):
        ten[10]
    assert ten[3] in ten and workers[10] not in ten and "nobody" not in ten
    assert ten.index(ten[3]) == 3 and list(reversed(ten)) == ten.to_list()[::-1]
    five = Handles(ten[:5])
    assert five < ten and five == ten.select(at_most=5) and len(ten - five) == 5 and (five | ten) == ten
    assert len(five & Handles([])) == 0 and len(Handles([ten[0], ten[0]])) == 1
    five.remove(ten[0])
    assert len(five) == 4 and len(ten) == 10
    with pytest.raises(KeyError):
        five.remove(ten[0])
    five.add(ten[0])
    assert five[-1] is ten[0] and copy.copy(five) == five and len({*five, *ten}) == 10
    assert five.sort("row", inplace=True) is five and five.get("row") == sorted(five.get("row"), reverse=True)
    empty = workers.select(lambda w: False)
    assert list(empty) == [] and empty.get("age") == [] and empty.groupby("sex").count() == {}


def test_nobody_edits_the_register(market, workers):
    worker = workers[0]
    for edit in (
        lambda: workers.remove(worker),
        lambda: workers.discard(worker),
        lambda: workers.add(market.agents_by_type[Client][0]),
        workers.pop,
        workers.clear,
        lambda: workers.sort("age", inplace=True),
        lambda: workers.shuffle(inplace=True),
    ):
        with pytest.raises(TypeError, match="not edited"):
            edit()
    with pytest.raises(TypeError, match="do not leave the register"):
        worker.remove()
    with pytest.raises(TypeError, match="not made by hand"):
        Worker(market)
    with pytest.raises(AttributeError, match="'income' stands in the model's columns"):
        worker.income = 1.0
    with pytest.raises(AttributeError):
        workers.set("income", 1.0)
    assert workers.set("colour", "red")[3].colour == "red" == market.agents_by_type[Worker][3].colour


# --- time passes ---------------------------------------------------------------------------------------------
def test_sets_grow_and_handles_stay():
    model = stepped(0)
    workers = model.agents_by_type[Worker]
    held, before, first = workers[0], len(workers), workers.column("row")
    looks, selection = held.looks, workers.select(at_most=5)
    for _ in range(60):
        model.step()
    assert len(workers) > before and workers[0] is held is model.agents_by_type[Worker][0]
    assert np.array_equal(workers.column("row")[:before], first) and len(selection) == 5
    assert held.looks >= looks and workers.agg("looks", np.sum) > 0


def test_users_chance_does_not_move_the_market():
    quiet, busy = stepped(0), stepped(0)
    for _ in range(10):
        busy.agents.shuffle_do("step")
        busy.random.random(), busy.rng.random()
        busy.agents_by_type[Worker].shuffle().select(lambda w: w.earned > 0).groupby("engagement").count()
        quiet.step(), busy.step()
    others = by_name(busy.columns)
    for name, ours in by_name(quiet.columns).items():
        assert np.array_equal(ours, others[name]), name


def test_a_users_own_agents():
    class Inspector(mesa.Agent):
        def __init__(self, model, zeal):
            super().__init__(model)
            self.zeal = zeal

    model = stepped(1)
    people = len(model.agents)
    inspectors = [Inspector(model, zeal) for zeal in (0.1, 0.2)]
    assert len(model.agents) == people + 2 and inspectors[1] in model.agents
    assert model.agents.select(agent_type=Inspector).to_list() == inspectors
    assert list(model.agents_by_type[Inspector]) == inspectors
    assert len(set(model.agents.get("unique_id"))) == people + 2
    chosen = model.agents.select(agent_type=Inspector)
    inspectors[0].remove()
    assert len(model.agents) == people + 1 and chosen.to_list() == inspectors[1:]
    forget(model)


def test_large_markets_make_handles_when_looked_at(market, monkeypatch):
    monkeypatch.setattr("sim.agents.view.registry.STORED", 1_000)
    large = stepped(3)
    workers = large.agents_by_type[Worker]
    assert workers[0] == workers[0] and workers[0] is not workers[0] and len({workers[0], workers[0]}) == 1
    assert workers[0] in workers and workers[0] != workers[1] and workers[0] != market.agents_by_type[Worker][0]
    assert workers.get("age") == [worker.age for worker in workers]
    assert workers.sort("age").select(lambda w: w.age > 40).agg("age", min) > 40
    assert len(large.agents) == len(list(large.agents))
    with pytest.raises(TypeError, match="made when looked at"):
        workers.set("colour", "red")


# --- Mesa's own machines -------------------------------------------------------------------------------------
class Observed(MicroworkMarket):
    """What a user writes: a market with a data collector."""

    def __init__(self, people=600, **choices):
        super().__init__(population={"people": people}, **choices)
        self.datacollector = mesa.DataCollector(
            model_reporters={
                "registered": lambda model: len(model.agents_by_type[Worker]),
                "looks": lambda model: model.agents_by_type[Worker].agg("looks", np.sum),
                "day": "day",
            },
            agenttype_reporters={Worker: {"earned": "earned", "engagement": "engagement"}, Client: {"spent": "spent"}},
            agent_reporters={"row": "row"},
        )

    def step(self):
        super().step()
        self.datacollector.collect(self)


def test_data_collector():
    model = Observed(seed=1)
    for _ in range(3):
        model.step()
    frame = model.datacollector.get_model_vars_dataframe()
    assert frame["day"].tolist() == [1, 2, 3] and frame["registered"].iloc[-1] == len(model.agents_by_type[Worker])
    workers = model.agents_by_type[Worker]
    last = model.datacollector.get_agenttype_vars_dataframe(Worker).loc[3]
    assert last["earned"].to_dict() == dict(zip(workers.get("unique_id"), workers.get("earned"), strict=True))
    assert set(last["engagement"]) <= set(ENGAGEMENTS)
    assert model.datacollector.get_agent_vars_dataframe().loc[3].shape == (len(model.agents), 1)


def test_batch_run():
    repeats = {"rng": [1, 2]} if "rng" in inspect.signature(mesa.batch_run).parameters else {"iterations": 2}
    rows = mesa.batch_run(
        Observed, {"people": [500, 600]}, max_steps=3, data_collection_period=1, display_progress=False, **repeats
    )
    assert {row["people"] for row in rows} == {500, 600} and {row["RunId"] for row in rows} == {0, 1, 2, 3}
    assert {"registered", "looks", "AgentID", "row"} <= set().union(*rows)
    registered = {(row["people"], row["iteration"]): row["registered"] for row in rows}
    assert registered[600, 0] > registered[500, 0] > 0


# --- cost and life -------------------------------------------------------------------------------------------
def test_a_model_is_freed():
    model = stepped(1)
    assert len(model.agents.to_list())
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None


def test_pickle_and_deepcopy(market, workers):
    for again in (pickle.loads(pickle.dumps(market)), copy.deepcopy(market)):
        assert again.agents_by_type[Worker].get("earned") == workers.get("earned")
        assert again.agents_by_type[Worker][0] is not workers[0]
    assert pickle.loads(pickle.dumps(workers[5])).income == workers[5].income


def test_kernels_do_not_need_mesa():
    code = "import sys, sim.agents, sim.agents.looking; sys.exit('mesa' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
    with pytest.raises(AttributeError):
        import sim.agents

        sim.agents.Robot  # noqa: B018
