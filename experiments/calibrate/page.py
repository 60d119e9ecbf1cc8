"""A calibration on disk and on the screen."""

import shlex
import textwrap
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from experiments.calibrate.inference.design import parameters, values
from experiments.calibrate.inference.fit import EVEN, WORDS, Fit
from sim.results.folder import atomic_file, write_json, write_tables
from sim.results.spreadsheets import write_csv

BLAMED = 0.5  # posterior probability from which a row is told as missed
_TOLD = 6  # parameters that are named for what they move
_MOVES = 0.02  # share of the headline from which a parameter that the data cannot tell is told to move it


def write(fitted: Fit, drawn: np.ndarray, tables: dict, runs: pd.DataFrame, born: dict, folder: Path) -> None:
    """Write the tables, the draws, shape (draws, d), and their provenance."""
    with atomic_file(folder / "posterior.csv") as path:
        write_csv(pd.DataFrame([values(point) for point in drawn]), path, float_format="%.8g")
    about = {"draws": len(drawn), "runs": fitted.runs, "effective": round(fitted.posterior.effective, 1)}
    priors = {key: {"prior": str(prior), "reason": prior.reason} for key, prior in parameters().items()}
    data = {name: None if np.isnan(value) else float(value)
            for name, value in zip(fitted.data.ids, fitted.data.published, strict=True)}  # fmt: skip
    if fitted.likelihood is not None:
        about["luck"] = fitted.likelihood.luck_of
    # What may be shipped tells no folder of somebody's machine.
    about["command"] = shlex.join(word for word in shlex.split(born["command"]) if not word.startswith("hydra."))
    write_json(
        folder / "posterior.json",
        born | about | {"priors": priors, "data": data, "left out": fitted.data.repeats, "unread": fitted.data.unread},
    )
    with atomic_file(folder / "best.yaml") as path:
        path.write_text(yaml.safe_dump(values(fitted.best), sort_keys=False), encoding="utf-8")
    design = {"design.parquet": runs} if len(runs) else {}
    write_tables(folder, {f"{name}.csv": table for name, table in tables.items()} | design)


def table_text(tables: dict[str, pd.DataFrame]) -> str:
    """What stands on the screen: parameters, what the data tell of them, predictions, and whether to trust it."""
    table, predictions = tables["parameters"], tables["predictions"]
    columns = ["key", "low", "median", "high", "best", "width", "told", "headline", "recovered", "cover_90"]
    lines = [table[columns].to_string(index=False, float_format="{:.3g}".format, na_rep="-"), ""]
    lines += contraction_text(table) + recovery_text(table, len(tables["ranks"]))
    shown = ["id", "published", "low", "high", "predicted_low", "predicted", "predicted_high", "single", "rank", "best",
             "best_single", "missed"]  # fmt: skip
    if predictions["runs"].any():
        lines += ["", predictions[shown].to_string(index=False, float_format="{:.3g}".format, na_rep="-"), ""]
        lines += coverage_text(predictions)
    return "\n".join(lines)


def contraction_text(table: pd.DataFrame) -> list[str]:
    """What the data tell of the parameters, by which rows, and what the headline owes to those that they do not."""
    lines = []
    for words in WORDS[:2]:
        keys = [f"{row.key} ({row.width:.2f}; {row.by})" for row in table[table["told"] == words].itertuples()]
        lines.append(_folded(f"{words.capitalize()} (posterior over prior standard deviation; rows that say most): "
                             f"{'; '.join(keys) or 'none'}."))  # fmt: skip
    left = table[table["told"] == WORDS[2]]
    lines.append(_folded(f"{WORDS[2].capitalize()}: {', '.join(left['key']) or 'none'}."))
    moving = left[left["headline"].abs() >= _MOVES].sort_values("headline", key=lambda x: -x.abs())
    owed = "; ".join(f"{row.key} moves {row.of} by {row.headline:+.0%}" for row in moving.head(_TOLD).itertuples())
    owed += f"; {len(moving) - _TOLD} others less (parameters.csv)" if len(moving) > _TOLD else ""
    if left["headline"].notna().any():
        lines.append(_folded("What the headline owes to those, over their posterior's middle 90 %: "
                             f"{owed or f'less than {_MOVES:.0%} to each'}."))  # fmt: skip
    return lines


def recovery_text(table: pd.DataFrame, sets: int) -> list[str]:
    """Whether parameters that are known are found."""
    if table["cover_90"].isna().all():
        return []
    uneven = table.loc[table["even"] < EVEN, "key"].tolist()
    by_chance = f"{EVEN * len(table):.1f} of {len(table)} would be by chance"
    verdict = f"ranks are uneven for {', '.join(uneven)} ({by_chance})" if uneven else "ranks are even for all"
    half, most = table["cover_50"].mean(), table["cover_90"].mean()
    return [_folded(f"Of {sets} data sets with known parameters the posterior's 50 % intervals hold {half:.0%}, its "
                    f"90 % intervals {most:.0%} of the true values; {verdict}.")]  # fmt: skip


def coverage_text(predictions: pd.DataFrame) -> list[str]:
    """How many rows a single market of full size meets."""
    known = predictions[predictions["runs"] > 0]
    lines = [f"Of {len(known)} rows a single run at a draw of the posterior meets {known['single'].sum():.1f} on "
             f"average; of its median {known['inside'].sum()} are inside."]  # fmt: skip
    best = predictions[predictions["best"].notna()]
    if len(best):
        lines[0] += (f" At the best point the mean over worlds meets {best['best_inside'].sum()} of {len(best)}, a "
                     f"single world {best['best_single'].sum():.1f}.")  # fmt: skip
    ranks = known["rank"].dropna()
    low, high = (ranks < 0.05).sum(), (ranks > 0.95).sum()
    lines.append(f"Published numbers lie below 5 % of what runs read in {low} of {len(ranks)} rows, above 95 % in "
                 f"{high}; one draw more of the same market would in {0.05 * len(ranks):.1f} each.")  # fmt: skip
    blamed = predictions.loc[predictions["missed"] >= BLAMED, ["id", "missed"]]
    named = ", ".join(f"{row.id} ({row.missed:.0%})" for row in blamed.itertuples())
    lines.append(f"Rows that the model probably misses, whatever it is fitted to: {named or 'none'}.")
    return [_folded(line) for line in lines]


def posterior_text(fitted: Fit, tables: dict[str, pd.DataFrame]) -> str:
    """The same, and warnings."""
    lines = [table_text(tables), ""]
    if fitted.data.unread:
        missing = ", ".join(f"{name} ({share:.0%} of runs)" for name, share in fitted.data.unread.items())
        lines.append(f"Not fitted, for a market of this size often has no reading of them: {missing}.")
    if fitted.recovery.unclear:
        lines.append(f"Left out of the recovery, for walkers did not agree: {fitted.recovery.unclear} data sets.")
    if fitted.likelihood is not None:
        explained, ids = fitted.likelihood.emulators.explained, fitted.data.ids
        least = ids[int(np.argmin(explained))]
        lines.append(
            f"Of the variance between runs their emulator explains {explained.min():.0%} ({least}) to "
            f"{explained.max():.0%}; the rest is mostly the luck of one small market. Luck of one market of full size, "
            f"which adds to the data's error: from {fitted.likelihood.luck_of}."
        )
    repeats = ", ".join(f"{a} (says what {b} says)" for a, b in fitted.data.repeats.items())
    worth = f"{fitted.runs} runs, a posterior worth {fitted.posterior.effective:.0f} draws"
    lines.append(f"{worth}; left out as repetitions: {repeats}.")
    return "\n".join(_folded(line) if len(line) > 116 and "\n" not in line else line for line in lines)


def _folded(line):
    return textwrap.fill(line, 116, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
