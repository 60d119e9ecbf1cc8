"""How many runs this machine can carry at a time: a core each, and memory for all of them; what a run will take."""

import math
import os
import re
from pathlib import Path

from sim.scenario.magnitudes import magnitudes
from sim.scenario.scenario import Scenario

# Bytes of a process, and of each person of a run that keeps its batches: a fifth more than measured (305 MiB of 13 306
# people, 931 of 266 126, four years).
_LEAST, _PERSON = 0.35e9, 3_194.0
_SAT = 18_000.0  # seconds that somebody can sit at it in a day, five hours in twenty-four
_CGROUP = Path("/sys/fs/cgroup")  # what a container may use; its own file system


def affordable(people: int) -> int:
    """Runs at a time: one a core, and no more than fit into free memory.

    Cores are those that this process may use and a container's CPU quota pays for.

    Parameters
    ----------
    people
        Simulated in the largest run.
    """
    from loky import cpu_count  # which a single run does without

    room = free()
    return cpu_count() if room is None else max(1, min(cpu_count(), int(room / (_LEAST + _PERSON * people))))


def duration(scenario: Scenario) -> float:
    """Seconds that a run takes on one core, about: France's looks a head, with its own readiness; and batches."""
    rules, people = scenario.behaviour, scenario.population.simulated
    ready = rules.looking_rate_max * math.exp(rules.attention_log_sd**2 / 2.0)
    looks = (
        0.06 * min(ready, _SAT / max(rules.search_seconds, 1.0)) * people * ((scenario.end - scenario.start).days + 1)
    )
    return 2e-6 * people + 4.5e-6 * looks + 1.5e-6 * magnitudes(scenario).batches


def free() -> int | None:
    """Bytes that programs may still take, files kept in memory being no hindrance; None if nobody says."""
    return min((room for room in (_available(), _allowed()) if room is not None), default=None)


def _available() -> int | None:
    try:
        text = Path("/proc/meminfo").read_text(encoding="ascii")
        return 1024 * int(re.search(r"MemAvailable:\s+(\d+) kB", text)[1])
    except (OSError, TypeError):
        pass
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError, AttributeError):
        return None


def _allowed() -> int | None:
    """What is left of a container's memory; None if it has no bound."""
    try:
        most, now = (int((_CGROUP / f"memory.{name}").read_text(encoding="ascii")) for name in ("max", "current"))
        cached = int(re.search(r"^inactive_file (\d+)", (_CGROUP / "memory.stat").read_text("ascii"), re.M)[1])
    except (OSError, ValueError, TypeError):  # no such files, or the word "max"
        return None
    return most - now + cached
