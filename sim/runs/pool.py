"""The pool that makes runs, each on a core of its own: processes of this machine, or workers of a cluster.

The loop is the same for both: submit, wait, store what arrives, go on when one fails. What ends a process from outside
(most often the system, when memory runs out) costs the runs it was at, which are made again.

The processes are loky's. By hand stay what it has not: they end with the process that started them, do not hear Ctrl-C,
and are one fewer after one was ended. (Dask's local cluster does as much, but takes five seconds to start, loky one.)
"""

import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import resource_tracker
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loky import ProcessPoolExecutor

from sim.results.command.progress import said
from sim.results.folder import write_json
from sim.runs.cores import affordable
from sim.runs.progress import Progress
from sim.runs.store import code, disk_full, load, make, measure_name, sealed

if TYPE_CHECKING:
    from sim.runs.cluster import ClusterWorkers
    from sim.runs.replicate import Replicate

_ONE_CORE = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
_ENDED = "its process was ended from outside, perhaps because memory ran out"
_FULL = "the disk is full"


class NoWorkers(RuntimeError):
    """Nobody is there any more to make runs."""


class Pool:
    """Runs to be made, and the workers that make them.

    Attributes
    ----------
    failures : list of (Replicate, str)
        Runs that ended in an error, and what went wrong.
    given_up : str
        Why some were not made at all; "" if all were.
    """

    def __init__(
        self,
        missing: Sequence["Replicate"],
        measure: Callable[..., dict[str, Any]],
        folder: Path,
        workers: "LocalWorkers | ClusterWorkers",
        progress: Progress,
    ) -> None:
        self.measure, self.folder, self.workers, self.progress = measure, folder, workers, progress
        self.waiting: deque[Replicate] = deque(missing)
        self.running: dict[Future, Replicate] = {}
        self.failures: list[tuple[Replicate, str]] = []
        self.given_up = ""

    def run(self) -> Iterator[tuple["Replicate", dict[str, Any] | None]]:
        """Make every run; yields those that end well, with what was measured of each."""
        with said(self.progress):
            yield from self._run()

    def _run(self) -> Iterator[tuple["Replicate", dict[str, Any] | None]]:
        try:
            self.workers.prepare()
            self.progress.start()
            while self.waiting or self.running:
                self._submit()
                self.progress.show(min(self.workers.slots, len(self.running)), len(self.failures))
                done, _ = wait(self.running, timeout=1.0, return_when=FIRST_COMPLETED)
                done, again = self.workers.finished(done, self.running)
                self.waiting.extendleft(self.running.pop(future) for future in again)
                for one, future in [(self.running.pop(future), future) for future in done]:
                    if self._store(one, future):
                        self._submit()  # before whoever gets the result takes time with it
                        yield one, load(one, self.folder, self.measure)
            self.progress.show(0, len(self.failures))
        except NoWorkers as problem:
            self._give_up(str(problem), len(self.running))
        finally:
            self.workers.shutdown(self.running)

    def _submit(self) -> None:
        capacity = self.workers.capacity()
        while self.waiting and len(self.running) < capacity:
            future = self.workers.submit(make, self.waiting[0], self.measure, code())
            if future is None:
                return
            self.running[future] = self.waiting.popleft()

    def _store(self, one: "Replicate", future: Future) -> bool:
        """Store what has come; whether it is a run that ended well."""
        problem = future.exception()
        if problem is None:
            try:
                # Of a function of one's own script a process knows the text, but not the file.
                own = {"measure": measure_name(self.measure)} if self.measure.__module__ == "__main__" else {}
                write_json(one.path(self.folder), sealed(future.result() | own))
            except OSError as error:
                problem = error
        self.progress.add(one, well=problem is None)
        if problem is not None:
            self.failures.append((one, self.workers.describe(problem)))
            if disk_full(problem):  # those to come would be made for nothing
                self._give_up(_FULL)
        return problem is None

    def _give_up(self, reason: str, others: int = 0) -> None:
        left = len(self.waiting) + others
        if left:
            self.given_up = f"{reason}: {left} more were not made; the same command goes on with them"
        self.waiting.clear()


class LocalWorkers:
    """Processes of this machine; none has a run waiting, so memory is that of the runs going on.

    Parameters
    ----------
    runs
        To be made.
    people
        Simulated in the largest.
    most
        Runs at a time; by default as many as cores and free memory allow.
    """

    def __init__(self, runs: int, people: int, most: int | None = None) -> None:
        self.slots = min(most or affordable(people), runs)
        self.executor = self._start()

    def _start(self) -> ProcessPoolExecutor:
        one_core = dict.fromkeys(_ONE_CORE, "1")
        with _deaf():  # who counts their semaphores is born then too
            resource_tracker.ensure_running()  # or the first process would start it, which lets Ctrl-C through
            return ProcessPoolExecutor(self.slots, initializer=_end_with, initargs=(os.getpid(),), env=one_core)

    def prepare(self) -> None:
        """Have the kernels on disk before the first run: compiled by one process while there are no others."""
        try:
            self._submit(every_kernel).result()
        except BrokenProcessPool:  # ended from outside; the runs would say so too
            self.executor = self._start()

    def capacity(self) -> int:
        """How many runs may be with the processes."""
        return self.slots

    def submit(self, *call: Any) -> Future | None:
        """The future of a call; None if the pool is broken, which those running will say too."""
        try:
            return self._submit(*call)
        except BrokenProcessPool:
            return None

    def _submit(self, *call: Any) -> Future:
        with _deaf():
            return self.executor.submit(*call)

    def finished(self, done: set[Future], running: Collection[Future]) -> tuple[set[Future], set[Future]]:
        """The futures that are over, and those whose runs are to be made again.

        The end of a process takes all of its pool with it. The next pool is smaller by one, for most often memory ran
        out; a run that was alone has failed.
        """
        if running and not any(isinstance(future.exception(), BrokenProcessPool) for future in done):
            return done, set()
        done, _ = wait(running)
        lost = {future for future in done if isinstance(future.exception(), BrokenProcessPool)}
        if len(running) == 1:
            lost = set()
        else:
            self.slots = max(1, self.slots - 1)
            print(f"\nA process was ended from outside; going on with {self.slots} at a time.", file=sys.stderr)
        self.executor.shutdown(wait=False)
        self.executor = self._start()
        return done - lost, lost

    def describe(self, problem: BaseException) -> str:
        """What went wrong with a run, in words."""
        return _ENDED if isinstance(problem, BrokenProcessPool) else f"{type(problem).__name__}: {problem}"

    def shutdown(self, running: Collection[Future] = ()) -> None:
        """End the processes, those still at a run too."""
        self.executor.shutdown(wait=not running, kill_workers=bool(running))


@contextmanager
def _deaf() -> Iterator[None]:
    """What asks to stop is for the process that asked, which ends those it starts: they are born deaf to it."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def every_kernel() -> bool:
    """Have all kernels compiled and on disk; in a process that makes runs."""
    from sim.simulation.day import compile_all  # the process that asks needs no compiler

    return compile_all()


def _end_with(parent: int) -> None:
    """End this process when its parent ends: killed, that one could not say so, and this would wait for ever."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.2)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
