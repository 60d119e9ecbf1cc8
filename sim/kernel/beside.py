"""Two processes compile at once: what one leaves on disk, the other finds there."""

import contextlib
import os
import signal
import sys
import time
import warnings
from collections.abc import Callable, Iterator

_PATIENCE, _LONGER, _AGAIN = 10.0, 3, 0.01  # seconds, times as long as this process, seconds


@contextlib.contextmanager
def beside(work: Callable) -> Iterator[None]:
    """Have a copy of this process do some work, of which only what it writes remains, while this one does other work.

    What the copy could not do is left: this process will find nothing on disk, and compile. There is none with one
    processor only, and none outside Linux. One that takes many times as long as this process has come upon a lock that
    another thread held when the copy was made, and is given up.
    """
    several = sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1
    copy, begun, patience = _copy(work) if several else 0, time.monotonic(), 0.0
    try:
        yield
        patience = _PATIENCE + _LONGER * (time.monotonic() - begun)
    finally:
        if copy:
            _end(copy, time.monotonic() + patience)


def _copy(work):
    """The number of a new process that does the work; 0 if there can be none."""
    with warnings.catch_warnings(), contextlib.suppress(OSError):
        warnings.simplefilter("ignore", DeprecationWarning)  # that there are threads: of them the copy needs nothing
        copy = os.fork()
        if copy:
            return copy
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # the other will say what is wrong
            work()
        finally:
            os._exit(0)  # without what this process does at its end
    return 0


def _end(copy, deadline):
    """Wait for a copy until then at most."""
    with contextlib.suppress(ChildProcessError):  # somebody else has waited for all processes of this one
        while os.waitpid(copy, os.WNOHANG) == (0, 0):
            if time.monotonic() > deadline:
                os.kill(copy, signal.SIGKILL)
                os.waitpid(copy, 0)
                return
            time.sleep(_AGAIN)
