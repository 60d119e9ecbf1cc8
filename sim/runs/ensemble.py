"""One scenario over many seeds: ``python -m sim.run seeds=20``.

A single run tells one of the histories that were possible; many tell which of its numbers are luck. What runs
leave is folded as they come: a row of numbers each.
"""

import hashlib
import json
import math
import shlex
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.results.command.ending import everything, told
from sim.results.folder import MARK, near, write_json, write_tables
from sim.results.manifest import claim, discard
from sim.results.provenance import provenance, scenario_of, write_scenario
from sim.runs.finished import stored
from sim.runs.replicate import make_all, over_seeds
from sim.runs.taken_up import again, keep
from sim.runs.taken_up import asked as asked_for
from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    from sim.results.results import Results


def run_ensemble(scenario: Scenario, folder: Path, overrides: list[str], overwrite: bool = False) -> bool:
    """Make the runs that are missing, write what all of them say, and print it.

    Parameters
    ----------
    scenario
        ``scenario.seeds`` runs, the first with its seed; with ``scenario.until`` at most so many.
    folder
        The ensemble's; it may hold runs of an earlier launch.
    overrides
        The words that made the scenario.
    overwrite
        Tables are made anew, although they are there; runs that are there and whole are taken up even so.

    Returns
    -------
    bool
        Whether every run ended well; the others are listed, each with the command that repeats it.

    Raises
    ------
    KeyboardInterrupt
        After Ctrl-C, saying what is kept.
    """
    if not overwrite and (text := again(folder, asked_for("ensemble", [scenario], {}))):
        print(f"{text}\n{everything(near(folder))}", flush=True)
        return True
    rows = {}

    def arrived(one, outlined):
        rows[one.seed] = outlined
        import_module("sim.instruments.across_seeds")  # takes a second, which costs nothing while others run

    claim(folder, "ensemble", scenario.digest())
    asked = over_seeds(scenario, scenario.seeds)
    watch = _watch(scenario, asked)
    failed = make_all(asked, measured, folder, arrived, watch and watch.taken)
    if rows:
        by_seed, verdict = sorted(rows.items()), watch and watch.verdict()
        digest = hashlib.sha256(json.dumps(by_seed, sort_keys=True, default=float).encode()).hexdigest()
        born = provenance(scenario, digest, "ensemble") | {"seeds": sorted(rows)}
        born |= {"failed": [one.seed for one, _ in failed.failures], "overrides": overrides, "until": verdict}
        text = show(scenario, by_seed, folder, born)
        write_scenario(scenario, folder)
        write_json(folder / MARK, born)  # last, when all else is there
        if not failed.failures and not failed.given_up and not told:
            keep(folder, asked_for("ensemble", [scenario], {}), text)
        print(f"{text}\n{everything(near(folder))}", flush=True)
    return failed.complain(scenario.seeds, lambda one: f"seed {one.seed}", lambda one: _again(overrides, one.seed))


def measured(results: "Results") -> dict[str, Any]:
    """What is kept of a run: `sim.instruments.across_seeds.outline`, imported where it is needed."""
    from sim.instruments.across_seeds import outline

    return outline(results)


def report(folder: Path, born: dict[str, Any], **shown: Any) -> str:
    """Make tables, figures and page of a finished ensemble anew; gives back the screen's text, or raises BadFolder."""
    scenario = scenario_of(folder, **shown)
    asked = [one for one in over_seeds(scenario, scenario.seeds) if one.seed in born["seeds"]]
    rows = [(one.seed, outlined) for one, outlined in stored(asked, measured, folder, born)]
    return show(scenario, rows, folder, born)


def _watch(scenario, asked):
    """Who looks whether more runs are needed; None if all are to be made."""
    if scenario.until is None:
        return None
    from sim.runs.quantities import number, of_run
    from sim.runs.until import Until, Watch

    until = Until.read(scenario.until)
    place = of_run(scenario)[until.quantity]
    return Watch(until, asked, lambda here: [(number(here["base"], place),) * 2])


def show(
    scenario: Scenario,
    rows: list[tuple[int, dict[str, Any]]],
    folder: Path,
    born: dict[str, Any],
) -> str:
    """Write tables, figures and page of an ensemble, from what was measured of each seed; gives back what the screen
    shows.

    `born` is its provenance, with the verdict of `sim.runs.until.Watch` if a half width was asked for.
    """
    import pandas as pd

    from sim.instruments.across_seeds import numbers_over_seeds, targets_over_seeds, tier_frame, tiers_over_seeds
    from sim.instruments.surveys.ones_own_tables import NAME as READINGS
    from sim.instruments.surveys.ones_own_tables import of_run, readings_over_runs
    from sim.instruments.targets import load_targets
    from sim.report.figures.ensemble import draw_ensemble
    from sim.report.page.many_runs import write_ensemble
    from sim.report.page.page import NAME
    from sim.report.screen.ensemble import ensemble_text
    from sim.report.screen.ones_own import own_of_many
    from sim.runs.until import told as told_of

    verdict = born.get("until")
    runs = pd.DataFrame([{"seed": n, "digest": one["digest"]} | one["summary"] | of_run(one) for n, one in rows])
    published = load_targets(scenario.published)
    by_seed = tier_frame([("base", seed, outlined) for seed, outlined in rows], published)
    tiers = tiers_over_seeds(by_seed)
    targets = targets_over_seeds(published, [outlined for _, outlined in rows])
    summary = numbers_over_seeds(runs.drop(columns=["seed", "digest"]))
    tables = {"runs.parquet": runs, "summary.csv": summary, "tiers.csv": tiers, "targets.csv": targets}
    if verdict:
        tables["until.csv"] = pd.DataFrame([verdict])
    own = readings_over_runs([outlined for _, outlined in rows], scenario.ones_own("instrument"))
    if len(own):
        tables[READINGS] = own
    else:
        discard(folder, READINGS)
    write_tables(folder, tables)
    if scenario.report.figures:
        values = pd.DataFrame([_read(outlined) for _, outlined in rows])
        draw_ensemble(runs, by_seed, tiers, targets, values, scenario, folder)
    command = f"python -m sim.run {shlex.join(born['overrides'])}".strip()
    write_ensemble(folder, scenario, runs, tiers, targets, command, born, own)
    text = ensemble_text(scenario, [seed for seed, _ in rows], tiers, targets, told_of(verdict))
    mine = own_of_many(own, scenario, len(rows), born)
    return "\n".join(filter(None, [text, mine, f"The page to read is {NAME}."]))


def _read(outlined):
    """What one run reads of each target, nan where it has no reading."""
    return {name: math.nan if isinstance(x, str) else x[0] for name, x in outlined["targets"].items()}


def _again(overrides: list[str], seed: int) -> str:
    """The command line of one run of the ensemble."""
    words = [word for word in overrides if word.lstrip("+").partition("=")[0] not in ("seed", "seeds", "until")]
    return f"python -m sim.run {shlex.join([*words, f'seed={seed}'])}"
