"""Same coordinates, same world: nothing but the scenario and its key moves a single bit."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import mesa
import numpy as np
import pytest

import sim.simulation.state
from sim import MicroworkMarket, Scenario
from sim.agents import Worker
from sim.kernel.arrays import ACCOUNTS, MONTH_ROWS
from sim.kernel.records import NOBODY
from sim.results.tables import results
from sim.simulation.columns import by_name, replaced
from sim.simulation.state import State

ROOT = Path(__file__).resolve().parent.parent
SMALL = {"seed": 1, "end": "2014-08-29", "population": {"people": 1500}}  # sixty days
# Rows of other columns: where something happens to stand, not what it is.
PLACES = {"link", "next", "first_account", "first_claim", "newer", "older", "class_newer", "class_older"}
PLACES |= {"due_link", "first_slot", "last_slot", "account", "month_row", "place", "called", "next_call"}


def plain(array, *without):
    """The columns that say what something is, as an array of their own."""
    return array[[name for name in array.dtype.names if name not in PLACES.union(without)]]


def accounts(market, people=None):
    """Accounts in the order of worker and platform, of the first so many people."""
    rows = market.columns.people.accounts[: market.columns.people.counts[ACCOUNTS]]
    rows = rows if people is None else rows[rows["worker"] < people]
    return plain(rows[np.lexsort((rows["platform"], rows["worker"]))])


def history(market, people=None):
    """All that has happened, by name: what is, in the order of its own numbers; of the first so many people."""
    columns, kept = market.columns, market.recorder
    month = columns.ledger.months[: columns.ledger.counts[MONTH_ROWS]]
    return {
        "persons": columns.people.persons[:people],
        "workers": plain(columns.people.workers)[:people],
        "accounts": accounts(market, people),
        "clients": plain(columns.firms.clients),
        "batches": plain(kept.batches(columns), "size_class"),
        "month": plain(month[np.argsort(month["worker"])]),
        "daily": kept.daily,
        "lifetime": kept.lifetime[:people],
        "open": columns.book.open_tasks,
        "hours": columns.ledger.hours,
        "waits": columns.ledger.waits,
        "seen": kept.funnel[:, 1:],
    }


def bits(market):
    """One digest of all of `history`."""
    sha = hashlib.sha256()
    for name, array in history(market).items():
        parts = [array[part] for part in array.dtype.names] if array.dtype.names else [array]  # no padding bytes
        for part in parts:
            sha.update(name.encode() + np.ascontiguousarray(part).tobytes())
    return sha.hexdigest()


def same(one, other, people=None):
    mine, theirs = history(one, people), history(other, people)
    for name, array in mine.items():
        np.testing.assert_array_equal(array, theirs[name], err_msg=name)


@pytest.fixture(scope="module")
def world():
    return MicroworkMarket(**SMALL).run()


def test_same_key_same_bits(world):
    """Of all columns, and of the tables made of them."""
    again = MicroworkMarket(**SMALL).run()
    assert bits(again) == bits(world) and results(again).digest() == results(world).digest()


@pytest.mark.parametrize("key", [{"seed": 2}, {"replicate": 1}])
def test_other_key_other_world(world, key):
    other = MicroworkMarket(**(SMALL | key)).run()
    assert bits(other) != bits(world) and results(other).digest() != results(world).digest()
    assert (
        other.columns.people.workers["reservation_wage"] != world.columns.people.workers["reservation_wage"]
    ).mean() > 0.99


def test_seed_and_replicate_are_not_added():
    choices = {"population": {"people": 200}, "end": "2014-07-10"}
    one, other = (MicroworkMarket(seed=s, replicate=r, **choices).run() for s, r in ((1, 2), (2, 1)))
    assert bits(one) != bits(other)


# --- one more person -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("platform", ["france", "deep"])
def test_one_more_who_never_looks_changes_nothing(platform):
    people = SMALL["population"]["people"]
    one, other = (
        MicroworkMarket(**(SMALL | {"platform": platform, "population": {"people": people, "absent": absent}})).run()
        for absent in (0, 1)
    )
    assert len(other.columns.people.workers) == len(one.columns.people.workers) and len(other.absent) == 1
    assert other.recorder.funnel[-1, 0] == one.recorder.funnel[-1, 0] + 1
    same(one, other, people)


def test_one_more_who_looks_changes_nobody_else_where_there_is_nothing_to_compete_for():
    """Without demand everyone's history depends on his own draws alone, however many others there are."""
    people, nothing = 1200, {"demand": {"hours_per_day": 0.0}, "behaviour": {"looking_rate": 1.0}}
    one, other = (
        MicroworkMarket(**(SMALL | nothing | {"population": {"people": people + more}})).run() for more in (0, 37)
    )
    assert (other.columns.people.workers["last_seen"][people:] > NOBODY).any()
    for name in ("persons", "workers", "accounts", "lifetime"):
        np.testing.assert_array_equal(history(one, people)[name], history(other, people)[name], err_msg=name)


# --- recording -------------------------------------------------------------------------------------------------
def test_looking_at_a_world_does_not_move_it(world):
    """No months kept; tables, agents and data collection asked for in the midst of the run."""
    watched = MicroworkMarket(**(SMALL | {"record": {"months": 0}}))
    reporters = {"open": lambda market: int(market.columns.book.open_tasks.sum())}
    collector = mesa.DataCollector(model_reporters=reporters | {"seen": lambda market: int(market.engagement().sum())})
    while watched.running:
        watched.step()
        collector.collect(watched)
        if watched.day % 20 == 7:
            results(watched)
            workers = watched.agents_by_type[Worker]
            assert workers.agg("reservation_wage", np.mean) > 0.0
            somebody = next(iter(workers.shuffle().select(lambda worker: worker.engagement != "occasional")))
            assert somebody.platforms
    assert len(collector.get_model_vars_dataframe()) == watched.days
    assert not watched.recorder.months
    assert bits(watched) == bits(world)


# --- threads and room ------------------------------------------------------------------------------------------
def test_any_number_of_threads(world):
    """This process, which uses as many as there are cores, and one that is told to use another number."""
    code = "import test_worlds as t; print(t.bits(t.MicroworkMarket(**t.SMALL).run()))"
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests"), *sys.path])
    threads = "1" if os.cpu_count() > 1 else "4"
    own = {name: threads for name in ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
    own |= {"PYTHONPATH": path, "PYTHONHASHSEED": threads}
    told = subprocess.run([sys.executable, "-c", code], env=os.environ | own, capture_output=True, text=True)
    assert told.stdout.strip() == bits(world), told.stderr


@pytest.mark.parametrize("platform", ["france", "deep"])
def test_room_to_grow_changes_nothing(monkeypatch, platform):
    """From next to no room: every array has to grow, in the midst of days, and nobody notices."""
    often = {"looking_rate": 1.5, "started_share": 0.8}
    choices = SMALL | {"platform": platform, "behaviour": often, "demand": {"hours_per_day": 9000.0}}
    roomy = MicroworkMarket(**choices).run()
    none = {"slots": 1, "claims": 3, "grants": 2, "months": 1, "watchers": 1}
    monkeypatch.setattr(sim.simulation.columns, "SIZES", none)
    tight = MicroworkMarket(**choices)
    filled = int(tight.columns.people.counts[ACCOUNTS])
    shorter = {"people.accounts": tight.columns.people.accounts[: filled + 1].copy()}
    shorter["firms.roster"] = tight.columns.firms.roster[:1].copy()
    tight.state.market = replaced(tight.columns, shorter)
    growing = ("book.batches", "book.claims", "book.watchers", "ledger.grants", "ledger.months", *shorter)
    before = {name: by_name(tight.columns)[name].size for name in growing}
    tight.run()
    assert not {name for name, size in before.items() if by_name(tight.columns)[name].size == size}
    assert bits(tight) == bits(roomy)


# --- shared luck -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("regime", ["seasonal", "volatile", "collapse"])
def test_regimes_share_their_luck(regime):
    """A client is the same client in every regime, and its k-th batch is as large, as long and as hard."""
    worlds = []
    for name in ("steady", regime):
        chosen = Scenario.load(demand=name, **SMALL, **{"demand.collapse_on": "2014-08-01"})
        state = State(chosen)
        for day in range(state.days):
            state.post(day)
        worlds.append(state.market)
    one, other = (
        {
            (int(world.firms.clients["who"][b["client"]]), int(b["k"])): b
            for b in world.book.batches
            if b["id"] != NOBODY
        }
        for world in worlds
    )
    biface = [
        place
        for place in one.keys() & other.keys()
        if worlds[0].firms.platforms["structure"][one[place]["platform"]] == 0
    ]
    assert len(biface) > 100
    for place in biface:
        for name in ("platform", "kind", "size", "items", "true_seconds", "requires", "strictness"):
            assert one[place][name] == other[place][name], name
    people = [{int(client["who"]): client for client in world.firms.clients} for world in worlds]
    assert people[1].keys() <= people[0].keys()
    for who, client in people[1].items():
        for name in ("platform", "kind", "first_day", "wage", "announced_share", "strictness", "patience"):
            assert client[name] == people[0][who][name], name


def test_people_are_the_same_in_every_institution():
    """`platform` changes where work is found, not who is looking for it."""
    states = [State(Scenario.load(platform=platform, **SMALL)).market for platform in ("france", "biface", "deep")]
    names = [name for name in states[0].people.persons.dtype.names if name not in ("first_platform", "signed_up")]
    people = SMALL["population"]["people"]  # beyond them are candidates, as many as the platforms' growth leaves
    for other in states[1:]:
        np.testing.assert_array_equal(states[0].people.persons[names][:people], other.people.persons[names][:people])
        for name in ("reservation_wage", "speed", "accuracy", "attention", "sitting"):
            one = states[0].people.workers[name][:people]
            np.testing.assert_array_equal(one, other.people.workers[name][:people])
