"""One run from the command line: the market, its table, and its folder, which appears complete."""

import json
import time
from pathlib import Path

import hydra
from hydra.core.hydra_config import HydraConfig
from hydra.types import RunMode
from omegaconf import OmegaConf

from sim import groups
from sim.command import check
from sim.folder import finished
from sim.provenance import provenance
from sim.scenario import Scenario

_BAR = "{desc} |{bar}| {n_fmt}/{total_fmt} days, {rate_noinv_fmt}, {remaining} left"


def start(words):
    """Run what a command line asks for, once or as a sweep.

    Parameters
    ----------
    words : list of str
        As in ``sys.argv``, which Hydra reads again.

    Raises
    ------
    BadScenario
        With every problem, before anything is written.
    """
    check(words)
    hydra.main(version_base="1.3", config_path=str(groups.CONF), config_name="config")(simulate)()


def simulate(config):
    """Run one market, print its table, and let its folder appear complete.

    Parameters
    ----------
    config : DictConfig
        Composed by Hydra; its words have been checked.
    """
    settings = HydraConfig.get()
    folder = Path(settings.runtime.output_dir)
    typed = groups.typed(settings.overrides.task)
    scenario = Scenario.checked(OmegaConf.to_container(config, resolve=True), typed)
    with finished(folder) as unfinished:
        began = time.perf_counter()
        alone = settings.mode == RunMode.RUN or "BasicLauncher" in settings.launcher._target_
        market = _run(scenario, quiet=not alone)
        _report(market, unfinished, began, overrides=list(settings.overrides.task))
    print(f"Everything is in {_near(folder)}")


def _run(scenario, quiet):
    """The market after its last day; shows date, days per second and time left on a terminal."""
    from tqdm import tqdm

    total = (scenario.end - scenario.start).days + 1
    shown = {"unit": " days", "dynamic_ncols": True, "disable": quiet or None, "bar_format": _BAR}
    with tqdm(desc="preparing", total=total, **shown) as bar:
        from sim.books import check as close_books
        from sim.model import MicroworkMarket

        market = MicroworkMarket(scenario)
        while market.running:
            bar.set_description_str(f"{market.date}", refresh=False)
            market.step()
            bar.update()
    close_books(market)
    return market


def _report(market, folder, began, overrides):
    """Print the table and fill a folder with the record, the figures and the page."""
    from sim.instruments.readings import comparison
    from sim.report.figures import draw
    from sim.report.page import write
    from sim.report.table import summary_text, tier_text
    from sim.results import results

    record = results(market)
    compared, table = comparison(record)
    seconds = time.perf_counter() - began
    print(summary_text(record, seconds), tier_text(table), sep="\n", flush=True)
    record.provenance |= provenance(market.scenario, record.digest())
    record.provenance |= {"overrides": overrides, "seconds": round(seconds, 2)}
    record.write(folder)
    market.scenario.write_file(folder / "scenario.yaml")
    (folder / "provenance.json").write_text(json.dumps(record.provenance, indent=2) + "\n", encoding="utf-8")
    if market.scenario.report.figures:
        draw(record, folder / "figures")
    table.to_csv(folder / "tiers.csv", index=False)
    compared.to_csv(folder / "targets.csv", index=False)
    write(record, folder, table, compared)


def _near(folder):
    """A path as one would type it from here."""
    here = Path.cwd()
    return folder.relative_to(here) if folder.is_relative_to(here) else folder
