"""A comparison of policies told: tables and sentences. The page is that of `experiments.policy.publication`."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pandas as pd

from experiments.policy.boycott import call_sentences
from experiments.policy.paired import ALL, BY_GROUP, OWN
from sim.kernel.categories import USES
from sim.report.language.words import Words
from sim.report.page.cells import Cell, Row, Table
from sim.scenario import problems
from sim.scenario.own.brought import values as given
from sim.scenario.scenario import Scenario

PLACEBO = "placebo"


@dataclass
class Comparison:
    """What a comparison of policies found; its tables are those of `experiments.policy.paired`, by `variant`."""

    scenario: Scenario  # with every policy of every variant; its seed is the first
    markets: dict[str, Scenario]  # the variants asked for, each by the names of its options joined by "+"
    seeds: int
    command: str
    provenance: dict
    outcomes: pd.DataFrame  # of a placebo too, as `people` and `path`, if it was run
    people: pd.DataFrame
    path: pd.DataFrame
    calls: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["variant"]))  # of boycotts, a row a seed

    @property
    def variants(self) -> list:
        """Names of the variants asked for."""
        return [*self.markets]

    def of(self, variant: str, outcome: str, group: str = ALL) -> pd.Series:
        """The row of one outcome."""
        table = self.outcomes
        mine = table[(table["variant"] == variant) & (table["group"] == group) & (table["outcome"] == outcome)]
        return mine.iloc[0]

    def fate(self, variant: str, group: str = ALL) -> pd.Series | None:
        """Who gains and who loses, one row; None if the variant was not run."""
        mine = self.people[(self.people["variant"] == variant) & (self.people["group"] == group)]
        return mine.iloc[0] if len(mine) else None

    @property
    def narrower(self) -> float:
        """How many times narrower than unpaired the paired intervals of totals are: the median over outcomes."""
        table = self.outcomes[self.outcomes["variant"].isin(self.variants) & (self.outcomes["group"] == ALL)]
        known = table[table["paired_half"] > 0]
        return float((known["unpaired_half"] / known["paired_half"]).median()) if len(known) else np.nan


def called(variant: str, words: Words) -> str:
    """A variant in the reader's language: its policies joined; an option of one's own by its name."""
    return words.listed([words.option(name) for name in variant.split("+")])


def shown(value: float, unit: str, words: Words) -> str:
    """A value in its unit."""
    if value is None or not np.isfinite(value):
        return words.number(np.nan)
    if unit.startswith("euro"):
        return words.euro(value)
    if unit == "share":
        return words.percent(value) if value >= 0 else f"\N{MINUS SIGN}{words.percent(-value)}"
    if unit == "second":
        return words.duration(value) if value >= 0 else f"\N{MINUS SIGN}{words.duration(-value)}"
    return words.number(value) if abs(value) >= 100 else words.figures(value, 3)


def between(low: float, high: float, say: Callable, words: Words) -> str:
    """An interval; nothing of one run."""
    return words("comparison.interval", low=say(low), high=say(high)) if np.isfinite(low) else ""


def relative(row: pd.Series, words: Words) -> tuple[str, str]:
    """Relative change and its interval, two texts."""
    say = lambda value: words.change(1.0 + value) if np.isfinite(value) else words.number(np.nan)  # noqa: E731
    return say(row["relative"]), between(row["relative_low"], row["relative_high"], say, words)


def outcome_name(outcome: str, words: Words) -> str:
    """An outcome in the reader's language; what an instrument of one's own reads by its name in plain words."""
    mine = outcome.startswith(f"{OWN}.")
    return outcome.removeprefix(f"{OWN}.").replace("_", " ") if mine else words(f"outcome.{outcome}")


def group_name(row: pd.Series, words: Words) -> str:
    """The group of a row in the reader's language."""
    return words("group.all" if row["division"] == ALL else f"group.{row['division']}.{row['group']}")


def asked(comparison: Comparison, words: Words) -> str:
    """The question in a sentence."""
    scenario, variants = comparison.scenario, [called(variant, words) for variant in comparison.variants]
    policies = variants[0] if len(variants) == 1 else words("comparison.alone", policies=words.listed(variants))
    drawn = words("comparison.drawn" if scenario.behaviour.posterior else "comparison.fixed")
    when, end = words.day(scenario.policy.start), words.day(scenario.end)
    return words("comparison.asked", when=when, end=end, policies=policies, count=comparison.seeds, drawn=drawn)


def parameters(comparison: Comparison, words: Words) -> str:
    """The fields of every policy, variant by variant."""
    values = []
    for variant, market in comparison.markets.items():
        own = [f"{name}.{key} = {problems.shown(value)}" for name in market.policy.chosen
               for key, value in getattr(market.policy, name)]  # fmt: skip
        own += [f"own.{name}.{key} = {problems.shown(value)}" for name in market.ones_own("policy")
                for key, value in given(market.own[name]).items()]  # fmt: skip
        values.append(f"{first(called(variant, words))}: {', '.join(own)}.")
    return words("comparison.parameters", values=" ".join(values))


def answers(comparison: Comparison, words: Words) -> list[str]:
    """The answer for each variant in a sentence with its uncertainty, and what chance makes of nothing."""
    told = [sentence for variant in comparison.variants for sentence in answer(comparison, variant, words)]
    return [*told, *chance_sentences(comparison, words)]


def answer(comparison: Comparison, variant: str, words: Words) -> list[str]:
    """The answer for one variant in sentences."""
    outcomes = {"pay": "pay", "spent": "spent", "work": "work_done", "earners": "earners"}
    changes = {key: _changed(comparison.of(variant, name), words) for key, name in outcomes.items()}
    counts = _counts(comparison.fate(variant), words)
    policy = first(called(variant, words))
    sentences = [words("comparison.answer", policy=policy, **changes, **counts)]
    sentences += call_sentences(comparison.calls[comparison.calls["variant"] == variant], policy, words)
    if "automation" in comparison.markets[variant].policy.chosen:
        sentences.append(_by_use(comparison, variant, words))
    return sentences


def chance_sentences(comparison: Comparison, words: Words) -> list[str]:
    """What chance makes of nothing, and how much narrower intervals are because luck is shared."""
    sentences, chance = [], comparison.fate(PLACEBO)
    if chance is not None and PLACEBO not in comparison.variants:
        sentences.append(words("comparison.chance", **_counts(chance, words)))
    if np.isfinite(comparison.narrower):
        sentences.append(words("comparison.narrow", times=words.figures(comparison.narrower, 2)))
    return sentences


def _by_use(comparison, variant, words):
    """Hours of work by use a month, as it is and with the policy."""
    rows = {use: comparison.of(variant, f"work_{use}") for use in USES}
    told = (words("comparison.use", use=words(f"use.{use}"), before=words.number(row["status_quo"]),
                  after=words.number(row["policy"])) for use, row in rows.items())  # fmt: skip
    return words("comparison.uses", uses=words.listed([*told]))


def _changed(row, words):
    """A change as one says it, with its interval: 7.3% more (95% interval +1.2% to +13%)."""
    change = words("comparison.up" if row["relative"] >= 0 else "comparison.down",
                   change=words.percent(abs(row["relative"])))  # fmt: skip
    low, high = (words.change(1.0 + row[name]) for name in ("relative_low", "relative_high"))
    if not np.isfinite(row["low"]):
        return words("comparison.single", change=change)
    return words("comparison.sure" if row["beyond"] else "comparison.unclear", change=change, low=low, high=high)


def _counts(fate, words):
    return {name: words.number(fate[name]) for name in ("people", "gain", "lose", "out")}


def first(text: str) -> str:
    """The text with a capital."""
    return text[:1].upper() + text[1:]


def of_each(comparison: Comparison, what: str, words: Words) -> list[str]:
    """The "mechanism" of each policy, or on what the model is "silent" about it."""
    names = dict.fromkeys(name for market in comparison.markets.values() for name in market.policy.chosen)
    told = [f"{first(words(f'policy.{name}'))}. {words(f'{what}.{name}')}" for name in names]
    mine = {name for market in comparison.markets.values() for name in market.ones_own("policy")}
    rules = [one for one in comparison.provenance.get("own", ()) if one["name"] in mine and what == "mechanism"]
    return told + [f"{first(words.option(one['name']))}. {one['about']}" for one in rules]


def silent_of_all(comparison: Comparison, words: Words) -> str:
    """On what the model is silent, whatever the policy."""
    return words("silent.every", elasticity=words.short(comparison.scenario.policy.demand_elasticity))


def outcome_table(comparison: Comparison, words: Words) -> Table:
    """Every outcome of all together as a table of the page."""
    outcomes, rows = comparison.outcomes, []
    for variant in comparison.variants:
        for _, row in outcomes[(outcomes["variant"] == variant) & (outcomes["group"] == ALL)].iterrows():
            say = partial(shown, unit=row["unit"], words=words)
            reach = between(row["low"], row["high"], say, words)
            cells = [Cell(say(row["status_quo"])), Cell(say(row["policy"])), Cell(say(row["difference"]), reach)]
            name = outcome_name(row["outcome"], words)
            rows.append(Row(name, [*cells, Cell(*relative(row, words))], _soft(comparison, variant, words)))
    return _table("outcomes", ("outcome", "status_quo", "policy", "difference", "relative"), rows, words)


def group_table(comparison: Comparison, words: Words) -> Table:
    """Relative changes by group as a table of the page."""
    names, rows = [name for name in BY_GROUP if name != "seen"], []
    for variant in comparison.variants:
        mine = comparison.outcomes[comparison.outcomes["variant"] == variant]
        for _, group in mine[mine["group"] != ALL].groupby(["division", "group"], sort=False):
            by_name = group.set_index("outcome")
            cells = [Cell(*relative(by_name.loc[outcome], words)) for outcome in names]
            rows.append(Row(group_name(group.iloc[0], words), cells, _soft(comparison, variant, words)))
    table = _table("groups", ("group",), rows, words)
    return table._replace(part="by_group", heads=table.heads + [words(f"outcome.{name}") for name in names])


def gain_table(comparison: Comparison, words: Words) -> Table:
    """Who gains, who loses, who falls out, as a table of the page; below each number that of the placebo."""
    counted, rows = ("people", "gain", "lose", "out", "in", "gone"), []
    for variant in comparison.variants:
        for _, row in comparison.people[comparison.people["variant"] == variant].iterrows():
            chance = comparison.fate(PLACEBO, row["group"]) if PLACEBO not in comparison.variants else None
            cells = [Cell(words.number(row[name]), _by_placebo(chance, name, words)) for name in counted]
            cells.append(Cell(words.euro(row["mean"]), _by_placebo(chance, "mean", words, words.euro)))
            rows.append(Row(group_name(row, words), cells, _soft(comparison, variant, words)))
    return _table("gains", ("group", *counted, "mean"), rows, words)


def _by_placebo(chance, name, words, say=None):
    if chance is None or name == "people":
        return ""
    return words("comparison.by_placebo", value=(say or words.number)(chance[name]))


def _soft(comparison, variant, words):
    return called(variant, words) if len(comparison.variants) > 1 else ""


def _table(name, heads, rows, words):
    about, caption = (words(f"comparison.{name}_{text}") for text in ("about", "caption"))
    return Table(name, about, caption, [words(f"comparison.{head}") for head in heads], rows)
