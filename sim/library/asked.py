"""What one asks of a run from Python, of a market in memory and of results read back from a folder alike."""

from abc import abstractmethod
from typing import TYPE_CHECKING

import pandas as pd

from sim.instruments.fieldwork import Fieldwork
from sim.instruments.readings import comparison
from sim.instruments.surveys.ones_own_tables import readings_table

if TYPE_CHECKING:
    from matplotlib.figure import Figure


class Asked:
    """Who can be asked for the tables of the instruments and for the figures of the report."""

    @abstractmethod
    def fieldwork(self) -> Fieldwork:
        """What every instrument brought back, each asked once; `sim.instruments.fieldwork.Fieldwork`."""

    def tiers(self) -> pd.DataFrame:
        """The three readings beside the published numbers and the truth, persons of the whole country.

        Returns
        -------
        DataFrame, 3 rows
            tier (very active, regular, occasional), instrument, reading, reading_se, survey_estimate, ratio, truth,
            comparable, reason (why there is no reading, or none that can be judged; "" where there is).
        """
        return self.fieldwork().tiers.copy()

    def targets(self) -> pd.DataFrame:
        """Every published number beside what the run reads of it, each in its unit.

        Returns
        -------
        DataFrame, one row a target
            id, quantity, value, low, high, unit, role, simulated, uncertainty (a standard error), inside, comparable,
            reason; the targets are those of ``survey.targets``.

        Raises
        ------
        TargetsError
            If the file of the targets cannot be used.
        """
        return comparison(self.fieldwork())

    def readings(self) -> pd.DataFrame:
        """What the instruments of one's own read (``own=``), of the whole country.

        Returns
        -------
        DataFrame, one row a reading
            name, instrument, value, error (a standard error), unit, published, low, high, truth, note, reason (why
            there is no reading; "" where there is), inside (the band of what was published).
        """
        return readings_table(self.fieldwork().own)

    def plot(self, name: str = "") -> "Figure":
        """A figure of the report, drawn and not written; its language is that of ``report.language``.

        Parameters
        ----------
        name
            As the files in the folder ``figures`` of a run: "readings", "tasks", "earnings"; a figure of one's own that
            is called histogram is "own_histogram".

        Raises
        ------
        ValueError
            If there is no figure of that name, which says all names; or if it has nothing to show yet.
        """
        from sim.report.figures.draw import drawn  # matplotlib, which who looks at numbers does without

        return drawn(self.fieldwork(), name)
