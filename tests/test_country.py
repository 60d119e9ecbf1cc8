"""A country and what is simulated of it: people, sample, scale and weight; one source of what is published."""

import dataclasses
import html
import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf

from sim import country, run
from sim.cli.hydra_config import groups
from sim.instruments.arithmetic import published_tiers
from sim.instruments.fieldwork import Fieldwork
from sim.instruments.readings import COUNTED, comparison
from sim.instruments.targets import TIERS, load_targets
from sim.population.demand import intensity
from sim.report.language.precise import Precise
from sim.report.language.words import Words
from sim.report.screen.run import summary_text, tier_text
from sim.results.results import Results
from sim.results.tables import results
from sim.runs.replicate import sampled
from sim.runs.run_folder import fill, show
from sim.scenario import composition
from sim.scenario.problems import BadScenario
from sim.scenario.scenario import Scenario
from sim.simulation.day import DayByDay

JUNE = {"start": "2018-05-25", "end": "2018-06-30", "seed": 3}


def ran(**changes):
    return results(DayByDay(Scenario.load(**JUNE, **changes)).run())


@pytest.fixture(scope="module")
def few():
    return ran(population={"people": 300})


@pytest.fixture(scope="module")
def sample():
    return ran(population={"sample": 300 / 266_126})


def test_what_is_simulated_what_it_stands_for_and_how_large_its_market_is():
    small, whole = Scenario.load(population="small"), Scenario.load()
    assert small.population.simulated == 13_306 and whole.population.simulated == 266_126
    assert small.population.weight == 1.0 / (13_306 / 266_126) and whole.population.weight == whole.scale == 1.0
    twice = Scenario.load(population={"people": 600, "sample": 0.5, "absent": 90})
    assert (twice.population.simulated, twice.population.absent_simulated, twice.population.weight) == (300, 45, 2.0)
    assert twice.scale == 300 / 266_126
    assert all(sampled(whole, people).population.simulated == people for people in (100, 13_306, 66_531, 400_001))
    with pytest.raises(BadScenario, match="population.sample = 0.001: leaves nobody of 300 people"):
        Scenario.load(population={"people": 300, "sample": 0.001})


def test_a_country_of_300_is_printed_as_300_and_is_the_same_market_as_a_sample_of_300(few, sample):
    for name in ("workers", "accounts", "batches", "daily"):
        pd.testing.assert_frame_equal(getattr(few, name), getattr(sample, name))
    assert few.summary["registered"] < 1_000 < 200_000 < sample.summary["registered"]
    assert few.summary["earned_mean_euro"] == sample.summary["earned_mean_euro"]


def test_head_counts_are_judged_where_as_many_register_as_is_published(few, sample):
    ours, theirs = (comparison(Fieldwork(one)).set_index("id").loc[[*COUNTED]] for one in (few, sample))
    assert not ours["comparable"].any() and theirs.loc["tier_regular", "comparable"]
    assert "300 people may register, where the published are of 266126" in ours.loc["tier_regular", "reason"]
    assert not Fieldwork(few).tiers["comparable"].any()


def test_a_published_number_has_one_source(sample, tmp_path):
    """A critic's number, or one's own, stands in every table and on the screen; the country's nowhere."""
    rows = load_targets()
    rows.loc[rows["id"] == "tier_regular", ["value", "low", "high"]] = 26_200.0, 20_000.0, 30_000.0
    rows.to_csv(tmp_path / "own.csv", index=False)
    for published, regular in ((None, 52_337), (str(tmp_path / "own.csv"), 26_200)):
        survey = sample.scenario.survey.model_copy(update={"targets": published})
        other = dataclasses.replace(sample, scenario=sample.scenario.model_copy(update={"survey": survey}))
        fieldwork = Fieldwork(other)
        assert fieldwork.tiers.set_index("tier").at["regular", "survey_estimate"] == regular
        assert comparison(fieldwork).set_index("id").at["tier_regular", "value"] == regular
        printed = tier_text(fieldwork.tiers, other.scenario)
        assert f"{regular:,}" in printed and (regular == 52_337) == ("52,337" in printed)
    rebuilt, published = published_tiers(), load_targets().set_index("id")["value"]
    names = [tier.replace(" ", "_") for tier in TIERS]
    assert [published[f"tier_{name}"] for name in names] == [round(rebuilt[name]) for name in names]
    country = Scenario.load().country
    assert country.registered == load_targets(country.targets).set_index("id").at["tier_occasional", "value"]


@pytest.fixture
def mine(tmp_path, monkeypatch):
    """A country of one's own: 40 000 people in one place, else as France."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    own = "defaults: [france, _self_]\nname: mine\nlabel: Ruritania\nregistered: 40000\nchooses: {platform: biface}\n"
    (tmp_path / "mine" / "country.yaml").write_text(own)
    (tmp_path / "mine" / "population.yaml").write_text("defaults: [france_2018, _self_]\nname: mine\npeople: 40000\n")
    load_targets().to_csv(tmp_path / "mine" / "targets.csv", index=False)
    return tmp_path / "mine"


def test_a_country_chooses_the_other_options_and_a_word_wins(mine):
    usual, typed = Scenario.load(country="mine/"), Scenario.compose(["country=mine/", "platform=deep"])
    assert (usual.platform.name, usual.population.people, usual.scale) == ("biface", 40_000, 1.0)
    assert (typed.platform.name, typed.population.people) == ("deep", 40_000)
    small = Scenario.load(country="mine/", population="small")
    assert (small.population.people, small.population.simulated, small.population.entry.talk) == (40_000, 2_000, 0.81)
    assert usual.published == "mine/targets.csv" and usual.country.label == "Ruritania"
    assert usual.digest() == Scenario.load(country=str(mine)).digest()  # wherever it stands
    (mine / "country.yaml").write_text((mine / "country.yaml").read_text().replace("platform:", "platfrom:"))
    with pytest.raises(BadScenario, match="chooses.platfrom = biface: there is no such group; did you mean platform?"):
        Scenario.load(country="mine/")
    with pytest.raises(BadScenario, match="country = mine: there is no such choice.*the folder of that name is mine/"):
        Scenario.load(country="mine")
    with pytest.raises(BadScenario, match="world = mine/: has no world.yaml"):
        Scenario.load(world="mine/")


@pytest.mark.parametrize("words", [["country=mine/"], ["country=mine/", "population=small", "platform=deep", "seed=2"]])
def test_hydra_shows_the_same_country(mine, words):
    with groups(words) as (root, rest), initialize_config_dir(str(root), version_base="1.3"):
        theirs = OmegaConf.to_container(compose("config", rest), resolve=True)
    assert Scenario.checked(theirs) == Scenario.compose(words)


def test_the_folder_of_a_run_keeps_the_files_of_its_country(mine, tmp_path):
    record = ran(country="mine/", **{"population.sample": 0.01})
    record.write(tmp_path / "run")
    kept = tmp_path / "run" / "country"
    assert sorted(path.name for path in kept.iterdir()) == ["country.yaml", "population.yaml", "targets.csv"]
    born = json.loads((tmp_path / "run" / "provenance.json").read_text())
    assert {*born["country"]} == {path.name for path in kept.iterdir()}
    mine.rename(tmp_path / "gone")  # another machine
    again = ran(country=f"{kept}/", **{"population.sample": 0.01})
    assert again.digest() == record.digest() and again.scenario.digest() == record.scenario.digest()
    assert Fieldwork(Results.load(tmp_path / "run")).published.equals(load_targets())


def test_another_country_is_shown_in_its_money_and_by_its_name(tmp_path):
    """In titles, texts and amounts; the model's euro stay in columns, and the page says at which rate it shows them."""
    small = {"population.sample": 0.005, "start": "2022-02-01", "policy.start": "2022-03-01"}
    record = results(DayByDay(Scenario.load(country="united_kingdom", report={"figures": False}, **small)).run())
    show(fill(record, tmp_path, [], 1.0), tmp_path)
    page = html.unescape(re.sub("<[^>]+>", " ", (tmp_path / "report.html").read_text(encoding="utf-8")))
    assert "Micro-workers in the United Kingdom" in page and "£0.853 for one euro" in page and "£9.5" in page
    left = {word for word in re.findall(r"[^.;]*\b(?:France|French|SMIC|€)\b[^.;]*", page)}
    assert all(
        "Le Micro-Travail en France" in one or "microwork in France" in one or "DiPLab2019" in one for one in left
    )
    screen = summary_text(record)
    assert "mean, £ in the month" in screen and "(9.50)" in screen and "country=united_kingdom" in screen
    shown = Precise(record.scenario, Words.of(record.scenario, "en"))
    assert shown("other_euro", 1000.0) == "853" and shown("registered", 1000.0) == "1,000"


def test_a_country_with_tiers_of_its_own_is_held_against_these(mine):
    rows = load_targets()
    rows.loc[rows["id"] == "tier_regular", ["value", "low", "high"]] = 7_000.0, 6_000.0, 8_000.0
    rows.to_csv(mine / "targets.csv", index=False)
    own = f"{(mine / 'country.yaml').read_text().replace('biface', 'france')}minimum_wage: 4.0\n"
    (mine / "country.yaml").write_text(own)
    fieldwork = Fieldwork(ran(country="mine/", **{"population.sample": 0.02}))
    regular = fieldwork.tiers.set_index("tier").loc["regular"]
    assert regular["comparable"] and regular["survey_estimate"] == 7_000.0
    assert comparison(fieldwork).set_index("id").at["tier_regular", "comparable"]
    richer = fieldwork.results.scenario.country.minimum_wage
    assert richer == 4.0 and "Ruritania" in Words.of(fieldwork.scenario)("brief.tiers")


def test_a_policy_that_sets_a_minimum_asks_for_the_legal_one_of_the_country(mine):
    policies = ["minimum_rate", "paid_search", "employment_presumption"]
    (mine / "country.yaml").write_text((mine / "country.yaml").read_text() + "minimum_wage: 3.5\n")
    for name, legal in (("france", 9.88), ("mine/", 3.5)):
        policy = Scenario.load(country=name, platform="france", policy=policies).policy
        assert [getattr(policy, one).hourly for one in policies] == [legal] * 3
    typed = {"country": "mine/", "policy": "minimum_rate", "policy.minimum_rate.hourly": 5.0}
    assert Scenario.load(**typed).policy.minimum_rate.hourly == 5.0


def test_holidays_are_days_like_those_of_a_weekend():
    for days, asked in (("", 1.0), ("06-14", 0.5)):
        changes = {"demand": "steady", "demand.weekend_share": 0.5, "country.holidays": days}
        cumulated = intensity(Scenario.load(**JUNE, **changes), np.zeros(3, np.uint32), 37)[0][0]
        of_day = np.diff(cumulated)
        assert of_day[20] / of_day[19] == pytest.approx(asked, rel=1e-3)  # Thursday, 14 June, over the day before
    with pytest.raises(BadScenario, match="country.holidays = 14-06: must be days of the year"):
        Scenario.load(**{"country.holidays": "14-06"})


def test_a_template_is_checked_filled_in_and_run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)

    def said(*words):
        monkeypatch.setattr("sys.argv", ["country", *words])
        return country.main(), "".join(capsys.readouterr())

    france = repr(composition.compose())
    assert said("template", "mine/")[0] == 0 and repr(composition.compose()) == france
    before = {path.name: path.read_text() for path in Path("mine").iterdir()}
    code, told = said("template", "mine/")
    assert code == 2 and "country.yaml: is there already" in told
    assert before == {path.name: path.read_text() for path in Path("mine").iterdir()}
    code, told = said("check", "mine/")
    assert code == 0 and told.rstrip().endswith("It runs: python -m sim.run country=mine/ population=small")
    assert "ASSUMED\n  country.registered: 100000  # assumed: as in France" in told and ", 0 no source," in told
    assert "targets.csv, tier_regular: has no value: its reading stands alone" in told
    words = ["population.sample=0.003", "start=2018-06-01", "end=2018-07-31", "report.figures=false"]
    monkeypatch.setattr("sys.argv", ["run", "country=mine/", *words, "hydra.run.dir=there"])
    assert run.main() == 0 and "my country, platform=my_country: 100,000 people" in "".join(capsys.readouterr())
    text = before["country.yaml"].replace("minimum_wage: 9.88 #", "minimum_wage: -1 #")
    Path("mine/country.yaml").write_text(re.sub("registered: 100000 #.*", "registerd: 100000", text))
    Path("mine/survey.yaml").unlink()
    rows = before["targets.csv"].replace("tier_regular", "tier_regulr")
    Path("mine/targets.csv").write_text(rows)
    code, told = said("check", "mine/")
    assert code == 2 and "MISSING\n  survey.yaml: France's survey is taken" in told
    assert "country.minimum_wage: = -1" in told and "0.01 to 200" in told
    assert "country.registerd: = 100000" in told and "registered" in told.partition("country.registerd")[2][:90]
    assert "targets.csv, tier_regulr: no instrument reads it" in told and "did you mean tier_regular?" in told
    assert "NO SOURCE\n  country.registerd: 100000" in told and "It runs" not in told
