"""A market that is written and taken up again goes on to the bit; what is not as it was written is refused."""

import datetime
import json
import os
import shutil
import signal

import numpy as np
import pytest
from in_process import said

from experiments.policy.burn_in import tidied
from experiments.policy.measure import measure
from experiments.policy.study import STATUS_QUO, plan, variants
from sim import MicroworkMarket, run
from sim.agents import Worker
from sim.results.checkpoint import origin
from sim.results.checkpoint.changes import changed
from sim.results.checkpoint.folder import ABOUT, ARRAYS, read, write
from sim.results.checkpoint.resume import market_of
from sim.results.folder import BadFolder
from sim.results.streams import Streams
from sim.results.tables import results
from sim.runs.replicate import changed as with_values
from sim.scenario.problems import BadScenario
from sim.scenario.rules import OWN as PLACES
from sim.scenario.scenario import Scenario
from sim.simulation import recorder
from sim.simulation.accounting import check
from sim.simulation.checkpoint.plain import NotKept, apart, together
from sim.simulation.checkpoint.snapshot import taken_apart
from sim.simulation.day import DayByDay
from sim.simulation.recorder import OF_SCENARIO as OF_RECORD
from sim.simulation.state import OF_SCENARIO as OF_STATE

SHORT = {"population": {"people": 400}, "start": "2018-01-01", "end": "2018-05-20", "record.months": 2}
SHORT |= {"behaviour.started_share": 1.0, "policy.start": "2018-03-01", "demand.hours_per_day": 2200.0}
MARKETS = {
    "france": {"policy": ["boycott", "paid_search", "reviewed_refusals"], "policy.boycott.days": 40},
    "ecosystem": {"policy": ["sign_up_cap", "minimum_rate"], "policy.sign_up_cap.ratio": 1.05},
    "deep": {"policy": "employment_presumption"},
}
MORNINGS = (75, 125)  # amid the call; after a month that the record keeps has begun
OWN = """
import numpy as np
from sim import own

@own.policy
class Fund:
    def __init__(self):
        self.days, self.told = np.zeros(2), {"first": None}

    def every_morning(self, market, day):
        first = self.told["first"]
        self.told["first"] = day if first is None else first
        self.days[0] = day - self.told["first"]
"""
WORDS = ["population.people=80", "start=2018-04-01", "end=2018-07-03", "report.figures=false"]


def typed(home, *words):
    return said(run.main, home, *words)


def digest(home, name):
    return json.loads((home / name / "provenance.json").read_text())["digest"]


@pytest.fixture(scope="module", params=MARKETS)
def written(request, tmp_path_factory):
    """A market that ran on, and the folders of its checkpoints, those of one that hands on what is finished too."""
    home, scenario = (
        tmp_path_factory.mktemp(request.param),
        Scenario.load(platform=request.param, **SHORT | MARKETS[request.param]),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recorder, "TOGETHER", 30)
        (home / "handing").mkdir()
        for kind, finished in (("keeping", None), ("handing", Streams(scenario, home / "handing"))):
            market = DayByDay(scenario, finished)
            while market.running:
                if market.day in MORNINGS:
                    write(market, home / f"{kind}_{market.day}")
                market.step()
    return home, scenario, results(market).digest(), market


@pytest.fixture(scope="module")
def one(tmp_path_factory):
    """The folder of two checkpoints of a market, and its scenario."""
    home, scenario = tmp_path_factory.mktemp("one"), Scenario.load(**SHORT | MARKETS["france"])
    market = DayByDay(scenario)
    while market.day <= 75:
        if market.day in (1, 75):
            write(market, home / f"after_{market.day}")
        market.step()
    return home, scenario


@pytest.mark.parametrize("day", MORNINGS)
def test_a_market_goes_on_to_the_bit(written, day, tmp_path, monkeypatch):
    """Written while all is kept or while it is handed on, and going on in either way."""
    home, scenario, whole, _ = written
    monkeypatch.setattr(recorder, "TOGETHER", 30)
    for kind, hands_on in (("keeping", True), ("handing", True), ("handing", False)):
        checkpoint = read(home / f"{kind}_{day}")
        assert checkpoint.scenario == scenario and (checkpoint.date - scenario.start).days == day
        (place := tmp_path / f"{kind}_{hands_on}").mkdir()
        market = market_of(checkpoint, finished=Streams(scenario, place) if hands_on else None).run()
        check(market)
        assert results(market).digest() == whole


def test_nothing_that_a_market_has_is_left_out(written):
    """What is not written is what a scenario alone makes: of another market of it, not yet begun, the same."""
    _, scenario, _, market = written
    plain, arrays = taken_apart(market)
    assert {*vars(market.state)} == {*plain["state"]} | OF_STATE
    assert {*vars(market.recorder)} == {*plain["recorder"]} | OF_RECORD
    fresh = DayByDay(scenario)
    for part, names in (("state", OF_STATE), ("recorder", OF_RECORD - {"finished"})):
        mine, others = (vars(getattr(one, part)) for one in (market, fresh))
        assert all(repr(mine[name]) == repr(others[name]) for name in names)
    assert (
        {*vars(market)}
        == {*vars(fresh)}
        == {"scenario", "platform_keys", "day", "days", "running", "state", "recorder"}
    )
    (content,) = plain["state"]["policy"].values()
    assert {*content} == {*type(market.state.policy).__slots__}
    assert {*plain["state"]["rules"]["dictionary"]} == {*market.state.rules._fields} - {*PLACES}
    columns = [name for name in arrays if name.startswith("state.market.")]
    assert len(columns) == 1 + sum(len(record) for record in market.columns[1:])


def test_what_no_checkpoint_can_hold_is_named(one, tmp_path):
    _, scenario = one
    market = DayByDay(scenario)
    market.state.further_rule = lambda: 0
    with pytest.raises(NotKept, match="state.further_rule is of the kind function"):
        write(market, tmp_path / "refused")
    assert not any(tmp_path.iterdir())


def test_plain_values_come_back_as_they_were():
    """Dictionaries of numbers, words, booleans, lists and arrays, as policies of one's own keep them."""
    value = {
        "a": 1,
        "b": 0.1,
        "c": [True, None, "x", (2, float("nan"))],
        "d": {"e": np.arange(3.0)},
        "array": np.int64(7),
    }
    arrays = {}
    text = json.dumps(apart(value, "own", arrays))
    again = together(json.loads(text), arrays)
    assert repr(again) == repr(value | {"array": 7}) and arrays["own.d.e"] is value["d"]["e"]
    for wrong in (np.array([None]), {1: 2}, {1}, object(), np.float32(1)):
        with pytest.raises(NotKept, match="own.d is of the kind"):
            apart({"d": wrong}, "own", {})


def test_what_a_policy_of_ones_own_keeps_is_taken_up(tmp_path, monkeypatch):
    """What it has counted is there again while it acts; its source, changed since, is refused with its name."""
    (tmp_path / "fund.py").write_text(OWN)
    monkeypatch.chdir(tmp_path)
    scenario = Scenario.load(**SHORT | {"end": "2018-03-20"}, policy="fund.py:Fund")
    market = DayByDay(scenario)
    while market.date < datetime.date(2018, 3, 10):
        market.step()
    write(market, tmp_path / "one")
    again = market_of(read(tmp_path / "one")).run()
    assert market.run().state.policy.own["fund"]["days"].tolist() == [19.0, 0.0]
    assert repr(again.state.policy.own) == repr(market.state.policy.own)
    (tmp_path / "fund.py").write_text(OWN.replace("first =", "first  ="))
    with pytest.raises(BadFolder, match=r"own.fund.digest = \w+: its source has changed since"):
        read(tmp_path / "one")


# --- what is refused -------------------------------------------------------------------------------------------
DAMAGE = {
    "cut": (lambda folder: (folder / ARRAYS).write_bytes((folder / ARRAYS).read_bytes()[:-9]), "not as it was written"),
    "garbage": (lambda folder: (folder / ABOUT).write_text("[" * 99_999), "not as it was written"),
    "gone": (lambda folder: (folder / ARRAYS).unlink(), f"{ARRAYS} is missing"),
    "unmarked": (lambda folder: (folder / "manifest.json").unlink(), "is no checkpoint: it has no manifest.json"),
    "broken": (lambda folder: (folder / "manifest.json").write_text("{"), "is no checkpoint|is broken"),
    "empty": (lambda folder: [path.unlink() for path in folder.iterdir()], "is no checkpoint"),
    "removed": (shutil.rmtree, "there is no such folder"),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_checkpoint_that_is_not_as_it_was_written_is_refused(one, name, tmp_path):
    shutil.copytree(one[0] / "after_1", tmp_path / "copy")
    damage, wrong = DAMAGE[name]
    damage(tmp_path / "copy")
    with pytest.raises(BadFolder, match=wrong):
        read(tmp_path / "copy")


def test_other_code_is_refused_with_what_differs(one, monkeypatch):
    files = origin.model_code()
    here = {"sim/markets/matching.py": "0", "sim/markets/new.py": "1"}
    monkeypatch.setattr(origin, "model_code", lambda: files | here)
    monkeypatch.setattr(origin, "versions", lambda: {"python": "3", "numpy": "2", "numba": "1", "pandas": "0"})
    with pytest.raises(BadFolder, match=r"sim/markets/matching.py, sim/markets/new.py; python 3\..* there, 3 here"):
        read(one[0] / "after_1")
    monkeypatch.undo()
    monkeypatch.setattr("sim.results.checkpoint.folder.FORMAT", 2)
    with pytest.raises(BadFolder, match="in format 1, and this version reads format 2"):
        read(one[0] / "after_1")


def test_only_what_has_not_acted_may_be_another(one):
    home, scenario = one
    before, since = read(home / "after_1"), read(home / "after_75")
    same = {"platform": scenario.platform.name, "seed": 1, "population.people": 400}
    assert changed(before, same | {"report.language": "fr", "record.daily": False}).report.language == "fr"
    other = changed(before, {"policy": "placebo", "policy.start": "2018-02-01", "policy.placebo.share": 0.5})
    assert other.policy.chosen == ("placebo",) and other.policy.placebo.share == 0.5
    assert other.at("behaviour.looking_rate") == scenario.at("behaviour.looking_rate")
    assert changed(before, {"policy.start": "2018-02-01"}).policy.chosen == scenario.policy.chosen
    for checkpoint, asked, wrong in (
        (before, {"seed": 2}, "seed = 2: is 1 there"),
        (before, {"behaviour.looking_rate": 0.123}, "behaviour.looking_rate = 0.123: is"),
        (before, {"demand": "steady"}, "demand = steady: is volatile there"),
        (before, {"end": "2018-05-21"}, "end = 2018-05-21: is after horizon = 2018-05-20"),
        (since, {"end": "2018-03-16"}, "end = 2018-03-16: must be 2018-03-17 or later"),
        (since, {"horizon": "2018-05-30"}, "horizon = 2018-05-30: is null there"),
        (before, {"policy": "no_such"}, "no_such: there is no such choice"),
        (before, {"policy": "placebo", "policy.start": "2018-01-01"}, "policy.start = 2018-01-01: must be 2018-01-02"),
        (since, {"policy": "none"}, "before the checkpoint's day, 2018-03-17: what was decided stays"),
        (since, {"record.months": 5}, "asks for 2018-01, which was over"),
    ):
        with pytest.raises(BadScenario, match=wrong):
            changed(checkpoint, asked)


def test_a_run_may_end_before_or_after_it_was_to_as_far_as_it_is_laid_out(one, tmp_path):
    """The first part of a longer run is that run; and what ends early can go on, to the bit as if it never was to."""
    home, scenario = one
    short = changed(read(home / "after_75"), {"end": "2018-04-10"})
    assert short.horizon == scenario.end and short.laid_out == scenario.end and short.digest() != scenario.digest()
    ended = market_of(read(home / "after_75"), short)
    while ended.date < datetime.date(2018, 4, 1):
        ended.step()
    write(ended, tmp_path / "later")
    longer = changed(read(tmp_path / "later"), {"end": scenario.end})
    assert longer.digest() == scenario.digest() and longer.horizon is None
    again, whole = market_of(read(tmp_path / "later"), longer).run(), DayByDay(scenario).run()
    assert results(again).digest() == results(whole).digest()
    fresh = DayByDay(Scenario.load(**SHORT | MARKETS["france"] | {"end": "2018-04-10", "horizon": "2018-05-20"})).run()
    assert fresh.scenario == short and results(ended.run()).digest() == results(fresh).digest()
    assert (results(fresh).daily["looks"] == results(whole).daily["looks"][: len(results(fresh).daily)]).all()


# --- from the command line -------------------------------------------------------------------------------------
def test_a_branch_is_the_run_that_its_words_would_have_made(tmp_path):
    """Written on the way, one policy later, beside the same from the beginning; the run's own folder is as ever."""
    code, printed, complaints = typed(tmp_path, *WORDS, "checkpoint=[2018-05-10]", "hydra.run.dir=quo")
    assert code == 0 and "quo_checkpoint_2018-05-10 (0." in complaints
    policy = ["policy=minimum_rate", "policy.start=2018-05-20", "policy.minimum_rate.hourly=12"]
    code, _, complaints = typed(tmp_path, "start_from=quo_checkpoint_2018-05-10", "hydra.run.dir=branch", *policy)
    assert code == 0 and "Going on from the morning of 2018-05-10" in complaints
    assert typed(tmp_path, *WORDS, *policy, "hydra.run.dir=whole")[0] == 0
    assert digest(tmp_path, "branch") == digest(tmp_path, "whole") != digest(tmp_path, "quo")
    born = json.loads((tmp_path / "branch" / "provenance.json").read_text())
    assert born["overrides"] == [*WORDS, *policy]
    shutil.rmtree(tmp_path / "quo_checkpoint_2018-05-10")
    code, _, complaints = typed(tmp_path, *WORDS, "checkpoint=2018-05-10", "hydra.run.dir=quo")
    assert code == 0 and "is there already" in complaints and read(tmp_path / "quo_checkpoint_2018-05-10")


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        (["checkpoint=tomorrow"], "checkpoint = tomorrow: must be a date, a period of days"),
        (["checkpoint=2019-01-01"], "checkpoint = 2019-01-01: must lie between start = 2018-04-01"),
        (["checkpoint=90d", "seeds=2"], "is for one run"),
        (["checkpoint=90d", "-m", "seed=1,2"], "is for one run"),
        (["start_from=nowhere"], "start_from = nowhere: there is no such folder"),
        (["start_from=."], "start_from = .: is no checkpoint"),
        (["start_from=.", "--cfg", "job"], "start_from = .: its scenario is that of ./scenario.yaml"),
    ],
)
def test_what_cannot_be_asked_for_is_one_sentence(tmp_path, words, wrong):
    code, printed, complaints = typed(tmp_path, *WORDS, *words)
    assert code == 2 and not printed and wrong in complaints and len(complaints.splitlines()) == 2
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("number", [signal.SIGKILL, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)])
def test_a_run_that_was_ended_goes_on_from_its_newest_checkpoint(tmp_path, number):
    assert typed(tmp_path, *WORDS, "hydra.run.dir=whole")[0] == 0
    words, step = [*WORDS, "checkpoint=20d", "hydra.run.dir=killed"], DayByDay.step
    if not (child := os.fork()):

        def killed(market):
            step(market)
            if market.day == 50:
                os.kill(os.getpid(), number)

        DayByDay.step = killed
        os._exit(typed(tmp_path, *words)[0])
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert ended == (-number if number == signal.SIGKILL else 128 + number)
    assert [path.name for path in (tmp_path / "killed_unfinished").iterdir()] == ["2018-05-11"]
    code, _, complaints = typed(tmp_path, *words)
    assert code == 0 and "Going on from the morning of 2018-05-11" in complaints
    assert digest(tmp_path, "killed") == digest(tmp_path, "whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["killed", "whole"]


# --- in Python -------------------------------------------------------------------------------------------------
def test_a_market_goes_on_in_python_as_from_the_command_line(one, tmp_path):
    """With another policy, as a Mesa model; its folder is refused where something else stands, and taken by a run."""
    home, scenario = one
    asked = {"policy": "minimum_rate", "policy.start": "2018-04-01"}
    market = MicroworkMarket.start_from(home / "after_75", record={"daily": True})
    assert market.day == 75 and market.date == datetime.date(2018, 3, 17) and len(market.agents_by_type[Worker]) > 100
    assert market.checkpoint(tmp_path / "here") == tmp_path / "here"
    assert market.run().results().digest() == results(DayByDay(scenario).run()).digest()
    with pytest.raises(BadScenario, match="came into force on 2018-03-01"):
        MicroworkMarket.start_from(tmp_path / "here", **asked)
    branch = MicroworkMarket.start_from(home / "after_1", **asked).run()
    whole = MicroworkMarket(**SHORT | {"platform": "france", "seed": 1} | asked).run()
    assert branch.results().digest() == whole.results().digest()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("mine")
    with pytest.raises(BadFolder, match="is there and is not the folder of a run"):
        MicroworkMarket.start_from(home / "after_1").checkpoint(tmp_path / "mine")
    code, _, complaints = typed(tmp_path, "start_from=here", "hydra.run.dir=run", "report.figures=false")
    assert code == 0 and digest(tmp_path, "run") == market.results().digest()


# --- one market for many ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("first", [0, 1])
def test_variants_of_a_seed_begin_with_one_market_and_find_what_they_found(tmp_path, monkeypatch, first):
    """Whichever comes first; the others run from the day of the policies only, and nothing is left."""
    scenario = Scenario.load(**SHORT | {"policy": ["minimum_rate", "boycott"], "seed": 3})
    made = variants(scenario, [["minimum_rate"], ["boycott"]], {}, placebo=False)
    alone = {one.variant: json.dumps(one.run(measure)) for one in plan(made, 1)}
    asked = plan(made, 1, tmp_path)
    asked = [*asked[first:], *asked[:first]]
    days, step = [], DayByDay.step
    monkeypatch.setattr(DayByDay, "step", lambda market: days.append(market.date) or step(market))
    arriving = [(one, one.run(measure)) for one in asked]
    assert {one.variant: json.dumps(measured) for one, measured in arriving} == alone
    assert len(days) == 140 + 2 * 81 and min(days[140:]) == scenario.policy.start
    assert [path.name for path in (tmp_path / "burn_in").iterdir()] == [asked[-first].label]
    assert [*tidied(arriving, asked, tmp_path)] == arriving and not any(tmp_path.iterdir())


def test_seeds_take_turns_so_that_one_of_each_is_there_for_its_others(tmp_path):
    scenario = Scenario.load(**SHORT | {"policy": "minimum_rate"})
    made = variants(scenario, [["minimum_rate"]], {}, placebo=False)
    asked = plan(made, 3, tmp_path, 2)
    assert [(one.variant == STATUS_QUO, one.seed) for one in asked] == [
        (True, 1), (True, 2), (False, 1), (False, 2), (True, 3), (False, 3)]  # fmt: skip
    assert len({one.burn_in for one in asked}) == 3 and {one.burn_in for one in plan(made, 1)} == {None}
    elsewhere = {name: with_values(one, cluster__name="slurm", cluster__workers=1) for name, one in made.items()}
    assert {one.burn_in for one in plan(elsewhere, 1, tmp_path)} == {None}
