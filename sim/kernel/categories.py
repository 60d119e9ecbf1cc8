"""Categories: the words for what a number in a record says. Their order is part of every result.

Imports nothing that takes time: fields of the scenario are declared with them.
"""

from typing import Literal, get_args

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
]

SEXES = ("man", "woman")
EDUCATION = ("below_bac", "bac", "bac_plus_2", "above_bac_plus_2")
STATUSES = ("full_time", "part_time", "fixed_term_or_self_employed", "unemployed", "at_home", "student", "retired")
HOUSEHOLDS = ("alone", "lone_parent", "couple", "couple_with_children", "with_parents", "other")
ENGAGEMENTS = ("occasional", "regular", "very_active")
STRUCTURES: tuple[str, ...] = get_args(StructureName)
KINDS: tuple[str, ...] = get_args(KindName)
BIFACE, DEEP = range(len(STRUCTURES))
