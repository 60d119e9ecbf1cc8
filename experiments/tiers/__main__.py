"""Three readings of one population, over many seeds: ``python -m experiments.tiers [choices and fields] [seeds=20]``.

How far does chance move each instrument, what stands between its reading and the truth, and how do readings and
truths move when the market changes? The first seed is the scenario's, the others follow it.
"""

import json
from pathlib import Path
from typing import Any

from experiments.cli import stop_or_go
from experiments.folder import begin
from sim.results.folder import MARK, near, write_json, write_tables
from sim.results.provenance import scenario_of
from sim.runs.finished import stored
from sim.runs.replicate import Replicate, changed, over_seeds, run_all
from sim.scenario.parameter import Quantity as Q
from sim.scenario.scenario import Scenario

VARIANTS = ("demand_double", "demand_half", "steady", "volatile", "closed", "quota")
_LEAST_GROWTH = 0.1  # of sign-up: eight in ten accounts opened in the first tenth of the time
_MANUAL = """\
Runs the market with many seeds, reads it with the instruments of the published estimate, and says what stands
between each reading and the truth. Every finished run is kept: the same command goes on where it stopped.

  python -m experiments.tiers                                  20 seeds of all France: half an hour on two cores
  python -m experiments.tiers population=small seeds=5         a first look
  python -m experiments.tiers platform=deep demand=steady      any choice or field of python -m sim.run --help
  python -m experiments.tiers hydra.run.dir=somewhere          put the experiment's folder elsewhere
"""


class Settings:
    """What can be set of the experiment itself."""

    seeds: int = Q("runs of the base, each with a seed of its own", "run", 1, 10_000)
    workers: int | None = Q("runs at a time; null: as many as cores and memory allow", "run", 1, 1024)
    variants: bool = Q("run other markets too: demand, sign-up, quota")
    variant_people: int = Q("people in the runs of other markets, at most those of the base", "person", 100, 2_000_000)


def others(base):
    """The other markets of a base scenario: variant to scenario, none that equals the base."""
    from experiments.tiers.page import closing

    demand, key = base.demand, closing(base)
    made = {
        "demand_double": {"demand__hours_per_day": min(2.0 * demand.hours_per_day, 1e7)},
        "demand_half": {"demand__hours_per_day": demand.hours_per_day / 2.0},
        "steady": {"demand__name": "steady"},
        "volatile": {"demand__name": "volatile"},
        "closed": {f"platform__members__{key}__sign_up_growth": _LEAST_GROWTH},
        "quota": {"survey__quota": min(10 * base.survey.quota, 1_000_000)},
    }
    if not base.survey.on or base.survey.platform not in base.platform.members:
        del made["quota"]  # there is no questionnaire
    scenarios = {variant: changed(base, **values) for variant, values in made.items()}
    return {variant: scenario for variant, scenario in scenarios.items() if scenario != base}


def plan(scenario, settings):
    """Every run of the experiment.

    Returns
    -------
    list of Replicate
        Variants "base", and on fewer people "base_small" (if there are fewer) and those of `others`.
    """
    asked = over_seeds(scenario, settings["seeds"])
    if not settings["variants"]:
        return asked
    people = min(settings["variant_people"], scenario.population.people)
    small = changed(scenario, population__people=people)
    markets = ({"base_small": small} if people < scenario.population.people else {}) | others(small)
    by_variant = [over_seeds(market, settings["seeds"], variant) for variant, market in markets.items()]
    return asked + [one for together in zip(*by_variant, strict=True) for one in together]


def experiment(scenario, settings, folder, command):
    """Make the runs that are missing, and tell what all of them say.

    Parameters
    ----------
    scenario : Scenario
        The base.
    settings : dict
        `Settings` by name.
    folder : Path
        The experiment's.
    command : str
        What was typed, for the page.
    """
    from experiments.tiers.measure import measure

    asked = plan(scenario, settings)
    provenance = begin(folder, "tiers", scenario, settings, command)
    order = {(one.variant, one.seed): place for place, one in enumerate(asked)}
    runs = run_all(asked, measure, folder, settings["workers"])
    runs = sorted(runs, key=lambda run: order[run[0].variant, run[0].seed])  # they arrive as they come
    print(show(runs, scenario, folder, provenance), flush=True)
    print(f"Everything is in {near(folder)}")


def report(folder: Path, provenance: dict[str, Any], **shown: Any) -> str:
    """Make the report of a finished experiment anew; gives back what the screen shows, or raises BadFolder."""
    from experiments.tiers.measure import measure

    scenario = scenario_of(folder, **shown)
    runs = stored(plan(scenario, provenance["settings"]), measure, folder, provenance)
    return show(runs, scenario, folder, provenance)


def show(
    runs: list[tuple[Replicate, dict[str, Any]]], scenario: Scenario, folder: Path, provenance: dict[str, Any]
) -> str:
    """Write tables, figures and page; gives back what the screen shows."""
    from experiments.tiers.page import draw_study, write_study
    from experiments.tiers.screen import study_text

    kept = [(one.variant, one.seed, measured) for one, measured in runs]
    study = fold(kept, scenario, provenance["settings"], provenance["command"], provenance)
    _write(study, folder)
    write_json(folder / MARK, study.provenance)
    if scenario.report.figures:
        draw_study(study, folder)
    write_study(study, folder)
    return study_text(study)


def fold(kept, scenario, settings, command, born):
    """What all runs say.

    Parameters
    ----------
    kept : list of (str, int, dict)
        Variant, seed and what `experiments.tiers.measure.measure` kept, in the order of `plan`.
    scenario, settings, command
        As in `experiment`.
    born : dict
        The provenance.

    Returns
    -------
    experiments.tiers.page.Study
    """
    import hashlib

    import pandas as pd

    from experiments.tiers.gap import decomposition
    from experiments.tiers.measure import captures_together, responses
    from experiments.tiers.page import Study
    from sim.instruments.across_seeds import targets_over_seeds, tier_frame, tiers_over_seeds
    from sim.instruments.targets import load_targets

    base = [one for variant, _, one in kept if variant == "base"]
    frame = tier_frame(kept)
    against = "base_small" if (frame["variant"] == "base_small").any() else "base"
    ran = [variant for variant in VARIANTS if (frame["variant"] == variant).any()]
    with_settings = dict.fromkeys(ran, against) | dict.fromkeys(base[0]["settings"], "base")
    moves = responses(frame, with_settings) if ran else None
    counts = pd.DataFrame([one["counts"] for one in base]).astype(float)
    table = tiers_over_seeds(frame[frame["variant"] == "base"])
    gap = decomposition(counts, *_quota(moves))
    numbers = gap.columns.drop(["tier", "step", "meaning"])
    gap.loc[gap["tier"].isin(table.loc[~table["comparable"], "tier"]), numbers] = float("nan")  # no reading, no gap
    digest = hashlib.sha256(json.dumps([[*one] for one in kept], sort_keys=True, default=float).encode()).hexdigest()
    return Study(
        scenario=scenario,
        by_seed=frame,
        tiers=table,
        gap=gap,
        moves=moves,
        targets=targets_over_seeds(load_targets(scenario.survey.targets), base),
        truths=sum(pd.DataFrame(one["truth"]).T for one in base) / len(base),
        capture=captures_together(base),
        counts=counts,
        variant_people=min(settings["variant_people"], scenario.population.people),
        command=command,
        provenance=born | {"seeds": settings["seeds"], "digest": digest},
    )


def _quota(moves):
    """By how much Petersen's count rises when the quota never binds, and the standard error; 1, 0 if not run."""
    if moves is None:
        return 1.0, 0.0
    row = moves[(moves["variant"] == "quota") & (moves["tier"] == "very active")]
    known = row[["reading_ratio", "reading_ratio_se"]].dropna()
    return tuple(known.iloc[0]) if len(known) else (1.0, 0.0)


def _write(study, folder):
    """The experiment's tables as files."""
    tables = {"tiers.csv": study.tiers, "decomposition.csv": study.gap, "targets.csv": study.targets}
    if study.moves is not None:
        tables["responses.csv"] = study.moves
    write_tables(folder, tables | {"tiers_by_seed.parquet": study.by_seed})


if __name__ == "__main__":
    stop_or_go("tiers", _MANUAL, Settings, experiment)
