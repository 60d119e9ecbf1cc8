"""Policies against the market as it is, on the same luck: ``python -m experiments.policy policy=minimum_rate [...]``.

Every arm of a seed has the same people, clients and draws, and is the same to the bit until `policy.start`; what
differs from then on is the policy, and what chance makes of the change, which a placebo shows.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from experiments.cli import stop_or_go
from experiments.folder import begin
from experiments.policy.arms import arms, fold, named, plan
from sim.results.folder import near, write_tables
from sim.results.provenance import scenario_of
from sim.runs.finished import stored
from sim.runs.replicate import Replicate, run_all
from sim.scenario import composition
from sim.scenario.parameter import Quantity as Q
from sim.scenario.problems import ABSENT, Problem, nearest, question
from sim.scenario.scenario import Scenario

_MANUAL = """\
Runs the market with and without policies, the same people and the same luck in both, and says what differs: for
whom, by how much, and how sure that is. Every finished run is kept: the same command goes on where it stopped, and
further policies or seeds are added to what is there.

  python -m experiments.policy policy=minimum_rate population=small seeds=6      one policy, a first look
  python -m experiments.policy 'policy=[minimum_rate,no_cash_out_threshold]'     two together
  python -m experiments.policy 'compare=[[minimum_rate],[paid_search],[minimum_rate,paid_search]]'
                                                                                 several, each with the status quo
  python -m experiments.policy compare=all population=small                      each policy by itself
  python -m experiments.policy 'compare=[[minimum_rate],[minimum_rate_lock_out]]'  with and without lock-out
  python -m experiments.policy policy=minimum_rate policy.minimum_rate.hourly=5 policy.start=2017-07-01
  python -m experiments.policy policy=boycott behaviour=posterior                each seed with its own draw
"""


class Settings:
    """What can be set of the experiment itself."""

    seeds: int = Q("runs of each arm; with behaviour=posterior each seed has its own draw", "run", 1, 10_000)
    workers: int | None = Q("runs at a time; null: as many as cores and memory allow", "run", 1, 1024)
    compare: str | list | None = Q("policies to compare, as in [[a],[b,c]], or all: each by itself; or say policy=")
    placebo: bool = Q("run an arm in which nothing that matters happens, to show what chance alone makes of it")


def further(settings, changes, folders):
    """The policies that the words of a comparison ask for, as one word for the scenario; and what is wrong.

    `settings["compare"]` becomes a list of lists of options of the group `policy`, `settings["typed"]` the fields of
    policies that were given a value, by full key.
    """
    known = [name for name in composition.options(composition.SEVERAL, folders) if name not in ("none", "placebo")]
    given = {key: value for key, value in changes.items() if key.startswith(composition.SEVERAL)}
    settings["typed"] = {key: value for key, value in given.items() if key.count(".") == 2}
    settings["folders"] = folders
    asked, typed = settings["compare"], given.get(composition.SEVERAL)
    if asked is None:
        if typed in (None, "none", []):
            wrong = f"say what to compare with the market as it is: one or several of {', '.join(known)}"
            return [], [Problem("policy", ABSENT if typed is None else typed, f"{wrong}; or compare=all")]
        settings["compare"] = [typed if isinstance(typed, list) else [typed]]
        return [], []  # what is wrong with the names, the scenario says
    if typed is not None:
        return [], [Problem("policy", typed, "says the same as compare; take one of the two")]
    if asked == "all":
        asked = [[name] for name in known]
    each = [[arm] if isinstance(arm, str) else arm for arm in ([asked] if isinstance(asked, str) else asked)]
    problems = _problems(each, [*known, "placebo"]) or [
        problem for arm in each for problem in composition.twice("compare", arm, folders)
    ]
    if problems:
        return [], problems
    settings["compare"] = [sorted(arm) for arm in each]
    one_each = {tuple(composition.option(composition.SEVERAL, name, folders)): name for arm in each for name in arm}
    return [f"policy=[{','.join(sorted(one_each.values()))}]"], []


def _problems(arms, known):
    problems = [] if arms else [Problem("compare", arms, "is empty")]
    for arm in arms:
        if not isinstance(arm, list) or not arm:
            problems.append(Problem("compare", arm, "must be a list of names of policies"))
            continue
        for name in arm:
            if name not in known:
                wrong = f"there is no such policy; one of {', '.join(known)}{question(nearest(name, known))}"
                problems.append(Problem("compare", name, wrong))
        if len(set(map(str, arm))) < len(arm):
            problems.append(Problem("compare", arm, "names a policy twice"))
    return problems


def experiment(scenario, settings, folder, command):
    """Make the runs that are missing, and tell what differs between policies and the market as it is.

    Parameters
    ----------
    scenario : Scenario
        With every policy of every arm; its seed is the first.
    settings : dict
        `Settings` by name.
    folder : Path
    command : str
    """
    from experiments.policy.measure import measure

    own = [str(path) for path in settings["folders"] if path != composition.CONF]
    settings = {name: value for name, value in settings.items() if name != "folders"}
    provenance = begin(folder, "policy", scenario, settings, command, folders=own)
    markets = _markets(scenario, provenance)
    runs = run_all(plan(markets, settings["seeds"]), measure, folder, settings["workers"])
    print(show(runs, markets, scenario, folder, provenance), flush=True)
    print(f"Everything is in {near(folder)}")


def report(folder: Path, provenance: dict[str, Any], **shown: Any) -> str:
    """Make the report of a finished comparison anew; gives back what the screen shows, or raises BadFolder."""
    from experiments.policy.measure import measure

    scenario = scenario_of(folder, **shown)
    markets = _markets(scenario, provenance)
    runs = stored(plan(markets, provenance["settings"]["seeds"]), measure, folder, provenance)
    return show(runs, markets, scenario, folder, provenance)


def _markets(scenario, provenance):
    settings, folders = provenance["settings"], [*map(Path, provenance["folders"]), composition.CONF]
    return arms(scenario, settings["compare"], settings["typed"], settings["placebo"], folders)


def show(
    runs: Iterable[tuple[Replicate, dict[str, Any]]],
    markets: dict[str, Scenario],
    scenario: Scenario,
    folder: Path,
    provenance: dict[str, Any],
) -> str:
    """Write tables, figures and page; gives back what the screen shows."""
    from experiments.policy.figures import draw_comparison
    from experiments.policy.page import Comparison, write_comparison
    from experiments.policy.screen import comparison_text

    settings, tables = provenance["settings"], fold(runs, [*markets][1:])
    wanted = {named(names): markets[named(names)] for names in settings["compare"]}
    comparison = Comparison(scenario=scenario, markets=wanted, seeds=settings["seeds"], command=provenance["command"],
                            provenance=provenance, **tables)  # fmt: skip
    write_tables(folder, {f"{name}.csv": table for name, table in tables.items()})
    if scenario.report.figures:
        draw_comparison(comparison, folder)
    write_comparison(comparison, folder)
    return comparison_text(comparison)


if __name__ == "__main__":
    stop_or_go("policy", _MANUAL, Settings, experiment, further)
