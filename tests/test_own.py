"""Rules of one's own: found by their word, declared like fields, and in force; what is wrong is told before a run."""

import datetime

import numpy as np
import pytest

from sim import Scenario
from sim.instruments.fieldwork import Fieldwork
from sim.policies.market_view import MarketView
from sim.report.figures.draw import drawn
from sim.results.tables import results
from sim.scenario.own.brought import sources
from sim.scenario.problems import BadScenario
from sim.simulation.day import DayByDay

SHORT = {"start": "2018-05-01", "end": "2018-06-30", "population": {"people": 600}, "policy.start": "2018-05-20"}
POLICIES = "examples/tax.py"


def market(**choices):
    return DayByDay(Scenario.load(**SHORT, **choices)).run()


def problems(**choices):
    with pytest.raises(BadScenario) as bad:
        Scenario.load(**SHORT, **choices)
    return [str(one) for one in bad.value.problems]


def test_a_policy_that_changes_nothing_changes_not_one_bit():
    usual = results(market()).digest()
    assert results(market(policy=f"{POLICIES}:nothing")).digest() == usual
    assert results(market(policy=f"{POLICIES}:tax", **{"own.tax.rate": 0.0})).digest() == usual


def test_a_policy_of_ones_own_acts_beside_another_and_keeps_what_it_counts():
    both = market(policy=["minimum_rate", f"{POLICIES}:tax", f"{POLICIES}:Fund"], **{"own.fund.rate": 0.05})
    assert both.scenario.decided == ("minimum_rate", "tax", "fund")
    platforms, charges = both.columns.firms.platforms, both.state.policy.charges
    assert (platforms["commission"] + platforms["margin"] - charges == 150_000).all()  # a tenth and a twentieth
    daily, kept = results(both).daily, both.state.policy.own["fund"]
    paid = daily.loc[daily["date"] >= "2018-05-20", "pay_micro_euro"].sum()
    assert kept["euro"] > 0.0 and np.isclose(kept["euro"], 0.05 * paid / 1e6)


def test_each_moment_comes_in_its_turn(tmp_path, monkeypatch):
    (tmp_path / "diary.py").write_text(
        "from sim import own\nSAID = []\n\n@own.policy\nclass Diary:\n"
        + "".join(f"    def {name}(self, market, day): SAID.append(({name!r}, day, market.first))\n"
                  for name in ("first_day", "every_morning", "before_review", "after_learning"))
    )  # fmt: skip
    monkeypatch.chdir(tmp_path)
    scenario = Scenario.load(**SHORT | {"end": "2018-05-21"}, policy="diary:Diary")
    made = DayByDay(scenario).run()
    (source,) = sources(scenario.own).values()
    said = source.rule.after_learning.__globals__["SAID"]
    days = ("every_morning", "before_review", "after_learning")
    assert made.days == 21
    assert said == [("first_day", 19, True), *((m, 19, True) for m in days), *((m, 20, False) for m in days)]


def test_chance_of_a_policy_is_of_its_name_day_and_row():
    state = DayByDay(Scenario.load(**SHORT)).state
    rows = np.arange(500)
    first = MarketView(state, "tax", 3, True).chance(rows)
    assert 0.4 < first.mean() < 0.6 and (first > 0).all() and (first < 1).all()
    assert (first[7:9] == MarketView(state, "tax", 3, True).chance(np.array([7, 8]))).all()
    others = (("tax", 4, 0), ("fund", 3, 0), ("tax", 3, 1))
    assert all((MarketView(state, n, d, False).chance(rows, k) != first).all() for n, d, k in others)


def test_demand_is_what_a_function_or_a_table_says():
    made = DayByDay(Scenario.load(**SHORT, demand="examples/strikes.py:strikes", **{"own.strikes.depth": 0.25}))
    dates = [made.scenario.start + datetime.timedelta(days=d) for d in range(made.days)]
    assert made.state.multiplier.tolist() == [0.75 if day.month == 5 else 1.0 for day in dates]
    assert set(made.state.label) == {"strikes"}
    table = DayByDay(Scenario.load(**SHORT, demand="examples/intensity.csv"))
    assert set(table.state.multiplier) == {1.3} and set(table.state.label) == {"intensity"}
    assert drawn(Fieldwork(results(table.run())), "tasks").axes  # where nothing of a regime of one's own is shaded


@pytest.mark.parametrize(
    ("choices", "told"),
    [
        ({"policy": f"{POLICIES}:tx"}, "has tax, Fund, nothing; did you mean tax?"),
        ({"policy": "no_such:tax"}, "policy = no_such:tax: there is no module no_such here or installed"),
        ({"policy": f"{POLICIES}:tax", "own.tax.rate": 2.0}, "own.tax.rate = 2.0: must be a number from 0 to 1"),
        ({"policy": f"{POLICIES}:tax", "own.tax.rat": 0.1}, "own.tax.rat = 0.1: there is no such field; did you mean"),
        ({"policy": "minimum_rate", "own.tax.rate": 0.1}, "own.tax.rate = 0.1: no rule called tax is chosen"),
        ({"demand": f"{POLICIES}:tax"}, "is marked as policy, which is typed policy=[module:name]"),
        ({"demand": "no.csv"}, "demand = no.csv: there is no such file"),
        ({"own": [f"{POLICIES}:Rate"]}, "Rate"),
    ],
)
def test_what_is_wrong_with_a_rule_is_told(choices, told):
    (problem,) = problems(**choices)
    assert told in problem


def test_a_rule_that_has_changed_is_told_by_name(tmp_path, monkeypatch):
    (tmp_path / "rule_that_changes.py").write_text("from sim import own\n\n@own.policy\ndef mine(market, day): ...\n")
    monkeypatch.chdir(tmp_path)
    tree = Scenario.load(policy="rule_that_changes:mine").model_dump()
    (tmp_path / "rule_that_changes.py").write_text("from sim import own\n\n@own.policy\ndef mine(market, day): 1\n")
    with pytest.raises(BadScenario, match="own.mine.digest = .*its source has changed since"):
        Scenario.checked(tree)


def test_a_table_is_read_row_by_row(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "odd.csv").write_text("date,intensity\n2018-05-01,1\n2018-13-01,1\n2018-06-01,x\n")
    assert [one.partition(": ")[2][:9] for one in problems(demand="odd.csv")] == ["row 3 of ", "row 4 of "]
    (tmp_path / "late.csv").write_text("date,intensity\n2018-06-01,1\n")
    assert problems(demand="late.csv") == ["own.late = late.csv: begins on 2018-06-01, and the run on 2018-05-01"]
