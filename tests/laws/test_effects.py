"""What each policy changes on its day, written from its declaration, on a market of three platforms."""

import datetime
from types import SimpleNamespace

import numpy as np
import pytest
import twin
import twin_policies
import world

from sim.kernel import arrays as r
from sim.kernel import records as c
from sim.kernel.categories import KINDS
from sim.kernel.units import MICRO
from sim.policies import effects, kernels, levers
from sim.policies.state import Call, PolicyState

DAY = 6
A, B, DEEP = range(3)  # the two platforms with lists, and the one of deep labour


def state(policy=None, days=12, **own):
    """The market's state: round prices, four clients of whom the third and the fourth are of deep labour."""
    made = world.market(np.random.default_rng(5))
    platforms, clients = made.firms.platforms, made.firms.clients
    platforms["commission"], platforms["margin"] = [200_000, 100_000, 0], [0, 0, 500_000]
    platforms["wage"], platforms["admitted"], platforms["least_pay"], platforms["search_paid"] = (
        [3.0, 8.0, 6.0],
        [1.0, 0.5, 0.25],
        0.0,
        0,
    )
    platforms["listed"], platforms["contracts"] = [True, True, False], [False, False, True]
    clients["wage"], clients["scale"], clients["volume"] = [4.0, 5.0, 6.0, 7.0], 1.0, [10.0, 30.0, 20.0, 0.0]
    clients["first_day"], clients["last_day"], clients["kind"], clients["ended"] = 0, [6, 20, 11, 5], [1, 2, 1, 1], 0
    chosen = SimpleNamespace(employment_presumption=None, demand_elasticity=2.0, **policy or {})
    return SimpleNamespace(
        market=made, policy=PolicyState.of(platforms), scenario=SimpleNamespace(policy=chosen), days=days, **own
    )


def told(**own):
    return SimpleNamespace(**own)


def test_a_minimum_rate_is_a_floor_under_every_second_and_what_is_advertised():
    market = state()
    market.market.firms.platforms["least_pay"] = [0.0, 5000.0, 0.0]
    effects.minimum_rate(told(hourly=7.2), market, DAY)
    platforms = market.market.firms.platforms
    assert platforms["least_pay"].tolist() == pytest.approx([2000.0, 5000.0, 2000.0])  # micro-euro a second
    assert platforms["wage"].tolist() == pytest.approx([7.2, 8.0, 7.2])


def test_the_cost_of_search_is_smoothed_and_borne_by_clients_up_to_five_times_pay():
    market = state()
    own, platforms, lately = told(payer="clients"), market.market.firms.platforms, market.policy
    platforms["search_paid"] = [100, 0, 7]
    effects.paid_search(own, market, DAY)
    assert lately.search_paid.tolist() == [100, 0, 7] and lately.commission.tolist() == [200_000, 100_000, 0]
    platforms["search_paid"] += [400, 30_000, 0]
    lately.paid[:] = [1400, 30_000, 50]  # of the day before, search included
    effects.share_search(own, market, DAY)
    assert lately.search_cost.tolist() == pytest.approx([40.0, 3000.0, 0.0])
    assert lately.work_cost.tolist() == pytest.approx([100.0, 0.0, 5.0])
    assert platforms["commission"].tolist() == [200_000 + 400_000, 100_000 + 5_000_000, 0]
    assert platforms["dearer"].tolist() == pytest.approx([1.6 / 1.2, 6.1 / 1.1, 1.0])
    platforms["search_paid"] += [300, 20, 0]
    lately.paid[:] = [300, 0, 0]
    effects.share_search(own, market, DAY + 1)  # the second day weighs a tenth
    assert lately.search_cost.tolist() == pytest.approx([0.9 * 40 + 30, 2702.0, 0.0])
    assert lately.work_cost.tolist() == pytest.approx([90.0, 0.0, 4.5])
    assert platforms["commission"][A] == 200_000 + round(66 / 90 * MICRO)
    before = platforms.copy()
    effects.share_search(told(payer="platform"), market, DAY + 2)
    assert platforms["commission"].tolist() == before["commission"].tolist()


def test_without_work_a_micro_euro_of_search_is_all_the_surcharge():
    market = state()
    effects.paid_search(told(payer="clients"), market, DAY)
    market.market.firms.platforms["search_paid"] += [2, 0, 0]
    effects.share_search(told(payer="clients"), market, DAY)
    assert market.market.firms.platforms["commission"][A] == 200_000 + 200_000  # 0.2 over a work of one at least


def test_balances_are_on_their_way_once_there_is_no_threshold():
    market = state()
    slow = twin.copied(market.market)
    market.market.firms.platforms["cash_out_delay"] = slow.firms.platforms["cash_out_delay"] = [1, 5, 20]
    effects.no_cash_out_threshold(told(within=5), market, DAY)
    platforms = market.market.firms.platforms
    assert platforms["cash_out_threshold"].tolist() == [0, 0, 0] and platforms["cash_out_delay"].tolist() == [1, 5, 5]
    slow.firms.platforms["cash_out_threshold"], slow.firms.platforms["cash_out_delay"] = 0, [1, 5, 5]
    twin_policies.release(DAY, slow)
    for name in ("balance", "on_its_way", "due"):
        np.testing.assert_array_equal(market.market.people.accounts[name], slow.people.accounts[name])
    asked = set(np.flatnonzero(market.market.people.accounts["due"] != c.NOBODY).tolist())
    paid = [
        a
        for head in market.market.schedule.payments
        for a in twin.followed(head, market.market.people.accounts["due_link"])
    ]
    assert asked and set(paid) <= asked


def test_levels_count_everywhere():
    market = state()
    slow = twin.copied(market.market)
    effects.portable_qualifications(told(lost_levels=1), market, DAY)
    twin_policies.recognise(slow, 1)
    np.testing.assert_array_equal(market.market.people.accounts["qualification"], slow.people.accounts["qualification"])


@pytest.mark.parametrize("readmit", [True, False])
def test_an_open_door_lets_in_all_and_at_times_those_turned_away_before(readmit):
    market = state()
    market.market.people.accounts["state"][:3] = [c.TURNED_AWAY, c.BANNED, c.REGISTERED]
    effects.open_sign_up(told(readmit=readmit), market, DAY)
    assert market.market.firms.platforms["admitted"].tolist() == [1.0, 1.0, 1.0]
    states = market.market.people.accounts["state"]
    assert states[:3].tolist() == [c.REGISTERED if readmit else c.TURNED_AWAY, c.BANNED, c.REGISTERED]


def test_a_platform_that_has_its_number_turns_everybody_away():
    market = state()
    accounts, platforms = market.market.people.accounts, market.market.firms.platforms
    market.market.people.counts[r.ACCOUNTS] = 6
    accounts["platform"][:6], accounts["state"][:6] = [A, A, B, B, B, DEEP], c.REGISTERED
    accounts["state"][4] = c.TURNED_AWAY
    own = told(ratio=1.5)
    effects.sign_up_cap(own, market, DAY)
    assert market.policy.most_accounts.tolist() == [3.0, 3.0, 1.5]
    effects.keep_cap(own, market, DAY)
    assert platforms["admitted"].tolist() == [1.0, 0.5, 0.25]
    market.market.people.counts[r.ACCOUNTS] = 9
    accounts["platform"][6:9], accounts["state"][6:9] = [A, B, DEEP], c.REGISTERED
    effects.keep_cap(own, market, DAY)  # three of three, three of three, two of one and a half
    assert platforms["admitted"].tolist() == [0.0, 0.0, 0.0]
    accounts["state"][7] = c.TURNED_AWAY
    effects.keep_cap(own, market, DAY)  # never wanted: nobody gives an account back, but the door would open again
    assert platforms["admitted"].tolist() == [0.0, 0.5, 0.0]


def test_a_commission_taken_from_pay_is_what_clients_save_but_for_what_they_pass_on():
    market = state()
    effects.commission_on_workers(told(share=0.5, passed_on=0.0), market, DAY)
    platforms, clients = market.market.firms.platforms, market.market.firms.clients
    kept = np.array([1.1 / 1.2, 1.05 / 1.1, 1.0, 1.0])
    assert clients["wage"].tolist() == pytest.approx((kept * [4.0, 5.0, 6.0, 7.0]).tolist())
    assert clients["scale"].tolist() == pytest.approx((kept**-2.0).tolist())
    assert platforms["wage"].tolist() == pytest.approx((kept[[0, 1, 3]] * [3.0, 8.0, 6.0]).tolist())
    market = state()
    effects.commission_on_workers(told(share=1.0, passed_on=0.5), market, DAY)
    kept = np.array([1.2, 1.1, 1.0, 1.0]) ** -0.5
    assert market.market.firms.clients["wage"].tolist() == pytest.approx((kept * [4.0, 5.0, 6.0, 7.0]).tolist())


def test_employment_means_a_floor_contributions_and_notice():
    market = state(days=12)
    market.market.firms.platforms["wage"][A] = 0.5
    clients = market.market.firms.clients
    clients["platform"], clients["last_day"] = [A, DEEP, DEEP, DEEP], [7, 6, 11, 12]
    effects.employment_presumption(
        told(hourly=9.0, contributions=0.4, assiduity_floor=0.3, notice_days=30), market, DAY
    )
    platforms = market.market.firms.platforms
    assert platforms["least_pay"].tolist() == pytest.approx([0, 0, 2500.0]) and platforms["wage"].tolist() == [
        0.5,
        8.0,
        9.0,
    ]
    assert platforms["margin"].tolist() == [0, 0, 900_000] and platforms["commission"].tolist() == [200_000, 100_000, 0]
    assert platforms["dearer"].tolist() == pytest.approx([1.0, 1.0, 1.9 / 1.5])
    assert platforms["assiduity_floor"].tolist() == pytest.approx([0.0, 0.0, 0.3])
    assert clients["last_day"].tolist() == [
        7,
        36,
        41,
        12,
    ]  # who ends within the run gives notice; who ended before does not
    clients["last_day"] = [5, 5, 5, 5]
    effects.employment_presumption(told(hourly=0, contributions=0, assiduity_floor=0, notice_days=30), market, DAY)
    assert clients["last_day"].tolist() == [5, 5, 5, 5]


PLAIN = dict(share=0.5, heard_by="all", told=0.5, against="platforms", needed=0.0, banned=0.0, reservoir=True)


@pytest.mark.parametrize("reservoir", [True, False])
@pytest.mark.parametrize("days,until", [(3, 9), (6, 12), (50, 12)])
def test_a_boycott_keeps_away_a_share_of_the_active(reservoir, days, until):
    """Heard of by everybody, nobody looking who else takes part: the same people, as long, as by a call to all."""
    market = state()
    market.market.people.workers["last_seen"] = [6, 5, 0, c.NOBODY, c.NOBODY]
    slow = twin.copied(market.market)
    own = told(**PLAIN | {"reservoir": reservoir}, days=days)
    effects.boycott(own, market, DAY)
    for day in range(DAY, until + 1):
        effects.keep_out(own, market, day)
    twin_policies.call_out(DAY, slow, 0.5, until, reservoir)
    np.testing.assert_array_equal(market.market.people.workers["away_until"], slow.people.workers["away_until"])
    assert set(market.policy.call.out) == {market.policy.call.out[0]} and not market.policy.call.fell_apart


@pytest.mark.parametrize("against", ["platforms", "client"])
@pytest.mark.parametrize("heard_by", ["all", "forum", "surroundings"])
def test_a_call_is_its_twin_week_by_week(heard_by, against):
    fell, barred = 0, 0
    for seed in range(40):
        market, rng = state(days=60), np.random.default_rng(seed)
        made = market.market
        made.key[:2] = rng.integers(0, 2**32, 2)
        made.people.workers["last_seen"], made.people.workers["away_until"] = [6, 5, 0, 3, c.NOBODY], 0
        made.people.workers["refuses"] &= 0xFF ^ c.BOYCOTTED
        made.people.workers["reads"] = rng.choice([0, c.GOOD_NEWS], world.WORKERS, p=[0.2, 0.8])
        made.firms.platforms["own_forum"], made.firms.clients["known_from"] = rng.random(world.PLATFORMS) < 0.7, 1
        slots = [world.batch(made, rng, n, None) for n in range(4)]
        made.book.batches["said"] &= 0xFF ^ c.BOYCOTTED
        own = told(
            **PLAIN | {"share": 0.6, "heard_by": heard_by, "against": against, "needed": 0.9, "banned": 0.5}, days=25
        )
        slow = twin.copied(made)
        effects.boycott(own, market, DAY)
        client = 1 if against == "client" else None  # who asks for most on a list
        counts, joined = twin_policies.call_up(DAY, slow, own, DAY + 25, client)
        banned = twin_policies.bar(DAY, slow, own.banned) if heard_by == "forum" else 0
        call, out = market.policy.call, [len(joined)]
        assert call.counts.tolist() == counts and call.barred == banned
        for day in range(DAY, DAY + 27):
            effects.keep_out(own, market, day)
            if day - DAY in (7, 14, 21):
                again = None if client else min(day + 7, DAY + 25)
                out.append(twin_policies.look_around(day, DAY, slow, out[-1] / max(counts[0], 1), own.needed, again))
            if day == DAY + 25:
                slow.people.workers["refuses"] &= 0xFF ^ c.BOYCOTTED
            for name in ("away_until", "refuses"):
                np.testing.assert_array_equal(made.people.workers[name], slow.people.workers[name], err_msg=name)
            said = (made.book.batches["said"][slots] & c.BOYCOTTED) > 0
            its = (made.book.batches["client"][slots] == 1) & (day < DAY + 25) & (against == "client")
            np.testing.assert_array_equal(said, its)
        np.testing.assert_array_equal(made.people.accounts["state"], slow.people.accounts["state"])
        np.testing.assert_array_equal(made.ledger.today, slow.ledger.today)
        assert call.out == out
        fell, barred = fell + call.fell_apart, barred + call.barred
    assert fell > 0 and (barred > 0) == (heard_by == "forum")


def test_nobody_can_boycott_a_client_whose_name_nobody_knows():
    market = state()
    market.market.people.workers["last_seen"] = DAY
    market.market.firms.clients["known_from"] = [1, 0, 1, 1]
    effects.boycott(told(**PLAIN | {"share": 1.0, "against": "client"}, days=3), market, DAY)
    assert market.policy.call.against == 1 and not market.policy.call.counts.any()


def test_a_call_falls_apart_once_fewer_than_half_of_those_who_joined_take_part():
    for out, weeks in (([10, 5, 5], 0), ([10, 6, 4, 0], 2), ([0, 0], 0), ([9, 4], 1)):
        call = Call(DAY, DAY + 30, c.NOBODY, out=out)
        assert call.fell_apart == weeks == call.numbers()["boycott.fell_apart"]


def test_who_was_seen_thirty_days_ago_is_active_and_thirty_one_days_ago_not():
    for share, away in ((1.0, [50, 50, 0, 0]), (0.0, [0, 0, 0, 0])):
        made = world.market(np.random.default_rng(1))
        workers = made.people.workers[:4]
        workers["last_seen"], workers["away_until"] = [40, 10, 9, c.NOBODY], 0
        kernels.call_out(40, made.key, made.people._replace(workers=workers), share, 50, True)
        assert workers["away_until"].tolist() == away
    lot = kernels.lot(made.key, 40, 0)[0]
    for share, until in ((lot, 0), (np.nextafter(lot, 1.0), 50)):
        kernels.call_out(40, made.key, made.people._replace(workers=workers[:1]), share, 50, True)
        assert workers["away_until"][0] == until
    workers["away_until"] = 0
    kernels.call_out(40, made.key, made.people._replace(workers=workers), 0.0, 50, False)
    assert workers["away_until"].tolist() == [0, 0, 50, 50]


def test_a_placebo_is_a_week_and_leaves_the_reservoir():
    market = state()
    market.market.people.workers["last_seen"], market.market.people.workers["away_until"] = (
        [6, 6, 6, c.NOBODY, c.NOBODY],
        0,
    )
    effects.placebo(told(share=1.0), market, DAY)
    assert market.market.people.workers["away_until"].tolist() == [13, 13, 13, 0, 0]


def test_a_client_that_pays_more_alone_asks_for_the_same_and_all_together_for_less():
    market = state()
    effects.raise_alone(told(raised=0.25, clients="largest", rank=1), market, DAY)
    clients, platforms = market.market.firms.clients, market.market.firms.platforms
    assert clients["wage"].tolist() == [4.0, 6.25, 6.0, 7.0] and clients["scale"].tolist() == [1.0] * 4
    assert platforms["wage"].tolist() == [3.0, 8.0, 6.0]
    market = state()
    effects.raise_alone(told(raised=0.25, clients="all"), market, DAY)
    clients, platforms = market.market.firms.clients, market.market.firms.platforms
    assert clients["wage"].tolist() == [5.0, 6.25, 7.5, 8.75] and clients["scale"].tolist() == pytest.approx([0.64] * 4)
    assert platforms["wage"].tolist() == [3.75, 10.0, 7.5]


def test_demand_changes_for_all_and_automation_for_one_kind():
    market = state()
    market.market.firms.clients["kind"] = [KINDS.index("survey"), 0, KINDS.index("survey"), 1]
    effects.demand_change(told(factor=3.0), market, DAY)
    effects.automation(told(kind="survey", use=None, share=0.75, feeds=None, fed=0.0), market, DAY)
    assert market.market.firms.clients["scale"].tolist() == [0.75, 3.0, 0.75, 3.0]


def test_automation_of_a_use_feeds_another_in_proportion_to_what_is_still_asked_for():
    """Two clients verify, one prepares; what is over, or has not come by the end, neither feeds nor is fed."""
    market, verify = state(), KINDS.index("moderation")
    clients = market.market.firms.clients
    clients["kind"] = [0, verify, KINDS.index("information_search"), KINDS.index("survey")]
    clients["volume"], clients["first_day"], clients["last_day"] = [10.0, 30.0, 20.0, 7.0], [0, 0, 9, 0], [7, 5, 20, 20]
    slopes = np.array([[2.0], [3.0], [1.0], [1.0]])  # by use
    market.market = market.market._replace(demand=market.market.demand._replace(intensity=slopes * np.arange(13)))
    effects.automation(told(kind=None, use="preparation", share=0.5, feeds="verification", fed=0.6), market, DAY)
    # Days 6 and 7 at 2 a day are left of 10 seconds: 40, half gone. The second is over; the third has 3 days of 3.
    fed = 1.0 + 0.6 * 20.0 / (20.0 * 9.0)
    assert clients["scale"].tolist() == pytest.approx([0.5, fed, fed, 1.0])
    effects.automation(told(kind="survey", use=None, share=0.5, feeds="imitation", fed=1.0), market, DAY)
    assert clients["scale"].tolist() == pytest.approx([0.5, fed, fed, 0.5])  # nobody imitates: nothing is fed


def test_the_largest_clients_leave_at_once_or_after_their_notice():
    for presumed, last in ((None, [6, 5, 5, 5]), (told(notice_days=30), [6, 5, 35, 5])):
        market = state()
        market.scenario.policy.employment_presumption = presumed
        effects.largest_client_leaves(told(clients=2), market, DAY)
        clients = market.market.firms.clients
        assert clients["last_day"].tolist() == last and clients["ended"].tolist() == [0, 1, 1, 0]


def test_the_largest_is_one_who_is_there_and_asks_for_something():
    market = state().market
    clients = market.firms.clients
    assert levers.largest_biface(market, DAY).tolist() == [1]
    assert levers.largest_biface(market, DAY, rank=2).tolist() == [0]
    clients["volume"][1] = 10.0
    assert levers.largest_biface(market, DAY).tolist() == [0]  # of equals the first
    assert levers.largest_biface(market, DAY + 1).tolist() == [1]  # whose last day is over is gone
    clients["first_day"][1] = DAY + 2
    assert levers.largest_biface(market, DAY + 1).tolist() == []
    clients["volume"][1], clients["first_day"][1] = 0.0, DAY + 1
    assert levers.largest_biface(market, DAY + 1).tolist() == []
    clients["volume"][1] = 0.5
    assert levers.largest_biface(market, DAY + 1).tolist() == [1]


def legislated(monkeypatch, chosen, day):
    """What is done on a day under policies that begin on the sixth."""
    done, begin = [], datetime.date(2020, 1, 1)
    for table, when in ((effects.FIRST_DAY, "first"), (effects.EVERY_DAY, "every")):
        for name in table:
            monkeypatch.setitem(table, name, lambda own, state, day, when=when: done.append((when, own, day)))
    monkeypatch.setattr(effects, "with_policies", lambda rules, scenario: done.append("rules"))
    own = {name: f"own {name}" for name in chosen}
    policy = SimpleNamespace(chosen=chosen, start=begin + datetime.timedelta(DAY), **own)
    effects.legislate(SimpleNamespace(rules=None, scenario=SimpleNamespace(policy=policy, start=begin)), day)
    return done


def test_policies_come_into_force_on_their_day_and_some_are_kept_up(monkeypatch):
    chosen = ["sign_up_cap", "minimum_rate", "reviewed_refusals"]
    assert legislated(monkeypatch, chosen, 5) == legislated(monkeypatch, [], 6) == []
    first = [("first", "own sign_up_cap", 6), ("first", "own minimum_rate", 6), ("every", "own sign_up_cap", 6)]
    assert legislated(monkeypatch, chosen, 6) == ["rules", *first]
    assert legislated(monkeypatch, chosen, 7) == [("every", "own sign_up_cap", 7)]
