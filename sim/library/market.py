"""The market as one uses it from Python: a Mesa model that can be asked what the instruments read of it."""

import logging
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd

from sim.agents.view.collector import Collector
from sim.instruments.fieldwork import Fieldwork
from sim.library.asked import Asked
from sim.library.results import Results
from sim.results.checkpoint.changes import changed
from sim.results.checkpoint.folder import read, write
from sim.results.checkpoint.resume import snapshot_for
from sim.simulation import model


class MicroworkMarket(Asked, model.MicroworkMarket):
    __doc__ = model.MicroworkMarket.__doc__

    def run(self, days: int | None = None) -> Self:
        """So many days, as far as there are any left, or all that are left; gives back the model.

        Raises
        ------
        ValueError
            If they are not a whole number of days.
        """
        if days is None:
            return super().run()
        if not isinstance(days, int | np.integer) or days < 0:
            raise ValueError(f"a market runs whole days: {days} cannot be run")
        for _ in range(days):
            if self.running:
                self.step()
        return self

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

    def checkpoint(self, folder: str | Path) -> Path:
        """Write the market as it stands before its next day, for `start_from` and ``python -m sim.run start_from=``.

        Agents of your own, attributes set on agents and what a data collector has are no part of it.

        Parameters
        ----------
        folder
            To be made, or that of a checkpoint of the same scenario, which is replaced.

        Returns
        -------
        Path
            The folder.

        Raises
        ------
        BadFolder
            If it is the folder of something else.
        """
        write(self, Path(folder))
        return Path(folder)

    @classmethod
    def start_from(cls, folder: str | Path, **choices: Any) -> Self:
        """The market of a checkpoint on its morning, from which it goes on to the bit.

        Mesa's `steps` and clock count from there; `day` and `date` are the market's.

        Parameters
        ----------
        folder
        **choices
            What may be another from then on, as `Scenario.load` takes it: policies that have not begun by then
            (``policy="minimum_rate"``, ``**{"policy.start": "2017-01-01"}``), record, report, ``survey.targets``.

        Raises
        ------
        BadFolder
            If the folder is no checkpoint as it was written, or other code made it.
        BadScenario
            With everything that may not be another.
        """
        checkpoint = read(Path(folder))
        market = cls(changed(checkpoint, choices))
        market.go_on_from(snapshot_for(checkpoint))
        return market

    @cached_property
    def datacollector(self) -> Collector:
        """What Mesa's batch_run and charts read; another one may be put in its place."""
        return Collector(self)

    def __getstate__(self) -> dict:
        """Everything but what can be read again."""
        return {name: value for name, value in super().__getstate__().items() if name != "_results"}
