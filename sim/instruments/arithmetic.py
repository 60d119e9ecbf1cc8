"""The published arithmetic as code: from what the platforms declare to the three tiers.

Three instruments, one population (DiPLab2019, LeLudec2019; shared steps, not three groups of people):

    occasional  = declared registrations x French share / platforms per person
    regular     = French monthly visitors / platforms per person
    very active = (Foule Factory Petersen count / Foule Factory registrations) x occasional

The same functions read the published inputs and a simulated market. Every tier is proportional to its own count,
so the standard error of a reading is the tier of the count's standard error.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Input:
    """One published input of the arithmetic: value, unit, source and what is known about its rounding."""

    value: float
    unit: str
    source: str
    note: str = ""


PUBLISHED = {
    "declared": Input(11_000_000, "accounts", "DiPLab2019", "declared worldwide by the seven retained platforms"),
    "french_share": Input(319_351 / 11_000_000, "share of accounts", "rebuilt from LeLudec2019",
                          "share of French traffic; printed only through its result, about 319 000 registrations. "
                          "266 126 x 1.20 gives back 319 351"),
    "french_visitors": Input(62_804, "visitors per month", "rebuilt from LeLudec2019",
                             "unique visitors of the working pages of the seven; printed as about 62 000. "
                             "52 337 x 1.20 gives back 62 804"),
    "ff_registrations": Input(50_000, "accounts", "DiPLab2019", "Foule Factory"),
    "ff_petersen": Input(2_800, "persons", "DiPLab2019", "Foule Factory, two survey waves, May to July 2018"),
    "ff_visitors": Input(6_900, "visitors per month", "DiPLab2019", "Foule Factory; no published tier rests on it"),
    "divisor": Input(1.20, "platforms per person", "computed from LeLudec2019",
                     "the text states 1.27, but the published tiers follow only from 1.20"),
}  # fmt: skip
STATED_DIVISOR = Input(1.27, "platforms per person", "DiPLab2019", "stated in the text, not used in its arithmetic")


def french_registrations(declared: float, french_share: float) -> float:
    """Registrations from France: accounts declared worldwide x share of traffic that is French."""
    _require(0 < french_share <= 1, f"french_share = {french_share} must lie in (0, 1]")
    return declared * french_share


def per_person(accounts: "float | pd.DataFrame", divisor: float) -> "float | pd.DataFrame":
    """Persons behind so many accounts (or visitors), at `divisor` platforms per person."""
    _require(divisor >= 1, f"divisor = {divisor} must be 1 or more: a person is on one platform at least")
    return accounts / divisor


def carried_over(count: float, registrations: float, further_registrations: float) -> float:
    """A count on one platform carried over to others in proportion to registrations."""
    _require(registrations > 0, f"registrations = {registrations} must be above 0 to carry a ratio over")
    return count / registrations * further_registrations


def _require(holds, problem):
    if not np.all(holds):
        raise ValueError(problem)


def published_tiers(
    declared: float = PUBLISHED["declared"].value,
    french_share: float = PUBLISHED["french_share"].value,
    french_visitors: float = PUBLISHED["french_visitors"].value,
    ff_registrations: float = PUBLISHED["ff_registrations"].value,
    ff_petersen: float = PUBLISHED["ff_petersen"].value,
    ff_visitors: float = PUBLISHED["ff_visitors"].value,
    divisor: float = PUBLISHED["divisor"].value,
) -> dict[str, float]:
    """The three tiers, by the published steps; the defaults (see `PUBLISHED`) give 14 903, 52 337 and 266 126.

    With the inputs as printed (319 000 registrations, 62 000 visitors) they are 14 887, 51 667 and 265 833; with
    the divisor of the text, 1.27, they are 14 082, 49 452 and 251 457.

    Parameters
    ----------
    declared
        Accounts ever opened, as the platforms declare them, worldwide.
    french_share
        Share of these that is French, in (0, 1].
    french_visitors
        French unique visitors of the working pages per month, summed over platforms.
    ff_registrations, ff_petersen, ff_visitors
        Foule Factory: accounts, persons counted by capture-recapture, unique visitors per month.
    divisor
        Platforms per person, 1 or more.

    Returns
    -------
    dict
        Persons, not rounded: `very_active`, `regular`, `occasional`; the steps between, in accounts or visitors:
        `registrations`, `petersen_share`, `petersen_accounts`; and the Foule Factory audience carried over like
        the Petersen count, for comparison with the measured one: `visitors_share`, `regular_carried_over`.

    Raises
    ------
    ValueError
        If a share, divisor or base is out of its range.
    """
    registrations = french_registrations(declared, french_share)
    petersen_accounts = carried_over(ff_petersen, ff_registrations, registrations)
    return {
        "very_active": per_person(petersen_accounts, divisor),
        "regular": per_person(french_visitors, divisor),
        "occasional": per_person(registrations, divisor),
        "registrations": registrations,
        "petersen_share": ff_petersen / ff_registrations,
        "petersen_accounts": petersen_accounts,
        "visitors_share": ff_visitors / ff_registrations,
        "regular_carried_over": per_person(carried_over(ff_visitors, ff_registrations, registrations), divisor),
    }
