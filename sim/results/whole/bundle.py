"""The files of a country of one's own: what they hold, by digest, and their copy in the folder of a run.

With the copy another machine makes the run again: ``python -m sim.run country=FOLDER/country/ ...``.
"""

import hashlib
import os
import shutil
from pathlib import Path

from sim.results.folder import atomic_file
from sim.scenario import composition
from sim.scenario.country.country import Country
from sim.scenario.scenario import Scenario

COPY = "country"  # the folder within the run's


def digests(country: Country) -> dict[str, str]:
    """SHA-256 of each file by name; nothing of a country that is shipped."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in _files(country)}


def keep(country: Country, folder: Path) -> None:
    """Copy the files into the folder of a run, unless that is where they are."""
    for path in _files(country):
        if path.parent.resolve() != (folder / COPY).resolve():
            (folder / COPY).mkdir(exist_ok=True)
            with atomic_file(folder / COPY / path.name) as unfinished:
                shutil.copyfile(path, unfinished)


def with_targets(scenario: Scenario, folder: Path) -> Scenario:
    """The scenario of a folder, its country being the copy that stands there, if one does."""
    copy = folder / COPY / Path(scenario.country.targets).name
    if scenario.country.bundle is None or not copy.is_file():
        return scenario
    here = {"targets": str(copy), "bundle": str(copy.parent)}
    return scenario.model_copy(update={"country": scenario.country.model_copy(update=here)})


def _files(country):
    if country.bundle is None:
        return []
    home = Path(os.path.expanduser(country.bundle))
    every = [*(home / f"{group}.yaml" for group in composition.chosen()), home / "README.md", Path(country.targets)]
    return [path for path in every if path.is_file()]
