"""What the tiers experiment keeps of a run, and how readings and truths move between variants, seed by seed."""

import copy
from typing import Any

import numpy as np
import pandas as pd

from experiments.seeds import ratio_of_means
from experiments.tiers.gap import counts
from sim.instruments.across_seeds import read
from sim.instruments.capture import by_activity
from sim.instruments.fieldwork import Fieldwork
from sim.results.results import Results

# Other instruments on the same market: they are read off the same run, since nothing in the market can notice.
SETTINGS = {"divisor": {"divisor": 1.27}, "duplicates": {"duplicate_share": 0.1}, "devices": {"devices": 1.3}}


def measure(results: Results) -> dict[str, Any]:
    """What the experiment keeps of a run.

    Returns
    -------
    dict
        Plain numbers, words, lists and dictionaries, nan for what is not known: `tiers` (rows of the tier table),
        `settings` (the same for each of `SETTINGS`), `counts` (of the gap), `truth` (table of levels), `targets`
        ([value, standard error] or the reason why there is none, by id), `capture` (captures by activity, or
        None).
    """
    fieldwork = Fieldwork(results)
    activity, others = by_activity(fieldwork), {name: _set(results, changes) for name, changes in SETTINGS.items()}
    return read(fieldwork) | {
        "settings": {name: Fieldwork(other).tiers.to_dict("records") for name, other in others.items()},
        "counts": counts(fieldwork),
        "truth": fieldwork.truth.to_dict("index"),
        "capture": None if activity is None else activity.to_dict("list"),
    }


def _set(results: Results, changes: dict[str, float]) -> Results:
    """The same run seen by an instrument with other settings."""
    survey = results.scenario.survey.model_copy(update=changes)
    other = copy.copy(results)
    other.scenario = results.scenario.model_copy(update={"survey": survey})
    return other


def captures_together(measured: list[dict[str, Any]]) -> pd.DataFrame | None:
    """Captures by activity of all runs; None if no run has any."""
    tables = [pd.DataFrame(one["capture"]) for one in measured if one["capture"] is not None]
    if not tables:
        return None
    whole = tables[0].copy()
    columns = ["people", "caught", "again"]
    whole[columns] = sum(table[columns] for table in tables)
    return whole


def responses(frame: pd.DataFrame, base: dict[str, str]) -> pd.DataFrame:
    """How readings and truths move when the market or an instrument changes, seed by seed.

    Parameters
    ----------
    frame
        From `sim.instruments.across_seeds.tier_frame`.
    base
        The variant each variant is compared with; both are compared over the seeds in which both have a reading.

    Returns
    -------
    DataFrame
        variant, against, tier, seeds, reading, truth (means), base_reading, base_truth, and the ratios of means
        reading_ratio, truth_ratio with their standard errors reading_ratio_se and truth_ratio_se.
    """
    wide = frame.pivot(index="seed", columns=["variant", "tier"], values=["reading", "truth"])
    rows = []
    for variant, against in base.items():
        for tier in frame["tier"].unique():
            row = {"variant": variant, "against": against, "tier": tier}
            for name in ("reading", "truth"):
                pairs = wide[[(name, variant, tier), (name, against, tier)]].to_numpy(float)
                pairs = pairs[np.isfinite(pairs).all(axis=1)]
                ratio, error = ratio_of_means(*pairs.T)
                row |= {name: _mean(pairs[:, 0]), f"base_{name}": _mean(pairs[:, 1])}
                row |= {f"{name}_ratio": ratio, f"{name}_ratio_se": error}
                row.setdefault("seeds", len(pairs))  # those with a reading; the truth is always known
            rows.append(row)
    order = "variant against tier seeds reading base_reading reading_ratio reading_ratio_se truth base_truth"
    return pd.DataFrame(rows)[[*order.split(), "truth_ratio", "truth_ratio_se"]]


def _mean(values: np.ndarray) -> float:
    return values.mean() if len(values) else np.nan
