"""What an inference keeps of one run: every reading, and the outcomes whose sensitivity is asked.

Imported by the processes that make the runs; knows nothing of the published values.
"""

from sim.instruments.fieldwork import Fieldwork
from sim.instruments.readings import readings
from sim.instruments.surveys.counterfactual import counterfactual
from sim.instruments.targets import NotComparable
from sim.results.results import Results

# Outcomes of `sim.results.summary`, and what they are called here.
SUMMARY = {
    "earned_mean_euro": "mean_earnings",
    "gini_earners": "gini",
    "unpaid_share": "unpaid_share",
    "fill_median_seconds": "fill_time",
}
OUTCOMES = tuple(
    [f"{what}_{tier}" for what in ("reading", "truth") for tier in ("very_active", "regular", "occasional")]
    + list(SUMMARY.values())
)


def measure(results: Results) -> dict:
    """Readings and outcomes of a run.

    Returns
    -------
    dict
        `readings`: [value, standard error] or the reason why there is none, by target id. `outcomes`: number by
        name of `OUTCOMES`, nan where unknown.
    """
    fieldwork = Fieldwork(results)
    found = {
        name: one.reason if isinstance(one, NotComparable) else [*map(float, one)]
        for name, one in (readings(fieldwork) | _recaptured(fieldwork)).items()
    }
    outcomes = {}
    for row in fieldwork.tiers.itertuples():
        name = row.tier.replace(" ", "_")
        outcomes |= {f"reading_{name}": float(row.reading), f"truth_{name}": float(row.truth)}
    outcomes |= {name: float(results.summary[key]) for key, name in SUMMARY.items()}
    return {"readings": found, "outcomes": outcomes}


def _recaptured(fieldwork):
    """The capture-recapture share by Chapman's count, which a small market has too when nobody is caught twice.

    At full scale, with some ninety people caught twice, it is Petersen's within 1 %.
    """
    count = fieldwork.waves
    if count is None or counterfactual(fieldwork.scenario):
        return {}
    registered = float(fieldwork.registrations[fieldwork.scenario.surveyed])
    return {"ff_petersen_share": (count.chapman.n_hat / registered, count.chapman.standard_error / registered)}
