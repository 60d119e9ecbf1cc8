"""From the command line: one market, its table, and its folder, which appears complete; or many of them."""

import shlex
import sys
from pathlib import Path

from sim.cli import command
from sim.cli.branching import Branching
from sim.kernel.units import HOUR
from sim.results.command.ending import everything, told
from sim.results.command.progress import doing, waited
from sim.results.folder import MARK, BadFolder, atomic_folder, landed, near
from sim.results.manifest import MANIFEST, changed, known, release
from sim.results.provenance import read_provenance, refused
from sim.runs.cores import duration
from sim.runs.ensemble import run_ensemble
from sim.runs.sweep_plan import Plan, runs
from sim.runs.taken_up import again, asked, keep
from sim.scenario.problems import BadScenario, Problem
from sim.scenario.scenario import Scenario

_LONG = 1.0  # hours of which one is told before


def start(words: list[str]) -> bool:
    """Run what a command line asks for, once or as a sweep.

    Returns
    -------
    bool
        Whether all ended well; runs of an ensemble may not, without stopping the others.

    Raises
    ------
    BadScenario
        With every problem, before anything is written.
    """
    typed = command.read(words)
    if typed.shows:
        from sim.cli import hydra_config  # loads Hydra

        hydra_config.show(typed.words, typed.markets[0][0] if typed.markets else None)
        return True
    (folder,) = typed.folders
    if typed.sweep:
        return _sweep(typed, folder, f"python -m sim.run {shlex.join(typed.words)}")
    if typed.overwrite:
        release(folder)
    ((scenario, overrides),) = typed.markets
    return simulate(scenario, folder, list(overrides), typed.overwrite, typed.branching)


def _sweep(typed, folder, line):
    from sim.runs.sweep import run_sweep

    plan = Plan(runs(typed.markets, folder), folder, typed.options, line)
    typed.markets.clear()  # a hundred thousand take memory
    own = {one.place: one for one in plan.asked if one.place and Path(one.place).exists()}
    taken = [
        (place, refused(Path(place), "run", one.scenario, typed.overwrite, one.digest)) for place, one in own.items()
    ]
    if problems := [Problem("hydra.sweep.dir", place, wrong) for place, wrong in taken if wrong]:
        raise BadScenario(problems)
    return run_sweep(plan, typed.overwrite)


def simulate(
    scenario: Scenario,
    folder: Path,
    overrides: list[str],
    overwrite: bool = False,
    branching: Branching = Branching(),  # noqa: B008 (frozen)
) -> bool:
    """Run one market, let its folder appear complete, and print its table; for several seeds, an ensemble.

    A run that is there already, made by the same code, is not made again, unless it is to be overwritten; checkpoints
    that are asked for and not there are.

    Returns
    -------
    bool
        Whether all ended well.
    """
    if scenario.seeds > 1:
        return run_ensemble(scenario, folder, overrides, overwrite)
    what = asked("run", [scenario], {}) if folder.exists() and not overwrite else ""
    text = again(folder, what)
    if text or (not overwrite and _is_there(scenario, folder)):
        if branching.dates:
            _mornings(scenario, folder, overrides, branching)
        return _print(text, folder) if text else _again(scenario, folder)
    with atomic_folder(folder, scenario.digest()) as unfinished:
        shown = _record(scenario, folder, unfinished, overrides, branching, overwrite)
    if branching.every:
        from sim.cli.checkpoints import forget

        forget(folder)
    folder = landed(folder, scenario.digest())
    try:
        _show(shown, folder)
    except KeyboardInterrupt:
        told = f"Stopped; what was found is in {near(folder)}, and the same command makes figures and page."
        raise KeyboardInterrupt(told) from None
    return _print(_text(shown[0]), folder, scenario)


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
    return _print(_text(fieldwork), folder, scenario)


def _print(text, folder, scenario=None):
    """Show what a run says; of a scenario, so that it is shown again at once."""
    if scenario is not None and not told:
        keep(folder, asked("run", [scenario], {}), text)
    print(f"{text}\n{everything(near(folder))}", flush=True)
    return True


def _run(scenario, folder, unfinished, words, branching, anew):
    """The market after its last day, what was finished on the way being in a folder."""
    total = (scenario.end - scenario.start).days + 1
    print(_announced(scenario, total), file=sys.stderr, flush=True)
    with doing("loading the market"):
        from sim.cli.checkpoints import Going
        from sim.results.streams import Streams
        from sim.simulation.accounting import check
        from sim.simulation.day import compile_all  # not the Mesa model, which takes half a second more
    with doing("making the kernels ready, which are compiled the first time"):
        compile_all()
    with doing("making the people"):
        going = Going(scenario, folder, words, branching, anew)
        market = going.market(Streams(scenario, unfinished))
    with doing("days", total, "days", market.day) as days, going.told():
        while market.running:
            going.morning(market)
            market.step()
            days.what, days.done = market.date, market.day
    with doing("checking the accounts"):
        check(market)
    return market


def _mornings(scenario, folder, words, branching):
    """Leave the checkpoints asked for that are not there, of a run that is there."""
    from sim.cli.checkpoints import Going

    going = Going(scenario, folder, words, branching, False)
    if missing := going.missing():
        with doing("days", (missing[-1] - scenario.start).days, "days") as days, going.told():
            market = going.market(None)
            while market.date <= missing[-1]:
                going.morning(market)
                market.step()
                days.done = market.day


def _announced(scenario, days):
    """What is about to be run, in a line: the first that a user sees, before anything that takes time is loaded."""
    population = scenario.population
    people, weight = population.people + population.absent, population.weight
    sample = f" (simulated on one in {weight:.3g})" if weight > 1.005 else ""
    where = f"{scenario.country.label}, platform={scenario.platform.name}: {people:,} people{sample}"
    line = f"{where}, {days:,} days, seed {scenario.seed}"
    hours = duration(scenario) / HOUR
    return line if hours < _LONG else f"{line}\nThis will take about {hours:.0f} hours on one core."


def _record(scenario, folder, unfinished, overrides, branching, anew):
    """Run a market and fill a folder with what was found; gives back what figures and page are made of."""
    market = _run(scenario, folder, unfinished, overrides, branching, anew)
    with doing("writing tables"):
        from sim.results.tables import results
        from sim.runs.run_folder import fill

        record = results(market)
        del market  # several times as large as its tables
        return fill(record, unfinished, overrides, waited())


def _text(fieldwork):
    with doing("summing up"):
        return _summed_up(fieldwork)


def _summed_up(fieldwork):
    from sim.report.screen.ones_own import own_text
    from sim.report.screen.run import summary_text, tier_text

    text = f"{summary_text(fieldwork.results)}\n{tier_text(fieldwork.tiers, fieldwork.scenario)}"
    return "\n".join(filter(None, [text, own_text(fieldwork)]))


def _show(shown, folder):
    from sim.runs.run_folder import show

    show(shown, folder)
