"""The yardstick: what one look must cost on this machine, whatever the program.

A reaction to a batch that was noticed is a look too here, for it reads a list and takes from it. A look reads and
writes so many records and asks chance so many times. How many is not assumed but counted: one day of the market runs
with the engine's own kernels as plain Python over arrays that note what is touched. Counted is each different record
in one moment of one worker (a moment ends when another worker's record is touched), once, however often and in
however many fields it is used. Not counted is what stays in the first-level cache (arrays under 32 KiB), what is read
in order (the seconds of the day, the day's grants, those who watch a list, the scan of the clients), and everything
outside the four verbs of a look: wake, match, settle, learn.

The floor then does as many reads, and among them as many writes, of random rows of arrays of the same sizes as
the market's, and as many Philox draws, and nothing else: no look decides which row comes next, so that the
processor can wait for many rows at once, which the market cannot.
"""

import sys
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.kernel.arrays import ACCOUNTS, CLAIMS_LEFT, MONTH_ROWS, Market
from sim.kernel.compiler import kernel
from sim.kernel.records import BATCH, DAILY, NOBODY
from sim.kernel.streams import EXPERIMENT, EXPERIMENT_COLUMN, draw
from sim.kernel.units import DAY
from sim.simulation.columns import by_name, replaced, with_room, with_room_everywhere, with_slots

if TYPE_CHECKING:
    from sim.simulation.model import MicroworkMarket

VERBS = ("wake", "match", "settle", "learn")
NEAR = 32 * 1024  # bytes
BLOCK = 1024  # looks whose touches of one array follow each other
IN_ORDER = ("ledger.grants", "ledger.seen", "book.closed", "book.watchers")
AHEAD = ("foresee", "foresee_account", "foresee_worker", "later")  # kernels that only ask for what is needed later
CHANCE = "sim.kernel.streams"
INSTRUCTIONS = {  # of the processor
    "trailing_zeros": lambda word: (int(word) & -int(word)).bit_length() - 1,
    "bring": lambda array, row: None,
}


@dataclass(frozen=True)
class Needs:
    """What one look needs."""

    looks: int  # looks and reactions of the day on which it was counted
    draws: float  # Philox blocks per look
    reads: dict  # array to records touched per look
    writes: dict  # and to those of them that are written

    def __str__(self) -> str:
        records = ", ".join(f"{name} {reads:.1f}" for name, reads in self.reads.items() if reads >= 0.05)
        return f"{self.draws:.1f} draws; records: {records}"


class _Record:
    """One row of a counted array; its fields are Python numbers."""

    __slots__ = ("_array", "_row")

    def __init__(self, array: "_Counted", row: int) -> None:
        object.__setattr__(self, "_array", array)
        object.__setattr__(self, "_row", row)

    def __getitem__(self, name: str) -> float:
        return self._array.fields[name].item(self._row)

    def __setitem__(self, name: str, value: float) -> None:
        self._array.touch(self._row, True)
        field = self._array.fields[name]
        field[self._row] = int(value) & 0xFFFFFFFF if field.dtype == np.uint32 else value

    __getattr__, __setattr__ = __getitem__, __setitem__


class _Counted:
    """A market's array that notes which rows are touched."""

    def __init__(self, name: str, array: np.ndarray, count: "_Count") -> None:
        self.name, self.array, self.size, self.count = name, array, array.size, count
        self.fields = {field: array[field].reshape(-1) for field in array.dtype.names or ()}
        self.per_line = max(1, 64 // array.itemsize)

    def touch(self, row: int, written: bool = False) -> None:
        self.count.touch(self.name, row if self.fields else row // self.per_line, written, bool(self.fields))

    def row(self, index: tuple) -> int:
        """A record's number in an array of several dimensions, read row by row."""
        return int(np.ravel_multi_index(index, self.array.shape))

    def __getitem__(self, index: int | tuple) -> _Record:
        if self.fields and self.array.ndim > 1:
            if not isinstance(index, tuple):
                return self.array[index]
            index = self.row(index)
        if not isinstance(index, int | np.integer):
            return self.array.view(np.recarray)[index] if self.fields else self.array[index]
        self.touch(int(index))
        return _Record(self, int(index)) if self.fields else self.array.item(int(index))

    def __setitem__(self, index: int | tuple, value: "int | _Record") -> None:
        if isinstance(value, _Record):
            for name in self.fields:
                self[index][name] = value[name]
            return
        if isinstance(index, int | np.integer):
            self.touch(int(index), True)
        self.array[index] = value

    def __len__(self) -> int:
        return len(self.array)

    def __array__(self, dtype=None, copy=None):
        return self.array

    def __getattr__(self, name):
        return getattr(self.array, name)


class _Count:
    """Rows touched and draws made, by verb."""

    def __init__(self) -> None:
        self.verb, self.worker = None, None
        self.seen, self.written, self.recent = set(), set(), {}
        self.reads, self.writes, self.draws = Counter(), Counter(), Counter()

    def touch(self, name: str, row: int, written: bool, is_record: bool) -> None:
        if name == "people.workers" and row != self.worker:
            self.worker = row
            self.seen.clear()
            self.written.clear()
        if not is_record and self._in_order(name, row) and (name, row) not in self.seen:
            return
        if (name, row) not in self.seen:
            self.seen.add((name, row))
            self.reads[self.verb, name] += 1
        if written and (name, row) not in self.written:
            self.written.add((name, row))
            self.writes[self.verb, name] += 1

    def _in_order(self, name, line):
        """Is this line, or the one before it, among the last eight of the array?"""
        recent = self.recent.setdefault(name, [])
        found = line in recent or line - 1 in recent
        recent.append(line)
        del recent[:-8]
        return found


@contextmanager
def _plain_python(count):
    """Kernels are the Python they are written in, except those of chance, which are counted."""
    replaced = []
    ours = [module for name, module in sys.modules.items() if name.startswith("sim.") and name != CHANCE]
    for module in ours:
        for name, value in list(vars(module).items()):
            if hasattr(value, "written") or name in INSTRUCTIONS:
                replaced.append((module, name, value))
                setattr(module, name, INSTRUCTIONS.get(name) or _substitute(name, value, count))
    try:
        yield
    finally:
        for module, name, value in replaced:
            setattr(module, name, value)


def _archived(batches, slots, first, rows):
    there = batches.view(BATCH)[np.asarray(slots)]
    to = (there["id"] - first).astype(np.intp)
    for name in rows.dtype.names:
        rows[name][to] = there[name]


def _substitute(name, compiled, count):
    if name in AHEAD:
        return lambda *_: 0
    if name == "archive":  # of the record, no look's
        return lambda batches, slots, first, rows: _archived(np.asarray(batches), slots, first, rows)
    if compiled.written.__module__ != CHANCE:
        return compiled.written
    if not name.startswith("draw"):
        return compiled

    def drawn(*coordinates):
        count.draws[count.verb] += 1
        return compiled(*coordinates)

    return drawn


def counted_day(model: "MicroworkMarket") -> Needs:
    """Run a market's next day in plain Python and count; but for rounding, it goes on as after an ordinary day."""
    state, count = model.state, _Count()
    _make_room(state)
    plain = state.market
    big = {name: array for name, array in by_name(plain).items() if array.nbytes > NEAR or array.dtype.names}
    state.market = replaced(plain, {name: _Counted(name, array, count) for name, array in big.items()})
    state._projects = state._projects.view(np.recarray)  # in Python a record's fields are attributes only there
    for verb in VERBS:
        setattr(state, verb, _named(count, verb, getattr(state, verb)))
    try:
        with _plain_python(count):
            model.step()
    finally:
        for verb in VERBS:
            delattr(state, verb)
        state.market = plain
    looks = int(model.recorder.daily[model.day - 1][:, [DAILY.looks, DAILY.reactions]].sum())
    kept = [name for name, array in big.items() if array.nbytes > NEAR and name not in IN_ORDER]
    return Needs(
        looks,
        sum(count.draws[verb] for verb in VERBS) / looks,
        {name: sum(count.reads[verb, name] for verb in VERBS) / looks for name in kept},
        {name: sum(count.writes[verb, name] for verb in VERBS) / looks for name in kept},
    )


def _make_room(state):
    """No array needs to grow today, for a grown one would not count."""
    market = with_slots(state.market)
    for name in ("people.accounts", "ledger.months", "ledger.grants", "firms.roster"):
        market = with_room(market, name, len(by_name(market)[name]))
    state.market = with_room_everywhere(market)


def _named(count, verb, method):
    def run(*arguments):
        count.verb = verb
        try:
            return method(*arguments)
        finally:
            count.verb = None

    return run


@kernel
def touch(rows: np.ndarray, reads: int, writes: int, first: int) -> int:
    """Read `reads` random rows and write the first `writes` of them; returns the sum of what was read.

    Of each row of `rows`, int64, shape (rows, words), one word is touched. The sequence of rows begins at `first`, a
    64-bit counter, mixed as in SplitMix64 (Steele, Lea and Flood 2014), which costs a nanosecond a row.
    """
    size, total = np.uint64(rows.shape[0]), 0
    for n in range(first, first + reads):
        mixed = np.uint64(n) * np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(32))) * np.uint64(0xBF58476D1CE4E5B9)
        row = ((mixed >> np.uint64(32)) * size) >> np.uint64(32)
        total += rows[row, 0]
        if n < first + writes:
            rows[row, 0] = n
    return total


@kernel
def ask(key: np.ndarray, block: int, draws: int) -> float:
    """Make so many draws; returns their sum."""
    total = 0.0
    for n in range(draws):
        total += draw(key, EXPERIMENT, block, n, EXPERIMENT_COLUMN)
    return total


class Floor:
    """The floor of one market: arrays of its sizes, touched and asked as often as its looks need."""

    def __init__(self, needs: Needs, market: Market) -> None:
        self.key, self.draws = market.key, needs.draws
        rows = rows_in_use(market)
        self.touches = []
        for name, reads in needs.reads.items():
            if reads > 0.0:
                words = -(-by_name(market)[name].itemsize // 8)
                touched = np.ones((max(rows[name], 1), words), np.int64)  # zeros would have no memory yet
                self.touches.append((touched, reads, needs.writes[name]))

    def seconds_per_look(self, looks: int) -> float:
        """Time for the touches and draws of so many looks, per look."""
        blocks = max(1, looks // BLOCK)
        begun = time.thread_time()
        for block in range(blocks):
            for rows, reads, writes in self.touches:
                touch(rows, round(reads * BLOCK), round(writes * BLOCK), block * len(rows))
            ask(self.key, block, round(self.draws * BLOCK))
        return (time.thread_time() - begun) / (blocks * BLOCK)


def rows_in_use(market: Market) -> dict[str, int]:
    """Rows of each array that hold something."""
    rows = {name: array.size for name, array in by_name(market).items()}
    rows["people.accounts"] = int(market.people.counts[ACCOUNTS])
    rows["ledger.months"] = int(market.ledger.counts[MONTH_ROWS])
    rows["book.claims"] = market.book.claims.size - int(market.book.counts[CLAIMS_LEFT])
    rows["book.batches"] = int((market.book.batches["id"] != NOBODY).sum())
    rows["schedule.agenda"] = rows["schedule.posts"] = DAY
    return rows
