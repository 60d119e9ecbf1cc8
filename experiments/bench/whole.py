"""What a whole command spends its time on: seconds of the processor in each of its parts, without the parts within.

Loads nothing by itself, so that the command under it loads what it needs when it needs it.
"""

import builtins
import importlib
import json
import sys
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

with suppress(ImportError):  # not on Windows
    import resource

# Module, function, and the part of a run that it is.
PARTS = (
    ("sim.cli.command", "read", "configuration"),
    ("sim.simulation.day", "DayByDay.__init__", "building"),
    ("sim.simulation.day", "DayByDay.step", "days"),
    ("sim.results.tables", "results", "tables"),
    ("sim.results.results", "Results.write", "tables"),
    ("sim.runs.run_folder", "fill", "instruments"),
    ("sim.report.figures.draw", "draw", "figures"),
    ("sim.report.page.page", "write", "page"),
)
NAMES = ("start", "imports", *dict.fromkeys(part for _, _, part in PARTS), "rest", "exit")


class Clock:
    """Seconds by part, each second on the innermost."""

    def __init__(self) -> None:
        self.seconds, self.parts, self.since = defaultdict(float), ["rest"], now()
        self.seconds["start"] = self.since
        self.waiting = list(PARTS)

    def run(self, part: str, work: Callable, *given: Any, **named: Any) -> Any:
        """Call something as a part."""
        self._turn()
        self.parts.append(part)
        try:
            return work(*given, **named)
        finally:
            self._turn()
            self.parts.pop()

    def _turn(self):
        at = now()
        self.seconds[self.parts[-1]] += at - self.since
        self.since = at

    def load(self, load: Callable) -> Callable:
        """A way to load modules that counts as a part, and lets the others count from then on."""

        def loaded(*given: Any, **named: Any) -> Any:
            module = (
                load(*given, **named) if self.parts[-1] == "imports" else self.run("imports", load, *given, **named)
            )
            self.waiting = [one for one in self.waiting if not self._watch(*one)]
            return module

        return loaded

    def _watch(self, module, function, part):
        holder, name = sys.modules.get(module), function.rpartition(".")[2]
        if "." in function:
            holder = getattr(holder, function.partition(".")[0], None)
        work = holder and getattr(holder, name, None)
        if work:
            setattr(holder, name, lambda *given, **named: self.run(part, work, *given, **named))
        return bool(work)


def now() -> float:
    """Seconds of the processor so far, of this process and those that it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def traced(path: str, *words: str) -> None:
    """Run ``python -m sim.run`` with these words, and write the seconds of each part but the exit to a file."""
    clock, sys.argv = Clock(), ["sim.run", *words]
    builtins.__import__ = clock.load(builtins.__import__)
    door = clock.run("imports", importlib.import_module, "sim.run")

    def run() -> int:
        try:
            return door.main()
        finally:
            clock.run("rest", lambda: None)
            Path(path).write_text(json.dumps(clock.seconds | {"until": now()}))

    door.leave(run)
