"""Whole runs as functions, for scripts and notebooks: one, an ensemble, and a comparison on common luck.

They choose as the command line does, make runs by the same pool of processes and keep them in the same files, so that a
folder of ``python -m sim.run seeds=20`` is taken up here, and the other way round. No ``__main__`` guard is needed.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.instruments.across_seeds import beyond_chance, interval, ratio
from sim.library.results import Results
from sim.results.folder import BadFolder
from sim.results.manifest import claim
from sim.results.provenance import code, refused, scenario_of
from sim.runs.ensemble import measured
from sim.runs.quantities import number, of_run
from sim.runs.replicate import Replicate, RunsFailed, make_all, once, over_seeds
from sim.runs.store import make, read_anew, shown_by, whole
from sim.scenario.composition import named
from sim.scenario.own.source import HERE
from sim.scenario.problems import BadScenario, Problem, corrected, shown
from sim.scenario.scenario import Scenario

MANY = "is for many runs: ensemble(seeds=20), or compare"
ALONE = "is for python -m sim.run: here all seeds that are asked for are made"
ELSEWHERE = "is a function of this script, which processes cannot find: put it into a file of its own and import it"
FEW = "must be a whole number of at least 1; choices have names, such as platform='deep'"
READ = ("reading.", "truth.", "target.")  # columns beside the summary's
OWN = "must be the choices of a variant, such as {'policy': 'minimum_rate'}; none are {}"
NOTHING = "is nothing to compare with: give two or more, such as {'as it is': {}, 'floor': {'policy': 'minimum_rate'}}"


@corrected(lambda *given: _instead("simulate", *given))
def simulate(*, folder: str | Path | None = None, **choices: Any) -> Results:
    """Run one market to its last day, in this process.

    Parameters
    ----------
    folder
        Where everything is written that a run of the command line leaves, figures and page too; a run that is there
        already, made by the same code, is read back. Without, nothing is written.
    **choices
        As `Scenario.load` takes them: ``platform="deep"``, ``population="small"``, ``seed=3`` (1 unless chosen).

    Returns
    -------
    Results
        Tables, summary and scenario; `tiers()`, `targets()` and `plot(name)` read them.

    Raises
    ------
    BadScenario
        With every problem of every choice, before anything is run.
    BadFolder
        If the folder holds something else.
    """
    scenario = _scenario(choices)
    if scenario.seeds != 1:
        raise BadScenario([Problem("seeds", scenario.seeds, MANY)])
    one = Replicate("base", scenario, _words(choices), None if folder is None else str(folder))
    if folder is None:
        return one.run(Results.asked)
    _fits(Path(folder), "run", scenario)
    if not whole(Path(folder), one.digest):
        make(one, measured, code())
    elif shown_by(scenario) != shown_by(scenario_of(Path(folder))):
        read_anew(one)
    return Results.load(folder)


@corrected(lambda *given: _instead("ensemble", *given[1:]))
def ensemble(seeds: int = 20, *, folder: str | Path | None = None, **choices: Any) -> pd.DataFrame:
    """Run one market over many seeds, as many at a time as cores and memory allow.

    Parameters
    ----------
    seeds
        How many: ``seed`` (1 unless chosen) and those that follow.
    folder
        Where each run is kept as it ends: the same call goes on from there, and so does ``python -m sim.run``. Without,
        nothing stays.
    **choices
        As `Scenario.load` takes them; ``cluster={"workers": 2}`` for two at a time.

    Returns
    -------
    DataFrame, shape (seeds, numbers)
        Index seed. Every number of ``summary.json``, then ``reading.TIER``, ``truth.TIER`` (persons) and ``target.ID``
        (what is read of a published number, in its unit) and ``own.NAME`` (what an instrument of one's own reads). All
        are of the whole country; nan for what is unknown.

    Raises
    ------
    BadScenario
        With every problem of every choice, before anything is run.
    BadFolder
        If the folder holds something else.
    RunsFailed
        If runs ended in an error; with a folder the others are kept.
    """
    scenario = _scenario(choices, seeds)
    return _made({"base": over_seeds(scenario, seeds)}, folder, "ensemble", scenario)["base"]


@corrected(lambda *given: f"compare({{'as it is': {{}}, ...}}{''.join(f', {named(one)}' for one in given[1:])})")
def compare(
    variants: Mapping[str, Mapping[str, Any]], *, seeds: int = 5, folder: str | Path | None = None, **choices: Any
) -> pd.DataFrame:
    """Run markets that differ in some choices on the same seeds, and say what differs, seed by seed.

    What two markets of a seed do not differ in, they share to the bit: the same people, the same luck. A difference is
    taken within each seed, so that luck falls out of it.

    Parameters
    ----------
    variants
        Choices of each by its name; the others are compared with the first: ``{"as it is": {}, "floor": {"policy":
        "minimum_rate"}}``.
    seeds, folder, **choices
        As `ensemble` takes them, for all variants alike; what a variant chooses goes before.

    Returns
    -------
    DataFrame
        Index variant and name of the number (columns of `ensemble`). seeds (in which both are known); base and mean (of
        the first and of this variant, over these); difference with low and high (95 % interval of the mean of paired
        differences, Student; nan of fewer than five); relative (of the means, less one) with relative_low and
        relative_high (on the scale of logarithms); beyond_chance (whether it holds, all comparisons of the frame
        allowed for: Benjamini and Hochberg).

    Raises
    ------
    BadScenario
        With every problem of every variant, before anything is run.
    BadFolder, RunsFailed
        As `ensemble`.
    """
    scenarios, problems = {}, []
    if not isinstance(variants, Mapping) or len(variants) < 2:
        raise BadScenario([Problem("variants", variants, NOTHING)])
    for name, own in variants.items():
        if not isinstance(own, Mapping):
            problems.append(Problem(name, own, OWN))
            continue
        try:
            scenarios[name] = _scenario(_laid(choices, own), seeds)
        except BadScenario as bad:
            problems += [problem._replace(key=f"{name}: {problem.key}") for problem in bad.problems]
    if problems:
        raise BadScenario(problems)
    asked = {name: over_seeds(scenario, seeds, name) for name, scenario in scenarios.items()}
    frames = _made(asked, folder, "comparison")
    first, *others = frames
    table = pd.concat({name: _differences(frames[first], frames[name]) for name in others}, names=["variant", "name"])
    table["beyond_chance"] = beyond_chance(table.pop("p"))
    return table


def _instead(name: str, *given: object) -> str:
    """What was meant by choices without names; a scenario of a file is for a market, which it makes alone."""
    choices = named(*given)
    if choices.startswith("Scenario."):
        return f"MicroworkMarket({choices}).run().results()"
    return f"{name}({choices})"


def _differences(base: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """One row a number that both have: as `compare`, with p, how probable so much is by chance."""
    rows = {}
    for name in base.columns.intersection(other.columns, sort=False):
        both = np.isfinite(base[name]) & np.isfinite(other[name])
        old, new = base.loc[both, name].to_numpy(), other.loc[both, name].to_numpy()
        row = {"seeds": len(old), "base": old.mean() if len(old) else np.nan}
        row |= {"mean": new.mean() if len(old) else np.nan}
        row |= {"difference": row["mean"] - row["base"]} | dict(zip(("low", "high"), interval(new - old), strict=True))
        found = ratio(new, old, paired=True)
        row |= {"relative": found.ratio - 1, "relative_low": found.low - 1, "relative_high": found.high - 1}
        rows[name] = row | {"p": found.p}
    return pd.DataFrame.from_dict(rows, orient="index")


def _made(
    asked: Mapping[str, Sequence[Replicate]], folder: str | Path | None, kind: str, scenario: Scenario | None = None
) -> dict[str, pd.DataFrame]:
    """Numbers of each variant's runs by seed, those that are missing being made."""
    runs, found = once(one for variant in asked.values() for one in variant), {}
    with _kept(folder, kind, scenario) as place:
        failed = make_all(runs, measured, place, lambda one, outlined: found.update({one.label: outlined}))
    if failed.failures or failed.given_up:
        raise RunsFailed(failed.failures, len(runs), failed.given_up)
    return {name: _numbers(variant, [found[one.label] for one in variant]) for name, variant in asked.items()}


def _numbers(runs: Sequence[Replicate], found: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """One row a run: its summary, tiers and targets."""
    mine = runs[0].scenario.ones_own("instrument")
    places = {name: place for name, place in of_run(runs[0].scenario).items() if name.startswith(READ)}
    readings = dict.fromkeys(name for one in found for name in one["targets"])
    places |= {f"own.{name}": ("targets", name) for name in readings if name.partition(".")[0] in mine}
    rows = [one["summary"] | {name: number(one, place) for name, place in places.items()} for one in found]
    return pd.DataFrame(rows, pd.Index([one.seed for one in runs], name="seed"), dtype=float)


@contextmanager
def _kept(folder: str | Path | None, kind: str, scenario: Scenario | None) -> Iterator[Path]:
    """Where runs are kept: in a folder of ours, or until they have been read."""
    if folder is not None:
        place = Path(folder)
        _fits(place, kind, scenario)
        claim(place, kind, "" if scenario is None else scenario.digest())
        yield place
        return
    with tempfile.TemporaryDirectory() as place:
        try:
            yield Path(place)
        except KeyboardInterrupt:
            raise KeyboardInterrupt("Stopped; nothing is kept without folder=.") from None


def _fits(folder: Path, kind: str, scenario: Scenario | None) -> None:
    """Raise BadFolder if a folder holds something else, which nothing here replaces."""
    if problem := refused(folder, kind, scenario):
        raise BadFolder(folder, [problem.replace("; overwrite=true replaces it, or choose", "; choose")])


def _scenario(choices: Mapping[str, Any], seeds: int | None = None) -> Scenario:
    """The scenario of some choices, for so many seeds; raises BadScenario with every problem, of `seeds` too."""
    fits = seeds is None or (isinstance(seeds, int | np.integer) and seeds > 0)
    problems = [] if fits else [Problem("seeds", seeds, FEW)]
    try:
        scenario = Scenario.load(**choices)
    except BadScenario as bad:
        raise BadScenario([*problems, *bad.problems]) from None
    if scenario.until is not None:
        problems.append(Problem("until", scenario.until, ALONE))
    here = {name: one.rule for name, one in scenario.own.items() if one.rule.startswith(f"{HERE}:")}
    problems += [Problem(f"own.{name}", rule, ELSEWHERE) for name, rule in here.items() if seeds is not None]
    if problems:
        raise BadScenario(problems)
    return scenario


def _laid(choices: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """A variant's own choices laid over those of all, field by field where either is a dictionary."""
    return dict(_spread(choices, own)) | dict(_spread(own, choices))


def _spread(choices, others):
    """Choices with a dictionary spread out where the others have something of the same name."""
    for name, value in choices.items():
        if isinstance(value, Mapping) and name in others:
            yield from ((f"{name}.{field}", part) for field, part in value.items())
        else:
            yield name, value


def _words(choices: Mapping[str, Any], above: str = "") -> tuple[str, ...]:
    """Choices as they are typed on the command line."""
    words: tuple[str, ...] = ()
    for name, value in choices.items():
        key = f"{above}{name}"
        words += _words(value, f"{key}.") if isinstance(value, Mapping) else (f"{key}={shown(_word(value))}",)
    return words


def _word(value):
    """A value with functions by their names."""
    if isinstance(value, list | tuple):
        return [_word(one) for one in value]
    return f"{value.__module__}:{value.__qualname__}" if callable(value) else value
