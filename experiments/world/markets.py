"""The markets of the world experiment: as it is, and what differs in the others, on the same luck over two years."""

from datetime import timedelta
from typing import Any

from sim.kernel.categories import USES
from sim.runs.replicate import Replicate, changed, over_seeds
from sim.scenario import composition
from sim.scenario.problems import BadScenario
from sim.scenario.scenario import Scenario

WHOLE, BASE, TWO_YEARS = "whole run", "as it is", 730  # days
NONE, NOBODY = "no crowd elsewhere", "nobody elsewhere to do its work"
PEOPLE, DEMAND = "registrations doubled", "demand doubled"
RAISED, COLLAPSE = "pay four times as high", "demand falls by nine tenths"
BOYCOTT, CROWD, AUTOMATION = "boycott of a tenth", "twice as many from India", "half of preparation automated"
SHOPS, NO_PLACES = "ecosystem", "shops like other tasks"
NO_ENTRY, NO_FORUMS, NO_OPACITY, NO_USES = "sign-ups as given", "no forums", "every client known", "uses grow alike"
TENTH = 0.1  # of the active
OFF = (NONE, NO_ENTRY, NO_FORUMS, NO_OPACITY, NO_USES)  # each a mechanism switched off

Changes = dict[str, dict[str, Any]]  # by market: full key with ``__`` for the dots, value


def without(name: str) -> str:
    """The variant in which that happens where nobody is elsewhere."""
    return f"{name}, {NONE}"


def unheard(name: str) -> str:
    """The variant in which that happens without forums."""
    return f"{name}, {NO_FORUMS}"


def markets(scenario: Scenario) -> dict[str, Scenario]:
    """Every market by its name: the whole run, and two years in whose middle policies begin.

    What cannot be of the scenario given, such as more people elsewhere where there are none, is left out.
    """
    start = max(scenario.start, scenario.end - timedelta(days=TWO_YEARS - 1))
    base, made = changed(scenario, start=start, policy__start=start + (scenario.end - start) / 2), {WHOLE: scenario}
    for name, values in ({BASE: {}} | _elsewhere(base) | _policies(base) | _off(base)).items():
        try:
            made[name] = changed(base, **values)
        except BadScenario:
            continue
    shops = changed(base, platform=composition.option("platform", SHOPS)) if base.platform.name == "france" else base
    return made | {SHOPS: shops, NO_PLACES: changed(shops, behaviour__travels=False)}


def plan(scenario: Scenario, seeds: int) -> list[Replicate]:
    """Every run, those of one seed together."""
    by_variant = [over_seeds(market, seeds, name) for name, market in markets(scenario).items()]
    return [one for together in zip(*by_variant, strict=True) for one in together]


def _elsewhere(base: Scenario) -> Changes:
    """With the crowd elsewhere and without, more people and more demand."""
    nobody = {"world": composition.option("world", "none")}
    pairs = {PEOPLE: _doubled(base), DEMAND: {"demand__hours_per_day": 2.0 * base.demand.hours_per_day}}
    alone = {without(name): values | nobody for name, values in pairs.items()}
    return pairs | alone | {NONE: nobody, NOBODY: {"world__watching": 0.0}}


def _policies(base: Scenario) -> Changes:
    """What is decided in the middle of the two years; of the crowd elsewhere, at their beginning.

    A call to boycott that a tenth of the active join if they hear of it in forums; where there are none, it goes from
    mouth to mouth among people who are as willing.
    """
    willing = min(1.0, TENTH / max(base.behaviour.forums.share, TENTH))
    boycott = _policy("boycott", share=willing, heard_by="forum")
    told = _policy("boycott", share=willing, heard_by="surroundings")
    return {
        RAISED: _policy("raise_all", raised=3.0),
        COLLAPSE: _policy("demand_change", factor=0.1),
        BOYCOTT: boycott,
        unheard(BOYCOTT): {"behaviour__forums__share": 0.0} | told,
        CROWD: _policy("crowd_change", region="india", factor=2.0) | {"policy__start": base.start},
        AUTOMATION: _policy("automation_of_preparation"),
    }


def _off(base: Scenario) -> Changes:
    """Mechanisms switched off."""
    return {
        NO_ENTRY: {"population__entry__responds": False},
        NO_FORUMS: {"behaviour__forums__share": 0.0},
        NO_OPACITY: {f"platform__members__{key}__names_clients": 1.0 for key in base.platform.members},
        NO_USES: {f"demand__growth_by_use__{use}": 0.0 for use in USES},
    }


def _policy(option: str, **own: Any) -> dict[str, Any]:
    """The fields of a policy's option in ``conf/policy/``, some of them at other values."""
    return {f"policy__{name}": given | own for name, given in composition.option(composition.SEVERAL, option).items()}


def _doubled(base: Scenario) -> dict[str, Any]:
    """Twice the registrations before the same clients, who ask for the same work, and before the same crowd elsewhere.

    What a day asks for, how many clients there are and how many elsewhere watch is declared at full scale, and goes
    with the people.
    """
    members = base.platform.members
    clients = {f"platform__members__{key}__clients": max(1.0, one.clients / 2.0) for key, one in members.items()}
    more = {"population__sample": 2.0 * base.population.fraction, "world__watching": base.world.watching / 2.0}
    return more | {"demand__hours_per_day": base.demand.hours_per_day / 2.0} | clients
