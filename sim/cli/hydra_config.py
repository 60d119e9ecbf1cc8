"""Hydra's own configuration, made only where it is asked for: to be shown, or for what a folder is named after."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import hydra
import yaml
from hydra.errors import HydraException
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from sim.results.folder import run_name
from sim.results.provenance import commit, released
from sim.scenario import composition
from sim.scenario.composition import CONF, LAW
from sim.scenario.own.brought import PLACES, WITHOUT
from sim.scenario.own.source import names_own
from sim.scenario.problems import BadScenario, Problem, shown
from sim.scenario.scenario import Scenario

OmegaConf.register_new_resolver("run_name", run_name, replace=True)


def show(words: list[str], scenario: Scenario | None = None) -> None:
    """Have Hydra show what flags such as ``--cfg job`` ask for; of ``--version``, ours. Nothing is run.

    Parameters
    ----------
    words
    scenario
        What they make, where they make one: Hydra knows no rules of one's own, and is told of those it has.
    """
    if "--version" in words:
        made = f", commit {source}" if (source := commit()) else ""
        print(f"microwork-market {released() or 'of no version'}{made}; Hydra {hydra.__version__}")
        return
    folders = [words[place + 1] for place, word in enumerate(words[:-1]) if word in ("--config-dir", "-cd")]
    words = without_own(words) + own_words(scenario)
    with groups(words, folders) as (root, words):
        typed, sys.argv = sys.argv, [sys.argv[0], *words]
        try:
            hydra.main(version_base="1.3", config_path=str(root), config_name="config")(lambda config: None)()
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
        with (
            groups(without_own(words), [config_dir] if config_dir else []) as (root, words),
            hydra.initialize_config_dir(str(root), version_base="1.3"),
        ):
            return str(OmegaConf.select(hydra.compose("config", [*words, *searched], return_hydra_config=True), key))
    except (HydraException, OmegaConfBaseException) as error:
        raise BadScenario([Problem(key, folder, " ".join(str(error).split()))]) from None


def without_own(words: list[str]) -> list[str]:
    """The words without those that name rules of one's own or set them; options that stand beside stay."""
    rest = []
    for word in words:
        key, sign, _ = word.lstrip("+").partition("=")
        if not sign or word.startswith("-") or not (key in PLACES or key.startswith("own.")):
            rest.append(word)
        elif key in composition.chosen():
            value = composition.assignment(word)[1]
            asked = value if isinstance(value, list) else [value]
            options = [str(one) for one in asked if not names_own(one)]
            if len(options) == len(asked):
                rest.append(word)
            elif options:
                rest.append(f"{key}=[{','.join(options)}]")
    return rest


def own_words(scenario: Scenario | None) -> list[str]:
    """The rules of one's own that a scenario has, as words of Hydra's; a demand regime lies over a steady demand."""
    if scenario is None:
        return []
    words = [f"demand={WITHOUT['demand']}"] if scenario.ones_own("regime") else []
    for name, rule in scenario.own.items():
        words += [f"++own.{name}.{key}={_quoted(value)}" for key, value in rule.model_dump(mode="json").items()]
    return words


def _quoted(value):
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'" if isinstance(value, str) else shown(value)


@contextmanager
def groups(words: list[str], folders: composition.Folders = ()) -> Iterator[tuple[Path, list[str]]]:
    """The groups in which Hydra finds what some words choose, and the words as it reads them.

    Of its defaults Hydra knows no country that chooses options, and of options no paths: where words name one, these
    are laid out for it, in a folder that goes when all is shown.
    """
    typed = {key: value for key, sign, value in (word.partition("=") for word in words) if sign}
    typed = {key: value for key, value in typed.items() if key in composition.chosen()}
    if LAW not in typed and not any(map(composition.is_path, typed.values())):
        yield CONF, words
        return
    searched = [*folders, CONF]
    usual = composition.usual(typed.get(LAW), searched)
    paths = {group: name for group, name in typed.items() if group == LAW or composition.is_path(name)}
    with TemporaryDirectory() as home:
        root = Path(home) / CONF.name
        shutil.copytree(CONF, root, ignore=shutil.ignore_patterns("*.parquet", "*.csv"))
        ours = {group: name for group, name in (usual | paths).items() if name != composition.chosen()[group]}
        names = {group: _laid_out(root, group, name, searched) for group, name in ours.items()}
        _write(
            root / "population" / f"{composition.ITS}.yaml",
            {"defaults": [names.get("population", composition.chosen()["population"])]},
        )
        config = composition.read(CONF / "config.yaml")
        entries = [{group: names.get(group, name) for group, name in one.items()} if isinstance(one, dict) else one
                   for one in config["defaults"]]  # fmt: skip
        config = config | {"defaults": entries}
        for key, day in composition.dates(typed.get(LAW), searched).items():
            config = composition.placed(config, key.split("."), day)
        _write(root / "config.yaml", config)
        yield root, [word for word in words if word.partition("=")[0] not in paths]


def _laid_out(root, group, name, folders):
    """The name of an option as Hydra is to choose it, its file being there."""
    plain = Path(name).stem if composition.is_path(name) else name
    _write(root / group / f"{plain}.yaml", composition.option(group, name, folders))
    return plain


def _write(path, tree):
    path.write_text(yaml.safe_dump(tree, sort_keys=False, allow_unicode=True), encoding="utf-8")
