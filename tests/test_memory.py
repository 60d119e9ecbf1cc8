"""What a market takes: it grows by what it records and by nothing else, and an account nobody opens is five bytes.

A run with a folder does not even grow by what it records: what is finished stands there.
"""

import ctypes
import gc
import os
import signal
import tracemalloc

import numpy as np
import pandas as pd
import pytest

from sim import MicroworkMarket, Results
from sim.agents import AbsentAccount, BifacePlatform
from sim.cli.simulate import simulate
from sim.kernel import memory, records
from sim.kernel.arrays import BATCHES
from sim.kernel.records import CLOSED_BATCH
from sim.results.folder import BadFolder
from sim.results.manifest import HIDDEN
from sim.results.results import TABLES
from sim.results.streams import Streams
from sim.results.tables import results
from sim.scenario.scenario import Scenario
from sim.simulation import recorder
from sim.simulation.accounting import check
from sim.simulation.columns import by_name
from sim.simulation.day import DayByDay

ABSENT = 50_000
SHORT = {"seed": 1, "start": "2018-05-01", "end": "2018-05-10", "demand": {"hours_per_day": 2200.0}}


def arrays(market):
    """Bytes of the columns and of the record."""
    kept = market.recorder
    recorded = [value for value in vars(kept).values() if isinstance(value, np.ndarray)]
    tables = [kept.last_month, *(table for _, table in kept.months), *kept.captures]
    different = {
        id(array): array.nbytes for array in (*by_name(market.columns).values(), market.absent, *recorded, *tables)
    }
    return sum(different.values())


def test_memory_grows_by_what_is_recorded_and_by_nothing_else():
    """Half a year later as many bytes of arrays lie beside the columns and the record as before."""
    of_arrays, whole, beside = [tracemalloc.DomainFilter(True, np.lib.tracemalloc_domain)], [], []
    tracemalloc.start()
    market = MicroworkMarket(seed=1, population={"people": 900}, record={"months": 2})
    for day in (60, 120, 300):  # the first time only makes what measuring itself keeps
        while market.day < day:
            market.step()
        gc.collect()
        whole.append(tracemalloc.get_traced_memory()[0] - arrays(market))
        beside.append(sum(trace.size for trace in tracemalloc.take_snapshot().filter_traces(of_arrays).traces))
        beside[-1] -= arrays(market)
    tracemalloc.stop()
    assert beside[1] == beside[2]
    assert whole[2] - whole[1] < 65_536  # other objects: 364 bytes for each day in between
    assert len(market.recorder.months) == 2
    assert market.recorder.archive.nbytes <= 2 * market.columns.book.counts[BATCHES] * CLOSED_BATCH.itemsize


@pytest.fixture(scope="module")
def streamed(tmp_path_factory):
    """The same run with all kept and with what is finished handed on; bytes of arrays after each day."""
    scenario = Scenario.load(
        seed=1,
        population={"people": 900},
        start="2017-09-01",
        end="2018-07-05",
        record={"months": 2},
    )
    kept, folder, sizes = DayByDay(scenario).run(), tmp_path_factory.mktemp("streamed"), {}
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(recorder, "TOGETHER", 50)
        market, oldest, most = DayByDay(scenario, Streams(scenario, folder)), 0, 0
        while market.running:
            market.step()
            posted, first = market.columns.book.counts[BATCHES], market.recorder.first
            assert not market.running or oldest - first < 50  # the oldest that was open this morning begins it
            most = max(most, posted - first)
            assert len(market.recorder.archive) <= 2 * most
            sizes[market.day] = {name: array.nbytes for name, array in by_name(market.columns).items()}
            numbers = market.columns.book.batches["id"]
            oldest = min(numbers[numbers >= 0], default=posted)
    return kept, market, folder, sizes


def test_what_is_handed_on_is_what_was_kept(streamed):
    """Row by row and to the bit, of months that began before the record too; the accounts close as well."""
    kept, market, folder, _ = streamed
    check(market)
    mine, whole = results(market), results(kept)
    assert mine.digest() == whole.digest() and str(mine.summary) == str(whole.summary)
    assert len(vars(mine)["batches"]) == len(whole.batches) > 500  # not read so far, and of several pieces
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(mine, name), getattr(whole, name), check_exact=True)
    mine.write(folder)
    again = Results.load(folder)
    assert again.digest() == whole.digest() and again.batches.equals(whole.batches)


def test_a_market_that_hands_on_takes_no_more_the_longer_it_runs(streamed):
    _, market, _, sizes = streamed
    assert sizes[150] == sizes[300]
    assert not market.recorder.months and market.recorder.first == market.columns.book.counts[BATCHES] > 500


def test_a_run_that_is_killed_leaves_no_folder_that_looks_like_one(tmp_path, monkeypatch):
    step = DayByDay.step

    def killed(market):
        step(market)
        if market.recorder.first:  # something is written
            os.kill(os.getpid(), signal.SIGKILL)

    monkeypatch.setattr(DayByDay, "step", killed)
    monkeypatch.setattr(recorder, "TOGETHER", 1)
    if not (child := os.fork()):
        simulate(Scenario.load(**SHORT, population={"people": 900}), tmp_path / "run", [])
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    (left,) = tmp_path.iterdir()
    assert left.name.startswith(HIDDEN) and (left / "batches.parquet").stat().st_size
    with pytest.raises(BadFolder):
        Results.load(left)


@pytest.fixture(scope="module")
def markets():
    """The same market without and with accounts that nobody opens, run."""
    return [MicroworkMarket(**SHORT, population={"people": 900, "absent": absent}).run() for absent in (0, ABSENT)]


def test_an_absent_account_is_five_bytes(markets):
    without, absent = markets
    assert arrays(absent) - arrays(without) == 5 * ABSENT


def test_absent_accounts_are_counted_and_are_nobody(markets):
    """Registered, by platform and day; no row of workers or accounts, and no number of anybody else moves."""
    without, absent = map(results, markets)
    more = absent.absent.groupby("platform", observed=False)["accounts"].sum()
    assert more.sum() == ABSENT and (absent.absent["signed_up"] < 0).all() and not len(without.absent)
    moved = {name: absent.summary[name] - n for name, n in without.summary.items() if absent.summary[name] != n == n}
    weight = absent.scenario.population.weight
    assert moved["registered"] == moved["accounts"] == moved["occasional"] == pytest.approx(ABSENT * weight, abs=1)
    here = {key: moved[f"platform.{key}.accounts"] for key in more.index}
    assert here == pytest.approx({key: count * weight for key, count in more.to_dict().items()}, abs=1)
    assert {name.rpartition(".")[2] for name in moved} == {"registered", "accounts", "occasional", "gini_registered"}
    assert absent.digest() != without.digest()
    absent.absent, absent.funnel["registered"] = without.absent, without.funnel["registered"]
    assert absent.digest() == without.digest()


def test_absent_accounts_are_agents(markets):
    without, market = markets
    agents, first = market.agents_by_type[AbsentAccount], market.agents_by_type[AbsentAccount][0]
    assert len(agents) == ABSENT and without.agents.get("unique_id") == market.agents.get("unique_id")[:-ABSENT]
    assert set(market.agent_types) - set(without.agent_types) == {AbsentAccount}
    assert isinstance(first, AbsentAccount) and first in market.agents and first.platform in market.platform_keys
    assert agents.get("platform")[:3] == [agent.platform for agent in agents[:3]]
    assert (np.diff(agents.column("signed_up")) >= 0).all() and agents.agg("signed_up", max) < 0
    assert market.agents.select(agent_type=AbsentAccount, at_most=5).to_list() == agents[:5]
    accounts = [each.agents_by_type[BifacePlatform].agg("accounts", sum) for each in (without, market)]
    biface = set(market.agents_by_type[BifacePlatform].get("key"))
    assert accounts[1] - accounts[0] == sum(key in biface for key in agents.get("platform"))


def test_a_worker_and_an_account_fill_one_line_of_memory_each():
    """A field too many doubles both and makes a look half as slow again."""
    assert records.WORKER.itemsize == records.ACCOUNT.itemsize == memory.LINE


def test_a_c_library_that_cannot_give_memory_back_stops_nobody(monkeypatch):
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())
    memory.give_back()
