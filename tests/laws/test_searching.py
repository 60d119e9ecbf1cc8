"""At the list: days of tiny markets against the slow twin of matching, and by hand what it leaves out."""

import numpy as np
import pytest
import twin
import twin_day
import twin_policies
import world

from sim.kernel import arrays as r
from sim.kernel import records as c
from sim.kernel.arrays import Chance
from sim.kernel.units import DAY, HOUR
from sim.markets import agenda, book, matching, searching
from sim.simulation.columns import by_name

NEW = 3  # batches posted in the course of the day
LINKS = twin.LINKS | {"batch", "slot"}


def morning(rng, day):
    """A market whose people have sat down to look at odd moments of the day, some in the same second."""
    made = world.market(rng)
    for n in range(9):
        posted = day * DAY + int(rng.choice([0, 50, 3600, 40_010, 40_020, 86_390])) if n >= 9 - NEW else None
        slot = world.batch(made, rng, n, posted)
        if posted is not None and made.firms.platforms["listed"][made.book.batches["platform"][slot]]:
            agenda.appear(made.book, made.schedule, slot, posted % DAY)
    for i in range(world.WORKERS):
        worker = made.people.workers[i]
        if rng.random() < 0.5:
            slot = int(rng.integers(9 - NEW))
            book.note_claim(made.people, made.book, i, slot, c.NOBODY, 1)
        if worker["first_account"] != c.NOBODY:
            agenda.enter(
                made.key,
                made.people,
                made.schedule,
                i,
                day * DAY + int(rng.choice([0, 40_000, 40_000, 40_020, 86_300])),
            )
    return made


def without(dtype, *names):
    return [name for name in dtype.names if name not in LINKS.union(*names)]


def differing(kernel, slow):
    """Names of the columns that are not as the twin leaves them."""
    ours, theirs, found = by_name(kernel), by_name(slow.market), []
    counted = {
        "people.accounts": r.ACCOUNTS,
        "firms.roster": r.ROSTER,
        "ledger.months": r.MONTH_ROWS,
        "ledger.seen": r.SEEN,
    }
    for name in (
        "ledger.today",
        "ledger.hours",
        "ledger.waits",
        "book.open_tasks",
        "firms.openings",
        *counted,
        "book.batches",
        "people.workers",
    ):
        filled = kernel_count = len(ours[name])
        if name in counted:
            counts = f"{name.partition('.')[0]}.counts"
            filled, kernel_count = (int(columns[counts][counted[name]]) for columns in (theirs, ours))
        if filled != kernel_count:
            found.append(f"{name}: {kernel_count} and {filled} rows")
            continue
        names = (
            without(ours[name].dtype, twin.SCRATCH if name == "people.workers" else ())
            if ours[name].dtype.names
            else [...]
        )
        found += [f"{name} {f}" for f in names if not np.array_equal(ours[name][:filled][f], theirs[name][:filled][f])]
    return found


def taken(market):
    """Each piece of work as the twin writes it."""
    rows = market.ledger.grants[: market.ledger.counts[r.GRANTS]]
    return [
        (
            int(g["account"]),
            int(market.book.batches["id"][g["slot"]]),
            *(int(g[n]) for n in ("tasks", "seconds", "second")),
        )
        for g in rows
    ]


@pytest.mark.parametrize("part", range(10))
def test_a_day_is_its_twin(part):
    for seed in range(20 * part, 20 * part + 20):
        rng = np.random.default_rng(seed)
        day, month_start = 6, int(rng.choice([0, 3, 6]))
        rules, kernel = world.rules(rng), morning(rng, day)
        world.pulled(kernel, rules.choice_noise)
        slow = twin_day.Day(rules, twin.copied(kernel), day, month_start).run()
        crowd = np.zeros(matching.CROWD, np.int32)
        assert matching.match(rules, day, kernel, 0, month_start, crowd) == DAY
        assert taken(kernel) == slow.grants, seed
        assert not differing(kernel, slow), seed
        for p, shown in enumerate(slow.lists):
            assert twin.listed(kernel, p) == (shown.newest_first(), shown.largest_first())
        still = set(kernel.book.batches["id"][kernel.book.batches["left"] > 0].tolist())
        assert twin.claims(kernel) == {key: units for key, units in slow.claims.items() if key[1] in still}
        seen = kernel.people.workers["last_seen"]
        assert not kernel.people.workers["ends"].any() and (seen <= day).all()


def one(**own):
    """One worker with an account on the first platform, whose list has one batch of ten tasks for everybody."""
    made = world.market(np.random.default_rng(0))
    made.people.counts[r.ACCOUNTS] = made.ledger.counts[r.MONTH_ROWS] = 0
    made.ledger.today[:], made.ledger.months[:] = 0, np.zeros(1, c.MONTHLY)
    made.people.workers["first_account"] = made.people.workers["month_row"] = c.NOBODY
    made.firms.platforms["structure"][:2], made.firms.platforms["listed"][:2] = 0, True
    worker = made.people.workers[0]
    worker["state"], worker["speed"], worker["reservation_wage"], worker["needy_until"] = c.LOOKING, 1.0, 2.0, 0
    a = world.account(made, np.random.default_rng(0), 0, 0)
    account = made.people.accounts[a]
    account["state"], account["qualification"], account["done"], account["refused"] = c.REGISTERED, 0, 0, 0
    worker["account"] = a
    slot = int(book.new_slot(made.book))
    batch = made.book.batches[slot]
    batch["id"], batch["left"], batch["size"], batch["items"], batch["true_seconds"], batch["hourly"] = (
        7,
        10,
        10,
        10,
        60,
        3.0,
    )
    batch["piece_rate"], batch["first_filled"], batch["requires"] = 50_000, c.NOBODY, 0
    made.book.batches["next_abroad"] = np.inf
    for name, value in own.items():
        for record in (worker, account, batch):
            if name in record.dtype.names:
                record[name] = value
    book.enlist(made.book, slot)
    return made, slot


def found(made, ready=0, limit=10_000, day=6, order=0.5, **own):
    return searching.find(world.rules(**own), day, made, 0, 0, ready, limit, Chance(*[order] * 6))


def test_what_is_taken_pays_the_wage_asked_for():
    made, slot = one(hourly=2.0)
    assert found(made) == slot
    made, _ = one(hourly=1.999)
    assert found(made) == c.NOBODY
    made, slot = one(hourly=1.0, needy_until=7)  # who is in need asks for half
    assert found(made) == slot and found(made, day=7) == c.NOBODY


def test_what_is_taken_fits_into_the_time_left():
    made, slot = one()
    assert found(made, ready=40, limit=100) == slot
    assert found(made, ready=41, limit=100) == c.NOBODY


def test_who_would_earn_too_little_at_their_own_speed_is_turned_away():
    made, slot = one(speed=0.5)  # 120 seconds for 50 000 micro-euro
    assert found(made, least_own=50_000 / 120) == slot
    assert found(made, least_own=50_000 / 120 + 1) == c.NOBODY


def test_what_asks_for_a_higher_level_is_not_shown():
    made, slot = one(requires=2, qualification=2)
    assert found(made) == slot
    made, _ = one(requires=2, qualification=1)
    assert found(made) == c.NOBODY


def test_a_page_is_so_long_and_four_pages_are_read_past_what_is_not_shown():
    """Below entries that ask for more, or that pay less, stands the one that may be taken."""
    for entries, requires, hourly, reached in (
        (7, 1, 9.0, True),
        (8, 1, 9.0, False),
        (1, 0, 1.0, True),
        (2, 0, 1.0, False),
    ):
        made, slot = one()
        for n in range(entries):
            above = int(book.new_slot(made.book))
            row = made.book.batches[above]
            row["id"], row["left"], row["items"], row["true_seconds"] = 20 + n, 10, 10, 60
            row["requires"], row["hourly"], row["piece_rate"] = requires, hourly, 10
            book.enlist(made.book, above)
        assert found(made, page=2, newest_first=1.0) == (slot if reached else c.NOBODY)


def beside(made, number, left, hourly):
    """One more batch on the list; its slot."""
    slot = int(book.new_slot(made.book))
    row = made.book.batches[slot]
    row["id"], row["left"], row["items"], row["true_seconds"], row["piece_rate"] = number, left, 10, 60, 10
    row["hourly"], row["pull"], row["posted"] = hourly, np.log(hourly), number
    book.enlist(made.book, slot)
    return slot


def test_the_list_is_read_by_size_unless_newest_first():
    made, _ = one(left=9, pull=np.log(3.0))
    best, large = beside(made, 20, 3, 9.0), beside(made, 21, 8, 5.0)
    assert found(made, page=1, newest_first=0.0) == large  # of the largest class the newest
    assert found(made, page=3, newest_first=0.0, taste_log_sd=0.0) == best  # three of the page: the best paid
    small = beside(made, 30, 1, 9.0)
    assert found(made, page=1, order=0.3, newest_first=0.3) == large  # those who read the newest first are below it
    assert found(made, page=1, order=0.3, newest_first=np.nextafter(0.3, 1.0)) == small


def test_every_size_class_is_read():
    """A single task stands in the smallest class, two thousand million in the largest."""
    for left in (1, 2**31 - 1):
        made, slot = one(left=left)
        assert found(made, newest_first=0.0) == slot
    made.book.largest[:] = c.NOBODY
    assert searching.next_class(made.book, 0, 31) == (c.NOBODY, 0)


def test_nobody_does_more_tasks_of_a_batch_than_it_has_items():
    made, slot = one(items=2)
    book.note_claim(made.people, made.book, 0, slot, c.NOBODY, 1)
    assert found(made) == slot
    claim = book.claim_on(made.people, made.book, 0, slot)
    book.note_claim(made.people, made.book, 0, slot, claim, 1)
    assert found(made) == c.NOBODY


def test_a_task_takes_whole_seconds_and_one_at_least():
    worker, batch = np.zeros(1, c.WORKER)[0], np.zeros(1, c.BATCH)[0]
    for true, speed, seconds in ((60, 1.0, 60), (60, 0.5, 120), (3, 2.0, 2), (5, 2.0, 3), (1, 9.0, 1)):
        batch["true_seconds"], worker["speed"] = true, speed
        assert searching.duration(worker, batch) == seconds


def worked(made, slot, ready=0, limit=10_000, **own):
    back = searching.work(
        world.rules(**own), 0, made.key, made.people, made.firms, made.book, made.ledger, 0, slot, ready, limit
    )
    return back, made.ledger.grants[made.ledger.counts[r.GRANTS] - 1]


def test_tasks_are_bounded_by_what_is_left_allowed_held_and_by_time():
    for batch, time, rules, tasks in (
        (dict(left=4), {}, dict(hold_seconds=9999), 4),
        (dict(items=3), {}, dict(hold_seconds=9999), 3),
        ({}, {}, dict(hold_seconds=179), 2),
        ({}, {}, dict(hold_seconds=59), 1),  # one may always be held
        ({}, dict(limit=30 + 240), dict(hold_seconds=9999), 4),
        ({}, dict(limit=30 + 239), dict(hold_seconds=9999), 3),
    ):
        made, slot = one(**batch)
        back, grant = worked(made, slot, **time, **rules)
        assert (int(grant["tasks"]), int(grant["seconds"]), int(grant["second"])) == (tasks, 60 * tasks, 30)
        assert back == 30 + 60 * tasks and made.people.workers["found"][0] == 1


def test_instructions_are_read_once_and_as_far_as_there_is_time():
    made, slot = one()
    assert worked(made, slot, limit=30 + 60)[0] == 90
    assert made.book.batches["first_filled"][slot] == 30 and made.book.batches["last_filled"][slot] == 90
    back, grant = worked(made, slot, ready=100, limit=160)
    assert back == 160 and grant["second"] == 100 and made.book.batches["first_filled"][slot] == 30
    made, slot = one()
    back, grant = worked(made, slot, ready=0, limit=70)
    assert back == 70 and grant["second"] == 10  # a minute is left for the task


def test_a_session_that_brings_work_counts_once_in_the_hour_it_began():
    made, slot = one(opened=2 * HOUR)
    for ready in (0, 700):
        worked(made, slot, ready=ready, start_second=DAY)
    hours = made.ledger.hours["successes"]
    assert hours[0, 26] == hours.sum() == 1


def test_contracts_are_worked_off_their_allotment():
    for allotted, tasks in ((59, None), (60, 1), (119, 1), (200, 3)):
        made, slot = one()
        made.people.accounts["state"][0], made.people.accounts["project"][0] = c.CONTRACTED, 2
        made.people.accounts["allotted"][0] = allotted
        book.delist(made.book, slot)
        made.book.batches["client"][slot] = 2
        made.firms.clients["first_slot"] = made.firms.clients["last_slot"] = c.NOBODY
        book.chain(made.firms, made.book, slot)
        ask = (made.people, made.firms, made.book, 0)
        if tasks is None:
            assert searching.find_project(0.0, *ask, 0, 10_000) == c.NOBODY
            continue
        assert searching.find_project(0.0, *ask, 40, 100) == slot
        assert searching.find_project(0.0, *ask, 41, 100) == c.NOBODY
        assert searching.find_project(50_000 / 60, *ask, 0, 10_000) == slot
        assert searching.find_project(50_001 / 60, *ask, 0, 10_000) == c.NOBODY
        _, grant = worked(made, slot, hold_seconds=9999)
        assert grant["tasks"] == tasks and made.people.accounts["allotted"][0] == allotted - 60 * tasks
        made.book.batches["wave"][slot] = 1  # a questionnaire is no work of the contract
        _, grant = worked(made, slot, hold_seconds=9999)
        assert grant["tasks"] > 0 and made.people.accounts["allotted"][0] == allotted - 60 * tasks
        made.people.accounts["state"][0] = c.QUALIFIED
        assert searching.find_project(0.0, *ask, 0, 10_000) == c.NOBODY
        made.people.accounts["state"][0], made.firms.clients["first_slot"] = c.CONTRACTED, c.NOBODY
        assert searching.find_project(0.0, *ask, 0, 10_000) == c.NOBODY


def test_a_test_awaits_who_has_done_ten_times_as_much_and_well():
    """Approved, refused, level before, seconds left after the search: is there a test, which raises the level?"""
    for approved, refused, level, left, sat in (
        (10, 0, 0, 120, True), (9, 0, 0, 120, False), (10, 0, 0, 119, False), (9, 1, 0, 120, False),
        (10, 1, 0, 120, True), (18, 2, 0, 120, True), (16, 2, 0, 120, False), (99, 0, 1, 120, False),
        (100, 0, 1, 120, True), (1000, 0, 2, 120, True), (10**6, 0, 3, 120, False),
    ):  # fmt: skip
        made, _ = one(accuracy=1.0, qualification=level, done=approved + refused, refused=refused)
        ask = (made.key, made.people, made.firms, 0, 500, 500 + 60 + left)
        assert searching.sit_test(world.rules(), *ask) == (120 if sat else 0), (approved, refused, level, left)
        assert made.people.accounts["qualification"][0] == level + sat
    made, _ = one(accuracy=0.0, done=10)
    assert searching.sit_test(world.rules(), made.key, made.people, made.firms, 0, 500, 10_000) == 120
    assert made.people.accounts["qualification"][0] == 0  # who gets everything wrong fails
    made, _ = one(accuracy=1.0, done=10)
    made.firms.platforms["listed"][0] = False
    assert searching.sit_test(world.rules(), made.key, made.people, made.firms, 0, 500, 10_000) == 0


def test_levels_are_taken_along_as_its_twin_says():
    for seed in range(60):
        rng = np.random.default_rng(seed)
        made, lost = world.market(rng), int(rng.integers(0, 5))
        slow = twin.copied(made)
        for i in range(world.WORKERS):
            searching.take_along(made.people, made.firms, i, lost)
        twin_policies.recognise(slow, lost)
        np.testing.assert_array_equal(made.people.accounts["qualification"], slow.people.accounts["qualification"])


def test_a_passed_test_is_taken_along():
    made, _ = one(accuracy=1.0, done=1000, qualification=2)
    other = world.account(made, np.random.default_rng(0), 0, 1)
    made.people.accounts["qualification"][other] = 0
    searching.sit_test(world.rules(lost_levels=1), made.key, made.people, made.firms, 0, 0, 10_000)
    assert made.people.accounts["qualification"][[0, other]].tolist() == [3, 2]


def test_days_seen_are_a_mask_of_the_last_month():
    for last, mask, after in (
        (c.NOBODY, 0, 1),
        (39, 1, 3),
        (38, 3, 13),
        (38, 2**31, 1),
        (9, 1, 2**31 + 1),
        (8, 5, 1),
        (0, 1, 1),
    ):
        made, _ = one(last_seen=last, days_seen=mask)
        ledger = made.ledger._replace(seen_on=np.full(64, 4))
        searching.first_look_today(40, made.people, ledger, 0)
        assert made.people.workers["days_seen"][0] == after, last
        assert made.people.workers["last_seen"][0] == 40 and ledger.seen_on[40] == 5
        assert ledger.seen_on[last] == (4 if last < 0 else 3) and ledger.seen_on.sum() == 4 * 64 + (last < 0)
        assert ledger.months["days_active"][0] == 1


def test_a_look_is_empty_or_a_session_and_a_reaction_is_neither():
    for found, opened, empty, session in ((1, 100, 0, 1), (0, 100, 1, 0), (1, c.NOBODY, 0, 0), (0, c.NOBODY, 0, 0)):
        made, _ = one(found=found, opened=opened, month_row=0)
        searching.close_list(made.people, made.ledger, 0, 1000)
        assert made.people.accounts["searched"][0] == 1000
        today, month = made.ledger.today[0], made.ledger.months[0]
        assert (today[c.DAILY.empty_looks], today[c.DAILY.sessions], month["sessions"]) == (empty, session, session)
