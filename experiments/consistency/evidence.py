"""The rows that are judged: of a table of targets, and what critics put in their place.

Everything with a number that markets have a reading of, whatever its role: nothing found here goes back into a fit.
Rows that repeat another one stand beside it. What only critics say is predicted and never believed, unless a question
asks for it.
"""

from dataclasses import fields

import numpy as np
import pandas as pd

from experiments.calibrate.inference.data import Data, load
from sim.instruments.targets import load_targets

JUDGED = ("calibrate", "validate")
CRITICS = {"crest": ("working_persons",)}  # tables of critics, and what only they say
ABOUT = ["id", "quantity", "unit", "source", "part", "role", "value", "low", "high", "also"]
HEADS = ["heads", "heads_id", "heads_quantity"]
COMPOSITION, OTHER = "respondents' composition", "other"
_COMPUTED = {"computed": "DiPLab2019"}  # from its numbers
_OF_INSTRUMENTS = (
    ("questionnaire", "respondents' answers"),
    ("wave", "capture-recapture"),
    ("capture", "capture-recapture"),
    ("audience", "registrations and visits"),
    ("visitors", "registrations and visits"),
    ("price", "prices seen"),
    ("interview", "interviews"),
)


def data_of(path: str) -> tuple[Data, np.ndarray]:
    """The rows of a table of targets that have a number, with those that only critics have; and which are its own,
    bool (m,).
    """
    data = own = load(path, JUDGED)
    for name, ids in CRITICS.items():
        theirs = load(name, JUDGED)
        data = joined(data, theirs.only(np.isin(theirs.ids, ids) & ~np.isin(theirs.ids, data.ids)))
    return data, np.isin(data.ids, own.ids)


def joined(one: Data, other: Data) -> Data:
    """The rows of both."""
    mine, theirs = ({field.name: getattr(data, field.name) for field in fields(Data)} for data in (one, other))
    rows = {name: np.concatenate([mine[name], theirs[name]]) if isinstance(mine[name], np.ndarray)
            else mine[name] + theirs[name] for name in mine if not isinstance(mine[name], dict)}  # fmt: skip
    return Data(**mine | rows)


def rows_of(data: Data, path: str) -> pd.DataFrame:
    """What is known of each row of the data.

    Returns
    -------
    DataFrame
        Those of `ABOUT`, of which `also` is what repeats the row, as "id value", separated by semicolons; heads,
        heads_id and heads_quantity: the row that repeats it as a number of people (nan and empty without); m rows.
    """
    own = load_targets(path)
    every = pd.concat([own, *map(load_targets, CRITICS)]).query("role in @JUDGED").drop_duplicates("id")
    table = every.set_index("id").loc[list(data.ids)].reset_index()
    table["source"] = table["source"].replace(_COMPUTED)
    table["part"] = [part_of(*row) for row in zip(table["id"], table["instrument"], strict=True)]
    told, heads = ({name: [] for name in data.ids} for _ in range(2))
    for row in own[own["repeats"].isin(data.ids) & own["value"].notna()].itertuples():
        told[row.repeats].append(f"{row.id} {row.value:g}")
        heads[row.repeats] += [(row.value, row.id, row.quantity)] * (row.unit == "persons")
    table["also"] = ["; ".join(told[name]) for name in table["id"]]
    counted = pd.DataFrame([(heads[name] or [(np.nan, "", "")])[0] for name in table["id"]], columns=HEADS)
    return pd.concat([table[ABOUT], counted], axis=1)


def part_of(name: str, instrument: str) -> str:
    """By what kind of instrument a row was read: a word of the report."""
    if name.startswith("respondents_"):
        return COMPOSITION
    return next((part for word, part in _OF_INSTRUMENTS if word in instrument), OTHER)


def silent(data: Data, path: str) -> pd.DataFrame:
    """The rows of a table that are not judged: id, quantity, reason ("input", "shown", "repeats", "unread", "sign")."""
    table = load_targets(path)
    table = table[~table["id"].isin(data.ids)]
    reason = table["role"].where(~table["role"].isin(JUDGED), "sign").where(~table["id"].isin([*data.unread]), "unread")
    reason = reason.where(~table["id"].isin([*data.repeats]), "repeats")
    return table.assign(reason=reason)[["id", "quantity", "reason"]].reset_index(drop=True)
