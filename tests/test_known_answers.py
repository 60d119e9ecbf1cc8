"""Markets so simple that the answer is known: no demand, one worker and one batch, more work than anybody wants."""

import datetime

import numpy as np
import pytest
from opened import Opened
from scipy import stats

from sim import MicroworkMarket, Scenario
from sim import columns as c
from sim import rules as r
from sim.agents.birth import found
from sim.books import check
from sim.demand import YEAR, intensity, kinds, mean_size
from sim.markets import agenda, posting, settlement
from sim.state import State
from sim.streams import make_key

agenda, posting, settlement = Opened(agenda), Opened(posting), Opened(settlement)

EURO = 1_000_000
REGIMES = ("steady", "seasonal", "volatile", "collapse")
ERRORS = 4.5  # standard errors; a sound market fails once in 150 000 seeds, and the seeds are fixed


def totals(market):
    """Daily counters over days and platforms, by name."""
    return dict(zip(c.DAILY, market.recorder.daily.sum(axis=(0, 1)).tolist(), strict=True))


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
    accounts = market.columns.accounts[: market.columns.counts[r.ACCOUNTS]]
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
    accounts = market.columns.accounts[: market.columns.counts[r.ACCOUNTS]]
    looks = market.lifetime["looks"][accounts["worker"]]
    rules, wage = market.state.rules, market.columns.platforms["wage"][0]
    start = State(market.scenario).market.accounts
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
    },
    "platform.members.biface.commission": 0.25,
    "platform.members.biface.cash_out_threshold": 2.0,
    "platform.members.biface.cash_out_delay": 10,
    "platform.members.biface.opened": "2010-01-01",
}


def by_hand(tasks=25, seconds=60, rate=EURO // 10, at=9 * 3600, strictness=0.0, accuracy=0.5, items=None, **changes):
    """A market of one person who sits down at ten on the first day, and one batch posted at `at`."""
    market = MicroworkMarket(seed=1, end="2014-08-31", **(HAND | changes))
    columns = market.columns
    worker = columns.workers[0]
    worker["speed"], worker["accuracy"], worker["reservation_wage"] = 1.0, accuracy, 0.01
    worker["sitting"], worker["day_budget"] = 1e9, 6 * 3600
    worker["state"], worker["needy_until"] = c.LOOKING, 0
    columns.accounts["expected_return"][0] = 2.0
    columns.calendar[:] = c.NOBODY
    slot = posting.write(columns, 0, 0, at, tasks, seconds, 1.0)
    batch = columns.book[slot]
    batch["piece_rate"], batch["strictness"], batch["items"] = rate, strictness, items or tasks
    batch["hourly"], batch["requires"], batch["expires"] = 1.0, 0, 40
    agenda.appear(columns, slot, at)
    agenda.enter(columns, 0, 10 * 3600)
    state = market.state
    state.match(0, 0)
    state.settle(0)
    return market, columns.book[slot]


def test_one_worker_one_batch():
    """45 s of search, 30 s of instructions, ten minutes of work, 15 s at the list, and so on: 1500 s are paid.

    At 0.10 euro a task of a minute: 2.50 euro for 25 tasks, of which the platform adds a quarter as commission.
    """
    market, batch = by_hand()
    today = dict(zip(c.DAILY, market.columns.today[0].tolist(), strict=True))
    account, month = market.columns.accounts[0], market.columns.months[0]
    unpaid = 45 + 30 + 15 + 15 + 15  # ten, ten and five tasks; the last look at the list finds nothing
    assert (today["looks"], today["sessions"], today["empty_looks"], today["visitors"]) == (1, 1, 0, 1)
    assert (today["paid_seconds"], today["unpaid_seconds"]) == (1500, unpaid)
    assert (month["paid_seconds"], month["unpaid_seconds"], month["looks"], month["sessions"]) == (1500, unpaid, 1, 1)
    assert today["pay_micro_euro"] == 2_500_000 == month["earned_micro_euro"]
    assert today["commission_micro_euro"] == 625_000 and today["margin_micro_euro"] == 0
    assert market.columns.clients["spent"][0] == 3_125_000 == today["spent_micro_euro"]
    assert (batch["left"], batch["done"], batch["refused"]) == (0, 25, 0)
    assert (today["tasks_done"], today["tasks_open"], today["tasks_refused"]) == (25, 0, 0)
    ten = 10 * 3600
    assert batch["first_filled"] == ten + 45 + 30
    assert batch["last_filled"] == ten + 45 + 30 + 600 + 15 + 600 + 15 + 300
    assert market.columns.workers["used"][0] == 1500 + unpaid
    assert account["day_return"] == pytest.approx(2.5 * 3600 / 1620) and account["day_looks"] == 1


def test_what_was_earned_arrives_after_ten_working_days():
    """The second piece of work reaches the threshold of 2 euros; what comes after stays for the next time."""
    market, _ = by_hand()
    account = market.columns.accounts[0]
    assert (account["balance"], account["on_its_way"], account["due"]) == (500_000, 2_000_000, 14)  # two weeks
    for day in range(15):
        market.columns.today[:] = 0
        market.state.pay_out(day)
        assert market.columns.today[0, c.D_CASHED] == (2_000_000 if day == 14 else 0)
    assert (account["balance"], account["on_its_way"]) == (500_000, 0)
    assert market.columns.months["cashed_out_micro_euro"][0] == 2_000_000


def test_below_the_threshold_nothing_is_asked_for():
    market, _ = by_hand(tasks=19)
    account = market.columns.accounts[0]
    assert (account["balance"], account["on_its_way"]) == (1_900_000, 0)


def test_one_look_teaches():
    """``R <- mean + (R - mean) (1 - alpha)``, then the rate follows from return over reservation wage."""
    market, _ = by_hand()
    market.state.learn(0)
    mean = 2.5 * 3600 / 1620
    learnt = market.columns.accounts["expected_return"][0]
    assert learnt == pytest.approx(mean + (2.0 - mean) * 0.75, rel=1e-6)
    assert market.columns.workers["last_seen"][0] == 0 and market.columns.workers["used"][0] == 0


def test_refused_work_is_unpaid_and_counted():
    """A worker who is right half of the time meets a client who refuses all that is wrong."""
    market, batch = by_hand(tasks=200, strictness=1.0)
    today = dict(zip(c.DAILY, market.columns.today[0].tolist(), strict=True))
    assert today["tasks_done"] == 200 and 0 < today["tasks_refused"] < 200
    assert abs(today["tasks_refused"] - 100) < ERRORS * np.sqrt(200 / 4)
    assert today["pay_micro_euro"] == (200 - today["tasks_refused"]) * EURO // 10
    assert today["paid_seconds"] + today["unpaid_seconds"] == market.columns.workers["used"][0]
    assert today["paid_seconds"] <= 60 * (200 - today["tasks_refused"])  # rounded down, piece of work by piece
    assert today["paid_seconds"] > 60 * (200 - today["tasks_refused"]) - 20
    assert batch["refused"] == today["tasks_refused"]


def test_one_item_is_done_once():
    """Of a batch that asks five people for each of five items, one worker may do five tasks."""
    market, batch = by_hand(tasks=25, items=5)
    assert (batch["done"], batch["left"]) == (5, 20)
    assert market.columns.today[0, c.D_PAY] == 5 * EURO // 10


def test_a_day_that_is_used_up():
    """Six hours at most: as many tasks as fit, not one second more."""
    market, batch = by_hand(tasks=10_000)
    worker, today = market.columns.workers[0], market.columns.today[0]
    assert today[c.D_PAID] + today[c.D_UNPAID] == worker["used"] <= 6 * 3600
    assert worker["used"] > 6 * 3600 - 60 - 15
    assert batch["left"] == 10_000 - today[c.D_PAID] // 60


def test_who_comes_before_the_tasks_finds_nothing():
    market, batch = by_hand(at=10 * 3600 + 46)
    today = dict(zip(c.DAILY, market.columns.today[0].tolist(), strict=True))
    assert (today["looks"], today["empty_looks"], today["tasks_done"], today["tasks_open"]) == (1, 1, 0, 25)
    assert today["unpaid_seconds"] == 45 and batch["first_filled"] == -1


def test_a_test_awaits_who_has_done_enough():
    """Ten tasks approved: five minutes of an unpaid test, passed by chance accuracy squared."""
    market, _ = by_hand(tasks=10, accuracy=0.999)
    columns = market.columns
    before = int(columns.today[0, c.D_UNPAID])
    agenda.enter(columns, 0, 20 * 3600)
    market.state.match(0, 0)
    assert columns.today[0, c.D_UNPAID] - before == 45 + 300
    assert columns.accounts["qualification"][0] == 1


def test_who_looks_every_week_is_very_active_on_any_day():
    """Looks on days 2, 9, 16, 23 and 30 only: until day 36 each of the last four stretches of seven days has one."""
    market = MicroworkMarket(seed=1, end="2014-08-31", **HAND)
    worker = market.columns.workers[0]
    worker["last_seen"], worker["days_seen"] = 30, sum(1 << d for d in (0, 7, 14, 21, 28))
    found = []
    for today in range(30, 37):
        market.day = today + 1
        found.append(c.ENGAGEMENTS[market.engagement()[0]])
    assert found == ["very_active"] * 7


def test_who_is_banned_everywhere_stops_looking():
    market, _ = by_hand(**{"behaviour": HAND["behaviour"] | {"looking_rate": 5.0, "lapse_rate": 0.01}})
    market.columns.accounts["state"][0] = c.BANNED
    market.state.learn(0)
    assert market.columns.workers["looking_rate"][0] == 0.0
    assert market.columns.workers["state"][0] == c.LAPSED


def test_refusals_of_many_tasks():
    assert settlement.refusals(3600, 0.5, 0.5) == stats.binom.ppf(0.5, 3600, 0.5)


# --- more work than anybody wants ------------------------------------------------------------------------------
def test_ample_demand_is_not_rationed():
    """With several hundred times the usual work of short tasks at good pay, who is not picky finds something.

    A look fails only if the sitting ends before the first task fits: with sittings of two hours, less than one
    in twenty of those of a minute, plus the first day, before anything is posted.
    """
    kind = {"share": 1.0, "seconds": 10.0, "seconds_log_sd": 0.0, "redundancy": 1, "wage_factor": 1.0}
    none = dict.fromkeys(kind, 0) | {"seconds": 10.0, "redundancy": 1, "wage_factor": 1.0, "share": 0.0}
    names = Scenario.load().demand.kinds
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
        },
        **{"demand.kinds": {name: kind if name == "annotation" else none for name in names}},
        **{"demand.hours_per_day": 1_000_000.0, "demand.patience_days": 60.0, "demand.patience_log_sd": 0.0},
        **{"platform.members.biface.requires": [1.0, 0.0, 0.0, 0.0]},
    )
    market.run()
    check(market)
    later = market.recorder.daily[14:].sum(axis=(0, 1))
    assert later[c.D_LOOKS] > 1000
    assert later[c.D_EMPTY] < 0.05 * later[c.D_LOOKS]
    assert later[c.D_OPEN] > 0
    assert later[c.D_PAID] > 3 * later[c.D_UNPAID]


# --- demand ----------------------------------------------------------------------------------------------------
def scenario(regime, **choices):
    collapse = {"demand.collapse_on": "2016-02-01"} if regime == "collapse" else {}
    usual = {"seed": 5, "demand": regime, "population": {"people": 2000}, "end": "2018-06-29"}  # four years
    return Scenario.load(**(usual | collapse | choices))


@pytest.fixture(scope="module")
def asked():
    """By regime: what growth and weekdays ask for, and what season and regime make of it; arrays (days,)."""
    days = 4 * YEAR
    base = np.diff(intensity(scenario("steady"), make_key(5), days)[0])
    return {regime: (base, *intensity(scenario(regime), make_key(5), days)) for regime in REGIMES}


def test_regimes_preserve_the_mean_of_every_year(asked):
    for regime, (base, cumulated, multiplier, label) in asked.items():
        for year in range(4):
            days = slice(year * YEAR, (year + 1) * YEAR)
            assert (base * multiplier)[days].sum() == pytest.approx(base[days].sum(), rel=1e-9), (regime, year)
            if regime != "collapse":  # there part of the demand leaves with the clients themselves
                assert np.diff(cumulated)[days].sum() == pytest.approx(base[days].sum(), rel=1e-9)
        assert base.mean() == pytest.approx(1.0, rel=1e-12)
        assert len(set(label)) == {"steady": 1, "seasonal": 1, "volatile": 2, "collapse": 2}[regime]


def test_growth_and_weekends(asked):
    base, demand = asked["steady"][0], scenario("steady").demand
    weekday = (np.arange(4 * YEAR) + datetime.date(2014, 7, 1).weekday()) % 7
    trend = (1.0 + demand.growth_per_year) ** (np.arange(4 * YEAR) / YEAR)
    flat = base / trend
    assert np.ptp(flat[weekday < 5]) < 1e-12
    np.testing.assert_allclose(flat[weekday >= 5] / flat[weekday < 5][0], demand.weekend_share, rtol=1e-12)


def test_regimes_differ_by_volatility(asked):
    spread = {regime: multiplier.std() for regime, (_, _, multiplier, _) in asked.items()}
    assert spread["steady"] < 1e-12 < spread["seasonal"] < spread["volatile"]
    seasonal, volatile = asked["seasonal"][2], asked["volatile"][2]
    surge = asked["volatile"][3] == "surge"
    factor = scenario("volatile").demand.surge_factor
    year = slice(0, YEAR)
    ratio = (volatile / seasonal)[year]
    assert ratio[surge[year]].min() / ratio[~surge[year]].max() == pytest.approx(factor, rel=1e-9)
    collapse = asked["collapse"][2]
    day = int(np.argmax(asked["collapse"][3] == "collapsed"))
    assert collapse[day] / collapse[day - 1] == pytest.approx(
        1.0 - scenario("collapse").demand.collapse_depth, rel=1e-9
    )


@pytest.mark.parametrize("regime", REGIMES)
def test_clients_together_ask_for_the_demand_of_the_scenario(regime):
    """Volume times exposure adds up, platform by platform, to the hours of the scenario in every regime."""
    chosen = scenario(regime)
    state, demand = State(chosen), chosen.demand
    clients = state.market.clients
    first, last = np.clip([clients["first_day"], clients["last_day"] + 1], 0, state.days)
    exposure = np.where(last > first, state.market.intensity[last] - state.market.intensity[first], 0.0)
    volume = np.bincount(clients["platform"], clients["volume"] * exposure, len(state.market.platforms))
    shares = np.array([member.demand_share for member in chosen.platform.members.values()])
    hours = demand.hours_per_day * state.days * chosen.population.scale * shares / shares.sum()
    np.testing.assert_allclose(volume, 3600.0 * hours, rtol=1e-9)


def posted(regime, seed):
    """Batches posted and batches expected on biface platforms, in a year of few batches per client."""
    few = {"population": {"people": 60_000}, "demand.hours_per_day": 20.0}
    chosen = scenario(regime, seed=seed, end="2015-06-30", **few)
    state = State(chosen)
    clients = state.market.clients
    biface = state.market.platforms["structure"][clients["platform"]] == 0
    first, last = np.clip([clients["first_day"], clients["last_day"] + 1], 0, state.days)
    exposure = np.where(last > first, state.market.intensity[last] - state.market.intensity[first], 0.0)
    expected = (clients["posts"] * exposure)[biface].sum()
    for day in range(state.days):
        state.post(day)
        state.clear(state.market.today[:, c.D_POSTED])
    return state.market.clients["k"][biface].sum(), expected


def test_deep_labour_has_work_from_the_first_day():
    state = State(Scenario.load(seed=5, platform="deep", end="2014-08-31", population={"people": 20_000}))
    state.post(0)  # a Tuesday
    assert state.market.today[0, c.D_POSTED] > 0


def test_the_usual_posting_is_remembered():
    """A tenth of each day's tasks posted goes into the mean that notifications are measured against."""
    market = MicroworkMarket(seed=5, end="2014-07-31", population={"people": 5000})
    market.step()
    np.testing.assert_allclose(market.state._posted, 0.1 * market.recorder.daily[0, :, c.D_POSTED])


@pytest.mark.parametrize("regime", ["steady", "seasonal", "volatile"])
def test_posts_are_as_many_as_expected(regime):
    """The gaps' variance is 1 (exponential) or, with bursts, that of the mixture: it sets the standard error."""
    got, expected = np.sum([posted(regime, seed) for seed in range(5)], axis=0)
    burst = scenario(regime).demand.client_surge_factor if regime == "volatile" else 1.0
    long = 5.0 - 4.0 / burst
    variance = 2.0 * (0.8 / burst**2 + 0.2 * long**2) - 1.0
    assert abs(got - expected) < ERRORS * np.sqrt(expected * variance)


def test_batches_follow_their_laws():
    """Sizes: the discrete Pareto law, cut; durations: the kind's mean; both within standard errors of the sample."""
    chosen = scenario("steady", end="2014-12-31", population={"people": 20_000})
    state = State(chosen)
    seen = []
    for day in range(60):
        state.post(day)
        seen.append(state.market.book[state.market.book["posted"] >= day * c.SECONDS_PER_DAY].copy())
        state.clear(state.market.today[:, c.D_POSTED])
    batches = np.concatenate(seen)
    batches = batches[(state.market.platforms["structure"][batches["platform"]] == 0) & (batches["id"] >= 0)]
    assert len(batches) == len(set(batches["id"].tolist())) > 2000
    exponent, top = chosen.demand.batch_size_exponent, chosen.demand.batch_size_max
    for size in (2, 5, 20, 100, 1000):
        share = (size**-exponent - top**-exponent) / (1.0 - top**-exponent)
        got = (batches["size"] >= size).mean()
        assert abs(got - share) < ERRORS * np.sqrt(share * (1 - share) / len(batches)), size
    assert batches["size"].max() <= top
    law = kinds(chosen.demand)
    standard = [
        (np.log(own["true_seconds"]).mean() - np.log(law[kind, 0]) + law[kind, 1] ** 2 / 2)
        / (law[kind, 1] / np.sqrt(len(own)))
        for kind in range(len(law))
        if len(own := batches[batches["kind"] == kind]) > 30 and law[kind, 0] > 40.0  # rounding to seconds is small
    ]
    assert len(standard) >= 3 and np.abs(standard).max() < ERRORS
    redundancy = law[batches["kind"], 2].astype(int)
    np.testing.assert_array_equal(batches["items"], -(-batches["size"] // redundancy))


def test_mean_batch():
    demand = scenario("steady").demand
    sizes = np.arange(1, demand.batch_size_max + 1, dtype=float)
    top = float(demand.batch_size_max)
    tail = np.maximum((sizes**-demand.batch_size_exponent - top**-demand.batch_size_exponent), 0.0)
    tail /= 1.0 - top**-demand.batch_size_exponent
    probability = tail - np.append(tail[1:], 0.0)
    assert mean_size(demand) == pytest.approx((sizes * probability).sum(), rel=1e-9)


# --- clients ---------------------------------------------------------------------------------------------------
LAW = np.array([2.2, 0.52, 185.0, 0.3 / 365.25, 0.3, 0.15, 4.0, 0.8, 0.4])


@pytest.fixture(scope="module")
def many_clients():
    rows = np.zeros(40_000, c.CLIENT)
    mix = np.array([(0.25, 1.0), (0.75, 0.8)])
    found(make_key(12), 0, 0.0, len(rows), LAW, mix, 5.0, np.array([0.6, 0.3]), 10_000, 1.0, rows)
    return rows


def test_size_law_of_clients(many_clients):
    """Lognormal: mean and spread of the log within standard errors; the shares of the largest follow from them.

    The top q of a lognormal law hold ``Phi(sd - z(q))`` of the whole: at 2.2, 45 % for the top 1 %.
    """
    logs, sd = np.log(many_clients["volume"]), LAW[0]
    assert abs(logs.mean()) < ERRORS * sd / np.sqrt(len(logs))
    assert abs(logs.std() - sd) < ERRORS * sd / np.sqrt(2 * len(logs))
    assert stats.kstest(logs / sd, "norm").pvalue > 1e-5
    ordered = np.sort(many_clients["volume"])[::-1]
    for q in (0.01, 0.1, 0.5):
        law = stats.norm.cdf(sd - stats.norm.isf(q))
        # Relative error of the sum of the top: that of the whole sum, of coefficient of variation exp(sd^2 / 2).
        bound = ERRORS * np.exp(sd**2 / 2) / np.sqrt(len(logs))
        assert abs(ordered[: int(q * len(ordered))].sum() / ordered.sum() - law) < bound, q


def test_lives_of_clients(many_clients):
    """The shorter of a Weibull life and the time to a sudden end."""
    life = (many_clients["last_day"] - many_clients["first_day"]).astype(float)
    for days in (30, 91, 365, 638):
        survival = np.exp(-((days / LAW[2]) ** LAW[1]) - LAW[3] * days)
        got = (life >= days).mean()  # days of coming and going are whole days
        assert abs(got - survival) < ERRORS * np.sqrt(survival * (1 - survival) / len(life)) + 0.004, days


def test_kinds_and_prices_of_clients(many_clients):
    share = (many_clients["kind"] == 0).mean()
    assert abs(share - 0.25) < ERRORS * np.sqrt(0.25 * 0.75 / len(many_clients))
    factor = np.where(many_clients["kind"] == 0, 1.0, 0.8)
    logs = np.log(many_clients["wage"] / (5.0 * factor)) / LAW[8]
    assert stats.kstest(logs, "norm").pvalue > 1e-5
    announced = np.log(many_clients["announced_share"] / 0.6) / 0.3
    assert stats.kstest(announced, "norm").pvalue > 1e-5
    assert ((0.0 <= many_clients["strictness"]) & (many_clients["strictness"] <= 1.0)).all()
