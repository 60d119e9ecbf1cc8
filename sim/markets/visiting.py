"""Out of the house: which shop is near, what the way there costs, and whom a test of a product asks for.

The shops of a batch lie over the country like its people, each to be visited once. For somebody who lives among so many
people per km2, the nearest one still open is at a distance D with ``P(D > d) = exp(-pi rho d^2)``, in which
``rho = shops left x people per km2 / people of France`` (a Poisson process in the plane). Who has no smartphone, or no
shop within reach, is not shown the batch. The way there and back is unpaid, but for the part that is made anyway; a
run out of the house is not cut where a sitting at the screen would end, only by what a day has of time.
"""

from typing import TYPE_CHECKING

import numpy as np

from sim.kernel.arrays import Ledger, People
from sim.kernel.categories import LOCALISED
from sim.kernel.compiler import inlined, inner
from sim.kernel.records import DAILY, NEVER, NOBODY
from sim.kernel.streams import PLACE, PLACE_DISTANCE, draw
from sim.kernel.units import DAY, HOUR, INHABITANTS, MICRO

if TYPE_CHECKING:
    from sim.scenario.rules import Rules


@inlined
def shown(rules: "Rules", key: np.ndarray, people: People, i: int, batch: np.record) -> bool:
    """Is a batch, whatever its level, one for worker `i`: does it ask for people like them, is a shop within reach?"""
    if batch.profile > 0 and not asked_for(people.persons[i], batch.profile):
        return False
    return not (rules.travels and batch.kind == LOCALISED) or way(rules, key, people, i, batch) < NEVER


@inner
def asked_for(person: np.record, profile: int) -> bool:
    """Does a person fit a profile: ``sex + 3 x band``, 0 for either sex or any age, else 1 more than their number."""
    sex, band = profile % 3, profile // 3
    return (sex == 0 or sex - 1 == person.sex) and (band == 0 or band - 1 == age_band(person.age))


@inner
def age_band(age: int) -> int:
    """Under 25, 25 to 39, 40 to 59, older: 0 to 3."""
    return int(age >= 25) + int(age >= 40) + int(age >= 60)


@inner
def way(rules: "Rules", key: np.ndarray, people: People, i: int, batch: np.record) -> int:
    """Unpaid seconds there and back to the nearest shop of a batch; NEVER beyond reach, or without a smartphone."""
    person = people.persons[i]
    if person.smartphone == 0:
        return NEVER
    per_km2 = batch.left * person.around / INHABITANTS
    u = draw(key, PLACE, batch.k, i, PLACE_DISTANCE + batch.who)
    square = -np.log(u) / (np.pi * per_km2)
    if square > rules.reach_km * rules.reach_km:
        return NEVER
    kmh = rules.town_kmh if person.density == 0 else rules.suburb_kmh if person.density == 1 else rules.country_kmh
    return int(2.0 * np.sqrt(square) * (1.0 - rules.errand_share) / kmh * HOUR + 0.5)


@inlined
def terms(
    rules: "Rules", day: int, key: np.ndarray, people: People, i: int, batch: np.record, limit: int, seconds: int
) -> tuple[float, int]:
    """Pay of one task of a batch that takes worker `i` so many seconds, and the latest second at which to begin.

    Returns
    -------
    float
        Euro per announced hour, the way included; 0.0 where there is none within reach.
    int
        The task ends by `limit`; a visit need only begin by then, and end with what the day has of time.
    """
    if not (rules.travels and batch.kind == LOCALISED):
        return float(batch.hourly), limit - seconds
    away = way(rules, key, people, i, batch)
    if away == NEVER:
        return 0.0, NOBODY
    hourly = float(batch.piece_rate) * HOUR / (MICRO * (batch.announced_seconds + away))
    return hourly, min(limit, home_by(day, people.workers[i]) - seconds - away)


@inner
def home_by(day: int, worker: np.record) -> int:
    """Second by which who has sat down must have done with it: the day's budget of time, or midnight."""
    return min((day + 1) * DAY, worker.sat_down + worker.day_budget - worker.used)


@inner
def visit(day: int, people: People, ledger: Ledger, a: int, seconds: int, away: int, back: int) -> None:
    """Count the way to a shop from which one is `back`; the sitting goes on for what was left of it, if the day does.

    Writes: people.workers, ledger.months, ledger.today."""
    account = people.accounts[a]
    worker = people.workers[account.worker]
    longer = min(worker.ends + seconds + away, home_by(day, worker))
    worker.ends = max(worker.ends, longer, back)
    ledger.today[account.platform, DAILY.travel_seconds] += away
    ledger.months[worker.month_row].travel_seconds += away
