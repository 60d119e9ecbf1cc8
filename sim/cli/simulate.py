"""From the command line: one market, its table, and its folder, which appears complete; or many of them."""

import shlex
import sys
import time
from pathlib import Path

from sim.cli import command
from sim.kernel.units import HOUR
from sim.results.command.ending import everything
from sim.results.command.progress import doing
from sim.results.folder import MARK, BadFolder, atomic_folder, landed, near, refusal
from sim.results.manifest import MANIFEST, changed, known, release
from sim.results.provenance import code, read_provenance
from sim.runs.cores import duration
from sim.runs.ensemble import run_ensemble
from sim.runs.sweep_plan import Plan, runs
from sim.scenario.problems import BadScenario, Problem
from sim.scenario.scenario import Scenario

_LONG = 1.0  # hours of which one is told before


def start(words: list[str], began: float | None = None) -> bool:
    """Run what a command line asks for, once or as a sweep.

    Parameters
    ----------
    words
    began
        When the command began, by `time.perf_counter`, from which on its time is told; now by default.

    Returns
    -------
    bool
        Whether all ended well; runs of an ensemble may not, without stopping the others.

    Raises
    ------
    BadScenario
        With every problem, before anything is written.
    """
    began = time.perf_counter() if began is None else began
    asked = command.read(words)
    if asked.shows:
        from sim.cli import hydra_config  # loads Hydra

        hydra_config.show(asked.words)
        return True
    (folder,) = asked.folders
    if asked.sweep:
        return _sweep(asked, folder, f"python -m sim.run {shlex.join(asked.words)}")
    if asked.overwrite:
        release(folder)
    ((scenario, overrides),) = asked.markets
    return simulate(scenario, folder, list(overrides), asked.overwrite, began)


def _sweep(asked, folder, typed):
    from sim.runs.sweep import run_sweep

    plan = Plan(runs(asked.markets, folder), folder, asked.options, typed)
    asked.markets.clear()  # a hundred thousand take memory
    own = {one.place: one.digest for one in plan.asked if one.place and Path(one.place).exists()}
    taken = {place: refusal(Path(place), scenario=own[place], overwrite=asked.overwrite) for place in own}
    if problems := [Problem("hydra.sweep.dir", place, wrong) for place, wrong in taken.items() if wrong]:
        raise BadScenario(problems)
    return run_sweep(plan)


def simulate(
    scenario: Scenario, folder: Path, overrides: list[str], overwrite: bool = False, began: float | None = None
) -> bool:
    """Run one market, let its folder appear complete, and print its table; for several seeds, an ensemble.

    A run that is there already, made by the same code, is not made again, unless it is to be overwritten. The time told
    is all of it from `began` on (see `start`), that of figures and page too.

    Returns
    -------
    bool
        Whether all ended well.
    """
    if scenario.seeds > 1:
        return run_ensemble(scenario, folder, overrides)
    if not overwrite and _is_there(scenario, folder):
        return _again(scenario, folder)
    with atomic_folder(folder, scenario.digest()) as unfinished:
        began = time.perf_counter() if began is None else began
        shown = _record(scenario, unfinished, began, overrides)
    folder = landed(folder, scenario.digest())
    try:
        _show(shown, folder)
    except KeyboardInterrupt:
        told = f"Stopped; what was found is in {near(folder)}, and the same command makes figures and page."
        raise KeyboardInterrupt(told) from None
    return _print(_text(shown[0], time.perf_counter() - began), folder)


def _is_there(scenario, folder):
    """Whether a folder holds the run, made by the same code, and as it was written; says so if it has to be made again.

    Tables of the instruments, figures and page are no part of the run.
    """
    try:
        born = read_provenance(folder)
        if (born["kind"], born["scenario"]) != ("run", scenario.digest()):
            return False
        record = [name for name in known(folder)["files"] if "/" not in name and not name.endswith((".csv", ".html"))]
        broken = changed(folder, record) if MARK in record else [MANIFEST]
    except BadFolder as bad:
        broken = bad.problems if known(folder) else []
    else:
        broken = broken or ([] if born["code"] == code() else ["other code made it"])
        if not broken:
            return True
    if broken:
        print(f"{near(folder)} is made again: {', '.join(broken)}", file=sys.stderr, flush=True)
    return False


def _again(scenario, folder):
    """Show a run that is there, and make anew what is read off it where that is not there as it is asked for."""
    from sim.runs.run_folder import renew

    print("It is there already, made by the same code; overwrite=true makes it anew.", file=sys.stderr, flush=True)
    try:
        fieldwork = renew(scenario, folder)
    except BadFolder as bad:  # its table by day was not kept, say
        return _print(f"It cannot be shown again: {'; '.join(bad.problems)}", folder)
    return _print(_text(fieldwork, fieldwork.results.provenance.get("seconds", 0.0)), folder)


def _print(text, folder):
    print(f"{text}\n{everything(near(folder))}", flush=True)
    return True


def _run(scenario, folder):
    """The market after its last day, what was finished on the way being in a folder."""
    total = (scenario.end - scenario.start).days + 1
    print(_announced(scenario, total), file=sys.stderr, flush=True)
    with doing("loading the market"):
        from sim.results.streams import Streams
        from sim.simulation.accounting import check
        from sim.simulation.day import DayByDay, compile_all  # not the Mesa model, which takes half a second more
    with doing("making the kernels ready, which are compiled the first time"):
        compile_all()
    with doing("making the people"):
        market = DayByDay(scenario, Streams(scenario, folder))
    with doing("days", total, "days") as days:
        while market.running:
            market.step()
            days.what, days.done = market.date, market.day
    with doing("checking the accounts"):
        check(market)
    return market


def _announced(scenario, days):
    """What is about to be run, in a line: the first that a user sees, before anything that takes time is loaded."""
    people = scenario.population.people + scenario.population.absent
    people, days = (f"{number:,}".replace(",", " ") for number in (people, days))
    line = f"platform={scenario.platform.name}: {people} registered, {days} days, seed {scenario.seed}"
    hours = duration(scenario) / HOUR
    return line if hours < _LONG else f"{line}\nThis will take about {hours:.0f} hours on one core."


def _record(scenario, unfinished, began, overrides):
    """Run a market and fill a folder with what was found; gives back what figures and page are made of."""
    market = _run(scenario, unfinished)
    with doing("writing tables"):
        from sim.results.tables import results
        from sim.runs.run_folder import fill

        record = results(market)
        del market  # several times as large as its tables
        return fill(record, unfinished, overrides, time.perf_counter() - began)


def _text(fieldwork, seconds):
    with doing("summing up"):
        return _summed_up(fieldwork, seconds)


def _summed_up(fieldwork, seconds):
    from sim.report.screen.run import summary_text, tier_text

    return f"{summary_text(fieldwork.results, seconds)}\n{tier_text(fieldwork.tiers)}"


def _show(shown, folder):
    from sim.runs.run_folder import show

    show(shown, folder)
