"""Surveys and logs on a handful of people: who is asked, what is read of them, and what nobody could say."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from sim.instruments.fieldwork import Fieldwork
from sim.instruments.surveys import composition
from sim.instruments.surveys.abroad import FEDERAL_MINIMUM, abroad
from sim.instruments.surveys.contracts import contracts
from sim.instruments.surveys.counterfactual import COUNTERFACTUAL
from sim.instruments.surveys.market import market
from sim.instruments.surveys.respondents import answers
from sim.instruments.targets import NotComparable, load_targets
from sim.kernel.units import DAY, HOUR, MICRO
from sim.results.streams import months_frame
from sim.scenario.scenario import Scenario

HERE = Scenario.load()
KEYS = list(HERE.platform.members)
LAST = 500  # day


def bits(*names):
    return sum(1 << KEYS.index(name) for name in names)


def fieldwork(people, contract_hours=0.0, **more):
    """People by (platforms of the month, platforms with tasks done, hours paid and unpaid, euro)."""
    rows = range(len(people))
    months = pd.DataFrame(
        {
            "worker": rows,
            "month": pd.Categorical(["2018-07"] * len(people)),
            "looks": 5,
            "sessions": 3,
            "platforms": [bits(*seen) for seen, *_ in people],
            "paid_seconds": [int(HOUR * paid) for _, _, paid, _, _ in people],
            "unpaid_seconds": [int(HOUR * unpaid) for _, _, _, unpaid, _ in people],
            "watching_seconds": 0,
            "present_seconds": HOUR,
            "tasks_done": [len(did) for _, did, *_ in people],
            "earned_micro_euro": [int(MICRO * euro) for *_, euro in people],
        }
    )
    pairs = [(worker, name) for worker, (_, did, *_) in enumerate(people) for name in did]
    accounts = pd.DataFrame(pairs, columns=["worker", "platform"]).assign(tasks_done=4, state="contracted")
    accounts["week_allotted_seconds"] = contract_hours * HOUR
    results = SimpleNamespace(months=months, accounts=accounts, scenario=HERE, **more)
    return Brought(results=results, scenario=HERE)


class Brought(SimpleNamespace):
    """A fieldwork whose scenario may become another."""

    months = property(lambda self: Fieldwork(self.results).months)


TURK, CLICK, APPEN, FF = "mechanical_turk", "clickworker", "appen", "foule_factory"
PEOPLE = [
    ((TURK,), (TURK,), 2.0, 1.0, 6.0),  # 3 euro a paid hour, 2 with the unpaid
    ((TURK, CLICK), (TURK, CLICK), 3.0, 1.0, 36.0),  # on two platforms: 12 euro, 9 with the unpaid
    ((CLICK,), (CLICK,), 1.0, 1.0, 1.0),
    ((TURK, APPEN), (TURK, APPEN), 10.0, 2.0, 200.0),  # works under contract
    ((FF,), (FF,), 1.0, 9.0, 2.0),  # on a platform that nobody abroad asked
    ((TURK,), (), 1.0, 1.0, 1.0),  # looked there, and never did a task there
    ((TURK,), (TURK,), 0.0, 1.0, 0.0),  # earned nothing
]


def test_each_survey_is_read_on_those_it_asked():
    found = abroad(fieldwork(PEOPLE))
    assert found["unpaid_share"][0] == pytest.approx(3 / 9)  # the first three: 3 of 9 hours
    assert found["pay_gap_to_minimum"][0] == pytest.approx(1 - (3 + 12 + 1) / 3 / HERE.country.minimum_wage)
    assert found["below_minimum_wage"][0] == pytest.approx(2 / 3)  # by the paid hour; 9 with the unpaid is below
    assert found["hourly_pay_mturk"][0] == 3.0 and found["hourly_with_unpaid_mturk"][0] == 2.0  # who was only there
    assert found["unpaid_share_mturk"][0] == pytest.approx(1 / 3)
    assert found["below_minimum_wage_mturk"][0] == 1.0 and pytest.approx(6.16, abs=0.01) == FEDERAL_MINIMUM
    assert found["half_life"].reason == "needs six months of the record"


def test_without_the_platforms_asked_there_is_a_reason():
    run = fieldwork(PEOPLE[4:5])
    assert abroad(run)["unpaid_share"].reason == "nobody worked on the platforms asked in the last month"
    run.results.scenario = run.scenario = Scenario.load(platform="deep")
    read = abroad(run)["hourly_pay_mturk"]  # another market is read on those who are there, and not judged
    assert (read.value, read.reason) == (2.0, COUNTERFACTUAL)


def test_half_life_is_that_of_mechanical_turk():
    """Half of 64 are left each second month there; at Clickworker nobody leaves."""
    left = {month: 64 >> max(0, month // 2) for month in range(8)}
    rows = [(worker, month, bits(TURK)) for month, size in left.items() for worker in range(size)]
    rows += [(worker, month, bits(CLICK)) for month in range(8) for worker in range(100, 300)]
    months = pd.DataFrame(rows, columns=["worker", "month", "platforms"]).assign(sessions=1, looks=1)
    months["month"] = pd.Categorical(months["month"].map("2018-0{}".format), ordered=True)
    run = fieldwork(PEOPLE)
    run.results.months = months.assign(earned_micro_euro=0, paid_seconds=0)
    assert abroad(run)["half_life"][0] == pytest.approx(2 * 30.44, rel=0.15)


def test_months_that_are_not_kept_are_no_reason_to_stop():
    run = fieldwork(PEOPLE)
    run.results.months = months_frame([], [])
    assert abroad(run)["half_life"].reason == "needs six months of the record"


def test_a_portrait_is_people_of_all_france_and_nobody_is_no_reason():
    people = [((APPEN,), (APPEN,), 20.0, 1.0, euro) for euro in (249.0, 250.0, 400.0, 401.0)]
    daily = pd.DataFrame({"structure": pd.Categorical(["deep"]), **dict.fromkeys(
        ("pay_micro_euro", "paid_seconds", "unpaid_seconds", "looks", "empty_looks"), [1])})  # fmt: skip
    assert contracts(fieldwork(people, 6.0, daily=daily))["deep_portrait"][0] == 2 / HERE.population.fraction
    assert contracts(fieldwork(people, 8.0, daily=daily))["deep_portrait"][0] == 0
    run = fieldwork(people, daily=daily)
    run.scenario = Scenario.load(platform="biface")
    assert contracts(run)["deep_portrait"].reason == "platform=biface has no deep labour"


def test_prices_are_those_of_a_year_at_the_surveys_platform():
    names = ["platform", "kind", "piece_rate_micro_euro", "announced_seconds", "posted", "client", "done", "refused"]
    rows = [
        (FF, "annotation", 30_000, 9, 400, 0, 1, 0),
        (FF, "annotation", 50_000, 15, 401, 0, 1, 0),
        (FF, "annotation", 90_000, 27, 402, 0, 1, 0),
        (FF, "annotation", 10_000, 30, 100, 0, 1, 0),  # more than a year ago
        (CLICK, "annotation", 1_000, 9, 402, 0, 1, 0),
    ]
    batches = pd.DataFrame(rows, columns=names)
    batches = batches.assign(posted=batches["posted"] * DAY, platform=pd.Categorical(batches["platform"], KEYS))
    daily = pd.DataFrame(
        {"day": [LAST], "date": pd.to_datetime(["2018-07-02"]), "paid_seconds": 7, "unpaid_seconds": 0}
    )
    told = {"summary": {"clients_top1_share": 0.6}, "clients": pd.DataFrame({"spent_micro_euro": [1]})}
    found = market(fieldwork(PEOPLE, batches=batches, daily=daily, **told))
    assert found["client_top1pct_spend"][0] == 0.6
    assert found["price_annotation"][0] == 0.05 and found["announced_hourly_pay"][0] == pytest.approx(12.0)
    assert found["price_voice_recording"].reason == "no such batch was posted in the last year"


# --- what respondents are like ---------------------------------------------------------------------------------
def workers():
    rows = [  # sex, age, education, status, household, children, income
        ("woman", 30, "above_bac_plus_2", "part_time", "alone", 0, 850.0),
        ("woman", 44, "bac", "full_time", "couple_with_children", 1, 3000.0),
        ("woman", 60, "bac", "retired", "lone_parent", 1, 1499.0),
        ("man", 20, "bac", "student", "with_parents", 0, 5000.0),
    ]
    columns = ["sex", "age", "education", "status", "household", "children", "income"]
    return pd.DataFrame(rows, columns=columns).assign(worker=range(4))


def test_every_margin_has_a_row_a_group_and_an_adult_share():
    ids = {name for name in load_targets()["id"] if name.startswith(composition.PREFIX)}
    assert ids == set(composition.margins(workers(), HERE)) == set(composition.adults(HERE)) and len(ids) == 29
    found = {name.removeprefix("respondents_"): pair for name, pair in composition.shares(workers(), HERE).items()}
    assert found["women"] == (0.75, 4) and found["part_time_women"] == (0.5, 2) and found["job_men"] == (0.0, 1)
    assert found["aged_25_44"] == (0.5, 4) and found["degree_25_64"] == (pytest.approx(1 / 3), 3)
    assert found["no_job_55_64"] == (1.0, 1) and found["no_job_25_54"] == (0.0, 2)
    assert np.isnan(found["part_time_men"][0]) and found["part_time_men"][1] == 0
    assert found["household_below_1500"] == (0.5, 4) and found["household_1500_3000"] == (0.25, 4)
    assert found["below_855"] == (0.25, 4) and found["below_1380"] == (0.5, 4)  # 1 499 euro are 999 a unit, 3 000 1 429
    assert found["lone_mothers"] == (pytest.approx(1 / 3), 3) and found["children_women"] == (pytest.approx(2 / 3), 3)
    adults = composition.adults(HERE)
    assert adults["respondents_aged_25_44"] == pytest.approx(0.353) and adults["respondents_lone_fathers"] == 0.02


def test_money_is_read_apart_and_jobs_as_the_authors_reckoned_them():
    asked = pd.DataFrame({"worker": range(4), "hours": 1.0, "earnings": [10.0, 12.0, 14.0, 48.0], "weekly": True,
                          "refused": False, "platforms": 1})  # fmt: skip
    tiers = pd.DataFrame({"tier": ["occasional"], "reading": [260_000.0], "comparable": [True], "reason": [""]})
    people = [((FF,), (FF,), 1.0, 0.0, 1.0)] * 3 + [((FF, APPEN), (FF, APPEN), 1.0, 0.0, 1.0)]
    run = fieldwork(people, workers=workers())
    run.respondents, run.tiers = asked, tiers
    found = answers(run)
    assert found["earnings_with_deep"][0] == 48 and found["earnings_without_deep"][0] == 12
    assert found["full_time_equivalents"][0] == pytest.approx(260_000 * 21 / 1188)
    assert found["respondents_women"][0] == 0.75
    run.respondents = asked[:0]
    assert all(isinstance(one, NotComparable) for one in answers(run).values()) and set(answers(run)) == set(found)
