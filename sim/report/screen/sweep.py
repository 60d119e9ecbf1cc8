"""A sweep on the screen, in plain English text."""

import pandas as pd

from sim.report.language.sample import titled
from sim.report.language.words import Words
from sim.report.screen.table import printed, rule, table
from sim.scenario.scenario import Scenario

_MOST = 40  # combinations
_SHOWN = {
    "reading.very_active": "very active",
    "reading.regular": "regular",
    "truth.regular": "truth",
    "earned_mean_euro": "earned",
    "hourly_median_euro": "per hour",
    "empty_share": "empty",
}
_LEGEND = (
    "Two readings and the truth of the second (who looked in the last 30 days), persons; mean earnings of the last "
    "month and median pay per hour, euro; looks that find nothing. Means over the runs that ended well; sd between "
    "runs below."
)


def sweep_text(runs: pd.DataFrame, parameters: list[str], scenario: Scenario | None = None) -> str:
    """Means and spread of the main numbers for each combination of what was varied.

    Parameters
    ----------
    runs
        From `sim.runs.sweep_tables.runs_table`.
    parameters
        Its columns that were varied.
    scenario
        Any of the runs'; None where they have no part of the country in common.
    """
    words, well = Words("en"), runs[runs["status"] == "finished"]
    cases = [*well.groupby(parameters, dropna=False, sort=True)] if parameters else [((), well)]
    rows = []
    for values, case in cases[:_MOST]:
        name = ", ".join(str(value) for value in values) or "all"
        rows.append((name, str(len(case)), *(_shown(name, case[name].mean(), words) for name in _SHOWN)))
        if len(case) > 1:
            rows.append(("", "sd", *(_shown(name, case[name].std(), words) for name in _SHOWN)))
    title = f"{len(well)} RUNS, {len(cases)} COMBINATION{'S' * (len(cases) != 1)}"
    title += f", by {', '.join(parameters)}" if parameters else ""
    alike = scenario and not any(name.partition(".")[0] == "population" for name in parameters)
    return printed(
        rule(titled(title, scenario, words) if alike else title),
        table(("", "runs", *_SHOWN.values()), rows),
        *([f"... and {len(cases) - _MOST} more in runs.parquet"] if len(cases) > _MOST else []),
        _LEGEND,
    )


def _shown(name, value, words):
    if name == "empty_share":
        return words.percent(value)
    return words.number(value, 2 if name.endswith("_euro") else 0)
