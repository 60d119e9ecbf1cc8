"""No kernel writes where there is no room: it stops, the array grows, it goes on, and nothing else changes."""

import numpy as np
import pytest
from opened import Opened
from test_twins import LIVELY

from sim import MicroworkMarket
from sim.agents import looking
from sim.kernel import arrays as r
from sim.kernel import records as c
from sim.kernel.units import DAY
from sim.markets import agenda
from sim.results.tables import results
from sim.simulation import accounting, columns

looking = Opened(looking)
TODAY = {"start": "2018-07-31", "end": "2018-07-31"}
SHORT = LIVELY | {"start": "2018-06-01", "end": "2018-07-10", "platform": "ecosystem"}


def test_room_for_nothing_at_the_start_moves_no_number(monkeypatch):
    """Every array grows from next to nothing while kernels run, and the run is the same to the bit."""
    roomy = results(MicroworkMarket(**SHORT).run()).digest()
    monkeypatch.setattr(columns, "SIZES", dict.fromkeys(columns.SIZES, 1))
    market = MicroworkMarket(**SHORT).run()
    assert results(market).digest() == roomy
    counts = np.concatenate([market.columns.people.counts, market.columns.firms.counts])
    assert counts.min() > 1 and market.columns.book.counts[r.BATCHES] > 1


@pytest.mark.parametrize(
    "crowd",
    [
        TODAY,  # everybody registered before the start, with many accounts each
        {
            "start": "2014-07-01",
            "end": "2014-07-02",
            "platform.members.clickworker.opened": "2014-07-02",
        },  # or on a day
    ],
    ids=["before", "on a day"],
)
def test_a_crowd_that_registers_finds_room(crowd, monkeypatch):
    """1 + f + f^2 + ... accounts each, up to one on every platform, for more people than there is room for."""
    monkeypatch.setitem(columns.SIZES, "accounts", 1)
    market = MicroworkMarket(seed=1, population={"people": 9_000, "joined_at_sign_up": 10.0}, **crowd).run()
    opened = market.columns.people.accounts[: market.columns.people.counts[r.ACCOUNTS]]
    platforms = np.bincount(opened["worker"], minlength=9_000)
    here = market.columns.people.persons["signed_up"] < market.day
    assert (platforms[here] >= 1).all() and platforms.max() <= len(market.platform_keys)
    assert len(opened) > (3 if crowd is TODAY else 1) * here.sum()
    accounting.check(market)


def test_an_event_past_the_representable_is_never():
    table = MicroworkMarket(seed=1, population={"people": 5}, **TODAY).columns.schedule.available
    late = 24_000 * DAY - 1
    for rate in (1e-3, 1e-2, 0.1, 1.0):
        then = looking.next_event(0, table, 0, late, rate, 0.01)
        assert late < then <= c.NEVER
    assert looking.next_event(0, table, 0, late, 1e-3, 0.01) == c.NEVER


def test_decades_with_slow_events_stay_in_the_calendar():
    """Sixteen years in which next events lie decades ahead; they wrapped round to before the first day."""
    slow = {"need_every_days": 100_000.0, "notification_every_days": 100_000.0, "drift_half_life_days": 60.0}
    dates = {"start": "2004-01-01", "end": "2019-12-31", "survey": {"on": False}}
    market = MicroworkMarket(seed=1, population={"people": 60}, behaviour=slow, **dates).run()
    workers = market.columns.people.workers
    planned = workers["next_look"][workers["state"] != c.UNREGISTERED]
    assert (planned >= market.day * DAY).all() and (planned == c.NEVER).any()


def test_more_than_a_crowd_in_the_last_second_of_a_day_all_act():
    """Nobody is forgotten for want of a second that follows."""
    market = MicroworkMarket(seed=1, platform="biface", population={"people": 2 * agenda.CROWD + 99}, **TODAY)
    schedule, people = market.columns.schedule, market.columns.people
    here = np.flatnonzero(people.workers["first_account"] != c.NOBODY)
    schedule.calendar[:] = c.NOBODY
    people.workers["next_look"][here], people.workers["state"][here] = DAY - 1, c.LOOKING
    people.workers["looking_rate"][here] = 1e9  # so that the event is a look
    people.workers["link"][here] = np.append(here[1:], c.NOBODY)
    schedule.calendar[0] = here[0]
    market.step()
    assert len(here) > 2 * agenda.CROWD and (people.workers["last_seen"][here] == 0).all()
