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
UseName = Literal["preparation", "verification", "imitation", "other"]

SEXES = ("man", "woman")
EDUCATION = ("below_bac", "bac", "bac_plus_2", "above_bac_plus_2")
STATUSES = ("full_time", "part_time", "fixed_term_or_self_employed", "unemployed", "at_home", "student", "retired")
EMPLOYED = ("full_time", "part_time", "fixed_term_or_self_employed")  # those with a job
HOUSEHOLDS = ("alone", "lone_parent", "couple", "couple_with_children", "with_parents", "other")
ENGAGEMENTS = ("occasional", "regular", "very_active")
DENSITIES = ("town", "suburb", "country")  # dense, intermediate, sparse communes of INSEE's grid
DEPARTMENTS = (*(f"{n:02}" for n in range(1, 20)), "2A", "2B", *(str(n) for n in range(21, 96)))
STRUCTURES: tuple[str, ...] = get_args(StructureName)
KINDS: tuple[str, ...] = get_args(KindName)
USES: tuple[str, ...] = get_args(UseName)
LOCALISED = KINDS.index("shop_visit")  # done in a place
ONCE = ("testing", "survey", "shop_visit")  # each person once, whatever the redundancy
BIFACE, DEEP = range(len(STRUCTURES))

# What people's work is to artificial intelligence: they prepare data to learn from, verify what a program made of it,
# or imitate one (impersonation). Tubaro, Casilli, Coville 2020, Big Data & Society 7(1); DiPLab2019. A kind has the use
# that most of it is put to; which that is, is assumed where the sources name no example.
USE_OF_KIND: dict[str, UseName] = {
    "annotation": "preparation",  # pictures and texts are labelled to learn from
    "cv_anonymisation": "preparation",  # names are taken out before a program may learn from a text: assumed
    "voice_recording": "preparation",  # sentences are spoken for assistants to learn from
    "transcription": "preparation",  # speech with its text; some of it checks what a program wrote
    "information_search": "verification",  # whether a search engine's results answer what was asked
    "moderation": "verification",  # what a filter let through, or stopped, is looked at again: assumed
    "data_entry": "imitation",  # receipts and invoices that a service says it reads by itself
    "testing": "other",  # sites and apps, not what they have learned
    "survey": "other",
    "promotion": "other",  # clicks and likes
    "shop_visit": "other",
}
USE: tuple[int, ...] = tuple(USES.index(USE_OF_KIND[kind]) for kind in KINDS)  # by kind, as kernels read it


class Structure(NamedTuple):
    """What is so on all platforms of one structure; what they do is in `sim.markets.structures`."""

    listed: bool  # tasks stand on a list that all may read, and levels of qualification count
    contracts: bool  # work is done under contract to one project, through a chain of recruiter and contractor


STRUCTURE = {"biface": Structure(listed=True, contracts=False), "deep": Structure(listed=False, contracts=True)}
