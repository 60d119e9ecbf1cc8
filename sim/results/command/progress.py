"""What a command is at: a line within two seconds, then one at least every ten, until it ends.

Whoever does something that takes time names it (`doing`) and counts what of it is done; one thread says how far that
is. Where there is no terminal it prints a line when nobody else has for a while; on a terminal one line lives, with a
bar, and gives way to whatever else is printed.
"""

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sim.kernel.units import HOUR, MINUTE

_FIRST, _NEXT = 1.2, 8.0  # seconds without a word, from the beginning and later
_TICK, _LIVING = 0.2, 0.4  # seconds between two looks; after what somebody else printed
_BAR = 24  # characters


class Doing:
    """Something that takes time.

    Attributes
    ----------
    what : str
    done, total : int
        How much of how much; 0 where nobody can say.
    unit : str
        Of what is counted, in the plural.
    """

    def __init__(self, what: str, total: int = 0, unit: str = "", done: int = 0) -> None:
        self.what, self.done, self.total, self.unit = what, done, total, unit
        self._before = done  # which took no time of this
        self.began = time.monotonic()

    @property
    def share(self) -> float | None:
        """How much of it is done, from 0 to 1; None where nobody can say."""
        return self.done / self.total if self.total else None

    def line(self) -> str:
        """What is being done, how far it is, and what time is left."""
        passed = time.monotonic() - self.began
        if not self.total:
            return f"{self.what}, {spell(passed)} so far"
        counts = f"{self.what}: {self.done} of {self.total} {self.unit} done"
        now = self.done - self._before
        return f"{counts}, about {spell(passed / now * (self.total - self.done))} left" if now > 0 else counts


_AT: list[Doing] = []  # what is being done; the last is part of those before
_LOUDEST: list[Doing] = []  # what is said even so
_LOCK = threading.RLock()  # of what lives on the screen
_began = _heard = time.monotonic()  # when the command began, and somebody last printed a line
_lives = False  # a line lives on the terminal
_own = False  # this thread's is what is being printed
_held: list[bool] = []  # whether a process that is copied holds the lock: no copy is made amid a line


@contextmanager
def doing(what: str, total: int = 0, unit: str = "", done: int = 0) -> Iterator[Doing]:
    """Name what takes time, while the block lasts; so much of it was done before.

    Yields
    ------
    Doing
        Whose `done` is to be counted up, where there is a total.
    """
    with said(Doing(what, total, unit, done)) as one:
        yield one


@contextmanager
def said(one: Doing) -> Iterator[Doing]:
    """Have something said as what is being done, while the block lasts."""
    _AT.append(one)
    try:
        yield one
    finally:
        _AT.remove(one)


@contextmanager
def quiet() -> Iterator[None]:
    """Have what is named in the block be part of what is done already, and not be said, while it lasts."""
    with said(_AT[-1] if _AT else Doing("at work")) as whole:
        _LOUDEST.append(whole)
        try:
            yield
        finally:
            _LOUDEST.pop()


@contextmanager
def speaking(what: str = "at work") -> Iterator[None]:
    """Say what is being done, while the block lasts; before anything is named, this."""
    if _AT:  # somebody speaks already
        yield
        return
    over = threading.Event()
    speaker = threading.Thread(target=_speak, args=(over,), daemon=True)
    with doing(what) as all_of_it:
        all_of_it.began = _began
        speaker.start()
        try:
            yield
        finally:
            over.set()
            speaker.join()
            wipe()


@contextmanager
def silent() -> Iterator[None]:
    """Say nothing of what is being done, while the block lasts: it waits for somebody and comes to no end."""
    held, _AT[:] = [*_AT], []
    wipe()
    try:
        yield
    finally:
        _AT[:] = held


def began(since: float) -> None:
    """The command began so many seconds ago."""
    global _began, _heard
    _began = _heard = time.monotonic() - since


def waited() -> float:
    """Seconds since the command began."""
    return time.monotonic() - _began


def age() -> float:
    """Seconds since this process began, its interpreter's start included; 0 where nobody says."""
    try:
        ticks = Path("/proc/self/stat").read_text(encoding="ascii").rpartition(")")[2].split()[19]
        found = time.clock_gettime(time.CLOCK_BOOTTIME) - int(ticks) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, AttributeError, IndexError):
        return 0.0
    return found if 0.0 < found < MINUTE else 0.0


def spell(seconds: float) -> str:
    """A time in words, as exact as it is worth."""
    if seconds < 99.5:
        return f"{seconds:.0f} s"
    minutes, hours = round(seconds / MINUTE), round(seconds / HOUR)
    return f"{minutes} min" if minutes < 100 else f"{hours} hours"


def exactly(seconds: float) -> str:
    """A time that is over, in words."""
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), MINUTE)
    return f"{minutes} min {rest} s" if seconds < HOUR - 0.5 else f"{minutes // 60} h {minutes % 60} min"


def wipe(printed: bool = False) -> None:
    """Take away the line that lives on the terminal: something else is printed."""
    global _lives, _heard
    with _LOCK:
        if _own:
            return
        if _lives:
            _lives = False
            _write("\r\033[K")
        if printed:
            _heard = time.monotonic()


def show(line: str, share: float | None = None) -> None:
    """Say a line now: on a terminal it lives until the next."""
    global _lives, _heard
    with _LOCK:
        if sys.stderr.isatty():
            _lives = True
            _write(f"\r\033[K{_fitted(line, share)}")
        else:
            _heard = time.monotonic()
            _write(f"{line}\n")


def _fitted(line, share):
    """A line with its bar, as wide as the terminal at most."""
    if share is not None:
        full = round(share * _BAR)
        line = f"|{'█' * full}{'-' * (_BAR - full)}| {line}"
    try:
        wide = os.get_terminal_size(sys.stderr.fileno()).columns
    except (OSError, ValueError):
        wide = 0
    return line[: wide - 1] if wide > 1 else line


def _write(text):
    global _own
    _own = True
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    finally:
        _own = False


def _hold():
    _held.append(_LOCK.acquire(timeout=1.0))


def _let_go():
    if _held.pop():
        _LOCK.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_hold, after_in_parent=_let_go, after_in_child=_let_go)


def _speak(over):
    silent = _FIRST
    while not over.wait(_TICK):
        with _LOCK:
            since, terminal = time.monotonic() - _heard, sys.stderr.isatty()
            due = waited() > _FIRST and since > _LIVING if terminal else since > silent
            if _heard > _began:
                silent = _NEXT
                due = due if terminal else since > silent
            if due and _AT:
                one = _LOUDEST[0] if _LOUDEST else _AT[-1]
                show(one.line(), one.share)
