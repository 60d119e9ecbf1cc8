"""Instruments and figures of one's own: they read a run that is over, move none, and lose none when they fail."""

import dataclasses
import json
from pathlib import Path

import pandas as pd
import pytest
from in_process import said

from sim import Scenario, own, simulate
from sim.instruments.fieldwork import Fieldwork
from sim.instruments.surveys.ones_own import ask
from sim.report.figures.draw import draw_each
from sim.report.figures.ones_own import own_figures
from sim.report.language.words import Words
from sim.results.command.ending import told
from sim.results.provenance import code
from sim.results.results import Results
from sim.run import main
from sim.runs.ensemble import measured
from sim.runs.store import measure_name, sealed
from sim.runs.sweep_tables import rows_of, varied
from sim.scenario.composition import assignment
from sim.simulation.day import DayByDay

ROOT = Path(__file__).parents[1]
SURVEY, HISTOGRAM = "examples/second_survey.py", "examples/histogram.py"
RUN = ["population.sample=0.001", "start=2018-05-01", "end=2018-05-12"]
MODULE = """\
from sim import own

@own.instrument(unit="person", extensive=True)
def looked(results):
    \"\"\"Who has looked.\"\"\"
    return own.Reading(int((results.workers["last_seen"] >= 0).sum()), 2.0, published=30_000, low=100, note="of all")

@own.instrument
def broken(results):
    raise OSError("no answers")

@own.instrument
def wordy(results):
    return "many"

@own.instrument
def both(results):
    return {"a": (1, 0.5), "b": 2}

@own.figure
def drawing(results):
    return results.daily.no_such_column
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder with a module, and a run of it without any of what the module brings."""
    path = tmp_path_factory.mktemp("mine")
    (path / "my_instruments.py").write_text(MODULE)
    code, _, complaints = said(main, path, *RUN, "report.figures=false", "hydra.run.dir=run")
    assert code == 0, complaints
    return path


def read(record, *words, **values):
    choices = {f"own.{key}": value for key, value in values.items()}
    given = record.scenario
    scenario = Scenario.load(population=given.population.name, own=[*words], **choices)
    mine = dataclasses.replace(record, scenario=given.model_copy(update={"own": scenario.own}))
    return {one.name: one for one in ask(mine)}


def test_examples_read_a_run(record):
    found = read(record, f"{SURVEY}:second_survey", f"{SURVEY}:two_lists", **{"second_survey.days": 14})
    assert {*found} == {"second_survey", "two_lists.either", "two_lists.both"}
    survey, either = found["second_survey"], found["two_lists.either"]
    assert abs(survey.value - survey.truth) < 2 * survey.error and survey.unit == "person"
    weight = record.scenario.population.weight  # two_lists is extensive: counted over those simulated
    both = found["two_lists.both"].value / weight
    assert both == pytest.approx(round(both)) and either.value >= either.truth / 2


def test_what_a_reading_may_be():
    def of(given):
        @own.instrument(unit="euro")
        def mine(results):
            return given

        return mine

    class Record:
        def __new__(cls, given):
            scenario = Scenario.load(own=[of(given)])
            empty = dict.fromkeys("daily months workers batches clients funnel looks_by_hour waits accounts answers"
                                  .split(), pd.DataFrame())  # fmt: skip
            return ask(Results(**empty, scenario=scenario))

    assert Record(3)[0][2:5] == (3.0, pytest.approx(float("nan"), nan_ok=True), "euro")
    assert Record((3, 0.5))[0].compared == (3.0, 0.5)
    assert [one.name for one in Record({"a": 1, "b": (2, 1)})] == ["mine.a", "mine.b"]
    assert Record(own.Reading(3, unit="share"))[0].unit == "share"
    for wrong in ("many", None, [1, 2], True, float("nan"), {}, (1, 2, 3, 4)):
        assert Record(wrong)[0].reason, wrong


def test_instruments_read_a_finished_run_without_running_it_again(home, monkeypatch):
    words = [*RUN, "report.figures=false", "own=[my_instruments:looked]", "hydra.run.dir=run"]
    with monkeypatch.context() as patch:
        patch.setattr(DayByDay, "__init__", lambda *_: pytest.fail("a market is run"))
        code, printed, _ = said(main, home, *words)
    assert code == 0 and "looked: of all" in printed
    (row,) = pd.read_csv(home / "run" / "readings.csv").to_dict("records")
    weight = json.loads((home / "run" / "datapackage.json").read_text())["weight"]
    assert row["value"] / weight == pytest.approx(round(row["value"] / weight))
    assert row["error"] == pytest.approx(2 * weight) and row["inside"]
    born = json.loads((home / "run" / "provenance.json").read_text())
    (rule,) = born["own"]
    assert rule["repeatable"] and rule["files"] == ["my_instruments.py"] and rule["role"] == "instrument"
    assert (home / "run" / "own" / "my_instruments.py").read_text() == MODULE
    assert "own/my_instruments.py" in json.loads((home / "run" / "manifest.json").read_text())["files"]
    page = (home / "run" / "report.html").read_text()
    assert all(text in page for text in ("Who has looked.", rule["digest"], "30,000", 'href="own/my_instruments.py"'))


def test_python_reads_a_finished_run_too(home, monkeypatch):
    monkeypatch.chdir(home)
    monkeypatch.setattr(DayByDay, "__init__", lambda *_: pytest.fail("a market is run"))
    choices = {key: value for key, value in map(assignment, RUN)} | {"report.figures": False}
    (row,) = simulate(folder="run", own=["my_instruments:both"], **choices).readings().to_dict("records")[:1]
    assert (row["name"], row["value"], row["error"]) == ("both.a", 1.0, 0.5)


def test_what_fails_loses_no_run_and_says_where(home):
    mine = "own=[my_instruments:looked,my_instruments:broken,my_instruments:wordy]"
    code, printed, complaints = said(main, home, *RUN, mine, "report.figures=false", "hydra.run.dir=run")
    assert code == 1 and "looked" in printed
    assert "broken: no reading: OSError in my_instruments.py, line 10: no answers" in complaints
    assert "wordy: no reading: gives str 'many', and must give a number" in complaints
    assert "no reading: OSError in my_instruments.py, line 10" in (home / "run" / "report.html").read_text()
    assert set(pd.read_csv(home / "run" / "readings.csv")["reason"].isna()) == {True, False}


def test_a_figure_stands_with_others_and_one_that_fails_takes_none_with_it(record, home, monkeypatch):
    monkeypatch.chdir(home)
    rules = ["my_instruments:drawing", str(ROOT / HISTOGRAM) + ":histogram"]
    scenario = Scenario.load(own=rules, **{"own.histogram.bins": 5})
    mine = dataclasses.replace(record, scenario=record.scenario.model_copy(update={"own": scenario.own}))
    told.clear()
    (drawn,) = draw_each(own_figures(Fieldwork(mine), Words("fr")), home / "drawn")
    (sentence,) = told
    assert sentence.startswith("The figure drawing could not be made: AttributeError in my_instruments.py, line 22: ")
    assert drawn["title"] == "La plupart ont gagné peu" and drawn["alt"].startswith("Persons by what they have earned")
    assert {path.suffix for path in (home / "drawn").glob("histogram.*")} == {".svg", ".png"}


def test_what_only_shows_is_no_parameter_of_a_sweep(tmp_path):
    """Words for instruments and figures move no run; a policy's do, and so do its parameters."""
    (tmp_path / "replicates").mkdir()
    shown = {"survey": {"rule": "mine:survey"}, "histogram": {"rule": "mine:histogram"}}
    for seed, words in enumerate((["policy=mine:tax", "own.tax.rate=0.1"], ["policy=mine:tax", "own.tax.rate=0.2"])):
        words += ["own=[mine:survey,mine:histogram]", "own.survey.days=7"] if seed else []
        about = {"words": words, "scenario": f"{seed}", "seed": seed, "code": code(), "measure": measure_name(measured)}
        kept = {"measured": {"tiers": [], "summary": {}, "digest": ""}} | ({"own": shown} if seed else {})
        (tmp_path / "replicates" / f"{seed}.json").write_text(json.dumps(sealed(about | kept)))
    rows = rows_of(tmp_path, measured)
    assert len(rows) == 2 and varied(rows) == ["own.tax.rate"]


def test_runs_measured_without_an_instrument_are_not_taken_for_having_it(home):
    words = [*RUN, "seeds=2", "report.figures=false", "hydra.run.dir=many"]
    assert said(main, home, *words)[0] == 0
    code, printed, complaints = said(main, home, *words, "own=[my_instruments:looked,my_instruments:broken]")
    assert code == 1 and "broken: no reading in 2 of 2 runs: OSError in my_instruments.py, line 10" in complaints
    assert "2 of 2 runs done" in complaints and "READINGS OF ONE'S OWN, means over 2 runs" in printed
    runs = pd.read_parquet(home / "many" / "runs.parquet")
    row, silent = pd.read_csv(home / "many" / "readings.csv").to_dict("records")
    assert silent["runs"] == 0
    assert row["value"] == pytest.approx(runs["own.looked"].mean()) and row["runs"] == 2
