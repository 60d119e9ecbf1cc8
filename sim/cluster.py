"""Workers of a Dask cluster that make runs: a cluster that is there, or jobs of SLURM.

The same runs come back as from processes of this machine, and are kept in the same files, here. A worker that ends
costs the runs it was at, which Dask gives to another.
"""

import atexit
import logging
import math
import sys
import time
from collections import deque
from contextlib import ExitStack, suppress
from importlib.util import find_spec

from sim.kept import code, full, kept, make, write_json
from sim.problems import BadScenario, Problem

PATIENCE = 15  # seconds until nobody is thought to answer
_AHEAD = 2  # runs a worker is given at a time, so that it need not wait for the next
_ENDED = "its worker ended {times} times, perhaps because memory ran out"
_EXTRA = "needs pip install 'microwork-market[cluster]'"
_OPEN, _LEFT = {}, ExitStack()  # clients by cluster; what is closed at the end
atexit.register(_LEFT.close)


class Gone(RuntimeError):
    """The cluster does not answer any more; what has come from it is kept."""


class Cluster:
    """Workers elsewhere; the same interface as `sim.crew.Crew`.

    Parameters
    ----------
    missing, measure, folder, workers, progress
        As there; without `workers` as many runs at a time as the cluster has workers.
    client : dask.distributed.Client
    """

    def __init__(self, missing, measure, folder, workers, progress, client):
        self.measure, self.folder, self.workers, self.progress = measure, folder, workers, progress
        self.client, self.waiting, self.running = client, deque(missing), {}
        self.failures, self.unbegun = [], 0

    def work(self):
        """Make every run; yields (Replicate, dict) of those that end well."""
        from dask.distributed import wait

        self._warn()
        self.progress.start()
        try:
            while self.waiting or self.running:
                places = self._begin()
                self.progress.show(min(places, len(self.running)), len(self.failures))
                try:
                    done = wait([*self.running], timeout=1.0, return_when="FIRST_COMPLETED").done if places else ()
                except TimeoutError:
                    done = ()
                if not places:
                    self._alive()
                for future in done:
                    one = self.running.pop(future)
                    if self._arrived(one, future):
                        yield one, kept(one, self.folder, self.measure)
            self.progress.show(0, len(self.failures))
        finally:
            self._let_go()
            self.progress.end()

    def _begin(self):
        """Give runs to the workers that are there; how many can be made at a time."""
        try:
            places = sum(self.client.nthreads().values())
        except Exception as problem:  # Dask has several for one thing
            raise self._lost() from problem
        places = min(places, self.workers or places)
        ahead = _AHEAD * places if self.workers is None else places
        while self.waiting and len(self.running) < ahead:
            one = self.waiting.popleft()
            future = self.client.submit(make, one, self.measure, code(), pure=False, key=f"run-{one.label}")
            self.running[future] = one
        return places

    def _alive(self):
        """Wait a second for workers to come; the cluster may be gone meanwhile."""
        if self.client.status != "running":
            raise self._lost()
        time.sleep(1.0)

    def _arrived(self, one, future):
        """Keep what has come; whether it is a run that ended well."""
        from dask.distributed import KilledWorker

        problem = None
        if future.status == "finished":
            try:
                write_json(one.path(self.folder), future.result())
            except Exception as found:
                problem = found
        elif future.status == "error":
            problem = future.exception()
        else:  # cancelled or lost: the scheduler has ended
            raise self._lost()
        self.progress.add(one, well=problem is None)
        if problem is not None:
            ended = isinstance(problem, KilledWorker)
            wrong = _ENDED.format(times=_deaths()) if ended else f"{type(problem).__name__}: {problem}"
            self.failures.append((one, wrong))
        if full(problem):
            self.unbegun += len(self.waiting)
            self.waiting.clear()
        return problem is None

    def _warn(self):
        threads = self.client.nthreads()
        if not threads:
            print("The cluster has no worker yet; runs begin when one comes.", file=sys.stderr, flush=True)
        if any(number > 1 for number in threads.values()):
            wide = "Some workers have several threads, whose runs share one process; --nthreads 1 is better."
            print(wide, file=sys.stderr, flush=True)

    def _lost(self):
        return Gone("the cluster does not answer any more")

    def _let_go(self):
        if self.running:
            with suppress(Exception):  # the cluster may be gone
                self.client.cancel([*self.running], force=True)
            self.running.clear()


def _deaths():
    import dask

    return int(dask.config.get("distributed.scheduler.allowed-failures", 3)) + 1


def client_of(cluster):
    """The client of a scenario's cluster, the same one for as long as this process lasts.

    Parameters
    ----------
    cluster : sim.scenario.Cluster

    Returns
    -------
    dask.distributed.Client or None
        None for this machine.

    Raises
    ------
    BadScenario
        If Dask is not installed, or nobody answers at the address.
    """
    if cluster.name == "local":
        return None
    wrong = missing_parts(cluster.name)
    if wrong:
        raise BadScenario([Problem("cluster", cluster.name, wrong)])
    client = _OPEN.get(cluster)
    if client is None or client.status != "running":
        client = _OPEN[cluster] = _opened(cluster)
    return client


def missing_parts(cluster):
    """What has to be installed before the cluster of that name can be used, in words; None if nothing."""
    parts = {"dask": ("distributed",), "slurm": ("distributed", "dask_jobqueue")}.get(cluster, ())
    return None if all(find_spec(part) for part in parts) else _EXTRA


def _opened(cluster):
    """A client of the Dask cluster at an address, or of jobs submitted for it; closed when this process ends."""
    from dask.distributed import Client

    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters is said by us
    if cluster.name == "slurm":
        jobs = slurm(cluster)
        _LEFT.callback(jobs.close)
        jobs.scale(jobs=cluster.workers)
        return _LEFT.enter_context(Client(jobs, set_as_default=False))
    try:
        return _LEFT.enter_context(Client(cluster.address, timeout=PATIENCE, set_as_default=False))
    except (OSError, TimeoutError):
        wrong = f"nobody answers there within {PATIENCE} seconds; is a Dask scheduler running?"
    except ValueError as problem:
        wrong = f"is no address such as tcp://127.0.0.1:8786: {problem}"
    raise BadScenario([Problem("cluster.address", cluster.address, wrong)])


def slurm(cluster):
    """Jobs of SLURM, none submitted yet: one core and one worker each.

    Returns
    -------
    dask_jobqueue.SLURMCluster
        Its `job_script()` is what is submitted.
    """
    from dask_jobqueue import SLURMCluster

    minutes = math.ceil(60 * cluster.hours)
    return SLURMCluster(
        cores=1,
        processes=1,
        memory=f"{cluster.memory:g}GB",
        walltime=f"{minutes // 60:02d}:{minutes % 60:02d}:00",
        queue=cluster.partition,
        account=cluster.account,
        interface=cluster.interface,
        job_name="microwork",
        job_script_prologue=[cluster.prologue] if cluster.prologue else [],
    )
