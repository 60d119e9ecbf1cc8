"""Processes of this machine that make runs: one core and one run each at a time.

None has a run waiting, so memory is that of the runs going on. What ends one of them from outside (most often the
system, when memory runs out) costs the runs it was at, which are made again with one fewer at a time.
"""

import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool

from sim.cores import affordable
from sim.kept import code, full, kept, make_file

_ONE_CORE = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
_ENDED = "its process was ended from outside, perhaps because memory ran out"


class Crew:
    """Processes that make runs.

    Parameters
    ----------
    missing : list of sim.replicates.Replicate
        The runs to be made.
    measure : callable
    folder : path
        In which each leaves its file.
    workers : int or None
        Runs at a time; by default as many as cores and free memory allow.
    progress : sim.progress.Progress

    Attributes
    ----------
    failures : list of (Replicate, str)
        Runs that ended in an error, and what went wrong.
    unbegun : int
        Runs that were given up when the disk was full.
    """

    def __init__(self, missing, measure, folder, workers, progress):
        self.measure, self.folder, self.progress = measure, folder, progress
        allowed = affordable(max(one.scenario.population.scale for one in missing))
        self.workers = min(workers or allowed, len(missing))
        self.waiting, self.running, self.failures, self.unbegun = deque(missing), {}, [], 0
        os.environ.update(dict.fromkeys(_ONE_CORE, "1"))
        self.pool = self._hired()

    def work(self):
        """Make every run; yields (Replicate, dict) of those that end well."""
        try:
            self._compile()
            self.progress.start()
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
                        yield one, kept(one, self.folder, self.measure)
                    else:
                        self._fail(one, problem)
            self.progress.show(0, len(self.failures))
        finally:
            self._dismiss()
            self.progress.end()

    def _compile(self):
        """Have the kernels on disk before the first run: compiled by one process while there are no others."""
        try:
            self._submit(every_kernel).result()
        except BrokenProcessPool:  # ended from outside; the runs would say so too
            self.pool = self._hired()

    def _fail(self, one, problem):
        self.progress.add(one, well=False)
        wrong = problem if isinstance(problem, str) else f"{type(problem).__name__}: {problem}"
        self.failures.append((one, wrong))
        if full(problem):  # those to come would be made for nothing
            self.unbegun += len(self.waiting)
            self.waiting.clear()

    def _begin(self):
        while self.waiting and len(self.running) < self.workers:
            try:
                future = self._submit(make_file, self.waiting[0], self.measure, self.folder, code())
            except BrokenProcessPool:
                if self.running:
                    return  # those running say so too
                self.pool = self._hired()
                continue
            self.running[future] = self.waiting.popleft()

    def _submit(self, *call):
        """Ctrl-C is for the process that asked, which ends the others: they are born deaf to it."""
        heard = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            return self.pool.submit(*call)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, heard)

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


def every_kernel():
    """Have all kernels compiled and on disk, here."""
    from sim.compiled import ready
    from sim.days import every_kernel_once

    return ready(every_kernel_once)


def _end_with_the_one_that_asked():
    """A process whose parent was killed would go on, and then wait for ever."""
    parent = multiprocessing.parent_process()
    threading.Thread(target=lambda: (parent.join(), os._exit(1)), daemon=True).start()
