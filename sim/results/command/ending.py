"""How a command ends: its exit code, and what is said instead of a traceback.

Whoever reads the screen may leave, and the screen may be full or closed: that costs no result. TERM and HUP, which a
batch system and a closed terminal send, do what Ctrl-C does.
"""

import errno
import gc
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO

from sim.results.command.progress import age, began, exactly, speaking, waited, wipe
from sim.scenario.problems import BadScenario, Problem

FAILED, BAD_CONFIGURATION, INTERRUPTED = 1, 2, 130
_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
_SELDOM = 200_000  # new objects after which circles among them are looked for; Python's 700 take a seventh of the time
_PATIENCE = 3.0  # seconds in which a second Ctrl-C does not disturb what the first began
_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "no more of the disk is allowed",
    errno.EFBIG: "a file may not become so large here (ulimit -f)",
    errno.EMFILE: "no more files may be open here (ulimit -n)",
    errno.ENOMEM: "memory ran out",
}
# The last is what C code says that found no memory and does not say so.
_NO_MEMORY = ("can't start new thread", "failed to map segment", "annot allocate memory", "without exception set")
told: list[str] = []  # what could not be made although the command went on
_since = 0.0  # seconds that a command had lasted when its work began


def tell(sentence: str) -> None:
    """Say what could not be made; the exit code says so too."""
    told.append(sentence)
    print(sentence, file=sys.stderr, flush=True)


def everything(folder: Path) -> str:
    """The last line of a command: where everything is, and how long it was waited for."""
    return f"Everything is in {folder} ({exactly(waited())})"


def exit_code(work: Callable[[], bool], stopped: str) -> int:
    """The exit code of some work.

    Parameters
    ----------
    work
        Gives back whether all ended well.
    stopped
        What is said after Ctrl-C, where the work says nothing itself.

    Returns
    -------
    int
        0; 1 if something failed, the machine's disk or memory too; 2 if the configuration cannot be run; 130 after
        Ctrl-C, 143 after TERM, 129 after HUP.
    """
    global _since
    told.clear()
    began(_since)
    _since = 0.0
    # No command opens a window, and kernels run on one core: what these ask for would only be complained about.
    os.environ |= {"MPLBACKEND": "agg", "NUMBA_NUM_THREADS": "1"}
    with _screens() as screens, _heard() as heard, speaking():
        try:
            if (asked := os.environ.get("NUMBA_DISABLE_JIT", "0")) not in ("", "0"):
                raise BadScenario([Problem("NUMBA_DISABLE_JIT", asked, "kernels cannot run uncompiled; unset it")])
            code = 0 if work() and not told else FAILED
        except BadScenario as bad:
            print(bad.explained(), file=sys.stderr)
            code = BAD_CONFIGURATION
        except KeyboardInterrupt as interrupt:
            print(f"\n{interrupt}" if interrupt.args else f"\n{stopped}", file=sys.stderr)
            code = 128 + (heard[0] if heard else signal.SIGINT)
        except (OSError, MemoryError, RuntimeError, ImportError, SystemError) as problem:
            if not (lacking := _lacking(problem)):
                raise
            print(f"Stopped: {lacking}. Nothing is half-written; what was finished is kept.", file=sys.stderr)
            code = FAILED
        return code or screens[0].ended()


def leave(main: Callable[[], int]) -> None:
    """End this process with the exit code of a command; from then on it hears no Ctrl-C, which would end in a
    traceback."""
    global _since
    gc.set_threshold(_SELDOM)
    _since = age()
    code = main()
    for one in _SIGNALS:
        signal.signal(one, signal.SIG_IGN)
    gc.freeze()  # else all that was loaded is looked through for circles once more, most of a second
    sys.exit(code)


def _lacking(problem):
    """What the machine lacked, in words; "" if something else is wrong."""
    if isinstance(problem, OSError):
        reason = _REASONS.get(problem.errno) or (problem.strerror or str(problem)).lower()
        path = Path(os.fsdecode(problem.filename)) if isinstance(problem.filename, str | bytes) else None
        if path is not None and path.name.startswith(".microwork-"):
            path = path.parent
        return f"{reason} ({path})" if path else reason
    if isinstance(problem, MemoryError):
        return f"memory ran out{f' ({problem})' if problem.args else ''}"
    return "memory ran out" if any(words in str(problem) for words in _NO_MEMORY) else ""


@contextmanager
def _heard() -> Iterator[list[int]]:
    """TERM and HUP stop the work as Ctrl-C does; a second one lets it tidy up. What is ignored stays so (nohup)."""
    heard: list[int] = []
    since: list[float] = []

    def stop(number: int, _frame: object) -> None:
        if since and time.monotonic() - since[-1] < _PATIENCE:
            return
        heard.append(number)
        since.append(time.monotonic())
        raise KeyboardInterrupt

    before = {}
    with suppress(ValueError):  # not the main thread, which alone hears
        before = {one: signal.signal(one, stop) for one in _SIGNALS if signal.getsignal(one) != signal.SIG_IGN}
    try:
        yield heard
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


class Screen:
    """A stream to a screen that may go: what cannot be shown then is lost, and nothing else."""

    def __init__(self, stream: TextIO) -> None:
        self._stream, self._problem = stream, None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write, if somebody reads."""
        wipe(printed=True)
        return self._tried(self._stream.write, text) or len(text)

    def flush(self) -> None:
        """Flush, if somebody reads."""
        self._tried(self._stream.flush)

    def _tried(self, do, *given):
        try:
            return do(*given)
        except UnicodeEncodeError:
            self._stream.reconfigure(errors="replace")
            return do(*given)
        except (OSError, ValueError) as problem:  # closed, it is a ValueError
            self._problem = self._problem or problem
            with suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), self._stream.fileno())
        return None

    def ended(self) -> int:
        """An exit code: whether all was shown, or the reader, such as `head`, had seen enough."""
        self.flush()
        if self._problem is None or isinstance(self._problem, BrokenPipeError):
            return 0
        reason = getattr(self._problem, "strerror", None) or self._problem
        print(f"Not all could be shown: {reason}. No result is lost.", file=sys.stderr)
        return FAILED


@contextmanager
def _screens() -> Iterator[list[Screen]]:
    """Both streams to the screen, as a `Screen`; one that is closed leads nowhere, lest a file take its place."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = screens = [Screen(one or open(os.devnull, "w", encoding="utf-8")) for one in before]
    try:
        yield screens
    finally:
        for screen in screens:
            screen.flush()
        sys.stdout, sys.stderr = before
