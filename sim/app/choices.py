"""What has been chosen on the page: the words of the command line that make the same market, and its scenario."""

import shlex
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from sim.scenario import composition
from sim.scenario.own.marks import mark_of
from sim.scenario.own.source import find, names_own
from sim.scenario.problems import shown
from sim.scenario.scenario import Scenario

GROUPS = ("platform", "demand", "world")  # chosen by one word each
SIZES: dict[str, dict[str, Any]] = {  # how many simulated people, by the share of the country that they are
    "100": {"population": "small", "population.sample": 0.01},
    "20": {"population": "small"},
    "5": {"population.sample": 0.2},
    "1": {},
}
OWN, _OF_SIZE = "own", ("population", "population.people", "population.sample")  # as it was typed
NOTHING, WITHOUT, UNMOVED = "nothing", "without_policy", "fields_unmoved"


class Choices(NamedTuple):
    """One market: options of groups, fields that were moved, a policy; and which second market stands beside it."""

    options: dict[str, Any]  # group or field that was typed: value
    size: str = "20"
    moved: dict[str, Any] = {}  # by full key
    policy: str = "none"
    since: date | None = None  # first day of the policy; None: as the command line has it
    beside: str = NOTHING  # one of the three above, or "platform=deep" and the like
    brought: str = ""  # a policy of one's own, as it was typed, that the list of policies has too

    def changes(self) -> dict[str, Any]:
        """What differs from the usual, by full key."""
        found = {key: value for key, value in self.options.items() if self.size == OWN or key not in _OF_SIZE}
        found = {key: value for key, value in found.items() if not key.startswith("own.") or self._in_place(key)}
        found |= SIZES.get(self.size, {})
        if self.policy != "none":
            found["policy"] = self.policy
            if self.since is not None:
                found["policy.start"] = self.since
        return found | {key: value for key, value in self.moved.items() if self._in_place(key)}

    def _in_place(self, key):
        """Whether a field that was moved is there: not those of a policy that is not chosen, or of another platform."""
        if key.startswith("own.") and self.brought and key.split(".")[1] == own_name(self.brought):
            return self.policy == self.brought
        if key.startswith("policy.") and key.count(".") == 2:
            return self.policy not in ("none", self.brought) and composition.option("policy", self.policy).get(
                key.split(".")[1]
            )
        if key.startswith("platform.members."):
            members = composition.option("platform", self.options.get("platform", composition.chosen()["platform"]))
            return key.split(".")[2] in members["members"]
        return True

    def scenario(self) -> Scenario:
        """The scenario; raises BadScenario with all that is wrong with it."""
        return Scenario.resolve(self.changes())

    def command(self) -> str:
        """The line that makes this market."""
        return shlex.join(["python", "-m", "sim.run", *_words(self.changes())])

    def second(self) -> "Choices | None":
        """The market beside it, on the same luck; None where there is none, or nothing would differ."""
        if self.beside == WITHOUT:
            other = self._replace(policy="none", since=None)
        elif self.beside == UNMOVED:
            other = self._replace(moved={})
        elif self.beside != NOTHING:
            group, _, option = self.beside.partition("=")
            other = self._replace(options={**self.options, group: option})
        else:
            return None
        other = other._replace(beside=NOTHING)
        return None if other.changes() == self.changes() else other


def typed(words: dict[str, Any]) -> Choices:
    """The choices with which a page begins, from words of a command line."""
    rest = dict(words)
    asked = {key: rest[key] for key in _OF_SIZE if key in rest}
    size = next((name for name, own in SIZES.items() if own == asked), OWN) if asked else "20"
    policy, since = rest.get("policy", "none"), rest.pop("policy.start", None)
    if isinstance(policy, str):  # several stay as they were typed
        rest.pop("policy", None)
    brought = policy if isinstance(policy, str) and names_own(policy) else ""
    return Choices(rest, size, {}, policy if isinstance(policy, str) else "none", since, brought=brought)


def own_name(word: str) -> str:
    """By which a scenario knows a rule of one's own that stands there."""
    return find(word, composition.SEVERAL).name


def own_text(word: str, language: str) -> str:
    """What it is called on the page."""
    mark = mark_of(find(word, composition.SEVERAL).rule)
    text = mark.text if mark else {}
    return text.get(language) or text.get("en") or own_name(word).replace("_", " ")


def _words(changes: dict[str, Any]) -> Iterator[str]:
    for key, value in changes.items():
        yield f"{key}={shown(value)}"
