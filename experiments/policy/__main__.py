"""Policies against the market as it is, on the same luck: ``python -m experiments.policy policy=minimum_rate [...]``.

Every variant of a seed has the same people, clients and draws, and is the same to the bit until `policy.start`; what
differs from then on is the policy, and what chance makes of the change, which a placebo shows.
"""

from pathlib import Path
from typing import Any

from experiments.cli import stop_or_go
from sim.scenario import composition
from sim.scenario.own.source import find, names_own
from sim.scenario.parameter import Parameter as P
from sim.scenario.problems import ABSENT, BadScenario, Problem, nearest, question

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
  python -m experiments.policy policy=minimum_rate seeds=60 until=pay:1%
                                                                                 as many as that takes, 60 at most
  python -m experiments.policy 'compare=[[minimum_rate],[my_module:tax],[minimum_rate,my_module:tax]]'
                                                                                 one of your own beside, or together
  python -m experiments.policy policy=boycott behaviour=posterior                each seed with its own draw
"""


class Settings:
    """What can be set of the experiment itself."""

    seeds: int = P("runs of each variant; with behaviour=posterior each seed has its own draw", "run", 1, 10_000)
    until: str | None = P("stop before all seeds once the paired difference of a row of the comparison is known this "
                          "well, as in pay:1%, of what it is without a policy; null: run all")  # fmt: skip
    workers: int | None = P("runs at a time; null: as many as cores and memory allow", "run", 1, 1024)
    compare: str | list | None = P("policies to compare, as in [[a],[b,c]], or all: each by itself; or say policy=")
    placebo: bool = P("run a variant in which nothing that matters happens, to show what chance alone makes of it")


def further(settings: dict[str, Any], changes: dict[str, Any], folders: list[Path]) -> tuple[list[str], list[Problem]]:
    """The policies that the words of a comparison ask for, as one word for the scenario; and what is wrong.

    `settings["compare"]` becomes a list of lists of options of the group `policy`, `settings["typed"]` the fields of
    policies that were given a value, by full key.
    """
    wrong = _narrow(settings, changes, folders)
    if wrong:
        return [], wrong
    known = [name for name in composition.options(composition.SEVERAL, folders) if name not in ("none", "placebo")]
    given = {key: value for key, value in changes.items() if key.startswith(composition.SEVERAL)}
    settings["typed"] = {key: value for key, value in given.items() if key.count(".") == 2}
    settings["folders"] = folders
    asked, typed = settings["compare"], given.get(composition.SEVERAL)
    if asked is None:
        if typed in (None, "none", []):
            wrong = f"say what to compare with the market as it is: one or several of {', '.join(known)}"
            return [], [Problem("policy", ABSENT if typed is None else typed, f"{wrong}; or compare=all")]
        settings["compare"] = [_known_as(typed if isinstance(typed, list) else [typed], folders)]
        return [], []  # what is wrong with the names, the scenario says
    if typed is not None:
        return [], [Problem("policy", typed, "says the same as compare; take one of the two")]
    if asked == "all":
        asked = [[name] for name in known]
    each = [[one] if isinstance(one, str) else one for one in ([asked] if isinstance(asked, str) else asked)]
    problems = _problems(each, [*known, "placebo"]) or [
        problem
        for variant in each
        for problem in composition.twice("compare", [name for name in variant if not names_own(name)], folders)
    ]
    if problems:
        return [], problems
    settings["compare"] = [sorted(_known_as(variant, folders)) for variant in each]
    names = [*dict.fromkeys(name for variant in each for name in variant)]
    options = [name for name in names if not names_own(name)]
    one_each = {tuple(composition.option(composition.SEVERAL, name, folders)): name for name in options}
    every = [*sorted(one_each.values()), *(name for name in names if names_own(name))]
    return [f"policy=[{','.join(every)}]"], []


def _known_as(names, folders):
    """Each policy as a scenario knows it: a rule of one's own by its name, not by where it stands."""
    return [_name(name, folders) if names_own(name) else name for name in names]


def _name(word, folders):
    try:
        return find(word, composition.SEVERAL, folders).name
    except BadScenario:  # which the scenario says for itself
        return word


def _narrow(settings, changes, folders):
    """What is wrong with a half width asked for."""
    if settings["until"] is None:
        return []
    from experiments.policy.paired import quantities
    from sim.runs.until import problems

    asked = changes.get("own", [])
    mine = [f"own.{name}" for name in _known_as(asked if isinstance(asked, list) else [asked], folders)]
    return problems(settings["until"], [*quantities(), *mine], settings["seeds"])


def _problems(variants, known):
    problems = [] if variants else [Problem("compare", variants, "is empty")]
    for variant in variants:
        if not isinstance(variant, list) or not variant:
            problems.append(Problem("compare", variant, "must be a list of names of policies"))
            continue
        for name in variant:
            if name not in known and not names_own(name):
                wrong = f"there is no such policy; one of {', '.join(known)}{question(nearest(name, known))}"
                problems.append(Problem("compare", name, wrong))
        if len(set(map(str, variant))) < len(variant):
            problems.append(Problem("compare", variant, "names a policy twice"))
    return problems


def experiment(*given) -> str:
    """Run `experiments.policy.study.run`."""
    from experiments.policy.study import run  # with pandas: --help does not wait for it

    return run(*given)


if __name__ == "__main__":
    stop_or_go("policy", _MANUAL, Settings, experiment, further)
