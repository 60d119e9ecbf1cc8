"""What Mesa's users do has Mesa's effect on a market or is refused in words: sets, agents, copies, chance, time."""

import copy
import itertools
import logging
import operator
import pickle
from random import Random

import mesa
import numpy as np
import pytest
from mesa.agent import AgentSet

from sim import MicroworkMarket, Scenario
from sim.agents import DeepLabourPlatform, Worker
from sim.agents.view.registry import Handles, forget
from sim.results.tables import results
from sim.scenario.problems import BadScenario

SMALL = {"population": {"people": 300}, "start": "2018-01-01", "end": "2018-01-31"}


class Own(mesa.Agent):
    def __init__(self, model, zeal=0):
        super().__init__(model)
        self.zeal = self.age = zeal
        self.acted = 0

    def act(self):
        self.acted += 1
        return self.zeal


class Twin(Own):
    pass


@pytest.fixture(scope="module")
def market():
    model = MicroworkMarket(seed=5, **SMALL)
    model.step()
    yield model
    forget(model)


@pytest.fixture(scope="module")
def pools(market):
    workers, own = market.agents_by_type[Worker].to_list(), [Own(market, zeal % 4) for zeal in range(8)]
    return {"workers": workers[:20], "own": own, "mixed": workers[5:9] + own[2:6] + workers[2:4], "none": []}


# --- sets ----------------------------------------------------------------------------------------------------
SETS = (operator.or_, operator.and_, operator.sub, operator.xor)
INPLACE = (operator.ior, operator.iand, operator.isub, operator.ixor)
COMPARED = (operator.lt, operator.le, operator.eq, operator.ne, operator.ge, operator.gt)
CALLS = {
    **{f"select {most!r}": lambda s, o, most=most: s.select(at_most=most) for most in (0, 1, 2.5, 0.3, 1.0, -1, 99)},
    "select": lambda s, o: s.select(lambda a: a.age % 2 == 0, at_most=3, agent_type=mesa.Agent),
    "select in place": lambda s, o: (s.select(lambda a: a.age > 1, inplace=True), s),
    "select by type": lambda s, o: s.select(agent_type=(Own, Worker)),
    "sort": lambda s, o: (s.sort("age"), s.sort("age", ascending=True), s.sort(lambda a: (-a.age, a.unique_id))),
    "sort by dots": lambda s, o: s.sort("model.steps"),
    "sort in place": lambda s, o: (s.sort("age", inplace=True) is s, s),
    "sort by nothing": lambda s, o: s.sort("nothing"),
    "shuffle": lambda s, o: (s.shuffle(), s.shuffle(inplace=True), s),
    "do": lambda s, o: (s.do("step") is s, s.shuffle_do("step") is s, s.map("step")),
    "map": lambda s, o: s.map(lambda a, more, much=0: a.age + more + much, 2, much=3),
    "agg": lambda s, o: s.agg("age", lambda values: (type(values), values + [1], bool(values))),
    "agg all": lambda s, o: s.agg("age", (each for each in (len, list))),
    "agg nothing": lambda s, o: s.agg("nothing", len),
    "get": lambda s, o: (s.get("age"), s.get(["age", "unique_id"]), s.get("zeal", "default", 9), s.get([])),
    "get strictly": lambda s, o: s.get("zeal"),
    "set": lambda s, o: (s.set("hat", 3) is s, s.get("hat")),
    "groupby": lambda s, o: (s.groupby("age").groups, s.groupby(lambda a: a.age % 3, "list").groups),
    "groups": lambda s, o: (s.groupby("age").agg("unique_id", max), s.groupby("age").map("get", "unique_id")),
    **{f"[{n!r}]": lambda s, o, n=n: s[n] for n in (0, -1, 99, True, np.int64(1), "a", None, [1], 1.0)},
    "slices": lambda s, o: (s[1:4], s[::-2], s[5:1]),
    "sequence": lambda s, o: (len(s), bool(s), list(reversed(s)), [s.index(a) for a in s], s.count(3), 3 in s),
    "add": lambda s, o: ([s.add(a) for a in o], s),
    "discard": lambda s, o: ([s.discard(a) for a in o], s),
    "remove": lambda s, o: ([s.remove(a) for a in o], s),
    "pop": lambda s, o: (s.pop(), s, [s.pop() for _ in range(len(s))], s),
    "clear": lambda s, o: (s.clear(), s),
    "copy": lambda s, o: (copy.copy(s), copy.copy(s).clear(), s, s == copy.copy(s), s == set(s), s == list(s)),
    "hash": lambda s, o: hash(s),
    **{f"{op.__name__} lists": lambda s, o, op=op: (op(s, list(o)), op(list(o), s)) for op in SETS},
    **{f"{op.__name__} itself": lambda s, o, op=op: op(s, s) for op in (*SETS, *INPLACE)},
    **{f"{op.__name__}": lambda s, o, op=op: (op(s, o), s, len(op(s, o).shuffle())) for op in (*SETS, *INPLACE)},
    **{f"{op.__name__}": lambda s, o, op=op: op(s, o) for op in COMPARED},
}


def plain(answer):
    if isinstance(answer, AgentSet):
        return [agent.unique_id for agent in answer]
    if isinstance(answer, list | tuple):
        return [plain(part) for part in answer]
    if isinstance(answer, dict):
        return {key: plain(part) for key, part in answer.items()}
    return answer.unique_id if isinstance(answer, mesa.Agent) else answer


def answered(kind, call, these, those):
    try:
        return plain(call(kind(list(these), random=Random(7)), kind(list(those), random=Random(8))))
    except Exception as error:  # of what kind is part of the answer
        return type(error)


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::PendingDeprecationWarning")
@pytest.mark.parametrize("call", CALLS)
def test_sets_answer_as_mesas_own(pools, call):
    for these, those in itertools.product(pools.values(), repeat=2):
        assert answered(Handles, CALLS[call], these, those) == answered(AgentSet, CALLS[call], these, those)


def test_sets_keep_their_model_though_empty(market, pools):
    nobody = market.agents.select(agent_type=Own) & market.agents_by_type[Worker]
    assert len(nobody) == 0 and nobody.model is market and nobody.random is market.random
    nobody.shuffle(inplace=True).add(pools["own"][0])
    new = Handles([])
    new.add(pools["workers"][0])
    assert len(nobody) == 1 and new.random is market.random and new.pop() == pools["workers"][0]
    stranger = MicroworkMarket(seed=5, **SMALL).agents[0]
    for mix in (lambda: Handles([pools["own"][0], stranger]), lambda: new.add(stranger), lambda: new.add(3)):
        pytest.raises(TypeError, mix)
    assert stranger not in market.agents and len(market.agents & [stranger]) == 0


def test_a_class_is_the_same_key_whichever_way_it_is_found(market, pools):
    worker = pools["workers"][0]
    assert type(worker) in {Worker} and market.agents_by_type[type(worker)] is market.agents_by_type[Worker]
    assert len(market.agents.select(agent_type=type(worker))) == len(market.agents.groupby(type).groups[Worker])
    deep = MicroworkMarket(seed=5, platform="deep", **SMALL)
    (platform,) = deep.agents_by_type[DeepLabourPlatform]
    assert platform in deep.agents and platform.recruitment not in deep.agents


# --- agents of one's own -------------------------------------------------------------------------------------
ACTS = {
    "do": lambda agents, act: agents.do(act),
    "shuffle_do": lambda agents, act: agents.shuffle_do(act),
    "map": lambda agents, act: agents.map(act),
    "for": lambda agents, act: [act(agent) for agent in agents],
    "all": lambda agents, act: agents.model.agents.do(lambda agent: isinstance(agent, Own) and act(agent)),
    "by type": lambda agents, act: agents.model.agents_by_type[Own].shuffle_do(act),
    "in groups": lambda agents, act: agents.groupby("zeal").do(lambda group: group.do(act)),
}


@pytest.mark.parametrize("way", ACTS)
def test_whoever_is_removed_acts_no_more(way):
    model = MicroworkMarket(seed=5, **SMALL)
    own = [Own(model, zeal % 3) for zeal in range(10)]
    chosen, gone = model.agents.select(agent_type=Own), []

    def act(agent):
        assert agent not in gone
        other = next((other for other in own if other is not agent and other not in gone), None)
        if other is not None:
            other.remove()
            gone.append(other)

    ACTS[way](chosen, act)
    left = [agent for agent in own if agent not in gone]
    assert gone and left == chosen.to_list() == [*model.agents_by_type[Own]] == [*model.agents.select(agent_type=Own)]
    assert sorted(chosen.map("act")) == sorted(agent.zeal for agent in left)
    with pytest.raises(TypeError, match="was removed"):
        chosen.add(gone[0])
    forget(model)


@pytest.mark.parametrize("copied", [lambda what: pickle.loads(pickle.dumps(what)), copy.deepcopy])
def test_copies_show_the_same_agents(copied):
    model = MicroworkMarket(seed=5, **SMALL)
    workers = model.agents_by_type[Worker]
    own = [Own(model, zeal) for zeal in range(6)]
    chosen = model.agents.select(agent_type=Own)
    for n in (1, 3, 5):
        own[n].remove()
    own[0].target, own[2].group, model.first = workers[3], workers.select(at_most=4), workers[0]
    workers[2].colour, workers[2].friend = "red", workers[4]
    again, there = copied((model, chosen))
    assert there.get("zeal") == [0, 2, 4] and there.get("unique_id") == chosen.get("unique_id")
    assert [*there] == [*again.agents.select(agent_type=Own)] == [*again.agents_by_type[Own]]
    assert Own(again).unique_id == Own(model).unique_id == own[5].unique_id + 1  # no number is given twice
    theirs = again.agents_by_type[Worker]
    assert there[0].target == theirs[3] and there[0].target.model is again and there[0].target.age == workers[3].age
    assert [*there[1].group] == theirs[:4] and again.first in again.agents
    again.first.hat = 1
    assert theirs[0].hat == 1 and theirs[2].colour == "red" and theirs[2].friend == theirs[4]
    assert not hasattr(workers[0], "hat")
    for each in (model, again):
        forget(each)


def test_attributes_stay_though_nobody_holds_the_handle(monkeypatch):
    monkeypatch.setattr("sim.agents.view.registry.STORED", 100)
    model = MicroworkMarket(seed=5, **SMALL)
    workers = model.agents_by_type[Worker]
    before = workers[0]
    workers[0].colour = "red"
    assert workers[0] is not before and workers[0].colour == before.colour == "red"
    assert workers.get("colour", "default")[:2] == ["red", None]
    assert pickle.loads(pickle.dumps(model)).agents_by_type[Worker][0].colour == "red"
    with pytest.raises(TypeError, match="no more than 10"):
        for worker in workers:
            worker.colour = "blue"
    with pytest.raises(TypeError, match="no more than 10"):
        workers.set("hat", 1)
    for name in ("unique_id", "model", "row", "age"):
        with pytest.raises(AttributeError):
            setattr(workers[1], name, 3)


def test_registration_by_hand(market, pools):
    own, worker, stranger = pools["own"][0], pools["workers"][0], MicroworkMarket(seed=5, **SMALL)
    before = len(market.agents)
    market.register_agent(own)  # is there already
    for refused in (worker, "a name", Own(stranger)):
        with pytest.raises(TypeError, match="not registered by hand"):
            market.register_agent(refused)
    for leave in (market.remove_all_agents, lambda: market.deregister_agent(worker), worker.remove):
        with pytest.raises(TypeError, match="do not leave"):
            leave()
    by_type = market.agents_by_type
    one = Twin(market)
    assert [*by_type[Twin]] == [one]  # the dictionary lives, too
    one.remove()
    one.remove()
    with pytest.raises(KeyError):
        market.deregister_agent(one)
    assert len(market.agents) == before and len(market.agents_by_type[Twin]) == 0
    market.register_agent(one)
    assert [*market.agents_by_type[Twin]] == [one] and one.unique_id == max(market.agents.get("unique_id"))
    one.remove()
    forget(stranger)


# --- what is given to a market -------------------------------------------------------------------------------
def seed_of(*given, **choices):
    return MicroworkMarket(*given, **SMALL | choices if not given else choices).scenario.seed


def test_every_form_of_a_seed_is_used():
    scenario = Scenario.load(seed=5, **SMALL)
    assert (seed_of(scenario), seed_of(scenario, seed=3), seed_of(scenario, rng=9)) == (5, 3, 9)
    assert seed_of(seed=4) == seed_of(rng=4) == seed_of(rng=np.int64(4)) == 4
    forms = (np.random.default_rng, np.random.SeedSequence, np.random.MT19937, lambda n: [n, 2], lambda n: 2**64 + n)
    for form in forms:
        one, same, other = (seed_of(rng=form(n)) for n in (1, 1, 2))
        assert one == same != other
    generator = np.random.default_rng(1)
    assert seed_of(rng=generator) != seed_of(rng=generator)  # the next draw of the same


def test_without_a_seed_a_fresh_one_is_taken_and_told(caplog):
    with caplog.at_level(logging.WARNING, "sim"):
        seeds = [seed_of() for _ in range(3)]
    assert len(set(seeds)) == 3 and all(
        f"seed={seed} " in told for seed, told in zip(seeds, caplog.messages, strict=True)
    )
    assert Scenario.load().seed == 1  # as conf/config.yaml says, and the command line


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"scenario": None, "sede": 3, "plattform": "deep"}, ["sede = 3", "mean seed?", "mean platform?"]),
        ({"scenario": Scenario.load(), "seed": 3, "platform": "deep"}, ["platform = deep", "Scenario.load"]),
        ({"seed": 1, "rng": 2}, ["rng = 2"]),
        *[({"rng": rng}, [f"rng = {rng}", "default_rng"]) for rng in (3.5, "x", "5", -1, float("nan"))],
        ({"rng": [1.5]}, ["rng"]),
        ({"platform": None}, ["platform = null"]),
        ({"seed": 1.5, "platform": "depe"}, ["seed = 1.5", "mean deep?"]),
        ({"seed": 1, "seeds": 20}, ["seeds = 20", "one run"]),
        ({"seed": 1, "cluster": "slurm"}, ["cluster = slurm"]),
        *[({"scenario": scenario}, ["is no Scenario"]) for scenario in (7, "small", {"seed": 1})],
    ],
)
def test_what_cannot_be_used_is_refused(given, said):
    with pytest.raises(BadScenario) as refused:
        MicroworkMarket(**given)
    assert all(part in str(refused.value) for part in said)


class Counted(MicroworkMarket):
    def __init__(self, people=300, **choices):
        super().__init__(population={"people": people}, start="2018-01-01", end="2018-01-05", **choices)
        self.datacollector = mesa.DataCollector({"seed": lambda m: m.scenario.seed, "day": "day"})

    def step(self):
        super().step()
        self.datacollector.collect(self)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_batch_runs_differ_unless_told():
    rows = mesa.batch_run(Counted, {"people": [300]}, iterations=4, display_progress=False)
    assert len({row["seed"] for row in rows}) == 4 and {row["day"] for row in rows} == {5}
    rows = mesa.batch_run(Counted, {"people": 300, "seed": [3, 4]}, display_progress=False)
    assert [row["seed"] for row in rows] == [3, 4]


# --- chance and time -----------------------------------------------------------------------------------------
@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_chance_is_put_back_and_not_exchanged():
    model = MicroworkMarket(seed=5, **SMALL)
    first = model.rng.random(), model.random.random()
    for again in ((), (5,)):
        model.reset_rng(*again)
        model.reset_randomizer(*again)
        assert (model.rng.random(), model.random.random()) == first
    for other in (lambda: model.reset_rng(6), lambda: model.reset_rng(model.rng), lambda: model.reset_randomizer(6)):
        with pytest.raises(ValueError, match="keeps its seed, 5"):
            other()


def test_time():
    model = MicroworkMarket(seed=5, **SMALL)
    with pytest.raises(TypeError):
        model.step(2)
    if hasattr(model, "run_for"):  # from Mesa 3.5 on
        for part in (model.run_for, model.run_until):
            with pytest.raises(ValueError, match="whole day"):
                part(0.5)
        model.run_for(2)
        assert model.day == 2
    model.running = False
    model.run_model()
    model.step()
    assert not model.running  # whoever stops a model has stopped it


def test_the_scenario_of_a_mesa_model():
    scenario = Scenario.load(seed=5, **SMALL)
    model = MicroworkMarket(scenario)
    assert model.scenario == scenario and scenario == model.scenario and model.scenario.digest() == scenario.digest()
    assert type(results(model).scenario) is Scenario and MicroworkMarket(model.scenario).scenario == scenario
    for change in (lambda: setattr(model, "scenario", scenario), lambda: setattr(model.scenario, "seed", 3)):
        with pytest.raises((AttributeError, ValueError)):
            change()


def test_a_scenario_is_one_of_mesas_too():
    mesas = pytest.importorskip("mesa.experimental.scenarios", reason="before Mesa 3.5 there are none").Scenario
    scenario = Scenario.load(seed=5, **SMALL)
    model = MicroworkMarket(scenario)
    assert isinstance(model.scenario, mesas) and model.scenario.model is model and model.scenario.rng == 5
    assert pickle.loads(pickle.dumps(model.scenario)) == copy.deepcopy(model).scenario == scenario
    assert (
        MicroworkMarket(type(model.scenario)(), seed=2, **SMALL).scenario.seed == 2
    )  # as its viewer makes models anew
    assert MicroworkMarket(mesas(rng=4, platform="deep", **SMALL)).scenario == Scenario.load(
        seed=4, platform="deep", **SMALL
    )
    with pytest.raises(BadScenario, match="say it once"):
        MicroworkMarket(mesas(platform="deep"), platform="biface")
