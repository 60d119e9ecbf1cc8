"""Hydra's own configuration, made only where it is asked for: to be shown, or to say what is wrong with its words."""

import sys
from pathlib import Path

import hydra
from hydra.errors import HydraException
from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from sim.results.folder import run_name
from sim.scenario.composition import CONF
from sim.scenario.problems import Problem, at, unknown

OmegaConf.register_new_resolver("run_name", run_name, replace=True)


def show(words: list[str]) -> None:
    """Have Hydra show what flags such as ``--cfg job`` ask for; nothing is run."""
    typed, sys.argv = sys.argv, [sys.argv[0], *words]
    try:
        hydra.main(version_base="1.3", config_path=str(CONF), config_name="config")(lambda config: None)()
    finally:
        sys.argv = typed


def problems(given: dict[str, object], shows: bool) -> list[Problem]:
    """What is wrong with words of Hydra's other than those that name a folder.

    Parameters
    ----------
    given : dict
        What was typed, by key.
    shows : bool
        Hydra is only asked to show something, so all that it knows is right.
    """
    wrong = []
    known = OmegaConf.to_container(_composed([]), resolve=False) if given else {}
    for key, value in given.items():
        *above, name = key.split(".")
        if "/" not in key and name not in (at(known, above) or {}):
            wrong.append(unknown(key, value, known))
        elif not shows:
            wrong.append(Problem(key, value, "is read by nobody here; hydra.run.dir and hydra.sweep.dir are"))
    return wrong


def resolved(kind: str, words: list[str], config_dir: str | None) -> tuple[str | None, list[Problem]]:
    """The folder of a run (`kind` "run") or a sweep whose name refers to other values, and what is wrong with it."""
    searched = [f"hydra.searchpath=['file://{Path(config_dir).resolve()}']"] if config_dir else []
    try:
        return str(_composed([*words, *searched]).hydra[kind].dir), []
    except (HydraException, OmegaConfBaseException) as error:
        (word,) = [word for word in words if word.startswith(f"hydra.{kind}.dir=")]
        return None, [Problem(f"hydra.{kind}.dir", word.partition("=")[2], " ".join(str(error).split()))]


def _composed(words: list[str]) -> DictConfig:
    with hydra.initialize_config_dir(str(CONF), version_base="1.3"):
        return hydra.compose("config", words, return_hydra_config=True)
