"""The controversy as questions: what would those who believe these numbers have to expect of those?

Registrations are no row: a market has as many people as the published count says, so everything here is said of
260 000 registered.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from experiments.consistency.beliefs import Beliefs
from experiments.consistency.evidence import ABOUT
from experiments.consistency.evidence import CRITICS as ONLY_THEIRS
from experiments.consistency.judge import NAMES, Judge, verdict

HEADS = ("tier_very_active", "ff_petersen_share", "tier_regular", "visitors", "visitors_share", "ff_visitors_share")
MONEY, TIME, REFUSED, GAP = ("earnings_mean",), ("hours_median",), ("refused_ever",), ("pay_gap_to_minimum",)
CRITICS = sum(ONLY_THEIRS.values(), ())


class Question(NamedTuple):
    """What is asked of whom: ids of rows, those that a table has; `given` None: all other published ones."""

    name: str
    asked: tuple[str, ...]
    given: tuple[str, ...] | None


QUESTIONS = (
    Question("heads", HEADS, (*MONEY, *TIME, *REFUSED, *GAP)),
    Question("money", MONEY, HEADS),
    Question("hours", TIME, (*HEADS, *MONEY)),
    Question("refused", REFUSED, (*HEADS, *MONEY, *TIME)),
    Question("gap", GAP, (*HEADS, *MONEY, *TIME, *REFUSED)),
    Question("critics", CRITICS, None),
    Question("critics_simply", CRITICS, ("visitors_share", *MONEY)),
    Question("from_critics", (*HEADS, *MONEY, *TIME), CRITICS),
)


def posed(judge: Judge) -> Iterator[tuple[Question, np.ndarray, np.ndarray]]:
    """The questions that a table can be asked, and bool (m,) which rows are wanted and which believed."""
    for question in QUESTIONS:
        wanted = judge.places(question.asked)
        believed = (judge.counted if question.given is None else judge.places(question.given)) & ~wanted
        if believed.any() and wanted.any():
            yield question, wanted, believed


def answered(beliefs: Beliefs) -> pd.DataFrame:
    """Each number asked, as those who believe what is given must expect it.

    Returns
    -------
    DataFrame
        question, given (ids, separated by blanks; empty: all other published ones), id and what else
        `leave_out.leave_one_out` says of a row, predicted and judged; no rows of a question that cannot be posed. What
        repeats a row as a number of people stands in its place.
    """
    judge, records = beliefs.judge, []
    for question, wanted, believed in posed(judge):
        found = beliefs.given(believed)
        prediction = found.prediction(judge)
        given = " ".join(judge.rows.loc[believed, "id"]) if question.given is not None else ""
        for row in np.flatnonzero(wanted):
            asked = as_heads(judge.rows.loc[row], prediction.record(int(row)))
            records.append({"question": question.name, "given": given} | asked | {"k": found.k})
    table = pd.DataFrame(records, columns=None if records else ["question", "given", *ABOUT, *NAMES, "p", "z"])
    return table.assign(verdict=verdict(table["p"], len(table)))


def as_heads(row: pd.Series, record: dict[str, float]) -> dict[str, Any]:
    """A row and its prediction, both as a number of people where another row repeats it as one."""
    about = row[ABOUT].to_dict()
    if not row["heads"] > 0:
        return about | record
    times = row["heads"] / row["value"]
    counted = {name: times * {**about, **record}[name] for name in ("value", "low", "high", *NAMES)}
    named = {"id": row["heads_id"], "quantity": row["heads_quantity"], "unit": "persons"}
    return about | record | named | counted
