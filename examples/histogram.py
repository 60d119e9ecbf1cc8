"""A figure of one's own: how much people have earned in the whole run.

python -m sim.run population=small 'own=[examples/histogram.py:histogram]' own.histogram.bins=30
"""

from typing import Annotated

import numpy as np
from matplotlib.figure import Figure

from sim import Parameter, own


@own.figure(text={"en": "Most who earned at all earned little", "fr": "La plupart ont gagné peu"})
def histogram(results, *, bins: Annotated[int, Parameter("of the histogram", "bars", 2, 200, "assumed")] = 20):
    """Persons by what they have earned, on a scale of tens: half of them to the left of the line."""
    euro = results.workers["earned_micro_euro"].to_numpy() / 1e6
    euro = euro[euro > 0]
    figure = Figure(figsize=(6, 3))
    axis = figure.subplots()
    axis.hist(euro, np.geomspace(0.01, 1e5, bins + 1), weights=np.full(len(euro), results.scenario.population.weight))
    axis.set(xscale="log", xlabel="euro earned", ylabel="persons")
    if len(euro):
        axis.axvline(np.median(euro), color="0.2", dashes=(4, 2))
    return figure
