"""What workers tell each other and what they are not told: by hand, from what the fields of the scenario say."""

import numpy as np
import pytest
import world

from sim.agents.looking import objections
from sim.kernel import records as c
from sim.kernel.memory import records
from sim.markets import batches, settlement, watching
from sim.population import draws

RULES = world.rules(good_news=1.5, bad_news=0.25, bad_news_after=8, forum_speed=4.0, distrust=0.2)


@pytest.mark.parametrize(
    "hourly, reviewed, refused, known_from, said",
    [
        (6.0, 0, 0, 1, 0),  # one and a half times what is advertised is not more than that
        (6.1, 0, 0, 0, c.GOOD_NEWS),
        (1.0, 8, 2, 1, 0),  # a quarter refused is not more than a quarter
        (1.0, 8, 3, 1, c.BAD_NEWS),
        (1.0, 7, 7, 1, 0),  # too few tasks to be told of
        (1.0, 8, 8, 0, 0),  # nobody knows whose they were
        (6.1, 80, 30, 1, c.GOOD_NEWS | c.BAD_NEWS),
    ],
)
def test_forums_tell_of_good_pay_and_of_named_clients_who_refuse_much(hourly, reviewed, refused, known_from, said):
    firms = world.market(np.random.default_rng(1)).firms
    platform, client = firms.platforms[0], firms.clients[0]
    platform["wage"], platform["usual"] = 2.0, np.log(2.0)
    client["reviewed"], client["refused"], client["known_from"] = reviewed, refused, known_from
    for always in (0, c.ON_PRINCIPLE, c.BOYCOTTED):
        client["said"] = always
        assert batches.said_of(RULES, platform, client, hourly) == said | always


def test_in_need_one_works_for_whom_forums_warn_of_and_for_nobody_else_that_one_refuses():
    worker = world.market(np.random.default_rng(1)).people.workers[0]
    worker["refuses"], worker["needy_until"] = c.ON_PRINCIPLE | c.BAD_NEWS | c.BOYCOTTED, 5
    assert objections(worker, 5) == c.ON_PRINCIPLE | c.BAD_NEWS | c.BOYCOTTED
    assert objections(worker, 4) == c.ON_PRINCIPLE | c.BOYCOTTED


def test_who_is_refused_avoids_whom_they_know_and_else_trusts_the_platform_less():
    account = world.market(np.random.default_rng(2)).people.accounts[0]
    account["avoids"], account["expected_return"] = c.NOBODY, 2.0
    settlement.mistrust(0.2, account, 3, 0)
    assert account["avoids"] == c.NOBODY and account["expected_return"] == pytest.approx(1.6)
    settlement.mistrust(0.2, account, 3, 1)
    assert account["avoids"] == 3 and account["expected_return"] == pytest.approx(1.6)


def watched(reads=0, refuses=0, avoids=c.NOBODY, said=0):
    """Seconds after which somebody who watches notices the batch; None if never."""
    made = world.market(np.random.default_rng(3))
    batch, watcher = made.book.batches[0], np.zeros(1, c.WATCHER)[0]
    for name, value in dict(rate=1e-3, speed=1.0, until=c.NEVER, reads=reads, refuses=refuses, avoids=avoids).items():
        watcher[name] = value
    for name, value in dict(posted=100, hourly=1.0, true_seconds=1, client=2, said=said, piece_rate=1).items():
        batch[name] = value
    rows = np.array([watcher], c.WATCHER)
    moment = watching.notices(RULES, 0, made.key, made.people, rows[0], batch, float(c.NEVER))
    return None if moment == c.NEVER else moment - 101


def test_readers_notice_what_forums_tell_of_sooner_and_leave_alone_what_they_refuse():
    alone = watched(said=c.GOOD_NEWS)
    assert watched(reads=c.GOOD_NEWS, said=c.GOOD_NEWS) == pytest.approx(alone / 4.0, abs=1.0) and alone > 40
    assert watched(reads=c.GOOD_NEWS, said=c.BAD_NEWS | c.ON_PRINCIPLE) == alone
    assert watched(refuses=c.BAD_NEWS, said=c.GOOD_NEWS) == alone
    assert watched(refuses=c.BAD_NEWS, said=c.BAD_NEWS) is None
    assert watched(avoids=2) is None and watched(avoids=1) == alone


def test_views_are_held_by_their_shares_and_apart():
    key, workers = np.array([5, 6, 0], np.uint32), records(20_000, c.WORKER)
    nothing = dict.fromkeys(draws.WorkerDistribution._fields, 0.0)
    given = draws.WorkerDistribution(**nothing | {"forum_share": 0.4, "principled": 0.1})
    for i in range(len(workers)):
        draws.hold_views(key, given, i, workers[i])
    reads, principled = workers["reads"] > 0, (workers["refuses"] & c.ON_PRINCIPLE) > 0
    assert ((workers["refuses"] & c.BAD_NEWS > 0) == reads).all()
    assert abs(reads.mean() - 0.4) < 0.011 and abs(principled.mean() - 0.1) < 0.007  # three standard errors
    assert abs((reads & principled).mean() - 0.04) < 0.0042
