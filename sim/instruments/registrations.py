"""First instrument: what platforms declare, and the French part of it.

A platform declares every account ever opened: those long dormant, second accounts of the same person, and those
from elsewhere. The French part is estimated by the French share of its traffic.
"""


def declared(results):
    """Accounts that each platform declares worldwide.

    ``declared = accounts / (1 - duplicates) / (1 - foreign)``: what the record holds are the accounts people in
    France opened, one per person and platform; the platform's own figure contains the others too.

    Returns
    -------
    Series
        Accounts by platform key, all that were ever opened.
    """
    members, survey = results.scenario.platform.members, results.scenario.survey
    opened = results.accounts["platform"].value_counts().reindex(list(members), fill_value=0)
    foreign = opened.index.map(lambda key: members[key].foreign_share).to_numpy(float)
    return opened / (1.0 - survey.duplicate_share) / (1.0 - foreign)


def french(results):
    """Registrations attributed to France: declared accounts times the French share of traffic, by platform."""
    members = results.scenario.platform.members
    figures = declared(results)
    return figures * (1.0 - figures.index.map(lambda key: members[key].foreign_share).to_numpy(float))
