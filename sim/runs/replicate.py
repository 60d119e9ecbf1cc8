"""Many runs of a market, in parallel and one by one on disk: what ensembles, sweeps and experiments have in common.

Each run leaves one small file, which appears complete. A second launch of the same command skips what is there, so
the whole may be stopped at any time and goes on where it stopped. Who makes the runs is for `sim.runs.pool` (processes
of this machine) or `sim.runs.cluster` (Dask).
"""

import os
import shutil
import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sim.results.folder import REPLICATES, write_json
from sim.runs.progress import Progress
from sim.runs.store import code, kept
from sim.scenario.scenario import Scenario

__all__ = ["Replicate", "RunsFailed", "changed", "code", "over_seeds", "run_all"]


@dataclass(frozen=True)
class Replicate:
    """One run to be made: a scenario, and the variant of the experiment that it belongs to.

    `words` are those that make it alone; `place` is where its own folder goes, if it is to have one.
    """

    variant: str
    scenario: Scenario
    words: tuple = ()
    place: str | None = None

    @property
    def seed(self):
        """The scenario's seed."""
        return self.scenario.seed

    @cached_property
    def digest(self):
        """The scenario's digest, which takes a while."""
        return self.scenario.digest()

    @property
    def label(self):
        """What the run is, in short: a function of its scenario alone, whatever the variant is called."""
        return f"{self.digest[:16]}_seed{self.seed}"

    def path(self, folder):
        """Where its file stands."""
        return Path(folder) / REPLICATES / f"{self.label}.json"

    def made(self, measure):
        """Run the market, close its books, and give back what is measured of its results."""
        from sim.results.tables import results
        from sim.simulation.accounting import check
        from sim.simulation.day import DayByDay

        market = DayByDay(self.scenario).run()
        check(market)
        record = results(market)
        del market  # as large as the record itself
        return measure(record)


class RunsFailed(RuntimeError):
    """Some runs ended in an error; the others are on disk.

    `failures` lists (Replicate, what went wrong); `given_up` says why others were not made at all, "" if none.
    """

    def __init__(self, failures, asked, given_up=""):
        self.failures, self.given_up = failures, given_up
        lines = [f"{len(failures)} of {asked} runs failed"]
        lines += [f"{one.variant}, seed {one.seed}: {wrong}" for one, wrong in failures]
        super().__init__("\n  ".join(filter(None, [*lines, given_up])))


def over_seeds(scenario, seeds, variant="base"):
    """A scenario with its own seed and those that follow.

    Seeds, not the replicates of one seed: each run is then the one that ``seed=`` makes by itself or in a sweep.

    Parameters
    ----------
    scenario : Scenario
    seeds : int
    variant : str

    Returns
    -------
    list of Replicate
    """
    later = range(scenario.seed, scenario.seed + seeds)
    if scenario.behaviour.posterior is not None:  # each seed draws its own parameters
        return [Replicate(variant, changed(scenario, seed=seed, seeds=1)) for seed in later]
    return [Replicate(variant, scenario.model_copy(update={"seed": seed, "seeds": 1})) for seed in later]


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


def begin(folder, born):
    """Make the folder of many runs, known as one from its first moment, and write down where it comes from.

    Parameters
    ----------
    folder : Path
    born : dict
        Its provenance.
    """
    (folder / REPLICATES).mkdir(parents=True, exist_ok=True)
    write_json(folder / "provenance.json", born)


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
        Runs at a time; by default what the scenarios' `cluster` says, else as many as cores and free memory or the
        cluster allow.

    Yields
    ------
    (Replicate, dict)
        Those on disk first.

    Raises
    ------
    RunsFailed
        At the end, if runs ended in an error.
    BadScenario
        If the cluster cannot be used.
    """
    with _alone(Path(folder)):
        missing = []
        for one in asked:
            found = kept(one, folder, measure)
            if found is None:
                missing.append(one)
            else:
                yield one, found
        progress = Progress(asked, missing)
        if missing:
            from sim.runs.pool import Crew

            crew = Crew(missing, measure, folder, _hands(missing, workers), progress)
            yield from crew.work()
            if crew.failures or crew.given_up:
                order = {id(one): place for place, one in enumerate(missing)}
                failures = sorted(crew.failures, key=lambda failure: order[id(failure[0])])
                raise RunsFailed(failures, len(missing), crew.given_up)


def _hands(missing, workers):
    """Those who make the runs: processes of this machine, or a cluster's workers."""
    from sim.runs.pool import Processes

    where = missing[0].scenario.cluster
    if where.name == "local":
        scale = max(one.scenario.population.scale for one in missing)
        return Processes(len(missing), scale, workers or where.workers)
    from sim.runs.cluster import Workers, client_of

    return Workers(client_of(where), workers or (where.workers if where.name == "dask" else None))


@contextmanager
def _alone(folder):
    """The folder of the runs' files, swept of what a launch that was killed left half written.

    If another launch is at work there, nothing is touched; both may then make the same run, to the same bits.
    """
    (folder / REPLICATES).mkdir(parents=True, exist_ok=True)
    place = os.open(folder / REPLICATES, os.O_RDONLY)
    try:
        import fcntl

        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("Another launch is at work in this folder; some runs may be made twice.", file=sys.stderr)
    except (ImportError, OSError):  # where folders cannot be locked nobody knows
        pass
    else:
        for left in [*folder.glob(f"{REPLICATES}/*.part"), *folder.glob(".*.part")]:
            with suppress(OSError):
                os.unlink(left)
        for left in folder.glob("*/.*.partial"):
            shutil.rmtree(left, ignore_errors=True)
    try:
        yield
    finally:
        os.close(place)
