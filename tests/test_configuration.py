"""The scenario: composed alike with and without Hydra, documented, and checked as a whole."""

import math
import pickle
from collections import Counter
from datetime import date
from typing import get_args

import pytest
from hydra import compose, initialize_config_dir
from omegaconf import OmegaConf
from pydantic import ValidationError

from sim.cli.help import manual
from sim.cli.hydra_config import groups as laid_out
from sim.kernel import compiler
from sim.kernel.categories import KINDS
from sim.scenario import composition as groups
from sim.scenario import fields
from sim.scenario.parameter import CALIBRATED, free, leaves
from sim.scenario.priors import LogUniform, Uniform
from sim.scenario.problems import BadScenario
from sim.scenario.rules import Rules, rules_of, with_policies
from sim.scenario.scenario import Scenario

SIM = groups.CONF.parent / "sim"
FRENCH_ACCOUNTS = 319_000  # DiPLab2019, sum over the seven platforms
BILL = "platform.members.foule_factory.tasks"
EVERY_POLICY = [name for name in groups.options(groups.SEVERAL) if name != "none"]
# Those of either structure first, whom all policies bind.
PLATFORMS = sorted(groups.options("platform"), key=lambda name: (name in ("france", "ecosystem"), name), reverse=True)


def policies():
    """All policies, as many at a time as can be, forms of the same one apart; none where there is deep labour alone."""
    forms, lots = {name: set(groups.option(groups.SEVERAL, name, (groups.CONF,))) for name in EVERY_POLICY}, []
    for name in EVERY_POLICY:
        apart = [lot for lot in lots if not any(forms[name] & forms[other] for other in lot)]
        apart[0].append(name) if apart else lots.append([name])
    lots.insert(PLATFORMS.index("deep"), ["none"])
    return [f"[{','.join(lot)}]" if lot[1:] else lot[0] for lot in lots]


def every_choice():
    """Words of a few scenarios in which each option of each group is chosen."""
    lists = {group: list(groups.options(group)) for group in groups.chosen()}
    lists |= {"platform": PLATFORMS, groups.SEVERAL: policies()}
    rounds = range(max(map(len, lists.values())))
    return [[f"{group}={names[n % len(names)]}" for group, names in lists.items()] for n in rounds]


def problems(**choices):
    """The keys and lines of everything wrong with some choices."""
    with pytest.raises(BadScenario) as caught:
        Scenario.load(**choices)
    return {problem.key: str(problem) for problem in caught.value.problems}


@pytest.mark.parametrize("choice", every_choice(), ids=lambda choice: choice[0])
def test_hydra_composes_the_same(choice):
    words = [*choice, "seed=5", "behaviour.looking_rate=0.25"]
    with laid_out(words) as (root, rest), initialize_config_dir(str(root), version_base="1.3"):
        theirs = OmegaConf.to_container(compose("config", rest), resolve=True)
    assert Scenario.checked(theirs, [word.partition("=")[0] for word in words]) == Scenario.compose(words)


def test_every_field_says_what_it_is():
    listed = list(leaves(fields.Scenario))
    assert len(listed) > 100
    for key, kind, parameter in listed:
        assert parameter.meaning and parameter.source, key
        if int in (kind, *get_args(kind)) or float in (kind, *get_args(kind)):
            assert parameter.low < parameter.high, key


def test_kinds_are_those_of_the_columns():
    asked = {name for key in ("france", "ecosystem") for member in Scenario.load(platform=key).platform.members.values()
             for name in member.tasks}  # fmt: skip
    assert asked == set(KINDS)


def test_the_kernels_rules_are_the_declared_fields_in_their_units():
    """By hand: whole seconds, of some at least one; rates a day; of policies, until the day, what changes nothing."""
    changes = {"search_seconds": 0.3, "instructions_seconds": 0.3, "hold_minutes": 1.51, "page": 7, "need_days": 3}
    changes |= {"drift_half_life_days": 700.0, "need_every_days": 400.0}
    policies = {"policy": ["minimum_rate", "paid_search"], "policy.minimum_rate.hourly": 7.2}
    policies |= {"policy.minimum_rate.lock_out": True, "policy.minimum_rate.tolerance": 0.25}
    policies |= {"policy.paid_search.hourly": 3.6, "policy.start": "2018-03-01"}
    scenario = Scenario.load(start="2018-02-03", behaviour=changes, demand="steady", **policies)
    before = rules_of(scenario)
    assert before.start_second == 5 * 86_400 and before.page == 7 and before.burst == 1.0
    assert (before.search_seconds, before.instructions_seconds, before.hold_seconds) == (1, 0, 91)
    assert (before.need_days, before.need_rate, before.drift_rate) == (3.0, 1 / 400, math.log(2.0) / 700)
    assert (before.least_own, before.search_pay, before.empty_pay, before.lost_levels) == (0.0, 0.0, 0.0, 99)
    after = with_policies(before, scenario)
    assert (after.least_own, after.search_pay, after.empty_pay) == (1500.0, 1000.0, 0.0)
    changed = {name for name in Rules._fields if getattr(before, name) != getattr(after, name)}
    assert changed == {"least_own", "search_pay", "escape"} and list(map(type, before)) == list(map(type, after))
    assert {SIM / "scenario" / "fields.py", SIM / "kernel" / "units.py"} <= set(compiler._sources())  # none is stale


def test_institutions_have_the_same_people_and_the_same_work():
    france, biface, deep = (Scenario.load(platform=name) for name in ("france", "biface", "deep"))
    registered = france.country.registered
    total = {s.platform.name: sum(m.accounts for m in s.platform.members.values()) for s in (france, biface, deep)}
    assert total == {"france": FRENCH_ACCOUNTS, "biface": registered, "deep": registered}
    assert biface.demand == deep.demand == france.demand
    assert biface.population == deep.population == france.population
    assert Counter(m.structure for m in france.platform.members.values()) == {"biface": 6, "deep": 1}


def test_small_and_declared_populations():
    assert Scenario.load(population="small").scale == pytest.approx(1 / 20, rel=1e-4)
    declared = Scenario.load(population="declared").population
    assert declared.people + declared.absent == 11_000_000 and declared.weight == 1


def test_mean_batch_is_that_of_the_evidence():
    # A power law on [1, max]: mean = a / (1 - a) (max^(1 - a) - 1) / (1 - max^-a); 52 tasks (Ipeirotis2010).
    scenario = Scenario.load()
    fare = scenario.platform.members["mechanical_turk"].tasks["annotation"]
    a, most = scenario.demand.batch_size_exponent, fare.largest
    assert fare.smallest == 1
    assert a / (1 - a) * (most ** (1 - a) - 1) / (1 - most**-a) == pytest.approx(52, abs=1.5)


def test_frozen_and_the_same_after_a_file_or_a_pickle(tmp_path):
    scenario = Scenario.load(platform="deep", population="small", seed=7, behaviour={"looking_rate": 1})
    scenario.write_file(tmp_path / "scenario.yaml")
    for again in (Scenario.load_file(tmp_path / "scenario.yaml"), pickle.loads(pickle.dumps(scenario))):
        assert again == scenario and again.digest() == scenario.digest()
    assert Scenario.load().digest() != scenario.digest()
    with pytest.raises(ValidationError):
        scenario.seed = 2


def test_all_problems_at_once():
    found = problems(
        platform="deeep",
        sed=3,
        demand={"hours_per_day": "many", "name": "volatil"},
        behaviour={"page": 1.5, "hope": 1.7},
        looking_elasticity=2,
        population={"traits": {"age_bands": [0.5, 0.5]}},
        survey={"retained": 9},
        **{"platform.members.appen.tasks": {"anotation": {"share": 0.1}}},
        end="2013-01-01",
    )
    assert "one of biface, deep, ecosystem, france, united_kingdom; did you mean deep?" in found["platform"]
    assert found["sed"] == "sed = 3: there is no such field; did you mean seed?"
    assert found["demand.hours_per_day"].startswith("demand.hours_per_day = many: must be a number from 0 to 1")
    bill = "platform.members.appen.tasks"
    assert f"did you mean {bill}.annotation.share?" in found[f"{bill}.anotation.share"]
    assert "did you mean volatile?" in found["demand.name"]
    assert "page = 1.5: must be a whole number from 1 to 50" in found["behaviour.page"]
    assert "hope = 1.7: must be a number from 0 to 1" in found["behaviour.hope"]
    assert "did you mean behaviour.looking_elasticity?" in found["looking_elasticity"]
    assert "= [0.5, 0.5]: must be a list of 6" in found["population.traits.age_bands"]
    # Impossible together, and reported although other values are wrong by themselves:
    assert found["survey.retained"] == "survey.retained = 9: at most 7, the number of platforms"
    assert found["end"] == "end = 2013-01-01: is before start = 2014-07-01"
    assert len(found) == 13  # and two platforms that open after that end


@pytest.mark.parametrize(
    ("choices", "key", "words"),
    [
        ({"survey": {"waves": ["2013-05-01", "2018-07-01"]}}, "survey.waves", "before the platform opens"),
        ({"survey": {"waves": ["2018-07-01", "2018-07-01"]}}, "survey.waves", "second wave must come after"),
        ({"survey": {"retained": 2}, "platform": "deep"}, "survey.retained", "at most 1"),
        ({"survey": {"platform": "clickworkr"}}, "survey.platform", "did you mean clickworker?"),
        ({f"{BILL}.survey.share": 0.5}, f"{BILL}.*.share", "add up to 1, not 1.2"),
        ({f"{BILL}.survey.smallest": 9_000}, f"{BILL}.survey.smallest", "is above"),
        ({"platform.members.appen.requires": [1, 1, 0, 0]}, "platform.members.appen.requires", "not 2"),
        ({"platform.members.appen.chain": None}, "platform.members.appen.chain", "three layers"),
        ({"platform.members.appen.structure": "biface"}, "platform.members.appen.structure", "must be deep"),
        ({"platform.members.appen.opened": "2020-01-01"}, "platform.members.appen.opened", "is after end"),
        ({"platform.members": {"own": {"label": "Own"}}}, "platform.members.own.wage", "missing; a number"),
        ({"demand": "collapse", "end": "2017-01-01"}, "demand.collapse_on", "must lie between start"),
        ({"behaviour.accuracy_sd": 0.5}, "behaviour.accuracy_sd", "spread by at most"),
        ({"end": "2099-01-01"}, "end", "at most 24000 days after"),
        ({"start": "9999-12-31", "end": "9999-12-31"}, "start", "must be a date such as 2018-07-31 from 1900-01-01 to"),
        ({"survey.waves": ["0001-01-01", "9999-12-31"]}, "survey.waves", "each a date such as 2018-07-31 from 1900"),
        ({"platform.members.appen.opened": "0001-01-01"}, "platform.members.appen.opened", "from 1900-01-01 to"),
        ({"population.traits.poor_share": 0.6}, "population.traits.poor_share", "must be below"),
        ({"platform.members.mobeye": {"label": "Own"}}, "platform.members.mobeye.wage", "missing; a number"),
        ({"platform.members.appen": {"wagee": 3}}, "platform.members.appen.wagee", "appen.wage?"),
        (
            {"platform.members.ferpection.chain": {"exam_hours": 3}},
            "platform.members.ferpection.chain.exam_every_days",
            "missing; a whole number",
        ),
        ({"survey.targets": 3, "survey.retained": 9}, "survey.retained", "at most 7"),
        ({"seed": True}, "seed", "must be a whole number"),
        ({"seed": -1}, "seed", "0 to 2^64 - 1"),
        ({"behaviour.reservation_wage": float("nan")}, "behaviour.reservation_wage", "must be a number"),
    ],
)
def test_impossible(choices, key, words):
    assert words in problems(**choices)[key]


def test_a_scenario_put_together_by_hand_is_checked_too():
    tree = Scenario.load().model_dump()
    with pytest.raises(ValidationError, match="is before start"):
        Scenario(**{**tree, "end": date(2000, 1, 1)})


def test_a_prior_makes_a_free_parameter_and_nothing_else_does():
    """What is calibrated has a prior within its range, in terms of which every value has its share."""
    for key, kind, parameter in leaves(fields.Scenario):
        assert (parameter.source == CALIBRATED) == (parameter.prior is not None), key
        if parameter.prior:
            prior = parameter.prior
            assert "<name>" not in key and kind is float, f"{key}: one number of the whole scenario"
            assert parameter.low <= prior.low < prior.high <= parameter.high and prior.reason, key
            assert [prior.at(u) for u in (0.0, 1.0)] == pytest.approx([prior.low, prior.high])
            assert [prior.share(prior.at(u)) for u in (0.1, 0.5, 0.9)] == pytest.approx([0.1, 0.5, 0.9])
            assert prior.low < Scenario.load().at(key) < prior.high, f"{key}: the default is beyond its prior"


def test_the_manual_shows_priors():
    text = " ".join(manual().split())
    for key, parameter in free(fields.Scenario).items():
        assert f"; prior {parameter.prior}: {parameter.prior.reason}]" in text, key


@pytest.mark.parametrize("prior", [Uniform(1, 5, "-"), LogUniform(0.1, 10, "-")])
def test_priors(prior):
    shares = [0.0, 0.05, 0.5, 0.95, 1.0]
    assert [prior.share(prior.at(u)) for u in shares] == pytest.approx(shares)
    assert prior.share(-1.0) == 0.0 and prior.share(1e9) == 1.0


def test_what_was_put_right_is_not_held_against_anybody():
    """A policy that binds nobody is left out to look for further problems; its date is then no problem."""
    found = problems(
        platform="deep", policy="portable_qualifications", start="2018-05-25", **{"policy.start": "2018-06-01"}
    )
    assert set(found) == {"policy"}
