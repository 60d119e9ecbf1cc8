"""How a call to boycott went, and where the work went meanwhile: numbers by name."""

import numpy as np

from sim.kernel.records import DAILY
from sim.kernel.units import HOUR
from sim.policies.state import Call


def boycott_numbers(call: Call | None, daily: np.ndarray) -> dict[str, float]:
    """Of a call, nothing without one: who joined and went on, and the work of its days beside as many days before.

    Parameters
    ----------
    daily : int64 array, shape (days, P, DAILY)
        Counters of the days completed.

    Returns
    -------
    dict
        `Call.numbers`; hours of work done in France (``hours``) and elsewhere (``elsewhere``) and tasks withdrawn
        a day, tasks open on the last day, each once more with ``_before``; nan where there were no such days.
    """
    if call is None or len(daily) <= call.since:
        return {}
    days = daily[call.since : call.until]
    spans = {"": days, "_before": daily[max(0, call.since - len(days)) : call.since]}
    numbers: dict[str, float] = dict(call.numbers())
    for name, span in spans.items():
        a_day = span.sum(axis=1).mean(axis=0) if len(span) else np.full(len(DAILY), np.nan)
        numbers[f"boycott.hours{name}"] = float(a_day[DAILY.paid_seconds] / HOUR)
        numbers[f"boycott.elsewhere{name}"] = float(a_day[DAILY.abroad_seconds] / HOUR)
        numbers[f"boycott.withdrawn{name}"] = float(a_day[DAILY.tasks_withdrawn])
        numbers[f"boycott.open{name}"] = float(span[-1, :, DAILY.tasks_open].sum()) if len(span) else np.nan
    return numbers
