"""A Dask cluster of this machine: a scheduler and two workers that listen on loopback only."""

import os
import socket
import subprocess
import sys
from contextlib import contextmanager

from sim.scenario.composition import CONF

SURROUNDINGS = os.environ | {"PYTHONPATH": str(CONF.parent)}
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


@contextmanager
def cluster(home):
    """Address of the scheduler and the processes of the workers; all end with the block."""
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        port = place.getsockname()[1]
    address, started = f"tcp://127.0.0.1:{port}", []

    def start(*words):
        line = [sys.executable, "-m", "dask", *words, "--host", "127.0.0.1", "--no-dashboard"]
        started.append(subprocess.Popen(line, cwd=home, env=SURROUNDINGS, **QUIET))
        return started[-1]

    try:
        start("scheduler", "--port", str(port))
        yield address, [start("worker", address, "--nthreads", "1", "--no-nanny") for _ in range(2)]
    finally:
        for process in started:
            process.kill()
            process.wait()
