"""Two processes compile at once: what one leaves on disk, the other finds there."""

import contextlib
import os
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def beside(work: Callable) -> Iterator[None]:
    """Have a copy of this process do some work, of which only what it writes remains, while this one does other work.

    What the copy could not do is left: this process will find nothing on disk, and compile. There is none with one
    processor only, and none outside Linux or among threads, where a copy could find locks that nobody opens.
    """
    several = sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1 and threading.active_count() == 1
    copy = _copy(work) if several else 0
    try:
        yield
    except BaseException:
        if copy:
            os.kill(copy, signal.SIGKILL)
        raise
    finally:
        if copy:
            os.waitpid(copy, 0)


def _copy(work):
    """The number of a new process that does the work; 0 if there can be none."""
    with warnings.catch_warnings(), contextlib.suppress(OSError):
        warnings.simplefilter("ignore", DeprecationWarning)  # of the threads that numpy's libraries have, which sleep
        copy = os.fork()
        if copy:
            return copy
        try:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # the other will say what is wrong
            work()
        finally:
            os._exit(0)  # without what this process does at its end
    return 0
