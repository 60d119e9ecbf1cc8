"""The folder of an experiment: known as one from its first moment, with all that its report needs to be made anew."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sim.results.folder import MARK, REPLICATES, BadFolder, near, write_json
from sim.results.manifest import changed, claim, known
from sim.results.provenance import provenance, refused, write_scenario
from sim.scenario.problems import BadScenario, Problem
from sim.scenario.scenario import Scenario


def begin(
    folder: Path, experiment: str, scenario: Scenario, settings: dict[str, Any], command: str, **more: Any
) -> dict[str, Any]:
    """Make the folder, write down where it comes from, and give that back: its provenance.

    Parameters
    ----------
    folder
    experiment
        Its name.
    scenario
        As its report needs it.
    settings
        Plain numbers, words, lists and dictionaries.
    command
        What was typed.
    **more
        What else its provenance says.

    Raises
    ------
    BadScenario
        If it is the folder of something else.
    """
    digest = scenario.digest()
    released = (known(folder) or {"scenario": ""})["scenario"] == ""  # by overwrite=true, or nothing is there
    if wrong := refused(folder, experiment, scenario, released, digest):
        raise BadScenario([Problem("hydra.run.dir", str(near(folder)), wrong)])
    claim(folder, experiment, digest)
    (folder / REPLICATES).mkdir(exist_ok=True)
    born = provenance(scenario, None, experiment) | {"command": command, "settings": settings} | more
    write_scenario(scenario, folder)
    write_json(folder / MARK, born)
    return born


def tables_of(folder: Path, names: Iterable[str]) -> dict[str, Any]:
    """CSV tables that a finished experiment left, by name without suffix.

    Raises
    ------
    BadFolder
        With every one that is missing or broken.
    """
    from sim.results.spreadsheets import read_back  # pandas, which --help does without

    tables, problems = {}, []
    for name in names:
        try:
            if (folder / f"{name}.csv").exists() and changed(folder, [f"{name}.csv"]):
                problems.append(f"{name}.csv was changed since it was written")
            else:
                tables[name] = read_back(folder / f"{name}.csv")
        except FileNotFoundError:
            problems.append(f"{name}.csv is missing: the same command goes on from there")
        except (OSError, ValueError) as problem:
            problems.append(f"{name}.csv is broken: {problem}")
    if problems:
        raise BadFolder(folder, problems)
    return tables
