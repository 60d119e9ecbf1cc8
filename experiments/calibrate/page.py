"""A calibration on disk and on the screen."""

import csv
import shlex

import numpy as np
import yaml

from experiments.calibrate.figures import draw_posterior
from experiments.calibrate.inference.design import parameters, values
from sim.results.folder import atomic_file, write_json, write_tables


def write(found, drawn, known, table, born, folder):
    """Write the tables, the draws and their provenance.

    Parameters
    ----------
    found : experiments.calibrate.inference.fit.Fit
    drawn : float array, shape (draws, d)
    known : dict
        `parameters`, `predictions` (DataFrames) and `pairs`.
    table : DataFrame or None
        Of all runs.
    born : dict
    folder : Path
    """
    rows = [values(point) for point in drawn]
    with atomic_file(folder / "posterior.csv") as path, open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(parameters()), lineterminator="\n")
        writer.writeheader()
        writer.writerows({key: f"{value:.8g}" for key, value in row.items()} for row in rows)
    about = {"draws": len(rows), "runs": len(found.points), "effective": round(found.posterior.effective, 1)}
    priors = {key: {"prior": str(prior), "reason": prior.reason} for key, prior in parameters().items()}
    data = {name: float(value) for name, value in zip(found.data.ids, found.data.published, strict=True)}
    # What may be shipped tells no folder of somebody's machine.
    about["command"] = shlex.join(word for word in shlex.split(born["command"]) if not word.startswith("hydra."))
    write_json(
        folder / "posterior.json",
        born | about | {"priors": priors, "data": data, "left out": found.data.repeats, "unread": found.data.unread},
    )
    with atomic_file(folder / "best.yaml") as path:
        path.write_text(yaml.safe_dump(values(found.best), sort_keys=False), encoding="utf-8")
    tables = {f"{name}.csv": known[name] for name in ("parameters", "predictions")}
    write_tables(folder, tables if table is None else tables | {"design.parquet": table})


def draw(found, drawn, known, language, folder):
    """Draw the figures into ``figures/`` of the folder."""
    priors = parameters()
    keys = list(priors)
    chance = [[prior.at(u) for u in column] for prior, column in zip(priors.values(), drawn.T, strict=True)]
    draw_posterior(
        {
            "priors": priors,
            "draws": dict(zip(keys, chance, strict=True)),
            "best": values(found.best),
            "contraction": dict(zip(keys, found.contraction, strict=True)),
            "pairs": [(keys[i], keys[j], r) for i, j, r in known["pairs"]],
            "predictions": known["predictions"],
            "ranks": dict(zip(keys, found.ranks.T, strict=True)),
        },
        language,
        folder / "figures",
    )


def text(found, known):
    """What stands on the screen: parameters, those the data leave open, predictions, and warnings."""
    columns = ["key", "low", "median", "high", "best", "contraction", "recovered", "cover_50", "cover_90"]
    lines = [known["parameters"][columns].to_string(index=False, float_format="{:.3g}".format)]
    untold = known["parameters"].loc[~known["parameters"]["identified"], "key"].tolist()
    lines.append(f"\nThe data say little of: {', '.join(untold) or 'none'}.")
    shown = ["id", "published", "low", "high", "predicted_low", "predicted", "predicted_high", "inside"]
    if known["predictions"]["runs"].any():
        lines += ["", known["predictions"][shown].to_string(index=False, float_format="{:.3g}".format)]
    beyond = [name for name, far in zip(found.data.ids, found.posterior.beyond, strict=True) if far]
    if beyond:
        lines.append(
            f"\nNo run comes near: {', '.join(beyond)}. The model does not reach them, whatever it is fitted to."
        )
    if found.data.unread:
        missing = ", ".join(f"{name} ({share:.0%} of runs)" for name, share in found.data.unread.items())
        lines.append(f"\nNot fitted, for a market of this size often has no reading of them: {missing}.")
    if found.pool is not None:
        explained = found.pool.explained
        least = found.data.ids[int(np.argmin(explained))]
        lines.append(
            f"\nOf the variance between runs their emulator explains {explained.min():.0%} ({least}) to "
            f"{explained.max():.0%}; the rest is mostly the luck of one small market."
        )
    repeats = ", ".join(f"{a} (says what {b} says)" for a, b in found.data.repeats.items())
    lines.append(
        f"\n{len(found.points)} runs, a posterior worth {found.posterior.effective:.0f} draws; "
        f"left out as repetitions: {repeats}."
    )
    return "\n".join(lines)
