"""Questions to whole commands, each in a process of its own."""

import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import pandas as pd
from loky import cpu_count

from experiments.bench.measure import FULL, TWENTIETH, Row, Size
from experiments.bench.processes import MIB, cost, spinning
from experiments.bench.whole import NAMES
from experiments.calibrate.inference.measure import measure as calibrated
from experiments.policy.measure import measure as compared
from experiments.policy.study import PolicyRun
from experiments.validate.measure import measure as validated
from sim.runs.replicate import Replicate
from sim.scenario.scenario import Scenario
from sim.simulation.day import DayByDay

# --- (h) (j): commands -------------------------------------------------------------------------------------------
BARE = ["-c", "pass"]
LIBRARIES = ["-c", "import mesa, numba, pandas, pyarrow"]
ONE_DAY = [
    "-c",
    "from sim import MicroworkMarket as M; M(seed=1, end='2014-12-31', population={'people': 1000}).step()",
]
RUN = ["-m", "sim.run"]


def commands(size: Size) -> list[Row]:
    """(h) Starting and compiling, beside the start of a bare interpreter or the import of the libraries alone."""
    with tempfile.TemporaryDirectory() as folder:
        a_run = [*RUN, "population=small", "end=2014-08-31", "report.figures=false", f"hydra.run.dir={folder}/run"]
        rows = [
            _started("--help", [*RUN, "--help"], "wall", "an empty program", BARE, size, "under 0.3 s"),
            _started("one day, warm", ONE_DAY, "wall", "importing the libraries", LIBRARIES, size, ""),
            _started("first output, warm", a_run, "first", "importing the libraries", LIBRARIES, size, "under 2 s"),
        ]
        if size is FULL:
            first, again = (cost(ONE_DAY, cache=Path(folder)) for _ in range(2))
            absolute = f"{first.wall:.1f} s, {first.processor:.1f} s of processor time"
            ratios = [first.wall / again.wall]
            rows.append(Row.of("(h) one day, all compiled first", "one day, warm", ratios, "under 60 s", absolute))
    return rows


def _started(name, words, moment, yardstick, beside, size, goal):
    """A command's wall time, to its first output or to its end, beside that of another."""
    pairs = [(getattr(cost(words), moment), cost(beside).wall) for _ in range(size.repeats)]
    absolute = "{:.2f} over {:.2f} s".format(*map(statistics.median, zip(*pairs, strict=True)))
    return Row.of(f"(h) {name}", yardstick, [seconds / unit for seconds, unit in pairs], goal, absolute)


TRACED = "import sys; from experiments.bench.whole import traced; traced(*sys.argv[1:])"


def whole_run(size: Size) -> list[Row]:
    """(j) The whole command in a process of its own, by its parts, with everything it writes; and more of it."""
    words = [] if size is FULL else ["population=small", "end=2015-06-30"]
    pairs = [(*_run(words), cost(LIBRARIES)) for _ in range(size.repeats)]
    whole, outside = ([one.processor for one, _, _ in pairs], [_outside(parts) for _, parts, _ in pairs])
    units = [unit.processor for _, _, unit in pairs]
    goals = ("under 12 s", "under 2 s", "under 1024 MiB") if size is FULL else ("", "", "")
    name = f"(j) whole run {' '.join(words)}".strip()
    rows = [
        _over(name, whole, units, goals[0], f"; {statistics.median(one.wall for one, _, _ in pairs):.1f} s of wall"),
        _over("(j) of it outside the days", outside, units, goals[1]),
    ]
    for part in NAMES:
        spent = [parts[part] for _, parts, _ in pairs]
        rows.append(Row.of(f"(j) {part}", "whole run", [s / w for s, w in zip(spent, whole, strict=True)],
                           "", f"{statistics.median(spent):.2f} s"))  # fmt: skip
    peaks = [one.peak / MIB for one, _, _ in pairs]
    libraries = [unit.peak / MIB for _, _, unit in pairs]
    rows.append(_over("(j) its memory at the most", peaks, libraries, goals[2], unit="MiB"))
    return rows + (_more() if size is FULL else [])


def _run(words):
    """Cost of a whole run, and seconds of the processor by part."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "parts.json")
        spent = cost(["-c", TRACED, str(path), *words, f"hydra.run.dir={folder}/run"])
        parts = json.loads(path.read_text())
    return spent, parts | {"exit": max(spent.processor - parts.pop("until"), 1e-9)}


def _outside(parts):
    return sum(seconds for part, seconds in parts.items() if part != "days")


def _over(question, values, units, goal="", also="", unit="s"):
    """A row: values beside the same of importing the libraries."""
    middle = statistics.median(values)
    absolute = f"{middle:.{0 if unit == 'MiB' else 2}f} {unit} ({min(values):.4g} to {max(values):.4g}){also}"
    ratios = [value / one for value, one in zip(values, units, strict=True)]
    return Row.of(question, "importing the libraries", ratios, goal, absolute)


def _more():
    """Eleven million accounts; and memory of runs of different length."""
    rows = []
    for question, words, goal in (
        ("(j) eleven million accounts, half a year", ["population=declared", "end=2014-12-31"], "under 1024 MiB"),
        ("(j) four years, population=small", ["population=small"], ""),
        ("(j) forty years, population=small", ["population=small", "end=2054-07-31"], "no more memory"),
    ):
        (run, _), unit = _run(words), cost(LIBRARIES)
        absolute = f"{run.peak / MIB:.0f} MiB at the most; {run.processor:.1f} s of processor time"
        rows.append(Row.of(question, "importing the libraries", [run.processor / unit.processor], goal, absolute))
    return rows


# --- (k): many runs ----------------------------------------------------------------------------------------------
ENSEMBLE = """\
import sys
from pathlib import Path
from typing import Any
from experiments.bench.processes import peak
from sim.run import main
if __name__ == "__main__":
    path, sys.argv = sys.argv[1], ["sim.run", *sys.argv[2:]]
    main()
    Path(path).write_text(str(peak()))
"""


def replicates(size: Size) -> list[Row]:
    """(k) Many runs of one scenario: how busy they keep the cores, beside empty loops on all of them."""
    asked = ["seeds=20"] if size is FULL else ["seeds=4", "end=2015-06-30"]
    ratios, spent, cores = [], [], cpu_count()
    for _ in range(max(1, size.repeats // 2)):
        with tempfile.TemporaryDirectory() as folder:
            words = ["population=small", *asked, f"hydra.run.dir={folder}/ensemble"]
            ran = cost(["-c", ENSEMBLE, f"{folder}/peak", *words])
            memory = float(Path(folder, "peak").read_text()) / MIB
        share, most = (one.processor / one.wall / cores for one in (ran, spinning(cores, 5.0)))
        ratios.append(share / most)
        spent.append(f"{share:.2f} of {cores} cores in {ran.wall:.0f} s, {memory:.0f} MiB where they are folded")
    question = f"(k) replicates, population=small {' '.join(asked)}"
    return [Row.of(question, "one empty loop a core", ratios, "at least 0.95", spent[-1])]


# --- (p): what experiments add to their runs ---------------------------------------------------------------------
EXPERIMENTS: dict[str, tuple[Any, Any, int]] = {  # how each makes a run, what it measures of it, and of how many people
    "calibration": (Replicate, calibrated, TWENTIETH),
    "validation": (Replicate, validated, FULL.people // 4),
    "policy comparison": (PolicyRun, compared, FULL.people // 4),
}


def experiments(size: Size) -> list[Row]:
    """(p) What a run takes in calibration, validation and policy comparison, beside its market alone."""
    choices, rows = {} if size is FULL else {"start": "2018-05-01"}, []
    for name, (kind, measure, most) in EXPERIMENTS.items():
        people = min(most, size.people)
        scenario = Scenario.load(seed=1, population={"people": people}, **choices)
        run = kind(name, scenario)
        run.run(measure)  # loads what is loaded once
        pairs = [(_processor(run.run, measure), _processor(_alone, scenario)) for _ in range(3)]
        absolute = "{:.2f} over {:.2f} s".format(*map(statistics.median, zip(*pairs, strict=True)))
        ratios = [whole / market for whole, market in pairs]
        rows.append(Row.of(f"(p) one run of a {name}, {people} people", "its market", ratios, "at most 1.1", absolute))
    return rows


def _alone(scenario):
    DayByDay(scenario).run()


def _processor(work, *given):
    """Seconds of the processor, of all threads."""
    begun = time.process_time()
    work(*given)
    return time.process_time() - begun


# --- (q): ten million -------------------------------------------------------------------------------------------
def ten_million(size: Size) -> list[Row]:
    """(q) Ten million registered, who look and are asked for as France's are: a month, beside one of France."""
    month = ["start=2018-07-01", "end=2018-07-31", "report.figures=false"]
    sizes = (FULL.people, 10_000_000) if size is FULL else (1_000, 10_000)
    each = [_month([f"population.people={people}", *month]) for people in sizes]
    (few, _, _), (many, building, peak) = each
    absolute = f"{1e9 * many:.0f} over {1e9 * few:.0f} ns a look; {building:.0f} s to build, {peak / 2**30:.2f} GiB"
    question = f"(q) days of {sizes[1]} registered, per look"
    return [Row.of(question, f"of {sizes[0]}", [many / few], "", absolute)]


def _month(words):
    """Seconds a look, seconds to build, bytes at the most."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "parts.json")
        spent = cost(["-c", TRACED, str(path), *words, f"hydra.run.dir={folder}/run"])
        parts = json.loads(path.read_text())
        daily = pd.read_parquet(f"{folder}/run/daily.parquet", columns=["looks", "reactions"])
    return parts["days"] / int(daily.to_numpy().sum()), parts["building"], spent.peak
