"""Forums and names in whole markets: what moves nothing where they are switched off, and what readers gain."""

import numpy as np
import pytest

from sim.kernel.arrays import GRANTS
from sim.kernel.records import GOOD_NEWS, ON_PRINCIPLE
from sim.scenario.scenario import Scenario
from sim.simulation.day import DayByDay

SMALL = {"population": {"people": 1500}, "start": "2018-01-01", "end": "2018-04-30", "survey": {"on": False}}
SMALL |= {"behaviour.started_share": 1.0, "demand.strictness_mean": 0.7}
MEMBERS = Scenario.load().platform.members
SILENT = {"behaviour.forums.share": 0.0, "behaviour.principled": 0.0}
NAMELESS = {f"platform.members.{key}.names_clients": 0.0 for key in MEMBERS}
NAMED = {f"platform.members.{key}.names_clients": 1.0 for key in MEMBERS}
LOUD = {"speed": 50.0, "good_pay": 0.5, "bad_share": 0.0, "bad_after": 1}


def ran(*parts):
    """What everybody did on every day, and in all."""
    market = DayByDay(Scenario.load(**SMALL | {key: value for part in parts for key, value in part.items()})).run()
    return market.recorder.daily.tobytes(), market.lifetime.tobytes()


@pytest.mark.slow  # six markets
def test_nobody_who_reads_and_nobody_with_principles_no_bit_moves():
    """Whatever forums would tell, and whatever clients ask for; and a name alone moves nothing where none refuses."""
    loud = {f"behaviour.forums.{key}": value for key, value in LOUD.items()} | {"demand.contested": 1.0}
    assert ran(SILENT, NAMELESS) == ran(SILENT, NAMELESS, loud)
    calm = {"demand.strictness_mean": 0.0}
    assert ran(SILENT, NAMELESS, calm) == ran(SILENT, NAMED, calm)
    assert ran(SILENT, NAMED) != ran(SILENT, NAMELESS)  # who is refused avoids, or trusts less


@pytest.mark.slow  # two markets, of which every piece of work is looked at
def test_readers_come_first_to_what_forums_tell_of_and_nobody_works_against_principles():
    shares = []
    for speed in (1.0, 20.0):
        scenario = Scenario.load(**SMALL | NAMED | {"population": {"people": 6000},
                                                    "behaviour.forums.share": 0.5, "behaviour.forums.speed": speed,
                                                    "behaviour.forums.good_pay": 1.0, "behaviour.principled": 0.3,
                                                    "demand.contested": 0.3})  # fmt: skip
        market, pieces = DayByDay(scenario), []
        settle = market.state.settle

        def looked_at(day, state=market.state, pieces=pieces, settle=settle):
            _, people, _, book, _, ledger, _ = state.market
            grants = ledger.grants[: ledger.counts[GRANTS]]
            batches = book.batches[grants["slot"]]
            workers = people.workers[people.accounts["worker"][grants["account"]]]
            soon = (batches["said"] & GOOD_NEWS > 0) & (grants["second"] - batches["posted"] < 900)
            pieces.append((workers["reads"] > 0)[soon])
            assert not (batches["said"] & workers["refuses"] & ON_PRINCIPLE).any()
            settle(day)

        market.state.settle = looked_at
        market.run()
        first = np.concatenate(pieces)
        shares.append(first.mean())
        assert len(first) > 300
    assert shares[1] > shares[0] + 2.0 / np.sqrt(len(first))  # two standard errors of a difference, at most
