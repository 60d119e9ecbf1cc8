"""Hydra's grammar for the words of a command line that are not plain ones (`sim.cli.plain`): sweeps, lists, quotes."""

import math
import re

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override, RangeSweep, ValueType
from hydra.errors import HydraException

from sim.runs.sweep_plan import MOST


def parsed(word: str) -> Override | None:
    """The override that a word is; None if it cannot be read."""
    parser = OverridesParser.create()
    try:
        return parser.parse_override(word)
    except HydraException:
        return _quoted(parser, word)


def _quoted(parser, word):
    """The override of a word whose value is a plain text with letters that the grammar wants in quotes, or None."""
    key, _, value = word.partition("=")
    if not re.fullmatch(r"[^\[\]{}(),'\"\\$]+", value) or not value.isprintable():
        return None
    try:
        return parser.parse_override(f"{key}='{value}'")
    except HydraException:
        return None


def lists_values(override: Override) -> bool:
    """Whether a sweep lists its values."""
    return override.is_discrete_sweep() and override.value_type is not ValueType.GLOB_CHOICE_SWEEP


def wrong_of_range(override: Override) -> str | None:
    """Why a range cannot be listed, or None; nothing is listed to find out."""
    values = override.value()
    if not isinstance(values, RangeSweep) or not values.step:
        return None
    count = (values.stop - values.start) / values.step
    if count <= 0:
        return "there is no such value"
    if count <= MOST:
        return None
    return f"makes {math.ceil(count) if count < 1e15 else count} values; at most {MOST} in a sweep"


def values(override: Override) -> tuple[list, str | None]:
    """Each value of a sweep once, with the word that gives it alone; and why they cannot be listed, or None."""
    parser, name = OverridesParser.create(), override.get_key_element()
    try:
        words = (f"{name}={text}" for text in override.sweep_string_iterator())
        every = dict(zip(words, override.sweep_iterator(), strict=True)).items()
        plain = (one if isinstance(one, int | float) else parser.parse_override(word).value() for word, one in every)
        return [(value, word) for value, (word, _) in zip(plain, every, strict=True)], None
    except (HydraException, ValueError) as error:  # a range whose step is 0
        return [], f"cannot be listed: {error}"
