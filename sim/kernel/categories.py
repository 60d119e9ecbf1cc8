"""Categories: the words for what a number in a record says. Their order is part of every result.

Imports nothing that takes time: fields of the scenario are declared with them.
"""

from typing import Literal, NamedTuple, get_args

StructureName = Literal["biface", "deep"]
KindName = Literal[
    "annotation",
    "cv_anonymisation",
    "voice_recording",
    "transcription",
    "data_entry",
    "information_search",
    "moderation",
    "testing",
    "survey",
    "promotion",
    "shop_visit",
]

SEXES = ("man", "woman")
EDUCATION = ("below_bac", "bac", "bac_plus_2", "above_bac_plus_2")
STATUSES = ("full_time", "part_time", "fixed_term_or_self_employed", "unemployed", "at_home", "student", "retired")
HOUSEHOLDS = ("alone", "lone_parent", "couple", "couple_with_children", "with_parents", "other")
ENGAGEMENTS = ("occasional", "regular", "very_active")
DENSITIES = ("town", "suburb", "country")  # dense, intermediate, sparse communes of INSEE's grid
DEPARTMENTS = (*(f"{n:02}" for n in range(1, 20)), "2A", "2B", *(str(n) for n in range(21, 96)))
STRUCTURES: tuple[str, ...] = get_args(StructureName)
KINDS: tuple[str, ...] = get_args(KindName)
BIFACE, DEEP = range(len(STRUCTURES))


class Structure(NamedTuple):
    """What is so on all platforms of one structure; what they do is in `sim.markets.structures`."""

    listed: bool  # tasks stand on a list that all may read, and levels of qualification count
    contracts: bool  # work is done under contract to one project, through a chain of recruiter and contractor


STRUCTURE = {"biface": Structure(listed=True, contracts=False), "deep": Structure(listed=False, contracts=True)}
