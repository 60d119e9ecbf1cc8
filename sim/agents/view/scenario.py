"""A market's scenario as Mesa 3.5 has scenarios: it knows its model, and Mesa's viewer makes empty ones of its kind."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sim.scenario.scenario import Scenario

if TYPE_CHECKING:
    import mesa

try:
    from mesa.experimental.scenarios import Scenario as MesaScenario
except ImportError:  # before Mesa 3.5 there are none
    MesaScenario = None


def shown(scenario: Scenario, model: "mesa.Model") -> Any:
    """The scenario as an attribute of a Mesa model: before Mesa 3.5 itself, from then on seen as one of Mesa's."""
    return scenario if MesaScenario is None else SeenScenario(scenario, model)


def given(scenario: object) -> Scenario | Mapping[str, Any] | None:
    """What somebody hands over as a scenario: one of ours, or what one of Mesa's says; None if it is neither."""
    if MesaScenario is not None and isinstance(scenario, MesaScenario):
        return getattr(scenario, "seen", None) or dict(scenario)
    return scenario if isinstance(scenario, Scenario) else None


if MesaScenario is not None:

    class SeenScenario(MesaScenario):
        """A `Scenario` seen as one of Mesa's: its groups are parameters, what else it can do it does itself.

        Attributes
        ----------
        seen : Scenario
            None of those that Mesa's viewer makes, which say nothing.
        """

        __slots__ = ("seen",)

        def __init__(self, scenario: Scenario | None = None, model: Any = None, *, rng: Any = None) -> None:
            fields = {} if scenario is None else {name: getattr(scenario, name) for name in type(scenario).model_fields}
            super().__init__(rng=rng if scenario is None else scenario.seed, **fields)
            self.seen, self.model = scenario, model

        def __getattr__(self, name: str) -> Any:
            if name[:2] == "__" or name in SeenScenario.__slots__ or self.seen is None:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            return getattr(self.seen, name)

        def __setattr__(self, name: str, value: object) -> None:
            if name not in ("seen", "model", "_scenario_id"):
                raise ValueError(f"a scenario does not change: another one has another {name!r}")
            object.__setattr__(self, name, value)

        def __eq__(self, other: object) -> bool:
            return self.seen == getattr(other, "seen", other)

        def __hash__(self) -> int:
            return hash(self.seen)

        def __repr__(self) -> str:
            return repr(self.seen)

        def __reduce__(self) -> tuple:
            return _itself, (self.seen,)  # without its model


def _itself(scenario):
    return scenario
