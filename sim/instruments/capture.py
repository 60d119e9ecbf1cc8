"""Who is caught: the chance of answering a wave of the questionnaire against how much one looked before.

The estimators take everybody to be caught alike. The record tells what nobody outside can see: how often each
person looked in the month before a wave, caught or not.
"""

import numpy as np
import pandas as pd

from sim.instruments.estimators import Z
from sim.instruments.fieldwork import Fieldwork
from sim.kernel.units import DAY

EDGES = (0, 1, 2, 4, 8, 16, 31, 61, 121, 241)  # looks in the month before, all platforms; the last is open


def by_activity(fieldwork: Fieldwork) -> pd.DataFrame | None:
    """People and captures on the survey's platform by looks in the month before, both waves together.

    Returns
    -------
    DataFrame or None
        Columns looks (least of the class), until (most, inf in the last), people (registered there by the day
        of the wave's last answer; a person counts once for each wave), caught (of them, usable answers), again (caught
        in the first wave and again in the second, by looks before the second). None where no questionnaire was
        posted or the months before the waves are not in the record.
    """
    results, scenario, answers = fieldwork.results, fieldwork.scenario, fieldwork.answers
    survey, months = scenario.survey, fieldwork.months
    before = [(pd.Timestamp(day) - pd.offsets.MonthBegin(1 + (day.day > 1))) for day in survey.waves]
    labels = [f"{month:%Y-%m}" for month in before]
    if not len(answers) or not len(months) or not set(labels) <= set(months["month"].unique()):
        return None
    accounts = results.accounts[results.accounts["platform"] == scenario.surveyed]
    size = len(EDGES)
    people, caught, again = np.zeros((3, size), np.int64)
    for wave, (day, label) in enumerate(zip(survey.waves, labels, strict=True)):
        taken = answers[answers["wave"] == wave]
        closed = max((day - scenario.start).days, taken["second"].max() // DAY if len(taken) else 0)
        there = accounts.loc[accounts["signed_up"] <= closed, "worker"]
        month = months[months["month"] == label].set_index("worker")["looks"]
        looks = month.reindex(there, fill_value=0)
        group = np.digitize(looks.to_numpy(), EDGES) - 1
        took = looks.index.isin(taken["worker"])
        people += np.bincount(group, minlength=size)
        caught += np.bincount(group[took], minlength=size)
        if wave:
            took &= looks.index.isin(answers.loc[answers["wave"] == 0, "worker"])
            again += np.bincount(group[took], minlength=size)
    until = [*(edge - 1 for edge in EDGES[1:]), np.inf]
    return pd.DataFrame({"looks": EDGES, "until": until, "people": people, "caught": caught, "again": again})


def probabilities(table: pd.DataFrame) -> pd.DataFrame:
    """Capture probability of each class with Wilson's 95 % interval; columns share, low, high added.

    By hand, for scipy's `proportion_ci` takes one class at a time, and a second to import.
    """
    n, k = table["people"].to_numpy(float), table["caught"].to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = k / n
        centre = (k + Z**2 / 2) / (n + Z**2)
        half = Z / (n + Z**2) * np.sqrt(k * (n - k) / n + Z**2 / 4)
        low, high = np.minimum(centre - half, share), np.maximum(centre + half, share)  # where none or all are caught
    return table.assign(share=share, low=np.maximum(low, 0.0), high=high)


def spread(table: pd.DataFrame, least: int = 1) -> float:
    """Squared coefficient of variation of the capture probability between classes of activity.

    Only what activity tells: within a class people differ too, so this is a lower bound of the whole.

    Parameters
    ----------
    table
        From `by_activity`.
    least
        Classes of so many looks or more.

    Returns
    -------
    float
        nan if nobody of these classes was caught.
    """
    some = table[(table["looks"] >= least) & (table["people"] > 0)]
    n, k = some["people"].to_numpy(float), some["caught"].to_numpy(float)
    if not k.sum():
        return float("nan")
    p, mean = k / n, k.sum() / n.sum()
    chance = p * (1.0 - p) / np.maximum(n - 1.0, 1.0)  # what sampling adds to the square of a share
    return float(max((n * (p**2 - chance)).sum() / n.sum() / mean**2 - 1.0, 0.0))


def wave_counts(fieldwork: Fieldwork) -> dict[str, float]:
    """People caught in the two waves and people who could be caught, on the survey's platform.

    Returns
    -------
    dict of str to float
        n1, n2, m and petersen (Chapman's if nobody was caught twice), if both waves caught somebody; month_one,
        month_both (people who looked there in the months of the waves), if these are recorded.
    """
    scenario, waves = fieldwork.scenario, fieldwork.waves
    months, here = fieldwork.months, scenario.surveyed
    counts = {}
    if waves is not None:
        counts = {"n1": waves.n1, "n2": waves.n2, "m": waves.m, "petersen": waves.count.n_hat}
    labels = [f"{wave:%Y-%m}" for wave in scenario.survey.waves]
    if len(months) and set(labels) <= set(months["month"].unique()):
        there = months[(months["platforms"] & 1 << list(scenario.platform.members).index(here)) > 0]
        one, two = (there.loc[there["month"] == label, "worker"] for label in labels)
        counts |= {"month_one": len(one), "month_two": len(two), "month_both": len(np.intersect1d(one, two))}
    return counts


def share_counted(counts: pd.Series | dict[str, float]) -> float:
    """Petersen's count over what it would be if all who looked there in the waves' months were caught alike.

    Parameters
    ----------
    counts
        From `wave_counts`, of a run or means over runs; nan if any of them is missing.
    """
    n_hat, one, two, both = (counts.get(name, np.nan) for name in ("petersen", "month_one", "month_two", "month_both"))
    return n_hat * both / (one * two) if one * two else np.nan
