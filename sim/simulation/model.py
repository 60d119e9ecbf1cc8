"""The market as a Mesa model: one step is one day of the French micro-work market (`sim.simulation.day`)."""

import logging
from collections.abc import Mapping
from typing import Any

import mesa
import numpy as np

from sim.agents.view.registry import AgentsOfColumns
from sim.agents.view.scenario import given
from sim.scenario.composition import named
from sim.scenario.problems import BadScenario, Problem, corrected
from sim.scenario.scenario import Scenario
from sim.simulation.day import DayByDay

PLAIN = mesa.Model
FRESH = 2**40  # seeds that are drawn lie below: one can still type them
NONE = "is no Scenario; Scenario.load and Scenario.load_file give one, and words choose without it: write"
WHOLE = "a Scenario is whole, only a seed is given beside it; say this to Scenario.load with all else, or leave it out"
TWICE = "is said by the scenario too; say it once"
NUMPYS = (
    "must be what numpy.random.default_rng takes: a whole number of at least 0, a list of them, or a kind of its own"
)
SEVERAL = "one market is one run: make one for each seed, or type python -m sim.run seeds=20"
HERE = "a market is run where it is made; clusters are for python -m sim.run -m and seeds="


class MicroworkMarket(AgentsOfColumns, DayByDay, mesa.Model):
    """Workers, clients and platforms of a scenario, day by day.

    Parameters
    ----------
    scenario
        Everything the run depends on, with its own seed unless another is given; one of Mesa's stands for the choices
        that it names.
    seed
        The key of chance; without one, of a scenario or here, a fresh one is taken, told in a line of the log `sim` and
        found in ``model.scenario.seed``.
    rng
        The same as Mesa has it, whatever `numpy.random.default_rng` takes: an integer is the seed; of all else the seed
        is the first number drawn (from a generator, the next), so that the seed alone makes the same run again.
    **kwargs
        What `Scenario.load` takes, in place of a scenario: ``platform="deep"``, ``population="small"``,
        ``behaviour={"looking_rate": 1.0}``, ``**{"behaviour.looking_rate": 1.0}``. What is not chosen is as in
        ``conf/``, but for the seed.

    Its days, columns and record are those of `sim.simulation.day.DayByDay`; its agents those of `sim.agents`.

    Raises
    ------
    BadScenario
        With everything given that cannot be used.
    TypeError
        If more than a scenario is given without a name; what to write instead is said.
    """

    @corrected(lambda self, *given: f"{type(self).__name__}({named(*given)})")
    def __init__(
        self, scenario: Scenario | None = None, *, rng: Any = None, **kwargs: Any
    ) -> None:  # by these names Mesa knows what a model takes; by one named seed, what its batch_run draws
        scenario = _scenario(scenario, rng, kwargs)
        super().__init__(scenario, rng=scenario.seed)
        self._seed = scenario.seed  # which Mesa 3.3 leaves open

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of seed {self.scenario.seed}, {self.day} of {self.days} days>"

    # --- chance, as Mesa's users ask for it ------------------------------------------------------------------
    def reset_rng(self, rng: Any = None) -> None:
        """Put `model.rng` back to where the seed puts it; the market draws by coordinates, nothing of which is used up.

        Raises
        ------
        ValueError
            If another seed is asked for.
        """
        self._same(rng, "rng", "numpy.random.default_rng")
        super().reset_rng(self.scenario.seed)

    def reset_randomizer(self, seed: int | None = None) -> None:
        """Put `model.random` back to where the seed puts it; raises ValueError if another is asked for."""
        self._same(seed, "random", "random.Random")
        super().reset_randomizer(self.scenario.seed)

    def _same(self, seed, name, kind):
        if seed is not None and (not isinstance(seed, int | np.integer) or seed != self.scenario.seed):
            mine = (
                f"a market keeps its seed, {self.scenario.seed}, which its record names: another makes another market"
            )
            raise ValueError(f"{mine}; agents of your own may have model.{name} = {kind}(...)")

    # --- time, as Mesa's users ask for it --------------------------------------------------------------------
    if hasattr(mesa.Model, "run_for"):  # from Mesa 3.5 on

        def run_for(self, duration: float) -> None:
            """So many days; raises ValueError if they are not whole."""
            super().run_for(_whole(duration))

        def run_until(self, end_time: float) -> None:
            """Until so many days are over; raises ValueError if they are not whole."""
            super().run_until(_whole(end_time))


def _whole(days):
    if days != days // 1:
        raise ValueError(f"a step of the market is a whole day: {days} days cannot be run")
    return days


def _scenario(scenario, rng, choices):
    """The scenario that was given or chosen, with the seed that was; raises BadScenario."""
    found, asked = given(scenario), choices | {"rng": rng}
    problems = []
    if found is None and scenario is not None:
        problems = [Problem("scenario", scenario, f"{NONE} MicroworkMarket({named(scenario)})")]
    if isinstance(found, Mapping):  # one of Mesa's, which says what is chosen
        said = {name: value for name, value in found.items() if value is not None}
        problems += [Problem(name, asked[name], TWICE) for name in said if asked.get(name) is not None]
        asked, found = asked | said, None
    rng, seed = asked.pop("rng"), _typed(asked.pop("seed", None))
    if rng is not None and seed is not None:
        problems.append(Problem("rng", rng, "is Mesa's word for the seed: give one of them"))
    fresh = rng is None and seed is None and found is None
    if seed is None and (rng is not None or fresh):
        try:
            seed = _seed(rng)
        except (TypeError, ValueError):
            problems.append(Problem("rng", rng, NUMPYS))
    try:
        if found is None:
            found = Scenario.load(**asked, **({} if seed is None else {"seed": seed}))
        else:
            problems += [Problem(name, value, WHOLE) for name, value in asked.items()]
            found = found if seed in (None, found.seed) else Scenario.checked(found.model_dump() | {"seed": seed})
    except BadScenario as bad:
        problems += bad.problems
    else:
        problems += [Problem("seeds", found.seeds, SEVERAL)] if found.seeds != 1 else []
        problems += [Problem("cluster", found.cluster.name, HERE)] if found.cluster.name != "local" else []
    if problems:
        raise BadScenario(problems)
    if fresh:
        logging.getLogger("sim").warning(
            "No seed was given: this market's is %d, and seed=%d makes it again.", seed, seed
        )
    return found


def _seed(rng):
    """The seed that stands for what Mesa takes as `rng`; a fresh one for None.

    numpy's chance chooses the key before there is a market, as Mesa's users ask for it; the scenario keeps it, and from
    then on all chance comes through the streams.
    """
    if isinstance(rng, int | np.integer) and 0 <= rng < 2**64:
        return int(rng)
    return int(PLAIN(rng=rng).rng.integers(FRESH))


def _typed(seed):
    """A seed as Mesa's viewer gives it, whose field for one is a field for text."""
    return int(seed) if isinstance(seed, str) and seed.isdecimal() and seed.isascii() else seed
