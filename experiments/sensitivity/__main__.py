"""Which free parameter, and which mechanism, moves what: ``python -m experiments.sensitivity [fields] [runs=600]``.

First a screening (Morris 1991) with runs of the market itself, on two grids, for its ranking depends on the grid.
Then shares of variance (Sobol 1993) on an emulator, a quadratic function fitted to runs spread over the priors: so
many runs of the market would take days. A parameter that does nothing shows what luck alone looks like. Last,
mechanisms are switched off one at a time, on the same luck (`experiments.sensitivity.mechanisms`).
"""

from pathlib import Path
from typing import Any, Literal

from experiments.cli import stop_or_go
from experiments.folder import begin, tables_of
from experiments.sensitivity.indices import DUMMY, morris, sobol
from sim.results.folder import near, write_tables
from sim.results.provenance import scenario_of
from sim.runs.replicate import changed, run_all
from sim.scenario.parameter import Quantity as Q
from sim.scenario.scenario import Scenario

_MANUAL = """\
Says which free parameters (fields with a prior) move the readings, the truths, earnings, inequality, unpaid time and
the time that tasks wait; and what is left of them without reinforcement, qualifications, volatility, sign-up,
multi-homing, search cost, switched off one at a time on the same luck: what makes the reservoir? Every finished run is
kept: the same command goes on where it stopped.

  python -m experiments.sensitivity                            some 850 runs of a twentieth of France
  python -m experiments.sensitivity part=mechanisms            mechanisms switched off: ten minutes
  python -m experiments.sensitivity part=mechanisms behaviour=posterior    each seed with its own draw of the parameters
  python -m experiments.sensitivity runs=100 trajectories=2    a first look
  python -m experiments.sensitivity runs_in=outputs/...        use the runs of a calibration again (same people, seed)
"""


class Settings:
    """What can be set of the experiment itself."""

    people: int = Q("people in a run", "person", 100, 2_000_000)
    trajectories: int = Q("trajectories of the screening on each grid", "", 2, 1000)
    runs: int = Q("runs that the emulator is fitted to", "run", 40, 1_000_000)
    runs_in: str | None = Q("folder of a calibration whose runs are used again, and added to; null: none", "path")
    seeds: int = Q("runs with each mechanism, and without", "run", 2, 10_000)
    part: Literal["both", "parameters", "mechanisms"] = Q("which part of the analysis")
    workers: int | None = Q("runs at a time; null: as many as cores and memory allow", "run", 1, 1024)
    seconds: float | None = Q("time for runs, after which those made are told; null: no limit", "second", 0, 1e7)


def experiment(scenario, settings, folder, command):
    """Make the runs that are missing, and tell what moves what.

    Parameters
    ----------
    scenario : Scenario
    settings : dict
        `Settings` by name.
    folder : Path
    command : str
    """
    base = changed(scenario, report__figures=True, report__language="en", survey__targets=None, seeds=1,
                   population__people=settings["people"])  # fmt: skip
    begin(folder, "sensitivity", base.shown(language=scenario.report.language), settings, command)
    tables = {}
    for name, part in (("parameters", by_parameter), ("mechanisms", by_mechanism)):
        if settings["part"] in ("both", name):
            tables |= part(base, settings, folder)
    write_tables(folder, {f"{name}.csv": table for name, table in tables.items()})
    print(show(tables, scenario, folder))
    print(f"Everything is in {near(folder)}")


def report(folder: Path, provenance: dict[str, Any], **shown: Any) -> str:
    """Draw the figures of a finished analysis anew, from its tables; gives back what the screen shows."""
    names = {"parameters": ["sobol", "morris"], "mechanisms": ["mechanisms"]}
    part = provenance["settings"]["part"]
    tables = tables_of(folder, [name for each in names if part in ("both", each) for name in names[each]])
    return show(tables, scenario_of(folder, **shown), folder)


def show(tables: dict[str, Any], scenario: Scenario, folder: Path) -> str:
    """Draw the figures; gives back what the screen shows."""
    from experiments.sensitivity.figures import draw_sensitivity
    from experiments.sensitivity.mechanisms import text as of_mechanisms

    if scenario.report.figures:
        draw_sensitivity(tables, scenario.report.language, folder / "figures")
    told = [text(tables["sobol"], tables["morris"])] if "sobol" in tables else []
    if "mechanisms" in tables:
        told.append(of_mechanisms(tables["mechanisms"], scenario.demand.name == "steady"))
    return "\n\n".join(told)


def by_parameter(base, settings, folder):
    """Tables `sobol` and `morris`; of the defaults, for each run has a point of the priors."""
    from experiments.calibrate.inference.design import cube, parameters, points
    from experiments.calibrate.inference.runs import Clock, Runs

    base = changed(base, behaviour__posterior=None, behaviour__row=None)
    clock = Clock(settings["seconds"])
    design = Runs(Path(settings["runs_in"] or folder), settings["workers"], clock)
    where = points(cube(len(parameters())), settings["runs"], base.seed)
    shares = sobol(where, design.make(base, where), base.seed)
    screened = morris(base, Runs(folder, settings["workers"], clock), settings["trajectories"])
    return {"sobol": shares, "morris": screened}


def by_mechanism(base, settings, folder):
    """Table `mechanisms`; with a posterior each seed has its own draw, with and without."""
    from experiments.sensitivity.mechanisms import compared, measure, plan

    asked = plan(base, settings["seeds"])
    kept = [(one.variant, one.seed, found) for one, found in run_all(asked, measure, folder, settings["workers"])]
    return {"mechanisms": compared(kept)}


def text(shares, screened):
    """What stands on the screen: for each outcome, what moves it more than nothing does."""
    lines = []
    for outcome, part in shares.groupby("outcome", sort=False):
        floor = part.loc[part["parameter"] == DUMMY, "total_high"].iloc[0]
        moving = part[(part["total_low"] > floor) & (part["parameter"] != DUMMY)].sort_values("total", ascending=False)
        told = moving[["parameter", "total", "total_low", "total_high"]].to_numpy()
        said = [f"{name} {total:.2f} ({low:.2f} to {high:.2f})" for name, total, low, high in told]
        lines.append(f"{outcome}: {', '.join(said) or 'nothing stands out'}; what does nothing reaches {floor:.2f}; ")
        lines[-1] += f"the emulator explains {part['explained'].iloc[0]:.0%} of {part['runs'].iloc[0]} runs"
    lines.append("Total shares of variance, by an emulator (95 % over resampled runs).")
    for levels, part in screened.groupby("levels"):
        first = part[part["rank"] <= 3].sort_values(["outcome", "rank"])
        told = "; ".join(f"{outcome}: {', '.join(rows['parameter'])}" for outcome, rows in first.groupby("outcome"))
        lines.append(f"Screening on {levels} levels, the first three: {told}")
    return "\n".join(lines)


if __name__ == "__main__":
    stop_or_go("sensitivity", _MANUAL, Settings, experiment)
