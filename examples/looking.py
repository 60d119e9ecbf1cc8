"""How often workers look for work, and who stays to watch: rules of one's own in place of the program's.

python -m sim.run population=small own=[examples/looking.py:enough,examples/looking.py:pressed] own.enough.target=30
"""

from typing import Annotated

from sim import Parameter, own

Share = Annotated[float, Parameter("of the looks that is left", "share", 0, 1, "assumed")]
SOURCE = "assumed: two thirds of the mean monthly earnings that DiPLab2019 reports"


@own.looking
def enough(
    usual,
    earned,
    *,
    target: Annotated[float, Parameter("aimed at each month", "euro", 0.01, 10_000, SOURCE)] = 14.0,
    left: Share = 0.3,
):
    """Who has earned what they aim at looks less until the month is over.

    Income targets, as taxi drivers have them day by day (Camerer, Babcock, Loewenstein and Thaler 1997, Labor supply of
    New York City cabdrivers); that micro-workers have them by the month is assumed. The higher the pay, the sooner it
    is reached, so that supply may fall where pay rises.
    """
    return usual * left if earned >= target else usual


@own.looking
def tired(
    usual,
    present,
    *,
    strength: Annotated[float, Parameter("of the looks that an hour of today takes", "share", 0, 1, "assumed")] = 0.3,
):
    """Who has been at it for long today comes back less soon: each hour takes a share of the looks (assumed)."""
    return usual * (1.0 - strength) ** present


@own.watching
def pressed(
    usual,
    need,
    needy,
    left,
    *,
    weight: Annotated[float, Parameter("of need in the chance to stay, about a need of a half", "ratio", 0, 2)] = 1.0,
    least: Annotated[float, Parameter("of a sitting that is worth staying for", "minute", 0, 600, "assumed")] = 5.0,
):
    """Who needs the money stays and watches rather than leave, unless little of the sitting is left (assumed)."""
    if left < least:
        return 0.0
    pressing = max(need, needy)
    return min(max(usual * (1.0 + weight * (pressing - 0.5)), 0.0), 1.0)
