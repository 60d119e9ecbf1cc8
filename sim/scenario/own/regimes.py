"""A demand regime of one's own: a function of the days of a run, or a table of intensity by day."""

from typing import Any

import numpy as np

from sim.scenario.own.brought import sources, values
from sim.scenario.problems import BadScenario, Problem

COLUMNS = ("date", "intensity")


def regime_of(scenario: Any) -> tuple[str, np.ndarray] | None:
    """Name and intensity of the regime that is one's own, None without one.

    Returns
    -------
    str
    float64 array, shape (days,)
        1 is the usual; of a table whose days do not follow on one another each holds until the next.

    Raises
    ------
    BadScenario
        If it gives no number of at least 0 for each day.
    """
    for name in scenario.ones_own("regime"):
        (source,) = sources({name: scenario.own[name]}).values()
        dates = np.arange(np.datetime64(scenario.start), np.datetime64(scenario.laid_out) + 1)
        if not callable(source.rule):
            return name, _table(f"own.{name}", source.rule, dates)
        return name, _checked(f"own.{name}", _asked(f"own.{name}", source, dates, values(scenario.own[name])), dates)
    return None


def wrong_regime(scenario: Any) -> list[Problem]:
    """What is wrong with the regime that is one's own."""
    try:
        regime_of(scenario)
    except BadScenario as bad:
        return bad.problems
    return []


def _asked(key, source, dates, given):
    try:
        return source.rule(dates, **given)
    except Exception as error:  # whatever a user's function does is told at the door and ends in no traceback
        wrong = f"{type(error).__name__}: {' '.join(str(error).split())}"
        raise BadScenario([Problem(key, source.word, wrong)]) from None


def _checked(key, asked, dates):
    found = np.asarray(asked)
    if found.shape != dates.shape or found.dtype.kind not in "fiu":
        shape = f"{found.dtype} of shape {found.shape}"
        raise BadScenario([Problem(key, shape, f"must give {len(dates)} numbers, one for each day")])
    found = found.astype(np.float64)
    wrong = np.flatnonzero(~(np.isfinite(found) & (found >= 0.0)))
    if len(wrong):
        raise BadScenario([Problem(key, float(found[wrong[0]]), f"is no intensity: on {dates[wrong[0]]}; from 0 on")])
    return found


def _table(key, path, dates):
    """Rows of a CSV with the columns of `COLUMNS`."""
    problems, days, found = [], [], []
    with path.open(encoding="utf-8-sig") as lines:
        head = [name.strip().lower() for name in next(lines, "").split(",")]
        if missing := [name for name in COLUMNS if name not in head]:
            raise BadScenario([Problem(key, path.name, f"has no column {' and no column '.join(missing)}")])
        for row, line in enumerate(lines, 2):
            cells = [cell.strip() for cell in line.split(",")]
            if not any(cells):
                continue
            try:
                values = dict(zip(head, cells, strict=True))
                days.append(np.datetime64(values["date"], "D"))
                found.append(float(values["intensity"]))
            except ValueError as error:
                problems.append(Problem(key, line.strip(), f"row {row} of {path.name}: {error}"))
    if not problems and (not days or min(days) > dates[0]):
        since = f"begins on {min(days)}" if days else "is empty"
        problems.append(Problem(key, path.name, f"{since}, and the run on {dates[0]}"))
    if not problems and (twice := {str(day) for day in days if days.count(day) > 1}):
        problems.append(Problem(key, path.name, f"has a day twice: {', '.join(sorted(twice)[:3])}"))
    if problems:
        raise BadScenario(problems)
    order = np.argsort(np.array(days), kind="stable")
    each = np.array(found)[order][np.searchsorted(np.array(days)[order], dates, side="right") - 1]
    return _checked(key, each, dates)
