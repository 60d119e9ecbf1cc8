"""What may be another from the day of a checkpoint on, and what may not: only what has not acted so far."""

from collections.abc import Iterator, Mapping
from typing import Any

from sim.results.checkpoint.folder import Checkpoint
from sim.results.provenance import leaves
from sim.scenario import composition
from sim.scenario.own.brought import wrong
from sim.scenario.own.marks import SHOWN
from sim.scenario.problems import BadScenario, Problem, shown
from sim.scenario.scenario import Scenario

MAY = ("policy", "end", "record", "report", "cluster", "survey.targets")  # groups and fields
_MAY = "policy (not begun by then), end, record, report and survey.targets"


def changed(
    checkpoint: Checkpoint, asked: Mapping[str, Any], folders: composition.Folders = (composition.CONF,)
) -> Scenario:
    """The scenario of a checkpoint with what is asked for from its day on.

    Parameters
    ----------
    checkpoint
    asked
        Values by full key; a word or a list at a group's own key chooses options, as in `Scenario.resolve`.
    folders
        Where options are looked up.

    Raises
    ------
    BadScenario
        With everything that cannot be another, or that is not possible.
    """
    there = checkpoint.scenario
    _, tree, typed, problems = composition.choose(dict(asked), folders, there.model_dump())
    for name in ("start", "demand_elasticity"):
        if f"policy.{name}" not in typed:
            tree = composition.placed(tree, ("policy", name), getattr(there.policy, name))
    if problems:
        raise BadScenario(problems)
    if "horizon" not in typed:
        tree = tree | {"horizon": None if str(tree["end"]) == str(there.laid_out) else there.laid_out}
    scenario = Scenario.checked(tree, recorded=True)
    problems = [*wrong(scenario.own), *_refused(checkpoint, scenario, asked)]
    problems += [problem for look in (_end, _policy, _months) for problem in look(checkpoint, scenario)]
    if problems:
        raise BadScenario(problems)
    return scenario


def _refused(checkpoint: Checkpoint, scenario: Scenario, asked: Mapping[str, Any]) -> Iterator[Problem]:
    """What the market rests on already, and is asked to be another."""
    pairs = [dict(leaves(one.model_dump(mode="json"))) for one in (checkpoint.scenario, scenario)]
    own = [f"own.{name}" for one in (checkpoint.scenario, scenario) for name in one.ones_own("policy", *SHOWN)]
    every = pairs[0] | pairs[1]
    keys = [key for key in every if pairs[0].get(key) != pairs[1].get(key) and not _is_in(key, (*MAY, *own))]
    laid_out = scenario.laid_out == checkpoint.scenario.laid_out
    keys = [key for key in keys if key != "own" and not (key == "horizon" and laid_out)]  # "own": of one that has none
    groups = {key: value for key, value in asked.items() if key in composition.chosen() and isinstance(value, str)}
    rests = f"the market of {checkpoint.date} rests on it; from that morning on only {_MAY} may be another"
    for group in {key.partition(".")[0]: None for key in keys if key.partition(".")[0] in groups}:
        name = pairs[0].get(f"{group}.name")
        yield Problem(group, groups[group], f"is {name if name != groups[group] else 'changed'} there: {rests}")
    for key in (key for key in keys if key.partition(".")[0] not in groups):
        has = shown(pairs[0][key]) if key in pairs[0] else "not"
        yield Problem(key, pairs[1].get(key), f"is {has} there: {rests}")


def _is_in(key, parts):
    return any(key == one or key.startswith(f"{one}.") for one in parts)


def _end(checkpoint: Checkpoint, scenario: Scenario) -> Iterator[Problem]:
    """A run ends after it has begun."""
    if scenario.end < checkpoint.date:
        yield Problem("end", scenario.end, f"must be {checkpoint.date} or later, the day of the checkpoint")


def _policy(checkpoint: Checkpoint, scenario: Scenario) -> Iterator[Problem]:
    """Policies that are in force stay as they are; others begin on the checkpoint's day or later."""
    before, after = checkpoint.scenario, scenario
    if _decided(before) == _decided(after):
        return
    if before.decided and before.policy.start < checkpoint.date:
        since = f"{', '.join(before.decided)} came into force on {before.policy.start}, before the checkpoint's day"
        yield Problem("policy", [*after.decided], f"{since}, {checkpoint.date}: what was decided stays as it is")
    elif after.decided and (start := after.policy.start) < checkpoint.date:
        yield Problem("policy.start", start, f"must be {checkpoint.date} or later: the market is that of then")


def _decided(scenario):
    return scenario.policy, {name: scenario.own[name] for name in scenario.ones_own("policy")}


def _months(checkpoint: Checkpoint, scenario: Scenario) -> Iterator[Problem]:
    """Months asked for that were over before the checkpoint have to be in it."""
    kept, month = _last_months(checkpoint.scenario), f"{checkpoint.date:%Y-%m}"
    asked = _last_months(scenario)
    if missing := [label for label in asked if label < month and label not in kept]:
        told = f"asks for {missing[0]}, which was over before {checkpoint.date} and was not kept there"
        most = f"at most {len(asked) - len(missing)} with end = {scenario.end}"
        yield Problem("record.months", scenario.record.months, f"{told}; {most}")


def _last_months(scenario: Scenario) -> list[str]:
    """Labels of the months whose workers a run keeps."""
    last, months = 12 * scenario.end.year + scenario.end.month - 1, scenario.record.months
    first = max(last - months + 1, 12 * scenario.start.year + scenario.start.month - 1)
    return [f"{month // 12}-{month % 12 + 1:02}" for month in range(first, last + 1)]
