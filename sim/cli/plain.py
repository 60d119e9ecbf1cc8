"""Words of a command line that say one plain thing, such as ``seed=3``, read as Hydra's grammar reads them.

Loading Hydra takes a fifth of a second, which a command of such words does without.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_KEY = r"[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*"
_VALUES: dict[str, Callable[[str], Any]] = {  # how a value is written, and what it is; in this order
    r"true|false": lambda text: text.lower() == "true",
    r"0|[1-9]\d{0,14}": int,
    r"(?:0|[1-9]\d{0,14})\.\d{1,15}": float,
    r"\d{4}-\d\d-\d\d|(?!(?:null|nan|inf)$)[a-z_/][\w./-]*": str,
}


@dataclass(frozen=True)
class Plain:
    """What of a `hydra.core.override_parser.types.Override` is read here, of a key with one value."""

    input_line: str
    key_or_group: str
    read: bool | int | float | str
    package: None = None

    def value(self) -> bool | int | float | str:
        """The value."""
        return self.read

    def is_delete(self) -> bool:
        """False: it takes nothing out."""
        return False

    def is_sweep_override(self) -> bool:
        """False: it has one value."""
        return False


def plain(word: str) -> Plain | None:
    """What a word says; None if that needs the grammar."""
    key, _, value = word.partition("=")
    if not re.fullmatch(_KEY, key, re.ASCII):
        return None
    for written, kind in _VALUES.items():
        if re.fullmatch(written, value, re.ASCII | re.IGNORECASE):
            return Plain(word, key, kind(value))
    return None
