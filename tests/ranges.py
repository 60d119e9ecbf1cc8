"""Scenarios drawn over the ranges of all declared fields, and what holds of a run whatever was asked for."""

import math
import warnings
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, get_args, get_origin

import numpy as np
from hypothesis import strategies as st

from sim.results.tables import results
from sim.runs.run_folder import fill, show
from sim.scenario import composition, fields
from sim.scenario.parameter import leaves
from sim.scenario.problems import BadScenario, at
from sim.scenario.scenario import Scenario
from sim.simulation.accounting import check
from sim.simulation.day import DayByDay

START, DAYS = date(2018, 5, 25), 24
TINY = {"population.people": 300, "start": START, "end": START + timedelta(DAYS), "report.figures": False}
TINY |= {"survey.waves": ["2018-05-28", "2018-06-11"], "survey.quota": 20_000, "demand.collapse_on": "2018-06-05"}
TINY |= {"policy.start": "2018-06-01"}
# Where runs are made and shown, what is drawn by other means, and what only makes a run longer or larger.
ELSEWHERE = ("cluster.", "report.", "seeds", "survey.targets", "behaviour.posterior", "behaviour.row", "start", "end",
             "demand.name", "population.people", "population.sample", "population.absent", "country.", "policy.start",
             "survey.platform")  # fmt: skip
SHARES = ("share", "gini")
BINDS = {
    "portable_qualifications": ("deep",),
    "commission_on_workers": ("deep",),
    "raise_alone": ("deep",),
    "employment_presumption": ("biface", "united_kingdom"),
}  # where a policy binds nobody


def declared(tree):
    """Every field of a tree that can be drawn: ``{full key: (type, parameter)}``, with the names that stand there."""
    found = {}
    for key, kind, parameter in leaves(fields.Scenario):
        for full in named(tree, key):
            if (
                not key.startswith(ELSEWHERE)
                and not key.endswith(("chain", "structure"))
                and at(tree, full.split(".")) is not None
            ):
                found[full] = kind, parameter
    return found


def named(tree, key):
    """The full keys that stand in a tree for a key in which ``<name>`` stands for any name."""
    above, some, below = key.partition(".<name>")
    names = at(tree, above.split(".")) if some else {}
    return [full for name in names for full in named(tree, f"{above}.{name}{below}")] if some else [key]


def ends(kind, parameter):
    """The values at the ends of a field's range."""
    options = [part for part in get_args(kind) if part is not type(None)]
    if get_origin(kind) is Literal:
        return options
    if type(None) in get_args(kind):
        return ends(options[0], parameter)
    if get_origin(kind) is tuple and options[0] is float:
        low, high, others = parameter.low, parameter.high, len(options) - 1
        return [[low, *[low] * others], [high, *[high] * others], [high, *[low] * others], [low, *[high] * others]]
    return {bool: [False, True], int: [parameter.low, parameter.high], float: [parameter.low, parameter.high]}.get(
        kind, []
    )


def values(kind, parameter):
    """Values over a field's range, its ends most of all."""
    if get_origin(kind) is tuple and get_args(kind)[0] is float:
        one = st.floats(parameter.low, parameter.high)
        return st.sampled_from(ends(kind, parameter)) | st.lists(
            one, min_size=len(get_args(kind)), max_size=len(get_args(kind))
        )
    found = st.sampled_from(ends(kind, parameter))
    if kind is float:
        low, high = max(parameter.low, 1e-3), parameter.high
        logs = st.floats(math.log(low), math.log(high)).map(lambda x: min(max(math.exp(x), low), high))
        return found | st.floats(parameter.low, parameter.high) | logs if parameter.low >= 0 else found
    return found | st.integers(parameter.low, parameter.high) if kind is int else found


@st.composite
def scenarios(draw, most=25, people=(1, 2, 50, 300, 1000)):
    """Choices and up to so many fields of any group, a policy's too; what must fit together mostly does."""
    choices = {group: draw(st.sampled_from(composition.options(group))) for group in ("platform", "demand")}
    policies = [
        name for name in list(fields.Policy.__annotations__)[2:] if choices["platform"] not in BINDS.get(name, ())
    ]
    choices["policy"] = sorted(draw(st.lists(st.sampled_from(policies), max_size=3, unique=True)))
    tree = composition.compose(choices)
    found = {key: field for key, field in declared(tree).items() if ends(*field)}
    calm = [key for key in found if "traits" not in key]
    asked = draw(st.lists(st.sampled_from(calm), min_size=1, max_size=most, unique=True))
    if draw(st.integers(0, 3)) == 0:
        asked += draw(st.lists(st.sampled_from([key for key in found if "traits" in key]), max_size=3, unique=True))
    changes = {key: draw(values(*found[key])) for key in asked}
    if draw(st.booleans()):
        changes["demand.hours_per_day"] = 10.0 ** draw(st.floats(3.0, 6.5))
    if draw(st.integers(0, 19)):
        _fitting(tree, changes)
    return TINY | choices | changes | {"population.people": draw(st.sampled_from(people))}


def _fitting(tree, changes):
    """Shares add up to one, spreads and caps fit what they belong to."""
    for member, own in tree["platform"]["members"].items():
        bill = f"platform.members.{member}.tasks"
        shares = {f"{bill}.{name}.share": fare["share"] for name, fare in own["tasks"].items()}
        if shares.keys() & changes.keys():
            shares = {key: changes.get(key, share) for key, share in shares.items()}
            total = sum(shares.values())
            changes.update({key: share / total for key, share in shares.items()} if total else {})
        for name, fare in own["tasks"].items():
            smallest, largest = f"{bill}.{name}.smallest", f"{bill}.{name}.largest"
            if {smallest, largest} & changes.keys():
                changes[smallest] = min(changes.get(smallest, fare["smallest"]), changes.get(largest, fare["largest"]))
    for key, shares in list(changes.items()):
        if key.endswith((".requires", ".age_bands", ".education_below")) and sum(shares):
            changes[key] = [share / sum(shares) for share in shares]
        if key.endswith("households_women") or key.endswith("households_men"):
            changes[key] = [share * 0.88 / max(sum(shares), 0.88) for share in shares]
    share = changes.get("behaviour.accuracy_mean", tree["behaviour"]["accuracy_mean"])
    sd = changes.get("behaviour.accuracy_sd", tree["behaviour"]["accuracy_sd"])
    changes["behaviour.accuracy_sd"] = min(sd, math.sqrt(share * (1.0 - share)))
    most = changes.get("behaviour.looking_rate_max", tree["behaviour"]["looking_rate_max"])
    changes["behaviour.lapse_rate"] = min(changes.get("behaviour.lapse_rate", tree["behaviour"]["lapse_rate"]), most)
    for key in [key for key in changes if key.endswith("chain.weekly_cap_hours")]:
        target = key.replace("weekly_cap_hours", "target_hours")
        changes[target] = min(changes[key], changes.get(target, 6.0))


def sound(scenario, shown=False):
    """Run a scenario, warnings being errors; its books close on every day, its results can be and be shown."""
    with warnings.catch_warnings(), np.errstate(all="raise", under="ignore"):
        warnings.simplefilter("error")
        market = DayByDay(scenario)
        while market.running:
            market.step()
            check(market)
        record = results(market)
        wrong = list(faults(record))
        assert not wrong, "; ".join(wrong)
        if shown:
            with TemporaryDirectory() as folder:
                show(fill(record, Path(folder), [], 0.0), Path(folder))
    return record


def faults(record):
    """What cannot be, in the tables and the summary of a run."""
    for name in record._tables():
        for column, values in getattr(record, name).items():
            if values.dtype.kind not in "fiu":
                continue
            numbers = values.to_numpy()
            if not np.isfinite(numbers).all():
                yield f"{name}.{column} is not finite"
            elif column not in MAY_BE_NEGATIVE and not borne(record, column) and len(numbers) and numbers.min() < 0:
                yield f"{name}.{column} = {numbers.min()}"
    for name, value in record.summary.items():
        if np.isinf(value) or value < 0 and not borne(record, name):
            yield f"summary.{name} = {value}"
        elif any(word in name for word in SHARES) and value > 1 + 1e-9:
            yield f"summary.{name} = {value}"


MAY_BE_NEGATIVE = {
    "signed_up",
    "first_day",
    "last_day",
    "last_seen",
    "first_filled",
    "last_filled",
    "project",
    "worker",
}


def borne(record, name):
    """Whether platforms may bear more than their commission: search is paid out of it."""
    return "commission" in name and record.scenario.policy.paid_search is not None


def outcome(changes, shown=False):
    """What became of a scenario: refused, or clean."""
    try:
        scenario = Scenario.load(**changes)
    except BadScenario as bad:
        assert bad.problems
        return "refused"
    sound(scenario, shown)
    return "clean"
