"""Rules of one's own: what a user's module says of itself, so that a market can take it up.

A rule is a function, or a small class, in a module in the folder one works in, in one named by ``--config-dir``, or in
an installed package that tells of it by an entry point (group ``microwork``). A decorator of this room says what it is
for; `policy=` and `demand=` take it by its word, ``my_module:tax``, and ``own=[my_module:tax]`` takes any. Its
parameters are declared like every field of a scenario, and set as ``own.tax.rate=0.2``:

>>> from typing import Annotated
>>> from sim import Parameter, own
>>> @own.policy
... def tax(market, day, *, rate: Annotated[float, Parameter("taken of pay", "share", 0, 1, "assumed")] = 0.1):
...     '''Clients pay a tax on what they spend.'''
"""

from sim.scenario.own.marks import (
    MOMENTS,
    ROLES,
    Mark,
    figure,
    instrument,
    looking,
    piece_rate,
    policy,
    regime,
    watching,
)
from sim.scenario.own.reading import Reading

__all__ = ["MOMENTS", "ROLES", "Mark", "Reading", "figure", "instrument", "looking", "piece_rate", "policy", "regime"]
__all__ += ["watching"]
