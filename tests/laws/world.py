"""Markets of a handful of people, drawn at random from numbers so small that every boundary is met.

Kernels run on them as plain Python (`plain`); the twins beside these tests say what must come out.
"""

from types import SimpleNamespace

import numpy as np

from sim.kernel import arrays as r
from sim.kernel import records as c
from sim.kernel.arrays import Demand, Firms, Market, People
from sim.kernel.categories import LOCALISED
from sim.kernel.units import DAY
from sim.markets import book, matching
from sim.simulation import columns

BIFACE, DEEP = 0, 1
WORKERS, CLIENTS, PLATFORMS, DAYS = 5, 4, 3, 12
ROOM = 48
columns.SIZES.update(slots=12, claims=ROOM, grants=128 * ROOM, months=ROOM, watchers=ROOM)
matching.CROWD = 16  # acts in one second


def rules(rng=None, **own) -> SimpleNamespace:
    """Rules of a day: fixed, or some at random."""
    fixed = dict(
        start_second=0, looking_rate=0.5, looking_elasticity=1.5, looking_rate_max=3.0, lapse_rate=0.05,
        learning_rate=0.2,
        prior_return=0.7, prior_log_sd=0.5, search_seconds=60, pick_seconds=20, instructions_seconds=30, page=3,
        newest_first=0.5, taste_log_sd=0.4, hold_seconds=600,
        persistence=0.4, choice_noise=0.5, drift_rate=0.05,
        need_rate=0.02, need_days=20.0, need_factor=0.5, hope=0.5, notification_rate=0.1, joining_rate=0.2,
        test_seconds=120, joining_seconds=300, demand_elasticity=1.0, least_own=0.0,
        search_pay=0.0, empty_pay=0.0, watch_pay=0.0,
        step_chance=0.7, profile_seconds=600, payment_seconds=300, first_test_seconds=500, voucher_loss=0.3,
        impatience=0.01,
        staying=0.7, reaction_seconds=60, watching_weight=0.1, lost_levels=99, reversed=0.0, learned=0.0, burst=0.0,
        forum_speed=3.0, good_news=1.5, bad_news=0.1, bad_news_after=5, distrust=0.2,
        deadline_share=0.1, rate_response=0.04, rate_speed=0.1, rate_following=0.5, usual_weight=0.01,
        rate_tightness=0.1, busy_share=0.2, crowd_wage=1.5, crowd_wage_log_sd=1.2, escape=0.0,
        travels=True, reach_km=10.0, errand_share=0.5, town_kmh=15.0, suburb_kmh=30.0, country_kmh=50.0,
        entry=True, entry_most=3.0, entry_need=0.6, advertising=0.5, pay_response=0.8, talk=0.6,
        talk_elasticity=1.3, talk_local=0.4, usual_heard=2.0, memory=0.1, referral_effect=0.5,
        own_looking=0, own_watching=0, own_piece_rate=0,
    )  # fmt: skip
    if rng is not None:
        fixed |= dict(start_second=int(rng.integers(7)) * DAY, page=int(rng.integers(1, 4)), newest_first=rng.random())
        fixed |= dict(persistence=rng.random(), joining_rate=rng.random(), taste_log_sd=rng.choice([0.0, 0.6]))
        fixed |= dict(staying=rng.choice([0.0, 0.6, 1.0]), reaction_seconds=int(rng.choice([1, 30, 3000])))
        fixed |= dict(choice_noise=rng.choice([0.0, 0.7]), hold_seconds=int(rng.choice([1, 300, 4000])))
        fixed |= dict(instructions_seconds=int(rng.choice([0, 40, 5000])), need_factor=rng.choice([0.3, 1.0]))
        fixed |= dict(travels=bool(rng.random() < 0.8), reach_km=rng.choice([0.5, 10.0]), errand_share=rng.random())
    return SimpleNamespace(**fixed | own)


def market(rng) -> Market:
    """A market at some midnight: two platforms with lists and one of deep labour, everybody in some state."""
    people = _people(rng)
    firms = _firms(rng)
    made = Market(
        key=rng.integers(0, 2**32, 3).astype(np.uint32) & np.array([2**32 - 1, 2**32 - 1, 0], np.uint32),
        people=people,
        firms=firms,
        book=columns.empty_book(PLATFORMS),
        schedule=columns._empty_schedule(DAYS, WORKERS),
        ledger=columns._empty_ledger(PLATFORMS, WORKERS, DAYS),
        demand=Demand(
            np.zeros(0), np.zeros(0), np.zeros((0, 0), c.KIND), np.tile([0.5, 0.8, 0.9, 1.0], (PLATFORMS, 1))
        ),
    )
    made.ledger.today[:] = rng.integers(0, 5, made.ledger.today.shape)
    _surroundings(rng.spawn(1)[0], made)
    for i in range(WORKERS):
        for p in np.flatnonzero(rng.random(PLATFORMS) < 0.7):
            account(made, rng, i, int(p))
        if rng.random() < 0.7 and made.people.workers["first_account"][i] != c.NOBODY:
            book.new_month_row(made.people, made.ledger, i)
            for name in ("looks", "days_active", "sessions", "tasks_done", "tasks_refused", "platforms"):
                made.ledger.months[name][made.people.workers["month_row"][i]] = rng.integers(0, 3)
    return made


def _surroundings(rng, made):
    """Three departments, in which something is heard of platforms, two of which pay for telling; who told whom."""
    persons, platforms, ledger = made.people.persons, made.firms.platforms, made.ledger
    persons["department"], persons["threshold"] = rng.integers(0, 3, WORKERS), 3.0 * rng.random(WORKERS)
    persons["referred_by"] = rng.integers(-1, WORKERS, WORKERS)
    platforms["reach"], platforms["referral_bonus"] = rng.choice([0.5, 1.0], PLATFORMS), rng.permutation([0, 7, 30])
    platforms["first_wage"] = rng.choice([4.0, 8.0], PLATFORMS)
    ledger.adults[:], ledger.heard[:] = 50.0, rng.choice([0.0, 20.0, 100.0], ledger.heard.shape)
    ledger.teller[:] = rng.integers(-1, WORKERS, ledger.teller.shape)
    ledger.times[0], ledger.times[1] = rng.choice([0.0, 20.0], PLATFORMS), rng.choice([0.5, 100.0], PLATFORMS)


def _people(rng):
    workers = np.zeros(WORKERS, c.WORKER)
    for name in ("event", "first_account", "first_claim", "month_row", "account"):
        workers[name] = c.NOBODY
    workers["state"] = rng.choice([c.LOOKING, c.LAPSED], WORKERS, p=[0.8, 0.2])
    workers["reservation_wage"], workers["speed"] = (
        rng.choice([0.5, 2.0, 6.0], WORKERS),
        rng.choice([0.5, 1.0, 1.6], WORKERS),
    )
    workers["accuracy"], workers["attention"] = (
        rng.choice([0.0, 0.5, 0.9, 1.0], WORKERS),
        rng.choice([0.3, 1.0, 4.0], WORKERS),
    )
    workers["looking_rate"], workers["urgency"] = rng.choice([0.0, 0.3, 20.0], WORKERS), rng.choice([0.2, 1.0], WORKERS)
    workers["sitting"], workers["day_budget"] = (
        rng.choice([30.0, 900.0, 9000.0], WORKERS),
        rng.choice([50, 2000, 50_000], WORKERS),
    )
    workers["profile"] = rng.integers(0, 8, WORKERS)
    workers["need"] = rng.choice([0.0, 0.5, 1.0], WORKERS)
    workers["needy_until"], workers["away_until"] = rng.integers(0, 9, WORKERS), 0
    workers["last_seen"], workers["last_worked"] = rng.integers(-1, 6, WORKERS), rng.integers(-1, 6, WORKERS)
    workers["days_seen"] = np.where(workers["last_seen"] < 0, 0, rng.integers(0, 2**32, WORKERS))
    workers["next_look"] = rng.integers(0, 4 * DAY, WORKERS)
    workers["reads"] = rng.choice([0, c.GOOD_NEWS], WORKERS)
    workers["refuses"] = rng.choice([0, 0, c.ON_PRINCIPLE, c.BAD_NEWS, c.BAD_NEWS | c.BOYCOTTED], WORKERS)
    persons = np.zeros(WORKERS, c.PERSON)
    persons["first_platform"] = rng.integers(0, PLATFORMS, WORKERS)
    persons["sex"], persons["age"] = rng.integers(0, 2, WORKERS), rng.choice([18, 24, 25, 39, 40, 59, 60, 74], WORKERS)
    persons["density"], persons["smartphone"] = rng.integers(0, 3, WORKERS), rng.random(WORKERS) < 0.8
    persons["around"] = rng.choice([1e6, 1e8, 1e9], WORKERS)  # a handful of tasks lies over all of France
    return People(persons, workers, np.zeros(ROOM, c.ACCOUNT), np.zeros(len(r.PEOPLE_COUNTS), np.int64))


def _firms(rng):
    platforms = np.zeros(PLATFORMS, c.PLATFORM)
    platforms["structure"] = BIFACE, BIFACE, DEEP
    platforms["listed"], platforms["contracts"] = platforms["structure"] == BIFACE, platforms["structure"] == DEEP
    platforms["opened"], platforms["weight"] = rng.choice([-5, 4, 9], PLATFORMS), rng.choice([0.2, 0.3, 0.7], PLATFORMS)
    platforms["cash_out_delay"], platforms["cash_out_threshold"] = (
        rng.integers(0, 9, PLATFORMS),
        rng.choice([0, 1, 40, 90], PLATFORMS),
    )
    platforms["ban_after"], platforms["ban_share"] = (
        rng.integers(0, 6, PLATFORMS),
        rng.choice([0.0, 0.25, 0.5, 1.0], PLATFORMS),
    )
    platforms["vouchers"] = rng.integers(0, 2, PLATFORMS)
    platforms["wage"], platforms["admitted"] = rng.choice([3.0, 8.0], PLATFORMS), rng.choice([0.5, 1.0], PLATFORMS)
    platforms["commission"], platforms["margin"] = (
        rng.choice([0, 250_000], PLATFORMS),
        rng.choice([0, 300_000], PLATFORMS),
    )
    platforms["profile_seconds"], platforms["exam_seconds"] = 200, rng.choice([100, 80_000])
    platforms["exam_every"], platforms["exam_window"] = rng.integers(1, 5, PLATFORMS), rng.integers(1, 3, PLATFORMS)
    platforms["exam_difficulty"], platforms["dearer"] = rng.choice([0.0, 1.0], PLATFORMS), 1.0
    clients = np.zeros(CLIENTS, c.CLIENT)
    clients["platform"], clients["who"] = [0, 1, 2, 2], rng.permutation(CLIENTS)
    clients["first_slot"] = clients["last_slot"] = c.NOBODY
    clients["scale"], clients["wage"], clients["volume"] = (
        1.0,
        rng.choice([2.0, 5.0], CLIENTS),
        rng.integers(0, 3, CLIENTS),
    )
    clients["last_day"], clients["kind"], clients["patience"] = (
        rng.integers(0, 9, CLIENTS),
        rng.integers(0, 3, CLIENTS),
        3.0,
    )
    clients["french"] = rng.choice([0, 1], CLIENTS, p=[0.8, 0.2])
    platforms["crowd"], platforms["france"] = rng.choice([0.0, 0.05, 3.0]) * (platforms["structure"] == BIFACE), 0.3
    clients["by_hour"][3], clients["known_from"][2] = 1, 1
    platforms["advertised"], platforms["trust_unknown"] = rng.permutation([2, 3, c.NOBODY]), 0.5
    notice = rng.choice([0.0, 0.5, 1.0], PLATFORMS)
    return Firms(
        platforms,
        clients,
        rng.integers(0, 2, PLATFORMS),
        notice,
        np.zeros(ROOM, np.int32),
        np.flatnonzero(platforms["structure"][clients["platform"]] == DEEP).astype(np.int32),
        np.zeros(1, np.int64),
    )


def account(made: Market, rng, i: int, p: int) -> int:
    """One more account, the first of its worker's list; its row."""
    a = int(made.people.counts[r.ACCOUNTS])
    made.people.counts[r.ACCOUNTS] += 1
    row, worker = made.people.accounts[a], made.people.workers[i]
    deep = made.firms.platforms["structure"][p] == DEEP
    states = (
        [c.REGISTERED, c.APPLIED, c.CONTRACTED, c.BANNED]
        if deep
        else [c.REGISTERED, c.REGISTERED, c.BANNED, c.TURNED_AWAY]
    )
    row["worker"], row["platform"], row["state"] = i, p, rng.choice(states)
    row["next"], worker["first_account"] = worker["first_account"], a
    worker["platforms"] |= np.uint32(1) << np.uint32(p)
    row["signed_up"], row["last_seen"] = rng.integers(-5, 4), rng.choice([-(2**30), 0, 2, 5])
    row["expected_return"] = rng.choice([0.0, 0.5, 3.0])
    row["qualification"], row["done"] = rng.choice([0, 0, 1, 2, 3]), rng.choice([0, 4, 10, 11, 99, 100, 1000, 3000])
    row["refused"] = min(row["done"], rng.choice([0, 1, 2, 3, 100]))
    row["step"], row["credited"], row["first_credit"] = c.STARTED, rng.choice([0, 50, 4000]), rng.integers(0, 3)
    row["on_its_way"], row["balance"] = rng.choice([0, 0, 70]), rng.choice([0, 1, 39, 40, 41])
    row["project"], row["allotted"], row["avoids"] = c.NOBODY, 0, rng.choice([c.NOBODY, c.NOBODY, 0, 1])
    if row["state"] == c.CONTRACTED:
        row["project"], row["allotted"] = rng.choice([2, 3]), rng.choice([5, 60, 5000])
    row["exam_day"] = rng.integers(0, 7)
    for name in ("due_link", "due"):
        row[name] = c.NOBODY
    return a


def pulled(made: Market, choice_noise: float) -> None:
    """What draws to each account follows from its expected return."""
    accounts = made.people.accounts
    accounts["place"] = c.NOBODY
    accounts["pull"] = np.log(np.maximum(accounts["expected_return"], 1e-9)) / max(choice_noise, 1e-3)


def batch(made: Market, rng, number: int, posted: int | None) -> int:
    """One batch in the book, on its list or under its project, or to be posted at that second; its slot."""
    slot = int(book.new_slot(made.book))
    row, n = made.book.batches[slot], int(rng.integers(CLIENTS))
    p = int(made.firms.clients["platform"][n])
    size = int(rng.choice([1, 2, 3, 4, 8, 30]))
    row["id"], row["client"], row["platform"], row["k"], row["who"] = (
        number,
        n,
        p,
        rng.integers(3),
        made.firms.clients["who"][n],
    )
    row["requires"], row["piece_rate"] = rng.choice([0, 0, 0, 1, 3]), rng.choice([10, 20, 30])
    row["hourly"], row["true_seconds"] = rng.choice([0.5, 1.0, 2.0, 6.0]), rng.choice([1, 7, 60, 900])
    row["pull"], row["said"] = np.log(row["hourly"]), rng.choice([0, 0, 0, *range(16)])
    if p != 2:
        row["profile"] = rng.choice([0, 0, rng.integers(1, 15)])
        if rng.random() < 0.3:
            row["kind"], row["announced_seconds"], row["piece_rate"] = LOCALISED, 600, rng.choice([10**5, 10**6])
            row["hourly"] = row["piece_rate"] * 6 / 10**6
            row["pull"] = np.log(row["hourly"])
    row["size"] = row["left"] = size
    row["items"] = int(rng.integers(1, size + 1)) if p != 2 else size
    row["together"] = rng.random() < 0.5
    row["strictness"], row["first_filled"], row["size_class"] = rng.choice([0.0, 0.5, 1.0]), c.NOBODY, -1
    row["posted"] = row["called_until"] = 0 if posted is None else posted
    row["expires"], row["next_abroad"] = rng.integers(7, 9), np.inf
    if posted is None and made.firms.platforms["crowd"][p] > 0.0 and not made.firms.clients["french"][n]:
        row["next_abroad"], row["pace"] = (6.0 + rng.random()) * DAY, rng.choice([1e-5, 1e-3, 0.1])
    if made.firms.platforms["structure"][p] == DEEP:
        book.chain(made.firms, made.book, slot)
    elif posted is None:
        book.enlist(made.book, slot)
    return slot
