"""Policies of one's own in force: which of them acts at which moment of a day."""

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sim.policies.market_view import MarketView
from sim.scenario.own.brought import sources, values
from sim.scenario.own.marks import MOMENTS, Mark, mark_of
from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    from sim.simulation.state import State


class OnesOwn:
    """The policies of a scenario that are its user's own.

    Attributes
    ----------
    kept : dict of dict
        By policy, what it keeps from day to day: the attributes that it has given itself, if it is a class, and what it
        charges.
    """

    def __init__(self, scenario: Scenario) -> None:
        mine = {name: scenario.own[name] for name in scenario.ones_own("policy")}
        self.since = (scenario.policy.start - scenario.start).days
        self.kept: dict[str, dict[str, Any]] = {}
        self._acts: dict[str, list[tuple[str, Callable, Any]]] = {moment: [] for moment in MOMENTS}
        for name, source in sources(mine).items():
            given = values(mine[name])
            if inspect.isclass(source.rule):
                self._add_class(name, source.rule, given)
            else:
                mark = mark_of(source.rule) or Mark("policy")
                self._acts[mark.moment].append((name, source.rule, given))

    def _add_class(self, name, kind, given):
        one = kind.__new__(kind)
        self.kept[name] = vars(one)
        for key, value in given.items():
            setattr(one, key, value)
        if kind.__init__ is not object.__init__:
            one.__init__()
        for moment in MOMENTS:
            if hasattr(kind, moment):
                self._acts[moment].append((name, getattr(kind, moment), one))

    def act(self, moment: str, state: "State", day: int) -> None:
        """Have all that act at a moment of the day do so, in the order in which they were chosen."""
        for name, rule, given in self._acts[moment]:
            market = MarketView(state, name, day, day == self.since)
            if isinstance(given, dict):
                rule(market, day, **given)
            else:
                given.__dict__ = state.policy.own[name]  # a checkpoint may have brought it
                rule(given, market, day)
