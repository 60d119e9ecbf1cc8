"""Combinations of fields that cannot be: each value alone would do."""

import math
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from sim.kernel.categories import USE_OF_KIND
from sim.scenario import composition
from sim.scenario.magnitudes import too_large
from sim.scenario.problems import BadScenario, Problem, nearest, question

MOST_PLATFORMS = 32  # a worker's platforms are the bits of one 32-bit word
MOST_DAYS = 24_000  # seconds since the start are kept in 32 bits
LAST_SEED = 2**64 - 1


def conflicts(scenario: Any) -> list[Problem]:
    """What is wrong with a scenario whose fields are each in range."""
    problems = [
        *_seeds(scenario),
        *_sample(scenario.population),
        *_country(scenario.country),
        *_calendar(scenario),
        *(problem for key, member in scenario.platform.members.items() for problem in _platform(scenario, key, member)),
        *_platforms(scenario),
        *_shares(scenario),
        *_spreads(scenario),
        *_traits(scenario.population.traits),
        *_survey(scenario),
        *_policies(scenario),
        *_cluster(scenario.cluster),
    ]
    if not problems:
        return [*too_large(scenario), *_together(scenario.population.traits)]
    wrong = any(problem.key.startswith("population.traits") for problem in problems)
    return problems if wrong else [*problems, *_together(scenario.population.traits)]


def _seeds(scenario):
    most = LAST_SEED - scenario.seed + 1
    if scenario.seeds > most:
        yield Problem("seeds", scenario.seeds, f"at most {most} from seed = {scenario.seed} on: seeds end at 2^64 - 1")


def _sample(population):
    if population.simulated < 1:
        yield Problem("population.sample", population.sample, f"leaves nobody of {population.people} people")


def _country(country):
    for day in country.holidays.split():
        if not re.fullmatch(r"(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", day):
            yield Problem("country.holidays", day, "must be days of the year with a blank between, such as 01-01 12-25")
    if not re.fullmatch("[A-Z]{3}", country.currency.code):
        yield Problem("country.currency.code", country.currency.code, "must be three letters, such as GBP")


def _calendar(scenario):
    start, end, last, collapse = scenario.start, scenario.end, scenario.laid_out, scenario.demand.collapse_on
    if end < start:
        yield Problem("end", end, f"is before start = {start}")
    elif end > last:
        yield Problem("end", end, f"is after horizon = {last}, the last day for which the market is laid out")
    elif last - start > timedelta(MOST_DAYS):
        yield Problem("end" if last == end else "horizon", last, f"at most {MOST_DAYS} days after start = {start}")
    elif scenario.demand.name == "collapse" and not start <= collapse <= last:
        yield Problem("demand.collapse_on", collapse, f"must lie between start = {start} and end = {last}")


def _platforms(scenario):
    members = scenario.platform.members
    if not 1 <= len(members) <= MOST_PLATFORMS:
        yield Problem("platform.members", len(members), f"there must be 1 to {MOST_PLATFORMS} platforms")
    elif not any(member.demand_share for member in members.values()):
        yield Problem("platform.members", list(members), "demand_share must be above 0 on at least one platform")


def _platform(scenario, key, member):
    key, chain = f"platform.members.{key}", member.chain
    if member.opened > scenario.laid_out:
        yield Problem(f"{key}.opened", member.opened, f"is after end = {scenario.laid_out}")
    if member.contracts and chain is None:
        yield Problem(f"{key}.chain", None, "a platform with structure = deep needs the three layers of the chain")
    if chain is not None and not member.contracts:
        yield Problem(f"{key}.structure", "biface", f"a platform with a chain must be deep; or set {key}.chain=null")
    for name, fare in member.tasks.items():
        if fare.smallest > fare.largest:
            wrong = f"is above {key}.tasks.{name}.largest = {fare.largest}"
            yield Problem(f"{key}.tasks.{name}.smallest", fare.smallest, wrong)
    if chain is None:
        return
    if chain.target_hours > chain.weekly_cap_hours:
        cap = f"{key}.chain.weekly_cap_hours = {chain.weekly_cap_hours:g}"
        yield Problem(f"{key}.chain.target_hours", chain.target_hours, f"is above {cap}")


def _shares(scenario):
    traits = scenario.population.traits
    lists = {f"platform.members.{key}.requires": m.requires for key, m in scenario.platform.members.items()}
    lists |= {f"population.traits.{name}": getattr(traits, name) for name in ("age_bands", "education_below")}
    for key, member in scenario.platform.members.items():
        lists[f"platform.members.{key}.tasks.*.share"] = [fare.share for fare in member.tasks.values()]
        if member.chain:
            lists[f"platform.members.{key}.chain.client_shares"] = member.chain.client_shares
    lists["world.regions.*.share"] = [region.share for region in scenario.world.regions.values()]
    for key, shares in lists.items():
        total = math.fsum(shares)
        if abs(total - 1) > 1e-6:
            yield Problem(key, list(shares), f"these shares must add up to 1, not {total:.6g}")


def _spreads(scenario):
    behaviour = scenario.behaviour
    mean, sd = behaviour.accuracy_mean, behaviour.accuracy_sd
    widest = math.sqrt(mean * (1 - mean))
    if sd > widest:
        yield Problem("behaviour.accuracy_sd", sd, f"shares around a mean of {mean:g} spread by at most {widest:.3g}")
    if behaviour.lapse_rate > behaviour.looking_rate_max:
        most = f"behaviour.looking_rate_max = {behaviour.looking_rate_max:g}"
        yield Problem("behaviour.lapse_rate", behaviour.lapse_rate, f"is above {most}: everybody would stop at once")


def _traits(traits):
    def problem(name, wrong, other):
        value = getattr(traits, name)
        given = f"population.traits.{other} = {getattr(traits, other):g}"
        value = list(value) if isinstance(value, tuple) else value
        return Problem(f"population.traits.{name}", value, wrong.format(given))

    for name in ("households_women", "households_men"):
        if math.fsum(getattr(traits, name)) + traits.with_parents > 1 + 1e-6:
            yield problem(name, "these shares and {} add up to more than 1", "with_parents")
    if traits.income_below_1500 + traits.income_1500_3000 > 1:
        yield problem("income_1500_3000", "and {} add up to more than 1", "income_below_1500")
    for lower, upper in (("poor_line", "low_line"), ("poor_share", "low_share")):
        if getattr(traits, lower) >= getattr(traits, upper):
            yield problem(lower, "must be below {}", upper)
    young, adults = traits.age_bands[1], math.fsum(traits.age_bands[1:5])
    older = traits.above_bac_plus_2_25_64 * adults - traits.above_bac_plus_2_25_34 * young
    if not 0 <= older <= adults - young:
        wrong = "no share of those over 35 fits it and {}"
        yield problem("above_bac_plus_2_25_64", wrong, "above_bac_plus_2_25_34")


def _together(traits):
    """Traits other than the usual ones may contradict one another: their joint distribution is made, and kept."""
    if traits.model_dump(mode="json") != composition.option("population", composition.chosen()["population"])["traits"]:
        from sim.scenario.joint.shares import joint_shares  # NumPy and more

        try:
            joint_shares(traits)
        except BadScenario as bad:
            yield from bad.problems


def _survey(scenario):
    survey, members = scenario.survey, scenario.platform.members
    if survey.retained is not None and survey.retained > len(members):
        yield Problem("survey.retained", survey.retained, f"at most {len(members)}, the number of platforms")
    if survey.platform not in members and survey.platform != scenario.country.survey:
        names = ", ".join(members)
        near = question(nearest(survey.platform, members))
        yield Problem("survey.platform", survey.platform, f"must be one of the platforms {names}{near}")
    first, second = survey.waves
    if second <= first:
        yield Problem("survey.waves", [first, second], "the second wave must come after the first")
    if survey.days > survey.open_days:
        yield Problem("survey.days", survey.days, f"at most {survey.open_days}, the days a wave stays open")
    posted_on = members.get(survey.platform)
    if posted_on is not None and first < posted_on.opened:
        opened = f"platform.members.{survey.platform}.opened = {posted_on.opened}"
        yield Problem("survey.waves", [first, second], f"the first wave is before the platform opens, {opened}")


def _policies(scenario):
    policy, members = scenario.policy, scenario.platform.members
    if not scenario.decided:
        return
    if not scenario.start <= policy.start <= scenario.end:
        between = f"must lie between start = {scenario.start} and end = {scenario.end}"
        yield Problem("policy.start", policy.start, between)
    if policy.employment_presumption and not any(member.contracts for member in members.values()):
        yield Problem("policy", "employment_presumption", "binds nobody: no platform of this choice is deep labour")
    biface = [name for name in ("portable_qualifications", "commission_on_workers") if name in policy.chosen]
    if policy.raise_alone and policy.raise_alone.clients == "largest":
        biface.append("raise_alone")
    if biface and not any(member.listed for member in members.values()):
        yield from (Problem("policy", name, "binds nobody: no platform of this choice is biface") for name in biface)
    if policy.automation:
        yield from _automation(policy.automation, list(dict.fromkeys(k for m in members.values() for k in m.tasks)))
    yield from _crowd_change(policy.crowd_change, scenario.world)


def _automation(own, kinds):
    """One kind or one use of these, and what it feeds another."""
    uses = list(dict.fromkeys(USE_OF_KIND[kind] for kind in kinds))
    if (own.kind is None) == (own.use is None):
        given = [name for name in (own.kind, own.use) if name]
        yield Problem("policy.automation", given or None, "must have either a kind or a use; the other is null")
    for key, known in (("kind", kinds), ("use", uses), ("feeds", uses)):
        value = getattr(own, key)
        if value is not None and value not in known:
            yield Problem(f"policy.automation.{key}", value, f"nobody asks for it here; one of {', '.join(known)}")
    if own.feeds is not None and own.feeds == own.use:
        yield Problem("policy.automation.feeds", own.feeds, "must be another use than the one that is automated")


def _crowd_change(change, world):
    if change and change.region not in world.regions:
        names = list(world.regions)
        wrong = f"must be one of the regions {', '.join(names)}{question(nearest(change.region, names))}"
        yield Problem("policy.crowd_change.region", change.region, wrong)
    elif change and world.active == 0.0:
        yield Problem("policy", "crowd_change", f"binds nobody: world={world.name} has nobody elsewhere")


def _cluster(cluster):
    """What stands in a line of a job's script, or opens a door, is looked at letter by letter."""
    for name in ("partition", "account", "interface", "prologue", "address"):
        value = getattr(cluster, name)
        if value is not None and not value.isprintable():
            yield Problem(
                f"cluster.{name}", repr(value), "must be one line, without line breaks and control characters"
            )
        elif value is not None and name not in ("prologue", "address") and not re.fullmatch(r"\w[\w.,:@%+/-]*", value):
            yield Problem(f"cluster.{name}", value, "must be a name, of letters, digits and . , : @ % + / -")
    if cluster.name == "dask" and cluster.address is not None:
        yield from _address(cluster.address)
    if cluster.name == "dask" and cluster.address is None:
        where = "where the scheduler listens, as tcp://127.0.0.1:8786; docs/clusters.md says how to start one"
        yield Problem("cluster.address", None, f"cluster=dask needs it: {where}")
    if cluster.name != "dask" and cluster.address is not None:
        yield Problem("cluster.address", cluster.address, f"cluster={cluster.name} has none; meant with cluster=dask")
    if cluster.name == "slurm" and cluster.workers is None:
        yield Problem("cluster.workers", None, "cluster=slurm needs to know how many jobs to ask for")


def _address(address):
    """Whoever reaches a scheduler runs code there, and it in its clients: beyond this machine both show keys."""
    try:
        parts = urlsplit(address if "://" in address else f"tcp://{address}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
    if not host or port is None or parts.scheme not in ("tcp", "tls"):
        yield Problem("cluster.address", address, "is no address such as tcp://127.0.0.1:8786")
    elif parts.scheme == "tcp" and not re.fullmatch(r"localhost|127(\.\d+){3}|::1", host):
        wrong = "leaves this machine without keys: whoever is in between could run code; use tls:// or a tunnel"
        yield Problem("cluster.address", address, f"{wrong} (docs/clusters.md)")
