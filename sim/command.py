"""The command line, with Hydra: first everything is checked, then the market runs and its folder appears.

Hydra stops at its first error, and in a sweep only when the turn of the bad one comes. So the words are read
here before Hydra acts on them, every combination of a sweep is tried, and all problems are reported at once.
"""

import hashlib
import itertools
import json
import re
import time
from pathlib import Path

import hydra
from hydra.core.hydra_config import HydraConfig
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override, Transformer
from hydra.errors import HydraException
from hydra.types import RunMode
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from sim import groups
from sim.folder import finished, refusal
from sim.problems import ABSENT, BadScenario, Problem, at, unknown
from sim.provenance import provenance
from sim.scenario import Scenario

_LONGEST = 150  # characters of a folder's name before the seed
_NAMED = ("platform", "demand", "population")  # groups that always stand in the name


def run_name(choices, words, seed):
    """The name of a run's folder: what was chosen, what was changed, and the seed.

    A pure function of the choices, so the runs of a sweep never collide and the same run has the same place.
    """
    changed = [re.sub("=(True|False)$", lambda found: found[0].lower(), word.lstrip("+")) for word in words]
    others = sorted(word for word in changed if word.partition("=")[0] not in (*_NAMED, "seed"))
    asked = "_".join([*(str(choices[group]) for group in _NAMED), *others])
    name = re.sub(r"[^\w.=,-]+", "-", asked)
    if name != asked or len(name) > _LONGEST:  # something was lost: tell such names apart
        name = f"{name[:_LONGEST]}-{hashlib.sha256(asked.encode()).hexdigest()[:8]}"
    return f"{name}_seed{seed}"


OmegaConf.register_new_resolver("run_name", run_name, replace=True)


def check(words):
    """Everything that can be wrong with a command line, before anything is done.

    Parameters
    ----------
    words : list of str

    Raises
    ------
    BadScenario
        With every problem of every combination.
    """
    flags, strange = hydra._internal.utils.get_args_parser().parse_known_args(words)
    if flags.hydra_help or flags.shell_completion:
        return
    problems = [Problem(word, ABSENT, "not understood; flags stand before or after all key=value") for word in strange]
    for flag in ("config_name", "config_path"):
        if getattr(flags, flag):
            word = f"--{flag.replace('_', '-')}"
            problems.append(Problem(word, getattr(flags, flag), "not used here; --config-dir adds options of your own"))
    parsed, found = _parsed(flags.overrides)
    problems += found
    folders = [*([flags.config_dir] if flags.config_dir else []), groups.CONF]
    theirs = [override for override in parsed if re.match(r"hydra($|[./])", override.key_or_group)]
    ours = [override for override in parsed if override not in theirs]
    found = _check_fields(ours, flags.multirun, folders)
    problems += found
    problems += _check_hydra(theirs, [] if found else ours, flags)
    if problems:
        raise BadScenario(problems)


def _parsed(words):
    """The words as Hydra reads them, and the problems of those that it cannot read or that say a thing twice."""
    parser, parsed, problems = OverridesParser.create(), {}, []
    for word in words:
        try:
            override = parser.parse_override(word)
        except HydraException:
            problems.append(Problem(word, ABSENT, "cannot be read; write key=value, with quotes around odd characters"))
            continue
        if override.key_or_group in parsed:
            problems.append(Problem(override.key_or_group, _given(override), "is given twice"))
        parsed[override.key_or_group] = override
    return list(parsed.values()), problems


def _given(override):
    _, sign, value = override.input_line.partition("=")
    return value if sign else ABSENT


def _check_fields(overrides, multirun, folders):
    """The problems of the scenario's own words, over every combination of a sweep."""
    problems, axes = [], []
    known = groups.compose()
    for override in overrides:
        key, given = override.key_or_group, _given(override)
        if override.is_delete() or override.package is not None:
            problems.append(Problem(key, given, "nothing can be taken out or put elsewhere; set its value"))
        elif override.is_sweep_override() and not override.is_discrete_sweep():
            problems.append(Problem(key, given, "a sweep lists its values, as in 1,2,3 or range(1,4)"))
        elif override.is_sweep_override() and not multirun:
            problems.append(Problem(key, given, "several values need -m"))
        elif override.is_add() and at(known, key.split(".")) is not None:
            problems.append(Problem(key, given, "is there already; write it without +"))
        else:
            axes.append([(key, value) for value in _values(override)])
    for combination in itertools.product(*axes):
        try:
            Scenario.resolve(dict(combination), folders)
        except BadScenario as bad:
            problems += bad.problems
    for key, value in itertools.chain(*axes):
        if key == "survey.targets" and isinstance(value, str):
            problems += [Problem(key, value, problem) for problem in _target_problems(value)]
    return problems


def _target_problems(path):
    """What is wrong with a file of targets, by row and column."""
    from sim.targets import TargetsError, load_targets

    if not Path(path).is_file():
        return ["there is no such file"]
    try:
        load_targets(path)
    except TargetsError as error:
        return error.problems
    return []


def _values(override):
    if not override.is_sweep_override():
        return [override.value()]
    return [Override._convert_value(value) for value in override.sweep_iterator(Transformer.identity)]


def _first(override):
    """The word itself, or for a sweep its first value."""
    if not override.is_sweep_override():
        return override.input_line
    return f"{override.get_key_element()}={next(override.sweep_string_iterator())}"


def _check_hydra(theirs, ours, flags):
    """The problems of Hydra's own words, and of the folder that the run would write."""
    words = [_first(override) for override in (*theirs, *ours)]
    if flags.config_dir:
        words.append(f"hydra.searchpath=['file://{Path(flags.config_dir).resolve()}']")
    try:
        with hydra.initialize_config_dir(str(groups.CONF), version_base="1.3"):
            settings = hydra.compose("config", words, return_hydra_config=True).hydra
        key, folder = ("hydra.sweep.dir", settings.sweep.dir) if flags.multirun else ("hydra.run.dir", settings.run.dir)
    except (HydraException, OmegaConfBaseException) as error:
        if len(theirs) > 1:  # which of them?
            alone = [problem for one in theirs for problem in _check_hydra([one], [], flags)]
            if alone:
                return alone
        return [_of_hydra(one, str(error)) for one in [*theirs, *ours][:1]]
    reason = refusal(Path(folder), several=flags.multirun)
    return [Problem(key, folder, reason)] if reason else []


def _of_hydra(override, message):
    """Hydra's error about one word, in our words where we know the keys."""
    key, given = override.key_or_group, _given(override)
    with hydra.initialize_config_dir(str(groups.CONF), version_base="1.3"):
        known = OmegaConf.to_container(hydra.compose("config", return_hydra_config=True), resolve=False)
    if "/" not in key and at(known, key.split(".")) is None:
        return unknown(key, given, known)
    return Problem(key, given, " ".join(message.partition("Config search path")[0].split()))


def start():
    """Hand the checked command line to Hydra."""
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
    scenario = Scenario.checked(OmegaConf.to_container(config, resolve=True))
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
    with tqdm(desc="preparing", total=total, unit=" days", disable=quiet or None, dynamic_ncols=True) as bar:
        from sim.books import check as close_books
        from sim.model import MicroworkMarket

        market = MicroworkMarket(scenario)
        while market.running:
            bar.set_description(f"{market.date}", refresh=False)
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
