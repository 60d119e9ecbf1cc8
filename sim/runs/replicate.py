"""Many runs of a market, in parallel and one by one on disk: what ensembles, sweeps and experiments have in common.

Each run leaves one small file, which appears complete. A second launch of the same command skips what is there, so
the whole may be stopped at any time and goes on where it stopped. Who makes the runs is for `sim.runs.pool` (processes
of this machine) or `sim.runs.cluster` (Dask).
"""

import os
import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sim.results.command.ending import tell
from sim.results.command.progress import doing
from sim.results.folder import REPLICATES, near
from sim.results.manifest import sweep
from sim.runs.progress import Progress
from sim.runs.store import damaged, load
from sim.scenario.scenario import Scenario

__all__ = ["Replicate", "RunsFailed", "changed", "over_seeds", "run_all", "sampled"]


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
    def seed(self) -> int:
        """The scenario's seed."""
        return self.scenario.seed

    @cached_property
    def digest(self) -> str:
        """The scenario's digest, which takes a while."""
        return self.scenario.digest()

    @property
    def label(self) -> str:
        """What the run is, in short: a function of its scenario alone, whatever the variant is called."""
        return f"{self.digest[:16]}_seed{self.seed}"

    def path(self, folder: Path) -> Path:
        """Where its file stands."""
        return Path(folder) / REPLICATES / f"{self.label}.json"

    def run(self, measure: Callable[..., Any]) -> Any:
        """Run the market, check its accounting, and give back what is measured of its results."""
        from sim.results.tables import results
        from sim.simulation.accounting import check
        from sim.simulation.day import DayByDay

        market = DayByDay(self.scenario).run()
        check(market)
        tables = results(market)
        del market  # as large as its tables
        return measure(tables)


class RunsFailed(RuntimeError):
    """Some runs ended in an error; the others are on disk.

    `failures` lists (Replicate, what went wrong); `given_up` says why others were not made at all, "" if none.
    """

    def __init__(self, failures: list[tuple[Replicate, str]], asked: int, given_up: str = "") -> None:
        self.failures, self.given_up = failures, given_up
        lines = [f"{len(failures)} of {asked} runs failed"]
        lines += [f"{one.variant}, seed {one.seed}: {problem}" for one, problem in failures]
        super().__init__("\n  ".join(filter(None, [*lines, given_up])))

    def complain(self, asked: int, name: Callable[[Replicate], str], command: Callable[[Replicate], str]) -> bool:
        """Print which of the runs asked for failed, each with the command that repeats it; whether none did."""
        lines = [f"{len(self.failures)} of {asked} runs failed:"] if self.failures else []
        lines += [f"  {name(one)}: {problem}\n    {command(one)}" for one, problem in self.failures]
        lines += [self.given_up] if self.given_up else []
        for line in lines:
            print(line, file=sys.stderr)
        return not lines


def over_seeds(scenario: Scenario, seeds: int, variant: str = "base") -> list[Replicate]:
    """A scenario with its own seed and those that follow.

    Seeds, not the replicates of one seed: each run is then the one that ``seed=`` makes by itself or in a sweep.
    """
    later = range(scenario.seed, scenario.seed + seeds)
    if scenario.behaviour.posterior is not None:  # each seed draws its own parameters
        return [Replicate(variant, changed(scenario, seed=seed, seeds=1, until=None)) for seed in later]
    return [Replicate(variant, scenario.model_copy(update={"seed": seed, "seeds": 1, "until": None})) for seed in later]


def once(asked: Iterable[Replicate]) -> list[Replicate]:
    """Each run once, under whatever variants it is asked for; the last of these names it."""
    return [*{one.label: one for one in asked}.values()]


def changed(scenario: Scenario, **values: Any) -> Scenario:
    """The scenario with some fields at other values.

    Parameters
    ----------
    scenario
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


def sampled(scenario: Scenario, people: int, **values: Any) -> Scenario:
    """The scenario simulated on so many people, who stand for the same country; and other `changed` fields."""
    return changed(scenario, population__sample=people / scenario.population.people, **values)


def run_all(
    asked: Sequence[Replicate], measure: Callable[..., dict[str, Any]], folder: Path, workers: int | None = None
) -> Generator[tuple[Replicate, dict[str, Any] | None], None, None]:
    """Make the runs that are not on disk yet, and hand over what was measured of each as it arrives.

    Parameters
    ----------
    asked
        In the order in which they are begun.
    measure
        A module's function, Results to dict (of plain numbers, words, lists, dictionaries).
    folder
        The whole's; the runs' files stand in ``replicates/``.
    workers
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
    silent: dict[str, list[str]] = {}  # why instruments of one's own have no reading, by name
    try:
        with closing(_made(asked, measure, folder, workers)) as arriving:
            for one, measured in arriving:
                for own in measured.get("own", ()):
                    if own["reason"] and own["instrument"] in one.scenario.own:
                        silent.setdefault(own["name"], []).append(own["reason"])
                yield one, measured
    finally:
        for name, reasons in silent.items():
            tell(f"{name}: no reading in {len(reasons)} of {len(asked)} runs: {reasons[0]}")


def _made(asked, measure, folder, workers):
    with _alone(Path(folder)):
        missing = []
        with doing("taking up what is there", len(asked), "runs") as taking:
            for taking.done, one in enumerate(asked):
                measured = load(one, folder, measure)
                if measured is None:
                    missing.append(one)
                else:
                    yield one, measured
        if broken := [one.path(folder).name for one in missing if damaged(one.path(folder))]:
            told = f"{', '.join(broken[:3])}{', ...' if len(broken) > 3 else ''}"
            print(f"{len(broken)} files of runs are not as they were written, made again: {told}", file=sys.stderr)
        progress = Progress(asked, missing)
        if missing:
            from sim.runs.pool import Pool  # loky, which a single run does without

            pool = Pool(missing, measure, folder, _workers(missing, workers), progress)
            yield from pool.run()
            if pool.failures or pool.given_up:
                order = {id(one): place for place, one in enumerate(missing)}
                failures = sorted(pool.failures, key=lambda failure: order[id(failure[0])])
                raise RunsFailed(failures, len(missing), pool.given_up)


def make_all(
    asked: Sequence[Replicate],
    measure: Callable[..., dict[str, Any]],
    folder: Path,
    arrived: Callable[[Replicate, dict[str, Any]], None],
    taken: Callable[[Generator], Iterator[tuple[Replicate, dict[str, Any]]]] | None = None,
) -> RunsFailed:
    """Make the runs that are missing, and hand over what was measured of each; those that failed are returned.

    `taken` may end them before all are made: `sim.runs.until.Watch.taken`.

    Raises
    ------
    KeyboardInterrupt
        After Ctrl-C, saying what is kept.
    """
    finished = 0
    try:
        with closing(run_all(asked, measure, folder)) as arriving:
            for one, measured in taken(arriving) if taken else arriving:
                finished += 1
                arrived(one, measured)
    except RunsFailed as failed:
        return failed
    except KeyboardInterrupt:
        kept = f"{finished} of {len(asked)} runs are kept in {near(folder.absolute())}"
        raise KeyboardInterrupt(f"Stopped; {kept}, and the same command goes on from there.") from None
    return RunsFailed([], len(asked))


def _workers(missing: list[Replicate], most: int | None):
    """The processes of this machine, or a cluster's workers."""
    from sim.runs.pool import LocalWorkers

    cluster = missing[0].scenario.cluster
    if cluster.name == "local":
        people = max(one.scenario.population.simulated for one in missing)
        return LocalWorkers(len(missing), people, most or cluster.workers)
    from sim.runs.cluster import ClusterWorkers, client_of  # Dask is an extra

    return ClusterWorkers(client_of(cluster), most or (cluster.workers if cluster.name == "dask" else None))


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
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
        for each in (folder, *(path for path in folder.iterdir() if path.is_dir())):
            sweep(each)
        sweep(folder / REPLICATES, "[!.]*.part")
    try:
        yield
    finally:
        os.close(place)
