"""The crowd elsewhere: how many there are for each person in France, and at which hours of the French day."""

import numpy as np

from sim.scenario.scenario import Platform, Scenario

# Who is at it in each hour of their own day, over the mean: the day and above all the evening. Assumed, as in France.
_HOURS = np.array([0.6, 0.3, 0.15, 0.1, 0.1, 0.15, 0.3, 0.5, 0.8, 1.0, 1.1, 1.1,
                   1.1, 1.1, 1.2, 1.2, 1.3, 1.3, 1.4, 1.6, 1.9, 2.0, 1.7, 1.0])  # fmt: skip


def elsewhere(scenario: Scenario, platform: Platform) -> float:
    """Active people elsewhere for each in France on a platform: ``active x foreign share / (1 - foreign share)``.

    Deep labour and platforms without foreign registrations have none.
    """
    if not platform.listed:
        return 0.0
    return scenario.world.active * platform.foreign_share / max(1.0 - platform.foreign_share, 1e-6)


def at_the_list(scenario: Scenario, platform: Platform) -> float:
    """People elsewhere who watch a platform's list in the mean hour."""
    accounts = platform.accounts * scenario.scale
    return elsewhere(scenario, platform) * accounts * scenario.world.watching


def hours_elsewhere(scenario: Scenario, region: str = "", factor: float = 1.0) -> np.ndarray:
    """How many of the crowd elsewhere are at it in each hour of the French day, over their mean.

    Parameters
    ----------
    region, factor
        A region of which that many times as many have come.

    Returns
    -------
    float64 array, shape (24,)
    """
    hours, local = np.zeros(24), _HOURS / _HOURS.mean()
    for name, place in scenario.world.regions.items():
        at = (np.arange(24) + place.ahead) % 24
        whole = at.astype(int)
        between = local[whole] + (at - whole) * (local[(whole + 1) % 24] - local[whole])
        hours += place.share * (factor if name == region else 1.0) * between
    return hours
