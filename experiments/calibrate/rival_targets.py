"""What else would have to be true if a critic were right: a posterior from other targets against the usual one.

A calibration with ``survey.targets=`` takes the rows that may be fitted from another table. Each parameter's shift is
given in standard deviations of the posterior that is shipped (or chosen by ``behaviour.posterior=``), on the scale on
which its prior is uniform.
"""

import textwrap
from pathlib import Path

import numpy as np
import pandas as pd

from experiments.calibrate.inference.data import Data, load
from experiments.calibrate.inference.design import parameters
from experiments.calibrate.inference.fit import Fit
from experiments.calibrate.rival_figure import draw_rival
from sim.results.folder import write_tables
from sim.scenario.posterior import table
from sim.scenario.scenario import Scenario

SHIPPED = "posterior.csv"
MOVED = 1.0  # standard deviations from which a parameter is said to move
_LEVELS = (0.05, 0.5, 0.95)


def report(fitted: Fit, scenario: Scenario, folder: Path) -> str:
    """Write ``rival.csv`` and draw ``rival/``; gives back what the other evidence asks for.

    What was fitted to ``survey.targets`` is compared with ``behaviour.posterior``, or the one that is shipped.
    """
    targets, usual = scenario.survey.targets, scenario.behaviour.posterior or SHIPPED
    columns, rows = table(usual)
    frame = compared(fitted, columns, np.array(rows))
    write_tables(folder, {"rival.csv": frame})
    if scenario.report.figures:
        draw_rival(frame, scenario.report.language, folder / "rival")
    return text(frame, changes(load(targets), load()), targets, usual)


def compared(fitted: Fit, columns: list[str], rows: np.ndarray) -> pd.DataFrame:
    """Each free parameter in the usual posterior, shape (draws, columns) by full key, and in the rival one.

    Returns
    -------
    DataFrame
        key, usual_low, usual, usual_high, rival_low, rival, rival_high (5, 50, 95 %), shift (of the mean, in standard
        deviations of the usual posterior), shift_error (from the number of draws of both), width (rival standard
        deviation over the usual one), moves (shift of one or more, and of more than two errors); nan for a parameter
        that the usual posterior does not hold. The furthest first.
    """
    rival, records = fitted.posterior, []
    ends, mean, sd = rival.quantiles(_LEVELS), rival.mean, rival.sd
    draws = len(np.unique(rows, axis=0))
    for j, (key, prior) in enumerate(parameters().items()):
        row = {"key": key} | dict(zip(("rival_low", "rival", "rival_high"), map(prior.at, ends[:, j]), strict=True))
        if key in columns:
            values = rows[:, columns.index(key)]
            shares = np.array([prior.share(value) for value in values])
            spread = shares.std()
            row |= dict(zip(("usual_low", "usual", "usual_high"), np.quantile(values, _LEVELS), strict=True))
            if spread > 0:
                width = sd[j] / spread
                row |= {"shift": (mean[j] - shares.mean()) / spread, "width": width}
                row["shift_error"] = np.sqrt(1.0 / draws + width**2 / rival.effective)
        records.append(row)
    names = "key usual_low usual usual_high rival_low rival rival_high shift shift_error width".split()
    frame = pd.DataFrame(records).reindex(columns=names)
    size = frame["shift"].abs()
    frame["moves"] = (size >= MOVED) & (size > 2.0 * frame["shift_error"])
    return frame.iloc[np.argsort(-size.fillna(-1.0).to_numpy(), kind="stable")].reset_index(drop=True)


def changes(rival: Data, usual: Data) -> list[tuple]:
    """Rows that may be fitted and differ: list of (id, usual value or None, rival value or None); nan: an interval."""
    ours, theirs = _said(usual), _said(rival)
    names = [name for name in dict.fromkeys([*ours, *theirs]) if ours.get(name) != theirs.get(name)]
    return [(name, *(_value_of(one.get(name)) for one in (ours, theirs))) for name in names]


def _said(data):
    """By id, all that a row says; the published value comes first."""
    numbers = np.array([data.published, data.error, data.low, data.high]).T
    return {name: tuple(None if x != x else float(x) for x in row) for name, row in zip(data.ids, numbers, strict=True)}


def text(frame: pd.DataFrame, changed: list[tuple], targets: str, usual: str) -> str:
    """What stands on the screen."""
    differing = "; ".join(f"{name} {_value(a)} -> {_value(b)}" for name, a, b in changed) or "nothing that is fitted"
    lines = ["", _folded(f"Rival evidence {targets} against the published, in what is fitted: {differing}.")]
    shown = frame[["key", "usual", "rival", "shift", "shift_error", "width"]]
    lines += [shown.to_string(index=False, float_format="{:.2g}".format, na_rep="-")]
    legend = f"usual, rival: medians, {usual} and this calibration. shift: of the mean, in standard deviations of the "
    lines.append(_folded(f"{legend}usual posterior. width: rival over usual standard deviation."))
    moved = frame[frame["moves"]]
    would = "; ".join(f"{row.key} {'lower' if row.shift < 0 else 'higher'}, {row.rival:.3g} instead of {row.usual:.3g} "
                      f"({row.shift:+.1f} sd)" for row in moved.itertuples())  # fmt: skip
    least = f"no parameter moves by {MOVED:g} standard deviation or more: these numbers ask for nothing else"
    lines.append(_folded(f"What else would have to be true: {would or least}."))
    unknown = frame.loc[frame["shift"].isna(), "key"].tolist()
    if unknown:
        lines.append(_folded(f"Not in {usual}, so not compared: {', '.join(unknown)}."))
    return "\n".join(lines)


def _value_of(row):
    return None if row is None else np.nan if row[0] is None else row[0]


def _value(number):
    return "none" if number is None else "an interval" if number != number else f"{number:g}"


def _folded(line):
    return textwrap.fill(line, 116, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
