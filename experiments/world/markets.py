"""The markets of the world experiment: as it is, and what differs in the others, on the same luck over two years."""

from datetime import timedelta

from sim.kernel.categories import USES
from sim.runs.replicate import Replicate, changed, over_seeds
from sim.scenario import composition
from sim.scenario.scenario import Scenario

WHOLE, BASE, TWO_YEARS = "whole run", "as it is", 730  # days
NONE, NOBODY = "no crowd elsewhere", "nobody elsewhere to do its work"
PEOPLE, DEMAND = "registrations doubled", "demand doubled"
RAISED, COLLAPSE = "pay four times as high", "demand falls by nine tenths"
BOYCOTT, CROWD, AUTOMATION = "boycott of a tenth", "twice as many from India", "half of preparation automated"
SHOPS, NO_PLACES = "ecosystem", "ecosystem without places"
NO_ENTRY, NO_FORUMS, NO_OPACITY, NO_USES = "sign-ups as given", "no forums", "every client known", "uses grow alike"
OFF = (NONE, NO_ENTRY, NO_FORUMS, NO_OPACITY, NO_USES)  # each a mechanism switched off


def without(name: str) -> str:
    """The variant in which that happens where nobody is elsewhere."""
    return f"{name}, {NONE}"


def unheard(name: str) -> str:
    """The variant in which that happens without forums."""
    return f"{name}, {NO_FORUMS}"


def markets(scenario: Scenario) -> dict[str, Scenario]:
    """Every market by its name: the whole run, and two years in whose middle policies begin."""
    start = max(scenario.start, scenario.end - timedelta(days=TWO_YEARS - 1))
    base = changed(scenario, start=start, policy__start=start + (scenario.end - start) / 2)
    changes = {BASE: {}} | _pairs(base) | _policies() | _off(base)
    made = {name: changed(base, **values) for name, values in changes.items()}
    return {WHOLE: scenario} | made | _elsewhere(base)


def _policies():
    """What is decided in the middle of the two years."""
    silent, boycott = {"behaviour__forums__share": 0.0}, _policy("boycott", share=0.1)
    return {
        RAISED: _policy("raise_all", raised=3.0),
        COLLAPSE: _policy("demand_change", factor=0.1),
        BOYCOTT: boycott,
        unheard(BOYCOTT): silent | boycott,
        AUTOMATION: _policy("automation_of_preparation"),
    }


def _pairs(base):
    """More people and more demand."""
    return {PEOPLE: _doubled(base), DEMAND: {"demand__hours_per_day": 2.0 * base.demand.hours_per_day}}


def _off(base):
    """Each mechanism switched off."""
    known = {f"platform__members__{key}__names_clients": 1.0 for key, one in base.platform.members.items()}
    return {
        NO_FORUMS: {"behaviour__forums__share": 0.0},
        NO_OPACITY: known,
        NO_USES: {f"demand__growth_by_use__{use}": 0.0 for use in USES},
    }


def _elsewhere(base):
    """The markets of the crowd elsewhere, and those with places."""
    made = {}
    if "world" in type(base).model_fields:
        nobody = {"world": composition.option("world", "none")}
        changes = {NONE: nobody, NOBODY: {"world__watching": 0.0}}
        changes |= {CROWD: _policy("crowd_change", region="india", factor=2.0)}
        changes |= {without(name): nobody | values for name, values in _pairs(base).items()}
        made |= {name: changed(base, **values) for name, values in changes.items()}
    return made


def plan(scenario: Scenario, seeds: int) -> list[Replicate]:
    """Every run, those of one seed together."""
    by_variant = [over_seeds(market, seeds, name) for name, market in markets(scenario).items()]
    return [one for together in zip(*by_variant, strict=True) for one in together]


def _policy(option, **own):
    """The fields of a policy's option in ``conf/policy/``, some of them at other values."""
    return {f"policy__{name}": given | own for name, given in composition.option(composition.SEVERAL, option).items()}


def _doubled(base):
    """Twice the registrations before the same clients, who ask for the same work, and before the same crowd elsewhere.

    What a day asks for, how many clients there are and how many elsewhere watch is declared at full scale, and goes
    with the people.
    """
    members = base.platform.members
    clients = {f"platform__members__{key}__clients": max(1.0, one.clients / 2.0) for key, one in members.items()}
    more = {"population__people": 2 * base.population.people}
    if "world" in type(base).model_fields:
        more["world__watching"] = base.world.watching / 2.0
    return more | {"demand__hours_per_day": base.demand.hours_per_day / 2.0} | clients
