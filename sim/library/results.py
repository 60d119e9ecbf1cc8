"""The results of a run as one asks them from Python: read back from a folder, or of a market as it stands."""

from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Self

from sim.instruments.fieldwork import Fieldwork
from sim.library.asked import Asked
from sim.results import results
from sim.results.tables import results as tables_of
from sim.scenario.problems import corrected
from sim.simulation.day import DayByDay

EARLY = "no day is over yet, so nothing can be read: model.step() makes one, model.run() all"


class Results(Asked, results.Results):
    """What a run leaves behind, `sim.results.results.Results`, and what is read of it.

    Of a run that is not over all is as of its last completed day; where a number cannot be known yet its reason stands.
    """

    __init__ = corrected(lambda *_: 'Results.load("outputs/NAME"), with the folder of a finished run')(
        results.Results.__init__
    )

    @classmethod
    def of(cls, model: DayByDay) -> Self:
        """The results of a market as of the last completed day.

        Raises
        ------
        ValueError
            If no day is over.
        """
        if not model.day:
            raise ValueError(EARLY)
        return cls.asked(tables_of(model))

    @classmethod
    def asked(cls, found: results.Results) -> Self:
        """The same results, as those that can be asked."""
        asked = object.__new__(cls)
        vars(asked).update(vars(found))
        return asked

    @property
    def days(self) -> int:
        """Days that are over."""
        return int(self.daily["day"].max()) + 1

    @property
    def whole(self) -> bool:
        """Whether all days of the scenario are over."""
        return self.days > (self.scenario.end - self.scenario.start).days

    def fieldwork(self) -> Fieldwork:
        """What every instrument brought back, each asked once; `sim.instruments.fieldwork.Fieldwork`."""
        return self._fieldwork

    @cached_property
    def _fieldwork(self) -> Fieldwork:
        if self.whole:
            return Fieldwork(self)
        until = self.scenario.start + timedelta(days=self.days - 1)
        so_far = self.asked(self)  # instruments work until then
        so_far.scenario = self.scenario.model_copy(update={"end": until})
        return Fieldwork(so_far)

    @property
    def unknown(self) -> str:
        """What of a run that is not over cannot be known yet, in a sentence; "" of a whole run."""
        if self.whole:
            return ""
        until, days = self.fieldwork().scenario.end, (self.scenario.end - self.scenario.start).days + 1
        told = f"{self.days} of {days} days are over: all is as of {until}, and the month that is not over is left out"
        survey = self.scenario.survey
        ahead = [f"{day}" for day in survey.waves if survey.on and until < day <= self.scenario.end]
        asked = f"; the questionnaire is still to be posted on {' and '.join(ahead)}: what it finds is not known yet"
        return told + (asked if ahead else "")

    def write(self, folder: str | Path) -> None:
        """Write everything into a folder, each file complete.

        Raises
        ------
        ValueError
            If days are left: what stands in a folder is a whole run.
        """
        if not self.whole:
            days = (self.scenario.end - self.scenario.start).days + 1
            raise ValueError(f"only {self.days} of {days} days are over, and a folder holds a whole run: model.run()")
        super().write(folder)
