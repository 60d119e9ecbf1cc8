"""A search from its first batch to its page: candidates proposed, run beside the market as it is, the best again."""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.folder import begin, tables_of
from experiments.policy.burn_in import burn_in, tidied
from experiments.policy.study import PLACEBO, STATUS_QUO, PolicyRun, variants
from experiments.search.answer import Found
from experiments.search.asked import Question, own_of
from experiments.search.effects import FRESH, SEARCH, at_length, beyond, candidates, of_candidate, signed, violations
from experiments.search.figures import draw_search
from experiments.search.front import again
from experiments.search.measure import measure, measure_all
from experiments.search.page import write_search
from experiments.search.sampler import Sampler
from experiments.search.screen import search_text
from sim.results.command.progress import spell
from sim.results.folder import write_tables
from sim.results.provenance import scenario_of
from sim.runs.cores import affordable, duration
from sim.runs.replicate import changed, once, run_all
from sim.scenario.scenario import Scenario

TABLES = ("candidates", "front")
# What is only shown moves no run.
_PLAIN = {"report__figures": True, "report__language": "en", "survey__targets": None, "seeds": 1, "until": None}
Asked = Sequence[tuple[str, Scenario]]  # names and markets
Made = Callable[[Asked, range], list[list[dict[str, Any]]]]


@dataclass(frozen=True)
class Markets:
    """The markets of a search: the status quo, the placebo, and that of any candidate.

    `scenario` has every policy of the candidates; `seeds` are as many as are run in all.
    """

    scenario: Scenario
    seeds: int

    def others(self) -> list[tuple[str, Scenario]]:
        """The market as it is, and the one in which nothing that matters happens."""
        own = {name: one for name, one in self.scenario.own.items() if name not in self.scenario.ones_own("policy")}
        every = variants(changed(self.scenario, own=own), [], {}, True)
        return [(name, every[name]) for name in (STATUS_QUO, PLACEBO)]

    def candidate(self, number: int, values: dict[str, Any]) -> tuple[str, Scenario]:
        """Name and market of a candidate with these values by full key."""
        fields = {key.replace(".", "__"): value for key, value in values.items()}
        return f"candidate {number}", changed(self.scenario, **_PLAIN, **fields)

    def possible(self, question: Question) -> None:
        """Raise BadScenario if a market at an end of the ranges, or the last seed, cannot be."""
        for end in (0, -1):
            values = {one.key: (one.choices or (one.low, one.high))[end] for one in question.varied}
            changed(self.candidate(0, values)[1], seed=self.scenario.seed + self.seeds - 1)


def run(scenario: Scenario, settings: dict[str, Any], folder: Path, command: str) -> str:
    """Make the runs that are missing and write what was found; gives back what the screen shows."""
    question = Question.read(settings, own_of(scenario))
    markets = Markets(scenario, settings["seeds"] + settings["fresh"])
    markets.possible(question)
    provenance = begin(folder, "search", scenario, settings, command, question=question.keep())
    measured = measure_all if question.of_run else measure
    together = settings["workers"] or affordable(scenario.population.simulated)
    _, status_quo = markets.others()[0]

    def made(asked, seeds):
        runs = _plan(asked, seeds, status_quo, folder.absolute(), together)
        arriving = run_all(once(runs), measured, folder, settings["workers"])
        if seeds.start > scenario.seed:  # fresh ones, which no further batch needs
            arriving = tidied(arriving, runs, folder)
        contents = {one.label: content for one, content in arriving}
        found = {(one.variant, one.seed): contents[one.label] for one in runs}
        return [[found[name, seed] for seed in seeds] for name, _ in asked]

    _announce(scenario, settings)
    tables = search(question, markets, settings, made)
    [*tidied([], [], folder)]  # what is left of the days before the policies
    write_tables(folder, {f"{name}.csv": table for name, table in tables.items()})
    return report(folder, provenance)


def report(folder: Path, provenance: dict[str, Any], **shown: Any) -> str:
    """Make figure and page of the tables of a finished search; gives back what the screen shows, or BadFolder."""
    scenario, question = scenario_of(folder, **shown), Question.load(provenance["question"])
    tables = tables_of(folder, TABLES)
    found = Found(scenario, question, tables["candidates"], tables["front"], provenance)
    if scenario.report.figures:
        draw_search(found, folder)
    write_search(found, folder)
    return search_text(found)


def search(question: Question, markets: Markets, settings: dict[str, Any], made: Made) -> dict[str, pd.DataFrame]:
    """Propose candidates, have them made, and look at the best again.

    Parameters
    ----------
    question, markets, settings
    made
        Given names and markets and the seeds, what was measured of each market, in the order of the seeds.

    Returns
    -------
    dict
        candidates and front: the tables of `experiments.search.effects`.
    """
    scenario = markets.scenario
    seeds = range(scenario.seed, scenario.seed + settings["seeds"])
    sampler, values, told, runs = Sampler(question, scenario.seed), [], [], []
    others, quo, placebo = markets.others(), [], []
    began = time.monotonic()
    most = settings["candidates"]
    while len(values) < most:
        asked = sampler.ask(min(settings["batch"], most - len(values)))
        here = [markets.candidate(len(values) + place, one) for place, one in enumerate(asked, 1)]
        found = made([*(others if not quo else []), *here], seeds)
        if not quo:
            quo, placebo, *found = found
        of_batch = [of_candidate(question, quo, one, scenario) for one in found]
        sampler.tell([one["goals"] for one in of_batch], [violations(question, one["ratios"]) for one in of_batch])
        values, told, runs = values + asked, told + of_batch, runs + found
        _so_far(len(values), most, time.monotonic() - began)
    table = candidates(question, values, told, settings["batch"])
    best = again(signed(table[[goal.name for goal in question.goals]], question), table["kept"].to_numpy(bool),
                 settings["members"])  # fmt: skip
    rows = at_length(question, PLACEBO, SEARCH, quo, placebo, scenario)
    for place in best:
        rows += at_length(question, str(place + 1), SEARCH, quo, runs[place], scenario)
    if settings["fresh"]:
        here = [markets.candidate(place + 1, values[place]) for place in best]
        quo, placebo, *found = made([*others, *here], range(seeds.stop, seeds.stop + settings["fresh"]))
        rows += at_length(question, PLACEBO, FRESH, quo, placebo, scenario)
        for place, one in zip(best, found, strict=True):
            rows += at_length(question, str(place + 1), FRESH, quo, one, scenario)
    return {"candidates": table, "front": beyond(pd.DataFrame(rows), PLACEBO)}


def _plan(asked, seeds, status_quo, folder, together):
    """The runs, so many seeds at a time taking turns, each from the market of its seed as it is when policies begin."""
    places = {seed: burn_in(changed(status_quo, seed=seed), folder) for seed in seeds}
    parts = [seeds[first : first + together] for first in range(0, len(seeds), together)]
    return [PolicyRun(name, changed(market, seed=seed), burn_in=places[seed])
            for some in parts for name, market in asked for seed in some]  # fmt: skip


def _announce(scenario, settings):
    """Say before the first run how many there are, and how long they take: the days before the policies once a seed."""
    seeds = settings["seeds"], settings["fresh"]
    runs = seeds[0] * (settings["candidates"] + 2) + seeds[1] * (settings["members"] + 2)
    text = f"at most {runs} runs: {settings['candidates']} candidates, {settings['batch']} at a time"
    if scenario.cluster.name == "local":
        slots = settings["workers"] or scenario.cluster.workers or affordable(scenario.population.simulated)
        since = (scenario.end - scenario.policy.start).days / max((scenario.end - scenario.start).days, 1)
        whole = runs * since + sum(seeds) * (1.0 - since)
        text += f"; about {spell(whole * duration(scenario) / slots)} with {slots} at a time"
    print(text, file=sys.stderr, flush=True)


def _so_far(done, every, passed):
    left = f", about {spell(passed / done * (every - done))} left of the search" if done < every else ""
    print(f"{done} of {every} candidates known{left}", file=sys.stderr, flush=True)
