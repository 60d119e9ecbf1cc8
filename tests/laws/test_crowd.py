"""The crowd elsewhere: how fast it takes, from whom, and that looking does not move it."""

import math

import numpy as np
import pytest
import world
from scipy import stats

from sim.kernel import records as c
from sim.kernel.units import DAY
from sim.markets import book, crowd
from sim.population.crowd import hours_elsewhere
from sim.scenario.scenario import Scenario

D = c.DAILY
RULES = world.rules(reaction_seconds=120, hold_seconds=600, pick_seconds=20)


def large(seed=0, tasks=10**7, **own):
    """A market of one batch of a large client, just posted at midnight of the sixth day; its slot."""
    made = world.market(np.random.default_rng(seed))
    made.firms.clients["platform"], made.firms.clients["french"] = 0, 0
    made.firms.platforms["structure"], made.firms.platforms["listed"], made.firms.platforms["crowd"] = 0, True, 0.5
    slot = world.batch(made, np.random.default_rng(seed), 1, 6 * DAY)
    batch = made.book.batches[slot]
    batch["platform"], batch["size"], batch["left"], batch["items"] = 0, tasks, tasks, 10**6
    batch["true_seconds"], batch["hourly"], batch["requires"], batch["expires"] = 60, 1.5, 0, 20
    for name, value in own.items():
        batch[name] = value
    book.enlist(made.book, slot)
    crowd.opens_to_crowd(RULES, made, slot)
    return made, slot


def taken_in_a_day(made, slot):
    crowd.catch_up(RULES, made, slot, 7 * DAY)
    batch = made.book.batches[slot]
    return int(batch["size"] - batch["left"])


@pytest.mark.parametrize(
    "own, expected",
    [
        ({}, 0.5 * 0.5 * DAY / 120),  # half of them ask for less than the median
        ({"hourly": 1.5 * math.exp(1.2)}, 0.5 * stats.norm.cdf(1.0) * DAY / 120),
        ({"requires": 2}, 0.5 * 0.5 * 0.2 * DAY / 120),  # as many are qualified as clients ask for
    ],
)
def test_pieces_go_at_the_rate_of_those_there_who_would_take_them(own, expected):
    made, slot = large(**own)
    pieces = taken_in_a_day(made, slot) / 10  # of ten minutes, ten tasks each
    assert abs(pieces - expected) < 4.0 * math.sqrt(expected)
    assert made.ledger.today[0, D.tasks_done_abroad] >= 10 * pieces


def test_what_is_taken_does_not_depend_on_who_looks_when():
    seldom, slot = large()
    often, same = large()
    for second in range(6 * DAY, 7 * DAY, 1_777):
        crowd.catch_up(RULES, often, same, second)
    assert taken_in_a_day(seldom, slot) == taken_in_a_day(often, same)
    assert np.array_equal(seldom.firms.clients["spent"], often.firms.clients["spent"])


def test_what_asks_for_people_in_france_stays():
    made, slot = large()
    made.firms.clients["french"], made.book.batches["next_abroad"] = 1, np.inf
    crowd.opens_to_crowd(RULES, made, slot)
    assert taken_in_a_day(made, slot) == 0 and made.book.batches["next_abroad"][slot] == np.inf


def test_a_batch_is_gone_when_the_last_piece_goes():
    """Three pieces, the last of five tasks; nobody need be called for later."""
    made, slot = large(seed=1, tasks=25)
    batch = made.book.batches[slot]
    gone = crowd.gone_by(RULES, made, batch)
    crowd.catch_up(RULES, made, slot, int(gone))
    assert batch["left"] == 5
    crowd.catch_up(RULES, made, slot, int(gone) + 1)
    assert batch["left"] == 0 and batch["last_filled"] >= int(gone) + 300


def test_indias_evening_is_the_french_afternoon():
    """India is four and a half hours ahead and busiest at nine in the evening: at half past four here."""
    scenario = Scenario.load()
    usual, more = hours_elsewhere(scenario), hours_elsewhere(scenario, "india", 2.0)
    assert usual.mean() == pytest.approx(1.0) and more.mean() == pytest.approx(1.25)
    assert np.argmax(more - usual) in (16, 17)
