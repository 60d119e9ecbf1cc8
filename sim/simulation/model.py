"""The market as a Mesa model: one step is one day of the French micro-work market (`sim.simulation.day`)."""

import mesa
import numpy as np

from sim.agents.view.registry import AgentsOfColumns
from sim.scenario.scenario import Scenario
from sim.simulation.day import DayByDay


class MicroworkMarket(AgentsOfColumns, DayByDay, mesa.Model):
    """Workers, clients and platforms of a scenario, day by day.

    Parameters
    ----------
    scenario
        Everything the run depends on; alternatively
    **choices
        what `Scenario.load` takes: ``platform="deep"``, ``population="small"``, ``seed=7``,
        ``behaviour={"looking_rate": 1.0}``.
    Its days, columns and record are those of `sim.simulation.day.DayByDay`; its agents those of `sim.agents`.

    Raises
    ------
    pydantic.ValidationError
        If a choice is not allowed.
    """

    def __init__(self, scenario: Scenario | None = None, **choices) -> None:
        rng = choices.pop("rng", None)
        if scenario is None:
            if choices.get("seed", None) is None:
                choices["seed"] = int(rng) if isinstance(rng, (int, np.integer)) else 1
            scenario = Scenario.load(**{key: value for key, value in choices.items() if value is not None})
        super().__init__(scenario, rng=scenario.seed)
