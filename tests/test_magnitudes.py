"""No number is larger than what holds it: reckoned before a run, cut where laws have long tails, counted at its end."""

import math
import os
import subprocess
import sys

import numpy as np
import pytest
from opened import Opened

from sim import MicroworkMarket
from sim.kernel import records as c
from sim.markets import batches, settlement
from sim.population import draws
from sim.results.results import Results
from sim.results.tables import results
from sim.scenario import magnitudes
from sim.scenario.composition import CONF
from sim.scenario.problems import BadScenario
from sim.scenario.scenario import Scenario
from sim.simulation import accounting

MONTH = {"seed": 1, "start": "2018-06-01", "end": "2018-07-05", "population": {"people": 300}, "survey.on": False}
CLICKWORKER = "platform.members.clickworker"
TASKS = {f"platform.members.{key}.tasks.{name}": fare for key, member in Scenario.load().platform.members.items()
         for name, fare in member.tasks.items()}  # fmt: skip
SMALL = {f"{task}.{end}": 1 for task in TASKS for end in ("smallest", "largest")}
SMALL |= {f"platform.members.{key}.least_order": 0.0 for key in Scenario.load().platform.members}
GONE = {"demand": "collapse", "demand.collapse_depth": 1.0}
# Each made, or with more luck would have made, a number that cannot be: not finite, wrapped round, a share above one.
EDGES = {
    "nobody is left after the collapse": GONE | {"demand.collapse_on": "2018-06-20"},
    "nobody is there at all": GONE | {"demand.collapse_on": "2018-06-01"},
    "nobody posts on weekends": {"demand.weekend_share": 0.0, "start": "2018-06-30", "end": "2018-07-01"},
    "everybody guesses": {"platform": "deep", "behaviour.accuracy_mean": 0.5, "behaviour.accuracy_sd": 0.0},
    "tasks without end": {f"{task}.seconds_log_sd": 2.0 for task in TASKS},
    "prices without end": {
        f"{CLICKWORKER}.tasks.annotation.hourly": 200.0, f"{CLICKWORKER}.wage_log_sd": 3.0, "demand.rate_response": 0.5,
    },
    "promises without end": {f"{CLICKWORKER}.announced_share": 5.0, f"{CLICKWORKER}.announced_log_sd": 2.5},
    "patience without end": {
        "platform.members.deep.patience_days": 365.0, "demand.patience_log_sd": 3.0, "platform": "deep",
    },
    "no looks, but of infinite worth": {
        "behaviour.looking_rate": 0.0, "behaviour.looking_elasticity": 10.0, "behaviour.prior_return": 10.0,
        "behaviour.reservation_wage": 0.001, "behaviour.reservation_wage_log_sd": 4.0, "behaviour.prior_log_sd": 3.0,
    },
    "a lower rate for far more work": {
        "policy": ["raise_alone"], "policy.start": "2018-06-10", "policy.raise_alone.raised": -0.9,
        "policy.raise_alone.clients": "all", "policy.demand_elasticity": 5.0,
        "platform": "biface",
    },
}  # fmt: skip


@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.filterwarnings("error")
def test_numbers_at_the_edge_are_numbers(edge):
    market = MicroworkMarket(**(MONTH | EDGES[edge])).run()
    accounting.check(market)
    record = results(market)
    for name in ("daily", "workers", "batches", "clients", "accounts", "looks_by_hour"):
        for column, values in getattr(record, name).select_dtypes("number").items():
            assert np.isfinite(values).all(), (name, column)
    for name in ("piece_rate_micro_euro", "announced_seconds", "true_seconds", "size", "open", "done", "withdrawn"):
        assert (record.batches[name] >= (0 if name in ("open", "done", "withdrawn") else 1)).all(), name
    shares = {name: value for name, value in record.summary.items() if name.endswith("_share") and value == value}
    assert shares and not {name: value for name, value in shares.items() if not 0 <= value <= 1}
    if edge.startswith("nobody is left"):
        assert (
            not record.batches["posted"]
            .gt((market.scenario.demand.collapse_on - market.scenario.start).days * 86_400)
            .any()
        )


def test_a_month_has_done_a_share_of_what_was_on_offer():
    """Work posted in the month before is on offer too; done over posted in the month is more than one here."""
    patient = {"demand": "collapse", "demand.collapse_on": "2018-07-01", "demand.collapse_depth": 1.0}
    scarce = {"end": "2018-07-31", "demand.hours_per_day": 20_000.0}
    scarce |= {f"platform.members.{key}.patience_days": 60.0 for key in Scenario.load().platform.members}
    summary = results(MicroworkMarket(**(MONTH | patient | scarce)).run()).summary
    assert summary["month.tasks_done"] > summary["month.tasks_posted"]
    done = summary["month.tasks_done"] + summary["month.tasks_done_abroad"]
    on_offer = done + summary["month.tasks_withdrawn"] + summary["month.tasks_open"]
    assert summary["month.done_share"] == pytest.approx(done / on_offer, rel=1e-6)  # each is rounded to a whole one
    whole = summary["tasks_done"] + summary["tasks_done_abroad"]
    assert summary["done_share"] == pytest.approx(whole / summary["tasks_posted"], rel=1e-6)
    assert summary["tasks_done_abroad"] > 0


@pytest.mark.parametrize("platform", ["france", "biface", "deep"])
def test_what_a_run_comes_to_is_reckoned_before(platform):
    """Within a third of what is asked for and posted (one client in a hundred asks for half), above what is spent."""
    even = {
        "demand.client_size_log_sd": 0.5,
        "demand.hours_per_day": 10_000.0,
        "population": {"people": 3_000},
        "platform": platform,
    }
    if platform == "deep":  # a contractor has few clients: which kind of task they ask for must not tell
        tasks = Scenario.load(platform="deep").platform.members["deep"].tasks
        alike = {"seconds": 45.0, "seconds_log_sd": 0.5}
        even |= {f"platform.members.deep.tasks.{kind}.{name}": alike[name] for kind in tasks for name in alike}
        even |= {"platform.members.deep.chain.hourly_share": 0.0}
    market = MicroworkMarket(**(MONTH | even)).run()
    total = dict(zip(c.DAILY._fields, market.recorder.daily.sum(axis=(0, 1)).tolist(), strict=True))
    expected = magnitudes.magnitudes(market.scenario)
    assert total["demand_seconds"] == pytest.approx(expected.seconds, rel=1 / 3)
    assert 0 < total["spent_micro_euro"] < expected.micro_euro < 1_000 * total["spent_micro_euro"]
    if platform == "biface":
        assert total["batches_posted"] == pytest.approx(expected.batches, rel=1 / 3)
    if platform == "deep":
        assert total["tasks_posted"] == pytest.approx(expected.week * 5, rel=1 / 3)  # of five weeks


@pytest.mark.parametrize(
    "changes, key",
    [
        ({"demand.hours_per_day": 1e7, f"{CLICKWORKER}.tasks.survey.hourly": 200.0}, "demand.hours_per_day"),
        ({"demand.hours_per_day": 1e7, "platform": "deep"}, "demand.hours_per_day"),
        (EDGES["a lower rate for far more work"] | {"policy.demand_elasticity": 10.0}, "demand.hours_per_day"),
        (SMALL | {"demand.hours_per_day": 50_000.0}, "demand.hours_per_day"),
        ({f"{CLICKWORKER}.clients": 1e6, "demand.client_life_months": 0.5}, f"{CLICKWORKER}.clients"),
        (
            {f"{CLICKWORKER}.tasks.survey.seconds": 86_400.0, f"{CLICKWORKER}.tasks.survey.seconds_log_sd": 3.0},
            f"{CLICKWORKER}.tasks.survey",
        ),
    ],
)
def test_what_would_not_fit_is_refused_before_it_starts(changes, key):
    with pytest.raises(BadScenario) as refused:
        Scenario.load(**changes)
    assert any(problem.key.startswith(key) for problem in refused.value.problems)


def test_memory_that_cannot_be_had_is_told_at_once(monkeypatch):
    scenario = Scenario.load(**SMALL | {"demand.hours_per_day": 6_000.0, "world": "none"})
    assert 4e10 < magnitudes.least_bytes(scenario) < 1e11

    def full(size, kind):
        assert size == int(magnitudes.least_bytes(scenario))
        raise MemoryError

    monkeypatch.setattr(np, "empty", full)
    with pytest.raises(MemoryError, match=r"GB or more.*larger batches"):
        MicroworkMarket(scenario)


def test_the_door_and_the_kernels_cut_at_the_same_place():
    ends = magnitudes.LARGEST_BATCH, magnitudes.LONGEST_TASK, magnitudes.FURTHEST, magnitudes.BUSIEST
    assert ends == (c.LARGEST_BATCH, c.LONGEST_TASK, c.FURTHEST, c.BUSIEST)
    assert magnitudes.peak(0.0, 365) == 1.0 and magnitudes.peak(1.0, 3650) == pytest.approx(10 * math.log(2), rel=0.01)


def test_laws_with_long_tails_end_where_whole_numbers_do():
    opened, money = Opened(batches), Opened(settlement)
    assert [opened.seconds_of(x) for x in (0.0, 0.6, 61.4, 1e30, np.inf)] == [1, 1, 61, c.LONGEST_TASK, c.LONGEST_TASK]
    firms = MicroworkMarket(**MONTH).columns.firms
    client = firms.clients[0]
    client["wage"], client["raised"] = 1e12, 3.0
    platform = firms.platforms[client["platform"]]
    rate, dearer = opened.price(platform, opened.usual_rate(client), c.LONGEST_TASK, c.LONGEST_TASK)
    assert rate == c.DEAREST_TASK and dearer == 1.0
    most = 86_400 * c.DEAREST_TASK  # a day of tasks of a second
    for millionths in (0, 1, 299_999, 7_000_000, 101_000_000):
        for pay in (0, 1, 999_999, 12_345_678, most):
            assert money.share_of(pay, millionths) == pay * millionths // 10**6
    assert most + 2 * money.share_of(most, 101_000_000) < accounting.MOST_MONEY


def test_every_client_has_a_number_of_its_own():
    """A million clients of a platform, and the millions after them, share none with those of the next."""
    number, first = Opened(draws).number, 1 << 20
    edges = [*range(3), first - 1, first, first + 1, 2 * first, magnitudes.MOST_CLIENTS]
    numbers = [number(p, j) for p in range(32) for j in edges]
    assert len(set(numbers)) == len(numbers) and 0 <= min(numbers) and max(numbers) < 2**30
    assert [number(3, j) for j in (0, 5, first - 1)] == [(3 << 20) + j for j in (0, 5, first - 1)]


def test_the_daily_table_is_kept_or_not(tmp_path):
    record = results(MicroworkMarket(**MONTH, record={"daily": False}).run())
    record.write(tmp_path)
    assert not (tmp_path / "daily.parquet").exists() and (tmp_path / "workers.parquet").exists()
    with pytest.raises(ValueError, match="record.daily = false"):
        Results.load(tmp_path)


@pytest.mark.slow
def test_the_whole_suite_stays_within_its_arrays():
    """All of it once more, with every index of every kernel checked."""
    checked = os.environ | {"NUMBA_BOUNDSCHECK": "1"}
    line = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(line, cwd=CONF.parent, env=checked, capture_output=True, text=True, timeout=7_200)
    assert done.returncode == 0, done.stdout[-10_000:]
