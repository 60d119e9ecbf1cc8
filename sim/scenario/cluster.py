"""Where many runs are made: declared once, as in `sim.scenario.fields`."""

from typing import Literal

from sim.scenario.parameter import CHOICE
from sim.scenario.parameter import Parameter as P


class Cluster:
    """Group cluster: where many runs are made; it moves none of them."""

    name: Literal["local", "dask", "slurm"] = P("whose processes make the runs of sweeps, ensembles and experiments")
    address: str | None = P("where the scheduler of a Dask cluster listens, as tcp://127.0.0.1:8786 (dask)")
    workers: int | None = P("runs at a time, or jobs (slurm); null: what cores and memory or the cluster allow", "run",
                            1, 10_000, CHOICE)  # fmt: skip
    partition: str | None = P("partition that jobs are submitted to; null: the usual one (slurm)")
    account: str | None = P("account that jobs are charged to; null: the usual one (slurm)")
    memory: float = P("memory of a job (slurm)", "gigabyte", 0.5, 4096, CHOICE)
    hours: float = P("time after which a job is ended (slurm)", "hour", 0.1, 720, CHOICE)
    interface: str | None = P("network interface between jobs and here, as ib0; null: the usual one (slurm)")
    prologue: str | None = P("line of shell before a worker starts, as in module load python (slurm)")
