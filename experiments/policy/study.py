"""The policy experiment from its first run to its last table: which markets are run, and what they say seed by seed."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.folder import begin
from experiments.policy.boycott import calls_over_seeds, where_it_went
from experiments.policy.burn_in import burn_in, first_morning, tidied
from experiments.policy.figures import draw_comparison
from experiments.policy.measure import Before, before, measure
from experiments.policy.page import Comparison
from experiments.policy.paired import beyond, comparison, fates, number, path_over_seeds, people_over_seeds
from experiments.policy.publication import write_brief_of, write_comparison
from experiments.policy.screen import comparison_text
from sim.results.folder import MARK, BadFolder, write_json, write_tables
from sim.results.provenance import scenario_of
from sim.runs.cores import affordable
from sim.runs.finished import stored
from sim.runs.replicate import Replicate, changed, run_all
from sim.runs.until import Until, Watch, told
from sim.scenario import composition
from sim.scenario.own.brought import of_option
from sim.scenario.scenario import Scenario
from sim.simulation.accounting import check
from sim.simulation.day import DayByDay

STATUS_QUO, PLACEBO = "status quo", "placebo"


@dataclass(frozen=True)
class PolicyRun(Replicate):
    """One market of a comparison, measured from the first day of the policies on.

    `burn_in` is where the market of its seed stands as it was then, or is to stand, for all variants.
    """

    burn_in: str | None = None

    def run(self, measure: Callable[[DayByDay, Before], Any]) -> Any:
        """Run the market, check its accounting, and give back what is measured of it."""
        market = first_morning(self.scenario, self.burn_in)
        start = before(market)
        market.run()
        check(market)
        return measure(market, start)


def variant_name(policies: Iterable[str]) -> str:
    """The name of the variant with these policies together."""
    return "+".join(sorted(policies))


def variants(
    scenario: Scenario,
    combinations: list[list[str]],
    typed: dict[str, Any],
    placebo: bool,
    folders: Sequence[Path] = (composition.CONF,),
) -> dict[str, Scenario]:
    """The markets of a comparison by variant, the status quo first.

    Parameters
    ----------
    scenario
        With whatever policies; everything else holds in every variant.
    combinations
        The options of the group `policy`, and the policies of one's own, that make each variant.
    typed
        Values of fields of policies by full key: they hold in every variant that has the policy.
    placebo
        Whether to add a variant in which nothing that matters happens.
    folders
        Where options are looked up.
    """
    usual = {"report__figures": True, "report__language": "en", "survey__targets": None, "seeds": 1}
    usual |= {f"policy__{name}": None for name in scenario.policy.chosen}  # what is only shown moves no run
    mine = {name: own.model_dump() for name, own in scenario.own.items()}
    others = {name: own for name, own in mine.items() if own["role"] != "policy"}
    markets = {STATUS_QUO: changed(scenario, **usual, own=others, policy__demand_elasticity=1.0)}
    for names in combinations:
        tree, own = {}, dict(others)
        for name in sorted(names):
            option = {} if name in mine else composition.option(composition.SEVERAL, name, folders)
            option, brought, _ = of_option(option, folders)
            own |= {rule: mine[rule] for rule in (name, *brought) if rule in mine}
            tree = composition.merge(tree, option)
        for key, value in typed.items():
            _, name, field = key.split(".")
            if name in tree:
                tree = composition.merge(tree, {name: {field: value}})
        policies = {f"policy__{name}": values for name, values in tree.items()}
        markets[variant_name(names)] = changed(scenario, **usual | policies, own=own)
    if placebo and PLACEBO not in markets:
        own = composition.option(composition.SEVERAL, PLACEBO)[PLACEBO]
        markets[PLACEBO] = changed(markets[STATUS_QUO], policy__placebo=own)
    return markets


def plan(markets: dict[str, Scenario], seeds: int, folder: Path | None = None, together: int = 1) -> list[PolicyRun]:
    """Every run of a comparison: seed by seed, the status quo first; with a posterior each seed has its own draw.

    Variants of a seed find in `folder`, the experiment's, what they have in common; None: each begins at the beginning.
    As many seeds as runs are made `together` take turns, so that one of each is there for its others.
    """
    later, runs = range(seed := markets[STATUS_QUO].seed, seed + seeds), []
    for some in (later[first : first + together] for first in range(0, seeds, together)):
        of_seed = {seed: {name: changed(market, seed=seed) for name, market in markets.items()} for seed in some}
        places = {seed: burn_in(own[STATUS_QUO], folder) for seed, own in of_seed.items()}
        runs += [PolicyRun(name, of_seed[seed][name], burn_in=places[seed]) for name in markets for seed in some]
    return runs


def fold(runs: Iterable[tuple[Replicate, dict[str, Any]]], others: list[str]) -> dict[str, pd.DataFrame]:
    """What all runs say, taken in as they arrive: of everybody's earnings only what they add up to is kept.

    Returns
    -------
    dict
        outcomes, people, path: the tables of `experiments.policy.paired` for all variants but the status quo; calls:
        that of `experiments.policy.boycott`, a row a seed; the first column being `variant`.
    """
    waiting, measured, became, went = {}, {}, {}, {}
    for one, content in runs:
        waiting.setdefault(one.seed, {})[one.variant] = measured[one.variant, one.seed] = content
        here = waiting[one.seed]
        if STATUS_QUO in here:
            for name in [name for name in here if name != STATUS_QUO and (name, one.seed) not in became]:
                became[name, one.seed] = fates(here[STATUS_QUO], here[name])
                went[name, one.seed] = where_it_went(here[STATUS_QUO], here[name])
                here[name].pop("people")
            if len(here) == len(others) + 1:
                here[STATUS_QUO].pop("people")
                del waiting[one.seed]
    order = sorted({seed for _, seed in measured})
    quo, tables = (
        [measured[STATUS_QUO, seed] for seed in order],
        {"outcomes": {}, "people": {}, "path": {}, "calls": {}},
    )
    for name in others:
        other = [measured[name, seed] for seed in order]
        tables["outcomes"][name] = comparison(quo, other)
        tables["people"][name] = people_over_seeds([became[name, seed] for seed in order])
        tables["path"][name] = path_over_seeds(quo, other)
        tables["calls"][name] = calls_over_seeds([went[name, seed] for seed in order])
    return {
        table: pd.concat(of_variants, names=["variant"]).reset_index("variant").reset_index(drop=True)
        for table, of_variants in tables.items()
    }


def run(scenario: Scenario, settings: dict[str, Any], folder: Path, command: str) -> str:
    """Make the runs that are missing and write how policies and the market as it is differ; gives back what the screen
    shows. The scenario has every policy of every variant; its seed is the first.
    """
    own = [str(path) for path in settings["folders"] if path != composition.CONF]
    settings = {name: value for name, value in settings.items() if name != "folders"}
    provenance = begin(folder, "policy", scenario, settings, command, folders=own)
    markets = _markets(scenario, provenance)
    together = settings["workers"] or affordable(scenario.population.simulated)
    asked = plan(markets, settings["seeds"], folder.absolute(), together)
    watch = _watch(settings, sorted(asked, key=lambda one: one.seed))
    arriving = tidied(run_all(asked, measure, folder, settings["workers"]), asked, folder)
    tables = fold(watch.taken(arriving), [*markets][1:])
    if watch.until is not None:
        provenance |= {"until": watch.verdict()}
        write_json(folder / MARK, provenance)
    return show(tables, markets, scenario, folder, provenance)


def _watch(settings, asked):
    """Who looks whether more seeds are needed: every variant compared is to be narrow; % is of the status quo."""
    until = settings["until"] and Until.read(settings["until"])

    def numbers(here):
        quo = number(here[STATUS_QUO], until.quantity)
        return [(number(here[variant_name(names)], until.quantity) - quo, quo) for names in settings["compare"]]

    return Watch(until, asked, numbers)


def report(folder: Path, provenance: dict[str, Any], **shown: Any) -> str:
    """Make the report of a finished comparison anew; gives back what the screen shows, or raises BadFolder."""
    scenario, markets, tables = _finished(folder, provenance, **shown)
    return show(tables, markets, scenario, folder, provenance)


def brief(folder: Path, provenance: dict[str, Any], **shown: Any) -> str:
    """Write the brief of a finished comparison of one policy; gives back its finding, or raises BadFolder."""
    if len(settings := provenance["settings"]["compare"]) > 1:
        one = " ".join(f"policy={','.join(names)}" for names in settings[:1])
        wrong = f"compares {len(settings)} policies, which its page has in one table; a brief is of one: {one}"
        raise BadFolder(folder, [wrong])
    scenario, markets, tables = _finished(folder, provenance, **shown)
    return write_brief_of(_compared(tables, markets, scenario, provenance), folder)


def _finished(folder, provenance, **shown):
    """The scenario, the markets, and what all runs say."""
    scenario = scenario_of(folder, **shown)
    markets = _markets(scenario, provenance)
    runs = stored(plan(markets, _seeds(provenance)), measure, folder, provenance)
    return scenario, markets, fold(runs, [*markets][1:])


def _compared(tables, markets, scenario, provenance):
    asked = [variant_name(names) for names in provenance["settings"]["compare"]]
    tables = tables | {"outcomes": beyond(tables["outcomes"], asked)}
    wanted = {name: markets[name] for name in asked}
    return Comparison(scenario=scenario, markets=wanted, seeds=_seeds(provenance), command=provenance["command"],
                      provenance=provenance, **tables)  # fmt: skip


def _seeds(provenance):
    """How many seeds a comparison is of."""
    return (provenance.get("until") or provenance["settings"])["seeds"]


def _markets(scenario: Scenario, provenance: dict[str, Any]) -> dict[str, Scenario]:
    settings, folders = provenance["settings"], [*map(Path, provenance["folders"]), composition.CONF]
    return variants(scenario, settings["compare"], settings["typed"], settings["placebo"], folders)


def show(
    tables: dict[str, pd.DataFrame],
    markets: dict[str, Scenario],
    scenario: Scenario,
    folder: Path,
    provenance: dict[str, Any],
) -> str:
    """Write tables, figures and page, from what `fold` made of the runs; gives back what the screen shows."""
    verdict, comparison = provenance.get("until"), _compared(tables, markets, scenario, provenance)
    tables = tables | {"outcomes": comparison.outcomes}
    tables |= {"until": pd.DataFrame([verdict])} if verdict else {}
    written = {name: table.drop(columns="each", errors="ignore") for name, table in tables.items() if len(table)}
    write_tables(folder, {f"{name}.csv": table for name, table in written.items()})
    if scenario.report.figures:
        draw_comparison(comparison, folder)
    write_comparison(comparison, folder)
    return "\n".join([*told(verdict), comparison_text(comparison)])
