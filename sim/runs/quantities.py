"""The numbers of a run that can be asked for by name (``until=earned_mean_euro:5%``), and where they are kept."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from sim.instruments.surveys.counts import TWO_WAVES
from sim.instruments.surveys.respondents import questions
from sim.instruments.targets import load_targets
from sim.instruments.tiers import TIERS, held, uncounted
from sim.kernel.records import DAILY
from sim.results.summary import summarise
from sim.scenario.scenario import Scenario

Place = tuple[str, ...]


def of_run(scenario: Scenario) -> dict[str, Place]:
    """Where `sim.instruments.across_seeds.outline` keeps each number that can be asked for, by name.

    Raises
    ------
    TargetsError
        If the scenario's targets cannot be read.
    """
    names = [*load_targets(scenario.published)["id"]]
    return quantities(summary_names(scenario), names) | _of_own(scenario)


def _of_own(scenario):
    """The readings of one's own by name: of an instrument that gives several at once the one asked for, which is known
    only from its runs."""
    mine = scenario.ones_own("instrument")
    asked = (scenario.until or "").rpartition(":")[0]
    several = [asked] if asked.partition(".")[0] in mine else []
    return {name: ("targets", name) for name in [*mine, *several]}


def quantities(summary: Iterable[str], targets: Iterable[str]) -> dict[str, Place]:
    """Where each number that can be asked for is kept, by name.

    Numbers of the summary and targets go by their own names; where both have one, only ``summary.`` or ``target.``
    before it tells them apart. Of tiers there is ``reading.very_active`` and ``truth.very_active``.
    """
    summary, targets = [*summary], [*targets]
    found: dict[str, Place] = {f"summary.{name}": ("summary", name) for name in summary}
    found |= {f"target.{name}": ("targets", name) for name in targets}
    plain: dict[str, Place] = {name: ("summary", name) for name in summary if name not in targets}
    plain |= {name: ("targets", name) for name in targets if name not in summary}
    each = [(what, tier) for tier in TIERS for what in ("reading", "truth")]
    return plain | {f"{what}.{tier.replace(' ', '_')}": ("tiers", tier, what) for what, tier in each} | found


def silent(scenario: Scenario, place: Place) -> str:
    """Why the number at a place is known in no run of a scenario; empty where it may be."""
    of_both = [("tiers", TIERS[0], "reading"), *(("targets", name) for name in TWO_WAVES)]
    said = place[0] == "targets" and place[1] in questions(scenario)
    unheld = (place in of_both and not held(scenario)) or (said and not held(scenario, 1))
    return uncounted(scenario) if unheld else ""


def number(measured: dict[str, Any], place: Place) -> float:
    """The number at a place of `quantities` in what `outline` keeps of a run; nan where it is not known."""
    kept, name, *column = place
    if kept == "tiers":
        return next((float(row[column[0]]) for row in measured[kept] if row["tier"] == name), np.nan)
    value = measured[kept].get(name, np.nan)
    if kept == "targets":
        value = np.nan if isinstance(value, str) or not isinstance(value, list) else value[0]
    return float(value)


def summary_names(scenario: Scenario) -> list[str]:
    """The names of all numbers of a summary, before there is a run; those of a policy's own come on top."""
    columns = {
        "daily": ("date", "day", "platform", "structure", *DAILY._fields),
        "months": ("worker", "month", "looks", "earned_micro_euro"),
        "workers": ("worker", "accounts", "engagement", "platforms"),
        "batches": (
            "posted",
            "last_filled",
            "withdrawn",
            "open",
            "done",
            "refused",
            "true_seconds",
            "piece_rate_micro_euro",
            "platform",
            "client",
            "kind",
        ),
        "clients": ("spent_micro_euro",),
        "funnel": ("date", "registered", "seen_month", "seen_week", "worked_month"),
    }
    empty = {table: pd.DataFrame({name: np.zeros(0) for name in of_table}) for table, of_table in columns.items()}
    return [*summarise(**empty, scenario=scenario)]
