"""The arms of a comparison: which markets are run, and what they say together, seed by seed."""

from dataclasses import dataclass

import pandas as pd

from experiments.policy.paired import comparison, fates, path_over_seeds, people_over_seeds
from sim.runs.replicate import Replicate, changed
from sim.scenario import composition

STATUS_QUO, PLACEBO = "status quo", "placebo"


@dataclass(frozen=True)
class Arm(Replicate):
    """One market of a comparison, measured from the first day of the policies on."""

    def run(self, measure):
        """Run the market, check its accounting, and give back what is measured of it."""
        from experiments.policy.measure import before
        from sim.simulation.accounting import check
        from sim.simulation.day import DayByDay

        market = DayByDay(self.scenario)
        while market.date < self.scenario.policy.start:
            market.step()
        start = before(market)
        market.run()
        check(market)
        return measure(market, start)


def named(names):
    """The name of an arm with these policies together."""
    return "+".join(sorted(names))


def arms(scenario, combinations, typed, placebo, folders=(composition.CONF,)):
    """The markets of a comparison.

    Parameters
    ----------
    scenario : Scenario
        With whatever policies; everything else holds in every arm.
    combinations : list of lists of str
        The options of the group `policy` that make each arm.
    typed : dict
        Values of fields of policies by full key: they hold in every arm that has the policy.
    placebo : bool
        Whether to add an arm in which nothing that matters happens.
    folders : sequence of path
        Where options are looked up.

    Returns
    -------
    dict of str to Scenario
        The status quo first.
    """
    usual = {"report__figures": True, "report__language": "en", "survey__targets": None, "seeds": 1}
    usual |= {f"policy__{name}": None for name in scenario.policy.chosen}  # what is only shown moves no run
    found = {STATUS_QUO: changed(scenario, **usual, policy__demand_elasticity=1.0)}
    for names in combinations:
        tree = {}
        for name in sorted(names):
            tree = composition.merge(tree, composition.option(composition.SEVERAL, name, folders))
        for key, value in typed.items():
            _, name, field = key.split(".")
            if name in tree:
                tree = composition.merge(tree, {name: {field: value}})
        found[named(names)] = changed(scenario, **usual | {f"policy__{name}": own for name, own in tree.items()})
    if placebo and PLACEBO not in found:
        own = composition.option(composition.SEVERAL, PLACEBO)[PLACEBO]
        found[PLACEBO] = changed(found[STATUS_QUO], policy__placebo=own)
    return found


def plan(markets, seeds):
    """Every run of a comparison: seed by seed, the status quo first; a list of `Arm`.

    With a posterior each seed takes its own draw, the same in all arms.
    """
    first = markets[STATUS_QUO].seed
    return [Arm(name, changed(one, seed=seed)) for seed in range(first, first + seeds) for name, one in markets.items()]


def fold(kept, others):
    """What all runs say, taken in as they arrive: of everybody's earnings only what they add up to is kept.

    Parameters
    ----------
    kept : iterable of (Arm, dict)
        What `experiments.policy.measure.measure` kept, in any order.
    others : list of str
        The arms other than the status quo.

    Returns
    -------
    dict
        outcomes, people, path: the tables of `experiments.policy.paired` for all arms, the first column being `arm`.
    """
    waiting, measured, became = {}, {}, {}
    for one, found in kept:
        waiting.setdefault(one.seed, {})[one.variant] = measured[one.variant, one.seed] = found
        here = waiting[one.seed]
        if STATUS_QUO in here:
            for name in [name for name in here if name != STATUS_QUO and (name, one.seed) not in became]:
                became[name, one.seed] = fates(here[STATUS_QUO], here[name])
                here[name].pop("people")
            if len(here) == len(others) + 1:
                here[STATUS_QUO].pop("people")
                del waiting[one.seed]
    order = sorted({seed for _, seed in measured})
    quo = [measured[STATUS_QUO, seed] for seed in order]
    tables = {"outcomes": [], "people": [], "path": []}
    for name in others:
        other = [measured[name, seed] for seed in order]
        for table, made in (
            ("outcomes", comparison(quo, other)),
            ("people", people_over_seeds([became[name, seed] for seed in order])),
            ("path", path_over_seeds(quo, other)),
        ):
            made.insert(0, "arm", name)
            tables[table].append(made)
    return {table: pd.concat(made, ignore_index=True) for table, made in tables.items()}
