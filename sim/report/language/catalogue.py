"""The catalogues of sentences: English in `en.pot`, every other language in a .po file of gettext beside it.

What the fields of a scenario mean is written in English where they are declared; in other languages in ``fields/``, by
the field's key. They are read as they are: nothing is compiled on disk, and a language exists as soon as its file does.
"""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

HERE = Path(__file__).parent


class Catalogue(NamedTuple):
    """What one language needs."""

    locale: Locale
    english: dict[str, str | tuple[str, str]]  # by key; singular and plural where it counts something
    reasons: list[str]  # in English: names in braces stand for what differs from case to case
    translations: NullTranslations
    fields: NullTranslations  # what the fields of a scenario mean: by key, their units and sources


@cache
def catalogue(language: str) -> Catalogue:
    """The catalogue of a language; what its file leaves open stays English."""
    with open(HERE / "en.pot", "rb") as file:
        source = read_po(file)
    english = {message.context: message.id for message in source if message.id}
    reasons = [message.id for message in source if message.context == "reason"]
    if language == "en":
        return Catalogue(source.locale, english, reasons, NullTranslations(), NullTranslations())
    own = _compiled(HERE / f"{language}.po")
    fields = HERE / "fields" / f"{language}.po"
    return Catalogue(
        Locale.parse(language), english, reasons, own, _compiled(fields) if fields.exists() else NullTranslations()
    )


def _compiled(path):
    compiled = BytesIO()
    with open(path, "rb") as file:
        write_mo(compiled, read_po(file))
    compiled.seek(0)
    return GNUTranslations(compiled)
