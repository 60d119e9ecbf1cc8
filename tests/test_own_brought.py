"""Rules of one's own wherever policies are named: by Hydra, in comparisons, on the live page; brought by packages."""

import contextlib
import io
import sys

import pytest
import yaml
from anew import typed

from experiments.policy.__main__ import further
from experiments.policy.page import called
from experiments.policy.paired import OUTCOMES, comparison
from experiments.policy.study import PLACEBO, STATUS_QUO, variants
from sim import Scenario
from sim.app.choices import WITHOUT
from sim.app.choices import typed as chosen
from sim.report.language.words import Words
from sim.results.ones_own import rules
from sim.run import main
from sim.scenario.composition import CONF, assignment
from sim.scenario.own import source
from sim.scenario.own.brought import sources
from sim.scenario.problems import BadScenario

TAX, STRIKES, SURVEY = "examples/tax.py:tax", "examples/strikes.py:strikes", "examples/second_survey.py:second_survey"
RISE = "from sim import own\n\n@own.policy\ndef rise(market, day):\n    '''A rise.'''\n"
SHORT = {"start": "2018-05-01", "end": "2018-06-30", "population.sample": 0.002, "policy.start": "2018-05-20"}


def test_hydra_shows_the_rules_that_a_scenario_has():
    printed = io.StringIO()
    words = [f"policy=[minimum_rate,{TAX}]", f"demand={STRIKES}", f"own=[{SURVEY}]", "own.tax.rate=0.3"]
    with contextlib.redirect_stdout(printed):
        assert typed(main, "--cfg", "job", *words) == 0
    shown = yaml.safe_load(printed.getvalue())
    assert shown["own"] == Scenario.compose(words).model_dump(mode="json")["own"]
    assert "minimum_rate" in shown["policy"] and shown["demand"]["name"] == "steady"


def test_variants_have_the_policies_that_they_name_and_all_have_the_instruments():
    settings = {"compare": [["minimum_rate"], [TAX], ["minimum_rate", TAX]], "until": None, "seeds": 2}
    changes = {"own": [SURVEY], "own.tax.rate": 0.3}
    (word,), problems = further(settings, changes, [CONF])
    assert not problems and settings["compare"] == [["minimum_rate"], ["tax"], ["minimum_rate", "tax"]]
    scenario = Scenario.load(**SHORT, **changes | dict([assignment(word)]))
    markets = variants(scenario, settings["compare"], {}, placebo=True)
    assert [*markets] == [STATUS_QUO, "minimum_rate", "tax", "minimum_rate+tax", PLACEBO]
    decided = [market.decided for market in markets.values()]
    assert decided == [(), ("minimum_rate",), ("tax",), ("minimum_rate", "tax"), ("placebo",)]
    assert {market.own["second_survey"].digest for market in markets.values()} == {scenario.own["second_survey"].digest}
    assert markets["tax"].own["tax"].rate == 0.3
    assert (
        called("minimum_rate+tax", Words("fr", rules([scenario])))
        == "rémunération minimale et une taxe sur les clients"
    )
    assert further({"compare": [["no_such:tax"]], "until": None, "seeds": 2}, {}, [CONF])[0] == ["policy=[no_such:tax]"]


def test_readings_of_ones_own_are_paired():
    def run(reading):
        own = [{"name": "survey", "unit": "person", "reason": ""}]
        numbers = {name: 1.0 for outcomes in OUTCOMES.values() for name in outcomes} | {"own.survey": reading}
        group = {"division": "sex", "group": "woman", "what": "earned", "value": 1.0}
        return {"numbers": numbers, "own": own, "groups": [group]}

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("experiments.policy.paired.GROUPS", {})
        table = comparison([run(10.0), run(30.0)], [run(13.0), run(33.0)]).set_index("outcome")
    row = table.loc["own.survey"]
    assert (row["of"], row["unit"], row["difference"], row["status_quo"]) == ("own", "person", 3.0, 20.0)


def test_the_live_page_offers_the_policy_that_was_typed():
    page = chosen(dict(map(assignment, [f"policy={TAX}", "own.tax.rate=0.3", f"demand={STRIKES}"])))
    assert page.scenario().own["tax"].rate == 0.3 and page._replace(policy="minimum_rate").scenario().decided
    assert page._replace(beside=WITHOUT).second().scenario().decided == ()


def test_rules_in_a_folder_of_options_are_found_whenever_they_are_asked_for(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.path", [*sys.path])
    (tmp_path / "levies_of_mine.py").write_text(RISE)
    (tmp_path / "demand_of_mine.csv").write_text("date,intensity\n2014-01-01,1.5\n")
    changes = {"policy": "levies_of_mine.py:rise", "demand": "demand_of_mine.csv"}
    scenario = Scenario.resolve(changes, [tmp_path, CONF])
    found = sources(scenario.own)  # as a market asks, and a process that makes one of many
    assert {name: one.files for name, one in found.items()} == {
        "rise": (tmp_path / "levies_of_mine.py",), "demand_of_mine": (tmp_path / "demand_of_mine.csv",)}  # fmt: skip


def package(folder, name, *lines):
    """A package that is installed: a module, and what says that it is there."""
    about = folder / f"{name}-1.2.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n")
    (about / "entry_points.txt").write_text("\n".join(["[microwork]", *lines]))
    (folder / f"{name}.py").write_text(
        "from sim import own\n\n@own.policy\ndef rise(market, day):\n    '''A rise.'''\n"
    )


def test_a_package_brings_rules_by_name_and_two_may_not_use_one(tmp_path, monkeypatch):
    package(tmp_path, "brought_rules", "dearer = brought_rules:rise")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(source, "_entries", source._entries.__wrapped__)
    scenario = Scenario.load(policy=["minimum_rate", "dearer"])
    assert scenario.decided == ("minimum_rate", "dearer")
    (rule,) = rules([scenario])
    assert (rule["rule"], rule["package"], rule["about"]) == ("dearer", "brought_rules 1.2", "A rise.")
    package(tmp_path, "other_rules", "dearer = other_rules:rise")
    with pytest.raises(BadScenario, match="brought_rules 1.2 and other_rules 1.2 both bring a rule of that name"):
        Scenario.load(policy="dearer")
