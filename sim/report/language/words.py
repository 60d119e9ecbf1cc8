"""How the report speaks: sentences of a catalogue filled in, numbers and dates as the reader's language writes them."""

import math
import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, localcontext
from functools import cache
from typing import Any, Self

import pandas as pd
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.numbers import NumberPattern, parse_pattern
from babel.units import format_unit

from sim.kernel.units import DAY, HOUR, MINUTE
from sim.report.language.catalogue import catalogue
from sim.scenario.fields import LANGUAGES
from sim.scenario.scenario import Scenario

HOME = "France"  # of which the catalogues speak
NARROW, TIED = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"
_FRACTIONS = [(part, whole) for whole in (2, 3, 4, 5, 10) for part in range(1, whole)]
_PRECISION = 330  # digits: enough for any number of double precision
_UNITS = ((1, "s"), (MINUTE, "min"), (HOUR, "h"), (DAY, "day"))


class Words:
    """One language.

    Parameters
    ----------
    language
        A catalogue of `sim.report.language`, as "en".
    rules
        Rules of one's own, as a provenance has them: what each is called.
    country
        Whose money amounts are written in, and whose name stands where the catalogue has France; by default France.

    Raises
    ------
    ValueError
        If there is no catalogue of the language.
    """

    def __init__(self, language: str = "en", rules: Iterable[dict[str, Any]] = (), country: Any = None) -> None:
        if language not in LANGUAGES:
            raise ValueError(f"report.language: {language!r} is not one of {', '.join(LANGUAGES)}")
        self.language = language
        self._own = {one["name"]: one["text"].get(language) or one["text"].get("en") for one in rules}
        self._locale, self._english, self._reasons, self._translations, self._fields = catalogue(language)
        self.country, self._elsewhere = country, []
        if country is not None and country.label != HOME:
            pairs = self._translations.pgettext("country.instead", str(self._english["country.instead"])).split("; ")
            self._elsewhere = [pair.format(country=country.label).split(" = ") for pair in pairs]

    @classmethod
    def of(cls, scenario: Scenario, language: str | None = None, rules: Iterable[dict[str, Any]] = ()) -> Self:
        """The words for a scenario: its country's name and money, in the language of its report or in another."""
        return cls(language or scenario.report.language, rules, scenario.country)

    @property
    def per_euro(self) -> float:
        """Of the money that amounts are written in, for one euro."""
        return 1.0 if self.country is None else self.country.currency.per_euro

    @property
    def symbol(self) -> str:
        """That money's, as it stands in the heads of columns on the screen."""
        return "euro" if self.per_euro == 1.0 else self.country.currency.symbol

    def money(self) -> str:
        """How amounts come from the model's euro, a sentence; empty where they are euro."""
        if self.per_euro == 1.0:
            return ""
        one = self._written(self.per_euro, 3, self._locale.currency_formats["standard"])
        return self("country.money", amount=one)

    def __call__(self, key: str, count: Any = None, **values: Any) -> str:
        """The sentence under `key` with its values filled in; `count` also chooses between singular and plural."""
        text = self._english[key]
        if isinstance(text, tuple):
            text = self._translations.npgettext(key, *text, count)
        else:
            text = self._translations.pgettext(key, text)
        return self._here(text.format(count=count, **values))

    def _here(self, text):
        """The text, of another country than the catalogue's."""
        for said, instead in self._elsewhere:
            text = text.replace(said, instead)
        return text

    def option(self, name: str) -> str:
        """What the reader's language calls an option of the group `policy`, or a rule of one's own what it says of
        itself; else its name in plain words."""
        key = f"policy.{name}"
        if name in self._own:
            return self._own[name] or name.replace("_", " ")
        return self(key) if key in self._english else name.replace("_", " ")

    def named(self, what: str, name: str) -> str:
        """What the reader's language calls a tier, instrument, unit, role or target; else the English `name`."""
        return self._here(self._translations.pgettext(what, name))

    def field(self, key: str, english: str) -> str:
        """What a field of a scenario means, by its key; or a field's "unit" or "source"."""
        return self._fields.pgettext(key, english) if english else ""

    def reason(self, text: str) -> str:
        """Why something has no reading, or none to be judged, in the reader's language where its phrases are known."""
        whole = self._phrase(text)
        return whole if whole != text else self("reason.joined").join(map(self._phrase, text.split("; ")))

    def _phrase(self, text):
        for known in self._reasons:
            if match := re.fullmatch(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(known)), text):
                return self._translations.pgettext("reason", known).format(**match.groupdict())
        return text

    def number(self, value: float | None, digits: int = 0) -> str:
        """266,126 or 266 126; a dash for what is unknown."""
        return self._written(value, digits, self._locale.decimal_formats[None])

    def _written(self, value: float | None, digits: int, form: NumberPattern, least: int | None = None) -> str:
        """A number in a form of the locale, with as many decimals as asked for, or from `least` on those it has."""
        if value is None or not math.isfinite(value):
            return "\N{EN DASH}"
        pattern = _pattern(form.pattern, digits, digits if least is None else least)
        with localcontext(prec=_PRECISION):
            rounded = (Decimal(f"{value:.{digits}f}") + 0).scaleb(-pattern.scale)  # + 0: there is no negative zero
            code = "EUR" if self.country is None else self.country.currency.code
            return pattern.apply(rounded, self._locale, code, currency_digits=False).replace(TIED, NARROW)

    def figures(self, value: float | None, digits: int = 2) -> str:
        """A number with so many significant digits: 1 234, 12, 0.37."""
        return self.number(value, _decimals(value, digits))

    def rounded(self, value: float | None, error: float) -> str:
        """A number with the digits that its standard error leaves, the last of the error's order: 11 000 of 10 854.

        Two figures at least, so that what is compared with it can still be reckoned from it.
        """
        if not value or not (math.isfinite(value) and math.isfinite(error)) or error <= 0:
            return self.number(value)
        digits = max(-math.floor(math.log10(error) + 1e-9), 1 - math.floor(math.log10(abs(value))))
        return self.number(round(value, digits), max(digits, 0))

    def short(self, value: float | None, digits: int = 3) -> str:
        """The same without zeros at the end: 0.056, 21, 2 000."""
        return self._written(value, _decimals(value, digits), self._locale.decimal_formats[None], 0)

    def euro(self, value: float | None, error: float | None = None) -> str:
        """€1,234, €21 or €0.30, or so many pounds; with the digits that a standard error (euro) leaves, if given."""
        value = None if value is None else value * self.per_euro
        error = error and error * self.per_euro
        digits = 0 if value is None or abs(value) >= 10 else 2
        if value is not None and error and math.isfinite(value) and math.isfinite(error):
            value = round(value, least := -math.floor(math.log10(error) + 1e-9))
            digits = min(digits, max(least, 0))
        return self._written(value, digits, self._locale.currency_formats["standard"])

    def percent(self, share: float | None, plain: bool = False, digits: int | None = None) -> str:
        """5.6 % of something, with `digits` decimals, or those that matter (`plain`: only those it has)."""
        if share is None or not math.isfinite(share):
            return self.number(share)
        value = 100 * share
        if digits is not None:
            pass
        elif plain:
            digits = 0 if abs(value - round(value)) < 1e-6 else 1
        elif 0 < value < 9.95:
            digits = _decimals(value, 2 if value >= 0.095 else 1)
        else:
            digits = min(3, max(1, -math.floor(math.log10(100 - value)))) if 98.95 <= value < 100 else 0
        return self._written(value, digits, self._locale.percent_formats[None])

    def change(self, ratio: float) -> str:
        """A change by a ratio: +12%, −5.0%."""
        if not math.isfinite(ratio):
            return self.number(ratio)
        sign = "+" if ratio >= 1 else "\N{MINUS SIGN}"
        return f"{sign}{self.percent(abs(ratio - 1))}"

    def share(self, share: float | None) -> str:
        """A share as one says it, "4 in 5", where a simple fraction is near enough; else in percent."""
        if share is None or not math.isfinite(share):
            return self.number(share)
        for part, whole in _FRACTIONS:
            miss = abs(part / whole - share)
            if miss <= min(0.012, 0.08 * min(share, 1 - share)):
                return self("fraction", part=part, whole=whole)
        return self.percent(share)

    def duration(self, seconds: float | None) -> str:
        """45 s, 12 min, 3.4 h or 2.1 days; s, min and h are the same everywhere."""
        if seconds is None or not math.isfinite(seconds):
            return self.number(seconds)
        size, unit = next((u for u in reversed(_UNITS) if seconds >= u[0]), _UNITS[0])
        value = seconds / size
        digits = 1 if value < 9.95 and size > 1 and abs(value - round(value)) > 0.05 else 0
        if size < DAY:
            return f"{self.number(value, digits)}{TIED}{unit}"
        text = format_unit(Decimal(f"{value:.{digits}f}"), "duration-day", "long", locale=self._locale)
        return text.replace(" ", TIED)

    def month(self, name: str) -> str:
        """July 2018, from "2018-07"."""
        return format_skeleton("yMMMM", date.fromisoformat(f"{str(name)[:7]}-01"), locale=self._locale)

    def day(self, when: date | str) -> str:
        """1 July 2014."""
        return format_date(pd.Timestamp(when), "long", locale=self._locale)

    @property
    def weekdays(self) -> list[str]:
        """Seven short names, Monday first."""
        names = self._locale.days["format"]["abbreviated"]
        return [names[day] for day in range(7)]

    def hour(self, hour: int) -> str:
        """20:00 or 20 h."""
        return self("hour", hour=int(hour))

    def listed(self, names: Iterable[str]) -> str:
        """a, b and c."""
        return format_list(list(names), locale=self._locale)


@cache
def _pattern(form: str, digits: int, least: int) -> NumberPattern:
    """A locale's pattern as "#,##0 %" with other decimals: "#,##0.0# %"."""
    decimals = f".{'0' * least}{'#' * (digits - least)}" if digits else ""
    return parse_pattern(re.sub(r"0(\.[0#]+)?(?![0#.,])", f"0{decimals}", form))


def _decimals(value: float | None, digits: int) -> int:
    """How many decimals show so many significant digits."""
    if value is None or not math.isfinite(value) or value == 0:
        return 0
    return max(0, digits - 1 - math.floor(math.log10(abs(value)) + 1e-9))
