"""Those who make runs, one core and one run each at a time: processes of this machine, or workers of a cluster.

The loop is the same for both: begin, wait, keep what arrives, go on when one fails. What ends a process from outside
(most often the system, when memory runs out) costs the runs it was at, which are made again.
"""

import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool

from sim.results.folder import write_json
from sim.runs.cores import affordable
from sim.runs.store import code, full, kept, make

_ONE_CORE = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
_ENDED = "its process was ended from outside, perhaps because memory ran out"
_FULL = "the disk is full"


class Gone(RuntimeError):
    """Nobody is there any more to make runs."""


class Crew:
    """Runs to be made, and those who make them.

    Parameters
    ----------
    missing : list of sim.runs.replicate.Replicate
        The runs to be made.
    measure : callable
    folder : path
        In which each leaves its file.
    hands : Processes or sim.runs.cluster.Workers
    progress : sim.runs.progress.Progress

    Attributes
    ----------
    failures : list of (Replicate, str)
        Runs that ended in an error, and what went wrong.
    given_up : str
        Why some were not made at all; "" if all were.
    """

    def __init__(self, missing, measure, folder, hands, progress):
        self.measure, self.folder, self.hands, self.progress = measure, folder, hands, progress
        self.waiting, self.running, self.failures, self.given_up = deque(missing), {}, [], ""

    def work(self):
        """Make every run; yields (Replicate, dict) of those that end well."""
        try:
            self.hands.prepare()
            self.progress.start()
            while self.waiting or self.running:
                self._begin()
                self.progress.show(min(self.hands.places, len(self.running)), len(self.failures))
                done, _ = wait(self.running, timeout=1.0, return_when=FIRST_COMPLETED)
                done, again = self.hands.over(done, self.running)
                self.waiting.extendleft(self.running.pop(future) for future in again)
                arrived = [(self.running.pop(future), future) for future in done]
                for one, future in arrived:
                    if self._arrived(one, future):
                        self._begin()  # before whoever gets the result takes time with it
                        yield one, kept(one, self.folder, self.measure)
            self.progress.show(0, len(self.failures))
        except Gone as gone:
            self._give_up(str(gone), len(self.running))
        finally:
            self.hands.dismiss(self.running)
            self.progress.end()

    def _begin(self):
        ahead = self.hands.ahead()
        while self.waiting and len(self.running) < ahead:
            future = self.hands.submit(make, self.waiting[0], self.measure, code())
            if future is None:
                return
            self.running[future] = self.waiting.popleft()

    def _arrived(self, one, future):
        """Keep what has come; whether it is a run that ended well."""
        problem = future.exception()
        if problem is None:
            try:
                write_json(one.path(self.folder), future.result())
            except OSError as found:
                problem = found
        self.progress.add(one, well=problem is None)
        if problem is not None:
            self.failures.append((one, self.hands.told(problem)))
            if full(problem):  # those to come would be made for nothing
                self._give_up(_FULL)
        return problem is None

    def _give_up(self, why, others=0):
        left = len(self.waiting) + others
        if left:
            self.given_up = f"{why}: {left} more were not made; the same command goes on with them"
        self.waiting.clear()


class Processes:
    """Processes of this machine; none has a run waiting, so memory is that of the runs going on.

    Parameters
    ----------
    runs : int
        To be made.
    scale : float
        People of the largest over everybody in France.
    most : int, optional
        Runs at a time; by default as many as cores and free memory allow.
    """

    def __init__(self, runs, scale, most=None):
        self.places = min(most or affordable(scale), runs)
        os.environ.update(dict.fromkeys(_ONE_CORE, "1"))
        self.pool = self._hired()

    def prepare(self):
        """Have the kernels on disk before the first run: compiled by one process while there are no others."""
        try:
            self._submit(every_kernel).result()
        except BrokenProcessPool:  # ended from outside; the runs would say so too
            self.pool = self._hired()

    def ahead(self):
        """How many runs may be with the processes."""
        return self.places

    def submit(self, *call):
        """The future of a call; None if the pool is broken, which those running will say too."""
        try:
            return self._submit(*call)
        except BrokenProcessPool:
            return None

    def _submit(self, *call):
        """Ctrl-C is for the process that asked, which ends the others: they are born deaf to it."""
        heard = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            return self.pool.submit(*call)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, heard)

    def over(self, done, running):
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
            self.places = max(1, self.places - 1)
            print(f"\nA process was ended from outside; going on with {self.places} at a time.", file=sys.stderr)
        self.pool.shutdown(wait=False)
        self.pool = self._hired()
        return done - lost, lost

    def told(self, problem):
        """What went wrong with a run, in words."""
        return _ENDED if isinstance(problem, BrokenProcessPool) else f"{type(problem).__name__}: {problem}"

    def _hired(self):
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self.places, context, initializer=_end_with_the_one_that_asked)

    def dismiss(self, running):
        """Let them go; those still at a run are ended."""
        ours = list((self.pool._processes or {}).values()) if running else []
        self.pool.shutdown(wait=not running, cancel_futures=True)
        for process in ours:
            process.terminate()


def every_kernel():
    """Have all kernels compiled and on disk; in a process that makes runs."""
    from sim.simulation.day import compile_all

    return compile_all()


def _end_with_the_one_that_asked():
    """A process whose parent was killed would go on, and then wait for ever."""
    parent = multiprocessing.parent_process()
    threading.Thread(target=lambda: (parent.join(), os._exit(1)), daemon=True).start()
