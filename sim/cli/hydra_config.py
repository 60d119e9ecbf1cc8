"""Hydra's own configuration, made only where it is asked for: to be shown, or for what a folder is named after."""

import sys
from pathlib import Path

import hydra
from hydra.errors import HydraException
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from sim.results.folder import run_name
from sim.results.provenance import commit, released
from sim.scenario.composition import CONF
from sim.scenario.problems import BadScenario, Problem

OmegaConf.register_new_resolver("run_name", run_name, replace=True)


def show(words: list[str]) -> None:
    """Have Hydra show what flags such as ``--cfg job`` ask for; of ``--version``, ours. Nothing is run."""
    if "--version" in words:
        made = f", commit {source}" if (source := commit()) else ""
        print(f"microwork-market {released() or 'of no version'}{made}; Hydra {hydra.__version__}")
        return
    typed, sys.argv = sys.argv, [sys.argv[0], *words]
    try:
        hydra.main(version_base="1.3", config_path=str(CONF), config_name="config")(lambda config: None)()
    finally:
        sys.argv = typed


def resolved(key: str, folder: str, words: list[str], config_dir: str | None) -> str:
    """The folder at a key of Hydra's, with the values that ``${...}`` in its name refers to.

    Raises
    ------
    BadScenario
        If there are none.
    """
    searched = [f"hydra.searchpath=['file://{Path(config_dir).resolve()}']"] if config_dir else []
    try:
        with hydra.initialize_config_dir(str(CONF), version_base="1.3"):
            return str(OmegaConf.select(hydra.compose("config", [*words, *searched], return_hydra_config=True), key))
    except (HydraException, OmegaConfBaseException) as error:
        raise BadScenario([Problem(key, folder, " ".join(str(error).split()))]) from None
