"""Policies against the market as it is, on the same luck: ``python -m experiments.policy policy=minimum_rate [...]``.

Every arm of a seed has the same people, clients and draws, and is the same to the bit until `policy.start`; what
differs from then on is the policy, and what chance makes of the change, which a placebo shows.
"""

import os
from pathlib import Path

from experiments.arms import STATUS_QUO, fold, named, plan
from experiments.door import stop_or_go
from sim import groups
from sim.problems import ABSENT, Problem, nearest, question
from sim.quantity import Quantity as Q
from sim.replicates import code, run_all, write_json

_MANUAL = """\
Runs the market with and without policies, the same people and the same luck in both, and says what differs: for
whom, by how much, and how sure that is. Every finished run is kept: the same command goes on where it stopped, and
further policies or seeds are added to what is there.

  python -m experiments.policy policy=minimum_rate population=small seeds=6      one policy, a first look
  python -m experiments.policy 'policy=[minimum_rate,no_cash_out_threshold]'     two together
  python -m experiments.policy 'compare=[[minimum_rate],[paid_search],[minimum_rate,paid_search]]'
                                                                                 several, each with the status quo
  python -m experiments.policy compare=all population=small                      each policy by itself
  python -m experiments.policy policy=minimum_rate policy.minimum_rate.hourly=5 policy.start=2017-07-01
  python -m experiments.policy policy=boycott behaviour=posterior                each seed with its own draw
"""


class Settings:
    """What can be set of the experiment itself."""

    seeds: int = Q("runs of each arm; with behaviour=posterior each seed has its own draw", "run", 1, 10_000)
    workers: int | None = Q("runs at a time; null: as many as cores and memory allow", "run", 1, 1024)
    compare: str | list | None = Q("policies to compare, as in [[a],[b,c]], or all: each by itself; or say policy=")
    placebo: bool = Q("run an arm in which nothing that matters happens, to show what chance alone makes of it")


def further(settings, words):
    """The policies that the words of a comparison ask for, as one word for the scenario; and what is wrong.

    `settings["compare"]` becomes a list of lists of names, none if it is for ``policy=`` to say.
    """
    known = [name for name in groups.options(groups.SEVERAL) if name != "none"]
    typed = [word.partition("=")[2] for word in words if word.lstrip("+").startswith("policy=")]
    asked = settings["compare"]
    if asked is None:
        if not typed or typed == ["none"]:
            wrong = f"say what to compare with the market as it is: one or several of {', '.join(known)}"
            return [], [Problem("policy", typed[0] if typed else ABSENT, f"{wrong}; or compare=all")]
        return [], []
    if typed:
        return [], [Problem("policy", typed[0], "says the same as compare; take one of the two")]
    if asked == "all":
        settings["compare"] = [[name] for name in known if name != "placebo"]
        return [f"policy=[{','.join(name for name in known if name != 'placebo')}]"], []
    arms = [[arm] if isinstance(arm, str) else arm for arm in ([asked] if isinstance(asked, str) else asked)]
    problems = [] if arms else [Problem("compare", asked, "is empty")]
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
    if problems:
        return [], problems
    settings["compare"] = [sorted(arm) for arm in arms]
    return [f"policy=[{','.join(sorted({name for arm in arms for name in arm}))}]"], []


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
    from sim.instruments.arm import measure
    from sim.provenance import provenance

    combinations = settings["compare"] or [scenario.policy.chosen]
    asked = plan(scenario, combinations, settings["seeds"], settings["placebo"])
    born = provenance(scenario, None) | {"code": code(), "command": command, "seeds": settings["seeds"]}
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "provenance.json", born)
    arms = list(dict.fromkeys(one.variant for one in asked if one.variant != STATUS_QUO))
    found = fold(run_all(asked, measure, folder, settings["workers"]), arms, settings["seeds"])
    tell(found, scenario, [named(names) for names in combinations], settings, folder, command, born)


def tell(found, scenario, arms, settings, folder, command, born):
    """Tables, figures, page, and the table on the screen."""
    from sim.report.comparison import Comparison, write_comparison
    from sim.report.comparison_table import comparison_text
    from sim.report.effects import draw_comparison

    comparison = Comparison(scenario=scenario, arms=arms, seeds=settings["seeds"], command=command, provenance=born,
                            **found)  # fmt: skip
    for name in ("outcomes", "people", "path"):
        unfinished = folder / f".{name}.csv.part"
        found[name].to_csv(unfinished, index=False)
        os.replace(unfinished, folder / f"{name}.csv")
    scenario.write_file(folder / "scenario.yaml")
    if scenario.report.figures:
        draw_comparison(comparison, folder)
    write_comparison(comparison, folder)
    print(comparison_text(comparison), flush=True)
    here = Path.cwd()
    print(f"Everything is in {folder.relative_to(here) if folder.is_relative_to(here) else folder}")


if __name__ == "__main__":
    stop_or_go("policy", _MANUAL, Settings, experiment, further)
