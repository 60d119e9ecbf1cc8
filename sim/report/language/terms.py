"""Terms of the field, each told with its meaning where a page first uses it."""

import re
from collections.abc import Iterable

from markupsafe import Markup, escape

from sim.report.language.words import Words

TERMS = ("biface", "deep", "look", "watching", "reading", "batch", "seed", "posterior", "gini", "reservation_wage")


class Terms:
    """The terms of one page; `told` is asked for its texts in their order.

    Parameters
    ----------
    words
        Of the page: ``term.NAME`` has the forms of a term, separated by bars, ``term.NAME.is`` its meaning.
    known
        Terms that the page explains by itself.
    """

    def __init__(self, words: Words, known: Iterable[str] = ()) -> None:
        self._words, left = words, [name for name in TERMS if name not in {*known}]
        self._left = {name: re.compile(rf"\b(?:{words(f'term.{name}')})\b", re.IGNORECASE) for name in left}

    def told(self, text: str) -> Markup:
        """The text as markup, with the meaning of each term that it is the first to use."""
        shown, found = str(escape(text)), []
        for name, form in self._left.items():
            if first := form.search(shown):
                found.append((first.start(), first.end(), name))
        for start, end, name in sorted(found, reverse=True):
            self._left.pop(name)
            meaning = f'<span class="soft">({escape(self._words(f"term.{name}.is"))})</span>'
            shown = f"{shown[:start]}<dfn>{shown[start:end]}</dfn> {meaning}{shown[end:]}"
        return Markup(shown)
