"""What makes the reservoir: mechanisms of the market switched off one at a time, on the same luck.

A draw's coordinates do not depend on what is switched off, so a seed's market with and without a mechanism shares
people, clients and chance wherever the mechanism does not reach, and the paired difference needs few seeds. Differences
are factors: of odds for shares, of amounts for all else. A mechanism *destroys* a pattern if chance alone does not make
the change, all comparisons taken together, and the factor is two or more; it *bends* it if only the first holds.
"""

import textwrap

import numpy as np
import pandas as pd

from experiments.movement import movement
from sim.instruments.across_seeds import beyond_chance, interval, p_of_ratios
from sim.instruments.arithmetic import carried_over, per_person
from sim.instruments.fieldwork import Fieldwork
from sim.instruments.tiers import per_head, retained
from sim.kernel.units import HOUR
from sim.results.results import Results
from sim.runs.replicate import Replicate, changed
from sim.scenario.scenario import Scenario

BASE = "base"
FEWEST_SIGN_UPS = 0.1  # growth of sign-up: eight in ten accounts opened in the first tenth of a platform's time
# What each is, and how it is switched off.
MECHANISMS = {
    "reinforcement": "nobody learns from what looking brought: behaviour.learning_rate=0",
    "qualifications": "every batch is open to everybody (deep labour keeps its exam): requires=[1, 0, 0, 0] everywhere",
    "volatility": "demand is the same every week: demand=steady",
    "sign-up": "as many people, but hardly anybody new: sign_up_growth=0.1 everywhere",
    "multi-homing": "one platform each: behaviour.joining_rate=0, population.joined_at_sign_up=0",
    "search cost": "looking at a list and choosing take no time: behaviour.search_seconds=0, pick_seconds=0",
}
# What is watched, whether it is a share, and what it is called.
OUTCOMES = {
    "occasional_share": (True, "registered who did not look in a month"),
    "reading_very_active": (False, "very active, as read"),
    "reading_regular": (False, "regular, as read"),
    "reading_occasional": (False, "occasional, as read"),
    "truth_very_active": (False, "very active, true"),
    "ever_worked": (True, "registered who ever worked"),
    "gini": (True, "Gini of a month's earnings"),
    "mean_earnings": (False, "mean earnings of a month's earners"),
    "unpaid_share": (True, "unpaid time of all time"),
    "fill_time": (False, "median time to fill"),
    "empty_share": (True, "looks that find nothing"),
    "stay_often": (True, "looking often, still so a month later"),
}
DESTROYED = np.log(2.0)  # log factor from which a pattern counts as destroyed
_EDGE = 1e-4  # shares are kept this far from 0 and 1


def switched(base: Scenario) -> dict:
    """The market without each mechanism: name to scenario; volatility is switched on where demand is steady."""
    keys = base.platform.members
    everywhere: dict[str, dict] = {
        "qualifications": {f"platform__members__{key}__requires": (1.0, 0.0, 0.0, 0.0) for key in keys},
        "sign-up": {f"platform__members__{key}__sign_up_growth": FEWEST_SIGN_UPS for key in keys},
    }
    changes: dict[str, dict] = {
        "reinforcement": {"behaviour__learning_rate": 0.0},
        "volatility": {"demand__name": "volatile" if base.demand.name == "steady" else "steady"},
        "multi-homing": {"behaviour__joining_rate": 0.0, "population__joined_at_sign_up": 0.0},
        "search cost": {"behaviour__search_seconds": 0.0, "behaviour__pick_seconds": 0.0},
    }
    return {name: changed(base, **(changes | everywhere)[name]) for name in MECHANISMS}


def plan(base: Scenario, seeds: int) -> list[Replicate]:
    """Every run: list of Replicate, seed by seed, the base first."""
    worlds = {BASE: base} | switched(base)
    return [Replicate(name, changed(world, seed=base.seed + n)) for n in range(seeds) for name, world in worlds.items()]


def measure(results: Results) -> dict[str, float]:
    """What is kept of a run: number by name of `OUTCOMES`, nan where unknown."""
    fieldwork, summary = Fieldwork(results), results.summary
    people, table = fieldwork.truth["people"].astype(float), fieldwork.tiers.set_index("tier")
    values = {f"reading_{tier.replace(' ', '_')}": table.loc[tier, "reading"] for tier in table.index}
    values |= {"reading_very_active": _very_active(fieldwork), "truth_very_active": table.loc["very active", "truth"]}
    values |= {"occasional_share": 1.0 - people["active in the month"] / people["registered"]}
    values |= {"ever_worked": people["ever worked"] / people["registered"], "stay_often": movement(results)[2][2]}
    names = {"gini": "gini_earners", "mean_earnings": "earned_mean_euro", "fill_time": "fill_median_seconds",
             "unpaid_share": "unpaid_share", "empty_share": "empty_share"}  # fmt: skip
    values |= {name: summary[key] for name, key in names.items()}
    return {name: float(values[name]) for name in OUTCOMES}


def _very_active(fieldwork):
    """The reading of the very active by Chapman's count, which a small market has too when nobody is caught twice."""
    scenario, count = fieldwork.scenario, fieldwork.waves
    if count is None:
        return float("nan")
    registered = fieldwork.registrations
    base, whole = float(registered[scenario.surveyed]), registered.reindex(retained(scenario)).sum()
    return per_person(carried_over(count.chapman.n_hat, base, whole), per_head(scenario)) / scenario.population.fraction


def compared(measured: list[tuple[str, int, dict[str, float]]]) -> pd.DataFrame:
    """Each outcome with and without each mechanism, over the seeds in which both are known; from variant, seed and what
    `measure` kept of each run.

    Returns
    -------
    DataFrame
        mechanism, outcome, seeds, with_it, without (means), factor (of odds or of amounts: geometric mean over seeds of
        without over with), low, high (its 95 % interval, Student, on paired differences; nan of few seeds), verdict
        ("destroys", "bends", "leaves", "unknown"), and the factor of each seed in a column of its name.
    """
    wide = pd.DataFrame([{"variant": variant, "seed": seed} | one for variant, seed, one in measured])
    wide = wide.set_index(["variant", "seed"])[[*OUTCOMES]].astype(float)
    rows, base = [], wide.loc[BASE]
    for name in MECHANISMS:
        for outcome, (share, _) in OUTCOMES.items():
            pair = pd.DataFrame({"with_it": base[outcome], "without": wide.loc[name][outcome]})
            pair = pair[np.isfinite(pair).all(axis=1)]
            moved = _scaled(pair["without"], share) - _scaled(pair["with_it"], share)
            low, high = interval(moved)
            row = {"mechanism": name, "outcome": outcome, "seeds": len(pair)} | pair.mean().to_dict()
            row |= {"factor": np.exp(moved.mean()), "low": np.exp(low), "high": np.exp(high)}
            rows.append(row | {"verdict": ""} | {f"seed {seed}": np.exp(one) for seed, one in moved.items()})
    table = pd.DataFrame(rows)
    p = p_of_ratios(table["factor"], table["low"], table["high"], table["seeds"])
    away, known = np.log(table["factor"]).abs() >= DESTROYED, np.isfinite(p)
    chosen = [~known, ~beyond_chance(p), away]
    return table.assign(verdict=np.select(chosen, ["unknown", "leaves", "destroys"], "bends"))


def _scaled(values, share):
    """Log-odds of shares, logarithms of amounts."""
    values = values.clip(_EDGE, 1.0 - _EDGE) if share else values.clip(lower=1e-9)
    return np.log(values / (1.0 - values)) if share else np.log(values)


def text(table: pd.DataFrame, steady: bool) -> str:
    """The answer in words: what makes the reservoir, and what each mechanism holds up."""
    away = table[table["outcome"] == "occasional_share"].copy()
    away = away.iloc[np.argsort(-(away["without"] - away["with_it"]).abs().to_numpy(), kind="stable")]
    before = away["with_it"].iloc[0]
    lines = [f"What makes the reservoir? {before:.1%} of the registered did not look in the last month."]
    for row in away.itertuples():
        ends = f", 95 % {row.low:.2f} to {row.high:.2f}" if np.isfinite(row.low) else ""
        told = {"unknown": "not known", "leaves": "no difference beyond chance"}.get(row.verdict, f"{row.verdict} it")
        change = f"{row.without:.1%} (odds x {row.factor:.2f}{ends}): {told}"
        lines.append(f"  {_without(row.mechanism, steady):<26} {change}")
    lines += [_answer(away), ""]
    for name, part in table.groupby("mechanism", sort=False):
        lines.append(_folded(f"{_without(name, steady)} ({MECHANISMS[name]})", "  "))
        for verdict in ("destroys", "bends"):
            some = part[part["verdict"] == verdict]
            some = some.iloc[np.argsort(-np.log(some["factor"]).abs().to_numpy())]
            if len(some):
                lines.append(_folded(f"{verdict}: {'; '.join(_moved(row) for row in some.itertuples())}", "    "))
        if (part["verdict"] == "unknown").all():
            lines.append("    too few seeds to tell")
        elif part["verdict"].isin(["leaves", "unknown"]).all():
            lines.append("    no difference beyond chance")
    verdicts = (
        "destroys: beyond chance, all comparisons taken together (Benjamini and Hochberg, 5 %), and a factor of two or "
    )
    verdicts += "more (of odds for shares); bends: only beyond chance. Nothing is told of fewer than five seeds."
    return "\n".join(
        [*lines, _folded(f"Paired over {int(table['seeds'].max())} seeds on the same luck. {verdicts}", "")]
    )


def _answer(away):
    """One sentence: what makes it, what moves it, what has nothing to do with it."""
    if (away["verdict"] == "unknown").all():
        return "Too few seeds to tell any difference from chance."
    by = {name: away.loc[away["verdict"] == name, "mechanism"].tolist() for name in ("destroys", "bends", "leaves")}
    made = f"It is made by {' and '.join(by['destroys'])}" if by["destroys"] else "No mechanism makes it alone"
    moved = f"; {', '.join(by['bends'])} move{'s' * (len(by['bends']) == 1)} it" if by["bends"] else ""
    rest = f"; it does without {', '.join(by['leaves'])}" if by["leaves"] else ""
    return _folded(f"{made}{moved}{rest}.", "")


def _folded(text, indent):
    return textwrap.fill(text, 116, initial_indent=indent, subsequent_indent=indent + "  ", break_on_hyphens=False)


def _without(name, steady):
    return f"{'With' if steady and name == 'volatility' else 'Without'} {name}"


def _moved(row):
    share, words = OUTCOMES[row.outcome]
    return f"{words} {' -> '.join(_number(x, share, row.outcome) for x in (row.with_it, row.without))}"


def _number(x, share, outcome):
    if share:
        return f"{100 * x:.3g} %"
    if outcome == "fill_time":
        return f"{x / HOUR:.3g} h"
    return f"{x:,.0f}" if x >= 100 else f"{x:.3g}"
