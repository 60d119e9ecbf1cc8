"""What a sweep asks for: its runs, each once, and the folder in which they come together."""

import itertools
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.results.command.progress import doing
from sim.results.folder import own_name
from sim.runs.replicate import Replicate, over_seeds
from sim.scenario import composition
from sim.scenario.problems import BadScenario, Problem
from sim.scenario.scenario import Scenario

MOST = 100_000  # runs of a sweep
LUCK = ("seed", "replicate")  # keys that are no parameters: another value is another draw of the same
OWN = "runs"  # where runs that leave a folder have theirs
_USUAL = 2**24  # luck below needs no further look


@dataclass(frozen=True)
class Plan:
    """A sweep."""

    asked: list[Replicate]  # in the order in which they were typed, none twice; each with the words that make it alone
    folder: Path
    flags: list[str]  # what stands before the words of each run, such as ``--config-dir mine``
    command: str  # what was typed


def scenarios(
    axes: list[list[tuple[str, Any, str]]], folders: composition.Folders
) -> tuple[list[tuple[Scenario, tuple[str, ...]]], list[Problem]]:
    """The scenario of each combination of values, each composed and checked once.

    Parameters
    ----------
    axes : list of list of (str, value, str)
        Key, value and word of each value of each override.
    folders
        Where options are looked up.

    Returns
    -------
    list of (Scenario, tuple of str)
        With the words that make it; empty if there are problems.
    list of Problem
    """
    runs = math.prod(map(len, axes))
    if runs > MOST:
        widest = max(axes, key=len)
        return [], [Problem(widest[0][0], f"{len(widest)} values", f"makes {runs} runs; at most {MOST} in a sweep")]
    luck = [*itertools.product(*(axis for axis in axes if axis[0][0] in LUCK))]
    markets, problems, shared = [], [], {}
    combinations = [*itertools.product(*(axis for axis in axes if axis[0][0] not in LUCK))]
    with doing("checking", len(combinations), "combinations") as checking:
        for checking.done, others in enumerate(combinations):
            base = None
            for draw in luck:
                values = {key: value for key, value, _ in (*others, *draw)}
                try:
                    if base is None or not _plain(base, values):  # checked as a whole, which a copy need not be
                        base = _thrifty(Scenario.resolve(values, folders), shared)
                except BadScenario as bad:
                    problems += bad.problems
                    continue
                scenario = base.model_copy(update={key: value for key, value, _ in draw})
                markets.append((scenario, tuple(word for _, _, word in (*others, *draw))))
    return ([] if problems else markets), problems


def _plain(base, values):
    """Whether another draw of a scenario needs no look: its luck moves nothing else and is of the usual kind."""
    luck = [values[key] for key in LUCK if key in values]
    return base.behaviour.posterior is None and all(type(one) is int and 0 <= one < _USUAL for one in luck)


def _thrifty(scenario, shared):
    """The scenario with sections that others have too being theirs: a thousand are then no larger than a few."""
    sections = {name: getattr(scenario, name) for name in composition.chosen()}
    theirs = {name: shared.setdefault((name, repr(one)), one) for name, one in sections.items()}
    return scenario.model_copy(update=theirs)


def runs(markets: list[tuple[Scenario, tuple[str, ...]]], folder: Path) -> list[Replicate]:
    """The runs of the scenarios of a sweep, over their seeds, each once."""
    asked, varied = {}, _varied([words for _, words in markets])
    for scenario, words in markets:
        for one in over_seeds(scenario, scenario.seeds):
            rest = [word for word in words if scenario.seeds == 1 or key_of(word) not in ("seed", "seeds")]
            mine = tuple(rest if scenario.seeds == 1 else [*rest, f"seed={one.seed}"])
            label = [word.lstrip("+") for word in mine if key_of(word) in varied and key_of(word) != "seed"]
            place = str(folder / OWN / own_name([*label, f"seed={one.seed}"])) if scenario.report.folders else None
            run = Replicate(", ".join(label) or "base", one.scenario, mine, place)
            asked.setdefault(run.label, run)
    return [*asked.values()]


def _varied(lists):
    """Keys whose word is not the same in all lists."""
    words = {word for words in lists for word in words}
    return {key_of(word) for word in words if any(word not in each for each in lists)}


def key_of(word: str) -> str:
    """The key of a word such as ``seed=3``."""
    return word.lstrip("+").partition("=")[0]
