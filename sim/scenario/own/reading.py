"""What an instrument of one's own gives: a number, or a reading with what is known of it."""

import math
from typing import NamedTuple


class Reading(NamedTuple):
    """What an instrument of one's own reads off a run.

    ``(value, error)`` alone will do, and so will a number; several go by name in a dictionary.

    Attributes
    ----------
    value
        In the instrument's unit.
    error
        Standard error that the run alone can tell of; nan if it cannot.
    unit
        "" for that of the instrument's mark.
    published
        What was published of the country, to stand beside it; nan where nothing was.
    low, high
        Ends of the band of what was published; nan on a side that is open.
    truth
        What would be read if everybody were asked, where the run knows it; of the same people as the value.
    note
        What stands beside it on screen and page.
    """

    value: float
    error: float = math.nan
    unit: str = ""
    published: float = math.nan
    low: float = math.nan
    high: float = math.nan
    truth: float = math.nan
    note: str = ""
