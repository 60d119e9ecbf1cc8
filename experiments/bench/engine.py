"""Questions to the engine: a look, a person, an account, a day, beside what the machine or Mesa takes for them."""

import statistics
import tempfile
import time
import tracemalloc
from pathlib import Path

from experiments.bench.caches import near, waits
from experiments.bench.measure import QUICK, Row, Size, market, steps, timed
from experiments.bench.memory_floor import Floor, ask, counted_day
from experiments.bench.mesa_market import MesaMarket, two_sided
from experiments.bench.processes import MIB
from sim.kernel.arrays import ACCOUNTS
from sim.kernel.records import ABSENT, ACCOUNT, DAILY, PERSON, WORKER
from sim.kernel.streams import make_key
from sim.population.synthesis import people
from sim.results.tables import results
from sim.scenario.scenario import Scenario
from sim.simulation.columns import by_name
from sim.simulation.model import MicroworkMarket

PARTS = ("pay_out", "post", "ask", "allot", "notify", "wake", "match", "settle", "learn", "clear")  # verbs of a day
RANDOM, OF_THE_DAY = "floor, random rows", "floor, a day's own rows"


# --- (a) (f) (g) (i) (l) (n): one long run --------------------------------------------------------------------------
def long_run(size: Size) -> list[Row]:
    """(a) A look of the default run, (f) recording, (g) writing, (i) memory, (l) verbs: each block beside its floor."""
    model = MicroworkMarket(seed=1, start=size.start, population={"people": size.people})
    recording = _watch(model.recorder, "close_day")
    steps(model, size.warm_up)
    rows = _bytes(model, size)
    needs = counted_day(model)
    parts = {name: _watch(model.state, name) for name in PARTS}
    shares, engine, floors = [], [], {RANDOM: [], OF_THE_DAY: []}
    floor = Floor(needs, model.columns)
    floor.seconds_per_look(2_000), floor.of_the_day()  # compiles
    while model.running and len(engine) < size.blocks:
        first, recorded = model.day, sum(recording)
        seconds = timed(steps, model, min(size.block, model.days - model.day))
        looks = _looks(model, first)
        recorded = sum(recording) - recorded
        engine.append(seconds / looks)
        floors[RANDOM].append(floor.seconds_per_look(min(looks, 200_000)))
        floors[OF_THE_DAY].append(floor.of_the_day())
        shares.append(recorded / (seconds - recorded))
    looks = _looks(model, 0)
    return [
        *(_look(engine, name, times, needs) for name, times in floors.items()),
        Row.of("(f) recording", "rest of the day loop", shares, "at most 0.25", f"{sum(recording):.2f} s"),
        _writing(model, statistics.mean(engine) * looks),
        *rows,
        *_where(parts | {"record": recording[size.warm_up + 1 :]}),
        *_near(needs),
        _done(model, needs),
    ]


def _look(engine, name, floors, needs):
    """(a) A look beside its floor, block by block."""
    ratios = [one / floor for one, floor in zip(engine, floors, strict=True)]
    nanoseconds = [1e9 * statistics.median(times) for times in (engine, floors)]
    absolute = "{:.0f} over {:.0f} ns; ".format(*nanoseconds) + str(needs)
    return Row.of(
        "(a) one look or reaction, whole day loop", name, ratios, "at most 4" if name == RANDOM else "", absolute
    )


def _near(needs):
    """(n) What of the lines that a look touches is not in the caches, on a day that finds them empty, and again."""
    cold, warm = near(needs)
    waiting, rows = waits(), []
    for cache in cold.missed:
        most = sorted(cold.arrays.items(), key=lambda one: -one[1][cache])[:6]
        told = ", ".join(f"{name} {missed[cache]:.2f}" for name, missed in most)
        absolute = f"{warm.missed[cache]:.2f} to {cold.missed[cache]:.2f} of {cold.lines:.0f} lines a look: {told}"
        absolute += f"; {1e9 * waiting[cache]:.1f} ns each where it must be waited for"
        shares = [one.missed[cache] / cold.lines for one in (cold, warm)]
        rows.append(Row.of(f"(n) not in {cache} or before", "lines touched", [s for s in shares if s], "", absolute))
    return rows


def _done(model, needs):
    """(n) What is done for one look: kernels called, and what the day's counters say."""
    whole = model.recorder.daily.sum(axis=(0, 1))
    names = ("looks", "reactions", "too_late", "visits", "sessions", "batches_posted")
    day = ", ".join(f"{name} {whole[getattr(DAILY, name)] / model.days:.0f}" for name in names)
    calls = sorted(needs.calls.items(), key=lambda one: -one[1])[:16]
    told = ", ".join(f"{name} {n:.2f}" for name, n in calls)
    return Row.of("(n) kernels called", "looks", [sum(needs.calls.values())], "", f"{told}; a day: {day}")


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
    for style, days, goal in (("scan", 1, "at least 1000"), ("calendar", 5, "at least 30")):
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
