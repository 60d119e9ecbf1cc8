"""Markets so simple that the answer is known: no demand, one worker and one batch, more work than anybody wants."""

import numpy as np
import pytest
from opened import Opened
from scipy import stats

from sim import MicroworkMarket, Scenario
from sim.kernel import arrays as r
from sim.kernel import records as c
from sim.kernel import streams
from sim.kernel.categories import ENGAGEMENTS, KINDS, ONCE
from sim.markets import agenda, batches, settlement
from sim.simulation.accounting import check
from sim.simulation.state import State

agenda, batches, settlement = Opened(agenda), Opened(batches), Opened(settlement)

EURO = 1_000_000
REGIMES = ("steady", "seasonal", "volatile", "collapse")
ERRORS = 4.5  # standard errors; a sound market fails once in 150 000 seeds, and the seeds are fixed


def totals(market):
    """Daily counters over days and platforms, by name."""
    return dict(zip(c.DAILY._fields, market.recorder.daily.sum(axis=(0, 1)).tolist(), strict=True))


# --- no demand, no earnings ------------------------------------------------------------------------------------
@pytest.mark.parametrize("platform", ["france", "biface", "deep"])
def test_no_demand_no_earnings(platform):
    market = MicroworkMarket(
        seed=2,
        platform=platform,
        end="2014-08-31",
        population={"people": 800},
        demand={"hours_per_day": 0.0},
        behaviour={"looking_rate": 1.0},
    ).run()
    check(market)
    told = totals(market)
    assert told["looks"] > 1000
    assert told["empty_looks"] == told["looks"] and told["sessions"] == 0
    for name in ("paid_seconds", "tasks_posted", "tasks_done", "pay_micro_euro", "spent_micro_euro", "applied"):
        assert told[name] == 0, name
    assert told["unpaid_seconds"] >= told["looks"] * market.state.rules.search_seconds * 0.99  # cut at midnight
    accounts = market.columns.people.accounts[: market.columns.people.counts[r.ACCOUNTS]]
    assert not accounts["balance"].any() and not accounts["done"].any()


def test_who_finds_nothing_looks_less():
    """Without demand each look multiplies the expected return by one minus the learning rate."""
    market = MicroworkMarket(
        seed=2,
        platform="biface",
        end="2014-08-31",
        population={"people": 800},
        demand={"hours_per_day": 0.0},
        behaviour={"looking_rate": 1.0, "hope": 0.0},
    ).run()
    accounts = market.columns.people.accounts[: market.columns.people.counts[r.ACCOUNTS]]
    looks = market.lifetime["looks"][accounts["worker"]]
    rules, wage = market.state.rules, market.columns.firms.platforms["wage"][0]
    start = State(market.scenario).market.people.accounts
    early = accounts["signed_up"] < 0
    hoped = start["expected_return"][: len(accounts)][early]
    expected = hoped * (1.0 - rules.learning_rate) ** looks[early]
    np.testing.assert_allclose(accounts["expected_return"][early], expected, rtol=1e-5)
    logs = np.log(hoped / (rules.prior_return * wage))
    assert abs(logs.mean()) < ERRORS * rules.prior_log_sd / np.sqrt(len(logs))


# --- one worker, one batch, by hand ----------------------------------------------------------------------------
HAND = {
    "platform": "biface",
    "population": {"people": 1},
    "demand": {"hours_per_day": 0.0},
    "behaviour": {
        "search_seconds": 45.0,
        "pick_seconds": 15.0,
        "instructions_seconds": 30.0,
        "hold_minutes": 10.0,
        "looking_rate": 0.0,
        "lapse_rate": 0.0,
        "joining_rate": 0.0,
        "learning_rate": 0.25,
        "test_minutes": 5.0,
        "newest_first": 1.0,
        "started_share": 1.0,
        "staying": 1.0,
        "watching_weight": 0.1,
    },
    "platform.members.biface.commission": 0.25,
    "platform.members.biface.cash_out_threshold": 2.0,
    "platform.members.biface.cash_out_delay": 10,
    "platform.members.biface.opened": "2010-01-01",
}


def by_hand(
    tasks=25, seconds=60, rate=EURO // 10, at=9 * 3600, strictness=0.0, accuracy=0.5, items=None, together=0, **changes
):
    """A market of one person who sits down for six hours at ten on the first day, and one batch posted at `at`."""
    market = MicroworkMarket(seed=1, end="2014-08-31", **(HAND | changes))
    columns = market.columns
    worker = columns.people.workers[0]
    worker["speed"], worker["accuracy"], worker["reservation_wage"] = 1.0, accuracy, 0.01
    worker["sitting"], worker["day_budget"], worker["attention"] = 1e9, 6 * 3600, 1.0
    worker["state"], worker["needy_until"] = c.LOOKING, 0
    columns.people.accounts["expected_return"][0] = 2.0
    columns.schedule.calendar[:] = c.NOBODY
    slot = batches.write(columns.firms, columns.book, columns.ledger, 0, 0, at, tasks, seconds, seconds, rate)
    batch = columns.book.batches[slot]
    batch["piece_rate"], batch["strictness"], batch["together"] = rate, strictness, together
    batch["items"] = items or tasks
    batch["hourly"], batch["requires"], batch["expires"] = 1.0, 0, 40
    agenda.appear(columns.book, columns.schedule, slot, at)
    agenda.enter(columns.key, columns.people, columns.schedule, 0, 10 * 3600)
    state = market.state
    state.match(0, 0)
    state.settle(0)
    return market, columns.book.batches[slot]


def test_one_worker_one_batch():
    """45 s of search, 30 s of instructions, ten minutes of work, 15 s at the list, and so on: 1500 s are paid.

    Then the list is empty, and he watches it for the rest of his six hours. At 0.10 euro a task of a minute: 2.50 euro
    for 25 tasks, of which the platform adds a quarter as commission.
    """
    market, batch = by_hand()
    today = dict(zip(c.DAILY._fields, market.columns.ledger.today[0].tolist(), strict=True))
    account, month = market.columns.people.accounts[0], market.columns.ledger.months[0]
    unpaid = 45 + 30 + 15 + 15 + 15  # ten, ten and five tasks; the last look at the list finds nothing
    assert (today["looks"], today["sessions"], today["empty_looks"], today["visitors"]) == (1, 1, 0, 1)
    assert (today["paid_seconds"], today["unpaid_seconds"]) == (1500, unpaid)
    assert (month["paid_seconds"], month["unpaid_seconds"], month["looks"], month["sessions"]) == (1500, unpaid, 1, 1)
    watched = 6 * 3600 - 1500 - unpaid
    assert month["watching_seconds"] == watched == today["watching_seconds"]
    assert month["present_seconds"] == 6 * 3600 == today["present_seconds"]
    assert (month["visits"], month["reactions"], month["too_late"]) == (1, 0, 0)
    assert today["pay_micro_euro"] == 2_500_000 == month["earned_micro_euro"]
    assert today["commission_micro_euro"] == 625_000 and today["margin_micro_euro"] == 0
    assert market.columns.firms.clients["spent"][0] == 3_125_000 == today["spent_micro_euro"]
    assert (batch["left"], batch["done"], batch["refused"]) == (0, 25, 0)
    assert (today["tasks_done"], today["tasks_open"], today["tasks_refused"]) == (25, 0, 0)
    ten = 10 * 3600
    assert batch["first_filled"] == ten + 45 + 30
    assert batch["last_filled"] == ten + 45 + 30 + 600 + 15 + 600 + 15 + 300
    assert market.columns.people.workers["used"][0] == 6 * 3600
    assert (account["day_active"], account["day_watched"]) == (1500 + unpaid, watched)
    assert (account["day_earned"], account["day_looks"]) == (2_500_000, 1)


def test_who_does_not_stay_leaves_when_the_list_is_empty():
    market, _ = by_hand(**{"behaviour": HAND["behaviour"] | {"staying": 0.0}})
    today = dict(zip(c.DAILY._fields, market.columns.ledger.today[0].tolist(), strict=True))
    assert market.columns.people.workers["used"][0] == 1620 == today["present_seconds"]
    assert today["watching_seconds"] == 0


def test_what_was_earned_arrives_after_ten_working_days():
    """The second piece of work reaches the threshold of 2 euros; what comes after stays for the next time."""
    market, _ = by_hand()
    account = market.columns.people.accounts[0]
    assert (account["balance"], account["on_its_way"], account["due"]) == (500_000, 2_000_000, 14)  # two weeks
    for day in range(15):
        market.columns.ledger.today[:] = 0
        market.state.pay_out(day)
        assert market.columns.ledger.today[0, c.DAILY.cashed_out_micro_euro] == (2_000_000 if day == 14 else 0)
    assert (account["balance"], account["on_its_way"]) == (500_000, 0)
    assert market.columns.ledger.months["cashed_out_micro_euro"][0] == 2_000_000


def test_below_the_threshold_nothing_is_asked_for():
    market, _ = by_hand(tasks=19)
    account = market.columns.people.accounts[0]
    assert (account["balance"], account["on_its_way"]) == (1_900_000, 0)


def test_one_look_teaches():
    """``R <- mean + (R - mean) (1 - alpha)``, with money that arrives in two weeks and waits for two euros before.

    At 2.5 euros in a first day, for 1620 s of search and work and a tenth of what was watched; the belief is that a
    week brings seven thirtieths of the threshold.
    """
    market, _ = by_hand()
    hours = (1620 + 0.1 * (6 * 3600 - 1620)) / 3600
    market.state.learn(0)
    days = 14 + 2.0 / 2 / ((2.5 + 2.0 * 7 / 30) / 7)
    mean = 2.5 / hours * np.exp(-0.1 / 30.4375 * days)
    learnt = market.columns.people.accounts["expected_return"][0]
    assert learnt == pytest.approx(mean + (2.0 - mean) * 0.75, rel=1e-6)
    assert market.columns.people.workers["last_seen"][0] == 0 and market.columns.people.workers["used"][0] == 0


def test_refused_work_is_unpaid_and_counted():
    """A worker who is right half of the time meets a client who refuses all that is wrong."""
    market, batch = by_hand(tasks=200, strictness=1.0)
    today = dict(zip(c.DAILY._fields, market.columns.ledger.today[0].tolist(), strict=True))
    assert today["tasks_done"] == 200 and 0 < today["tasks_refused"] < 200
    assert abs(today["tasks_refused"] - 100) < ERRORS * np.sqrt(200 / 4)
    assert today["pay_micro_euro"] == (200 - today["tasks_refused"]) * EURO // 10
    spent = today["paid_seconds"] + today["unpaid_seconds"] + today["watching_seconds"]
    assert spent == market.columns.people.workers["used"][0] == 6 * 3600
    assert today["paid_seconds"] <= 60 * (200 - today["tasks_refused"])  # rounded down, piece of work by piece
    assert today["paid_seconds"] > 60 * (200 - today["tasks_refused"]) - 20
    assert batch["refused"] == today["tasks_refused"]


def test_who_looks_at_one_task_takes_or_refuses_the_whole_piece():
    """Twenty pieces of ten minutes, of ten tasks each: half of them are refused, and none in part."""
    market, batch = by_hand(tasks=200, strictness=1.0, together=1)
    refused = int(market.columns.ledger.today[0, c.DAILY.tasks_refused])
    assert refused % 10 == 0 and abs(refused / 10 - 10) < ERRORS * np.sqrt(20 / 4)
    assert market.columns.ledger.today[0, c.DAILY.paid_seconds] == 60 * (200 - refused)
    assert 0 < refused == batch["refused"] < 200


def test_one_item_is_done_once():
    """Of a batch that asks five people for each of five items, one worker may do five tasks."""
    market, batch = by_hand(tasks=25, items=5)
    assert (batch["done"], batch["left"]) == (5, 20)
    assert market.columns.ledger.today[0, c.DAILY.pay_micro_euro] == 5 * EURO // 10


def test_a_day_that_is_used_up():
    """Six hours at most: as many tasks as fit, not one second more."""
    market, batch = by_hand(tasks=10_000)
    worker, today = market.columns.people.workers[0], market.columns.ledger.today[0]
    assert today[c.DAILY.paid_seconds] + today[c.DAILY.unpaid_seconds] == worker["used"] <= 6 * 3600
    assert today[c.DAILY.watching_seconds] == 0
    assert worker["used"] > 6 * 3600 - 60 - 15
    assert batch["left"] == 10_000 - today[c.DAILY.paid_seconds] // 60


def test_who_comes_before_the_tasks_finds_nothing():
    market, batch = by_hand(at=10 * 3600 + 46, **{"behaviour": HAND["behaviour"] | {"staying": 0.0}})
    today = dict(zip(c.DAILY._fields, market.columns.ledger.today[0].tolist(), strict=True))
    assert (today["looks"], today["empty_looks"], today["tasks_done"], today["tasks_open"]) == (1, 1, 0, 25)
    assert today["unpaid_seconds"] == 45 and batch["first_filled"] == -1


@pytest.mark.parametrize(("minutes", "posted"), [(0.01, 11 * 3600), (30.0, 11 * 3600), (0.01, 16 * 3600 - 75)])
def test_who_has_stayed_notices_what_appears(minutes, posted):
    """After a delay of his own, exponential about the mean that platforms halve by notifying: then he reads the batch
    for 15 s and its instructions for 30.

    He has watched from 45 s past ten, when the list had nothing, and watches again when the tasks are done, but for the
    15 s of each look at the list between pieces of work. He goes at four, and to nothing that cannot be done by then.
    """
    notified = {"platform.members.biface.notification": 1.0}
    market, batch = by_hand(at=posted, **notified, behaviour=HAND["behaviour"] | {"reaction_minutes": minutes})
    today = dict(zip(c.DAILY._fields, market.columns.ledger.today[0].tolist(), strict=True))
    assert (today["looks"], today["empty_looks"], today["sessions"], today["too_late"]) == (1, 1, 0, 0)
    assert today["present_seconds"] == 6 * 3600
    luck = streams.draw(market.columns.key, streams.WATCH, batch["k"], 0, market.columns.firms.clients["who"][0])
    noticed = posted + 1 + int(-np.log(luck) * max(60 * minutes, 1) / 2)
    if posted > 11 * 3600:
        assert (today["reactions"], today["tasks_done"], today["unpaid_seconds"]) == (0, 0, 45)
    else:
        assert (today["reactions"], today["tasks_done"], today["paid_seconds"]) == (1, 25, 1500)
        assert batch["first_filled"] == noticed + 15 + 30
        assert today["unpaid_seconds"] == 45 + 15 + 30 + 15 + 15 + 15
    assert today["watching_seconds"] == 6 * 3600 - today["paid_seconds"] - today["unpaid_seconds"]


def test_a_test_awaits_who_has_done_enough():
    """Ten tasks approved: five minutes of an unpaid test, passed by chance accuracy squared."""
    market, _ = by_hand(tasks=10, accuracy=0.999)
    columns = market.columns
    before = int(columns.ledger.today[0, c.DAILY.unpaid_seconds])
    agenda.enter(columns.key, columns.people, columns.schedule, 0, 20 * 3600)
    market.state.match(0, 0)
    assert columns.ledger.today[0, c.DAILY.unpaid_seconds] - before == 45 + 300
    assert columns.people.accounts["qualification"][0] == 1


def test_who_looks_every_week_is_very_active_on_any_day():
    """Looks on days 2, 9, 16, 23 and 30 only: until day 36 each of the last four stretches of seven days has one."""
    market = MicroworkMarket(seed=1, end="2014-08-31", **HAND)
    worker = market.columns.people.workers[0]
    worker["last_seen"], worker["days_seen"] = 30, sum(1 << d for d in (0, 7, 14, 21, 28))
    found = []
    for today in range(30, 37):
        market.day = today + 1
        found.append(ENGAGEMENTS[market.engagement()[0]])
    assert found == ["very_active"] * 7


def test_who_is_banned_everywhere_stops_looking():
    market, _ = by_hand(**{"behaviour": HAND["behaviour"] | {"looking_rate": 5.0, "lapse_rate": 0.01}})
    market.columns.people.accounts["state"][0] = c.BANNED
    market.state.learn(0)
    assert market.columns.people.workers["looking_rate"][0] == 0.0
    assert market.columns.people.workers["state"][0] == c.LAPSED


def test_refusals_of_many_tasks():
    assert settlement.refusals(3600, 0.5, 0.5) == stats.binom.ppf(0.5, 3600, 0.5)


# --- more work than anybody wants ------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def ample():
    """Several hundred times the usual work, short tasks at good pay, and nobody picky."""
    fare = {
        "share": 1.0,
        "seconds": 10.0,
        "seconds_log_sd": 0.0,
        "redundancy": 1,
        "hourly": 4.0,
        "smallest": 1,
        "french": 1.0,
    }
    bill = Scenario.load(platform="biface").platform.members["biface"].tasks
    market = MicroworkMarket(
        seed=4,
        platform="biface",
        demand="steady",
        end="2014-08-15",
        population={"people": 150},
        behaviour={
            "reservation_wage": 0.01,
            "reservation_wage_log_sd": 0.0,
            "sitting_minutes": 120.0,
            "looking_rate_max": 2.0,
            "distrust": 0.0,  # and no client is avoided: refusals are not what this is about
            "drift_half_life_days": 900.0,
        },
        **{"platform.members.biface.names_clients": 0.0},
        **{"platform.members.biface.tasks": {name: fare | {"share": float(name == "annotation")} for name in bill}},
        **{"demand.hours_per_day": 1_000_000.0, "platform.members.biface.patience_days": 60.0},
        **{"demand.patience_log_sd": 0.0},
        **{"platform.members.biface.requires": [1.0, 0.0, 0.0, 0.0]},
    )
    market.run()
    check(market)
    return market


def test_ample_demand_is_not_rationed(ample):
    """A look fails only if the sitting ends before the first task fits: with sittings of two hours, less than one
    in twenty of those of a minute, plus the first day, before anything is posted.
    """
    later = ample.recorder.daily[14:].sum(axis=(0, 1))
    assert later[c.DAILY.looks] > 1000
    assert later[c.DAILY.empty_looks] < 0.05 * later[c.DAILY.looks]
    assert later[c.DAILY.tasks_open] > 0
    assert later[c.DAILY.paid_seconds] > 3 * later[c.DAILY.unpaid_seconds]


def test_attention_tells_at_the_top_too(ample):
    """Where work pays hundreds of times the reservation wage, all look as often as they ever would; not all alike."""
    accounts, workers = ample.columns.people.accounts, ample.columns.people.workers
    able = np.isin(np.arange(len(workers)), accounts["worker"][accounts["step"] == c.STARTED])
    looking = workers[able & (workers["state"] == c.LOOKING) & (workers["looking_rate"] > 0.0)]
    assert len(looking) > 30 and looking["attention"].max() > 3 * looking["attention"].min()
    np.testing.assert_allclose(looking["looking_rate"], 2.0 * looking["attention"], rtol=1e-6)


# --- the street outside ----------------------------------------------------------------------------------------
def visited(**own):
    """Two months of the ecosystem; what was counted, and its tests' batches."""
    shops = {"behaviour.looking_rate": 2.0, "behaviour.reservation_wage": 0.5, "population.people": 1500}
    shops |= {"demand.hours_per_day": 50_000.0, "behaviour.reach_km": 30.0}
    market = MicroworkMarket(seed=3, platform="ecosystem", start="2018-05-01", end="2018-06-30", **(shops | own)).run()
    check(market)
    return market, totals(market)


def test_shops_are_for_who_has_a_smartphone_and_cost_a_way_that_nobody_pays():
    market, told = visited()
    assert told["shop_visits"] > 20 and told["travel_seconds"] > 60 * told["shop_visits"]
    went = market.lifetime["shop_visits"] > 0
    assert market.columns.people.persons["smartphone"][went].all()
    assert not market.lifetime["travel_seconds"][~went].any()
    _, without = visited(**{"population.traits.smartphone": [0.0] * 5})
    assert without["shop_visits"] == without["travel_seconds"] == 0 and without["tasks_done"] > 1000
    _, at_home = visited(**{"behaviour.travels": False})
    assert at_home["shop_visits"] > told["shop_visits"] and at_home["travel_seconds"] == 0


def test_a_test_takes_everybody_once_and_cashback_pays_in_vouchers():
    members = Scenario.load(platform="ecosystem").platform.members
    assert all(members[key].vouchers and members[key].tasks["promotion"].share > 0.3 for key in ("loonea", "moolineo"))
    more = {"policy": "demand_change", "policy.demand_change.factor": 50.0, "policy.start": "2018-05-02"}
    market, _ = visited(**more)
    tests = market.recorder.batches(market.columns)
    tests = tests[np.isin(tests["kind"], [KINDS.index(name) for name in ONCE])]
    assert len(tests) > 50 and tests["size"].max() > 2000 and (tests["items"] == 1).all()
