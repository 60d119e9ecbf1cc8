"""What is asked for, against its laws: regimes over a year, posts and batches, clients."""

import datetime

import numpy as np
import pytest
from scipy import stats

from sim import MicroworkMarket, Scenario
from sim.kernel import records as c
from sim.kernel import units
from sim.kernel.categories import USE, USE_OF_KIND, USES
from sim.kernel.streams import make_key
from sim.kernel.units import COMMON_YEAR
from sim.population.crowd import elsewhere
from sim.population.demand import intensity, kinds, mean_batches, mean_size
from sim.population.draws import NOISE, ClientDistribution, draw_clients
from sim.population.synthesis import demand_shares, lognormal
from sim.simulation.state import State

EURO = 1_000_000
EXPONENT = Scenario.load().demand.batch_size_exponent
REGIMES = ("steady", "seasonal", "volatile", "collapse")
ALIKE = {f"demand.growth_by_use.{use}": 0.0 for use in USES}
ERRORS = 4.5  # standard errors; a sound market fails once in 150 000 seeds, and the seeds are fixed


def scenario(regime, **choices):
    collapse = {"demand.collapse_on": "2016-02-01"} if regime == "collapse" else {}
    usual = {"seed": 5, "demand": regime, "population": {"people": 2000}, "end": "2018-06-29"}  # four years
    return Scenario.load(**(usual | collapse | choices))


@pytest.fixture(scope="module")
def asked():
    """By regime: what growth and weekdays ask for, and what season and regime make of it; arrays (days,)."""
    days = 4 * COMMON_YEAR
    base = np.diff(intensity(scenario("steady", **ALIKE), make_key(5), days)[0])[0]
    made = {regime: intensity(scenario(regime, **ALIKE), make_key(5), days) for regime in REGIMES}
    return {regime: (base, cumulated[0], *more) for regime, (cumulated, *more) in made.items()}


def test_regimes_preserve_the_mean_of_every_year(asked):
    for regime, (base, cumulated, multiplier, label) in asked.items():
        for year in range(4):
            days = slice(year * COMMON_YEAR, (year + 1) * COMMON_YEAR)
            assert (base * multiplier)[days].sum() == pytest.approx(base[days].sum(), rel=1e-9), (regime, year)
            if regime != "collapse":  # there part of the demand leaves with the clients themselves
                assert np.diff(cumulated)[days].sum() == pytest.approx(base[days].sum(), rel=1e-9)
        assert base.mean() == pytest.approx(1.0, rel=1e-12)
        assert len(set(label)) == {"steady": 1, "seasonal": 1, "volatile": 2, "collapse": 2}[regime]


def test_growth_and_weekends(asked):
    base, demand = asked["steady"][0], scenario("steady").demand
    weekday = (np.arange(4 * COMMON_YEAR) + datetime.date(2014, 7, 1).weekday()) % 7
    trend = (1.0 + demand.growth_per_year) ** (np.arange(4 * COMMON_YEAR) / COMMON_YEAR)
    flat = base / trend
    assert np.ptp(flat[weekday < 5]) < 1e-12
    np.testing.assert_allclose(flat[weekday >= 5] / flat[weekday < 5][0], demand.weekend_share, rtol=1e-12)


@pytest.mark.parametrize("regime", ["steady", "volatile"])
def test_each_use_grows_at_its_own_rate_and_keeps_its_share_of_the_run(regime):
    days, grown = 4 * COMMON_YEAR, {"preparation": 0.2, "verification": 0.4, "imitation": 0.0, "other": -0.3}
    choices = {f"demand.growth_by_use.{use}": further for use, further in grown.items()}
    cumulated, _, _ = intensity(scenario(regime, **choices), make_key(5), days)
    assert cumulated.shape == (len(USES), days + 1)
    np.testing.assert_allclose(cumulated[:, -1], days, rtol=1e-9)
    yearly, growth = np.diff(cumulated[:, ::COMMON_YEAR]), scenario(regime).demand.growth_per_year
    for use, by_year in zip(USES, yearly, strict=True):
        ratio = by_year[1:] / by_year[:-1]
        np.testing.assert_allclose(ratio, (1.0 + growth) * (1.0 + grown[use]), rtol=0.002)  # weekends fall differently


def test_demand_grows_as_published():
    """20 to 25 % over 2016-2018 of all uses together, each counted by the hours asked for."""
    chosen, asked = Scenario.load(), dict.fromkeys(USES, 0.0)
    for member in chosen.platform.members.values():
        for kind, fare in member.tasks.items():
            asked[USE_OF_KIND[kind]] += member.demand_share * fare.share
    level = {use: (1.0 + chosen.demand.growth_per_year) * (1.0 + getattr(chosen.demand.growth_by_use, use))
             for use in USES}  # fmt: skip
    total = sum(asked.values())
    assert 0.20 <= sum(asked[use] / total * (level[use] ** 2 - 1.0) for use in USES) <= 0.25


def test_regimes_differ_by_volatility(asked):
    spread = {regime: multiplier.std() for regime, (_, _, multiplier, _) in asked.items()}
    assert spread["steady"] < 1e-12 < spread["seasonal"] < spread["volatile"]
    seasonal, volatile = asked["seasonal"][2], asked["volatile"][2]
    surge = asked["volatile"][3] == "surge"
    factor = scenario("volatile").demand.surge_factor
    year = slice(0, COMMON_YEAR)
    ratio = (volatile / seasonal)[year]
    assert ratio[surge[year]].min() / ratio[~surge[year]].max() == pytest.approx(factor, rel=1e-9)
    collapse = asked["collapse"][2]
    day = int(np.argmax(asked["collapse"][3] == "collapsed"))
    assert collapse[day] / collapse[day - 1] == pytest.approx(
        1.0 - scenario("collapse").demand.collapse_depth, rel=1e-9
    )


def exposed(market, first, last):
    """Cumulated intensity of each client's use from its first day to its last."""
    use = np.array(USE)[market.firms.clients["kind"]]
    return np.where(last > first, market.demand.intensity[use, last] - market.demand.intensity[use, first], 0.0)


@pytest.mark.parametrize("regime", REGIMES)
def test_clients_together_ask_for_the_demand_of_the_scenario(regime):
    """France's part of volume, by heads, times exposure adds up to the hours of the scenario in every regime."""
    chosen = scenario(regime)
    state, demand = State(chosen), chosen.demand
    clients = state.market.firms.clients
    first, last = np.clip([clients["first_day"], clients["last_day"] + 1], 0, state.days)
    exposure = exposed(state.market, first, last)
    members = [*chosen.platform.members.values()]
    reach = 1.0 + np.array([elsewhere(chosen, one) for one in members])[clients["platform"]]  # of whoever takes anybody
    france = clients["volume"] / np.where(clients["french"] == 1, 1.0, reach)
    volume = np.bincount(clients["platform"], france * exposure, len(members))
    shares = demand_shares(chosen)
    hours = demand.hours_per_day * state.days * chosen.scale * shares
    np.testing.assert_allclose(volume, 3600.0 * hours, rtol=1e-9)


def posted(regime, seed):
    """Batches posted and batches expected on biface platforms, in a year of few batches per client."""
    few = {"population": {"people": 60_000}, "demand.hours_per_day": 20.0}
    chosen = scenario(regime, seed=seed, end="2015-06-30", **few)
    state = State(chosen)
    clients = state.market.firms.clients
    biface = state.market.firms.platforms["structure"][clients["platform"]] == 0
    first, last = np.clip([clients["first_day"], clients["last_day"] + 1], 0, state.days)
    exposure = exposed(state.market, first, last)
    expected = (clients["posts"] * exposure)[biface].sum()
    for day in range(state.days):
        state.post(day)
        state.clear(state.market.ledger.today[:, c.DAILY.tasks_posted])
    return state.market.firms.clients["k"][biface].sum(), expected


def test_deep_labour_has_work_from_the_first_day():
    state = State(Scenario.load(seed=5, platform="deep", end="2014-08-31", population={"people": 20_000}))
    state.post(0)  # a Tuesday
    assert state.market.ledger.today[0, c.DAILY.tasks_posted] > 0


def test_a_week_that_the_run_breaks_off_is_asked_for_whole():
    """What is allotted on the last Monday, which the survey reads, is a week's, though the run ends on Tuesday."""
    choices = {"platform": "deep", "demand": "steady", "end": "2014-09-02", "population": {"people": 20_000}}
    state = State(Scenario.load(seed=5, **choices))
    market, monday = state.market, state.days - 2
    state.post(monday)
    batches = market.book.batches[market.book.batches["id"] != c.NOBODY]
    clients = market.firms.clients[batches["client"]]
    use = np.array(USE)[clients["kind"]]
    week = 3.5 * (market.demand.intensity[use, monday + 2] - market.demand.intensity[use, monday])
    stays = clients["last_day"] >= monday + 6
    task = market.demand.kinds["seconds"][0, clients["kind"]].round() / clients["announced_share"]
    asked = clients["volume"] * week / task
    assert stays.any() and (np.abs(asked - batches["size"])[stays] <= 1.0).all()  # rounded by lot


def test_the_usual_posting_is_remembered():
    """A tenth of each day's tasks posted goes into the mean that notifications are measured against."""
    market = MicroworkMarket(seed=5, end="2014-07-31", population={"people": 5000})
    market.step()
    np.testing.assert_allclose(market.state._posted, 0.1 * market.recorder.daily[0, :, c.DAILY.tasks_posted])


def test_platforms_call_by_what_is_announced_against_what_is_usual():
    """At full strength at twice the usual, whether it came today or waits; in the morning nothing need lie open."""
    state = MicroworkMarket(seed=5, end="2014-07-31", population={"people": 500}).state
    biface = state.market.firms.platforms["structure"] == 0
    strength = state.market.firms.platforms["notification"][biface]
    state._posted[:] = 50.0
    for waiting, announced, full in ((0, 0, 0.0), (20, 30, 0.5), (0, 100, 1.0), (100, 0, 1.0), (0, 900, 1.0)):
        state.market.book.open_tasks[:], state.market.ledger.today[:, c.DAILY.tasks_posted] = waiting, announced
        state.notify()
        np.testing.assert_allclose(state.market.firms.notice[biface], full * strength)


@pytest.mark.parametrize("regime", ["steady", "seasonal", "volatile"])
def test_posts_are_as_many_as_expected(regime):
    """The gaps' variance is 1 (exponential) or, with bursts, that of the mixture: it sets the standard error."""
    got, expected = np.sum([posted(regime, seed) for seed in range(5)], axis=0)
    burst = scenario(regime).demand.client_surge_factor if regime == "volatile" else 1.0
    long = 5.0 - 4.0 / burst
    variance = 2.0 * (0.8 / burst**2 + 0.2 * long**2) - 1.0
    assert abs(got - expected) < ERRORS * np.sqrt(expected * variance)


def test_batches_follow_their_laws():
    """Sizes: a Pareto law of each client's own, cut; durations: the kind's mean; both within standard errors."""
    chosen = scenario("steady", end="2014-12-31", population={"people": 60_000}, **{"demand.rate_speed": 0.0})
    state = State(chosen)
    seen = []
    for day in range(60):
        state.post(day)
        seen.append(state.market.book.batches[state.market.book.batches["posted"] >= day * units.DAY].copy())
        state.clear(state.market.ledger.today[:, c.DAILY.tasks_posted])
    batches = np.concatenate(seen)
    batches = batches[(state.market.firms.platforms["structure"][batches["platform"]] == 0) & (batches["id"] >= 0)]
    assert len(batches) == len(set(batches["id"].tolist())) > 1500
    clients = state.market.firms.clients[batches["client"]]
    law = kinds(chosen)[batches["platform"], batches["kind"]]
    least = clients["least_work"] / batches["announced_seconds"]
    assert (batches["size"] <= np.maximum(law["largest"], np.ceil(least))).all()
    assert (batches["size"] >= np.maximum(law["smallest"], least - 1e-6)).all()
    orders = np.array([member.least_order for member in chosen.platform.members.values()])[batches["platform"]]
    assert (batches["size"] * batches["piece_rate"] >= orders * (EURO - 100.0)).all()  # rates are cut to whole ones
    free = (clients["largest"] > clients["smallest"]) & (clients["smallest"] > least)
    low, high = clients["smallest"][free] ** -EXPONENT, clients["largest"][free] ** -EXPONENT
    above = (low - batches["size"][free] ** -EXPONENT) / (low - high)  # uniform, but for rounding to whole tasks
    below = (low - (batches["size"][free] + 1.0) ** -EXPONENT) / (low - high)
    assert free.sum() > 300
    for share in (0.1, 0.3, 0.5, 0.7, 0.9):
        sure, possible = (below <= share).mean(), (above <= share).mean()
        bound = ERRORS * np.sqrt(share * (1 - share) / free.sum())
        assert sure - bound < share < possible + bound, share
    spread = law["seconds_log_sd"]
    standard = (np.log(batches["announced_seconds"] / law["seconds"]) + spread**2 / 2.0) / spread
    long = law["seconds"] > 40.0  # rounding to seconds is small
    assert abs(standard[long].mean()) < ERRORS / np.sqrt(long.sum())
    noise = np.log(batches["true_seconds"] / batches["announced_seconds"] * clients["announced_share"])[long]
    assert abs(noise.mean()) < ERRORS * NOISE / np.sqrt(long.sum()) + 0.002
    redundancy = law["redundancy"].astype(int)
    shared = -(-batches["size"] // np.maximum(redundancy, 1))
    np.testing.assert_array_equal(batches["items"], np.where(redundancy > 0, shared, 1))


def test_mean_batch():
    """By adding up the law, size by size; work over durations too, by a million batches drawn."""
    for smallest, largest, least in (
        (1, 1, 1),
        (1, 2, 1),
        (1, 20_000, 1),
        (50, 1000, 80),
        (5, 50, 70),
        (30, 20_000, 31),
    ):
        sizes = np.arange(smallest, largest + 1).astype(float)
        tail = (sizes**-EXPONENT - largest**-EXPONENT) / (smallest**-EXPONENT - largest**-EXPONENT or 1.0)
        tail[0] = 1.0
        probability = tail - np.append(tail[1:], 0.0)
        mean = (np.maximum(sizes, least) * probability).sum()
        assert mean_size(EXPONENT, smallest, largest, least) == pytest.approx(mean, rel=1e-6), (smallest, largest)
    client, fare, chance = np.zeros(1, c.CLIENT), np.zeros(1, c.KIND), np.random.default_rng(3)
    client["smallest"], client["largest"], client["least_work"], client["announced_share"] = 20, 2_000, 5_000.0, 0.5
    fare["seconds"], fare["seconds_log_sd"], fare["exponent"] = 60.0, 0.6, EXPONENT
    low, high = 20**-EXPONENT, 2_000**-EXPONENT
    size = np.floor((low - chance.random(10**6) * (low - high)) ** (-1.0 / EXPONENT))
    seconds = 60.0 * np.exp(0.6 * chance.normal(size=10**6) - 0.18)
    work = np.maximum(size, np.ceil(5_000.0 / seconds)) * seconds / 0.5 * np.exp(0.5 * NOISE**2)
    assert mean_batches(client, fare)[0] == pytest.approx(work.mean(), abs=ERRORS * work.std() / 1e3)


# --- clients ---------------------------------------------------------------------------------------------------
LAW = ClientDistribution(
    2.2, 0.52, 185.0, 0.3 / 365.25, *lognormal(0.05, 0.04), 0.5, 4.0, 0.8, 0.4, 0.6, 0.3, 1.0, 0.3, 0.1
)


@pytest.fixture(scope="module")
def many_clients():
    rows = np.zeros(40_000, c.CLIENT)
    mix = np.zeros(2, c.KIND)
    mix["share"], mix["hourly"] = (0.25, 0.75), (5.0, 4.0)
    draw_clients(make_key(12), 0, 0.0, 10_000, LAW, mix, rows)
    return rows


def test_size_law_of_clients(many_clients):
    """Lognormal: mean and spread of the log within standard errors; the shares of the largest follow from them.

    The top q of a lognormal law hold ``Phi(sd - z(q))`` of the whole: at 2.2, 45 % for the top 1 %.
    """
    logs, sd = np.log(many_clients["volume"]), LAW.size_log_sd
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
        survival = np.exp(-((days / LAW.life_scale) ** LAW.life_shape) - LAW.sudden_ends * days)
        got = (life >= days).mean()  # days of coming and going are whole days
        assert abs(got - survival) < ERRORS * np.sqrt(survival * (1 - survival) / len(life)) + 0.004, days


def test_kinds_and_prices_of_clients(many_clients):
    share = (many_clients["kind"] == 0).mean()
    assert abs(share - 0.25) < ERRORS * np.sqrt(0.25 * 0.75 / len(many_clients))
    hourly = np.where(many_clients["kind"] == 0, 5.0, 4.0)
    logs = np.log(many_clients["wage"] / hourly) / LAW.wage_log_sd
    assert stats.kstest(logs, "norm").pvalue > 1e-5
    announced = np.log(many_clients["announced_share"] / 0.6) / 0.3
    assert stats.kstest(announced, "norm").pvalue > 1e-5
    strict = many_clients["strictness"]
    assert strict.mean() == pytest.approx(0.05, abs=ERRORS * 0.04 / np.sqrt(len(strict)))
    assert strict.std() == pytest.approx(0.04, rel=0.05) and lognormal(0.0, 0.04) == (-np.inf, 0.0)
    assert ((0.0 < strict) & (strict <= 1.0)).all()
