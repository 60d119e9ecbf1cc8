"""What a sweep asks for: its runs, each once, and the folder in which they come together."""

import itertools
import math
from dataclasses import dataclass
from pathlib import Path

from sim import groups
from sim.folder import run_name, sweep_name
from sim.problems import BadScenario, Problem
from sim.replicates import Replicate, over_seeds
from sim.scenario import Scenario

MOST = 100_000  # runs of a sweep
_LUCK = ("seed", "replicate")
_FOLDERS = "folders"  # where runs that leave one have their own


@dataclass(frozen=True)
class Plan:
    """A sweep.

    Attributes
    ----------
    asked : list of Replicate
        In the order in which they were typed, none twice; each with the words that make it alone.
    folder : Path
    workers : int or None
        Runs at a time, where that was said in Hydra's words.
    flags : list of str
        What stands before the words of each run, such as ``--config-dir mine``.
    """

    asked: list
    folder: Path
    workers: int | None = None
    flags: tuple = ()


def scenarios(axes, folders):
    """The scenario of each combination of values.

    Parameters
    ----------
    axes : list of list of (str, value, str)
        Key, value and word of each value of each override.
    folders : sequence of path
        Where options are looked up.

    Returns
    -------
    list of (Scenario, tuple of str)
        With the words that make it; empty if there are problems.
    problems : list of Problem
    """
    runs = math.prod(map(len, axes))
    if runs > MOST:
        widest = max(axes, key=len)
        return [], [Problem(widest[0][0], f"{len(widest)} values", f"makes {runs} runs; at most {MOST} in a sweep")]
    luck = [axis for axis in axes if axis[0][0] in _LUCK]
    others = [axis for axis in axes if axis[0][0] not in _LUCK]
    found, problems, shared = [], [], {}
    lucks = [*itertools.product(*luck)]
    for combination in itertools.product(*others):
        first = None
        for lot in lucks:
            words = tuple(word for _, _, word in (*combination, *lot))
            values = {key: value for key, value, _ in (*combination, *lot)}
            try:  # checked as a whole where it may matter, which takes a thousand times as long as a copy
                if first is None or not found or first.behaviour.posterior is not None or len(lucks) == len(problems):
                    scenario = _thrifty(Scenario.resolve(values, folders), shared)
                else:
                    scenario = _with_luck(first, {key: value for key, value, _ in lot})
            except BadScenario as bad:
                problems += bad.problems
                continue
            first = first or scenario
            found.append((scenario, words))
    return ([] if problems else found), problems


def _with_luck(scenario, lot):
    """The scenario with another seed and replicate, checked as these are."""
    return scenario.model_copy(update=lot)


def _thrifty(scenario, shared):
    """The scenario with sections that others have too being theirs: a thousand are then no larger than a few."""
    sections = {name: getattr(scenario, name) for name in groups.chosen()}
    theirs = {name: shared.setdefault((name, hash(repr(one))), one) for name, one in sections.items()}
    same = {name: one for name, one in theirs.items() if one == sections[name]}
    return scenario.model_copy(update=same)
