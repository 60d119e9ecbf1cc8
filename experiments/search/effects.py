"""What candidates do beside the market as it is, seed by seed: as a row each, and at length for the best of them.

Whoever is best of many on some seeds was also lucky on them, and does less well on others: the winner's curse. So the
best are told twice, on the seeds of the search and on fresh ones.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from experiments.policy.paired import difference
from experiments.search.asked import Question
from experiments.search.front import front
from experiments.search.measure import LESS_OF, number, unit
from sim.instruments.across_seeds import beyond_chance, p_value
from sim.scenario.scenario import Scenario

SEARCH, FRESH = "search", "fresh"
GOAL, KEPT = "goal", "kept"
Runs = Sequence[dict[str, Any]]  # what was kept of each seed
_OF_LEVELS = ("status_quo", "policy", "relative", "relative_low", "relative_high")
_COLUMNS = ("difference", "low", "high", *_OF_LEVELS)


def effect(name: str, status_quo: Runs, policy: Runs, scenario: Scenario) -> dict[str, Any]:
    """The paired difference of a number, as `experiments.policy.paired.difference`; of a loss nothing but that."""
    found = difference(*([number(run, name, scenario) for run in runs] for runs in (status_quo, policy)))
    return found | dict.fromkeys(_OF_LEVELS, np.nan) if name in LESS_OF else found


def of_candidate(question: Question, status_quo: Runs, policy: Runs, scenario: Scenario) -> dict[str, list[float]]:
    """What a sampler is told of a candidate: `goals`, mean differences, and `ratios` of what is kept."""
    return {
        "goals": [effect(one.name, status_quo, policy, scenario)["difference"] for one in question.goals],
        "ratios": [1.0 + effect(one.name, status_quo, policy, scenario)["relative"] for one in question.kept],
    }


def violations(question: Question, ratios: Sequence[float]) -> list[float]:
    """How far each number kept is on the wrong side."""
    return [one.violation(ratio) for one, ratio in zip(question.kept, ratios, strict=True)]


def signed(goals: Any, question: Question) -> np.ndarray:
    """Differences of goals so that more is better; shape (candidates, goals)."""
    signs = [1.0 if goal.most else -1.0 for goal in question.goals]
    return np.asarray(goals, float).reshape(-1, len(signs)) * signs


def candidates(question: Question, values: Sequence[dict], told: Sequence[dict], batch: int) -> pd.DataFrame:
    """Every candidate, a row each.

    Returns
    -------
    DataFrame
        candidate (from 1), batch, the fields that vary by full key, the mean difference of each goal by its name, of
        each number kept its ratio to the market as it is (``kept.NAME``), kept (all of them are), front.
    """
    table = pd.DataFrame(values)
    table.insert(0, "candidate", np.arange(1, len(table) + 1))
    table.insert(1, "batch", 1 + np.arange(len(table)) // batch)
    for place, goal in enumerate(question.goals):
        table[goal.name] = [one["goals"][place] for one in told]
    for place, kept in enumerate(question.kept):
        table[f"kept.{kept.name}"] = [one["ratios"][place] for one in told]
    table["kept"] = [all(by <= 0.0 for by in violations(question, one["ratios"])) for one in told]
    table["front"] = front(signed([one["goals"] for one in told], question), table["kept"].to_numpy())
    return table


def at_length(
    question: Question, variant: str, seeds: str, status_quo: Runs, policy: Runs, scenario: Scenario
) -> list[dict[str, Any]]:
    """Every goal and every number kept of one candidate on some seeds, a row each."""
    rows = []
    for role, name in dict.fromkeys([*((GOAL, one.name) for one in question.goals),
                                     *((KEPT, one.name) for one in question.kept)]):  # fmt: skip
        found = effect(name, status_quo, policy, scenario)
        row = {"candidate": variant, "seeds": seeds, "role": role, "number": name, "unit": unit(name)}
        rows.append(row | {"runs": found["seeds"]} | {column: found[column] for column in _COLUMNS})
    return rows


def beyond(table: pd.DataFrame, placebo: str) -> pd.DataFrame:
    """Rows of `at_length` with p, and with beyond: which goals differ by more than chance makes, on fresh seeds alone.

    Where the best were chosen, chance is no longer what it was: their search seeds are not judged. All that is judged
    is taken together.
    """
    half = (table["high"] - table["low"]) / 2.0
    judged = (table["seeds"] == FRESH) & (table["role"] == GOAL) & (table["candidate"] != placebo)
    p = np.where(judged, p_value(table["difference"], half, np.maximum(table["runs"] - 1, 1)), np.nan)
    sure = pd.Series(beyond_chance(p), table.index).astype(object)
    return table.assign(p=p, beyond=sure.where(np.isfinite(p), None))
