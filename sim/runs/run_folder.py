"""Everything that the folder of one run holds: first what was found, then figures and page."""

from pathlib import Path
from typing import Any

import pandas as pd

from sim.instruments.fieldwork import Fieldwork
from sim.instruments.readings import comparison
from sim.instruments.surveys.ones_own_tables import NAME as READINGS
from sim.instruments.surveys.ones_own_tables import readings_table
from sim.instruments.targets import COMPARED, TargetsError
from sim.report.figures.draw import draw
from sim.report.page.page import write
from sim.report.screen.ones_own import own_text
from sim.report.screen.run import tier_text
from sim.results.command.ending import tell
from sim.results.command.progress import doing
from sim.results.dictionary.datapackage import write_datapackage
from sim.results.folder import MARK, write_json, write_tables
from sim.results.manifest import changed, discard
from sim.results.ones_own import rules
from sim.results.provenance import write_scenario
from sim.results.results import Results
from sim.results.spreadsheets import read_back
from sim.scenario.scenario import Scenario

Shown = tuple[Fieldwork, pd.DataFrame | None]  # what was read of a run, and beside the targets


def fill(results: Results, folder: Path, overrides: list[str], seconds: float) -> Shown:
    """Fill a folder with the results of a run and the tables of the instruments; gives back what `show` needs.

    Parameters
    ----------
    folder
        There, and not yet under its own name.
    overrides
        The words that made the scenario.
    seconds
        What the run took.
    """
    fieldwork = Fieldwork(results)
    results.provenance |= {"overrides": overrides, "seconds": round(seconds, 2)}
    results.write(folder)
    return fieldwork, _compared(fieldwork, folder)


def report(folder: Path, born: dict[str, Any], **shown: Any) -> str:
    """Make anew what is read off a finished run; gives back what the screen shows.

    Raises
    ------
    BadFolder
    """
    with doing("reading tables"):
        results = Results.load(folder)
    results.scenario = results.scenario.shown(**shown)
    fieldwork, compared, missing = _read(results, folder)
    show((fieldwork, compared), folder)
    return "\n".join(filter(None, [tier_text(fieldwork.tiers, fieldwork.scenario), own_text(fieldwork), missing]))


def renew(scenario: Scenario, folder: Path) -> Fieldwork:
    """Make anew, as the scenario asks for it, what is read off a finished run; gives back what was read.

    Raises
    ------
    BadFolder
    """
    with doing("reading tables"):
        results = Results.load(folder)
    results.scenario = scenario
    results.provenance = {name: value for name, value in results.provenance.items() if name != "own"}
    results.provenance |= {"own": rules([scenario])} if scenario.own else {}
    write_json(folder / MARK, results.provenance)
    fieldwork, compared, _ = _read(results, folder)
    show((fieldwork, compared), folder)
    write_scenario(scenario, folder)  # last: until then what is shown is of the former
    return fieldwork


def _compared(fieldwork, folder):
    """Write the tables of the instruments; gives back that of the targets."""
    with doing("asking the instruments"):
        write_tables(folder, {"tiers.csv": fieldwork.tiers})
        _own(fieldwork, folder)
        compared = comparison(fieldwork)
    write_tables(folder, {"targets.csv": compared})
    write_datapackage(folder, fieldwork.scenario, fieldwork.results.summary)
    return compared


def _read(results, folder):
    """What the instruments bring back, that of the targets, and what could not be made: where what is published is
    gone, it is as it was when the targets were compared before."""
    fieldwork = Fieldwork(results)
    try:
        return fieldwork, _compared(fieldwork, folder), ""
    except TargetsError as error:
        former = _former(folder)
        fieldwork = Fieldwork(results, pd.DataFrame(columns=[*COMPARED]) if former is None else former)
        return fieldwork, former, f"targets.csv is left as it is: {error}"


def _own(fieldwork, folder):
    """Write what instruments of one's own read, and tell of those that failed."""
    if fieldwork.own:
        write_tables(folder, {READINGS: readings_table(fieldwork.own)})
    else:
        discard(folder, READINGS)
    for one in fieldwork.own:
        if one.reason:
            tell(f"{one.name}: no reading: {one.reason}")


def show(shown: Shown, folder: Path) -> None:
    """Draw the figures and write the page of a run whose tables are there."""
    fieldwork, compared = shown
    if fieldwork.scenario.report.figures:
        with doing("loading what draws"):
            draw(fieldwork, folder / "figures")
    with doing("writing the page"):
        write(fieldwork, folder, compared)


def _former(folder):
    """The targets as they were compared before, None if they never were."""
    if not (folder / "targets.csv").is_file() or changed(folder, ["targets.csv"]):
        return None
    table = read_back(folder / "targets.csv")
    return table.assign(inside=table["inside"].astype("boolean"), reason=table["reason"].fillna(""))
