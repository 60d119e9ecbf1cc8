"""How large the numbers of a run will be, reckoned before it starts, beside what whole numbers can hold.

Means of the laws that the market draws from; where these fit, so do the sums, for of a sum that is never negative no
more than one in `MARGIN` is that many times its mean (Markov's inequality).
"""

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

from sim.kernel.categories import USE_OF_KIND
from sim.kernel.units import COMMON_YEAR, DAY, HOUR, MEAN_MONTH, MEAN_YEAR, MICRO
from sim.scenario.own.asked import ASKED
from sim.scenario.problems import Problem

MARGIN = 64
MOST = 2**62 / MARGIN  # of micro-euro and of seconds, in 64 bits
MOST_BATCHES = 2**31 / 8  # numbers of batches, in 32 bits
MOST_CLIENTS = 2**24  # of a platform: twice as many have a coordinate of chance each
LARGEST_BATCH, LONGEST_TASK = 1e8, 2.0**31 - 1  # tasks, seconds: `sim.kernel.records`
FURTHEST, BUSIEST = 6.0, 2.0  # log points, likewise
MOST_LOST = 0.01  # share of the work that may lie beyond the longest task
WARM_UP_DAYS = 3_650  # before the start in which clients come: `sim.population.synthesis`


class Magnitudes(NamedTuple):
    """What a run is expected to come to."""

    seconds: float  # of work asked for
    micro_euro: float  # spent by clients, all work done that people have hours for
    batches: float
    week: float  # tasks that deep labour asks for in its largest week


def too_large(scenario: Any) -> Iterator[Problem]:
    """What of a scenario would not fit into whole numbers, or not into what can be told apart."""
    demand = scenario.demand
    for key, member in scenario.platform.members.items():
        for name, fare in member.tasks.items():
            true = fare.seconds / _announced(member, demand)
            lost = beyond(true, math.hypot(fare.seconds_log_sd, member.announced_log_sd))
            if lost > MOST_LOST:
                beside = f"{lost:.0%} of the work would be in tasks of more than 68 years (seconds = {fare.seconds:g})"
                yield Problem(f"platform.members.{key}.tasks.{name}.seconds_log_sd", fare.seconds_log_sd, beside)
        come = member.clients * scenario.scale * (_days(scenario) + WARM_UP_DAYS) / mean_life(demand)
        if member.listed and come > MOST_CLIENTS:
            stay = f"demand.client_life_months = {demand.client_life_months:g}"
            wrong = f"some {come:.2g} would come and go, with {stay}; at most {MOST_CLIENTS:.2g} can be told apart"
            yield Problem(f"platform.members.{key}.clients", member.clients, wrong)
    expected = magnitudes(scenario)
    for value, most, what in (
        (expected.seconds, MOST, "{} seconds of work asked for"),
        (expected.micro_euro / MICRO, MOST / MICRO, "{} euro spent, with these prices"),
        (expected.batches, MOST_BATCHES, "{} batches, of this size (platform.members.*.tasks.*.smallest, largest)"),
        (expected.week, LARGEST_BATCH, "{} tasks in a week of deep labour"),
    ):
        if value > most:
            wrong = f"comes to some {what.format(f'{value:.2g}')}; at most {most:.2g} can be counted"
            yield Problem("demand.hours_per_day", demand.hours_per_day, wrong)


def magnitudes(scenario: Any) -> Magnitudes:
    """What a run is expected to come to: means over the laws; one run of few clients may be several times off."""
    demand, days, policy = scenario.demand, _days(scenario), scenario.policy
    asked = HOUR * demand.hours_per_day * days * scenario.scale
    members = scenario.platform.members.values()
    total = math.fsum(member.demand_share for member in members) or 1.0
    hourly = batches = week = 0.0
    everywhere = 0.0  # work asked for of anybody over that asked for of people in France
    for member in members:
        work = asked * member.demand_share / total
        hourly += work / asked * max(_hourly(member, demand), _of_own(scenario, member)) if work else 0.0
        for name, fare in member.tasks.items():
            reach = _reach(scenario.world, member, fare)
            everywhere += work * fare.share * reach / asked if work else 0.0
            tasks = work * fare.share * reach / _mean_task(member, demand, fare)
            if not member.listed:
                growth = (1.0 + demand.growth_per_year) * (1.0 + getattr(demand.growth_by_use, USE_OF_KIND[name]))
                week += tasks * min(7.0 / days * peak(growth - 1.0, days), 1.0)
            elif tasks:
                each = work * reach / days / (member.clients * scenario.scale)
                batches += tasks * _batches_per_task(member, demand, fare, each)
    more, pay = _of_policies(policy, members)
    fast = math.exp(scenario.behaviour.speed_log_sd**2 / 2.0)
    crowd = max(everywhere, 1.0)
    more *= crowd
    people = scenario.population.simulated * scenario.population.entry.most * crowd
    done = min(asked * more, people * days * DAY * fast)
    return Magnitudes(asked * more, done / HOUR * (hourly * pay[0] + pay[1]) * MICRO, batches, week * more / crowd)


def least_bytes(scenario: Any, kept: bool = True) -> float:
    """Memory that a run takes at least: a person and their accounts, an account nobody opens, a batch and its row.

    Parameters
    ----------
    kept
        Batches are kept in memory and do not go into the run's folder as they are finished.
    """
    population = scenario.population
    people = 400.0 * population.simulated + 5.0 * population.absent_simulated
    return people + 200.0 * magnitudes(scenario).batches if kept else people


def _days(scenario):
    return (scenario.end - scenario.start).days + 1


def _margin(chain):
    return 1.0 / ((1.0 - chain.recruiter_margin) * (1.0 - chain.contractor_margin)) - 1.0


def _of_policies(policy, members):
    """Factor on the work asked for; factor on what an hour costs, and what comes on top of that, euro."""
    more, factor, floor = 1.0, 1.0, 0.0
    if policy.demand_change:
        more *= max(1.0, policy.demand_change.factor)
    if policy.automation and policy.automation.feeds:
        more *= _fed(policy.automation, members)
    if policy.raise_alone:
        factor = 1.0 + policy.raise_alone.raised
        more *= max(1.0, factor**-policy.demand_elasticity)
    if policy.commission_on_workers:
        more *= max(1.0 + member.commission for member in members) ** policy.demand_elasticity
    on_top = 9.0 + max(_margin(member.chain) if member.chain else 0.0 for member in members)
    for own in (policy.minimum_rate, policy.employment_presumption, policy.paid_search):
        floor += own.hourly * on_top if own else 0.0
    return more, (
        max(1.0, factor) * (6.0 if policy.paid_search else 3.0 if policy.employment_presumption else 1.0),
        floor,
    )


def _fed(own, members):
    """Factor on the work asked for in the use that automation feeds."""
    less = more = 0.0
    for member in members:
        for kind, fare in member.tasks.items():
            gone = kind == own.kind if own.kind else USE_OF_KIND[kind] == own.use
            less += member.demand_share * fare.share if gone else 0.0
            more += member.demand_share * fare.share if not gone and USE_OF_KIND[kind] == own.feeds else 0.0
    return 1.0 + own.fed * own.share * less / more if more else 1.0


def _reach(world, member, fare):
    """Work asked for over France's part of it, mean over clients: `sim.population.crowd`."""
    if not member.listed:
        return 1.0
    return 1.0 + (1.0 - fare.french) * world.active * member.foreign_share / max(1.0 - member.foreign_share, 1e-6)


def _announced(member, demand):
    """Median of announced over true duration on a platform."""
    return demand.announced_share if member.announced_share is None else member.announced_share


def _mean_task(member, demand, fare):
    """True seconds."""
    return fare.seconds * math.exp(fare.seconds_log_sd**2 / 2.0) / _announced(member, demand)


def _hourly(member, demand):
    """What a true hour of work costs the clients of a platform at the most they come to pay, euro."""
    on_top = 1.0 + member.commission + (_margin(member.chain) if member.chain else 0.0)
    spread = (member.wage_log_sd**2 + member.announced_log_sd**2) / 2.0
    most = _announced(member, demand) * math.exp(spread + (most_added(demand) if member.listed else 0.0) + 0.02)
    floor = (fare.share * member.least_task * HOUR / _mean_task(member, demand, fare) for fare in member.tasks.values())
    return on_top * (math.fsum(fare.share * fare.hourly * most for fare in member.tasks.values()) + math.fsum(floor))


def _of_own(scenario, member):
    """The same where a rule of one's own sets what is paid: the most that such a rule may give."""
    return (1.0 + member.commission) * ASKED["piece_rate"].most if scenario.ones_own("piece_rate") else 0.0


def most_added(demand: Any) -> float:
    """Log points that clients add to their first rates at most, or take from them."""
    most = FURTHEST * demand.rate_response + BUSIEST * demand.rate_tightness
    return most / (1.0 - demand.rate_following)


def _batches_per_task(member, demand, fare, each):
    """One over the mean size of batches, over the tasks of clients whose mean asks for `each` seconds of work a day.

    Volumes are lognormal, and no batch is more than a month of its client's work, unless the platform takes none
    smaller; so the tasks of small clients come in more batches.
    """
    spread, order = demand.client_size_log_sd, member.least_order * math.exp(most_added(demand))
    least = order * HOUR / (fare.hourly * fare.seconds)
    weights = {z / 4.0: math.exp(-((z / 4.0) ** 2) / 2.0) for z in range(-20, 21)}
    batches = 0.0
    for z, weight in weights.items():  # of tasks, which have the log-sd of clients and a mean higher by its square
        month = MEAN_MONTH * each * math.exp(spread * z + spread**2 / 2.0) / _mean_task(member, demand, fare)
        largest = min(max(month, fare.smallest), fare.largest)
        batches += weight / mean_size(demand.batch_size_exponent, fare.smallest, largest, least)
    return batches / math.fsum(weights.values())


def beyond(median: float, log_sd: float) -> float:
    """Share of the work in tasks longer than `LONGEST_TASK`, of lognormal tasks of that median, seconds."""
    if log_sd == 0.0:
        return 0.0
    return math.erfc((math.log(LONGEST_TASK / median) / log_sd - log_sd) / math.sqrt(2.0)) / 2.0


def mean_size(exponent: float, smallest: float, largest: float, least: float = 1.0) -> float:
    """Mean of a Pareto law cut at the largest of which none is let stand below `least`; whole tasks are half less."""
    least = max(smallest, math.ceil(least))
    if least >= largest:
        return least
    end, rest = largest**-exponent, 1.0 - exponent
    if abs(rest) < 1e-9:
        area = math.log(largest / least)
    else:
        area = (largest**rest - least**rest) / rest
    above = (area - (largest - least) * end) / (smallest**-exponent - end)
    return least + max(0.0, above - 0.5)


def mean_life(demand: Any) -> float:
    """Days that a client stays, about: its Weibull life and the wait for a sudden end, as if both were exponential."""
    lasting = demand.client_life_months * MEAN_MONTH * math.gamma(1.0 + 1.0 / demand.client_life_shape)
    return 1.0 / (1.0 / lasting + demand.sudden_end_per_year / MEAN_YEAR)


def peak(growth: float, days: int) -> float:
    """Largest over mean demand of a run in which demand grows by that share a year."""
    grown = abs(math.log1p(growth)) * days / COMMON_YEAR
    return grown / -math.expm1(-grown) if grown else 1.0
