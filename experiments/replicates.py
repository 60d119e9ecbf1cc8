"""Many runs of a market, in parallel and one by one on disk: what is common to the experiments.

Each run takes one core in a process of its own and leaves one small file, which appears complete. A second launch
of the same command skips what is there, so an experiment may be stopped at any time and goes on where it stopped.
"""

import gc
import hashlib
import json
import multiprocessing
import os
import signal
import sys
import time
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import sim
from sim.scenario import Scenario

FOLDER = "replicates"
_ONE_CORE = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
_LEAST, _FULL = 0.5e9, 2.5e9  # bytes: of a process, and of a run of everybody in France


@dataclass(frozen=True)
class Replicate:
    """One run to be made: a scenario, and the variant of the experiment that it belongs to."""

    variant: str
    scenario: Scenario

    @property
    def seed(self):
        """The scenario's seed."""
        return self.scenario.seed

    def path(self, folder):
        """Where its file stands: a function of the scenario alone, whatever the variant is called."""
        return Path(folder) / FOLDER / f"{self.scenario.digest()[:16]}_seed{self.seed}.json"


class RunsFailed(RuntimeError):
    """Some runs ended in an error; the others are on disk."""


def changed(scenario, **values):
    """The scenario with some fields at other values.

    Parameters
    ----------
    scenario : Scenario
    **values
        By full key with ``__`` for the dots: ``demand__hours_per_day=800.0``.

    Raises
    ------
    BadScenario
        If a value is not allowed.
    """
    tree = scenario.model_dump()
    for key, value in values.items():
        *above, name = key.split("__")
        node = tree
        for part in above:
            node = node[part]
        node[name] = value
    return Scenario.checked(tree)


@cache
def code():
    """Digest of all code that a measurement rests on, so that none from other code is taken up again."""
    home, sha = Path(sim.__file__).parent, hashlib.sha256()
    for path in sorted(home.rglob("*.py")):
        if path.relative_to(home).parts[0] != "report":
            sha.update(f"{path.relative_to(home)}\0".encode() + path.read_bytes())
    return sha.hexdigest()[:16]


def run_all(asked, measure, folder, workers=None):
    """Make the runs that are not on disk yet, and hand over what was measured of each as it arrives.

    Parameters
    ----------
    asked : sequence of Replicate
        In the order in which they are begun.
    measure : callable
        A module's function, Results to dict (of plain numbers, words, lists, dictionaries).
    folder : path
        The experiment's; its files stand in ``replicates/``.
    workers : int, optional
        Runs at a time; by default as many as cores and free memory allow.

    Yields
    ------
    (Replicate, dict)
        Those on disk first.

    Raises
    ------
    RunsFailed
        At the end, if runs ended in an error.
    """
    (Path(folder) / FOLDER).mkdir(parents=True, exist_ok=True)
    missing = []
    for one in asked:
        kept = _kept(one.path(folder))
        if kept is None:
            missing.append(one)
        else:
            yield one, kept
    scale = max((one.scenario.population.scale for one in missing), default=0.0)
    workers = min(workers or _affordable(scale), len(missing))
    progress = _Progress(asked, missing)
    if missing:
        yield from _made(missing, measure, folder, workers, progress)


def _made(missing, measure, folder, workers, progress):
    failures, waiting, running = [], list(reversed(missing)), {}
    os.environ.update(dict.fromkeys(_ONE_CORE, "1"))
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_leave_interrupts)
    try:
        while waiting or running:
            while waiting and len(running) < workers:  # one run ahead of nobody: memory stays that of `workers` runs
                one = waiting.pop()
                running[pool.submit(_run, one, measure, one.path(folder), code())] = one
            done, _ = wait(running, timeout=1.0, return_when=FIRST_COMPLETED)
            for future in done:
                one, problem = running.pop(future), future.exception()
                if isinstance(problem, BrokenProcessPool):
                    raise RunsFailed("a process was ended from outside; if memory ran out, workers=1 needs less")
                if problem:
                    failures.append(f"{one.variant}, seed {one.seed}: {type(problem).__name__}: {problem}")
                else:
                    yield one, _kept(one.path(folder))
                progress.add(one)
            progress.show()
    finally:
        pool.shutdown(wait=not (waiting or running), cancel_futures=True)
        for process in multiprocessing.active_children() if waiting or running else ():
            process.terminate()
        progress.end()
    if failures:
        raise RunsFailed("\n  ".join([f"{len(failures)} of {len(missing)} runs failed", *failures]))


def _leave_interrupts():
    """Ctrl-C is for the process that asked; it ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _run(one, measure, path, born):
    """Run one market, measure it, and write the file."""
    import mesa

    from sim.books import check
    from sim.model import MicroworkMarket
    from sim.results import results

    began = time.perf_counter()
    market = MicroworkMarket(one.scenario).run()
    check(market)
    measured = measure(results(market))
    getattr(mesa.Agent, "_ids", {}).pop(market, None)  # Mesa 3.3 would keep every market for good
    del market
    gc.collect()  # a market is a circle of few and large objects: Python would wait for many
    about = {"variant": one.variant, "seed": one.seed, "scenario": one.scenario.digest(), "code": born}
    write_json(path, about | {"seconds": round(time.perf_counter() - began, 2), "measured": measured})


def write_json(path, content):
    """Write a JSON file that appears complete; nan and inf stand as Python writes them."""
    unfinished = path.with_suffix(f".{os.getpid()}.part")
    unfinished.write_text(json.dumps(content, indent=1, default=float) + "\n", encoding="utf-8")
    os.replace(unfinished, path)


def _kept(path):
    """What an earlier launch measured, or None if there is nothing or other code measured it."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content["measured"] if content.get("code") == code() else None


def _affordable(scale):
    """Runs at a time: one a core, and no more than fit into free memory."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError, AttributeError):
        return cores
    return max(1, min(cores, int(free / (_LEAST + _FULL * scale))))


class _Progress:
    """How many runs are there and how long the rest will take: a line on a terminal, else one at every tenth."""

    def __init__(self, asked, missing):
        self.total, self.done = len(asked), len(asked) - len(missing)
        self.work = sum(map(_work, missing))
        self.made, self.began, self.told = 0.0, time.monotonic(), self.done
        self.terminal = sys.stderr.isatty()
        if self.done:
            print(f"{self.done} of {self.total} runs are there already", file=sys.stderr, flush=True)

    def add(self, one):
        """Count one run."""
        self.done, self.made = self.done + 1, self.made + _work(one)

    def show(self):
        """Say so, if it is time to."""
        if self.terminal:
            print(f"\r\033[K{self._line()}", end="", file=sys.stderr, flush=True)
        elif self.done - self.told >= max(1, self.total // 10) or self.done == self.total > self.told:
            self.told = self.done
            print(self._line(), file=sys.stderr, flush=True)

    def _line(self):
        passed = time.monotonic() - self.began
        left = f"{_spoken(passed * (self.work - self.made) / self.made)} left" if self.made else "time left unknown yet"
        return f"{self.done} of {self.total} runs, {_spoken(passed)} passed, {left}"

    def end(self):
        """Leave the line."""
        if self.terminal:
            print(file=sys.stderr)


def _work(one):
    """What a run costs, in proportion: people and a start."""
    return one.scenario.population.people + 5_000


def _spoken(seconds):
    return f"{seconds:.0f} s" if seconds < 99 else f"{seconds / 60:.0f} min"
