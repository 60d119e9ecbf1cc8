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
processor can wait for many rows at once, which the market cannot. One line of 64 bytes is touched of each record.

Random rows are further apart than those of a day, for most people of a market do not look. The same floor is therefore
timed over the day's own rows too, in their order, `Floor.of_the_day`: a harder yardstick, since what was touched
lately is still near.
"""

import sys
import time
from array import array as growing
from collections import Counter, defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.kernel.arrays import ACCOUNTS, CLAIMS_LEFT, EVENTS, MONTH_ROWS, Market
from sim.kernel.compiler import kernel
from sim.kernel.records import BATCH, DAILY, NOBODY
from sim.kernel.streams import EXPERIMENT, EXPERIMENT_COLUMN, draw
from sim.kernel.units import DAY
from sim.simulation.columns import by_name, replaced, with_room, with_room_everywhere, with_slots

if TYPE_CHECKING:
    from sim.simulation.model import MicroworkMarket

VERBS = ("wake", "match", "settle", "learn")
NEAR, LINE = 32 * 1024, 64  # bytes
BLOCK = 1024  # looks whose touches of one array follow each other
IN_ORDER = ("ledger.grants", "ledger.seen", "book.closed", "book.watchers")
# Kernels that only ask for what is needed later.
AHEAD = ("foresee", "foresee_account", "foresee_second_account", "foresee_workers", "foresee_day")
CHANCE = "sim.kernel.streams"
INSTRUCTIONS = {  # of the processor
    "trailing_zeros": lambda word: (int(word) & -int(word)).bit_length() - 1,
    "bring": lambda array, row: None,
    "bring_both": lambda array, row: None,
}


@dataclass(frozen=True)
class Needs:
    """What one look needs."""

    looks: int  # looks and reactions of the day on which it was counted
    draws: float  # Philox blocks per look
    reads: dict  # array to records touched per look
    writes: dict  # and to those of them that are written
    rows: dict = field(repr=False)  # array to the rows touched, one after the other; int64
    lines: np.ndarray = field(repr=False)  # which array and which line of memory were touched in turn; int64 [n, 2]
    arrays: tuple = field(repr=False)  # names of the arrays by that number
    calls: dict = field(repr=False)  # kernel to how often it is called per look, those of chance left out

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
        self._array.near(self._row, name)
        return self._array.fields[name].item(self._row)

    def __setitem__(self, name: str, value: float) -> None:
        self._array.touch(self._row, True)
        self._array.near(self._row, name)
        column = self._array.fields[name]
        column[self._row] = int(value) & 0xFFFFFFFF if column.dtype == np.uint32 else value

    __getattr__, __setattr__ = __getitem__, __setitem__


class _Counted:
    """A market's array that notes which rows are touched."""

    def __init__(self, name: str, array: np.ndarray, count: "_Count") -> None:
        self.name, self.array, self.size, self.count = name, array, array.size, count
        self.fields = {name: array[name].reshape(-1) for name in array.dtype.names or ()}
        self.places = {name: array.ctypes.data + array.dtype.fields[name][1] for name in self.fields}
        self.places[None] = array.ctypes.data
        self.per_line, self.last = max(1, LINE // array.itemsize), None

    def touch(self, row: int, written: bool = False) -> None:
        self.count.touch(self.name, row if self.fields else row // self.per_line, written, bool(self.fields))

    def near(self, row: int, name: str | None = None) -> None:
        """Note the line of memory in which a field lies, unless it is that of this array which was touched last."""
        line = (self.places[name] + row * self.array.itemsize) // LINE
        if line != self.last:
            self.last = line
            self.count.line(self.name, line)

    def row(self, index: tuple) -> int:
        """A record's number in an array of several dimensions, read row by row."""
        return int(np.ravel_multi_index(index, self.array.shape))

    def __getitem__(self, index: int | tuple) -> _Record:
        if self.array.ndim > 1:
            if not isinstance(index, tuple):
                return self.array[index]
            index = self.row(index)
        if not isinstance(index, int | np.integer):
            return self.array.view(np.recarray)[index] if self.fields else self.array[index]
        self.touch(int(index))
        if self.fields:
            return _Record(self, int(index))
        self.near(int(index))
        return self.array.item(int(index))  # of all, row by row

    def __setitem__(self, index: int | tuple, value: "int | _Record") -> None:
        if isinstance(value, _Record):
            for name in self.fields:
                self[index][name] = value[name]
            return
        place = self.row(index) if isinstance(index, tuple) else index
        if isinstance(place, int | np.integer):
            self.touch(int(place), True)
            self.near(int(place))
        self.array[index] = value

    def __len__(self) -> int:
        return len(self.array)

    def __array__(self, dtype=None, copy=None):
        return self.array

    def __getattr__(self, name):
        return getattr(self.array, name)


class _Count:
    """Rows touched and draws made, by verb; and the rows and lines of all verbs, one after the other."""

    def __init__(self) -> None:
        self.verb, self.worker = None, None
        self.seen, self.written, self.recent = set(), set(), {}
        self.reads, self.writes, self.draws, self.calls = Counter(), Counter(), Counter(), Counter()
        self.rows, self.lines = defaultdict(lambda: growing("q")), growing("q")
        self.numbers: defaultdict[Any, int] = defaultdict(lambda: len(self.numbers))

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
            if self.verb:
                self.rows[name].append(row)
        if written and (name, row) not in self.written:
            self.written.add((name, row))
            self.writes[self.verb, name] += 1

    def line(self, name: str, line: int) -> None:
        if self.verb:
            self.lines.append(self.numbers[name])
            self.lines.append(line)

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
        return _noted(name, compiled.written, count)
    asked = compiled.written if name in ("words", "uniform") else compiled  # those that only kernels call
    if not name.startswith(("draw", "words")):
        return asked

    def drawn(*coordinates):
        count.draws[count.verb] += 1
        return asked(*coordinates)

    return drawn


def _noted(name, written, count):
    def called(*given):
        if count.verb:
            count.calls[name] += 1
        return written(*given)

    return called


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
        {name: np.array(count.rows[name], np.int64) for name in kept},
        np.array(count.lines, np.int64).reshape(-1, 2),
        tuple(count.numbers),
        {name: n / looks for name, n in count.calls.items()},
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
def touch_again(rows: np.ndarray, which: np.ndarray, writes: int) -> int:
    """Read the rows `which`, int64, one after the other, and write the first `writes` of them; returns the sum read."""
    total = 0
    for n in range(which.size):
        total += rows[which[n], 0]
        if n < writes:
            rows[which[n], 0] = n
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
        self.key, self.needs = market.key, needs
        rows = rows_in_use(market)
        self.arrays = {}
        for name, reads in needs.reads.items():
            if reads > 0.0:
                record = by_name(market)[name].dtype
                size = record.itemsize if record.names else LINE
                number = rows[name] if record.names else -(-rows[name] * record.itemsize // LINE)
                number = max(int(number), int(needs.rows[name].max()) + 1)
                self.arrays[name] = np.ones((number, -(-size // 8)), np.int64)  # zeros would have no memory yet

    def seconds_per_look(self, looks: int) -> float:
        """Time for the touches and draws of so many looks, per look."""
        needs, blocks = self.needs, max(1, looks // BLOCK)
        begun = time.thread_time()
        for block in range(blocks):
            for name, rows in self.arrays.items():
                reads, writes = round(needs.reads[name] * BLOCK), round(needs.writes[name] * BLOCK)
                touch(rows, reads, writes, block * len(rows))
            ask(self.key, block, round(needs.draws * BLOCK))
        return (time.thread_time() - begun) / (blocks * BLOCK)

    def of_the_day(self) -> float:
        """The same for the looks of the day that was counted, over the rows that it touched, in their order."""
        needs, blocks = self.needs, max(1, self.needs.looks // BLOCK)
        begun = time.thread_time()
        for block in range(blocks):
            for name, rows in self.arrays.items():
                which = needs.rows[name]
                which = which[block * which.size // blocks : (block + 1) * which.size // blocks]
                touch_again(rows, which, round(which.size * needs.writes[name] / needs.reads[name]))
            ask(self.key, block, round(needs.draws * needs.looks / blocks))
        return (time.thread_time() - begun) / needs.looks


def rows_in_use(market: Market) -> dict[str, int]:
    """Rows of each array that hold something."""
    rows = {name: array.size for name, array in by_name(market).items()}
    rows["people.accounts"] = int(market.people.counts[ACCOUNTS])
    rows["ledger.months"] = int(market.ledger.counts[MONTH_ROWS])
    rows["book.claims"] = market.book.claims.size - int(market.book.counts[CLAIMS_LEFT])
    rows["book.batches"] = int((market.book.batches["id"] != NOBODY).sum())
    rows["schedule.posts"] = DAY
    rows["schedule.events"] = int(market.schedule.counts[EVENTS])
    return rows
