"""How a rule of one's own that fails is told: what went wrong, and in which line of its source."""

import traceback
from pathlib import Path

from sim.scenario.own.source import Source


class RuleFailed(ValueError):
    """A rule of one's own failed; its text is a sentence that says where."""


def fault(error: BaseException, source: Source) -> str:
    """What went wrong in a rule, and in which line of its source: "ValueError in my_module.py, line 12: no answers"."""
    frames = traceback.extract_tb(error.__traceback__)
    code = getattr(source.rule, "__code__", None)
    files = {*source.files} or {Path(code.co_filename).resolve() if code else None}
    there = [frame for frame in frames if Path(frame.filename).resolve() in files]
    where = f" in {Path(there[-1].filename).name}, line {there[-1].lineno}" if there else ""
    return f"{type(error).__name__}{where}: {' '.join(str(error).split())}".rstrip(": ")
