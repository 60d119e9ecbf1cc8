"""Workers of a Dask cluster that make runs: a cluster that is there, or jobs of SLURM.

The same runs come back as from processes of this machine, and are kept in the same files, here. A worker that ends
costs the runs it was at, which Dask gives to another.
"""

import atexit
import logging
import math
import os
import sys
import time
from collections.abc import Collection
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.kernel.private_folder import private
from sim.runs.pool import NoWorkers
from sim.scenario.fields import Cluster
from sim.scenario.problems import BadScenario, Problem

if TYPE_CHECKING:
    from dask.distributed import Client

PATIENCE = 15  # seconds until nobody is thought to answer
_AHEAD = 2  # runs a worker is given at a time, so that it need not wait for the next
_LOOPBACK = ("lo", "lo0")
_UNSEEN = "127.0.0.1:0"  # where what Dask shows of itself listens
_OPEN, _LEFT = {}, ExitStack()  # clients by cluster; what is closed at the end
atexit.register(_LEFT.close)


class ClusterWorkers:
    """Workers of a cluster; the same interface as `sim.runs.pool.LocalWorkers`.

    Parameters
    ----------
    most
        Runs at a time; by default as many as the cluster's workers have threads.
    """

    def __init__(self, client: "Client", most: int | None = None) -> None:
        self.client, self.most, self.slots = client, most, 0
        self.executor = client.get_executor(pure=False)

    def prepare(self) -> None:
        """Say what is odd about the workers; each compiles the kernels, or waits for who does on its machine."""
        threads = self._threads()
        if not threads:
            print("The cluster has no worker yet; runs begin when one comes.", file=sys.stderr, flush=True)
        if any(number > 1 for number in threads.values()):
            wide = "Some workers have several threads, whose runs share one process; --nthreads 1 is better."
            print(wide, file=sys.stderr, flush=True)

    def capacity(self) -> int:
        """How many runs may be with the workers; some wait there for the next free one."""
        threads = sum(self._threads().values())
        self.slots = min(threads, self.most or threads)
        return self.slots if self.most else _AHEAD * threads

    def submit(self, *call: Any) -> Future:
        """The future of a call, which Dask does on one of the workers."""
        return self.executor.submit(*call)

    def finished(self, done: set[Future], running: Collection[Future]) -> tuple[set[Future], set[Future]]:
        """The futures that are over; none whose run is to be made again, for Dask does that itself."""
        if not running:
            time.sleep(1.0)  # until a worker comes
        if any(future.cancelled() for future in done):
            raise _lost()
        return done, set()

    def describe(self, problem: BaseException) -> str:
        """What went wrong with a run, in words."""
        from dask.distributed import KilledWorker

        ended = isinstance(problem, KilledWorker)
        return f"{_ended()}, perhaps because memory ran out" if ended else f"{type(problem).__name__}: {problem}"

    def shutdown(self, running: Collection[Future] = ()) -> None:
        """Take back what has not been made."""
        with suppress(Exception):  # the cluster may be gone
            for future in running:
                future.cancel()
            self.executor.shutdown(wait=False)

    def _threads(self) -> dict[str, int]:
        try:
            return self.client.nthreads()
        except Exception as problem:  # Dask has several for one thing
            raise _lost() from problem


def _lost() -> NoWorkers:
    return NoWorkers("the cluster does not answer any more")


def _ended() -> str:
    import dask

    times = int(dask.config.get("distributed.scheduler.allowed-failures", 3)) + 1
    return f"its worker ended {times} times"


def client_of(cluster: Cluster) -> "Client | None":
    """The client of a scenario's cluster, the same one for as long as this process lasts.

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
    client = _OPEN.get(cluster)
    if client is None or client.status != "running":
        client = _OPEN[cluster] = _open(cluster)
    return client


def _not_installed(cluster: str) -> str | None:
    """What has to be installed before the cluster of that name can be used, in words; None if nothing."""
    parts = {"dask": ("distributed",), "slurm": ("distributed", "dask_jobqueue")}.get(cluster, ())
    return None if all(map(find_spec, parts)) else "needs pip install 'microwork-market[cluster]'"


def _open(cluster: Cluster):
    """A client of the Dask cluster at an address, or of jobs submitted for it; closed when this process ends."""
    wrong = _not_installed(cluster.name)
    if wrong:
        raise BadScenario([Problem("cluster", cluster.name, wrong)])
    from dask.distributed import Client

    for name in [name for name in logging.root.manager.loggerDict if name.startswith("distributed")]:
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what matters is said by us
    if cluster.name == "slurm":
        try:
            jobs = slurm(cluster)
        except (RuntimeError, ImportError) as problem:  # no such interface; no cryptography, of the same extra
            raise BadScenario([Problem("cluster", "slurm", str(problem))]) from None
        _LEFT.callback(jobs.close)
        keep_running(jobs, cluster.workers)
        return _LEFT.enter_context(Client(jobs, set_as_default=False))
    try:
        return _LEFT.enter_context(Client(cluster.address, timeout=PATIENCE, set_as_default=False))
    except (OSError, TimeoutError):
        wrong = f"nobody answers there within {PATIENCE} seconds; is a Dask scheduler running?"
    except (ValueError, TypeError) as problem:  # of tls:// without keys
        wrong = f"cannot be reached: {problem} (docs/clusters.md)"
    raise BadScenario([Problem("cluster.address", cluster.address, wrong)])


def keep_running(jobs: Any, number: int) -> None:
    """Submit a number of jobs, and another for each that ends: its time is over, say, and the sweep's is not."""
    jobs.adapt(minimum_jobs=number, maximum_jobs=number)


def slurm(cluster: Cluster) -> Any:
    """Jobs of SLURM, none submitted yet: one core and one worker each.

    Returns
    -------
    dask_jobqueue.SLURMCluster
        Its `job_script()` is what is submitted.
    """
    from dask.distributed import Security
    from dask_jobqueue import SLURMCluster

    place = _place()
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
        log_directory=place,
        security=None if cluster.interface in _LOOPBACK else Security.temporary(),  # who has no key is not let in
        shared_temp_directory=place,
        scheduler_options={"dashboard": False, "dashboard_address": _UNSEEN},
        worker_extra_args=["--no-dashboard", "--dashboard-address", _UNSEEN],
        job_script_prologue=[cluster.prologue] if cluster.prologue else [],
    )


def _place() -> str:
    """The folder for what jobs print and for keys, which nobody else can read; on the nodes too, as homes are."""
    base = os.environ.get("XDG_CACHE_HOME")
    try:
        return str(private(Path(base) if base else Path.home() / ".cache", "slurm"))
    except (OSError, RuntimeError) as error:
        wrong = f"needs a home folder, or XDG_CACHE_HOME, for keys: {getattr(error, 'strerror', None) or error}"
        raise BadScenario([Problem("cluster", "slurm", wrong)]) from None
