"""What a search found, in words: candidates, goals and differences in the reader's language, and the finding."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from experiments.policy.page import between, group_name
from experiments.policy.page import shown as written
from experiments.policy.paired import OUTCOMES
from experiments.search.asked import Goal, Kept, Question, Varied
from experiments.search.effects import FRESH, GOAL, KEPT, SEARCH
from experiments.search.measure import OWN, unit
from sim.instruments.across_seeds import FEW
from sim.report.language.words import Words
from sim.scenario.scenario import Scenario

PLACEBO = "placebo"
_SAID = {"euro/month": "search.euros", "hour/month": "search.hours", "euro/hour": "search.rate"}  # sentences by unit
_RATES = ("hour/month", "look/month", "task/month")  # units that no field of a scenario has
_WITH_WORDS = {*OWN, *(name for outcomes in OUTCOMES.values() for name in outcomes)}


@dataclass
class Found:
    """What a search found; its tables are those of `experiments.search.effects`, `front` being `at_length`."""

    scenario: Scenario
    question: Question
    candidates: pd.DataFrame
    front: pd.DataFrame
    provenance: dict

    @property
    def settings(self) -> dict[str, Any]:
        """What was set."""
        return self.provenance["settings"]

    @property
    def members(self) -> list[str]:
        """The candidates that were looked at again, the best for the first goal first."""
        return [name for name in dict.fromkeys(self.front["candidate"]) if name != PLACEBO]

    @property
    def judged(self) -> str:
        """On which seeds the best are told: fresh ones, if there are any."""
        return FRESH if self.settings["fresh"] else SEARCH

    def of(self, candidate: str, seeds: str, number: str, role: str = GOAL) -> pd.Series:
        """The row of one number of one candidate."""
        table = self.front
        mine = (table["candidate"] == candidate) & (table["seeds"] == seeds) & (table["number"] == number)
        return table[mine & (table["role"] == role)].iloc[0]

    def tried(self, candidate: str) -> pd.Series:
        """The row of a candidate among all."""
        return self.candidates[self.candidates["candidate"] == int(candidate)].iloc[0]

    def best(self, goal: Goal) -> str:
        """The member that was best for a goal in the search; there is one."""
        gains = {name: (1.0 if goal.most else -1.0) * self.tried(name)[goal.name] for name in self.members}
        return max(gains, key=gains.__getitem__)


def goal_name(name: str, words: Words) -> str:
    """A number in the reader's language, where there are words for it."""
    if name in _WITH_WORDS:
        return words(f"outcome.{name}")
    if name.count(".") == 2 and name.rpartition(".")[2] in _WITH_WORDS | {"earned"}:
        division, group, outcome = name.split(".")
        of = group_name(pd.Series({"division": division, "group": group}), words)
        return words("comparison.of", name=words(f"outcome.{outcome}"), of=of)
    return name


def field_name(one: Varied, found: Found, words: Words) -> str:
    """A field that varies by its policy, and by itself where several of the policy vary."""
    policy = words.option(one.policy)
    alone = sum(other.policy == one.policy for other in found.question.varied) == 1
    return policy if alone else words("search.of_policy", policy=policy, field=words.field(one.key, one.meaning))


def value_of(one: Varied, value: Any, words: Words) -> str:
    """A value of a field with its unit."""
    if one.choices:
        return str(value).lower() if isinstance(value, bool | np.bool_) else str(value)
    if one.unit.startswith("share"):
        return words.percent(float(value))
    text = words.short(float(value))
    return text if one.unit in ("", "ratio") else f"{text} {words.field('unit', one.unit)}"


def values_of(candidate: str, found: Found, words: Words) -> str:
    """What a candidate is: its fields with their values."""
    row = found.tried(candidate)
    return words.listed([f"{field_name(one, found, words)} {value_of(one, row[one.key], words)}"
                         for one in found.question.varied])  # fmt: skip


def unit_name(name: str, words: Words) -> str:
    """The unit of a number in the reader's language."""
    of = unit(name)
    return words(f"unit.{of}") if of in _RATES else words.field("unit", of)


def signed(value: float, of: str, words: Words) -> str:
    """A difference with its sign."""
    if not np.isfinite(value):
        return words.number(np.nan)
    return ("+" if value >= 0.0 else "\N{MINUS SIGN}") + written(abs(value), of, words)


def change(row: pd.Series, words: Words) -> str:
    """A difference with its sign, and what part it is of the market as it is where that is known."""
    text = signed(row["difference"], unit(row["number"]), words)
    part = row["relative"]
    return words("search.change", change=text, part=words.change(1.0 + part)) if np.isfinite(part) else text


def said(row: pd.Series, words: Words) -> str:
    """A difference as a sentence has it, with what it is of."""
    text, of = change(row, words), unit(row["number"])
    return words(_SAID[of], change=text) if of in _SAID else text


def reach(row: pd.Series, words: Words) -> str:
    """The interval of a difference."""
    return between(row["low"], row["high"], lambda end: signed(end, unit(row["number"]), words), words)


def ratio(row: pd.Series, words: Words) -> tuple[str, str]:
    """What a number kept is of that of the market as it is, and its interval."""
    ends = [1.0 + row[f"relative{end}"] for end in ("", "_low", "_high")]
    say = lambda value: words.percent(value) if np.isfinite(value) else words.number(np.nan)  # noqa: E731
    return say(ends[0]), between(ends[1], ends[2], say, words)


def kept_text(one: Kept, words: Words) -> str:
    """What must be kept, in words."""
    key = "search.kept_least" if one.least else "search.kept_most"
    return words(key, name=goal_name(one.name, words), share=words.percent(one.ratio))


def asked(found: Found, words: Words) -> list[str]:
    """The question in sentences, and how it was answered."""
    question, settings = found.question, found.settings
    fields = [_between(one, found, words) for one in question.varied]
    goals = [words("search.more" if one.most else "search.less", name=goal_name(one.name, words))
             for one in question.goals]  # fmt: skip
    told = {name: words.number(settings[name]) for name in ("candidates", "batch", "seeds", "fresh", "members")}
    days = {"when": words.day(found.scenario.policy.start), "end": words.day(found.scenario.end)}
    kept = words.listed([kept_text(one, words) for one in question.kept])
    return [
        words("search.asked", fields=words.listed(fields), **days),
        words("search.goals", goals=words.listed(goals)) + (words("search.kept", kept=kept) if question.kept else ""),
        words("search.how" if settings["fresh"] else "search.how_once", **told),
    ]


def _between(one, found, words):
    name = field_name(one, found, words)
    if one.choices:
        return words("search.choice", name=name, choices=words.listed([value_of(one, x, words) for x in one.choices]))
    low, high = (value_of(one, end, words) for end in (one.low, one.high))
    return words("search.field", name=name, low=low, high=high)


def finding(found: Found, words: Words) -> str:
    """The finding in a sentence: for each goal the best of the search and what it does on fresh seeds."""
    count, question = words.number(len(found.candidates)), found.question
    if not found.candidates["kept"].any():
        return words("search.none_kept", count=count, kept=words.listed([kept_text(x, words) for x in question.kept]))
    if not found.members:
        return words("search.nothing", count=count)
    rows = {goal: found.of(found.best(goal), found.judged, goal.name) for goal in question.goals}
    told = [_best(goal, rows[goal], found, words) for goal in question.goals if better(rows[goal], goal)]
    if not told:
        few = min(row["runs"] for row in rows.values()) < FEW or found.judged == SEARCH
        return words("search.few" if few else "search.unclear", count=count, members=words.number(len(found.members)))
    others = [_quoted(goal, words) for goal in question.goals if not better(rows[goal], goal)]
    told += [words("search.none_for", goals=words.listed(others))] if others else []
    text = words("search.found", count=count, best="; ".join(told))
    return text[:1].upper() + text[1:]


def better(row: pd.Series, goal: Goal) -> bool:
    """Whether a goal is better than without a policy beyond what chance makes."""
    return bool(row["beyond"] == 1) and (row["difference"] > 0.0) == goal.most


def worse(row: pd.Series, goal: Goal) -> bool:
    """Whether it is worse beyond what chance makes."""
    return bool(row["beyond"] == 1) and (row["difference"] > 0.0) != goal.most


def _best(goal, row, found, words):
    """What is best for a goal, by how much, and which other goals pay for it."""
    candidate = row["candidate"]
    rows = {other: found.of(candidate, found.judged, other.name) for other in found.question.goals}
    price = [words("search.other", goal=goal_name(other.name, words), change=said(of, words))
             for other, of in rows.items() if worse(of, other)]  # fmt: skip
    text = words("search.best", goal=goal_name(goal.name, words), values=values_of(candidate, found, words),
                 change=said(row, words))  # fmt: skip
    return text + (words("search.price", others=words.listed(price)) if price else "")


def _quoted(goal, words):
    return words("search.quoted", goal=goal_name(goal.name, words))


def curse(found: Found, words: Words) -> list[str]:
    """For each goal what the best of the search promised, and what it does on fresh seeds."""
    told = []
    for goal in found.question.goals if found.members and found.judged == FRESH else ():
        rows = [found.of(found.best(goal), seeds, goal.name) for seeds in (SEARCH, FRESH)]
        before, after = (said(row, words) for row in rows)
        told.append(words("search.curse", goal=goal_name(goal.name, words), search=before, fresh=after))
    return [*told, words("search.luck")] if told else []


def chance(found: Found, words: Words) -> str:
    """What a policy that changes nothing reads on the same measures."""
    rows = [found.of(PLACEBO, found.judged, goal.name) for goal in found.question.goals]
    each = [f"{goal_name(row['number'], words)} {said(row, words)}" for row in rows]
    return words("search.placebo", each=words.listed(each), seeds=words.number(rows[0]["runs"]))


def kept_rows(found: Found, candidate: str, seeds: str) -> list[pd.Series]:
    """The rows of every number kept, each once, of a candidate."""
    return [found.of(candidate, seeds, name, KEPT) for name in found.question.kept_names]
