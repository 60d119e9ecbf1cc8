"""The table of `sim.results.whole.precision` from runs of several sizes: what a run of each says of the whole."""

from typing import Any

import numpy as np
import pandas as pd

from experiments.scale.measure import kind_of, numbers
from sim.instruments.targets import load_targets
from sim.results.whole.precision import COLUMNS, precision
from sim.runs.quantities import number
from sim.scenario.scenario import Scenario

_PARTS = ("platform.", "structure.", "use.")  # too many rows for a table that ships, and nowhere alone
_FIGURES = 5


def precision_table(runs: dict[int, list[dict[str, Any]]], scenario: Scenario) -> pd.DataFrame:
    """Every number that a run shows of the whole market, at every size, from what was measured of each seed of a size.

    Returns
    -------
    DataFrame
        Columns `sim.results.whole.precision.COLUMNS`: size in people; mean, sd between seeds and error on the scale
        named; ratio (odds ratio) of the size to the whole.
    """
    shares = {name for name, unit in load_targets(scenario.published)[["id", "unit"]].values if unit == "share"}
    rows: list[dict[str, float | str]] = []
    for name, place in numbers(scenario).items():
        if not name.startswith(_PARTS):
            values = {size: np.array([number(one, place) for one in seeds]) for size, seeds in runs.items()}
            share = place[1] in shares if place[0] == "targets" else kind_of(place) == "share"
            rows += [row | {"number": name} for row in precision(values, share)]
    table = pd.DataFrame(rows, columns=[*COLUMNS])
    columns = ["mean", "sd", "ratio", "error"]
    table[columns] = table[columns].map(lambda value: float(f"{value:.{_FIGURES}g}"))
    return table
