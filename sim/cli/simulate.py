"""From the command line: one market, its table, and its folder, which appears complete; or many of them."""

import shlex
import sys
import time
from pathlib import Path

from sim.cli import command, hydra_config
from sim.results.folder import atomic_folder, near
from sim.runs.ensemble import run_ensemble
from sim.runs.sweep_plan import Plan, runs
from sim.scenario.scenario import Scenario

_BAR = "{desc} |{bar}| {n_fmt}/{total_fmt} days, {rate_noinv_fmt}, {remaining} left"


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
    asked = command.read(words)
    if asked.shows:
        hydra_config.show(asked.words)
        return True
    (folder,) = asked.folders
    if asked.sweep:
        from sim.runs.sweep import run_sweep

        plan = Plan(runs(asked.markets, folder), folder, asked.options, f"python -m sim.run {shlex.join(words)}")
        asked.markets.clear()  # a hundred thousand take memory
        return run_sweep(plan)
    ((scenario, overrides),) = asked.markets
    return simulate(scenario, folder, list(overrides))


def simulate(scenario: Scenario, folder: Path, overrides: list[str]) -> bool:
    """Run one market, print its table, and let its folder appear complete; for several seeds, an ensemble.

    Returns
    -------
    bool
        Whether all ended well.
    """
    if scenario.seeds > 1:
        return run_ensemble(scenario, folder, overrides)
    with atomic_folder(folder) as unfinished:
        began = time.perf_counter()
        market = _run(scenario)
        _report(market, unfinished, began, overrides)
    print(f"Everything is in {near(folder)}")
    return True


def _run(scenario):
    """The market after its last day; shows date, days per second and time left on a terminal."""
    from tqdm import tqdm

    total = (scenario.end - scenario.start).days + 1
    print(_announced(scenario, total), file=sys.stderr, flush=True)
    shown = {"unit": " days", "dynamic_ncols": True, "disable": None, "bar_format": _BAR}
    with tqdm(desc="preparing", total=total, **shown) as bar:
        from sim.simulation.accounting import check
        from sim.simulation.day import DayByDay  # not the Mesa model, which takes half a second more to load

        market = DayByDay(scenario)
        while market.running:
            bar.set_description_str(f"{market.date}", refresh=False)
            market.step()
            bar.update()
    check(market)
    return market


def _announced(scenario, days):
    """What is about to be run, in a line: the first that a user sees, before anything that takes time is loaded."""
    people = scenario.population.people + scenario.population.absent
    people, days = (f"{number:,}".replace(",", " ") for number in (people, days))
    return f"platform={scenario.platform.name}: {people} registered, {days} days, seed {scenario.seed}"


def _report(market, unfinished, began, overrides):
    """Print the table and fill a folder with the record, the figures and the page."""
    from sim.report.screen.run import summary_text, tier_text
    from sim.results.tables import results
    from sim.runs.run_folder import fill

    record = results(market)
    seconds = time.perf_counter() - began

    def announce(table):
        print(summary_text(record, seconds), tier_text(table), sep="\n", flush=True)

    fill(record, unfinished, overrides, seconds, announce)
