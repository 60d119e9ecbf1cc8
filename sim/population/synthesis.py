"""Who is there at the start: people, platforms and clients of a scenario as columns."""

import numpy as np

from sim.kernel.records import ABSENT, ACCOUNT, CLIENT, KINDS, NOBODY, PERSON, PLATFORM, STRUCTURES, WORKER, records
from sim.kernel.units import HOUR, MEAN_MONTH, MEAN_YEAR, MICRO, MINUTE
from sim.population.draws import equip, found, leave_at_once, register
from sim.population.joint_distribution import joint_law
from sim.population.persons import draw_persons

WARM_UP_DAYS = 3_650  # clients enter from so long before the start that their stock is in equilibrium


def people(scenario, key, days):
    """Everyone who registers.

    Parameters
    ----------
    scenario : Scenario
    key : uint32 array, shape (3,)
    days : int

    Returns
    -------
    persons : PERSON array, shape (N,)
    workers : WORKER array, shape (N,)
    """
    group, behaviour = scenario.population, scenario.behaviour
    persons = np.zeros(group.people, PERSON)
    draw_persons(key, 0, persons, joint_law(group.traits))
    register(key, *_sign_ups(scenario), days, False, persons["first_platform"], persons["signed_up"])
    workers = records(len(persons), WORKER)
    equip(
        key,
        np.array(
            [
                behaviour.reservation_wage,
                behaviour.need_effect,
                behaviour.outside_effect,
                behaviour.reservation_wage_log_sd,
            ]
        ),
        np.array([behaviour.speed_log_sd, behaviour.accuracy_mean, behaviour.accuracy_sd, behaviour.attention_log_sd]),
        np.array([MINUTE * behaviour.sitting_minutes, behaviour.free_middle, behaviour.day_share]),
        persons,
        workers,
    )
    return persons, workers


def absent(scenario, key, days):
    """Accounts that nobody in France opens, all opened before the start; ABSENT array, shape (population.absent,)."""
    rows = np.zeros(scenario.population.absent, ABSENT)
    if len(rows):
        register(key, *_sign_ups(scenario), days, True, rows["platform"], rows["signed_up"])
    return rows


def _sign_ups(scenario):
    """Share of first registrations, day of opening and growth of each platform; three float64 arrays, shape (P,)."""
    members = scenario.platform.members.values()
    shares = np.array([p.accounts for p in members], float)
    opened = np.array([(p.opened - scenario.start).days for p in members], float)
    return shares / shares.sum(), opened, np.array([p.sign_up_growth for p in members], float)


def accounts(capacity):
    """Room for accounts, none opened yet."""
    columns = records(capacity, ACCOUNT)
    for name in ("worker", "next", "project", "due_link"):
        columns[name] = NOBODY
    return columns


def platforms(scenario):
    """The platforms' rules in kernel units: micro-euro, seconds, days, millionths."""
    rows = np.zeros(len(scenario.platform.members), PLATFORM)
    total = sum(p.accounts for p in scenario.platform.members.values())
    for row, platform in zip(rows, scenario.platform.members.values(), strict=True):
        row["structure"] = STRUCTURES.index(platform.structure)
        row["vouchers"] = platform.vouchers
        row["opened"] = (platform.opened - scenario.start).days
        row["cash_out_delay"] = platform.cash_out_delay
        row["cash_out_threshold"] = round(platform.cash_out_threshold * MICRO)
        row["ban_after"], row["ban_share"] = platform.ban_after, platform.ban_share
        row["admitted"] = platform.admitted
        row["wage"], row["weight"] = platform.wage, platform.accounts / total
        row["notification"] = platform.notification
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
    row["exam_difficulty"] = np.log(1.0 - min(chain.exam_difficulty, 0.999)) / np.log(min(accuracy, 0.999))
    row["renewal"] = chain.renewal_days
    row["assiduity_floor"] = chain.assiduity_floor


def clients(scenario, key, intensity, kinds, mean_sizes):
    """Clients of all platforms, with volumes that add up to the demand of the scenario.

    Parameters
    ----------
    intensity : float64 array, shape (days + 1,)
        Cumulated intensity, mean one a day.
    kinds : float64 array, shape (KINDS, 5)
        Mean seconds of a task in column 0.
    mean_sizes : float64 array, shape (KINDS,)
        Tasks of the mean batch.

    Returns
    -------
    CLIENT array
    """
    days = len(intensity) - 1
    demand = scenario.demand
    shares = demand_shares(scenario)
    seconds = HOUR * demand.hours_per_day * days * scenario.population.scale
    law = np.array(
        [
            demand.client_size_log_sd,
            demand.client_life_shape,
            demand.client_life_months * MEAN_MONTH,
            demand.sudden_end_per_year / MEAN_YEAR,
            *lognormal(demand.strictness_mean, demand.strictness_sd),
            demand.patience_days,
            demand.patience_log_sd,
            0.0,
        ]
    )
    mix = np.array([(k.share, k.wage_factor) for k in _kinds(demand)])
    found_rows = []
    for p, platform in enumerate(scenario.platform.members.values()):
        law[8] = platform.wage_log_sd
        rows = _found(scenario, key, p, platform, law, mix, days)
        exposure = intensity[np.minimum(rows["last_day"], days - 1) + 1] - intensity[np.maximum(rows["first_day"], 0)]
        asked = seconds * shares[p]
        if len(rows):
            rows["volume"] *= asked / (rows["volume"] * exposure).sum()
        rows["posts"] = rows["volume"] / (mean_sizes[rows["kind"]] * kinds[rows["kind"], 0])
        rows["next_post"] = intensity[np.maximum(rows["first_day"], 0)] + rows["next_post"] / np.maximum(
            rows["posts"], 1e-12
        )
        found_rows.append(rows)
    return np.concatenate(found_rows)


def lognormal(mean, sd):
    """Log of the median and log-sd of the lognormal law of a mean and a standard deviation; of mean 0, all are 0."""
    if mean == 0.0:
        return -np.inf, 0.0
    spread = np.log1p((sd / mean) ** 2)
    return np.log(mean) - spread / 2.0, np.sqrt(spread)


def demand_shares(scenario):
    """Share of each platform in the minutes of work demanded, float64 array, shape (P,)."""
    weight = np.array([member.demand_share for member in scenario.platform.members.values()])
    return weight / weight.sum()


def researcher(scenario):
    """The client behind the questionnaire: the last row, there whether the survey is held or not."""
    row = np.zeros(1, CLIENT)
    survey, keys = scenario.survey, list(scenario.platform.members)
    row["platform"] = keys.index(survey.platform) if survey.platform in keys else 0
    row["kind"], row["who"] = KINDS.index("survey"), 2**30
    row["first_day"] = (min(survey.waves) - scenario.start).days
    row["last_day"] = (max(survey.waves) - scenario.start).days + survey.open_days
    row["wage"], row["announced_share"] = 60.0 * survey.reward / survey.minutes, 1.0
    row["patience"], row["next_post"], row["scale"] = survey.open_days, np.inf, 1.0
    row["first_slot"], row["last_slot"] = NOBODY, NOBODY
    return row


def _found(scenario, key, p, platform, law, mix, days):
    """Clients of one platform that are there on some day of the run."""
    life = _mean_life(law)
    scale = scenario.population.scale
    entries = max(1, round(platform.clients * scale * (days + WARM_UP_DAYS) / life))
    rows = np.zeros(entries, CLIENT)
    level = scenario.demand.announced_level if platform.structure == "biface" else 1.0
    announced = np.array([level * platform.announced_share, platform.announced_log_sd])
    burst = scenario.demand.burst
    found(key, p, -float(WARM_UP_DAYS), entries, law, mix, platform.wage, announced, days, burst, rows)
    if scenario.demand.name == "collapse":
        _collapse(scenario, key, p, rows)
    rows = rows[(rows["last_day"] >= 0) & (rows["first_day"] < days) & (rows["first_day"] <= rows["last_day"])]
    if not len(rows):  # a tiny market: one client stays throughout
        rows = np.zeros(1, CLIENT)
        found(key, p, 0.0, 1, law, mix, platform.wage, announced, days, burst, rows)
        rows["first_day"], rows["last_day"], rows["ended"] = 0, days, 0
    return rows


def _mean_life(law):
    """Mean of the shorter of the Weibull life and the time to a sudden end, days."""
    t = np.linspace(0.0, 1.0, 20_001)[1:] ** 3 * 36_500.0
    survival = np.exp(-((t / law[2]) ** law[1]) - law[3] * t)
    return float(np.trapezoid(np.append(1.0, survival), np.append(0.0, t)))


def _collapse(scenario, key, p, rows):
    """On the day of the collapse contracts end, and as large a share of newcomers stays away."""
    day = (scenario.demand.collapse_on - scenario.start).days
    gone = np.zeros(len(rows), np.bool_)
    leave_at_once(key, p, scenario.demand.collapse_depth, gone)
    there = gone & (rows["first_day"] < day) & (rows["last_day"] >= day)
    rows["last_day"][there], rows["ended"][there] = day - 1, 1
    rows["last_day"][gone & (rows["first_day"] >= day)] = -1


def _kinds(demand):
    return [demand.kinds[name] for name in KINDS if name in demand.kinds]
