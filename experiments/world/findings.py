"""What the world experiment found, row by row: a number of each seed, beside what is known of it."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from experiments.world import markets as m
from experiments.world.measure import BEFORE, FRENCH, INTERNATIONAL
from experiments.world.people import GROUPS
from sim.instruments.surveys.composition import PREFIX
from sim.instruments.targets import load_targets
from sim.kernel.categories import USES
from sim.kernel.units import DAY, HOUR

Measured = dict[tuple[str, int], dict[str, Any]]  # by variant and seed
Runs = dict[str, dict[str, Any]]  # what was measured of each variant, of one seed
Of = Callable[[Runs], float]

WHERE, PAY, ENTRY, BOYCOTT = "WHERE THE WORK IS DONE", "WHO SETS PAY", "WHO REGISTERS", "A BOYCOTT OF A TENTH"
SHOPS, TESTS = "SHOPS AND TRAVEL (ecosystem)", "A PLATFORM OF USER TESTS"
LISTS, AI = "WHEN LISTS ARE FULL, open tasks over the day's mean", "USES OF WORK IN AI, hours a month"
EVENINGS, NIGHT = range(13, 18), range(20, 24)  # hours of the French day that are India's evening and night
WEEKS = (1, 2, 4, 8, 13)  # of a boycott that are told
MOVED = {  # by a mechanism that is switched off: what it is called
    "entry_year": "people who register",
    "active": "active people, last month",
    "earners": "earners, last month",
    "earned_mean": "mean earnings of earners",
    f"hourly.{INTERNATIONAL}": "pay per paid hour, international",
    f"hourly.{FRENCH}": "pay per paid hour, Foule Factory",
    "work": "hours of work done in France",
    "fill_hours": "time to fill, median",
    "refused": "share of work refused",
    "gini": "Gini of earners' pay",
    "use.other": "hours of surveys, tests, clicks and visits",
    "visits": "visits to shops",
}  # fmt: skip


class Finding(NamedTuple):
    """A row: the part it belongs to, its name, what is known, and how it is reckoned from the runs of one seed."""

    part: str
    name: str
    known: str
    of: Of


def number(variant: str, name: str) -> Of:
    """A number of one variant; nan where there is none."""
    return lambda runs: runs.get(variant, {}).get("numbers", {}).get(name, np.nan)


def over(variant: str, name: str, against: str = m.BASE, below: str = "") -> Of:
    """A number of one variant over the same, or another, of another."""
    above, under = number(variant, name), number(against, below or name)

    def ratio(runs: Runs) -> float:
        base = under(runs)
        return above(runs) / base if base else np.nan

    return ratio


def elasticity(variant: str, name: str, against: str = m.BASE) -> Of:
    """Percent by which a number moves for each percent of what the variant doubles."""
    moved = over(variant, name, against)

    def of(runs: Runs) -> float:
        ratio = moved(runs)
        return float(np.log2(ratio)) if ratio > 0.0 else np.nan

    return of


def in_weeks(variant: str, name: str, against: str, first: int, last: int) -> Of:
    """Sum of a variant's weeks `first` to `last` of the policy over that of another variant."""

    def ratio(runs: Runs) -> float:
        sums = [sum(runs[one]["weeks"].get(name, [])[BEFORE + first - 1 : BEFORE + last])
                for one in (variant, against) if one in runs]  # fmt: skip
        return sums[0] / sums[1] if len(sums) == 2 and sums[1] else np.nan

    return ratio


def gone_elsewhere(variant: str, against: str, first: int, last: int) -> Of:
    """Of the hours that a variant does less on international lists in France, those that it does more elsewhere."""

    def of(runs: Runs) -> float:
        if variant not in runs or against not in runs:
            return np.nan
        here, away = (
            [sum(runs[one]["weeks"].get(f"{what}.{INTERNATIONAL}", [])[BEFORE + first - 1 : BEFORE + last])
             for one in (variant, against)]
            for what in ("paid", "abroad")
        )  # fmt: skip
        return (away[0] - away[1]) / (here[1] - here[0]) if here[1] != here[0] else np.nan

    return of


def less(of: Of) -> Of:
    """What is missing to one."""
    return lambda runs: 1.0 - of(runs)


def evening(variant: str, place: str) -> Of:
    """Open tasks in India's evening over the mean of the day."""

    def of(runs: Runs) -> float:
        hours = _hours(runs, variant, place)
        return hours[[*EVENINGS]].mean() / hours.mean() if hours.any() else np.nan

    return of


def at_hours(variant: str, place: str, hours: range) -> Of:
    """Open tasks in some hours over those of the market as it is."""

    def of(runs: Runs) -> float:
        above, below = (_hours(runs, one, place)[[*hours]].sum() for one in (variant, m.BASE))
        return above / below if below else np.nan

    return of


def _hours(runs, variant, place):
    """Open tasks by hour of the day; zeros where the variant was not run."""
    return np.array(runs.get(variant, {}).get("hours", {}).get(place, np.zeros(DAY // HOUR)), float)


def findings() -> list[Finding]:
    """Every row."""
    return [*_where(), *_pay(), *_entry(), *_boycott(), *_shops(), *_tests(), *_day(), *_uses()]


def table(measured: Measured) -> pd.DataFrame:
    """Every row that has a number in some seed.

    Returns
    -------
    DataFrame
        part, name, known, mean, low, high (over seeds), and the number of each seed in a column of its name.
    """
    rows, seeds = [], sorted({seed for _, seed in measured})
    by_seed: dict[int, Runs] = {
        seed: {variant: content for (variant, one), content in measured.items() if one == seed} for seed in seeds
    }
    for row in findings():
        values = np.array([row.of(by_seed[seed]) for seed in seeds], float)
        if np.isfinite(values).any():
            known = {"part": row.part, "name": row.name, "known": row.known, "mean": np.nanmean(values)}
            known |= {"low": np.nanmin(values), "high": np.nanmax(values)}
            rows.append(known | {f"seed {seed}": value for seed, value in zip(seeds, values, strict=True)})
    return pd.DataFrame(rows)


def composition(measured: Measured, published: str) -> pd.DataFrame:
    """Who is who: shares among French adults, the registered, those who work and the respondents, means over seeds.

    Returns
    -------
    DataFrame
        trait, one column a group of `GROUPS`, low and high (of the respondents over seeds), published.
    """
    whole = [content["numbers"] for (variant, _), content in measured.items() if variant == m.WHOLE]
    rows = []
    margins = load_targets(published).set_index("id")["value"].filter(like=PREFIX)
    for name, published in margins.items():
        trait = str(name).removeprefix(PREFIX)
        each = {group: np.array([one.get(f"{group}.{trait}", np.nan) for one in whole], float) for group in GROUPS}
        row = {group: np.nanmean(values) if np.isfinite(values).any() else np.nan for group, values in each.items()}
        asked = each["respondents"][np.isfinite(each["respondents"])]
        ends = {"low": asked.min(), "high": asked.max()} if len(asked) else {"low": np.nan, "high": np.nan}
        rows.append({"trait": trait.replace("_", " ")} | row | ends | {"published": published})
    return pd.DataFrame(rows)


def mechanisms(measured: Measured) -> pd.DataFrame:
    """What each mechanism moves when it is switched off: ratios to the market as it is, over the same seeds.

    Returns
    -------
    DataFrame
        off, number, name, mean, low, high (over seeds), and the ratio of each seed in a column of its name.
    """
    rows, seeds = [], sorted({seed for _, seed in measured})
    pairs = [(off, m.BASE) for off in m.OFF] + [(m.NO_PLACES, m.SHOPS)]
    for off, base in pairs:
        if (off, seeds[0]) not in measured:
            continue
        for name, called in MOVED.items():
            each = [over(off, name, base)({one: measured[one, seed] for one in (off, base)}) for seed in seeds]
            if np.isfinite(each).any():
                ends = {"mean": np.nanmean(each), "low": np.nanmin(each), "high": np.nanmax(each)}
                by_seed = {f"seed {seed}": one for seed, one in zip(seeds, each, strict=True)}
                rows.append({"off": off, "number": name, "name": called} | ends | by_seed)
    return pd.DataFrame(rows)


def _where() -> Iterator[Finding]:
    share = "0.1 of the crowd"
    yield Finding(WHERE, "international work done in France, share", share, number(m.BASE, "in_france"))
    yield Finding(WHERE, "  without the crowd elsewhere", "", number(m.NONE, "in_france"))
    for variant, name in ((m.BASE, "of it done at all, share"), (m.NONE, "  without the crowd and its clients"),
                          (m.NOBODY, "  its clients, but nobody elsewhere")):  # fmt: skip
        yield Finding(WHERE, name, "", _done(variant))
    yield Finding(WHERE, "hours a month in France, over those without the crowd", "",
                  over(m.BASE, f"work.{INTERNATIONAL}", m.NONE))  # fmt: skip


def _done(variant):
    """Share of international work asked for that is done, wherever."""

    def of(runs: Runs) -> float:
        asked = number(variant, f"asked.{INTERNATIONAL}")(runs)
        done = [number(variant, f"{name}.{INTERNATIONAL}")(runs) for name in ("work", "work_elsewhere")]
        return sum(done) / asked if asked else np.nan

    return of


def _pay() -> Iterator[Finding]:
    for place, name, known in ((INTERNATIONAL, "pay per paid hour, international, euro", "3.8-5.6"),
                               (FRENCH, "  Foule Factory", "12 announced")):  # fmt: skip
        yield Finding(PAY, name, known, number(m.BASE, f"hourly.{place}"))
        yield Finding(PAY, "    without the crowd elsewhere", "", number(m.NONE, f"hourly.{place}"))
    for doubled, name in ((m.PEOPLE, "registrations"), (m.DEMAND, "demand")):
        for place, where in ((INTERNATIONAL, "international"), (FRENCH, "Foule Factory")):
            call = f"elasticity of pay to French {name}: {where}"
            yield Finding(PAY, call, "", elasticity(doubled, f"hourly.{place}"))
            alone = elasticity(m.without(doubled), f"hourly.{place}", m.NONE)
            yield Finding(PAY, "    without the crowd elsewhere", "", alone)


def _entry() -> Iterator[Finding]:
    yield Finding(ENTRY, "registered in 2018", "266 126", number(m.WHOLE, "registered"))
    yield Finding(ENTRY, "  accounts", "319 000", number(m.WHOLE, "accounts"))
    yield Finding(ENTRY, "people who register, four weeks before", "", number(m.BASE, "entry_before"))
    yield Finding(ENTRY, "  four weeks after, as it is", "", number(m.BASE, "entry_after"))
    for variant, known in ((m.RAISED, "more people come"), (m.COLLAPSE, "fewer people come")):
        yield Finding(ENTRY, f"  {variant}", "", number(variant, "entry_after"))
        yield Finding(ENTRY, "    over as it is", known, over(variant, "entry_after"))
        yield Finding(ENTRY, "    in a year, over as it is", known, over(variant, "entry_year"))


def _boycott() -> Iterator[Finding]:
    told = {"with forums": (m.BOYCOTT, m.BASE), "without": (m.unheard(m.BOYCOTT), m.NO_FORUMS)}
    for called, what in (("who could hear of it and do, share", "heard"), ("  who join, share", "joined"),
                         ("of these still out after a week", "out_1"), ("  after two weeks", "out_2"),
                         ("  after four weeks", "out_4"), ("weeks until it falls apart", "fell_apart")):  # fmt: skip
        for name, (variant, _) in told.items():
            yield Finding(BOYCOTT, f"{called}, {name}", "", number(variant, f"call.{what}"))
    for week in WEEKS:
        for name, (variant, base) in told.items():
            of = less(in_weeks(variant, "seen", base, week, week))
            yield Finding(BOYCOTT, f"people missing in week {week}, share, {name}", "", of)
    for what, called in ((f"paid.{FRENCH}", "Foule Factory"), (f"paid.{INTERNATIONAL}", "international, in France"),
                         (f"abroad.{INTERNATIONAL}", "international, elsewhere")):  # fmt: skip
        for name, (variant, base) in told.items():
            of = in_weeks(variant, what, base, 1, 4)
            yield Finding(BOYCOTT, f"hours of four weeks over as it is: {called}, {name}", "", of)
    of = gone_elsewhere(m.BOYCOTT, m.BASE, 1, 4)
    yield Finding(BOYCOTT, "hours lost in France that are done elsewhere, share", "most: no list is emptied", of)


def _shops() -> Iterator[Finding]:
    rows = (
        ("visitors", "people who go to a shop, a month", ""),
        ("visits", "  visits", ""),
        ("visit_pay", "pay of a visit, median, euro", "2-10"),
        ("visit_in_range", "  share that pays 2 to 10 euros", ""),
        ("like_m", "like M: employed, two visits a week, half an hour of tasks each evening", "some"),
        ("like_c", "like C: a visit a month or more, 5 to 10 km away", "some"),
        ("employed_twice_a_week", "employed, some two visits a week", "some"),
        ("travel_hours", "hours of travel, unpaid", "unpaid"),
        ("travel_minutes", "  minutes a visit", "5 to 10 km, fitted into a run"),
        ("visit_hourly", "  euro per hour, the way counted", ""),
    )
    for name, called, known in rows:
        yield Finding(SHOPS, called, known, number(m.SHOPS, name))


def _tests() -> Iterator[Finding]:
    yield Finding(TESTS, "Ferpection's batches that are user tests, share", "most: it sells user tests",
                  number(m.BASE, "posted.ferpection.testing"))  # fmt: skip
    yield Finding(TESTS, "  surveys", "", number(m.BASE, "posted.ferpection.survey"))


def _day() -> Iterator[Finding]:
    yield Finding(LISTS, "open tasks in India's evening: international lists", "", evening(m.BASE, INTERNATIONAL))
    for variant in (m.NONE, m.CROWD):
        yield Finding(LISTS, f"  {variant}", "", evening(variant, INTERNATIONAL))
    yield Finding(LISTS, "  Foule Factory", "", evening(m.BASE, FRENCH))
    for hours, called in ((EVENINGS, "in India's evening"), (NIGHT, "in India's night")):
        name = f"open tasks over as it is, {m.CROWD}: {called}"
        yield Finding(LISTS, name, "fewer, most in the evening", at_hours(m.CROWD, INTERNATIONAL, hours))


def _uses() -> Iterator[Finding]:
    for use in USES:
        yield Finding(AI, f"{use}: done in France", "", number(m.BASE, f"use.{use}"))
        yield Finding(AI, f"  {m.AUTOMATION}", "", number(m.AUTOMATION, f"use.{use}"))
        yield Finding(AI, "  asked for, over as it is", "", over(m.AUTOMATION, f"use_asked.{use}"))
