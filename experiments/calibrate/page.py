"""A calibration on disk and on the screen."""

import shlex
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from experiments.calibrate.inference.design import parameters, values
from experiments.calibrate.inference.fit import Fit
from sim.results.folder import atomic_file, write_json, write_tables
from sim.results.spreadsheets import write_csv


def write(fitted: Fit, drawn: np.ndarray, tables: dict, runs: pd.DataFrame | None, born: dict, folder: Path) -> None:
    """Write the tables, the draws, shape (draws, d), and their provenance."""
    with atomic_file(folder / "posterior.csv") as path:
        write_csv(pd.DataFrame([values(point) for point in drawn]), path, float_format="%.8g")
    about = {"draws": len(drawn), "runs": len(fitted.points), "effective": round(fitted.posterior.effective, 1)}
    priors = {key: {"prior": str(prior), "reason": prior.reason} for key, prior in parameters().items()}
    data = {name: float(value) for name, value in zip(fitted.data.ids, fitted.data.published, strict=True)}
    # What may be shipped tells no folder of somebody's machine.
    about["command"] = shlex.join(word for word in shlex.split(born["command"]) if not word.startswith("hydra."))
    write_json(
        folder / "posterior.json",
        born | about | {"priors": priors, "data": data, "left out": fitted.data.repeats, "unread": fitted.data.unread},
    )
    with atomic_file(folder / "best.yaml") as path:
        path.write_text(yaml.safe_dump(values(fitted.best), sort_keys=False), encoding="utf-8")
    design = {} if runs is None else {"design.parquet": runs}
    write_tables(folder, {f"{name}.csv": table for name, table in tables.items()} | design)


def table_text(parameters: pd.DataFrame, predictions: pd.DataFrame) -> str:
    """What stands on the screen: parameters, those the data leave open, and predictions."""
    columns = ["key", "low", "median", "high", "best", "contraction", "recovered", "cover_50", "cover_90"]
    lines = [parameters[columns].to_string(index=False, float_format="{:.3g}".format)]
    unknown = ", ".join(parameters.loc[~parameters["identified"], "key"])
    lines.append(f"\nThe data say little of: {unknown or 'none'}.")
    shown = ["id", "published", "low", "high", "predicted_low", "predicted", "predicted_high", "inside"]
    if predictions["runs"].any():
        lines += ["", predictions[shown].to_string(index=False, float_format="{:.3g}".format)]
    return "\n".join(lines)


def posterior_text(fitted: Fit, parameters: pd.DataFrame, predictions: pd.DataFrame) -> str:
    """The same, and warnings."""
    lines = [table_text(parameters, predictions)]
    beyond = [name for name, far in zip(fitted.data.ids, fitted.posterior.beyond, strict=True) if far]
    if beyond:
        lines.append(
            f"\nNo run comes near: {', '.join(beyond)}. The model does not reach them, whatever it is fitted to."
        )
    if fitted.data.unread:
        missing = ", ".join(f"{name} ({share:.0%} of runs)" for name, share in fitted.data.unread.items())
        lines.append(f"\nNot fitted, for a market of this size often has no reading of them: {missing}.")
    if fitted.pool is not None:
        explained = fitted.pool.explained
        least = fitted.data.ids[int(np.argmin(explained))]
        lines.append(
            f"\nOf the variance between runs their emulator explains {explained.min():.0%} ({least}) to "
            f"{explained.max():.0%}; the rest is mostly the luck of one small market."
        )
    repeats = ", ".join(f"{a} (says what {b} says)" for a, b in fitted.data.repeats.items())
    worth = f"{len(fitted.points)} runs, a posterior worth {fitted.posterior.effective:.0f} draws"
    return "\n".join([*lines, f"\n{worth}; left out as repetitions: {repeats}."])
