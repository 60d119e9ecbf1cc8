"""A country and what is simulated of it: people, sample, scale and weight; one source of what is published."""

import dataclasses
import json

import pandas as pd
import pytest
from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf

from sim.cli.hydra_config import groups
from sim.instruments.fieldwork import Fieldwork
from sim.instruments.readings import COUNTED, comparison
from sim.instruments.targets import load_targets
from sim.report.screen.run import tier_text
from sim.results.results import Results
from sim.results.tables import results
from sim.runs.replicate import sampled
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
