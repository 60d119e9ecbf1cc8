"""What a search found on the screen, in plain English text."""

from experiments.search.answer import (
    PLACEBO,
    Found,
    better,
    chance,
    change,
    curse,
    finding,
    goal_name,
    kept_rows,
    ratio,
    reach,
    value_of,
)
from experiments.search.effects import FRESH, SEARCH
from sim.report.language.sample import titled
from sim.report.language.words import Words
from sim.report.screen.table import printed, rule, table


def search_text(found: Found) -> str:
    """The best candidates, goal by goal, and the finding."""
    words = Words("en")
    title = f"BEST OF {len(found.candidates)} from {found.scenario.policy.start}, beside the market as it is"
    blocks = [rule(titled(title, found.scenario, words)), _values(found, words)]
    for goal in found.question.goals:
        blocks += ["", _goal(goal, found, words)]
    blocks += ["", _kept(found, words)] if found.question.kept else []
    told = [finding(found, words) + ".", *curse(found, words), chance(found, words)]
    return printed(*blocks, "", *told)


def _values(found, words):
    heads = ("", *(_short(one, found, words) for one in found.question.varied))
    rows = [(f"  {name}", *(value_of(one, found.tried(name)[one.key], words) for one in found.question.varied))
            for name in found.members]  # fmt: skip
    return table(heads, rows)


def _short(one, found, words):
    """A field by its policy, and by its own name where several of the policy vary."""
    alone = sum(other.policy == one.policy for other in found.question.varied) == 1
    return words.option(one.policy) if alone else f"{words.option(one.policy)}: {one.key.rpartition('.')[2]}"


def _goal(goal, found, words):
    seeds = [FRESH, SEARCH] if found.judged == FRESH else [SEARCH]
    heads, rows = (
        [goal_name(goal.name, words).upper(), *(head for kind in seeds for head in (kind, "95% interval"))],
        [],
    )
    for name in [*found.members, PLACEBO]:
        cells = [f"  {name}"]
        for kind in seeds:
            row = found.of(name, kind, goal.name)
            cells += [change(row, words) + ("*" if better(row, goal) else ""), reach(row, words)]
        rows.append(cells)
    return table(heads, rows)


def _kept(found, words):
    names = found.question.kept_names
    heads = ["OF WHAT IT IS WITHOUT"] + [head for name in names for head in (goal_name(name, words), "95% interval")]
    rows = [[f"  {name}", *(text for row in kept_rows(found, name, found.judged) for text in ratio(row, words))]
            for name in [*found.members, PLACEBO]]  # fmt: skip
    return table(heads, rows)
