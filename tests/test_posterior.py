"""Free parameters from a table: a row by seed and replicate, what is typed stays, the scenario records it."""

import csv

import pytest

from sim.scenario import fields
from sim.scenario.composition import CONF
from sim.scenario.parameter import free
from sim.scenario.posterior import drawn, table
from sim.scenario.problems import BadScenario
from sim.scenario.scenario import Scenario

COLUMNS = ["behaviour.looking_rate", "demand.hours_per_day"]
ROWS = [[0.1 + n, 1000.0 + n] for n in range(40)]


@pytest.fixture
def own(tmp_path):
    path = tmp_path / "draws.csv"
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([COLUMNS, *ROWS])
    return str(path)


def values(scenario):
    return [scenario.at(key) for key in COLUMNS]


def load(own, **choices):
    return Scenario.load(**{"behaviour.posterior": own, **choices})


def test_each_seed_and_replicate_takes_a_row_of_its_own(own):
    scenarios = [load(own, seed=seed, replicate=replicate) for seed in range(20) for replicate in range(2)]
    for one in scenarios:
        assert one.behaviour.row == drawn(one.seed, one.replicate, 40) and values(one) == ROWS[one.behaviour.row]
    assert len({one.behaviour.row for one in scenarios}) > 15  # of 40 with repetition: 25 expected, sd under 3
    assert load(own, seed=3).digest() == load(own, seed=3).digest() != load(own, seed=4).digest()


def test_what_is_typed_stays(own):
    for given in (7.0, Scenario.load().behaviour.looking_rate):  # even where it is the usual value
        one = load(own, **{"behaviour.looking_rate": given})
        assert values(one) == [given, ROWS[one.behaviour.row][1]]
    composed = Scenario.compose([f"behaviour.posterior={own}", "demand.hours_per_day=5"])
    assert values(composed) == [ROWS[composed.behaviour.row][0], 5.0]


def test_another_seed_takes_another_row_but_keeps_what_was_changed(own, tmp_path):
    one = load(own, seed=1)
    tree = one.model_dump() | {"seed": 2}
    assert Scenario.checked(tree) == load(own, seed=2) and values(Scenario.checked(tree)) != values(one)
    tree["demand"]["hours_per_day"] = 2.0 * one.demand.hours_per_day
    assert values(Scenario.checked(tree)) == [load(own, seed=2).behaviour.looking_rate, tree["demand"]["hours_per_day"]]
    one.write_file(tmp_path / "scenario.yaml")
    assert Scenario.load_file(tmp_path / "scenario.yaml") == one


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "there is no such table"),
        ("behaviour.looking_rate\n", "needs a header and rows"),
        ("behaviour.looking_rate\nmany\n", "is no table of numbers"),
        ("behaviour.lookig_rate\n1\n", "column 'behaviour.lookig_rate' is no field"),
        ("behaviour.looking_rate\n5000\n", "must be a number from 0 to 1000"),
    ],
)
def test_bad_tables(tmp_path, text, words):
    path = tmp_path / "bad.csv"
    if text:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(BadScenario, match=words):
        load(str(path))


def test_a_row_is_not_typed(own):
    with pytest.raises(BadScenario, match="behaviour.row = 3: is drawn by seed and replicate"):
        load(own, **{"behaviour.row": 3})


def test_the_shipped_table_holds_the_free_parameters():
    columns, rows = table("posterior.csv")
    assert columns == list(free(fields.Scenario)) and (CONF / "behaviour" / "posterior.yaml").exists()
    for row in rows:
        Scenario.load(**dict(zip(columns, row, strict=True)))
