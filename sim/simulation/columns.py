"""The market's columns: made from a scenario, read by name, made larger when they are full.

Kernels never allocate: they stop before an array is full, it is made half as large again, and they go on.
"""

import numpy as np

from sim.agents.looking import BEFORE, PLACES
from sim.kernel.arrays import (
    ACCOUNTS,
    BOOK_COUNTS,
    CLAIMS_LEFT,
    FIRMS_COUNTS,
    FREE_CLAIM,
    FREE_SLOT,
    GRANTS,
    LEDGER_COUNTS,
    MONTH_ROWS,
    PEOPLE_COUNTS,
    ROSTER,
    SLOTS_LEFT,
    Demand,
    Firms,
    Ledger,
    Market,
    OrderBook,
    People,
    Schedule,
)
from sim.kernel.categories import DEPARTMENTS
from sim.kernel.memory import records
from sim.kernel.records import BATCH, CLAIM, DAILY, EVENT, GRANT, HOURLY, MONTHLY, NOBODY, WAITS, WATCHER
from sim.kernel.streams import make_key
from sim.kernel.units import DAY, HOURS_PER_WEEK, MEAN_MONTH, MICRO
from sim.markets.agenda import CROWD, STRETCHES, WORD
from sim.markets.watching import WAVE
from sim.population import synthesis
from sim.population.crowd import hours_elsewhere
from sim.population.demand import intensity, kinds
from sim.population.schedules import availability_table, posting_table
from sim.scenario.scenario import Scenario

SIZES = {"slots": 4_096, "claims": 65_536, "grants": 65_536, "months": 32_768, "watchers": 2 * CROWD}


def columns_of(scenario: Scenario, days: int, further: float) -> tuple[Market, np.ndarray, np.ndarray]:
    """The columns of a market before its first day.

    Parameters
    ----------
    further
        Chance to open one more account at registration, after each one opened; makes room for accounts.

    Returns
    -------
    market : Market
    multiplier, label : arrays, shape (days,)
        What season and regime make of demand, and the regime's name.
    """
    key = make_key(scenario.seed, scenario.replicate)
    cumulated, multiplier, label = intensity(scenario, key, days)
    batches = kinds(scenario)
    persons, workers = synthesis.people(scenario, key, days)
    room = int((persons["signed_up"] < 0).sum() * (1.0 + 2.0 * further)) + 4 * CROWD
    clients = np.append(synthesis.clients(scenario, key, cumulated, batches), synthesis.researcher(scenario))
    platforms = synthesis.platforms(scenario)
    market = Market(
        key=key,
        people=People(persons, workers, synthesis.accounts(room), _counts(PEOPLE_COUNTS)),
        firms=Firms(
            platforms=platforms,
            clients=clients,
            openings=np.zeros(len(platforms), np.int64),
            notice=np.zeros(len(platforms)),
            roster=np.zeros(4 * CROWD, np.int32),
            deep=np.flatnonzero(platforms["contracts"][clients["platform"]]).astype(np.int32),
            counts=_counts(FIRMS_COUNTS),
        ),
        book=empty_book(len(platforms)),
        schedule=_empty_schedule(days, len(workers), hours_elsewhere(scenario)),
        ledger=_told(scenario, _empty_ledger(len(platforms), len(workers), days), platforms),
        demand=Demand(
            intensity=cumulated,
            posting=posting_table(scenario.demand.weekend_share),
            kinds=batches,
            levels=np.cumsum([p.requires for p in scenario.platform.members.values()], axis=1),
        ),
    )
    return market, multiplier, label


def empty_book(platforms: int) -> OrderBook:
    """An order book in which nothing has been posted."""
    book = OrderBook(
        batches=_chained(SIZES["slots"], BATCH, "older", 0, NOBODY),
        newest=_heads(platforms),
        largest=_heads((platforms, 32)),
        watchers=np.zeros((platforms, SIZES["watchers"]), WATCHER),
        watching=np.zeros(platforms, np.int64),
        wave=np.zeros(WAVE, np.int64),
        noticing=np.zeros(SIZES["watchers"], np.int32),
        open_tasks=np.zeros(platforms, np.int64),
        closed=np.zeros(SIZES["slots"], np.int32),
        claims=_chained(SIZES["claims"], CLAIM, "next", 0, NOBODY),
        counts=_counts(BOOK_COUNTS),
    )
    book.batches["id"] = NOBODY
    book.counts[[SLOTS_LEFT, CLAIMS_LEFT]] = SIZES["slots"], SIZES["claims"]
    return book


def _empty_schedule(days, workers, abroad=None):
    rows = -(-workers // PLACES) + days + 1  # all but each day's last are full
    blocks = records(rows, np.dtype([("block", np.int32, PLACES + 2)]))["block"]
    blocks[:, BEFORE] = np.arange(1, len(blocks) + 1)
    return Schedule(
        calendar=_heads(days + 1),
        blocks=blocks,
        payments=_heads(days + 1),
        agenda=_heads(STRETCHES + WORD),
        events=np.zeros(workers + CROWD, EVENT),  # those of a second are given back after their workers have acted
        posts=_heads(DAY),
        calls=_heads(DAY),
        busy=np.zeros(DAY // WORD, np.uint64),
        available=availability_table(),
        abroad=np.ones(24) if abroad is None else abroad,
        counts=np.array([0, 0, NOBODY, NOBODY]),
    )


def _told(scenario, ledger, platforms):
    """At the start as much is heard of each platform, and people are as busy there, as makes the usual entry."""
    entry, busy = scenario.population.entry, scenario.demand.busy_share
    ledger.adults[:] = synthesis.surroundings(scenario)
    level = 1.0 / (np.maximum(platforms["reach"], 1e-9) * max(entry.advertising + entry.talk, 1e-9))
    usual = entry.usual * MICRO / MEAN_MONTH * platforms["weight"].astype(float)
    ledger.heard[:] = ledger.adults[:, None] * usual * level
    ledger.times[:] = np.stack([np.minimum(busy * level, 1.0), np.ones(len(platforms))])
    return ledger


def _empty_ledger(platforms, workers, days):
    return Ledger(
        today=np.zeros((platforms, len(DAILY)), np.int64),
        grants=np.zeros(SIZES["grants"], GRANT),
        seen=np.zeros(workers, np.int32),
        months=records(SIZES["months"], MONTHLY),
        seen_on=np.zeros(days, np.int64),
        worked_on=np.zeros(days, np.int64),
        hours=np.zeros((platforms, HOURS_PER_WEEK), HOURLY),
        heard=np.zeros((len(DEPARTMENTS) + 1, platforms)),
        teller=_heads((len(DEPARTMENTS), platforms)),
        times=np.zeros((2, platforms)),
        adults=np.zeros(len(DEPARTMENTS) + 1),
        waits=np.zeros((platforms, WAITS), np.int64),
        counts=_counts(LEDGER_COUNTS),
    )


def _counts(places):
    return np.zeros(len(places), np.int64)


def _heads(shape):
    return np.full(shape, NOBODY, np.int32)


def _chained(rows, dtype, link, first, last):
    """Zeroed rows whose rows from `first` on are chained by `link`, the last one to `last`."""
    array = records(rows, dtype)
    array[link][first:] = np.arange(first + 1, rows + 1)
    array[link][-1] = last
    return array


# --- by name -------------------------------------------------------------------------------------------------
def by_name(market: Market) -> dict[str, np.ndarray]:
    """Every array of a market by its full name, such as ``people.accounts``."""
    records = ((name, record) for name, record in market._asdict().items() if name != "key")
    return {f"{name}.{column}": array for name, record in records for column, array in record._asdict().items()}


def replaced(market: Market, arrays: dict[str, np.ndarray]) -> Market:
    """The market with some arrays, by their full names, in the place of its own."""
    for name, array in arrays.items():
        record, column = name.split(".")
        market = market._replace(**{record: getattr(market, record)._replace(**{column: array})})
    return market


# --- room to grow --------------------------------------------------------------------------------------------
def with_room(market: Market, name: str, filled: int) -> Market:
    """The array of that full name is half as large again if one crowd more than `filled` rows would not fit."""
    record, column = name.split(".")
    array = getattr(getattr(market, record), column)
    if filled + CROWD < len(array):
        return market
    rows = max(int(filled) + 2 * CROWD, len(array) * 3 // 2)
    larger = synthesis.accounts(rows) if name == "people.accounts" else records(rows, array.dtype)
    larger[: len(array)] = array
    return replaced(market, {name: larger})


def with_slots(market: Market) -> Market:
    """The book has twice the slots."""
    old, counts = market.book.batches, market.book.counts
    larger = _chained(2 * len(old), BATCH, "older", len(old), int(counts[FREE_SLOT]))
    larger["id"] = NOBODY
    larger[: len(old)] = old
    counts[FREE_SLOT] = len(old)
    counts[SLOTS_LEFT] += len(old)
    closed = np.zeros(len(larger), np.int32)
    closed[: len(old)] = market.book.closed
    return replaced(market, {"book.batches": larger, "book.closed": closed})


def with_room_everywhere(market: Market) -> Market:
    """There is room wherever a day in its midst has run short of it."""
    if market.book.counts[CLAIMS_LEFT] <= CROWD:
        old, counts = market.book.claims, market.book.counts
        larger = _chained(2 * len(old), CLAIM, "next", len(old), int(counts[FREE_CLAIM]))
        larger[: len(old)] = old
        counts[FREE_CLAIM] = len(old)
        counts[CLAIMS_LEFT] += len(old)
        market = replaced(market, {"book.claims": larger})
    if market.book.watching.max() + CROWD >= market.book.watchers.shape[1]:
        watchers = np.concatenate([market.book.watchers, np.zeros_like(market.book.watchers)], axis=1)
        noticing = np.zeros(watchers.shape[1], np.int32)
        market = replaced(market, {"book.watchers": watchers, "book.noticing": noticing})
    market = with_room(market, "ledger.grants", market.ledger.counts[GRANTS])
    market = with_room(market, "ledger.months", market.ledger.counts[MONTH_ROWS])
    market = with_room(market, "people.accounts", market.people.counts[ACCOUNTS])
    return with_room(market, "firms.roster", market.firms.counts[ROSTER])
