"""Everything that the folder of one run holds."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from sim.instruments.fieldwork import Fieldwork
from sim.instruments.readings import comparison
from sim.instruments.targets import TargetsError
from sim.report.figures.draw import draw
from sim.report.page.page import write
from sim.report.screen.run import tier_text
from sim.results.folder import write_tables
from sim.results.results import Results
from sim.results.spreadsheets import read_back


def fill(
    results: Results,
    folder: Path,
    overrides: list[str],
    seconds: float,
    announce: Callable[[pd.DataFrame], None] = lambda tiers: None,
) -> None:
    """Fill a folder with the results of a run, its figures and its page.

    Parameters
    ----------
    folder
        There, and not yet under its own name.
    overrides
        The words that made the scenario.
    seconds
        What the run took.
    announce
        Given the tier table before anything is written.
    """
    fieldwork = Fieldwork(results)
    announce(fieldwork.tiers)
    results.provenance |= {"overrides": overrides, "seconds": round(seconds, 2)}
    results.write(folder)
    show(fieldwork, folder)


def report(folder: Path, born: dict[str, Any], **shown: Any) -> str:
    """Make anew what is read off a finished run; gives back what the screen shows.

    Raises
    ------
    BadFolder
    """
    results = Results.load(folder)
    results.scenario = results.scenario.shown(**shown)
    fieldwork = Fieldwork(results)
    missing = show(fieldwork, folder)
    return "\n".join(filter(None, [tier_text(fieldwork.tiers), missing]))


def show(fieldwork: Fieldwork, folder: Path) -> str:
    """Write what is read off a run: the tables of the instruments, the figures and the page.

    Returns
    -------
    str
        What could not be made, "" if nothing.
    """
    missing = ""
    try:
        compared = comparison(fieldwork)
        write_tables(folder, {"tiers.csv": fieldwork.tiers, "targets.csv": compared})
    except TargetsError as error:
        write_tables(folder, {"tiers.csv": fieldwork.tiers})
        compared, missing = _former(folder / "targets.csv"), f"targets.csv is left as it is: {error}"
    if fieldwork.scenario.report.figures:
        draw(fieldwork, folder / "figures")
    write(fieldwork, folder, compared)
    return missing


def _former(path: Path) -> pd.DataFrame | None:
    """The targets as they were compared before, None if they never were."""
    if not path.exists():
        return None
    table = read_back(path)
    return table.assign(inside=table["inside"].astype("boolean"), reason=table["reason"].fillna(""))
