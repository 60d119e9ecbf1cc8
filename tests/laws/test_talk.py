"""What is heard of a platform, and how busy people are known to be: slow means, by hand."""

import numpy as np
import pytest
import world

from sim.kernel import records as c
from sim.markets import entry


def test_what_is_heard_is_a_slow_mean_of_what_is_earned_per_day():
    """After a year of one euro a day as much is heard; a half-life after the last, half of it."""
    made, memory = world.market(np.random.default_rng(1)), 1.0 - 0.5 ** (1.0 / 30.0)
    ledger, account = made.ledger, np.zeros(1, c.ACCOUNT)[0]
    made.people.persons["department"], ledger.heard[:] = 2, 0.0
    made.firms.platforms["opened"], ledger.heard[:, 2] = [0, 0, 1000], 7.0
    ledger.today[:], ledger.times[:] = 0, 0.0
    ledger.today[:, c.DAILY.paid_seconds], ledger.today[:, c.DAILY.watching_seconds] = 30, 90
    for day in range(730):
        if day < 365:
            entry.tell(memory, made.people, ledger, account, 1_000_000)
        entry.fade(memory, day, made.firms, ledger)
        if day == 364:
            assert ledger.heard[2, 0] == pytest.approx(1e6, rel=1e-3) and ledger.heard[-1, 0] == ledger.heard[2, 0]
        if day == 394:
            assert ledger.heard[2, 0] == pytest.approx(0.5e6, rel=1e-3)
    assert (ledger.heard[:, 2] == 7.0).all() and not ledger.times[:, 2].any()  # not open yet
    assert ledger.heard[:2, :2].sum() == 0.0 and ledger.teller[2, 0] == 0
    np.testing.assert_allclose(ledger.times[0, :2] / ledger.times[1, :2], 0.25)
