"""The same inference by pyABC's sequential Monte Carlo, where runs follow the posterior as it narrows.

Its database (SQLite) is written as it goes, and the same command goes on from it. Its own chance is numpy's and not
ours: two launches differ, though each run at a point is the same bits again. The regression adjustment of
`experiments.calibrate.inference.regression_adjustment` applies to its last generation too.
"""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from dask.distributed import Client

_NOTHING = 1e3  # stands for a reading that a run does not have: never accepted


def smc(
    simulate: Callable,
    d: int,
    observed: np.ndarray,
    database: Path,
    particles: int = 250,
    generations: int = 6,
    processes: int = 1,
    most: int | None = None,
    client: "Client | None" = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """Particles of the last generation.

    Parameters
    ----------
    simulate
        A point, float array of shape (d,), to readings, shape (m,); can be pickled.
    observed : float array, shape (m,)
    database
        SQLite file; gone on from if it is there.
    processes
        Cores of this machine.
    most
        Runs after which no generation is begun.
    client
        A cluster instead of this machine.

    Returns
    -------
    points, readings, weights : float array, shape (k, d), (k, m), (k,)
    runs : int
        Made in all generations.
    """
    import pyabc

    logging.getLogger("ABC").propagate = False  # it prints by itself, and whoever listens to all would print it again
    names = [f"u{j:03d}" for j in range(d)]

    def model(parameter):
        found = simulate(np.clip([parameter[name] for name in names], 1e-9, 1 - 1e-9))
        return {"readings": np.where(np.isfinite(found), found, _NOTHING)}

    if client is not None:
        sampler = pyabc.sampler.DaskDistributedSampler(client)
    else:
        sampler = pyabc.SingleCoreSampler() if processes == 1 else pyabc.MulticoreEvalParallelSampler(processes)
    prior = pyabc.Distribution(**{name: pyabc.RV("uniform", 0, 1) for name in names})
    engine = pyabc.ABCSMC(model, prior, pyabc.AdaptivePNormDistance(p=2), population_size=particles, sampler=sampler)
    begun = database.exists()
    address = f"sqlite:///{database}"
    history = engine.load(address) if begun else engine.new(address, {"readings": observed})
    left = generations - (history.n_populations if begun else 0)
    if left > 0:
        limits = {} if most is None else {"max_total_nr_simulations": most}
        history = engine.run(max_nr_populations=left, **limits)
    kept = history.get_population(t=history.max_t).particles
    points = np.array([[one.parameter[name] for name in names] for one in kept])
    readings = np.array([one.sum_stat["readings"] for one in kept])
    return points, readings, np.array([one.weight for one in kept]), history.total_nr_simulations
