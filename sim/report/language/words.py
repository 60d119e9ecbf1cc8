"""How the report speaks: sentences, numbers and dates in the reader's language.

The sentences stand in `sim.report.language.english` and `sim.report.language.french`, under the same keys; `Words`
fills them in and writes numbers the way each language does.
"""

import math
import re

import pandas as pd

from sim.report.language import english, french

NARROW = "\N{NARROW NO-BREAK SPACE}"
ON_ANY_TERMINAL = str.maketrans({"\N{NO-BREAK SPACE}": " ", "\N{EN DASH}": "-", "\N{MINUS SIGN}": "-"})
LANGUAGES = {"en": english, "fr": french}
_FRACTIONS = [(part, whole) for whole in (2, 3, 4, 5, 10) for part in range(1, whole)]
_TIED = [(f" {mark}", f"{NARROW}{mark}") for mark in ";!?%»"] + [(" :", "\N{NO-BREAK SPACE}:"), ("« ", f"«{NARROW}")]
_UNITS = ((1, "s"), (60, "min"), (3600, "h"), (86_400, "day"))


class Words:
    """One language.

    Parameters
    ----------
    language : str
        "en" or "fr".

    Raises
    ------
    ValueError
        If the language is not one of these.
    """

    def __init__(self, language="en"):
        if language not in LANGUAGES:
            raise ValueError(f"report.language: {language!r} is not one of {', '.join(LANGUAGES)}")
        self.language, self._of = language, LANGUAGES[language]

    def __call__(self, key, **values):
        """The sentence under `key`, with its values filled in."""
        return self._tied(self._of.WORDS[key].format(**values))

    def _tied(self, text):
        for loose, tied in _TIED if self.language == "fr" else ():
            text = text.replace(loose, tied)
        return text

    def option(self, name):
        """What the reader's language calls an option of the group `policy`; else its name in plain words."""
        key = f"policy.{name}"
        return self(key) if key in self._of.WORDS else name.replace("_", " ")

    def named(self, what, name, key=None):
        """What the reader's language calls the tier, instrument, unit, role or target `name`; else `name` itself."""
        return self._tied(self._of.NAMES.get(what, {}).get(key or name, name))

    def reason(self, text):
        """Why something has no reading, in the reader's language where its phrase is known."""
        for english_one, ours in getattr(self._of, "REASONS", ()):
            if found := re.fullmatch(english_one, text):
                return self._tied(found.expand(ours))
        return text

    def number(self, value, digits=0):
        """266,126 or 266 126; a dash for what is unknown."""
        if value is None or not math.isfinite(value):
            return "\N{EN DASH}"
        text = f"{value:,.{digits}f}"
        if text.startswith("-") and not text.strip("-0.,"):
            text = text[1:]
        return text if self.language == "en" else text.replace(",", NARROW).replace(".", ",")

    def figures(self, value, digits=2):
        """A number with so many significant digits: 1 234, 12, 0.37."""
        if value is None or not math.isfinite(value) or value == 0:
            return self.number(value)
        return self.number(value, max(0, digits - 1 - math.floor(math.log10(abs(value)) + 1e-9)))

    def short(self, value, digits=3):
        """The same without zeros at the end: 0.056, 21, 2 000."""
        text, point = self.figures(value, digits), "." if self.language == "en" else ","
        return text.rstrip("0").rstrip(point) if point in text else text

    def euro(self, value):
        """€1,234, €21 or €0.30."""
        if value is None or not math.isfinite(value):
            return self.number(value)
        text = self.number(value, 0 if abs(value) >= 10 else 2)
        return f"€{text}" if self.language == "en" else f"{text}{NARROW}€"

    def percent(self, share, plain=False):
        """5.6 % of something, with decimals only where they matter (`plain`: only those it has)."""
        if share is None or not math.isfinite(share):
            return self.number(share)
        value = 100 * share
        if plain:
            text = self.number(value, 0 if abs(value - round(value)) < 1e-6 else 1)
        else:
            digits = min(3, max(1, -math.floor(math.log10(100 - value)))) if 98.95 <= value < 100 else 0
            text = self.figures(value, 2 if value >= 0.095 else 1) if 0 < value < 9.95 else self.number(value, digits)
        return f"{text}%" if self.language == "en" else f"{text}{NARROW}%"

    def change(self, ratio):
        """A change by a ratio: +12%, −5.0%."""
        if not math.isfinite(ratio):
            return self.number(ratio)
        sign = "+" if ratio >= 1 else "\N{MINUS SIGN}"
        return f"{sign}{self.percent(abs(ratio - 1))}"

    def share(self, share):
        """A share as one says it, "4 in 5", where a simple fraction is near enough; else in percent."""
        if share is None or not math.isfinite(share):
            return self.number(share)
        for part, whole in _FRACTIONS:
            miss = abs(part / whole - share)
            if miss <= min(0.012, 0.08 * min(share, 1 - share)):
                return self("fraction", part=part, whole=whole)
        return self.percent(share)

    def duration(self, seconds):
        """45 s, 12 min, 3.4 h or 2.1 days."""
        if seconds is None or not math.isfinite(seconds):
            return self.number(seconds)
        size, unit = next((u for u in reversed(_UNITS) if seconds >= u[0]), _UNITS[0])
        value = seconds / size
        text = self.number(value, 1 if value < 9.95 and size > 1 and abs(value - round(value)) > 0.05 else 0)
        return f"{text}{self.unit_space}{self._of.UNITS[unit][value >= self._of.PLURAL_FROM]}"

    @property
    def unit_space(self):
        """What stands between a number and its unit."""
        return "\N{NO-BREAK SPACE}"

    def month(self, name):
        """July 2018, from "2018-07"."""
        year, month = str(name).split("-")[:2]
        return f"{self._of.MONTHS[int(month) - 1]} {year}"

    def day(self, when):
        """1 July 2014."""
        when = pd.Timestamp(when)
        return self._of.DATE.format(day=when.day, month=self._of.MONTHS[when.month - 1], year=when.year)

    @property
    def weekdays(self):
        """Seven short names, Monday first."""
        return self._of.WEEKDAYS

    def hour(self, hour):
        """20:00 or 20 h."""
        return self._of.HOUR.format(hour=int(hour))

    def listed(self, parts):
        """a, b and c."""
        parts = list(parts)
        return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} {self('and')} {parts[-1]}"
