"""Time and memory of commands, each in a process of its own."""

import os
import re
import select
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

MIB = 1024.0**2
_UNIT = 1.0 if sys.platform == "darwin" else 1024.0  # of ru_maxrss, bytes


@dataclass(frozen=True)
class Cost:
    """What a command cost: seconds to the end, to the first output, of processor time; peak memory in bytes."""

    wall: float
    first: float
    processor: float
    peak: float


def cost(words: list[str], cache: Path | None = None) -> Cost:
    """Run Python with these words, on a terminal of its own, and see what it costs.

    The cache is a folder for compiled kernels, instead of the usual one. RuntimeError has the last words of a failure.
    """
    surroundings = {name: value for name, value in os.environ.items() if name != "NUMBA_CACHE_DIR"}
    if cache:
        surroundings["XDG_CACHE_HOME"] = str(cache)
    import pty  # not on Windows

    ours, theirs = pty.openpty()
    begun = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, *words], stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs, env=surroundings
    )
    os.close(theirs)
    first, said, peak = _listen(ours, begun, child.pid)
    os.close(ours)
    _, status, used = os.wait4(child.pid, 0)
    wall = time.perf_counter() - begun
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"python {' '.join(words)} ended with {child.returncode}:\n{said[-2000:].decode()}")
    return Cost(wall, first or wall, used.ru_utime + used.ru_stime, peak or used.ru_maxrss * _UNIT)


def _listen(terminal, begun, process):
    """Seconds to the first output, the output, and the most memory, looked at ten times a second."""
    first, said, most = None, b"", 0.0
    while True:
        heard_of = select.select([terminal], [], [], 0.1)[0]
        most = max(most, _high_water(process))
        if not heard_of:
            continue
        try:
            heard = os.read(terminal, 65_536)
        except OSError:  # Linux says so when the other side has closed
            heard = b""
        if not heard:
            return first, said, most
        first = first or time.perf_counter() - begun
        said += heard


_SPIN = """\
import os, sys, time
cores, seconds = int(sys.argv[1]), float(sys.argv[2])
for _ in range(cores - 1):
    if not os.fork():
        break
begun = time.perf_counter()
while time.perf_counter() - begun < seconds:
    pass
try:
    while True:
        os.wait()
except ChildProcessError:
    pass
"""


def spinning(cores: int, seconds: float) -> Cost:
    """What the machine has to give: `Cost` of one endless loop a core, ended after so many seconds."""
    return cost(["-c", _SPIN, str(cores), str(seconds)])


def peak() -> float:
    """Peak memory of this process so far, bytes."""
    import resource  # not on Windows

    return _high_water("self") or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT


def _high_water(process):
    """Most memory of a process since it began its program, bytes; 0 where that is not told, as when it is over.

    What a parent is told of a child that has ended begins with the memory of the parent.
    """
    try:
        told = Path(f"/proc/{process}/status").read_text(encoding="ascii")
        return 1024.0 * int(re.search(r"VmHWM:\s+(\d+) kB", told)[1])
    except (OSError, TypeError):
        return 0.0
