"""``checkpoint=`` and ``start_from=``: words of a command that are no fields, and what they ask for."""

import os
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sim.cli.overrides import Axis, axes, parsed
from sim.results.command.progress import doing
from sim.results.folder import BadFolder
from sim.results.provenance import refused
from sim.runs.sweep_plan import key_of
from sim.scenario import composition
from sim.scenario.problems import BadScenario, Problem
from sim.scenario.scenario import Scenario

CHECKPOINT, START_FROM = "checkpoint", "start_from"
_FORMS = "must be a date, a period of days as in 90d, or a list of them: checkpoint=[2016-01-01,90d]"
_ONE = "is for one run: many runs keep each that is finished, and the same command goes on from there"
_LONGEST = 36_500  # days of a period


@dataclass(frozen=True)
class Branching:
    """What a command asks for beside a run: where it begins, and which mornings of it are written."""

    dates: tuple[date, ...] = ()  # of which a checkpoint is asked for, which stays
    every: int = 0  # days after which the run could go on if it were killed; 0: it begins anew
    start_from: Path | None = None


def taken_out(words: list[str]) -> tuple[list[str], Branching, list[Problem]]:
    """The words without these two, what they ask for, and what is wrong with them."""
    said = {key: [word.partition("=")[2] for word in words if key_of(word) == key] for key in (CHECKPOINT, START_FROM)}
    problems = [Problem(key, values[-1], "is given twice") for key, values in said.items() if len(values) > 1]
    dates, every = set(), set()
    for one in [one.strip() for value in said[CHECKPOINT] for one in value.strip("[]").split(",")]:
        period = re.fullmatch(r"([1-9]\d*)d", one)
        try:
            dates |= set() if period else {date.fromisoformat(one)}
            every |= {int(period[1])} if period else set()
        except ValueError:
            problems.append(Problem(CHECKPOINT, one, _FORMS))
    if len(every) > 1 or max(every, default=0) > _LONGEST:
        problems.append(Problem(CHECKPOINT, f"{max(every)}d", f"must be one period of at most {_LONGEST} days"))
    places = [os.path.expanduser(value.strip("'\"")) for value in said[START_FROM]]
    problems += [Problem(START_FROM, "", "must be the folder of a checkpoint") for place in places if not place]
    place = Path(places[0]) if places and places[0] else None
    rest = [word for word in words if key_of(word) not in said]
    return rest, Branching(tuple(sorted(dates)), max(every, default=0), place), problems


def only_one(asked: Branching, several: bool) -> list[Problem]:
    """The problems of these words where many runs are asked for."""
    if not several:
        return []
    problems = [Problem(CHECKPOINT, "", _ONE)] if asked.dates or asked.every else []
    return problems + ([Problem(START_FROM, asked.start_from, _ONE)] if asked.start_from else [])


def mornings(asked: Branching, scenario: Scenario, folder: Path, overwrite: bool) -> list[Problem]:
    """The problems of checkpoints that a run cannot leave: it has no such morning, or their folder holds something
    else."""
    between = f"must lie between start = {scenario.start} and end = {scenario.end}"
    outside = [Problem(CHECKPOINT, day, between) for day in asked.dates if not scenario.start <= day <= scenario.end]
    taken = {place(folder, day): refused(place(folder, day), CHECKPOINT, scenario, overwrite) for day in asked.dates}
    wrong = [Problem(CHECKPOINT, there.name[-10:], f"{there} {why}") for there, why in taken.items() if why]
    return only_one(asked, scenario.seeds > 1) or outside + wrong


def place(folder: Path, morning: date) -> Path:
    """Where the checkpoint of a morning is put that was asked for: beside the folder of the run."""
    return folder.with_name(f"{folder.name}_checkpoint_{morning}")


def branched(
    asked: Branching, typed: list[Axis], flags: Any, folders: composition.Folders
) -> tuple[list[tuple[Scenario, tuple[str, ...]]], list[Axis], list[Problem]]:
    """The market of the checkpoint asked for, with what is typed beside it.

    Parameters
    ----------
    asked
    typed
        Key, value and word of each value of each override.
    flags
        Of the command line.
    folders
        Where options are looked up.

    Returns
    -------
    markets, axes
        The scenario with the words that make it from its beginning; and these words, read.
    problems
    """
    if flags.shows:
        wrong = f"its scenario is that of {asked.start_from}/scenario.yaml; what is shown is what words make"
        return [], [], [Problem(START_FROM, asked.start_from, wrong)]
    with doing("reading the checkpoint"):
        from sim.results.checkpoint.changes import changed
        from sim.results.checkpoint.folder import read

    values = {axis[0][0]: axis[0][1] for axis in typed}
    try:
        checkpoint = read(asked.start_from)
        scenario = changed(checkpoint, values, folders)
    except BadFolder as bad:
        return [], [], [Problem(START_FROM, asked.start_from, problem) for problem in bad.problems]
    except BadScenario as bad:
        return [], [], bad.problems
    early = f"must be after {checkpoint.date}, the morning from which the run goes on"
    late = [Problem(CHECKPOINT, day, early) for day in asked.dates if day <= checkpoint.date]
    words = [axis[0][2] for axis in typed if axis[0][0] != "horizon"]
    words = _words(checkpoint.words or _named(scenario), words, scenario)
    words += [f"horizon={scenario.horizon}"] if scenario.horizon else []
    every, problems = axes(parsed(words)[0], flags)
    return [(scenario, tuple(words))], every, problems + late


def _words(before, typed, scenario):
    """The words that make a market from its beginning: those of the checkpoint, but for what is typed anew."""
    gone = [
        word for word in before if key_of(word).startswith("own.") and key_of(word).split(".")[1] not in scenario.own
    ]
    keys = {key_of(word) for word in typed}
    kept = ("policy.start", "policy.demand_elasticity")  # which no choice of policies names
    groups = [key for key in keys if "." not in key]
    rest = [word for word in before if key_of(word) not in (*keys, "horizon") and word not in gone]
    rest = [word for word in rest if key_of(word) in kept or not any(key_of(word).startswith(f"{g}.") for g in groups)]
    return [*rest, *typed]


def _named(scenario):
    """What a market is called that no words made."""
    groups = [f"{name}={getattr(scenario, name).name}" for name in ("platform", "demand", "population")]
    return [*groups, f"seed={scenario.seed}"]
