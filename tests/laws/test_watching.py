"""Watching: crowded days of tiny markets against the slow twin, one more watcher, and the three kinds of time."""

import numpy as np
import pytest
import twin
import twin_day
import world
from test_searching import differing, taken

from sim.kernel import records as c
from sim.kernel.units import DAY
from sim.markets import agenda, matching, watching

DAY_NUMBER = 6
D = c.DAILY


def day_of_watching(rng, batches=14, **rules):
    """Everybody is there from early on, stays and wants anything; batches come one after another."""
    made = world.market(rng)
    rules = world.rules(rng, staying=1.0, reaction_seconds=int(rng.choice([1, 40, 400])), joining_rate=0.0, **rules)
    workers = made.people.workers
    workers["sitting"], workers["day_budget"] = 60_000.0, rng.choice([20_000, DAY], world.WORKERS)
    workers["reservation_wage"], workers["attention"] = 0.4, rng.choice([0.5, 1.0, 3.0], world.WORKERS)
    made.people.accounts["state"][made.people.accounts["state"] >= c.BANNED] = c.REGISTERED
    for n in range(batches if batches <= world.columns.SIZES["slots"] else world.columns.SIZES["slots"]):
        posted = DAY_NUMBER * DAY + int(rng.choice([0, 30_000, 30_007, rng.integers(DAY)]))
        slot = world.batch(made, rng, n, posted)
        if made.firms.platforms["listed"][made.book.batches["platform"][slot]]:
            agenda.appear(made.book, made.schedule, slot, posted % DAY)
    for i in np.flatnonzero(workers["first_account"] != c.NOBODY).tolist():
        agenda.enter(made.key, made.people, made.schedule, i, DAY_NUMBER * DAY + int(rng.choice([0, 50, 29_000])))
    world.pulled(made, rules.choice_noise)
    return rules, made


def passed(rules, made):
    crowd = np.zeros(matching.CROWD, np.int32)
    assert matching.match(rules, DAY_NUMBER, made, 0, 0, crowd) == DAY
    return made


@pytest.mark.parametrize("wave", [1, watching.WAVE])
def test_a_day_of_watching_is_its_twin_however_many_are_called_at_once(wave, monkeypatch):
    monkeypatch.setattr(watching, "WAVE", wave)
    reactions = late = 0
    for seed in range(180):
        rng = np.random.default_rng(seed)
        rules, kernel = day_of_watching(rng, batches=12)
        kernel = kernel._replace(book=kernel.book._replace(wave=np.zeros(wave, np.int64)))
        before = kernel.ledger.today[:, D.reactions].sum()
        slow = twin_day.Day(rules, twin.copied(kernel), DAY_NUMBER, 0).run()
        passed(rules, kernel)
        assert taken(kernel) == slow.grants, seed
        assert not differing(kernel, slow), seed
        assert not kernel.book.watching.any()
        reactions += kernel.ledger.today[:, D.reactions].sum() - before
        late += slow.late
    assert reactions > 100 and late > 5


def test_one_more_watcher_takes_only_from_those_whom_he_beats():
    """Whose work changes was either beaten to a batch, or is better off for a rival's having been."""
    for seed in range(40):
        rng = np.random.default_rng(seed)
        rules, made = day_of_watching(rng, taste_log_sd=0.0)
        made.firms.openings[:] = 0  # nor does he apply for what another would
        if made.people.workers["first_account"][4] == c.NOBODY:
            continue
        without = twin.copied(made)
        second = int(agenda.acts_at(without.people, without.schedule, 4))
        agenda.strike(without.people, without.schedule, 4)
        assert second < DAY
        ours, theirs = taken(passed(rules, made)), taken(passed(rules, without))
        own = {(batch, at) for account, batch, _, _, at in ours if made.people.accounts["worker"][account] == 4}
        others = [piece for piece in ours if made.people.accounts["worker"][piece[0]] != 4]
        before_work = rules.instructions_seconds + rules.search_seconds + rules.test_seconds + rules.pick_seconds
        first = min((at - before_work for _, at in own), default=DAY_NUMBER * DAY + DAY)
        assert [p for p in others if p[4] < first] == [p for p in theirs if p[4] < first], seed
        if not own:
            assert others == theirs, seed


def test_who_is_slower_is_late_and_pays_for_it_in_time():
    """Two watchers of one task: one notices it first, the other within the seconds that he needs to choose."""
    found = 0
    for seed in range(300):
        rules, made = day_of_watching(np.random.default_rng(seed), batches=0, instructions_seconds=0)
        people = made.people
        people.accounts["state"], people.accounts["platform"], people.accounts["avoids"] = c.REGISTERED, 0, c.NOBODY
        made.firms.platforms["structure"], made.firms.platforms["listed"] = 0, True
        slot = world.batch(made, np.random.default_rng(seed), 1, DAY_NUMBER * DAY + 40_000)
        batch = made.book.batches[slot]
        batch["client"] = batch["platform"] = batch["requires"] = 0
        batch["size"] = batch["left"] = batch["items"] = 1
        batch["hourly"], batch["true_seconds"] = 6.0, 60
        made.firms.clients["first_slot"] = made.firms.clients["last_slot"] = c.NOBODY
        made.firms.clients["platform"], made.book.open_tasks[:], made.firms.platforms["crowd"] = 0, 0, 0.0
        before = made.ledger.today[0].copy()
        agenda.appear(made.book, made.schedule, slot, 40_000)
        passed(rules, made)
        grown = made.ledger.today[0] - before
        took = len(taken(made))
        assert took == 1 or not grown[D.reactions]
        assert grown[D.too_late] >= grown[D.reactions] - took
        assert grown[D.unpaid_seconds] >= grown[D.reactions] * rules.pick_seconds
        found += grown[D.too_late]
    assert found > 20


def test_presence_is_paid_unpaid_and_watched_time_of_everybody():
    for seed in range(60):
        rules, made = day_of_watching(np.random.default_rng(seed))
        kinds = ("paid_seconds", "unpaid_seconds", "watching_seconds")
        months, today = made.ledger.months, made.ledger.today
        months[:], today[:] = np.zeros(1, c.MONTHLY), 0
        passed(rules, made)
        there = made.people.workers["month_row"] != c.NOBODY
        rows = made.ledger.months[made.people.workers["month_row"][there]]
        np.testing.assert_array_equal(rows["present_seconds"], sum(rows[name] for name in kinds))
        assert rows["present_seconds"].sum() == today[:, D.present_seconds].sum()
        np.testing.assert_array_equal(made.people.workers["used"][there], rows["present_seconds"])
