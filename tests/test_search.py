"""The search for a policy: what it is asked, what it finds on known functions, and that a stop changes nothing."""

import json
from pathlib import Path

import numpy as np
import pytest
from anew import assert_made_anew
from in_process import Here, said

from experiments import cli, report
from experiments.policy.measure import before
from experiments.policy.study import PLACEBO
from experiments.search import __main__ as search_command
from experiments.search.answer import Found, chance, curse, finding
from experiments.search.asked import Question, problems_of
from experiments.search.effects import FRESH, SEARCH
from experiments.search.front import again, front
from experiments.search.measure import measure
from experiments.search.study import Markets, search
from sim.kernel.units import MEAN_MONTH
from sim.report.language.words import Words
from sim.scenario import composition
from sim.scenario.scenario import Scenario
from sim.simulation.day import DayByDay

RATE, SHARE = "policy.minimum_rate.hourly", "policy.commission_on_workers.share"
TINY = ("population.people=300", "start=2018-05-01", "end=2018-07-15", "policy.start=2018-06-01")


def main():
    return cli.main("search", "", search_command.Settings, search_command.experiment, search_command.further)


def settings(**given):
    return composition.option("experiment", "search") | given


def known(asked, seeds):
    """Numbers that are functions of the policy, and luck: pay rises with the rate and falls with the share, work is
    lost with both, and clients leave above nine euro."""

    def content(market, seed):
        policy, luck = market.policy, 10.0 * np.sin(seed)
        rate = policy.minimum_rate.hourly if policy.minimum_rate else 0.0
        share = policy.commission_on_workers.share if policy.commission_on_workers else 0.0
        mine = 0.2 * np.sin(17.0 * seed) if policy.chosen else 0.0  # luck that falls differently
        numbers = {"pay": 100.0 + rate * (1.0 - share) + luck + mine, "work_done": 100.0 - rate - 9.0 * share + luck,
                   "spent": 100.0 if rate <= 9.0 else 80.0}  # fmt: skip
        return {"numbers": numbers, "groups": []}

    return [[content(market, seed) for seed in seeds] for _, market in asked]


ASKED = settings(vary=[f"{RATE}:0:12", f"{SHARE}:0:1"], goals=["pay:max", "hours_lost:min"], keep=["spent:>=95%"],
                 candidates=48, seeds=2, fresh=5)  # fmt: skip


@pytest.fixture(scope="module")
def found():
    markets = Markets(Scenario.compose(["population=small", "policy=[minimum_rate,commission_on_workers]"]), 7)
    return search(Question.read(ASKED), markets, ASKED, known)


def test_the_front_is_what_none_beats_not_even_doing_nothing():
    goals = np.array([[3.0, -1.0], [1.0, 2.0], [1.0, 1.0], [-1.0, -1.0], [1.0, 2.0], [9.0, 9.0], [np.nan, 5.0]])
    kept = np.array([True, True, True, True, True, False, True])
    assert front(goals, kept).tolist() == [True, True, False, False, False, False, False]
    assert again(goals, kept, 5).tolist() == [0, 1] and again(goals, kept, 1).tolist() == [0]
    assert again(goals[:, :1], kept, 2).tolist() == [0, 1]  # of one goal the best, each value once
    assert not front(-np.abs(goals), kept).any()


def test_a_known_front_is_found(found):
    """Commission moved to workers costs in both goals, and above nine euro clients leave: the front lies at a share of
    nothing below nine. A random search of as many candidates has shares of a third on its front."""
    table = found["candidates"]
    best = table[table["front"]]
    assert len(table) == 48 and table["batch"].max() == 6
    assert (best[RATE] <= 9.0).all() and not table.loc[table[RATE] > 9.0, "kept"].any()
    assert len(best) >= 8 and best[SHARE].mean() < 0.1 and best[RATE].max() > 7.5
    late, early = table[table["batch"] > 3], table[table["batch"] <= 2]
    assert late[SHARE].mean() < 0.7 * early[SHARE].mean()


def test_the_best_are_told_twice_and_the_placebo_beside(found):
    table = found["front"]
    members = [name for name in dict.fromkeys(table["candidate"]) if name != PLACEBO]
    assert len(members) == 6 and {*table["seeds"]} == {SEARCH, FRESH}
    rows = table[(table["role"] == "goal") & (table["number"] == "pay")].set_index(["candidate", "seeds"])
    for name in members:
        there, fresh = rows.loc[(name, SEARCH)], rows.loc[(name, FRESH)]
        assert np.isnan(there["low"]) and np.isfinite(fresh["low"])  # no interval of two seeds
        assert there["difference"] - fresh["difference"] == pytest.approx(
            0.2 * (np.sin(17.0 * np.arange(1, 3)).mean() - np.sin(17.0 * np.arange(3, 8)).mean())
        )
        assert fresh["beyond"] == (fresh["p"] < 0.05) and there["beyond"] is None
    assert rows.loc[(PLACEBO, FRESH), "beyond"] is None
    lost = table[table["number"] == "hours_lost"]
    assert (lost.loc[lost["candidate"] != PLACEBO, "difference"] > 0).all() and lost["status_quo"].isna().all()


def test_the_finding_says_what_a_goal_costs_the_others(found):
    scenario = Scenario.compose(["population=small", "policy=[minimum_rate,commission_on_workers]"])
    told = Found(scenario, Question.read(ASKED), found["candidates"], found["front"], {"settings": ASKED})
    text = finding(told, Words("en"))
    best = found["candidates"].set_index("candidate").loc[int(told.best(told.question.goals[0]))]
    assert f"minimum pay {best[RATE]:g} euro/hour" in text and "at the price of “Hours of work lost” +" in text
    assert "for “Hours of work lost”, none beyond chance" in text  # doing nothing is better there
    assert "promised" in curse(told, Words("en"))[0] and "lost" in chance(told, Words("en"))
    assert "au prix de" in finding(told, Words("fr"))


def test_what_is_kept_of_a_market():
    words = [*TINY, "policy=sign_up_cap", "policy.sign_up_cap.ratio=0.5"]
    market = DayByDay(Scenario.compose(words))
    while market.date < market.scenario.policy.start:
        market.step()
    start = before(market)
    numbers = measure(market.run(), start)["numbers"]
    people, weight = market.columns.people, market.scenario.population.weight
    states = {}
    for account in people.accounts[: people.counts[0]]:
        states.setdefault(int(account["worker"]), set()).add(int(account["state"]))
    assert numbers["shut_out"] == weight * sum(one == {5} for one in states.values()) > 0
    since = numbers["earned_lowest_half_of_earners"]
    assert 0.0 < since < numbers["earned_mean"] and numbers["hourly_present"] < numbers["hourly"]
    had, active = start.totals["earned_micro_euro"], np.isin(start.groups["engagement"], (1, 2))
    who = sorted((int(had[w]), w) for w in range(len(had)) if had[w] > 0 and active[w])
    lower = [w for _, w in who[: len(who) // 2]]
    after = market.lifetime["earned_micro_euro"].copy()
    month = market.columns.ledger.months[: market.columns.ledger.counts[2]]
    np.add.at(after, month["worker"], month["earned_micro_euro"])
    months = (market.day - start.day) / MEAN_MONTH
    assert numbers["earned_lowest_half"] == pytest.approx((after - had)[lower].mean() / 1e6 / months)


def test_stopped_and_taken_up_it_is_the_same_to_the_bit(tmp_path):
    words = [*TINY, f"vary=[{RATE}:0:12,policy.minimum_rate.lock_out:false:true]", "goals=[pay:max,hours_lost:min]",
             "keep=null", "candidates=4", "batch=2", "seeds=1", "fresh=1", "members=2"]  # fmt: skip
    submit, begun = Here.submit, []

    def stopped(self, work, one, *given):
        begun.append(one)
        if len(begun) == 5:
            raise KeyboardInterrupt
        return submit(self, work, one, *given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Here, "submit", stopped)
        code, _, wrong = said(main, tmp_path, *words, "hydra.run.dir=stopped", "report.figures=false")
    assert code not in (0, 2), wrong
    assert not (tmp_path / "stopped" / "front.csv").exists()
    folders = {"stopped": ["report.figures=false"], "whole": []}
    texts = [said(main, tmp_path, *words, f"hydra.run.dir={name}", *more) for name, more in folders.items()]
    assert [code for code, _, _ in texts] == [0, 0]
    for name in ("candidates.csv", "front.csv"):
        assert (tmp_path / "stopped" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    assert "at most 10 runs" in texts[1][2] and "PLACEBO" in texts[1][1].upper()
    assert len(begun) == 5
    assert_made_anew(report.main, tmp_path / "whole")
    question = json.loads((tmp_path / "whole" / "provenance.json").read_text())["question"]
    assert [one["unit"] for one in question["varied"]] == ["euro/hour", ""]


@pytest.mark.parametrize(
    "key, word, told",
    [
        ("goals", [], "no goal"),
        ("goals", ["earned_lowest_hafl:max"], "did you mean earned_lowest_half?"),
        ("goals", ["pay"], "pay:max"),
        ("keep", ["hours_lost:>=0.9"], "keep work_done"),
        ("keep", ["spent:0.9"], ">= or <="),
        ("vary", [], "nothing that may vary"),
        ("vary", [f"{RATE}:9:9"], "the range is empty"),
        ("vary", [f"{RATE}:0:900"], "0 to 200 euro/hour"),
        ("vary", ["policy.minimum_rate.hourli:0:9"], f"did you mean {RATE}?"),
        ("vary", ["behaviour.looking_rate:0:9"], "is no field of a policy"),
        ("vary", ["policy.crowd_change.region:a:b"], "has no declared range"),
        ("vary", ["policy.placebo.share:0:1"], "acts on nothing"),
        ("vary", ["policy.paid_search.payer:clients:plaform"], "did you mean platform?"),
    ],
)
def test_what_cannot_be_asked_is_refused_before_the_first_run(key, word, told):
    (problem,) = problems_of(settings(**{key: word}), {})
    assert problem.key == key and told in problem.wrong


def test_fields_of_policies_of_ones_own_vary_within_their_range():
    typed = {"policy": [f"{Path(__file__).parents[1] / 'examples' / 'tax.py'}:tax"]}
    assert not problems_of(settings(vary=["own.tax.rate:0:0.5"]), typed)
    for word, told in (("own.tax.rate:0:5", "0 to 1 share of pay"), ("own.tax.rat:0:1", "did you mean own.tax.rate?"),
                       ("own.levy.rate:0:1", "no policy called levy is chosen")):  # fmt: skip
        (problem,) = problems_of(settings(vary=[word]), typed)
        assert told in problem.wrong


def test_everything_wrong_is_said_at_once_and_nothing_written(tmp_path):
    code, _, complaints = said(main, tmp_path, "goals=[pya:max]", f"vary=[{RATE}:1:500]", f"{RATE}=3", "keep=spent")
    assert code == 2 and "4 problems" in complaints and not [*tmp_path.iterdir()]
    code, _, complaints = said(main, tmp_path, "platform=deep", f"vary=[{SHARE}:0:1]")
    assert code == 2 and "binds nobody" in complaints and not [*tmp_path.iterdir()]
    code, _, complaints = said(main, tmp_path, "policy=open_sign_up", f"vary=[{RATE}:1:5]")
    assert code == 2 and "policy=[open_sign_up,minimum_rate]" in complaints and not [*tmp_path.iterdir()]
