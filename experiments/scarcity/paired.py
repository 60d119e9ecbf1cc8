"""Other markets on the same luck: how far pay, filling and behaviour move, over seeds."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd

from experiments.seeds import ratio_of_means
from sim.runs.replicate import Replicate, changed, over_seeds
from sim.scenario import composition
from sim.scenario.scenario import Scenario

BASE, TWO_YEARS = "two years", 730  # days
POLICY, DEMAND, PEOPLE = "demand doubled, policy", "demand doubled", "registrations doubled"
SWITCHES = {"vouchers": False, "cash_out_threshold": 0.0, "cash_out_delay": 0}  # and what a platform has without
ALONE, RAISED = "raise alone ", 0.1

Measured = dict[tuple[str, int], dict[str, Any]]  # by variant and seed


def paired_plan(scenario: Scenario, seeds: int, alone: int) -> list[Replicate]:
    """Every run on the same luck: two years of the market, and of the others beside it.

    Twice the registrations stand before the same clients who ask for the same work: what a day asks for and how many
    clients there are is declared at full scale and goes with the people.
    """
    start = max(scenario.start, scenario.end - timedelta(days=TWO_YEARS - 1))
    base = changed(scenario, start=start, policy__start=start + (scenario.end - start) / 2)
    members, hours = base.platform.members, base.demand.hours_per_day
    clients = {f"platform__members__{key}__clients": max(1.0, one.clients / 2.0) for key, one in members.items()}
    people = {"population__sample": 2.0 * base.population.fraction, "demand__hours_per_day": hours / 2.0} | clients
    changes: dict[str, dict[str, Any]] = {
        BASE: {},
        POLICY: {"policy__demand_change": {"factor": 2.0}, "policy__start": start},
        DEMAND: {"demand__hours_per_day": 2.0 * hours},
        PEOPLE: people,
    }
    for name, without in SWITCHES.items():
        changes[name] = {f"platform__members__{key}__{name}": without for key in touched(base, name)}
    raised = composition.option(composition.SEVERAL, "raise_alone")["raise_alone"] if alone else {}
    listed = any(one.listed for one in members.values())
    for rank in range(1, alone + 1 if listed else 1):
        changes[f"{ALONE}{rank}"] = {"policy__raise_alone": raised | {"raised": RAISED, "rank": rank}}
    markets = {name: changed(base, **values) for name, values in changes.items() if values or name == BASE}
    by_variant = [over_seeds(market, seeds, name) for name, market in markets.items()]
    return [one for together in zip(*by_variant, strict=True) for one in together]


def touched(scenario: Scenario, switch: str) -> list[str]:
    """Keys of the platforms on which something is switched off by one of `SWITCHES`."""
    members = scenario.platform.members
    return [key for key, one in members.items() if getattr(one, switch) != SWITCHES[switch]]


def moves(measured: Measured, scenario: Scenario) -> pd.DataFrame:
    """How much pay, looks and earnings move, as ratios over the same seeds.

    Returns
    -------
    DataFrame
        variant, against, number, ratio (of means over seeds), error (its standard error), and the ratio of each seed
        in a column of its name.
    """
    asked = [(one, BASE, ["hourly_run"]) for one in (POLICY, DEMAND, PEOPLE)]
    asked += [(one, PEOPLE, ["hourly_run"]) for one in (POLICY, DEMAND)]
    for switch in SWITCHES:
        for name in ("looks", "pay_micro_euro"):
            asked.append((switch, BASE, [f"{name}_run.{key}" for key in touched(scenario, switch)]))
    there = {variant for variant, _ in measured}
    rows = []
    for variant, against, names in asked:
        if variant not in there:
            continue
        seeds = sorted(seed for one, seed in measured if one == BASE)
        pair = [[sum(measured[one, seed]["numbers"][name] for name in names) for seed in seeds]
                for one in (variant, against)]  # fmt: skip
        above, below = np.array(pair, float)
        ratio, error = ratio_of_means(above, below)
        row = {"variant": variant, "against": against, "number": names[0].partition(".")[0]}
        each = {
            f"seed {seed}": one for seed, one in zip(seeds, above / np.where(below > 0, below, np.nan), strict=True)
        }
        rows.append(row | {"ratio": ratio, "error": error} | each)
    return pd.DataFrame(rows)


def elasticities(measured: Measured, raised: float) -> pd.DataFrame:
    """How much faster a client's batches are filled when it alone pays `raised` more, batch by batch on the same luck.

    ``elasticity = mean(log speed with - log speed without) / log(1 + raised)``, batches paired by client and k; the
    standard error leaves out one client of one seed at a time.

    Returns
    -------
    DataFrame
        client (rank), seed, batches (pairs), speed, rate (sums over the pairs of what the logarithm gains).
    """
    rows = []
    for variant, seed in measured:
        if variant.startswith(ALONE):
            rank = variant.removeprefix(ALONE)
            sides = [pd.DataFrame(measured[one, seed]["clients"].get(rank, {})) for one in (variant, BASE)]
            if all(len(side) for side in sides):
                pairs = sides[0].merge(sides[1], on="k", suffixes=("", "_before"))
                row = {"client": int(rank), "seed": seed, "batches": len(pairs)}
                gains = {name: (pairs[f"log_{name}"] - pairs[f"log_{name}_before"]).sum() for name in ("speed", "rate")}
                rows.append(row | gains)
    table = pd.DataFrame(rows, columns=["client", "seed", "batches", "speed", "rate"])
    return table.assign(elasticity=table["speed"] / table["batches"].clip(lower=1) / np.log1p(raised))


def elasticity(table: pd.DataFrame, raised: float) -> tuple[float, float]:
    """Elasticity of the speed of filling over all pairs of `elasticities`, and its standard error."""
    gain, error = ratio_of_means(table["speed"].to_numpy(float), table["batches"].to_numpy(float))
    return gain / np.log1p(raised), error / np.log1p(raised)


def by_run(runs: Iterable[tuple[Replicate, dict[str, Any]]]) -> Measured:
    """What was measured, by variant and seed."""
    return {(one.variant, one.seed): content for one, content in runs}
