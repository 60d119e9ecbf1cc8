"""Many runs of a market, in parallel and one by one on disk: what ensembles and experiments have in common.

Each run takes one core in a process of its own and leaves one small file, which appears complete. A second launch
of the same command skips what is there, so the whole may be stopped at any time and goes on where it stopped.
"""

import gc
import hashlib
import json
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import deque
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import sim
from sim.cores import affordable
from sim.folder import REPLICATES
from sim.progress import Progress
from sim.scenario import Scenario

_ONE_CORE = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
_ENDED = "its process was ended from outside, perhaps because memory ran out"


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
        return Path(folder) / REPLICATES / f"{self.scenario.digest()[:16]}_seed{self.seed}.json"

    def made(self, measure):
        """Run the market, close its books, and give back what is measured of its results."""
        from sim.books import check
        from sim.days import DayByDay
        from sim.results import results

        market = DayByDay(self.scenario).run()
        check(market)
        return measure(results(market))


class RunsFailed(RuntimeError):
    """Some runs ended in an error; the others are on disk. `failures` lists (Replicate, what went wrong)."""

    def __init__(self, failures, asked):
        self.failures = failures
        lines = [f"{one.variant}, seed {one.seed}: {wrong}" for one, wrong in failures]
        super().__init__("\n  ".join([f"{len(failures)} of {asked} runs failed", *lines]))


def over_seeds(scenario, seeds, variant="base"):
    """A scenario with its own seed and those that follow.

    Seeds, not the replicates of one seed: each run is then the one that ``seed=`` makes by itself or in a sweep.

    Parameters
    ----------
    scenario : Scenario
        What is only shown (`report`, `survey.targets`) is left out of account, for it moves no run.
    seeds : int
    variant : str

    Returns
    -------
    list of Replicate
    """
    usual = changed(scenario, report__figures=True, report__language="en", survey__targets=None, seeds=1)
    later = range(scenario.seed, scenario.seed + seeds)
    return [Replicate(variant, usual.model_copy(update={"seed": seed})) for seed in later]


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
        The whole's; the runs' files stand in ``replicates/``.
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
    (Path(folder) / REPLICATES).mkdir(parents=True, exist_ok=True)
    missing = []
    for one in asked:
        kept = _kept(one.path(folder), measure)
        if kept is None:
            missing.append(one)
        else:
            yield one, kept
    progress = Progress(asked, missing)
    if missing:
        scale = max(one.scenario.population.scale for one in missing)
        crew = _Crew(missing, measure, folder, min(workers or affordable(scale), len(missing)), progress)
        yield from crew.work()
        if crew.failures:
            raise RunsFailed(sorted(crew.failures, key=lambda failure: asked.index(failure[0])), len(missing))


class _Crew:
    """Processes that make runs, one each at a time; none has a run waiting, so memory is that of the runs going."""

    def __init__(self, missing, measure, folder, workers, progress):
        self.measure, self.folder, self.workers, self.progress = measure, folder, workers, progress
        self.waiting, self.running, self.failures = deque(missing), {}, []
        os.environ.update(dict.fromkeys(_ONE_CORE, "1"))
        self.pool = self._hired()

    def work(self):
        """Make every run; yields (Replicate, dict) of those that end well."""
        try:
            while self.waiting or self.running:
                self._begin()
                self.progress.show(len(self.running), len(self.failures))
                done, _ = wait(self.running, timeout=1.0, return_when=FIRST_COMPLETED)
                if any(isinstance(future.exception(), BrokenProcessPool) for future in done):
                    done = self._mend()
                for future in done:
                    one, problem = self.running.pop(future), future.exception()
                    if problem is None:
                        self.progress.add(one, well=True)
                        self._begin()  # before whoever gets the result takes time with it
                        yield one, _kept(one.path(self.folder), self.measure)
                    else:
                        self._fail(one, f"{type(problem).__name__}: {problem}")
            self.progress.show(0, len(self.failures))
        finally:
            self._dismiss()
            self.progress.end()

    def _fail(self, one, wrong):
        self.progress.add(one, well=False)
        self.failures.append((one, wrong))

    def _begin(self):
        while self.waiting and len(self.running) < self.workers:
            one = self.waiting[0]
            # Ctrl-C is for the process that asked, which ends the others: they are born deaf to it.
            heard = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
            try:
                future = self.pool.submit(_run, one, self.measure, one.path(self.folder), code())
            except BrokenProcessPool:
                if self.running:
                    return  # those running say so too
                self.pool = self._hired()
                continue
            finally:
                signal.pthread_sigmask(signal.SIG_SETMASK, heard)
            self.running[future] = self.waiting.popleft()

    def _mend(self):
        """After the end of a process, which takes all of its pool with it: who is done, the rest to be made again.

        The next pool is smaller by one, for most often memory ran out; a run that was alone has failed.
        """
        done, _ = wait(self.running)
        lost = [future for future in done if isinstance(future.exception(), BrokenProcessPool)]
        if len(self.running) == 1:
            self._fail(self.running.pop(lost.pop()), _ENDED)
            done = set()
        for future in lost:
            self.waiting.appendleft(self.running.pop(future))
        self.workers = max(1, self.workers - 1)
        print(f"\nA process was ended from outside; going on with {self.workers} at a time.", file=sys.stderr)
        self.pool.shutdown(wait=False)
        self.pool = self._hired()
        return done.difference(lost)

    def _hired(self):
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self.workers, context, initializer=_end_with_the_one_that_asked)

    def _dismiss(self):
        early = bool(self.waiting or self.running)
        self.pool.shutdown(wait=not early, cancel_futures=True)
        for process in multiprocessing.active_children() if early else ():
            process.terminate()


def _end_with_the_one_that_asked():
    """A process whose parent was killed would go on, and then wait for ever."""
    parent = multiprocessing.parent_process()
    threading.Thread(target=lambda: (parent.join(), os._exit(1)), daemon=True).start()


def _run(one, measure, path, born):
    """Run one market, measure it, and write the file."""
    began = time.perf_counter()
    measured = one.made(measure)
    gc.collect()  # a market is a circle of few and large objects: Python would wait for many
    about = {"variant": one.variant, "seed": one.seed, "scenario": one.scenario.digest(), "code": born}
    about |= {"measure": _name(measure), "seconds": round(time.perf_counter() - began, 2)}
    write_json(path, about | {"measured": measured})


def _name(measure):
    return f"{measure.__module__}.{measure.__qualname__}"


def write_json(path, content):
    """Write a JSON file that appears complete; nan and inf stand as Python writes them."""
    unfinished = path.with_suffix(f".{os.getpid()}.part")
    unfinished.write_text(json.dumps(content, indent=1, default=float) + "\n", encoding="utf-8")
    os.replace(unfinished, path)


def _kept(path, measure):
    """What an earlier launch measured, or None if there is nothing or other code or another measure made it."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    mine = content.get("code") == code() and content.get("measure") == _name(measure)
    return content["measured"] if mine else None
