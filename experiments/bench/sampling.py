"""Where the time of the days goes, by cause: ``python -m experiments.bench.sampling [key=value ...]``.

A timer of the processor interrupts the run some hundred times a second, and each time it is noted which instruction
was next and which verb of the day was on. Kernels are compiled anew in a process of its own, with tables that say of
each instruction which line it was made of; so what the compiler has put inside another kernel counts where it was
written. Nothing but Linux and GNU's binutils (``addr2line``, ``nm``) is needed: no privilege, no other program that
looks on. The timer cannot tell an instruction that works from one that waits; `experiments.bench.caches` reckons that.
"""

import ast
import ctypes
import functools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba.core.compiler import CompilerBase
from numba.core.debuginfo import DIBuilder
from numba.extending import intrinsic

from experiments.bench.processes import cost
from sim.kernel.records import DAILY
from sim.scenario.scenario import Scenario
from sim.simulation.day import DayByDay, compile_all

INTERVAL, ROOM = 0.001, 1 << 20  # seconds of the processor, if the system's clock ticks so fast; samples
VERBS = ("legislate", "pay_out", "post", "ask", "allot", "notify", "wake", "match", "settle", "learn", "clear")
NEXT_INSTRUCTION = {"x86_64": 168, "aarch64": 440}  # bytes into what a handler is told of the interrupted thread

# Causes by the module in which the line stands, and where none does, by the verb.
MODULES = {
    "streams": "draws",
    "searching": "searching and choosing",
    "visiting": "searching and choosing",
    "book": "order book",
    "watching": "watching",
    "crowd": "crowd elsewhere",
    "agenda": "calendar and agenda",
    "waking": "waking",
    "entry": "waking",
    "joining": "waking",
    "settlement": "settlement",
    "worth": "learning",
    "posting": "posting",
    "batches": "posting",
    "contracting": "deep labour",
    "structures": "deep labour",
    "matching": "sitting, working, leaving",
    "first_steps": "sitting, working, leaving",
}
BY_VERB = {
    "match": "sitting, working, leaving",
    "wake": "waking",
    "settle": "settlement",
    "pay_out": "settlement",
    "learn": "learning",
    "post": "posting",
    "ask": "posting",
    "allot": "deep labour",
    "notify": "deep labour",
    "clear": "recording",
    "record": "recording",
    "legislate": "recording",
}
MATHEMATICS = "logarithms and the like"
TIMED = {"next_event", "availability", "operational", "clock", "plan", "enter", "file_under", "next_of", "in_turn"}


@dataclass(frozen=True)
class Causes:
    """What a run was doing when it was looked at: samples by cause and by function, over what it did."""

    seconds: float  # of the processor, in the days
    looks: int  # looks and reactions
    samples: int
    causes: dict[str, int]
    functions: dict[str, int]

    def nanoseconds(self) -> dict[str, float]:
        """Of a look, by cause, the largest first."""
        each = 1e9 * self.seconds / self.looks / self.samples
        return {name: each * n for name, n in sorted(self.causes.items(), key=lambda part: -part[1])}

    def __str__(self) -> str:
        head = f"{1e9 * self.seconds / self.looks:.0f} ns a look; {self.samples} samples, {self.looks} looks"
        lines = [f"{x:7.0f} ns  {name}" for name, x in self.nanoseconds().items()]
        most = sorted(self.functions.items(), key=lambda part: -part[1])[:40]
        return "\n".join([head, *lines, "", *(f"{100 * n / self.samples:6.1f} %  {name}" for name, n in most)])


def sampled(words: list[str]) -> Causes:
    """Sample a run of these choices in a process of its own; RuntimeError where that cannot be done."""
    if not (sys.platform == "linux" and os.uname().machine in NEXT_INSTRUCTION):
        raise RuntimeError("sampling needs Linux on x86-64 or arm64")
    if lacking := [name for name in ("addr2line", "nm") if not shutil.which(name)]:
        raise RuntimeError(f"sampling needs {' and '.join(lacking)}, of GNU binutils")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "samples.json")
        call = "import sys; from experiments.bench.sampling import record; record(*sys.argv[1:])"
        cost(["-W", "ignore", "-c", call, str(path), *words], cache=Path(folder, "kernels"))
        return Causes(**json.loads(path.read_text()))


def record(path: str, *words: str) -> None:
    """Run, sample, and write the `Causes` to a file."""
    with_lines()
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})  # lest another process compile some, whose lines this one would not know
    compile_all()
    os.sched_setaffinity(0, cores)
    model = DayByDay(Scenario.load(**dict(word.split("=", 1) for word in words)))
    samples = np.zeros(2 + 2 * ROOM, np.int64)  # how many, the verb that is on; then instruction and verb of each
    named = _mark(model, samples)
    with Interrupted(samples):
        begun = time.process_time()
        model.run()
        seconds = time.process_time() - begun
    each = samples[2 : 2 + 2 * samples[0]].reshape(-1, 2)
    looks = int(model.recorder.daily[..., [DAILY.looks, DAILY.reactions]].sum())
    causes, functions = Counter(), Counter()
    for (verb, where), n in _found(each, named).items():
        causes[cause(verb, where)] += n
        functions[f"{where} ({verb})"] += n
    Path(path).write_text(json.dumps(vars(Causes(seconds, looks, len(each), dict(causes), dict(functions)))))


def cause(verb: str, where: str) -> str:
    """To what a sample is put down: the verb of the day, and ``module.function`` or the library."""
    module, _, function = where.partition(".")
    if where.startswith("libm"):
        return MATHEMATICS
    if module == "looking":
        return "calendar and agenda" if function in TIMED else BY_VERB.get(verb, "learning")
    return MODULES.get(module) or BY_VERB.get(verb, "between the verbs")


# --- in the process that is looked at ---------------------------------------------------------------------------
def with_lines() -> None:
    """From now on kernels are compiled with tables of lines, and otherwise as ever."""
    begin, initialize = CompilerBase.__init__, DIBuilder.initialize

    def begun(self, typingctx, targetctx, library, args, return_type, flags, locals):
        flags.debuginfo, flags.dbg_directives_only, flags.dbg_optnone = True, True, False
        begin(self, typingctx, targetctx, library, args, return_type, flags, locals)

    def lines_only(self):
        self.emission_kind = "LineTablesOnly"
        initialize(self)

    CompilerBase.__init__, DIBuilder.initialize = begun, lines_only
    DIBuilder.mark_variable = lambda *_, **__: None  # where there is nothing but lines, variables may not be told of


def _mark(model, samples):
    """Each verb of the day says that it is on; their names by number."""
    names = ["between"]
    recorder = [(model.recorder, name) for name in ("capture", "close_day")]
    for thing, name in [*((model.state, verb) for verb in VERBS), *recorder]:
        names.append("record" if thing is model.recorder else name)
        setattr(thing, name, _marked(getattr(thing, name), samples, len(names) - 1))
    return names


def _marked(method: Callable, samples: np.ndarray, number: int) -> Callable:
    def run(*arguments):
        before, samples[1] = samples[1], number
        try:
            return method(*arguments)
        finally:
            samples[1] = before

    return run


@intrinsic
def _words(_: Any, address: Any) -> tuple:
    """The int64 numbers that lie at an address."""

    def code(context, builder, signature, arguments):
        return builder.inttoptr(arguments[0], ir.IntType(64).as_pointer())

    return numba.types.CPointer(numba.types.int64)(numba.types.int64), code


class _Action(ctypes.Structure):
    _fields_ = [
        ("handler", ctypes.c_void_p),
        ("mask", ctypes.c_uint64 * 16),
        ("flags", ctypes.c_int),
        ("restorer", ctypes.c_void_p),
    ]


class Interrupted:
    """While inside, the timer notes instruction and verb."""

    def __init__(self, samples: np.ndarray) -> None:
        address, place, room = samples.ctypes.data, NEXT_INSTRUCTION[os.uname().machine] // 8, ROOM

        @numba.cfunc(numba.types.void(numba.types.int32, numba.types.int64, numba.types.CPointer(numba.types.int64)))
        def note(number, information, thread):
            noted = _words(address)
            n = noted[0]
            if n < room:
                noted[2 + 2 * n], noted[3 + 2 * n], noted[0] = thread[place], noted[1], n + 1

        self.note = note

    def __enter__(self) -> None:
        with_context, begin_again = 4, 0x10000000
        action = _Action(self.note.address, flags=with_context | begin_again)
        if ctypes.CDLL(None, use_errno=True).sigaction(signal.SIGPROF, ctypes.byref(action), None):
            raise OSError(ctypes.get_errno(), "no handler")
        signal.setitimer(signal.ITIMER_PROF, INTERVAL, INTERVAL)

    def __exit__(self, *_: Any) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0.0)


# --- from instructions to lines ---------------------------------------------------------------------------------
def _found(each: np.ndarray, named: list[str]) -> Counter:
    """How often in which verb and function, ``module.function`` or the name of the library."""
    counts = Counter(map(tuple, each.tolist()))
    places = {place for place, _ in counts}
    functions = dict(_of_libraries(places))
    for kernel in _kernels():
        functions |= _of_kernel(*kernel, places)
    found = Counter()
    for (place, verb), n in counts.items():
        found[named[verb], functions.get(place, "python")] += n
    return found


def _kernels() -> Iterator[tuple[str, int, bytes]]:
    """Name of the function, address and object code of each kernel that Python calls."""
    for module in [module for name, module in sys.modules.items() if name.startswith("sim.")]:
        for thing in vars(module).values():
            if hasattr(thing, "written") and getattr(thing, "__module__", "") == module.__name__:
                for found in thing.overloads.values():
                    name = found.fndesc.llvm_func_name
                    with suppress(ValueError):  # an inner kernel has no code of its own
                        code = found.library.serialize_using_object_code()[2][0]
                        yield name, found.library.get_pointer_to_function(name), code


def _of_kernel(name: str, address: int, code: bytes, places: set[int]) -> dict[int, str]:
    """Of those places that lie in a kernel's code, the function whose line they were made of."""
    with tempfile.NamedTemporaryFile(suffix=".o") as file:
        file.write(code)
        file.flush()
        symbols = [line.split() for line in _said(["nm", "-S", file.name]) if re.match(r"\w+ \w+ [tTwW] ", line)]
        first = next(int(at, 16) for at, _, _, symbol in symbols if symbol == name)
        base = address - first
        end = base + max(int(at, 16) + int(size, 16) for at, size, _, _ in symbols)
        inside = sorted(place for place in places if base <= place < end)
        lines = _said(["addr2line", "-e", file.name], "\n".join(hex(place - base) for place in inside))
    return {place: _function(*line.split(" ")[0].rsplit(":", 1)) for place, line in zip(inside, lines, strict=True)}


def _said(words, told=""):
    return subprocess.run(words, input=told, capture_output=True, text=True, check=True).stdout.splitlines()


def _function(path: str, line: str) -> str:
    """``module.function`` in which a line stands; ``module`` alone if that is not known."""
    name = Path(path).stem
    if not line.isdigit() or not Path(path).is_file():
        return name
    return f"{name}.{_functions(path).get(int(line), '')}".rstrip(".")


@functools.cache
def _functions(path):
    """The function of each line of a file."""
    tree = ast.parse(Path(path).read_text(encoding="utf-8"))
    spans = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    return {line: node.name for node in spans for line in range(node.lineno, node.end_lineno + 1)}


def _of_libraries(places: set[int]) -> Iterator[tuple[int, str]]:
    """The library in whose code each place lies, as far as there is one."""
    for line in Path("/proc/self/maps").read_text().splitlines():
        span, rights, _, _, _, *path = line.split(maxsplit=5)
        low, high = (int(word, 16) for word in span.split("-"))
        if "x" in rights and path:
            yield from ((place, Path(path[0]).name) for place in places if low <= place < high)


if __name__ == "__main__":
    print(sampled(sys.argv[1:]))
