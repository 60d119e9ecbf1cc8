"""First instrument: what platforms declare, and the French part of it.

A platform declares every account ever opened: those long dormant, second accounts of the same person, and those
from elsewhere; the record's accounts are those that people in France opened. The French part is estimated by the
French share of its traffic.
"""

import numpy as np
import pandas as pd

from sim.results.results import Results

_FEWEST = 1e-9  # French share of an account base said to be foreign altogether


def declared(results: Results) -> pd.Series:
    """Accounts that each platform declares worldwide, all that were ever opened, by platform key.

    ``declared = accounts / (1 - duplicates) / (1 - foreign)``: what the record holds are the accounts people in
    France opened, one per person and platform; the platform's own figure contains the others too.
    """
    members = results.scenario.platform.members
    opened = results.accounts["platform"].value_counts().reindex(list(members), fill_value=0)
    return opened / (1.0 - results.scenario.survey.duplicate_share) / _french_share(members)


def french(results: Results) -> pd.Series:
    """Registrations attributed to France: declared accounts times the French share of traffic, by platform."""
    return declared(results) * _french_share(results.scenario.platform.members)


def _french_share(members):
    return np.array([max(1.0 - member.foreign_share, _FEWEST) for member in members.values()])
