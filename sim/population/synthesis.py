"""Who is there at the start: people, platforms and clients of a scenario as columns."""

from math import erfc, exp, sqrt

import numpy as np

from sim.kernel.categories import KINDS, STRUCTURES, USE
from sim.kernel.memory import records
from sim.kernel.records import (
    ABSENT,
    ACCOUNT,
    CLIENT,
    LEAST_ACCURACY,
    MOST_ACCURACY,
    NOBODY,
    PERSON,
    PLATFORM,
    WORKER,
)
from sim.kernel.units import HOUR, MEAN_MONTH, MEAN_YEAR, MICRO, MINUTE
from sim.population.contractors import fill, positions, terms_of
from sim.population.crowd import at_the_list, elsewhere
from sim.population.demand import mean_batches, mean_tasks
from sim.population.draws import (
    ClientDistribution,
    WorkerDistribution,
    draw_clients,
    equip,
    leave_at_once,
)
from sim.population.joint_distribution import joint_distribution
from sim.population.persons import draw_persons
from sim.population.places import settlement
from sim.population.registration import before_start, register, stand_by
from sim.scenario.magnitudes import most_added
from sim.scenario.scenario import Scenario

WARM_UP_DAYS = 3_650  # clients enter from so long before the start that their stock is in equilibrium


def people(scenario: Scenario, key: np.ndarray, days: int) -> tuple[np.ndarray, np.ndarray]:
    """Everyone who registers, or may.

    Parameters
    ----------
    key : uint32 array, shape (3,)

    Returns
    -------
    persons : PERSON array, shape (N,)
    workers : WORKER array, shape (N,)
    """
    group, behaviour = scenario.population, scenario.behaviour
    shares, opened, growth = _sign_ups(scenario)
    later = shares * (1.0 - before_start(opened, growth, days))
    further = round((group.entry.most - 1.0) * group.simulated * later.sum()) if group.entry.responds else 0
    persons = np.zeros(group.simulated + further, PERSON)
    persons["referred_by"] = NOBODY
    draw_persons(key, 0, persons, joint_distribution(group.traits, group.propensity))
    first = persons[: group.simulated]
    register(key, shares, opened, growth, days, False, first["first_platform"], first["signed_up"])
    if group.entry.responds:
        columns = (persons[name] for name in ("first_platform", "signed_up", "threshold"))
        stand_by(key, opened, later / later.sum(), days, group.simulated, group.entry.most, *columns)
    workers = records(len(persons), WORKER)
    errors = lognormal(1.0 - behaviour.accuracy_mean, behaviour.accuracy_sd)
    given = dict(zip(("error_log_median", "error_log_sd"), errors, strict=True))
    given["forum_share"] = float(behaviour.forums.share)
    names = [name for name in WorkerDistribution._fields if name not in given]
    distribution = WorkerDistribution(**given, **{name: float(getattr(behaviour, name)) for name in names})
    equip(key, distribution, persons, workers)
    return persons, workers


def surroundings(scenario: Scenario) -> np.ndarray:
    """Adults of each department, and of France, at the scale of the market; float64 array, shape (97,)."""
    departments = settlement()[0].sum(axis=1)
    return scenario.population.entry.adults * scenario.scale * np.append(departments, departments.sum())


def absent(scenario: Scenario, key: np.ndarray, days: int) -> np.ndarray:
    """Accounts that nobody in the country opens, opened before the start; ABSENT array, shape (absent_simulated,)."""
    rows = np.zeros(scenario.population.absent_simulated, ABSENT)
    if len(rows):
        register(key, *_sign_ups(scenario), days, True, rows["platform"], rows["signed_up"])
    return rows


def _sign_ups(scenario):
    """Share of first registrations, day of opening and growth of each platform; three float64 arrays, shape (P,)."""
    members = scenario.platform.members.values()
    shares = np.array([p.accounts for p in members], float)
    opened = np.array([(p.opened - scenario.start).days for p in members], float)
    return shares / shares.sum(), opened, np.array([p.sign_up_growth for p in members], float)


def accounts(capacity: int) -> np.ndarray:
    """Room for accounts, none opened yet."""
    columns = records(capacity, ACCOUNT)
    for name in ("worker", "next", "project", "due_link", "avoids", "place"):
        columns[name] = NOBODY
    return columns


def platforms(scenario: Scenario) -> np.ndarray:
    """The platforms' rules in kernel units: micro-euro, seconds, days, millionths."""
    rows = np.zeros(len(scenario.platform.members), PLATFORM)
    rows["advertised"] = NOBODY
    total, alone = sum(p.accounts for p in scenario.platform.members.values()), scenario.population.entry.alone
    entry = alone if len(rows) == 1 else 1.0
    for row, platform in zip(rows, scenario.platform.members.values(), strict=True):
        row["structure"] = STRUCTURES.index(platform.structure)
        row["listed"], row["contracts"] = platform.listed, platform.contracts
        row["vouchers"], row["own_forum"] = platform.vouchers, platform.own_forum
        row["opened"] = (platform.opened - scenario.start).days
        row["cash_out_delay"] = platform.cash_out_delay
        row["cash_out_threshold"] = round(platform.cash_out_threshold * MICRO)
        row["ban_after"], row["ban_share"] = platform.ban_after, platform.ban_share
        row["admitted"] = platform.admitted
        row["wage"], row["weight"] = platform.wage, platform.accounts / total
        row["first_wage"] = row["wage"]
        row["least_task"], row["busy"] = round(platform.least_task * MICRO), scenario.demand.busy_share
        row["notification"] = platform.notification
        row["reach"], row["referral_bonus"] = platform.reach * entry, round(platform.referral_bonus * MICRO)
        row["crowd"] = at_the_list(scenario, platform)
        row["france"] = 1.0 / (1.0 + elsewhere(scenario, platform))
        row["commission"], row["dearer"] = round(platform.commission * MICRO), 1.0
        if platform.chain:
            _chain(row, platform.chain, scenario.behaviour.accuracy_mean)
    return rows


def _chain(row, chain, accuracy):
    """Deep labour: what is kept at each layer becomes one margin on pay, ``1 / ((1 - a) (1 - b)) - 1``."""
    kept = (1.0 - chain.recruiter_margin) * (1.0 - chain.contractor_margin)
    row["margin"] = round((1.0 / kept - 1.0) * MICRO)
    row["weekly_cap"] = round(chain.weekly_cap_hours * HOUR)
    row["weekly_target"] = round(chain.target_hours * HOUR)
    row["profile_seconds"] = round(chain.profile_minutes * MINUTE)
    row["exam_seconds"] = round(chain.exam_hours * HOUR)
    row["exam_every"], row["exam_window"] = chain.exam_every_days, chain.exam_window_days
    row["exam_difficulty"] = np.log(1.0 - min(chain.exam_difficulty, 0.999)) / np.log(
        np.clip(accuracy, LEAST_ACCURACY, MOST_ACCURACY)
    )
    row["renewal"] = chain.renewal_days
    row["assiduity_floor"], row["trust_unknown"] = chain.assiduity_floor, chain.trust_unknown
    row["quit_unnamed"] = 1.0 - (1.0 - chain.quit_unnamed_per_month) ** (7.0 / MEAN_MONTH)


def clients(scenario: Scenario, key: np.ndarray, intensity: np.ndarray, kinds: np.ndarray) -> np.ndarray:
    """Clients of all platforms, with volumes that add up to the demand of the scenario; CLIENT array.

    Parameters
    ----------
    intensity : float64 array, shape (USES, days + 1)
        Cumulated intensity, mean one a day.
    kinds : KIND array, shape (P, KINDS)
    """
    days, use = intensity.shape[1] - 1, np.array(USE)
    seconds = HOUR * scenario.demand.hours_per_day * days * scenario.scale
    shares, every = demand_shares(scenario), []
    for p, platform in enumerate(scenario.platform.members.values()):
        rows = _clients_of(scenario, key, p, platform, kinds[p], days, seconds * shares[p])
        own, comes = use[rows["kind"]], np.maximum(rows["first_day"], 0)
        exposure = intensity[own, np.minimum(rows["last_day"], days - 1) + 1] - intensity[own, comes]
        asked = seconds * shares[p]
        met = (rows["volume"] * exposure).sum()
        rows["volume"] *= asked / met if met > 0.0 else 0.0  # who is only there while nothing is asked for
        rows["volume"] *= _reach(scenario, platform, rows)
        rows["posts"] = rows["volume"] / mean_batches(rows, kinds[p][rows["kind"]])
        rows["next_post"] = intensity[own, comes] + rows["next_post"] / np.maximum(rows["posts"], 1e-12)
        every.append(rows)
    return np.concatenate(every)


def lognormal(mean: float, sd: float) -> tuple[float, float]:
    """Log of the median and log-sd of the lognormal with a mean and a standard deviation; of mean 0, all are 0."""
    if mean == 0.0:
        return -np.inf, 0.0
    spread = np.log1p((sd / mean) ** 2)
    return np.log(mean) - spread / 2.0, np.sqrt(spread)


def cut_log_median(mean: float, log_sd: float) -> float:
    """Log of the median of the lognormal X for which min(X, 1) has this mean.

    ``E min(X, 1) = exp(m + s**2 / 2) Phi(-m / s - s) + Phi(m / s)``.
    """
    if mean == 0.0 or log_sd == 0.0:
        return float(np.log(mean)) if mean else -np.inf

    def excess(m: float) -> float:
        return exp(m + log_sd**2 / 2.0) * below(-m / log_sd - log_sd) + below(m / log_sd) - mean

    def below(z: float) -> float:
        return erfc(-z / sqrt(2.0)) / 2.0  # by hand: scipy takes a tenth of a second to import

    low, high = np.log(mean) - log_sd**2 - 1.0, 9.0 * log_sd  # all but nobody refuses every wrong task
    for _ in range(60):  # halving: a solver would take longer to load
        middle = (low + high) / 2.0
        low, high = (middle, high) if excess(middle) < 0.0 else (low, middle)
    return float(high)


def demand_shares(scenario: Scenario) -> np.ndarray:
    """Share of each platform in the minutes of work demanded, float64 array, shape (P,)."""
    weight = np.array([member.demand_share for member in scenario.platform.members.values()])
    return weight / weight.sum()


def waves(scenario: Scenario) -> list[tuple[int, np.ndarray]]:
    """Each wave of the questionnaire: its first day in the run, and the answers asked for on each day it is open."""
    survey, scale = scenario.survey, scenario.scale
    asked = survey.quota * np.minimum(np.arange(survey.open_days + 1) / survey.days, 1.0)
    quotas = np.diff(np.round(asked * scale)).astype(int)
    quotas[0] = max(quotas[0], not quotas.any())  # of the smallest market somebody is asked
    return [((date - scenario.start).days + int(survey.first_day), quotas) for date in survey.waves]


def researcher(scenario: Scenario) -> np.ndarray:
    """The client behind the questionnaire: the last row, there whether the survey is held or not."""
    row = np.zeros(1, CLIENT)
    survey = scenario.survey
    row["platform"] = list(scenario.platform.members).index(scenario.surveyed)
    row["kind"], row["who"] = KINDS.index("survey"), 2**30
    begins = [first for first, _ in waves(scenario)]
    row["first_day"], row["last_day"] = min(begins), max(begins) + survey.open_days
    row["wage"], row["announced_share"] = 60.0 * survey.reward / survey.minutes, 1.0
    row["patience"], row["next_post"], row["scale"] = survey.open_days, np.inf, 1.0
    row["first_slot"], row["last_slot"], row["french"] = NOBODY, NOBODY, 1
    return row


def _clients_of(scenario, key, p, platform, kinds, days, asked):
    """Clients of one platform that are there on some day of the run, and together ask for so many seconds."""
    distribution, first = _client_distribution(scenario.demand, platform), -float(WARM_UP_DAYS)
    if platform.chain:
        rows = positions(key, p, first, days, distribution, kinds, platform.chain)
    else:
        mean = platform.clients * scenario.scale
        rows = np.zeros(max(1, round(mean * (days - first) / _mean_life(distribution))), CLIENT)
        draw_clients(key, p, first, days, distribution, kinds, rows)
    _size_batches(scenario, platform, kinds, rows, days, asked)
    if scenario.demand.name == "collapse":
        _collapse(scenario, key, rows)
    rows = rows[(rows["last_day"] >= 0) & (rows["first_day"] < days) & (rows["first_day"] <= rows["last_day"])]
    if not len(rows):  # a tiny market: one client stays throughout
        rows = np.zeros(1, CLIENT)
        if platform.chain:
            fill(key, p, 0, 0.0, 0, distribution, terms_of(platform.chain), kinds, rows[0])
        else:
            draw_clients(key, p, 0.0, days, distribution, kinds, rows)
        rows["first_day"], rows["last_day"], rows["ended"] = 0, days, 0
        _size_batches(scenario, platform, kinds, rows, days, asked)
    return rows


def _reach(scenario, platform, rows):
    """What a client asks for over France's part of it, by heads: that of all where it asks for nobody in France."""
    return np.where(rows["french"] == 1, 1.0, 1.0 + elsewhere(scenario, platform))


def _size_batches(scenario, platform, kinds, rows, days, asked):
    """How large a client's batches are: about a month of its work at most, and at least the platform's least order.

    The same in every regime: a month is one of demand that is even, and the least order holds at the lowest rate that
    clients ever come to.
    """
    there = np.clip(rows["last_day"] + 1.0, 0.0, days) - np.clip(rows["first_day"], 0.0, days)
    met, fares = (rows["volume"] * np.maximum(there, 0.0)).sum(), kinds[rows["kind"]]
    month = rows["volume"] * MEAN_MONTH * (asked / met if met > 0.0 else 0.0) * _reach(scenario, platform, rows)
    rows["smallest"] = fares["smallest"]
    rows["largest"] = np.clip(month / mean_tasks(fares, rows["announced_share"]), fares["smallest"], fares["largest"])
    rows["least_work"] = platform.least_order * HOUR / rows["wage"] * np.exp(most_added(scenario.demand))


def _client_distribution(demand, platform):
    own = platform.announced_share
    return ClientDistribution(
        size_log_sd=float(demand.client_size_log_sd),
        life_shape=float(demand.client_life_shape),
        life_scale=demand.client_life_months * MEAN_MONTH,
        sudden_ends=demand.sudden_end_per_year / MEAN_YEAR,
        strictness_log_median=cut_log_median(demand.strictness_mean, demand.strictness_log_sd),
        strictness_log_sd=float(demand.strictness_log_sd),
        together=float(demand.judged_together),
        patience=float(platform.patience_days),
        patience_log_sd=float(demand.patience_log_sd),
        wage_log_sd=float(platform.wage_log_sd),
        announced_share=float(demand.announced_share if own is None else own),
        announced_log_sd=float(platform.announced_log_sd),
        burst=float(demand.burst),
        named=float(platform.names_clients),
        contested=float(demand.contested),
    )


def _mean_life(distribution):
    """Mean of the shorter of the Weibull life and the time to a sudden end, days."""
    t = np.linspace(0.0, 1.0, 20_001)[1:] ** 3 * 36_500.0
    weibull = (t / distribution.life_scale) ** distribution.life_shape
    survival = np.exp(-weibull - distribution.sudden_ends * t)
    return float(np.trapezoid(np.append(1.0, survival), np.append(0.0, t)))


def _collapse(scenario, key, rows):
    """On the day of the collapse contracts end, and as large a share of newcomers stays away."""
    day = (scenario.demand.collapse_on - scenario.start).days
    gone = np.zeros(len(rows), np.bool_)
    leave_at_once(key, rows["who"], scenario.demand.collapse_depth, gone)
    there = gone & (rows["first_day"] < day) & (rows["last_day"] >= day)
    rows["last_day"][there], rows["ended"][there] = day - 1, 1
    rows["last_day"][gone & (rows["first_day"] >= day)] = -1
