"""No kernel writes where there is no room: it stops, the array grows, it goes on, and nothing else changes."""

import numpy as np
import twin
from opened import Opened

from sim import MicroworkMarket
from sim.agents import looking
from sim.kernel import arrays as r
from sim.kernel import records as c
from sim.kernel.units import DAY
from sim.markets import agenda
from sim.simulation import accounting, columns

looking = Opened(looking)
TODAY = {"start": "2018-07-31", "end": "2018-07-31"}


def test_a_crowd_that_registered_before_the_start_finds_room():
    """Many accounts each, up to one on every platform: more than there was room for."""
    people = {"people": 13_306, "joined_at_sign_up": 10.0}
    market = MicroworkMarket(seed=1, population=people, **TODAY).run()
    room = 13_306 * (1.0 + 2.0 * market.state.further) + 4 * agenda.CROWD
    assert room < market.columns.people.counts[r.ACCOUNTS]
    each_has_accounts(market)


def test_a_crowd_that_registers_on_a_day_finds_room():
    opened = {"start": "2014-07-01", "end": "2014-07-02", "platform.members.clickworker.opened": "2014-07-02"}
    market = MicroworkMarket(seed=1, population={"people": 9_000, "joined_at_sign_up": 10.0}, **opened)
    filled = int(market.columns.people.counts[r.ACCOUNTS])
    tight = {"people.accounts": market.columns.people.accounts[: filled + 1].copy()}
    market.state.market = columns.replaced(market.columns, tight)
    market.run()
    assert market.columns.people.counts[r.ACCOUNTS] > filled + agenda.CROWD
    each_has_accounts(market)


def each_has_accounts(market):
    """Everybody registered has an account, nobody two on a platform, and the books close."""
    opened = market.columns.people.accounts[: market.columns.people.counts[r.ACCOUNTS]]
    here = market.columns.people.persons["signed_up"] < market.day
    assert (np.bincount(opened["worker"], minlength=len(here))[here] >= 1).all()
    pairs = np.unique(np.stack([opened["worker"], opened["platform"]]), axis=1)
    assert pairs.shape[1] == len(opened)
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
    people = {"people": 60, "entry": {"responds": False}}  # too few to tell anybody in the years before platforms open
    market = MicroworkMarket(seed=1, population=people, behaviour=slow, **dates).run()
    workers = market.columns.people.workers
    planned = workers["next_look"][workers["state"] != c.UNREGISTERED]
    assert (planned >= market.day * DAY).all() and (planned == c.NEVER).any()


def test_more_than_a_crowd_in_the_last_second_of_a_day_all_act():
    """Nobody is forgotten for want of a second that follows."""
    people = {"people": 2 * agenda.CROWD + 99}
    all_start = {"started_share": 1.0}  # who had given up their only account would have nothing to look at
    market = MicroworkMarket(seed=1, platform="biface", population=people, behaviour=all_start, **TODAY)
    schedule, people = market.columns.schedule, market.columns.people
    here = np.flatnonzero(people.workers["first_account"] != c.NOBODY)
    people.workers["next_look"][here], people.workers["state"][here] = DAY - 1, c.LOOKING
    people.workers["looking_rate"][here] = 1e9  # so that the event is a look
    twin.plan(schedule, 0, here)
    market.step()
    assert len(here) > 2 * agenda.CROWD and (people.workers["last_seen"][here] == 0).all()
