"""The fieldwork on a run: what every instrument brought back, each asked once.

Tiers, readings, gap, figures and page work on it and ask no instrument again. An instrument is asked when its result
is first needed; nothing of the run can change in between, for whoever has the fieldwork reads the run and no more.
"""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from sim.instruments.audience import visitors
from sim.instruments.recapture import Recapture, recapture
from sim.instruments.registrations import french
from sim.instruments.surveys.ones_own import Read, ask
from sim.instruments.surveys.questionnaire import respondents, usable
from sim.instruments.targets import load_targets
from sim.instruments.tiers import tiers
from sim.instruments.truth import truth
from sim.results.results import Results
from sim.results.stored import read
from sim.scenario.scenario import Scenario


@dataclass(frozen=True, eq=False)
class Fieldwork:
    """What the instruments brought back from a run."""

    results: Results
    table: pd.DataFrame | None = None  # what is published, where the scenario's own is gone

    @property
    def scenario(self) -> Scenario:
        """The run's, with the settings of the instruments."""
        return self.results.scenario

    @cached_property
    def published(self) -> pd.DataFrame:
        """What the readings are held against, as from `sim.instruments.targets.load_targets`."""
        return load_targets(self.scenario.published) if self.table is None else self.table

    @cached_property
    def registrations(self) -> pd.Series:
        """Registrations attributed to France, by platform key."""
        return french(self.results)

    @cached_property
    def audience(self) -> pd.DataFrame:
        """Monthly visitors by platform key: visitors, reading, reading_se."""
        return visitors(self.results)

    @cached_property
    def answers(self) -> pd.DataFrame:
        """Usable answers to the questionnaire, one row a person and wave."""
        return usable(self.results)

    @cached_property
    def respondents(self) -> pd.DataFrame:
        """What each person caught says, one row a person."""
        return respondents(self.results, self.answers)

    @cached_property
    def waves(self) -> Recapture | None:
        """The count from the two waves; None where a wave caught nobody."""
        return recapture(self.answers)

    @cached_property
    def months(self) -> pd.DataFrame:
        """Each month recorded of each person who was active in it: month, worker, looks, sessions, platforms."""
        return read(self.results, "months", ["month", "worker", "looks", "sessions", "platforms"])

    @cached_property
    def truth(self) -> pd.DataFrame:
        """People and accounts by how active they really are, on all platforms."""
        return truth(self.results)

    @cached_property
    def truth_here(self) -> pd.DataFrame:
        """The same on the survey's platform."""
        return truth(self.results, self.scenario.surveyed)

    @property
    def full_time_equivalents(self) -> float:
        """Jobs of 35 hours a week that the last year's work in the country amounts to."""
        return self.results.summary["full_time_equivalents"]

    @cached_property
    def tiers(self) -> pd.DataFrame:
        """The tier table: readings, published numbers and truth side by side."""
        read = self.registrations, self.audience, self.waves
        return tiers(self.scenario, *read, self.truth["people"], self.published)

    @cached_property
    def own(self) -> list[Read]:
        """What the instruments of one's own read, or why they do not."""
        return ask(self.results)
