"""What the engine costs, as ratios to yardsticks timed in the same process: ``python -m experiments.bench``.

Machines differ and a shared one differs from hour to hour, so each figure is the median of several ratios, each
of two times taken one right after the other, with their range; absolute values stand beside it for orientation.
In-process times are processor time of the one thread that does the work; times of commands are wall time.
"""

import argparse
import platform
import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from loky import cpu_count

from experiments.bench.memory_floor import Floor, ask, counted_day
from experiments.bench.mesa_market import MesaMarket, two_sided
from experiments.bench.processes import MIB, cost, spinning
from sim.kernel.arrays import ACCOUNTS
from sim.kernel.records import ABSENT, ACCOUNT, DAILY, PERSON, WORKER
from sim.kernel.streams import make_key
from sim.population.synthesis import people
from sim.results.folder import write_json
from sim.results.tables import results
from sim.scenario.scenario import REFERENCE_PEOPLE, Scenario
from sim.simulation.columns import by_name
from sim.simulation.model import MicroworkMarket

TENTH, TWENTIETH = 26_000, 13_306  # people
PARTS = ("pay_out", "post", "ask", "allot", "notify", "wake", "match", "settle", "learn", "clear")  # verbs of a day


@dataclass(frozen=True)
class Size:
    """How large and how often to measure."""

    people: int
    start: str
    warm_up: int  # days
    block: int  # days timed at a stretch
    blocks: int
    synthesised: int  # people
    agents: int  # people of the Mesa market
    scanned: int  # days
    repeats: int  # of commands


FULL = Size(REFERENCE_PEOPLE, "2014-07-01", 100, 92, 15, 1_000_000, TENTH, 5, 5)
QUICK = Size(TWENTIETH, "2017-07-01", 60, 30, 5, 100_000, 2_600, 2, 2)


@dataclass(frozen=True)
class Row:
    """One line of the table: the median of some ratios, their range, and what they mean in absolute terms."""

    question: str
    yardstick: str
    median: float
    low: float
    high: float
    goal: str
    absolute: str
    ratios: tuple[float, ...]

    @classmethod
    def of(cls, question: str, yardstick: str, ratios: list[float], goal: str = "", absolute: str = "") -> Self:
        """From the ratios themselves."""
        each = tuple(map(float, ratios))
        return cls(question, yardstick, statistics.median(each), min(each), max(each), goal, absolute, each)


def timed(work: Callable, *arguments) -> float:
    """Processor seconds of this thread."""
    begun = time.thread_time()
    work(*arguments)
    return time.thread_time() - begun


def steps(model: MesaMarket | MicroworkMarket, days: int) -> None:
    """So many days; RuntimeError if the run is over before."""
    for _ in range(days):
        if not model.running:
            raise RuntimeError("no day is left to be timed")
        model.step()


def market(size: Size, **choices) -> MicroworkMarket:
    """A market of the last three months, when nearly everybody has registered."""
    given = {"people": size.people} | choices.pop("population", {})
    return MicroworkMarket(seed=1, start="2018-05-01", end="2018-07-31", population=given, **choices)


# --- (a) (f) (g) (i) (l): one long run ------------------------------------------------------------------------------
def long_run(size: Size) -> list[Row]:
    """(a) A look of the default run, (f) recording, (g) writing, (i) memory, (l) verbs: each block beside its floor."""
    model = MicroworkMarket(seed=1, start=size.start, population={"people": size.people})
    recording = _watch(model.recorder, "close_day")
    steps(model, size.warm_up)
    rows = _bytes(model, size)
    needs = counted_day(model)
    parts = {name: _watch(model.state, name) for name in PARTS}
    ratios, shares, engine, floors = [], [], [], []
    Floor(needs, model.columns).seconds_per_look(2_000)  # compiles
    while model.running and len(ratios) < size.blocks:
        first, recorded = model.day, sum(recording)
        seconds = timed(steps, model, min(size.block, model.days - model.day))
        looks = _looks(model, first)
        recorded = sum(recording) - recorded
        engine.append(seconds / looks)
        floors.append(Floor(needs, model.columns).seconds_per_look(min(looks, 200_000)))
        ratios.append(engine[-1] / floors[-1])
        shares.append(recorded / (seconds - recorded))
    nanoseconds = [1e9 * statistics.median(times) for times in (engine, floors)]
    absolute = "{:.0f} over {:.0f} ns; ".format(*nanoseconds) + str(needs)
    looks = _looks(model, 0)
    return [
        Row.of("(a) one look or reaction, whole day loop", "touches and draws of one", ratios, "at most 8", absolute),
        Row.of("(f) recording", "rest of the day loop", shares, "at most 0.25", f"{sum(recording):.2f} s"),
        _writing(model, statistics.mean(engine) * looks),
        *rows,
        *_where(parts | {"record": recording[size.warm_up + 1 :]}),
    ]


def _looks(model, first):
    """Looks and reactions from a day on."""
    return int(model.recorder.daily[first : model.day][..., [DAILY.looks, DAILY.reactions]].sum())


def _where(parts):
    """(l) Where the time of a day goes: each verb of `MicroworkMarket.step` beside all of them."""
    whole = [sum(day) for day in zip(*parts.values(), strict=True)]
    rows = []
    for name, seconds in sorted(parts.items(), key=lambda part: -sum(part[1])):
        absolute = f"{1e3 * statistics.mean(seconds):.2f} ms a day"
        thirds = [slice(n * len(whole) // 3, (n + 1) * len(whole) // 3) for n in range(3)]
        ratios = [sum(seconds[third]) / sum(whole[third]) for third in thirds]
        rows.append(Row.of(f"(l) {name}", "all verbs of the day", ratios, "", absolute))
    return rows


def _watch(thing, name):
    """Note the seconds of each call of a method; returns the growing list."""
    method, seconds = getattr(thing, name), []

    def watched(*arguments):
        begun = time.thread_time()
        result = method(*arguments)
        seconds.append(time.thread_time() - begun)
        return result

    setattr(thing, name, watched)
    return seconds


def _writing(model, loop):
    """(g) Tables made and written, beside the day loop that filled them."""
    with tempfile.TemporaryDirectory() as folder:
        seconds = [timed(lambda: results(model).write(Path(folder))) for _ in range(3)]
        written = sum(path.stat().st_size for path in Path(folder).iterdir())
    absolute = f"{statistics.median(seconds):.2f} s, {written / MIB:.1f} MiB"
    return Row.of("(g) tables made and written", "day loop", [s / loop for s in seconds], "under 2 s", absolute)


def _bytes(model, size):
    """(i) Bytes per registered worker and per account, beside a plain Mesa worker with accounts.

    Of the market as it is, and of one with as many absent accounts for each person as the platforms declare.
    """
    scenario = two_sided(market(QUICK, population={"people": 1_000}).scenario)
    tracemalloc.start()
    mesa = MesaMarket(scenario)
    plain = tracemalloc.get_traced_memory()[0] / len(mesa.agents)
    tracemalloc.stop()
    declared = Scenario.load(population="declared").population
    absent = round(declared.absent / declared.people * size.people)
    rows = []
    for name, one in (("default", model), ("declared", market(size, population={"absent": absent}))):
        registry = one.columns.people
        registered, accounts = (n + len(one.absent) for n in (len(registry.workers), registry.counts[ACCOUNTS]))
        for what, number, own in (
            ("registered worker", registered, WORKER.itemsize + PERSON.itemsize),
            ("account", accounts, ACCOUNT.itemsize),
        ):
            each = _held(one) / number
            absolute = f"{each:.0f} bytes of all columns over {plain:.0f}; {own} its own, {ABSENT.itemsize} if absent"
            question = f"(i) memory of one {what}, {name}"
            rows.append(Row.of(question, "of a plain Mesa worker", [each / plain], "", absolute))
    return rows


def _held(model):
    """Bytes of a market's columns."""
    return sum(array.nbytes for array in (*by_name(model.columns).values(), model.absent))


# --- (b): plain Mesa ---------------------------------------------------------------------------------------------
def beside_mesa(size: Size) -> list[Row]:
    """(b) Worker-days per second of the engine and of the same market as plain Mesa agents, in both styles."""
    scenario = two_sided(market(size, population={"people": size.agents}).scenario)
    engine, mesa = MicroworkMarket(scenario), MesaMarket(scenario)
    steps(engine, 20)
    steps(mesa, 20)
    rows = []
    for style, days, goal in (("scan", 1, "at least 1000"), ("calendar", 5, "at least 20")):
        ratios, rates = [], []
        mesa.style = style
        steps(mesa, 0 if style == "scan" else 1)  # the first day of a calendar plans everybody
        for _ in range(size.scanned):
            theirs = timed(steps, mesa, days) / days
            ours = timed(steps, engine, 7) / 7
            ratios.append(theirs / ours)
            rates.append((size.agents / ours, size.agents / theirs))
        absolute = "{:.3g} over {:.3g} worker-days a second".format(*map(statistics.median, zip(*rates, strict=True)))
        question = f"(b) speed at {size.agents} workers"
        rows.append(Row.of(question, f"plain Mesa, {style}", ratios, goal, absolute))
    return rows


# --- (c) (d) (e): more of something ------------------------------------------------------------------------------
def dormant(size: Size) -> list[Row]:
    """(c) Ten times the accounts, nine of ten never looked at."""
    base, more = market(size), market(size, population={"absent": 9 * size.people})
    time = _compare("(c) time with ten times the accounts", base, more, size, "at most 2.5")
    absolute = f"{_held(more) / MIB:.1f} over {_held(base) / MIB:.1f} MiB of columns"
    memory = [_held(more) / _held(base)]
    return [time, Row.of("(c) memory with ten times the accounts", "with one", memory, absolute=absolute)]


def activity(size: Size) -> list[Row]:
    """(d) Ten times the looks and the work, by the same people."""
    base = market(size)
    behaviour, demand = base.scenario.behaviour, base.scenario.demand
    more = market(
        size,
        behaviour={"looking_rate": 10 * behaviour.looking_rate, "looking_rate_max": 10 * behaviour.looking_rate_max},
        demand={"hours_per_day": 10 * demand.hours_per_day},
    )
    return [_compare("(d) time with ten times the looking and the work", base, more, size, "at most 11")]


def _compare(question, base, more, size, goal):
    """Time of one market beside that of another on the same days."""
    ratios, seconds, looks = [], [], []
    for model in (base, more):
        steps(model, 10)
    for _ in range(5):
        first = base.day
        pair = [timed(steps, model, 5) for model in (base, more)]
        seen = [model.recorder.daily[first : model.day, :, DAILY.looks].sum() for model in (base, more)]
        ratios.append(pair[1] / pair[0])
        seconds.append(pair)
        looks.append(seen[1] / seen[0])
    days = [1e3 * statistics.median(column) / 5 for column in zip(*seconds, strict=True)]
    absolute = f"{days[1]:.1f} over {days[0]:.1f} ms a day; looks {statistics.median(looks):.2f} times"
    return Row.of(question, "as it is", ratios, goal, absolute)


def synthesis(size: Size) -> list[Row]:
    """(e) Drawing people, beside the floor's draws: one Philox block is the unit."""
    scenario = Scenario.load(seed=1, start="2018-05-01", population={"people": size.synthesised})
    key = make_key(1)
    ask(key, 0, 1000)
    ratios, seconds = [], []
    for _ in range(3):
        unit = timed(ask, key, 1, 1_000_000) / 1e6
        seconds.append(timed(people, scenario, key, 92) / size.synthesised)
        ratios.append(seconds[-1] / unit)
    absolute = f"{1e6 * statistics.median(seconds):.2f} s per million"
    return [Row.of("(e) synthesis of one person", "one Philox draw", ratios, "under 1 s per million", absolute)]


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


def whole_run(size: Size) -> list[Row]:
    """(j) The whole command in a process of its own, with everything it writes; and eleven million accounts."""
    rows, declared = [], ["population=declared", "end=2014-12-31"]
    cases = [
        ("(j) whole run", [], "under 12 s and 1152 MiB"),
        ("(j) eleven million accounts, half a year", declared, "under 1024 MiB"),
    ]
    if size is not FULL:
        words = ["population=small", "end=2015-06-30"]
        cases = [(f"(j) whole run {' '.join(words)}", words, "")]
    for question, words, goal in cases:
        with tempfile.TemporaryDirectory() as folder:
            run, unit = cost([*RUN, *words, f"hydra.run.dir={folder}/run"]), cost(LIBRARIES)
        absolute = f"{run.wall:.1f} s ({run.processor:.1f} s of processor time), {run.peak / MIB:.0f} MiB at the most"
        rows.append(Row.of(question, "importing the libraries", [run.wall / unit.wall], goal, absolute))
    return rows


# --- (k): many runs ----------------------------------------------------------------------------------------------
ENSEMBLE = """\
import sys
from pathlib import Path
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
    return [Row.of(question, "one empty loop a core", ratios, "at least 0.90", spent[-1])]


QUESTIONS = (long_run, beside_mesa, dormant, activity, synthesis, commands, whole_run, replicates)


def table(rows: list[Row]) -> str:
    """The rows as text."""
    lines = [("question", "beside", "median", "range", "goal", "in absolute terms")]
    for row in rows:
        spread = f"{row.low:.3g} to {row.high:.3g}"
        lines.append((row.question, row.yardstick, f"{row.median:.3g}", spread, row.goal, row.absolute))
    widths = [max(len(line[n]) for line in lines) for n in range(5)]
    padded = [[*map(str.ljust, line, widths), line[5]] for line in lines]
    return "\n".join(map("  ".join, padded))


def main(words: list[str] | None = None) -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(prog="python -m experiments.bench", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small and rough, within a minute")
    parser.add_argument("--out", type=Path, default=Path("bench.json"), help="where the figures go")
    chosen = parser.parse_args(words)
    if chosen.out.exists() and '"machine"' not in chosen.out.read_text(errors="ignore"):
        parser.error(f"--out {chosen.out} is there and holds something else; choose another")
    size, rows = QUICK if chosen.quick else FULL, []
    for question in QUESTIONS:
        print(question.__doc__.splitlines()[0], file=sys.stderr, flush=True)
        rows += question(size)
    about = {"quick": chosen.quick, "python": platform.python_version(), "machine": platform.machine()}
    write_json(chosen.out, about | {"rows": [asdict(row) for row in rows]})
    print(table(rows))


if __name__ == "__main__":
    main()
