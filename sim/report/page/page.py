"""The report of a run or an experiment: one self-contained page that asks the network for nothing.

Built from `page.html.jinja`, the figures already drawn in the folder, and the words of one language.
"""

import shlex
from collections.abc import Collection, Sequence
from pathlib import Path

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from sim.instruments.fieldwork import Fieldwork
from sim.kernel.units import HOUR
from sim.report.language.precise import Precise
from sim.report.language.sample import simulated_on
from sim.report.language.terms import Terms
from sim.report.language.words import Words
from sim.report.page.boycott import boycott_story
from sim.report.page.brief import Brief, run_brief
from sim.report.page.cells import Fold, Table, assumptions, target_table, tier_table
from sim.report.page.fare_table import fare_table
from sim.report.page.grouped import grouped
from sim.report.page.ones_own import own_readings, rules_tables
from sim.report.page.truth_table import truth_table
from sim.results.distributions import ratio
from sim.results.folder import atomic_file
from sim.results.results import Results
from sim.results.summary import last_month_name
from sim.scenario.scenario import Scenario

NAME = "report.html"
_SCRIPT = """from sim import MicroworkMarket, Scenario
model = MicroworkMarket(scenario=Scenario.load_file("scenario.yaml"))
model.run()"""


def write(fieldwork: Fieldwork, folder: Path, targets: pd.DataFrame | None = None) -> Path:
    """Write the page of a run beside its figures, if it has any; it appears complete or not at all.

    Parameters
    ----------
    targets
        From `sim.instruments.readings.comparison`; without, what the instruments say is left out altogether.
    """
    results = fieldwork.results
    words, tables = Words.of(results.scenario, rules=results.provenance.get("own", ())), []
    if targets is not None:
        tables = [tier_table(fieldwork.tiers, words), truth_table(fieldwork, words), target_table(targets, words)]
    return publish(
        folder,
        results.scenario,
        words,
        title=words("page.title"),
        command=command_of(results),
        birth=results.provenance,
        script=_SCRIPT,
        sections={"run": story(results, words)},
        tables=[*tables, *own_readings(fieldwork, words)],
        brief=run_brief(fieldwork, words, targets),
    )


def publish(
    folder: Path,
    scenario: Scenario,
    words: Words,
    *,
    title: str,
    sections: dict[str, list[str]],
    tables: Sequence[Table],
    command: str,
    birth: dict,
    script: str = "",
    brief: Brief | None = None,
    unfolded: Collection[str] = (),
    of: str | None = None,
    folds: Sequence[Fold] = (),
) -> Path:
    """Write a page of what is given, with the figures in the folder's ``figures/``.

    Parameters
    ----------
    sections
        Their paragraphs, by the name of the section.
    birth
        The provenance; all its leaves are shown but the overrides, which the command has.
    brief
        What the page begins with.
    unfolded
        Sections and tables that are open; without it and a brief the first section is.
    of
        What the page is about, in a line; by default what `under` says of the scenario.
    folds
        Further parts, each with tables of its own.
    """
    first = [] if brief else [*sections][:1]
    tables = [*tables, *rules_tables(birth, words)]
    terms = Terms(words, brief.terms if brief else ())
    place = next(iter(sections))
    sections = {**sections, place: [*sections[place], *filter(None, [words.money()])]}
    shown = {
        **{"title": title, "under": of or under(scenario, words), "command": command, "script": script, "words": words},
        **{"brief": brief, "sections": sections, "tables": tables, "unfolded": unfolded or first, "folds": folds},
        "told": terms.told,
        **{"groups": grouped(folder / "figures"), "appendix": [fare_table(scenario, words)]},
        "assumptions": assumptions(scenario, words),
        "birth": [(name, value) for name, value in _flat(birth) if name not in ("overrides", "own")],
    }
    path = folder / NAME
    with atomic_file(path) as unfinished:
        unfinished.write_text(template("page.html.jinja").render(shown), encoding="utf-8")
    return path


def story(results: Results, words: Words) -> list[str]:
    """What was simulated and what came of it, in words, paragraph by paragraph."""
    world, summary, told = results.scenario, results.summary, _precisely(results, words)
    demand = words(f"run.{world.demand.name}", **_collapse(world, words))
    if mine := world.ones_own("regime"):
        demand = words("run.regime", regime=words.option(mine[0]))
    structures = dict.fromkeys(member.structure for member in world.platform.members.values())
    number = {name: told(name) for name in ("registered", "accounts", "seen_month", "seen_week")}
    people = max(summary["registered"], 1)
    shares = {f"{name}_share": words.percent(summary[f"seen_{name}"] / people) for name in ("month", "week")}
    market = words("run.market", scale=_scale(world, words), platforms=_platforms(world, words), **number)
    paragraphs = [
        " ".join([market, *(words(f"run.{structure}") for structure in structures)]),
        f"{demand} {words('run.mean')}",
        words("run.people", **number, **shares),
    ]
    numbers = {name: told(name) for name in ("visits", "looks", "tasks_posted")}
    numbers |= {name: told(name, "percent") for name in ("empty_share", "done_share", "refused_share")}
    numbers["length"] = words.duration(HOUR * ratio(summary["present_hours"], summary["visits"]))
    if summary["tasks_posted"]:
        paragraphs.append(words("run.looks", fill=words.duration(summary["fill_median_seconds"]), **numbers))
    if summary["reactions"]:
        paragraphs.append(words("run.watched", **_times(summary, told, words)))
    return [*paragraphs, *boycott_story(summary, words), f"{_earned(results, words)} {words('run.once')}"]


def _precisely(results, words):
    """Writes a number of the summary, by its name, with the digits that size and seed allow."""
    precise = Precise(results.scenario, words)
    return lambda name, form="number": precise(name, results.summary[name], form)


def _times(summary, told, words):
    """What the hours of presence were spent on, and how often who watched was too late."""
    present = summary["present_hours"]
    times = {kind: words.percent(ratio(summary[f"{kind}_hours"], present)) for kind in ("paid", "unpaid", "watching")}
    return times | {"reactions": told("reactions"), "too_late_share": told("too_late_share", "percent")}


def _earned(results, words):
    told, name = _precisely(results, words), words.month(last_month_name(results))
    if not results.summary["earners"]:
        return words("run.none", month=name)
    return words(
        "run.earned",
        month=name,
        earners=told("earners"),
        mean=told("earned_mean_euro", "euro"),
        median=told("earned_median_euro", "euro"),
        paid=told("hourly_paid_median_euro", "euro"),
        hourly=told("hourly_median_euro", "euro"),
        present=told("hourly_present_median_euro", "euro"),
        below=told("below_minimum_wage_share", "percent"),
        wage=words.euro(results.scenario.country.minimum_wage),
    )


def under(world: Scenario, words: Words, seeds: str | None = None) -> str:
    """Platforms, demand, period and seed (or `seeds`) in a line, and what part of the country was simulated."""
    line = words(
        "page.under",
        platform=world.platform.name,
        demand=words(f"demand.{world.demand.name}"),
        start=words.day(world.start),
        end=words.day(world.end),
        seed=seeds or world.seed,
    )
    return " · ".join(filter(None, [line, simulated_on(world, words)]))


def _scale(world, words):
    number = world.population.weight
    return words("run.whole") if abs(number - 1) < 0.005 else words("run.part", number=words.figures(number, 2))


def _platforms(world, words):
    labels = [member.label for member in world.platform.members.values()]
    return words.listed(labels) if len(labels) <= 8 else words("run.many", number=len(labels))


def _collapse(world, words):
    if world.demand.name != "collapse":
        return {}
    return {"when": words.day(world.demand.collapse_on), "share": words.percent(world.demand.collapse_depth)}


def command_of(results: Results) -> str:
    """The command line that makes the run again."""
    world = results.scenario
    given = results.provenance.get("overrides")
    if given is None:
        given = [f"{group}={getattr(world, group).name}" for group in ("platform", "demand", "population")]
        given += [f"seed={world.seed}"] + ([f"replicate={world.replicate}"] if world.replicate else [])
    return f"python -m sim.run {shlex.join(given)}".strip()


def _flat(tree, above=""):
    """Leaves of the provenance with their full names."""
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


def template(name: str) -> Template:
    """A template of this folder."""
    home = FileSystemLoader(Path(__file__).parent)
    pages = Environment(loader=home, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return pages.get_template(name)
