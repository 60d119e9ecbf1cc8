"""Looking, watching and piece-rate rules of one's own: told what they ask for, asked where they should be, compiled
once; one that gives what it was told changes not one bit, and one that gives what cannot be ends in a sentence."""

import copy
import datetime
import json
import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numba.core.environment import Environment

from sim import Scenario, own
from sim.kernel import native
from sim.kernel.ones_own import TOLD
from sim.kernel.records import LOOKING, NOBODY
from sim.markets.matching import match
from sim.results.tables import results
from sim.scenario.own.asked import ASKED
from sim.scenario.own.kernel_rules import RuleFailed
from sim.scenario.problems import BadScenario
from sim.scenario.rules import OWN
from sim.simulation.checkpoint.snapshot import put_together, taken_apart
from sim.simulation.day import DayByDay

ROOT = Path(__file__).parents[1]
SHORT = {"start": "2018-05-01", "end": "2018-06-30", "population": {"people": 600}}
RULES = """
import math
from random import gauss
import numpy as np
from typing import Annotated
from sim import Parameter, own

def double(x):
    return 2.0 * x

def P(low, high):
    return Parameter("x", "x", low, high, "assumed")

@own.looking
def look(usual, expected): return usual
@own.watching
def watch(usual): return usual
@own.piece_rate
def pay(usual, tasks): return usual
@own.watching
def never(): return 0
@own.piece_rate
def fixed(*, hourly: Annotated[float, P(0, 9)] = 1.8, times: Annotated[int, P(0, 9)] = 2,
          more: Annotated[bool, Parameter("x")] = True):
    return double(hourly) * times if more else hourly
@own.looking
def debt(usual, earned): return usual - earned
@own.piece_rate
def refusing(usual, seconds):
    if seconds > 1: raise ValueError("too long")
    return usual
@own.watching
def logarithm(usual, left): return math.log(-left)
@own.watching
def certain(usual): return 2.0
@own.looking
def typo(usual, expekted): return usual
@own.looking
def anything(*all): return 1.0
@own.looking
def wordy(usual, *, how: Annotated[str, Parameter("x")] = "x"): return usual
@own.looking
def nothing(usual): print(usual)
@own.looking
def unknown(usual):
    return usual + undefined
@own.looking
class Klass: pass
def noise(): return np.random.rand()
@own.watching
def lucky(usual): return min(usual, noise())
@own.watching
def luckier(usual): return min(usual, gauss(0.5, 0.1))
"""


@pytest.fixture(scope="module", autouse=True)
def rules(tmp_path_factory):
    """A user's module, in the folder one works in."""
    folder = tmp_path_factory.mktemp("work")
    (folder / "my_rules.py").write_text(RULES)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        yield


def scenario(*names, **choices):
    own = [name if ":" in name else f"my_rules:{name}" for name in names]
    return Scenario.load(own=own, **SHORT | choices) if own else Scenario.load(**SHORT | choices)


def market(*names, **choices):
    return DayByDay(scenario(*names, **choices)).run()


@pytest.fixture(scope="module")
def usual():
    return results(market()).digest()


@pytest.mark.parametrize("name", ["look", "watch", "pay"])
def test_a_rule_that_gives_the_usual_changes_not_one_bit(name, usual):
    compiled = len(match.overloads)
    made = market(name)
    assert made.state._asked._words[name].words[TOLD] > 0.0  # it was asked
    assert results(made).digest() == usual and len(match.overloads) == compiled


@pytest.mark.parametrize(
    ("rule", "without"),
    [
        ("examples/looking.py:enough", {"own.enough.left": 1.0}),
        ("examples/looking.py:tired", {"own.tired.strength": 0.0}),
        ("examples/looking.py:pressed", {"own.pressed.weight": 0.0, "own.pressed.least": 0.0}),
        ("examples/piece_rate.py:cents", None),
        ("examples/piece_rate.py:in_a_hurry", None),
    ],
)
def test_examples_change_a_market_by_what_their_parameters_say(rule, without, usual):
    assert results(market(rule)).digest() != usual
    if without:
        assert results(market(rule, **without)).digest() == usual


def test_each_rule_is_asked_for_its_decision():
    assert not results(market("never")).daily["watching_seconds"].any()
    made = market("fixed", **{"own.fixed.times": 3})
    batches, platforms = made.columns.book.batches, made.columns.firms.platforms
    open_ones = batches[(batches["id"] != NOBODY) & platforms["listed"][batches["platform"]]]
    assert np.allclose(open_ones["hourly"], 10.8, rtol=1e-3) and len(open_ones) > 1
    small = market("fixed", **{"own.fixed.more": False}).columns.book.batches
    assert np.allclose(
        small["hourly"][(small["id"] != NOBODY) & platforms["listed"][small["platform"]]], 1.8, rtol=0.05
    )


def test_rules_are_told_what_is_declared():
    """The last worker or client asked is found by one number, and the others are held against its columns."""
    made = DayByDay(scenario("look", "watch", "pay"))
    while made.day < 40:
        made.step()
    people, firms = made.columns.people, made.columns.firms
    look, watch = _told(made, "look"), _told(made, "watch")
    for told in (look, watch):
        (i,) = np.flatnonzero(people.workers["attention"] == told["attention"])
        worker, person = people.workers[i], people.persons[i]
        assert told["reservation"] == worker["reservation_wage"] and told["need"] == worker["need"]
        assert told["outside"] == person["outside"] and told["needy"] == (worker["needy_until"] > made.day - 1)
        factor = made.scenario.behaviour.need_factor if told["needy"] else 1.0
        assert told["accepted"] == pytest.approx(worker["reservation_wage"] * factor)
        if told is look:
            assert np.float32(told["usual"]) == worker["looking_rate"] and worker["state"] == LOOKING
            assert [told[name] for name in ("free", "income", "age")] == [person[n] for n in ("free", "income", "age")]
            assert told["registered"] == max(0, made.day - 1 - person["signed_up"]) >= told["idle"] >= 0
            assert 0.0 < told["present"] < 24.0 and told["earned"] >= 0.0 and told["expected"] >= 0.0
    assert watch["usual"] == made.scenario.behaviour.staying and watch["found"] in (0.0, 1.0)
    assert watch["present"] > 0.0 < watch["left"] and 0.0 <= watch["hour"] < 24.0 <= 24.0 * watch["lists"]
    made.state.post(made.day)
    pay, batches = _told(made, "pay"), made.columns.book.batches
    last = batches[np.argmax(np.where(firms.platforms["listed"][batches["platform"]], batches["id"], -1))]
    client, platform = firms.clients[last["client"]], firms.platforms[last["platform"]]
    assert (pay["seconds"], pay["level"]) == (last["announced_seconds"], last["requires"])
    assert [pay[n] for n in ("first", "patience", "strictness", "french")] == [
        client[n] for n in ("wage", "patience", "strictness", "french")
    ]
    assert pay["advertised"] == platform["wage"] and pay["tasks"] >= last["size"] > 0
    assert pay["others"] == pytest.approx(np.exp(platform["usual"])) and pay["lateness"] == (client["lateness"] or 1.0)
    assert pay["tightness"] == pytest.approx(platform["busy"] / made.scenario.demand.busy_share)
    assert pay["usual"] == pytest.approx(last["hourly"], rel=1e-3)


def _told(made, name):
    words, role = made.state._asked._words[name].words[TOLD:], made.scenario.own[name].role
    return dict(zip(ASKED[role].told, words.tolist(), strict=True))


def test_what_a_rule_gives_that_cannot_be_ends_the_run_in_a_sentence():
    looks = r"own.debt = -\d.*: must be from 0 to 1440 look/day; given on 2018-05-.* by my_rules:debt, told usual="
    raised = r"own.refusing = nan: ValueError: too long \(my_rules.py, line \d+\); given on 2018-05-02 by .*, seconds="
    for name, told in {
        "debt": looks,
        "refusing": raised,
        "logarithm": "own.logarithm = nan: ValueError: math domain error",
        "certain": "own.certain = 2: must be from 0 to 1 share",
    }.items():
        with pytest.raises(RuleFailed, match=told) as failed:
            market(name)
        assert str(pickle.loads(pickle.dumps(failed.value))) == str(failed.value)
        assert failed.value.explained().startswith("Stopped by a rule of one's own:\n  own.")


@pytest.mark.parametrize(
    ("name", "choices", "told"),
    [
        (
            "typo",
            {},
            "own.typo.expekted = my_rules:typo: no looking rule is told that; did you mean expected?; it can be",
        ),
        ("anything", {}, "own.anything.all = *all: write down what the rule is to be told"),
        ("wordy", {}, "own.wordy.how = x: a looking rule has numbers only"),
        (
            "nothing",
            {},
            "own.nothing = my_rules:nothing: numba cannot compile it: my_rules.py, line 42: it gives none, and",
        ),
        ("unknown", {}, "numba cannot compile it: my_rules.py, line 44: NameError: name 'undefined' is not defined"),
        ("lucky", {}, "numba cannot compile it: it draws chance (numpy.random), which no rule does"),
        ("luckier", {}, "numba cannot compile it: it draws chance (random), which no rule does"),
        ("Klass", {}, "must be a function, for looking rules are compiled"),
        ("fixed", {"own.fixed.hourly": 99.0}, "own.fixed.hourly = 99.0: must be a number from 0 to 9"),
        ("pay", {"platform": "deep"}, "binds nobody: no platform of this choice is biface"),
    ],
)
def test_what_is_wrong_with_a_rule_is_told_at_the_door(name, choices, told):
    with pytest.raises(BadScenario) as bad:
        scenario(name, **choices)
    assert told in "\n".join(map(str, bad.value.problems))


def test_a_rule_is_compiled_once_and_kept_on_disk_by_what_it_says(monkeypatch):
    """Values of parameters are no part of what is compiled, and a second process finds it."""
    scenario("fixed")
    before = dict(native._MADE)
    scenario("fixed", **{"own.fixed.hourly": 7.0, "own.fixed.more": False})
    assert native._MADE == before
    monkeypatch.setattr(native, "_MADE", {})
    monkeypatch.setattr(Environment, "_memo", {})  # as of a process that has made none
    scenario("fixed")
    (again,) = native._MADE.values()
    assert sum(again.kept.stats.cache_hits.values()) == 1 and not sum(again.kept.stats.cache_misses.values())


def test_functions_that_python_was_handed_differ_by_what_they_close_over(usual):
    made = {}
    for factor in (1.0, 0.5):

        @own.looking
        def mine(usual):
            return factor * usual  # noqa: B023

        made[factor] = DayByDay(Scenario.load(own=[mine], **SHORT)).run()
    assert results(made[1.0]).digest() == usual != results(made[0.5]).digest()
    assert made[1.0].scenario.digest() != made[0.5].scenario.digest()


def test_a_copy_and_a_checkpoint_have_the_rule_in_a_place_of_their_own():
    rule, whole = "examples/looking.py:tired", results(market("examples/looking.py:tired")).digest()
    made = DayByDay(scenario(rule))
    for _ in range(20):
        made.step()
    plain, arrays = taken_apart(made)
    assert not {*OWN} & {*plain["state"]["rules"]["dictionary"]}
    twin = copy.deepcopy(made)
    assert twin.state.rules.own_looking not in (0, made.state.rules.own_looking)
    resumed = DayByDay(made.scenario, None, put_together(plain, {name: one.copy() for name, one in arrays.items()}))
    assert {results(one.run()).digest() for one in (made, twin, resumed)} == {whole}
    assert made.date == datetime.date(2018, 7, 1)


@pytest.mark.slow
def test_worker_processes_find_the_rule_by_its_word(elsewhere):
    """Runs of an ensemble are those that this process makes."""
    (elsewhere / "halving.py").write_text(
        "from sim import own\n\n@own.looking\ndef halved(usual): return 0.5 * usual\n"
    )
    words = [f"{name}={SHORT[name]}" for name in ("start", "end")] + ["population.people=600", "own=[halving:halved]"]
    command = [sys.executable, "-m", "sim.run", *words, "report.figures=false"]
    for more in (["seeds=2", "hydra.run.dir=both"], ["seed=2", "hydra.run.dir=one"]):
        subprocess.run([*command, *more], check=True, env=os.environ | {"PYTHONPATH": str(ROOT)})
    (many,) = (elsewhere / "both").rglob("*seed2.json")
    one = json.loads((elsewhere / "one" / "provenance.json").read_text())
    assert json.loads(many.read_text())["measured"]["digest"] == one["digest"]
