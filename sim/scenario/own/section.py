"""Group own: which rules of one's own a scenario rests on; their parameters stand beside, under their own names."""

from typing import Literal

from sim.scenario.own.marks import ROLES
from sim.scenario.parameter import CHOICE
from sim.scenario.parameter import Parameter as P


class Own:
    """A rule of one's own, known by its name; what else stands here are its parameters."""

    role: Literal[*ROLES] = P("what it is for", source=CHOICE)
    rule: str = P("where it stands: module:name, a table, or the name that a package gave it", source=CHOICE)
    digest: str = P("of its source, sixteen hexadecimal digits", source=CHOICE)
