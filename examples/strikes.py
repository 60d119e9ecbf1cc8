"""A demand regime of one's own: a share of demand is lost in one month of each year.

python -m sim.run population=small demand=examples/strikes.py:strikes own.strikes.depth=0.8
python -m sim.run population=small demand=examples/intensity.csv
"""

from typing import Annotated

import numpy as np

from sim import Parameter, own


@own.regime(text={"en": "strikes", "fr": "des grèves"})
def strikes(
    dates,
    *,
    month: Annotated[int, Parameter("in which demand is lost", "month", 1, 12, "assumed")] = 5,
    depth: Annotated[float, Parameter("lost then", "share", 0, 1, "assumed")] = 0.5,
):
    """A share of demand is lost in one month of each year."""
    months = dates.astype("datetime64[M]").astype(int) % 12 + 1
    return np.where(months == month, 1.0 - depth, 1.0)
