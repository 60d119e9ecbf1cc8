"""The page of a search: the finding, the best candidates on both kinds of seeds, how sure, and how it was found."""

from pathlib import Path

from experiments.policy.page import first
from experiments.search.answer import (
    PLACEBO,
    Found,
    asked,
    better,
    chance,
    change,
    curse,
    finding,
    goal_name,
    kept_rows,
    ratio,
    reach,
    values_of,
)
from experiments.search.effects import FRESH, SEARCH
from sim.instruments.across_seeds import FEW
from sim.report.language.words import Words
from sim.report.page.brief import Brief, sources
from sim.report.page.cells import Cell, Row, Table
from sim.report.page.page import publish

FRONT = "front"


def write_search(found: Found, folder: Path) -> Path:
    """Write the search's `report.html`."""
    words = Words.of(found.scenario)
    return publish(
        folder,
        found.scenario,
        words,
        title=words("search.title"),
        command=found.provenance["command"],
        birth=found.provenance,
        brief=_brief(found, words),
        sections={
            "asked": asked(found, words),
            "mechanisms": _of_each("mechanism", found, words),
            "silent": [*_of_each("silent", found, words), _of_all(found, words)],
        },
        tables=[front_table(found, words)],
        unfolded=(FRONT, "figures"),
    )


def _brief(found, words):
    few = found.settings[found.judged if found.judged == FRESH else "seeds"] < FEW
    sure = [*curse(found, words), chance(found, words)]
    sure += [words("search.few_seeds")] if few or found.judged == SEARCH else []
    posterior = found.scenario.behaviour.posterior
    sure += [words("comparison.doubt" if posterior else "comparison.no_doubt")]
    elasticity = words.short(found.scenario.policy.demand_elasticity)
    silent = [words("search.silent", count=words.number(len(found.candidates)))]
    silent += [words("comparison.silent_people"), words("comparison.silent_clients", elasticity=elasticity)]
    return Brief(
        finding=finding(found, words),
        about="",
        heads=[],
        lines=[],
        strips=None,
        columns={words("brief.sure"): sure, words("brief.silent"): silent},
        sources=sources(found.scenario.country.name),
    )


def _of_all(found, words):
    return words("silent.every", elasticity=words.short(found.scenario.policy.demand_elasticity))


def _of_each(what, found, words):
    """The mechanism of each policy, or on what the model is silent about it."""
    return [f"{first(words.option(name))}. {words(f'{what}.{name}')}" for name in found.scenario.policy.chosen]


def front_table(found: Found, words: Words) -> Table:
    """The best candidates, each on fresh seeds and in the search: goals, and what is kept; the placebo last."""
    names = [goal_name(goal.name, words) for goal in found.question.goals]
    names += [words("search.of_kept", name=goal_name(name, words)) for name in found.question.kept_names]
    rows = [row for name in [*found.members, PLACEBO] for row in _rows(name, found, words)]
    caption = words("search.front_caption" if len(found.question.goals) > 1 else "search.best_caption")
    return Table(FRONT, words("search.front_about"), caption, [words("search.policy"), *names], rows)


def _rows(candidate, found, words):
    """A row for each kind of seeds; the first says who it is."""
    placebo = candidate == PLACEBO
    name = words("search.placebo_row") if placebo else first(values_of(candidate, found, words))
    for seeds in [FRESH, SEARCH] if found.judged == FRESH else [SEARCH]:
        cells = []
        for goal in found.question.goals:
            row = found.of(candidate, seeds, goal.name)
            mark = words("comparison.mark") if better(row, goal) else ""
            cells.append(Cell(change(row, words) + mark, reach(row, words)))
        cells += [Cell(*ratio(row, words)) for row in kept_rows(found, candidate, seeds)]
        on = words(f"search.on_{seeds}", runs=words.number(found.settings["fresh" if seeds == FRESH else "seeds"]))
        if seeds == found.judged:
            number = "" if placebo else words("search.number", number=candidate)
            yield Row(name, cells, ", ".join(filter(None, (number, on))))
        else:
            yield Row(on, cells)
