"""The market as one uses it from Python: a Mesa model that can be asked what the instruments read of it."""

import logging
from functools import cached_property

import pandas as pd

from sim.agents.view.collector import Collector
from sim.instruments.fieldwork import Fieldwork
from sim.library.asked import Asked
from sim.library.results import Results
from sim.simulation import model


class MicroworkMarket(Asked, model.MicroworkMarket):
    __doc__ = model.MicroworkMarket.__doc__

    def results(self) -> Results:
        """Tables, summary and scenario as of the last completed day; made once a day, when first asked for.

        Raises
        ------
        ValueError
            If no day is over.
        """
        day, found = vars(self).get("_results", (None, None))
        if day != self.day:
            found = Results.of(self)
            self._results = self.day, found
            if found.unknown and not vars(self).get("_told"):
                self._told = True
                logging.getLogger("sim").warning("%s.", found.unknown)
        return found

    def fieldwork(self) -> Fieldwork:
        """What every instrument brought back as of the last completed day, each asked once."""
        return self.results().fieldwork()

    def summary(self) -> pd.Series:
        """The run so far in some two hundred numbers of the whole country: persons, tasks, hours, euros, shares.

        Returns
        -------
        Series of float
            By name, as in ``summary.json``; nan for what is unknown.
        """
        return pd.Series(self.results().summary, dtype=float, name=f"seed {self.scenario.seed}")

    @cached_property
    def datacollector(self) -> Collector:
        """What Mesa's batch_run and charts read; another one may be put in its place."""
        return Collector(self)

    def __getstate__(self) -> dict:
        """Everything but what can be read again."""
        return {name: value for name, value in super().__getstate__().items() if name != "_results"}
